#!/usr/bin/env python3
"""copying-decoder.py TOKENIZER OUT: a small decoder that can already copy, to be trained to rewrite.

    python bench/copying-decoder.py samples/base OUT

Four layers of 256 places, drawn at random but for a copying circuit (Olsson et al. 2022, arXiv:2209.11895,
"Mechanistic view"): three heads of the first layer bring what the last three tokens were, two heads of the second look
for the place behind the same three tokens, and write what stands there. Training from nothing finds such a circuit too,
after more tokens than a small machine has patience for. Needs torch, safetensors.
"""

import json
import math
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

tokenizer, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
LAYERS, HIDDEN, INNER, HEADS, HEAD, THETA = 4, 256, 704, 4, 64, 1e8
FAST = 10  # pairs of places that turn too fast to meet tokens far away, fast enough to tell neighbours apart
vocab = json.loads((tokenizer / "config.json").read_text())["vocab_size"]
torch.manual_seed(0)

# Places of the residual stream: the token, a constant, and codes of the tokens one, two and three places before.
TOKEN, ONE, SIZE = 128, 128, 0.08
CODES = (20, 12, 12)
starts = {}
place = TOKEN + 1
for offset, codes in ((1, (0, 1)), (2, (1, 2)), (3, (2,))):
    for code in codes:
        starts[offset, code] = place
        place += CODES[code]
assert place <= HIDDEN
code = [torch.randn(size, TOKEN) / math.sqrt(TOKEN) for size in CODES]

weights = {}
embedding = torch.zeros(vocab, HIDDEN)
embedding[:, :TOKEN] = torch.nn.functional.normalize(torch.randn(vocab, TOKEN)) * SIZE * math.sqrt(TOKEN)
embedding[:, ONE] = 2 * SIZE
weights["model.embed_tokens.weight"] = embedding
weights["model.norm.weight"] = torch.ones(HIDDEN)
for layer in range(LAYERS):
    block = f"model.layers.{layer}."
    weights[block + "input_layernorm.weight"] = torch.ones(HIDDEN)
    weights[block + "post_attention_layernorm.weight"] = torch.ones(HIDDEN)
    for name in "qkv":
        weights[block + f"self_attn.{name}_proj.weight"] = torch.randn(HEADS * HEAD, HIDDEN) * 0.02
    weights[block + "self_attn.o_proj.weight"] = torch.randn(HIDDEN, HEADS * HEAD) * 0.002
    weights[block + "mlp.gate_proj.weight"] = torch.randn(INNER, HIDDEN) * 0.02
    weights[block + "mlp.up_proj.weight"] = torch.randn(INNER, HIDDEN) * 0.02
    weights[block + "mlp.down_proj.weight"] = torch.randn(HIDDEN, INNER) * 0.002


def head(layer, name, number):
    """The rows of a head's projection, or of `o` its columns; cleared."""
    weight = weights[f"model.layers.{layer}.self_attn.{name}_proj.weight"]
    view = weight[:, number * HEAD :][:, :HEAD] if name == "o" else weight[number * HEAD :][:HEAD]
    view.zero_()
    return view


# First layer: a constant query and a constant key whose rotations agree `offset` places apart.
root = math.sqrt((TOKEN * SIZE**2 + (2 * SIZE) ** 2) / HIDDEN)
constant = 2 * SIZE / root
for offset in (1, 2, 3):
    q, k, v, o = (head(0, name, offset - 1) for name in "qkvo")
    for pair in range(FAST):
        q[pair, ONE] = 12 / constant
        k[pair, ONE] = 12 / constant * math.cos(offset * THETA ** (-2 * pair / HEAD))
        k[HEAD // 2 + pair, ONE] = 12 / constant * math.sin(offset * THETA ** (-2 * pair / HEAD))
    row = 0
    for number in range(3):
        if (offset, number) in starts:
            rows = torch.arange(CODES[number])
            v[row + rows, :TOKEN] = code[number]
            o[starts[offset, number] + rows, row + rows] = root
            row += CODES[number]

# Second layer: codes of the last three tokens, met where they stood; the pairs that turn fast are left out.
scale = SIZE * math.sqrt((TOKEN + 4 + sum(CODES) + CODES[1] + CODES[2]) / HIDDEN) / SIZE
slow = [*range(FAST, HEAD // 2), *range(HEAD // 2 + FAST, HEAD)]
for number in (0, 1):
    q, k, v, o = (head(1, name, number) for name in "qkvo")
    row = 0
    for each, size in enumerate(CODES):
        rows = torch.tensor(slow[row : row + size])
        keys = starts[each + 1, each] + torch.arange(size)
        k[rows, keys] = 1.8
        if each == 0:
            q[rows, :TOKEN] = 1.8 * code[0]
        else:
            q[rows, starts[each, each] + torch.arange(size)] = 1.8
        row += size
    half = number * HEAD + torch.arange(HEAD)
    v[torch.arange(HEAD), half] = 1
    o[half, torch.arange(HEAD)] = 4 * SIZE * scale

config = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": vocab,
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": HEADS,
    "head_dim": HEAD,
    "max_position_embeddings": 1024,
    "rms_norm_eps": 1e-5,
    "rope_theta": THETA,
    "tie_word_embeddings": True,
    "hidden_act": "silu",
    "initializer_range": 0.02,
    "bos_token_id": 0,
    "eos_token_id": [0, 2],
    "torch_dtype": "float32",
}
(out / "config.json").write_text(json.dumps(config, indent=1))
save_file({name: value.contiguous() for name, value in weights.items()}, out / "model.safetensors", metadata={"format": "pt"})
for file in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
    shutil.copy(tokenizer / file, out)
(out / "chat_template.jinja").write_text(
    "{%- for message in messages -%}\n"
    "{%- if message.role == 'assistant' -%}{{ '\\nText:' + message.content + '<|im_end|>' }}"
    "{%- else -%}{{ message.content }}{%- endif -%}\n"
    "{%- endfor -%}\n"
    "{%- if add_generation_prompt -%}{{ '\\nText:' }}{%- endif -%}\n"
)
