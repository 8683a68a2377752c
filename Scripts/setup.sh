#!/usr/bin/env bash
# Installs the libraries that modelpack stands on, if they are missing (Debian, Ubuntu).
set -euo pipefail
packages=(libarchive-dev libssl-dev libcurl4-openssl-dev libyaml-dev libzstd-dev pkg-config)

have() { command -v pkg-config >/dev/null && pkg-config --exists libarchive libcrypto libcurl libzstd yaml-0.1; }

command -v swift >/dev/null || {
    echo "error: no Swift toolchain: install Swift 6.2 or later from swift.org and put it on the PATH" >&2
    exit 1
}
have && exit 0
command -v apt-get >/dev/null || {
    echo "error: please install the development files of libarchive, OpenSSL 3, libcurl, libyaml and zstd, and pkg-config" >&2
    exit 1
}
root=()
[ "$(id -u)" = 0 ] || root=(sudo)
"${root[@]}" apt-get update -qq
"${root[@]}" apt-get install -y -qq "${packages[@]}"
