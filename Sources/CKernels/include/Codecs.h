#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Conversion between float32 and the element types of GGUF, in ggml's layouts and bit for bit as ggml rounds.
///
/// `type` is GGUF's id of the element type; `count` is in elements and a multiple of the type's block.
/// Pointers need no alignment. The portable code and the SIMD code give the same bits.

/// Whether `type` can be decoded and encoded: F32, F16, BF16 and the blocks Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K to Q6_K,
/// IQ4_NL.
bool codec_supports(uint32_t type);

/// Writes `count` floats. False for a type that isn't supported.
bool codec_decode(uint32_t type, const void *source, float *target, size_t count);

/// Encodes `count` floats; returns how many elements before the first block with a number that isn't finite,
/// or that the type can't hold: `count` means all went well.
size_t codec_encode(uint32_t type, const void *source, void *target, size_t count);

/// The instruction sets that codecs are written for: each one takes what it does no faster from those before it.
enum codec_set { CODEC_PORTABLE, CODEC_AVX2, CODEC_AVX512 };

/// The last of them that this processor has, which codec_decode and codec_encode use.
enum codec_set codec_best_set(void);

/// The same two, with `set` at most.
bool codec_decode_with(enum codec_set set, uint32_t type, const void *source, float *target, size_t count);
size_t codec_encode_with(enum codec_set set, uint32_t type, const void *source, void *target, size_t count);

/// Floats of 8 bits as safetensors have them: F8_E4M3 and F8_E5M2.
enum codec_float8 { CODEC_E4M3, CODEC_E5M2 };

/// Writes `count` floats, each times `scale`.
void codec_decode_float8(enum codec_float8 format, const void *source, float scale, float *target, size_t count);
