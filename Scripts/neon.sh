#!/usr/bin/env bash
# Holds the NEON kernels to the vectors and to the portable kernels, under emulation.
# Needs gcc-aarch64-linux-gnu (its headers and libraries), qemu-user, and a clang that knows the target.
set -euo pipefail
cd "$(dirname "$0")/.."

clang=${CLANG:-$(command -v clang)}
root=/usr/aarch64-linux-gnu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$clang" --target=aarch64-linux-gnu -isystem "$root/include" -fuse-ld=lld -O2 -Wall -Wextra -Werror \
    -ISources/CKernels/include -ITests/KernelVectors/include -o "$out/neon" \
    Sources/CKernels/*.c Tests/KernelVectors/*.c Tests/NEON/main.c -lm -lpthread
qemu-aarch64 -L "$root" "$out/neon" Tests/Vectors/arithmetic-1.txt
