#!/usr/bin/env bash
# Deltas beside zstd, xdelta3, bsdiff and casync; what anchors save and cost; how fast a delta is applied. Ends with 1 if a
# limit is missed.
#
# bench-deltas.sh [home] [smollm2] [trained] [speed]: only these; `speed` wants a quiet machine, and `trained` is only run
# when it is named: it installs PyTorch (6 GB) and trains adapters for a quarter of an hour. bench-deltas.sh OLD.gguf
# NEW.gguf: another pair, without limits. bsdiff takes minutes, and 17 times the file in memory.
set -euo pipefail
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
for tool in zstd xdelta3 bsdiff casync python3; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install zstd xdelta3 bsdiff casync" >&2
        exit 1
    }
done
out=$(mktemp -d)
trap 'rm -rf "$out" ${memory:+"$memory"}' EXIT
failed=0

size() { stat -c %s "$1"; }
quietly() { "$modelpack" "$@" --quiet >/dev/null; }

# holds CONDITION TEXT: prints a figure with its limit; CONDITION is Python's.
holds() {
    if python3 -c "import sys; sys.exit(0 if $1 else 1)"; then
        echo "   $2"
    else
        echo "   $2  MISSED"
        failed=1
    fi
}

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

ours=0 best=0
# found TOOL BYTES: prints it, and remembers the smallest.
found() {
    if [ "$best" = 0 ] || [ "$2" -lt "$best" ]; then best=$2; fi
    python3 -c 'import sys; n, s, o, t = sys.argv[1], *map(int, sys.argv[2:]); print(f"   {n:28}{s:12}{100 * s / t:7.1f} %{s / o:7.2f} x ours")' \
        "$1" "$2" "$ours" "$total"
}

# pair OLD NEW TITLE [LEAST]: all tools on two files; the best of the others must be LEAST times ours.
pair() {
    local old=$1 new=$2
    total=$(size "$new") best=0
    echo "== $3: $total bytes"
    quietly delta make "$old" "$new" "$out/delta"
    quietly delta apply "$old" "$out/delta" "$out/result"
    cmp "$out/result" "$new"
    ours=$(size "$out/delta")
    found modelpack "$ours"
    best=0
    zstd -q -f -19 --long=31 --patch-from="$old" "$new" -o "$out/patch" 2>/dev/null
    found "zstd -19 --patch-from" "$(size "$out/patch")"
    xdelta3 -9 -f -e -B 1073741824 -s "$old" "$new" "$out/patch"
    found "xdelta3 -9" "$(size "$out/patch")"
    bsdiff "$old" "$new" "$out/patch"
    found bsdiff "$(size "$out/patch")"
    found "casync, new chunks" "$(chunks "$old" "$new")"
    if [ $# = 4 ]; then atLeast "$4" "$ours"; fi
}

# atLeast LEAST BYTES: the best of the others must be so many times as large.
atLeast() {
    holds "$best >= $1 * $2" "$(python3 -c "print(f'ours is {$best / $2:.2f} times smaller than the best of them, limit $1')")"
}

# weights VERSION SOURCE TYPE NAME [ANCHOR]: a bundle's weights as NAME.gguf, near to those of a bundle.
weights() {
    printf 'name: home\nversion: %s\nsource: %s\nquantization:\n  type: %s\n' "$1" "$2" "$3" >"$out/$4.yaml"
    quietly build "$out/$4.yaml" --output "$out/$4.modelpack" ${5:+--anchor "$out/$5.modelpack"}
    rm -rf "$out/unpacked"
    quietly unpack "$out/$4.modelpack" "$out/unpacked"
    chmod -R u+w "$out/unpacked"
    mv "$out/unpacked/model/model.gguf" "$out/$4.gguf"
}

perplexity() {
    "$modelpack" score "$1" --text Tests/Fixtures/reference/corpus.txt --context 256 --json --quiet |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["perplexity"])'
}

# anchored OLD NEW [MOST]: what an anchor saves, at most MOST of the unanchored delta, and what it costs.
anchored() {
    local plain before after
    plain=$ours
    quietly delta make "$out/$1.gguf" "$out/$2-near.gguf" "$out/near"
    near=$(size "$out/near")
    holds "$near <= ${3:-1} * $plain" \
        "$(python3 -c "print(f'anchored: $near bytes, {$near / $plain:.2f} of the unanchored delta, limit ${3:-1}')")"
    before=$(perplexity "$out/$2.gguf") after=$(perplexity "$out/$2-near.gguf")
    holds "abs($after / $before - 1) <= 0.01" \
        "$(python3 -c "print(f'perplexity {$after:.4f}, unanchored {$before:.4f}: {100 * ($after / $before - 1):+.2f} %, limit 1 %')")"
}

# A light fine-tune: 1.0.0 moved by a tenth of the way to 1.1.0, about 1 % of its norm, in F32.
light() {
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
}

home() {
    light
    local type least=2.1
    for type in q4_0 q8_0; do
        weights 1.0.0 "$PWD/Models/home-1.0.0" "$type" old
        weights 1.1.0 "$PWD/Models/home-1.1.0" "$type" new
        weights 1.1.0 "$PWD/Models/home-1.1.0" "$type" new-near old
        weights 1.0.1 "$out/light" "$type" light
        weights 1.0.1 "$out/light" "$type" light-near old
        pair "$out/old.gguf" "$out/new.gguf" "home 1.0.0 -> 1.1.0, $type" "$least"
        anchored old new 0.6
        pair "$out/old.gguf" "$out/light.gguf" "a light fine-tune, $type"
        anchored old light
        atLeast 4 "$near"
        pair "$out/old.gguf" "$out/light-near.gguf" "a light fine-tune, $type, general tools on the anchored files, too"
        least=1.7
    done
}

# SmolLM2 off the grid that it was quantized to, as dithered.gguf, in F32.
dithered() {
    [ -f "$out/dithered.gguf" ] && return
    local venv=out/deltas
    [ -x "$venv/bin/python" ] || {
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet gguf numpy safetensors
    }
    python=$venv/bin/python
    quietly quantize models/smollm2-135m/model.gguf "$out/published.gguf" --type f32
    "$python" Scripts/dither.py models/smollm2-135m/model.gguf "$out/published.gguf" "$out/dithered.gguf"
    rm "$out/published.gguf"
}

# adapted TYPE FOLDER TITLE [LEAST]: a LoRA adapter merged into SmolLM2.
adapted() {
    quietly quantize "$out/dithered.gguf" "$out/old.gguf" --type "$1"
    quietly quantize "$out/dithered.gguf" "$out/new.gguf" --type "$1" --adapter "$2"
    pair "$out/old.gguf" "$out/new.gguf" "SmolLM2-135M -> a LoRA $3, $1" ${4:+"$4"}
}

# LoRA adapters of rank 8 that move the attention's matrices by 2, 5 and 10 % of their norms. 4-bit files tell too little of
# one of 2 % for the limit: docs/benchmarks.md.
smollm2() {
    dithered
    local moved
    for moved in 2 5 10; do
        "$python" Scripts/fine_tunes.py adapter "$out/dithered.gguf" "$out/lora" "$(python3 -c "print($moved / 100)")"
        if [ "$moved" = 2 ]; then
            adapted q4_0 "$out/lora" "moved its attention by $moved %"
        else
            adapted q4_0 "$out/lora" "moved its attention by $moved %" 2
        fi
        adapted q8_0 "$out/lora" "moved its attention by $moved %" 2
    done
}

# Adapters that PEFT trained on the home model's chats, at a usual learning rate and at a high one.
trained() {
    dithered
    local venv=out/train rate moved
    "$venv/bin/python" -c 'import peft' 2>/dev/null || {
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet torch transformers peft gguf accelerate
    }
    for rate in 2e-4 1e-3; do
        moved=$("$venv/bin/python" Scripts/train_adapter.py "$out/dithered.gguf" Tests/Fixtures/reference/corpus.txt \
            "$out/trained" "$rate" 2 2>"$out/training") || {
            cat "$out/training" >&2
            exit 1
        }
        adapted q4_0 "$out/trained" "trained at $rate ($moved)"
        adapted q8_0 "$out/trained" "trained at $rate ($moved)"
    done
}

# The worst case for applying: every matrix moved by 5 %. In memory, for a disk's speed isn't ours.
speed() {
    dithered
    memory=$(mktemp -d -p /dev/shm)
    "$python" Scripts/fine_tunes.py move "$out/dithered.gguf" "$out/moved.gguf" 0.05
    local type rate megabytes
    for type in q4_0 q8_0; do
        quietly quantize "$out/dithered.gguf" "$memory/old.gguf" --type "$type"
        quietly quantize "$out/moved.gguf" "$memory/new.gguf" --type "$type"
        quietly delta make "$memory/old.gguf" "$memory/new.gguf" "$memory/delta"
        echo "== applying where all of SmolLM2-135M has moved by 5 %, $type, the whole command, median of 9"
        read -r rate megabytes < <(python3 - "$modelpack" "$memory" <<'PYTHON'
import os, resource, subprocess, sys, time
modelpack, folder = sys.argv[1:]
result, times = folder + "/result", []
for _ in range(9):
    if os.path.exists(result):
        os.remove(result)
    start = time.monotonic()
    subprocess.run([modelpack, "delta", "apply", folder + "/old.gguf", folder + "/delta", result, "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    times.append(time.monotonic() - start)
print(round(os.path.getsize(result) / sorted(times)[4] / 1e6),
      round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6))
PYTHON
        )
        cmp "$memory/result" "$memory/new.gguf"
        holds "$rate >= 200" "$rate MB/s of output, limit 200"
        holds "$megabytes < 100" "$megabytes MB of memory at most, limit 100"
    done
}

if [ $# = 2 ] && [ -f "$1" ]; then
    pair "$(realpath "$1")" "$(realpath "$2")" "$(basename "$2")"
    exit
fi
cd "$(dirname "$0")/.."
wanted=("$@")
# wants NAME: whether it was asked for.
wants() { [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]; }
if wants home; then home; fi
if wants smollm2; then smollm2; fi
if wants speed; then speed; fi
if [[ " ${wanted[*]} " == *" trained "* ]]; then trained; fi
exit "$failed"
