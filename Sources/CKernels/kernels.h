// What a set of kernels has to offer. Rows, tokens and heads are split outside; none of these starts a thread.
#pragma once

#include "CKernels.h"

/// The first position that the query at `position` sees.
static inline int ck_first_seen(const ck_attention_task *task, int position) {
    return task->window > 0 && position >= task->window ? position - task->window + 1 : 0;
}

struct ck_kernels {
    const char *name;
    /// Quantizes one group of tokens: `group` counts in CK_GROUP tokens (or is 0 when there is one token).
    bool (*quantize)(const ck_activations *activations, int group);
    /// Rows first..<last of a product, for all tokens.
    void (*multiply)(const ck_product *product, const ck_activations *activations, int first, int last);
    bool (*rms_norm)(const float *values, const float *weights, float epsilon, int columns, float *output);
    void (*add)(float *values, const float *other, size_t count);
    void (*swiglu)(float *gate, const float *up, size_t count);
    /// One query, by one head.
    bool (*attend)(const ck_attention_task *task, int token, int head, float *scores);
    void (*geglu)(float *gate, const float *up, size_t count);
    void (*scale)(float *values, float factor, size_t count);
    void (*soft_cap)(float *values, float cap, size_t count);
};

extern const ck_kernels ck_portable_kernels;
bool ck_portable_quantize(const ck_activations *activations, int group);
void ck_portable_multiply(const ck_product *product, const ck_activations *activations, int first, int last);
#if defined(__x86_64__)
extern const ck_kernels ck_avx2_kernels;
bool ck_avx2_quantize(const ck_activations *activations, int group);
void ck_avx2_multiply(const ck_product *product, const ck_activations *activations, int first, int last);
/// Quantized rows by one token, and by several.
void ck_avx2_token(const ck_product *product, const ck_activations *activations, int first, int last);
void ck_avx2_tokens(const ck_product *product, const ck_activations *activations, int first, int last);

extern const ck_kernels ck_avx512_kernels;
void ck_avx512_multiply(const ck_product *product, const ck_activations *activations, int first, int last);
void ck_avx512_token(const ck_product *product, const ck_activations *activations, int first, int last);
void ck_avx512_tokens(const ck_product *product, const ck_activations *activations, int first, int last);
#elif defined(__aarch64__)
extern const ck_kernels ck_neon_kernels;
void ck_neon_multiply(const ck_product *product, const ck_activations *activations, int first, int last);
extern const ck_kernels ck_neon_dotprod_kernels;
void ck_neon_dotprod_multiply(const ck_product *product, const ck_activations *activations, int first, int last);
#endif
