// Quantized rows times several tokens with AVX-512 VNNI: a lane is a token.
#if defined(__x86_64__)

#include "avx512.h"
#include "panel.h"

/// Rows and groups of tokens that one tile takes: its sums stay in registers.
#define ROWS 4
#define GROUPS 2

INLINE_AVX512 void fill(int type, const uint8_t *row, int first, int count, ck_panel *panel) {
    ck_fill_panel(type, row, first, count, panel);
    for (int i = 0; i < count; i++) {
        _mm256_store_si256((__m256i *)panel->codes[i], ck_codes_avx2(type, row, first + i));
    }
}

/// The activations' side of one block of one group.
typedef struct {
    const int8_t *codes;
    __m512 scale;
    __m512i sum[2];
} group_block;

INLINE_AVX512 group_block group_of(const ck_activations *a, int group, int b) {
    size_t block = (size_t)group * (a->columns / CK_BLOCK) + b;
    const int32_t *sums = a->sums + block * 2 * CK_GROUP;
    return (group_block){
        a->codes + block * CK_BLOCK * CK_GROUP,
        _mm512_loadu_ps(a->scales + block * CK_GROUP),
        {_mm512_loadu_si512(sums), _mm512_loadu_si512(sums + CK_GROUP)},
    };
}

/// -zero point · sum: what the sum of unsigned codes begins with.
INLINE_AVX512 __m512i correction(int type, __m512i sum) {
    const __m512i none = _mm512_setzero_si512();
    switch (ck_zero_point(type)) {
    case 4: return _mm512_sub_epi32(none, _mm512_slli_epi32(sum, 2));
    case 8: return _mm512_sub_epi32(none, _mm512_slli_epi32(sum, 3));
    case 16: return _mm512_sub_epi32(none, _mm512_slli_epi32(sum, 4));
    case 32: return _mm512_sub_epi32(none, _mm512_slli_epi32(sum, 5));
    case 128: return _mm512_sub_epi32(none, _mm512_slli_epi32(sum, 7));
    default: return none;
    }
}

/// The same four codes of a row for every token.
INLINE_AVX512 __m512i quad_of(const uint8_t *codes) { return _mm512_set1_epi32((int32_t)ck_load32(codes)); }

/// Adds `count` blocks of `rows` rows times `groups` groups to `total`.
INLINE_AVX512 void tile(
    int type, const ck_panel *panels, const int rows, int first, int count, const ck_activations *a, int group,
    const int groups, __m512 total[ROWS][GROUPS]) {
    const bool narrow = ck_scaling_of(type) == CK_NARROW, whole = ck_scaling_of(type) == CK_WHOLE;
    for (int i = 0; i < count; i++) {
        group_block x[GROUPS];
        __m512 value[ROWS][GROUPS];
        for (int g = 0; g < groups; g++) x[g] = group_of(a, group + g, first + i);
        for (int h = 0; h < (narrow ? 2 : 1); h++) {
            __m512i sum[ROWS][GROUPS];
            for (int g = 0; g < groups; g++) {
                __m512i codes_sum = narrow ? x[g].sum[h] : _mm512_add_epi32(x[g].sum[0], x[g].sum[1]);
                for (int r = 0; r < rows; r++) sum[r][g] = correction(type, codes_sum);
            }
            for (int k = 4 * h; k < (narrow ? 4 * h + 4 : 8); k++) {
                __m512i quad[GROUPS];
                for (int g = 0; g < groups; g++) quad[g] = _mm512_loadu_si512(x[g].codes + k * 4 * CK_GROUP);
                for (int r = 0; r < rows; r++) {
                    __m512i w = quad_of(panels[r].codes[i] + 4 * k);
                    for (int g = 0; g < groups; g++) sum[r][g] = _mm512_dpbusd_epi32(sum[r][g], w, quad[g]);
                }
            }
            for (int r = 0; r < rows; r++) {
                __m512 scale = _mm512_set1_ps(panels[r].scale[i][h]);
                for (int g = 0; g < groups; g++) {
                    __m512 part = _mm512_cvtepi32_ps(sum[r][g]);
                    if (!whole) part = _mm512_mul_ps(part, scale);
                    value[r][g] = h == 0 ? part : _mm512_add_ps(value[r][g], part);
                }
            }
        }
        for (int r = 0; r < rows; r++) {
            __m512 d = _mm512_set1_ps(panels[r].d[i]);
            for (int g = 0; g < groups; g++) {
                __m512 term = _mm512_mul_ps(value[r][g], _mm512_mul_ps(d, x[g].scale));
                total[r][g] = _mm512_add_ps(total[r][g], term);
            }
        }
        if (!ck_has_minimum(type)) continue;
        for (int g = 0; g < groups; g++) {
            __m512 all = _mm512_cvtepi32_ps(_mm512_add_epi32(x[g].sum[0], x[g].sum[1]));
            for (int r = 0; r < rows; r++) {
                __m512 least = all;
                if (narrow) {
                    least = _mm512_add_ps(
                        _mm512_mul_ps(_mm512_cvtepi32_ps(x[g].sum[0]), _mm512_set1_ps(panels[r].minimum[i][0])),
                        _mm512_mul_ps(_mm512_cvtepi32_ps(x[g].sum[1]), _mm512_set1_ps(panels[r].minimum[i][1])));
                } else if (!whole) {
                    least = _mm512_mul_ps(all, _mm512_set1_ps(panels[r].minimum[i][0]));
                }
                __m512 term = _mm512_mul_ps(_mm512_mul_ps(_mm512_set1_ps(panels[r].m[i]), x[g].scale), least);
                total[r][g] = _mm512_add_ps(total[r][g], term);
            }
        }
    }
}

/// A stretch of `rows` rows by `groups` groups, on top of what the output holds.
INLINE_AVX512 void stretch(
    int type, const ck_panel *panels, const ck_product *p, const ck_activations *a, int row, const int rows, int first,
    int count, int group, const int groups) {
    float sums[ROWS][GROUPS * CK_GROUP];
    __m512 total[ROWS][GROUPS];
    for (int r = 0; r < rows; r++) {
        ck_take_up(p, a, row + r, group * CK_GROUP, groups * CK_GROUP, first == 0, sums[r]);
        for (int g = 0; g < groups; g++) total[r][g] = _mm512_loadu_ps(&sums[r][g * CK_GROUP]);
    }
    tile(type, panels, rows, first, count, a, group, groups, total);
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < groups; g++) _mm512_storeu_ps(&sums[r][g * CK_GROUP], total[r][g]);
    }
    for (int t = 0; t < groups * CK_GROUP && group * CK_GROUP + t < a->tokens; t++) {
        float *output = p->output + (size_t)(group * CK_GROUP + t) * p->stride + row;
        for (int r = 0; r < rows; r++) output[r] = sums[r][t];
    }
}

INLINE_AVX512 void by_groups(int type, const ck_product *p, const ck_activations *a, int row, const int rows) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    int blocks = a->columns / CK_BLOCK, groups = (a->tokens + CK_GROUP - 1) / CK_GROUP;
    ck_panel panels[ROWS];
    for (int b = 0; b < blocks; b += CK_STRETCH) {
        int count = blocks - b < CK_STRETCH ? blocks - b : CK_STRETCH, g = 0;
        for (int r = 0; r < rows; r++) {
            fill(type, (const uint8_t *)p->data + (size_t)(row + r) * row_bytes, b, count, &panels[r]);
        }
        for (; g + 2 <= groups; g += 2) stretch(type, panels, p, a, row, rows, b, count, g, 2);
        if (g < groups) stretch(type, panels, p, a, row, rows, b, count, g, 1);
    }
}

INLINE_AVX512 void all_rows(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    int r = first;
    for (; r + ROWS <= last; r += ROWS) by_groups(type, p, a, r, ROWS);
    for (; r < last; r++) by_groups(type, p, a, r, 1);
}

AVX512 void ck_avx512_tokens(const ck_product *p, const ck_activations *a, int first, int last) {
    CK_FOR_TYPE(p->type, all_rows, p, a, first, last)
}

#endif
