#!/usr/bin/env python3
"""The arithmetic of docs/determinism.md, written from that page alone, and vectors made with it.

    python3 Tests/Vectors/reference.py > Tests/Vectors/arithmetic-1.txt

Python's floats are binary64. One operation on binary32 numbers, done in binary64 and rounded to binary32, is the
correctly rounded one for + - * / and the square root, so `f32` after each operation is all it takes.
"""
import math
import random
import struct


def f32(value):
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def f16(data, at):
    return struct.unpack_from("<e", data, at)[0]


def bits(value):
    return struct.pack("<f", value).hex()


def lane_sum(products):
    """The sum of (index, value): the value goes to lane index mod 8."""
    lane = [0.0] * 8
    for i, value in products:
        lane[i % 8] = f32(lane[i % 8] + value)
    l = lane
    first = f32(f32(l[0] + l[4]) + f32(l[2] + l[6]))
    return f32(first + f32(f32(l[1] + l[5]) + f32(l[3] + l[7])))


# Weights: a block of 32 is (codes less the zero point, the integer scales of its halves, d, and for types with a
# minimum: sign, m, the integer minima of its halves).

IQ4_NL = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]


def nibbles(data):
    return [byte & 15 for byte in data] + [byte >> 4 for byte in data]


def small_blocks(name, data, number):
    size = {"Q8_0": 34, "Q4_0": 18, "Q4_1": 20, "Q5_0": 22, "Q5_1": 24, "IQ4_NL": 18}[name]
    record = data[number * size : (number + 1) * size]
    d = f16(record, 0)
    if name == "Q8_0":
        return list(struct.unpack("32b", record[2:])), (1, 1), d, None
    low = nibbles(record[-16:])
    if name == "IQ4_NL":
        return [IQ4_NL[code] for code in low], (1, 1), d, None
    if name == "Q4_0":
        return [code - 8 for code in low], (1, 1), d, None
    if name == "Q4_1":
        return low, (1, 1), d, (1, f16(record, 2), (1, 1))
    top = int.from_bytes(record[-20:-16], "little")
    five = [code + 16 * (top >> i & 1) for i, code in enumerate(low)]
    if name == "Q5_0":
        return [code - 16 for code in five], (1, 1), d, None
    return five, (1, 1), d, (1, f16(record, 2), (1, 1))


def six_bits(packed):
    """The 8 scales and 8 minima in Q4_K's and Q5_K's 12 bytes."""
    scales, minima = [], []
    for j in range(4):
        scales.append(packed[j] % 64)
        minima.append(packed[4 + j] % 64)
    for j in range(4):
        scales.append(packed[8 + j] % 16 + packed[j] // 64 * 16)
        minima.append(packed[8 + j] // 16 + packed[4 + j] // 64 * 16)
    return scales, minima


def super_block(name, record, j):
    n, q = j // 4, j % 4
    if name in ("Q4_K", "Q5_K"):
        scales, minima = six_bits(record[4:16])
        nibble = record[-128:][32 * (j // 2) : 32 * (j // 2) + 32]
        codes = [byte >> 4 if j % 2 else byte % 16 for byte in nibble]
        if name == "Q5_K":
            codes = [code + 16 * (record[16 + i] >> j & 1) for i, code in enumerate(codes)]
        least = (-1, f16(record, 2), (minima[j],) * 2)
        return codes, (scales[j],) * 2, f16(record, 0), least
    if name == "Q6_K":
        low = record[64 * n + 32 * (q % 2) :][:32]
        high = record[128 + 32 * n :][:32]
        codes = [(l >> 4 if q >= 2 else l % 16) + 16 * (h >> 2 * q & 3) - 32 for l, h in zip(low, high)]
        return codes, struct.unpack_from("2b", record, 192 + 2 * j), f16(record, 208), None
    if name == "Q2_K":
        codes = [byte >> 2 * q & 3 for byte in record[16 + 32 * n :][:32]]
        halves = record[2 * j : 2 * j + 2]
        least = (-1, f16(record, 82), tuple(byte >> 4 for byte in halves))
        return codes, tuple(byte % 16 for byte in halves), f16(record, 80), least
    # Q3_K
    codes = [(b >> 2 * q & 3) + 4 * (h >> j & 1) - 4 for b, h in zip(record[32 + 32 * n :][:32], record[:32])]
    packed, scales = record[96:108], []
    for k in (2 * j, 2 * j + 1):
        low = packed[k] % 16 if k < 8 else packed[k - 8] >> 4
        scales.append(low + 16 * (packed[8 + k % 4] >> 2 * (k // 4) & 3) - 32)
    return codes, tuple(scales), f16(record, 108), None


SUPER = {"Q2_K": 84, "Q3_K": 110, "Q4_K": 144, "Q5_K": 176, "Q6_K": 210}
FLOATS = {"F32": 4, "F16": 2, "BF16": 2}
TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL"] + list(SUPER)
BYTES = {"Q8_0": 272, "Q4_0": 144, "Q4_1": 160, "Q5_0": 176, "Q5_1": 192, "IQ4_NL": 144} | SUPER
IDS = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q5_1": 7, "Q8_0": 8, "Q2_K": 10, "Q3_K": 11}
IDS |= {"Q4_K": 12, "Q5_K": 13, "Q6_K": 14, "IQ4_NL": 20, "BF16": 30}


def quantize(x):
    """A block of 32 activations: codes and scale."""
    largest = max(map(abs, x))
    if largest < 2.0**-100:
        return [0] * 32, 0.0
    r = f32(127 / largest)
    # round() takes ties to even.
    return [round(f32(value * r)) for value in x], f32(largest / 127)


def float_weight(name, data, i):
    if name == "F16":
        return f16(data, 2 * i)
    if name == "BF16":
        return struct.unpack("<f", b"\0\0" + data[2 * i : 2 * i + 2])[0]
    return struct.unpack_from("<f", data, 4 * i)[0]


def product(name, data, x):
    if name in FLOATS:
        return lane_sum((i, f32(float_weight(name, data, i) * value)) for i, value in enumerate(x))
    total = 0.0
    for b in range(len(x) // 32):
        if name in SUPER:
            size = SUPER[name]
            codes, scales, d, least = super_block(name, data[b // 8 * size : (b // 8 + 1) * size], b % 8)
        else:
            codes, scales, d, least = small_blocks(name, data, b)
        activations, s = quantize(x[32 * b : 32 * b + 32])
        halves = [sum(codes[i] * activations[i] for i in range(16 * h, 16 * h + 16)) for h in range(2)]
        total = f32(total + f32(sum(n * half for n, half in zip(scales, halves)) * f32(d * s)))
        if least:
            sign, m, minima = least
            amount = sum(n * sum(activations[16 * h : 16 * h + 16]) for h, n in enumerate(minima))
            total = f32(total + sign * f32(f32(m * s) * amount))
    return total


# Functions.

RECIPROCALS = [f32(1 / math.factorial(k)) for k in range(8)]
LOG2E, LN2_HIGH, LN2_LOW = f32(1.44269504), f32(0.693359375), f32(-2.12194440e-4)


def reduce(t):
    n = f32(f32(f32(t * LOG2E) + 12582912) - 12582912)
    return int(n), f32(f32(t - f32(n * LN2_HIGH)) - f32(n * LN2_LOW))


def horner(r, last):
    p = RECIPROCALS[7]
    for k in range(6, last - 1, -1):
        p = f32(f32(p * r) + RECIPROCALS[k])
    return p


def exp32(x):
    n, r = reduce(min(max(x, -87.0), 88.0))
    return 0.0 if x < -87 else f32(horner(r, 0) * 2.0**n)


def tanh32(x):
    a = min(abs(x), 10.0)
    n, r = reduce(f32(a + a))
    e = f32(f32(f32(horner(r, 1) * r) * 2.0**n) + f32(2.0**n - 1))
    return math.copysign(f32(e / f32(e + 2)), x)


def swiglu(g, u):
    return f32(f32(g / f32(1 + exp32(-g))) * u)


def geglu(g, u):
    inner = f32(f32(f32(0.797884561) * g) * f32(1 + f32(f32(f32(0.044715) * g) * g)))
    return f32(f32(f32(0.5 * g) * f32(1 + tanh32(inner))) * u)


def nearest(x):
    return (x + 1.5 * 2.0**52) - 1.5 * 2.0**52


H64, L64 = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")


def exp64(x):
    n = nearest(x / float.fromhex("0x1.62e42fefa39efp-1"))
    r = (x - n * H64) - n * L64
    total = 1.0
    for k in range(13, 0, -1):
        total = 1.0 + total * r / k
    return total * 2.0 ** int(n)


def log64(x):
    m, n = math.frexp(x)
    m, n = m * 2, n - 1
    if m > float.fromhex("0x1.6a09e667f3bcdp0"):
        m, n = m / 2, n + 1
    s = (m - 1) / (m + 1)
    square, total = s * s, 0.0
    for k in range(23, 0, -2):
        total = total * square + 1.0 / k
    return n * H64 + (2.0 * s * total + n * L64)


PIECES = [float.fromhex(h) for h in ("0x1.921fb54400000p0", "0x1.0b4611a600000p-34", "0x1.3198a2e037073p-69")]


def sine64(x, quarter):
    n = nearest(x / float.fromhex("0x1.921fb54442d18p0"))
    r = ((x - n * PIECES[0]) - n * PIECES[1]) - n * PIECES[2]
    square, total, quarter = r * r, 1.0, (int(n) + quarter) % 4
    for k in range(18 if quarter % 2 else 19, 1, -2):
        total = 1.0 - total * square / (k * (k - 1))
    value = total if quarter % 2 else total * r
    return -value if quarter >= 2 else value


def rms_norm(x, weights, epsilon):
    q = lane_sum((i, f32(v * v)) for i, v in enumerate(x))
    g = f32(1 / f32(math.sqrt(f32(f32(q / len(x)) + epsilon))))
    return [f32(f32(v * g) * w) for v, w in zip(x, weights)]


def attention(query, keys, values, scale, window, cap):
    last = len(keys) - 1
    first = max(0, last - window + 1) if window else 0
    scores = {}
    for j in range(first, last + 1):
        score = f32(lane_sum((i, f32(k * q)) for i, (k, q) in enumerate(zip(keys[j], query))) * scale)
        scores[j] = f32(tanh32(f32(score / cap)) * cap) if cap else score
    top = max(scores.values())
    e = {j: exp32(f32(score - top)) for j, score in scores.items()}
    whole, out = lane_sum(e.items()), []
    for i in range(len(query)):
        total = 0.0
        for j in e:
            total = f32(total + f32(e[j] * values[j][i]))
        out.append(f32(total / whole))
    return out


# Vectors.


def random_floats(rng, count, scale=1.0):
    return [f32(rng.uniform(-3, 3) * scale) for _ in range(count)]


HALVES = {"ordinary": None, "largest": 0x7BFF, "smallest": 0x0001, "negative": 0xBC01}
SCALE_AT = {"Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}


def row(rng, name, content):
    """256 weights: random codes, or all bits set or only the top one where scales are extreme."""
    if name in FLOATS:
        values = [f32(rng.uniform(-1, 1)) for _ in range(256)]
        if name == "F32":
            return struct.pack("<256f", *values)
        if name == "F16":
            return struct.pack("<256e", *values)
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    fill = {"largest": 0xFF, "negative": 0x80}.get(content)
    data = bytearray(rng.randrange(256) if fill is None else fill for _ in range(BYTES[name]))
    places = SCALE_AT.get(name, (0, 2) if name in ("Q4_1", "Q5_1") else (0,))
    size = SUPER.get(name, BYTES[name] // 8)
    for start in range(0, len(data), size):
        for at in places:
            half = HALVES[content]
            half = struct.pack("<e", rng.uniform(-1, 1)) if half is None else struct.pack("<H", half)
            data[start + at : start + at + 2] = half
    return bytes(data)


def main():
    rng = random.Random(1)
    print("# Made by Tests/Vectors/reference.py. Numbers are the bytes of little-endian binary32, or binary64, in hex.")
    inputs = {
        "ordinary": random_floats(rng, 256),
        "steps": [float((i * 37) % 255 - 127) for i in range(256)],
        "mixed": [f32(v * 10.0 ** (i % 13 - 6)) for i, v in enumerate(random_floats(rng, 256))],
        "tiny": [0.0] * 64 + random_floats(rng, 64, 2.0**-101) + random_floats(rng, 128, 2.0**-90),
    }
    for name, x in inputs.items():
        print("values", name, "".join(map(bits, x)))
        codes, scales = [], []
        for b in range(8):
            block, s = quantize(x[32 * b : 32 * b + 32])
            codes += block
            scales.append(s)
        print("quantized", name, struct.pack("256b", *codes).hex(), "".join(map(bits, scales)))
    for name in TYPES:
        for content in ["ordinary"] if name in FLOATS else HALVES:
            data = row(rng, name, content)
            for values, x in inputs.items():
                print("product", IDS[name], values, data.hex(), bits(product(name, data, x)))
    points = [0.0, -0.0, 1e-30, 0.5, -0.5, 1.0, 87.9, 88.5, -86.9, -87.5, -103.0, 9.99, 10.5]
    points = [f32(x) for x in points + [rng.uniform(-12, 12) for _ in range(40)]]
    for name, function in (("exp", exp32), ("tanh", tanh32)):
        for x in points:
            print(name, bits(x), bits(function(x)))
    for name, function in (("swiglu", swiglu), ("geglu", geglu)):
        for x in points:
            u = f32(rng.uniform(-2, 2))
            print(name, bits(x), bits(u), bits(function(x, u)))
    for _ in range(30):
        x = rng.uniform(-600, 600)
        angle = rng.uniform(0, 131072)
        for name, argument, y in (
            ("exp64", x, exp64(x)),
            ("log64", abs(x) * 1e3, log64(abs(x) * 1e3)),
            ("sin64", angle, sine64(angle, 0)),
            ("cos64", angle, sine64(angle, 1)),
        ):
            print(name, struct.pack("<d", argument).hex(), struct.pack("<d", y).hex())
    for size in (8, 63, 64, 576):
        x, weights = random_floats(rng, size), random_floats(rng, size)
        y = rms_norm(x, weights, f32(1e-5))
        print("rms_norm", *("".join(map(bits, v)) for v in (x, weights, y)))
    for position, dimensions, base in ((0, 64, 10000.0), (1, 64, 10000.0), (4095, 64, 100000.0), (131071, 128, 1e6)):
        logarithm, pairs = log64(base), []
        for i in range(dimensions // 2):
            angle = position * exp64(-(2.0 * i) / dimensions * logarithm)
            pairs += [f32(sine64(angle, 1)), f32(sine64(angle, 0))]
        print("rotary", position, dimensions, int(base), "".join(map(bits, pairs)))
    for positions, size, window, cap in ((1, 8, 0, 0), (13, 16, 0, 0), (13, 16, 5, 0), (21, 64, 9, 1.5)):
        query, scale = random_floats(rng, size), f32(1 / f32(math.sqrt(size)))
        keys = [random_floats(rng, size) for _ in range(positions)]
        values = [random_floats(rng, size) for _ in range(positions)]
        out = attention(query, keys, values, scale, window, cap)
        flat = lambda rows: "".join(bits(v) for one in rows for v in one)
        print("attention", positions, window, bits(cap), bits(scale), flat([query]), flat(keys), flat(values), flat([out]))


main()
