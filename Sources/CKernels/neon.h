// Products with NEON, for the files that say which instructions there are: NEON_TARGET, and four_products.
//
// four_products(sum, w, x): adds to each 32-bit lane the four products of the signed bytes in it.
#pragma once

#include <arm_neon.h>

#include "kernels.h"
#include "panel.h"

#define INLINE NEON_TARGET static inline __attribute__((always_inline))

INLINE int32x4_t four_products(int32x4_t sum, int8x16_t w, int8x16_t x);

/// 32 weights of a block, the zero point taken off: they fit signed bytes.
typedef struct {
    int8x16_t half[2];
} signed_codes;

INLINE signed_codes codes_of(int type, const uint8_t *row, int b) {
    uint8_t codes[CK_BLOCK];
    ck_codes(type, row, b, codes);
    uint8x16_t zero = vdupq_n_u8((uint8_t)ck_zero_point(type));
    return (signed_codes){{
        vreinterpretq_s8_u8(vsubq_u8(vld1q_u8(codes), zero)),
        vreinterpretq_s8_u8(vsubq_u8(vld1q_u8(codes + 16), zero)),
    }};
}

// MARK: Several tokens: a lane is a token

INLINE void add_term(float32x4_t *total, float32x4_t value, float factor, float32x4_t scale) {
    *total = vaddq_f32(*total, vmulq_f32(value, vmulq_f32(vdupq_n_f32(factor), scale)));
}

/// Adds `count` blocks of one row times one group to `total`.
INLINE void tile(
    int type, const ck_panel *panel, int first, int count, const ck_activations *a, int group, float32x4_t total[4]) {
    const bool narrow = ck_scaling_of(type) == CK_NARROW, whole = ck_scaling_of(type) == CK_WHOLE;
    for (int i = 0; i < count; i++) {
        size_t block = (size_t)group * (a->columns / CK_BLOCK) + first + i;
        const int8_t *x = a->codes + block * CK_BLOCK * CK_GROUP;
        const int32_t *sums = a->sums + block * 2 * CK_GROUP;
        int32x4_t sum[2][4];
        for (int v = 0; v < 4; v++) sum[0][v] = sum[1][v] = vdupq_n_s32(0);
        for (int k = 0; k < 8; k++) {
            int8x16_t w = vreinterpretq_s8_u32(vdupq_n_u32(ck_load32(panel->codes[i] + 4 * k)));
            for (int v = 0; v < 4; v++) {
                int32x4_t *s = &sum[narrow ? k / 4 : 0][v];
                *s = four_products(*s, w, vld1q_s8(x + (k * CK_GROUP + v * 4) * 4));
            }
        }
        for (int v = 0; v < 4; v++) {
            float32x4_t value = vcvtq_f32_s32(sum[0][v]);
            if (!whole) value = vmulq_n_f32(value, panel->scale[i][0]);
            if (narrow) value = vaddq_f32(value, vmulq_n_f32(vcvtq_f32_s32(sum[1][v]), panel->scale[i][1]));
            float32x4_t scale = vld1q_f32(a->scales + block * CK_GROUP + v * 4);
            add_term(&total[v], value, panel->d[i], scale);
            if (!ck_has_minimum(type)) continue;
            int32x4_t half[2] = {vld1q_s32(sums + v * 4), vld1q_s32(sums + CK_GROUP + v * 4)};
            float32x4_t least = vcvtq_f32_s32(vaddq_s32(half[0], half[1]));
            if (narrow) {
                least = vaddq_f32(
                    vmulq_n_f32(vcvtq_f32_s32(half[0]), panel->minimum[i][0]),
                    vmulq_n_f32(vcvtq_f32_s32(half[1]), panel->minimum[i][1]));
            } else if (!whole) {
                least = vmulq_n_f32(least, panel->minimum[i][0]);
            }
            add_term(&total[v], least, panel->m[i], scale);
        }
    }
}

INLINE void rows_by_tokens(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    int blocks = a->columns / CK_BLOCK, groups = (a->tokens + CK_GROUP - 1) / CK_GROUP;
    ck_panel panel;
    for (int r = first; r < last; r++) {
        const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
        for (int b = 0; b < blocks; b += CK_STRETCH) {
            int count = blocks - b < CK_STRETCH ? blocks - b : CK_STRETCH;
            ck_fill_panel(type, row, b, count, &panel);
            for (int i = 0; i < count; i++) {
                signed_codes codes = codes_of(type, row, b + i);
                for (int h = 0; h < 2; h++) vst1q_u8(panel.codes[i] + 16 * h, vreinterpretq_u8_s8(codes.half[h]));
            }
            for (int g = 0; g < groups; g++) {
                float sums[CK_GROUP];
                float32x4_t total[4];
                ck_take_up(p, a, r, g * CK_GROUP, CK_GROUP, b == 0, sums);
                for (int v = 0; v < 4; v++) total[v] = vld1q_f32(sums + 4 * v);
                tile(type, &panel, b, count, a, g, total);
                for (int v = 0; v < 4; v++) vst1q_f32(sums + 4 * v, total[v]);
                for (int t = 0; t < CK_GROUP && g * CK_GROUP + t < a->tokens; t++) {
                    p->output[(size_t)(g * CK_GROUP + t) * p->stride + r] = sums[t];
                }
            }
        }
    }
}

// MARK: One token: a lane is a row

INLINE int32x4_t sum_of_quads(const int32x4_t v[4]) {
    return vpaddq_s32(vpaddq_s32(v[0], v[1]), vpaddq_s32(v[2], v[3]));
}

INLINE float32x4_t halves_of_rows(const uint8_t *bytes, size_t row_bytes) {
    uint16_t half[4];
    for (int i = 0; i < 4; i++) half[i] = ck_load16(bytes + (size_t)i * row_bytes);
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(half)));
}

/// Four rows, `row_bytes` apart, by one token.
INLINE float32x4_t four_rows(int type, const uint8_t *row, size_t row_bytes, const ck_activations *a) {
    const bool narrow = ck_scaling_of(type) == CK_NARROW;
    float32x4_t total = vdupq_n_f32(0.0f);
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        const int8_t *x = a->codes + (size_t)b * CK_BLOCK;
        const int32_t *sums = a->sums + 2 * b;
        int32x4_t part[2][4];
        int32_t scale[2][4], minimum[4];
        for (int i = 0; i < 4; i++) {
            signed_codes w = codes_of(type, row + (size_t)i * row_bytes, b);
            part[0][i] = four_products(vdupq_n_s32(0), w.half[0], vld1q_s8(x));
            part[1][i] = four_products(narrow ? vdupq_n_s32(0) : part[0][i], w.half[1], vld1q_s8(x + 16));
            ck_integers n = ck_integers_of(type, row + (size_t)i * row_bytes, b);
            for (int h = 0; h < 2; h++) scale[h][i] = n.scale[h];
            minimum[i] = sums[0] * n.minimum[0] + sums[1] * n.minimum[1];
        }
        int32x4_t sum = vmulq_s32(sum_of_quads(part[1]), vld1q_s32(scale[1]));
        if (narrow) sum = vmlaq_s32(sum, sum_of_quads(part[0]), vld1q_s32(scale[0]));
        const uint8_t *record = ck_record(type, row, b);
        float32x4_t s = vdupq_n_f32(a->scales[b]);
        float32x4_t d = vmulq_f32(halves_of_rows(record + ck_scale_at(type), row_bytes), s);
        total = vaddq_f32(total, vmulq_f32(vcvtq_f32_s32(sum), d));
        if (!ck_has_minimum(type)) continue;
        float32x4_t m = vmulq_f32(halves_of_rows(record + ck_minimum_at(type), row_bytes), s);
        float32x4_t term = vmulq_f32(m, vcvtq_f32_s32(vld1q_s32(minimum)));
        total = ck_subtracts_minimum(type) ? vsubq_f32(total, term) : vaddq_f32(total, term);
    }
    return total;
}

INLINE void rows_by_token(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    int r = first;
    for (; r + 4 <= last; r += 4) {
        vst1q_f32(p->output + r, four_rows(type, (const uint8_t *)p->data + (size_t)r * row_bytes, row_bytes, a));
    }
    if (r < last) ck_portable_multiply(p, a, r, last);
}

/// Float rows stay with plain C, whose eight lanes the compiler keeps in registers.
NEON_TARGET static void multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    if (ck_is_float(p->type)) {
        ck_portable_multiply(p, a, first, last);
    } else if (a->tokens == 1) {
        CK_FOR_TYPE(p->type, rows_by_token, p, a, first, last)
    } else {
        CK_FOR_TYPE(p->type, rows_by_tokens, p, a, first, last)
    }
}
