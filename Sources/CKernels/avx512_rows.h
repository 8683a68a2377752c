// Reading the same block of sixteen rows, `row_bytes` apart, for AVX-512.
//
// A register holds 16 bytes of each of four rows, four apart: k, k + 4, k + 8, k + 12. So a transposition within its
// quarters brings 32-bit values of the rows into ascending order.
#pragma once

#include "avx512.h"

/// 16 bytes at `bytes` of rows 0, 4, 8 and 12.
INLINE_AVX512 __m512i four_rows(const uint8_t *bytes, size_t row_bytes) {
    __m512i v = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)bytes));
    v = _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(bytes + 4 * row_bytes)), 1);
    v = _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(bytes + 8 * row_bytes)), 2);
    return _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(bytes + 12 * row_bytes)), 3);
}

typedef struct {
    __m512i v[4];
} four_words;

/// Word k of each row's 16 bytes, rows in order: result k.
INLINE_AVX512 four_words words_of_rows(const __m512i v[4]) {
    __m512i a = _mm512_unpacklo_epi32(v[0], v[1]), b = _mm512_unpacklo_epi32(v[2], v[3]);
    __m512i c = _mm512_unpackhi_epi32(v[0], v[1]), d = _mm512_unpackhi_epi32(v[2], v[3]);
    return (four_words){{
        _mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b),
        _mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d),
    }};
}

/// The four 32-bit values of each row, added; rows in order.
INLINE_AVX512 __m512i sum_of_quads(const __m512i v[4]) {
    __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

INLINE_AVX512 __m128i eight_halves(const uint8_t *bytes, size_t row_bytes) {
    __m128i v = _mm_cvtsi32_si128(ck_load16(bytes));
    v = _mm_insert_epi16(v, ck_load16(bytes + row_bytes), 1);
    v = _mm_insert_epi16(v, ck_load16(bytes + 2 * row_bytes), 2);
    v = _mm_insert_epi16(v, ck_load16(bytes + 3 * row_bytes), 3);
    v = _mm_insert_epi16(v, ck_load16(bytes + 4 * row_bytes), 4);
    v = _mm_insert_epi16(v, ck_load16(bytes + 5 * row_bytes), 5);
    v = _mm_insert_epi16(v, ck_load16(bytes + 6 * row_bytes), 6);
    return _mm_insert_epi16(v, ck_load16(bytes + 7 * row_bytes), 7);
}

/// The half-precision number at `bytes` of each row.
INLINE_AVX512 __m512 halves_of_rows(const uint8_t *bytes, size_t row_bytes) {
    __m128i low = eight_halves(bytes, row_bytes), high = eight_halves(bytes + 8 * row_bytes, row_bytes);
    return _mm512_cvtph_ps(_mm256_set_m128i(high, low));
}

INLINE_AVX512 __m512i shifted(__m512i v, int shift, int mask) {
    return _mm512_and_si512(_mm512_srl_epi32(v, _mm_cvtsi32_si128(shift)), _mm512_set1_epi8((char)mask));
}

// MARK: Codes

typedef struct {
    __m512i first, second;
} code_halves;

/// Codes of block `b` of rows 0, 4, 8 and 12, as `ck_codes` gives them: the first half of each, and the second.
INLINE_AVX512 code_halves codes_of_four(int type, const uint8_t *row, int b, size_t row_bytes) {
    const uint8_t *record = ck_record(type, row, b);
    int j = b % 8, half = j / 4, quarter = j % 4;
    switch (type) {
    case CK_Q8_0: {
        const __m512i top = _mm512_set1_epi8((char)128);
        return (code_halves){
            _mm512_xor_si512(four_rows(record + 2, row_bytes), top),
            _mm512_xor_si512(four_rows(record + 18, row_bytes), top)};
    }
    case CK_Q4_0:
    case CK_Q4_1:
    case CK_IQ4_NL: {
        __m512i v = four_rows(record + (type == CK_Q4_1 ? 4 : 2), row_bytes);
        code_halves w = {shifted(v, 0, 15), shifted(v, 4, 15)};
        if (type != CK_IQ4_NL) return w;
        __m512i values = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)ck_iq4_nl_values));
        return (code_halves){_mm512_shuffle_epi8(values, w.first), _mm512_shuffle_epi8(values, w.second)};
    }
    case CK_Q4_K: {
        const uint8_t *nibbles = record + 16 + 32 * (j / 2);
        return (code_halves){
            shifted(four_rows(nibbles, row_bytes), 4 * (j % 2), 15),
            shifted(four_rows(nibbles + 16, row_bytes), 4 * (j % 2), 15)};
    }
    case CK_Q6_K: {
        const uint8_t *low = record + 64 * half + 32 * (quarter % 2), *high = record + 128 + 32 * half;
        __m512i codes[2];
        for (int h = 0; h < 2; h++) {
            __m512i top = _mm512_slli_epi32(shifted(four_rows(high + 16 * h, row_bytes), 2 * quarter, 3), 4);
            codes[h] = _mm512_or_si512(shifted(four_rows(low + 16 * h, row_bytes), 4 * (quarter / 2), 15), top);
        }
        return (code_halves){codes[0], codes[1]};
    }
    default: {
        uint8_t codes[4][CK_BLOCK];
        for (int i = 0; i < 4; i++) {
            const uint8_t *this = row + (size_t)(4 * i) * row_bytes;
            _mm256_storeu_si256((__m256i *)codes[i], ck_codes_avx2(type, this, b));
        }
        return (code_halves){four_rows(codes[0], CK_BLOCK / 4), four_rows(codes[0] + 16, CK_BLOCK / 4)};
    }
    }
}

// MARK: Scales

/// What sixteen records have beside their codes.
typedef struct {
    __m512 d, m;
    /// Four integers in each 32 bits, rows in order: Q4_K's and Q5_K's 8 scales, then their 8 minima; Q6_K's 16 scales.
    __m512i integers[4];
} record_header;

INLINE_AVX512 record_header header_of(int type, const uint8_t *record, size_t row_bytes) {
    record_header header = {_mm512_setzero_ps(), _mm512_setzero_ps(), {_mm512_setzero_si512()}};
    if (type == CK_Q4_K || type == CK_Q5_K || type == CK_Q6_K) {
        __m512i rows[4];
        for (int k = 0; k < 4; k++) {
            rows[k] = four_rows(record + (size_t)k * row_bytes + (type == CK_Q6_K ? 192 : 0), row_bytes);
        }
        four_words words = words_of_rows(rows);
        if (type == CK_Q6_K) {
            for (int k = 0; k < 4; k++) header.integers[k] = words.v[k];
            header.d = halves_of_rows(record + ck_scale_at(type), row_bytes);
            return header;
        }
        header.d = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(words.v[0]));
        header.m = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(words.v[0], 16)));
        // Six bits: four from the third word, two from the top of the others.
        header.integers[0] = shifted(words.v[1], 0, 63);
        header.integers[1] = _mm512_or_si512(shifted(words.v[3], 0, 15), shifted(words.v[1], 2, 48));
        header.integers[2] = shifted(words.v[2], 0, 63);
        header.integers[3] = _mm512_or_si512(shifted(words.v[3], 4, 15), shifted(words.v[2], 2, 48));
        return header;
    }
    header.d = halves_of_rows(record + ck_scale_at(type), row_bytes);
    if (ck_has_minimum(type)) header.m = halves_of_rows(record + ck_minimum_at(type), row_bytes);
    return header;
}

INLINE_AVX512 __m512i scale_of(
    int type, const record_header *header, const uint8_t *record, size_t row_bytes, int b, int h) {
    int j = b % 8;
    switch (type) {
    case CK_Q4_K:
    case CK_Q5_K:
        return _mm512_and_si512(
            _mm512_srl_epi32(header->integers[j / 4], _mm_cvtsi32_si128(j % 4 * 8)), _mm512_set1_epi32(255));
    case CK_Q6_K: {
        // The byte goes to the top and comes back with its sign.
        __m512i top = _mm512_sll_epi32(header->integers[j / 2], _mm_cvtsi32_si128(24 - (2 * (j % 2) + h) * 8));
        return _mm512_srai_epi32(top, 24);
    }
    default: {
        int32_t scale[16];
        for (int i = 0; i < 16; i++) scale[i] = ck_integers_of(type, record + (size_t)i * row_bytes, j).scale[h];
        return _mm512_loadu_si512(scale);
    }
    }
}

INLINE_AVX512 __m512i minimum_of(
    int type, const record_header *header, const uint8_t *record, size_t row_bytes, int b, int h) {
    int j = b % 8;
    if (type == CK_Q4_K || type == CK_Q5_K) {
        return _mm512_and_si512(
            _mm512_srl_epi32(header->integers[2 + j / 4], _mm_cvtsi32_si128(j % 4 * 8)), _mm512_set1_epi32(255));
    }
    int32_t minimum[16];
    for (int i = 0; i < 16; i++) minimum[i] = ck_integers_of(type, record + (size_t)i * row_bytes, j).minimum[h];
    return _mm512_loadu_si512(minimum);
}
