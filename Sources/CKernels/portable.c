// The arithmetic in plain C: the definition that every other set of kernels is held to, bit for bit.
#include "arithmetic.h"
#include "kernels.h"

// MARK: Quantized activations

/// Where token `t` of a group keeps value `i` of block `b`; alone, a token's codes are simply in order.
static inline size_t code_index(const ck_activations *a, int group, int t, int b, int i) {
    if (a->tokens == 1) return (size_t)b * CK_BLOCK + i;
    size_t block = (size_t)group * (a->columns / CK_BLOCK) + b;
    return ((block * 8 + i / 4) * CK_GROUP + t) * 4 + i % 4;
}

static inline size_t scale_index(const ck_activations *a, int group, int t, int b) {
    if (a->tokens == 1) return b;
    return ((size_t)group * (a->columns / CK_BLOCK) + b) * CK_GROUP + t;
}

static bool quantize(const ck_activations *a, int group) {
    const float shift = 12582912.0f; // 1.5 * 2^23: the sum's low bits are the nearest integer, ties to even
    int lanes = a->tokens == 1 ? 1 : CK_GROUP;
    bool finite = true;
    for (int t = 0; t < lanes; t++) {
        int token = group * CK_GROUP + t;
        for (int b = 0; b < a->columns / CK_BLOCK; b++) {
            float x[CK_BLOCK] = {0};
            if (token < a->tokens) {
                memcpy(x, a->values + (size_t)token * a->columns + (size_t)b * CK_BLOCK, sizeof x);
            }
            uint32_t largest = 0;
            for (int i = 0; i < CK_BLOCK; i++) {
                uint32_t magnitude = ck_bits(x[i]) & 0x7fffffff;
                largest = magnitude > largest ? magnitude : largest;
            }
            finite &= largest < 0x7f800000;
            float maximum = ck_float(largest);
            bool zero = !(maximum >= 0x1p-100f) || largest >= 0x7f800000;
            float inverse = zero ? 0.0f : 127.0f / maximum;
            int32_t sum = 0;
            for (int i = 0; i < CK_BLOCK; i++) {
                float rounded = zero ? shift : x[i] * inverse + shift;
                int32_t code = (int32_t)(ck_bits(rounded) - 0x4b400000u);
                a->codes[code_index(a, group, t, b, i)] = (int8_t)code;
                sum += code;
            }
            a->scales[scale_index(a, group, t, b)] = zero ? 0.0f : maximum / 127.0f;
            a->sums[scale_index(a, group, t, b)] = sum;
        }
    }
    return finite;
}

// MARK: Products

static inline int32_t nibble(const uint8_t *codes, int i) {
    return i < 16 ? codes[i] & 15 : codes[i - 16] >> 4;
}

/// One quantized row times one token: an exact integer sum a block, blocks added in ascending order.
static float dot_quantized(int type, const uint8_t *row, const ck_activations *a, int group, int t) {
    float total = 0.0f;
    for (int b = 0; b < a->columns / CK_BLOCK; b++) {
        float scale = a->scales[scale_index(a, group, t, b)];
        int32_t sum = 0;
        float d = ck_half(ck_load16(row));
        if (type == CK_Q8_0) {
            for (int i = 0; i < CK_BLOCK; i++) {
                sum += (int32_t)(int8_t)row[2 + i] * a->codes[code_index(a, group, t, b, i)];
            }
            total += (float)sum * (d * scale);
            row += 34;
        } else if (type == CK_Q4_0) {
            for (int i = 0; i < CK_BLOCK; i++) {
                sum += (nibble(row + 2, i) - 8) * a->codes[code_index(a, group, t, b, i)];
            }
            total += (float)sum * (d * scale);
            row += 18;
        } else {
            for (int i = 0; i < CK_BLOCK; i++) {
                sum += nibble(row + 4, i) * a->codes[code_index(a, group, t, b, i)];
            }
            float m = ck_half(ck_load16(row + 2));
            total += (float)sum * (d * scale);
            total += (m * scale) * (float)a->sums[scale_index(a, group, t, b)];
            row += 20;
        }
    }
    return total;
}

static inline float element(int type, const uint8_t *row, int i) {
    switch (type) {
    case CK_F16: return ck_half(ck_load16(row + (size_t)i * 2));
    case CK_BF16: return ck_brain(ck_load16(row + (size_t)i * 2));
    default: return ck_float(ck_load32(row + (size_t)i * 4));
    }
}

/// One float row times one token: element i goes to lane i mod 8.
static float dot_floats(int type, const uint8_t *row, const float *x, int columns) {
    float lane[8] = {0};
    for (int i = 0; i < columns; i++) lane[i % 8] += element(type, row, i) * x[i];
    return ck_sum_lanes(lane);
}

static void multiply(const ck_product *p, const ck_activations *a, int first, int last) {
    size_t row_bytes = ck_row_bytes(p->type, p->columns);
    bool floats = p->type == CK_F32 || p->type == CK_F16 || p->type == CK_BF16;
    for (int r = first; r < last; r++) {
        const uint8_t *row = (const uint8_t *)p->data + (size_t)r * row_bytes;
        for (int t = 0; t < a->tokens; t++) {
            p->output[(size_t)t * p->stride + r] =
                floats ? dot_floats(p->type, row, a->values + (size_t)t * a->columns, a->columns)
                       : dot_quantized(p->type, row, a, t / CK_GROUP, t % CK_GROUP);
        }
    }
}

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
        scores[j] = dot_floats(CK_F32, (const uint8_t *)(keys + (size_t)j * size), query, size) * task->scale;
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

const ck_kernels ck_portable_kernels = {"portable", quantize, multiply, rms_norm, add, swiglu, attend, geglu, scale, soft_cap};

// MARK: Sizes and checks

size_t ck_row_bytes(int type, int columns) {
    size_t count = (size_t)columns;
    switch (type) {
    case CK_F32: return count * 4;
    case CK_F16:
    case CK_BF16: return count * 2;
    case CK_Q8_0: return count % CK_BLOCK ? 0 : count / CK_BLOCK * 34;
    case CK_Q4_0: return count % CK_BLOCK ? 0 : count / CK_BLOCK * 18;
    case CK_Q4_1: return count % CK_BLOCK ? 0 : count / CK_BLOCK * 20;
    default: return 0;
    }
}

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

double ck_log_sum_exp(const float *values, int count) {
    double maximum = values[ck_argmax(values, count)], sum = 0.0;
    for (int i = 0; i < count; i++) {
        double below = (double)values[i] - maximum;
        sum += below < -60.0 ? 0.0 : ck_exp_double(below);
    }
    return maximum + ck_log_double(sum);
}
