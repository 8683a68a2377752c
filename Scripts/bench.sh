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
text=/usr/share/common-licenses/GPL-3
threads=${THREADS:-$(nproc)}

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

echo "== reading 512 tokens and generating 128, tokens a second, $threads threads (three rounds in turn)"
for type in q4_0 q8_0 f16; do
    for _ in 1 2 3; do
        "$modelpack" bench "$out/$type.gguf" --threads "$threads" --json >>"$out/$type.ours.jsonl.new"
        "$llama/llama-bench" -m "$out/$type.gguf" -t "$threads" -p 512 -n 128 -r 3 -o json 2>/dev/null \
            >>"$out/$type.theirs.json.new"
    done
    python3 - "$type" "$out/$type.ours.jsonl.new" "$out/$type.theirs.json.new" <<'PYTHON'
import json, statistics, sys
def values(path):
    text, decoder, found = open(path).read(), json.JSONDecoder(), []
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        found.append(value)
        text = text.lstrip()[end:]
    return found
ours, theirs = values(sys.argv[2]), [row for run in values(sys.argv[3]) for row in run]
for name, key, wanted in (("prefill", "prefill_tokens_per_second", 512), ("decode", "decode_tokens_per_second", 0)):
    a = statistics.median(row[key] for row in ours)
    b = statistics.median(row["avg_ts"] for row in theirs if row["n_prompt"] == wanted)
    print(f"   {sys.argv[1]} {name}: ours {a:.1f}, llama.cpp {b:.1f}, ratio {a / b:.2f}")
PYTHON
    rm -f "$out/$type".*.new
done

echo "== perplexity of $text, context 512"
for type in smollm2-f32 q8_0 q4_0; do
    ours=$("$modelpack" score "$out/$type.gguf" --text "$text" --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["perplexity"])')
    theirs=$("$llama/llama-perplexity" -m "$out/$type.gguf" -f "$text" -c 512 -b 512 -t "$threads" 2>&1 |
        sed -n 's/.*Final estimate: PPL = \([0-9.]*\).*/\1/p')
    python3 -c "print(f'   $type: ours {$ours:.4f}, llama.cpp {$theirs:.4f}, {($ours / $theirs - 1) * 100:+.3f} %')"
done
