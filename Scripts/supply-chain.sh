#!/usr/bin/env bash
# CycloneDX's and in-toto's own libraries read the SBOM and the provenance of a bundle built here.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=${MODELPACK:-.build/release/modelpack}
venv=${PEERS:-.build-peers}/sbom
[ -e "$venv/ready" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'cyclonedx-python-lib[json-validation]' in-toto-attestation
    touch "$venv/ready"
}
out=out/supply-chain
rm -rf "$out"
mkdir -p "$out"
cat >"$out/home.yaml" <<'END'
name: home
version: 1.0.0
source: ../../Models/home-1.0.0
quantization: {type: q8_0, rules: [{tensor: token_embd.weight, type: q4_0}]}
license: {spdx: Apache-2.0, file: ../../LICENSE}
lineage: {base: somebody/something, previous: home-0.9.0}
END
"$modelpack" build "$out/home.yaml" --output "$out/home.modelpack" --quiet >/dev/null
"$modelpack" unpack "$out/home.modelpack" "$out/home" --quiet >/dev/null
"$venv/bin/python" Tests/Peers/supply_chain.py "$out/home"
