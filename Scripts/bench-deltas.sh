#!/usr/bin/env bash
# Deltas beside general tools, on the home model 1.0.0 -> 1.1.0 or on a pair of GGUF files: bench-deltas.sh [OLD NEW]
set -euo pipefail
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
for tool in zstd xdelta3 bsdiff casync python3; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install zstd xdelta3 bsdiff casync" >&2
        exit 1
    }
done
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

size() { stat -c %s "$1"; }
line() { python3 -c 'import sys; n, s, o, t = sys.argv[1], *map(int, sys.argv[2:]); print(f"   {n:28}{s:12}{100 * s / t:7.1f} %{s / o:7.2f} x ours")' "$@"; }

# The bytes of the chunks that NEW has and OLD hasn't, compressed: what casync would fetch.
chunks() {
    casync make --store="$out/old.castr" "$out/old.caibx" "$1" >/dev/null
    casync make --store="$out/new.castr" "$out/new.caibx" "$2" >/dev/null
    (cd "$out/new.castr" && find . -name '*.cacnk' | sort) >"$out/chunks"
    local sum=0 chunk
    while read -r chunk; do
        [ -f "$out/old.castr/$chunk" ] || sum=$((sum + $(size "$out/new.castr/$chunk")))
    done <"$out/chunks"
    rm -rf "$out"/*.castr
    echo "$sum"
}

pair() {
    local old=$1 new=$2 ours total
    total=$(size "$new")
    echo "== $3: $total bytes"
    "$modelpack" delta make "$old" "$new" "$out/delta" --quiet >/dev/null
    ours=$(size "$out/delta")
    line modelpack "$ours" "$ours" "$total"
    zstd -q -f -19 --long=31 --patch-from="$old" "$new" -o "$out/zst" 2>/dev/null
    line "zstd -19 --patch-from" "$(size "$out/zst")" "$ours" "$total"
    xdelta3 -9 -f -e -B 1073741824 -s "$old" "$new" "$out/xdelta"
    line "xdelta3 -9" "$(size "$out/xdelta")" "$ours" "$total"
    # bsdiff holds 17 times the file in memory.
    if [ "$total" -lt $((64 << 20)) ]; then
        bsdiff "$old" "$new" "$out/bsdiff"
        line bsdiff "$(size "$out/bsdiff")" "$ours" "$total"
    fi
    line "casync, new chunks" "$(chunks "$old" "$new")" "$ours" "$total"
    python3 - "$total" "$modelpack" delta apply "$old" "$out/delta" "$out/result" --quiet <<'PYTHON'
import resource, subprocess, sys, time
times = []
for _ in range(5):
    start = time.monotonic()
    subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
    times.append(time.monotonic() - start)
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"   apply, all of the command: {int(sys.argv[1]) / sorted(times)[2] / 1e6:.0f} MB/s, {memory:.0f} MiB at most")
PYTHON
    cmp "$out/result" "$new"
}

if [ $# = 2 ]; then
    pair "$1" "$2" "$(basename "$2")"
    exit
fi
for type in q4_0 q8_0; do
    for version in 1.0.0 1.1.0; do
        "$modelpack" quantize "Models/home-$version" "$out/$version.gguf" --type "$type" --quiet >/dev/null
    done
    pair "$out/1.0.0.gguf" "$out/1.1.0.gguf" "home 1.0.0 -> 1.1.0, $type"
done
