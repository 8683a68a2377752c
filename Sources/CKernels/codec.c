#include "codec.h"

// The families in plain C, and what each instruction set does faster. The processor is asked at every call, which
// costs a load.

static const codec *const portable[] = {codec_floats, codec_legacy, codec_kquants, codec_iq4, NULL};
#if defined(__x86_64__)
static const codec *const avx2[] = {codec_avx2, codec_search_avx2, NULL};
static const codec *const avx512[] = {codec_search_avx512, NULL};
#endif

enum codec_set codec_best_set(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("f16c")) return CODEC_PORTABLE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return CODEC_AVX2;
    if (!__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) return CODEC_AVX2;
    return CODEC_AVX512;
#else
    return CODEC_PORTABLE;
#endif
}

static const codec *find(const codec *const *tables, uint32_t type) {
    for (; *tables; tables++)
        for (const codec *entry = *tables; entry->decode || entry->encode; entry++)
            if (entry->type == type) return entry;
    return NULL;
}

#if defined(__x86_64__)
static void improve(codec *best, const codec *const *tables) {
    const codec *better = find(tables, best->type);
    if (better && better->decode) best->decode = better->decode;
    if (better && better->encode) best->encode = better->encode;
}
#endif

static codec choose(enum codec_set set, uint32_t type) {
    const codec *found = find(portable, type);
    if (!found) return (codec){0};
    codec best = *found;
#if defined(__x86_64__)
    const enum codec_set limit = codec_best_set();
    if (set >= CODEC_AVX2 && limit >= CODEC_AVX2) improve(&best, avx2);
    if (set >= CODEC_AVX512 && limit >= CODEC_AVX512) improve(&best, avx512);
#else
    (void)set;
#endif
    return best;
}

bool codec_supports(uint32_t type) { return find(portable, type) != NULL; }

bool codec_decode_with(enum codec_set set, uint32_t type, const void *source, float *target, size_t count) {
    const codec codec = choose(set, type);
    if (!codec.decode) return false;
    codec.decode(source, target, count);
    return true;
}

size_t codec_encode_with(enum codec_set set, uint32_t type, const void *source, void *target, size_t count) {
    const codec codec = choose(set, type);
    return codec.encode ? codec.encode(source, target, count) : 0;
}

bool codec_decode(uint32_t type, const void *source, float *target, size_t count) {
    return codec_decode_with(CODEC_AVX512, type, source, target, count);
}

size_t codec_encode(uint32_t type, const void *source, void *target, size_t count) {
    return codec_encode_with(CODEC_AVX512, type, source, target, count);
}
