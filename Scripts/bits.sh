#!/usr/bin/env bash
# One digest for the logits of 50 generated tokens: any threads, any batch, every kernel set that this CPU runs. One
# digest, too, for each file that is quantized, plainly and calibrated.
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

# one NAME: the digests on stdin must all be the same.
one() {
    sort | uniq -c >"$out/digests"
    [ "$(wc -l <"$out/digests")" = 1 ] || {
        echo "error: $1: the bits differ:" >&2
        cat "$out/digests" >&2
        exit 1
    }
    echo "$1: $(awk '{print $1 " runs, one digest: " $2}' "$out/digests") (kernels: ${kernels[*]})"
}

# file SOURCE OPTION...: the digests of what is made of it.
file() {
    local run
    for run in "--threads 1" "--threads 2" "--kernels portable" "--kernels ${kernels[1]:-portable}"; do
        # Two words each.
        # shellcheck disable=SC2086
        "$modelpack" quantize "$1" "$out/file.gguf" "${@:2}" $run --quiet >/dev/null
        sha256sum <"$out/file.gguf" | cut -d' ' -f1
    done
}

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
    } | one "$type, logits"
done

for type in q4_0 q8_0 q4_k_m iq4_nl; do file "$model" --type "$type" | one "$type, file"; done
text=Tests/Fixtures/reference/corpus.txt
for options in "--type q4_0" "--type q5_1" "--type q8_0" "--size 2.1MB"; do
    # Two words each.
    # shellcheck disable=SC2086
    file Models/home-1.1.0 $options --calibrate "$text" | one "home calibrated $options, file"
done
rm -f "$out/file.gguf"
