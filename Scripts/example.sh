#!/usr/bin/env bash
# Builds Examples/Kiosk and lets it live a day: set itself up, update over HTTP, stop and go on, answer, refuse a bad model,
# go back.
#   example.sh          the kiosk depends on this working copy
#   example.sh --tag    it depends on a tag of a clone, as other people's packages do; what isn't committed isn't in it
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
out=out/example package=Examples/Kiosk build=$PWD/.build/example
[ ! -e "$out" ] || chmod -R u+w "$out"
rm -rf "$out"
mkdir -p "$out"
out=$(realpath "$out")
server='' kiosk=''
stop() {
    # shellcheck disable=SC2086 # two numbers, or nothing
    kill $server $kiosk 2>/dev/null || true
    wait
}
trap stop EXIT
fail() { echo "error: $1" >&2 && exit 1; }
quietly() { "$modelpack" "$@" --quiet >/dev/null; }

if [ "${1:-}" = --tag ]; then
    git clone -q . "$out/modelpack.git"
    git -C "$out/modelpack.git" tag 0.1.0
    package=$out/client build=$out/build
    cp -r Examples/Kiosk "$package"
    sed -i "s|\.package(name: .*|.package(url: \"file://$out/modelpack.git\", from: \"0.1.0\")|" "$package/Package.swift"
fi
started=$SECONDS
swift build -c release --package-path "$package" --scratch-path "$build" --quiet
echo "built in $((SECONDS - started)) s"

quietly keys generate "$out/build"
quietly policy create --key "maker=$out/build.pub" --output "$out/policy.yaml"
quietly repo init "$out/site" --keys "$out/keys" --policy "$out/policy.yaml"
release() { # VERSION MANIFEST
    quietly build "Manifests/$2.yaml" --output "$out/$1.modelpack" --key "$out/build.key"
    quietly publish "$out/$1.modelpack" --repo "$out/site" --keys "$out/keys" --channel stable --force "the example"
}

python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$out/site" >"$out/server.log" 2>&1 &
server=$!
for _ in {1..100}; do
    port=$(sed -n 's/^Serving HTTP on .* port \([0-9]*\) .*/\1/p' "$out/server.log")
    [ -z "$port" ] || break
    sleep 0.1
done
[ -n "$port" ] || fail "no server: $(cat "$out/server.log")"

coproc APP { exec "$build/release/kiosk" "$out/device" "http://127.0.0.1:$port" "$out/site/metadata/1.root.json" \
    "$out/policy.yaml" 2>"$out/kiosk.log"; }
kiosk=$APP_PID
# ask QUESTION ANSWER: one line goes in, and the lines that come out end with one that looks like the answer.
ask() {
    printf '> %s\n' "$1"
    printf '%s\n' "$1" >&"${APP[1]}"
    local line
    while IFS= read -r -t 60 line <&"${APP[0]}"; do
        printf '  %s\n' "$line"
        # shellcheck disable=SC2053 # a pattern
        [[ $line != $2 ]] || return 0
        [[ $line == fetched* ]] || break
    done
    fail "the kiosk doesn't say $2"
}

ask "dim the bedroom lamp to 30 percent" "I have no model yet"
release 1.0.0 home
# On a slow link: somebody stops the update, and it goes on later.
printf 'limits: {rate: 100}\n' >>"$out/device/device.yaml"
printf '/update\n' >&"${APP[1]}"
sleep 2
ask /stop "stopped; the next update goes on"
sed -i /limits/d "$out/device/device.yaml"
ask /update "installed 1.0.0"
ask "dim the bedroom lamp to 30 percent" '{"intent":"set_brightness"*"value":30}'
release 1.1.0 home-1.1
ask /update "installed 1.1.0"
ask "make the kitchen lights blue" '{"intent":"set_color"*'
ask /update "up-to-date 1.1.0"
release 1.2.0 home-1.2-bad
ask /update "refused 1.2.0 *lock the front door*"
ask /version "1.1.0"
ask /back "back at 1.0.0"
ask "lock the front door" '{"intent":"lock"*'
kill "$server"
ask /update "the repository can't be reached"
# The command and the app work on the same device.
"$modelpack" status --root "$out/device"
