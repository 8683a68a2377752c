#include "codec.h"

// The families in plain C, and what each instruction set does faster. The processor is asked at every call, which
// costs a load.

static const codec *const portable[] = {codec_floats, codec_legacy, codec_kquants, codec_iq4, NULL};
#if defined(__x86_64__)
static const codec *const avx2[] = {codec_avx2, NULL};
#endif

static const codec *find(const codec *const *tables, uint32_t type) {
    for (; *tables; tables++)
        for (const codec *entry = *tables; entry->decode || entry->encode; entry++)
            if (entry->type == type) return entry;
    return NULL;
}

static codec find_portable(uint32_t type) {
    const codec *found = find(portable, type);
    return found ? *found : (codec){0};
}

static void improve(codec *best, const codec *const *tables) {
    const codec *better = find(tables, best->type);
    if (better && better->decode) best->decode = better->decode;
    if (better && better->encode) best->encode = better->encode;
}

static codec find_best(uint32_t type) {
    codec best = find_portable(type);
#if defined(__x86_64__)
    if (best.decode && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) improve(&best, avx2);
#endif
    return best;
}

static bool decode(codec codec, const void *source, float *target, size_t count) {
    if (!codec.decode) return false;
    codec.decode(source, target, count);
    return true;
}

static size_t encode(codec codec, const void *source, void *target, size_t count) {
    return codec.encode ? codec.encode(source, target, count) : 0;
}

bool codec_supports(uint32_t type) { return find(portable, type) != NULL; }

bool codec_decode(uint32_t type, const void *source, float *target, size_t count) {
    return decode(find_best(type), source, target, count);
}

size_t codec_encode(uint32_t type, const void *source, void *target, size_t count) {
    return encode(find_best(type), source, target, count);
}

bool codec_decode_portable(uint32_t type, const void *source, float *target, size_t count) {
    return decode(find_portable(type), source, target, count);
}

size_t codec_encode_portable(uint32_t type, const void *source, void *target, size_t count) {
    return encode(find_portable(type), source, target, count);
}
