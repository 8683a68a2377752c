// What the files of the AVX2 kernels share.
#pragma once

#include <immintrin.h>

#include "arithmetic.h"
#include "formats.h"
#include "kernels.h"

#define AVX2 __attribute__((target("avx2,f16c")))
#define INLINE_AVX2 AVX2 static inline __attribute__((always_inline))

/// How far before its use memory is asked for, beyond the rows that come next.
#define CK_AHEAD 8192

/// Asks the second-level cache for the lines from `next` up to `end`, which may lie behind the weights; where to go on.
INLINE_AVX2 const uint8_t *ck_prefetch_avx2(const uint8_t *next, const uint8_t *end) {
    for (; next < end; next += 64) _mm_prefetch((const char *)next, _MM_HINT_T1);
    return next;
}

/// Whether codes reach above 127: maddubs would saturate, so the sign goes over to the activations instead.
INLINE_AVX2 bool ck_is_wide_avx2(int type) { return type == CK_Q8_0 || type == CK_IQ4_NL; }

/// Sums of two products of weights, with a sign if the type is wide, and activations. A weight may be -128, whose
/// magnitude is right without a sign; an activation never is.
INLINE_AVX2 __m256i ck_pairs_avx2(int type, __m256i w, __m256i x) {
    if (ck_is_wide_avx2(type)) return _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
    return _mm256_maddubs_epi16(w, x);
}

INLINE_AVX2 __m256i ck_shifted_avx2(const uint8_t *bytes, int shift, int mask) {
    __m256i v = _mm256_srl_epi16(_mm256_loadu_si256((const __m256i *)bytes), _mm_cvtsi32_si128(shift));
    return _mm256_and_si256(v, _mm256_set1_epi8((char)mask));
}

INLINE_AVX2 __m256i ck_nibbles_avx2(const uint8_t *bytes) {
    __m128i v = _mm_loadu_si128((const __m128i *)bytes);
    return _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(v, 4), v), _mm256_set1_epi8(15));
}

/// 16 in each byte whose bit is set.
INLINE_AVX2 __m256i ck_fifth_bits_avx2(const uint8_t *bytes) {
    const __m256i places = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i v = _mm256_shuffle_epi8(_mm256_set1_epi32((int32_t)ck_load32(bytes)), places);
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(v, bit), bit), _mm256_set1_epi8(16));
}

/// `ck_codes` in a register.
INLINE_AVX2 __m256i ck_codes_avx2(int type, const uint8_t *row, int b) {
    const uint8_t *record = ck_record(type, row, b);
    int j = b % 8, half = j / 4, quarter = j % 4;
    switch (type) {
    case CK_Q8_0:
        return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(record + 2)), _mm256_set1_epi8((char)128));
    case CK_Q4_0: return ck_nibbles_avx2(record + 2);
    case CK_Q4_1: return ck_nibbles_avx2(record + 4);
    case CK_IQ4_NL: {
        __m256i values = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)ck_iq4_nl_values));
        return _mm256_shuffle_epi8(values, ck_nibbles_avx2(record + 2));
    }
    case CK_Q5_0: return _mm256_or_si256(ck_nibbles_avx2(record + 6), ck_fifth_bits_avx2(record + 2));
    case CK_Q5_1: return _mm256_or_si256(ck_nibbles_avx2(record + 8), ck_fifth_bits_avx2(record + 4));
    case CK_Q2_K: return ck_shifted_avx2(record + 16 + 32 * half, 2 * quarter, 3);
    case CK_Q3_K: {
        __m256i top = _mm256_slli_epi16(ck_shifted_avx2(record, j, 1), 2);
        return _mm256_or_si256(ck_shifted_avx2(record + 32 + 32 * half, 2 * quarter, 3), top);
    }
    case CK_Q4_K: return ck_shifted_avx2(record + 16 + 32 * (j / 2), 4 * (j % 2), 15);
    case CK_Q5_K: {
        __m256i top = _mm256_slli_epi16(ck_shifted_avx2(record + 16, j, 1), 4);
        return _mm256_or_si256(ck_shifted_avx2(record + 48 + 32 * (j / 2), 4 * (j % 2), 15), top);
    }
    case CK_Q6_K: {
        __m256i top = _mm256_slli_epi16(ck_shifted_avx2(record + 128 + 32 * half, 2 * quarter, 3), 4);
        const uint8_t *low = record + 64 * half + 32 * (quarter % 2);
        return _mm256_or_si256(ck_shifted_avx2(low, 4 * (quarter / 2), 15), top);
    }
    default: return _mm256_setzero_si256();
    }
}

/// ((0+4)+(2+6))+((1+5)+(3+7))
INLINE_AVX2 float ck_sum_lanes_avx2(__m256 v) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}

/// `ck_codes` as `ck_pairs_avx2` takes them.
INLINE_AVX2 __m256i ck_weights_avx2(int type, const uint8_t *row, int b) {
    __m256i codes = ck_codes_avx2(type, row, b);
    return ck_is_wide_avx2(type) ? _mm256_xor_si256(codes, _mm256_set1_epi8((char)128)) : codes;
}
