#!/usr/bin/env bash
# fetch-llama.sh DIRECTORY: builds llama.cpp's tools (from the sdist of llama-cpp-python) into DIRECTORY/build/bin.
set -euo pipefail
mkdir -p "$1"
cd "$1"
[ -x build/bin/llama-bench ] && exit 0
version=0.3.36
echo "building llama.cpp from PyPI's llama-cpp-python $version: ten minutes on two cores" >&2
[ -d venv ] || python3 -m venv venv
venv/bin/pip install --quiet cmake ninja scikit-build-core
[ -d "llama_cpp_python-$version" ] || {
    venv/bin/pip download --quiet --no-deps --no-binary llama-cpp-python "llama-cpp-python==$version"
    tar xf "llama_cpp_python-$version.tar.gz"
}
PATH=$PWD/venv/bin:$PATH cmake -S "llama_cpp_python-$version/vendor/llama.cpp" -B build -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DLLAMA_CURL=OFF -DBUILD_SHARED_LIBS=OFF >cmake.log
PATH=$PWD/venv/bin:$PATH cmake --build build \
    --target llama-quantize llama-bench llama-perplexity llama-tokenize llama-completion >build.log
