#!/usr/bin/env bash
# Repositories that python-tuf makes, good and bad, against our TUF client (Tests/Conformance/tuf-client).
# conformance.sh [CASE...] runs some of the cases only, such as test_root.RootChain.
set -euo pipefail
cd "$(dirname "$0")/.."
peers=${PEERS:-.build-peers}
mkdir -p "$peers"
[ -x "$peers/venv/bin/python" ] || python3 -m venv "$peers/venv"
"$peers/venv/bin/python" -c 'import tuf, cryptography' 2>/dev/null ||
    "$peers/venv/bin/pip" install --quiet tuf cryptography
python=$(realpath --no-symlinks "$peers/venv/bin/python")
cd Tests/Conformance
if [ $# -gt 0 ]; then
    PYTHONDONTWRITEBYTECODE=1 "$python" -m unittest "$@"
else
    PYTHONDONTWRITEBYTECODE=1 "$python" -m unittest discover
fi
