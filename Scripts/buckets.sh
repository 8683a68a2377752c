#!/usr/bin/env bash
# A repository in a bucket: moto's server, which holds signatures to botocore's, gets what is published, and devices
# follow it there. Leaves everything in out/buckets; what it starts listens on 127.0.0.1 and ends with it.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
[ -e "$peers/moto/ready" ] || {
    python3 -m venv "$peers/moto"
    "$peers/moto/bin/pip" install --quiet 'moto[s3,iam,server]==5.2.5'
    touch "$peers/moto/ready"
}

out=out/buckets
# Installed versions are read-only.
[ ! -e "$out" ] || chmod -R u+w "$out"
rm -rf "$out"
mkdir -p "$out"/{bin,server}
ln -s "$modelpack" "$out/bin/modelpack"
# Nobody's credentials but those that this script makes.
export HOME=$PWD/$out
unset "${!AWS_@}"
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
}
trap stop EXIT

step() { printf '== %s\n' "$1"; }
fail() { echo "error: $1" >&2 && exit 1; }
quietly() { "$modelpack" "$@" --quiet >/dev/null; }
# expect STATUS WORDS COMMAND…: ends unless modelpack ends with that status, and says these words.
expect() {
    local want=$1 words=$2 got=0
    shift 2
    "$modelpack" "$@" --quiet >"$out/said" 2>&1 || got=$?
    [ "$got" = "$want" ] || { cat "$out/said" >&2 && fail "modelpack $*: exit $got, not $want"; }
    grep -q "$words" "$out/said" || { cat "$out/said" >&2 && fail "modelpack $*: doesn't say '$words'"; }
    ! grep -qF "$AWS_SECRET_ACCESS_KEY" "$out/said" || fail "modelpack $*: tells the secret"
}
# said KEY…: a value of the JSON on stdin.
said() {
    python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[key]
print(value)' "$@"
}
bucket=s3://example-models/fleet
publishing=(publish --repo "$out/repository" --keys "$out/keys" --channel stable --quiet --json)
pushing=(push "$out/repository" "$bucket" --quiet --json)
# mark, and then asked PART: whether such a request was made since.
mark() { since=$(if [ -e "$out/server/journal" ]; then wc -l <"$out/server/journal"; else echo 0; fi); }
asked() { tail -n "+$((since + 1))" "$out/server/journal" | grep -F -- "$1" >"$out/asked"; }
# interrupted PART COMMAND…: kills modelpack once it makes the request that PART is part of; nobody answers that.
interrupted() {
    local part=$1 process
    shift
    mark
    echo "0 $part" >"$out/server/fault"
    "$modelpack" "$@" >/dev/null &
    process=$!
    for _ in {1..600}; do
        if asked "$part"; then break; fi
        sleep 0.05
    done
    asked "$part" || fail "nobody asks for '$part'"
    kill -KILL "$process"
    wait "$process" 2>/dev/null || true
    rm "$out/server/fault"
}
# updates_to NAME VERSION: a device that follows the bucket has it afterwards, whole.
updates_to() {
    "$modelpack" update --root "$out/device" >"$out/update.log" 2>&1 ||
        { cat "$out/update.log" >&2 && fail "no update"; }
    cmp "$out/unpacked-$1-$2/model/model.gguf" "$out/device/models/$1/current/model/model.gguf" ||
        fail "the device doesn't have $1 $2"
}

quietly keys generate "$out/build"
quietly policy create --key "team=$out/build.pub" --output "$out/policy.yaml"
for recipe in home=home-1.0.0 home-1.1=home-1.1.0 smollm2-135m-q4_0=smollm2-135m-1.1.0; do
    name=${recipe#*=}
    quietly build "Manifests/${recipe%=*}.yaml" --output "$out/$name.modelpack" --key "$out/build.key"
    quietly unpack "$out/$name.modelpack" "$out/unpacked-$name"
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$peers/moto/bin/python" Tests/Peers/bucket_server.py "$port" "$out/server" >"$out/server/log" 2>&1 &
server=$!
for _ in {1..300}; do
    if [ -e "$out/server/ready" ]; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$out/server/log" >&2 && fail "moto doesn't start"; }
    sleep 0.1
done
# shellcheck source=/dev/null
. "$out/server/ready"

step "publish --to: all of a new repository, and a device that follows the bucket"
quietly repo init "$out/repository" --keys "$out/keys" --policy "$out/policy.yaml"
# The document's lines: publish, push, push and delete.
mapfile -t lines < <(sed -n 's/^modelpack /modelpack /p' docs/serving.md)
[ ${#lines[@]} = 3 ] || fail "docs/serving.md has ${#lines[@]} lines that push, not 3"
documented() { (cd "$out" && PATH=$PWD/bin:$PATH bash -c "${lines[$1]} --quiet --json"); }
documented 0 >"$out/first.json"
files=$(find "$out/repository/metadata" "$out/repository/targets" -type f | wc -l)
[ "$(said pushed sent_blobs <"$out/first.json")" = "$files" ] || fail "not all of the $files files were sent"
[ "$(documented 1 | said present_blobs)" = "$files" ] || fail "the same was sent twice"
quietly device init --root "$out/device" --repository "$AWS_ENDPOINT_URL/example-models/fleet" \
    --trust "$out/repository/metadata/1.root.json" --policy "$out/policy.yaml" --channel stable
updates_to home 1.0.0

step "headers of each kind of file"
# has PATH CACHING TYPE: what anybody is told of a file.
has() {
    curl -sS -D - -o "$out/body" "$AWS_ENDPOINT_URL/example-models/fleet/$1" | tr -d "\r" >"$out/headers"
    grep -qix "Cache-Control: $2, no-transform" "$out/headers" || { cat "$out/headers" && fail "$1: not '$2'"; }
    grep -qix "Content-Type: $3" "$out/headers" || { cat "$out/headers" && fail "$1: not '$3'"; }
}
forever="public, max-age=31536000, immutable"
has metadata/timestamp.json no-cache application/json
has metadata/2.snapshot.json "$forever" application/json
has metadata/1.root.json "$forever" application/json
has "$(cd "$out/repository" && echo targets/home/1.0.0/*.modelpack)" "$forever" application/octet-stream

step "a second version: only what changed is sent, the timestamp last; killed before that, devices see none of it"
interrupted "PUT /example-models/fleet/metadata/timestamp.json" \
    "${publishing[@]}" "$out/home-1.1.0.modelpack" --delta-from 1 --to "$bucket"
updates_to home 1.0.0
"$modelpack" "${pushing[@]}" >"$out/rest.json"
[ "$(said sent_blobs <"$out/rest.json")" = 1 ] || fail "more was sent again than the timestamp"
updates_to home 1.1.0
grep -q 'of a delta from 1.0.0' "$out/update.log" || fail "the delta wasn't taken"
files=$(find "$out/repository/metadata" "$out/repository/targets" -type f | wc -l)
new=$((files - $(said pushed sent_blobs <"$out/first.json")))
echo "   $new new files and the timestamp; then the timestamp alone: $(said sent_bytes <"$out/rest.json") of" \
    "$(($(said sent_bytes <"$out/rest.json") + $(said present_bytes <"$out/rest.json"))) bytes"

step "a timestamp that is renewed: one file"
quietly repo renew "$out/repository" --keys "$out/keys" --role timestamp
[ "$("$modelpack" "${pushing[@]}" | said sent_blobs)" = 1 ] || fail "more was sent than the timestamp"

step "another timestamp key, killed before the new root is there: devices follow the old one meanwhile"
old=$(said signed roles timestamp keyids <"$out/repository/metadata/1.root.json" | tr -d "[]'")
quietly keys generate "$out/keys/timestamp-2"
quietly repo rotate "$out/repository" --keys "$out/keys" --role timestamp \
    --add "$out/keys/timestamp-2.pub" --remove "$old"
interrupted "PUT /example-models/fleet/metadata/2.root.json" "${pushing[@]}"
updates_to home 1.1.0
"$modelpack" "${pushing[@]}" >"$out/rest.json"
updates_to home 1.1.0
curl -sS "$AWS_ENDPOINT_URL/example-models/fleet/metadata/2.root.json" | cmp - "$out/repository/metadata/2.root.json"

step "92 MB in parts, killed at the fourth: the parts that are there aren't sent again"
big=$out/smollm2-135m-1.1.0.modelpack
size=$(stat -c %s "$big")
interrupted "?partNumber=4&" "${publishing[@]}" "$big" --to "$bucket"
updates_to home 1.1.0
mark
python3 - "$modelpack" "${pushing[@]}" >"$out/rest.json" 2>"$out/memory" <<'PYTHON'
import resource
import subprocess
import sys

subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
PYTHON
sent=$(said sent_bytes <"$out/rest.json")
asked "?partNumber="
echo "   $sent of $size bytes were sent after the kill, in $(wc -l <"$out/asked") parts;" \
    "at most $(cat "$out/memory") MB of memory"
[ "$sent" -lt $((size - (40 << 20))) ] || fail "parts that were there were sent again"
[ "$(cat "$out/memory")" -lt 100 ] || fail "that takes too much memory"
target=$(cd "$out/repository" && echo targets/smollm2-135m/*/*.modelpack)
curl -sS "$AWS_ENDPOINT_URL/example-models/fleet/$target" | cmp - "$big" || fail "the parts make another file"
has "$target" "$forever" application/octet-stream
updates_to smollm2-135m 1.1.0

step "old versions go from the bucket when that is asked for"
quietly repo prune --repo "$out/repository" --keys "$out/keys" --keep 1
[ "$("$modelpack" "${pushing[@]}" | said deleted_blobs)" = 0 ] || fail "something was deleted without being asked for"
echo "   $(documented 2 | said deleted_blobs) files deleted"
gone=$(grep -o 'DELETE /example-models/fleet/targets/home/1.0.0/[^ ]*' "$out/server/journal" | head -n 1)
[ "$(curl -sS -o "$out/said" -w '%{http_code}' "$AWS_ENDPOINT_URL${gone#DELETE }")" = 404 ] || fail "$gone: still there"
updates_to home 1.1.0

step "a service that is busy once; a folder of credentials in place of variables"
echo "503 GET /example-models/?list-type=2" >"$out/server/fault"
quietly "${pushing[@]}"
[ ! -e "$out/server/fault" ] || fail "the service wasn't busy"
mkdir "$out/.aws"
printf '[ci]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" \
    >"$out/.aws/credentials"
printf '[profile ci]\nregion = %s\nendpoint_url = %s\n' "$AWS_REGION" "$AWS_ENDPOINT_URL" >"$out/.aws/config"
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_REGION -u AWS_ENDPOINT_URL AWS_PROFILE=ci \
    "$modelpack" "${pushing[@]}" >/dev/null

step "botocore comes to the same signature for each request so far"
# judged METHOD PART: that kind of request was made, with a right signature.
judged() { grep -qE "^$1 [^ ]*$2[^ ]* [0-9]+ right$" "$out/server/journal" || fail "no $1 of $2 was made"; }
for kind in "GET list-type=2" "GET uploads=" "GET uploadId=" "HEAD metadata" "PUT partNumber=" "POST uploadId=" \
    "DELETE targets"; do
    judged "${kind% *}" "${kind#* }"
done
echo "   $(grep -c ' right$' "$out/server/journal") requests"
! grep -vE ' (right|unsigned)$' "$out/server/journal" || fail "these aren't signed as they should be"
! grep -vE '^(GET|HEAD) .* unsigned$| right$' "$out/server/journal" ||
    fail "these should have been signed"

step "who may not, or doesn't say who it is; other buckets; http to other machines"
push=(push "$out/repository" "$bucket")
AWS_SECRET_ACCESS_KEY=other expect 6 SignatureDoesNotMatch "${push[@]}"
AWS_ACCESS_KEY_ID=AKIAOTHER expect 6 InvalidAccessKeyId "${push[@]}"
expect 6 AccessDenied push "$out/repository" s3://others/fleet
AWS_ACCESS_KEY_ID='' expect 6 "no credentials" "${push[@]}"
AWS_ENDPOINT_URL=http://192.0.2.1 expect 64 "others can listen" "${push[@]}"
AWS_ENDPOINT_URL='' AWS_REGION='' expect 64 "no region" "${push[@]}"
expect 64 "a bucket's name" push "$out/repository" s3://Models/fleet
expect 74 "not a repository" push "$out/home-1.0.0.modelpack" "$bucket"
expect 64 "for buckets" push "$out/repository" 127.0.0.1:5000/fleet:live --delete
AWS_SECRET_ACCESS_KEY=other expect 6 "in $out/repository only" publish "$out/home-1.1.0.modelpack" \
    --repo "$out/repository" --keys "$out/keys" --channel stable --to "$bucket"
! grep -rqF "$AWS_SECRET_ACCESS_KEY" "$out/server/journal" "$out/server/log" || fail "the secret was sent"
echo "buckets: all of it is right"
