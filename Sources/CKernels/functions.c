// exp, log, sin and cos in double precision, from IEEE operations alone: a libm gives other bits on another system.
#include "CKernels.h"
#include "arithmetic.h"

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float ck_exp(float value) { return ck_exp_inline(value); }

float ck_tanh(float value) { return ck_tanh_inline(value); }

static double nearest_integer(double value) {
    const double shift = 0x1.8p52;
    return (value + shift) - shift;
}

/// ln 2 in two parts, the first with 32 trailing zero bits, so that n * LN2_HIGH is exact for small n.
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33

/// exp(x) for |x| <= 700: Taylor series of degree 13 for the rest within ln 2 / 2.
double ck_exp_double(double x) {
    double n = nearest_integer(x / 0x1.62e42fefa39efp-1);
    double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double sum = 1.0;
    for (int k = 13; k >= 1; k--) sum = 1.0 + sum * r / (double)k;
    return sum * double_of((uint64_t)((int64_t)n + 1023) << 52);
}

/// ln(x) for normal x > 0: x = 2^n m with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1) / (m + 1)).
double ck_log_double(double x) {
    uint64_t bits = bits_of(x);
    int64_t n = (int64_t)(bits >> 52) - 1023;
    double m = double_of((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        n += 1;
    }
    double s = (m - 1.0) / (m + 1.0);
    double square = s * s, sum = 0.0;
    for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / (double)k;
    return (double)n * LN2_HIGH + (2.0 * s * sum + (double)n * LN2_LOW);
}

/// pi / 2 in three parts of 33 bits each, for angles up to some 2^20.
#define HALF_PI_1 0x1.921fb54400000p0
#define HALF_PI_2 0x1.0b4611a600000p-34
#define HALF_PI_3 0x1.3198a2e037073p-69

/// sin(x + quarter * pi / 2): the Taylor series after taking multiples of pi / 2 away, for |x| < 2^20.
static double sine(double x, int quarter) {
    double n = nearest_integer(x / 0x1.921fb54442d18p0);
    double r = ((x - n * HALF_PI_1) - n * HALF_PI_2) - n * HALF_PI_3;
    double square = r * r, sum = 1.0;
    quarter = (int)(((int64_t)n + quarter) & 3);
    bool odd = quarter & 1;
    for (int k = odd ? 18 : 19; k >= 2; k -= 2) sum = 1.0 - sum * square / (double)(k * (k - 1));
    double value = odd ? sum : sum * r;
    return quarter & 2 ? -value : value;
}

double ck_sin_double(double x) { return sine(x, 0); }

double ck_cos_double(double x) { return sine(x, 1); }

void ck_rotary_table(
    int first, int count, int dimensions, double base, double scale, const float *factors, float *table) {
    int pairs = dimensions / 2;
    double logarithm = ck_log_double(base);
    for (int i = 0; i < pairs; i++) {
        double frequency = ck_exp_double(-(double)(2 * i) / (double)dimensions * logarithm);
        if (factors) frequency /= (double)factors[i];
        frequency *= scale;
        for (int k = 0; k < count; k++) {
            double angle = (double)(first + k) * frequency;
            table[((size_t)k * pairs + i) * 2] = (float)ck_cos_double(angle);
            table[((size_t)k * pairs + i) * 2 + 1] = (float)ck_sin_double(angle);
        }
    }
}
