"""The keys, bundles, repositories and devices that the crash test's scenarios start from."""

import importlib.util
import os
import subprocess
import threading

from scenarios import OnDevice, OnRepository, Rotten, tree_digests


def web_server():
    """The server of the soak, which knows ranges."""
    path = os.path.join(os.path.dirname(__file__), "../Peers/kill-update.py")
    spec = importlib.util.spec_from_file_location("kill_update", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Server, module.Handler


class World:
    def __init__(self, options, folder):
        self.modelpack, self.shim = os.path.abspath(options.modelpack), os.path.abspath(options.shim)
        self.bundles, self.folder = os.path.abspath(options.bundles), folder
        self.policy = os.path.join(self.bundles, "policy.yaml")
        self.keys = os.path.join(folder, "keys")
        self.repository = self.path("repository")
        self.run("repo", "init", self.repository, "--keys", self.keys, "--policy", self.policy)
        self.publish("1.0.0", self.repository)
        self.older = self.copied("repository", "older-repository")
        self.publish("1.1.0", self.repository)
        server, handler = web_server()
        handler.folder = self.repository
        self.server = server(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.make_devices()

    def run(self, *arguments, ends=(0,)):
        ended = subprocess.run([self.modelpack, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, check=False)
        if ended.returncode not in ends:
            raise subprocess.CalledProcessError(ended.returncode, arguments, ended.stdout, ended.stderr)
        return ended

    def path(self, name):
        return os.path.join(self.folder, name)

    def bundle(self, version):
        return os.path.join(self.bundles, f"home-{version}.modelpack")

    def copied(self, source, name):
        subprocess.run(["cp", "-a", self.path(source), self.path(name)], check=True)
        return self.path(name)

    def publish(self, version, repository):
        self.run(*self.publishing(version, repository))

    def publishing(self, version, repository):
        return ("publish", self.bundle(version), "--repo", repository, "--keys", self.keys, "--channel", "stable",
                "--policy", self.policy)

    def device(self, name, source, *arguments, ends=(0,)):
        """A copy of the device `source`, on which a command was run."""
        self.copied(source, name)
        if arguments:
            self.run(*arguments, "--root", self.path(name), "--quiet", ends=ends)
        return self.path(name)

    def configured(self, name, source, text):
        """A copy of the device `source`, with other wishes in its configuration."""
        file = os.path.join(self.copied(source, name), "device.yaml")
        with open(file, encoding="utf-8") as opened:
            lines = [line for line in opened if not line.startswith("confirm:")]
        with open(file, "w", encoding="utf-8") as opened:
            opened.write("".join(lines) + text)

    def make_devices(self):
        self.run("device", "init", "--root", self.path("new"), "--repository", self.address,
                 "--trust", os.path.join(self.repository, "metadata/1.root.json"), "--policy", self.policy)
        self.device("at-1.0", "new", "update", "--from", self.bundle("1.0.0"))
        self.device("at-1.1", "at-1.0", "update", "--from", self.bundle("1.1.0"))
        self.configured("app", "at-1.0", "confirm: app\n")
        self.device("trial", "app", "update", "--from", self.bundle("1.1.0"))
        self.device("staged", "at-1.0", "update", "--no-activate")
        self.configured("collectable", "at-1.1", "keep: 0\n")
        self.device("rotten", "at-1.1")
        weights = os.path.join(self.path("rotten"), "models/home/versions/1.1.0/model/model.gguf")
        os.chmod(weights, 0o644)
        with open(weights, "r+b") as file:
            file.seek(1 << 20)
            file.write(b"rot")
        os.chmod(weights, 0o444)
        installed = {"1.0.0": "at-1.0", "1.1.0": "at-1.1"}
        self.digests = {version: tree_digests(os.path.join(self.path(device), "models/home/current"))
                        for version, device in installed.items()}

    def scenarios(self):
        new, old = "1.1.0", "1.0.0"
        updated = {"confirmed": new, "previous": old, "trial": None}
        yield OnDevice("first install over http", self.path("new"), ["update", "home"], [None], new)
        yield OnDevice("update over http", self.path("at-1.0"), ["update", "home"], [old], new, state=updated)
        yield OnDevice("update from a bundle", self.path("at-1.0"), ["update", "--from", self.bundle(new)], [old], new,
                       state=updated)
        yield OnDevice("start of a trial", self.path("app"), ["update", "--from", self.bundle(new)], [old], new,
                       state={"confirmed": old})
        yield OnDevice("confirm", self.path("trial"), ["confirm", "home"], [new], new, state=updated)
        # Once it has happened, a second rollback finds nothing that it may go back to.
        yield OnDevice("rollback", self.path("at-1.1"), ["rollback", "home"], [new], old, again=(0, 1),
                       state={"confirmed": old, "previous": new, "blocked": [new]})
        yield OnDevice("refusal", self.path("at-1.1"), ["update", "--from", self.bundle("1.2.0")], [new], new,
                       ends=(1,), state={"confirmed": new, "blocked": ["1.2.0"]})
        yield OnDevice("activate", self.path("staged"), ["activate", "home"], [old], new, again=(0, 64), state=updated)
        yield OnDevice("gc", self.path("collectable"), ["gc"], [new], new,
                       state={"confirmed": new, "previous": None, "kept": []})
        yield OnDevice("pin", self.path("at-1.1"), ["pin", "home", new], [new], new)
        yield Rotten("check", self.path("rotten"), ["check"], [new], new, state=updated)
        yield OnRepository("publish", self.older, self.publishing(new, "PLACE"), new)
