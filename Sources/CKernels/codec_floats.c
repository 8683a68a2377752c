// F32, F16 and BF16 in plain C.
#include "codec_scalar.h"

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

const codec codec_floats[] = {
    {F32, decode_f32, encode_f32},
    {F16, decode_f16, encode_f16},
    {BF16, decode_bf16, encode_bf16},
    {0},
};
