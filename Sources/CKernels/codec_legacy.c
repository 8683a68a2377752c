// The block types with one scale for 32 numbers, in plain C: Q8_0, Q4_0, Q4_1, Q5_0, Q5_1.
//
// A block is encoded with the float32 scale and stored with the scale rounded to half precision.
#include "codec_scalar.h"
#include <float.h>
#include <math.h>

#pragma STDC FP_CONTRACT OFF

/// Loads a block of 32; false if it can't be encoded.
static bool load_block(const uint8_t *source, float x[32]) {
    memcpy(x, source, 128);
    return are_encodable(x, 32);
}

/// The lowest byte of what x86 converts to: out of range, where 1/d overflowed, it is 0.
static int to_code(float value) { return value > -1e9f && value < 1e9f ? (int)value : 0; }

static int to_code_below(int limit, float value) {
    const int code = to_code(value);
    return code < limit ? code : limit;
}

/// 1/d, or 0 for a block of zeros.
static float inverse_of(float d) { return d != 0 ? 1.0f / d : 0.0f; }

/// The smallest and the largest number of a block.
typedef struct {
    float low, high;
} extent;

static extent extent_of(const float x[32]) {
    extent e = {FLT_MAX, -FLT_MAX};
    for (int j = 0; j < 32; j++) {
        if (x[j] < e.low) e.low = x[j];
        if (x[j] > e.high) e.high = x[j];
    }
    return e;
}

/// Stores a half; false if it isn't finite.
static bool store_half(uint8_t *target, float value) {
    const uint16_t half = float_to_half(value);
    store16(target, half);
    return is_finite16(half);
}

/// Elements j and j + 16 share byte j; their fifth bits are bits j and j + 16 of `high`.
static void store_fives(uint8_t *target, const int codes[32]) {
    uint32_t high = 0;
    for (int j = 0; j < 32; j++) high |= (uint32_t)(codes[j] >> 4 & 1) << j;
    memcpy(target, &high, 4);
    for (int j = 0; j < 16; j++) target[4 + j] = (uint8_t)((codes[j] & 15) | (codes[j + 16] & 15) << 4);
}

static int five_at(const uint8_t *source, int j) {
    uint32_t high;
    memcpy(&high, source, 4);
    const int nibble = j < 16 ? source[4 + j] & 15 : source[4 + j - 16] >> 4;
    return nibble | (int)(high >> j & 1) << 4;
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
        const float d = largest_of(x, 32) / -8.0f, inverse = inverse_of(d);
        if (!store_half(target, d)) return i;
        for (int j = 0; j < 16; j++) {
            const float low = x[j] * inverse, high = x[j + 16] * inverse;
            target[2 + j] = (uint8_t)(to_code_below(15, low + 8.5f) | to_code_below(15, high + 8.5f) << 4);
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
        const extent e = extent_of(x);
        const float d = (e.high - e.low) / 15.0f, inverse = inverse_of(d);
        if (!store_half(target, d) || !store_half(target + 2, e.low)) return i;
        for (int j = 0; j < 16; j++) {
            const float first = (x[j] - e.low) * inverse, second = (x[j + 16] - e.low) * inverse;
            target[4 + j] = (uint8_t)(to_code_below(15, first + 0.5f) | to_code_below(15, second + 0.5f) << 4);
        }
    }
    return count;
}

static void decode_q5_0(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 22, target += 32) {
        const float d = half_to_float(load16(source));
        for (int j = 0; j < 32; j++) target[j] = (float)(five_at(source + 2, j) - 16) * d;
    }
}

static size_t encode_q5_0(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 22) {
        float x[32];
        if (!load_block(source, x)) return i;
        const float d = largest_of(x, 32) / -16.0f, inverse = inverse_of(d);
        if (!store_half(target, d)) return i;
        int codes[32];
        for (int j = 0; j < 32; j++) {
            const float scaled = x[j] * inverse;
            codes[j] = to_code_below(31, scaled + 16.5f);
        }
        store_fives(target + 2, codes);
    }
    return count;
}

static void decode_q5_1(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 24, target += 32) {
        const float d = half_to_float(load16(source)), m = half_to_float(load16(source + 2));
        for (int j = 0; j < 32; j++) {
            const float product = (float)five_at(source + 4, j) * d;
            target[j] = product + m;
        }
    }
}

static size_t encode_q5_1(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 24) {
        float x[32];
        if (!load_block(source, x)) return i;
        const extent e = extent_of(x);
        const float d = (e.high - e.low) / 31.0f, inverse = inverse_of(d);
        if (!store_half(target, d) || !store_half(target + 2, e.low)) return i;
        int codes[32];
        for (int j = 0; j < 32; j++) {
            const float scaled = (x[j] - e.low) * inverse;
            codes[j] = to_code(scaled + 0.5f);
        }
        store_fives(target + 4, codes);
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
        const float d = fabsf(largest_of(x, 32)) / 127.0f, inverse = inverse_of(d);
        if (!store_half(target, d)) return i;
        // Half away from zero: exact, as the number below one half can't carry a smaller fraction over.
        for (int j = 0; j < 32; j++) {
            const float scaled = x[j] * inverse;
            target[2 + j] = (uint8_t)(int8_t)to_code(scaled + copysignf(0x1.fffffep-2f, scaled));
        }
    }
    return count;
}

const codec codec_legacy[] = {
    {Q4_0, decode_q4_0, encode_q4_0}, {Q4_1, decode_q4_1, encode_q4_1}, {Q5_0, decode_q5_0, encode_q5_0},
    {Q5_1, decode_q5_1, encode_q5_1}, {Q8_0, decode_q8_0, encode_q8_0}, {0},
};
