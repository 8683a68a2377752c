// Which kernels this CPU, and its operating system, can run.
#include <string.h>

#include "kernels.h"

#if defined(__aarch64__) && defined(__linux__)
    #include <asm/hwcap.h>
    #include <sys/auxv.h>
#endif

#if defined(__x86_64__)

/// Both ask whether the system saves the wide registers, too.
static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c"); }

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
}

#elif defined(__aarch64__)

static bool has_dotprod(void) {
    #if defined(__ARM_FEATURE_DOTPROD)
    return true;
    #elif defined(__linux__)
    return getauxval(AT_HWCAP) & HWCAP_ASIMDDP;
    #else
    return false;
    #endif
}

#endif

const ck_kernels *ck_portable(void) { return &ck_portable_kernels; }

const ck_kernels *ck_fastest(void) {
    // Best first.
    static const char *const names[] = {"avx512", "avx2", "neon-dotprod", "neon"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const ck_kernels *kernels = ck_named(names[i]);
        if (kernels) return kernels;
    }
    return &ck_portable_kernels;
}

const ck_kernels *ck_named(const char *name) {
    if (strcmp(name, "portable") == 0) return &ck_portable_kernels;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "avx2") == 0 && has_avx2()) return &ck_avx2_kernels;
    if (strcmp(name, "avx512") == 0 && has_avx512()) return &ck_avx512_kernels;
#elif defined(__aarch64__)
    if (strcmp(name, "neon") == 0) return &ck_neon_kernels;
    if (strcmp(name, "neon-dotprod") == 0 && has_dotprod()) return &ck_neon_dotprod_kernels;
#endif
    return NULL;
}

const char *ck_name(const ck_kernels *kernels) { return kernels->name; }
