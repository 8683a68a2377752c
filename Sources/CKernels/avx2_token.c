// Quantized rows times one token with AVX2: a lane is a row, read straight from the map.
#if defined(__x86_64__)

#include "avx2.h"
#include "panel.h"

/// Whether four 16-bit sums of two products still fit 16 bits.
#define SHORT(type) (!ck_is_wide_avx2(type) && (type) != CK_Q6_K)

/// Four registers of eight 16-bit sums a half become one of [row0 row1 row2 row3 | the same] 32-bit sums.
INLINE_AVX2 __m256i four_rows_16(const __m256i v[4]) {
    __m256i pairs = _mm256_hadd_epi16(_mm256_hadd_epi16(v[0], v[1]), _mm256_hadd_epi16(v[2], v[3]));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

INLINE_AVX2 __m256i four_rows_32(const __m256i v[4]) {
    return _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
}

INLINE_AVX2 __m256 halves_of_rows(const uint8_t *row, size_t row_bytes) {
    __m128i halves = _mm_set_epi16(
        (short)ck_load16(row + 7 * row_bytes), (short)ck_load16(row + 6 * row_bytes),
        (short)ck_load16(row + 5 * row_bytes), (short)ck_load16(row + 4 * row_bytes),
        (short)ck_load16(row + 3 * row_bytes), (short)ck_load16(row + 2 * row_bytes),
        (short)ck_load16(row + row_bytes), (short)ck_load16(row));
    return _mm256_cvtph_ps(halves);
}

/// The products of block `b` of one row, summed in twos or fours.
INLINE_AVX2 __m256i products_of(int type, const uint8_t *row, int b, __m256i x) {
    __m256i pairs = ck_pairs_avx2(type, ck_weights_avx2(type, row, b), x);
    return SHORT(type) ? pairs : _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

typedef struct {
    __m256i scale[2], minimum[2];
} integers_of_rows;

INLINE_AVX2 integers_of_rows integers_of(int type, const uint8_t *row, size_t row_bytes, int b) {
    int32_t integers[4][8];
    for (int i = 0; i < 8; i++) {
        ck_integers n = ck_integers_of(type, row + (size_t)i * row_bytes, b);
        for (int h = 0; h < 2; h++) {
            integers[h][i] = n.scale[h];
            integers[2 + h][i] = n.minimum[h];
        }
    }
    integers_of_rows result;
    for (int h = 0; h < 2; h++) {
        result.scale[h] = _mm256_loadu_si256((const __m256i *)integers[h]);
        result.minimum[h] = _mm256_loadu_si256((const __m256i *)integers[2 + h]);
    }
    return result;
}

/// Eight rows, `row_bytes` apart, by one token.
INLINE_AVX2 __m256 eight_rows(int type, const uint8_t *row, size_t row_bytes, const ck_activations *a) {
    const int zero = ck_is_wide_avx2(type) ? 0 : ck_zero_point(type);
    // What follows comes into the cache in the order of memory, while these rows are taken block by block.
    const size_t step = row_bytes * 8 * CK_BLOCK / (size_t)a->columns;
    const uint8_t *ahead = row + 8 * row_bytes + CK_AHEAD;
    __m256 total = _mm256_setzero_ps();
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(a->codes + (size_t)b * CK_BLOCK));
        ahead = ck_prefetch_avx2(ahead, row + 8 * row_bytes + CK_AHEAD + (size_t)(b + 1) * step);
        __m256i four[2];
        for (int f = 0; f < 2; f++) {
            __m256i v[4];
            for (int i = 0; i < 4; i++) {
                const uint8_t *this = row + (size_t)(f * 4 + i) * row_bytes;
                v[i] = products_of(type, this, b, x);
            }
            four[f] = SHORT(type) ? four_rows_16(v) : four_rows_32(v);
        }
        __m256i sum[2];
        for (int h = 0; h < 2; h++) {
            sum[h] = h == 0 ? _mm256_permute2x128_si256(four[0], four[1], 0x20)
                            : _mm256_permute2x128_si256(four[0], four[1], 0x31);
            sum[h] = _mm256_sub_epi32(sum[h], _mm256_set1_epi32(a->sums[2 * b + h] * zero));
        }
        const int32_t *codes_sum = a->sums + 2 * b;
        __m256i whole, minimum = _mm256_set1_epi32(codes_sum[0] + codes_sum[1]);
        if (ck_scaling_of(type) == CK_WHOLE) {
            whole = _mm256_add_epi32(sum[0], sum[1]);
        } else {
            integers_of_rows n = integers_of(type, row, row_bytes, b);
            whole = _mm256_add_epi32(_mm256_mullo_epi32(sum[0], n.scale[0]), _mm256_mullo_epi32(sum[1], n.scale[1]));
            minimum = _mm256_add_epi32(
                _mm256_mullo_epi32(_mm256_set1_epi32(codes_sum[0]), n.minimum[0]),
                _mm256_mullo_epi32(_mm256_set1_epi32(codes_sum[1]), n.minimum[1]));
        }
        const uint8_t *record = ck_record(type, row, b);
        __m256 scale = _mm256_set1_ps(a->scales[b]);
        __m256 d = _mm256_mul_ps(halves_of_rows(record + ck_scale_at(type), row_bytes), scale);
        total = _mm256_add_ps(total, _mm256_mul_ps(_mm256_cvtepi32_ps(whole), d));
        if (!ck_has_minimum(type)) continue;
        __m256 m = _mm256_mul_ps(halves_of_rows(record + ck_minimum_at(type), row_bytes), scale);
        __m256 term = _mm256_mul_ps(m, _mm256_cvtepi32_ps(minimum));
        total = ck_subtracts_minimum(type) ? _mm256_sub_ps(total, term) : _mm256_add_ps(total, term);
    }
    return total;
}

INLINE_AVX2 void rows(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    const uint8_t *data = p->data;
    int r = first;
    const uint8_t *begin = data + (size_t)r * row_bytes;
    ck_prefetch_avx2(begin, begin + 8 * row_bytes + CK_AHEAD);
    for (; r + 8 <= last; r += 8) {
        _mm256_storeu_ps(p->output + r, eight_rows(type, data + (size_t)r * row_bytes, row_bytes, a));
    }
    if (r < last) ck_portable_multiply(p, a, r, last);
}

AVX2 void ck_avx2_token(const ck_product *p, const ck_activations *a, int first, int last) {
    CK_FOR_TYPE(p->type, rows, p, a, first, last)
}

#endif
