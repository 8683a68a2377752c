// The searches with AVX-512: sixteen sub-blocks at once.
#include "codec_kquants.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,f16c"))), apply_to = function)
#define LANES 16
#include "codec_search.h"

const codec codec_search_avx512[] = SEARCHING_CODECS;
#pragma clang attribute pop
#endif
