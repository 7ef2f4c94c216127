#!/usr/bin/env python3
"""Runs lm-evaluation-harness on a folder and task files, and compares every question with what `mokha evaluate` found.

    python harness.py MODEL DATA RESULTS TASK.yaml... [--shots N] [--limit N] [--batch N]

RESULTS is what `mokha evaluate MODEL --task TASK.yaml... --task-data DATA --out RESULTS` wrote, of the same files. Data files
are found below DATA by the names the tasks give them; of a CSV file whose columns are no names, such as `Option 1`, a copy is
made whose columns are, as Mokha offers them (`Option_1`). Prints a line of Markdown a task: questions, choices that differ,
the largest difference of a log-likelihood, seconds of both. Ends with 1 if a choice or a written answer differs.
"""

import argparse
import gzip
import json
import os
import re
import sys
import tempfile
import time
import types
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"


def stand_in(name, **members):
    """A module that lm_eval imports and none of these tasks uses, where it is not installed."""
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = types.ModuleType(name)
        for key, value in members.items():
            setattr(sys.modules[name], key, value)


for module in ("evaluate", "sqlitedict", "pytablewriter", "word2number"):
    stand_in(module, load=None, SqliteDict=None, MarkdownTableWriter=None, LatexTableWriter=None, w2n=None)

import datasets
import lm_eval.evaluator
import pandas
import torch
import yaml
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM


def with_names(data, files, folder):
    """The same files below a folder of our own, CSV columns renamed."""
    for file in files:
        name = file.split("::")[-1]
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if ".csv" in name or ".tsv" in name:
            table = pandas.read_csv(data / name, sep="\t" if ".tsv" in name else ",", dtype=str, keep_default_na=False)
            table.columns = [re.sub(r"\W", "_", column) for column in table.columns]
            table.to_csv(target, index=False, sep="\t" if ".tsv" in name else ",", compression="gzip")
        else:
            target.symlink_to((data / name).resolve())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--shots", type=int)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    datasets.disable_progress_bars()
    model = HFLM(pretrained=str(options.model.resolve()), device="cpu", dtype="float32", batch_size=options.batch)
    here = Path.cwd()
    wrong = False
    print("| task | questions | other choices | log-likelihoods, at most | lm-eval, s | mokha, s | ratio |")
    print("|---|---|---|---|---|---|---|")
    for file in options.tasks:
        config = yaml.safe_load(file.read_text())
        if options.shots is not None:
            config["num_fewshot"] = options.shots
        names = config["dataset_kwargs"]["data_files"].values()
        with tempfile.TemporaryDirectory() as folder:
            with_names(options.data, names, Path(folder))
            os.chdir(folder)
            task = ConfigurableTask(config=config)
            task.set_fewshot_seed(1234)
            start = time.monotonic()
            found = lm_eval.evaluator.evaluate(
                lm=model, task_dict={config["task"]: task}, limit=options.limit, log_samples=True, bootstrap_iters=0
            )
            seconds = time.monotonic() - start
            os.chdir(here)
        theirs = {sample["doc_id"]: sample for sample in found["samples"][config["task"]]}
        lines = (options.results / f"samples_{config['task']}.jsonl").read_text().splitlines()
        result = json.loads((options.results / f"result_{config['task']}.json").read_text())
        other = 0
        most = 0.0
        for line in lines:
            ours = json.loads(line)
            sample = theirs.pop(ours["doc_id"])
            if config["output_type"] == "generate_until":
                other += sample["resps"][0][0] != ours["resps"][0]
                continue
            logs = [float(response[0][0]) for response in sample["resps"]]
            other += max(range(len(logs)), key=logs.__getitem__) != max(range(len(logs)), key=ours["resps"].__getitem__)
            most = max(most, *(abs(a - b) for a, b in zip(logs, ours["resps"], strict=True)))
        wrong |= other > 0 or bool(theirs)
        ratio = seconds / result["seconds"]
        print(f"| {config['task']} | {len(lines)} | {other} | {most:.1e} | {seconds:.1f} | {result['seconds']:.1f} | {ratio:.1f} x |")
        sys.stdout.flush()
    sys.exit(wrong)


if __name__ == "__main__":
    main()
