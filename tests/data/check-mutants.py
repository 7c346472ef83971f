#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damages the samples at random and checks that no damage passes in silence.

usage: check-mutants.py [SAMPLE...]

HLLM_MUTATIONS says how many mutants of each sample (80), HLLM_SEED which;
HLLM_KEEP="another file" keeps the mutants that got this verdict.
A mutant either has the totals of the sample, or its counters differ, or a total
is null with a reason, or hllm fails with a sentence. It never crashes or hangs. What no reader can know is not done: no
digit becomes another digit, and a mutant that is still well-formed and differs only
in its texts, names or missing members counts as "another file".
"""
import csv
import io
import json
import os
import random
import re
import sys
from collections import Counter

import reading

MUTATIONS = int(os.environ.get("HLLM_MUTATIONS", "80"))
SEED = os.environ.get("HLLM_SEED", "1")
STRUCTURE = b"\"{}[],:\n"
GARBAGE = [b"\x00", b"\xff\xfe", b"{", b"}}", b"\"", b",,,", b"n/a", b"-", b"\n\n",
           b"%s%n", b"\\u12", b"\\", b"[1,", b"<html>", b"\xe2\x82", b"]"]
LINES = [b"garbage", b"{", b"}", b"[]", b"\"text", b",,,,,", b"12", b"{\"a\":1}",
         b"\xff\xff\xff", b"null", b"Error: 502 Bad Gateway", b"a,b,c"]


# ---- what is done ----

def truncate(rng, data):
    return data[:rng.randrange(len(data))]


def delete_line(rng, data):
    lines = data.splitlines(True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def delete_bytes(rng, data):
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice((1, 2, 5, 20, 100, 400)):]


def duplicate_line(rng, data):
    lines = data.splitlines(True)
    at = rng.randrange(len(lines))
    lines.insert(at, lines[at])
    return b"".join(lines)


def insert_line(rng, data):
    lines = data.splitlines(True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(LINES) + b"\n")
    return b"".join(lines)


def insert_bytes(rng, data):
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(GARBAGE) + data[at:]


def structural(rng, data):
    """A place of a structural character."""
    return rng.choice([i for i, c in enumerate(data) if c in STRUCTURE])


def drop_structure(rng, data):
    at = structural(rng, data)
    return data[:at] + data[at + 1:]


def change_structure(rng, data):
    at = structural(rng, data)
    return data[:at] + bytes([rng.choice(STRUCTURE + b" x")]) + data[at + 1:]


def spoil_number(rng, data):
    """A letter or a sign into a number that stands alone."""
    spots = [m.start() for m in re.finditer(rb"(?<=[,:\t\n\" ])\d+(?=[,\n\"}\]])",
                                            data)]
    if not spots:
        return None
    at = rng.choice(spots) + rng.randrange(2)
    return data[:at] + rng.choice((b"x", b" ", b"\"", b"#", b"o", b"%")) + data[at:]


KINDS = [truncate, delete_line, delete_bytes, duplicate_line, insert_line,
         insert_bytes, drop_structure, change_structure, spoil_number]


# ---- whether a reader can know ----

def json_values(text):
    """The values of well-formed text, or None; 007 is a number, as for cJSON."""
    text = re.sub(r"(?<=[:,\[ ])(-?)0+(?=\d)", r"\1", text)
    decoder, values, at = json.JSONDecoder(), [], 0
    try:
        while True:
            at = re.compile(r"\s*").match(text, at).end()
            if at == len(text):
                return values
            value, at = decoder.raw_decode(text, at)
            values.append(value)
    except ValueError:
        return None


def cells(text):
    """The widths of the rows of well-formed CSV, or None."""
    try:
        return [len(r) for r in csv.reader(io.StringIO(text, newline=""),
                                           strict=True)]
    except csv.Error:
        return None


def unknowable(name, mutant):
    """Well-formed still: another file, not a damaged one."""
    text = mutant.decode("utf-8-sig", "replace")
    if name.endswith(".csv"):
        widths, plain = cells(text), cells(reading.sample(name).decode("utf-8-sig"))
        return widths is not None and widths == plain
    if json_values(text) is not None:
        return True
    # a sample that has a broken line already
    lines = text.split("\n")
    plain = reading.sample(name).decode("utf-8-sig").split("\n")
    return len(lines) == len(plain) and \
        all(a == b or json_values(a) is not None for a, b in zip(lines, plain))


# ---- the check ----

def signals(result):
    """What shows that something was not as it should be."""
    shares = result.json["coverage"]
    return (result.counters(), [s["unterminated"] for s in result.json["sources"]],
            [s["format"] for s in result.json["sources"]],
            [shares[k]["records"] for k in ("unpriced", "ambiguous")])


def judge(job):
    name, kind, number, want = job
    rng = random.Random("%s %s %d" % (SEED, name, number))
    mutant = kind(rng, reading.sample(name))
    if mutant is None:
        return None
    path = os.path.join(name, "%d-%s" % (number, kind.__name__))
    with open(path, "wb") as f:
        f.write(mutant)
    got = reading.audit(path, seconds=5)
    if got.broken:
        return "BAD", kind, "%s: %s" % (path, got.broken)
    verdict = verdict_of(name, mutant, got, want)
    if verdict != "BAD":
        if verdict != os.environ.get("HLLM_KEEP"):
            os.unlink(path)
        return verdict, kind, None
    return verdict, kind, "%s: other totals and no word of it: %s" % (
        path, [(k, v, got.json["totals"].get(k)) for k, v in
               want.json["totals"].items() if got.json["totals"].get(k) != v][:2])


def verdict_of(name, mutant, got, want):
    if got.status == 1:
        return "refused"
    if got.json["totals"] == want.json["totals"]:
        return "same totals"
    if signals(got) != signals(want):
        return "counted"
    if any(got.json["totals"][k] is None and v is not None
           for k, v in want.json["totals"].items() if k in got.json["totals"]):
        return "unknown"        # null, and a reason
    return "another file" if unknowable(name, mutant) else "BAD"


def mutants(name):
    want = reading.audit(os.path.join(reading.SAMPLES, name))
    os.makedirs(name, exist_ok=True)
    for i in range(MUTATIONS):
        yield name, KINDS[i % len(KINDS)], i, want


tap = reading.Tap()
verdicts = Counter()
for sample in sys.argv[1:] or reading.names():
    done = [d for d in reading.parallel(judge, list(mutants(sample))) if d]
    verdicts.update((verdict, kind.__name__) for verdict, kind, _ in done)
    tap.check([text for _, _, text in done if text],
              "%s: %d mutants" % (sample, len(done)))
print("# %-18s" % "", *("%12s" % v for v in sorted({v for v, _ in verdicts})))
for mutation in KINDS:
    print("# %-18s" % mutation.__name__,
          *("%12d" % verdicts[v, mutation.__name__]
            for v in sorted({v for v, _ in verdicts})))
tap.end()
