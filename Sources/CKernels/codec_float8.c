// Floats of 8 bits (OCP 8-bit Floating Point Specification, revision 1.0): read only, since GGUF has no such type.
#include "codec_scalar.h"

/// E4M3: a sign, 4 bits of exponent, 3 of mantissa; no infinities, and only one NaN for each sign.
static inline float decode_e4m3(uint8_t byte) {
    const uint32_t magnitude = byte & 0x7f;
    // The bits, put where a float has its exponent and mantissa, are off by the difference of both biases.
    const float value = magnitude == 0x7f ? float_of(0x7fc00000u) : float_of(magnitude << 20) * 0x1p120f;
    return float_of(bits_of(value) | (uint32_t)(byte & 0x80) << 24);
}

/// E5M2: the upper half of a half.
static inline float decode_e5m2(uint8_t byte) { return half_to_float((uint16_t)(byte << 8)); }

void codec_decode_float8(enum codec_float8 format, const void *source, float scale, float *target, size_t count) {
    const uint8_t *bytes = source;
    if (format == CODEC_E4M3) {
        for (size_t i = 0; i < count; i++) target[i] = decode_e4m3(bytes[i]) * scale;
    } else {
        for (size_t i = 0; i < count; i++) target[i] = decode_e5m2(bytes[i]) * scale;
    }
}
