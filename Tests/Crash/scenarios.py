"""The runs that are stopped at every operation, and what must hold after each stop."""

import hashlib
import json
import os
import shutil
import subprocess


def tree_digests(folder):
    """Every file below a folder by its path: the digest of its bytes."""
    digests = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                digests[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return digests


def remove(path):
    """Removes a tree that has read-only folders in it."""
    subprocess.run(["chmod", "-R", "u+rwX", path], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(path, ignore_errors=True)


class Scenario:
    """One command on a copy of `template`.

    `ends` are the exit codes that it may have without a fault, `again` those of the same command after a stop.
    """

    def __init__(self, name, template, arguments, ends=(0,), again=None):
        self.name, self.template, self.arguments = name, template, arguments
        self.ends, self.again = ends, again or ends

    def command(self, world, place):
        return [world.modelpack, *[argument.replace("PLACE", place) for argument in self.arguments]]


class OnDevice(Scenario):
    """`place` is a device's root. Afterwards `current` is one of `before` and, in the end, `after`."""

    def __init__(self, name, template, arguments, before, after, state=None, **codes):
        super().__init__(name, template, [*arguments, "--root", "PLACE", "--quiet"], **codes)
        self.before, self.after, self.state = before, after, state or {}

    def violation(self, world, place):
        """What is wrong right after a stop, before anything is repaired; None where all is well."""
        current = os.path.join(place, "models/home/current")
        if not os.path.lexists(current):
            return None if None in (*self.before, self.after) else "current is gone"
        version = os.path.basename(os.readlink(current))
        if version not in (*self.before, self.after):
            return f"current is {version}"
        if tree_digests(current) != world.digests[version]:
            return f"current, {version}, is not whole"
        return None

    def unfinished(self, world, place):
        """What is missing from the end that the command should come to."""
        wrong = self.violation(world, place)
        if wrong:
            return wrong
        current = os.path.join(place, "models/home/current")
        version = os.path.basename(os.readlink(current)) if os.path.lexists(current) else None
        if version != self.after:
            return f"current is {version} in the end"
        try:
            with open(os.path.join(place, "state.json"), encoding="utf-8") as file:
                state = json.load(file)["models"].get("home", {})
        except (OSError, ValueError) as error:
            return f"state.json: {error}"
        for key, wanted in self.state.items():
            found = state.get(key)
            found = [entry["version"] for entry in found] if isinstance(found, list) else (found or {}).get("version")
            if found != wanted:
                return f"{key} is {found} in the end"
        return self.remains(place, state)

    @staticmethod
    def remains(place, state):
        """What a finished command leaves lying about."""
        for parent, folders, names in os.walk(place):
            for name in [*folders, *names]:
                if name.endswith(".tmp"):
                    return f"{os.path.join(parent, name)} remains"
        named = [state.get(key) for key in ("confirmed", "previous", "staged")] + state.get("kept", [])
        if state.get("trial"):
            named.append(state["trial"]["release"])
        versions = os.path.join(place, "models/home/versions")
        there = {name for name in os.listdir(versions) if not name.endswith(".lock")} if os.path.isdir(versions) else set()
        stray = there - {entry["version"] for entry in named if entry}
        return f"{stray} is there and not in the state" if stray else None


class Rotten(OnDevice):
    """The version in use begins with bad bytes; until they are replaced it must not get any worse."""

    def violation(self, world, place):
        current = os.path.join(place, "models/home/current")
        found, wanted = tree_digests(current), world.digests[self.after]
        if {name for name in wanted if found.get(name) != wanted[name]} <= {"model/model.gguf"}:
            return None
        return "what was whole is no longer"

    def unfinished(self, world, place):
        if tree_digests(os.path.join(place, "models/home/current")) != world.digests[self.after]:
            return "what has rotted is not rebuilt"
        return super().unfinished(world, place)


class OnRepository(Scenario):
    """`place` is a repository's folder. Afterwards a device must be able to follow it, and find every target."""

    def __init__(self, name, template, arguments, released):
        super().__init__(name, template, [*arguments, "--quiet"])
        self.released = released

    def violation(self, world, place):
        try:
            snapshot = self.role(place, "snapshot", self.role(place, "timestamp", "")["meta"]["snapshot.json"]["version"])
            for name, meta in snapshot["meta"].items():
                for path, target in self.role(place, name[:-5], meta["version"]).get("targets", {}).items():
                    folder, _, name = path.rpartition("/")
                    file = os.path.join(place, "targets", folder, f"{target['hashes']['sha256']}.{name}")
                    with open(file, "rb") as opened:
                        if hashlib.sha256(opened.read()).hexdigest() != target["hashes"]["sha256"]:
                            return f"{path} is not what its digest says"
        except (OSError, KeyError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return None

    @staticmethod
    def role(place, name, version):
        path = os.path.join(place, "metadata", f"{version}.{name}.json" if version != "" else f"{name}.json")
        with open(path, encoding="utf-8") as file:
            return json.load(file)["signed"]

    def unfinished(self, world, place):
        wrong = self.violation(world, place)
        if wrong:
            return wrong
        device = place + "-device"
        try:
            world.run("device", "init", "--root", device, "--repository", place,
                      "--trust", os.path.join(place, "metadata/1.root.json"), "--policy", world.policy)
            found = json.loads(world.run("update", "home", "--root", device, "--dry-run", "--json").stdout)
            version = found["models"][0]["version"]
            return None if version == self.released else f"a device is offered {version}"
        except subprocess.CalledProcessError as error:
            return f"a device can't follow it: {error.stderr}"
        finally:
            remove(device)
