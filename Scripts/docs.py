#!/usr/bin/env python3
"""Runs what the documents show, follows their links, and holds the pictures to the code.

usage: docs.py MODELPACK [--write] [DOCUMENT…]

Each ```console block below docs/ is run line by line, a document's blocks one after the other in one new folder that has
the repository's Models, Manifests, LICENSE and docs in it. A line `$ command` must end with 0, or with N where
`# exit N` stands behind it. The lines below it must be in its output, in their order; … stands for anything. A block
below `<!-- file: NAME -->` becomes that file. Commands that can't be run here are ```sh blocks, below a paragraph that
says "Not run here"; every block has a language.

A document that says `<!-- needs: PROGRAM… -->` is passed over where one of them isn't installed.

In every .md file of the repository, links to files and headings must lead somewhere.

With --write the picture in docs/architecture.md is drawn anew instead of being compared. DOCUMENTs are run alone.
"""
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SHOWN = ["Models", "Manifests", "LICENSE", "docs"]
PICTURE = re.compile(r"(<!-- rooms: .*? -->\n).*?(<!-- end of rooms -->)", re.DOTALL)


BLOCK = re.compile(r"^(?:<!-- file: (\S+) -->\n)?```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str, str]]:
    """A file's name or "", language and content of each block."""
    return [(name or "", language, content) for name, language, content in BLOCK.findall(text)]


def check_blocks(document: pathlib.Path) -> None:
    """No command is shown that is neither run nor said to be not run."""
    text = document.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text[: found.start()].count("\n") + 1
        above = text[: found.start()].rstrip().rsplit("\n\n", 1)[-1]
        if not found[2]:
            sys.exit(f"error: {document}:{line}: a block without a language")
        if found[2] in ("sh", "bash", "shell") and not found[1] and "Not run here" not in above:
            sys.exit(f"error: {document}:{line}: commands that are not run; nothing above says so")
    if indented := re.search(r"^ {4,}(?:\$ |modelpack )", BLOCK.sub("", text), flags=re.MULTILINE):
        sys.exit(f"error: {document}: commands in no block: {indented[0]}")


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Commands, those that go on after a backslash as one, each with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line)
    return found


def is_shown(line: str, output: list[str]) -> bool:
    """Takes lines off `output` up to the one that looks like `line`."""
    words = [re.escape(" ".join(part.split())) for part in line.split("…")]
    pattern = re.compile(" ?.* ?".join(words))
    while output:
        if pattern.fullmatch(" ".join(output.pop(0).split())):
            return True
    return False


def run(document: pathlib.Path, modelpack: pathlib.Path) -> int:
    count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for shown in SHOWN:
            (folder / shown).symlink_to(pathlib.Path(shown).resolve())
        (folder / ".bin").mkdir()
        (folder / ".bin/modelpack").symlink_to(modelpack)
        environment = {"PATH": f"{folder}/.bin:/usr/bin:/bin", "HOME": name, "LC_ALL": "C.UTF-8"}
        for file, language, content in blocks(document.read_text(encoding="utf-8")):
            if file:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_text(content, encoding="utf-8")
            for command, wanted in commands(content) if language == "console" else []:
                count += 1
                status = re.search(r"# exit (\d+)$", command)
                done = subprocess.run(
                    ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
                )
                output = done.stdout + done.stderr
                if done.returncode != (int(status[1]) if status else 0):
                    sys.exit(f"error: {document}: `{command}` ended with {done.returncode}\n{output}")
                left = output.splitlines()
                for line in wanted:
                    if not is_shown(line, left):
                        sys.exit(f"error: {document}: `{command}` doesn't say\n  {line}\nbut\n{output}")
    return count


def rooms() -> dict[str, list[str]]:
    """Each room and the rooms it imports, by the package's own description; tests and other people's packages left out."""
    done = subprocess.run(["swift", "package", "dump-package"], capture_output=True, text=True, check=True)
    targets = {
        target["name"]: [next(iter(dependency.values()))[0] for dependency in target["dependencies"]]
        for target in json.loads(done.stdout)["targets"]
        if target["type"] in ("regular", "executable", "system") and not (target.get("path") or "").startswith("Tests/")
    }
    return {name: [room for room in imports if room in targets] for name, imports in targets.items()}


def reachable(name: str, graph: dict[str, list[str]]) -> set[str]:
    below = set(graph[name])
    for room in graph[name]:
        below |= reachable(room, graph)
    return below


def picture(graph: dict[str, list[str]]) -> str:
    """A Mermaid chart, without the arrows that others imply."""
    floors = [
        ("command", "the command", [room for room in graph if room[0].islower()]),
        ("workflows", "workflows: they touch the world", [room for room in graph if room in WORKFLOWS]),
        ("vocabulary", "vocabulary: bytes in, values out", []),
        ("c", "C", [room for room in graph if re.match(r"C[A-Z]", room)]),
    ]
    taken = {room for _, _, rooms in floors for room in rooms}
    floors[2][2].extend(room for room in graph if room not in taken)
    lines = ["```mermaid", "flowchart TD"]
    for name, title, floor in floors:
        lines.append(f'    subgraph {name}["{title}"]')
        lines += [f"        {room}" for room in floor]
        lines.append("    end")
    for room, imports in graph.items():
        for other in imports:
            if not any(other in reachable(third, graph) for third in imports):
                lines.append(f"    {room} --> {other}")
    return "\n".join([*lines, "```", ""])


WORKFLOWS = {"Building", "Verifying", "Publishing", "Updating"}


def check_picture(write: bool) -> None:
    graph = rooms()
    for room in WORKFLOWS:
        for other in sorted(WORKFLOWS & set(graph[room])):
            sys.exit(f"error: {room} imports {other}; workflows never import each other")
    path = pathlib.Path("docs/architecture.md")
    text = path.read_text(encoding="utf-8")
    drawn = PICTURE.sub(lambda match: match[1] + picture(graph) + match[2], text)
    if write:
        path.write_text(drawn, encoding="utf-8")
    elif drawn != text:
        sys.exit(f"error: the picture in {path} is not what Package.swift says; draw it with Scripts/docs.py … --write")


def check_phases() -> None:
    """The picture of a device's phases has those of the code."""
    code = pathlib.Path("Sources/Updating/State/ModelPhase.swift").read_text(encoding="utf-8")
    phases = {case[1] or case[0] for case in re.findall(r"^    case (\w+)(?: = \"(.*)\")?$", code, flags=re.MULTILINE)}
    text = pathlib.Path("docs/device.md").read_text(encoding="utf-8")
    chart = re.search(r"^stateDiagram-v2\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)[1]
    names = dict((alias, name) for name, alias in re.findall(r'state "(.*)" as (\w+)', chart))
    drawn = {names.get(word, word) for step in re.findall(r"(\w+|\[\*\]) --> (\w+)", chart) for word in step} - {"[*]"}
    if drawn != phases:
        sys.exit(f"error: docs/device.md draws the phases {sorted(drawn)}; the code has {sorted(phases)}")


def anchors(document: pathlib.Path) -> set[str]:
    """The names that a page's headings get, as GitHub and GitLab make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*?) *#*$", BLOCK.sub("", document.read_text(encoding="utf-8")), flags=re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = 0
        while (name if count == 0 else f"{name}-{count}") in found:
            count += 1
        found.add(name if count == 0 else f"{name}-{count}")
    return found


def check_links() -> int:
    """Follows every relative link of every document; how many there are."""
    count = 0
    for document in sorted(pathlib.Path().rglob("*.md")):
        if document.parts[0].startswith(".") or document.parts[0] == "out":
            continue
        text = re.sub(r"`[^`\n]*`", "", BLOCK.sub("", document.read_text(encoding="utf-8")))
        for target in re.findall(r"\]\(\s*([^)\s]+)", text) + re.findall(r"^\[[^\]]+\]: +(\S+)", text, flags=re.MULTILINE):
            if re.match(r"[a-z]+:", target):
                continue
            count += 1
            path, _, anchor = target.partition("#")
            file = document.parent / path if path else document
            if not file.exists():
                sys.exit(f"error: {document}: {target} leads nowhere")
            if anchor and (file.suffix != ".md" or anchor not in anchors(file)):
                sys.exit(f"error: {document}: {target}: no such heading")
    return count


def run_where_possible(document: pathlib.Path, modelpack: pathlib.Path) -> str | None:
    """What came of it, in a line; None where nothing is shown as run."""
    needs = re.search(r"^<!-- needs: (.*) -->$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if missing := [program for program in (needs[1].split() if needs else []) if not shutil.which(program)]:
        return f"{document}: not run, for lack of {', '.join(missing)}"
    count = run(document, modelpack)
    return f"{document}: {count} commands do what it says" if count else None


def main() -> None:
    modelpack = pathlib.Path(sys.argv[1]).resolve()
    check_picture(write="--write" in sys.argv[2:])
    check_phases()
    print(f"{check_links()} links lead somewhere")
    documents = sorted(pathlib.Path("docs").rglob("*.md"))
    for document in documents:
        check_blocks(document)
    chosen = [pathlib.Path(name) for name in sys.argv[2:] if not name.startswith("-")]
    # Most of the time is waiting for disks, so pages run side by side.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for line in pool.map(lambda document: run_where_possible(document, modelpack), chosen or documents):
            if line:
                print(line, flush=True)


main()
