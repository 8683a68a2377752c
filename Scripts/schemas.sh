#!/usr/bin/env bash
# The schemas of docs/schemas against the files of this repository, and against modelpack itself.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=${MODELPACK:-.build/release/modelpack}
venv=${PEERS:-.build-peers}/schemas
[ -e "$venv/ready" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet jsonschema pyyaml
    touch "$venv/ready"
}
"$venv/bin/python" Scripts/schemas.py "$modelpack"
