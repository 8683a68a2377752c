// The pool's own side, for those that split work.
#pragma once

#include "kernels.h"

/// One part of the work at hand, on thread `thread` of the pool.
typedef void (*ck_part)(void *context, int part, int thread);

/// Runs parts 0..<parts, each once, on whatever threads come; returns when all are done.
void ck_run(ck_pool *pool, ck_part function, void *context, int parts);

const ck_kernels *ck_kernels_of(const ck_pool *pool);
