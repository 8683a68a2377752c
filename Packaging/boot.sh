#!/usr/bin/env bash
# Boots a Debian of its own, with systemd, nginx and what PACKAGE depends on, and runs try.sh in it: boot.sh PACKAGE.
# Its only network is its own loopback; it goes with this script. Needs root, systemd-nspawn and debootstrap.
set -euo pipefail
package=$(realpath "$1")
cd "$(dirname "$0")/.."
for tool in debootstrap systemd-nspawn; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install debootstrap systemd-container" >&2
        exit 1
    }
done
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

echo "== a new machine"
depends=$(dpkg-deb --field "$package" Depends | sed -E 's/ \([^)]*\)//g; s/, /,/g')
suite=$(sed -n "s/^VERSION_CODENAME=//p" /etc/os-release)
debootstrap --variant=minbase --include="$depends,systemd,systemd-sysv,man-db,bash-completion,nginx-light,python3" \
    "$suite" "$work/root" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2 && exit 1; }
cat >"$work/root/etc/systemd/system/try.service" <<END
[Unit]
After=multi-user.target
SuccessAction=exit
FailureAction=exit

[Service]
Type=oneshot
ExecStart=/checkout/Packaging/try.sh /${package##*/}
StandardOutput=append:/said
StandardError=append:/said
TimeoutStartSec=5min

[Install]
WantedBy=multi-user.target
END
cp "$package" "$work/root/"
systemctl --root "$work/root" --quiet enable try.service

echo "== boots"
status=0
timeout --kill-after=10 400 systemd-nspawn --quiet --directory "$work/root" --boot --private-network --register=no \
    --keep-unit --link-journal=no --bind-ro="$PWD:/checkout" </dev/null >"$work/log" 2>&1 || status=$?
cat "$work/root/said" || tail -n 30 "$work/log"
exit "$status"
