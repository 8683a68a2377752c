// The k-quants in plain C: the search for each sub-block's scale, in ggml's order of operations.
#include "codec_kquants_store.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

static float error_of(
    const affine_search *search, const float *x, const float *weights, const uint8_t *codes, float scale,
    float minimum) {
    float error = 0;
    for (int i = 0; i < search->count; i++) {
        const float difference = scale * (float)codes[i] + minimum - x[i];
        error += weights[i] * (search->by_magnitude ? fabsf(difference) : difference * difference);
    }
    return error;
}

/// Finds the scale and minimum that lose least, and the codes that they give.
static void search_affine(
    const affine_search *search, const float *x, const float *weights, uint8_t *codes, float *found_scale,
    float *found_minimum) {
    const int count = search->count;
    float low = x[0], high = x[0], sum_w = weights[0], sum_x = sum_w * x[0];
    for (int i = 1; i < count; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
        sum_w += weights[i];
        sum_x += weights[i] * x[i];
    }
    if (low > 0) low = 0;
    if (high == low) {
        memset(codes, 0, (size_t)count);
        *found_scale = 0;
        *found_minimum = -low;
        return;
    }
    float steps = (float)search->top / (high - low);
    float scale = 1 / steps, minimum = low;
    for (int i = 0; i < count; i++)
        codes[i] = (uint8_t)clamp(nearest_integer(steps * (x[i] - low)), 0, search->top);
    float best = error_of(search, x, weights, codes, scale, minimum);
    for (int step = 0; step <= search->last; step++) {
        // From here on the codes are counted from the best minimum so far.
        steps = (search->first + 0.1f * (float)step + (float)search->top) / (high - minimum);
        uint8_t tried[32];
        float sum_l = 0, sum_l2 = 0, sum_xl = 0;
        for (int i = 0; i < count; i++) {
            const int code = clamp(nearest_integer(steps * (x[i] - minimum)), 0, search->top);
            tried[i] = (uint8_t)code;
            const float weighted = weights[i] * (float)code;
            sum_l += weighted;
            sum_l2 += weighted * (float)code;
            sum_xl += weighted * x[i];
        }
        const float determinant = sum_w * sum_l2 - sum_l * sum_l;
        if (!(determinant > 0)) continue;
        float new_scale = (sum_w * sum_xl - sum_x * sum_l) / determinant;
        float new_minimum = (sum_l2 * sum_x - sum_l * sum_xl) / determinant;
        if (new_minimum > 0) {
            new_minimum = 0;
            new_scale = sum_xl / sum_l2;
        }
        const float error = error_of(search, x, weights, tried, new_scale, new_minimum);
        if (error < best) {
            memcpy(codes, tried, (size_t)count);
            best = error;
            scale = new_scale;
            minimum = new_minimum;
        }
    }
    *found_scale = scale;
    *found_minimum = -minimum;
}

/// Each number weighs its own magnitude and the sub-block's root mean square.
static void weigh(const float x[32], float weights[32]) {
    float squares = 0;
    for (int l = 0; l < 32; l++) squares += x[l] * x[l];
    const float mean = sqrtf(squares / 32);
    for (int l = 0; l < 32; l++) weights[l] = mean + fabsf(x[l]);
}

static void search_block(const affine_search *search, const float *x, affine_block *found) {
    for (int j = 0; j < BLOCK / search->count; j++, x += search->count) {
        float weights[32];
        if (search->by_magnitude)
            for (int l = 0; l < search->count; l++) weights[l] = fabsf(x[l]);
        else
            weigh(x, weights);
        search_affine(
            search, x, weights, found->codes + j * search->count, &found->scales[j], &found->minimums[j]);
    }
}

/// Sums for the scale that suits the codes of `steps` · x best, with weights x².
static void weigh_codes(const float x[16], float steps, int middle, float *sum_lx, float *sum_l2) {
    *sum_lx = *sum_l2 = 0;
    for (int i = 0; i < 16; i++) {
        const float code = (float)clamp(nearest_integer(steps * x[i]), -middle, middle - 1);
        const float weight = x[i] * x[i];
        *sum_lx += weight * x[i] * code;
        *sum_l2 += weight * code * code;
    }
}

/// Q6_K: the best of nineteen scales around the one that the largest number fits.
static float search_symmetric(const float x[16], int8_t codes[16]) {
    const int middle = 32;
    const float largest = largest_of(x, 16);
    memset(codes, 0, 16);
    if (fabsf(largest) < KQUANTS_EPSILON) return 0;
    float best_steps = (float)-middle / largest, sum_lx, sum_l2;
    weigh_codes(x, best_steps, middle, &sum_lx, &sum_l2);
    float scale = sum_l2 != 0 ? sum_lx / sum_l2 : 0, best = scale * sum_lx;
    for (int step = -9; step <= 9; step++) {
        if (step == 0) continue;
        const float steps = -((float)middle + 0.1f * (float)step) / largest;
        weigh_codes(x, steps, middle, &sum_lx, &sum_l2);
        if (sum_l2 > 0 && sum_lx * sum_lx > best * sum_l2) {
            best_steps = steps;
            scale = sum_lx / sum_l2;
            best = scale * sum_lx;
        }
    }
    for (int i = 0; i < 16; i++)
        codes[i] = (int8_t)(clamp(nearest_integer(best_steps * x[i]), -middle, middle - 1) + middle);
    return scale;
}

/// Q3_K: codes of the plain scale, then each in turn moved where that loses less, up to five times over.
static float refine_symmetric(const float x[16], int8_t codes[16]) {
    const int middle = 4;
    const float largest = largest_of(x, 16);
    memset(codes, 0, 16);
    if (fabsf(largest) < KQUANTS_EPSILON) return 0;
    const float steps = (float)-middle / largest;
    float sum_lx, sum_l2;
    weigh_codes(x, steps, middle, &sum_lx, &sum_l2);
    for (int i = 0; i < 16; i++) codes[i] = (int8_t)clamp(nearest_integer(steps * x[i]), -middle, middle - 1);
    bool changed = true;
    for (int round = 0; round < 5 && changed; round++) {
        changed = false;
        for (int i = 0; i < 16; i++) {
            const float weight = x[i] * x[i], code = codes[i];
            float lx = sum_lx - weight * x[i] * code;
            if (!(lx > 0)) continue;
            float l2 = sum_l2 - weight * code * code;
            const int moved = clamp(nearest_integer(x[i] * l2 / lx), -middle, middle - 1);
            if (moved == codes[i]) continue;
            lx += weight * x[i] * (float)moved;
            l2 += weight * (float)moved * (float)moved;
            if (l2 > 0 && lx * lx * sum_l2 > sum_lx * sum_lx * l2) {
                codes[i] = (int8_t)moved;
                sum_lx = lx;
                sum_l2 = l2;
                changed = true;
            }
        }
    }
    for (int i = 0; i < 16; i++) codes[i] = (int8_t)(codes[i] + middle);
    return sum_l2 > 0 ? sum_lx / sum_l2 : 0;
}

/// Encodes block by block: load, check, search, store.
#define ENCODER(NAME, BYTES, FOUND, SEARCH, STORE)                                        \
    static size_t NAME(const uint8_t *source, uint8_t *target, size_t count) {            \
        for (size_t i = 0; i < count; i += BLOCK, source += 4 * BLOCK, target += BYTES) { \
            float x[BLOCK];                                                               \
            FOUND found;                                                                  \
            memcpy(x, source, sizeof x);                                                  \
            if (!are_encodable(x, BLOCK)) return i;                                       \
            SEARCH;                                                                       \
            if (!STORE(x, &found, target)) return i;                                      \
        }                                                                                 \
        return count;                                                                     \
    }

#define EACH_OF_16(SEARCH) \
    for (int j = 0; j < 16; j++) found.scales[j] = SEARCH(x + 16 * j, found.codes + 16 * j)

ENCODER(encode_q2_k, Q2_K_BYTES, affine_block, search_block(&q2_k_search, x, &found), q2_k_store)
ENCODER(encode_q3_k, Q3_K_BYTES, symmetric_block, EACH_OF_16(refine_symmetric), q3_k_store)
ENCODER(encode_q4_k, Q4_K_BYTES, affine_block, search_block(&q4_k_search, x, &found), q4_k_store)
ENCODER(encode_q5_k, Q5_K_BYTES, affine_block, search_block(&q5_k_search, x, &found), q5_k_store)
ENCODER(encode_q6_k, Q6_K_BYTES, symmetric_block, EACH_OF_16(search_symmetric), q6_k_store)

const codec codec_kquants[] = {
    {Q2_K, decode_q2_k, encode_q2_k}, {Q3_K, decode_q3_k, encode_q3_k}, {Q4_K, decode_q4_k, encode_q4_k},
    {Q5_K, decode_q5_k, encode_q5_k}, {Q6_K, decode_q6_k, encode_q6_k}, {0},
};
