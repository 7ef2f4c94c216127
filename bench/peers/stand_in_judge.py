#!/usr/bin/env python3
"""A stand-in for a judge behind an OpenAI-compatible endpoint, for trying `mokha judge` where no such service is.

    python stand_in_judge.py [PORT]        PORT defaults to 8077

Of a pair it prefers the longer answer, and the first one where the second is less than a quarter longer: biased on
purpose, so that the figures for it can be seen. One call in ten is answered 429, one in ten 500. GET tells what was asked.
"""

import collections
import json
import random
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

served, calls = collections.Counter(), collections.Counter()
lock, draw = threading.Lock(), random.Random(1)


class Judge(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.answer(200, {"calls": calls.total(), "served": served.total(), "prompts": len(served)})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        with lock:
            calls[prompt] += 1
            chance = draw.random()
        if chance < 0.1:
            return self.answer(429, {"error": {"message": "slow down"}}, {"Retry-After": "0.2"})
        if chance < 0.2:
            return self.answer(500, {"error": {"message": "something broke"}})
        lengths = [len(re.search(f"<assistant_{x}>\n(.*?)\n</assistant_{x}>", prompt, re.S).group(1)) for x in "ab"]
        verdict = "A" if lengths[1] < 1.25 * lengths[0] else "B"
        with lock:
            served[prompt] += 1
        text = f"I looked at how long they are. [[{verdict}]]"
        return self.answer(200, {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})

    def answer(self, status, body, headers=None):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8077), Judge).serve_forever()
