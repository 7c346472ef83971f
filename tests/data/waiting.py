#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""queue [--table] - holds answers of src/local/capacity.c against a simulation of discrete events.

Cases come on stdin, one JSON object a line (`tests/unit/queue cases`): the requests of each minute,
their tokens, the machine, and what was said of it.  Here requests are placed within their minutes, sized
and served on their own terms, with Python's random numbers and several seeds; only what a unit is, which
requests it takes and what is counted is as src/local/capacity.h says.
"""
import heapq
import json
import math
import random
import sys
from collections import deque

WITHIN = 0.10
REQUESTS = 200000  # of a case: as many seeds as make about so many
INFINITE = float("inf")


def requests(case, rng):
    """(arrival, prompt tokens, output tokens) in order of arrival."""
    sigma = math.sqrt(math.log(1 + case["spread"] ** 2))

    def size(mean):
        return mean * rng.lognormvariate(-sigma * sigma / 2, sigma) if sigma else mean

    out = []
    for minute, count in enumerate(case["minutes"]):
        for at in sorted(60 * (minute + rng.random()) for _ in range(count)):
            out.append((at, size(case["prompt"]), size(case["output"])))
    return out


class Tally:
    """Waits by time of arrival, who left, and the time that units were busy before the end of the period."""

    def __init__(self, end):
        self.end, self.waits, self.left, self.busy, self.spells = end, [], 0, 0.0, []

    def spell(self, start, end):
        end = min(end, self.end)
        if end > start:
            self.busy += end - start
            self.spells.append((start, end))


def serve_one_by_one(case, arrivals, patience, tally):
    """Units that serve one request at a time: the next takes the one that is free first."""
    free = [0.0] * case["units"]
    for at, prompt, output in arrivals:
        start = max(at, free[0])
        if start - at > patience:
            tally.left += 1
            continue
        end = start + prompt / case["prefill"] + output / case["speeds"][0]
        heapq.heapreplace(free, end)
        tally.waits.append((at, start - at))
        tally.spell(start, end)


class Unit:
    """Requests in hand, each as [share that is left, seconds that the whole takes among 1, 2, ... in hand].

    With c in hand, each has a c-th of the unit's time and does prompt and output alike in it: t(c) seconds
    of the unit's time for the whole.
    """

    def __init__(self):
        self.hand, self.now, self.since = [], 0.0, 0.0

    def advance(self, now):
        passed, c = now - self.now, len(self.hand)
        for request in self.hand:
            request[0] -= passed / request[c]
        self.now = now

    def next(self):
        """When the first in hand will be ready."""
        c = len(self.hand)
        return self.now + min(r[0] * r[c] for r in self.hand) if c else INFINITE


def serve_shared(case, arrivals, patience, tally):
    units = [Unit() for _ in range(case["units"])]
    ready = [INFINITE] * len(units)
    queue, coming = deque(), deque(arrivals)
    prefill, speeds = case["prefill"], case["speeds"]

    def take(unit, now, request):
        unit.advance(now)
        at, prompt, output = request
        unit.hand.append([1.0] + [(c + 1) * (prompt / prefill + output / speed) for c, speed in enumerate(speeds)])
        tally.waits.append((at, now - at))

    while coming or min(ready) < INFINITE:
        now = min(ready)
        if coming and coming[0][0] < now:
            request = coming.popleft()
            unit = min(units, key=lambda u: len(u.hand))
            if len(unit.hand) == case["slots"]:
                queue.append(request)
                continue
            if not unit.hand:
                unit.since = request[0]
            take(unit, request[0], request)
            ready[units.index(unit)] = unit.next()
            continue
        k = ready.index(now)
        unit = units[k]
        unit.advance(now)
        unit.hand.remove(min(unit.hand, key=lambda r: r[0] * r[1]))
        while queue and now - queue[0][0] > patience:
            queue.popleft()
            tally.left += 1
        if queue:
            take(unit, now, queue.popleft())
        elif not unit.hand:
            tally.spell(unit.since, now)
        ready[k] = unit.next()


def percentile(waits):
    """What 99 of 100 do not exceed."""
    waits = sorted(waits)
    return waits[math.ceil(0.99 * len(waits)) - 1] if waits else 0.0


def simulate(case, units, patience, seeds):
    case = dict(case, units=units)
    minutes = case["minutes"]
    serve = serve_one_by_one if case["slots"] == 1 else serve_shared
    first = case["start"] // 3600
    hours = {}
    for i, count in enumerate(minutes):
        hour = (case["start"] + 60 * i) // 3600 - first
        hours[hour] = hours.get(hour, 0) + count
    peak = max(sorted(hours), key=hours.get)
    begin = max(0, (first + peak) * 3600 - case["start"])
    end = min((first + peak + 1) * 3600 - case["start"], 60 * len(minutes))
    waits, in_peak, busy, busy_peak, left = [], [], 0.0, 0.0, 0
    for seed in range(seeds):
        tally = Tally(60 * len(minutes))
        serve(case, requests(case, random.Random(7919 * seed + 17)), patience, tally)
        waits += [w for _, w in tally.waits]
        in_peak += [w for at, w in tally.waits if begin <= at < end]
        busy += tally.busy
        busy_peak += sum(max(0, min(b, end) - max(a, begin)) for a, b in tally.spells)
        left += tally.left
    return {
        "utilization": busy / seeds / (60 * len(minutes) * units),
        "peak_utilization": busy_peak / seeds / ((end - begin) * units),
        "wait_mean": sum(waits) / len(waits),
        "wait_p99": percentile(waits),
        "peak_hour_p99": percentile(in_peak),
        "peak_wait": max(percentile(waits), percentile(in_peak)),
        "peak_start": case["start"] + begin if begin else (first + peak) * 3600,
        "overflow_share": left / seeds / sum(minutes),
        "kept_busy_hours_day": busy / seeds / 3600 / (len(minutes) / 1440),
    }


def check(case):
    """Lines of what differs, and what was simulated."""
    seeds = REQUESTS // sum(case["minutes"])
    wanted = simulate(case, case["units"], INFINITE, seeds)
    limited = simulate(case, case["units"], case["max_wait"], seeds // 2)
    wanted.update({k: limited[k] for k in ("overflow_share", "kept_busy_hours_day")})
    # The larger of the two percentiles is peak_wait.
    held = [k for k in wanted if k not in ("wait_p99", "peak_hour_p99")]
    # A hundredth of a request's time, and a thousandth of the requests, are nothing to tell apart.
    alone = case["prompt"] / case["prefill"] + case["output"] / case["speeds"][0]
    least = {"peak_start": 0, "wait_mean": 0.01 * alone, "overflow_share": 0.001}
    within = {"peak_start": 0}
    return ["%s: %.6g, simulated %.6g" % (k, case[k], wanted[k]) for k in held if not abs(case[k] - wanted[k]) <=
            max(least.get(k, 0), within.get(k, WITHIN) * abs(wanted[k]))], wanted


def main():
    table = "--table" in sys.argv[1:]
    bad = cases = 0
    for line in sys.stdin:
        case = json.loads(line)
        cases += 1
        problems, wanted = check(case)
        name = "load %.0f %%, %d units, %d slots, spread %g" % (
            100 * case["load"], case["units"], case["slots"], case["spread"])
        if table:
            print(name, *("%s %.4g/%.4g" % (k, case[k], w) for k, w in wanted.items() if k != "peak_start"),
                  sep="; ", flush=True)
        for problem in problems:
            print("%s: %s" % (name, problem), file=sys.stderr)
        bad += bool(problems)
    if not cases:
        print("no cases", file=sys.stderr)
    return 1 if bad or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
