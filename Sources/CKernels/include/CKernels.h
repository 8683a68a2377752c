#pragma once
#include <stdint.h>
#include "Codecs.h"
