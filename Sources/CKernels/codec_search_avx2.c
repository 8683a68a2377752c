// The searches with AVX2: eight sub-blocks at once.
#include "codec_kquants.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)
#define LANES 8
#include "codec_search.h"

const codec codec_search_avx2[] = SEARCHING_CODECS;
#pragma clang attribute pop
#endif
