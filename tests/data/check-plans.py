#!/usr/bin/env python3
# check-plans.py HLLM - a hundred random calculations that are right have to pass `hllm breakeven
# --lint` without a word; then one figure of each is made wrong, in every way that a problem has
# a name for, and that problem has to appear in that case. The arithmetic here is a second one: it
# knows nothing of the program's.
import csv
import json
import random
import subprocess
import sys

PRICES = {"gpt-4o": (2.5, 10), "gpt-4o-mini": (0.15, 0.6), "claude-sonnet-4-5": (3, 15)}
COLUMNS = """case row item daily_requests input_tokens output_tokens api_model api_monthly
remaining_api input_price output_price capex monthly contains rent life_months hours watts idle_watts electricity maintenance
engineer_hours engineer_rate setup_hours tokens_per_second prefill_tokens_per_second utilization
quality api_quality threshold_monthly quantity unit_price cost per
stated_api_monthly stated_local_monthly stated_energy stated_amortization stated_total stated_saving
stated_saving_share stated_break_even_months stated_year_one stated_local_per_1000
stated_local_per_million stated_api_per_million stated_ratio stated_quality_loss stated_hours
stated_utilization""".split()


def cents(value):
    return f"{value:.2f}"


class Plan:
    """A plan in one row: everything from its inputs, by the formulas of hllm-economics(7)."""

    def __init__(self, rng):
        self.rng = rng
        self.model = rng.choice(list(PRICES))
        pin, pout = PRICES[self.model]
        self.input, self.output = rng.randrange(200, 8000), rng.randrange(50, 900)
        per_request = (self.input * pin + self.output * pout) / 1e6
        # an API cost that hardware can compete with
        self.daily = max(10, round(rng.uniform(900, 6000) / 30 / per_request))
        self.days = rng.choice([30, 365 / 12])
        self.month_hours = rng.choice([720, 730])
        self.speed = self.daily * self.output / 3600 / rng.uniform(4, 9)
        self.prefill = self.daily * self.input / 3600 / rng.uniform(1, 4)
        self.watts, self.idle = rng.randrange(200, 900), rng.randrange(20, 120)
        self.hours = rng.randrange(14, 22)
        self.price = round(rng.uniform(0.1, 0.4), 2)
        self.people, self.rate = rng.randrange(1, 5), rng.randrange(30, 90)
        self.maintenance = rng.randrange(5, 60)
        self.capex, self.life = rng.randrange(6000, 30000, 500), rng.choice([36, 48, 60])
        self.quality = round(rng.uniform(0.5, 0.7), 3)
        self.api_quality = round(rng.uniform(0.75, 0.95), 3)

    def derive(self):
        pin, pout = PRICES[self.model]
        self.requests = self.daily * self.days
        self.api = self.requests * (self.input * pin + self.output * pout) / 1e6
        busy = self.hours * self.month_hours / 24
        self.energy = (self.watts * busy + self.idle * (self.month_hours - busy)) / 1000 * self.price
        self.wages = self.people * self.rate
        self.local = self.energy + self.wages + self.maintenance
        self.amortization = self.capex / self.life
        self.saving = self.api - self.local
        self.break_even = self.capex / self.saving if self.saving > 0 else None
        self.work = self.daily * (self.input / self.prefill + self.output / self.speed) / 3600

    def row(self):
        self.derive()
        full = self.local + self.amortization
        late = self.break_even is None or self.break_even > self.life
        return {
            "daily_requests": self.daily, "input_tokens": self.input, "output_tokens": self.output,
            "api_model": self.model, "capex": self.capex, "life_months": self.life,
            "hours": self.hours, "watts": self.watts, "idle_watts": self.idle,
            "electricity": self.price, "maintenance": self.maintenance,
            "engineer_hours": self.people, "engineer_rate": self.rate,
            "tokens_per_second": f"{self.speed:.6g}",
            "prefill_tokens_per_second": f"{self.prefill:.6g}",
            "quality": f"{self.quality:.4f}", "api_quality": f"{self.api_quality:.4f}",
            "stated_api_monthly": cents(self.api), "stated_local_monthly": cents(self.local),
            "stated_energy": cents(self.energy), "stated_amortization": cents(self.amortization),
            "stated_total": cents(self.local), "stated_saving": cents(self.saving),
            "stated_saving_share": f"{self.saving / self.api * 100:.1f}%",
            "stated_break_even_months": "never" if late else f"{self.break_even:.1f}",
            "stated_year_one": cents(12 * self.saving - self.capex),
            "stated_local_per_1000": f"{full / self.requests * 1000:.4g}",
            "stated_local_per_million":
                f"{full / self.requests / (self.input + self.output) * 1e6:.4g}",
            "stated_ratio": f"{self.api / full:.2f}",
            "stated_quality_loss": f"{(1 - self.quality / self.api_quality) * 100:.1f}%",
            "stated_hours": f"{self.work:.2f}",
            "stated_utilization": f"{self.work / 24 * 100:.1f}%",
        }


class Table:
    """A table of costs: lines with totals, hardware in parts, and what they lead to."""

    def __init__(self, rng):
        while True:
            self.draw(rng)
            before = sum(line[4] for line in self.now)
            after = sum(line[1] for line in self.left + self.local)
            if sum(n * price for _, n, price in self.parts) < 50 * (before - after):
                break

    def draw(self, rng):
        self.now = []
        for _ in range(rng.randrange(2, 6)):
            model = rng.choice(list(PRICES))
            daily, i, o = rng.randrange(500, 3000), rng.randrange(300, 4000), rng.randrange(50, 900)
            cost = daily * 30 * (i * PRICES[model][0] + o * PRICES[model][1]) / 1e6
            self.now.append([model, daily, i, o, cost])
        before = sum(line[4] for line in self.now)
        self.left = [["planning", before * rng.uniform(0.05, 0.2), "planning + fallback"]]
        self.local = [["rack", before * rng.uniform(0.02, 0.1), "power + cooling"],
                      ["engineer", before * rng.uniform(0.02, 0.1), "people"]]
        self.parts = [["card", rng.randrange(1, 5), rng.randrange(300, 2500)],
                      ["case", 1, rng.randrange(100, 900)]]

    def rows(self, name):
        before = sum(round(line[4], 2) for line in self.now)
        after = sum(round(line[1], 2) for line in self.left + self.local)
        capex = sum(n * price for _, n, price in self.parts)
        saving = before - after
        months = capex / saving
        out = [{"case": name, "row": "plan", "stated_saving": cents(saving),
                "stated_total": cents(after),
                "stated_break_even_months": f"{months:.2f}",
                "stated_year_one": cents(12 * saving - capex)}]
        for i, (model, daily, tokens_in, tokens_out, cost) in enumerate(self.now):
            out.append({"row": "api now", "item": f"task {i}", "api_model": model,
                        "daily_requests": daily, "input_tokens": tokens_in,
                        "output_tokens": tokens_out, "cost": cents(cost)})
        out.append({"row": "total", "item": "before", "cost": cents(before)})
        for kind, lines in ("api left", self.left), ("local", self.local):
            for item, cost, contains in lines:
                out.append({"row": kind, "item": item, "cost": cents(cost), "contains": contains})
        out.append({"row": "total", "item": "after", "cost": cents(after)})
        for item, n, price in self.parts:
            out.append({"row": "hardware", "item": item, "quantity": n, "unit_price": price,
                        "cost": n * price})
        out.append({"row": "total", "item": "hardware", "cost": capex})
        return [dict(row, case=name) for row in out]


def scaled(row, column, factor):
    row[column] = f"{float(str(row[column]).rstrip('%')) * factor:.6g}" + (
        "%" if str(row[column]).endswith("%") else "")


def off(plan, row, column, factor):
    if column == "stated_year_one":  # near zero, a share of it is nothing
        row[column] = cents(12 * plan.saving - plan.capex + 12 * plan.saving * (factor - 1))
    else:
        scaled(row, column, factor)


def wrong_plans(rng):
    """(kind, rows): each a right plan with one figure that is not."""
    def plan(change, kind):
        while True:
            p = Plan(rng)
            p.derive()
            # results that can be told apart from their wrong ways
            if p.saving > 0.3 * p.api and p.break_even and 3 < p.break_even < p.life / 2 and \
                    p.input > 3 * p.output and p.work < 14 and \
                    p.idle * (24 - p.hours) > 0.04 * p.watts * p.hours:
                break
        row = p.row()
        rows = change(p, row) or [row]
        yield kind, rows

    for _ in range(6):
        for column in ("stated_api_monthly",):
            yield from plan(lambda p, r: scaled(r, column, 0.8), "below-list")
            yield from plan(lambda p, r: scaled(r, column, 1.3), "above-list")
        for column in ("stated_local_monthly", "stated_energy", "stated_amortization", "stated_total",
                       "stated_saving", "stated_saving_share", "stated_break_even_months",
                       "stated_year_one", "stated_local_per_1000", "stated_local_per_million",
                       "stated_ratio", "stated_quality_loss", "stated_hours", "stated_utilization"):
            # by chance it may be what a wrong way leads to: the figure has to be named
            yield from plan(lambda p, r: off(p, r, column, rng.choice([0.93, 1.07])), column)

        def mean(p, r):
            pin, pout = PRICES[p.model]
            r["stated_api_monthly"] = cents(p.requests * (p.input + p.output) * (pin + pout) / 2e6)
        yield from plan(mean, "unweighted-mean")

        def capacity(p, r):
            seconds = p.input / p.prefill + p.output / p.speed
            full = p.local + p.amortization
            r["stated_local_per_1000"] = f"{full / (p.month_hours * 3600 / seconds) * 1000:.4g}"
        yield from plan(capacity, "capacity-as-demand")

        def mean_bill(p, r):
            pin, pout = PRICES[p.model]
            r.update(api_monthly=cents(p.requests * (p.input + p.output) * (pin + pout) / 2e6))
        yield from plan(mean_bill, "unweighted-mean")

        def own_price(p, r):
            r.update(input_price=PRICES[p.model][0] * 0.9, output_price=PRICES[p.model][1])
        yield from plan(own_price, "below-list")

        def lines(p, r):
            return [{"api_monthly": cents(p.api), "capex": p.capex,
                     "stated_break_even_months": f"{p.capex / (p.saving - p.amortization):.2f}"},
                    {"row": "local", "item": "power and people", "cost": cents(p.local)},
                    {"row": "local", "item": "depreciation", "cost": cents(p.amortization)}]
        yield from plan(lines, "double-count")

        def no_demand(p, r):
            pin, pout = PRICES[p.model]
            requests = 720 * 3600 / (p.input / p.prefill + p.output / p.speed)
            cost = requests * (p.input * pin + p.output * pout) / 1e6
            keep = "input_tokens output_tokens api_model tokens_per_second prefill_tokens_per_second"
            return [{"stated_api_monthly": cents(cost), "capex": p.capex,
                     **{column: r[column] for column in keep.split()}}]
        yield from plan(no_demand, "capacity-as-demand")

        def by_the_hour(p, r):
            return [{"rent": 300, "utilization": "30%", "engineer_hours": 0, "engineer_rate": 60,
                     "stated_local_monthly": 90}]
        yield from plan(by_the_hour, "idle-free")

        def idle(p, r):
            r["stated_energy"] = cents(p.watts * p.hours * p.month_hours / 24 / 1000 * p.price)
        yield from plan(idle, "idle-free")

        def no_idle(p, r):
            p.idle = 0
            r.clear()
            r.update(p.row())
            r["idle_watts"] = ""
        yield from plan(no_idle, "idle-free")

        def nobody(p, r):
            p.people = 0
            r.clear()
            r.update(p.row())
            r["engineer_hours"] = ""
        yield from plan(nobody, "people-left-out")

        def unpaid(p, r):
            r["stated_local_monthly"] = cents(p.local - p.wages)
        yield from plan(unpaid, "people-left-out")

        def twice(p, r):
            r["stated_break_even_months"] = f"{p.capex / (p.saving - p.amortization):.2f}"
        yield from plan(twice, "double-count")

        def life(p, r):
            p.life = 60
            r.clear()
            r.update(p.row())
            r["life_months"] = int(p.break_even * 0.6)
            r["stated_break_even_months"] = f"{p.break_even:.2f}"
        yield from plan(life, "beyond-life")

        def slow(p, r):
            scaled(r, "tokens_per_second", 0.1)
        yield from plan(slow, "infeasible")

        def baseline(p, r):
            r["stated_quality_loss"] = f"{(1 - p.quality) * 100:.1f}%"
        yield from plan(baseline, "wrong-baseline")

        def again(p, r):
            return [r, {"capex": p.capex * 1.2}]
        yield from plan(again, "contradiction")

        def small(p, r):
            r.update({"monthly": cents(p.energy * 0.6), "contains": "power + people"})
        yield from plan(small, "parts")

        def added(p, r):
            lines = p.energy + p.maintenance
            r.update({"monthly": cents(lines), "contains": "power + maintenance", "maintenance": "",
                      "engineer_hours": 0, "stated_local_monthly": cents(lines + p.energy)})
        yield from plan(added, "counted-twice")


def wrong_tables(rng):
    def table(change, kind):
        rows = Table(rng).rows("")
        change({(r["row"], r.get("item")): r for r in rows}, rows)
        return kind, rows

    for _ in range(6):
        yield table(lambda t, rows: scaled(t["api now", "task 0"], "cost", 0.5), "below-list")
        yield table(lambda t, rows: scaled(t["api now", "task 0"], "cost", 2), "above-list")
        for item in "before", "after", "hardware":
            yield table(lambda t, rows: scaled(t["total", item], "cost", 1.02), "sum")
        yield table(lambda t, rows: scaled(t["hardware", "card"], "cost", 1.02), "sum")
        yield table(lambda t, rows: t["plan", None].update(capex=99999), "sum")
        yield table(lambda t, rows: t["plan", None].update(monthly=1), "sum")
        yield table(lambda t, rows: rows.insert(7, dict(t["local", "rack"])), "counted-twice")
        yield table(lambda t, rows: t["local", "rack"].update(contains="power + API fallback"),
                    "counted-twice")
        yield table(lambda t, rows: t["local", "rack"].update(contains="task 0"), "sum")
        yield table(lambda t, rows: t["local", "engineer"].update(item="more", contains="spares"),
                    "people-left-out")
        yield table(lambda t, rows: scaled(t["plan", None], "stated_year_one", 1.1),
                    "stated_year_one")
        price = {"row": "price", "item": "blend", "api_model": "gpt-4o", "cost": 6.25,
                 "per": "1M tokens", "input_tokens": 900, "output_tokens": 100}
        yield table(lambda t, rows: rows.append(dict(price)), "unweighted-mean")
        yield table(lambda t, rows: rows.append(dict(price, cost=1)), "below-list")
        yield table(lambda t, rows: rows.append(dict(price, cost=0.00001, per="input word")),
                    "above-list")
        yield table(lambda t, rows: t["plan", None].update(threshold_monthly=1e6), "contradiction")


def write(path, cases):
    with open(path, "w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for name, rows in cases:
            for row in rows:
                writer.writerow(dict(row, case=name))


def lint(hllm, path):
    run = subprocess.run([hllm, "breakeven", "--lint", path, "--as-of", "2026-11-25", "--format", "json"],
                         capture_output=True, text=True, check=False)
    if run.returncode not in (0, 3):
        sys.exit(f"{path}: exit {run.returncode}: {run.stderr}")
    problems = json.loads(run.stdout)["problems"]
    assert (run.returncode == 3) == bool(problems), f"exit {run.returncode}, {len(problems)} problems"
    return problems


def main():
    hllm = sys.argv[1]
    rng = random.Random(4)
    right = [(f"plan {i}", [Plan(rng).row()]) for i in range(100)]
    right += [(f"table {i}", Table(rng).rows("")) for i in range(100)]
    write("right.csv", right)
    bad = 0
    for problem in lint(hllm, "right.csv"):
        print(f"right.csv: {problem['case']}: {problem['kind']}: {problem['why']}")
        bad += 1

    wrong = [(f"{kind} {i}", rows) for i, (kind, rows) in
             enumerate([*wrong_plans(rng), *wrong_tables(rng)])]
    write("wrong.csv", wrong)
    found = {}
    for problem in lint(hllm, "wrong.csv"):
        found.setdefault(problem["case"], set()).update([problem["kind"], problem["key"]])
    kinds = {}
    for name, _ in wrong:
        kind = name.rsplit(" ", 1)[0]
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind not in found.get(name, ()):
            print(f"wrong.csv: {name}: found only {sorted(found.get(name, ()))}")
            bad += 1
    print(f"{len(right)} right, {len(wrong)} wrong: {kinds}")
    sys.exit(bad > 0)


main()
