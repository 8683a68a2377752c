#!/usr/bin/env python3
"""A bucket in moto's server on 127.0.0.1: usage: bucket_server.py PORT FOLDER

moto holds every signature to botocore's. FOLDER/ready has a shell's exports of the keys of a user. What this user and
everybody may do are the policies of docs/serving.md.

FOLDER/journal gets a line for each request: method, path, bytes of the body, and for signed ones whether botocore comes
to the same signature, the body has the digest that was signed, and all of x-amz-* is signed.

A request whose line FOLDER/fault is part of is not passed on: what stands in the file before the first space is the
status that it gets, 0 for none at all.
"""
import hashlib
import io
import pathlib
import re
import sys
import threading
import time

import boto3
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto import settings
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])
HERE = f"http://127.0.0.1:{PORT}"
BUCKET, REGION = "example-models", "eu-west-1"
# The publisher's policy, and the bucket's.
PAGE = pathlib.Path("docs/serving.md").read_text(encoding="utf-8")
POLICIES = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
BUSY = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
keys = {}


def verdict(request, body):
    """What another implementation thinks of a signed request."""
    authorization = request["HTTP_AUTHORIZATION"]
    key, region, signed, signature = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=(.*?)/\d{8}/(.*?)/s3/aws4_request, SignedHeaders=(.*?), Signature=(\w{64})",
        authorization,
    ).groups()
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in request.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    if hashlib.sha256(body).hexdigest() != headers["x-amz-content-sha256"]:
        return "other-body"
    if not {name for name in headers if name.startswith("x-amz-")} | {"host"} <= set(signed.split(";")):
        return "unsigned-header"
    names = [name for name in signed.split(";") if name != "host"]
    ours = AWSRequest(
        request["REQUEST_METHOD"], f"{HERE}{request['RAW_URI']}", {name: headers[name] for name in names}, body
    )
    ours.context["timestamp"] = headers["x-amz-date"]
    signer = S3SigV4Auth(Credentials(key, keys.get(key, "")), "s3", region)
    text = signer.string_to_sign(ours, signer.canonical_request(ours))
    return "right" if signer.signature(text, ours) == signature else "other-signature"


class Journal:
    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, request, start):
        if not keys:
            return self.application(request, start)  # It is being set up.
        body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
        request["wsgi.input"] = io.BytesIO(body)
        said = verdict(request, body) if "HTTP_AUTHORIZATION" in request else "unsigned"
        line = f"{request['REQUEST_METHOD']} {request['RAW_URI']} {len(body)} {said}"
        with self.lock, open(FOLDER / "journal", "a", encoding="utf-8") as journal:
            print(line, file=journal)
        fault = FOLDER / "fault"
        if fault.exists():
            status, _, part = fault.read_text(encoding="utf-8").strip().partition(" ")
            if part in line:
                if status == "0":
                    time.sleep(600)
                fault.unlink()
                start(f"{status} Fault", [("Content-Length", str(len(BUSY)))])
                return [BUSY]
        with self.lock:
            # While moto checks signatures it knows no strangers, whom bucket policies are about.
            is_stranger = said == "unsigned" and request["REQUEST_METHOD"] in ("GET", "HEAD")
            settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf") if is_stranger else 0
            return self.application(request, start)


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass


def client(service):
    return boto3.client(
        service, region_name=REGION, endpoint_url=HERE, aws_access_key_id="root", aws_secret_access_key="root"
    )


def serve():
    application = Journal(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", PORT, application, threaded=True, request_handler=Handler)


threading.Thread(target=serve, daemon=True).start()
for _ in range(100):
    try:
        requests.get(HERE, timeout=5)
        break
    except requests.ConnectionError:
        time.sleep(0.1)
s3, iam = client("s3"), client("iam")
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
s3.put_bucket_policy(Bucket=BUCKET, Policy=POLICIES[1])
iam.create_user(UserName="publisher")
iam.put_user_policy(UserName="publisher", PolicyName="publish", PolicyDocument=POLICIES[0])
made = iam.create_access_key(UserName="publisher")["AccessKey"]
keys[made["AccessKeyId"]] = made["SecretAccessKey"]
(FOLDER / "ready").write_text(
    f"export AWS_ACCESS_KEY_ID={made['AccessKeyId']} AWS_SECRET_ACCESS_KEY={made['SecretAccessKey']}\n"
    f"export AWS_REGION={REGION} AWS_ENDPOINT_URL={HERE}\n",
    encoding="utf-8",
)
# Nobody needs it longer than a test takes.
time.sleep(1800)
