#!/usr/bin/env bash
# draft-model.sh MODEL TEXT OUT: a draft model for MODEL, trained by Mokha alone.
#
# TEXT is gzipped JSON lines with a field text. A small decoder of the same vocabulary is trained on it, then on what
# MODEL itself writes behind the beginnings of its lines. Run in the repository's root, with the class path of bench/
# in CLASSPATH.
set -euo pipefail
model=$1 text=$2 out=$3
mkdir -p "$out/shape"
vocab=$(sed -n 's/.*"vocab_size" *: *\([0-9]*\).*/\1/p' "$model/config.json")
cat >"$out/shape/config.json" <<JSON
{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": $vocab, "hidden_size": 128,
 "intermediate_size": 384, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
 "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": true,
 "hidden_act": "silu", "initializer_range": 0.02}
JSON
./mokha pretrain --config "$out/shape/config.json" --tokenizer "$model/tokenizer.json" --data text="$text" \
    --context 256 --batch 16 --steps 1600 --warmup 50 --lr 4e-3 --precision bfloat16 --out "$out/first"

# What the model writes: 48 tokens of a line, and 110 of its own.
zcat "$text" | sed -n 's/.*"text": *\("\([^"\\]\|\\.\)\{200,\}"\).*/{"prompt": \1}/p' | shuf -n 2000 --random-source=<(yes) |
    gzip >"$out/prompts.jsonl.gz"
java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED dev.mokha.bench.DraftText \
    "$model" "$out/prompts.jsonl.gz" 48 110 "$out/written.jsonl.gz"
./mokha pretrain --base "$out/first/model" --data written="$out/written.jsonl.gz@0.75" --data text="$text@0.25" \
    --context 256 --batch 16 --steps 450 --warmup 20 --lr 2e-3 --precision bfloat16 --out "$out/draft"
