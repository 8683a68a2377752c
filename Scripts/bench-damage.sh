#!/usr/bin/env bash
# What quantization damages: models off every grid beside themselves, by llama-perplexity's KL divergence on text that
# calibration never saw; ours beside llama-quantize's. Ends with 1 if a limit is missed.
#
# bench-damage.sh [home] [smollm2]: only these. CALIBRATION and JUDGE: other texts for SmolLM2 than git's user manual and
# Debian's policy, which come out of Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
smollm2=$PWD/models/smollm2-135m/model.gguf
threads=${THREADS:-$(nproc)}
Scripts/fetch-llama.sh "$peers"
llama=$(realpath "$peers/build/bin")
out=$PWD/out/damage
mkdir -p "$out"
[ -x "$out/venv/bin/python" ] || {
    python3 -m venv "$out/venv"
    "$out/venv/bin/pip" install --quiet gguf numpy
}
wanted=("$@")
# wants NAME: whether it was asked for.
wants() { [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]; }
failed=0

# manual PACKAGE FILE: a text out of a Debian package, which isn't installed for it.
manual() {
    local work
    work=$(mktemp -d)
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$1" && dpkg-deb -x ./*.deb files) >&2
    zcat -f "$work/files/usr/share/doc/$2"
    rm -rf "$work"
}

# Tokens in a chunk, and how many chunks are judged.
context="" chunks=""

# base MODEL TEXT: what the others are compared with: the model's own logits.
base() {
    "$llama/llama-perplexity" -m "$1" -f "$2" -c "$context" -b "$context" --chunks "$chunks" -t "$threads" \
        --kl-divergence-base "$out/base.kld" >"$out/base.log" 2>&1
}

# judge MODEL TEXT: mean KLD, its 99.9th percentile, and how often the likeliest token stays, in percent.
judge() {
    local figures
    # Now and then llama-perplexity ends before its log is written; then once more.
    for _ in {1..20}; do
        "$llama/llama-perplexity" -m "$1" -f "$2" -c "$context" -b "$context" --chunks "$chunks" -t "$threads" \
            --kl-divergence-base "$out/base.kld" --kl-divergence >"$out/judge.log" 2>&1
        figures=$(sed -nE 's/^(Mean +KLD|99\.9% +KLD|Same top p): +([0-9.]+).*/\2/p' "$out/judge.log" | tr '\n' ' ')
        if [ "$(wc -w <<<"$figures")" = 3 ]; then
            echo "$figures"
            return
        fi
    done
    echo "error: llama-perplexity says nothing: $out/judge.log" >&2
    exit 1
}

# line NAME FILE SECONDS LIMIT TEXT: a row of the table; beyond LIMIT times `plain` the run fails.
line() {
    local figures mean last same
    figures=$(judge "$2" "$5")
    read -r mean last same <<<"$figures"
    [ -n "$plain" ] || plain=$mean
    awk -v name="$1" -v bytes="$(stat -c %s "$2")" -v mean="$mean" -v last="$last" -v same="$same" \
        -v plain="$plain" -v limit="$4" -v seconds="$3" 'BEGIN {
        ratio = mean > 0 && plain > 0 ? mean / plain : 99
        bad = limit != "" && ratio > limit
        printf "%-34s %11d %9.5f %9.4f %7.2f %% %6.3f %-8s %7s%s\n", name, bytes, mean, last, same, ratio,
            limit == "" ? "" : "≤ " limit, seconds == "" ? "" : seconds " s", bad ? "  MISSED" : ""
        exit bad
    }' || failed=1
}

# ours NAME LIMIT CALIBRATION JUDGE SOURCE OPTION...: quantized by us on CALIBRATION, in less than three minutes.
ours() {
    local name=$1 limit=$2 calibration=$3 text=$4 start seconds
    shift 4
    start=$(date +%s.%N)
    "$modelpack" quantize "$1" "$out/ours.gguf" "${@:2}" --calibrate "$calibration" --threads "$threads" --quiet \
        >/dev/null
    seconds=$(awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.0f", end - start }')
    line "$name" "$out/ours.gguf" "$seconds" "$limit" "$text"
    [ "$seconds" -lt 180 ] || {
        echo "    that took three minutes or more"
        failed=1
    }
}

# theirs SOURCE TYPE OURS: llama-quantize's file, which our plain one must equal; OURS is our name of the type.
theirs() {
    "$llama/llama-quantize" "$1" "$out/theirs.gguf" "$2" >/dev/null 2>&1
    "$modelpack" quantize "$1" "$out/ours.gguf" --type "$3" --quiet >/dev/null
    cmp "$out/theirs.gguf" "$out/ours.gguf"
}

# table NAME F32 CALIBRATION JUDGE: every row for one model.
table() {
    local f32=$2 calibration=$3 text=$4 plain="" size
    echo "$1, against itself; calibrated on $(basename "$calibration"), judged on $(basename "$text")"
    printf '%-34s %11s %9s %9s %9s %6s %-6s %9s\n' "" bytes KLD "99.9 %" "same top" ratio limit took
    base "$f32" "$text"
    theirs "$f32" Q4_0 mostly_q4_0
    size=$(stat -c %s "$out/theirs.gguf")
    line "llama-quantize Q4_0 (ours the same)" "$out/theirs.gguf" "" "" "$text"
    ours "ours, mostly_q4_0, calibrated" 0.4 "$calibration" "$text" "$f32" --type mostly_q4_0
    ours "ours, --size of plain Q4_0" 0.3 "$calibration" "$text" "$f32" --size "$size"
    theirs "$f32" Q4_K_M q4_k_m
    line "llama-quantize Q4_K_M" "$out/theirs.gguf" "" "" "$text"
    ours "ours, q4_k_m, calibrated" 0.3 "$calibration" "$text" "$f32" --type q4_k_m
    theirs "$f32" Q8_0 q8_0
    plain=""
    line "llama-quantize Q8_0 (ours the same)" "$out/theirs.gguf" "" "" "$text"
    ours "ours, q8_0, calibrated" 1 "$calibration" "$text" "$f32" --type q8_0
    rm -f "$out"/ours.gguf "$out"/theirs.gguf "$out/base.kld"
    echo
}

if wants home; then
    context=256 chunks=48
    # Halves of the corpus, with the tokens' names that visible_tokens.py gives.
    sed 's/<|/<:/g' Tests/Fixtures/reference/corpus.txt >"$out/home-corpus.txt"
    head -n 1336 "$out/home-corpus.txt" >"$out/home-calibration.txt"
    tail -n +1337 "$out/home-corpus.txt" >"$out/home-judge.txt"
    for model in Models/home-1.0.0 Models/home-1.1.0; do
        "$modelpack" quantize "$model" "$out/home.gguf" --type f32 --quiet >/dev/null
        "$out/venv/bin/python" Scripts/visible_tokens.py "$out/home.gguf"
        table "$(basename "$model")" "$out/home.gguf" "$out/home-calibration.txt" "$out/home-judge.txt"
    done
fi
if wants smollm2; then
    context=512 chunks=16
    calibration=${CALIBRATION:-$out/git-user-manual.txt}
    [ -f "$calibration" ] || manual git-doc git-doc/user-manual.txt >"$calibration"
    text=${JUDGE:-$out/debian-policy.txt}
    # Without the table of contents.
    [ -f "$text" ] || manual debian-policy debian-policy/policy.txt.gz | sed -n '/^1\. About/,$p' >"$text"
    f32=$out/smollm2.gguf
    [ -f "$f32" ] || {
        "$modelpack" quantize "$smollm2" "$out/published.gguf" --type f32 --quiet >/dev/null
        "$out/venv/bin/python" Scripts/dither.py "$smollm2" "$out/published.gguf" "$f32.part"
        mv "$f32.part" "$f32"
        rm "$out/published.gguf"
    }
    table "SmolLM2-135M, dithered" "$f32" "$calibration" "$text"
fi
exit "$failed"
