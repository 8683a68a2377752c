// Calibrated rounding in plain C: what every other instruction set is held to, bit for bit.
#define FOR
#define COLUMNS 2
#define SET ck_portable_calibration
#include "calibration_body.h"
