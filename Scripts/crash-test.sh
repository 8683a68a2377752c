#!/usr/bin/env bash
# crash-test.sh [OPTION]...: stops updates at every file operation; what Tests/Crash/crash_test.py takes, it takes.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
out=out/crash-test
rm -rf "$out"
mkdir -p "$out/keys"
"${CC:-cc}" -O2 -Wall -Wextra -shared -fPIC -o "$out/shim.so" Tests/Crash/shim.c -ldl
quietly() { "$modelpack" "$@" --quiet >/dev/null; }
quietly keys generate "$out/keys/build"
quietly policy create --key "team=$out/keys/build.pub" --output "$out/policy.yaml"
for release in home:1.0.0 home-1.1:1.1.0 home-1.2-bad:1.2.0; do
    quietly build "Manifests/${release%:*}.yaml" --output "$out/home-${release#*:}.modelpack" --key "$out/keys/build.key"
done
python3 Tests/Crash/crash_test.py --modelpack "$modelpack" --shim "$out/shim.so" --bundles "$out" "$@"
