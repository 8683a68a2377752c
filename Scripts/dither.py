"""Takes a published model's weights off the grid that they were rounded to, so that rounding them costs something.

dither.py PUBLISHED.gguf F32.gguf OUT.gguf: F32.gguf is PUBLISHED's numbers; OUT.gguf gets each number of a Q4_1
or Q8_0 tensor moved by uniform noise over its cell, half a step down to half a step up. The noise is seeded by the
tensor's name, so that the result is the same everywhere."""

import shutil
import sys

import gguf
import numpy as np

# Bytes of a block of 32; each begins with its step as a half.
BLOCK_BYTES = {"Q4_1": 20, "Q8_0": 34}

published, floats, output = sys.argv[1:]
shutil.copyfile(floats, output)
writable = gguf.GGUFReader(output, "r+")
tensors = {tensor.name: tensor for tensor in writable.tensors}
for tensor in gguf.GGUFReader(published).tensors:
    size = BLOCK_BYTES.get(tensor.tensor_type.name)
    if size is None:
        continue
    blocks = np.frombuffer(tensor.data.tobytes(), np.uint8).reshape(-1, size)
    steps = np.abs(blocks[:, :2].copy().view(np.float16).astype(np.float32))
    random = np.random.Generator(np.random.PCG64(int.from_bytes(tensor.name.encode(), "big") % 2**63))
    numbers = tensors[tensor.name].data.reshape(-1, 32)
    numbers += (random.random(numbers.shape, dtype=np.float32) - 0.5) * steps
writable.data.flush()
