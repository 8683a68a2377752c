#!/usr/bin/env python3
"""patch_gguf.py IN OUT PRE [VOCABULARY.json]: a vocabulary with another pre-tokenizer, or with other tokens as well."""
import json
import struct
import sys

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def strings(texts):
    return struct.pack("<IIQ", 9, 8, len(texts)) + b"".join(map(string, texts))


def skip(data, offset, kind):
    """The offset after a value."""
    if kind == 8:
        return offset + 8 + struct.unpack_from("<Q", data, offset)[0]
    if kind != 9:
        return offset + SIZES[kind]
    element, count = struct.unpack_from("<IQ", data, offset)
    offset += 12
    if element != 8:
        return offset + count * SIZES[element]
    for _ in range(count):
        offset = skip(data, offset, 8)
    return offset


def main():
    data = open(sys.argv[1], "rb").read()
    tensors, count = struct.unpack_from("<QQ", data, 8)
    assert tensors == 0, "not a vocabulary alone"
    keys, offset = {}, 24
    for _ in range(count):
        end = skip(data, offset, 8)
        key = data[offset + 8:end].decode()
        kind, = struct.unpack_from("<I", data, end)
        offset = skip(data, end + 4, kind)
        keys[key] = data[end:offset]
    keys["tokenizer.ggml.pre"] = struct.pack("<I", 8) + string(sys.argv[3])
    if len(sys.argv) > 4:
        home = json.load(open(sys.argv[4]))
        types = [3 if index < home["control"] else 1 for index in range(len(home["tokens"]))]
        keys["tokenizer.ggml.tokens"] = strings(home["tokens"])
        keys["tokenizer.ggml.merges"] = strings(home["merges"])
        keys["tokenizer.ggml.token_type"] = struct.pack("<IIQ", 9, 5, len(types)) + struct.pack(f"<{len(types)}i", *types)
        for name, token in [("bos", 0), ("eos", 3)]:
            keys[f"tokenizer.ggml.{name}_token_id"] = struct.pack("<II", 4, token)
    with open(sys.argv[2], "wb") as file:
        file.write(b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)))
        for key, value in keys.items():
            file.write(string(key) + value)


main()
