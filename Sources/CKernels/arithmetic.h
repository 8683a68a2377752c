// What all kernels share: scalar conversions and functions, in IEEE operations only, never fused.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static inline uint32_t ck_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float ck_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint16_t ck_load16(const void *bytes) {
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint32_t ck_load32(const void *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline bool ck_is_finite(float value) { return (ck_bits(value) & 0x7fffffff) < 0x7f800000; }

/// IEEE half to single, exact.
static inline float ck_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t rest = half & 0x7fff;
    if (rest >= 0x7c00) return ck_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    if (rest >= 0x0400) return ck_float(sign | ((rest << 13) + 0x38000000));
    // Subnormal: the fraction times 2^-24, exact in single.
    float magnitude = (float)rest * 0x1p-24f;
    return ck_float(sign | ck_bits(magnitude));
}

static inline float ck_brain(uint16_t brain) { return ck_float((uint32_t)brain << 16); }

/// The eight lanes of a float sum, in the fixed order.
static inline float ck_sum_lanes(const float lane[8]) {
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// e^x = 2^n (1 + r q(r)), from x = n ln 2 + r with |r| <= ln 2 / 2, and q by the Taylor polynomial of degree 7.
typedef struct {
    float r, q, power;
} ck_exponential;

static inline ck_exponential ck_exponential_of(float x) {
    const float shift = 12582912.0f; // 1.5 * 2^23: adding it rounds to the nearest integer
    float n = (x * 1.44269504f + shift) - shift;
    float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float q = 1.0f / 5040.0f;
    q = q * r + 1.0f / 720.0f;
    q = q * r + 1.0f / 120.0f;
    q = q * r + 1.0f / 24.0f;
    q = q * r + 1.0f / 6.0f;
    q = q * r + 0.5f;
    q = q * r + 1.0f;
    return (ck_exponential){r, q, ck_float((uint32_t)((int32_t)n + 127) << 23)};
}

/// exp(x), 0 below -87, exp(88) above 88. Not for NaN.
static inline float ck_exp_inline(float x) {
    float clamped = x > 88.0f ? 88.0f : x;
    clamped = clamped < -87.0f ? -87.0f : clamped;
    ck_exponential e = ck_exponential_of(clamped);
    float result = (e.q * e.r + 1.0f) * e.power;
    return x < -87.0f ? 0.0f : result;
}

/// tanh(x) = t / (t + 2) with t = e^2|x| - 1, and the sign of x; 2^n (e^r - 1) and 2^n - 1 are added last, so that small
/// arguments lose nothing. Above 10 it is 1. Not for NaN.
static inline float ck_tanh_inline(float x) {
    float magnitude = ck_float(ck_bits(x) & 0x7fffffff);
    magnitude = magnitude > 10.0f ? 10.0f : magnitude;
    ck_exponential e = ck_exponential_of(magnitude + magnitude);
    float t = (e.q * e.r) * e.power + (e.power - 1.0f);
    return ck_float(ck_bits(t / (t + 2.0f)) | (ck_bits(x) & 0x80000000));
}

/// gelu(x) = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
static inline float ck_gelu_inline(float x) {
    float inner = 0.797884561f * x * (1.0f + 0.044715f * x * x);
    return 0.5f * x * (1.0f + ck_tanh_inline(inner));
}

static inline float ck_soft_cap_inline(float x, float cap) { return ck_tanh_inline(x / cap) * cap; }
