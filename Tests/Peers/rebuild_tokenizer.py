#!/usr/bin/env python3
"""rebuild_tokenizer.py MODEL.gguf DIRECTORY: the Hugging Face directory that a SentencePiece vocabulary came from.

Merges are those that Hugging Face's converter makes: every pair of tokens that makes a token, by the token's score, then
by longer parts. The weights are zeros of one small layer, for the directory to be whole.
"""
import json
import os
import struct
import sys

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
CODES = {4: "I", 5: "i", 6: "f", 7: "?"}
UNKNOWN, CONTROL, USER_DEFINED = 2, 3, 4


def value(data, offset, kind):
    """A value and the offset after it."""
    if kind == 8:
        end = offset + 8 + struct.unpack_from("<Q", data, offset)[0]
        return data[offset + 8:end].decode(errors="replace"), end
    if kind != 9:
        found = struct.unpack_from("<" + CODES[kind], data, offset)[0] if kind in CODES else None
        return found, offset + SIZES[kind]
    element, count = struct.unpack_from("<IQ", data, offset)
    offset += 12
    if element != 8:
        return struct.unpack_from(f"<{count}{CODES[element]}", data, offset), offset + count * SIZES[element]
    strings = []
    for _ in range(count):
        text, offset = value(data, offset, 8)
        strings.append(text)
    return strings, offset


def read(path):
    with open(path, "rb") as file:
        data = file.read(64 << 20)
    count, = struct.unpack_from("<Q", data, 16)
    keys, offset = {}, 24
    for _ in range(count):
        key, offset = value(data, offset, 8)
        kind, = struct.unpack_from("<I", data, offset)
        keys[key], offset = value(data, offset + 4, kind)
    return keys


def merges(texts, scores):
    vocabulary, found = set(texts), []
    for text, score in zip(texts, scores):
        for cut in range(1, len(text)):
            left, right = text[:cut], text[cut:]
            if left in vocabulary and right in vocabulary:
                found.append((score, len(left), len(right), left, right))
    found.sort(key=lambda merge: merge[:3], reverse=True)
    return [[left, right] for *_, left, right in found]


def safetensors(count):
    shapes = {"model.embed_tokens.weight": [count, 8], "model.norm.weight": [8]}
    layer = {"input_layernorm": [8], "post_attention_layernorm": [8], "mlp.down_proj": [8, 32], "mlp.gate_proj": [32, 8],
             "mlp.up_proj": [32, 8], "self_attn.k_proj": [4, 8], "self_attn.o_proj": [8, 8], "self_attn.q_proj": [8, 8],
             "self_attn.v_proj": [4, 8]}
    shapes.update({f"model.layers.0.{name}.weight": shape for name, shape in layer.items()})
    header, end = {}, 0
    for name, shape in shapes.items():
        start, end = end, end + 2 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def main():
    keys, folder = read(sys.argv[1]), sys.argv[2]
    ggml = {key.removeprefix("tokenizer.ggml."): value for key, value in keys.items()}
    texts, types, prepends = ggml["tokens"], ggml["token_type"], ggml.get("add_space_prefix", True)
    added = [index for index, kind in enumerate(types) if kind in (UNKNOWN, CONTROL, USER_DEFINED)]
    # GGUF has these texts with spaces, and a score that isn't SentencePiece's.
    texts = [text.replace(" ", "▁") if kind == USER_DEFINED else text for text, kind in zip(texts, types)]
    scores = [0 if kind in (CONTROL, USER_DEFINED) else score for score, kind in zip(ggml["scores"], types)]
    normalizers = [{"type": "Prepend", "prepend": "▁"}] * prepends
    normalizers.append({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})
    bos = texts[ggml["bos_token_id"]]
    files = {
        "tokenizer.json": {
            "version": "1.0",
            "added_tokens": [{
                "id": index, "content": texts[index], "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": types[index] != USER_DEFINED} for index in added],
            "normalizer": {"type": "Sequence", "normalizers": normalizers},
            "pre_tokenizer": None if prepends else {
                "type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False},
            "post_processor": {
                "type": "TemplateProcessing", "single": [{"SpecialToken": {"id": bos, "type_id": 0}},
                                                         {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                "special_tokens": {bos: {"id": bos, "ids": [ggml["bos_token_id"]], "tokens": [bos]}}},
            "decoder": None,
            "model": {
                "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
                "vocab": {text: index for index, text in enumerate(texts)}, "merges": merges(texts, scores)}},
        "tokenizer_config.json": {
            "add_bos_token": True, "add_eos_token": False, "bos_token": bos, "eos_token": texts[ggml["eos_token_id"]],
            "unk_token": "<unk>"},
        "config.json": {
            "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 32,
            "max_position_embeddings": 64, "num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 1,
            "rms_norm_eps": 1e-5, "tie_word_embeddings": True, "vocab_size": len(texts), "head_dim": 4},
    }
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name), "w") as file:
            json.dump(content, file, ensure_ascii=False)
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(safetensors(len(texts)))


main()
