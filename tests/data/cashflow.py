#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cashflow PROGRAM [SEED [PLANS]] - cash flows of made-up plans, by PROGRAM --flows and by Python, to the cent.

Written from the formulas of hllm-economics, not from the program: each month is worked out on its own, from
powers and integrals, in exact fractions where there are no roots.
"""
import math
import random
import subprocess
import sys
from fractions import Fraction

PROGRAM = sys.argv[1]
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
PLANS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
HOURS = 730
AT_ONCE, WITHIN_LIFE, BEYOND_LIFE, BEYOND_HORIZON, FADES, NO_SAVING, NO_DEMAND = range(7)


def make(rng):
    """One plan by name; None is what the program is told as nan."""
    def maybe(value, chance=0.7):
        return value if rng.random() < chance else 0
    kind = rng.choice(["bought", "bought", "bought", "rented", "stated", "stated"])
    units = rng.randrange(1, 5)
    capacity = units * HOURS * rng.uniform(0.3, 1)
    idle = maybe(rng.uniform(5, 200))
    return {
        "api-monthly": maybe(10 ** rng.uniform(1, 5), 0.95),
        "api-staying": maybe(10 ** rng.uniform(0, 4)),
        "commitment": maybe(10 ** rng.uniform(1, 4), 0.3),
        "commitment-months": rng.randrange(0, 40),
        "growth": maybe(rng.uniform(-0.05, 0.06)),
        "api-decline": maybe(rng.uniform(-0.3, 0.9)),
        "ramp": rng.choice([0, 1, 2.5, rng.uniform(0, 14)]),
        "fallback": maybe(rng.uniform(0, 0.5)),
        "overflow": maybe(rng.uniform(0, 0.5)),
        "busy-hours": maybe(capacity * rng.uniform(0, 1.5), 0.9),
        "utilization": None,
        "capacity-hours": capacity,
        "capex": 0 if kind == "rented" else maybe(10 ** rng.uniform(2, 5), 0.95),
        "units": units,
        "spare": maybe(rng.randrange(0, 3)),
        "setup-hours": maybe(rng.uniform(0, 80)),
        "monthly": 10 ** rng.uniform(0, 4) if kind == "stated" else None,
        "rent": 10 ** rng.uniform(1, 4) if kind == "rented" else 0,
        "busy-watts": idle + maybe(rng.uniform(0, 900)),
        "idle-watts": idle,
        "pue": rng.uniform(1, 2),
        "electricity": maybe(rng.uniform(0.02, 0.6)),
        "upkeep": maybe(rng.uniform(0, 0.2)),
        "engineer-hours": maybe(rng.uniform(0, 20)),
        "engineer-rate": rng.uniform(10, 150),
        "review-hours": maybe(rng.uniform(0, 10)),
        "residual": maybe(rng.uniform(0, 1)),
        "life": rng.randrange(1, 100),
        "horizon": rng.randrange(1, 181),
        "discount": maybe(rng.uniform(0, 0.3)),
    }


def moved(ramp, m):
    """The mean of min(1, t/ramp) for t from m-1 to m."""
    top = min(Fraction(m), max(Fraction(m - 1), Fraction(ramp)))
    rising = (top ** 2 - Fraction(m - 1) ** 2) / 2 / Fraction(ramp) if ramp else 0
    return float(rising + Fraction(m) - top)


def month(p, m):
    """(api, avoided, energy, run) of month m."""
    all_work = (1 + p["growth"]) ** m
    work = all_work * moved(p["ramp"], m)
    price = (1 - p["api-decline"]) ** (m / 12)
    wanted = p["busy-hours"] * work
    overflow = p["overflow"]
    if wanted > 0:
        overflow = max(overflow, 1 - p["fallback"] - p["capacity-hours"] / wanted)
    local = max(0, 1 - p["fallback"] - overflow)
    avoided = p["api-monthly"] * work * price * local
    if m <= p["commitment-months"]:
        bill = (p["api-monthly"] + p["api-staying"]) * all_work * price
        if p["commitment"]:
            avoided = min(avoided, max(0, bill - p["commitment"]))
    api = p["api-monthly"] * all_work * price
    if p["monthly"] is not None:
        return api, avoided, 0, p["monthly"]
    units = p["units"] + p["spare"]
    busy = min(wanted * local, p["capacity-hours"])
    idle = max(0, HOURS * units - busy)
    energy = (busy * p["busy-watts"] + idle * p["idle-watts"]) / 1000 * p["pue"] * p["electricity"]
    per_unit = (p["capex"] * p["upkeep"] / 12 + p["rent"]) / p["units"]
    people = (p["engineer-hours"] + p["review-hours"]) * p["engineer-rate"]
    return api, avoided, energy, energy + per_unit * units + people


def crossing(start, flows, end, sale):
    """The first moment at which the sum is not negative any more; the sale counts on its day only."""
    total = start
    for m, flow in enumerate(flows, 1):
        before, total = total, total + flow
        if total > 0 or (total >= 0 > before):
            return m - 1 + (-before / flow if before < 0 else 0)
        if m == end and sale > 0 and total + sale >= 0:
            return m
    return math.nan


def flow(p):
    hardware = p["capex"] / p["units"] * (p["units"] + p["spare"])
    start = -hardware - p["setup-hours"] * p["engineer-rate"]
    end = min(p["life"], p["horizon"])
    sale = hardware * p["residual"]
    rows = [month(p, m) for m in range(1, p["horizon"] + 1)]
    nets = [row[1] - row[3] for row in rows]
    worth = [(1 + p["discount"]) ** (-m / 12) for m in range(1, p["horizon"] + 1)]
    months = crossing(start, nets, end, sale)
    discounted = crossing(start, [n * w for n, w in zip(nets, worth)], end, sale * worth[end - 1])
    if p["api-monthly"] == 0:
        outcome = NO_DEMAND
    elif math.isnan(months):
        outcome = BEYOND_HORIZON if nets[-1] > 0 else FADES if max(nets) > 0 else NO_SAVING
    elif start == 0 and months == 0:
        outcome = AT_ONCE
    else:
        outcome = WITHIN_LIFE if months <= p["life"] else BEYOND_LIFE
    head = [outcome, months, discounted, start + sum(nets[:end]) + sale,
            start + sum(n * w for n, w in zip(nets[:end], worth)) + sale * worth[end - 1],
            (hardware - sale) / p["life"]]
    table, total = [[0, 0, 0, 0, start, start]], start
    for row, net in zip(rows, nets):
        total += net
        table.append([*row, net, total])
    return head, table


def same(a, b, tolerance):
    return (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance


def cent(a, b):
    """Half a cent, or the twelfth digit of sums that no double holds to the cent."""
    return same(a, b, max(0.005, 1e-12 * abs(b)))


def main():
    rng = random.Random(SEED)
    plans = [make(rng) for _ in range(PLANS)]
    names = subprocess.run([PROGRAM, "--names"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    assert sorted(names) == sorted(plans[0]), set(names) ^ set(plans[0])
    text = "".join(" ".join("nan" if p[n] is None else repr(p[n]) for n in names) + "\n" for p in plans)
    out = subprocess.run([PROGRAM, "--flows"], check=True, input=text, stdout=subprocess.PIPE, text=True).stdout
    blocks = out.split("\n\n")[:-1]
    assert len(blocks) == PLANS, len(blocks)
    seen = set()
    for number, (p, block) in enumerate(zip(plans, blocks)):
        lines = [[float(x) for x in line.split()] for line in block.split("\n")]
        head, table = flow(p)
        seen.add(head[0])
        ok = lines[0][0] == head[0] and same(lines[0][1], head[1], 1e-6) and same(lines[0][2], head[2], 1e-6)
        ok = ok and all(cent(a, b) for a, b in zip(lines[0][3:], head[3:])) and len(lines) == len(table) + 1
        ok = ok and all(cent(a, b) for got, want in zip(lines[1:], table) for a, b in zip(got, want))
        if not ok:
            sys.exit("plan %d of seed %d: %r\n%r\n%r" % (number, SEED, p, lines[0], head))
    assert len(seen) == 7, "outcomes that came up: %s" % sorted(seen)
    print("%d plans agree to the cent" % PLANS)


if __name__ == "__main__":
    main()
