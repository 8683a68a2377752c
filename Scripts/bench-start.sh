#!/usr/bin/env bash
# Size and start-up of BINARY as the packages ship it (docs/benchmarks.md): fails over 25 MB, prints medians in ms.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in hyperfine python3; do
    command -v "$tool" >/dev/null || { echo "error: $tool is needed: apt-get install $tool" >&2 && exit 1; }
done
limit=25000000
work=$(mktemp -d)
mkdir "$work/keys"
trap 'rm -rf "$work"' EXIT
BINARY=${BINARY:-.build/static/release/modelpack} Packaging/stage.sh "$work" ""
program=$work/bin/modelpack
size=$(stat -c %s "$program")
printf 'size, stripped: %s bytes of at most %s\n' "$size" "$limit"

quietly() { "$program" "$@" --quiet >/dev/null; }
quietly keys generate "$work/keys/build"
quietly policy create --key "team=$work/keys/build.pub" --output "$work/policy.yaml"
quietly repo init "$work/repository" --keys "$work/keys" --policy "$work/policy.yaml"
quietly device init --root "$work/device" --repository "$work/repository" --policy "$work/policy.yaml" \
    --trust "$work/repository/metadata/1.root.json"
for command in --version "status --root $work/device"; do
    hyperfine --shell=none --warmup 10 --runs 100 --style none --export-json "$work/times.json" "$program $command" \
        >/dev/null 2>&1
    python3 -c '
import json, sys
result = json.load(open(sys.argv[2]))["results"][0]
print("modelpack %s: %.1f ms (median of %d; user %.1f, system %.1f; aim: 15)" % (
    sys.argv[1], result["median"] * 1e3, len(result["times"]), result["user"] * 1e3, result["system"] * 1e3))
' "${command%% *}" "$work/times.json"
done
if [ "$size" -gt "$limit" ]; then
    echo "error: the program is too large: nm --size-sort says what grew" >&2
    exit 1
fi
