#!/usr/bin/env bash
# The same road on SmolLM2-135M-Instruct, a real chat model: to Q8_0 and to Q4_0, published, updated, asked.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
out=out/demo-smollm2
rm -rf "$out"
mkdir -p "$out/keys"

say() { printf '\n%s\n' "$*"; }
run() {
    printf '  $ modelpack'
    printf ' %q' "$@"
    printf '\n'
    "$modelpack" "$@" 2>&1 | sed 's/^/    /'
}

say "1. Keys and a policy."
run keys generate "$out/keys/build"
run policy create --key "release-team=$out/keys/build.pub" --output "$out/policy.yaml"

say "2. Build SmolLM2-135M-Instruct as Q8_0."
run build Manifests/smollm2-135m.yaml --output "$out/smollm2-135m-q8_0.modelpack" --key "$out/keys/build.key"
run verify "$out/smollm2-135m-q8_0.modelpack" --policy "$out/policy.yaml"

say "3. Publish, and let a device fetch it."
run repo init "$out/repo" --keys "$out/keys/repo" --policy "$out/policy.yaml"
run publish "$out/smollm2-135m-q8_0.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
run device init --root "$out/device" --repository "$PWD/$out/repo" \
    --trust "$out/repo/metadata/1.root.json" --policy "$out/policy.yaml" --channel stable
run update smollm2-135m --root "$out/device"

say "4. Ask the model on the device."
run run "$out/device/models/smollm2-135m/current/model/model.gguf" \
    --prompt "What is the capital of France? Answer in one sentence." --max-tokens 40

say "5. The next release is a third smaller: Q4_0."
run build Manifests/smollm2-135m-q4_0.yaml --output "$out/smollm2-135m-q4_0.modelpack" --key "$out/keys/build.key"
run verify "$out/smollm2-135m-q4_0.modelpack" --policy "$out/policy.yaml"
run publish "$out/smollm2-135m-q4_0.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
run update smollm2-135m --root "$out/device"
run run "$out/device/models/smollm2-135m/current/model/model.gguf" \
    --prompt "What is the capital of France? Answer in one sentence." --max-tokens 40
run status --root "$out/device"
run rollback smollm2-135m --root "$out/device"
run status --root "$out/device"
