// What the files of calibrated rounding share; not for Swift.
#pragma once
#include "Calibration.h"
#include "pool.h"

/// Steps that are summed in one go.
#define CK_STEPS 256
/// Rows and columns of the tile that one part of a sum of products takes.
#define CK_TILE 64
/// Rows that are rounded together, one in each lane.
#define CK_LANES 16

/// The functions that each instruction set has; none of these starts a thread.
typedef struct {
    /// The tile of `task` at `row` and `column`; `left` and `right` have room for CK_STEPS × CK_TILE each.
    void (*tile)(const ck_sum_of_products *task, int row, int column, float *left, float *right);
    /// target[i][j] -= Σ_k left[i][k] · right[k][j] for i in `first`..<`last` and i's 8-column group up to `columns`,
    /// 32 steps.
    void (*subtract)(
        double *target, size_t stride, const double *left, const double *right, int first, int last, int columns);
    /// CK_LANES rows from `row` on; `room` is what `room` says.
    void (*round)(const ck_rounding *rounding, const ck_curvature *curvature, int row, float *room);
} ck_calibration;

extern const ck_calibration ck_portable_calibration;
#if defined(__x86_64__)
extern const ck_calibration ck_avx2_calibration;
extern const ck_calibration ck_avx512_calibration;
#endif

/// Floats that `round` needs for itself: the panel's weights and errors, and for each block what was chosen.
static inline size_t ck_rounding_room(int columns) {
    return (size_t)CK_LANES * (2 * (size_t)columns + 36 * ((size_t)columns / 32));
}
