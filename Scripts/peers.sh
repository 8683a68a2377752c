#!/usr/bin/env bash
# Others judge what we write: model_signing verifies our bundles, python-tuf downloads from our repositories.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
mkdir -p "$peers"
[ -x "$peers/venv/bin/model_signing" ] || {
    python3 -m venv "$peers/venv"
    "$peers/venv/bin/pip" install --quiet model-signing pyopenssl tuf
}
MODELPACK_PEERS=$(realpath "$peers")
export MODELPACK_PEERS
out=out/peers
rm -rf "$out"
mkdir -p "$out/keys"
quietly() { "$modelpack" "$@" --quiet >/dev/null; }

quietly keys generate "$out/keys/build"
quietly policy create --key "team=$out/keys/build.pub" --output "$out/policy.yaml"
quietly build Manifests/home.yaml --output "$out/home.modelpack" --key "$out/keys/build.key"
quietly unpack "$out/home.modelpack" "$out/home"
echo "== model_signing on an unpacked bundle"
Tests/Peers/model_signing.sh "$out/home" "$out/keys/build.pub"

quietly repo init "$out/repo" --keys "$out/keys/repo" --policy "$out/policy.yaml"
quietly publish "$out/home.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
echo "== python-tuf on a repository"
"$peers/venv/bin/python" Tests/Peers/tuf_client.py "$out/repo" home-1.0.0.modelpack channels/stable.json

echo "== python-tuf after every role's key was replaced"
for role in root targets snapshot timestamp stable; do
    old=$("$modelpack" repo status "$out/repo" --json | python3 -c \
        "import json, sys; print(next(r for r in json.load(sys.stdin)['roles'] if r['role'] == '$role')['keys'][0])")
    quietly keys generate "$out/keys/repo/$role.2"
    quietly repo rotate "$out/repo" --keys "$out/keys/repo" --role "$role" --add "$out/keys/repo/$role.2.pub" \
        --remove "$old"
    rm "$out/keys/repo/$role.key"
done
quietly publish "$out/home.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel beta
"$peers/venv/bin/python" Tests/Peers/tuf_client.py "$out/repo" home-1.0.0.modelpack channels/stable.json \
    channels/beta.json
