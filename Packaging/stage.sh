#!/usr/bin/env bash
# Puts what an installed modelpack consists of below ROOT: stage.sh ROOT PREFIX.
# BINARY is the built program; manual pages and completions are made by asking it.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$1 prefix=$2
binary=${BINARY:?the built program}
version=$("$binary" --version)
share=$root$prefix/share

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install -D -m 755 "$binary" "$root$prefix/bin/modelpack"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root$prefix/bin/modelpack"

"$binary" --experimental-dump-help >"$work/help.json"
python3 Packaging/manual.py "$work/help.json" "$version" "$work"
mkdir -p "$share/man/man1"
for page in "$work"/*.1; do gzip -9 -n -c "$page" >"$share/man/man1/${page##*/}.gz"; done

complete() {
    mkdir -p "$(dirname "$share/$2")"
    # They are sourced, never run.
    "$binary" --generate-completion-script "$1" | sed '1{/^#!/d}' >"$share/$2"
}
complete bash bash-completion/completions/modelpack
complete zsh zsh/vendor-completions/_modelpack
complete fish fish/vendor_completions.d/modelpack.fish

install -D -m 644 -t "$share/doc/modelpack" README.md SECURITY.md CHANGELOG.md
find "$root$prefix" -type d -exec chmod 755 {} +
find "$share" -type f -exec chmod 644 {} +
