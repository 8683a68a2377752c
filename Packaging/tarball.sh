#!/usr/bin/env bash
# Makes out/modelpack-VERSION-linux-MACHINE.tar.gz from BINARY: bin/ and share/, for any prefix.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${BINARY:?the built program}
name=modelpack-$("$binary" --version)-linux-$(uname -m)

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
BINARY=$binary Packaging/stage.sh "$root/$name" ""
install -m 644 LICENSE "$root/$name/LICENSE"
mkdir -p out
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
    --directory "$root" "$name" | gzip -9 -n >"out/$name.tar.gz"
echo "out/$name.tar.gz"
