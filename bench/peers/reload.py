#!/usr/bin/env python3
"""Opens a folder that Mokha wrote with transformers: the same ids, the same logits?

    python reload.py FOLDER [--lines FILE] [--ids FILE] [--out logits.safetensors]

FILE of --lines has one text a line (UTF-8); FILE of --ids one JSON list of ids a line, for folders without a tokenizer.
Without either, three lines of English, Arabic and a mixture are used. Prints one JSON line each: {"text", "ids",
"offsets", "decoded", "auto_ids_equal", "argmax", "nll"}; ids are those of PreTrainedTokenizerFast on tokenizer.json,
auto_ids_equal says whether AutoTokenizer gives the same. nll is the mean next-token loss in nats. --out gets ids.I
[1, time] and logits.I [1, time, vocab] of line I. Float32, eager attention. Ends with 1 if a weight of the folder was
missing, unexpected or of another shape.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

LINES = ["The quick brown fox jumps over the lazy dog.", "القاهرة هي عاصمة جمهورية مصر العربية.", "Cairo القاهرة, 2026 ✓ 😀"]


def inputs(options):
    """(text or None, ids, rest of the report) of each line."""
    if options.ids:
        for line in Path(options.ids).read_text(encoding="utf-8").splitlines():
            yield None, json.loads(line), {}
        return
    fast = PreTrainedTokenizerFast(tokenizer_file=str(Path(options.folder) / "tokenizer.json"))
    auto = AutoTokenizer.from_pretrained(options.folder)
    lines = Path(options.lines).read_text(encoding="utf-8").split("\n") if options.lines else LINES
    for text in lines:
        if not text:
            continue
        made = fast(text, return_offsets_mapping=True)
        ids = made["input_ids"]
        yield text, ids, {
            "offsets": made["offset_mapping"],
            "decoded": fast.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False),
            "auto_ids_equal": auto(text)["input_ids"] == ids,
            "auto": type(auto).__name__,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--lines")
    parser.add_argument("--ids")
    parser.add_argument("--out")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    model, loading = AutoModelForCausalLM.from_pretrained(
        options.folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    model.eval()
    wrong = {k: sorted(map(str, v)) for k, v in loading.items() if v}
    saved = {}
    with torch.no_grad():
        for i, (text, ids, rest) in enumerate(inputs(options)):
            row = torch.tensor([ids])
            logits = model(input_ids=row, use_cache=False).logits
            nll = torch.nn.functional.cross_entropy(logits[0, :-1], row[0, 1:]).item() if len(ids) > 1 else None
            saved[f"ids.{i}"], saved[f"logits.{i}"] = row, logits
            report = {"text": text, "ids": ids, **rest, "argmax": logits[0].argmax(-1).tolist(), "nll": nll}
            print(json.dumps(report, ensure_ascii=False))
    if options.out:
        save_file(saved, options.out)
    if wrong:
        print(f"weights do not fit: {wrong}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
