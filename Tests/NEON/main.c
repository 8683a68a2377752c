// Holds every set of kernels that this CPU, or its emulator, runs to the vectors and to the portable kernels.
// Usage: main VECTORS
#include <stdio.h>

#include "KernelVectors.h"

static const int types[] = {CK_F32,  CK_F16,  CK_BF16, CK_Q8_0, CK_Q4_0, CK_Q4_1, CK_Q5_0,
                            CK_Q5_1, CK_Q2_K, CK_Q3_K, CK_Q4_K, CK_Q5_K, CK_Q6_K, CK_IQ4_NL};
/// Tokens, columns, rows.
static const int shapes[][3] = {{1, 256, 19}, {2, 512, 3}, {9, 256, 9}, {17, 2304, 6}, {33, 256, 5}};

static bool all_agree(const ck_kernels *kernels) {
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            for (int content = 0; content < KV_CONTENTS; content++) {
                const int *shape = shapes[s];
                if (!kv_agrees(kernels, 1 + content % 2, types[t], shape[0], shape[1], shape[2], content)) {
                    printf("%s: type %d, shape %zu, content %d differ\n", ck_name(kernels), types[t], s, content);
                    return false;
                }
            }
        }
    }
    return true;
}

int main(int count, char **arguments) {
    const char *names[] = {"portable", "neon", "neon-dotprod", "avx2", "avx512"};
    if (count != 2) return 64;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const ck_kernels *kernels = ck_named(names[i]);
        if (!kernels) continue;
        long checked = kv_check_vectors(arguments[1], kernels);
        if (checked <= 0) {
            printf("%s: line %ld of the vectors came out otherwise\n", names[i], -checked);
            return 1;
        }
        if (!all_agree(kernels)) return 1;
        printf("%s: %ld vectors and all blocks agree\n", names[i], checked);
    }
    return 0;
}
