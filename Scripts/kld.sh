#!/usr/bin/env bash
# Our divergence, agreement and perplexity beside llama-perplexity's: SmolLM2-135M as Q4_0 against itself as F16, on the
# same chunks of the same text. Ends with 1 where one differs by more than 2 %. Tails are not compared: llama.cpp keeps
# the base's logits in 16 bits.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin")
out=out/kld
mkdir -p "$out"
chunks=${CHUNKS:-8}

cat /usr/share/common-licenses/GPL-3 >"$out/whole.txt"
for type in f16 q4_0; do
    [ -f "$out/$type.gguf" ] ||
        "$modelpack" quantize models/smollm2-135m/model.gguf "$out/$type.gguf" --type "$type" --quiet
done
# As many characters as surely fill the chunks; llama.cpp is told how many to take, and the text is cut for both.
head -c $((chunks * 512 * 6)) "$out/whole.txt" >"$out/text.txt"

"$llama/llama-perplexity" -m "$out/f16.gguf" -f "$out/text.txt" -c 512 --kl-divergence-base "$out/base.kld" \
    >"$out/base.log" 2>&1
"$llama/llama-perplexity" -m "$out/q4_0.gguf" --kl-divergence-base "$out/base.kld" --kl-divergence -c 512 \
    >"$out/theirs.log" 2>&1
"$modelpack" score "$out/q4_0.gguf" --reference "$out/f16.gguf" --text "$out/text.txt" --context 512 --json --quiet \
    >"$out/ours.json"

failed=0
# theirs PATTERN: the first number behind it.
theirs() { sed -nE "s/^$1 *: *([0-9.]+).*/\1/p" "$out/theirs.log" | tail -1; }
# ours KEY
ours() { sed -nE "s/.*\"$1\" : ([0-9.e-]+).*/\1/p" "$out/ours.json"; }
# compare NAME OURS THEIRS
compare() {
    awk -v name="$1" -v ours="$2" -v theirs="$3" 'BEGIN {
        off = theirs > 0 ? 100 * (ours / theirs - 1) : 100
        printf "%-24s ours %.5f, llama.cpp %.5f: %+.3f %%, limit 2 %%\n", name, ours, theirs, off
        exit !(off <= 2 && off >= -2)
    }' || failed=1
}
echo "$(ours tokens) tokens scored"
compare "mean KLD" "$(ours kld_mean)" "$(theirs 'Mean *KLD')"
compare "same top token, %" "$(awk -v x="$(ours top1_agreement)" 'BEGIN { print 100 * x }')" "$(theirs 'Same top p')"
compare "perplexity" "$(ours perplexity)" "$(theirs 'Mean PPL\(Q\)')"
compare "perplexity ratio" "$(ours perplexity_ratio)" "$(theirs 'Mean PPL\(Q\)\/PPL\(base\)')"
exit "$failed"
