#!/usr/bin/env bash
# One digest for the logits of 50 generated tokens: any threads, any batch, every kernel set that this CPU runs.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
model=$PWD/models/smollm2-135m/model.gguf
out=$PWD/out/bits
mkdir -p "$out"
prompt="Explain to a release engineer how a language model gets onto a device, and how it is kept right there."
kernels=(portable)
case $(uname -m) in
x86_64)
    grep -qw avx2 /proc/cpuinfo && kernels+=(avx2)
    grep -qw avx512_vnni /proc/cpuinfo && kernels+=(avx512)
    ;;
aarch64) kernels+=(neon) ;;
esac

digest() {
    "$modelpack" run "$model_file" --prompt "$prompt" --max-tokens 50 --json --quiet "$@" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["logits_sha256"])'
}

for type in q4_0 q8_0 q4_k_m; do
    model_file=$out/$type.gguf
    [ -f "$model_file" ] || "$modelpack" quantize "$model" "$model_file" --type "$type" --quiet >/dev/null
    {
        for threads in 1 2 3; do digest --threads "$threads"; done
        for batch in 1 7 64 512; do digest --batch "$batch"; done
        for set in "${kernels[@]}"; do digest --kernels "$set"; done
    } | sort | uniq -c >"$out/$type.digests"
    [ "$(wc -l <"$out/$type.digests")" = 1 ] || {
        echo "error: $type: the logits differ:" >&2
        cat "$out/$type.digests" >&2
        exit 1
    }
    echo "$type: $(awk '{print $1 " runs, one digest: " $2}' "$out/$type.digests") (kernels: ${kernels[*]})"
done
