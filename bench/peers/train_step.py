#!/usr/bin/env python3
"""The peer of Mokha's training step: transformers on PyTorch, CPU, fused AdamW, float32 and bf16 autocast.

    python train_step.py [--threads 2] [--steps 5] [--warmup 2] [--dtype fp32 bf16]
                         [--save-folder DIR | --folder DIR] [--serve]

The model: LlamaForCausalLM, vocabulary 16,000, hidden 512, feed-forward 1,408, 6 layers, 8 query and 4 key/value heads,
head and embedding untied: 34,085,376 parameters (tied it would have 25.9 million). Batch 8 x 256. Attention is
transformers' default, sdpa. One step is: gradients to none, forward with loss, backward, fused AdamW (lr 3e-4, betas
0.9/0.95, eps 1e-8, decay 0.1 on everything), no clipping. bf16 is autocast over float32 weights.

Initial weights: transformers' own with seed 0, or those of --folder; --save-folder writes them (config.json and
model.safetensors) before the first step and exits unless --serve or --then-run is given. Each dtype starts from them
afresh, with an optimiser of its own.

The batch: token(step, b, t), step from 0 and counted with the warm-up, in unsigned 64-bit arithmetic:
    x = (step * 8 + b) * 256 + t
    x = x * 6364136223846793005 + 1442695040888963407
    x = x ^ (x >> 29)                     (logical shift)
    x = x * 6364136223846793005 + 1442695040888963407
    token = (x >> 33) mod 16000
so step 0, row 0 begins 4445 4125 8348 2853 (`--tokens` prints eight). Labels are the tokens themselves; the loss is
the mean over the 255 next-token positions of each row.

Prints one JSON line per dtype: {"dtype", "seconds": [...], "losses": [...], "peak_rss_mib", ...}; seconds and losses are
those of the timed steps, "warmup_losses" those before. The peak is the process's: for one dtype's own, ask for one.

--serve reads commands from standard input, so that two programs can take turns in one run: "fp32 3" or "bf16 3" runs
three more steps and answers with one JSON line; "reset" forgets models and optimisers; "quit" ends. The first line
printed is {"ready": true, ...}.
"""

import argparse
import json
import os
import resource
import sys
import time

VOCAB, BATCH, TIME = 16_000, 8, 256
MASK = (1 << 64) - 1


def token(step, b, t):
    x = (step * BATCH + b) * TIME + t
    x = (x * 6364136223846793005 + 1442695040888963407) & MASK
    x ^= x >> 29
    x = (x * 6364136223846793005 + 1442695040888963407) & MASK
    return (x >> 33) % VOCAB


class Run:
    """A model with its optimiser, in one dtype, and how many steps it has taken."""

    def __init__(self, dtype, folder):
        self.dtype, self.taken = dtype, 0
        self.model = initial(folder).train()
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=3e-4, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1, fused=True
        )

    def step(self):
        ids = torch.tensor([[token(self.taken, b, t) for t in range(TIME)] for b in range(BATCH)])
        began = time.perf_counter()
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.dtype == "bf16"):
            loss = self.model(input_ids=ids, labels=ids, use_cache=False).loss
        loss.backward()
        self.optimiser.step()
        value = loss.item()
        seconds = time.perf_counter() - began
        self.taken += 1
        return seconds, value

    def steps(self, count):
        taken = [self.step() for _ in range(count)]
        return [s for s, _ in taken], [v for _, v in taken]


def config():
    return LlamaConfig(
        vocab_size=VOCAB,
        hidden_size=512,
        intermediate_size=1408,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        rms_norm_eps=1e-5,
        tie_word_embeddings=False,
    )


def initial(folder):
    if folder:
        return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    torch.manual_seed(0)
    return LlamaForCausalLM(config())


def peak_rss_mib():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def say(**fields):
    print(json.dumps(fields), flush=True)


def about():
    with torch.device("meta"):
        model = LlamaForCausalLM(config())
    return {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
        "parameters": sum(p.numel() for p in model.parameters()),
        "attention": model.config._attn_implementation,
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
        elif len(words) == 2 and words[0] in ("fp32", "bf16") and words[1].isdigit():
            dtype = words[0]
            if dtype not in runs:
                runs[dtype] = Run(dtype, folder)
            first = runs[dtype].taken
            seconds, losses = runs[dtype].steps(int(words[1]))
            say(dtype=dtype, first_step=first, seconds=seconds, losses=losses, peak_rss_mib=peak_rss_mib())
        elif words:
            say(error=f"'{line.strip()}' is none of: fp32 N, bf16 N, reset, quit")


def main():
    if options.tokens:
        print(*(token(0, 0, t) for t in range(8)))
        return
    if options.save_folder:
        initial(options.folder).save_pretrained(options.save_folder)
        options.folder = options.save_folder
        if not (options.serve or options.then_run):
            say(saved=options.save_folder, **about())
            return
    if options.serve:
        serve(options.folder)
        return
    for dtype in options.dtype:
        run = Run(dtype, options.folder)
        _, before = run.steps(options.warmup)
        seconds, losses = run.steps(options.steps)
        say(
            dtype=dtype, seconds=seconds, losses=losses, warmup_losses=before, peak_rss_mib=peak_rss_mib(), **about()
        )
        del run


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--steps", type=int, default=5, help="timed steps")
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--dtype", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"])
    parser.add_argument("--folder", help="a model folder to start from")
    parser.add_argument("--save-folder", help="where to write the initial weights")
    parser.add_argument("--then-run", action="store_true", help="after --save-folder, measure as well")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--tokens", action="store_true", help="print the first eight tokens of step 0, row 0")
    options = parser.parse_args()
    import torch  # after the arguments, so that --help is quick
    import transformers
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    main()
