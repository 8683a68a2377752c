// Quantized activations and products in plain C: the definition that every other set of kernels is held to.
#include "arithmetic.h"
#include "formats.h"
#include "kernels.h"

// MARK: Quantized activations

/// Where token `t` of a group keeps value `i` of block `b`; alone, a token's codes are simply in order.
static inline size_t code_index(const ck_activations *a, int group, int t, int b, int i) {
    if (a->tokens == 1) return (size_t)b * CK_BLOCK + i;
    size_t block = (size_t)group * (a->columns / CK_BLOCK) + b;
    return ((block * 8 + i / 4) * CK_GROUP + t) * 4 + i % 4;
}

static inline size_t scale_index(const ck_activations *a, int group, int t, int b) {
    if (a->tokens == 1) return b;
    return ((size_t)group * (a->columns / CK_BLOCK) + b) * CK_GROUP + t;
}

static inline size_t sum_index(const ck_activations *a, int group, int t, int b, int half) {
    if (a->tokens == 1) return (size_t)b * 2 + half;
    return (((size_t)group * (a->columns / CK_BLOCK) + b) * 2 + half) * CK_GROUP + t;
}

static bool quantize_block(const ck_activations *a, int group, int t, int b) {
    const float shift = 12582912.0f; // 1.5 * 2^23: the sum's low bits are the nearest integer, ties to even
    int token = group * CK_GROUP + t;
    float x[CK_BLOCK] = {0};
    if (token < a->tokens) memcpy(x, a->values + (size_t)token * a->columns + (size_t)b * CK_BLOCK, sizeof x);
    uint32_t largest = 0;
    for (int i = 0; i < CK_BLOCK; i++) {
        uint32_t magnitude = ck_bits(x[i]) & 0x7fffffff;
        largest = magnitude > largest ? magnitude : largest;
    }
    float maximum = ck_float(largest);
    bool zero = !(maximum >= 0x1p-100f) || largest >= 0x7f800000;
    float inverse = zero ? 0.0f : 127.0f / maximum;
    int32_t sum[2] = {0, 0};
    for (int i = 0; i < CK_BLOCK; i++) {
        float rounded = zero ? shift : x[i] * inverse + shift;
        int32_t code = (int32_t)(ck_bits(rounded) - 0x4b400000u);
        a->codes[code_index(a, group, t, b, i)] = (int8_t)code;
        sum[i / 16] += code;
    }
    a->scales[scale_index(a, group, t, b)] = zero ? 0.0f : maximum / 127.0f;
    for (int h = 0; h < 2; h++) a->sums[sum_index(a, group, t, b, h)] = sum[h];
    return largest < 0x7f800000;
}

bool ck_portable_quantize(const ck_activations *a, int group) {
    int lanes = a->tokens == 1 ? 1 : CK_GROUP;
    bool finite = true;
    for (int t = 0; t < lanes; t++) {
        for (int b = 0; b < a->columns / CK_BLOCK; b++) finite &= quantize_block(a, group, t, b);
    }
    return finite;
}

// MARK: Products

/// One quantized row times one token: exact integer sums, blocks added in ascending order.
static float dot_quantized(int type, const uint8_t *row, const ck_activations *a, int group, int t) {
    float total = 0.0f;
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        uint8_t codes[CK_BLOCK];
        ck_codes(type, row, b, codes);
        ck_integers n = ck_integers_of(type, row, b);
        int32_t sum = 0, minimum = 0;
        for (int h = 0; h < 2; h++) {
            int32_t half = 0;
            for (int i = 16 * h; i < 16 * h + 16; i++) {
                half += ((int32_t)codes[i] - ck_zero_point(type)) * a->codes[code_index(a, group, t, b, i)];
            }
            sum += half * n.scale[h];
            minimum += a->sums[sum_index(a, group, t, b, h)] * n.minimum[h];
        }
        const uint8_t *record = ck_record(type, row, b);
        float scale = a->scales[scale_index(a, group, t, b)];
        total += (float)sum * (ck_half(ck_load16(record + ck_scale_at(type))) * scale);
        if (ck_has_minimum(type)) {
            float m = ck_half(ck_load16(record + ck_minimum_at(type)));
            float term = (m * scale) * (float)minimum;
            total = ck_subtracts_minimum(type) ? total - term : total + term;
        }
    }
    return total;
}

void ck_portable_multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(p->type, p->columns);
    for (int r = first; r < last; r++) {
        const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
        for (int t = 0; t < a->tokens; t++) {
            p->output[(size_t)t * p->stride + r] =
                ck_is_float(p->type) ? ck_dot_floats(p->type, row, a->values + (size_t)t * a->columns, a->columns)
                                     : dot_quantized(p->type, row, a, t / CK_GROUP, t % CK_GROUP);
        }
    }
}

size_t ck_row_bytes(int type, int columns) {
    size_t elements = (size_t)ck_record_elements(type), count = (size_t)columns;
    return count % elements ? 0 : count / elements * (size_t)ck_record_bytes(type);
}
