#if defined(__x86_64__)
    #define FOR __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw")))
    #define COLUMNS 8
    #define SET ck_avx512_calibration
    #include "calibration_body.h"
#endif
