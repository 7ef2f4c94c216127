#!/usr/bin/env python3
"""The peer of Mokha's int8 inference: BertModel of transformers, its linear layers quantised by PyTorch's
torch.ao.quantization.quantize_dynamic (weights per tensor int8, activations per tensor when they come), CPU.

    python int8.py --save-folder DIR                    writes a BERT-BASE of seed 0 and exits
    python int8.py --folder DIR --serve [--threads 2]   takes turns: one JSON line answers each command

Commands on standard input: "float32 N FILE" and "int8 N FILE": the encoder over FILE, JSON lines that are lists of
ids, N at a time in the file's order, padded to the longest of each batch. The answer has the seconds and the sum of
each text's first vector. The pooler is left in float32, as in Mokha. "quit".
"""

import argparse
import json
import sys
import time

import torch
import transformers
from torch.ao.quantization import default_dynamic_qconfig, quantize_dynamic
from transformers import BertConfig, BertModel


def batches(path, size):
    with open(path) as lines:
        texts = [json.loads(line) for line in lines]
    for start in range(0, len(texts), size):
        group = texts[start : start + size]
        longest = max(map(len, group))
        ids = torch.tensor([t + [0] * (longest - len(t)) for t in group])
        mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in group])
        yield ids, mask


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--save-folder")
    parser.add_argument("--folder")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.save_folder:
        torch.manual_seed(0)
        BertModel(BertConfig()).save_pretrained(args.save_folder)
        return
    exact = BertModel.from_pretrained(args.folder, dtype=torch.float32).eval()
    narrow = BertModel.from_pretrained(args.folder, dtype=torch.float32).eval()
    quantize_dynamic(narrow.encoder, {torch.nn.Linear: default_dynamic_qconfig}, inplace=True)
    models = {"float32": exact, "int8": narrow}
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "engine": torch.backends.quantized.engine,
                "threads": args.threads,
            }
        ),
        flush=True,
    )
    for line in sys.stdin:
        words = line.split(maxsplit=2)
        if words[0] == "quit":
            return
        start = time.perf_counter()
        total = 0.0
        with torch.inference_mode():
            for ids, mask in batches(words[2].strip(), int(words[1])):
                total += models[words[0]](ids, attention_mask=mask).last_hidden_state[:, 0].sum().item()
        print(json.dumps({"seconds": time.perf_counter() - start, "sum": total}), flush=True)


if __name__ == "__main__":
    main()
