// The codecs in plain C: what every other instruction set is held to, bit for bit.
#include "codec.h"
#include <float.h>
#include <math.h>

#pragma STDC FP_CONTRACT OFF

static uint16_t load16(const uint8_t *bytes) {
    uint16_t value;
    memcpy(&value, bytes, 2);
    return value;
}

static void store16(uint8_t *bytes, uint16_t value) { memcpy(bytes, &value, 2); }

static float half_to_float(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 31u;
    const uint32_t mantissa = half & 0x3ffu;
    if (exponent == 31) {
        // F16C makes a NaN quiet.
        return float_of(sign | 0x7f800000u | (mantissa << 13) | (mantissa ? 0x400000u : 0));
    }
    if (exponent == 0) {
        // A subnormal half is a multiple of 2^-24, which float32 holds exactly.
        const float value = (float)mantissa * 0x1p-24f;
        return float_of(sign | bits_of(value));
    }
    return float_of(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

/// Rounds to nearest, ties to even; what is too large becomes infinity.
static uint16_t float_to_half(float value) {
    const uint32_t bits = bits_of(value);
    const uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return sign | 0x7e00u | (uint16_t)((magnitude >> 13) & 0x3ffu);
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u;  // 65520 and above
    if (magnitude < 0x38800000u) {
        // Below 2^-14: adding 2^-24 * 2^23 puts the half's bits, rounded, at the end of the float's.
        const float sum = float_of(magnitude) + 0.5f;
        return sign | (uint16_t)(bits_of(sum) - bits_of(0.5f));
    }
    const uint32_t odd = (magnitude >> 13) & 1u;
    return sign | (uint16_t)((magnitude - 0x38000000u + 0xfffu + odd) >> 13);
}

static void decode_f32(const uint8_t *source, float *target, size_t count) { memcpy(target, source, 4 * count); }

static size_t encode_f32(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, source + 4 * i, 4);
        if (!is_finite32(bits)) return i;
        memcpy(target + 4 * i, &bits, 4);
    }
    return count;
}

static void decode_f16(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = half_to_float(load16(source + 2 * i));
}

static size_t encode_f16(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float value;
        memcpy(&value, source + 4 * i, 4);
        const uint16_t half = float_to_half(value);
        if (!is_finite16(half)) return i;
        store16(target + 2 * i, half);
    }
    return count;
}

static void decode_bf16(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = float_of((uint32_t)load16(source + 2 * i) << 16);
}

static size_t encode_bf16(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, source + 4 * i, 4);
        if (!is_finite32(bits)) return i;
        bits += 0x7fffu + ((bits >> 16) & 1u);
        if (!is_finite32(bits)) return i;
        store16(target + 2 * i, (uint16_t)(bits >> 16));
    }
    return count;
}

/// Loads a block of 32; false if a number isn't finite.
static bool load_block(const uint8_t *source, float x[32]) {
    memcpy(x, source, 128);
    bool finite = true;
    for (int j = 0; j < 32; j++) finite &= is_finite32(bits_of(x[j]));
    return finite;
}

/// The lowest byte of what x86 converts to: out of range, where 1/d overflowed, it is 0.
static int to_code(float value) { return value > -1e9f && value < 1e9f ? (int)value : 0; }

static int to_nibble(float value) {
    const int code = to_code(value);
    return code < 15 ? code : 15;
}

static void decode_q4_0(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 18, target += 32) {
        const float d = half_to_float(load16(source));
        for (int j = 0; j < 16; j++) {
            target[j] = (float)((source[2 + j] & 15) - 8) * d;
            target[j + 16] = (float)((source[2 + j] >> 4) - 8) * d;
        }
    }
}

static size_t encode_q4_0(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 18) {
        float x[32];
        if (!load_block(source, x)) return i;
        float largest = 0, signed_largest = 0;
        for (int j = 0; j < 32; j++) {
            if (fabsf(x[j]) > largest) {
                largest = fabsf(x[j]);
                signed_largest = x[j];
            }
        }
        const float d = signed_largest / -8.0f;
        const float inverse = d != 0 ? 1.0f / d : 0.0f;
        const uint16_t half = float_to_half(d);
        if (!is_finite16(half)) return i;
        store16(target, half);
        for (int j = 0; j < 16; j++) {
            const float low = x[j] * inverse, high = x[j + 16] * inverse;
            target[2 + j] = (uint8_t)(to_nibble(low + 8.5f) | to_nibble(high + 8.5f) << 4);
        }
    }
    return count;
}

static void decode_q4_1(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 20, target += 32) {
        const float d = half_to_float(load16(source)), m = half_to_float(load16(source + 2));
        for (int j = 0; j < 16; j++) {
            const float low = (float)(source[4 + j] & 15) * d, high = (float)(source[4 + j] >> 4) * d;
            target[j] = low + m;
            target[j + 16] = high + m;
        }
    }
}

static size_t encode_q4_1(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 20) {
        float x[32];
        if (!load_block(source, x)) return i;
        float low = FLT_MAX, high = -FLT_MAX;
        for (int j = 0; j < 32; j++) {
            if (x[j] < low) low = x[j];
            if (x[j] > high) high = x[j];
        }
        const float range = high - low;
        const float d = range / 15.0f;
        const float inverse = d != 0 ? 1.0f / d : 0.0f;
        const uint16_t half_d = float_to_half(d), half_m = float_to_half(low);
        if (!is_finite16(half_d) || !is_finite16(half_m)) return i;
        store16(target, half_d);
        store16(target + 2, half_m);
        for (int j = 0; j < 16; j++) {
            const float first = (x[j] - low) * inverse, second = (x[j + 16] - low) * inverse;
            target[4 + j] = (uint8_t)(to_nibble(first + 0.5f) | to_nibble(second + 0.5f) << 4);
        }
    }
    return count;
}

static void decode_q8_0(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 34, target += 32) {
        const float d = half_to_float(load16(source));
        for (int j = 0; j < 32; j++) target[j] = (float)(int8_t)source[2 + j] * d;
    }
}

static size_t encode_q8_0(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 34) {
        float x[32];
        if (!load_block(source, x)) return i;
        float largest = 0;
        for (int j = 0; j < 32; j++) largest = fabsf(x[j]) > largest ? fabsf(x[j]) : largest;
        const float d = largest / 127.0f;
        const float inverse = d != 0 ? 1.0f / d : 0.0f;
        const uint16_t half = float_to_half(d);
        if (!is_finite16(half)) return i;
        store16(target, half);
        // Half away from zero: exact, as the number below one half can't carry a smaller fraction over.
        for (int j = 0; j < 32; j++) {
            const float scaled = x[j] * inverse;
            target[2 + j] = (uint8_t)(int8_t)to_code(scaled + copysignf(0x1.fffffep-2f, scaled));
        }
    }
    return count;
}

const codec codec_portable[CODECS] = {
    {F32, decode_f32, encode_f32},    {F16, decode_f16, encode_f16},    {BF16, decode_bf16, encode_bf16},
    {Q4_0, decode_q4_0, encode_q4_0}, {Q4_1, decode_q4_1, encode_q4_1}, {Q8_0, decode_q8_0, encode_q8_0},
};
