#!/usr/bin/env python3
"""widen-model.py FOLDER OUT: the same function at Llama-3.2-1B's shape, to measure what a trained small model costs there.

    python bench/widen-model.py FOLDER OUT

The residual stream's new places stay zero: what writes to them is zero, everything else that is new is drawn at
random, so products do the work that a model of this shape has. Norms are scaled, since the mean square is over more
places. New blocks add nothing. Needs 64 places a head and as many heads as there are; torch and safetensors.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

source, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
config = json.loads((source / "config.json").read_text())
old = {name: value.float() for name, value in load_file(source / "model.safetensors").items()}
HIDDEN, INNER, LAYERS, HEADS, KEYS, HEAD, VOCAB = 2048, 8192, 16, 32, 8, 64, 128256
hidden = config["hidden_size"]
heads, keys = config["num_attention_heads"], config["num_key_value_heads"]
if config.get("head_dim", hidden // heads) != HEAD or keys > KEYS or heads // keys > HEADS // KEYS:
    sys.exit(f"heads of {hidden // heads} places, {heads} of queries and {keys} of keys do not fit {HEAD}, {HEADS}, {KEYS}")
generator = torch.Generator().manual_seed(0)
new = {}


def drawn(*shape):
    return torch.randn(shape, generator=generator) * 0.02


def norm(name):
    weight = torch.ones(HIDDEN)
    if name in old:
        weight[:hidden] = old[name] * (hidden / HIDDEN) ** 0.5
    new[name] = weight.bfloat16()


def reads(name, rows, places):
    """A product of the residual stream: the old rows at `places`, which read nothing of the new places."""
    weight = drawn(rows, HIDDEN)
    if name in old:
        weight[places] = 0
        weight[places, :hidden] = old[name]
    new[name] = weight.bfloat16()


def writes(name, columns, places):
    weight = torch.zeros(HIDDEN, columns)
    if name in old:
        weight[:hidden, places] = old[name]
    new[name] = weight.bfloat16()


def head_places(count, group):
    """Where the old heads' rows go: head `i` of a group of key `j` to that of the new key `j`."""
    per_key = count // keys
    chosen = [(i // per_key) * group + i % per_key for i in range(count)]
    return torch.cat([torch.arange(HEAD) + head * HEAD for head in chosen])


queries, values = head_places(heads, HEADS // KEYS), head_places(keys, 1)
inner = torch.arange(config["intermediate_size"])
embedding = drawn(VOCAB, HIDDEN)
embedding[:, :hidden] = 0
embedding[: config["vocab_size"]] = 0
embedding[: config["vocab_size"], :hidden] = old["model.embed_tokens.weight"]
new["model.embed_tokens.weight"] = embedding.bfloat16()
norm("model.norm.weight")
for layer in range(LAYERS):
    block = f"model.layers.{layer}."
    norm(block + "input_layernorm.weight")
    norm(block + "post_attention_layernorm.weight")
    reads(block + "self_attn.q_proj.weight", HEADS * HEAD, queries)
    reads(block + "self_attn.k_proj.weight", KEYS * HEAD, values)
    reads(block + "self_attn.v_proj.weight", KEYS * HEAD, values)
    writes(block + "self_attn.o_proj.weight", HEADS * HEAD, queries)
    reads(block + "mlp.gate_proj.weight", INNER, inner)
    reads(block + "mlp.up_proj.weight", INNER, inner)
    writes(block + "mlp.down_proj.weight", INNER, inner)
config.update(
    hidden_size=HIDDEN,
    intermediate_size=INNER,
    num_hidden_layers=LAYERS,
    num_attention_heads=HEADS,
    num_key_value_heads=KEYS,
    head_dim=HEAD,
    vocab_size=VOCAB,
    rms_norm_eps=config["rms_norm_eps"] * hidden / HIDDEN,
    torch_dtype="bfloat16",
    dtype="bfloat16",
)
(out / "config.json").write_text(json.dumps(config, indent=1))
save_file(new, out / "model.safetensors", metadata={"format": "pt"})
for file in ("tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"):
    if (source / file).exists():
        shutil.copy(source / file, out)
print(sum(value.numel() for value in new.values()), "parameters")
