#!/usr/bin/env python3
"""tiny_models.py SMOLLM2.gguf DIRECTORY: random F32 models of two layers, one for each way to rotate and to norm."""
import sys

import numpy
from gguf import GGUFReader, GGUFWriter, RopeScalingType

WIDTH, HEADS, SHARED, SIZE, HIDDEN, LAYERS = 64, 4, 2, 16, 128, 2


def write(path, architecture, tokenizer, factors=None, squeeze=None):
    random = numpy.random.default_rng(1)
    writer = GGUFWriter(path, architecture)
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(SHARED)
    writer.add_key_length(SIZE)
    writer.add_value_length(SIZE)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    if architecture == "llama":
        writer.add_rope_dimension_count(SIZE)
        writer.add_vocab_size(len(tokenizer["tokens"]))
    if squeeze:
        writer.add_rope_scaling_type(RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(squeeze)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(tokenizer["pre"])
    writer.add_token_list(tokenizer["tokens"])
    writer.add_token_types(tokenizer["token_type"])
    writer.add_token_merges(tokenizer["merges"])
    writer.add_bos_token_id(tokenizer["bos_token_id"])
    writer.add_eos_token_id(tokenizer["eos_token_id"])
    writer.add_add_bos_token(False)

    def tensor(name, *shape, middle=0.0, spread=0.3):
        values = middle + spread * random.uniform(-1, 1, shape)
        writer.add_tensor(name, values.astype(numpy.float32))

    tensor("token_embd.weight", len(tokenizer["tokens"]), WIDTH)
    tensor("output_norm.weight", WIDTH, middle=1)
    if factors is not None:
        writer.add_tensor("rope_freqs.weight", factors.astype(numpy.float32))
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        tensor(block + "attn_norm.weight", WIDTH, middle=1)
        tensor(block + "ffn_norm.weight", WIDTH, middle=1)
        for name, heads in [("q", HEADS), ("k", SHARED), ("v", SHARED)]:
            tensor(f"{block}attn_{name}.weight", heads * SIZE, WIDTH)
            if architecture == "qwen2":
                tensor(f"{block}attn_{name}.bias", heads * SIZE)
            if architecture == "qwen3" and name != "v":
                tensor(f"{block}attn_{name}_norm.weight", SIZE, middle=1)
        tensor(block + "attn_output.weight", WIDTH, HEADS * SIZE)
        tensor(block + "ffn_gate.weight", HIDDEN, WIDTH)
        tensor(block + "ffn_up.weight", HIDDEN, WIDTH)
        tensor(block + "ffn_down.weight", WIDTH, HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    source, folder = sys.argv[1:]
    keys = ["pre", "tokens", "token_type", "merges", "bos_token_id", "eos_token_id"]
    reader = GGUFReader(source)
    tokenizer = {key: reader.get_field("tokenizer.ggml." + key).contents() for key in keys}
    write(f"{folder}/tiny-qwen2.gguf", "qwen2", tokenizer)
    write(f"{folder}/tiny-qwen3.gguf", "qwen3", tokenizer)
    write(f"{folder}/tiny-llama-linear.gguf", "llama", tokenizer, squeeze=4.0)
    write(f"{folder}/tiny-llama3.gguf", "llama", tokenizer, factors=numpy.linspace(1, 8, SIZE // 2))


main()
