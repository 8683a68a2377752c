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
# A light fine-tune: 1.0.0 moved by a tenth of the way to 1.1.0, about 1 % of its norm, in F32.
python3 - Models/home-1.0.0 Models/home-1.1.0 "$out/light" <<'PYTHON'
import array, json, os, shutil, struct, sys

def read(folder):
    with open(folder + "/model.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            assert entry["dtype"] == "BF16"
            file.seek(start + entry["data_offsets"][0])
            halves = array.array("H", file.read(entry["data_offsets"][1] - entry["data_offsets"][0]))
            # The upper half of an F32.
            floats = array.array("f", array.array("I", (half << 16 for half in halves)).tobytes())
            tensors[name] = (entry["shape"], floats)
        return header.get("__metadata__"), tensors

old, new, out = sys.argv[1:]
metadata, before = read(old)
_, after = read(new)
header, blobs, offset = {"__metadata__": metadata}, [], 0
for name, (shape, floats) in before.items():
    moved = array.array("f", (a + (b - a) * 0.1 for a, b in zip(floats, after[name][1]))).tobytes()
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + len(moved)]}
    offset += len(moved)
    blobs.append(moved)
shutil.copytree(old, out)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(out + "/model.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
PYTHON

# weights VERSION SOURCE TYPE NAME [ANCHOR]: a bundle's weights as NAME.gguf, near to those of a bundle.
weights() {
    printf 'name: home\nversion: %s\nsource: %s\nquantization:\n  type: %s\n' "$1" "$2" "$3" >"$out/$4.yaml"
    "$modelpack" build "$out/$4.yaml" --output "$out/$4.modelpack" ${5:+--anchor "$out/$5.modelpack"} --quiet >/dev/null
    rm -rf "$out/unpacked"
    "$modelpack" unpack "$out/$4.modelpack" "$out/unpacked" --quiet >/dev/null
    chmod -R u+w "$out/unpacked"
    mv "$out/unpacked/model/model.gguf" "$out/$4.gguf"
}

perplexity() {
    "$modelpack" score "$1" --text Tests/Fixtures/reference/corpus.txt --context 256 --json --quiet |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["perplexity"])'
}

# anchored OLD NEW: what an anchor saves, and what it costs.
anchored() {
    local plain near before after
    "$modelpack" delta make "$out/$1.gguf" "$out/$2.gguf" "$out/plain" --quiet >/dev/null
    "$modelpack" delta make "$out/$1.gguf" "$out/$2-near.gguf" "$out/near" --quiet >/dev/null
    plain=$(size "$out/plain") near=$(size "$out/near")
    before=$(perplexity "$out/$2.gguf") after=$(perplexity "$out/$2-near.gguf")
    python3 -c 'import sys; p, n, b, a = map(float, sys.argv[2:]); print(f"   {sys.argv[1]:28}{n:12.0f} bytes, {n / p:.2f} of the unanchored delta; perplexity {a:.4f}, unanchored {b:.4f} ({100 * (a / b - 1):+.2f} %)")' \
        anchored "$plain" "$near" "$before" "$after"
}

for type in q4_0 q8_0; do
    weights 1.0.0 "$PWD/Models/home-1.0.0" "$type" old
    weights 1.1.0 "$PWD/Models/home-1.1.0" "$type" new
    weights 1.1.0 "$PWD/Models/home-1.1.0" "$type" new-near old
    weights 1.0.1 "$out/light" "$type" light
    weights 1.0.1 "$out/light" "$type" light-near old
    pair "$out/old.gguf" "$out/new.gguf" "home 1.0.0 -> 1.1.0, $type"
    anchored old new
    pair "$out/old.gguf" "$out/light.gguf" "a light fine-tune, $type"
    anchored old light
    pair "$out/old.gguf" "$out/light-near.gguf" "a light fine-tune, $type, anchored: general tools on the anchored files, too"
done
