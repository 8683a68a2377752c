// The functions that split work over threads: by rows, heads and tokens, never inside a sum.
#include <stdatomic.h>

#include "arithmetic.h"
#include "kernels.h"
#include "pool.h"

// MARK: Quantizing and multiplying

typedef struct {
    const ck_kernels *kernels;
    const ck_activations *activations;
    _Atomic bool finite;
} quantize_context;

static void quantize_part(void *context, int part, int thread) {
    (void)thread;
    quantize_context *c = context;
    if (!c->kernels->quantize(c->activations, part)) atomic_store(&c->finite, false);
}

bool ck_quantize(ck_pool *pool, const ck_activations *activations) {
    quantize_context context = {ck_kernels_of(pool), activations, true};
    ck_run(pool, quantize_part, &context, (activations->tokens + CK_GROUP - 1) / CK_GROUP);
    return atomic_load(&context.finite);
}

/// Rows in a part: enough work that taking it costs nothing, few enough that threads end together.
static int rows_in_part(const ck_product *p, int tokens) {
    int rows = 200000 / (p->columns * (tokens < 32 ? tokens : 32)) / 16 * 16;
    return rows < 16 ? 16 : rows;
}

typedef struct {
    const ck_kernels *kernels;
    const ck_product *products;
    int count;
    const ck_activations *activations;
} multiply_context;

static void multiply_part(void *context, int part, int thread) {
    (void)thread;
    multiply_context *c = context;
    for (int i = 0; i < c->count; i++) {
        const ck_product *p = &c->products[i];
        int rows = rows_in_part(p, c->activations->tokens);
        int parts = (p->rows + rows - 1) / rows;
        if (part < parts) {
            int first = part * rows;
            c->kernels->multiply(p, c->activations, first, first + rows < p->rows ? first + rows : p->rows);
            return;
        }
        part -= parts;
    }
}

void ck_multiply(ck_pool *pool, const ck_product *products, int count, const ck_activations *activations) {
    multiply_context context = {ck_kernels_of(pool), products, count, activations};
    int parts = 0;
    for (int i = 0; i < count; i++) {
        int rows = rows_in_part(&products[i], activations->tokens);
        parts += (products[i].rows + rows - 1) / rows;
    }
    ck_run(pool, multiply_part, &context, parts);
}

// MARK: Between the matrices

typedef struct {
    const ck_kernels *kernels;
    const float *values;
    const float *weights;
    float epsilon;
    int columns;
    float *output;
    _Atomic bool finite;
} norm_context;

static void norm_part(void *context, int token, int thread) {
    (void)thread;
    norm_context *c = context;
    size_t at = (size_t)token * c->columns;
    bool finite = c->kernels->rms_norm(c->values + at, c->weights, c->epsilon, c->columns, c->output + at);
    if (!finite) atomic_store(&c->finite, false);
}

bool ck_rms_norm(
    ck_pool *pool, const float *values, const float *weights, float epsilon, int tokens, int columns, float *output) {
    norm_context context = {ck_kernels_of(pool), values, weights, epsilon, columns, output, true};
    ck_run(pool, norm_part, &context, tokens);
    return atomic_load(&context.finite);
}

/// values[i] and other[i] become values[i]: elements that one part takes.
#define ELEMENTS 8192

typedef struct {
    void (*function)(float *values, const float *other, size_t count);
    float *values;
    const float *other;
    size_t count;
} elements_context;

static void elements_part(void *context, int part, int thread) {
    (void)thread;
    elements_context *c = context;
    size_t first = (size_t)part * ELEMENTS;
    size_t count = c->count - first < ELEMENTS ? c->count - first : ELEMENTS;
    c->function(c->values + first, c->other + first, count);
}

void ck_add(ck_pool *pool, float *values, const float *other, size_t count) {
    elements_context context = {ck_kernels_of(pool)->add, values, other, count};
    ck_run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_swiglu(ck_pool *pool, float *gate, const float *up, size_t count) {
    elements_context context = {ck_kernels_of(pool)->swiglu, gate, up, count};
    ck_run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_geglu(ck_pool *pool, float *gate, const float *up, size_t count) {
    elements_context context = {ck_kernels_of(pool)->geglu, gate, up, count};
    ck_run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

typedef struct {
    void (*function)(float *values, float parameter, size_t count);
    float *values;
    float parameter;
    size_t count;
} parameter_context;

static void parameter_part(void *context, int part, int thread) {
    (void)thread;
    parameter_context *c = context;
    size_t first = (size_t)part * ELEMENTS;
    c->function(c->values + first, c->parameter, c->count - first < ELEMENTS ? c->count - first : ELEMENTS);
}

void ck_scale(ck_pool *pool, float *values, float factor, size_t count) {
    parameter_context context = {ck_kernels_of(pool)->scale, values, factor, count};
    ck_run(pool, parameter_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_soft_cap(ck_pool *pool, float *values, float cap, size_t count) {
    parameter_context context = {ck_kernels_of(pool)->soft_cap, values, cap, count};
    ck_run(pool, parameter_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

typedef struct {
    const ck_kernels *kernels;
    float *values;
    const float *bias;
    int columns;
} bias_context;

static void bias_part(void *context, int token, int thread) {
    (void)thread;
    bias_context *c = context;
    c->kernels->add(c->values + (size_t)token * c->columns, c->bias, (size_t)c->columns);
}

void ck_add_bias(ck_pool *pool, float *values, const float *bias, int tokens, int columns) {
    bias_context context = {ck_kernels_of(pool), values, bias, columns};
    ck_run(pool, bias_part, &context, tokens);
}

typedef struct {
    float *values;
    int stride, heads, head_size, dimensions;
    bool halves;
    const float *table;
} rotate_context;

static void rotate_part(void *context, int token, int thread) {
    (void)thread;
    rotate_context *c = context;
    const float *angles = c->table + (size_t)token * c->dimensions;
    int pairs = c->dimensions / 2, step = c->halves ? 1 : 2, partner = c->halves ? pairs : 1;
    for (int h = 0; h < c->heads; h++) {
        float *head = c->values + (size_t)token * c->stride + (size_t)h * c->head_size;
        for (int i = 0; i < pairs; i++) {
            float cosine = angles[2 * i], sine = angles[2 * i + 1];
            float x = head[i * step], y = head[i * step + partner];
            head[i * step] = x * cosine - y * sine;
            head[i * step + partner] = x * sine + y * cosine;
        }
    }
}

void ck_rotate(
    ck_pool *pool, float *values, int tokens, int stride, int heads, int head_size, int dimensions,
    int rotation, const float *table) {
    rotate_context context = {values, stride, heads, head_size, dimensions, rotation == CK_HALVES, table};
    ck_run(pool, rotate_part, &context, tokens);
}

typedef struct {
    const ck_kernels *kernels;
    const ck_attention_task *tasks;
    int count;
    _Atomic bool finite;
} attention_context;

static void attention_part(void *context, int part, int thread) {
    attention_context *c = context;
    const ck_attention_task *task = c->tasks;
    for (; part >= task->tokens * task->heads; task++) part -= task->tokens * task->heads;
    float *scores = task->scores + (size_t)thread * ((size_t)task->capacity + 8);
    if (!c->kernels->attend(task, part / task->heads, part % task->heads, scores)) atomic_store(&c->finite, false);
}

bool ck_attentions(ck_pool *pool, const ck_attention_task *tasks, int count) {
    attention_context context = {ck_kernels_of(pool), tasks, count, true};
    int parts = 0;
    for (int i = 0; i < count; i++) parts += tasks[i].tokens * tasks[i].heads;
    ck_run(pool, attention_part, &context, parts);
    return atomic_load(&context.finite);
}

bool ck_attention(ck_pool *pool, const ck_attention_task *task) { return ck_attentions(pool, task, 1); }
