#!/usr/bin/env python3
"""Opens the encoder folders that Mokha wrote with transformers: the same ids, the same outputs?

    python encoder_folder.py OUT

OUT is what `dev.mokha.bench.EncoderParityBench fixtures/encoders OUT` wrote: OUT/FAMILY/HEAD/ with config.json, weights and
tokenizer, and OUT/FAMILY/HEAD.safetensors with the inputs and Mokha's outputs (`out.NAME`). Each folder is opened with the
class that its config.json names; prints a line of Markdown each with the largest absolute differences at real positions.
Ends with 1 if a weight was missing, unexpected or of another shape, if AutoTokenizer gives other ids or loses a special
token, or if anything is further away than 1e-4.
"""

import json
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # everything is in the folders

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoTokenizer

ARGUMENTS = ("input_ids", "attention_mask", "token_type_ids", "labels", "next_sentence_label", "start_positions", "end_positions")
TEXT = "The cats sat, on a mat. مقهىة?"


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    wrong = []
    print("| folder | class | logits and states | loss |")
    print("|---|---|---|---|")
    for config in sorted(Path(sys.argv[1]).glob("*/*/config.json")):
        folder = config.parent
        name = json.loads(config.read_text())["architectures"][0]
        model, loading = getattr(transformers, name).from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
        )
        wrong += [f"{folder}: {k} {sorted(map(str, v))}" for k, v in loading.items() if v]
        tensors = load_file(folder.with_name(folder.name + ".safetensors"))
        tokenizer = AutoTokenizer.from_pretrained(folder)
        encoded = tokenizer(TEXT)
        if encoded["input_ids"] != tensors["ids"].tolist():
            wrong.append(f"{folder}: ids {encoded['input_ids']}, ours {tensors['ids'].tolist()}")
        special = [tokenizer.pad_token, tokenizer.cls_token, tokenizer.sep_token, tokenizer.mask_token]
        if special != ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]:
            wrong.append(f"{folder}: special tokens {special}")
        with torch.no_grad():
            if name.split("For")[-1] != "MultipleChoice":
                model.eval()(**{k: torch.tensor([v]) for k, v in encoded.items()})  # the tokenizer's keys are the model's
            out = model.eval()(**{k: tensors[k] for k in ARGUMENTS if k in tensors}, output_hidden_states=True)
        real = tensors["attention_mask"].bool()
        far = 0.0
        for key, ours in tensors.items():
            if not key.startswith("out.") or key == "out.loss":
                continue
            key = key.removeprefix("out.")
            theirs = out.hidden_states[int(key.split(".")[1])] if key.startswith("hidden") else out[key]
            difference = (theirs - ours).abs()
            rows = real.view(-1, real.shape[-1])
            far = max(far, (difference[rows] if difference.shape[:2] == rows.shape else difference).max().item())
        loss = (out.loss - tensors["out.loss"]).abs().item()
        print(f"| `{folder.parent.name}/{folder.name}` | `{name}` | {far:.1e} | {loss:.1e} |", flush=True)
        if max(far, loss) > 1e-4:
            wrong.append(f"{folder}: {far}, {loss}")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
