// What every set of kernels is held to, in C so that it also runs where Swift doesn't, under an emulator.
#pragma once

#include "CKernels.h"

/// Checks the kernels against a file of vectors that Tests/Vectors/reference.py made. Returns how many of its lines
/// were checked; negative: the number of the line that came out otherwise, or -1 if the file can't be read.
long kv_check_vectors(const char *_Nonnull path, const ck_kernels *_Nonnull kernels);

/// What the blocks and activations of an agreement check hold.
enum kv_content { KV_ORDINARY, KV_ZEROS, KV_SUBNORMAL, KV_LARGEST, KV_MIXED, KV_CONTENTS };

/// Whether the kernels multiply `rows` × `columns` weights of a type with `tokens` tokens to the bits of the portable
/// ones, on `threads` threads; and give each token alone what it got in the batch.
bool kv_agrees(
    const ck_kernels *_Nonnull kernels, int threads, int type, int tokens, int columns, int rows,
    enum kv_content content);
