#!/usr/bin/env bash
# Ours beside the peers, in turn, in one run, on SmolLM2-135M: building, speed, memory, perplexity.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin")
command -v hyperfine >/dev/null || {
    echo "error: hyperfine is needed: apt-get install hyperfine" >&2
    exit 1
}
out=$PWD/out/bench
mkdir -p "$out"
f32=$out/smollm2-f32.gguf
threads=$(nproc)

[ -f "$f32" ] || "$modelpack" quantize models/smollm2-135m/model.gguf "$f32" --type f32 --quiet
for type in q4_0 q8_0 f16; do
    [ -f "$out/$type.gguf" ] ||
        "$llama/llama-quantize" --token-embedding-type q8_0 "$f32" "$out/$type.gguf" "${type^^}" >/dev/null 2>&1
done
cat >"$out/build.yaml" <<YAML
name: smollm2-135m
version: 1.0.0
source: smollm2-f32.gguf
quantization:
  type: q4_0
  rules:
    - tensor: token_embd.weight
      type: q8_0
license:
  spdx: Apache-2.0
YAML
[ -f "$out/key.key" ] || "$modelpack" keys generate "$out/key" --quiet >/dev/null

echo "== build to Q4_0, signed, against llama-quantize + openssl dgst + cp"
hyperfine --warmup 1 --runs "${RUNS:-10}" --style basic --export-json "$out/build.json" \
    -n modelpack "$modelpack build $out/build.yaml --output $out/ours.modelpack --key $out/key.key --quiet" \
    -n llama "$llama/llama-quantize --token-embedding-type q8_0 $f32 $out/theirs.gguf Q4_0 $threads && \
openssl dgst -sha256 $out/theirs.gguf && cp $out/theirs.gguf $out/theirs.copy" >/dev/null
python3 - "$out/build.json" <<'PYTHON'
import json, sys
ours, theirs = json.load(open(sys.argv[1]))["results"]
print(f"   ours {ours['median']:.3f} s, theirs {theirs['median']:.3f} s, ratio {ours['median'] / theirs['median']:.2f}")
PYTHON
python3 - "$modelpack" build "$out/build.yaml" --output "$out/ours.modelpack" --quiet <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(f"   ours: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB at most")
PYTHON

echo "== the engine"
python3 Scripts/bench-engine.py "$modelpack" "$llama" "$out"
