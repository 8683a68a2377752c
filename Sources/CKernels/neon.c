// Products with the NEON that every 64-bit ARM has.
#if defined(__aarch64__)

#define NEON_TARGET
#include "neon.h"

INLINE int32x4_t four_products(int32x4_t sum, int8x16_t w, int8x16_t x) {
    // Two products fit 16 bits: activations are at most 127.
    int16x8_t pairs = vpaddq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(x)), vmull_high_s8(w, x));
    return vpadalq_s16(sum, pairs);
}

void ck_neon_multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    multiply(p, a, first, last);
}

#endif
