#!/usr/bin/env python3
"""Writes one manual page for each command, from what `modelpack --experimental-dump-help` says.

usage: manual.py DUMP.json VERSION DIRECTORY
"""
import json
import pathlib
import re
import sys

EXIT_STATUS = [
    ("0", "done, or nothing to do"),
    ("1", "the verdict is no: a golden prompt or a quality limit failed"),
    ("2", "not trusted: signature, key, threshold, expired or replayed metadata"),
    ("3", "damaged or malformed input"),
    ("4", "not for this device: requirements not met"),
    ("5", "no space"),
    ("6", "repository or network not available"),
    ("64", "usage"),
    ("70", "a bug of modelpack"),
    ("74", "a local file can't be read or written"),
    ("75", "another run holds the lock"),
]


def escape(text: str) -> str:
    """Text that roff takes as it is: hyphens stay hyphens, and no line looks like a request."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def names(argument: dict) -> str:
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    shown = sorted(argument["names"], key=lambda name: name["kind"] == "long")
    return ", ".join(rf"\fB{escape(dashes[name['kind']] + name['name'])}\fR" for name in shown)


def label(argument: dict) -> str:
    value = rf"\fI{escape(argument.get('valueName', ''))}\fR"
    match argument["kind"]:
        case "positional":
            return value
        case "option":
            return f"{names(argument)} {value}"
        case _:
            return names(argument)


def synopsis(argument: dict) -> str:
    text = label(argument | {"names": argument["names"][:1]} if "names" in argument else argument)
    if argument["isRepeating"]:
        text += " ..."
    return f"[{text}]" if argument["isOptional"] else text


def described(argument: dict) -> list[str]:
    text = " ".join(filter(None, [argument.get("abstract"), argument.get("discussion")]))
    if argument.get("allValues"):
        text += f" One of {', '.join(argument['allValues'])}."
    if argument.get("defaultValue"):
        text += f" Default: {argument['defaultValue']}."
    return [".TP", label(argument), escape(text)]


def discussed(text: str) -> list[str]:
    """Paragraphs; what follows a line "Examples:" is a section of its own, in lines as they are."""
    lines = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        heading, _, rest = paragraph.partition("\n")
        if re.fullmatch(r"examples?:?", heading.strip(), flags=re.IGNORECASE):
            lines += [".SH EXAMPLES", ".nf", escape(re.sub(r"^  ", "", rest, flags=re.MULTILINE)), ".fi"]
        elif paragraph.startswith("  "):
            lines += [".PP", ".nf", escape(paragraph), ".fi"]
        else:
            lines += [".PP", escape(paragraph)]
    return lines


def page(path: list[str], command: dict, version: str) -> str:
    title = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    children = [child for child in command.get("subcommands", []) if child["shouldDisplay"]]
    lines = [
        f'.TH "{title.upper()}" 1 "" "modelpack {version}" "User Commands"',
        ".SH NAME",
        f"{escape(title)} \\- {escape(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
        rf"\fB{escape(' '.join(path))}\fR",
        *([rf"\fIcommand\fR [\fIargument\fR ...]"] if children else map(synopsis, arguments)),
        ".SH DESCRIPTION",
        escape(command["abstract"]),
    ]
    examples = discussed(command.get("discussion", ""))
    split = examples.index(".SH EXAMPLES") if ".SH EXAMPLES" in examples else len(examples)
    lines += examples[:split]
    if children:
        lines += [".SH COMMANDS"]
        for child in children:
            below = "-".join([*path, child["commandName"]])
            shown = rf"\fB{escape(child['commandName'])}\fR"
            if child["commandName"] != "help":
                shown += rf" (see \fB{escape(below)}\fR(1))"
            lines += [".TP", shown, escape(child["abstract"])]
    if arguments:
        lines += [".SH OPTIONS", *(line for argument in arguments for line in described(argument))]
    lines += examples[split:]
    lines += [".SH EXIT STATUS"]
    for code, meaning in EXIT_STATUS:
        lines += [".TP", code, escape(meaning)]
    if len(path) > 1:
        lines += [".SH SEE ALSO", rf"\fB{escape('-'.join(path[:-1]))}\fR(1)"]
    return "\n".join(line for line in lines if line) + "\n"


def write(folder: pathlib.Path, path: list[str], command: dict, version: str) -> None:
    (folder / f"{'-'.join(path)}.1").write_text(page(path, command, version), encoding="utf-8")
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            write(folder, [*path, child["commandName"]], child, version)


def main() -> None:
    dump, version, folder = sys.argv[1:]
    command = json.loads(pathlib.Path(dump).read_text(encoding="utf-8"))["command"]
    write(pathlib.Path(folder), [command["commandName"]], command, version)


main()
