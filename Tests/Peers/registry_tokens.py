#!/usr/bin/env python3
"""Gives out tokens that a registry believes: usage: registry_tokens.py PORT KEY.pem CERTIFICATE.pem USER PASSWORD

Speaks https with the same key and certificate. Only what a token server has to do (distribution's token
authentication specification): Basic authorization, GET with `service` and `scope`, a JSON Web Token signed by RS256.
"""
import base64
import http.server
import json
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

PORT, KEY, CERTIFICATE, USER, PASSWORD = int(sys.argv[1]), *sys.argv[2:6]
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def part(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def token(service: str, scopes: list[str]) -> str:
    der = ssl.PEM_cert_to_DER_cert(open(CERTIFICATE, encoding="ascii").read())
    head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
    now = int(time.time())
    access = []
    for scope in scopes:
        kind, name, actions = scope.split(":")
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    claims = {
        "iss": "test", "sub": USER, "aud": service, "iat": now, "nbf": now - 5, "exp": now + 300, "jti": str(now),
        "access": access,
    }
    signed = b".".join(part(json.dumps(value).encode()) for value in (head, claims))
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", KEY], input=signed, capture_output=True, check=True)
    return (signed + b"." + part(done.stdout)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        print(self.headers.get("Authorization", "-").split(" ")[0], *asked.get("scope", []), flush=True)
        if self.headers.get("Authorization") != BASIC:
            return self.send_error(401)
        body = json.dumps({"token": token(asked["service"][0], asked.get("scope", []))}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
server.daemon_threads = True
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
# Nobody needs it longer than a test takes.
threading.Event().wait(300)
