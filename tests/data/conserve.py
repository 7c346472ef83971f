#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""conserve HLLM PRICES FOLDER [SEED...] - nothing is lost or made on the way from records to totals.

Made-up logs of many models, dates and tiers are audited.  Rows of workloads and of models add up to the
totals, whatever names the workloads; coverage adds up to all tokens; and the list cost is what Python's
decimal makes of the records and prices.csv on its own.
"""
import csv
import datetime
import json
import os
import random
import re
import subprocess
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext

getcontext().prec = 60
HLLM, PRICES, FOLDER = sys.argv[1:4]
SEEDS = [int(s) for s in sys.argv[4:]] or [1, 2, 3]
BY = ["task", "project", "key", "agent", "endpoint", "environment", "tag", "user", "model", "biller"]
MODELS = ["gpt-3.5-turbo", "gpt-4-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "claude-3-5-sonnet", "claude-sonnet-4-5",
          "gemini-2.5-pro"]
NANO = Decimal("0.000000001")


def load():
    """Price rows by model; times as seconds, open ends far away."""
    rows = {}
    with open(PRICES, encoding="utf-8") as file:
        for r in csv.DictReader(line for line in file if not line.startswith("#")):
            if r["region"] or r["hours_utc"]:
                continue
            rows.setdefault(r["model"], []).append(
                (seconds(r["from"]) if r["from"] else 0, seconds(r["to"]) if r["to"] else 1 << 60, r["service_tier"],
                 int(r["above_tokens"] or -1), r["kind"], Decimal(r["price"])))
    return rows


def seconds(text):
    text = text.replace("Z", "+00:00")
    when = datetime.datetime.fromisoformat(text)
    return int(when.replace(tzinfo=when.tzinfo or datetime.timezone.utc).timestamp())


PRICE_ROWS = load()


def price(model, when, tier, prompt, kind):
    """The row of the highest threshold that the prompt is above."""
    fit = [r for r in PRICE_ROWS[model] if r[0] <= when < r[1] and r[2] == tier and prompt > r[3] and r[4] == kind]
    return max(fit, key=lambda r: r[3])[5] if fit else None


def make(rng, number):
    """A record and its list cost; None: its model has no price at that time."""
    model, when = rng.choice(MODELS), rng.randrange(seconds("2023-06-01"), seconds("2026-11-01"))
    prompt = rng.choice([rng.randrange(1, 5000), rng.randrange(1, 199000), 200000, 200001, rng.randrange(200000, 900000)])
    record = {"id": "r%d" % number, "model": model, "input_tokens": prompt, "output_tokens": rng.randrange(0, 9000)}
    record["timestamp"] = datetime.datetime.fromtimestamp(when, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    tier, cached = "standard", 0
    if rng.random() < 0.3 and price(model, when, "batch", prompt, "output") is not None:
        tier = record["tier"] = "batch"
    if rng.random() < 0.5 and price(model, when, tier, prompt, "cache_read") is not None:
        cached = record["cached_tokens"] = rng.randrange(prompt)
        record["total_tokens"] = prompt + record["output_tokens"]
    for name in ("task", "project", "agent", "endpoint", "environment", "tag", "user", "api_key_name"):
        if rng.random() < 0.7:
            record[name] = name + str(rng.randrange(4))
    parts = [(prompt - cached, "uncached_input"), (cached, "cache_read"), (record["output_tokens"], "output")]
    rates = [(n, price(model, when, tier, prompt, kind)) for n, kind in parts if n]
    if any(rate is None for _, rate in rates):
        return record, None
    return record, sum(n * rate for n, rate in rates) / 1000000


def audit(path, *args):
    done = subprocess.run([HLLM, "audit", "--no-save", "--format", "json", *args, path], capture_output=True, check=True)
    return json.loads(done.stdout)


def amount(cell):
    return Decimal(cell["amount"]) if cell else Decimal(0)


def same(got, want, what):
    if got != want:
        raise SystemExit("%s: %s, expected %s" % (what, got, want))


def near(got, want, rows, what):
    """Each row was rounded at the ninth decimal on its own."""
    if abs(got - want) > rows * NANO / 2:
        raise SystemExit("%s: %s, expected %s" % (what, got, want))


def rows_add_up(answer, table, cost, what):
    totals, rows = answer["totals"], answer[table]
    for key in ("requests", "input_tokens", "output_tokens"):
        same(sum(r[key] or 0 for r in rows), totals[key], "%s: %s of %s" % (what, key, table))
    near(sum(amount(r[cost]) for r in rows), amount(totals["list_cost"]), len(rows), "%s: cost of %s" % (what, table))


def check(seed):
    rng = random.Random(seed)
    made = [make(rng, i) for i in range(1200)]
    path = os.path.join(FOLDER, "log%d.jsonl" % seed)
    with open(path, "w", encoding="utf-8") as file:
        for record, _ in made:
            file.write(json.dumps(record) + "\n")
    exact = sum(cost for _, cost in made if cost is not None)
    tokens = sum(r["input_tokens"] + r["output_tokens"] for r, _ in made)
    unpriced = sum(r["input_tokens"] + r["output_tokens"] for r, cost in made if cost is None)
    first = None
    for by in [None] + BY:
        what = "seed %d, by %s" % (seed, by)
        answer = audit(path, *(["--by", by] if by else []))
        totals = answer["totals"]
        same(amount(totals["list_cost"]), exact.quantize(NANO, ROUND_HALF_EVEN), what + ": list cost")
        same(totals["input_tokens"] + totals["output_tokens"], tokens, what + ": tokens")
        same(sum(x["tokens"] for x in answer["coverage"].values()), tokens, what + ": tokens of coverage")
        same(answer["coverage"]["unpriced"]["tokens"], unpriced, what + ": unpriced tokens")
        same(sum(x["records"] for x in answer["coverage"].values()), len(made), what + ": records of coverage")
        rows_add_up(answer, "workloads", "cost", what)
        rows_add_up(answer, "models", "list_cost", what)
        near(sum(Decimal(str(w["share"] or 0)) for w in answer["workloads"]), Decimal(1), len(answer["workloads"]), what + ": shares")
        said = re.search(r"\$([0-9,.]+)", answer["headline"])
        same(Decimal(said.group(1).replace(",", "")), exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN), what + ": headline")
        first = first or totals
        same(totals, first, what + ": totals")


for number in SEEDS:
    check(number)
