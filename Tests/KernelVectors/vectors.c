// Reads the vectors that Tests/Vectors/reference.py made: one a line, its kind first, numbers as bytes in hex.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "KernelVectors.h"

/// Copies of a vector's row and token, so that it passes through every lane and the remainders.
#define ROWS 19
#define TOKENS 18
/// The longest field, in bytes.
#define LONGEST 8192
#define FIELDS 10

typedef struct {
    uint8_t bytes[LONGEST];
    size_t size;
    const char *text;
} field;

typedef struct {
    ck_pool *pool;
    int count;
    /// Activations by name.
    struct {
        char name[16];
        float values[256];
    } inputs[8];
    int named;
} reader;

static void decode(field *f) {
    for (f->size = 0; f->size < LONGEST; f->size++) {
        unsigned byte;
        if (sscanf(f->text + 2 * f->size, "%2x", &byte) != 1) return;
        f->bytes[f->size] = (uint8_t)byte;
    }
}

static const float *floats(const field *f) { return (const float *)(const void *)f->bytes; }
static bool same(const void *found, const field *f) { return memcmp(found, f->bytes, f->size) == 0; }

static const float *input(const reader *r, const char *name) {
    for (int i = 0; i < r->named; i++) {
        if (strcmp(r->inputs[i].name, name) == 0) return r->inputs[i].values;
    }
    return NULL;
}

/// The activations `tokens` times, quantized.
typedef struct {
    float values[TOKENS * 256];
    int8_t codes[2 * CK_GROUP * 256];
    float scales[2 * CK_GROUP * 8];
    int32_t sums[2 * CK_GROUP * 16];
} room;

static ck_activations quantized(const reader *r, const float *x, int tokens, room *room) {
    for (int t = 0; t < tokens; t++) memcpy(room->values + t * 256, x, 256 * sizeof *x);
    ck_activations a = {tokens, 256, room->values, room->codes, room->scales, room->sums};
    ck_quantize(r->pool, &a);
    return a;
}

static bool check_quantized(const reader *r, const float *x, const field *codes, const field *scales) {
    static room room;
    quantized(r, x, 1, &room);
    return same(room.codes, codes) && same(room.scales, scales);
}

static bool check_product(const reader *r, int type, const float *x, const field *row, const field *result) {
    static room room;
    static uint8_t weights[ROWS * 1024];
    static float output[TOKENS * ROWS];
    if (row->size != ck_row_bytes(type, 256)) return false;
    for (int i = 0; i < ROWS; i++) memcpy(weights + (size_t)i * row->size, row->bytes, row->size);
    for (int tokens = 1; tokens <= TOKENS; tokens += TOKENS - 1) {
        ck_activations a = quantized(r, x, tokens, &room);
        ck_product product = {type, ROWS, 256, weights, output, ROWS};
        ck_multiply(r->pool, &product, 1, &a);
        for (int i = 0; i < tokens * ROWS; i++) {
            if (!same(&output[i], result)) return false;
        }
    }
    return true;
}

static bool check_single(const char *kind, const field *x, const field *y) {
    float found = strcmp(kind, "exp") == 0 ? ck_exp(*floats(x)) : ck_tanh(*floats(x));
    return same(&found, y);
}

static bool check_double(const char *kind, const field *x, const field *y) {
    double value, found;
    memcpy(&value, x->bytes, sizeof value);
    if (strcmp(kind, "exp64") == 0) found = ck_exp_double(value);
    else if (strcmp(kind, "log64") == 0) found = ck_log_double(value);
    else if (strcmp(kind, "sin64") == 0) found = ck_sin_double(value);
    else found = ck_cos_double(value);
    return same(&found, y);
}

static bool check_gate(const reader *r, const char *kind, const field *g, const field *u, const field *y) {
    // Nineteen alike: whole registers and a rest.
    float gate[19], up[19];
    for (int i = 0; i < 19; i++) gate[i] = *floats(g), up[i] = *floats(u);
    if (strcmp(kind, "swiglu") == 0) ck_swiglu(r->pool, gate, up, 19);
    else ck_geglu(r->pool, gate, up, 19);
    for (int i = 0; i < 19; i++) {
        if (!same(&gate[i], y)) return false;
    }
    return true;
}

static bool check_norm(const reader *r, const field *x, const field *weights, const field *y) {
    static float output[LONGEST / 4];
    ck_rms_norm(r->pool, floats(x), floats(weights), 1e-5f, 1, (int)(x->size / 4), output);
    return same(output, y);
}

static bool check_rotary(const field *f) {
    static float table[LONGEST / 4];
    int dimensions = atoi(f[2].text);
    ck_rotary_table(atoi(f[1].text), 1, dimensions, atof(f[3].text), 1.0, NULL, table);
    return f[4].size == (size_t)dimensions * 4 && same(table, &f[4]);
}

static bool check_attention(const reader *r, const field *f) {
    static float output[256], scores[256];
    int positions = atoi(f[1].text), size = (int)(f[5].size / 4);
    ck_attention_task task = {
        .tokens = 1, .first = positions - 1, .heads = 1, .key_value_heads = 1, .head_size = size,
        .capacity = positions, .window = atoi(f[2].text), .scale = *floats(&f[4]), .soft_cap = *floats(&f[3]),
        .queries = floats(&f[5]), .keys = floats(&f[6]), .values = floats(&f[7]), .output = output, .scores = scores};
    return ck_attention(r->pool, &task) && same(output, &f[8]);
}

/// Whether a line's vector comes out; true for what is only read.
static bool check_line(reader *r, char *line) {
    static field f[FIELDS];
    int count = 0;
    for (char *text = strtok(line, " \n"); text && count < FIELDS; text = strtok(NULL, " \n")) {
        f[count].text = text;
        decode(&f[count++]);
    }
    if (count < 3 || f[0].text[0] == '#') return true;
    const char *kind = f[0].text;
    if (strcmp(kind, "values") == 0) {
        if (r->named == 8 || f[2].size != 1024 || strlen(f[1].text) > 15) return false;
        strcpy(r->inputs[r->named].name, f[1].text);
        memcpy(r->inputs[r->named++].values, f[2].bytes, 1024);
        return true;
    }
    r->count++;
    const float *x = count > 2 ? input(r, f[kind[0] == 'p' ? 2 : 1].text) : NULL;
    if (strcmp(kind, "quantized") == 0) return count == 4 && x && check_quantized(r, x, &f[2], &f[3]);
    if (strcmp(kind, "product") == 0) return count == 5 && x && check_product(r, atoi(f[1].text), x, &f[3], &f[4]);
    if (strcmp(kind, "exp") == 0 || strcmp(kind, "tanh") == 0) return count == 3 && check_single(kind, &f[1], &f[2]);
    if (strlen(kind) == 5 && strcmp(kind + 3, "64") == 0) return count == 3 && check_double(kind, &f[1], &f[2]);
    if (strcmp(kind + 1, "wiglu") == 0 || strcmp(kind + 1, "eglu") == 0) {
        return count == 4 && check_gate(r, kind, &f[1], &f[2], &f[3]);
    }
    if (strcmp(kind, "rms_norm") == 0) return count == 4 && check_norm(r, &f[1], &f[2], &f[3]);
    if (strcmp(kind, "rotary") == 0) return count == 5 && check_rotary(f);
    if (strcmp(kind, "attention") == 0) return count == 9 && check_attention(r, f);
    return false;
}

long kv_check_vectors(const char *path, const ck_kernels *kernels) {
    static char line[FIELDS * LONGEST];
    FILE *file = fopen(path, "r");
    reader r = {.pool = ck_pool_create(1, kernels)};
    long number = 0, wrong = file && r.pool ? 0 : -1;
    while (wrong == 0 && fgets(line, sizeof line, file)) {
        number++;
        if (!check_line(&r, line)) wrong = -number;
    }
    if (file) fclose(file);
    if (r.pool) ck_pool_destroy(r.pool);
    return wrong ? wrong : r.count;
}
