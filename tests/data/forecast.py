#!/usr/bin/env python3
"""forecast.py PROGRAM [SEEDS] - forecasts of made-up months, held against what the months then cost.

For each season: the mean absolute error, of the month's cost, of the forecast and of plain run-rate, over
days 3 to 25 and many seeds; and how often the truth lay in the 80 % range, and how wide that was.
"""
import datetime
import math
import random
import subprocess
import sys

EPOCH = datetime.date(1970, 1, 1)


def days_between(first, last):
    return [first + datetime.timedelta(i) for i in range((last - first).days + 1)]


def noise(rng, sigma):
    return math.exp(rng.gauss(0, sigma) - sigma * sigma / 2)


def weekdays(rng, days):
    level = rng.uniform(5, 500)
    return [level * (5 if d.weekday() < 5 else 1) * noise(rng, 0.2) for d in days]


def growth(rng, days):
    level = rng.uniform(5, 500)
    return [level * 1.03 ** (i / 7) * noise(rng, 0.2) for i, d in enumerate(days)]


def batch(rng, days):
    """30 % of each month falls on its last three days."""
    level = rng.uniform(5, 500)
    out = []
    for d in days:
        length = ((d.replace(day=28) + datetime.timedelta(4)).replace(day=1) - datetime.timedelta(1)).day
        last = d.day > length - 3
        out.append(level * (0.3 / 3 if last else 0.7 / (length - 3)) * length * noise(rng, 0.2))
    return out


def all_three(rng, days):
    parts = [f(rng, days) for f in (weekdays, growth, batch)]
    return [a * b * c / 1e4 for a, b, c in zip(*parts)]


def jump(rng, days):
    """Something new doubles the cost in the three weeks before the month."""
    at = len(days) - days[-1].day - rng.randrange(21)
    return [100 * (2 if i >= at else 1) * noise(rng, 0.2) for i, d in enumerate(days)]


def plain(rng, days):
    return [100 * noise(rng, 0.2) for d in days]


SEASONS = [("weekdays", weekdays, 2), ("growth", growth, 2), ("month-end batch", batch, 2)]
OTHERS = [("weekdays, none before", weekdays, 0), ("growth, none before", growth, 0), ("plain", plain, 2),
          ("all three", all_three, 2), ("a year of all three", all_three, 12), ("a jump", jump, 2)]


def questions(season, before, seeds):
    for seed in range(seeds):
        rng = random.Random(f"{season.__name__} {before} {seed}")
        month = datetime.date(2026, 1 + rng.randrange(12), 1)
        end = (month.replace(day=28) + datetime.timedelta(4)).replace(day=1) - datetime.timedelta(1)
        first = month
        for _ in range(before):
            first = (first - datetime.timedelta(1)).replace(day=1)
        days = days_between(first, end)
        costs = season(rng, days)
        start = (month - first).days
        for cut in range(3, 26):
            yield (first - EPOCH).days, costs[:start + cut], sum(costs[start:])


def measure(program, season, before, seeds):
    asked = list(questions(season, before, seeds))
    text = "".join(f"{first} 0 " + " ".join(map(repr, costs)) + "\n" for first, costs, _ in asked)
    answers = subprocess.run([program, "forecast"], input=text, capture_output=True, text=True, check=True).stdout
    ours = plain_error = inside = width = 0.0
    lines = answers.splitlines()
    assert len(lines) == len(asked), answers[-500:]
    for line, (_, costs, truth) in zip(lines, asked):
        low, likely, high, so_far, rate = map(float, line.split()[:5])
        assert low <= likely <= high
        ours += abs(likely - truth) / truth
        plain_error += abs(rate - truth) / truth
        inside += low <= truth <= high
        width += (high - low) / truth
    n = len(asked)
    return ours / n, plain_error / n, inside / n, width / n


def main():
    program, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    print(f"{'SEASON':24}{'ERROR':>8}{'RUN-RATE':>10}{'IN RANGE':>10}{'WIDTH':>8}")
    good = True
    for name, season, before in SEASONS + OTHERS:
        ours, rate, inside, width = measure(program, season, before, seeds)
        print(f"{name:24}{ours:8.2%}{rate:10.2%}{inside:10.1%}{width:8.1%}")
        if (name, season, before) in SEASONS:
            good &= ours < rate and 0.80 <= inside <= 0.97
    sys.exit(not good)


main()
