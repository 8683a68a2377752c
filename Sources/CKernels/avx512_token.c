// Quantized rows times one token with AVX-512 VNNI: a lane is a row, read straight from the map.
#if defined(__x86_64__)

#include "avx512_rows.h"
#include "panel.h"

/// Sixteen rows, `row_bytes` apart, by one token.
INLINE_AVX512 __m512 sixteen_rows(int type, const uint8_t *row, size_t row_bytes, const ck_activations *a) {
    const bool narrow = ck_scaling_of(type) == CK_NARROW;
    __m512 total = _mm512_setzero_ps();
    record_header header;
    // What follows comes into the cache in the order of memory, while these rows are taken block by block.
    const size_t step = row_bytes * 16 * CK_BLOCK / (size_t)a->columns;
    const uint8_t *ahead = row + 16 * row_bytes + CK_AHEAD;
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        const uint8_t *record = ck_record(type, row, b);
        ahead = ck_prefetch_avx2(ahead, row + 16 * row_bytes + CK_AHEAD + (size_t)(b + 1) * step);
        if (b % (ck_record_elements(type) / CK_BLOCK) == 0) header = header_of(type, record, row_bytes);
        __m512i x[2];
        for (int h = 0; h < 2; h++) {
            const __m128i *codes = (const __m128i *)(a->codes + (size_t)b * CK_BLOCK + 16 * h);
            x[h] = _mm512_broadcast_i32x4(_mm_loadu_si128(codes));
        }
        __m512i part[2][4];
        for (int k = 0; k < 4; k++) {
            code_halves w = codes_of_four(type, row + (size_t)k * row_bytes, b, row_bytes);
            part[0][k] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), w.first, x[0]);
            part[1][k] = _mm512_dpbusd_epi32(narrow ? _mm512_setzero_si512() : part[0][k], w.second, x[1]);
        }
        const int32_t *codes_sum = a->sums + 2 * b;
        const int zero = ck_zero_point(type);
        __m512i sum, minimum = _mm512_set1_epi32(codes_sum[0] + codes_sum[1]);
        if (narrow) {
            sum = _mm512_setzero_si512();
            __m512i least = _mm512_setzero_si512();
            for (int h = 0; h < 2; h++) {
                __m512i half = sum_of_quads(part[h]);
                half = _mm512_sub_epi32(half, _mm512_set1_epi32(codes_sum[h] * zero));
                sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(half, scale_of(type, &header, record, row_bytes, b, h)));
                if (!ck_has_minimum(type)) continue;
                __m512i m = minimum_of(type, &header, record, row_bytes, b, h);
                least = _mm512_add_epi32(least, _mm512_mullo_epi32(m, _mm512_set1_epi32(codes_sum[h])));
            }
            minimum = least;
        } else {
            sum = _mm512_sub_epi32(sum_of_quads(part[1]), _mm512_set1_epi32((codes_sum[0] + codes_sum[1]) * zero));
            if (ck_scaling_of(type) == CK_WIDE) {
                sum = _mm512_mullo_epi32(sum, scale_of(type, &header, record, row_bytes, b, 0));
                minimum = _mm512_mullo_epi32(minimum, minimum_of(type, &header, record, row_bytes, b, 0));
            }
        }
        __m512 scale = _mm512_set1_ps(a->scales[b]);
        total = _mm512_add_ps(total, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(header.d, scale)));
        if (!ck_has_minimum(type)) continue;
        __m512 term = _mm512_mul_ps(_mm512_mul_ps(header.m, scale), _mm512_cvtepi32_ps(minimum));
        total = ck_subtracts_minimum(type) ? _mm512_sub_ps(total, term) : _mm512_add_ps(total, term);
    }
    return total;
}

INLINE_AVX512 void rows(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    const uint8_t *data = p->data;
    int r = first;
    const uint8_t *begin = data + (size_t)r * row_bytes;
    ck_prefetch_avx2(begin, begin + 16 * row_bytes + CK_AHEAD);
    for (; r + 16 <= last; r += 16) {
        _mm512_storeu_ps(p->output + r, sixteen_rows(type, data + (size_t)r * row_bytes, row_bytes, a));
    }
    if (r < last) ck_avx2_token(p, a, r, last);
}

AVX512 void ck_avx512_token(const ck_product *p, const ck_activations *a, int first, int last) {
    CK_FOR_TYPE(p->type, rows, p, a, first, last)
}

#endif
