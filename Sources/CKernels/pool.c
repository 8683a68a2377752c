// Threads that take parts of the work at hand. The caller takes parts too and waits for parts, not for threads: one that
// sleeps, or whose core others use, holds nobody up.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pool.h"
#include "state.h"

/// Looks at shared memory before a thread gives way: some ten microseconds, since the next matrix follows at once.
#define SPINS 1000
/// A ticket that nobody can take a part with.
#define CLOSED 0x7fffffffu

struct ck_pool {
    const ck_kernels *kernels;
    int threads;
    pthread_t *workers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    _Atomic int sleeping;
    _Atomic bool stopping;
    // The work at hand: written while the ticket is closed, so that who takes a part has read what belongs to it.
    _Atomic(ck_part) function;
    _Atomic(void *) context;
    _Atomic unsigned parts;
    /// Number of the work, then the part to take next.
    _Atomic uint64_t ticket;
    /// Parts that aren't done.
    _Atomic unsigned left;
};

static inline uint64_t ticket(uint32_t work, uint32_t part) { return (uint64_t)work << 32 | part; }

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Takes and does one part; false when there is none.
static bool take_part(ck_pool *pool, int thread) {
    uint64_t now = atomic_load(&pool->ticket);
    for (;;) {
        uint32_t part = (uint32_t)now;
        ck_part function = atomic_load(&pool->function);
        void *context = atomic_load(&pool->context);
        if (part == CLOSED || part >= atomic_load(&pool->parts)) return false;
        // Only if the work is still the one that was just read.
        if (!atomic_compare_exchange_weak(&pool->ticket, &now, now + 1)) continue;
        function(context, (int)part, thread);
        atomic_fetch_sub(&pool->left, 1);
        return true;
    }
}

static bool has_part(ck_pool *pool) {
    uint32_t part = (uint32_t)atomic_load(&pool->ticket);
    return part != CLOSED && part < atomic_load(&pool->parts);
}

static void sleep_until_work(ck_pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleeping, 1);
    while (!has_part(pool) && !atomic_load(&pool->stopping)) pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->mutex);
}

typedef struct {
    ck_pool *pool;
    int thread;
} worker_start;

static void *worker(void *argument) {
    worker_start start = *(worker_start *)argument;
    free(argument);
    ck_enter_state();
    int idle = 0;
    while (!atomic_load(&start.pool->stopping)) {
        if (take_part(start.pool, start.thread)) {
            idle = 0;
        } else if (++idle < SPINS) {
            pause_briefly();
        } else {
            sleep_until_work(start.pool);
            idle = 0;
        }
    }
    return NULL;
}

void ck_run(ck_pool *pool, ck_part function, void *context, int parts) {
    uint64_t state = ck_enter_state();
    if (pool->threads == 1 || parts <= 1) {
        for (int part = 0; part < parts; part++) function(context, part, 0);
        ck_leave_state(state);
        return;
    }
    uint32_t work = (uint32_t)(atomic_load(&pool->ticket) >> 32) + 1;
    atomic_store(&pool->ticket, ticket(work, CLOSED));
    atomic_store(&pool->function, function);
    atomic_store(&pool->context, context);
    atomic_store(&pool->parts, (unsigned)parts);
    atomic_store(&pool->left, (unsigned)parts);
    atomic_store(&pool->ticket, ticket(work, 0));
    if (atomic_load(&pool->sleeping) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->mutex);
    }
    while (take_part(pool, 0)) {}
    for (int i = 0; atomic_load(&pool->left) > 0; i++) {
        if (i < SPINS) pause_briefly();
        else sched_yield();
    }
    ck_leave_state(state);
}

const ck_kernels *ck_kernels_of(const ck_pool *pool) { return pool->kernels; }

ck_pool *ck_pool_create(int threads, const ck_kernels *kernels) {
    ck_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->kernels = kernels;
    pool->threads = 1;
    pool->workers = calloc((size_t)threads, sizeof *pool->workers);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    atomic_store(&pool->ticket, ticket(0, CLOSED));
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
    atomic_store(&pool->stopping, true);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i], NULL);
    pthread_mutex_destroy(&pool->mutex);
    pthread_cond_destroy(&pool->wake);
    free(pool->workers);
    free(pool);
}
