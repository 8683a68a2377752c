"""numpy merges LoRA adapters beside us: W + scale * (B @ A), into a Hugging Face directory or a GGUF file.

lora.py MODELPACK SOURCE WORK: makes adapters for SOURCE, has modelpack merge them, and compares every tensor with what
numpy gives. PEFT's rules are written down here anew. Ends with 1 if a number is further off than float32 rounding."""

import json
import os
import re
import subprocess
import sys

import gguf
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

PARTS = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
modelpack, source, work = sys.argv[1:]
random = np.random.default_rng(20)


def read(path):
    """Every tensor of a GGUF of floats, rows first, and the counts of heads."""
    reader = gguf.GGUFReader(path)
    heads = [int(reader.fields[f"llama.attention.head_count{kind}"].contents()) for kind in ("", "_kv")]
    return {t.name: np.array(t.data, dtype=np.float32) for t in reader.tensors}, heads


def quantize(output, adapters):
    subprocess.run([modelpack, "quantize", source, output, "--type", "f32", "--quiet"]
                   + [part for adapter in adapters for part in ("--adapter", adapter)],
                   check=True, stdout=subprocess.DEVNULL)
    return read(output)


class Adapter:
    def __init__(self, name, dtype=np.float32, **config):
        self.folder = os.path.join(work, name)
        self.config = {"peft_type": "LORA", "r": 8, "lora_alpha": 16, "bias": "none", "fan_in_fan_out": False,
                       "modules_to_save": None, "rank_pattern": {}, "alpha_pattern": {}, "use_rslora": False} | config
        self.dtype, self.tensors, self.stored = dtype, {}, {}

    def add(self, name, shape):
        stored = random.normal(0, 0.02, shape).astype(self.dtype)
        self.stored["base_model.model." + name] = stored
        self.tensors[name] = stored.astype(np.float32)

    def value(self, pattern, default, module):
        for key, value in self.config[pattern].items():
            if re.match(rf"(.*\.)?({key})$", module):
                return value
        return default

    def rank(self, module):
        return self.value("rank_pattern", self.config["r"], module)

    def scale(self, module):
        alpha, rank = self.value("alpha_pattern", self.config["lora_alpha"], module), self.rank(module)
        return alpha / (rank ** 0.5 if self.config["use_rslora"] else rank)

    def pair(self, module, shape):
        outer, inner = reversed(shape) if self.config["fan_in_fan_out"] else shape
        self.add(module + ".lora_A.weight", (self.rank(module), inner))
        self.add(module + ".lora_B.weight", (outer, self.rank(module)))

    def write(self):
        os.makedirs(self.folder, exist_ok=True)
        with open(self.folder + "/adapter_config.json", "w") as file:
            json.dump(self.config, file)
        save_file(self.stored, self.folder + "/adapter_model.safetensors", {"format": "pt"})
        return self.folder

    def products(self):
        """Each module's name, scale and left and right side; transposed where a row belongs to a column of A."""
        for name in self.tensors:
            for a, b, turned in ((".lora_A.weight", ".lora_B.weight", self.config["fan_in_fan_out"]),
                                 (".lora_embedding_A", ".lora_embedding_B", True)):
                if name.endswith(a):
                    module = name.removesuffix(a)
                    left, right = self.tensors[module + b], self.tensors[name]
                    yield module, self.scale(module), (right.T, left.T) if turned else (left, right)


def ours(module):
    if module in (outer := {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}):
        return outer[module] + ".weight"
    block, part = re.fullmatch(r"model\.layers\.(\d+)\.(.*)", module).groups()
    return f"blk.{block}.{PARTS[part]}.weight"


def turned(numbers, name, heads):
    """Hugging Face's order of rows to GGUF's."""
    count = heads[0] if ".attn_q." in name else heads[1] if ".attn_k." in name else None
    if count is None:
        return numbers
    shape = numbers.shape
    return numbers.reshape(count, 2, shape[0] // count // 2, shape[1]).swapaxes(1, 2).reshape(shape)


def merge(weights, heads, adapter):
    """The weights as numpy gives them: in float32, and in double rounded once; how large the products are."""
    merged = dict(weights)
    bounds = {}
    for name in adapter.tensors:
        if "lora_" not in name:
            target = ours(name.removesuffix(".weight"))
            merged[target] = turned(adapter.tensors[name], target, heads)
    exact = dict(merged)
    for module, scale, (left, right) in adapter.products():
        name = ours(module)
        weight = merged.get(name, weights["token_embd.weight"])
        merged[name] = weight + np.float32(scale) * turned(left @ right, name, heads)
        product = turned(left.astype(np.float64) @ right.astype(np.float64), name, heads)
        exact[name] = (weight.astype(np.float64) + scale * product).astype(np.float32)
        bounds[name] = np.abs(weight) + abs(scale) * turned(np.abs(left) @ np.abs(right), name, heads)
    return merged, exact, bounds


os.makedirs(work, exist_ok=True)
base, heads = quantize(work + "/base.gguf", [])
blocks = range(1 + max(int(name.split(".")[1]) for name in base if name.startswith("blk.")))
shapes = {f"model.layers.{block}.{part}": base[f"blk.{block}.{name}.weight"].shape
          for block in blocks for part, name in PARTS.items()}
vocabulary, hidden = base["token_embd.weight"].shape

plain = Adapter("plain")
patterns = Adapter("patterns", ml_dtypes.bfloat16, r=4, lora_alpha=7, use_rslora=True,
                   rank_pattern={r"^model\.layers\.[02468]\.mlp\.down_proj": 16, "self_attn.v_proj": 3},
                   alpha_pattern={r".*\.(q|k)_proj": 5, "layers.1.mlp.up_proj": 2.5})
transposed = Adapter("transposed", np.float16, fan_in_fan_out=True)
for module, shape in shapes.items():
    plain.pair(module, shape)
    patterns.pair(module, shape)
    if "layers.1." in module:
        transposed.pair(module, shape)
outer = Adapter("outer", modules_to_save=["norm", "lm_head", "v_proj"])
outer.add("model.embed_tokens.lora_embedding_A", (8, vocabulary))
outer.add("model.embed_tokens.lora_embedding_B", (hidden, 8))
outer.add("model.norm.weight", (hidden,))
outer.add("lm_head.weight", (vocabulary, hidden))
outer.add("model.layers.0.self_attn.v_proj.weight", base["blk.0.attn_v.weight"].shape)

failed = False
for adapters in [[plain], [patterns], [transposed], [outer], [plain, patterns, outer]]:
    found, _ = quantize(work + "/merged.gguf", [adapter.write() for adapter in adapters])
    float32, exact = base, base
    for adapter in adapters:
        if adapter is adapters[-1]:
            float32, _, bounds = merge(exact, heads, adapter)
        _, exact, _ = merge(exact, heads, adapter)
    names = sorted(exact)
    differing = sum(int(np.count_nonzero(found[name] != exact[name])) for name in names if name in found)
    total = sum(exact[name].size for name in names)
    furthest = max(float(np.max(np.abs(found[name] - float32[name]) / (bounds[name] + 1e-30))) if name in bounds
                   else float(np.max(np.abs(found[name] - float32[name]))) for name in names)
    # A sum of `rank` products in float32 is off by at most about rank · 2^-24 of the sum of their magnitudes.
    good = sorted(found) == names and differing <= total / 1e6 and furthest < 16 * 2**-23
    failed |= not good
    print(f"{os.path.basename(source):20} {' + '.join(os.path.basename(a.folder) for a in adapters):28} "
          f"{differing} of {total} numbers differ from double's rounding, furthest from float32's "
          f"{furthest:.1e}: {'same' if good else 'DIFFERENT'}", flush=True)
sys.exit(failed)
