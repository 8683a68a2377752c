"""numpy reads 8-bit floats beside us: a Hugging Face directory rewritten in every form that we read.

float8.py MODELPACK SOURCE WORK: rounds SOURCE's matrices to 8-bit floats with scales for tensors, rows or blocks, has
modelpack convert them, and compares every number with what ml_dtypes and numpy make of the same files."""

import json
import os
import shutil
import subprocess
import sys

import gguf
import ml_dtypes
import numpy as np

modelpack, source, work = sys.argv[1:]
DTYPES = {"F8_E4M3": (ml_dtypes.float8_e4m3fn, 448), "F8_E5M2": (ml_dtypes.float8_e5m2, 57344)}


def read(path):
    """Every tensor of a safetensors file: its dtype, its shape and its bytes."""
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    return {name: (t["dtype"], t["shape"], data[8 + length + t["data_offsets"][0]:8 + length + t["data_offsets"][1]])
            for name, t in header.items()}


def write(path, tensors):
    header, offset = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(data for _, _, data in tensors.values()))


def spread(scales, block, shape):
    """A scale for each number."""
    return np.repeat(np.repeat(scales, block[0], 0), block[1], 1)[:shape[0], :shape[1]]


def turned(numbers, name, heads):
    """Hugging Face's order of rows to GGUF's."""
    count = heads[0] if "q_proj" in name else heads[1] if "k_proj" in name else None
    if count is None:
        return numbers
    rows, columns = numbers.shape
    return numbers.reshape(count, 2, rows // count // 2, columns).swapaxes(1, 2).reshape(rows, columns)


PARTS = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
         "mlp.down_proj": "ffn_down"}
config = json.load(open(source + "/config.json"))
heads = (config["num_attention_heads"], config["num_key_value_heads"])
failed = False
for label, dtype, suffix, block, stated in [
    ("tensor", "F8_E4M3", "_scale", None, {"quant_method": "fp8", "activation_scheme": "static"}),
    ("row", "F8_E4M3", "_scale", "row", {"quant_method": "fbgemm_fp8"}),
    ("block", "F8_E4M3", "_scale_inv", (128, 128), {"quant_method": "fp8", "fmt": "e4m3"}),
    ("cut-block", "F8_E5M2", "_scale_inv", (96, 100), {"quant_method": "fp8", "fmt": "e5m2"}),
    ("unscaled", "F8_E5M2", None, None, None),
]:
    folder = os.path.join(work, label)
    shutil.copytree(source, folder, dirs_exist_ok=True)
    kind, largest = DTYPES[dtype]
    tensors, expected = {}, {}
    for name, (stored, shape, data) in read(source + "/model.safetensors").items():
        if "_proj." not in name:
            tensors[name] = (stored, shape, data)
            continue
        weights = np.frombuffer(data, ml_dtypes.bfloat16).astype(np.float32).reshape(shape)
        size = {None: tuple(shape), "row": (1, shape[1])}.get(block, block)
        blocks = [-(-length // step) for length, step in zip(shape, size)]
        scales = np.ones(blocks, np.float32)
        if suffix:
            for row in range(blocks[0]):
                for column in range(blocks[1]):
                    part = weights[row * size[0]:(row + 1) * size[0], column * size[1]:(column + 1) * size[1]]
                    scales[row, column] = np.abs(part).max() / largest
            tensors[name + suffix] = ("F32", [] if block is None else blocks, scales.tobytes())
        small = (weights / spread(scales, size, shape)).astype(kind)
        tensors[name] = (dtype, shape, small.tobytes())
        layer, module = name.removeprefix("model.layers.").removesuffix(".weight").split(".", 1)
        numbers = small.astype(np.float32) * spread(scales, size, shape)
        expected[f"blk.{layer}.{PARTS[module]}.weight"] = turned(numbers, name, heads)
    write(folder + "/model.safetensors", tensors)
    if block and block != "row":
        stated |= {"weight_block_size": block}
    with open(folder + "/config.json", "w") as file:
        json.dump(config | {"quantization_config": stated}, file)
    output = os.path.join(work, label + ".gguf")
    subprocess.run([modelpack, "quantize", folder, output, "--type", "f32", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    found = {t.name: np.array(t.data) for t in gguf.GGUFReader(output).tensors}
    differing = sum(int(np.count_nonzero(found[name] != numbers)) for name, numbers in expected.items())
    failed |= differing > 0
    print(f"{os.path.basename(source):20} {dtype} {label:10} {differing} of "
          f"{sum(numbers.size for numbers in expected.values())} numbers differ: "
          f"{'DIFFERENT' if differing else 'same'}", flush=True)
    os.remove(output)
    shutil.rmtree(folder)
sys.exit(failed)
