# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of reading share: the samples, running hllm, and TAP."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, "samples")
HLLM = os.environ.get("HLLM", "hllm")
JOBS = os.cpu_count() or 2
COUNTERS = ("rows", "records", "duplicates", "errors", "without_usage",
            "skipped", "rejected")


def expected():
    """The rows of EXPECTED.json by the name of the sample."""
    with open(os.path.join(SAMPLES, "EXPECTED.json"), encoding="utf-8") as f:
        rows = json.load(f, parse_float=Decimal)
    return {name: row for name, row in rows.items() if name[0] != "_"}


def sample(name):
    with open(os.path.join(SAMPLES, name), "rb") as f:
        return f.read()


def names():
    return sorted(n for n in os.listdir(SAMPLES) if n != "EXPECTED.json")


class Result:
    """What one run printed; 'broken' says what no run may do."""

    def __init__(self, status, out, err):
        self.status, self.err, self.text = status, err, out
        self.json = self.broken = None
        if status not in (0, 1):
            self.broken = "exit status %s" % status
        elif "Sanitizer" in err or "runtime error" in err:
            self.broken = "a sanitizer speaks"
        elif status == 1 and not (err.startswith("hllm: ") and
                                  err.count("\n") == 1):
            self.broken = "no single sentence on stderr"
        elif status == 0:
            try:
                self.json = json.loads(out, parse_float=Decimal)
            except ValueError as e:
                self.broken = "no JSON on stdout: %s" % e

    def place(self, path):
        """The value at "totals.requests", "sources.0.rows" or "measures.NAME.sum"."""
        at = self.json
        for part in path.split("."):
            if isinstance(at, list) and part.isdigit():
                at = at[int(part)]
            elif isinstance(at, list):
                at = next((m for m in at if m["name"] == part), None)
            elif at is not None:
                at = at[part]
        return at

    def counters(self):
        """The counters, summed over the sources."""
        return {c: sum(s[c] for s in self.json["sources"]) for c in COUNTERS}


def audit(*args, stdin=None, seconds=20):
    command = [HLLM, "audit", "--no-save", "--format", "json", *args]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True,
                              timeout=seconds,
                              **({} if stdin is not None else
                                 {"stdin": subprocess.DEVNULL}))
    except subprocess.TimeoutExpired:
        result = Result(0, "{}", "")
        result.broken = "still running after %d s" % seconds
        return result
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                  done.stderr.decode("utf-8", "replace"))


def parallel(function, items):
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(function, items))


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def check(self, problems, what):
        problems = list(problems)
        self.number += 1
        self.failed += bool(problems)
        print("%s %d - %s" % ("not ok" if problems else "ok", self.number, what))
        for p in problems[:10]:
            print("#   %s" % (p,))
        if len(problems) > 10:
            print("#   and %d more" % (len(problems) - 10))

    def end(self):
        print("1..%d" % self.number)
        sys.exit(1 if self.failed else 0)
