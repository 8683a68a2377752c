#!/usr/bin/env python3
"""Holds docs/schemas against the files that people write: what is there passes, mistakes don't.

usage: schemas.py MODELPACK
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import referencing
import yaml

SCHEMAS = pathlib.Path("docs/schemas")


class Loader(yaml.SafeLoader):
    """YAML whose plain words are what modelpack takes them for: no dates, no yes and no."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("null", r"|~|null", ["", "~", "n"]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.?[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})\\Z"), list(first))


def load_schemas() -> dict[str, jsonschema.Draft7Validator]:
    documents = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.schema.json")}
    registry = referencing.Registry().with_resources(
        (name, referencing.Resource.from_contents(document)) for name, document in documents.items()
    )
    for document in documents.values():
        jsonschema.Draft7Validator.check_schema(document)
    return {
        name.removesuffix(".schema.json"): jsonschema.Draft7Validator(document, registry=registry)
        for name, document in documents.items()
    }


def changed(document: dict, path: str, value: object) -> dict:
    """The document with another value at a path such as `quantization.rules.0.type`; DROP takes it out."""
    document = copy.deepcopy(document)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place = document
    for key in parents:
        place = place[key]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    return document


DROP = object()

MANIFEST = {
    "name": "home",
    "version": "1.0.0-rc.1",
    "source": "source",
    "adapters": ["adapter"],
    "quantization": {
        "type": "q4_k_m", "rules": [{"tensor": "blk.*.attn_v.weight", "type": "q8_0"}], "calibrate": "text.txt",
        "anchor": "anchor.gguf", "tolerance": 0.1,
    },
    "license": {"spdx": "Apache-2.0", "file": "LICENSE"},
    "lineage": {"base": "somebody/something", "previous": "home-0.9.0"},
    "requires": {"memory": "64MiB", "disk": 1048576, "cpu": ["avx2"], "runtime": ["llama.cpp"], "modelpack": "0.1.0"},
    "suites": ["golden/home.jsonl"],
    "gate": [{"measure": "pass_rate", "tag": "smoke", "minimum": 0.9, "relative": False}],
    "floor": "0.9.0",
}
PROMPT = {
    "id": "a",
    "messages": [{"role": "user", "content": "hello"}],
    "expect": {"exact": "x", "contains": ["x"], "regex": "x", "json": {"type": "object", "required": ["a"]}},
    "tags": ["t"],
    "max_tokens": 8,
    "smoke": True,
}
GATE = {"pass_rate": 0.95, "limits": [{"measure": "pass_rate", "maximum": 1}], "changed": ["a"]}
DEVICE = {
    "repository": "https://models.example.com",
    "channel": "stable",
    "id": "0123456789abcdef0123456789abcdef",
    "confirm": "app",
    "check": {"seconds": 60, "memory": 64, "attempts": 2, "hours": 0},
    "limits": {"rate": 1, "connect_seconds": 2, "stall_seconds": 3, "retry_seconds": 0},
    "network": {"proxy": "http://proxy:3128", "certificate": "device.pem", "key": "device.key", "metered": True},
    "schedule": {"windows": ["sat,sun 22:00-06:00"], "jitter": 30, "links": ["wlan*"]},
    "reports": {"url": "https://reports.example.com"},
}

# A whole document for each schema, and what must not be made of it.
MISTAKES = {
    "manifest": (MANIFEST, [
        ("name", DROP), ("name", "Home"), ("name", "x" * 65), ("version", "1.0"), ("version", "1.0.0+build"),
        ("version", "01.0.0"), ("source", DROP), ("source", ""), ("adapters", "adapter"), ("quantization", DROP),
        ("quantization.type", DROP), ("quantization.type", "q4"), ("quantization.types", "q8_0"),
        ("quantization.tolerance", 1.1), ("quantization.anchor", DROP), ("quantization.calibrate", 1),
        ("quantization.rules.0.type", "q4_k_m"), ("quantization.rules.0.tensor", DROP), ("license.spdx", ["MIT"]),
        ("license.url", "x"), ("lineage.parent", "x"), ("requires.memory", "64MB"), ("requires.memory", -1),
        ("requires.cpu", "avx2"), ("requires.modelpack", "1"), ("suites", "golden/home.jsonl"),
        ("suites.0", "golden/home.json"), ("gate.0.measure", DROP), ("gate.0.minimum", DROP), ("gate.0.minimum", "0.9x"), ("floor", "0.9"), ("flor", "0.9.0"),
    ]),
    "suite": (PROMPT, [
        ("id", DROP), ("id", ""), ("id", 1), ("prompt", "both"), ("messages", DROP), ("messages.0.role", DROP),
        ("messages.0.colour", "x"), ("expect", DROP), ("expect", {}), ("expect.equals", "x"), ("expect.exact", 1),
        ("expect.contains", [1]), ("expect.json.type", "text"), ("expect.json.format", "date"), ("tags", "t"),
        ("expect.any_of", []), ("expect.max_nll", {"answer": "x"}), ("weight", 0), ("include", "more.jsonl"),
        ("max_tokens", 0), ("max_tokens", 1.5), ("smoke", "yes"), ("smok", True),
    ]),
    "gate": (GATE, [
        ("pass_rate", 1.1), ("pass_rate", "95 %"), ("limits.0.maximum", DROP), ("limits.0.measure", "x"),
        ("changed", "a"), ("limit", []),
    ]),
    "policy": (None, [
        ("version", 0), ("threshold", DROP), ("threshold", 0), ("keys", DROP), ("keys", []), ("keys.0.name", DROP),
        ("keys.0.pem", "key"), ("keys.0.hint", "x"), ("roots", ["x"]), ("required", "alice"), ("signers", []),
    ]),
    "device": (DEVICE, [
        ("repository", DROP), ("channel", DROP), ("id", "0123"), ("id", "0" * 31 + "G"), ("confirm", "user"),
        ("check.seconds", 0), ("check.memory", 15), ("check.retries", 1), ("limits.rate", 0), ("limits.rate", "1M"),
        ("chanel", "stable"), ("check.command", ["true"]), ("check.command", []), ("network.certificate", DROP),
        ("schedule.jitter", 1441), ("automatic", "yes"), ("reports.url", DROP), ("keep", -1),
    ]),
}


def accepts_file(modelpack: str, folder: pathlib.Path, kind: str, document: dict) -> bool | None:
    """What the tool itself says; None of what it has no check for."""
    if kind == "suite":
        (folder / "golden").mkdir(exist_ok=True)
        (folder / "golden/home.jsonl").write_text(json.dumps(document) + "\n")
        document = MANIFEST
    elif kind == "manifest":
        (folder / "golden/home.jsonl").write_text(json.dumps(PROMPT) + "\n")
    else:
        return None
    # JSON is YAML.
    manifest = folder / "manifest.yaml"
    manifest.write_text(json.dumps(document, indent=1))
    done = subprocess.run([modelpack, "build", "--check", manifest], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"error: modelpack build --check ended with {done.returncode}: {done.stderr}")
    return done.returncode == 0


def make_policy(modelpack: str, folder: pathlib.Path) -> dict:
    for arguments in [
        ["keys", "generate", folder / "k"],
        ["policy", "create", "--key", f"alice={folder}/k.pub", "--required", "alice", "--output", folder / "p.yaml"],
    ]:
        subprocess.run([modelpack, *arguments], check=True, capture_output=True)
    return yaml.load((folder / "p.yaml").read_text(), Loader)


def make_source(folder: pathlib.Path) -> None:
    """What the manifest above names, all there."""
    (folder / "source").symlink_to(pathlib.Path("Models/home-1.0.0").resolve())
    (folder / "adapter").mkdir()
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}
    (folder / "adapter/adapter_config.json").write_text(json.dumps(config))
    # No tensors: what is in them is checked when they are merged.
    (folder / "adapter/adapter_model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    (folder / "golden").mkdir()
    (folder / "LICENSE").write_text("Do as you like.\n")
    (folder / "text.txt").write_text("What it is calibrated on.\n")
    (folder / "anchor.gguf").touch()


def main() -> None:
    modelpack = str(pathlib.Path(sys.argv[1]).resolve())
    schemas = load_schemas()
    failures, checks = [], 0

    def check(kind: str, document: object, wanted: bool, name: str) -> None:
        nonlocal checks
        checks += 1
        if schemas[kind].is_valid(document) != wanted:
            failures.append(f"the schema of {kind} {'refuses' if wanted else 'passes'} {name}")

    for path in sorted(pathlib.Path("Manifests").rglob("*.yaml")):
        check("manifest", yaml.load(path.read_text(), Loader), True, str(path))
    for path in sorted(pathlib.Path("Manifests").rglob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            check("suite", json.loads(line), True, f"{path}:{number}")

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_source(folder)
        for kind, (document, mistakes) in MISTAKES.items():
            if kind == "policy":
                document = make_policy(modelpack, folder)
                document["roots"] = []
            cases = [(document, True, "the whole document")]
            cases += [(changed(document, path, value), False, f"{path}: {shown(value)}") for path, value in mistakes]
            for case, wanted, title in cases:
                check(kind, case, wanted, title)
                if accepts_file(modelpack, folder, kind, case) not in (None, wanted):
                    failures.append(f"modelpack {'refuses' if wanted else 'passes'} a {kind} with {title}")

    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    if failures:
        sys.exit(1)
    print(f"{checks} documents, good and bad: schemas and modelpack agree")


def shown(value: object) -> str:
    return "nothing" if value is DROP else json.dumps(value)


main()
