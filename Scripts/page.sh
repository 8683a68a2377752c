#!/usr/bin/env bash
# The page of a verdict as Chromium shows it: of a good release, a bad one, and a bad one asked a thousand prompts.
# Screenshots stay in out/page. Chromium comes from the system (CHROMIUM names another).
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=${MODELPACK:-.build/release/modelpack}
venv=${PEERS:-.build-peers}/page
chromium=${CHROMIUM:-$(command -v chromium)} || {
    echo "error: no chromium: apt-get install chromium" >&2
    exit 1
}
[ -e "$venv/ready" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet axe-playwright-python
    touch "$venv/ready"
}
out=out/page
rm -rf "$out"
mkdir -p "$out"
quietly() { "$modelpack" "$@" --quiet >/dev/null; }
quietly keys generate "$out/build"
for release in home home-1.1 home-1.2-bad; do
    quietly build "Manifests/$release.yaml" --output "$out/$release.modelpack" --key "$out/build.key"
done
python3 Scripts/thousand.py Manifests/golden/home-1.1.jsonl >"$out/thousand.jsonl"
# judge EXIT PAGE BUNDLE OPTIONS...
judge() {
    local wanted=$1 page=$2 bundle=$3 status=0
    shift 3
    quietly verify "$out/$bundle.modelpack" --key "$out/build.pub" --html "$out/$page.html" "$@" || status=$?
    [ "$status" = "$wanted" ] || {
        echo "error: $page: exit code $status, not $wanted" >&2
        exit 1
    }
}
text=(--text Tests/Fixtures/reference/corpus.txt --context 256)
judge 0 first home --history "$out/history"
judge 0 good home-1.1 --history "$out/history" "${text[@]}" \
    --baseline "$out/home.modelpack" --reference Models/home-1.1.0
judge 1 bad home-1.2-bad --history "$out/history" "${text[@]}" \
    --baseline "$out/home-1.1.modelpack" --reference Models/home-1.2.0-bad
judge 1 thousand home-1.2-bad --suite "$out/thousand.jsonl" "${text[@]}" \
    --baseline "$out/home-1.1.modelpack" --reference Models/home-1.2.0-bad
python3 Scripts/thousand.py Manifests/golden/home-1.1.jsonl '{"exact": "something else"}' >"$out/wrong.jsonl"
judge 1 wrong home-1.2-bad --suite "$out/wrong.jsonl" --baseline "$out/home.modelpack"
"$venv/bin/python" Tests/Peers/verdict_page.py "$chromium" "$out"
