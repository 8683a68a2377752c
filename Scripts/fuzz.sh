#!/usr/bin/env bash
# Feeds every parser bad bytes: coverage-guided, under the address sanitizer.
#   fuzz.sh [TARGET...]    all targets by default
# RUNS: executions per target (0: no limit). SECONDS_EACH: the time a target may take. SEED: the same seed, runs and
# starting corpus give the same inputs where time doesn't end a run. KEEP=1 lets the corpus grow from run to run.
set -euo pipefail
cd "$(dirname "$0")/.."

RUNS=${RUNS:-20000} SECONDS_EACH=${SECONDS_EACH:-60} SEED=${SEED:-1} KEEP=${KEEP:-0}
# An input that takes over 10 s hangs, one that takes over 2 GiB leaks: both fail.
LIMITS=(-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=4096)
BUILD=.build/fuzz
# A trap has to end at once; Swift's own report of it takes minutes under the sanitizer.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
# The order of dictionaries would change what a seed leads to.
export SWIFT_DETERMINISTIC_HASHING=1

swift build -c release --package-path Tests/Fuzz --scratch-path "$BUILD" --product fuzz \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing -Xcc -fsanitize=address
fuzz=$BUILD/release/fuzz

scratch=$(mktemp -d /dev/shm/fuzz.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
export FUZZ_SCRATCH=$scratch
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(FUZZ_TARGET='' "$fuzz")

total=0 failed=()
for target in "${targets[@]}"; do
    corpus=$BUILD/corpus/$target findings=$BUILD/findings/$target
    [ "$KEEP" = 1 ] || rm -rf "$corpus"
    mkdir -p "$corpus" "$findings"
    FUZZ_TARGET=$target FUZZ_SEEDS=$corpus "$fuzz"
    [ "$RUNS" = 0 ] && runs=-1 || runs=$RUNS
    if ! FUZZ_TARGET=$target "$fuzz" "${LIMITS[@]}" -runs="$runs" -seed="$SEED" -max_total_time="$SECONDS_EACH" \
        -print_final_stats=1 -artifact_prefix="$findings/" "$corpus" 2> "$findings/log"; then
        failed+=("$target")
        grep -aE "SUMMARY|Fatal error|Test unit written|ERROR:" "$findings/log" || tail -5 "$findings/log"
    fi
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$findings/log")
    coverage=$(grep -aoE "cov: [0-9]+" "$findings/log" | tail -1) || true
    printf '%-14s %10s executions  %s\n' "$target" "${count:-?}" "$coverage"
    total=$((total + ${count:-0}))
done
printf '%d executions, %d of %d targets failed\n' "$total" "${#failed[@]}" "${#targets[@]}"
[ ${#failed[@]} -eq 0 ]
