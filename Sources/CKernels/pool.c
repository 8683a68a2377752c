// Threads, and the functions that split work over them: by rows, heads and tokens, never inside a sum.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__x86_64__)
    #include <immintrin.h>
#endif

#include "arithmetic.h"
#include "calibration.h"
#include "kernels.h"

// MARK: Dispatch

const ck_kernels *ck_portable(void) { return &ck_portable_kernels; }

const ck_kernels *ck_fastest(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) return &ck_avx2_kernels;
#endif
    return &ck_portable_kernels;
}

const char *ck_name(const ck_kernels *kernels) { return kernels->name; }

// MARK: Floating-point state

/// Round to nearest, subnormals kept, no traps: the state that the arithmetic is defined in.
static uint64_t enter_state(void) {
#if defined(__x86_64__)
    uint32_t before = _mm_getcsr();
    _mm_setcsr(0x1f80);
    return before;
#elif defined(__aarch64__)
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
    return before;
#else
    return 0;
#endif
}

static void leave_state(uint64_t before) {
#if defined(__x86_64__)
    _mm_setcsr((uint32_t)before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
    (void)before;
#endif
}

// MARK: The pool

typedef void (*part_function)(void *context, int part, int thread);

struct ck_pool {
    const ck_kernels *kernels;
    int threads;
    pthread_t *workers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int sleeping;
    bool stopping;
    // The work at hand. A new generation number publishes it.
    part_function function;
    void *context;
    int parts;
    _Atomic unsigned generation;
    _Atomic int next;
    _Atomic int busy;
};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void take_parts(ck_pool *pool, int thread) {
    for (;;) {
        int part = atomic_fetch_add(&pool->next, 1);
        if (part >= pool->parts) return;
        pool->function(pool->context, part, thread);
    }
}

/// Waits for work: some ten microseconds awake, since the next matrix follows at once, then asleep.
static bool wait_for(ck_pool *pool, unsigned seen) {
    for (int i = 0; i < 2000; i++) {
        if (atomic_load(&pool->generation) != seen) return true;
        pause_briefly();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->sleeping++;
    while (atomic_load(&pool->generation) == seen && !pool->stopping) pthread_cond_wait(&pool->wake, &pool->mutex);
    pool->sleeping--;
    bool work = atomic_load(&pool->generation) != seen;
    pthread_mutex_unlock(&pool->mutex);
    return work;
}

typedef struct {
    ck_pool *pool;
    int thread;
} worker_start;

static void *worker(void *argument) {
    worker_start start = *(worker_start *)argument;
    free(argument);
    enter_state();
    for (unsigned seen = 0; wait_for(start.pool, seen);) {
        seen++;
        take_parts(start.pool, start.thread);
        atomic_fetch_sub(&start.pool->busy, 1);
    }
    return NULL;
}

static void run(ck_pool *pool, part_function function, void *context, int parts) {
    uint64_t state = enter_state();
    if (pool->threads == 1 || parts <= 1) {
        for (int part = 0; part < parts; part++) function(context, part, 0);
        leave_state(state);
        return;
    }
    pool->function = function;
    pool->context = context;
    pool->parts = parts;
    atomic_store(&pool->next, 0);
    atomic_store(&pool->busy, pool->threads - 1);
    atomic_fetch_add(&pool->generation, 1);
    pthread_mutex_lock(&pool->mutex);
    if (pool->sleeping > 0) pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    take_parts(pool, 0);
    for (int i = 0; atomic_load(&pool->busy) > 0; i++) {
        pause_briefly();
        if (i > 20000) sched_yield();
    }
    leave_state(state);
}

ck_pool *ck_pool_create(int threads, const ck_kernels *kernels) {
    ck_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->kernels = kernels;
    pool->threads = 1;
    pool->workers = calloc((size_t)threads, sizeof *pool->workers);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    if (!pool->workers) {
        ck_pool_destroy(pool);
        return NULL;
    }
    for (int i = 1; i < threads; i++) {
        worker_start *start = malloc(sizeof *start);
        if (start) *start = (worker_start){pool, i};
        if (!start || pthread_create(&pool->workers[i], NULL, worker, start) != 0) {
            free(start);
            ck_pool_destroy(pool);
            return NULL;
        }
        pool->threads = i + 1;
    }
    return pool;
}

void ck_pool_destroy(ck_pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i], NULL);
    pthread_mutex_destroy(&pool->mutex);
    pthread_cond_destroy(&pool->wake);
    free(pool->workers);
    free(pool);
}

void ck_run(ck_pool *pool, part_function function, void *context, int parts) { run(pool, function, context, parts); }

int ck_threads(const ck_pool *pool) { return pool->threads; }

bool ck_is_portable(const ck_pool *pool) { return pool->kernels == &ck_portable_kernels; }

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
    quantize_context context = {pool->kernels, activations, true};
    run(pool, quantize_part, &context, (activations->tokens + CK_GROUP - 1) / CK_GROUP);
    return atomic_load(&context.finite);
}

/// Rows in a part: enough work that taking it costs nothing, few enough that threads end together.
static int rows_in_part(const ck_product *p, int tokens) {
    int rows = 200000 / (p->columns * (tokens < 32 ? tokens : 32)) / 8 * 8;
    return rows < 8 ? 8 : rows;
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
    multiply_context context = {pool->kernels, products, count, activations};
    int parts = 0;
    for (int i = 0; i < count; i++) {
        int rows = rows_in_part(&products[i], activations->tokens);
        parts += (products[i].rows + rows - 1) / rows;
    }
    run(pool, multiply_part, &context, parts);
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
    norm_context context = {pool->kernels, values, weights, epsilon, columns, output, true};
    run(pool, norm_part, &context, tokens);
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
    elements_context context = {pool->kernels->add, values, other, count};
    run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_swiglu(ck_pool *pool, float *gate, const float *up, size_t count) {
    elements_context context = {pool->kernels->swiglu, gate, up, count};
    run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_geglu(ck_pool *pool, float *gate, const float *up, size_t count) {
    elements_context context = {pool->kernels->geglu, gate, up, count};
    run(pool, elements_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
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
    parameter_context context = {pool->kernels->scale, values, factor, count};
    run(pool, parameter_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
}

void ck_soft_cap(ck_pool *pool, float *values, float cap, size_t count) {
    parameter_context context = {pool->kernels->soft_cap, values, cap, count};
    run(pool, parameter_part, &context, (int)((count + ELEMENTS - 1) / ELEMENTS));
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
    bias_context context = {pool->kernels, values, bias, columns};
    run(pool, bias_part, &context, tokens);
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
    run(pool, rotate_part, &context, tokens);
}

typedef struct {
    const ck_kernels *kernels;
    const ck_attention_task *task;
    _Atomic bool finite;
} attention_context;

static void attention_part(void *context, int part, int thread) {
    attention_context *c = context;
    const ck_attention_task *task = c->task;
    float *scores = task->scores + (size_t)thread * ((size_t)task->capacity + 8);
    if (!c->kernels->attend(task, part / task->heads, part % task->heads, scores)) atomic_store(&c->finite, false);
}

bool ck_attention(ck_pool *pool, const ck_attention_task *task) {
    attention_context context = {pool->kernels, task, true};
    run(pool, attention_part, &context, task->tokens * task->heads);
    return atomic_load(&context.finite);
}
