"""Makes a model's control tokens plain words, which llama-perplexity reads in a text; control tokens it does not.

visible_tokens.py MODEL.gguf: in place, `<|end|>` becomes `<:end|>`, a user-defined token. Their names change, too, for
llama.cpp knows some of them by name. Numbers of tokens stay."""

import sys

import gguf

CONTROL, USER_DEFINED = 3, 4

reader = gguf.GGUFReader(sys.argv[1], "r+")
types = reader.fields["tokenizer.ggml.token_type"]
names = reader.fields["tokenizer.ggml.tokens"]
for kind, name in zip(types.data, names.data):
    if types.parts[kind][0] == CONTROL and bytes(names.parts[name]).startswith(b"<|"):
        types.parts[kind][0] = USER_DEFINED
        names.parts[name][1] = ord(":")
reader.data.flush()
