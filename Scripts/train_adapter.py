"""Trains a LoRA adapter of rank 8 for every attention matrix of a Llama model, on chats, as people do with PEFT: an adapter
with the spectrum of a real one, which seeded noise hasn't.

train_adapter.py MODEL.gguf CHATS.txt FOLDER RATE EPOCHS: CHATS.txt has <|user|> and <|assistant|> turns that end with
<|end|>. Needs torch, transformers, peft and gguf; takes minutes. Prints how far the matrices moved, by their norms."""

import os
import random
import re
import sys

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

source, chats, output, rate, epochs = *sys.argv[1:4], float(sys.argv[4]), int(sys.argv[5])
BATCH, NO_LABEL = 8, -100
torch.manual_seed(8)
random.seed(8)
folder, name = os.path.split(os.path.abspath(source))
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
modules = ["q_proj", "k_proj", "v_proj", "o_proj"]
model = get_peft_model(
    model, LoraConfig(r=8, lora_alpha=16, lora_dropout=0.05, target_modules=modules, task_type="CAUSAL_LM"))

examples = []
with open(chats) as file:
    for asked, answer in re.findall(r"<\|user\|>\n(.*?)<\|end\|>\n<\|assistant\|>\n(.*?)<\|end\|>", file.read(), re.S):
        prompt = tokenizer(f"<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n")["input_ids"]
        reply = tokenizer(f"{answer}<|im_end|>")["input_ids"]
        examples.append((prompt + reply, [NO_LABEL] * len(prompt) + reply))
if len(examples) < BATCH:
    sys.exit(f"error: {chats} has {len(examples)} chats; at least {BATCH} are needed")

weights = [weight for weight in model.parameters() if weight.requires_grad]
optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
steps = epochs * (len(examples) // BATCH)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / 10) * max(0, 1 - step / steps))


def padded(rows, filler):
    longest = max(map(len, rows))
    return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])


model.train()
for epoch in range(epochs):
    random.shuffle(examples)
    for start in range(0, len(examples) - BATCH + 1, BATCH):
        ids, labels = zip(*examples[start : start + BATCH])
        mask = padded([[1] * len(row) for row in ids], 0)
        loss = model(input_ids=padded(ids, 0), attention_mask=mask, labels=padded(labels, NO_LABEL)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    print(f"epoch {epoch + 1} of {epochs}, loss {loss.item():.3f}", file=sys.stderr)

moved = {}
with torch.no_grad():
    for name, layer in model.named_modules():
        if hasattr(layer, "lora_A"):
            product = layer.lora_B["default"].weight @ layer.lora_A["default"].weight * layer.scaling["default"]
            share = (product.norm() / layer.base_layer.weight.norm()).item()
            moved.setdefault(name.rsplit(".", 1)[1], []).append(share)
print(", ".join(f"{name} {100 * sum(shares) / len(shares):.1f} %" for name, shares in moved.items()))
model.save_pretrained(output)
