// The way to each product with AVX-512. Float rows, and all between the matrices, are AVX2's: eight lanes are their
// arithmetic.
#if defined(__x86_64__)

#include "kernels.h"
#include "formats.h"

void ck_avx512_multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    if (ck_is_float(p->type)) {
        ck_avx2_multiply(p, a, first, last);
    } else if (a->tokens == 1) {
        ck_avx512_token(p, a, first, last);
    } else {
        ck_avx512_tokens(p, a, first, last);
    }
}

#endif
