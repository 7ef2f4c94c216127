#!/usr/bin/env python3
"""The peer of Mokha's encoder: BertForMaskedLM of transformers on PyTorch, CPU, float32 and bf16 autocast.

    python masked_step.py --save-folder DIR [--threads 2]      writes the initial weights of seed 0 and exits
    python masked_step.py --folder DIR --serve [--threads 2]   takes turns: one JSON line answers each command

The model: BERT-BASE uncased (30,522 pieces, 12 layers, 768 wide, dropout 0.1), attention sdpa, transformers' defaults.
Batch 8 x 128, no padding. A training step is: gradients to none, forward with loss, backward, fused AdamW (lr 1e-4,
betas 0.9/0.999, eps 1e-6, decay 0.01 on everything), no clipping. bf16 is autocast over float32 weights. Inference is
the model's logits of every token, in eval mode, without gradients.

The batch: h(step, b, t), in unsigned 64-bit arithmetic:
    x = (step * 8 + b) * 128 + t
    x = x * 6364136223846793005 + 1442695040888963407
    x = x ^ (x >> 29)                     (logical shift)
    x = x * 6364136223846793005 + 1442695040888963407
    h = x >> 33
The token is 1000 + h mod 29000. Where (h >> 20) mod 100 < 15 it is to be predicted: the input has [MASK] (103) there,
and only there a label.

Commands on standard input: "fp32 train N", "bf16 train N", "fp32 infer N", "bf16 infer N" run N more; the answer has
their seconds and, for inference, the sum of the last logits. "fp32 loss" answers with the loss of step 0 in eval mode.
"texts DTYPE N FILE": inference of the encoder alone over FILE, JSON lines that are lists of ids, N at a time in the
file's order, padded to the longest of each batch; answers with the seconds of the whole file. "reset", "quit".
"""

import argparse
import json
import os
import resource
import sys
import time

VOCAB, BATCH, TIME, MASKED = 30_522, 8, 128, 103
BITS = (1 << 64) - 1


def number(step, b, t):
    x = (step * BATCH + b) * TIME + t
    x = (x * 6364136223846793005 + 1442695040888963407) & BITS
    x ^= x >> 29
    x = (x * 6364136223846793005 + 1442695040888963407) & BITS
    return x >> 33


def batch(step):
    numbers = [[number(step, b, t) for t in range(TIME)] for b in range(BATCH)]
    tokens = [[1000 + h % 29000 for h in row] for row in numbers]
    hidden = [[(h >> 20) % 100 < 15 for h in row] for row in numbers]
    ids = [[MASKED if m else t for t, m in zip(*rows)] for rows in zip(tokens, hidden)]
    labels = [[t if m else -100 for t, m in zip(*rows)] for rows in zip(tokens, hidden)]
    return torch.tensor(ids), torch.tensor(labels)


def model(folder):
    if folder:
        return BertForMaskedLM.from_pretrained(folder, dtype=torch.float32)
    torch.manual_seed(0)
    return BertForMaskedLM(BertConfig(vocab_size=VOCAB))


def cast(dtype):
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bf16")


class Run:
    """A model with its optimiser, in one dtype, and how many steps it has taken."""

    def __init__(self, dtype, folder):
        self.dtype, self.taken = dtype, 0
        self.model = model(folder)
        self.optimiser = None

    def train(self):
        if self.optimiser is None:
            self.optimiser = torch.optim.AdamW(
                self.model.parameters(), lr=1e-4, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01, fused=True
            )
        self.model.train()
        ids, labels = batch(self.taken)
        began = time.perf_counter()
        self.optimiser.zero_grad(set_to_none=True)
        with cast(self.dtype):
            loss = self.model(input_ids=ids, labels=labels).loss
        loss.backward()
        self.optimiser.step()
        value = loss.item()
        seconds = time.perf_counter() - began
        self.taken += 1
        return seconds, value

    def infer(self):
        self.model.eval()
        ids, _ = batch(0)
        began = time.perf_counter()
        with torch.no_grad(), cast(self.dtype):
            logits = self.model(input_ids=ids).logits
        return time.perf_counter() - began, logits.float().sum().item()

    def loss(self):
        self.model.eval()
        ids, labels = batch(0)
        with torch.no_grad(), cast(self.dtype):
            return self.model(input_ids=ids, labels=labels).loss.item()

    def texts(self, at_once, file):
        rows = [json.loads(line) for line in open(file)]
        self.model.eval()
        began = time.perf_counter()
        total = 0.0
        with torch.no_grad(), cast(self.dtype):
            for i in range(0, len(rows), at_once):
                part = rows[i : i + at_once]
                longest = max(map(len, part))
                ids = torch.tensor([row + [0] * (longest - len(row)) for row in part])
                mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in part])
                hidden = self.model.bert(input_ids=ids, attention_mask=mask).last_hidden_state
                total += hidden[:, 0, 0].float().sum().item()
        return time.perf_counter() - began, total


def peak_rss_mib():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def say(**fields):
    print(json.dumps(fields), flush=True)


def about():
    return {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
    }


def serve(folder):
    runs = {}
    say(ready=True, **about())
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        if words == ["reset"]:
            runs.clear()
            say(reset=True)
            continue
        if words[0] == "texts":
            run = runs.setdefault(words[1], None) or Run(words[1], folder)
            runs[words[1]] = run
            seconds, total = run.texts(int(words[2]), words[3])
            say(seconds=seconds, sum=total, peak_rss_mib=peak_rss_mib())
            continue
        run = runs.get(words[0]) or Run(words[0], folder)
        runs[words[0]] = run
        if words[1] == "loss":
            say(loss=run.loss())
        else:
            done = [run.train() if words[1] == "train" else run.infer() for _ in range(int(words[2]))]
            say(seconds=[s for s, _ in done], values=[v for _, v in done], peak_rss_mib=peak_rss_mib())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--folder", help="a model folder to start from")
    parser.add_argument("--save-folder", help="where to write the initial weights")
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    import torch  # after the arguments, so that --help is quick
    import transformers
    from transformers import BertConfig, BertForMaskedLM

    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if options.save_folder:
        model(None).save_pretrained(options.save_folder)
        say(saved=options.save_folder, **about())
    elif options.serve:
        serve(options.folder)
