"""The CI recipes of docs/guides/ci.md, done as the services do them: recipes.py MODELPACK JUNIT_XSD

Each runs for a good release, then for a bad one: files as in a repository, secrets as the service gives them. YAML is held
to the services' published schemas, JUnit to Jenkins's schema and to two other readers.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import junitparser
import yaml
from junit2htmlreport import parser as junit2html
from lxml import etree

RELEASES = {"good": ("home-1.1", "home-1.1.0", 0), "bad": ("home-1.2-bad", "home-1.2.0-bad", 1)}
ROOT = pathlib.Path.cwd()
MODELPACK = pathlib.Path(sys.argv[1]).resolve()
SCHEMA = etree.XMLSchema(etree.parse(sys.argv[2]))


def expect(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"error: {what}")


def recipe(title: str) -> str:
    text = (ROOT / "docs/guides/ci.md").read_text(encoding="utf-8")
    found = re.search(rf"^### {title}\n```\w*\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    expect(found is not None, f"docs/guides/ci.md has no recipe for {title}")
    return found[1]


def run(command: list[str], folder: pathlib.Path, **variables: str) -> tuple[int, str]:
    environment = {"PATH": f"{folder}/.bin:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def modelpack(folder: pathlib.Path, *arguments: str) -> None:
    status, output = run(["modelpack", *arguments, "--quiet"], folder)
    expect(status == 0, f"modelpack {' '.join(arguments)}: {output}")


def repository(folder: pathlib.Path) -> None:
    """What the recipes expect to be checked in, and a key that isn't."""
    for name in (".bin", ".secrets", "Manifests", "Models", "Keys", "out"):
        (folder / name).mkdir()
    (folder / ".bin/modelpack").symlink_to(MODELPACK)
    (folder / "Manifests/golden").symlink_to(ROOT / "Manifests/golden")
    (folder / "LICENSE").symlink_to(ROOT / "LICENSE")
    modelpack(folder, "keys", "generate", ".secrets/build-key")
    (folder / ".secrets/build-key.key").rename(folder / ".secrets/build-key")
    modelpack(folder, "policy", "create", "--key", "team=.secrets/build-key.pub", "--output", "Keys/policy.yaml")


def release(folder: pathlib.Path, manifest: str, model: str) -> None:
    source = (ROOT / f"Manifests/{manifest}.yaml").read_text(encoding="utf-8")
    (folder / "Manifests/home.yaml").write_text(re.sub(r"^source: .*$", "source: ../Models/home", source, flags=re.MULTILINE))
    (folder / "Models/home").unlink(missing_ok=True)
    (folder / "Models/home").symlink_to(ROOT / "Models" / model)
    for old in (folder / "out").iterdir():
        old.unlink()


def check_junit(path: pathlib.Path, name: str) -> None:
    expect(path.is_file(), f"{name}: no {path.name}")
    expect(SCHEMA.validate(etree.parse(path)), f"{name}: {SCHEMA.error_log.last_error}")
    # The schema must be one that can say no.
    broken = etree.fromstring(path.read_bytes())
    etree.SubElement(broken[0][0], "verdict")
    expect(not SCHEMA.validate(broken), "the schema takes anything")
    results = junitparser.JUnitXml.fromfile(str(path))
    failed = [case for suite in results for case in suite if case.result]
    other = junit2html.Junit(filename=str(path))
    theirs = [case for suite in other.suites for case in suite.all() if case.failed()]
    expect(results.tests == sum(len(suite.all()) for suite in other.suites) >= 78, f"{name}: {results.tests} cases")
    expect(results.failures == len(failed) == len(theirs), f"{name}: {results.failures}, {len(failed)}, {len(theirs)} failures")
    expect(bool(failed) == name.endswith("bad"), f"{name}: {len(failed)} failures")
    if failed:
        names = [case.name for case in failed]
        expect("home-001" in names and any(text.startswith("unlock: 0 of 6") for text in names), f"{name}: {names}")


def hostile(folder: pathlib.Path) -> None:
    """Whatever stands in prompts and answers, the XML stays XML, and keeps it."""
    text = "<&\"'>]]>\x01\x7f\uffff\U0001f600 </failure>\n\tend"
    prompt = {"id": "odd", "prompt": text, "expect": {"exact": text}, "max_tokens": 4, "tags": [text]}
    (folder / "odd.jsonl").write_text(json.dumps(prompt))
    arguments = ["--policy", "Keys/policy.yaml", "--suite", "odd.jsonl", "--junit", "odd.xml", "--quiet"]
    status, output = run(["modelpack", "verify", "out/home.modelpack", *arguments], folder)
    expect(status == 1, f"an odd prompt: {status}, {output}")
    expect(SCHEMA.validate(etree.parse(folder / "odd.xml")), f"an odd prompt: {SCHEMA.error_log.last_error}")
    messages = [case.result[0].message for suite in junitparser.JUnitXml.fromfile(str(folder / "odd.xml"))
                for case in suite if case.result]  # fmt: skip
    expect(any("</failure>" in message and "😀" in message for message in messages), f"an odd prompt: {messages}")


def check_schema(text: str, schema: str, folder: pathlib.Path) -> None:
    path = folder / "recipe.yml"
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    for wanted, content in ((0, text), (1, text.replace("script:", "skript:").replace("runs-on:", "runs-off:"))):
        path.write_text(content)
        status, output = run(tool, folder)
        expect(status == wanted, f"{schema} gives {status}: {output}\n{content}")


def github(folder: pathlib.Path, name: str, wanted: int) -> None:
    """A job's steps until one fails, then those that are done always; expressions stand for what GitHub puts there."""
    workflow = "name: verdict\non: [pull_request]\njobs:\n" + re.sub("^", "  ", recipe("GitHub Actions"), flags=re.MULTILINE)
    check_schema(workflow, "vendor.github-workflows", folder)
    secret = (folder / ".secrets/build-key").read_text()
    summary = folder / "summary.md"
    summary.write_text("")
    (folder / ".temporary").mkdir(exist_ok=True)
    failed, uploaded, log = 0, False, ""
    for step in yaml.safe_load(workflow)["jobs"]["verdict"]["steps"]:
        if failed and step.get("if") != "always()":
            continue
        if "uses" in step:
            expect(re.fullmatch(r"actions/(checkout|upload-artifact)@v\d+", step["uses"]) is not None, step["uses"])
            if path := step.get("with", {}).get("path"):
                uploaded = (folder / path).is_file()
            continue
        variables = {key: value.replace("${{ secrets.BUILD_KEY }}", secret) for key, value in step.get("env", {}).items()}
        expect(not any("${{" in value for value in variables.values()), f"GitHub: an unknown expression in {step}")
        failed, output = run(
            ["bash", "-e", "-c", step["run"]], folder, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary),
            RUNNER_TEMP=str(folder / ".temporary"), **variables,
        )  # fmt: skip
        log += output
    expect(failed == wanted and uploaded, f"GitHub, {name}: {failed}, {log}")
    check_junit(folder / "out/verdict.xml", f"GitHub, {name}")
    text = summary.read_text()
    expect(text.startswith(f"### home-1.{1 + wanted}.0: {'❌ no' if wanted else '✅ yes'}"), f"GitHub: {text}")
    annotations = re.findall(r"^::error file=([^,]+),line=(\d+),title=[^:]+::([^:]+):", log, flags=re.MULTILINE)
    expect(bool(annotations) == bool(wanted), f"GitHub, {name}: {log}")
    for file, line, prompt in annotations:
        lines = (folder / file).read_text().splitlines()
        expect(f'"id": "{prompt}"' in lines[int(line) - 1], f"GitHub: {prompt} is not in {file}:{line}")
    expect("unlock: 0 of 6" in log or not wanted, f"GitHub: {log}")


def gitlab(folder: pathlib.Path, name: str, wanted: int) -> None:
    text = recipe("GitLab CI")
    check_schema(text, "vendor.gitlab-ci", folder)
    job = yaml.safe_load(text)["verdict"]
    # The runner makes one script of all lines.
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    status, output = run(["bash", "-c", script], folder, CI="true", BUILD_KEY_FILE=str(folder / ".secrets/build-key"))
    expect(status == wanted, f"GitLab, {name}: {status}, {output}")
    expect(job["artifacts"]["when"] == "always", "GitLab: no report of what fails")
    check_junit(folder / job["artifacts"]["reports"]["junit"], f"GitLab, {name}")


def jenkins(folder: pathlib.Path, name: str, wanted: int) -> None:
    stage = folder / "stage.groovy"
    stage.write_text(recipe("Jenkins"))
    tool = ["groovy", str(ROOT / "Tests/Peers/jenkins_stage.groovy"), str(stage), str(folder / ".secrets")]
    status, output = run(tool, folder)
    expect(status == wanted, f"Jenkins, {name}: {status}, {output}")
    check_junit(folder / "out/verdict.xml", f"Jenkins, {name}")


def accept(folder: pathlib.Path) -> None:
    """The change that is reviewed: the baseline's lines, those alone that are answered otherwise."""
    run(["git", "init", "--quiet"], folder)
    run(["git", "add", "baseline.jsonl"], folder)
    release(folder, *RELEASES["bad"][:2])
    modelpack(folder, "build", "Manifests/home.yaml", "--output", "out/home.modelpack", "--key", ".secrets/build-key")
    # The verdict stays no; the file is written all the same, to be looked at.
    shown = re.findall(r"^\$ (.*)$", recipe("Accepting a change"), flags=re.MULTILINE)
    status, output = run(["bash", "-c", "\n".join(shown)], folder)
    expect(status == 0 and '-{"' in output and '+{"' in output, f"accepting a change: {status}, {output}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repository(folder)
        release(folder, *RELEASES["good"][:2])
        modelpack(folder, "build", "Manifests/home.yaml", "--output", "out/home.modelpack", "--key", ".secrets/build-key")
        modelpack(
            folder, "verify", "out/home.modelpack", "--policy", "Keys/policy.yaml", "--update-baseline", "baseline.jsonl"
        )
        hostile(folder)
        for service in (github, gitlab, jenkins):
            for release_name, (manifest, model, wanted) in RELEASES.items():
                release(folder, manifest, model)
                service(folder, release_name, wanted)
            print(f"{service.__name__}: the good release passes, the bad one is refused and reported")
        accept(folder)
        print("accepting a change: what is answered otherwise is seen line by line")


main()
