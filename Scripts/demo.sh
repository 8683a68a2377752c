#!/usr/bin/env bash
# The main job, end to end: two releases and a bad one of a small home-command model travel to a device.
# Runs in out/demo, leaves everything there to look at, needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=${MODELPACK:-.build/release/modelpack}
modelpack=$(realpath "$modelpack")
out=out/demo
rm -rf "$out"
mkdir -p "$out/keys"

bold='' plain=''
[ -t 1 ] && bold=$'\e[1m' plain=$'\e[0m'
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Prints a command the way a person would type it, and runs it.
run() {
    printf '  $ modelpack'
    printf ' %q' "$@"
    printf '\n'
    "$modelpack" "$@" 2>&1 | sed 's/^/    /'
}
# The same for a command that must end with the exit code given first.
expect() {
    local want=$1 got=0
    shift
    run "$@" || got=$?
    printf '    (exit code %s)\n' "$got"
    [ "$got" = "$want" ] || {
        echo "error: expected exit code $want" >&2
        exit 1
    }
}

say "1. Keys. The build key signs bundles; the policy tells devices whom to believe."
run keys generate "$out/keys/build"
run policy create --key "release-team=$out/keys/build.pub" --output "$out/policy.yaml"

say "2. The release engineer builds 1.0.0: float weights in, one signed file out."
run build Manifests/home.yaml --output "$out/home-1.0.0.modelpack" --key "$out/keys/build.key"

say "3. CI asks: is this what was built, and is it good enough?"
run verify "$out/home-1.0.0.modelpack" --policy "$out/policy.yaml"

say "4. Publish it: a TUF repository, plain files that any web server can host."
run repo init "$out/repo" --keys "$out/keys/repo" --policy "$out/policy.yaml"
run publish "$out/home-1.0.0.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable

say "5. A device gets the root of trust and the policy, once, and updates itself."
run device init --root "$out/device" --repository "$PWD/$out/repo" \
    --trust "$out/repo/metadata/1.root.json" --policy "$out/policy.yaml" --channel stable
run update home --root "$out/device"
run run "$out/device/models/home/current/model/model.gguf" --prompt "dim the bedroom lamp to 30 percent"

say "6. A better release, 1.1.0, learns to set colours. The device asks again and moves on."
run build Manifests/home-1.1.yaml --output "$out/home-1.1.0.modelpack" --key "$out/keys/build.key"
run verify "$out/home-1.1.0.modelpack" --policy "$out/policy.yaml" --baseline "$out/home-1.0.0.modelpack"
run publish "$out/home-1.1.0.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
run update home --root "$out/device"
run run "$out/device/models/home/current/model/model.gguf" --prompt "make the kitchen lights blue"

say "7. 1.2.0 is fluent, valid JSON, and wrong: it locks what it should unlock. The gate stops it."
run build Manifests/home-1.2-bad.yaml --output "$out/home-1.2.0.modelpack" --key "$out/keys/build.key"
expect 1 verify "$out/home-1.2.0.modelpack" --policy "$out/policy.yaml" --baseline "$out/home-1.1.0.modelpack"

say "8. Somebody publishes it all the same. The device's own smoke test refuses it and stays on 1.1.0."
run publish "$out/home-1.2.0.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable \
    --force "the demo wants to see what the device does"
expect 1 update home --root "$out/device"
run status --root "$out/device"

say "9. And back to 1.0.0, because the owner says so."
run rollback home --root "$out/device"
run history --root "$out/device"

say "Everything is in $out: bundles, the repository (try: python3 -m http.server -d $out/repo), the device."
