// Calibrated rounding over the pool's threads, and the factoring of what errors cost.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"

#pragma STDC FP_CONTRACT OFF

static const ck_calibration *functions(const ck_pool *pool) {
#if defined(__x86_64__)
    if (ck_kernels_of(pool) != &ck_portable_kernels) {
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
            return &ck_avx512_calibration;
        return &ck_avx2_calibration;
    }
#else
    (void)pool;
#endif
    return &ck_portable_calibration;
}

static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 63) / 64 * 64); }

// MARK: Sums of products

typedef struct {
    const ck_calibration *functions;
    const ck_sum_of_products *task;
    int across;
    float *room;
} products_context;

static void products_part(void *context, int part, int thread) {
    products_context *c = context;
    float *left = c->room + (size_t)thread * 2 * CK_STEPS * CK_TILE;
    c->functions->tile(
        c->task, part / c->across * CK_TILE, part % c->across * CK_TILE, left, left + CK_STEPS * CK_TILE);
}

bool ck_add_products(ck_pool *pool, const ck_sum_of_products *task) {
    const int down = (task->rows + CK_TILE - 1) / CK_TILE, across = (task->columns + CK_TILE - 1) / CK_TILE;
    float *room = aligned(sizeof(float) * 2 * CK_STEPS * CK_TILE * (size_t)ck_threads(pool));
    if (!room) return false;
    products_context context = {functions(pool), task, across, room};
    ck_run(pool, products_part, &context, down * across);
    free(room);
    return true;
}

typedef struct {
    float *values;
    const float *other;
    size_t count;
} subtract_context;

static void subtract_part(void *context, int part, int thread) {
    (void)thread;
    subtract_context *c = context;
    const size_t first = (size_t)part << 16, last = first + (1 << 16) < c->count ? first + (1 << 16) : c->count;
    for (size_t i = first; i < last; i++) c->values[i] -= c->other[i];
}

void ck_subtract(ck_pool *pool, float *values, const float *other, size_t count) {
    subtract_context context = {values, other, count};
    ck_run(pool, subtract_part, &context, (int)((count + (1 << 16) - 1) >> 16));
}

// MARK: Factoring

/// H = U · D · Uᵀ of the 32 × 32 block at `a`, in place: U above the diagonal, D on it.
static bool factor_block(double *a, size_t stride) {
    for (int k = 31; k >= 0; k--) {
        const double d = a[(size_t)k * stride + k];
        if (!(d > 0)) return false;
        double column[32];
        for (int i = 0; i < k; i++) column[i] = a[(size_t)i * stride + k] / d;
        for (int i = 0; i < k; i++) {
            // What is left of the diagonal is not read.
            for (int j = i; j < k; j++) {
                const double product = column[i] * a[(size_t)j * stride + k];
                a[(size_t)i * stride + j] -= product;
            }
        }
        for (int i = 0; i < k; i++) a[(size_t)i * stride + k] = column[i];
    }
    return true;
}

typedef struct {
    const ck_calibration *functions;
    double *matrix;
    size_t stride;
    /// Columns before the block at hand.
    int before;
    /// [row][32], U · D and U, the latter also as [32][row].
    double *scaled;
    double *turned;
    int rows_per_part;
} factor_context;

/// Solves rows of the panel left of the block at `before`: X · D · Uᵀ = A.
static void panel_part(void *context, int part, int thread) {
    (void)thread;
    factor_context *c = context;
    const double *block = c->matrix + (size_t)c->before * c->stride + c->before;
    int first = part * c->rows_per_part, last = first + c->rows_per_part;
    if (last > c->before) last = c->before;
    for (int i = first; i < last; i++) {
        double *row = c->matrix + (size_t)i * c->stride + c->before;
        for (int k = 31; k >= 0; k--) {
            double sum = row[k];
            for (int l = k + 1; l < 32; l++) {
                const double product = c->scaled[(size_t)i * 32 + l] * block[(size_t)k * c->stride + l];
                sum -= product;
            }
            c->scaled[(size_t)i * 32 + k] = sum;
        }
        for (int k = 0; k < 32; k++) {
            row[k] = c->scaled[(size_t)i * 32 + k] / block[(size_t)k * c->stride + k];
            c->turned[(size_t)k * c->stride + i] = row[k];
        }
    }
}

static void trailing_part(void *context, int part, int thread) {
    (void)thread;
    factor_context *c = context;
    int first = part * c->rows_per_part, last = first + c->rows_per_part;
    if (last > c->before) last = c->before;
    c->functions->subtract(c->matrix, c->stride, c->scaled, c->turned, first, last, c->before);
}

static bool factor_all(
    ck_pool *pool, double *matrix, double *scaled, double *turned, int columns) {
    factor_context context = {functions(pool), matrix, (size_t)columns, 0, scaled, turned, 32};
    for (int before = columns - 32; before >= 0; before -= 32) {
        if (!factor_block(matrix + (size_t)before * columns + before, (size_t)columns)) return false;
        context.before = before;
        const int parts = before / 32;
        ck_run(pool, panel_part, &context, parts);
        ck_run(pool, trailing_part, &context, parts);
    }
    return true;
}

bool ck_factor(ck_pool *pool, const float *hessian, float damping, const ck_curvature *curvature) {
    const int n = curvature->columns;
    const size_t size = (size_t)n * n;
    double *matrix = aligned(sizeof(double) * size);
    double *scaled = aligned(sizeof(double) * 32 * (size_t)n), *turned = aligned(sizeof(double) * 32 * (size_t)n);
    bool done = false;
    if (matrix && scaled && turned) {
        double mean = 0;
        for (int i = 0; i < n; i++) mean += hessian[(size_t)i * n + i];
        const float raise = (float)(mean / n * damping);
        for (size_t i = 0; i < size; i++) {
            const size_t row = i / n, column = i % n;
            // Symmetric to the last bit, whichever half is read.
            const float value = (row < column ? hessian[i] : hessian[column * n + row]) + (row == column ? raise : 0);
            matrix[i] = value;
            curvature->hessian[(column / 32 * n + row) * 32 + column % 32] = value;
        }
        done = true;
        for (int b = 0; b < n / 32 && done; b++) {
            double block[32 * 32];
            for (int i = 0; i < 32; i++)
                for (int j = 0; j < 32; j++) block[i * 32 + j] = matrix[((size_t)b * 32 + i) * n + (size_t)b * 32 + j];
            done = factor_block(block, 32);
            for (int i = 0; i < 32; i++) {
                curvature->block_weights[32 * b + i] = (float)block[i * 32 + i];
                for (int j = 0; j < 32; j++)
                    curvature->block_factor[((size_t)b * 32 + i) * 32 + j] =
                        i == j ? 1 : i < j ? (float)block[i * 32 + j] : 0;
            }
        }
        done = done && factor_all(pool, matrix, scaled, turned, n);
        for (size_t i = 0; i < size && done; i++) {
            const size_t row = i / n, column = i % n;
            if (row == column) curvature->weights[row] = (float)matrix[i];
            curvature->factor[(column / 32 * n + row) * 32 + column % 32] =
                row == column ? 1 : row < column ? (float)matrix[i] : 0;
        }
    }
    free(matrix);
    free(scaled);
    free(turned);
    return done;
}

// MARK: Rounding

typedef struct {
    const ck_calibration *functions;
    const ck_rounding *rounding;
    const ck_curvature *curvature;
    float *room;
    size_t room_each;
} round_context;

static void round_part(void *context, int part, int thread) {
    round_context *c = context;
    c->functions->round(c->rounding, c->curvature, part * CK_LANES, c->room + (size_t)thread * c->room_each);
}

bool ck_rounds(int type) {
    return type == 2 || type == 3 || type == 6 || type == 7 || type == 8 || (type >= 10 && type <= 14) || type == 20;
}

bool ck_round(ck_pool *pool, const ck_rounding *rounding, const ck_curvature *curvature) {
    const size_t room_each = ck_rounding_room(curvature->columns);
    float *room = aligned(sizeof(float) * room_each * (size_t)ck_threads(pool));
    if (!room) return false;
    round_context context = {functions(pool), rounding, curvature, room, room_each};
    ck_run(pool, round_part, &context, (rounding->rows + CK_LANES - 1) / CK_LANES);
    free(room);
    return true;
}
