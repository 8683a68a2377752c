#include "codec.h"

// One function table for each instruction set; the processor is asked at every call, which costs a load.

static const codec *find(const codec *table, uint32_t type) {
    for (int i = 0; i < CODECS; i++)
        if (table[i].type == type) return &table[i];
    return NULL;
}

static const codec *best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) return codec_avx2;
#endif
    return codec_portable;
}

static bool decode(const codec *codec, const void *source, float *target, size_t count) {
    if (!codec) return false;
    codec->decode(source, target, count);
    return true;
}

bool codec_supports(uint32_t type) { return find(codec_portable, type) != NULL; }

bool codec_decode(uint32_t type, const void *source, float *target, size_t count) {
    return decode(find(best(), type), source, target, count);
}

size_t codec_encode(uint32_t type, const void *source, void *target, size_t count) {
    const codec *codec = find(best(), type);
    return codec ? codec->encode(source, target, count) : 0;
}

bool codec_decode_portable(uint32_t type, const void *source, float *target, size_t count) {
    return decode(find(codec_portable, type), source, target, count);
}

size_t codec_encode_portable(uint32_t type, const void *source, void *target, size_t count) {
    const codec *codec = find(codec_portable, type);
    return codec ? codec->encode(source, target, count) : 0;
}
