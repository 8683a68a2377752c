// Products with NEON's dot product instructions, which most 64-bit ARM cores since 2018 have.
#if defined(__aarch64__)

#if defined(__clang__)
    #define NEON_TARGET __attribute__((target("dotprod")))
#else
    #define NEON_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
#include "neon.h"

INLINE int32x4_t four_products(int32x4_t sum, int8x16_t w, int8x16_t x) { return vdotq_s32(sum, w, x); }

NEON_TARGET void ck_neon_dotprod_multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    multiply(p, a, first, last);
}

#endif
