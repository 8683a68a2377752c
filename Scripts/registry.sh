#!/usr/bin/env bash
# Bundles and repositories through Debian's registry and back; skopeo and PyPI's modelpack-client read what we push.
# Leaves everything in out/registry; what it starts listens on 127.0.0.1 and ends with it.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
for tool in docker-registry skopeo htpasswd openssl; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is needed: apt-get install docker-registry skopeo apache2-utils openssl" >&2
        exit 1
    }
done
[ -e "$peers/modelpack-client/ready" ] || {
    python3 -m venv "$peers/modelpack-client"
    "$peers/modelpack-client/bin/pip" install --quiet modelpack-client
    touch "$peers/modelpack-client/ready"
}
client=$(realpath "$peers/modelpack-client")/bin/modelpack

out=out/registry
rm -rf "$out"
mkdir -p "$out/keys" "$out/docker"
# Nobody's credentials but those that this script makes.
export DOCKER_CONFIG=$PWD/$out/docker
started=()
stop() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    wait
}
trap stop EXIT

step() { printf '== %s\n' "$1"; }
fail() { echo "error: $1" >&2 && exit 1; }
quietly() { "$modelpack" "$@" --quiet >/dev/null; }
# expect STATUS COMMAND…: ends unless modelpack ends with that status.
expect() {
    local want=$1 got=0
    shift
    "$modelpack" "$@" --quiet >"$out/said" 2>&1 || got=$?
    [ "$got" = "$want" ] || { cat "$out/said" >&2 && fail "modelpack $*: exit $got, not $want"; }
}
# said KEY: a value of the JSON on stdin.
said() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
is_same() { cmp "$1" "$2" || fail "$2 is not $1"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# start_registry NAME PORT: with what stdin adds to its configuration.
start_registry() {
    local name=$1 port=$2
    {
        printf 'version: 0.1\nlog: {level: warn, accesslog: {disabled: true}}\n'
        printf 'storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\n' "$PWD/$out/$name"
        cat
    } >"$out/$name.yml"
    docker-registry serve "$out/$name.yml" >"$out/$name.log" 2>&1 &
    started+=($!)
    wait_for "$port"
}
wait_for() {
    for _ in {1..100}; do
        (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    fail "nobody listens at port $1"
}

quietly keys generate "$out/keys/build"
quietly policy create --key "team=$out/keys/build.pub" --output "$out/policy.yaml"
quietly build Manifests/home.yaml --output "$out/home.modelpack" --key "$out/keys/build.key"
quietly build Manifests/home-1.1.yaml --output "$out/home-1.1.modelpack" --key "$out/keys/build.key"

step "push, pull and verify: the same bytes"
port=$(free_port)
start_registry open "$port" <<<"http: {addr: 127.0.0.1:$port}"
here=127.0.0.1:$port
quietly push "$out/home.modelpack" "$here/models/home"
quietly pull "$here/models/home:1.0.0" "$out/back.modelpack"
is_same "$out/home.modelpack" "$out/back.modelpack"
quietly verify "$out/back.modelpack" --policy "$out/policy.yaml"

step "skopeo: what the manifest says, copies to a folder and to another name"
skopeo inspect --raw --tls-verify=false "docker://$here/models/home:1.0.0" >"$out/manifest.json"
skopeo inspect --raw --config --tls-verify=false "docker://$here/models/home:1.0.0" >"$out/config.json"
digest=$(skopeo manifest-digest "$out/manifest.json")
quietly pull "$here/models/home@$digest" "$out/by-digest.modelpack"
is_same "$out/home.modelpack" "$out/by-digest.modelpack"
skopeo copy --quiet --src-tls-verify=false "docker://$here/models/home:1.0.0" "dir:$out/copy"
quietly unpack "$out/home.modelpack" "$out/unpacked"
is_same "$out/unpacked/model/model.gguf" "$out/copy/$(sha256sum <"$out/unpacked/model/model.gguf" | cut -c 1-64)"
skopeo copy --quiet --src-tls-verify=false --dest-tls-verify=false \
    "docker://$here/models/home:1.0.0" "docker://$here/mirror/home:copied"
quietly pull "$here/mirror/home:copied" "$out/mirrored.modelpack"
is_same "$out/home.modelpack" "$out/mirrored.modelpack"

step "modelpack-client, which checks by ModelPack's schema: an unpacked bundle that verifies; its own artifact is no bundle"
"$client" --insecure pull "$here/models/home:1.0.0" "$out/theirs" >/dev/null
quietly verify "$out/theirs" --policy "$out/policy.yaml"
"$client" --insecure push "$here/models/theirs:1" --layer "$out/theirs/model/model.gguf" \
    --config "$out/config.json" >/dev/null
expect 3 pull "$here/models/theirs:1" "$out/none"

step "a second push sends nothing, one of another manifest only what changed"
[ "$("$modelpack" push "$out/home.modelpack" "$here/models/home" --quiet --json | said sent_blobs)" = 0 ] ||
    fail "the same bundle was sent twice"
sed 's/^version: .*/version: 1.0.1/; s/64MiB/128MiB/; s#\.\./#../../#; s#golden/#../../Manifests/golden/#' \
    Manifests/home.yaml >"$out/home-1.0.1.yaml"
quietly build "$out/home-1.0.1.yaml" --output "$out/home-1.0.1.modelpack" --key "$out/keys/build.key"
"$modelpack" push "$out/home-1.0.1.modelpack" "$here/models/home" --quiet --json >"$out/second.json"
weights=$(stat -c %s "$out/unpacked/model/model.gguf")
echo "   $(said sent_bytes <"$out/second.json") bytes sent, $(said present_bytes <"$out/second.json") were there"
[ "$(said sent_bytes <"$out/second.json")" -lt 60000 ] || fail "more was sent than what changed"
[ "$(said present_bytes <"$out/second.json")" -gt "$weights" ] || fail "the weights were sent again"
quietly pull "$here/models/home:1.0.1" "$out/second.modelpack"
is_same "$out/home-1.0.1.modelpack" "$out/second.modelpack"

step "a line that breaks after 1.5 MB, and a pull that is killed halfway"
proxy() { python3 Tests/Peers/registry_proxy.py "$1" "$here" "$2" "$3" "$out/$2.mark" & started+=($!); wait_for "$1"; }
cut=$(free_port)
proxy "$cut" cut 1500000
quietly pull "127.0.0.1:$cut/models/home:1.0.0" "$out/cut.modelpack"
is_same "$out/home.modelpack" "$out/cut.modelpack"
grep -q '^bytes=1048576-' "$out/cut.mark" || fail "it didn't go on where it was"
stall=$(free_port)
proxy "$stall" stall 2500000
"$modelpack" pull "127.0.0.1:$stall/models/home:1.0.0" "$out/killed.modelpack" --quiet >/dev/null 2>&1 &
pull=$!
for _ in {1..300}; do
    if grep -qs stalled "$out/stall.mark"; then break; fi
    sleep 0.1
done
sleep 0.5
kill -KILL "$pull"
wait "$pull" 2>/dev/null || true
[ ! -e "$out/killed.modelpack" ] || fail "half a bundle stands at its name"
fetched=$("$modelpack" pull "$here/models/home:1.0.0" "$out/killed.modelpack" --quiet --json | said fetched_bytes)
is_same "$out/home.modelpack" "$out/killed.modelpack"
echo "   $fetched of $(stat -c %s "$out/home.modelpack") bytes were fetched after the kill"
[ "$fetched" -lt $((weights - 2000000)) ] || fail "what was there was fetched again"
[ ! -e "$out/killed.modelpack.partial" ] || fail "something is left"

step "what isn't there, isn't a model, or isn't a reference"
expect 6 pull "$here/models/home:9.9.9" "$out/none"
expect 6 pull "127.0.0.1:$(free_port)/models/home:1.0.0" "$out/none"
expect 64 pull "models/home:1.0.0" "$out/none"
expect 64 pull "$here/models/home" "$out/none"
expect 64 push "$out/home.modelpack" "$here/Models/home"
python3 - "$out/manifest.json" "$out/copy/manifest.json" <<'PYTHON'
import json
import sys

manifest = json.load(open(sys.argv[1]))
manifest["layers"][1]["annotations"]["org.cncf.model.filepath"] = "elsewhere"
json.dump(manifest, open(sys.argv[2], "w"))
PYTHON
skopeo copy --quiet --dest-tls-verify=false "dir:$out/copy" "docker://$here/models/home:renamed"
expect 3 pull "$here/models/home:renamed" "$out/none"
[ ! -e "$out/none" ] || fail "something was made of nothing"

step "htpasswd: no credentials, wrong ones, config.json's and a helper's"
htpasswd -Bbc "$out/htpasswd" ann secret 2>/dev/null
port=$(free_port)
start_registry closed "$port" <<END
http: {addr: 127.0.0.1:$port}
auth: {htpasswd: {realm: test, path: $PWD/$out/htpasswd}}
END
closed=127.0.0.1:$port
expect 6 push "$out/home.modelpack" "$closed/models/home"
printf '{"auths": {"%s": {"auth": "%s"}}}' "$closed" "$(printf ann:wrong | base64)" >"$DOCKER_CONFIG/config.json"
expect 6 push "$out/home.modelpack" "$closed/models/home"
printf secret | skopeo login --tls-verify=false --authfile "$DOCKER_CONFIG/config.json" -u ann --password-stdin \
    "$closed" >/dev/null
quietly push "$out/home.modelpack" "$closed/models/home"
mkdir -p "$out/bin"
cat >"$out/bin/docker-credential-here" <<END
#!/bin/sh
[ "\$1" = get ] && [ "\$(cat)" = "$closed" ] && printf '{"ServerURL": "", "Username": "ann", "Secret": "secret"}'
END
chmod +x "$out/bin/docker-credential-here"
printf '{"credHelpers": {"%s": "here"}}' "$closed" >"$DOCKER_CONFIG/config.json"
expect 74 pull "$closed/models/home:1.0.0" "$out/none"
PATH=$PWD/$out/bin:$PATH quietly pull "$closed/models/home:1.0.0" "$out/closed.modelpack"
is_same "$out/home.modelpack" "$out/closed.modelpack"
rm "$DOCKER_CONFIG/config.json"

step "https and tokens"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=registry.localhost \
    -addext subjectAltName=DNS:registry.localhost -keyout "$out/tls.key" -out "$out/tls.pem" 2>/dev/null
tokens=$(free_port)
python3 Tests/Peers/registry_tokens.py "$tokens" "$out/tls.key" "$out/tls.pem" ann secret >"$out/tokens.log" 2>&1 &
started+=($!)
wait_for "$tokens"
port=$(free_port)
start_registry secure "$port" <<END
http:
  addr: 127.0.0.1:$port
  tls: {certificate: $PWD/$out/tls.pem, key: $PWD/$out/tls.key}
auth:
  token:
    realm: https://registry.localhost:$tokens/token
    service: here
    issuer: test
    rootcertbundle: $PWD/$out/tls.pem
END
secure=registry.localhost:$port
expect 6 push "$out/home.modelpack" "$secure/models/home"
expect 6 push "$out/home.modelpack" "$secure/models/home" --authorities "$out/tls.pem"
printf '{"auths": {"%s": {"auth": "%s"}}}' "$secure" "$(printf ann:secret | base64)" >"$DOCKER_CONFIG/config.json"
quietly push "$out/home.modelpack" "$secure/models/home" --authorities "$out/tls.pem"
quietly pull "$secure/models/home:1.0.0" "$out/secure.modelpack" --authorities "$out/tls.pem"
is_same "$out/home.modelpack" "$out/secure.modelpack"
grep -qE '^Basic repository:models/home:(pull,push|push,pull)$' "$out/tokens.log" || fail "no token for pushing was asked for"
rm "$DOCKER_CONFIG/config.json"

step "a device follows a repository in a registry"
quietly repo init "$out/repo" --keys "$out/keys/repo" --policy "$out/policy.yaml"
quietly publish "$out/home.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable
quietly push "$out/repo" "$here/fleet:live"
quietly device init --root "$out/device" --repository "oci://$here/fleet:live" \
    --trust "$out/repo/metadata/1.root.json" --policy "$out/policy.yaml"
quietly update --root "$out/device"
quietly publish "$out/home-1.1.modelpack" --repo "$out/repo" --keys "$out/keys/repo" --channel stable --delta-from 1 \
    --to "$here/fleet:live"
"$modelpack" update --root "$out/device" --json 2>"$out/update.log" >"$out/update.json"
grep -q 'of a delta from 1.0.0' "$out/update.log" || fail "the delta wasn't taken"
quietly unpack "$out/home-1.1.modelpack" "$out/unpacked-1.1"
is_same "$out/unpacked-1.1/model/model.gguf" "$out/device/models/home/current/model/model.gguf"
expect 3 pull "$here/fleet:live" "$out/none"

step "without a repository: pull, and install by the makers' signatures alone"
quietly device init --root "$out/lone" --repository "$PWD/$out/repo" --trust "$out/repo/metadata/1.root.json" \
    --policy "$out/policy.yaml"
quietly update --root "$out/lone" --from "$out/closed.modelpack"
is_same "$out/unpacked/model/model.gguf" "$out/lone/models/home/current/model/model.gguf"
echo "registry: all of it is right"
