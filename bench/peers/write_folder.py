#!/usr/bin/env python3
"""The reverse of reload.py: a folder that transformers wrote, for Mokha to open.

    python write_folder.py OUT [--lines FILE] [--vocab 600] [--seed 5] [--dtype float32]

Trains a small byte-level BPE tokenizer on FILE (one text a line; without it, on a few sentences of English and Arabic),
makes a random Llama of two layers for it, and writes OUT/model (config.json, model.safetensors, generation_config.json,
tokenizer.json, tokenizer_config.json), OUT/expected.jsonl (text, ids, decoded, greedy continuation of each test line) and
OUT/expected.safetensors (ids.I, logits.I, computed in float32 from the weights as saved).
"""

import argparse
import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEXT = [
    "The cat sat on the mat, and the dog lay by the door.",
    "She sells sea shells by the sea shore; the shells she sells are sea shells, I'm sure.",
    "القط جالس على السجادة والكلب نائم عند الباب.",
    "تقع مدينة القاهرة على ضفاف نهر النيل في شمال مصر.",
    "It was the best of times, it was the worst of times, it was the age of wisdom.",
]
TESTS = ["The cat and the dog.", "القاهرة مدينة على نهر النيل.", "Cairo القاهرة, 2026 ✓ 😀", "  two  spaces\nand a line"]


def tokenizer(lines, size):
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<pad>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(lines, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=bpe, pad_token="<pad>", bos_token="<s>", eos_token="</s>")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--lines")
    parser.add_argument("--vocab", type=int, default=600, help="at most; a short text gives fewer")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    lines = Path(options.lines).read_text(encoding="utf-8").splitlines() if options.lines else TEXT
    fast = tokenizer(lines, options.vocab)
    torch.manual_seed(options.seed)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.15,
        tie_word_embeddings=False,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    folder = Path(options.out) / "model"
    LlamaForCausalLM(config).to(getattr(torch, options.dtype)).save_pretrained(folder)
    fast.save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    saved, reports = {}, []
    with torch.no_grad():
        for i, text in enumerate(TESTS):
            row = torch.tensor([fast(text)["input_ids"]])
            saved[f"ids.{i}"], saved[f"logits.{i}"] = row, model(input_ids=row, use_cache=False).logits
            more = model.generate(row, attention_mask=torch.ones_like(row), do_sample=False, max_new_tokens=8)
            reports.append({
                "text": text,
                "ids": row[0].tolist(),
                "decoded": fast.decode(row[0], clean_up_tokenization_spaces=False),
                "greedy": more[0, row.shape[1] :].tolist(),
            })
    save_file(saved, Path(options.out) / "expected.safetensors")
    with open(Path(options.out) / "expected.jsonl", "w", encoding="utf-8") as out:
        for report in reports:
            out.write(json.dumps(report, ensure_ascii=False) + "\n")
    print(json.dumps({"folder": str(folder), "vocab": len(fast), "lines": len(reports)}))


if __name__ == "__main__":
    main()
