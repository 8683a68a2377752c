// The layouts of quantized rows: what a third set of kernels needs to know about a type, and the plain way to read it.
//
// A row is a sequence of blocks of 32 weights, whatever the type: K-quants keep eight of them in one super-block of
// 256 that shares its scales. `type` is a constant wherever these functions are called, so the switches vanish.
#pragma once

#include "CKernels.h"
#include "arithmetic.h"

/// How the integer sum of a block comes about.
enum ck_scaling {
    /// The block has one scale, in floating point.
    CK_WHOLE,
    /// The block has an integer scale beside the super-block's.
    CK_WIDE,
    /// Each half of 16 has an integer scale.
    CK_NARROW
};

static inline bool ck_is_float(int type) { return type == CK_F32 || type == CK_F16 || type == CK_BF16; }

/// Weights that share one record, and the record's bytes; 0 for an unknown type.
static inline int ck_record_elements(int type) {
    switch (type) {
    case CK_F32:
    case CK_F16:
    case CK_BF16: return 1;
    case CK_Q2_K:
    case CK_Q3_K:
    case CK_Q4_K:
    case CK_Q5_K:
    case CK_Q6_K: return 256;
    default: return CK_BLOCK;
    }
}

static inline int ck_record_bytes(int type) {
    switch (type) {
    case CK_F32: return 4;
    case CK_F16:
    case CK_BF16: return 2;
    case CK_Q4_0:
    case CK_IQ4_NL: return 18;
    case CK_Q4_1: return 20;
    case CK_Q5_0: return 22;
    case CK_Q5_1: return 24;
    case CK_Q8_0: return 34;
    case CK_Q2_K: return 84;
    case CK_Q3_K: return 110;
    case CK_Q4_K: return 144;
    case CK_Q5_K: return 176;
    case CK_Q6_K: return 210;
    default: return 0;
    }
}

/// What a code as `ck_codes` gives it stands above its weight.
static inline int ck_zero_point(int type) {
    switch (type) {
    case CK_Q3_K: return 4;
    case CK_Q4_0: return 8;
    case CK_Q5_0: return 16;
    case CK_Q6_K: return 32;
    case CK_Q8_0:
    case CK_IQ4_NL: return 128;
    default: return 0;
    }
}

static inline enum ck_scaling ck_scaling_of(int type) {
    switch (type) {
    case CK_Q4_K:
    case CK_Q5_K: return CK_WIDE;
    case CK_Q2_K:
    case CK_Q3_K:
    case CK_Q6_K: return CK_NARROW;
    default: return CK_WHOLE;
    }
}

/// Whether a second term is added: the minimum times the sum of the activations' codes.
static inline bool ck_has_minimum(int type) {
    switch (type) {
    case CK_Q4_1:
    case CK_Q5_1:
    case CK_Q2_K:
    case CK_Q4_K:
    case CK_Q5_K: return true;
    default: return false;
    }
}

/// The record that holds block `b` of a row.
static inline const uint8_t *ck_record(int type, const uint8_t *row, int b) {
    int blocks = ck_record_elements(type) / CK_BLOCK;
    return row + (size_t)(b / blocks) * (size_t)ck_record_bytes(type);
}

/// Where a record keeps its scale d, in half precision.
static inline int ck_scale_at(int type) {
    return type == CK_Q2_K ? 80 : type == CK_Q3_K ? 108 : type == CK_Q6_K ? 208 : 0;
}

/// Where a record keeps its minimum; K-quants subtract it.
static inline int ck_minimum_at(int type) { return type == CK_Q2_K ? 82 : 2; }

static inline bool ck_subtracts_minimum(int type) { return type == CK_Q2_K || type == CK_Q4_K || type == CK_Q5_K; }

/// The integers beside a block's codes, for its first and its second half.
typedef struct {
    int scale[2], minimum[2];
} ck_integers;

/// 6-bit scale and minimum `j` of the 8 in Q4_K's and Q5_K's 12 bytes.
static inline void ck_scale_and_minimum(const uint8_t *bytes, int j, int *scale, int *minimum) {
    if (j < 4) {
        *scale = bytes[j] & 63;
        *minimum = bytes[j + 4] & 63;
    } else {
        *scale = (bytes[j + 4] & 15) | (bytes[j - 4] >> 6) << 4;
        *minimum = bytes[j + 4] >> 4 | (bytes[j] >> 6) << 4;
    }
}

/// 6-bit scale `j` of the 16 in Q3_K's 12 bytes, less 32.
static inline int ck_scale_q3(const uint8_t *bytes, int j) {
    int low = bytes[j % 8] >> (j / 8 * 4) & 15;
    int high = bytes[8 + j % 4] >> (j / 4 * 2) & 3;
    return (low | high << 4) - 32;
}

static inline ck_integers ck_integers_of(int type, const uint8_t *row, int b) {
    const uint8_t *record = ck_record(type, row, b);
    ck_integers n = {{1, 1}, {1, 1}};
    int j = b % 8;
    switch (type) {
    case CK_Q2_K:
        for (int h = 0; h < 2; h++) {
            n.scale[h] = record[2 * j + h] & 15;
            n.minimum[h] = record[2 * j + h] >> 4;
        }
        break;
    case CK_Q3_K:
        for (int h = 0; h < 2; h++) n.scale[h] = ck_scale_q3(record + 96, 2 * j + h);
        break;
    case CK_Q4_K:
    case CK_Q5_K:
        ck_scale_and_minimum(record + 4, j, &n.scale[0], &n.minimum[0]);
        n.scale[1] = n.scale[0];
        n.minimum[1] = n.minimum[0];
        break;
    case CK_Q6_K:
        for (int h = 0; h < 2; h++) n.scale[h] = (int8_t)record[192 + 2 * j + h];
        break;
    default: break;
    }
    return n;
}

/// IQ4_NL's sixteen values, each raised by 128.
static const uint8_t ck_iq4_nl_values[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};

/// Codes of block `b` in order, without a sign: each is its weight plus the type's zero point.
static inline void ck_codes(int type, const uint8_t *row, int b, uint8_t codes[CK_BLOCK]) {
    const uint8_t *record = ck_record(type, row, b);
    int j = b % 8, half = j / 4, quarter = j % 4;
    switch (type) {
    case CK_Q8_0:
        for (int i = 0; i < 32; i++) codes[i] = record[2 + i] ^ 128;
        return;
    case CK_Q4_0:
    case CK_Q4_1: {
        const uint8_t *nibbles = record + (type == CK_Q4_0 ? 2 : 4);
        for (int i = 0; i < 16; i++) codes[i] = nibbles[i] & 15;
        for (int i = 0; i < 16; i++) codes[16 + i] = nibbles[i] >> 4;
        return;
    }
    case CK_IQ4_NL:
        for (int i = 0; i < 16; i++) codes[i] = ck_iq4_nl_values[record[2 + i] & 15];
        for (int i = 0; i < 16; i++) codes[16 + i] = ck_iq4_nl_values[record[2 + i] >> 4];
        return;
    case CK_Q5_0:
    case CK_Q5_1: {
        const uint8_t *tops = record + (type == CK_Q5_0 ? 2 : 4), *nibbles = tops + 4;
        uint32_t bits = ck_load32(tops);
        for (int i = 0; i < 16; i++) codes[i] = (nibbles[i] & 15) | (bits >> i & 1) << 4;
        for (int i = 0; i < 16; i++) codes[16 + i] = nibbles[i] >> 4 | (bits >> (16 + i) & 1) << 4;
        return;
    }
    case CK_Q2_K:
        for (int i = 0; i < 32; i++) codes[i] = record[16 + 32 * half + i] >> (2 * quarter) & 3;
        return;
    case CK_Q3_K:
        for (int i = 0; i < 32; i++) {
            codes[i] = (record[32 + 32 * half + i] >> (2 * quarter) & 3) | (record[i] >> j & 1) << 2;
        }
        return;
    case CK_Q4_K:
        for (int i = 0; i < 32; i++) codes[i] = record[16 + 32 * (j / 2) + i] >> (4 * (j % 2)) & 15;
        return;
    case CK_Q5_K:
        for (int i = 0; i < 32; i++) {
            codes[i] = (record[48 + 32 * (j / 2) + i] >> (4 * (j % 2)) & 15) | (record[16 + i] >> j & 1) << 4;
        }
        return;
    case CK_Q6_K:
        for (int i = 0; i < 32; i++) {
            uint8_t low = record[64 * half + 32 * (quarter % 2) + i] >> (4 * (quarter / 2)) & 15;
            uint8_t high = record[128 + 32 * half + i] >> (2 * quarter) & 3;
            codes[i] = low | high << 4;
        }
        return;
    default: return;
    }
}

static inline float ck_element(int type, const uint8_t *row, int i) {
    switch (type) {
    case CK_F16: return ck_half(ck_load16(row + (size_t)i * 2));
    case CK_BF16: return ck_brain(ck_load16(row + (size_t)i * 2));
    default: return ck_float(ck_load32(row + (size_t)i * 4));
    }
}

/// One float row times one token: element i goes to lane i mod 8.
static inline float ck_dot_floats(int type, const uint8_t *row, const float *x, int columns) {
    float lane[8] = {0};
    for (int i = 0; i < columns; i++) lane[i % 8] += ck_element(type, row, i) * x[i];
    return ck_sum_lanes(lane);
}
