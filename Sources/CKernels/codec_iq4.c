// IQ4_NL in plain C: 32 numbers with one scale, their codes naming the steps of an uneven ladder.
#include "codec_iq4.h"
#include "codec_scalar.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

/// How well the rungs nearest to x / d express x, each number weighted by its square.
typedef struct {
    float product, square;
} fit;

static fit fit_of(const float x[32], float inverse) {
    fit f = {0, 0};
    for (int j = 0; j < 32; j++) {
        const float rung = (float)iq4_ladder[iq4_rung(inverse * x[j])], weighted = x[j] * x[j] * rung;
        f.product += weighted * x[j];
        f.square += weighted * rung;
    }
    return f;
}

/// The scale that loses least among fifteen ladders around the one that the largest number fits.
static float search_scale(const float x[32]) {
    const float largest = largest_of(x, 32);
    if (fabsf(largest) < IQ4_EPSILON) return 0;
    const fit first = fit_of(x, 1 / (-largest / (float)iq4_ladder[0]));
    float d = first.square > 0 ? first.product / first.square : 0;
    float best = d * first.product;
    for (int step = -IQ4_STEPS; step <= IQ4_STEPS; step++) {
        const fit f = fit_of(x, (float)(step + iq4_ladder[0]) / largest);
        if (f.square > 0 && f.product * f.product > best * f.square) {
            d = f.product / f.square;
            best = d * f.product;
        }
    }
    return d;
}

static void decode_iq4_nl(const uint8_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 18, target += 32) {
        const float d = half_to_float(load16(source));
        for (int j = 0; j < 16; j++) {
            target[j] = d * (float)iq4_ladder[source[2 + j] & 15];
            target[j + 16] = d * (float)iq4_ladder[source[2 + j] >> 4];
        }
    }
}

static size_t encode_iq4_nl(const uint8_t *source, uint8_t *target, size_t count) {
    for (size_t i = 0; i < count; i += 32, source += 128, target += 18) {
        float x[32];
        memcpy(x, source, 128);
        if (!are_encodable(x, 32)) return i;
        const float d = search_scale(x);
        const uint16_t half = float_to_half(d);
        if (!is_finite16(half)) return i;
        store16(target, half);
        iq4_nl_round(x, d, target + 2);
    }
    return count;
}

const codec codec_iq4[] = {{IQ4_NL, decode_iq4_nl, encode_iq4_nl}, {0}};
