// IQ4_NL's ladder and its search, the same for every instruction set.
#pragma once
#include <stdint.h>

static const int8_t iq4_ladder[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Blocks of smaller numbers are zero.
#define IQ4_EPSILON 1e-15f
/// The ladders tried to either side.
#define IQ4_STEPS 7
