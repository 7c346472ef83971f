#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-speed.py [--update] - is data/speed.csv what scripts/fit-speed finds, and are its errors true?

Devices are left out here once more, and what is said of them is worked out without fit-speed's own
arithmetic: only its fit is used.  tests/data/speed-predictions.csv, which the program's prediction
is held against, has to be fit-speed's too; --update writes it anew.
"""
import csv
import importlib.machinery
import importlib.util
import os
import statistics
import sys

sys.dont_write_bytecode = True
TESTS = os.environ.get("TESTDIR") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
DATA = os.environ.get("HLLM_DATA_DIR") or os.path.join(ROOT, "data")
PREDICTIONS = os.path.join(TESTS, "data", "speed-predictions.csv")

# Median errors of devices left out, by another's fit of another selection of the same sources, and
# how much worse than that ours may be.
OTHERS = {"geforce": 0.083, "workstation": 0.045, "datacenter": 0.18, "apple": 0.092}
WORSE = 1.25
MEMBERS = {"datacenter": ("datacenter-gddr", "datacenter-hbm"),
           "apple": ("apple-base", "apple-pro-max", "apple-ultra"),
           "nvidia-gddr": ("geforce", "workstation", "datacenter-gddr")}
POOLS = {"geforce": "nvidia-gddr", "workstation": "nvidia-gddr", "datacenter-gddr": "nvidia-gddr",
         "datacenter-hbm": "datacenter-hbm", "apple": "apple"}
failures = []


def check(condition, text, *args):
    if not condition:
        failures.append(text % args)


def fit_speed():
    loader = importlib.machinery.SourceFileLoader("fit_speed", os.path.join(ROOT, "scripts", "fit-speed"))
    spec = importlib.util.spec_from_loader("fit_speed", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def alike(one, other):
    """The same text, or numbers that differ by what another libm makes of the last digit."""
    try:
        return one == other or abs(float(one) - float(other)) <= 0.0011 * max(abs(float(other)), 1)
    except ValueError:
        return False


def same(path, fresh, what):
    old, new = list(csv.reader(read(path).splitlines())), list(csv.reader(fresh.splitlines()))
    check(len(old) == len(new), "%s has %d lines, %s %d", path, len(old), what, len(new))
    for number, (one, other) in enumerate(zip(old, new), 1):
        check(len(one) == len(other) and all(map(alike, one, other)),
              "%s:%d: %s, but %s %s", path, number, ",".join(one), what, ",".join(other))


def predicted(row, efficiency, layer_us):
    cache = row.context
    if row.window_layers and row.context > row.window:
        local = row.window_layers / row.layers
        cache = row.context - local * (row.context - row.window)
    seconds = (row.read + cache * row.kv) / efficiency / row.bandwidth
    return 1 / (seconds + (0 if row.moe else row.layers * layer_us / 1e6))


def left_out(fitter, rows, members):
    """[measured / predicted] of every row of a class, predicted by a fit without its device."""
    ratios = []
    for device in sorted({row.hardware for row in rows if row.klass in members}):
        klass = next(row.klass for row in rows if row.hardware == device)
        name = "apple" if klass.startswith("apple") else klass
        pool = MEMBERS.get(POOLS[name], (POOLS[name],))
        others = [row for row in rows if row.klass in pool and row.hardware != device]
        constants = fitter.fit(others)
        ratios += [row.measured / predicted(row, *constants) for row in rows if row.hardware == device]
    return ratios


def check_errors(module):
    stated = {(row["class"], row["measure"], row["kind"]): row for row in csv.DictReader(
        line for line in read(os.path.join(DATA, "speed.csv")).splitlines() if line[0] != "#")}
    rows = [row for row in module.load(DATA) if row.measure == "decode" and row.units == 1 and
            row.concurrency == 1 and row.context is not None and not row.moe and
            row.bandwidth == row.bandwidth]
    for name, other in OTHERS.items():
        members = MEMBERS.get(name, (name,))
        devices = len({row.hardware for row in rows if row.klass in members})
        check(devices >= 7, "%s has %d devices only", name, devices)
        ratios = left_out(module.Decode(rows), rows, members)
        error = statistics.median(abs(1 / ratio - 1) for ratio in ratios)
        check(error <= WORSE * other, "%s: %.1f %% on devices left out, expected at most %.1f %%",
              name, 100 * error, 100 * WORSE * other)
        row = stated["datacenter-hbm" if name == "datacenter" else name, "decode", "dense"]
        check(row["left_out_of"] == name and int(row["left_out_devices"]) == devices and
              abs(float(row["left_out_median"]) - error) < 0.0015,
              "%s: %.4f on %d devices left out, but speed.csv says %s on %s of %s", name, error,
              devices, row["left_out_median"], row["left_out_devices"], row["left_out_of"])
        inside = sum(float(row["low"]) <= ratio <= float(row["high"]) for ratio in ratios) / len(ratios)
        check(inside >= 0.8, "%s: %.0f %% of rows left out lie inside low and high", name, 100 * inside)
    for (name, measure, kind), row in stated.items():
        if measure in ("decode", "prefill") and name != "any":
            known = row["left_out_of"] and int(row["left_out_devices"]) >= 7
            check(bool(known) == bool(row["left_out_median"]), "%s %s %s: an error of %s devices",
                  name, measure, kind, row["left_out_devices"] or "no")


def check_manual():
    """The table of hllm-hardware(5) says the same."""
    manual = read(os.path.join(ROOT, "man", "hllm-hardware.5"))
    lines = [line for line in manual.splitlines() if line.startswith(".It ") and " to " in line and "Ta" in line]
    wanted = []
    for row in csv.DictReader(line for line in read(os.path.join(DATA, "speed.csv")).splitlines()
                              if line[0] != "#"):
        if (row["measure"], row["kind"]) != ("decode", "dense"):
            continue
        error = "not known"
        if row["left_out_median"]:
            error = "%.1f %%, %.0f %%" % (100 * float(row["left_out_median"]),
                                          100 * float(row["left_out_p90"]))
        wanted.append(".It %s Ta %s, %.0f us Ta %s Ta %s Ta %s to %s" % (
            row["class"].replace("any", "any other"), row["efficiency"], float(row["layer_us"]),
            row["left_out_devices"] or row["devices"], error, row["low"], row["high"]))
    check(lines == wanted, "hllm-hardware(5) has\n%s\nexpected\n%s", "\n".join(lines), "\n".join(wanted))


def main():
    module = fit_speed()
    everything = module.load(DATA)
    table = module.build(everything)
    same(os.path.join(DATA, "speed.csv"), module.text_of_classes(table), "fit-speed finds")
    rows = module.text_of_predictions(table, everything)
    if sys.argv[1:] == ["--update"]:
        with open(PREDICTIONS, "w", encoding="utf-8") as file:
            file.write(rows)
    same(PREDICTIONS, rows, "fit-speed predicts")
    check_errors(module)
    check_manual()
    print("\n".join(failures), end="\n" if failures else "")
    sys.exit(bool(failures))


main()
