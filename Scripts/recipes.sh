#!/usr/bin/env bash
# The CI recipes of docs/guides/ci.md are run, and what they write is read by others. Needs groovy, which reads Jenkinsfiles.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=${MODELPACK:-.build/release/modelpack}
venv=${PEERS:-.build-peers}/recipes
command -v groovy >/dev/null || {
    echo "error: no groovy: apt-get install groovy default-jre-headless" >&2
    exit 1
}
[ -e "$venv/ready" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet check-jsonschema junit2html junitparser lxml pyyaml
    # Jenkins's schema of JUnit files comes with pytest's tests.
    "$venv/bin/pip" download --quiet --no-deps --no-binary :all: --dest "$venv" pytest==9.0.1
    tar -xzf "$venv"/pytest-*.tar.gz -C "$venv" --strip-components=3 pytest-9.0.1/testing/example_scripts/junit-10.xsd
    touch "$venv/ready"
}
"$venv/bin/python" Tests/Peers/recipes.py "$modelpack" "$venv/junit-10.xsd"
