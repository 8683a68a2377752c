// A stretch of weight rows, read once for many tokens.
#pragma once

#include "formats.h"

/// Blocks of a row that are unpacked together; longer rows go on from the sums so far.
#define CK_STRETCH 64

typedef struct {
    _Alignas(64) uint8_t codes[CK_STRETCH][CK_BLOCK];
    float d[CK_STRETCH], m[CK_STRETCH];
    /// Integers.
    float scale[CK_STRETCH][2], minimum[CK_STRETCH][2];
} ck_panel;

/// Fills all but the codes, for blocks `first` and up. A subtracted minimum is negated: the sum has the same bits.
static inline void ck_fill_panel(int type, const uint8_t *row, int first, int count, ck_panel *panel) {
    for (int i = 0; i < count; i++) {
        const uint8_t *record = ck_record(type, row, first + i);
        panel->d[i] = ck_half(ck_load16(record + ck_scale_at(type)));
        if (ck_has_minimum(type)) {
            float m = ck_half(ck_load16(record + ck_minimum_at(type)));
            panel->m[i] = ck_subtracts_minimum(type) ? -m : m;
        }
        if (ck_scaling_of(type) == CK_WHOLE) continue;
        ck_integers n = ck_integers_of(type, row, first + i);
        for (int h = 0; h < 2; h++) {
            panel->scale[i][h] = (float)n.scale[h];
            panel->minimum[i][h] = (float)n.minimum[h];
        }
    }
}

/// The sums so far of `tokens` tokens by one row, from the output that the stretches before this one left.
static inline void ck_take_up(
    const ck_product *p, const ck_activations *a, int row, int token, int tokens, bool begins, float *sums) {
    for (int t = 0; t < tokens; t++) {
        bool inside = !begins && token + t < a->tokens;
        sums[t] = inside ? p->output[(size_t)(token + t) * p->stride + row] : 0.0f;
    }
}

/// Calls `function` with the quantized type as a constant, so that each type is compiled by itself.
#define CK_FOR_TYPE(type, function, ...) \
    switch (type) { \
    case CK_Q4_0: function(CK_Q4_0, __VA_ARGS__); break; \
    case CK_Q4_1: function(CK_Q4_1, __VA_ARGS__); break; \
    case CK_Q5_0: function(CK_Q5_0, __VA_ARGS__); break; \
    case CK_Q5_1: function(CK_Q5_1, __VA_ARGS__); break; \
    case CK_Q8_0: function(CK_Q8_0, __VA_ARGS__); break; \
    case CK_Q2_K: function(CK_Q2_K, __VA_ARGS__); break; \
    case CK_Q3_K: function(CK_Q3_K, __VA_ARGS__); break; \
    case CK_Q4_K: function(CK_Q4_K, __VA_ARGS__); break; \
    case CK_Q5_K: function(CK_Q5_K, __VA_ARGS__); break; \
    case CK_Q6_K: function(CK_Q6_K, __VA_ARGS__); break; \
    case CK_IQ4_NL: function(CK_IQ4_NL, __VA_ARGS__); break; \
    default: break; \
    }
