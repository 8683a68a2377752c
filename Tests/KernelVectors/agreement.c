// Random and extreme blocks: one set of kernels against the portable one.
#include <stdlib.h>
#include <string.h>

#include "KernelVectors.h"

static uint64_t next(uint64_t *state) {
    // SplitMix64.
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static float between(uint64_t *state, float bound) {
    return ((float)(next(state) >> 40) * 0x1p-23f - 1.0f) * bound;
}

static float activation(enum kv_content content, int index, uint64_t *state) {
    float value = between(state, 3.0f);
    switch (content) {
    case KV_ZEROS: return index % 2 ? -0.0f : 0.0f;
    case KV_SUBNORMAL: return value * 0x1p-126f;
    case KV_LARGEST: return value * 0x1p60f;
    case KV_MIXED: return index / 32 % 3 == 0 ? 0.0f : value * (index % 7 == 0 ? 1e6f : 1e-6f);
    default: return value;
    }
}

/// Bits of a finite half.
static uint16_t half(enum kv_content content, uint64_t *state) {
    uint16_t any = (uint16_t)next(state);
    switch (content) {
    case KV_ZEROS: return 0;
    case KV_SUBNORMAL: return any & 0x83ff;
    case KV_LARGEST: return 0x7bff;
    default: return (uint16_t)(any % 0x3c00) | (any & 0x8000);
    }
}

/// Where a record of `type` keeps halves: how many, and the first.
static int halves_in(int type, int *at) {
    *at = type == CK_Q2_K ? 80 : type == CK_Q3_K ? 108 : type == CK_Q6_K ? 208 : 0;
    switch (type) {
    case CK_Q4_1:
    case CK_Q5_1:
    case CK_Q2_K:
    case CK_Q4_K:
    case CK_Q5_K: return 2;
    default: return 1;
    }
}

static void fill(uint8_t *weights, size_t size, int type, enum kv_content content, uint64_t *state) {
    if (type == CK_F32 || type == CK_BF16) {
        // Halves of ordinary singles: exponents around one.
        for (size_t i = 0; i < size; i++) weights[i] = (uint8_t)next(state);
        int step = type == CK_F32 ? 4 : 2;
        for (size_t i = 0; i < size; i += step) {
            uint16_t top = (weights[i + step - 1] & 0x80) << 8 | 0x3f00 | (weights[i + step - 1] & 0x7f);
            if (content == KV_ZEROS) memset(weights + i, 0, step);
            else memcpy(weights + i + step - 2, &top, 2);
        }
        return;
    }
    size_t record = type == CK_F16 ? 2 : ck_row_bytes(type, 32) ? ck_row_bytes(type, 32) : ck_row_bytes(type, 256);
    int at, count = halves_in(type, &at);
    for (size_t i = 0; i < size; i += record) {
        // Of the largest codes and of -128 in Q8_0, every other record.
        bool extreme = content == KV_LARGEST;
        for (size_t k = 0; k < record; k++) {
            weights[i + k] = extreme ? (i / record % 2 ? 0x80 : 0xff) : (uint8_t)next(state);
        }
        for (int k = 0; k < count; k++) {
            uint16_t bits = half(content, state);
            memcpy(weights + i + at + 2 * k, &bits, 2);
        }
    }
}

static bool multiply(
    const ck_kernels *kernels, int threads, const ck_product *product, int tokens, const float *values) {
    size_t padded = (size_t)(tokens + CK_GROUP - 1) / CK_GROUP * CK_GROUP * (size_t)product->columns;
    ck_activations a = {
        tokens, product->columns, values, malloc(padded), malloc(padded / 8), malloc(padded / 4)};
    ck_pool *pool = ck_pool_create(threads, kernels);
    bool done = pool && a.codes && a.scales && a.sums && ck_quantize(pool, &a);
    if (done) ck_multiply(pool, product, 1, &a);
    if (pool) ck_pool_destroy(pool);
    free(a.codes);
    free(a.scales);
    free(a.sums);
    return done;
}

bool kv_agrees(
    const ck_kernels *kernels, int threads, int type, int tokens, int columns, int rows, enum kv_content content) {
    uint64_t state = (uint64_t)(type * 1000 + tokens * 10 + content);
    size_t row_bytes = ck_row_bytes(type, columns), count = (size_t)tokens * rows;
    uint8_t *weights = malloc(row_bytes * rows);
    float *values = malloc((size_t)tokens * columns * sizeof(float));
    float *expected = calloc(count, sizeof(float)), *found = calloc(count, sizeof(float));
    fill(weights, row_bytes * rows, type, content, &state);
    for (int i = 0; i < tokens * columns; i++) values[i] = activation(content, i, &state);

    ck_product product = {type, rows, columns, weights, expected, rows};
    bool same = multiply(ck_portable(), 1, &product, tokens, values);
    product.output = found;
    same = same && multiply(kernels, threads, &product, tokens, values) &&
           memcmp(expected, found, count * sizeof(float)) == 0;
    for (int t = 0; same && t < tokens; t++) {
        same = multiply(kernels, 1, &product, 1, values + (size_t)t * columns) &&
               memcmp(expected + (size_t)t * rows, found, (size_t)rows * sizeof(float)) == 0;
    }
    free(weights);
    free(values);
    free(expected);
    free(found);
    return same;
}
