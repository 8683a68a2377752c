#!/usr/bin/env bash
# soak.sh N: kills `modelpack update` at N random moments; the device must have a whole model each time.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
out=out/soak
rm -rf "$out"
mkdir -p "$out/keys"
quietly() { "$modelpack" "$@" --quiet >/dev/null; }

quietly keys generate "$out/keys/build"
quietly policy create --key "team=$out/keys/build.pub" --output "$out/policy.yaml"
quietly repo init "$out/repo" --keys "$out/keys/repo" --policy "$out/policy.yaml"
for release in home home-1.1; do
    quietly build "Manifests/$release.yaml" --output "$out/$release.modelpack" --key "$out/keys/build.key"
    quietly publish "$out/$release.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
done
python3 Tests/Peers/kill-update.py "$modelpack" "$out/repo" --policy "$out/policy.yaml" --kills "${1:-50}"
