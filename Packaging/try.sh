#!/usr/bin/env bash
# Installs PACKAGE on this machine as a stranger would, looks at all of it, and takes it away again. Needs root.
set -euo pipefail
package=$(realpath "$1")
state=/var/lib/modelpack

fail() {
    echo "error: $*" >&2
    exit 1
}
[ ! -e "$state" ] || fail "$state is there already; this test would remove it"
work=$(mktemp -d)
trap 'dpkg --purge modelpack >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

echo "install"
dpkg --install "$package" >/dev/null
[ "$(command -v modelpack)" = /usr/bin/modelpack ] || fail "modelpack is not on the PATH"
modelpack --version >/dev/null
if ldd /usr/bin/modelpack | grep -E 'libswift|Foundation|not found'; then fail "a library is missing"; fi
[ "$(stat -c %U:%a $state)" = modelpack:755 ] || fail "$state is not the user's"

echo "manual pages"
for page in modelpack modelpack-build modelpack-repo-init; do
    [ -z "$(man --warnings -E UTF-8 "$page" 2>&1 >"$work/page")" ] || fail "man $page warns"
    grep -q 'EXIT STATUS' "$work/page" || fail "man $page says nothing"
done

echo "completions"
touch "$work/home.yaml"
asked=$(cd "$work" && bash -c '
    source /usr/share/bash-completion/completions/modelpack
    COMP_LINE="modelpack bu" COMP_POINT=12 COMP_WORDS=(modelpack bu) COMP_CWORD=1
    _modelpack modelpack bu modelpack; echo "${COMPREPLY[*]}"
    COMP_LINE="modelpack build ho" COMP_POINT=18 COMP_WORDS=(modelpack build ho) COMP_CWORD=2 COMPREPLY=()
    _modelpack modelpack ho build; echo "${COMPREPLY[*]}"' 2>"$work/errors")
[ "$asked" = $'build\nhome.yaml' ] || fail "bash completes to: $asked $(cat "$work/errors")"
if command -v fish >/dev/null; then
    (cd "$work" && fish -c 'complete -C "modelpack bu"') | grep -q '^build' || fail "fish doesn't complete commands"
    (cd "$work" && fish -c 'complete -C "modelpack build ho"') | grep -q '^home.yaml' || fail "fish completes no files"
fi
if command -v zsh >/dev/null; then
    zsh -fc 'autoload -Uz compinit && compinit -u -d "$1/dump" && [ "$_comps[modelpack]" = _modelpack ]' zsh "$work" ||
        fail "zsh doesn't know the completions"
    zsh -n /usr/share/zsh/vendor-completions/_modelpack
fi

echo "units"
for unit in /lib/systemd/system/modelpack*; do
    [ -e "$unit" ] || continue
    ! command -v systemd-analyze >/dev/null || systemd-analyze verify --man=no "$unit"
done

echo "removal leaves the models, purging doesn't"
install -D -o modelpack /dev/null "$state/models/home/versions/1.0.0/manifest.json"
dpkg --remove modelpack >/dev/null
[ ! -e /usr/bin/modelpack ] || fail "the program is still there"
[ -e "$state/models/home/versions/1.0.0/manifest.json" ] || fail "removal took the models"
dpkg --purge modelpack >/dev/null
[ ! -e "$state" ] || fail "purging left $state"
! getent passwd modelpack >/dev/null || fail "purging left the user"
echo "the package installs, works and goes"
