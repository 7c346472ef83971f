#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that hllm reads every sample as EXPECTED.json says and prints TAP.

expected-keys.csv pairs each key of EXPECTED.json with places of hllm's JSON.
Keys: count, decimal, dollars and money (null where the file states none), text,
range (smallest and largest of the measured ones, rounded as EXPECTED has them),
absent (the place has to be null) and remark (for people only).
"""
import csv
import os
from decimal import Decimal

import reading

ROW_PER_REQUEST = "requests"
# no claim on requests: their number depends on what byok_requests means
UNCLAIMED = {"openrouter-activity-api.json"}
# several rows make one record, or one makes several
UNEQUAL = {"deepseek-amount.csv", "claude-code-result.json"}


def pairs():
    with open(os.path.join(reading.HERE, "expected-keys.csv"), newline="",
              encoding="utf-8") as f:
        table = {}
        for row in csv.DictReader(f):
            table.setdefault(row["key"], []).append((row["kind"], row["place"]))
        return table


def flat(row):
    for key, value in row.items():
        if isinstance(value, dict):
            for inner, v in value.items():
                yield key + "." + inner, v
        else:
            yield key, value


def like(value, want):
    """The value with as many decimals as the wanted one."""
    return round(Decimal(value), -Decimal(str(want)).as_tuple().exponent)


def differs(kind, got, want):
    if kind == "remark":
        return False
    if kind == "absent" or want is None:
        return got is not None
    if got is None:
        return True
    if kind == "money":
        return Decimal(got["amount"]) != Decimal(want)
    if kind == "dollars":
        return got["currency"] != "USD" or Decimal(got["amount"]) != Decimal(want)
    if kind == "range":
        wants = want if isinstance(want, list) else [want]
        return got["n"] != len(wants) or \
            like(got["min"], min(wants)) != min(wants) or \
            like(got["max"], max(wants)) != max(wants)
    if kind == "text":
        return got != want
    return Decimal(got) != Decimal(want)


def problems(name, row, result):
    if result.broken or result.status:
        yield result.broken or result.err.strip()
        return
    if not result.json["sources"][0]["format_reason"]:
        yield "no reason for the format"
    for key, want in flat(row):
        for kind, place in PAIRS.get(key, []):
            got = result.place(place) if place else None
            if differs(kind, got, want):
                yield "%s: %s is %s, expected %s" % (key, place, got, want)
    if "requests" not in row and name not in UNCLAIMED and row["records"]:
        if result.place("totals.requests") != row["records"]:
            yield "requests is %s, expected %s as records" % (
                result.place("totals.requests"), row["records"])
    counters = result.counters()
    if name not in UNEQUAL and \
            counters["rows"] != sum(counters.values()) - counters["rows"]:
        yield "rows is not the sum of the counters: %s" % counters


tap = reading.Tap()
PAIRS = pairs()
EXPECTED = reading.expected()
used = {key for row in EXPECTED.values() for key, _ in flat(row)}
tap.check(sorted(used - set(PAIRS)), "every key of EXPECTED.json is paired")
tap.check(sorted(set(PAIRS) - used), "every pair is a key of EXPECTED.json")
tap.check(sorted(set(EXPECTED) ^ set(reading.names())),
          "every sample has a row of EXPECTED.json, every row a sample")
samples = sorted(EXPECTED)
results = reading.parallel(
    lambda name: reading.audit(os.path.join(reading.SAMPLES, name)), samples)
for sample, answer in zip(samples, results):
    tap.check(problems(sample, EXPECTED[sample], answer), sample)
for files in (("codex.jsonl", "codex-fork.jsonl"),
              ("codex-fork.jsonl", "codex.jsonl")):
    answer = reading.audit(*(os.path.join(reading.SAMPLES, f) for f in files))
    got = answer.broken or answer.status or {
        k: answer.place("totals." + k) for k in
        ("input_tokens", "cache_read_tokens", "output_tokens")}
    tap.check([got] if got != {"input_tokens": 47064,
                               "cache_read_tokens": 39984,
                               "output_tokens": 1700} else [],
              "%s before %s: the fork's history counts once" % files)
tap.end()
