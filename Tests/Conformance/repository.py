"""A TUF repository in memory that can be made to misbehave, and an HTTP/1.0 server for it."""

import copy
import datetime
import hashlib
import http.server
import threading
import urllib.parse

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole, Delegations, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp,
)

TOP_LEVEL = ("root", "timestamp", "snapshot", "targets")
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
LATER = NOW + datetime.timedelta(days=30)
PAST = NOW - datetime.timedelta(days=1)


class Repository:
    """The roles as python-tuf has them, who signs them, and the files that are served."""

    def __init__(self):
        self.files = {}
        self.signers = {role: [CryptoSigner.generate_ecdsa()] for role in TOP_LEVEL}
        self.root = Root(consistent_snapshot=True, expires=LATER)
        for role in TOP_LEVEL:
            self.root.add_key(self.signers[role][0].public_key, role)
        self.timestamp = Timestamp(expires=LATER)
        self.snapshot = Snapshot(expires=LATER)
        self.targets = Targets(expires=LATER)
        self.delegated = {}
        self.with_digests = False
        self.trusted_root = self.publish_root(bump=False)
        self.publish(bump=False)

    def encode(self, signed, signers):
        metadata = Metadata(signed)
        for signer in signers:
            metadata.sign(signer, append=True)
        return metadata.to_bytes()

    def publish_root(self, bump=True, also=()):
        """Serves the next root, signed by its signers and by others that are given."""
        if bump:
            self.root.version += 1
        data = self.encode(self.root, [*self.signers["root"], *also])
        self.files[f"metadata/{self.root.version}.root.json"] = data
        return data

    def publish(self, bump=True):
        """Serves new versions of all roles but root."""
        roles = {"targets": self.targets, **self.delegated}
        for name, targets in roles.items():
            if bump:
                targets.version += 1
            self.serve_targets(name, targets)
        self.publish_snapshot(bump)

    def serve_targets(self, name, targets):
        data = self.encode(targets, self.signers[name])
        self.files[f"metadata/{targets.version}.{urllib.parse.quote(name, safe='')}.json"] = data
        self.snapshot.meta[f"{name}.json"] = self.describe(targets.version, data)

    def publish_snapshot(self, bump=True):
        if bump:
            self.snapshot.version += 1
        data = self.encode(self.snapshot, self.signers["snapshot"])
        self.files[f"metadata/{self.snapshot.version}.snapshot.json"] = data
        self.timestamp.snapshot_meta = self.describe(self.snapshot.version, data)
        self.publish_timestamp(bump)

    def publish_timestamp(self, bump=True):
        if bump:
            self.timestamp.version += 1
        self.files["metadata/timestamp.json"] = self.encode(self.timestamp, self.signers["timestamp"])

    def describe(self, version, data):
        if not self.with_digests:
            return MetaFile(version)
        return MetaFile(version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})

    def set_keys(self, role, count, threshold):
        """Gives a top-level role new keys; returns the signers that it had."""
        old = self.signers[role]
        for signer in old:
            if signer.public_key.keyid in self.root.roles[role].keyids:
                self.root.revoke_key(signer.public_key.keyid, role)
        self.signers[role] = [CryptoSigner.generate_ecdsa() for _ in range(count)]
        for signer in self.signers[role]:
            self.root.add_key(signer.public_key, role)
        self.root.roles[role].threshold = threshold
        return old

    def delegate(self, parent, name, paths, terminating=False, signer=None, listed=True):
        """Lets `parent` trust `name` with paths; the role's metadata is made where it isn't there."""
        delegator = self.targets if parent == "targets" else self.delegated[parent]
        signer = signer or CryptoSigner.generate_ed25519()
        if delegator.delegations is None:
            delegator.delegations = Delegations({}, {})
        delegator.delegations.roles[name] = DelegatedRole(name, [], 1, terminating, paths)
        delegator.add_key(signer.public_key, name)
        if name not in self.delegated and listed:
            self.delegated[name] = Targets(expires=LATER)
            self.signers[name] = []
        if listed:
            self.signers[name].append(signer)

    def add_target(self, path, content, role="targets", digests=("sha256",), announced=None):
        """Serves a file and puts it into a role; `announced` is what the role says of, where it isn't the content."""
        targets = self.targets if role == "targets" else self.delegated[role]
        told = content if announced is None else announced
        hashes = {name: hashlib.new(name, told).hexdigest() for name in digests}
        targets.targets[path] = TargetFile(len(told), hashes, path)
        folder, slash, name = path.rpartition("/")
        for digest in hashes.values():
            self.files[f"targets/{folder}{slash}{digest}.{name}"] = content


class Server(http.server.ThreadingHTTPServer):
    """Serves repositories by name, and remembers what was asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.repositories = {}
        self.requests = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def add(self, name, repository):
        self.repositories[name] = repository
        return f"http://127.0.0.1:{self.server_port}/{urllib.parse.quote(name, safe='')}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, _, path = self.path.removeprefix("/").partition("/")
        self.server.requests.append(path)
        repository = self.server.repositories[urllib.parse.unquote(name)]
        data = repository.files.get(path)
        if data is None and path == "metadata/timestamp.json":
            return  # Closes the connection without a word.
        if data is None and path.startswith("targets/"):
            data = repository.files.get(urllib.parse.unquote(path))
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
