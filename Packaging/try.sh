#!/usr/bin/env bash
# Installs PACKAGE on this machine as a stranger would, looks at all of it, and takes it away again. Needs root.
# Where systemd runs, the installed timer updates a device from nginx; boot.sh makes such a machine.
set -euo pipefail
package=$(realpath "$1")
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin
state=/var/lib/modelpack

fail() {
    echo "error: $*" >&2
    exit 1
}
[ ! -e "$state" ] || fail "$state is there already; this test would remove it"
work=$(mktemp -d)
chmod 755 "$work"
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$work" /run/systemd/system/modelpack-update.timer.d
    dpkg --purge modelpack >/dev/null 2>&1 || true
}
trap stop EXIT

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

quietly() { modelpack "$@" --quiet >/dev/null; }
# look VERSION: the unit looks for updates, by its timer where systemd runs; the device then has the version, whole.
stamp=/var/lib/systemd/timers/stamp-modelpack-update.timer
look() {
    local unit=/lib/systemd/system/modelpack-update.service
    if [ -d /run/systemd/system ]; then
        # As if the device had been switched off at the full hour.
        systemctl stop modelpack-update.timer
        install -D /dev/null "$stamp"
        touch -d "2 hours ago" "$stamp"
        before=$(systemctl show -P InvocationID modelpack-update.service)
        systemctl start modelpack-update.timer
        for _ in {1..600}; do
            if [ "$(systemctl show -P InvocationID modelpack-update.service)" != "$before" ] &&
                [ "$(systemctl show -P ActiveState modelpack-update.service)" != activating ]; then break; fi
            sleep 0.1
        done
        [ "$(systemctl show -P Result modelpack-update.service)" = success ] ||
            fail "the timer's update: $(journalctl -u modelpack-update.service | tail -n 5)"
    else
        read -ra command < <(sed -n 's/^ExecStart=//p' "$unit")
        runuser -u modelpack -- env -i "$(sed -n 's/^Environment=//p' "$unit")" "${command[@]}"
    fi
    cmp "$work/unpacked-$1/model/model.gguf" "$state/models/home/current/model/model.gguf" ||
        fail "the device doesn't have $1"
}
if command -v nginx >/dev/null; then
    echo "nginx serves 1.0.0 and then 1.1.0"
    mkdir "$work/keys" "$work/nginx"
    quietly keys generate "$work/keys/build"
    quietly policy create --key "team=$work/keys/build.pub" --output "$work/policy.yaml"
    quietly repo init "$work/repository" --keys "$work/keys/repo" --policy "$work/policy.yaml"
    publish() { # publish VERSION MANIFEST
        quietly build "Manifests/$2.yaml" --output "$work/$1.modelpack" --key "$work/keys/build.key"
        quietly unpack "$work/$1.modelpack" "$work/unpacked-$1"
        quietly publish "$work/$1.modelpack" --repo "$work/repository" --keys "$work/keys/repo" --channel stable
    }
    publish 1.0.0 home
    cp Packaging/nginx/modelpack.conf "$work/nginx/"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$work/nginx/nginx.conf" <<END
daemon off;
pid nginx.pid;
events {}
http {
    access_log access.log;
    server {
        listen 127.0.0.1:$port;
        root $work/repository;
        include modelpack.conf;
    }
}
END
    nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" -e "$work/nginx/error.log" &
    server=$!
    for _ in {1..100}; do
        if (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
        sleep 0.1
    done
    runuser -u modelpack -- modelpack device init --root "$state" --repository "http://127.0.0.1:$port" --quiet \
        --policy "$work/policy.yaml" --trust "$work/repository/metadata/1.root.json" --channel stable >/dev/null
    if [ -d /run/systemd/system ]; then
        echo "the timer updates the device"
        mkdir -p /run/systemd/system/modelpack-update.timer.d
        printf '[Timer]\nRandomizedDelaySec=0\n' >/run/systemd/system/modelpack-update.timer.d/try.conf
        systemctl daemon-reload
        systemctl --quiet enable modelpack-update.timer modelpack-check.timer
    else
        echo "the unit's command updates the device (systemd doesn't run here: make try-boot has a timer do it)"
    fi
    look 1.0.0
    publish 1.1.0 home-1.1
    look 1.1.0
    if [ -d /run/systemd/system ]; then
        systemctl start modelpack-check.service || fail "checking: $(journalctl -u modelpack-check.service | tail -n 5)"
    fi
fi

echo "removal leaves the models, purging doesn't"
install -D -o modelpack /dev/null "$state/models/home/versions/1.0.0/manifest.json"
dpkg --remove modelpack >/dev/null
for link in /etc/systemd/system/*/modelpack*; do [ ! -L "$link" ] || fail "$link is still there"; done
[ ! -e /usr/bin/modelpack ] || fail "the program is still there"
[ -e "$state/models/home/versions/1.0.0/manifest.json" ] || fail "removal took the models"
dpkg --purge modelpack >/dev/null
[ ! -e "$state" ] || fail "purging left $state"
! getent passwd modelpack >/dev/null || fail "purging left the user"
echo "the package installs, works and goes"
