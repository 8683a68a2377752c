#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

/// Rounding to blocks by the error that it makes on activations: the linear algebra, in IEEE operations of a fixed
/// order, never fused, so that every instruction set and any number of threads give the same bits.
///
/// Lanes are rows or columns of independent sums, never elements of one sum.

/// output[r][c] += Σ_s left[r · left_row + s · left_step] · right[s · right_step + c]
///
/// Sums run over ascending steps in fp32, 256 of them at a time, each such sum then added to the output.
typedef struct {
    int rows;
    int columns;
    int steps;
    const float *_Nonnull left;
    size_t left_row;
    size_t left_step;
    const float *_Nonnull right;
    size_t right_step;
    float *_Nonnull output;
    size_t output_row;
} ck_sum_of_products;

/// False where memory is short.
bool ck_add_products(ck_pool *_Nonnull pool, const ck_sum_of_products *_Nonnull task);

/// values -= other
void ck_subtract(ck_pool *_Nonnull pool, float *_Nonnull values, const float *_Nonnull other, size_t count);

/// What errors in the columns of a matrix cost: H = U · D · Uᵀ over the activations, U unit upper triangular.
///
/// `columns` is a multiple of 32. Arrays "by blocks" are [block of 32 columns][row][32].
typedef struct {
    int columns;
    /// H by blocks.
    float *_Nonnull hessian;
    /// U by blocks, and D.
    float *_Nonnull factor;
    float *_Nonnull weights;
    /// The same for each 32 × 32 block on H's diagonal: [block][32][32] and D.
    float *_Nonnull block_factor;
    float *_Nonnull block_weights;
} ck_curvature;

/// Factors the symmetric matrix `hessian`, columns × columns, its diagonal raised by `damping` times its mean.
/// False where that isn't positive definite, or memory is short.
bool ck_factor(
    ck_pool *_Nonnull pool, const float *_Nonnull hessian, float damping, const ck_curvature *_Nonnull curvature);

/// A matrix to be rounded.
typedef struct {
    /// GGUF's number of the block type.
    int type;
    int rows;
    /// The float weights, [rows][columns].
    const float *_Nonnull weights;
    /// NULL, or W·Δ [rows][columns], by which the weights are moved: W + strength · (W·Δ)·H⁻¹.
    const float *_Nullable pull;
    float strength;
    /// How often the blocks are chosen anew, given all others.
    int sweeps;
    /// Whole rows of blocks.
    uint8_t *_Nonnull output;
    size_t output_row;
    /// For each row, what errors cost: of the weights themselves, of plain rounding in `output` as it was before,
    /// and of what is there now.
    double *_Nonnull cost_of_zero;
    double *_Nonnull cost_before;
    double *_Nonnull cost_after;
} ck_rounding;

/// Whether ck_round knows the type.
bool ck_rounds(int type);

/// Rounds all rows. False where memory is short.
bool ck_round(
    ck_pool *_Nonnull pool, const ck_rounding *_Nonnull rounding, const ck_curvature *_Nonnull curvature);
