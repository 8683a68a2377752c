// The floating-point state that the arithmetic is defined in: round to nearest, subnormals kept, no traps.
#pragma once

#include <stdint.h>

#if defined(__x86_64__)
    #include <immintrin.h>
#endif

/// Enters the state; returns what to give to `ck_leave_state`.
static inline uint64_t ck_enter_state(void) {
#if defined(__x86_64__)
    uint32_t before = _mm_getcsr();
    _mm_setcsr(0x1f80);
    return before;
#elif defined(__aarch64__)
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
    return before;
#else
    return 0;
#endif
}

static inline void ck_leave_state(uint64_t before) {
#if defined(__x86_64__)
    _mm_setcsr((uint32_t)before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
    (void)before;
#endif
}
