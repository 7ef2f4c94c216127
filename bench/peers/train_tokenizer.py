#!/usr/bin/env python3
"""The peer of Mokha's vocabulary training: Hugging Face tokenizers' trainer, byte-level BPE with GPT-2's words.

    [RAYON_NUM_THREADS=1] python train_tokenizer.py FILE.jsonl.gz [--vocab 32000] [--out merges.txt] [--repeat 1]

FILE has a JSON object with `text` a line. Reading it is not timed. Prints one JSON line a run: {"seconds", "documents",
"characters", "pieces", "threads"}. --out gets the merges, one a line, left and right parted by a space.
"""

import argparse
import gzip
import json
import os
import time

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

options = argparse.ArgumentParser()
options.add_argument("file")
options.add_argument("--vocab", type=int, default=32000)
options.add_argument("--out")
options.add_argument("--repeat", type=int, default=1)
options = options.parse_args()

with gzip.open(options.file, "rt", encoding="utf-8") as lines:
    documents = [json.loads(line)["text"] for line in lines]

for _ in range(options.repeat):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=options.vocab,
        min_frequency=2,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    start = time.perf_counter()
    tokenizer.train_from_iterator(documents, trainer)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "tokenizers": tokenizers.__version__,
                "seconds": round(seconds, 3),
                "documents": len(documents),
                "characters": sum(map(len, documents)),
                "pieces": tokenizer.get_vocab_size(),
                "threads": os.environ.get("RAYON_NUM_THREADS", "all"),
            }
        ),
        flush=True,
    )

if options.out:
    with open(options.out, "w", encoding="utf-8") as out:
        for left, right in json.loads(tokenizer.to_str())["model"]["merges"]:
            out.write(f"{left} {right}\n")
