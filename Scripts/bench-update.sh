#!/usr/bin/env bash
# What checking, fetching, resuming and switching cost, with curl, sync and openssl beside it; ends with 1 if a limit is
# missed. Wants a quiet machine, for it measures times.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
for tool in strace curl openssl python3; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install $tool" >&2
        exit 1
    }
done
out=out/bench-update
mkdir -p "$out"
quietly() { "$modelpack" "$@" --quiet >/dev/null; }

if [ ! -f "$out/home-1.1.modelpack" ]; then
    chmod -R u+w "$out"
    rm -rf "${out:?}"/*
    quietly keys generate "$out/build"
    quietly policy create --key "team=$out/build.pub" --output "$out/policy.yaml"
    # Dequantized to F32 it makes a bundle of 540 MB.
    cat >"$out/big.yaml" <<YAML
name: big
version: 1.0.0
source: ../../models/smollm2-135m/model.gguf
quantization:
  type: f32
YAML
    for release in "$out/big" Manifests/home Manifests/home-1.1; do
        quietly build "$release.yaml" --output "$out/$(basename "$release").modelpack" --key "$out/build.key"
    done
fi
rm -rf "$out/repo" "$out/keys"
quietly repo init "$out/repo" --keys "$out/keys" --policy "$out/policy.yaml"
publish() { quietly publish "$out/$1.modelpack" --repo "$out/repo" --keys "$out/keys" --channel "$2"; }
publish home stable
publish big large
publish home-1.1 next
exec python3 Scripts/bench-update.py "$modelpack" "$out"
