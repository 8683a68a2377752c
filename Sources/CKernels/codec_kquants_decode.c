// Decoding of the k-quants in plain C.
#include "codec_kquants.h"

void decode_q2_k(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK, source += Q2_K_BYTES, target += BLOCK) {
        const float d = half_to_float(load16(source + 80)), minimum = half_to_float(load16(source + 82));
        for (int j = 0; j < 16; j++) {
            const float scale = d * (float)(source[j] & 15), offset = minimum * (float)(source[j] >> 4);
            const uint8_t *pairs = source + 16 + 32 * (j / 8) + 16 * (j % 2);
            for (int l = 0; l < 16; l++) {
                const float product = scale * (float)(pairs[l] >> 2 * (j / 2 % 4) & 3);
                target[16 * j + l] = product - offset;
            }
        }
    }
}

void decode_q3_k(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK, source += Q3_K_BYTES, target += BLOCK) {
        const float d = half_to_float(load16(source + 108));
        for (int j = 0; j < 16; j++) {
            const float scale = d * (float)load_q3_scale(source + 96, j);
            const uint8_t *high = source + 16 * (j % 2), *pairs = source + 32 + 32 * (j / 8) + 16 * (j % 2);
            for (int l = 0; l < 16; l++) {
                const int low = pairs[l] >> 2 * (j / 2 % 4) & 3;
                target[16 * j + l] = scale * (float)(low - (high[l] >> j / 2 & 1 ? 0 : 4));
            }
        }
    }
}

void decode_q4_k(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK, source += Q4_K_BYTES, target += BLOCK) {
        const float d = half_to_float(load16(source)), minimum = half_to_float(load16(source + 2));
        for (int j = 0; j < 8; j++) {
            int scale_code, minimum_code;
            load_six_bits(source + 4, j, &scale_code, &minimum_code);
            const float scale = d * (float)scale_code, offset = minimum * (float)minimum_code;
            const uint8_t *nibbles = source + 16 + 32 * (j / 2);
            for (int l = 0; l < 32; l++) {
                const float product = scale * (float)(nibbles[l] >> 4 * (j % 2) & 15);
                target[32 * j + l] = product - offset;
            }
        }
    }
}

void decode_q5_k(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK, source += Q5_K_BYTES, target += BLOCK) {
        const float d = half_to_float(load16(source)), minimum = half_to_float(load16(source + 2));
        const uint8_t *high = source + 16;
        for (int j = 0; j < 8; j++) {
            int scale_code, minimum_code;
            load_six_bits(source + 4, j, &scale_code, &minimum_code);
            const float scale = d * (float)scale_code, offset = minimum * (float)minimum_code;
            const uint8_t *nibbles = source + 48 + 32 * (j / 2);
            for (int l = 0; l < 32; l++) {
                const int code = (nibbles[l] >> 4 * (j % 2) & 15) | (high[l] >> j & 1) << 4;
                const float product = scale * (float)code;
                target[32 * j + l] = product - offset;
            }
        }
    }
}

void decode_q6_k(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += BLOCK, source += Q6_K_BYTES, target += BLOCK) {
        const float d = half_to_float(load16(source + 208));
        for (int j = 0; j < 16; j++) {
            const float scale = d * (float)(int8_t)source[192 + j];
            // Sub-blocks 0-3 and 4-7 of a half share the bytes of 64 nibbles; a byte of high bits serves four.
            const int half = j / 8, part = j % 8 / 2, within = 16 * (j % 2);
            const uint8_t *low = source + 64 * half + 32 * (part % 2) + within, *high = source + 128 + 32 * half + within;
            for (int l = 0; l < 16; l++) {
                const int code = (low[l] >> 4 * (part / 2) & 15) | (high[l] >> 2 * part & 3) << 4;
                target[16 * j + l] = scale * (float)(code - 32);
            }
        }
    }
}
