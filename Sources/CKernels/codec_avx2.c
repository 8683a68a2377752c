// The codecs with AVX2 and F16C: the same bits as codec_portable.c. Multiplications and additions are never fused.
#include "codec.h"
#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,f16c")))

AVX2 static inline __m256 load(const uint8_t *floats, int i) {
    return _mm256_loadu_ps((const float *)(const void *)floats + i);
}

AVX2 static inline __m256 magnitude(__m256 x) {
    return _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff)));
}

/// Whether all eight can stand in a quantized block.
AVX2 static inline bool all_encodable(__m256 magnitudes) {
    const __m256i limit = _mm256_set1_epi32((int)UNENCODABLE - 1);
    return _mm256_testz_si256(_mm256_cmpgt_epi32(_mm256_castps_si256(magnitudes), limit), _mm256_set1_epi32(-1));
}

/// Whether all eight are finite.
AVX2 static inline bool all_finite(__m256 magnitudes) {
    const __m256i largest = _mm256_set1_epi32(0x7f7fffff);
    return _mm256_testz_si256(
        _mm256_cmpgt_epi32(_mm256_castps_si256(magnitudes), largest), _mm256_set1_epi32(-1));
}

AVX2 static inline float maximum(__m256 x) {
    __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}

AVX2 static inline uint16_t float_to_half(float x) {
    return (uint16_t)_mm_extract_epi16(
        _mm_cvtps_ph(_mm_set_ss(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), 0);
}

AVX2 static inline float half_to_float(const uint8_t *half) {
    uint16_t bits;
    memcpy(&bits, half, 2);
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}

/// Four groups of eight int32 in 0...15 to 16 bytes: element j low, element j + 16 high.
AVX2 static inline void store_nibbles(uint8_t *target, __m256i q[4]) {
    const __m256i low = _mm256_packs_epi32(q[0], q[1]), high = _mm256_packs_epi32(q[2], q[3]);
    const __m256i both = _mm256_or_si256(low, _mm256_slli_epi16(high, 4));
    const __m256i bytes = _mm256_packus_epi16(both, both);
    // The packs work in halves of the register: 0-3 8-11 | 4-7 12-15.
    const __m128i joined = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
    _mm_storeu_si128((__m128i *)(void *)target, joined);
}

/// Eight of the sixteen bytes at `nibbles` as floats: group 0, 1 the low halves, 2, 3 the high ones.
AVX2 static inline __m256i nibbles(const uint8_t *bytes, int group) {
    const __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)(bytes + 8 * (group & 1)));
    const __m256i wide = _mm256_cvtepu8_epi32(eight);
    return group < 2 ? _mm256_and_si256(wide, _mm256_set1_epi32(15)) : _mm256_srli_epi32(wide, 4);
}

AVX2 static void decode_f32(const uint8_t *source, float *target, size_t count) {
    memcpy(target, source, 4 * count);
}

AVX2 static size_t encode_f32(const uint8_t *source, uint8_t *target, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256 x = load(source + 4 * i, 0);
        if (!all_finite(magnitude(x))) break;
        _mm256_storeu_ps((float *)(void *)(target + 4 * i), x);
    }
    return i + codec_encode_with(CODEC_PORTABLE, F32, source + 4 * i, target + 4 * i, count - i);
}

AVX2 static void decode_f16(const uint8_t *source, float *target, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(
            target + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(source + 2 * i))));
    codec_decode_with(CODEC_PORTABLE, F16, source + 2 * i, target + i, count - i);
}

AVX2 static size_t encode_f16(const uint8_t *source, uint8_t *target, size_t count) {
    const __m128i exponent = _mm_set1_epi16(0x7c00);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m128i half =
            _mm256_cvtps_ph(load(source + 4 * i, 0), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        if (_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(half, exponent), exponent))) break;
        _mm_storeu_si128((__m128i *)(void *)(target + 2 * i), half);
    }
    return i + codec_encode_with(CODEC_PORTABLE, F16, source + 4 * i, target + 2 * i, count - i);
}

AVX2 static void decode_bf16(const uint8_t *source, float *target, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m128i half = _mm_loadu_si128((const __m128i *)(const void *)(source + 2 * i));
        const __m256i bits = _mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16);
        _mm256_storeu_ps(target + i, _mm256_castsi256_ps(bits));
    }
    codec_decode_with(CODEC_PORTABLE, BF16, source + 2 * i, target + i, count - i);
}

AVX2 static size_t encode_bf16(const uint8_t *source, uint8_t *target, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256 x = load(source + 4 * i, 0);
        const __m256i bits = _mm256_castps_si256(x);
        const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
        const __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
        // A NaN could wrap to a finite number, so both are looked at.
        if (!all_finite(magnitude(x)) || !all_finite(magnitude(_mm256_castsi256_ps(rounded)))) break;
        const __m256i top = _mm256_srli_epi32(rounded, 16);
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(top, top), 0x08);
        _mm_storeu_si128((__m128i *)(void *)(target + 2 * i), _mm256_castsi256_si128(packed));
    }
    return i + codec_encode_with(CODEC_PORTABLE, BF16, source + 4 * i, target + 2 * i, count - i);
}

AVX2 static void decode_q4_0(const uint8_t *source, float *target, size_t count) {
    const __m256i eight = _mm256_set1_epi32(8);
    for (size_t i = 0; i < count; i += 32, source += 18, target += 32) {
        const __m256 d = _mm256_set1_ps(half_to_float(source));
        for (int g = 0; g < 4; g++) {
            const __m256i code = _mm256_sub_epi32(nibbles(source + 2, g), eight);
            _mm256_storeu_ps(target + 8 * g, _mm256_mul_ps(_mm256_cvtepi32_ps(code), d));
        }
    }
}

/// A block of 32 floats.
typedef struct {
    __m256 x[4];
} block;

/// Loads a block; false if it can't be encoded. (A NaN can hide from max, but not from this.)
AVX2 static inline bool load_block(const uint8_t *source, block *b) {
    bool encodable = true;
    for (int g = 0; g < 4; g++) {
        b->x[g] = load(source, 8 * g);
        encodable &= all_encodable(magnitude(b->x[g]));
    }
    return encodable;
}

/// The first of the numbers equal to `value`.
AVX2 static inline float first_equal(const uint8_t *source, const __m256 x[4], float value) {
    const __m256 wide = _mm256_set1_ps(value);
    uint32_t where = 0;
    for (int g = 0; g < 4; g++)
        where |= (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(x[g], wide, _CMP_EQ_OQ)) << (8 * g);
    float first;
    memcpy(&first, source + 4 * __builtin_ctz(where), 4);
    return first;
}

/// The number of largest magnitude with its sign, the first of several; 0 if all are, whatever their sign.
AVX2 static inline float largest_of(const uint8_t *source, const block *b) {
    __m256 a[4];
    for (int g = 0; g < 4; g++) a[g] = magnitude(b->x[g]);
    const float largest = maximum(_mm256_max_ps(_mm256_max_ps(a[0], a[1]), _mm256_max_ps(a[2], a[3])));
    return largest > 0 ? first_equal(source, a, largest) : 0;
}

/// The smallest and largest number. Zeros of either sign are equal, and the first of them counts.
AVX2 static inline void extent_of(const uint8_t *source, const block *b, float *low, float *high) {
    const __m256 *x = b->x, sign = _mm256_set1_ps(-0.0f);
    *high = maximum(_mm256_max_ps(_mm256_max_ps(x[0], x[1]), _mm256_max_ps(x[2], x[3])));
    const __m256 least = _mm256_min_ps(_mm256_min_ps(x[0], x[1]), _mm256_min_ps(x[2], x[3]));
    *low = -maximum(_mm256_xor_ps(least, sign));
    if (*low == 0) *low = first_equal(source, x, *low);
    if (*high == 0) *high = first_equal(source, x, *high);
}

/// 1/d, or 0 for a block of zeros.
static inline float inverse_of(float d) { return d != 0 ? 1.0f / d : 0.0f; }

/// Stores a half; false if it isn't finite.
AVX2 static inline bool store_half(uint8_t *target, float value) {
    const uint16_t half = float_to_half(value);
    memcpy(target, &half, 2);
    return is_finite16(half);
}

/// Truncates; what overflowed gives 0, what is above `most` gives that.
AVX2 static inline __m256i to_codes(__m256 x, int most) {
    const __m256i codes = _mm256_and_si256(_mm256_cvttps_epi32(x), _mm256_set1_epi32(0xff));
    return _mm256_min_epi32(codes, _mm256_set1_epi32(most));
}

/// Codes around `middle`: x · inverse + middle, rounded.
AVX2 static inline void round_symmetric(const block *b, float inverse, int middle, __m256i q[4]) {
    const __m256 factor = _mm256_set1_ps(inverse), half_step = _mm256_set1_ps((float)middle + 0.5f);
    for (int g = 0; g < 4; g++)
        q[g] = to_codes(_mm256_add_ps(_mm256_mul_ps(b->x[g], factor), half_step), 2 * middle - 1);
}

/// Codes from `low` up: (x - low) · inverse, rounded.
AVX2 static inline void round_affine(const block *b, float low, float inverse, int most, __m256i q[4]) {
    const __m256 base = _mm256_set1_ps(low), factor = _mm256_set1_ps(inverse), half_step = _mm256_set1_ps(0.5f);
    for (int g = 0; g < 4; g++)
        q[g] = to_codes(_mm256_add_ps(_mm256_mul_ps(_mm256_sub_ps(b->x[g], base), factor), half_step), most);
}

/// 32 codes of five bits: the fifth bits in four bytes, then the nibbles.
AVX2 static inline void store_fives(uint8_t *target, __m256i q[4]) {
    uint32_t high = 0;
    for (int g = 0; g < 4; g++) {
        const __m256 fifth = _mm256_castsi256_ps(_mm256_slli_epi32(q[g], 27));
        high |= (uint32_t)_mm256_movemask_ps(fifth) << (8 * g);
        q[g] = _mm256_and_si256(q[g], _mm256_set1_epi32(15));
    }
    memcpy(target, &high, 4);
    store_nibbles(target + 4, q);
}

AVX2 static size_t encode_q4_0(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 18) {
        block b;
        if (!load_block(source, &b)) return i;
        const float d = largest_of(source, &b) / -8.0f;
        if (!store_half(target, d)) return i;
        __m256i q[4];
        round_symmetric(&b, inverse_of(d), 8, q);
        store_nibbles(target + 2, q);
    }
    return count;
}

AVX2 static void decode_q4_1(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 20, target += 32) {
        const __m256 d = _mm256_set1_ps(half_to_float(source)), m = _mm256_set1_ps(half_to_float(source + 2));
        for (int g = 0; g < 4; g++) {
            const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(nibbles(source + 4, g)), d);
            _mm256_storeu_ps(target + 8 * g, _mm256_add_ps(product, m));
        }
    }
}

AVX2 static size_t encode_q4_1(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 20) {
        block b;
        if (!load_block(source, &b)) return i;
        float low, high;
        extent_of(source, &b, &low, &high);
        const float d = (high - low) / 15.0f;
        if (!store_half(target, d) || !store_half(target + 2, low)) return i;
        __m256i q[4];
        round_affine(&b, low, inverse_of(d), 15, q);
        store_nibbles(target + 4, q);
    }
    return count;
}

/// Eight codes of five bits: bit j of `high` is the fifth of code j.
AVX2 static inline __m256 fives(const uint8_t *source, int group) {
    uint32_t high;
    memcpy(&high, source, 4);
    const __m256i places = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i bits = _mm256_and_si256(_mm256_set1_epi32((int)(high >> (8 * group))), places);
    const __m256i fifth = _mm256_and_si256(_mm256_cmpeq_epi32(bits, places), _mm256_set1_epi32(16));
    return _mm256_cvtepi32_ps(_mm256_or_si256(nibbles(source + 4, group), fifth));
}

AVX2 static void decode_q5_0(const uint8_t *source, float *target, size_t count) {
    const __m256 middle = _mm256_set1_ps(16);
    for (size_t i = 0; i < count; i += 32, source += 22, target += 32) {
        const __m256 d = _mm256_set1_ps(half_to_float(source));
        for (int g = 0; g < 4; g++)
            _mm256_storeu_ps(target + 8 * g, _mm256_mul_ps(_mm256_sub_ps(fives(source + 2, g), middle), d));
    }
}

AVX2 static size_t encode_q5_0(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 22) {
        block b;
        if (!load_block(source, &b)) return i;
        const float d = largest_of(source, &b) / -16.0f;
        if (!store_half(target, d)) return i;
        __m256i q[4];
        round_symmetric(&b, inverse_of(d), 16, q);
        store_fives(target + 2, q);
    }
    return count;
}

AVX2 static void decode_q5_1(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 24, target += 32) {
        const __m256 d = _mm256_set1_ps(half_to_float(source)), m = _mm256_set1_ps(half_to_float(source + 2));
        for (int g = 0; g < 4; g++)
            _mm256_storeu_ps(target + 8 * g, _mm256_add_ps(_mm256_mul_ps(fives(source + 4, g), d), m));
    }
}

AVX2 static size_t encode_q5_1(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 24) {
        block b;
        if (!load_block(source, &b)) return i;
        float low, high;
        extent_of(source, &b, &low, &high);
        const float d = (high - low) / 31.0f;
        if (!store_half(target, d) || !store_half(target + 2, low)) return i;
        __m256i q[4];
        round_affine(&b, low, inverse_of(d), 255, q);
        store_fives(target + 4, q);
    }
    return count;
}

AVX2 static void decode_q8_0(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 34, target += 32) {
        const __m256 d = _mm256_set1_ps(half_to_float(source));
        for (int g = 0; g < 4; g++) {
            const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(source + 2 + 8 * g));
            _mm256_storeu_ps(target + 8 * g, _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)), d));
        }
    }
}

AVX2 static size_t encode_q8_0(const uint8_t *source, uint8_t *target, size_t count) {
    const __m256 sign = _mm256_set1_ps(-0.0f), below_half = _mm256_set1_ps(0x1.fffffep-2f);
    const __m256i low_byte = _mm256_set1_epi32(0xff);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (size_t i = 0; i < count; i += 32, source += 128, target += 34) {
        block b;
        if (!load_block(source, &b)) return i;
        __m256 a[4];
        for (int g = 0; g < 4; g++) a[g] = magnitude(b.x[g]);
        const float largest = maximum(_mm256_max_ps(_mm256_max_ps(a[0], a[1]), _mm256_max_ps(a[2], a[3])));
        const float d = largest / 127.0f;
        if (!store_half(target, d)) return i;
        const __m256 factor = _mm256_set1_ps(inverse_of(d));
        __m256i q[4];
        for (int g = 0; g < 4; g++) {
            const __m256 scaled = _mm256_mul_ps(b.x[g], factor);
            const __m256 rounded = _mm256_add_ps(scaled, _mm256_or_ps(_mm256_and_ps(scaled, sign), below_half));
            // What overflowed is 0x80000000: its low byte, 0, is what must stay.
            q[g] = _mm256_and_si256(_mm256_cvttps_epi32(rounded), low_byte);
        }
        const __m256i bytes =
            _mm256_packus_epi16(_mm256_packus_epi32(q[0], q[1]), _mm256_packus_epi32(q[2], q[3]));
        _mm256_storeu_si256((__m256i *)(void *)(target + 2), _mm256_permutevar8x32_epi32(bytes, order));
    }
    return count;
}

const codec codec_avx2[] = {
    {F32, decode_f32, encode_f32},    {F16, decode_f16, encode_f16},    {BF16, decode_bf16, encode_bf16},
    {Q4_0, decode_q4_0, encode_q4_0}, {Q4_1, decode_q4_1, encode_q4_1}, {Q5_0, decode_q5_0, encode_q5_0},
    {Q5_1, decode_q5_1, encode_q5_1}, {Q8_0, decode_q8_0, encode_q8_0}, {0},
};
#endif
