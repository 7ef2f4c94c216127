#!/usr/bin/env bash
# rewrite-model.sh TEXT HELD-OUT OUT: a small decoder that rewrites passages (he becomes she), trained by Mokha.
#
# TEXT and HELD-OUT are gzipped JSON lines with a field text. The decoder begins with a copying circuit
# (copying-decoder.py) and is tuned on orders that RewriteText makes of TEXT; OUT/orders.jsonl.gz, made of HELD-OUT, is
# for RewriteBench. Run in the repository's root, with the class path of bench/ in CLASSPATH and torch in PYTHON's.
set -euo pipefail
text=$1 held=$2 out=$3
mkdir -p "$out"
"${PYTHON:-python3}" bench/copying-decoder.py samples/base "$out/copying"
java dev.mokha.bench.RewriteText "$text" she 2400 3 "$out/train.jsonl.gz"
java dev.mokha.bench.RewriteText "$held" she 100 4 "$out/orders.jsonl.gz"
./mokha tune "$out/copying" --conversations "$out/train.jsonl.gz" --packed --context 512 --batch 8 --epochs 1 \
    --lr 4e-4 --warmup 0.05 --precision bfloat16 --evaluate-every 0 --checkpoint-every 25 --out "$out/tuned"
