"""A client under test, its folders, and a server: what every case starts from."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from repository import Repository, Server

CLIENT = pathlib.Path(__file__).parent / "tuf-client"


class ClientCase(unittest.TestCase):
    """Each case has a repository, a server and a client that trusts the repository's first root."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelpack-tuf-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.metadata, self.targets = self.folder / "m", self.folder / "d"
        self.metadata.mkdir()
        self.targets.mkdir()
        self.repository, self.server = Repository(), Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        # What a test's name may hold: brackets, a slash, a blank, a question mark and a hash.
        self.base = self.server.add("case[a/b]? #", self.repository)
        self.initialize(self.repository.trusted_root)

    def initialize(self, root):
        file = self.folder / "first-root"
        file.write_bytes(root)
        return self.run_client("init", str(file))

    def run_client(self, *words, options=(), faketime=None):
        command = [str(CLIENT), "--metadata-dir", str(self.metadata), *options, *words]
        if faketime:
            if not shutil.which("faketime"):
                self.skipTest("faketime isn't installed")
            command = ["faketime", faketime, *command]
        done = subprocess.run(command, cwd="/", env={} if not faketime else {"PATH": "/usr/bin:/bin"},
                              capture_output=True, timeout=60, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr.decode())
        self.errors = done.stderr.decode()
        return done.returncode

    def refresh(self, faketime=None):
        return self.run_client("refresh", options=["--metadata-url", self.base + "/metadata/"], faketime=faketime)

    def download(self, *names, faketime=None):
        options = ["--metadata-url", self.base + "/metadata", "--target-dir", str(self.targets)]
        options += ["--target-base-url", self.base + "/targets/"]
        for name in names:
            options += ["--target-name", name]
        return self.run_client("download", options=options, faketime=faketime)

    def asked(self):
        """What was asked for since the last call, without `metadata/`."""
        asked = [path.removeprefix("metadata/") for path in self.server.requests]
        self.server.requests.clear()
        return asked

    def stored(self, role):
        """The version of a role that the client keeps; None where it keeps none."""
        file = self.metadata / f"{role}.json"
        return json.loads(file.read_bytes())["signed"]["version"] if file.exists() else None

    def assert_stored(self, **versions):
        found = {role: self.stored(role) for role in ("root", "timestamp", "snapshot", "targets")}
        self.assertEqual(found, {"root": 1, "timestamp": 1, "snapshot": 1, "targets": 1, **versions}, self.errors)

    def assert_good(self, status):
        self.assertEqual(status, 0, self.errors)

    def assert_refused(self, status):
        self.assertEqual(status, 1)

    def artifacts(self):
        """The contents of what was downloaded, in order of their times."""
        files = [file for file in self.targets.rglob("*") if file.is_file()]
        return [file.read_bytes() for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]
