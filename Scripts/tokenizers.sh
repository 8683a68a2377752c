#!/usr/bin/env bash
# Tokens of megabytes of mixed text, ours against llama.cpp's: what differs, for each vocabulary and pre-tokenizer.
#
# TOKENIZERS="gpt-2 llama-spm": only these. BYTES=300000: less text for each. SMOLLM2, GEMMA3: where the models are.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
smollm2=${SMOLLM2:-models/smollm2-135m/model.gguf}
gemma3=${GEMMA3:-models/gemma3-270m/model.gguf}
bytes=${BYTES:-2000000}
Scripts/fetch-llama.sh "$peers"
tokenize=$peers/build/bin/llama-tokenize
vocabularies=$(echo "$peers"/llama_cpp_python-*/vendor/llama.cpp/models)
out=out/tokenizers
mkdir -p "$out"
# llama.cpp's general pre-tokenizer recurses once for every character of a word.
ulimit -s 1000000 2>/dev/null || true

# Long runs for all but the recursive ones. Special tokens as text need less of it: the rest of the way is the same.
python3 Tests/Peers/mixed_text.py "$out/mixed.txt" "$bytes"
python3 Tests/Peers/mixed_text.py "$out/short.txt" "$bytes" --short-runs
python3 Tests/Peers/mixed_text.py "$out/small.txt" "$((bytes / 10))" --short-runs
failed=0
compared=0

wanted() { [ -z "${TOKENIZERS:-}" ] || [[ " $TOKENIZERS " == *" $1 "* ]]; }

# same NAME THEIR-MODEL OUR-MODEL TEXT [FLAG]
same() {
    if ! "$tokenize" -m "$2" -f "$4" --no-escape --ids --no-bos --log-disable ${5:+"$5"} >"$out/theirs" 2>/dev/null; then
        echo "$1: llama-tokenize failed"
        return 1
    fi
    if ! "$modelpack" tokenize "$3" --file "$4" ${5:+"$5"} --quiet >"$out/ours"; then
        echo "$1: modelpack failed"
        return 1
    fi
    python3 - "$1${5:+ $5}" "$4" "$out/theirs" "$out/ours" <<'PYTHON'
import json, os, sys
name, text, theirs, ours = *sys.argv[1:3], *(json.loads(open(path).read()) for path in sys.argv[3:])
first = next((i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]), min(len(theirs), len(ours)))
differences = sum(a != b for a, b in zip(theirs, ours)) + abs(len(theirs) - len(ours))
print(f"{name}: {os.path.getsize(text)} bytes, {len(theirs)} tokens, {differences} differences"
      + (f", the first at {first}" if differences else ""))
sys.exit(differences > 0)
PYTHON
}

# compare NAME THEIR-MODEL OUR-MODEL TEXT
compare() {
    compared=$((compared + 1))
    same "$@" || failed=1
    same "$1" "$2" "$3" "$out/small.txt" --no-parse-special || failed=1
}

# there NAME MODEL: fetches the model if it isn't there.
there() {
    [ -f "$2" ] || Scripts/fetch-"$1".sh "$2" || {
        echo "$1: NOT COMPARED, there is no $2"
        failed=1
        return 1
    }
}

# rebuilt NAME MODEL: a Hugging Face directory made of the model's vocabulary, against that vocabulary.
rebuilt() {
    python3 Tests/Peers/rebuild_tokenizer.py "$2" "$out/$1"
    compare "$1" "$2" "$out/$1" "$out/mixed.txt"
    rm -r "${out:?}/$1"
}

for name in gpt-2 llama-bpe qwen2 qwen35 llama-spm phi-3 baichuan mpt starcoder refact command-r; do
    ! wanted "$name" ||
        compare "$name" "$vocabularies/ggml-vocab-$name.gguf" "$vocabularies/ggml-vocab-$name.gguf" "$out/mixed.txt"
done
for name in gpt-neox falcon deepseek-llm deepseek-coder; do
    ! wanted "$name" ||
        compare "$name" "$vocabularies/ggml-vocab-$name.gguf" "$vocabularies/ggml-vocab-$name.gguf" "$out/short.txt"
done
if wanted smollm2 && there smollm2 "$smollm2"; then compare smollm2 "$smollm2" "$smollm2" "$out/mixed.txt"; fi
if wanted gemma3 && there gemma3 "$gemma3"; then compare gemma3 "$gemma3" "$gemma3" "$out/mixed.txt"; fi
if wanted gemma3-hf && there gemma3 "$gemma3"; then rebuilt gemma3-hf "$gemma3"; fi
! wanted llama-spm-hf || rebuilt llama-spm-hf "$vocabularies/ggml-vocab-llama-spm.gguf"
# One name of each family, on GPT-2's vocabulary.
for name in default llama3 jais-2 minicpm5 deepseek-v3 spark2_5 youtu laguna ufakzeka bailingmoe seed-coder exaone-moe \
    bloom viking tekken gpt-4o granite-embed-multi-97m tiny_aya superbpe kimi-k2 afmoe chameleon; do
    wanted "$name" || continue
    python3 Tests/Peers/patch_gguf.py "$vocabularies/ggml-vocab-gpt-2.gguf" "$out/patched.gguf" "$name"
    compare "$name" "$out/patched.gguf" "$out/patched.gguf" "$out/short.txt"
done
echo "$compared tokenizers compared"
[ "$compared" -gt 0 ] || failed=1
exit $failed
