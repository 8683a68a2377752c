#!/usr/bin/env python3
"""Holds the public surface of the rooms that apps embed to docs/api, and every part of it to a doc comment.

usage: api.py [--write]

Needs a release build (`make build`), whose modules it reads with `swift symbolgraph-extract`. With --write the listings
are written anew instead of being compared; they don't tell which types can't be copied, for the graph doesn't. The Swift
blocks of docs/embedding.md must compile.
"""
import difflib
import json
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

ROOMS = ["Failures", "Inference", "Updating", "Verifying"]
BUILD = pathlib.Path(".build/release")
GUIDE = pathlib.Path("docs/embedding.md")
# Where the modules are, and the maps of those in C.
FOLDERS = [BUILD / "Modules", BUILD / "CKernels.build"]
FOLDERS += sorted(path.parent for path in pathlib.Path("Sources").glob("C*/module.modulemap"))
INCLUDES = [word for folder in FOLDERS for word in ("-I", str(folder))]
# What Swift itself writes for a conformance.
IMPLIED = {"==(_:_:)", "hash(into:)", "encode(to:)", "init(from:)", "init(rawValue:)"}


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: {' '.join(command[:2])}:\n{done.stdout}{done.stderr}")


def symbols(room: str) -> tuple[list[dict], dict[str, list[str]]]:
    """A module's public symbols, and by a type's identifier what it conforms to."""
    with tempfile.TemporaryDirectory() as folder:
        run(
            "swift", "symbolgraph-extract", "-module-name", room, *INCLUDES, "-minimum-access-level", "public",
            "-skip-synthesized-members", "-target", f"{platform.machine()}-unknown-linux-gnu", "-output-dir", folder,
        )
        graph = json.loads((pathlib.Path(folder) / f"{room}.symbols.json").read_text(encoding="utf-8"))
    conformances: dict[str, list[str]] = {}
    for relation in graph["relationships"]:
        if relation["kind"] == "conformsTo":
            name = relation.get("targetFallback") or relation["target"]
            conformances.setdefault(relation["source"], []).append(name.removeprefix("Swift."))
    return graph["symbols"], conformances


def listing(room: str) -> str:
    """Each symbol's declaration, below that of its type; one without a comment ends the script."""
    found, conformances = symbols(room)
    lines = []
    for symbol in found:
        path = symbol["pathComponents"]
        if path[-1] in IMPLIED:
            continue
        if not symbol.get("docComment"):
            sys.exit(f"error: {room}.{'.'.join(path)} is public and has no doc comment")
        declaration = "".join(part["spelling"] for part in symbol["declarationFragments"])
        declaration = " ".join(declaration.split())
        if symbol["kind"]["identifier"] in ("swift.struct", "swift.enum", "swift.class"):
            names = {name for name in conformances.get(symbol["identifier"]["precise"], []) if name.isidentifier()}
            kept = sorted(names - {"SendableMetatype"})
            declaration += f" : {', '.join(kept)}" if kept else ""
        lines.append((path, declaration))
    lines.sort(key=lambda line: (line[0], line[1]))
    return "".join(f"{'    ' * (len(path) - 1)}{text}\n" for path, text in lines)


def compile_guide() -> int:
    """Type-checks each Swift block of the guide as a program of its own."""
    blocks = re.findall(r"^```swift\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for block in blocks:
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "main.swift"
            source.write_text(block, encoding="utf-8")
            run("swiftc", "-typecheck", "-swift-version", "6", "-warnings-as-errors", *INCLUDES, str(source))
    return len(blocks)


def main() -> None:
    folder = pathlib.Path("docs/api")
    for room in ROOMS:
        text, path = listing(room), folder / f"{room}.txt"
        if "--write" in sys.argv[1:]:
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != before:
            sys.stdout.writelines(
                difflib.unified_diff(before.splitlines(True), text.splitlines(True), str(path), "what is built")
            )
            sys.exit(f"error: the public surface of {room} has changed; if it should, accept it with `make api WRITE=--write`")
        print(f"{room}: {text.count(chr(10))} public symbols, all with a doc comment")
    print(f"{GUIDE}: {compile_guide()} blocks of Swift compile")


main()
