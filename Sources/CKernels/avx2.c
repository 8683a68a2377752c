// The arithmetic with AVX2 and F16C: lanes are rows or tokens, never the elements of one sum, save for the eight
// lanes that the arithmetic itself gives to float sums.
#if defined(__x86_64__)

    #include <immintrin.h>

    #include "arithmetic.h"
    #include "kernels.h"

    #define AVX2 __attribute__((target("avx2,f16c")))
    #define INLINE AVX2 static inline __attribute__((always_inline))

// MARK: Quantized activations

INLINE __m256i largest_magnitude(const float *x) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i largest = _mm256_setzero_si256();
    for (int i = 0; i < CK_BLOCK; i += 8) {
        __m256i bits = _mm256_and_si256(_mm256_castps_si256(_mm256_loadu_ps(x + i)), magnitude);
        largest = _mm256_max_epi32(largest, bits);
    }
    return largest;
}

INLINE int32_t sum_of_lanes(__m256i v) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return _mm_cvtsi128_si32(sum);
}

INLINE uint32_t maximum_of_lanes(__m256i v) {
    __m128i top = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    top = _mm_max_epi32(top, _mm_shuffle_epi32(top, 0x4e));
    top = _mm_max_epi32(top, _mm_shuffle_epi32(top, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(top);
}

/// Codes of one block of one token; quads (4 codes) go `step` bytes apart.
INLINE bool quantize_block(const float *x, int8_t *codes, size_t step, float *scale, int32_t *sum) {
    uint32_t largest = maximum_of_lanes(largest_magnitude(x));
    float maximum = ck_float(largest);
    if (largest >= 0x7f800000 || !(maximum >= 0x1p-100f)) {
        for (int k = 0; k < 8; k++) memset(codes + k * step, 0, 4);
        *scale = 0.0f;
        *sum = 0;
        return largest < 0x7f800000;
    }
    __m256 inverse = _mm256_set1_ps(127.0f / maximum);
    __m256i total = _mm256_setzero_si256();
    for (int i = 0; i < CK_BLOCK; i += 8) {
        // Rounds to the nearest integer, ties to even.
        __m256i code = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + i), inverse));
        total = _mm256_add_epi32(total, code);
        __m256i bytes = _mm256_packs_epi32(code, code);
        bytes = _mm256_packs_epi16(bytes, bytes);
        int32_t low = _mm_cvtsi128_si32(_mm256_castsi256_si128(bytes));
        int32_t high = _mm_cvtsi128_si32(_mm256_extracti128_si256(bytes, 1));
        memcpy(codes + (size_t)(i / 4) * step, &low, 4);
        memcpy(codes + (size_t)(i / 4 + 1) * step, &high, 4);
    }
    *scale = maximum / 127.0f;
    *sum = sum_of_lanes(total);
    return true;
}

AVX2 static bool quantize(const ck_activations *a, int group) {
    static const float zeros[CK_BLOCK];
    int blocks = a->columns / CK_BLOCK;
    bool finite = true;
    if (a->tokens == 1) {
        for (int b = 0; b < blocks; b++) {
            finite &= quantize_block(
                a->values + (size_t)b * CK_BLOCK, a->codes + (size_t)b * CK_BLOCK, 4, a->scales + b, a->sums + b);
        }
        return finite;
    }
    for (int t = 0; t < CK_GROUP; t++) {
        int token = group * CK_GROUP + t;
        for (int b = 0; b < blocks; b++) {
            size_t block = (size_t)group * blocks + b;
            const float *x =
                token < a->tokens ? a->values + (size_t)token * a->columns + (size_t)b * CK_BLOCK : zeros;
            finite &= quantize_block(
                x, a->codes + block * CK_BLOCK * CK_GROUP + (size_t)t * 4, 4 * CK_GROUP,
                a->scales + block * CK_GROUP + t, a->sums + block * CK_GROUP + t);
        }
    }
    return finite;
}

// MARK: Quantized rows, several tokens: a lane is a token

/// Token groups that share one unpacking of the weights.
    #define GROUPS 4
/// Rows computed before their results are stored.
    #define ROWS 8

INLINE __m256 half_to_all(const uint8_t *bytes) {
    return _mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(ck_load16(bytes))));
}

/// One row by `groups` × 8 tokens; total[g] holds the sums of group first + g.
INLINE void row_by_groups(
    int type, const uint8_t *row, const ck_activations *a, int first, const int groups, __m256 *total) {
    const __m256i ones = _mm256_set1_epi16(1), low_bits = _mm256_set1_epi8(15);
    int blocks = a->columns / CK_BLOCK;
    for (int g = 0; g < groups; g++) total[g] = _mm256_setzero_ps();
    for (int b = 0; b < blocks; b++) {
        const uint8_t *codes = row + (type == CK_Q4_1 ? 4 : 2);
        __m256i sum[GROUPS];
        const __m256i *x[GROUPS];
        for (int g = 0; g < groups; g++) {
            sum[g] = _mm256_setzero_si256();
            x[g] = (const __m256i *)(a->codes + ((size_t)(first + g) * blocks + b) * CK_BLOCK * CK_GROUP);
        }
        if (type == CK_Q8_0) {
            for (int k = 0; k < 8; k++) {
                __m256i w = _mm256_set1_epi32((int32_t)ck_load32(codes + 4 * k));
                __m256i magnitude = _mm256_abs_epi8(w);
                for (int g = 0; g < groups; g++) {
                    __m256i signed_x = _mm256_sign_epi8(_mm256_loadu_si256(x[g] + k), w);
                    __m256i pairs = _mm256_maddubs_epi16(magnitude, signed_x);
                    sum[g] = _mm256_add_epi32(sum[g], _mm256_madd_epi16(pairs, ones));
                }
            }
        } else {
            // 16 products of at most 15 × 127 fit in 16 bits.
            for (int k = 0; k < 4; k++) {
                __m256i w = _mm256_set1_epi32((int32_t)ck_load32(codes + 4 * k));
                __m256i low = _mm256_and_si256(w, low_bits);
                __m256i high = _mm256_and_si256(_mm256_srli_epi16(w, 4), low_bits);
                for (int g = 0; g < groups; g++) {
                    __m256i pairs = _mm256_maddubs_epi16(low, _mm256_loadu_si256(x[g] + k));
                    sum[g] = _mm256_add_epi16(sum[g], pairs);
                    pairs = _mm256_maddubs_epi16(high, _mm256_loadu_si256(x[g] + k + 4));
                    sum[g] = _mm256_add_epi16(sum[g], pairs);
                }
            }
            for (int g = 0; g < groups; g++) sum[g] = _mm256_madd_epi16(sum[g], ones);
        }
        __m256 d = half_to_all(row);
        for (int g = 0; g < groups; g++) {
            size_t at = ((size_t)(first + g) * blocks + b) * CK_GROUP;
            __m256 scale = _mm256_loadu_ps(a->scales + at);
            __m256i codes_sum = _mm256_loadu_si256((const __m256i *)(a->sums + at));
            if (type == CK_Q4_0) sum[g] = _mm256_sub_epi32(sum[g], _mm256_slli_epi32(codes_sum, 3));
            __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(sum[g]), _mm256_mul_ps(d, scale));
            total[g] = _mm256_add_ps(total[g], product);
            if (type == CK_Q4_1) {
                __m256 m = _mm256_mul_ps(half_to_all(row + 2), scale);
                total[g] = _mm256_add_ps(total[g], _mm256_mul_ps(m, _mm256_cvtepi32_ps(codes_sum)));
            }
        }
        row += type == CK_Q8_0 ? 34 : type == CK_Q4_0 ? 18 : 20;
    }
}

INLINE void rows_by_groups(
    int type, const ck_product *p, const ck_activations *a, int first, int last, int group, const int groups) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    for (int r = first; r < last; r += ROWS) {
        int rows = last - r < ROWS ? last - r : ROWS;
        float tile[ROWS][GROUPS * CK_GROUP];
        for (int i = 0; i < rows; i++) {
            __m256 total[GROUPS];
            row_by_groups(type, (const uint8_t *)p->data + (size_t)(r + i) * row_bytes, a, group, groups, total);
            for (int g = 0; g < groups; g++) _mm256_storeu_ps(&tile[i][g * CK_GROUP], total[g]);
        }
        for (int t = 0; t < groups * CK_GROUP; t++) {
            int token = group * CK_GROUP + t;
            if (token >= a->tokens) break;
            float *output = p->output + (size_t)token * p->stride + r;
            for (int i = 0; i < rows; i++) output[i] = tile[i][t];
        }
    }
}

INLINE void by_groups(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    int count = (a->tokens + CK_GROUP - 1) / CK_GROUP, group = 0;
    for (; group + 4 <= count; group += 4) rows_by_groups(type, p, a, first, last, group, 4);
    switch (count - group) {
    case 3: rows_by_groups(type, p, a, first, last, group, 3); break;
    case 2: rows_by_groups(type, p, a, first, last, group, 2); break;
    case 1: rows_by_groups(type, p, a, first, last, group, 1); break;
    default: break;
    }
}

// MARK: Quantized rows, one token: a lane is a row

/// Four registers of eight 16-bit sums a half become one of [row0 row1 row2 row3 | the same] 32-bit sums.
INLINE __m256i four_rows_16(const __m256i v[4]) {
    __m256i pairs = _mm256_hadd_epi16(_mm256_hadd_epi16(v[0], v[1]), _mm256_hadd_epi16(v[2], v[3]));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

INLINE __m256i four_rows_32(const __m256i v[4]) {
    return _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
}

INLINE __m256 halves_of_rows(const uint8_t *row, size_t row_bytes) {
    __m128i halves = _mm_set_epi16(
        (short)ck_load16(row + 7 * row_bytes), (short)ck_load16(row + 6 * row_bytes),
        (short)ck_load16(row + 5 * row_bytes), (short)ck_load16(row + 4 * row_bytes),
        (short)ck_load16(row + 3 * row_bytes), (short)ck_load16(row + 2 * row_bytes),
        (short)ck_load16(row + row_bytes), (short)ck_load16(row));
    return _mm256_cvtph_ps(halves);
}

/// Eight rows, `row_bytes` apart, by one token.
INLINE __m256 eight_rows(int type, const uint8_t *row, size_t row_bytes, const ck_activations *a) {
    const __m256i ones = _mm256_set1_epi16(1), low_bits = _mm256_set1_epi8(15);
    __m256 total = _mm256_setzero_ps();
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(a->codes + (size_t)b * CK_BLOCK));
        __m256i half[2];
        for (int h = 0; h < 2; h++) {
            __m256i v[4];
            for (int i = 0; i < 4; i++) {
                const uint8_t *block = row + (size_t)(h * 4 + i) * row_bytes;
                // Rows are short, so what is needed soon is not further on in this row but 16 rows on.
                _mm_prefetch((const char *)(block + 16 * row_bytes), _MM_HINT_T0);
                if (type == CK_Q8_0) {
                    __m256i w = _mm256_loadu_si256((const __m256i *)(block + 2));
                    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
                    v[i] = _mm256_madd_epi16(pairs, ones);
                } else {
                    __m128i codes = _mm_loadu_si128((const __m128i *)(block + (type == CK_Q4_1 ? 4 : 2)));
                    __m256i w = _mm256_set_m128i(_mm_srli_epi16(codes, 4), codes);
                    v[i] = _mm256_maddubs_epi16(_mm256_and_si256(w, low_bits), x);
                }
            }
            half[h] = type == CK_Q8_0 ? four_rows_32(v) : four_rows_16(v);
        }
        __m256i sum = _mm256_add_epi32(
            _mm256_permute2x128_si256(half[0], half[1], 0x20), _mm256_permute2x128_si256(half[0], half[1], 0x31));
        __m256 scale = _mm256_set1_ps(a->scales[b]);
        if (type == CK_Q4_0) sum = _mm256_sub_epi32(sum, _mm256_set1_epi32(a->sums[b] * 8));
        __m256 d = _mm256_mul_ps(halves_of_rows(row, row_bytes), scale);
        total = _mm256_add_ps(total, _mm256_mul_ps(_mm256_cvtepi32_ps(sum), d));
        if (type == CK_Q4_1) {
            __m256 m = _mm256_mul_ps(halves_of_rows(row + 2, row_bytes), scale);
            total = _mm256_add_ps(total, _mm256_mul_ps(m, _mm256_set1_ps((float)a->sums[b])));
        }
        row += type == CK_Q8_0 ? 34 : type == CK_Q4_0 ? 18 : 20;
    }
    return total;
}

INLINE void by_one(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    const uint8_t *data = p->data;
    int r = first;
    for (; r + 8 <= last; r += 8) {
        _mm256_storeu_ps(p->output + r, eight_rows(type, data + (size_t)r * row_bytes, row_bytes, a));
    }
    if (r < last) ck_portable_kernels.multiply(p, a, r, last);
}

// MARK: Float rows: a lane is an element's index mod 8

INLINE __m256 eight_elements(int type, const uint8_t *row, int i) {
    if (type == CK_F32) return _mm256_loadu_ps((const float *)row + i);
    __m128i short_floats = _mm_loadu_si128((const __m128i *)((const uint16_t *)row + i));
    if (type == CK_F16) return _mm256_cvtph_ps(short_floats);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(short_floats), 16));
}

/// ((0+4)+(2+6))+((1+5)+(3+7))
INLINE float sum_of_float_lanes(__m256 v) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}

INLINE void float_tile(
    int type, const ck_product *p, const ck_activations *a, int r, const int rows, int t, const int tokens) {
    size_t row_bytes = ck_row_bytes(type, p->columns);
    const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
    const float *x = a->values + (size_t)t * a->columns;
    int whole = a->columns / 8 * 8;
    __m256 total[4][4];
    for (int i = 0; i < rows; i++) {
        for (int k = 0; k < tokens; k++) total[i][k] = _mm256_setzero_ps();
    }
    for (int c = 0; c < whole; c += 8) {
        __m256 w[4];
        for (int i = 0; i < rows; i++) w[i] = eight_elements(type, row + (size_t)i * row_bytes, c);
        for (int k = 0; k < tokens; k++) {
            __m256 value = _mm256_loadu_ps(x + (size_t)k * a->columns + c);
            for (int i = 0; i < rows; i++) total[i][k] = _mm256_add_ps(total[i][k], _mm256_mul_ps(w[i], value));
        }
    }
    for (int i = 0; i < rows; i++) {
        for (int k = 0; k < tokens; k++) {
            p->output[(size_t)(t + k) * p->stride + r + i] = sum_of_float_lanes(total[i][k]);
        }
    }
}

INLINE void by_floats(int type, const ck_product *p, const ck_activations *a, int first, int last) {
    if (a->columns % 8 != 0) {
        ck_portable_kernels.multiply(p, a, first, last);
        return;
    }
    int t = 0;
    for (; t + 4 <= a->tokens; t += 4) {
        int r = first;
        for (; r + 2 <= last; r += 2) float_tile(type, p, a, r, 2, t, 4);
        for (; r < last; r++) float_tile(type, p, a, r, 1, t, 4);
    }
    for (; t < a->tokens; t++) {
        int r = first;
        for (; r + 4 <= last; r += 4) float_tile(type, p, a, r, 4, t, 1);
        for (; r < last; r++) float_tile(type, p, a, r, 1, t, 1);
    }
}

AVX2 static void multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    bool one = a->tokens == 1;
    switch (p->type) {
    case CK_Q4_0: one ? by_one(CK_Q4_0, p, a, first, last) : by_groups(CK_Q4_0, p, a, first, last); break;
    case CK_Q4_1: one ? by_one(CK_Q4_1, p, a, first, last) : by_groups(CK_Q4_1, p, a, first, last); break;
    case CK_Q8_0: one ? by_one(CK_Q8_0, p, a, first, last) : by_groups(CK_Q8_0, p, a, first, last); break;
    case CK_F16: by_floats(CK_F16, p, a, first, last); break;
    case CK_BF16: by_floats(CK_BF16, p, a, first, last); break;
    default: by_floats(CK_F32, p, a, first, last);
    }
}

// MARK: Between the matrices

AVX2 static bool rms_norm(const float *x, const float *weights, float epsilon, int columns, float *output) {
    if (columns % 8 != 0) return ck_portable_kernels.rms_norm(x, weights, epsilon, columns, output);
    __m256 lanes = _mm256_setzero_ps();
    for (int i = 0; i < columns; i += 8) {
        __m256 v = _mm256_loadu_ps(x + i);
        lanes = _mm256_add_ps(lanes, _mm256_mul_ps(v, v));
    }
    float sum = sum_of_float_lanes(lanes);
    float scale = 1.0f / sqrtf(sum / (float)columns + epsilon);
    for (int i = 0; i < columns; i++) output[i] = x[i] * scale * weights[i];
    return ck_is_finite(sum);
}

// Element by element, so the compiler may take eight at a time without changing a bit.

AVX2 static void add(float *values, const float *other, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] += other[i];
}

AVX2 static void swiglu(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = gate[i] / (1.0f + ck_exp_inline(-gate[i])) * up[i];
}

AVX2 static void geglu(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = ck_gelu_inline(gate[i]) * up[i];
}

AVX2 static void scale(float *values, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

AVX2 static void soft_cap(float *values, float cap, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = ck_soft_cap_inline(values[i], cap);
}

// MARK: Attention

/// The products of `query` with eight keys that follow each other, a lane for each.
INLINE __m256 eight_scores(const float *query, const float *key, int size) {
    __m256 lanes[8];
    for (int j = 0; j < 8; j++) lanes[j] = _mm256_setzero_ps();
    for (int i = 0; i < size; i += 8) {
        __m256 q = _mm256_loadu_ps(query + i);
        for (int j = 0; j < 8; j++) {
            __m256 k = _mm256_loadu_ps(key + (size_t)j * size + i);
            lanes[j] = _mm256_add_ps(lanes[j], _mm256_mul_ps(k, q));
        }
    }
    // Halves, then 0+2 and 1+3, then both: the fixed order, for all eight at once. Keys 0–3 end up in the even
    // places (0, 2 in the lower half, 1, 3 in the upper), keys 4–7 in the odd.
    __m256 pair[4];
    for (int j = 0; j < 4; j++) {
        __m256 low = _mm256_permute2f128_ps(lanes[2 * j], lanes[2 * j + 1], 0x20);
        __m256 high = _mm256_permute2f128_ps(lanes[2 * j], lanes[2 * j + 1], 0x31);
        pair[j] = _mm256_add_ps(low, high);
    }
    __m256 four[2];
    for (int j = 0; j < 2; j++) {
        __m256 first = _mm256_shuffle_ps(pair[2 * j], pair[2 * j + 1], 0x44);
        __m256 second = _mm256_shuffle_ps(pair[2 * j], pair[2 * j + 1], 0xee);
        four[j] = _mm256_add_ps(first, second);
    }
    // [0 2 4 6 | 1 3 5 7] to [0 1 2 3 4 5 6 7]
    __m256 mixed = _mm256_hadd_ps(four[0], four[1]);
    return _mm256_permutevar8x32_ps(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/// out[i] += the values' columns, positions in ascending order; `columns` registers at a time.
INLINE void weigh(
    const float *scores, const float *values, int positions, int size, const int columns, __m256 sum, float *output) {
    __m256 total[8];
    for (int i = 0; i < columns; i++) total[i] = _mm256_setzero_ps();
    for (int j = 0; j < positions; j++) {
        __m256 score = _mm256_set1_ps(scores[j]);
        for (int i = 0; i < columns; i++) {
            __m256 value = _mm256_loadu_ps(values + (size_t)j * size + i * 8);
            total[i] = _mm256_add_ps(total[i], _mm256_mul_ps(score, value));
        }
    }
    for (int i = 0; i < columns; i++) _mm256_storeu_ps(output + i * 8, _mm256_div_ps(total[i], sum));
}

AVX2 static void exponentials(float *values, int count, float maximum) {
    for (int i = 0; i < count; i++) values[i] = ck_exp_inline(values[i] - maximum);
}

AVX2 static bool attend(const ck_attention_task *task, int token, int head, float *scores) {
    int size = task->head_size;
    if (size % 8 != 0) return ck_portable_kernels.attend(task, token, head, scores);
    int positions = task->first + token + 1;
    int shared = head / (task->heads / task->key_value_heads);
    const float *query = task->queries + ((size_t)token * task->heads + head) * size;
    const float *keys = task->keys + (size_t)shared * task->capacity * size;
    const float *values = task->values + (size_t)shared * task->capacity * size;
    float *output = task->output + ((size_t)token * task->heads + head) * size;

    int start = ck_first_seen(task, positions - 1), seen = positions - start;
    __m256 scale = _mm256_set1_ps(task->scale);
    int j = start;
    for (; j + 8 <= positions; j += 8) {
        _mm256_storeu_ps(scores + j, _mm256_mul_ps(eight_scores(query, keys + (size_t)j * size, size), scale));
    }
    for (; j < positions; j++) {
        __m256 lanes = _mm256_setzero_ps();
        for (int i = 0; i < size; i += 8) {
            __m256 k = _mm256_loadu_ps(keys + (size_t)j * size + i);
            lanes = _mm256_add_ps(lanes, _mm256_mul_ps(k, _mm256_loadu_ps(query + i)));
        }
        scores[j] = sum_of_float_lanes(lanes) * task->scale;
    }
    if (!ck_all_finite(scores + start, (size_t)seen)) return false;
    if (task->soft_cap > 0.0f) soft_cap(scores + start, task->soft_cap, (size_t)seen);

    float maximum = scores[start];
    for (j = start + 1; j < positions; j++) maximum = scores[j] > maximum ? scores[j] : maximum;
    exponentials(scores + start, seen, maximum);
    // Outside of what is seen, up to whole registers: zeros, which change no lane's sum.
    for (j = start / 8 * 8; j < start; j++) scores[j] = 0.0f;
    for (j = positions; j % 8 != 0; j++) scores[j] = 0.0f;
    __m256 lanes = _mm256_setzero_ps();
    for (j = start / 8 * 8; j < positions; j += 8) lanes = _mm256_add_ps(lanes, _mm256_loadu_ps(scores + j));
    __m256 sum = _mm256_set1_ps(sum_of_float_lanes(lanes));

    int i = 0;
    scores += start;
    values += (size_t)start * size;
    for (; i + 64 <= size; i += 64) weigh(scores, values + i, seen, size, 8, sum, output + i);
    for (; i < size; i += 8) weigh(scores, values + i, seen, size, 1, sum, output + i);
    return true;
}

const ck_kernels ck_avx2_kernels = {"avx2", quantize, multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};

#endif
