#!/usr/bin/env python3
"""mixed_text.py OUTPUT BYTES [--valid] [--short-runs]: the same mixed text for the same arguments.

Every script, emoji with joiners, code, numbers, contractions, white space, control and unassigned characters, texts of
special tokens, and bytes that aren't UTF-8 unless --valid. --short-runs keeps words short: llama.cpp's general
pre-tokenizer recurses once for every character of a word and ends with the stack.
"""
import random
import sys

WORDS = """the of and to in a is that for it as was with be by on not he his but at are this have from or had an they
which one you were all her she there would their we him been has when who will no more if out so up said what its
about than into them can only other time new some could these two may first then do any like my now over such our man
me even most made after also did many off before must well back through years much where your way down should because
long each just state those people too mr how little good world make very year still see own work men day get here
quantization tokenizer antidisestablishmentarianism naïve café résumé Straße Ångström ﬁnance ǅ ǆ ŉ İstanbul""".split()
SCRIPTS = [
    (0x4E00, 0x9FFF), (0x3040, 0x30FF), (0xAC00, 0xD7A3), (0x0600, 0x06FF), (0x0590, 0x05FF), (0x0E00, 0x0E7F),
    (0x0900, 0x097F), (0x0980, 0x09FF), (0x0B80, 0x0BFF), (0x0C00, 0x0C7F), (0x0400, 0x04FF), (0x0370, 0x03FF),
    (0x1E00, 0x1FFF), (0x10A0, 0x10FF), (0x1780, 0x17FF), (0x1000, 0x109F), (0x1200, 0x137F), (0x13A0, 0x13FF),
    (0x0530, 0x058F), (0x0E80, 0x0EFF), (0x3100, 0x318F), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF), (0x20000, 0x2A6DF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F), (0x10400, 0x104FF), (0x1E900, 0x1E95F), (0xA640, 0xA69F), (0xAB30, 0xABBF),
]
EMOJI = ["😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "❤️‍🔥", "🧑🏿‍🚀", "1️⃣", "©️", "☎️", "🫠", "👨🏻‍🦽‍➡️"]
CODE = """func f<T>(_ x: T) -> Int { return x.count >> 2 } // ok?
for (int i=0;i<n;++i) { a[i] += b[i]*c[i]; }
<div class="x" id='y'>&nbsp;</div><!-- z -->
def __init__(self, *args, **kwargs): self.x = args[0] if args else None
SELECT * FROM t WHERE a='b' AND c<>1.5e-10;
https://example.org/a/b?c=d&e=%20f#g  C:\\\\Users\\\\x  {"k": [1, 2, null]}
""".splitlines()
SPECIAL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<s>", "</s>", "<unk>", "<bos>", "<eos>", "<start_of_turn>",
           "<end_of_turn>", "<|eot_id|>", "<|begin_of_text|>", "<|fim_prefix|>", "<fim_prefix>", "<|assistant|>",
           "<0x0A>", "<|user|>", "<unused7>", "▁▁", "[multimodal]", "<|end|>", "<pad>", "<mask>", "<table>", "<|im_"]
ENDINGS = ["s", "t", "re", "ve", "m", "ll", "d", "x", ""]


def character(random, low=0, high=0x10FFFF):
    while True:
        point = random.randint(low, high)
        if not 0xD800 <= point <= 0xDFFF:
            return chr(point)


def contraction(random):
    ending = "".join(random.choice([c.lower(), c.upper()]) for c in random.choice(ENDINGS))
    return random.choice(["don", "I", "we", "WE", "ça", ""]) + random.choice(["'", "’", "''", " '", "`"]) + ending


def combining(random):
    base = random.choice("aeiounAEZя中あ한 1.")
    return base + "".join(chr(random.randint(0x300, 0x36F)) for _ in range(random.randint(1, 5)))


def number(random):
    digits = "".join(random.choice("0123456789") for _ in range(random.randint(1, 12)))
    return random.choice([digits, digits + "." + digits, "-" + digits, "٣٤٥", "½²", "Ⅻ", "१२३", "1,234,567", "0x" + digits])


def space(random, most):
    return random.choice([" ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\u0085", " \n", "\n ", "\x0b"]) * \
        random.randint(1, most)


def cased(random):
    return "".join(random.choice(["a", "B", "Ä", "é", "中", "ß", "z", "Ω", "\u0301"]) for _ in range(random.randint(1, 12)))


def junk(random):
    return random.choice([
        bytes(random.randrange(256) for _ in range(random.randint(1, 8))), b"\xff", b"\xc3", b"\xe4\xb8", b"\xf0\x9f\x98",
        b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\x80\x80", b"\xf0abc", b"\xf0\x82\x82\xac"])


def readable(data):
    """llama.cpp stops with an error at sequences above U+10FFFF."""
    return not any(b >= 0xF4 for b in data)


def piece(random, valid, most):
    kind = random.randrange(100)
    if kind < 34:
        return " ".join(random.choice(WORDS) for _ in range(random.randint(3, 12))).encode() + b" "
    if kind < 50:
        low, high = random.choice(SCRIPTS)
        return "".join(character(random, low, high) for _ in range(random.randint(1, 12))).encode() + b" " * random.randrange(2)
    makers = {50: combining, 54: number, 60: contraction, 66: cased}
    for start in sorted(makers, reverse=True):
        if start <= kind < start + 6:
            return makers[start](random).encode() + b" " * random.randrange(2)
    if kind < 76:
        return random.choice(EMOJI).encode()
    if kind < 80:
        return space(random, most).encode()
    if kind < 84:
        return random.choice(CODE).encode() + b"\n"
    if kind < 87:
        return random.choice(SPECIAL).encode()
    if kind < 90:
        return "".join(random.choice("!?.,:;()[]{}<>=+-*/|\\\"'`~^%$#@&_") for _ in range(random.randint(1, 9))).encode()
    if kind < 92:
        return "".join(chr(random.randrange(32)) for _ in range(random.randint(1, 4))).encode()
    if kind < 95:
        return "".join(character(random) for _ in range(random.randint(1, 4))).encode()
    if kind < 97:
        return character(random, 0xE000, 0xF8FF).encode()
    if kind < 99 and not valid:
        data = junk(random)
        return data if readable(data) else b"\xfe"
    return (random.choice("aA1 \n=é中") * random.randint(2, most)).encode()


def main():
    generator = random.Random(7)
    path, size = sys.argv[1], int(sys.argv[2])
    valid, most = "--valid" in sys.argv, 30 if "--short-runs" in sys.argv else 300
    text = bytearray()
    while len(text) < size:
        text += piece(generator, valid, most)
    # Every character once, alone and beside letters.
    for point in range(0x110000):
        if point % 7 == 0 or point < 0x3000:
            if not 0xD800 <= point <= 0xDFFF:
                text += ("a" + chr(point) + "b ").encode() if point % 2 else (chr(point) + " ").encode()
    with open(path, "wb") as file:
        file.write(text)


main()
