#!/usr/bin/env bash
# Tokens of megabytes of mixed text, ours against llama.cpp's: what differs, for each vocabulary and pre-tokenizer.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
Scripts/fetch-llama.sh "$peers/llama"
tokenize=$peers/llama/build/bin/llama-tokenize
vocabularies=$(echo "$peers"/llama/llama_cpp_python-*/vendor/llama.cpp/models)
out=out/tokenizers
mkdir -p "$out"
# llama.cpp's general pre-tokenizer recurses once for every character of a word.
ulimit -s 1000000 2>/dev/null || true

# Two texts: long runs and bytes that aren't UTF-8 for all, short runs for the recursive ones.
python3 Tests/Peers/mixed_text.py "$out/mixed.txt" 2000000
python3 Tests/Peers/mixed_text.py "$out/short.txt" 2000000 --short-runs
python3 Tests/Peers/mixed_text.py "$out/small.txt" 100000 --short-runs
failed=0

# compare NAME MODEL TEXT
compare() {
    for flag in "" --no-parse-special; do
        # shellcheck disable=SC2086 # No flag is no argument.
        "$tokenize" -m "$2" -f "$3" --no-escape --ids --no-bos --log-disable $flag >"$out/theirs" 2>/dev/null
        # shellcheck disable=SC2086
        "$modelpack" tokenize "$2" --file "$3" $flag --quiet >"$out/ours"
        python3 - "$1${flag:+ $flag}" "$out/theirs" "$out/ours" <<'PYTHON' || failed=1
import json, sys
name, theirs, ours = sys.argv[1], *(json.loads(open(path).read()) for path in sys.argv[2:])
first = next((i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]), min(len(theirs), len(ours)))
differences = sum(a != b for a, b in zip(theirs, ours)) + abs(len(theirs) - len(ours))
print(f"{name}: {len(theirs)} tokens, {differences} differences" + (f", the first at {first}" if differences else ""))
sys.exit(differences > 0)
PYTHON
    done
}

for name in gpt-2 llama-bpe qwen2 qwen35 llama-spm phi-3 baichuan mpt starcoder refact command-r; do
    compare "$name" "$vocabularies/ggml-vocab-$name.gguf" "$out/mixed.txt"
done
for name in falcon deepseek-llm deepseek-coder; do
    compare "$name" "$vocabularies/ggml-vocab-$name.gguf" "$out/short.txt"
done
for model in "$peers/models"/{smollm2,gemma3-270m}.gguf; do
    [ -f "$model" ] && compare "$(basename "$model" .gguf)" "$model" "$out/mixed.txt"
done
# One name of each family, on GPT-2's vocabulary.
for name in default llama3 jais-2 minicpm5 deepseek-v3 spark2_5 youtu laguna ufakzeka bailingmoe seed-coder exaone-moe \
    bloom viking tekken gpt-4o granite-embed-multi-97m tiny_aya superbpe kimi-k2 afmoe chameleon; do
    python3 Tests/Peers/patch_gguf.py "$vocabularies/ggml-vocab-gpt-2.gguf" "$out/patched.gguf" "$name"
    compare "$name" "$out/patched.gguf" "$out/small.txt"
done
exit $failed
