#!/usr/bin/env bash
# How long a verdict takes: 1,000 prompts of the home model, alone, beside a baseline and with everything cached; 60 chat
# prompts of 32 tokens for SmolLM2-135M at Q8_0, where it has been fetched. Ends with 1 above a limit.
# bench-verdict.sh [REPEATS]: how often one verdict is given again, to see that it stays the same.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
out=$PWD/out/bench-verdict
repeats=${1:-20}
mkdir -p "$out"
[ -f "$out/key.key" ] || "$modelpack" keys generate "$out/key" --quiet >/dev/null

python3 Scripts/thousand.py Manifests/golden/home-1.1.jsonl >"$out/thousand.jsonl"
python3 - >"$out/chat.jsonl" <<'PYTHON'
import json
subjects = ["rivers", "bread", "the moon", "trains", "honey", "glass", "winter", "maps", "music", "salt",
            "cats", "paper", "tides", "bridges", "tea", "clocks", "forests", "rain", "numbers", "ships"]
asks = ["Tell me about {}.", "Write a short poem about {}.", "Why do people care about {}?"]
for number in range(60):
    text = asks[number // 20].format(subjects[number % 20])
    print(json.dumps({"id": f"chat-{number:02}", "messages": [{"role": "user", "content": text}],
                      "max_tokens": 32, "expect": {"regex": "[a-z]"}}))
PYTHON

# manifest NAME VERSION SOURCE SUITE
manifest() {
    printf 'name: %s\nversion: %s\nsource: %s\nquantization:\n  type: q8_0\nsuites:\n  - %s\ngate:\n  - {measure: pass_rate, minimum: 0.5}\n' \
        "$1" "$2" "$3" "$4" >"$out/$1-$2.yaml"
    "$modelpack" build "$out/$1-$2.yaml" --output "$out/$1-$2.modelpack" --key "$out/key.key" --quiet >/dev/null
}
failed=0
# measure NAME LIMIT ARGUMENTS...
measure() {
    local name=$1 limit=$2 start end
    shift 2
    start=$(date +%s.%N)
    "$modelpack" verify "$@" --key "$out/key.pub" --threads 2 --json --quiet >"$out/verdict.json" || {
        echo "error: $name: the verdict is no" >&2
        failed=1
    }
    end=$(date +%s.%N)
    awk -v name="$name" -v limit="$limit" -v seconds="$(echo "$end - $start" | bc)" 'BEGIN {
        printf "%-54s %6.2f s, limit %s s\n", name, seconds, limit
        exit !(seconds <= limit)
    }' || failed=1
}

manifest home 1.0.0 "$PWD/Models/home-1.0.0" thousand.jsonl
manifest home 1.1.0 "$PWD/Models/home-1.1.0" thousand.jsonl
measure "home, 1,000 prompts" 10 "$out/home-1.1.0.modelpack"
measure "home, 1,000 prompts, beside a baseline" 15 "$out/home-1.1.0.modelpack" --baseline "$out/home-1.0.0.modelpack"
rm -rf "$out/cache"
measure "the same, filling a cache" 15 "$out/home-1.1.0.modelpack" --baseline "$out/home-1.0.0.modelpack" \
    --cache "$out/cache"
measure "the same, from the cache" 10 "$out/home-1.1.0.modelpack" --baseline "$out/home-1.0.0.modelpack" \
    --cache "$out/cache"
if [ -f models/smollm2-135m/model.gguf ]; then
    manifest smollm2 1.0.0 "$PWD/models/smollm2-135m/model.gguf" chat.jsonl
    measure "SmolLM2-135M at Q8_0, 60 chat prompts of 32 tokens" 40 "$out/smollm2-1.0.0.modelpack"
fi

# What differs from run to run stands under "run" alone.
for turn in $(seq "$repeats"); do
    "$modelpack" verify "$out/home-1.1.0.modelpack" --key "$out/key.pub" --baseline "$out/home-1.0.0.modelpack" \
        --threads $((turn % 2 + 1)) --json --quiet | python3 -c '
import json, sys
verdict = json.load(sys.stdin)
verdict.pop("run", None)
print(json.dumps(verdict, sort_keys=True))' | sha256sum
done | sort | uniq -c | awk -v repeats="$repeats" '
    { print $1 " verdicts are " substr($2, 1, 16) }
    END { exit !(NR == 1 || repeats == 0) }' || {
    echo "error: verdicts differ from run to run" >&2
    failed=1
}
exit "$failed"
