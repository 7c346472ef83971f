#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""lengths make KIND [N] - a log of N requests (700), as CSV, whose lengths are of that kind, among others of other
work.
lengths check LOG SAMPLES SERVERLOG - were the requests of --samples, as the server counted them, as long as those
of the log's workload "chat"?

What is compared are the tokens of the log, one by one, by the distance of Kolmogorov and Smirnov; that of
prompts, that of answers, and, since long prompts may have long answers, that of their sums.
"""
import bisect
import collections
import csv
import json
import math
import random
import sys

REQUESTS = 700
MOST = 0.05


def pair(kind, rng):
    """(prompt, answer)"""
    if kind == "lognormal":
        z = rng.gauss(0, 1)
        return 60 + int(math.exp(5.5 + 0.7 * z)), 1 + int(math.exp(2.5 + 0.5 * z + 0.3 * rng.gauss(0, 1)))
    if kind == "few":
        return rng.choice([(130, 5), (200, 40), (201, 6), (900, 5)])
    if kind == "narrow":
        return rng.randrange(795, 806), rng.randrange(20, 24)
    raise SystemExit("lengths: no kind %s" % kind)


def make(kind, requests):
    rng = random.Random(kind)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["timestamp", "request_id", "model", "task", "prompt_tokens", "completion_tokens"])
    for i in range(requests):
        when = "2026-11-%02dT%02d:%02d:00Z" % (i % 20 + 1, i % 24, i % 60)
        out.writerow([when, "chat-%d" % i, "gpt-4o-mini", "chat", *pair(kind, rng)])
        out.writerow([when, "sum-%d" % i, "gpt-4o-mini", "summaries", 5000 + i, 300])


def distance(a, b):
    a, b = sorted(a), sorted(b)
    return max(abs(bisect.bisect_right(a, x) / len(a) - bisect.bisect_right(b, x) / len(b)) for x in {*a, *b})


def check(log, samples, server):
    with open(log, encoding="utf-8") as lines:
        wanted = [(int(r["prompt_tokens"]), int(r["completion_tokens"])) for r in csv.DictReader(lines)
                  if r["task"] == "chat"]
    with open(samples, encoding="utf-8") as lines:
        sent = [(int(r["prompt_tokens"]), int(r["output_tokens"])) for r in csv.DictReader(lines)
                if r["warmup"] == "0" and r["end"] == "answered"]
    with open(server, encoding="utf-8") as lines:
        got = collections.Counter((r["prompt"], r["tokens"]) for r in map(json.loads, lines) if r["what"] == "slot")
    bad = [] if len(sent) >= 200 else ["only %d requests" % len(sent)]
    unknown = collections.Counter(sent) - got
    if unknown:
        bad.append("requests that the server did not get: %s" % unknown)
    for name, side in (("prompts", lambda p: p[0]), ("answers", lambda p: p[1]), ("sums", sum)):
        far = distance([side(p) for p in sent], [side(p) for p in wanted])
        if not far < MOST:
            bad.append("%s: a distance of %.3f over %d requests" % (name, far, len(sent)))
    for line in bad:
        print(line)
    return 1 if bad else 0


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else REQUESTS)
else:
    sys.exit(check(*sys.argv[2:5]))
