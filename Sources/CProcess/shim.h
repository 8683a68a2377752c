#pragma once
#include <signal.h>
#include <sys/prctl.h>

// prctl is variadic, which Swift can't call: the kernel kills this process when the thread that started it ends.
static inline int modelpack_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0L, 0L, 0L); }
