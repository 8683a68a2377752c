#!/usr/bin/env bash
# Every type and mix, on several models: our files and llama-quantize's, whole, by cmp. Fails on any difference.
#
# quantize-peers.sh [TYPE]...: only these types, by our names. MODELS="FILE ...": these GGUF files instead of both.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
smollm2=${SMOLLM2:-models/smollm2-135m/model.gguf}
gemma3=${GEMMA3:-models/gemma3-270m/model.gguf}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin/llama-quantize")
out=out/quantize-peers
mkdir -p "$out"
trap 'rm -f "$out"/ours.gguf "$out"/theirs.gguf' EXIT

# Our name, llama-quantize's, and whether every matrix gets the type itself.
types="
f32 F32 --pure
f16 F16 --pure
bf16 BF16 --pure
q8_0 Q8_0 --pure
q4_0 Q4_0 --pure
q4_1 Q4_1 --pure
q5_0 Q5_0 --pure
q5_1 Q5_1 --pure
q2_k Q2_K --pure
q3_k Q3_K_M --pure
q4_k Q4_K_M --pure
q5_k Q5_K_M --pure
q6_k Q6_K --pure
iq4_nl IQ4_NL --pure
q8_0 Q8_0
q6_k Q6_K
mostly_q4_0 Q4_0
mostly_q4_1 Q4_1
mostly_q5_0 Q5_0
mostly_q5_1 Q5_1
mostly_iq4_nl IQ4_NL
mostly_q2_k Q2_K
q3_k_s Q3_K_S
q3_k_m Q3_K_M
q3_k_l Q3_K_L
q4_k_s Q4_K_S
q4_k_m Q4_K_M
q5_k_s Q5_K_S
q5_k_m Q5_K_M
"
failures=0

# compare SOURCE TYPE THEIR-TYPE [--pure]: one line of the table.
compare() {
    local verdict=same label
    label=$(basename "$1" .gguf)
    [ "$label" != model ] || label=$(basename "$(dirname "$1")")
    "$modelpack" quantize "$1" "$out/ours.gguf" --type "$2" --quiet >/dev/null || verdict="ours failed"
    "$llama" ${4:+"$4"} --allow-requantize "$1" "$out/theirs.gguf" "$3" >"$out/llama.log" 2>&1 ||
        verdict="theirs failed"
    if [ "$verdict" = same ]; then
        cmp -s "$out/ours.gguf" "$out/theirs.gguf" || verdict="DIFFERENT"
    fi
    [ "$verdict" = same ] || failures=$((failures + 1))
    printf '%-24s %-14s %-16s %s\n' "$label" "$2" "$3 ${4:-}" "$verdict"
}

# compare_all SOURCE [WANTED]...: every type, or those named.
compare_all() {
    local source=$1 ours theirs pure
    shift
    while read -r ours theirs pure; do
        [ -n "$ours" ] || continue
        if [ $# -gt 0 ] && [[ " $* " != *" $ours "* ]]; then continue; fi
        compare "$source" "$ours" "$theirs" "$pure"
    done <<<"$types"
}

printf '%-24s %-14s %-16s %s\n' source type llama-quantize verdict
# Trained floats, from Hugging Face's form.
for model in Models/home-1.*; do
    for type in f32 f16 bf16; do
        float=$out/$(basename "$model")-$type.gguf
        "$modelpack" quantize "$model" "$float" --type "$type" --quiet >/dev/null
        compare_all "$float" "$@"
    done
done
# Real shapes: rows of 576 and 1536 (SmolLM2), of 640 and 2048 (Gemma 3).
for model in ${MODELS:-"$smollm2" "$gemma3"}; do
    [ -f "$model" ] || {
        echo "error: no $model: make peers-quantize fetches it" >&2
        exit 1
    }
    name=$(basename "$(dirname "$model")")
    for type in F32 F16; do
        float=$out/$name-${type,,}.gguf
        [ -f "$float" ] || "$llama" --allow-requantize "$model" "$float" "$type" >"$out/llama.log" 2>&1
        compare_all "$float" "$@"
    done
    # Already in blocks: what is in the wanted type stays, the rest is converted again.
    compare_all "$model" q8_0 mostly_q4_0
done
if [ "$failures" -gt 0 ]; then
    echo "$failures differ" >&2
    exit 1
fi
