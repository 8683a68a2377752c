// The vector code of calibrated rounding, once for each instruction set: the file that includes this defines FOR (a
// function attribute), COLUMNS (sums held at once in `gather`) and SET (the table's name). Every lane is a sum of its
// own, so the width of registers changes no bit.
#include <math.h>
#include <string.h>

#include "arithmetic.h"
#include "calibration.h"
#include "calibration_kquants.h"

#pragma STDC FP_CONTRACT OFF
// Wide vectors are passed to inlined functions only, so how a call would pass them doesn't matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes __attribute__((ext_vector_type(CK_LANES)));
typedef int32_t masks __attribute__((ext_vector_type(CK_LANES)));
typedef double wide __attribute__((ext_vector_type(8), aligned(8)));

#define INLINE FOR static inline __attribute__((always_inline))

// MARK: Sums of products

/// Packs steps first..<last of `count` rows or columns as [step][CK_TILE], zeros behind.
INLINE void pack(
    const float *values, size_t outer, size_t step, int count, int steps, float *packed) {
    if (outer == 1) {
        for (int s = 0; s < steps; s++) {
            for (int i = 0; i < count; i++) packed[s * CK_TILE + i] = values[(size_t)s * step + i];
            for (int i = count; i < CK_TILE; i++) packed[s * CK_TILE + i] = 0;
        }
        return;
    }
    for (int i = 0; i < CK_TILE; i++) {
        for (int s = 0; s < steps; s++)
            packed[s * CK_TILE + i] = i < count ? values[(size_t)i * outer + (size_t)s * step] : 0;
    }
}

FOR static void tile(const ck_sum_of_products *task, int row, int column, float *left, float *right) {
    const int rows = task->rows - row < CK_TILE ? task->rows - row : CK_TILE;
    const int columns = task->columns - column < CK_TILE ? task->columns - column : CK_TILE;
    for (int first = 0; first < task->steps; first += CK_STEPS) {
        const int steps = task->steps - first < CK_STEPS ? task->steps - first : CK_STEPS;
        pack(
            task->left + (size_t)row * task->left_row + (size_t)first * task->left_step, task->left_row,
            task->left_step, rows, steps, left);
        pack(task->right + (size_t)first * task->right_step + column, 1, task->right_step, columns, steps, right);
        for (int r = 0; r < rows; r += 4) {
            for (int c = 0; c < columns; c += 2 * CK_LANES) {
                lanes sum[4][2];
                for (int i = 0; i < 4; i++) sum[i][0] = sum[i][1] = 0;
                for (int s = 0; s < steps; s++) {
                    const lanes *values = (const lanes *)(const void *)(right + s * CK_TILE + c);
                    const lanes low = values[0], high = values[1];
                    for (int i = 0; i < 4; i++) {
                        const float factor = left[s * CK_TILE + r + i];
                        sum[i][0] += low * factor;
                        sum[i][1] += high * factor;
                    }
                }
                for (int i = 0; i < 4 && r + i < rows; i++) {
                    float *output = task->output + (size_t)(row + r + i) * task->output_row + column + c;
                    const float *values = (const float *)sum[i];
                    for (int k = 0; k < 2 * CK_LANES && c + k < columns; k++) output[k] += values[k];
                }
            }
        }
    }
}

FOR static void subtract(
    double *target, size_t stride, const double *left, const double *right, int first, int last, int columns) {
    for (int i = first; i < last; i++) {
        // Only what is on and right of the diagonal is read.
        int j = i / 8 * 8;
        for (; j + 16 <= columns; j += 16) {
            wide *low = (wide *)(void *)(target + (size_t)i * stride + j), *high = low + 1;
            wide a = *low, b = *high;
            for (int k = 0; k < 32; k++) {
                const double factor = left[(size_t)i * 32 + k];
                const wide *values = (const wide *)(const void *)(right + (size_t)k * stride + j);
                a -= values[0] * factor;
                b -= values[1] * factor;
            }
            *low = a;
            *high = b;
        }
        for (; j < columns; j += 8) {
            wide *place = (wide *)(void *)(target + (size_t)i * stride + j);
            wide a = *place;
            for (int k = 0; k < 32; k++)
                a -= *(const wide *)(const void *)(right + (size_t)k * stride + j) * left[(size_t)i * 32 + k];
            *place = a;
        }
    }
}

// MARK: A panel of rows, a lane each

/// sums[j] += Σ_i values[i] · matrix[i][j], j < 32, i ascending
INLINE void gather(const float *matrix, const lanes *values, int count, lanes sums[32]) {
    for (int j = 0; j < 32; j += COLUMNS) {
        lanes sum[COLUMNS];
        for (int k = 0; k < COLUMNS; k++) sum[k] = sums[j + k];
        for (int i = 0; i < count; i++) {
            const lanes value = values[i];
            for (int k = 0; k < COLUMNS; k++) sum[k] += value * matrix[(size_t)i * 32 + j + k];
        }
        for (int k = 0; k < COLUMNS; k++) sums[j + k] = sum[k];
    }
}

/// x = g · (U · D · Uᵀ)⁻¹, in place; `weights` is D.
INLINE void solve_block(const float *factor, const float *weights, lanes g[32]) {
    for (int k = 31; k > 0; k--)
        for (int i = 0; i < k; i++) g[i] -= g[k] * factor[i * 32 + k];
    for (int j = 0; j < 32; j++) {
        g[j] = g[j] / weights[j];
        for (int i = 0; i < j; i++) g[j] -= g[i] * factor[i * 32 + j];
    }
}

/// x = g · H⁻¹ for all columns, in place.
INLINE void solve(const ck_curvature *h, lanes *g) {
    const int blocks = h->columns / 32;
    for (int b = blocks - 1; b >= 0; b--) {
        const float *column = h->factor + (size_t)b * h->columns * 32;
        lanes *own = g + 32 * b;
        for (int k = 31; k > 0; k--)
            for (int i = 0; i < k; i++) own[i] -= own[k] * column[((size_t)b * 32 + i) * 32 + k];
        for (int i = 0; i < 32 * b; i++) {
            lanes sum = g[i];
            for (int k = 31; k >= 0; k--) sum -= own[k] * column[(size_t)i * 32 + k];
            g[i] = sum;
        }
    }
    for (int b = 0; b < blocks; b++) {
        const float *column = h->factor + (size_t)b * h->columns * 32;
        lanes sums[32];
        for (int j = 0; j < 32; j++) sums[j] = 0;
        gather(column, g, 32 * b, sums);
        for (int j = 0; j < 32; j++) {
            lanes x = g[32 * b + j] / h->weights[32 * b + j] - sums[j];
            for (int i = 0; i < j; i++) x -= g[32 * b + i] * column[((size_t)b * 32 + i) * 32 + j];
            g[32 * b + j] = x;
        }
    }
}

/// Σ D · (error · U)²: what errors of all columns cost.
INLINE lanes cost(const ck_curvature *h, const lanes *errors) {
    lanes total = 0;
    for (int b = 0; b < h->columns / 32; b++) {
        const float *column = h->factor + (size_t)b * h->columns * 32;
        lanes sums[32];
        for (int j = 0; j < 32; j++) sums[j] = 0;
        // U's diagonal and what lies above it in the block itself; below are zeros.
        gather(column, errors, 32 * b + 32, sums);
        for (int j = 0; j < 32; j++) total += sums[j] * sums[j] * h->weights[32 * b + j];
    }
    return total;
}

// MARK: Levels

/// How a block's codes stand for numbers: d · level + m.
typedef struct {
    /// Whether there is an m, and whether levels are IQ4_NL's.
    bool affine, table;
    float lowest, highest;
} levels;

static const float iq4_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

INLINE lanes larger(lanes a, lanes b) { return a > b ? a : b; }
INLINE lanes smaller(lanes a, lanes b) { return a < b ? a : b; }

/// The nearest level to x.
INLINE lanes nearest(const levels l, lanes x) {
    if (l.table) {
        lanes level = iq4_levels[0];
        for (int k = 1; k < 16; k++)
            level = x > (iq4_levels[k - 1] + iq4_levels[k]) * 0.5f ? (lanes)iq4_levels[k] : level;
        return level;
    }
    const float shift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to the nearest integer
    x = smaller(larger(x, l.lowest), l.highest);
    return (x + shift) - shift;
}

/// Rounds to 11 bits, as a half has, or to halves' smallest step; within what a half can hold.
INLINE lanes to_half(lanes x) {
    x = smaller(larger(x, -65504.0f), 65504.0f);
    const lanes split = x * 8193.0f;
    const lanes normal = split - (split - x);
    const lanes tiny = (x + 0.75f) - 0.75f;
    const lanes size = x < 0 ? -x : x;
    return size < 0x1p-14f ? tiny : normal;
}

INLINE lanes inverse(lanes d) { return d == 0 ? (lanes)0 : 1.0f / d; }

/// A block's place in the search: what its columns should become, given the errors before them.
typedef struct {
    /// The targets without the block's own errors, and the weights that errors are counted from.
    lanes target[32], weight[32];
    /// U [32][32] and D of the block.
    const float *factor, *weights;
} place;

/// What scales d[c] and minima m[c] would cost, `count` of them.
INLINE void weigh(const levels l, const place *p, const lanes *d, const lanes *m, const int count, lanes *error) {
    lanes e[32][4], factor[4];
    for (int c = 0; c < count; c++) {
        error[c] = 0;
        factor[c] = inverse(d[c]);
    }
    for (int j = 0; j < 32; j++) {
        lanes target[4];
        for (int c = 0; c < count; c++) target[c] = p->target[j];
        for (int i = 0; i < j; i++) {
            const float u = p->factor[i * 32 + j];
            for (int c = 0; c < count; c++) target[c] += e[i][c] * u;
        }
        for (int c = 0; c < count; c++) {
            lanes value;
            if (l.affine) {
                value = nearest(l, (target[c] - m[c]) * factor[c]) * d[c] + m[c];
            } else {
                value = nearest(l, target[c] * factor[c]) * d[c];
            }
            const lanes residue = target[c] - value;
            error[c] += residue * residue * p->weights[j];
            e[j][c] = p->weight[j] - value;
        }
    }
}

/// What is chosen for a block.
typedef struct {
    lanes d, m;
    lanes level[32];
    lanes error;
} choice;

/// The levels that d and m give, one column after the other.
INLINE void settle(const levels l, const place *p, choice *c) {
    lanes e[32];
    const lanes factor = inverse(c->d);
    c->error = 0;
    for (int j = 0; j < 32; j++) {
        lanes target = p->target[j];
        for (int i = 0; i < j; i++) target += e[i] * p->factor[i * 32 + j];
        lanes value;
        if (l.affine) {
            c->level[j] = nearest(l, (target - c->m) * factor);
            value = c->level[j] * c->d + c->m;
        } else {
            c->level[j] = nearest(l, target * factor);
            value = c->level[j] * c->d;
        }
        const lanes residue = target - value;
        c->error += residue * residue * p->weights[j];
        e[j] = p->weight[j] - value;
    }
}

/// What the choice costs as it stands.
INLINE lanes cost_of(const levels l, const place *p, const choice *c) {
    lanes e[32], error = 0;
    for (int j = 0; j < 32; j++) {
        lanes target = p->target[j];
        for (int i = 0; i < j; i++) target += e[i] * p->factor[i * 32 + j];
        const lanes value = l.affine ? c->level[j] * c->d + c->m : c->level[j] * c->d;
        const lanes residue = target - value;
        error += residue * residue * p->weights[j];
        e[j] = p->weight[j] - value;
    }
    return error;
}

/// The best d and m for the levels as they are: least squares in the columns that D weighs.
INLINE void fit(const levels l, const place *p, const choice *c, lanes *d, lanes *m) {
    lanes cc = 0, ca = 0, oc = 0, oa = 0, oo = 0;
    for (int j = 0; j < 32; j++) {
        lanes a = p->target[j], v = c->level[j];
        float o = 1;
        for (int i = 0; i < j; i++) {
            const float u = p->factor[i * 32 + j];
            a += p->weight[i] * u;
            v += c->level[i] * u;
            o += u;
        }
        const float w = p->weights[j];
        cc += v * v * w;
        ca += v * a * w;
        if (l.affine) {
            oc += v * (o * w);
            oa += a * (o * w);
            oo += o * o * w;
        }
    }
    if (!l.affine) {
        *d = to_half(cc > 0 ? ca / cc : c->d);
        *m = 0;
        return;
    }
    const lanes determinant = cc * oo - oc * oc;
    const masks solvable = determinant > cc * oo * 1e-6f;
    *d = to_half(solvable ? (ca * oo - oa * oc) / determinant : c->d);
    *m = to_half(solvable ? (oa * cc - ca * oc) / determinant : c->m);
}

INLINE void take(choice *best, const choice *other, masks better) {
    best->d = better ? other->d : best->d;
    best->m = better ? other->m : best->m;
    best->error = better ? other->error : best->error;
    for (int j = 0; j < 32; j++) best->level[j] = better ? other->level[j] : best->level[j];
}

/// Tries the scales in `d` and `m`, keeping the best in `best`'s d, m and error.
INLINE void try(const levels l, const place *p, const lanes *d, const lanes *m, int count, choice *best) {
    for (int c = 0; c < count; c += 4) {
        lanes error[4];
        weigh(l, p, d + c, m + c, 4, error);
        for (int k = 0; k < 4; k++) {
            const masks better = error[k] < best->error;
            best->d = better ? d[c + k] : best->d;
            best->m = better ? m[c + k] : best->m;
            best->error = better ? error[k] : best->error;
        }
    }
}

/// Chooses d, m and levels for a block that has none yet.
INLINE void search(const levels l, const place *p, choice *best) {
    lanes low = p->target[0], high = p->target[0];
    for (int j = 1; j < 32; j++) {
        low = smaller(low, p->target[j]);
        high = larger(high, p->target[j]);
    }
    lanes d[24], m[24];
    int count = 0;
    if (l.affine) {
        static const float cut[4] = {0.0f, 0.05f, 0.1f, 0.16f};
        const lanes range = high - low;
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++, count++) {
                d[count] = to_half(range * ((1 - cut[a] - cut[b]) / l.highest));
                m[count] = to_half(low + range * cut[a]);
            }
        }
    } else {
        const lanes up = larger(high / l.highest, low / l.lowest);
        const lanes down = larger(high / -l.lowest, -low / l.highest);
        const float step = l.highest > 120 && !l.table ? 0.004f : l.highest > 8 && !l.table ? 0.025f : 0.04f;
        for (int k = 0; k < 12; k++) {
            const float f = 1.0f + step - step * (float)k;
            d[count] = to_half(up * f);
            m[count++] = 0;
            d[count] = to_half(down * -f);
            m[count++] = 0;
        }
    }
    best->error = INFINITY;
    best->d = best->m = 0;
    try(l, p, d, m, count, best);
    settle(l, p, best);
    for (int round = 0; round < 2; round++) {
        choice other;
        fit(l, p, best, &other.d, &other.m);
        settle(l, p, &other);
        take(best, &other, other.error < best->error);
    }
}

/// Looks for something better than `best`, whose levels and error are set.
INLINE void improve(const levels l, const place *p, choice *best) {
    choice other = *best;
    lanes d[8], m[8];
    fit(l, p, best, &d[0], &m[0]);
    static const float factor[7] = {1.0f, 0.94f, 0.97f, 0.985f, 1.015f, 1.03f, 1.06f};
    for (int k = 0; k < 7; k++) {
        d[k + 1] = to_half(best->d * factor[k]);
        m[k + 1] = best->m;
        if (l.affine && k > 0) {
            // About the middle of the range.
            const lanes middle = best->m + best->d * (l.highest * 0.5f);
            m[k + 1] = to_half(middle - d[k + 1] * (l.highest * 0.5f));
        }
    }
    other.error = INFINITY;
    try(l, p, d, m, 8, &other);
    settle(l, p, &other);
    take(best, &other, other.error < best->error);
}

// MARK: K-quants

/// A block of a k-quant: its grid by halves of 16 columns, which stays, and the codes on it.
typedef struct {
    lanes d[2], m[2];
    lanes level[32];
} placed;

INLINE lanes value_of(const placed *c, int j) { return c->level[j] * c->d[j / 16] + c->m[j / 16]; }

/// Chooses the codes that the targets are nearest to, one column after the other.
INLINE void settle_codes(const levels l, const place *p, placed *c, lanes *error) {
    lanes e[32];
    const lanes factor[2] = {inverse(c->d[0]), inverse(c->d[1])};
    *error = 0;
    for (int j = 0; j < 32; j++) {
        lanes target = p->target[j];
        for (int i = 0; i < j; i++) target += e[i] * p->factor[i * 32 + j];
        c->level[j] = nearest(l, (target - c->m[j / 16]) * factor[j / 16]);
        const lanes value = value_of(c, j), residue = target - value;
        *error += residue * residue * p->weights[j];
        e[j] = p->weight[j] - value;
    }
}

/// What the codes cost as they stand.
INLINE lanes cost_of_codes(const place *p, const placed *c) {
    lanes e[32], error = 0;
    for (int j = 0; j < 32; j++) {
        lanes target = p->target[j];
        for (int i = 0; i < j; i++) target += e[i] * p->factor[i * 32 + j];
        const lanes value = value_of(c, j), residue = target - value;
        error += residue * residue * p->weights[j];
        e[j] = p->weight[j] - value;
    }
    return error;
}

// MARK: Blocks

INLINE uint16_t half_bits(float value) {
    const uint32_t bits = ck_bits(value), magnitude = bits & 0x7fffffff;
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    // The value is a half already, so nothing is rounded.
    if (magnitude < 0x38800000) return sign | (uint16_t)(ck_float(magnitude) * 0x1p24f);
    return sign | (uint16_t)((magnitude - 0x38000000) >> 13);
}

INLINE void store_half(uint8_t *place, float value) {
    const uint16_t half = half_bits(value);
    memcpy(place, &half, 2);
}

/// Writes a block of one row in GGUF's layout.
INLINE void store(const int type, uint8_t *block, const choice *c, int lane) {
    int code[32];
    for (int j = 0; j < 32; j++) code[j] = (int)c->level[j][lane];
    store_half(block, c->d[lane]);
    block += 2;
    if (type == 3 || type == 7) {
        store_half(block, c->m[lane]);
        block += 2;
    }
    if (type == 8) {
        for (int j = 0; j < 32; j++) block[j] = (uint8_t)(int8_t)code[j];
        return;
    }
    const int zero = type == 2 ? 8 : type == 6 ? 16 : 0;
    for (int j = 0; j < 32; j++) {
        if (type == 20) {
            int k = 0;
            while ((int)iq4_levels[k] < code[j]) k++;
            code[j] = k;
        } else {
            code[j] += zero;
        }
    }
    if (type == 6 || type == 7) {
        uint32_t high = 0;
        for (int j = 0; j < 32; j++) high |= (uint32_t)(code[j] >> 4) << j;
        memcpy(block, &high, 4);
        block += 4;
    }
    for (int j = 0; j < 16; j++) block[j] = (uint8_t)((code[j] & 15) | (code[j + 16] & 15) << 4);
}

/// A panel of CK_LANES rows at work.
typedef struct {
    int row, rows, columns;
    /// What the columns should become, and how far from it they are.
    lanes *weights, *errors;
    lanes zero, before;
} panel;

/// Takes the rows from `row` on: their target, and what plain rounding costs; `decoded` has room for a row.
INLINE panel begin(const ck_rounding *task, const ck_curvature *h, int row, float *room, float *decoded) {
    panel p = {row, task->rows - row < CK_LANES ? task->rows - row : CK_LANES, h->columns, 0, 0, 0, 0};
    p.weights = (lanes *)(void *)room;
    p.errors = p.weights + p.columns;
    // Target: the weights, moved towards what undoes the errors of the activations.
    for (int j = 0; j < p.columns; j++) {
        lanes w = 0, pull = 0;
        for (int k = 0; k < p.rows; k++) {
            w[k] = task->weights[(size_t)(row + k) * p.columns + j];
            if (task->pull) pull[k] = task->pull[(size_t)(row + k) * p.columns + j];
        }
        p.weights[j] = w;
        p.errors[j] = pull;
    }
    if (task->pull) {
        solve(h, p.errors);
        for (int j = 0; j < p.columns; j++) p.weights[j] += p.errors[j] * task->strength;
    }
    p.zero = cost(h, p.weights);
    // Plain rounding, as it stands in the output.
    for (int k = 0; k < p.rows; k++) {
        codec_decode(
            (uint32_t)task->type, task->output + (size_t)(row + k) * task->output_row, decoded, (size_t)p.columns);
        for (int j = 0; j < p.columns; j++) p.errors[j][k] = p.weights[j][k] - decoded[j];
    }
    p.before = cost(h, p.errors);
    return p;
}

/// A block's place where the blocks before it are chosen and those behind it will make up for it.
INLINE place place_in_order(const panel *p, const ck_curvature *h, int b) {
    place found;
    const float *column = h->factor + (size_t)b * p->columns * 32;
    found.factor = column + (size_t)b * 32 * 32;
    found.weights = h->weights + 32 * b;
    for (int j = 0; j < 32; j++) found.target[j] = found.weight[j] = p->weights[32 * b + j];
    gather(column, p->errors, 32 * b, found.target);
    return found;
}

/// A block's place where all others are as they are.
INLINE place place_among(const panel *p, const ck_curvature *h, int b) {
    place found;
    lanes g[32];
    const float *column = h->hessian + (size_t)b * p->columns * 32;
    found.factor = h->block_factor + (size_t)b * 32 * 32;
    found.weights = h->block_weights + 32 * b;
    for (int j = 0; j < 32; j++) g[j] = 0;
    gather(column, p->errors, 32 * b, g);
    gather(column + ((size_t)b + 1) * 32 * 32, p->errors + 32 * (b + 1), p->columns - 32 * (b + 1), g);
    solve_block(found.factor, found.weights, g);
    for (int j = 0; j < 32; j++) found.target[j] = found.weight[j] = p->weights[32 * b + j] + g[j];
    return found;
}

/// Notes what each row costs; true where it is less than by plain rounding, which stays otherwise.
INLINE masks end(const panel *p, const ck_rounding *task, const ck_curvature *h) {
    const lanes after = cost(h, p->errors);
    for (int k = 0; k < p->rows; k++) {
        task->cost_of_zero[p->row + k] = p->zero[k];
        task->cost_before[p->row + k] = p->before[k];
        task->cost_after[p->row + k] = after[k] < p->before[k] ? after[k] : p->before[k];
    }
    return after < p->before;
}

/// Rounds CK_LANES rows from `row` on.
INLINE void round_as(
    const int type, const levels l, const ck_rounding *task, const ck_curvature *h, int row, float *room) {
    const int blocks = h->columns / 32;
    choice *choices = (choice *)(void *)((lanes *)(void *)room + 2 * h->columns);
    panel p = begin(task, h, row, room, (float *)(void *)choices);
    for (int b = 0; b < blocks; b++) {
        const place place = place_in_order(&p, h, b);
        choice *c = &choices[b];
        search(l, &place, c);
        for (int j = 0; j < 32; j++)
            p.errors[32 * b + j] = place.weight[j] - (l.affine ? c->level[j] * c->d + c->m : c->level[j] * c->d);
    }
    for (int sweep = 0; sweep < task->sweeps; sweep++) {
        for (int b = 0; b < blocks; b++) {
            const place place = place_among(&p, h, b);
            choice *c = &choices[b];
            c->error = cost_of(l, &place, c);
            improve(l, &place, c);
            for (int j = 0; j < 32; j++)
                p.errors[32 * b + j] =
                    p.weights[32 * b + j] - (l.affine ? c->level[j] * c->d + c->m : c->level[j] * c->d);
        }
    }
    const masks better = end(&p, task, h);
    const size_t bytes = type == 2 || type == 20 ? 18 : type == 3 ? 20 : type == 6 ? 22 : type == 7 ? 24 : 34;
    for (int k = 0; k < p.rows; k++) {
        uint8_t *output = task->output + (size_t)(row + k) * task->output_row;
        for (int b = 0; b < blocks && better[k]; b++) store(type, output + (size_t)b * bytes, &choices[b], k);
    }
}

/// The same for k-quants of `bytes` a super-block: the scales stay those of plain rounding, the codes are chosen.
INLINE void round_kquant(
    const int type, const size_t bytes, const levels l, const ck_rounding *task, const ck_curvature *h, int row,
    float *room) {
    const int blocks = h->columns / 32;
    placed *choices = (placed *)(void *)((lanes *)(void *)room + 2 * h->columns);
    panel p = begin(task, h, row, room, (float *)(void *)choices);
    for (int b = 0; b < blocks; b++) {
        placed *c = &choices[b];
        for (int half = 0; half < 2; half++) c->d[half] = c->m[half] = 0;
        for (int k = 0; k < p.rows; k++) {
            const uint8_t *block = task->output + (size_t)(row + k) * task->output_row + (size_t)(b / 8) * bytes;
            const ck_grid grid = ck_kquant_grid(type, block, b % 8);
            for (int half = 0; half < 2; half++) {
                c->d[half][k] = grid.d[half];
                c->m[half][k] = grid.m[half];
            }
        }
        const place place = place_in_order(&p, h, b);
        lanes error;
        settle_codes(l, &place, c, &error);
        for (int j = 0; j < 32; j++) p.errors[32 * b + j] = place.weight[j] - value_of(c, j);
    }
    for (int sweep = 0; sweep < task->sweeps; sweep++) {
        for (int b = 0; b < blocks; b++) {
            const place place = place_among(&p, h, b);
            placed *c = &choices[b], other = *c;
            lanes error;
            settle_codes(l, &place, &other, &error);
            const masks better = error < cost_of_codes(&place, c);
            for (int j = 0; j < 32; j++) {
                c->level[j] = better ? other.level[j] : c->level[j];
                p.errors[32 * b + j] = p.weights[32 * b + j] - value_of(c, j);
            }
        }
    }
    const masks better = end(&p, task, h);
    for (int k = 0; k < p.rows; k++) {
        uint8_t *output = task->output + (size_t)(row + k) * task->output_row;
        for (int b = 0; b < blocks && better[k]; b++) {
            int code[32];
            for (int j = 0; j < 32; j++) code[j] = (int)choices[b].level[j][k];
            ck_kquant_store(type, output + (size_t)(b / 8) * bytes, b % 8, code);
        }
    }
}

FOR static void round_rows(const ck_rounding *task, const ck_curvature *h, int row, float *room) {
    switch (task->type) {
    case 2: round_as(2, (levels){false, false, -8, 7}, task, h, row, room); break;
    case 3: round_as(3, (levels){true, false, 0, 15}, task, h, row, room); break;
    case 6: round_as(6, (levels){false, false, -16, 15}, task, h, row, room); break;
    case 7: round_as(7, (levels){true, false, 0, 31}, task, h, row, room); break;
    case 8: round_as(8, (levels){false, false, -127, 127}, task, h, row, room); break;
    case 20: round_as(20, (levels){false, true, -127, 113}, task, h, row, room); break;
    case 10: round_kquant(10, Q2_K_BYTES, (levels){true, false, 0, 3}, task, h, row, room); break;
    case 11: round_kquant(11, Q3_K_BYTES, (levels){false, false, -4, 3}, task, h, row, room); break;
    case 12: round_kquant(12, Q4_K_BYTES, (levels){true, false, 0, 15}, task, h, row, room); break;
    case 13: round_kquant(13, Q5_K_BYTES, (levels){true, false, 0, 31}, task, h, row, room); break;
    case 14: round_kquant(14, Q6_K_BYTES, (levels){false, false, -32, 31}, task, h, row, room); break;
    default: break;
    }
}

const ck_calibration SET = {tile, subtract, round_rows};
