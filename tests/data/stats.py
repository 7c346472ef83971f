#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""stats - holds answers of src/probe/stats.c and lengths.c against Python's own.

Cases come on stdin, one JSON object a line (`tests/unit/stats cases`).  Percentiles are those of
statistics.quantiles(method="inclusive"), which is type 7; the interval of the median is counted out in
whole numbers; the distance of Kolmogorov and Smirnov by its definition.
"""
import json
import math
import statistics
import sys


def close(a, b):
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def interval(values):
    """The closest pair (k-th, k-th from the end) with P >= 95 % that the median lies between."""
    n = len(values)
    best = None
    for k in range(1, n // 2 + 1):
        outside = 2 * sum(math.comb(n, i) for i in range(k))
        if outside * 20 <= 2**n:
            best = k
        else:
            break
    return (None, None) if best is None else (values[best - 1], values[n - best])


def expected(values):
    n = len(values)
    ordered = sorted(values)
    low, high = interval(ordered)
    cuts = statistics.quantiles(ordered, n=100, method="inclusive") if n > 1 else [ordered[0]] * 99
    mean = math.fsum(values) / n
    return {
        "mean": mean,
        "p50": statistics.median(values),
        "p90": cuts[89] if n >= 10 else None,
        "p99": cuts[98] if n >= 100 else None,
        "low": low,
        "high": high,
        "cov": statistics.stdev(values) / mean if n > 1 else None,
    }


def distance(drawn, of):
    """Of Kolmogorov and Smirnov: 'of' is [value, count] of all that was drawn from."""
    everything = [value for value, count in of for _ in range(count)]

    def share(values, x):
        return sum(value <= x for value in values) / len(values)

    return max(abs(share(drawn, x) - share(everything, x)) for x in {*drawn, *everything})


def main():
    bad = summaries = lengths = 0
    for line in sys.stdin:
        case = json.loads(line)
        if "values" in case:
            summaries += 1
            for key, value in expected(case["values"]).items():
                if not close(value, case[key]):
                    print(f"{len(case['values'])} values, {key}: {case[key]}, Python {value}")
                    bad += 1
            continue
        lengths += 1
        here = distance(case["drawn"], case["of"])
        if here >= 0.05 or not close(case["distance"], here):
            print(f"lengths {lengths}: distance {here}, said to be {case['distance']}")
            bad += 1
    print(f"{summaries} summaries, {lengths} lists of lengths, {bad} wrong")
    return 1 if bad or summaries < 20 or lengths < 20 else 0


sys.exit(main())
