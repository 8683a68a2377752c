// What the files of the AVX-512 kernels share.
#pragma once

#include "avx2.h"

#define AVX512 __attribute__((target("avx2,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE_AVX512 AVX512 static inline __attribute__((always_inline))
