// From the scales that a search has found to a block's bytes: what follows every search. Each instruction set compiles
// it for itself. Every function is false if a half of the block isn't finite.
#pragma once
#include "codec_kquants.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

/// Rounds x to the codes that the rounded scale and offset give; a scale of zero leaves the search's codes.
static void round_affine(const float *x, int count, int top, float scale, float offset, uint8_t *codes) {
    if (scale == 0) return;
    for (int l = 0; l < count; l++) codes[l] = (uint8_t)clamp(nearest_integer((x[l] + offset) / scale), 0, top);
}

/// The same around zero: codes 0...2 · middle - 1.
static void round_symmetric(const float *x, int middle, float scale, int8_t *codes) {
    if (scale == 0) return;
    for (int l = 0; l < 16; l++)
        codes[l] = (int8_t)(clamp(nearest_integer(x[l] / scale), -middle, middle - 1) + middle);
}

static float maximum(const float *values, int count) {
    float most = 0;
    for (int j = 0; j < count; j++) most = values[j] > most ? values[j] : most;
    return most;
}

/// Stores both halves; false unless both are finite.
static bool store_halves(uint8_t *target, float d, float minimum) {
    const uint16_t halves[2] = {float_to_half(d), float_to_half(minimum)};
    memcpy(target, halves, 4);
    return is_finite16(halves[0]) && is_finite16(halves[1]);
}

static bool q2_k_store(const float *x, affine_block *found, uint8_t *target) {
    const float scale = maximum(found->scales, 16), minimum = maximum(found->minimums, 16);
    const float to_scale = scale > 0 ? 15 / scale : 0, to_minimum = minimum > 0 ? 15 / minimum : 0;
    if (!store_halves(target + 80, scale / 15, minimum / 15)) return false;
    const float d = half_to_float(load16(target + 80)), dmin = half_to_float(load16(target + 82));
    for (int j = 0; j < 16; j++) {
        // A negative scale's upper bits run into the minimum's, as they do in ggml.
        const int code = nearest_integer(to_scale * found->scales[j]);
        target[j] = (uint8_t)(code | nearest_integer(to_minimum * found->minimums[j]) << 4);
        round_affine(
            x + 16 * j, 16, 3, d * (float)(target[j] & 15), dmin * (float)(target[j] >> 4), found->codes + 16 * j);
    }
    store_pairs(target + 16, found->codes);
    return true;
}

static bool q3_k_store(const float *x, symmetric_block *found, uint8_t *target) {
    const float largest = largest_of(found->scales, 16);
    const float to_code = largest != 0 ? -32 / largest : 0;
    const uint16_t half = float_to_half(largest != 0 ? 1 / to_code : 0);
    if (!is_finite16(half)) return false;
    memset(target, 0, Q3_K_BYTES);
    store16(target + 108, half);
    uint8_t *scales = target + 96, pairs[BLOCK];
    for (int j = 0; j < 16; j++) {
        // Without a largest scale all bits stay zero, which reads as -32, times a d of zero.
        if (largest != 0)
            store_q3_scale(scales, j, clamp((int8_t)nearest_integer(to_code * found->scales[j]), -32, 31));
    }
    for (int j = 0; j < 16; j++) {
        const float scale = half_to_float(half) * (float)load_q3_scale(scales, j);
        round_symmetric(x + 16 * j, 4, scale, found->codes + 16 * j);
    }
    for (int l = 0; l < BLOCK; l++) {
        const int code = found->codes[l];
        target[l % 32] |= (uint8_t)((code > 3) << l / 32);
        pairs[l] = (uint8_t)(code & 3);
    }
    store_pairs(target + 32, pairs);
    return true;
}

/// The twelve bytes of scales and the codes of Q4_K and Q5_K.
static bool store_affine(const float *x, int top, affine_block *found, uint8_t *target) {
    const float scale = maximum(found->scales, 8), minimum = maximum(found->minimums, 8);
    const float to_scale = scale > 0 ? 63 / scale : 0, to_minimum = minimum > 0 ? 63 / minimum : 0;
    if (!store_halves(target, scale / 63, minimum / 63)) return false;
    for (int j = 0; j < 8; j++) {
        // A negative scale wraps around and then is cut, as in ggml.
        const uint8_t scale_code = (uint8_t)nearest_integer(to_scale * found->scales[j]);
        const uint8_t minimum_code = (uint8_t)nearest_integer(to_minimum * found->minimums[j]);
        store_six_bits(target + 4, j, clamp(scale_code, 0, 63), clamp(minimum_code, 0, 63));
    }
    const float d = half_to_float(load16(target)), dmin = half_to_float(load16(target + 2));
    for (int j = 0; j < 8; j++) {
        int scale_code, minimum_code;
        load_six_bits(target + 4, j, &scale_code, &minimum_code);
        round_affine(
            x + 32 * j, 32, top, d * (float)scale_code, dmin * (float)minimum_code, found->codes + 32 * j);
    }
    return true;
}

static bool q4_k_store(const float *x, affine_block *found, uint8_t *target) {
    if (!store_affine(x, 15, found, target)) return false;
    for (int l = 0; l < 128; l++) {
        const uint8_t *low = found->codes + 64 * (l / 32) + l % 32;
        target[16 + l] = (uint8_t)(low[0] | low[32] << 4);
    }
    return true;
}

static bool q5_k_store(const float *x, affine_block *found, uint8_t *target) {
    if (!store_affine(x, 31, found, target)) return false;
    memset(target + 16, 0, 32);
    for (int l = 0; l < BLOCK; l++) target[16 + l % 32] |= (uint8_t)(found->codes[l] >> 4 << l / 32);
    for (int l = 0; l < 128; l++) {
        const uint8_t *low = found->codes + 64 * (l / 32) + l % 32;
        target[48 + l] = (uint8_t)((low[0] & 15) | low[32] << 4);
    }
    return true;
}

static bool q6_k_store(const float *x, symmetric_block *found, uint8_t *target) {
    const float largest = largest_of(found->scales, 16);
    memset(target, 0, Q6_K_BYTES);
    if (fabsf(largest) < KQUANTS_EPSILON) return true;
    const float to_code = -128 / largest;
    const uint16_t half = float_to_half(1 / to_code);
    if (!is_finite16(half)) return false;
    store16(target + 208, half);
    for (int j = 0; j < 16; j++) {
        const int code = nearest_integer(to_code * found->scales[j]);
        const int8_t scale = (int8_t)(code < 127 ? code : 127);
        target[192 + j] = (uint8_t)scale;
        round_symmetric(x + 16 * j, 32, half_to_float(half) * (float)scale, found->codes + 16 * j);
    }
    for (int h = 0; h < 2; h++) {
        const int8_t *codes = found->codes + 128 * h;
        uint8_t *low = target + 64 * h, *high = target + 128 + 32 * h;
        for (int l = 0; l < 32; l++) {
            const int a = codes[l], b = codes[l + 32], c = codes[l + 64], d = codes[l + 96];
            low[l] = (uint8_t)((a & 15) | (c & 15) << 4);
            low[l + 32] = (uint8_t)((b & 15) | (d & 15) << 4);
            high[l] = (uint8_t)(a >> 4 | b >> 4 << 2 | c >> 4 << 4 | d >> 4 << 6);
        }
    }
    return true;
}
