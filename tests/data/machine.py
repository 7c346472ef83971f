#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""machine FILE [CARD] - is the JSON of `hllm probe --machine` what it should be on any machine: are its keys there,
its numbers possible, and all that is predicted said to be?  CARD: with a graphics card of that id, of 24 GB.
"""
import json
import os
import re
import sys


def number(value, low, high):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def check_machine(machine):
    yield "processors", number(machine["processors_usable"], 1, machine["processors_online"])
    yield "processors of the system", machine["processors_usable"] == len(os.sched_getaffinity(0))
    yield "cores", machine["cores"] is None or number(machine["cores"], 1, machine["processors_online"])
    with open("/proc/meminfo", encoding="ascii") as lines:
        kib = int(re.search(r"MemTotal:\s+(\d+)", lines.read()).group(1))
    yield "memory", number(machine["memory_gb"], kib * 1024 / 1e9 * 0.999, kib * 1024 / 1e9 * 1.001)
    yield "free memory", number(machine["free_gb"], 0, machine["memory_gb"])
    yield "array", number(machine["array_gb"], 0.001, 10)
    yield "seconds", number(machine["seconds"], 0.1, 120)
    yield "noise", isinstance(machine["noisy"], bool) and bool(machine["noise"]) == machine["noisy"]


def check_rows(rows, machine):
    threads = [row["threads"] for row in rows]
    yield "threads", threads == sorted(set(threads)) and threads[0] == 1
    yield "all of them", threads[-1] <= machine["processors_usable"]
    for row in rows:
        yield "read", number(row["read_gb_per_second"], 0.5, 5000)
        yield "triad", number(row["triad_gb_per_second"], 0.3, 5000)
        yield "gflops", number(row["gflops"], 0.1, 100000)
        yield "passes", number(row["passes"], 2, 1e9)
        for name in ("read_spread", "triad_spread", "gflops_spread"):
            yield name, number(row[name], 0, 100)


def check_predictions(rows, room):
    for row in rows:
        decode, prefill = row["decode_tokens_per_second"], row["prefill_tokens_per_second"]
        yield "units", row["units"] == 1 and row["context"] > 0
        yield "memory of " + row["model"], number(row["memory_gb"], 0.01, room[row["hardware"]])
        yield "where from", row["from"] in ("predicted", "published") and row["source"]
        for speed in (decode, prefill):
            yield "range or reason", speed["likely_reason"] if speed["likely"] is None else \
                0 < speed["low"] <= speed["likely"] <= speed["high"]
        if row["hardware"] != "this-machine":
            continue
        yield "predicted", row["from"] == "predicted"
        if decode["likely"] is None:
            continue
        said = re.match(r"predicted from ([\d.,]+) GB/s and ([\d.,]+) GB read a token", row["source"])
        bandwidth, read = (float(text.replace(",", "")) for text in said.groups())
        yield "no more than the memory gives", decode["likely"] <= bandwidth / read * 1.02


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        found = json.load(text)
    machine, room = found["machine"], {"this-machine": found["machine"]["memory_gb"]}
    checks = [("schema", found["schema"] == "hllm.machine/1"),
              ("headline", found["headline"].rstrip(".").endswith(("predicted", "as others measured it", "fits")))]
    checks += list(check_machine(machine)) + list(check_rows(found["processors"], machine))
    if len(sys.argv) > 2:
        room[sys.argv[2]] = 24 * 1.073741824
        card = found["gpus"][0]
        checks += [("card", card["hardware"] == sys.argv[2] and number(card["memory_gb"], 24, 27)),
                   ("of the card", machine["hardware"] == sys.argv[2]),
                   ("on the card", any(r["hardware"] == sys.argv[2] for r in found["predictions"])),
                   ("beside it", any(r["hardware"] == "this-machine" for r in found["predictions"]) or
                    machine["memory_gb"] < 4)]
    checks += list(check_predictions(found["predictions"], room))
    checks.append(("notes", any(note.startswith("Predicted, not measured: ") for note in found["notes"]) or
                   not found["predictions"]))
    bad = [name for name, good in checks if not good]
    for name in bad:
        print("not so: " + name)
    return 1 if bad or len(checks) < 20 else 0


sys.exit(main())
