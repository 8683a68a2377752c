#!/usr/bin/env bash
# The reference tool of OpenSSF Model Signing judges an unpacked bundle: it accepts what we signed, and refuses the
# same files with one byte changed.
#
# usage: model_signing.sh FOLDER PUBLIC_KEY      (needs `model_signing` on the PATH, or MODELPACK_PEERS/venv/bin)
set -euo pipefail
[ $# = 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 64; }
folder=$1
key=$2
[ -z "${MODELPACK_PEERS:-}" ] || PATH="$MODELPACK_PEERS/venv/bin:$PATH"

found=0
for signature in "$folder"/signatures/*.sig; do
    model_signing verify key "$folder" --signature "$signature" --public_key "$key"
    found=1
done
[ $found = 1 ] || { echo "error: no signatures in $folder" >&2; exit 1; }

changed=$(mktemp -d)
trap 'rm -rf "$changed"' EXIT
cp -R "$folder" "$changed/bundle"
chmod -R u+w "$changed"
printf 'x' >> "$changed/bundle/manifest.json"
for signature in "$changed"/bundle/signatures/*.sig; do
    if model_signing verify key "$changed/bundle" --signature "$signature" --public_key "$key" >/dev/null 2>&1; then
        echo "error: model_signing accepts a changed bundle" >&2
        exit 1
    fi
done
echo "model_signing refuses the changed copy"
