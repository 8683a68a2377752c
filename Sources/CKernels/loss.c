// What scores are made of, over the logits of a whole vocabulary: single-precision exponentials, summed in double in
// eight lanes (element i in lane i mod 8), so that the compiler may take eight at a time without changing a bit.
#include "CKernels.h"
#include "arithmetic.h"

#if defined(__x86_64__)
    #define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
    #define CLONES
#endif

static double sum_of(const double lane[8]) {
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// The largest of `count` values, none of which is NaN.
CLONES static float largest(const float *values, int count) {
    float lane[8];
    for (int k = 0; k < 8; k++) lane[k] = values[0];
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        for (int k = 0; k < 8; k++) lane[k] = values[i + k] > lane[k] ? values[i + k] : lane[k];
    }
    for (; i < count; i++) lane[0] = values[i] > lane[0] ? values[i] : lane[0];
    for (int k = 1; k < 8; k++) lane[0] = lane[k] > lane[0] ? lane[k] : lane[0];
    return lane[0];
}

/// Σ exp(valueᵢ − maximum)
CLONES static double sum_of_exponentials(const float *values, int count, float maximum) {
    double lane[8] = {0};
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        for (int k = 0; k < 8; k++) lane[k] += (double)ck_exp_inline(values[i + k] - maximum);
    }
    for (; i < count; i++) lane[i % 8] += (double)ck_exp_inline(values[i] - maximum);
    return sum_of(lane);
}

/// Σ exp(referenceᵢ − maximum) · (referenceᵢ − valueᵢ)
CLONES static double sum_of_shifts(const float *reference, const float *values, int count, float maximum) {
    double lane[8] = {0};
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        for (int k = 0; k < 8; k++) {
            double weight = (double)ck_exp_inline(reference[i + k] - maximum);
            lane[k] += weight * ((double)reference[i + k] - (double)values[i + k]);
        }
    }
    for (; i < count; i++) {
        double weight = (double)ck_exp_inline(reference[i] - maximum);
        lane[i % 8] += weight * ((double)reference[i] - (double)values[i]);
    }
    return sum_of(lane);
}

double ck_log_sum_exp(const float *values, int count) {
    float maximum = largest(values, count);
    return (double)maximum + ck_log_double(sum_of_exponentials(values, count, maximum));
}

double ck_divergence(const float *reference, const float *values, int count) {
    float maximum = largest(reference, count), other = largest(values, count);
    double sum = sum_of_exponentials(reference, count, maximum);
    double mine = (double)maximum + ck_log_double(sum);
    double theirs = (double)other + ck_log_double(sum_of_exponentials(values, count, other));
    double divergence = sum_of_shifts(reference, values, count, maximum) / sum - (mine - theirs);
    // Two distributions that hardly differ may come out below 0 by rounding.
    return divergence > 0.0 ? divergence : 0.0;
}
