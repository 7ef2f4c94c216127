#!/usr/bin/env python3
"""Reads a folder that `mokha quantize --out-format folder` packed, by what GPTQ and AWQ publish of their layouts.

    python packed_folder.py PACKED PLAIN

PLAIN is the same model with float32 weights: `mokha quantize PACKED --to F32 --out PLAIN`. Every projection is unpacked
here, with NumPy and from the layouts' definitions alone, and must be PLAIN's bit for bit; all else must be PLAIN's too.
Then transformers reads `quantization_config`, and computes logits with the unpacked weights and with PLAIN's.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from transformers import AutoModelForCausalLM
from transformers.utils.quantization_config import AwqConfig, GPTQConfig

AWQ_OUTPUT_OF_NIBBLE = [0, 2, 4, 6, 1, 3, 5, 7]


def tensors(folder):
    files = sorted(Path(folder).glob("*.safetensors"))
    return {name: tensor for file in files for name, tensor in load_file(file).items()}


def levels(words, bits):
    """int32 [rows, n] to [rows, n, 32 / bits], from the lowest bits up"""
    shifts = np.arange(0, 32, bits, dtype=np.uint32)
    return (words.view(np.uint32)[:, :, None] >> shifts) & np.uint32(2**bits - 1)


def gptq(parts, config):
    bits = config["bits"]
    words = parts["qweight"]  # [inputs * bits / 32, outputs]
    level = levels(words, bits).transpose(0, 2, 1).reshape(-1, words.shape[1])  # [inputs, outputs]
    zero = levels(parts["qzeros"], bits).reshape(len(parts["qzeros"]), -1).astype(np.int64)
    if config.get("checkpoint_format", "gptq") == "gptq":
        zero += 1
    group = parts["g_idx"]
    return (level.astype(np.int64) - zero[group]) * parts["scales"].astype(np.float32)[group]


def awq(parts, config):
    def outputs(words):
        nibbles = levels(words, 4)
        ordered = np.empty_like(nibbles)
        ordered[:, :, AWQ_OUTPUT_OF_NIBBLE] = nibbles
        return ordered.reshape(len(words), -1).astype(np.int64)

    size = config["group_size"]
    inputs = len(parts["qweight"])
    group = np.arange(inputs) // (inputs if size == -1 else size)
    return (outputs(parts["qweight"]) - outputs(parts["qzeros"])[group]) * parts["scales"].astype(np.float32)[group]


def main():
    packed_folder, plain_folder = sys.argv[1:3]
    config = json.loads((Path(packed_folder) / "config.json").read_text())["quantization_config"]
    method = {"gptq": gptq, "awq": awq}[config["quant_method"]]
    read = {"gptq": GPTQConfig, "awq": AwqConfig}[config["quant_method"]].from_dict(dict(config))
    packed, plain = tensors(packed_folder), tensors(plain_folder)
    unpacked = {}
    for name in packed:
        if not name.endswith((".qweight", ".qzeros", ".scales", ".g_idx")):
            unpacked[name] = packed[name].astype(np.float32)
        elif name.endswith(".qweight"):
            module = name.removesuffix(".qweight")
            parts = {part: packed.get(f"{module}.{part}") for part in ["qweight", "qzeros", "scales", "g_idx"]}
            unpacked[f"{module}.weight"] = np.ascontiguousarray(method(parts, config).astype(np.float32).T)
    assert unpacked.keys() == plain.keys(), unpacked.keys() ^ plain.keys()
    for name, weight in unpacked.items():
        assert np.array_equal(weight, plain[name]), f"{name} differs by {np.abs(weight - plain[name]).max()}"
    model = AutoModelForCausalLM.from_pretrained(plain_folder, dtype=torch.float32).eval()
    ids = torch.arange(3, 35)[None] % model.config.vocab_size
    with torch.no_grad():
        before = model(ids).logits
        missing = model.load_state_dict({k: torch.from_numpy(v) for k, v in unpacked.items()}, strict=False)
        assert not missing.unexpected_keys, missing
        after = model(ids).logits
    assert torch.equal(before, after)
    print(f"{len(unpacked)} tensors equal, logits too; transformers reads {read.to_dict()}")


main()
