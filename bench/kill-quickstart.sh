#!/usr/bin/env bash
# kill -9 in every stage of quickstart, then rerun: the final weights must equal those of an undisturbed run.
#   bench/kill-quickstart.sh FOLDER [STEPS [TUNED_STEPS]]
# Writes FOLDER/undisturbed and FOLDER/killed, both by the same plan, and compares their models byte for byte.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
steps=${2:-60}
tuned=${3:-20}
plan="{\"continuedSteps\": $steps, \"tunedSteps\": $tuned}"
for run in undisturbed killed; do
    mkdir -p "$folder/$run"
    echo "$plan" >"$folder/$run/plan.json"
done

"$root/mokha" quickstart --out "$folder/undisturbed" >"$folder/undisturbed.log" 2>&1 || exit 1

# Kills a run a few seconds after it has begun each stage, and inside the trainings also after their first checkpoint.
kills=0
for marker in base.json vocabulary.json growth.json continued/checkpoint-50 continued.json tuned.json after.json; do
    setsid "$root/mokha" quickstart --out "$folder/killed" >>"$folder/killed.log" 2>&1 &
    group=$!
    for _ in $(seq 2400); do
        kill -0 "$group" 2>/dev/null || break
        if [ -e "$folder/killed/$marker" ]; then
            break
        fi
        sleep 0.25
    done
    sleep 0.7
    if kill -9 -- "-$group" 2>/dev/null; then
        kills=$((kills + 1))
        echo "killed behind $marker"
    fi
    wait "$group" 2>/dev/null
done
"$root/mokha" quickstart --out "$folder/killed" >>"$folder/killed.log" 2>&1 || exit 1

if cmp "$folder/undisturbed/model/model.safetensors" "$folder/killed/model/model.safetensors"; then
    echo "equal after $kills kills: $(sha256sum <"$folder/killed/model/model.safetensors" | cut -c1-16)"
else
    echo "DIFFERENT after $kills kills"
    exit 1
fi
