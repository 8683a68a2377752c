#!/usr/bin/env bash
# docs/serving.md against Debian's nginx: its configuration and rsync lines as they stand, and devices that are updated
# by the command of the systemd unit, as a user without rights. nginx listens on 127.0.0.1 and ends with this script.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin
for tool in nginx rsync openssl setpriv flock curl; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install nginx-light rsync openssl util-linux curl" >&2
        exit 1
    }
done

step() { printf '== %s\n' "$1"; }
fail() { echo "error: $1" >&2 && exit 1; }

# Where a user without rights may look, whoever owns this checkout.
work=$(mktemp -d)
chmod 755 "$work"
mkdir -p "$work"/{keys,device,nginx,served}
install -m 755 "${MODELPACK:-.build/release/modelpack}" "$work/modelpack"
modelpack=$work/modelpack
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    # Installed versions are read-only.
    chmod -R u+w "$work"
    rm -rf "$work"
}
trap stop EXIT
unprivileged=()
if [ "$(id -u)" = 0 ]; then
    unprivileged=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    unprivileged+=(--no-new-privs --bounding-set=-all --inh-caps=-all)
    chown nobody "$work/device" "$work/nginx"
fi

quietly() { "$modelpack" "$@" --quiet >/dev/null; }
publish() { quietly publish "$work/$1.modelpack" --repo "$work/repository" --keys "$work/keys/repo" --channel stable; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# The document's lines, in its order: targets, metadata, what makes it known; the fourth deletes.
mapfile -t copying < <(sed -n 's/^\$ \(rsync .*\)/\1/p' docs/serving.md)
[ ${#copying[@]} = 4 ] || fail "docs/serving.md has ${#copying[@]} rsync lines, not 4"
copy() { (cd "$work" && for line; do bash -c "${copying[line - 1]}"; done); }

# The unit's command and environment, but for where the program and the models are.
unit=Packaging/systemd/modelpack-update.service
command=$(sed -n 's/^ExecStart=//p' "$unit")
environment=$(sed -n 's/^Environment=//p' "$unit")
[[ $command == "/usr/bin/modelpack update"* && $environment == MODELPACK_ROOT=* ]] || fail "$unit is not as expected"
read -ra command <<<"${command/#\/usr\/bin\/modelpack/$modelpack}"
on_device() { "${unprivileged[@]}" env -i "MODELPACK_ROOT=$work/device" "$@"; }
# updates_to VERSION [STATUS]: the unit runs and ends with the status; the device then has the version, whole.
updates_to() {
    local got=0
    on_device "${command[@]}" >"$work/said" 2>&1 || got=$?
    [ "$got" = "${2:-0}" ] || { cat "$work/said" >&2 && fail "the unit ended with $got, not ${2:-0}"; }
    cmp "$work/unpacked-$1/model/model.gguf" "$work/device/models/home/current/model/model.gguf" ||
        fail "the device doesn't have $1"
}

step "two releases; nginx with the document's configuration"
python3 - <<'PYTHON' || fail "docs/serving.md doesn't show Packaging/nginx/modelpack.conf as it is"
import pathlib
import sys

shown = f"```nginx\n{pathlib.Path('Packaging/nginx/modelpack.conf').read_text()}```\n"
sys.exit(shown not in pathlib.Path("docs/serving.md").read_text())
PYTHON
quietly keys generate "$work/keys/build"
quietly policy create --key "team=$work/keys/build.pub" --output "$work/policy.yaml"
for release in 1.0.0=home 1.1.0=home-1.1; do
    version=${release%=*}
    quietly build "Manifests/${release#*=}.yaml" --output "$work/$version.modelpack" --key "$work/keys/build.key"
    quietly unpack "$work/$version.modelpack" "$work/unpacked-$version"
done
quietly repo init "$work/repository" --keys "$work/keys/repo" --policy "$work/policy.yaml"
publish 1.0.0
cert() { # cert NAME: a certificate that vouches for itself
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -addext subjectAltName=DNS:localhost \
        -keyout "$work/nginx/$1.key" -out "$work/nginx/$1.pem" 2>/dev/null
    chmod 644 "$work/nginx/$1.key"
}
cert localhost
cert fleet
cp Packaging/nginx/modelpack.conf "$work/nginx/"
port=$(free_port) secure=$(free_port)
# gzip for everything, so that the snippet has something to turn off.
cat >"$work/nginx/nginx.conf" <<END
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 64; }
http {
    log_format short '\$status \$request_method \$uri';
    access_log access.log short;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    gzip on;
    gzip_types *;
    server {
        listen 127.0.0.1:$port;
        root $work/served;
        include modelpack.conf;
    }
    server {
        listen 127.0.0.1:$secure ssl;
        ssl_certificate localhost.pem;
        ssl_certificate_key localhost.key;
        ssl_client_certificate fleet.pem;
        ssl_verify_client on;
        root $work/served;
        include modelpack.conf;
    }
}
END
"${unprivileged[@]}" nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" -e "$work/nginx/error.log" &
server=$!
address=http://127.0.0.1:$port
for _ in {1..100}; do
    if (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$work/nginx/error.log" >&2 && fail "nginx doesn't start"; }
    sleep 0.1
done
copy 1 2 3

step "the unit's command brings 1.0.0: ${command[*]:1}"
on_device "$modelpack" device init --repository "$address" --trust "$work/repository/metadata/1.root.json" \
    --policy "$work/policy.yaml" --channel stable --quiet >/dev/null
updates_to 1.0.0

step "headers of each kind of file"
# has PATH STATUS CACHING [CURL'S ARGUMENTS]: asks, and compares status line and Cache-Control; $headers has the rest.
has() {
    local path=$1 status=$2 caching=$3
    shift 3
    headers=$(curl -sS --compressed -D - -o "$work/body" "$@" "$address/$path" | tr -d '\r')
    [[ $headers == "HTTP/1.1 $status "* ]] || fail "$path: not $status but $headers"
    [ "$(sed -n 's/^Cache-Control: //p' <<<"$headers")" = "$caching" ] || fail "$path: not '$caching' but $headers"
    ! grep -qi '^Content-Encoding' <<<"$headers" || fail "$path is compressed"
}
header() { grep -qx "$1: $2" <<<"$headers" || fail "no '$1: $2' but $headers"; }
forever="public, max-age=31536000, immutable, no-transform"
for name in 1.root 2.snapshot 2.targets 1.stable; do
    has "metadata/$name.json" 200 "$forever"
    header Content-Type application/json
done
has metadata/timestamp.json 200 "no-cache, no-transform"
modified=$(sed -n 's/^Last-Modified: //p' <<<"$headers")
has metadata/timestamp.json 200 "no-cache, no-transform" -H "If-Modified-Since: $modified"
! grep -qi '^ETag' <<<"$headers" || fail "timestamp.json has an ETag"
has metadata/2.root.json 404 no-store
has targets/home/none 404 no-store
has metadata/ 404 no-store
touch "$work/served/log.jsonl"
has log.jsonl 404 no-store
rm "$work/served/log.jsonl"
bundle=$(cd "$work/served" && echo targets/home/1.0.0/*.modelpack)
size=$(stat -c %s "$work/served/$bundle")
has "$bundle" 200 "$forever"
header Accept-Ranges bytes
header Content-Type application/octet-stream
cmp "$work/body" "$work/1.0.0.modelpack" || fail "$bundle is not what was published"
has "$bundle" 206 "$forever" -r 1000-1999
header Content-Range "bytes 1000-1999/$size"
cmp "$work/body" <(tail -c +1001 "$work/1.0.0.modelpack" | head -c 1000) || fail "these are not the bytes 1000 to 1999"

step "1.1.0, copied step by step: the device stays at 1.0.0 until the last, and then moves at once"
cp -p "$work/served/metadata/timestamp.json" "$work/old.json"
publish 1.1.0
updates_to 1.0.0
copy 1
updates_to 1.0.0
copy 2
[ -e "$work/served/metadata/3.snapshot.json" ] || fail "the metadata wasn't copied"
updates_to 1.0.0
copy 3
updates_to 1.1.0
grep -q "^206 GET /targets/home/1.1.0/" "$work/nginx/access.log" || fail "no byte ranges were fetched"

step "another timestamp key: the new root is seen at once, though it wasn't there a moment ago, and no step refuses"
tail -n 20 "$work/nginx/access.log" | grep -q '^404 GET /metadata/2.root.json' || fail "nobody asked for the next root"
old=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["signed"]["roles"]["timestamp"]["keyids"][0])' \
    <"$work/repository/metadata/1.root.json")
quietly keys generate "$work/keys/repo/timestamp-2"
quietly repo rotate "$work/repository" --keys "$work/keys/repo" --role timestamp \
    --add "$work/keys/repo/timestamp-2.pub" --remove "$old"
copy 1 2
updates_to 1.1.0
printf '%s\n' "${copying[@]:0:3}" >"$work/copy.sh"
(cd "$work" && flock repository/.lock sh -e copy.sh)
updates_to 1.1.0
grep -q '^200 GET /metadata/2.root.json' "$work/nginx/access.log" || fail "the new root wasn't fetched"
has metadata/3.root.json 404 no-store

step "an old timestamp, as a CDN's edge may have it, is refused; the next one mends it"
cp -p "$work/served/metadata/timestamp.json" "$work/new.json"
cp -p "$work/old.json" "$work/served/metadata/timestamp.json"
updates_to 1.1.0 2
cp -p "$work/new.json" "$work/served/metadata/timestamp.json"
updates_to 1.1.0

step "pruned, and the copy with it"
quietly repo prune --repo "$work/repository" --keys "$work/keys/repo" --keep 1
copy 1 2 3 4
[ ! -e "$work/served/$bundle" ] || fail "the copy still has 1.0.0"
for folder in metadata targets; do
    diff -r "$work/repository/$folder" "$work/served/$folder" || fail "the copy is not the repository"
done
updates_to 1.1.0

step "https for those who show a certificate"
chmod -R u+w "$work/device"
rm -rf "$work/device/"*
init() {
    on_device "$modelpack" device init --repository "https://localhost:$secure" --policy "$work/policy.yaml" \
        --trust "$work/repository/metadata/1.root.json" --quiet >/dev/null
}
init
network="authorities: $work/nginx/localhost.pem"
echo "network: {$network}" >>"$work/device/device.yaml"
on_device "${command[@]}" >"$work/said" 2>&1 && fail "served without a certificate"
grep -q 'status 400' "$work/said" || { cat "$work/said" >&2 && fail "that isn't nginx asking for one"; }
sed -i "s|^network:.*|network: {$network, certificate: $work/nginx/fleet.pem, key: $work/nginx/fleet.key}|" \
    "$work/device/device.yaml"
updates_to 1.1.0
echo "nginx: all of it is right"
