"""Fine-tunes of a model, made by seeded noise: what deltas are measured on where no real pair is at hand.

fine_tunes.py adapter MODEL.gguf FOLDER MOVED: a LoRA adapter (PEFT) of rank 8 for every attention matrix, which moves
each of them by MOVED of its norm when it is merged.
fine_tunes.py move MODEL.gguf OUT.gguf MOVED: the model in F32 with every matrix moved by MOVED of its norm."""

import json
import os
import shutil
import sys

import gguf
import numpy as np
from safetensors.numpy import save_file

PARTS = {"attn_q": "q_proj", "attn_k": "k_proj", "attn_v": "v_proj", "attn_output": "o_proj"}
kind, source, output, moved = *sys.argv[1:4], float(sys.argv[4])
random = np.random.default_rng(8)


def norm(numbers):
    return float(np.sqrt(np.sum(np.square(numbers, dtype=np.float64))))


if kind == "adapter":
    tensors = {}
    for tensor in gguf.GGUFReader(source).tensors:
        _, *place, _ = tensor.name.split(".")
        if len(place) != 2 or place[1] not in PARTS:
            continue
        rows, columns = tensor.data.shape
        left = random.standard_normal((rows, 8), dtype=np.float32)
        right = random.standard_normal((8, columns), dtype=np.float32)
        # The scale, lora_alpha / r, is 1; both factors get the root of what is wanted.
        root = np.sqrt(moved * norm(tensor.data) / norm(left @ right), dtype=np.float32)
        module = f"base_model.model.model.layers.{place[0]}.self_attn.{PARTS[place[1]]}"
        tensors[module + ".lora_A.weight"], tensors[module + ".lora_B.weight"] = right * root, left * root
    os.makedirs(output, exist_ok=True)
    with open(output + "/adapter_config.json", "w") as file:
        json.dump({"peft_type": "LORA", "r": 8, "lora_alpha": 8, "bias": "none", "fan_in_fan_out": False,
                   "modules_to_save": None, "rank_pattern": {}, "alpha_pattern": {}, "use_rslora": False}, file)
    save_file(tensors, output + "/adapter_model.safetensors", {"format": "pt"})
else:
    shutil.copyfile(source, output)
    writable = gguf.GGUFReader(output, "r+")
    for tensor in writable.tensors:
        if len(tensor.shape) > 1:
            noise = random.standard_normal(tensor.data.shape, dtype=np.float32)
            tensor.data[...] += noise * np.float32(moved * norm(tensor.data) / norm(noise))
    writable.data.flush()
