#!/usr/bin/env python3
"""Resident memory of a server: at the peak of loading, and after requests of several users at once.

    python serve_memory.py [--users 4] [--prompt 512] [--answer 64] [--rounds 2] [--keep] -- ./mokha serve MODEL --kv-memory 64MiB …

Starts the server (with `--json` and a free port), asks it for completions, and prints in MB of 10^6 bytes what the process
has resident (VmRSS, VmHWM of /proc/PID/status) beyond what it says of weights, keys and values. Memory of keys and values
is there only once it is used: take as little as the rounds fill. Linux only.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
import urllib.request
from random import Random


def status(pid):
    with open(f"/proc/{pid}/status") as file:
        found = dict(line.split(":", 1) for line in file)
    return {key: int(found[key].split()[0]) * 1024 / 1e6 for key in ["VmRSS", "VmHWM", "RssAnon", "RssFile"]}


def read_facts(out):
    text = ""
    for line in out:
        text += line
        try:
            return json.loads(text)
        except ValueError:
            pass
    sys.exit("the server ended before it was ready")


def drawn(turn, user, tokens):
    random = Random(1000 * turn + user)
    return [random.randrange(3, 900) for _ in range(tokens)]


def ask(address, prompt, answer):
    body = json.dumps({"prompt": prompt, "max_tokens": answer, "ignore_eos": True, "temperature": 0}).encode()
    request = urllib.request.Request(f"{address}/completions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        json.load(reply)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--answer", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="prints the process id and waits for a line before the end")
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    server = subprocess.Popen([*chosen.command, "--json", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        facts = read_facts(server.stdout)
        known = (facts["memory"]["weights"] + facts["memory"]["key_values"]) / 1e6
        print(f"weights, keys and values {known:.0f} MB, scratch {facts['memory']['beside'] / 1e6:.0f} MB")

        def report(when):
            now = status(server.pid)
            print(
                f"{when}: +{now['VmRSS'] - known:.0f} MB (peak +{now['VmHWM'] - known:.0f}), "
                f"anonymous +{now['RssAnon'] - known:.0f}, of files {now['RssFile']:.0f}",
                flush=True,
            )

        report("ready")
        for turn in range(chosen.rounds):
            prompts = [drawn(turn, user, chosen.prompt) for user in range(chosen.users)]
            askers = [
                threading.Thread(target=ask, args=(facts["address"], prompt, chosen.answer)) for prompt in prompts
            ]
            for asker in askers:
                asker.start()
            for asker in askers:
                asker.join()
            report(f"{chosen.users} users served")
        time.sleep(5)
        report("5 s later")
        if chosen.keep:
            print(server.pid, flush=True)
            sys.stdin.readline()
    finally:
        server.terminate()
        server.wait()


main()
