#!/usr/bin/env python3
"""Calls the published LKGE program (nju-websoft/LKGE), in a checkout of its own, on the CPU.

    LKGE_HOME=CHECKOUT python lkge.py ranks  --data DIR --set ENTITY --tables FILE --snapshot I --out RANKS
    LKGE_HOME=CHECKOUT python lkge.py update --data DIR --set ENTITY --tables FILE --snapshot I --epochs N

Nothing of that program is here, and nothing of it is changed but four things it asks of its surroundings: a CUDA device
(the CPU instead), and the packages torch_scatter (the sums that it uses, by index_add), prettytable and quadprog (which
these commands do not use). DIR holds SET/I/{train,valid,test}.txt, lines of `head relation tail` by tabs.

`ranks` loads tables, runs the program's own test of one snapshot and writes what its sorting found: for each query
(subject, relation, object, rank, candidates with the very score of the answer) as five 32-bit integers. `update` loads
tables that end at the snapshot before, makes room for the snapshot, trains it for N epochs, each with its validation,
and tests: the program's own methods. Each prints one line of JSON.

FILE holds, little-endian, two 64-bit integers (entities, relations) and then both tables, float64, 200 numbers a row.
"""

import argparse
import json
import logging
import os
import resource
import sys
import tempfile
import time
import types
from pathlib import Path

STARTED = time.perf_counter()


def stand_ins():
    """What the program imports or asks for and a machine without CUDA does not have."""

    def scatter_add(src, index, dim, dim_size):
        return torch.zeros(dim_size, *src.shape[1:], dtype=src.dtype).index_add(dim, index, src)

    def scatter_mean(src, index, dim, dim_size):
        count = torch.zeros(dim_size, dtype=src.dtype).index_add(0, index, torch.ones(len(index), dtype=src.dtype))
        return scatter_add(src, index, dim, dim_size) / count.clamp(min=1).unsqueeze(1)

    members = {
        "torch_scatter": {"scatter_add": scatter_add, "scatter_mean": scatter_mean, "scatter_max": None},
        "prettytable": {"PrettyTable": type("PrettyTable", (), {"add_row": lambda *_: None})},
        "quadprog": {},
    }
    for name, each in members.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(each)
    torch.cuda.set_device = lambda _: None
    torch.Tensor.cuda = lambda self: self
    load = torch.load
    torch.load = lambda file, map_location=None: load(file, map_location="cpu")


def program(options, folder):
    """Its experiment, with its settings for the set."""
    home = Path(os.environ["LKGE_HOME"]).resolve()
    sys.path.insert(0, str(home))
    sys.argv = ["main.py", "-dataset", options.set, "-lifelong_name", "LKGE", "-seed", "11"]
    sys.argv += ["-data_path", f"{options.data.resolve()}/", "-save_path", f"{folder}/save/", "-log_path", f"{folder}/log/"]
    sys.argv += ["-epoch_num", str(options.epochs), "-snapshot_num", str(options.snapshots)]
    import main as official

    official.same_seeds(11)
    official.config(official.args)
    official.args.snapshot_num = options.snapshots
    return official.experiment(official.args)


def load_tables(experiment, file):
    import numpy

    entities, relations = numpy.fromfile(file, dtype="<i8", count=2)
    values = torch.from_numpy(numpy.fromfile(file, dtype="<f8", offset=16).copy()).reshape(-1, 200)
    model = experiment.model
    model.ent_embeddings.weight = torch.nn.Parameter(values[:entities].clone())
    model.rel_embeddings.weight = torch.nn.Parameter(values[entities : entities + relations].clone())


class Watched:
    """Stands in for torch.argsort, which the program's test calls twice a batch: on the scores, then on their order."""

    def __init__(self, facts):
        self.facts, self.rows, self.at, self.scores, self.seconds = facts, [], 0, None, 0.0
        self.argsort = torch.argsort

    def __call__(self, values, **how):
        order = self.argsort(values, **how)
        began = time.perf_counter()
        if self.scores is None:
            self.scores = values
        else:
            queries = torch.tensor(self.facts[self.at : self.at + len(order)])
            row = torch.arange(len(order))
            right = self.scores[row, queries[:, 2]].unsqueeze(1)
            beside = (self.scores == right).sum(1) - 1
            rank = 1 + order[row, queries[:, 2]]
            self.rows.append(torch.cat([queries, rank.unsqueeze(1), beside.unsqueeze(1)], 1))
            self.at += len(order)
            self.scores = None
        self.seconds += time.perf_counter() - began
        return order


def ranks(experiment, options):
    """The program's test, watched where it sorts."""
    from src.test import Tester

    args = experiment.args
    load_tables(experiment, options.tables)
    args.snapshot = args.snapshot_test = options.snapshot
    args.valid = False
    tester = Tester(args, experiment.kg, experiment.model)
    watched = Watched([each["fact"] for each in tester.test_processor.dataset.test[options.snapshot]])
    torch.argsort = watched
    began = time.perf_counter()
    result = tester.test()
    seconds = time.perf_counter() - began - watched.seconds
    torch.argsort = watched.argsort
    rows = torch.cat(watched.rows).numpy().astype("<i4")
    rows.tofile(options.out)
    return {"queries": len(rows), "seconds": seconds, "mrr": result["mrr"]}


def update(experiment, options):
    args = experiment.args
    load_tables(experiment, options.tables)
    began = time.perf_counter()
    args.snapshot = options.snapshot - 1
    experiment.next_snapshot_setting()
    experiment.reset_model(optimizer=True)
    args.snapshot = args.snapshot_test = options.snapshot
    args.test_FWT = False
    training = experiment.train()
    experiment.load_checkpoint(os.path.join(args.save_path, f"{options.snapshot}model_best.tar"))
    tested = time.perf_counter()
    result = experiment.test()
    ended = time.perf_counter()
    return {"seconds": ended - began, "training": training, "testing": ended - tested, "mrr": result["mrr"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["ranks", "update"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--snapshot", type=int, required=True)
    parser.add_argument("--snapshots", type=int, default=5, help="how many the program reads")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    for name in ("tables", "out", "data"):
        if getattr(options, name):
            setattr(options, name, getattr(options, name).resolve())
    torch.set_num_threads(options.threads)
    stand_ins()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        said, sys.stdout = sys.stdout, sys.stderr  # the program prints
        experiment = program(options, folder)
        result = (ranks if options.command == "ranks" else update)(experiment, options)
        sys.stdout = said
        os.chdir("/")
    logging.shutdown()
    result["whole"] = time.perf_counter() - STARTED
    result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result["torch"] = torch.__version__
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    import torch

    main()
