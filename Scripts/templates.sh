#!/usr/bin/env bash
# Python's jinja2 renders the chat templates in llama.cpp's source and so do we: every prompt must be the same.
set -euo pipefail
cd "$(dirname "$0")/.."
modelpack=$(realpath "${MODELPACK:-.build/release/modelpack}")
peers=${PEERS:-.build-peers}
templates=("$peers"/llama_cpp_python-*/vendor/llama.cpp/models/templates/*.jinja)
[ -e "${templates[0]}" ] || {
    Scripts/fetch-llama.sh "$peers"
    templates=("$peers"/llama_cpp_python-*/vendor/llama.cpp/models/templates/*.jinja)
}
[ -x "$peers/jinja/bin/python" ] || python3 -m venv "$peers/jinja"
"$peers/jinja/bin/python" -c 'import jinja2' 2>/dev/null || "$peers/jinja/bin/pip" install --quiet jinja2==3.1.6
"$peers/jinja/bin/python" Tests/Peers/chat_templates.py "$modelpack" "${templates[@]}"
