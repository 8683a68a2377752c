// The k-quants as calibrated rounding sees them: 32 columns at a time, on the grid that the super-block's scales give.
#pragma once
#include "codec_kquants.h"

/// Where one row's 32 columns may lie, for each half of them: d · code + m.
typedef struct {
    float d[2], m[2];
} ck_grid;

/// The grid of part 0...7 of a super-block, as decoding has it.
static inline ck_grid ck_kquant_grid(int type, const uint8_t *block, int part) {
    ck_grid grid = {{0, 0}, {0, 0}};
    for (int half = 0; half < 2; half++) {
        const int j = 2 * part + half;
        int scale, minimum;
        switch (type) {
        case 10:
            grid.d[half] = half_to_float(load16(block + 80)) * (float)(block[j] & 15);
            grid.m[half] = -(half_to_float(load16(block + 82)) * (float)(block[j] >> 4));
            break;
        case 11: grid.d[half] = half_to_float(load16(block + 108)) * (float)load_q3_scale(block + 96, j); break;
        case 14: grid.d[half] = half_to_float(load16(block + 208)) * (float)(int8_t)block[192 + j]; break;
        default:
            load_six_bits(block + 4, part, &scale, &minimum);
            grid.d[half] = half_to_float(load16(block)) * (float)scale;
            grid.m[half] = -(half_to_float(load16(block + 2)) * (float)minimum);
        }
    }
    return grid;
}

/// Replaces bits of `place` below `mask`, shifted.
static inline void ck_put(uint8_t *place, int mask, int shift, int bits) {
    *place = (uint8_t)((*place & ~(mask << shift)) | bits << shift);
}

/// Writes the codes of a part; the scales stay.
static inline void ck_kquant_store(int type, uint8_t *block, int part, const int code[32]) {
    const int half = part / 4, quarter = part % 4;
    for (int l = 0; l < 32; l++) {
        switch (type) {
        case 10: ck_put(block + 16 + 32 * half + l, 3, 2 * quarter, code[l]); break;
        case 11:
            ck_put(block + 32 + 32 * half + l, 3, 2 * quarter, (code[l] + 4) & 3);
            ck_put(block + l, 1, part, (code[l] + 4) >> 2);
            break;
        case 12: ck_put(block + 16 + 32 * (part / 2) + l, 15, 4 * (part % 2), code[l]); break;
        case 13:
            ck_put(block + 48 + 32 * (part / 2) + l, 15, 4 * (part % 2), code[l] & 15);
            ck_put(block + 16 + l, 1, part, code[l] >> 4);
            break;
        default:
            ck_put(block + 64 * half + 32 * (quarter % 2) + l, 15, 4 * (quarter / 2), (code[l] + 32) & 15);
            ck_put(block + 128 + 32 * half + l, 3, 2 * quarter, (code[l] + 32) >> 4);
        }
    }
}
