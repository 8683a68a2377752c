// The reference engine's arithmetic, version 1, as docs/determinism.md states it.
//
// Every function gives the same bits whichever kernels run it, on any number of threads and for any split of
// tokens into batches. Arrays are row-major; the last index is contiguous.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Codecs.h"
#include "Places.h"

/// The arithmetic that these kernels compute; any change of a bit raises it.
#define CK_ARITHMETIC 1

/// Element types of weight rows, with the numbers that GGUF gives them.
enum ck_type {
    CK_F32 = 0,
    CK_F16 = 1,
    CK_Q4_0 = 2,
    CK_Q4_1 = 3,
    CK_Q5_0 = 6,
    CK_Q5_1 = 7,
    CK_Q8_0 = 8,
    CK_Q2_K = 10,
    CK_Q3_K = 11,
    CK_Q4_K = 12,
    CK_Q5_K = 13,
    CK_Q6_K = 14,
    CK_IQ4_NL = 20,
    CK_BF16 = 30
};

/// Tokens that share one register: quantized activations of more than one token are interleaved by this many.
#define CK_GROUP 16
/// Values in a quantized block.
#define CK_BLOCK 32

/// A set of kernels for one instruction set.
typedef struct ck_kernels ck_kernels;

/// The kernels in portable C, and the fastest ones that this CPU can run.
const ck_kernels *_Nonnull ck_portable(void);
const ck_kernels *_Nonnull ck_fastest(void);
/// "portable", "avx2", "avx512", "neon" or "neon-dotprod"; NULL if this CPU can't run them or nobody knows the name.
const ck_kernels *_Nullable ck_named(const char *_Nonnull name);
const char *_Nonnull ck_name(const ck_kernels *_Nonnull kernels);

/// Threads that wait without burning a core.
typedef struct ck_pool ck_pool;

/// Starts `threads` - 1 workers, the caller being one more; NULL when the system gives no threads or memory.
ck_pool *_Nullable ck_pool_create(int threads, const ck_kernels *_Nonnull kernels);
void ck_pool_destroy(ck_pool *_Nonnull pool);

/// The activations that a matrix is multiplied with: `tokens` × `columns` floats and, once quantized, their codes.
///
/// The sums are those of the codes in each half of a block. One token: codes [columns], scales [block], sums
/// [block][2 halves]. More: in groups of 16 tokens, the last one padded with zeros, codes
/// [group][block][8 quads][16 tokens][4], scales [group][block][16 tokens], sums [group][block][2 halves][16 tokens].
typedef struct {
    int tokens;
    int columns;
    const float *_Nonnull values;
    int8_t *_Nullable codes;
    float *_Nullable scales;
    int32_t *_Nullable sums;
} ck_activations;

/// A weight matrix, straight from the map: `rows` rows of `columns` elements, and where its products go:
/// output[token * stride + row].
typedef struct {
    int type;
    int rows;
    int columns;
    const void *_Nonnull data;
    float *_Nonnull output;
    int stride;
} ck_product;

/// Bytes of a row of `columns` elements; 0 if the type is unknown or doesn't divide the row.
size_t ck_row_bytes(int type, int columns);

/// Fills codes, scales and sums from values. False if a value isn't finite. `columns` is a multiple of 32.
bool ck_quantize(ck_pool *_Nonnull pool, const ck_activations *_Nonnull activations);

/// All products of the same activations; those with quantized rows need ck_quantize first.
void ck_multiply(
    ck_pool *_Nonnull pool, const ck_product *_Nonnull products, int count,
    const ck_activations *_Nonnull activations);

/// output[t] = values[t] / sqrt(mean(values[t]^2) + epsilon) * weights, for each token.
/// False if the values aren't finite.
bool ck_rms_norm(
    ck_pool *_Nonnull pool, const float *_Nonnull values, const float *_Nonnull weights, float epsilon, int tokens,
    int columns, float *_Nonnull output);

/// values += other
void ck_add(ck_pool *_Nonnull pool, float *_Nonnull values, const float *_Nonnull other, size_t count);

/// values[t] += bias, for each token.
void ck_add_bias(
    ck_pool *_Nonnull pool, float *_Nonnull values, const float *_Nonnull bias, int tokens, int columns);

/// values *= factor
void ck_scale(ck_pool *_Nonnull pool, float *_Nonnull values, float factor, size_t count);

/// values = tanh(values / cap) * cap
void ck_soft_cap(ck_pool *_Nonnull pool, float *_Nonnull values, float cap, size_t count);

/// gate = gate / (1 + exp(-gate)) * up
void ck_swiglu(ck_pool *_Nonnull pool, float *_Nonnull gate, const float *_Nonnull up, size_t count);

/// gate = gelu(gate) * up, gelu in its form with tanh
void ck_geglu(ck_pool *_Nonnull pool, float *_Nonnull gate, const float *_Nonnull up, size_t count);

/// cos and sin of position * scale / (base^(2i / dimensions) * factors[i]) for i < dimensions / 2, as pairs:
/// table[position - first][i][2]. No factors are as good as ones.
void ck_rotary_table(
    int first, int count, int dimensions, double base, double scale, const float *_Nullable factors,
    float *_Nonnull table);

/// Which elements of a head are turned together: 2i and 2i + 1, or i and i + dimensions / 2.
enum ck_rotation { CK_NEIGHBOURS = 0, CK_HALVES = 1 };

/// Turns pairs of the first `dimensions` of each head by the table's angles.
/// values [tokens][stride], of which `heads` × `head_size` are used.
void ck_rotate(
    ck_pool *_Nonnull pool, float *_Nonnull values, int tokens, int stride, int heads, int head_size, int dimensions,
    int rotation, const float *_Nonnull table);

/// Attention of `tokens` queries, at positions `first` and up, over the keys and values cached so far.
typedef struct {
    int tokens;
    int first;
    int heads;
    int key_value_heads;
    int head_size;
    /// Positions that the caches have room for.
    int capacity;
    /// How many positions a query sees, its own included; 0: all.
    int window;
    /// What the products of query and key are multiplied with.
    float scale;
    /// Scaled scores become tanh(score / soft_cap) * soft_cap; 0: they stay.
    float soft_cap;
    /// [tokens][heads][head_size]
    const float *_Nonnull queries;
    /// [key_value_heads][capacity][head_size]
    const float *_Nonnull keys;
    const float *_Nonnull values;
    /// [tokens][heads][head_size]
    float *_Nonnull output;
    /// One row of `capacity` + 8 floats for each thread.
    float *_Nonnull scores;
} ck_attention_task;

/// False if a score isn't finite.
bool ck_attention(ck_pool *_Nonnull pool, const ck_attention_task *_Nonnull task);

/// The same for several sequences at once, whose caches have the same capacity; they may share `scores`.
bool ck_attentions(ck_pool *_Nonnull pool, const ck_attention_task *_Nonnull tasks, int count);

/// False if a value isn't finite.
bool ck_all_finite(const float *_Nonnull values, size_t count);

/// exp and tanh in the arithmetic's own form, for tests and for the loss.
float ck_exp(float value);
float ck_tanh(float value);
double ck_exp_double(double value);
double ck_log_double(double value);
double ck_sin_double(double value);
double ck_cos_double(double value);

/// Copies values [tokens][heads][size] to cache [heads][capacity][size], at positions `first` and up.
void ck_store(
    const float *_Nonnull values, int tokens, int heads, int size, int first, int capacity, float *_Nonnull cache);

/// The index of the largest value, the first of several.
int ck_argmax(const float *_Nonnull values, int count);

/// ln Σ exp(valueᵢ), for finite values and a count above 0.
double ck_log_sum_exp(const float *_Nonnull values, int count);

/// The Kullback–Leibler divergence of softmax(values) from softmax(reference), in nats: Σ p · ln(p / q).
double ck_divergence(const float *_Nonnull reference, const float *_Nonnull values, int count);

#include "Calibration.h"
