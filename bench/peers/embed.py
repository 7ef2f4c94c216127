#!/usr/bin/env python3
"""sentence-transformers, for EncoderBench: answers each line with one of JSON.

    python embed.py FOLDER TEXTS COUNT THREADS [int8]

`vector` gives that of the first text, `users N` the seconds for all texts: of one user one after the other, of N in
batches of N, of 0 all at once in batches of 32. int8 is torch's dynamic quantisation of the linear layers.
"""

import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer

folder, texts, count, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
model = SentenceTransformer(folder, device="cpu")
if "int8" in sys.argv:
    model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)
with open(texts, encoding="utf-8") as lines:
    all_texts = [line.rstrip("\n") for line in lines if line.strip()][:count]


def encode(some, batch):
    return model.encode(some, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "sentence_transformers": sentence_transformers.__version__,
            "threads": torch.get_num_threads(),
        }
    ),
    flush=True,
)
for line in sys.stdin:
    words = line.split()
    if words[0] == "quit":
        break
    if words[0] == "vector":
        print(json.dumps({"vector": encode(all_texts[:1], 1)[0].tolist()}), flush=True)
        continue
    users = int(words[1])
    start = time.perf_counter()
    if users == 0:
        encode(all_texts, 32)
    else:
        for at in range(0, len(all_texts), users):
            encode(all_texts[at : at + users], users)
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
