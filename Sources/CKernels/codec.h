// What the codec files share; not for Swift.
#pragma once
#include "Codecs.h"
#include <string.h>

enum {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    IQ4_NL = 20,
    BF16 = 30
};

typedef void codec_decoder(const uint8_t *source, float *target, size_t count);
typedef size_t codec_encoder(const uint8_t *source, uint8_t *target, size_t count);

/// One type's conversions. What an instruction set does no better than plain C is NULL.
typedef struct {
    uint32_t type;
    codec_decoder *decode;
    codec_encoder *encode;
} codec;

/// The families in plain C; each table ends with an entry of NULLs.
extern const codec codec_floats[], codec_legacy[], codec_kquants[], codec_iq4[];
#if defined(__x86_64__)
extern const codec codec_avx2[], codec_search_avx2[], codec_search_avx512[];
#endif

/// The bits of 2^30: see are_encodable.
#define UNENCODABLE 0x4e800000u

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

/// Infinity and NaN have all exponent bits set.
static inline bool is_finite32(uint32_t bits) { return (bits & 0x7f800000u) != 0x7f800000u; }
static inline bool is_finite16(uint16_t bits) { return (bits & 0x7c00u) != 0x7c00u; }
