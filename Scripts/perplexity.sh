#!/usr/bin/env bash
# Our perplexities beside llama.cpp's: SmolLM2-135M and Gemma 3 270M as F16, Q8_0 and Q4_0, and tiny random models of
# the other architectures. Ends with 1 if one differs by more than its limit. Gemma is fetched for tests only.
# perplexity.sh [NAME]...: only these, such as tiny or smollm2.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin")
out=out/perplexity
mkdir -p "$out"
smollm2=models/smollm2-135m/model.gguf
gemma3=models/gemma3-270m/model.gguf
[ -f "$smollm2" ] || Scripts/fetch-model.sh smollm2-135m "$smollm2"
[ -f "$gemma3" ] || Scripts/fetch-model.sh gemma3-270m "$gemma3"
[ -x "$out/venv/bin/python" ] || {
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet gguf numpy
}

# 16 chunks of 512 tokens at least, for each of the vocabularies.
cat /usr/share/common-licenses/GPL-3 /usr/share/common-licenses/Apache-2.0 >"$out/text.txt"
wanted=("$@")
failed=0
# wants NAME: whether it was asked for.
wants() { [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]; }
# compare NAME MODEL PERCENT
compare() {
    ours=$("$modelpack" score "$2" --text "$out/text.txt" --context 512 --quiet | sed -E 's/^perplexity ([0-9.]+).*/\1/')
    theirs=$("$llama/llama-perplexity" -m "$2" -f "$out/text.txt" -c 512 2>&1 | sed -nE 's/.*Final estimate: PPL = ([0-9.]+).*/\1/p')
    awk -v name="$1" -v ours="$ours" -v theirs="$theirs" -v limit="$3" 'BEGIN {
        off = theirs > 0 ? 100 * (ours / theirs - 1) : 100
        printf "%-22s ours %.4f, llama.cpp %.4f: %+.3f %%, limit %s %%\n", name, ours, theirs, off, limit
        exit (off > limit || off < -limit)
    }' || failed=1
}

for name in smollm2 gemma3; do
    wants "$name" || continue
    source=$smollm2
    [ "$name" = smollm2 ] || source=$gemma3
    [ -f "$out/$name-F32.gguf" ] ||
        "$llama/llama-quantize" --allow-requantize "$source" "$out/$name-F32.gguf" F32 >/dev/null 2>&1
    for type in F16 Q8_0 Q4_0; do
        model=$out/$name-$type.gguf
        [ -f "$model" ] ||
            "$llama/llama-quantize" --pure "$out/$name-F32.gguf" "$model" "$type" >/dev/null 2>&1
        limit=0.5
        [ "$type" != F16 ] || limit=0.05
        compare "$name $type" "$model" "$limit"
    done
done
if wants tiny; then
    "$out/venv/bin/python" Scripts/tiny_models.py "$smollm2" "$out"
    for model in "$out"/tiny-*.gguf; do compare "$(basename "$model" .gguf) F32" "$model" 0.05; done
fi
exit "$failed"
