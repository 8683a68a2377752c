#!/usr/bin/env python3
"""Stops updates at every file operation, and looks whether what is left is whole and goes on.

For each scenario the operations of a run are counted (shim.c). Then, one by one for all of them, a run on a fresh copy
is killed there; killed in the middle of a write; has a full disk from there on; gets EIO there. And from the record
of a run, for every operation, what a power cut right after it may leave is built: nothing that wasn't synced, all of
it, names without bytes, bytes without names, some of it (page_cache.py). After each: `current` must be one whole
version, the exit code right, and the same command once more must come to its end.

    crash_test.py --modelpack .build/release/modelpack --shim shim.so --bundles out/crash-test [--stride 7] [--jobs 2]
"""

import argparse
import collections
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time

import page_cache
from scenarios import remove
from world import World

CODES = {"enospc": 5, "eio": 74}
world = None


def copy(source, destination):
    subprocess.run(["cp", "-a", source, destination], check=True)


def run(scenario, place, **variables):
    # Swift's dictionaries have another order in each process, and with them some operations.
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1", **{name: str(value) for name, value in variables.items()}}
    return subprocess.run(scenario.command(world, place), env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120, check=False)


def shim(place, **variables):
    return {"LD_PRELOAD": world.shim, "CRASH_BELOW": place,
            **{f"CRASH_{name.upper()}": value for name, value in variables.items()}}


def faulty(scenario, place, how, number):
    """Runs with a fault; what is wrong with how it ended."""
    copy(scenario.template, place)
    reads = {"reads": 1} if how == "eio" else {}
    ended = run(scenario, place, **shim(place, how=how, at=number, **reads))
    if how in ("kill", "torn"):
        return None if ended.returncode == -9 else f"was not killed: exit {ended.returncode}"
    if ended.returncode == CODES[how]:
        return None
    # A fault that the run could do without: then it must have come to its end.
    if ended.returncode in scenario.ends:
        return scenario.unfinished(world, place)
    return f"exit {ended.returncode}: {ended.stderr.strip()}"


def try_point(point):
    """One stop and the run after it; the violation, or None."""
    scenario, how, what = point
    place = tempfile.mkdtemp(dir=world.folder) + "/place"
    try:
        if how == "power":
            cuts[scenario.name].build(what, place)
            wrong = None
        else:
            wrong = faulty(scenario, place, how, what)
        wrong = wrong or scenario.violation(world, place)
        if not wrong:
            ended = run(scenario, place)
            wrong = scenario.unfinished(world, place)
            if wrong or ended.returncode not in scenario.again:
                wrong = f"then: {wrong or ''} (exit {ended.returncode}) {ended.stderr.strip()}"
        return wrong and f"{scenario.name} {how} {what if how != 'power' else described(scenario, what)}: {wrong}"
    except (subprocess.SubprocessError, OSError) as error:
        return f"{scenario.name} {how} {what}: {error}"
    finally:
        remove(os.path.dirname(place))


def described(scenario, choice):
    operations = cuts[scenario.name].operations
    last = max(choice[0], default=-1)
    lost = [f"{operations[number].word} {' '.join(operations[number].rest)}" for number in range(last)
            if number not in choice[0] and operations[number].word not in ("none", "fsync")]
    return f"after operation {last + 1}, without {lost}, with {len(choice[1])} holes"


def record(scenario):
    """The operations of an undisturbed run, with and without reads."""
    counts = []
    for reads in ({}, {"reads": 1}):
        place = os.path.join(world.folder, "recorded")
        log = os.path.join(world.folder, "log")
        copy(scenario.template, place)
        if not reads:
            start = {}
            root = page_cache.scan(place, start)
        ended = run(scenario, place, **shim(place, log=log, **reads))
        wrong = scenario.unfinished(world, place)
        if ended.returncode not in scenario.ends or wrong:
            raise SystemExit(f"{scenario.name} fails by itself: {wrong} (exit {ended.returncode})\n{ended.stderr}")
        remove(place)
        if not reads:
            cuts[scenario.name] = page_cache.PowerCuts(start, root, log)
        counts.append(page_cache.read_log(log))
    return counts


def points(scenario, samples):
    plain, with_reads = record(scenario)
    for number, operation in enumerate(plain, 1):
        yield scenario, "kill", number
        yield scenario, "enospc", number
        if operation.word == "write":
            yield scenario, "torn", number
    for number in range(1, len(with_reads) + 1):
        yield scenario, "eio", number
    for choice in cuts[scenario.name].states(samples):
        yield scenario, "power", choice


def main():
    global world
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--modelpack", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--bundles", required=True, help="folder with home-*.modelpack, keys/build.key, policy.yaml")
    parser.add_argument("--stride", type=int, default=1, help="try every n-th point only")
    parser.add_argument("--samples", type=int, default=2, help="random choices behind each operation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", help="names of scenarios, with commas")
    options = parser.parse_args()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="crash-test-", dir=memory)
    tried, violations = collections.Counter(), 0
    try:
        world = World(options, folder)
        chosen = [scenario for scenario in world.scenarios()
                  if not options.only or scenario.name in options.only.split(",")]
        everything = {scenario.name: list(points(scenario, options.samples))[::options.stride] for scenario in chosen}
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for name, some in everything.items():
                started, wrong = time.monotonic(), 0
                for violation in pool.imap_unordered(try_point, some, chunksize=4):
                    if violation:
                        wrong += 1
                        print(f"violation: {violation}", flush=True)
                counts = collections.Counter(how for _, how, _ in some)
                tried.update(counts)
                violations += wrong
                print(f"{name}: {len(some)} points ({', '.join(f'{how} {n}' for how, n in sorted(counts.items()))}), "
                      f"{wrong} violations, {time.monotonic() - started:.0f} s", flush=True)
    finally:
        remove(folder)
    print(f"points tried: {sum(tried.values())} ({', '.join(f'{how} {n}' for how, n in sorted(tried.items()))})")
    print(f"violations: {violations}")
    return 1 if violations else 0


cuts = {}

if __name__ == "__main__":
    sys.exit(main())
