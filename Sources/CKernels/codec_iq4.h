// IQ4_NL's ladder and its search, the same for every instruction set.
#pragma once
#include "codec_scalar.h"

#pragma STDC FP_CONTRACT OFF

static const int8_t iq4_ladder[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Half-way between neighbours: from there on the upper one is nearest.
static const float iq4_middles[15] = {-115.5f, -93.5f, -74, -57, -42, -28.5f, -16, -4.5f, 7, 19, 31.5f, 45.5f, 61, 79, 101};

/// Blocks of smaller numbers are zero.
#define IQ4_EPSILON 1e-15f
/// The ladders tried to either side.
#define IQ4_STEPS 7

/// The rung nearest to `value`; of two equally near, the upper one.
static inline int iq4_rung(float value) {
    int rung = 0;
    for (int k = 0; k < 15; k++) rung += value >= iq4_middles[k];
    return rung;
}

/// The codes of a block whose scale is d: element j low, element j + 16 high.
static inline void iq4_nl_round(const float x[32], float d, uint8_t target[16]) {
    const float inverse = d != 0 ? 1 / d : 0;
    for (int j = 0; j < 16; j++)
        target[j] = (uint8_t)(iq4_rung(inverse * x[j]) | iq4_rung(inverse * x[j + 16]) << 4);
}
