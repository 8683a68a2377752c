// The arithmetic with AVX2 and F16C: lanes are rows or tokens, never the elements of one sum, save for the eight
// lanes that the arithmetic itself gives to float sums.
#if defined(__x86_64__)

#include "avx2.h"

// MARK: Between the matrices

AVX2 static bool rms_norm(const float *x, const float *weights, float epsilon, int columns, float *output) {
    if (columns % 8 != 0) return ck_portable_kernels.rms_norm(x, weights, epsilon, columns, output);
    __m256 lanes = _mm256_setzero_ps();
    for (int i = 0; i < columns; i += 8) {
        __m256 v = _mm256_loadu_ps(x + i);
        lanes = _mm256_add_ps(lanes, _mm256_mul_ps(v, v));
    }
    float sum = ck_sum_lanes_avx2(lanes);
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
INLINE_AVX2 __m256 eight_scores(const float *query, const float *key, int size) {
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
INLINE_AVX2 void weigh(
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
        scores[j] = ck_sum_lanes_avx2(lanes) * task->scale;
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
    __m256 sum = _mm256_set1_ps(ck_sum_lanes_avx2(lanes));

    int i = 0;
    scores += start;
    values += (size_t)start * size;
    for (; i + 64 <= size; i += 64) weigh(scores, values + i, seen, size, 8, sum, output + i);
    for (; i < size; i += 8) weigh(scores, values + i, seen, size, 1, sum, output + i);
    return true;
}

const ck_kernels ck_avx2_kernels = {
    "avx2", ck_avx2_quantize, ck_avx2_multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};
// AVX-512 has other products; the rest needs no wider lanes.
const ck_kernels ck_avx512_kernels = {
    "avx512", ck_avx2_quantize, ck_avx512_multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};

#endif
