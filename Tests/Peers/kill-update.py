#!/usr/bin/env python3
"""Kills `modelpack update` with SIGKILL at random moments and looks whether the device is still whole.

Needs the executable and a repository folder, as `modelpack repo init` and `publish` make it, with at least two
versions of one model. A device gets the lowest version from its bundle, then updates over HTTP to what the channel
offers; half of the kills fall while it fetches, half while a version that is fetched is tested and switched to.
After each kill `current` must be one whole version, by every digest in its index, and `status` must be readable.
When all kills are done an update must finish with nothing left to do.

    kill-update.py .build/release/modelpack repository [--policy policy.yaml] [--kills 50] [--seed N]
"""

import argparse
import glob
import hashlib
import http.server
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder with ranges; bodies go out at `rate` bytes a second."""

    daemon_threads = True
    rate = 0

    def handle_error(self, request, client_address):
        pass  # A client that was killed.


class Handler(http.server.BaseHTTPRequestHandler):
    folder = ""

    def do_GET(self):
        path = os.path.join(self.folder, self.path.lstrip("/"))
        if not os.path.isfile(path):
            self.send_error(404)
            return
        size = os.path.getsize(path)
        start, end = 0, size
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted:
            start, end = int(wanted[1]), min(int(wanted[2]) + 1, size)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        with open(path, "rb") as file:
            file.seek(start)
            while start < end:
                piece = file.read(min(65536, end - start))
                self.wfile.write(piece)
                start += len(piece)
                if self.server.rate:
                    time.sleep(len(piece) / self.server.rate)

    def log_message(self, *arguments):
        pass


def key(version):
    """Orders versions well enough to tell the lowest and the highest of a test's."""
    core, _, prerelease = version.partition("-")
    return [int(part) for part in core.split(".")], prerelease == "", prerelease


class Soak:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.random = random.Random(options.seed)
        self.template = os.path.join(folder, "template")
        self.device = os.path.join(folder, "device")

    def run(self, *arguments, check=True):
        result = subprocess.run(
            [self.options.modelpack, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and result.returncode != 0:
            raise SystemExit(f"modelpack {' '.join(arguments)}: exit {result.returncode}\n{result.stderr}")
        return result

    def prepare(self, address):
        repository = self.options.repository
        policies = sorted(glob.glob(os.path.join(repository, "targets", "*.policy.json")))
        if not self.options.policy and not policies:
            raise SystemExit(f"{repository}: has no policy.json among its targets; give one with --policy")
        bundles = {}
        for folder, _, names in os.walk(os.path.join(repository, "targets")):
            for name in names:
                found = re.fullmatch(r"[0-9a-f]{64}\.(.+?)-(\d+\.\d+\.\d+.*)\.modelpack", name)
                if found and (not self.options.model or found[1] == self.options.model):
                    bundles.setdefault(found[1], {})[found[2]] = os.path.join(folder, name)
        self.model = self.options.model or next((name for name in sorted(bundles) if len(bundles[name]) > 1), None)
        if len(bundles.get(self.model, {})) < 2:
            raise SystemExit(f"{repository}: needs two versions of one model")
        versions = bundles[self.model]
        first = min(versions, key=key)
        self.run("device", "init", "--root", self.template, "--repository", address,
                 "--trust", os.path.join(repository, "metadata", "1.root.json"),
                 "--policy", self.options.policy or policies[0], "--channel", self.options.channel)
        self.run("update", "--root", self.template, "--from", versions[first], "--quiet")
        if self.current(self.template) != first:
            raise SystemExit(f"{first} could not be installed")
        self.fresh()
        self.server.rate = 0
        self.fetching = self.time("--no-activate")
        self.switching = self.time()
        self.first, self.last = first, self.current(self.device)
        if self.last == first:
            raise SystemExit(f"channel {self.options.channel} offers nothing above {first}")
        size = os.path.getsize(versions[self.last])
        # Slow enough for kills to fall into the transfer.
        self.rate = max(1 << 16, int(size / 1.5))

    def time(self, *options):
        started = time.monotonic()
        self.run("update", self.model, "--root", self.device, "--quiet", *options)
        return time.monotonic() - started

    def fresh(self):
        subprocess.run(["rm", "-rf", self.device], check=True)
        shutil.copytree(self.template, self.device, symlinks=True)

    def current(self, device):
        """The version that `current` names; ends the soak when it isn't whole."""
        folder = os.path.join(device, "models", self.model, "current")
        if not os.path.islink(folder):
            raise SystemExit("current is gone")
        with open(os.path.join(folder, "index.json"), "rb") as file:
            index = json.load(file)
        for member in index["members"]:
            digest = hashlib.sha256()
            with open(os.path.join(folder, member["path"]), "rb") as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    digest.update(piece)
            if digest.hexdigest() != member["sha256"]:
                raise SystemExit(f"{folder}/{member['path']}: wrong digest")
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            return json.load(file)["version"]

    def kill_once(self, number):
        fetches = number % 2 == 0
        self.server.rate = self.rate if fetches else 0
        if not fetches:
            self.run("update", self.model, "--root", self.device, "--quiet", "--no-activate")
        if fetches:
            after = self.random.uniform(0, self.fetching + 1.5)
        else:
            # The switch itself is short and comes last: every other of these kills aims at it.
            earliest = 0 if number % 4 == 1 else 0.8 * self.switching
            after = self.random.uniform(earliest, 1.05 * self.switching)
        process = subprocess.Popen(
            [self.options.modelpack, "update", self.model, "--root", self.device, "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout=after)
            ended = f"had ended with {process.returncode}"
            if process.returncode != 0:
                raise SystemExit(f"kill {number}: update failed with {process.returncode} by itself")
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            ended = "killed"
        current = self.current(self.device)
        if current not in (self.first, self.last):
            raise SystemExit(f"kill {number}: current is {current}")
        status = json.loads(self.run("status", "--root", self.device, "--json").stdout)
        confirmed = status["models"][self.model]["confirmed"]
        if confirmed not in (self.first, self.last):
            raise SystemExit(f"kill {number}: confirmed is {confirmed}")
        if self.options.verbose:
            print(f"{number}: {'fetching' if fetches else 'switching'}, after {after:.3f} s, {ended}: {current}")
        # A run that still tests the model belongs to nobody now.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if current == self.last:
            self.finish()
            self.fresh()
        return ended == "killed"

    def finish(self):
        self.server.rate = 0
        self.run("update", self.model, "--root", self.device, "--quiet")
        result = json.loads(self.run("update", self.model, "--root", self.device, "--quiet", "--json").stdout)
        if result["outcome"] != "up-to-date" or self.current(self.device) != self.last:
            raise SystemExit(f"the last update doesn't finish: {result}")

    def soak(self):
        Handler.folder = self.options.repository
        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.prepare(f"http://127.0.0.1:{self.server.server_address[1]}/")
        self.fresh()
        killed = number = 0
        while killed < self.options.kills:
            killed += self.kill_once(number)
            number += 1
        self.finish()
        print(f"{killed} kills in {number} runs: {self.model} is whole, and {self.last} is installed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modelpack")
    parser.add_argument("repository")
    parser.add_argument("--policy", help="by default the repository's own")
    parser.add_argument("--channel", default="stable")
    parser.add_argument("--model")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.modelpack = os.path.abspath(options.modelpack)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            Soak(options, folder).soak()
        finally:
            # Installed versions are read-only.
            subprocess.run(["chmod", "-R", "u+w", folder], check=False)


if __name__ == "__main__":
    sys.exit(main())
