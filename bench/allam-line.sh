#!/usr/bin/env bash
# allam-line.sh DATA OUT: ALLaM's line at small scale, from an English base to an aligned model of two languages.
#
# DATA is the folder with raw_text/ and preference/; STEPS (1000), of continued pretraining. Run in the repository's
# root. A line that was stopped goes on where it was.
set -euo pipefail
data=$1 out=$2 steps=${STEPS:-1000} text=samples/text
held=(--held-out english=$text/english-held-out.jsonl.gz --held-out arabic=$text/arabic-held-out.jsonl.gz
    --held-out parallel=$text/parallel-held-out.jsonl.gz)

# Merged vocabulary, rows for it, continued pretraining with English replayed, and fine-tuning on conversations.
./mokha adapt samples/base --language ar --pieces 6144 --out "$out/adapted" \
    --data "ar=$data/raw_text/ar-wikipedia-2017-train.jsonl.gz@0.45" --data en=$text/english-train.jsonl.gz@0.45 \
    --data pairs=$text/parallel-train.jsonl.gz@0.1 --format 'pairs={en}\n{ar}' --format 'pairs={ar}\n{en}' \
    "${held[@]}" --context 256 --batch 16 --steps "$steps" --lr 1e-3 --warmup 50 --precision BFLOAT16 \
    --evaluate-every 250 --conversations $text/instruct-english.jsonl.gz --conversations $text/instruct-arabic.jsonl.gz \
    --tune-steps 200

# Preferences.
./mokha align "$out/adapted/model" --out "$out/aligned" --loss dpo --lr 5e-6 --context 256 --held-out-share 0.1 \
    --pairs "$data/preference/llms-from-scratch-preference.json.gz"

# Both languages at the end.
./mokha evaluate "$out/aligned/model" --context 256 --json \
    --data english=$text/english-held-out.jsonl.gz --data arabic=$text/arabic-held-out.jsonl.gz \
    --data parallel=$text/parallel-held-out.jsonl.gz | tee "$out/aligned/bits.json"
