// The arithmetic in plain C: the definition that every other set of kernels is held to, bit for bit.
#include "arithmetic.h"
#include "formats.h"
#include "kernels.h"

// MARK: Between the matrices

static bool rms_norm(const float *x, const float *weights, float epsilon, int columns, float *output) {
    float lane[8] = {0};
    for (int i = 0; i < columns; i++) lane[i % 8] += x[i] * x[i];
    float sum = ck_sum_lanes(lane);
    float scale = 1.0f / sqrtf(sum / (float)columns + epsilon);
    for (int i = 0; i < columns; i++) output[i] = x[i] * scale * weights[i];
    return ck_is_finite(sum);
}

static void add(float *values, const float *other, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] += other[i];
}

static void swiglu(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = gate[i] / (1.0f + ck_exp_inline(-gate[i])) * up[i];
}

static void geglu(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = ck_gelu_inline(gate[i]) * up[i];
}

static void scale(float *values, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

static void soft_cap(float *values, float cap, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = ck_soft_cap_inline(values[i], cap);
}

static bool attend(const ck_attention_task *task, int token, int head, float *scores) {
    int size = task->head_size;
    int positions = task->first + token + 1;
    int shared = head / (task->heads / task->key_value_heads);
    const float *query = task->queries + ((size_t)token * task->heads + head) * size;
    const float *keys = task->keys + (size_t)shared * task->capacity * size;
    const float *values = task->values + (size_t)shared * task->capacity * size;
    float *output = task->output + ((size_t)token * task->heads + head) * size;

    int start = ck_first_seen(task, positions - 1);
    bool finite = true;
    for (int j = start; j < positions; j++) {
        scores[j] = ck_dot_floats(CK_F32, (const uint8_t *)(keys + (size_t)j * size), query, size) * task->scale;
        finite &= ck_is_finite(scores[j]);
    }
    if (!finite) return false;
    if (task->soft_cap > 0.0f) soft_cap(scores + start, task->soft_cap, (size_t)(positions - start));

    float maximum = scores[start];
    for (int j = start + 1; j < positions; j++) maximum = scores[j] > maximum ? scores[j] : maximum;
    float lane[8] = {0};
    for (int j = start; j < positions; j++) {
        scores[j] = ck_exp_inline(scores[j] - maximum);
        lane[j % 8] += scores[j];
    }
    float sum = ck_sum_lanes(lane);

    for (int i = 0; i < size; i++) {
        float total = 0.0f;
        for (int j = start; j < positions; j++) total += scores[j] * values[(size_t)j * size + i];
        output[i] = total / sum;
    }
    return true;
}

const ck_kernels ck_portable_kernels = {
    "portable", ck_portable_quantize, ck_portable_multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};
#if defined(__aarch64__)
// NEON is part of the instruction set, so what lies between the matrices is compiled with it as it stands.
const ck_kernels ck_neon_kernels = {
    "neon", ck_portable_quantize, ck_neon_multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};
const ck_kernels ck_neon_dotprod_kernels = {
    "neon-dotprod", ck_portable_quantize, ck_neon_dotprod_multiply, rms_norm, add, swiglu, attend, geglu,
    scale, soft_cap};
#endif

// MARK: Sizes and checks

bool ck_all_finite(const float *values, size_t count) {
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t magnitude = ck_bits(values[i]) & 0x7fffffff;
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest < 0x7f800000;
}

// MARK: Around the transformer

void ck_store(const float *values, int tokens, int heads, int size, int first, int capacity, float *cache) {
    for (int t = 0; t < tokens; t++) {
        for (int h = 0; h < heads; h++) {
            memcpy(
                cache + ((size_t)h * capacity + first + t) * size, values + ((size_t)t * heads + h) * size,
                (size_t)size * sizeof(float));
        }
    }
}

int ck_argmax(const float *values, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) best = values[i] > values[best] ? i : best;
    return best;
}
