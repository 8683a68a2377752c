"""A Hugging Face directory of a llama model with 7 billion weights in BF16: 14 GB of noise in shards.

large_model.py FOLDER [LAYERS]: the shape of Llama 2 7B, or less of it. All tensors are pieces of the same 64 MB of
noise, each from another place on."""

import json
import os
import sys

import numpy as np

folder = sys.argv[1]
layers = int(sys.argv[2]) if len(sys.argv) > 2 else 32
HIDDEN, INTERMEDIATE, VOCABULARY, HEADS = 4096, 11008, 32000, 32
PER_SHARD = 8  # layers

os.makedirs(folder, exist_ok=True)
floats = np.random.default_rng(7).standard_normal(1 << 25, dtype=np.float32) * np.float32(0.02)
noise = (floats.view(np.uint32) >> 16).astype(np.uint16).tobytes()
del floats


def block(layer):
    prefix = f"model.layers.{layer}."
    shapes = {"input_layernorm": [HIDDEN], "post_attention_layernorm": [HIDDEN]}
    shapes |= {f"self_attn.{part}_proj": [HIDDEN, HIDDEN] for part in "qkvo"}
    shapes |= {"mlp.gate_proj": [INTERMEDIATE, HIDDEN], "mlp.up_proj": [INTERMEDIATE, HIDDEN],
               "mlp.down_proj": [HIDDEN, INTERMEDIATE]}
    return {prefix + name + ".weight": shape for name, shape in shapes.items()}


def write(path, shapes, start):
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for shape in shapes.values():
            left = 2 * int(np.prod(shape))
            while left:
                start %= len(noise)
                part = min(left, len(noise) - start)
                file.write(memoryview(noise)[start:start + part])
                left, start = left - part, start + part
            start += 1_000_002
    return start


shards = [{"model.embed_tokens.weight": [VOCABULARY, HIDDEN], "model.norm.weight": [HIDDEN],
           "lm_head.weight": [VOCABULARY, HIDDEN]}]
for layer in range(layers):
    if layer % PER_SHARD == 0:
        shards.append({})
    shards[-1] |= block(layer)
weight_map, start = {}, 0
for number, shapes in enumerate(shards, 1):
    name = f"model-{number:05}-of-{len(shards):05}.safetensors"
    start = write(f"{folder}/{name}", shapes, start)
    weight_map |= dict.fromkeys(shapes, name)

texts = {
    "model.safetensors.index.json": {"weight_map": weight_map},
    "config.json": {
        "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "hidden_size": HIDDEN,
        "intermediate_size": INTERMEDIATE, "max_position_embeddings": 4096, "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS, "num_hidden_layers": layers, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
        "tie_word_embeddings": False, "vocab_size": VOCABULARY, "bos_token_id": 0, "eos_token_id": 1},
    "tokenizer_config.json": {"bos_token": "<s>", "eos_token": "</s>"},
    "tokenizer.json": {
        "added_tokens": [{"id": 0, "content": "<s>", "special": True}, {"id": 1, "content": "</s>", "special": True}],
        "normalizer": None, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
        "post_processor": {"type": "ByteLevel"},
        "model": {"type": "BPE", "vocab": {"<s>": 0, "</s>": 1, "a": 2, "b": 3, "ab": 4}, "merges": [["a", "b"]]}},
}
for name, text in texts.items():
    with open(f"{folder}/{name}", "w") as file:
        json.dump(text, file)
