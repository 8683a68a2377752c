// Scalar steps that the portable codecs share: half precision, rounding, the check for numbers that can't be encoded.
#pragma once
#include "codec.h"

#pragma STDC FP_CONTRACT OFF

static inline uint16_t load16(const uint8_t *bytes) {
    uint16_t value;
    memcpy(&value, bytes, 2);
    return value;
}

static inline void store16(uint8_t *bytes, uint16_t value) { memcpy(bytes, &value, 2); }

static inline float half_to_float(uint16_t half) {
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
static inline uint16_t float_to_half(float value) {
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

/// Whether every number can stand in a quantized block. NaN and infinity can't, nor can 2^30 and above, which no
/// block type reaches and whose square could overflow.
static inline bool are_encodable(const float *x, int count) {
    bool encodable = true;
    for (int j = 0; j < count; j++) encodable &= (bits_of(x[j]) & 0x7fffffffu) < UNENCODABLE;
    return encodable;
}

/// The number of largest magnitude, with its sign: the first of several, 0 if all are.
static inline float largest_of(const float *x, int count) {
    float magnitude = 0, largest = 0;
    for (int j = 0; j < count; j++) {
        const float m = float_of(bits_of(x[j]) & 0x7fffffffu);
        if (m > magnitude) {
            magnitude = m;
            largest = x[j];
        }
    }
    return largest;
}

/// Rounds to the nearest integer, ties to even, by pushing the fraction out of the mantissa.
///
/// From 2^22 on the result means nothing, but is the same everywhere.
static inline int nearest_integer(float value) {
    return (int)(bits_of(value + 12582912.0f) & 0x007fffffu) - 0x00400000;
}

static inline int clamp(int value, int low, int high) { return value < low ? low : value > high ? high : value; }
