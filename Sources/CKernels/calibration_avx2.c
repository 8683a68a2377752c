#if defined(__x86_64__)
    #define FOR __attribute__((target("avx2")))
    #define COLUMNS 4
    #define SET ck_avx2_calibration
    #include "calibration_body.h"
#endif
