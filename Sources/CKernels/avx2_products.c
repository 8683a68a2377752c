// Activations, float rows, and the way to each product, with AVX2 and F16C.
#if defined(__x86_64__)

#include "avx2.h"

// MARK: Quantized activations

INLINE_AVX2 __m256i largest_magnitude(const float *x) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i largest = _mm256_setzero_si256();
    for (int i = 0; i < CK_BLOCK; i += 8) {
        __m256i bits = _mm256_and_si256(_mm256_castps_si256(_mm256_loadu_ps(x + i)), magnitude);
        largest = _mm256_max_epi32(largest, bits);
    }
    return largest;
}

INLINE_AVX2 int32_t sum_of_lanes(__m256i v) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return _mm_cvtsi128_si32(sum);
}

INLINE_AVX2 uint32_t maximum_of_lanes(__m256i v) {
    __m128i top = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    top = _mm_max_epi32(top, _mm_shuffle_epi32(top, 0x4e));
    top = _mm_max_epi32(top, _mm_shuffle_epi32(top, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(top);
}

/// Codes of one block of one token: quads (4 codes) go `step` bytes apart, the sums of the two halves `apart` places.
INLINE_AVX2 bool quantize_block(
    const float *x, int8_t *codes, size_t step, float *scale, int32_t *sums, size_t apart) {
    uint32_t largest = maximum_of_lanes(largest_magnitude(x));
    float maximum = ck_float(largest);
    if (largest >= 0x7f800000 || !(maximum >= 0x1p-100f)) {
        for (int k = 0; k < 8; k++) memset(codes + k * step, 0, 4);
        *scale = 0.0f;
        sums[0] = sums[apart] = 0;
        return largest < 0x7f800000;
    }
    __m256 inverse = _mm256_set1_ps(127.0f / maximum);
    for (int h = 0; h < 2; h++) {
        // Rounds to the nearest integer, ties to even.
        __m256i first = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 16 * h), inverse));
        __m256i second = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 16 * h + 8), inverse));
        sums[h * apart] = sum_of_lanes(_mm256_add_epi32(first, second));
        // Quads 0, 2 are in the lower half, 1, 3 in the upper.
        __m256i bytes = _mm256_packs_epi32(first, second);
        bytes = _mm256_packs_epi16(bytes, bytes);
        uint64_t low = (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(bytes));
        uint64_t high = (uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(bytes, 1));
        uint32_t quads[4] = {(uint32_t)low, (uint32_t)high, (uint32_t)(low >> 32), (uint32_t)(high >> 32)};
        for (int k = 0; k < 4; k++) memcpy(codes + (size_t)(4 * h + k) * step, &quads[k], 4);
    }
    *scale = maximum / 127.0f;
    return true;
}

AVX2 bool ck_avx2_quantize(const ck_activations *a, int group) {
    static const float zeros[CK_BLOCK];
    int blocks = a->columns / CK_BLOCK;
    bool finite = true;
    if (a->tokens == 1) {
        for (int b = 0; b < blocks; b++) {
            size_t at = (size_t)b * CK_BLOCK;
            finite &= quantize_block(a->values + at, a->codes + at, 4, a->scales + b, a->sums + 2 * b, 1);
        }
        return finite;
    }
    for (int t = 0; t < CK_GROUP; t++) {
        int token = group * CK_GROUP + t;
        for (int b = 0; b < blocks; b++) {
            size_t block = (size_t)group * blocks + b;
            const float *x =
                token < a->tokens ? a->values + (size_t)token * a->columns + (size_t)b * CK_BLOCK : zeros;
            finite &= quantize_block(
                x, a->codes + block * CK_BLOCK * CK_GROUP + (size_t)t * 4, 4 * CK_GROUP,
                a->scales + block * CK_GROUP + t, a->sums + block * 2 * CK_GROUP + t, CK_GROUP);
        }
    }
    return finite;
}

// MARK: Float rows: a lane is an element's index mod 8

INLINE_AVX2 __m256 eight_elements(int type, const uint8_t *row, int i) {
    if (type == CK_F32) return _mm256_loadu_ps((const float *)row + i);
    __m128i short_floats = _mm_loadu_si128((const __m128i *)((const uint16_t *)row + i));
    if (type == CK_F16) return _mm256_cvtph_ps(short_floats);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(short_floats), 16));
}

INLINE_AVX2 void float_tile(
    int type, const ck_product *p, const ck_activations *a, int r, const int rows, int t, const int tokens) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
    const float *x = a->values + (size_t)t * a->columns;
    const int size = type == CK_F32 ? 4 : 2;
    __m256 total[8][4];
    for (int i = 0; i < rows; i++) {
        for (int k = 0; k < tokens; k++) total[i][k] = _mm256_setzero_ps();
    }
    const uint8_t *ahead = row + (size_t)rows * row_bytes + CK_AHEAD;
    for (int c = 0; c < a->columns; c += 8) {
        __m256 w[8];
        // What follows comes into the cache in the order of memory, while these rows are taken element by element.
        ahead = ck_prefetch_avx2(ahead, row + (size_t)rows * (row_bytes + (size_t)(c * size)) + CK_AHEAD);
        for (int i = 0; i < rows; i++) w[i] = eight_elements(type, row + (size_t)i * row_bytes, c);
        for (int k = 0; k < tokens; k++) {
            __m256 value = _mm256_loadu_ps(x + (size_t)k * a->columns + c);
            for (int i = 0; i < rows; i++) total[i][k] = _mm256_add_ps(total[i][k], _mm256_mul_ps(w[i], value));
        }
    }
    for (int i = 0; i < rows; i++) {
        for (int k = 0; k < tokens; k++) {
            p->output[(size_t)(t + k) * p->stride + r + i] = ck_sum_lanes_avx2(total[i][k]);
        }
    }
}

INLINE_AVX2 void by_floats(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    if (a->columns % 8 != 0) {
        ck_portable_multiply(p, a, first, last);
        return;
    }
    int t = 0;
    for (; t + 4 <= a->tokens; t += 4) {
        int r = first;
        for (; r + 2 <= last; r += 2) float_tile(type, p, a, r, 2, t, 4);
        for (; r < last; r++) float_tile(type, p, a, r, 1, t, 4);
    }
    for (; t < a->tokens; t++) {
        int r = first;
        const size_t row_bytes = ck_row_bytes(type, p->columns);
        const uint8_t *begin = (const uint8_t *)p->data + (size_t)r * row_bytes;
        ck_prefetch_avx2(begin, begin + 8 * row_bytes + CK_AHEAD);
        for (; r + 8 <= last; r += 8) float_tile(type, p, a, r, 8, t, 1);
        for (; r < last; r++) float_tile(type, p, a, r, 1, t, 1);
    }
}

AVX2 void ck_avx2_multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    switch (p->type) {
    case CK_F32: by_floats(CK_F32, p, a, first, last); return;
    case CK_F16: by_floats(CK_F16, p, a, first, last); return;
    case CK_BF16: by_floats(CK_BF16, p, a, first, last); return;
    default: a->tokens == 1 ? ck_avx2_token(p, a, first, last) : ck_avx2_tokens(p, a, first, last);
    }
}

#endif
