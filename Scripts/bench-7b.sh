#!/usr/bin/env bash
# A source of 7B size, 14 GB of BF16 in shards, quantized to Q4_0 and Q4_K_M: rate and peak memory (1.5 GB at most); and
# what a full disk and a kill leave behind. Takes 19 GB of disk, which it gives back. LAYERS=2 tries it with less.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
layers=${LAYERS:-32}
out=$PWD/out/bench-7b
mkdir -p "$out"
[ -x "$out/venv/bin/python" ] || {
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet numpy
}
small=$out/small
trap 'rm -rf "$out/source" "$out"/*.gguf "$out"/*.tmp; ! mountpoint -q "$small" || umount "$small"' EXIT
failed=0
# fail TEXT
fail() {
    echo "    $1" >&2
    failed=1
}

available=$(df --output=avail -B1 "$out" | tail -n 1)
[ "$available" -gt $((layers * 600000000)) ] || {
    echo "error: $available bytes are free in $out; some 19 GB are needed" >&2
    exit 1
}
"$out/venv/bin/python" Scripts/large_model.py "$out/source" "$layers"

for type in q4_0 q4_k_m; do
    "$out/venv/bin/python" - "$type" "$out/$type.gguf" "$modelpack" quantize "$out/source" "$out/$type.gguf" \
        --type "$type" --quiet <<'PYTHON' || failed=1
import glob, os, resource, subprocess, sys, time
kind, output, *command = sys.argv[1:]
start = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
seconds = time.monotonic() - start
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
source = sum(os.path.getsize(path) for path in glob.glob(os.path.dirname(output) + "/source/*.safetensors"))
print(f"{kind}: {source / 1e9:.2f} GB to {os.path.getsize(output) / 1e9:.2f} GB in {seconds:.1f} s, "
      f"{source / seconds / 1e6:.0f} MB/s read; peak memory {memory / 1e6:.0f} MB, 1500 allowed", flush=True)
sys.exit(memory > 1.5e9)
PYTHON
    rm -f "$out/$type.gguf"
done

# A kill after half a second and after two: the file that was there stays.
echo "the last one" >"$out/killed.gguf"
for seconds in 0.5 2; do
    # In a shell of its own, which keeps to itself that it was killed.
    bash -c 'timeout --signal KILL "$@"; exit $?' - "$seconds" "$modelpack" quantize "$out/source" "$out/killed.gguf" \
        --type q4_k_m --quiet >/dev/null 2>&1 && fail "it was done before the kill"
    [ "$(cat "$out/killed.gguf")" = "the last one" ] || fail "a kill after $seconds s left something else"
done
echo "killed: the file that was there stays"

if [ "$(id -u)" = 0 ] && mkdir -p "$small" && mount -t tmpfs -o size=128m tmpfs "$small" 2>/dev/null; then
    status=0
    "$modelpack" quantize "$out/source" "$small/full.gguf" --type q4_0 --quiet >/dev/null 2>"$out/full.log" || status=$?
    [ "$status" = 5 ] || fail "a full disk: exit code $status where 5 must be: $(cat "$out/full.log")"
    [ -z "$(ls -A "$small")" ] || fail "a full disk leaves $(ls -A "$small")"
    echo "a full disk: exit code $status, nothing left"
else
    echo "a full disk: not tried, for only root mounts a small one"
fi
exit "$failed"
