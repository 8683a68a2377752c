#!/usr/bin/env bash
# File to file, SmolLM2-135M in F32 (540 MB): ours beside llama-quantize, in turn, with 1 thread and with 2.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
model=${SMOLLM2:-models/smollm2-135m/model.gguf}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin/llama-quantize")
command -v hyperfine >/dev/null || {
    echo "error: hyperfine is needed: apt-get install hyperfine" >&2
    exit 1
}
out=$PWD/out/bench-quantize
mkdir -p "$out"
f32=$out/smollm2-f32.gguf
[ -f "$f32" ] || "$modelpack" quantize "$model" "$f32" --type f32 --quiet >/dev/null

for threads in 1 2; do
    while read -r ours theirs; do
        hyperfine --warmup 1 --runs "${RUNS:-7}" --style none --export-json "$out/times.json" \
            "$modelpack quantize $f32 $out/ours.gguf --type $ours --threads $threads --quiet" \
            "$llama $f32 $out/theirs.gguf $theirs $threads" >/dev/null 2>&1
        cmp "$out/ours.gguf" "$out/theirs.gguf"
        python3 - "$out/times.json" "$ours" "$threads" "$modelpack" quantize "$f32" "$out/ours.gguf" --type "$ours" \
            --threads "$threads" --quiet <<'PYTHON'
import json, resource, subprocess, sys
ours, theirs = (result["median"] for result in json.load(open(sys.argv[1]))["results"])
subprocess.run(sys.argv[4:], check=True, stdout=subprocess.DEVNULL)
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
print(f"{sys.argv[2]:12} {sys.argv[3]} threads: ours {ours:.3f} s, llama-quantize {theirs:.3f} s, "
      f"{theirs / ours:.2f} times as fast; ours takes {memory:.0f} MB at most")
PYTHON
    done <<<"mostly_q4_0 Q4_0
q8_0 Q8_0
q4_k_m Q4_K_M"
done
rm -f "$out"/ours.gguf "$out"/theirs.gguf
