// Quantized rows times several tokens with AVX2: a lane is a token.
#if defined(__x86_64__)

#include "avx2.h"
#include "panel.h"

/// Eights of tokens that share one reading of the weights.
#define EIGHTS 4

/// Quads whose products may be added in 16 bits: largest code · 127 · 2 · quads < 32768.
INLINE_AVX2 int span_of(int type) {
    if (ck_is_wide_avx2(type)) return 1;
    if (type == CK_Q6_K) return 2;
    return type == CK_Q5_0 || type == CK_Q5_1 || type == CK_Q5_K || ck_scaling_of(type) == CK_NARROW ? 4 : 8;
}

INLINE_AVX2 void fill(int type, const uint8_t *row, int first, int count, ck_panel *panel) {
    ck_fill_panel(type, row, first, count, panel);
    for (int i = 0; i < count; i++) {
        _mm256_store_si256((__m256i *)panel->codes[i], ck_weights_avx2(type, row, first + i));
    }
}

/// Adds `count` blocks of one row times `eights` × 8 tokens to `total`.
INLINE_AVX2 void tile(
    int type, const ck_panel *panel, int first, int count, const ck_activations *a, int eight, const int eights,
    __m256 *total) {
    const __m256i ones = _mm256_set1_epi16(1);
    const bool narrow = ck_scaling_of(type) == CK_NARROW;
    const int halves = narrow ? 2 : 1, span = span_of(type), zero = ck_is_wide_avx2(type) ? 0 : ck_zero_point(type);
    const int blocks = a->columns / CK_BLOCK;
    for (int i = 0; i < count; i++) {
        const int8_t *x[EIGHTS];
        const float *scales[EIGHTS];
        __m256i codes_sum[EIGHTS][2];
        __m256 value[EIGHTS], minimum[EIGHTS];
        for (int g = 0; g < eights; g++) {
            size_t block = (size_t)((eight + g) / 2) * blocks + first + i, side = (size_t)((eight + g) % 2) * 8;
            x[g] = a->codes + block * CK_BLOCK * CK_GROUP + side * 4;
            scales[g] = a->scales + block * CK_GROUP + side;
            const int32_t *sums = a->sums + block * 2 * CK_GROUP + side;
            for (int h = 0; h < 2; h++) codes_sum[g][h] = _mm256_loadu_si256((const __m256i *)(sums + h * CK_GROUP));
            if (!narrow) codes_sum[g][0] = _mm256_add_epi32(codes_sum[g][0], codes_sum[g][1]);
        }
        for (int h = 0; h < halves; h++) {
            __m256i sum[EIGHTS];
            for (int g = 0; g < eights; g++) {
                sum[g] = _mm256_mullo_epi32(codes_sum[g][h], _mm256_set1_epi32(-zero));
            }
            for (int k = h * 4; k < (narrow ? h * 4 + 4 : 8); k += span) {
                __m256i pairs[EIGHTS];
                for (int s = 0; s < span; s++) {
                    __m256i w = _mm256_set1_epi32((int32_t)ck_load32(panel->codes[i] + 4 * (k + s)));
                    for (int g = 0; g < eights; g++) {
                        __m256i quad = _mm256_loadu_si256((const __m256i *)(x[g] + (k + s) * 4 * CK_GROUP));
                        __m256i next = ck_pairs_avx2(type, w, quad);
                        pairs[g] = s == 0 ? next : _mm256_add_epi16(pairs[g], next);
                    }
                }
                for (int g = 0; g < eights; g++) {
                    sum[g] = _mm256_add_epi32(sum[g], _mm256_madd_epi16(pairs[g], ones));
                }
            }
            __m256 scale = _mm256_set1_ps(panel->scale[i][h]), least = _mm256_set1_ps(panel->minimum[i][h]);
            for (int g = 0; g < eights; g++) {
                __m256 part = _mm256_cvtepi32_ps(sum[g]);
                if (ck_scaling_of(type) != CK_WHOLE) part = _mm256_mul_ps(part, scale);
                value[g] = h == 0 ? part : _mm256_add_ps(value[g], part);
                if (!ck_has_minimum(type)) continue;
                part = _mm256_cvtepi32_ps(codes_sum[g][h]);
                if (ck_scaling_of(type) != CK_WHOLE) part = _mm256_mul_ps(part, least);
                minimum[g] = h == 0 ? part : _mm256_add_ps(minimum[g], part);
            }
        }
        for (int g = 0; g < eights; g++) {
            __m256 s = _mm256_loadu_ps(scales[g]);
            __m256 term = _mm256_mul_ps(value[g], _mm256_mul_ps(_mm256_set1_ps(panel->d[i]), s));
            total[g] = _mm256_add_ps(total[g], term);
            if (!ck_has_minimum(type)) continue;
            term = _mm256_mul_ps(_mm256_mul_ps(_mm256_set1_ps(panel->m[i]), s), minimum[g]);
            total[g] = _mm256_add_ps(total[g], term);
        }
    }
}

/// A stretch of one row by `eights` × 8 tokens, on top of what the output holds.
INLINE_AVX2 void stretch(
    int type, const ck_panel *panel, const ck_product *p, const ck_activations *a, int row, int first, int count,
    int eight, const int eights) {
    float sums[EIGHTS * 8];
    __m256 total[EIGHTS];
    ck_take_up(p, a, row, eight * 8, eights * 8, first == 0, sums);
    for (int g = 0; g < eights; g++) total[g] = _mm256_loadu_ps(sums + 8 * g);
    tile(type, panel, first, count, a, eight, eights, total);
    for (int g = 0; g < eights; g++) _mm256_storeu_ps(sums + 8 * g, total[g]);
    for (int t = 0; t < eights * 8 && eight * 8 + t < a->tokens; t++) {
        p->output[(size_t)(eight * 8 + t) * p->stride + row] = sums[t];
    }
}

INLINE_AVX2 void rows(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    int blocks = a->columns / CK_BLOCK, eights = (a->tokens + 7) / 8;
    ck_panel panel;
    for (int r = first; r < last; r++) {
        const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
        for (int b = 0; b < blocks; b += CK_STRETCH) {
            int count = blocks - b < CK_STRETCH ? blocks - b : CK_STRETCH, e = 0;
            fill(type, row, b, count, &panel);
            for (; e + 4 <= eights; e += 4) stretch(type, &panel, p, a, r, b, count, e, 4);
            for (; e + 2 <= eights; e += 2) stretch(type, &panel, p, a, r, b, count, e, 2);
            for (; e < eights; e++) stretch(type, &panel, p, a, r, b, count, e, 1);
        }
    }
}

AVX2 void ck_avx2_tokens(const ck_product *p, const ck_activations *a, int first, int last) {
    CK_FOR_TYPE(p->type, rows, p, a, first, last)
}

#endif
