#!/usr/bin/env python3
"""bridge.py PROGRAM [CASES] - bridges between random months by a second implementation.

Exact fractions, and every one of the 24 orders in which the four factors can change, instead of the
formula for Shapley values; held against `months bridge` to the cent, the sums and months the other way round
to the femto.
"""
import itertools
import random
import subprocess
import sys
from fractions import Fraction as F

KINDS = 6  # four of input, output, not split
DIRECTION = [0, 0, 0, 0, 1, 2]
STEPS = ["new", "gone", "volume", "mix", "cache", "price", "other"]
DOLLAR = 10**15


class Cell:
    def __init__(self, workload, model, tokens, listed, other, spend, no_model=False, difference=False):
        self.workload, self.model = workload, model
        self.tokens, self.listed, self.other, self.spend = tokens, listed, other, spend
        self.no_model, self.difference = no_model, difference

    def line(self, month):
        fields = [month, self.workload, self.model, int(self.no_model), int(self.difference)]
        return " ".join(map(str, fields + self.tokens + self.listed + [self.other, self.spend]))


# ---- what the manual says ----


def weights(cell):
    return [F(x) for x in cell.listed] + [F(cell.other if cell.tokens[5] else 0)]


def dealt(cell, partner):
    """Cost by kind and what is charged beside tokens; None: tokens do not tell."""
    beside = 0 if cell.tokens[5] else cell.other
    w = weights(cell)
    if cell.no_model or min(cell.tokens) < 0 or min(w) < 0 or cell.spend < 0 or beside < 0:
        return None
    if not sum(w) and not beside and partner and not partner.no_model:
        p = weights(partner)
        w = [p[k] / partner.tokens[k] * cell.tokens[k] if partner.tokens[k] > 0 else F(0) for k in range(KINDS)]
    if not sum(w) and not beside:
        return ([F(0)] * KINDS, F(0)) if cell.spend == 0 else None
    charged = cell.spend * sum(w) / (sum(w) + beside)
    cost = [charged * x / sum(w) if sum(w) else F(0) for x in w]
    return cost, charged


def fill(part, whole, i):
    """A share or price in month i, of the other month where this one has none."""
    i = i if whole[i] > 0 else 1 - i
    return F(part[i]) / whole[i] if whole[i] > 0 else F(0)


def explain(cells):
    """cells[month][model] of one workload that is in both months."""
    uses, charged = {}, [F(0), F(0)]
    for model in set(cells[0]) | set(cells[1]):
        pair = [cells[i].get(model) for i in (0, 1)]
        got = [dealt(pair[i], pair[1 - i]) if pair[i] else ([F(0)] * KINDS, F(0)) for i in (0, 1)]
        if None in got:
            continue
        uses[model] = [(pair[i].tokens if pair[i] else [0] * KINDS, got[i][0]) for i in (0, 1)]
        for i in (0, 1):
            charged[i] += got[i][1]
    volume = [[sum(u[i][0][k] for u in uses.values() for k in range(KINDS) if DIRECTION[k] == d) for i in (0, 1)]
              for d in range(3)]

    def cost(choice):
        """With each factor as in the month that 'choice' says."""
        total = F(0)
        for use in uses.values():
            own = [[sum(use[i][0][k] for k in range(KINDS) if DIRECTION[k] == d) for i in (0, 1)] for d in range(3)]
            for k in range(KINDS):
                d = DIRECTION[k]
                tokens, money = [use[i][0][k] for i in (0, 1)], [use[i][1][k] for i in (0, 1)]
                total += (volume[d][choice[0]] * fill(own[d], volume[d], choice[1]) *
                          fill(tokens, own[d], choice[2]) * fill(money, tokens, choice[3]))
        return total

    known = {c: cost(c) for c in itertools.product((0, 1), repeat=4)}
    effect = [F(0)] * 4
    for order in itertools.permutations(range(4)):
        at = [0, 0, 0, 0]
        for factor in order:
            before = known[tuple(at)]
            at[factor] = 1
            effect[factor] += known[tuple(at)] - before
    effect = [e / 24 for e in effect]
    assert known[0, 0, 0, 0] == charged[0] and known[1, 1, 1, 1] == charged[1]
    return effect, charged


def bridge(months):
    out = {}
    for name in {c.workload for m in months for c in m if not c.difference}:
        cells = [{(c.model, c.no_model): c for c in m if c.workload == name and not c.difference} for m in months]
        spend = [sum(c.spend for c in m.values()) for m in cells]
        steps = dict.fromkeys(STEPS, F(0))
        if not cells[0]:
            steps["new"] = F(spend[1])
        elif not cells[1]:
            steps["gone"] = F(-spend[0])
        else:
            effect, charged = explain(cells)
            steps.update(zip(("volume", "mix", "cache", "price"), effect))
            steps["other"] = spend[1] - spend[0] - (charged[1] - charged[0])
        out[name] = spend, steps
    gaps = [[c for c in m if c.difference] for m in months]
    if gaps[0] or gaps[1]:
        spend = [sum(c.spend for c in m) for m in gaps]
        name = (gaps[1] or gaps[0])[0].workload
        out[name] = spend, dict(dict.fromkeys(STEPS, F(0)), other=F(spend[1] - spend[0]))
    return out


# ---- random months ----


def random_cell(rng, workload, model, prices):
    tokens = [rng.randrange(10**rng.randrange(1, 10)) if rng.random() < 0.6 else 0 for _ in range(5)]
    tokens.append(rng.randrange(10**8) if rng.random() < 0.1 else 0)
    listed = [tokens[k] * prices[k] for k in range(5)]
    other = tokens[5] * prices[0] if tokens[5] else rng.randrange(DOLLAR) if rng.random() < 0.1 else 0
    spend = sum(listed) + other
    chance = rng.random()
    if chance < 0.3:  # billed, at a discount or a surcharge
        spend = spend * rng.randrange(500, 1500) // 1000
    elif chance < 0.36:  # covered by a subscription
        spend, listed, other = 0, [0] * 5, 0
    elif chance < 0.42:  # billed, and no list price is known
        listed, other = [0] * 5, 0
    elif chance < 0.44:  # more was given back than charged
        spend = -spend
    return Cell(workload, model, tokens, listed, other, spend)


def random_months(rng):
    months, prices = [[], []], {}
    for workload in (f"w{i}" for i in range(rng.randrange(1, 6))):
        there = rng.choice([(0, 1), (0, 1), (0, 1), (0,), (1,)])
        for model in (f"m{i}" for i in range(rng.randrange(1, 5))):
            for i in there:
                if model not in prices or rng.random() < 0.3:
                    prices[model] = [rng.randrange(10**rng.randrange(6, 11)) for _ in range(5)]
                if rng.random() < 0.75:
                    months[i].append(random_cell(rng, workload, model, prices[model]))
        for i in there:
            if rng.random() < 0.2:
                months[i].append(Cell(workload, "tax", [0] * 6, [0] * 5, 0, rng.randrange(-DOLLAR, 9 * DOLLAR), True))
    for i in (0, 1):
        if rng.random() < 0.3:
            gap = rng.choice(["(difference+)", "(difference-)"])
            months[i].append(Cell(gap, "m0", [rng.randrange(-9, 9)] * 6, [0] * 5, 0, rng.randrange(-DOLLAR, DOLLAR),
                                  difference=True))
    return months


def ask(program, cases):
    text = ""
    for months in cases:
        for i in (0, 1):
            order = sorted(months[i], key=lambda c: (c.workload, c.difference, c.model, c.no_model))
            text += "".join(c.line(i + 1) + "\n" for c in order)
        text += ".\n"
    out = subprocess.run([program, "bridge"], input=text, capture_output=True, text=True, check=True).stdout
    for block in out.split("\n.\n")[:-1]:
        rows = [line.split() for line in block.split("\n")]
        yield {r[0]: ([int(r[1]), int(r[2])], dict(zip(STEPS, map(int, r[3:])))) for r in rows}


def main():
    program, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    rng = random.Random(20261001)
    cases = [random_months(rng) for _ in range(n)]
    answers = list(ask(program, cases))
    turned = list(ask(program, [[b, a] for a, b in cases]))
    assert len(answers) == len(turned) == n, (len(answers), len(turned))
    worst, seen = 0, dict.fromkeys(STEPS, 0)
    for months, got, back in zip(cases, answers, turned):
        wanted = bridge(months)
        total, turned_total = got.pop("all"), back.pop("all")
        assert set(got) == set(wanted) , (got, wanted)
        for name, (spend, steps) in wanted.items():
            assert got[name][0] == spend, (name, got[name], spend)
            assert sum(got[name][1].values()) == spend[1] - spend[0], (name, got[name])
            for step in STEPS:
                off = abs(got[name][1][step] - steps[step])
                worst = max(worst, off)
                assert off < DOLLAR // 100 // 2, (name, step, got[name][1][step], float(steps[step]))
                seen[step] += abs(got[name][1][step]) >= DOLLAR // 100
        for step in STEPS:
            assert total[1][step] == sum(g[1][step] for g in got.values()), step
        for name in got:
            other = back.get(name, next(iter(b for k, b in back.items() if k.startswith("("))) if name[0] == "(" else None)
            for step in ("volume", "mix", "cache", "price", "other"):
                assert got[name][1][step] == -other[1][step], (name, step, got[name], other)
            assert got[name][1]["new"] == -other[1]["gone"] and got[name][1]["gone"] == -other[1]["new"]
        assert total[0] == turned_total[0][::-1]
    assert min(seen.values()) > n // 20, seen
    print(f"{n} bridges; the step that is most off: {float(worst) / DOLLAR:.1e} dollars")


main()
