// The k-quants' blocks of 256 numbers and how their scales are packed, the same for every instruction set.
//
// A block is cut into 8 sub-blocks of 32 numbers (Q4_K, Q5_K) or 16 of 16 (Q2_K, Q3_K, Q6_K). Each has a scale and,
// in Q2_K, Q4_K and Q5_K, a minimum; these are small integers, times one half of the block. Encoding searches the
// sub-blocks' scales first, rounds those, and then rounds the numbers with what the scales became.
#pragma once
#include "codec_scalar.h"

#pragma STDC FP_CONTRACT OFF

enum { BLOCK = 256, Q2_K_BYTES = 84, Q3_K_BYTES = 110, Q4_K_BYTES = 144, Q5_K_BYTES = 176, Q6_K_BYTES = 210 };

/// Sub-blocks, or whole blocks, of smaller numbers are zero.
#define KQUANTS_EPSILON 1e-15f

/// How the scale and minimum of a sub-block are searched: with codes 0...top, and `top` + first + 0.1 · i steps over
/// the numbers' extent, for i in 0...last.
typedef struct {
    int count, top, last;
    float first;
    /// Whether errors count by magnitude, each number weighing as much as it is large, or squared.
    bool by_magnitude;
} affine_search;

static const affine_search q2_k_search = {16, 3, 15, -0.5f, true};
static const affine_search q4_k_search = {32, 15, 20, -1.0f, false};
static const affine_search q5_k_search = {32, 31, 15, -0.5f, false};

/// What a block's encoding has found: a code for each number, a scale and a minimum for each sub-block.
typedef struct {
    uint8_t codes[BLOCK];
    float scales[16];
    float minimums[16];
} affine_block;

typedef struct {
    int8_t codes[BLOCK];
    float scales[16];
} symmetric_block;

/// The scale and minimum of sub-block j of Q4_K and Q5_K: six bits each, in twelve bytes.
static inline void load_six_bits(const uint8_t *packed, int j, int *scale, int *minimum) {
    if (j < 4) {
        *scale = packed[j] & 63;
        *minimum = packed[j + 4] & 63;
    } else {
        *scale = (packed[j + 4] & 15) | packed[j - 4] >> 6 << 4;
        *minimum = packed[j + 4] >> 4 | packed[j] >> 6 << 4;
    }
}

/// Sub-blocks in ascending order: the later ones add to the earlier ones' bytes.
static inline void store_six_bits(uint8_t *packed, int j, int scale, int minimum) {
    if (j < 4) {
        packed[j] = (uint8_t)scale;
        packed[j + 4] = (uint8_t)minimum;
    } else {
        packed[j + 4] = (uint8_t)((scale & 15) | (minimum & 15) << 4);
        packed[j - 4] |= (uint8_t)(scale >> 4 << 6);
        packed[j] |= (uint8_t)(minimum >> 4 << 6);
    }
}

/// The scale of sub-block j of Q3_K, -32...31: low nibbles in eight bytes, two high bits each in four more.
static inline int load_q3_scale(const uint8_t *packed, int j) {
    const int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
    return (low | (packed[8 + j % 4] >> 2 * (j / 4) & 3) << 4) - 32;
}

/// `packed` is zero at first.
static inline void store_q3_scale(uint8_t *packed, int j, int scale) {
    const int code = scale + 32;
    packed[j % 8] |= (uint8_t)(j < 8 ? code & 15 : (code & 15) << 4);
    packed[8 + j % 4] |= (uint8_t)(code >> 4 << 2 * (j / 4));
}

/// Two bits each: number 128 h + 32 k + l is in byte 32 h + l, at bit 2 k.
static inline void store_pairs(uint8_t *target, const uint8_t *codes) {
    for (int h = 0; h < 2; h++, codes += 128, target += 32)
        for (int l = 0; l < 32; l++)
            target[l] = (uint8_t)(codes[l] | codes[l + 32] << 2 | codes[l + 64] << 4 | codes[l + 96] << 6);
}

codec_decoder decode_q2_k, decode_q3_k, decode_q4_k, decode_q5_k, decode_q6_k;
