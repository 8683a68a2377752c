#!/usr/bin/env bash
# Verifying a signed bundle of 540 MB (SmolLM2-135M in F32) beside `openssl dgst -sha256` of the same file, in turn, with
# a warm cache. Fails above RATIO.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
model=$(realpath "${SMOLLM2:-models/smollm2-135m/model.gguf}")
command -v hyperfine >/dev/null || {
    echo "error: hyperfine is needed: apt-get install hyperfine" >&2
    exit 1
}
out=$PWD/out/bench-verify
mkdir -p "$out"
bundle=$out/f32.modelpack
[ -f "$out/key.key" ] || "$modelpack" keys generate "$out/key" --quiet >/dev/null
cat >"$out/f32.yaml" <<YAML
name: smollm2-f32
version: 1.0.0
source: $model
quantization:
  type: f32
license:
  spdx: Apache-2.0
YAML
[ -f "$bundle" ] || "$modelpack" build "$out/f32.yaml" --output "$bundle" --key "$out/key.key" --quiet >/dev/null

hyperfine --warmup 2 --runs "${RUNS:-15}" --style none --export-json "$out/times.json" \
    "$modelpack verify $bundle --key $out/key.pub --skip-golden --quiet" \
    "openssl dgst -sha256 $bundle" >/dev/null 2>&1
python3 - "$out/times.json" "$bundle" "${RATIO:-0.6}" <<'PYTHON'
import json, os, sys
ours, theirs = (result["median"] for result in json.load(open(sys.argv[1]))["results"])
size = os.path.getsize(sys.argv[2])
ratio = ours / theirs
print(f"{size / 1e6:.0f} MB on {os.cpu_count()} cores: ours {ours:.3f} s, openssl dgst {theirs:.3f} s, "
      f"ratio {ratio:.2f} (at most {sys.argv[3]})")
sys.exit(ratio > float(sys.argv[3]))
PYTHON
