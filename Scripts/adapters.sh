#!/usr/bin/env bash
# LoRA adapters merged by us and by numpy, into a Hugging Face directory and into a GGUF file; and checkpoints of 8-bit
# floats, read by both. Fails on any difference.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
smollm2=${SMOLLM2:-models/smollm2-135m/model.gguf}
out=out/adapters
mkdir -p "$out"
[ -x "$out/venv/bin/python" ] || {
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet gguf ml_dtypes numpy safetensors
}
trap 'rm -f "$out"/*/*.gguf' EXIT
"$out/venv/bin/python" Tests/Peers/lora.py "$modelpack" Models/home-1.0.0 "$out/home"
"$out/venv/bin/python" Tests/Peers/lora.py "$modelpack" "$smollm2" "$out/smollm2"
"$out/venv/bin/python" Tests/Peers/float8.py "$modelpack" Models/home-1.0.0 "$out/float8"
