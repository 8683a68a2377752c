// The searches of codec_kquants.c and codec_iq4.c for several sub-blocks at once, one in each lane of a register.
//
// No sum runs across lanes, so that each sub-block's operations keep their order and give the same bits. Included once
// for each instruction set, by a file that defines LANES and has set the compiler's target.
#include "codec_iq4.h"
#include "codec_kquants_store.h"

#pragma STDC FP_CONTRACT OFF

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))

/// Numbers that are the same in every lane.
INLINE floats all(float value) { return (floats){0} + value; }
/// `mask` has all bits of a lane set or none.
INLINE floats choose(ints mask, floats yes, floats no) { return (floats)((mask & (ints)yes) | (~mask & (ints)no)); }
INLINE floats magnitude_of(floats x) { return (floats)((ints)x & 0x7fffffff); }

INLINE bool any(ints mask) {
    int32_t lanes = 0;
    for (int lane = 0; lane < LANES; lane++) lanes |= mask[lane];
    return lanes != 0;
}

/// nearest_integer, then clamp, as a float: an integer plus 1.5 · 2^23 has the integer in its low bits.
INLINE floats rounded(floats value, int low, int high) {
    const ints code = (ints)(value + 12582912.0f) & 0x007fffff;
    const ints least = (ints){0} + (0x00400000 + low), most = (ints){0} + (0x00400000 + high);
    const ints clamped = __builtin_elementwise_min(__builtin_elementwise_max(code, least), most);
    return (floats)(clamped | 0x4b000000) - 12582912.0f;
}

/// Number i of each of LANES sub-blocks of `count` numbers, in target[i].
INLINE void load_lanes(const float *x, int count, floats *target) {
    for (int i = 0; i < count; i++)
        for (int lane = 0; lane < LANES; lane++) target[i][lane] = x[lane * count + i];
}

INLINE floats largest_in(const floats *x, int count) {
    floats magnitude = all(0), largest = all(0);
    for (int i = 0; i < count; i++) {
        const floats m = magnitude_of(x[i]);
        const ints larger = m > magnitude;
        magnitude = choose(larger, m, magnitude);
        largest = choose(larger, x[i], largest);
    }
    return largest;
}

INLINE floats affine_error(
    affine_search search, const floats *x, const floats *weights, const floats *codes, floats scale, floats minimum) {
    floats error = all(0);
    for (int i = 0; i < search.count; i++) {
        const floats difference = scale * codes[i] + minimum - x[i];
        error += weights[i] * (search.by_magnitude ? magnitude_of(difference) : difference * difference);
    }
    return error;
}

/// search_affine: LANES sub-blocks from x on; codes, scales and minimums follow in their order.
INLINE void search_affine(affine_search search, const float *numbers, affine_block *found, int first) {
    const int count = search.count;
    floats x[32], weights[32], codes[32];
    load_lanes(numbers + first * count, count, x);
    floats mean = all(0);
    if (!search.by_magnitude) {
        for (int i = 0; i < count; i++) mean += x[i] * x[i];
        mean = __builtin_elementwise_sqrt(mean / 32);
    }
    for (int i = 0; i < count; i++)
        weights[i] = search.by_magnitude ? magnitude_of(x[i]) : mean + magnitude_of(x[i]);

    floats low = x[0], high = x[0], sum_w = weights[0], sum_x = sum_w * x[0];
    for (int i = 1; i < count; i++) {
        low = choose(x[i] < low, x[i], low);
        high = choose(x[i] > high, x[i], high);
        sum_w += weights[i];
        sum_x += weights[i] * x[i];
    }
    low = choose(low > 0, all(0), low);
    const ints flat = high == low;
    // Of the best so far: the codes follow from the steps and from where these were counted.
    floats best_steps = all((float)search.top) / (high - low), best_from = low;
    floats scale = 1 / best_steps, minimum = low;
    for (int i = 0; i < count; i++) codes[i] = rounded(best_steps * (x[i] - low), 0, search.top);
    floats best = affine_error(search, x, weights, codes, scale, minimum);
    for (int step = 0; step <= search.last; step++) {
        const floats steps = all(search.first + 0.1f * (float)step + (float)search.top) / (high - minimum);
        floats sum_l = all(0), sum_l2 = all(0), sum_xl = all(0);
        for (int i = 0; i < count; i++) {
            codes[i] = rounded(steps * (x[i] - minimum), 0, search.top);
            const floats weighted = weights[i] * codes[i];
            sum_l += weighted;
            sum_l2 += weighted * codes[i];
            sum_xl += weighted * x[i];
        }
        const floats determinant = sum_w * sum_l2 - sum_l * sum_l;
        floats new_scale = (sum_w * sum_xl - sum_x * sum_l) / determinant;
        floats new_minimum = (sum_l2 * sum_x - sum_l * sum_xl) / determinant;
        const ints above = new_minimum > 0;
        new_scale = choose(above, sum_xl / sum_l2, new_scale);
        new_minimum = choose(above, all(0), new_minimum);
        const floats error = affine_error(search, x, weights, codes, new_scale, new_minimum);
        const ints better = (determinant > 0) & (error < best);
        best_steps = choose(better, steps, best_steps);
        best_from = choose(better, minimum, best_from);
        best = choose(better, error, best);
        scale = choose(better, new_scale, scale);
        minimum = choose(better, new_minimum, minimum);
    }
    scale = choose(flat, all(0), scale);
    minimum = -choose(flat, low, minimum);
    for (int lane = 0; lane < LANES; lane++) {
        found[(first + lane) * count / BLOCK].scales[(first + lane) % (BLOCK / count)] = scale[lane];
        found[(first + lane) * count / BLOCK].minimums[(first + lane) % (BLOCK / count)] = minimum[lane];
    }
    for (int i = 0; i < count; i++) {
        const floats code = choose(flat, all(0), rounded(best_steps * (x[i] - best_from), 0, search.top));
        for (int lane = 0; lane < LANES; lane++) {
            const int place = (first + lane) * count + i;
            found[place / BLOCK].codes[place % BLOCK] = (uint8_t)code[lane];
        }
    }
}

INLINE void weigh_codes(const floats x[16], floats steps, int middle, floats *sum_lx, floats *sum_l2) {
    *sum_lx = *sum_l2 = all(0);
    for (int i = 0; i < 16; i++) {
        const floats code = rounded(steps * x[i], -middle, middle - 1);
        const floats weight = x[i] * x[i];
        *sum_lx += weight * x[i] * code;
        *sum_l2 += weight * code * code;
    }
}

INLINE void store_lanes(const floats codes[16], floats scale, symmetric_block *found, int first) {
    for (int lane = 0; lane < LANES; lane++) {
        found->scales[first + lane] = scale[lane];
        for (int i = 0; i < 16; i++) found->codes[16 * (first + lane) + i] = (int8_t)codes[i][lane];
    }
}

/// Q6_K's search_symmetric.
INLINE void search_symmetric(const float *numbers, symmetric_block *found, int first) {
    const int middle = 32;
    floats x[16], codes[16], sum_lx, sum_l2;
    load_lanes(numbers + 16 * first, 16, x);
    const floats largest = largest_in(x, 16);
    const ints zero = magnitude_of(largest) < KQUANTS_EPSILON;
    floats best_steps = all((float)-middle) / largest;
    weigh_codes(x, best_steps, middle, &sum_lx, &sum_l2);
    floats scale = choose(sum_l2 != 0, sum_lx / sum_l2, all(0)), best = scale * sum_lx;
    for (int step = -9; step <= 9; step++) {
        if (step == 0) continue;
        const floats steps = all(-((float)middle + 0.1f * (float)step)) / largest;
        weigh_codes(x, steps, middle, &sum_lx, &sum_l2);
        const ints better = (sum_l2 > 0) & (sum_lx * sum_lx > best * sum_l2);
        best_steps = choose(better, steps, best_steps);
        scale = choose(better, sum_lx / sum_l2, scale);
        best = choose(better, scale * sum_lx, best);
    }
    for (int i = 0; i < 16; i++)
        codes[i] = choose(zero, all(0), rounded(best_steps * x[i], -middle, middle - 1) + (float)middle);
    store_lanes(codes, choose(zero, all(0), scale), found, first);
}

/// Q3_K's refine_symmetric.
INLINE void refine_symmetric(const float *numbers, symmetric_block *found, int first) {
    const int middle = 4;
    floats x[16], codes[16], sum_lx, sum_l2;
    load_lanes(numbers + 16 * first, 16, x);
    const floats largest = largest_in(x, 16);
    const ints zero = magnitude_of(largest) < KQUANTS_EPSILON;
    const floats steps = all((float)-middle) / largest;
    weigh_codes(x, steps, middle, &sum_lx, &sum_l2);
    for (int i = 0; i < 16; i++) codes[i] = rounded(steps * x[i], -middle, middle - 1);
    // A sub-block that no longer changes would not change in a further round either.
    ints changed = ~zero;
    for (int round = 0; round < 5 && any(changed); round++) {
        changed = (ints){0};
        for (int i = 0; i < 16; i++) {
            const floats weight = x[i] * x[i];
            const floats lx = sum_lx - weight * x[i] * codes[i], l2 = sum_l2 - weight * codes[i] * codes[i];
            const floats moved = rounded(x[i] * l2 / lx, -middle, middle - 1);
            const floats new_lx = lx + weight * x[i] * moved, new_l2 = l2 + weight * moved * moved;
            const ints better = (lx > 0) & (moved != codes[i]) & (new_l2 > 0)
                                & (new_lx * new_lx * sum_l2 > sum_lx * sum_lx * new_l2);
            codes[i] = choose(better, moved, codes[i]);
            sum_lx = choose(better, new_lx, sum_lx);
            sum_l2 = choose(better, new_l2, sum_l2);
            changed |= better & ~zero;
        }
    }
    for (int i = 0; i < 16; i++) codes[i] = choose(zero, all(0), codes[i] + (float)middle);
    store_lanes(codes, choose(~zero & (sum_l2 > 0), sum_lx / sum_l2, all(0)), found, first);
}

INLINE floats nearest_rung(floats value) {
    floats rung = all((float)iq4_ladder[0]);
    for (int k = 0; k < 15; k++) {
        const float step = (float)(iq4_ladder[k + 1] - iq4_ladder[k]);
        rung += choose(value >= iq4_middles[k], all(step), all(0));
    }
    return rung;
}

INLINE void fit_ladder(const floats x[32], floats inverse, floats *product, floats *square) {
    *product = *square = all(0);
    for (int i = 0; i < 32; i++) {
        const floats rung = nearest_rung(inverse * x[i]), weighted = x[i] * x[i] * rung;
        *product += weighted * x[i];
        *square += weighted * rung;
    }
}

/// IQ4_NL's search_scale, for LANES blocks.
INLINE floats search_ladder(const float *numbers) {
    floats x[32], product, square;
    load_lanes(numbers, 32, x);
    const floats largest = largest_in(x, 32);
    fit_ladder(x, 1 / (-largest / (float)iq4_ladder[0]), &product, &square);
    floats d = choose(square > 0, product / square, all(0)), best = d * product;
    for (int step = -IQ4_STEPS; step <= IQ4_STEPS; step++) {
        fit_ladder(x, all((float)(step + iq4_ladder[0])) / largest, &product, &square);
        const ints better = (square > 0) & (product * product > best * square);
        d = choose(better, product / square, d);
        best = choose(better, d * product, best);
    }
    return choose(magnitude_of(largest) < IQ4_EPSILON, all(0), d);
}

/// How many of up to `count` blocks of `size` numbers can be encoded; x is filled up with copies of the last one.
INLINE int load_blocks(const uint8_t *source, size_t left, int size, int count, float *x) {
    int loaded = 0;
    for (; loaded < count && (size_t)(loaded * size) < left; loaded++) {
        memcpy(x + loaded * size, source + 4 * loaded * size, 4 * (size_t)size);
        if (!are_encodable(x + loaded * size, size)) break;
    }
    for (int i = loaded; loaded > 0 && i < count; i++) memcpy(x + i * size, x + (loaded - 1) * size, 4 * (size_t)size);
    return loaded;
}

/// Encodes as many blocks at a time as fill the lanes: load, check, search, store.
#define ENCODER(NAME, BYTES, FOUND, SUBBLOCKS, SEARCH, STORE)                                      \
    static size_t NAME(const uint8_t *source, uint8_t *target, size_t count) {                     \
        enum { AT_ONCE = LANES > SUBBLOCKS ? LANES / SUBBLOCKS : 1 };                              \
        float x[AT_ONCE * BLOCK];                                                                  \
        FOUND found[AT_ONCE];                                                                      \
        for (size_t i = 0; i < count;) {                                                           \
            const int loaded = load_blocks(source + 4 * i, count - i, BLOCK, AT_ONCE, x);          \
            if (!loaded) return i;                                                                 \
            for (int first = 0; first < AT_ONCE * SUBBLOCKS; first += LANES) SEARCH;               \
            for (int k = 0; k < loaded; k++, i += BLOCK, target += BYTES)                          \
                if (!STORE(x + k * BLOCK, &found[k], target)) return i;                            \
        }                                                                                          \
        return count;                                                                              \
    }

ENCODER(encode_q2_k, Q2_K_BYTES, affine_block, 16, search_affine(q2_k_search, x, found, first), q2_k_store)
ENCODER(encode_q3_k, Q3_K_BYTES, symmetric_block, 16, refine_symmetric(x, found, first), q3_k_store)
ENCODER(encode_q4_k, Q4_K_BYTES, affine_block, 8, search_affine(q4_k_search, x, found, first), q4_k_store)
ENCODER(encode_q5_k, Q5_K_BYTES, affine_block, 8, search_affine(q5_k_search, x, found, first), q5_k_store)
ENCODER(encode_q6_k, Q6_K_BYTES, symmetric_block, 16, search_symmetric(x, found, first), q6_k_store)

static size_t encode_iq4_nl(const uint8_t *source, uint8_t *target, size_t count) {
    float x[LANES * 32];
    for (size_t i = 0; i < count;) {
        const int loaded = load_blocks(source + 4 * i, count - i, 32, LANES, x);
        if (!loaded) return i;
        const floats d = search_ladder(x);
        for (int k = 0; k < loaded; k++, i += 32, target += 18) {
            const uint16_t half = float_to_half(d[k]);
            if (!is_finite16(half)) return i;
            store16(target, half);
            iq4_nl_round(x + 32 * k, d[k], target + 2);
        }
    }
    return count;
}

#define SEARCHING_CODECS                                                                               \
    {                                                                                                  \
        {Q2_K, NULL, encode_q2_k}, {Q3_K, NULL, encode_q3_k}, {Q4_K, NULL, encode_q4_k},               \
            {Q5_K, NULL, encode_q5_k}, {Q6_K, NULL, encode_q6_k}, {IQ4_NL, NULL, encode_iq4_nl}, {0},  \
    }
