#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faults HLLM FOLDER [--seeds N] [--first N] [--only TEXT] [--verbose] - plants faults in bills and logs and has them named.

Logs of ten projects over three weeks are made up, and what a provider would bill for them, with a fault or
two on all requests, on those of one project in ten, or on one request in ten.  hllm has to name just these
causes, with their amounts: to the cent, or within 1 % where a cause is estimated; and the parts of the gap
have to add up to it to the last digit.

Prices stand here as literals and are multiplied as decimals; nothing of hllm is used but the program.
What several faults on one request cost is counted in the order of FAULTS: each what it adds to those above.
"""
import argparse
import csv
import datetime
import itertools
import json
import os
import random
import subprocess
import sys
from decimal import Decimal as D

UTC = datetime.timezone.utc
START = datetime.datetime(2026, 7, 20, tzinfo=UTC)
CHANGE = datetime.datetime(2026, 7, 30, tzinfo=UTC)  # gpt-5.6-terra became cheaper
DAYS = 21
KINDS = ("unc", "read", "w5", "w1", "out")
PROJECTS = ["billing", "chat", "docs", "hiring", "legal", "mail", "ops", "sales", "search", "wiki"]
FAULTS = ("fallback", "cached", "life", "tier", "retries", "zone", "stale", "region")
CAUSES = {"fallback": "silent_fallback", "cached": "cached_counted_twice", "life": "cache_write_lifetime",
          "tier": "tier_as_standard", "retries": "retries_without_usage", "zone": "time_zone",
          "stale": "stale_price", "region": "region_uplift"}
ESTIMATED = {"retries"}
NOISE = D("0.01")  # of the bill: what the log itself leaves open

# dollars a million tokens: input, cached, written for 5 minutes, for an hour, output
LIST = {
    "gpt-5.6-terra": ("2", "0.2", "2.5", None, "12"),
    "gpt-5-mini": ("0.25", "0.025", None, None, "2"),
    "claude-sonnet-4-5": ("3", "0.3", "3.75", "6", "15"),
    "claude-haiku-4-5": ("1", "0.1", "1.25", "2", "5"),
}
OLD = {"gpt-5.6-terra": ("2.5", "0.25", "3.125", None, "15")}
BATCH = {
    "gpt-5.6-terra": ("1", "0.1", "1.25", None, "6"),
    "gpt-5-mini": ("0.125", "0.0125", None, None, "1"),
    "claude-sonnet-4-5": ("1.5", "0.15", "1.875", "3", "7.5"),
    "claude-haiku-4-5": ("0.5", "0.05", "0.625", "1", "2.5"),
}
OLD_BATCH = {"gpt-5.6-terra": ("1.25", "0.125", "1.5625", None, "7.5")}
MAKER = {"gpt-5.6-terra": "OpenAI", "gpt-5-mini": "OpenAI", "claude-sonnet-4-5": "Anthropic",
         "claude-haiku-4-5": "Anthropic"}
LOCAL = "llama3.1:8b"
MILLION = D(1000000)


def price(model, kind, tier, when, stale):
    """Of one token."""
    old = model in OLD and (when < CHANGE or stale)
    table = (OLD_BATCH if old else BATCH) if tier == "batch" else (OLD if old else LIST)
    text = table[model][KINDS.index(kind)]
    return D(text) / MILLION


class Case:
    """Some faults, on whom, and how the bill is written."""

    def __init__(self, faults, share, spread, seed, form, noise=False):
        self.faults = [f for f in FAULTS if f in faults]
        self.share, self.spread, self.seed, self.form = share, spread, seed, form
        self.rng = random.Random("%s %s %s %d %s" % (self.faults, share, spread, seed, form))
        self.noise = noise or not self.faults
        self.shift = self.rng.choice([-9, -8, -5, 5, 7, 8]) * 3600  # few requests are made near midnight
        self.named = self.rng.random() < 0.5  # the log names the model that answered in the local one's place
        self.victims = {f: self.rng.choice(PROJECTS) for f in self.faults}
        self.models = {"total": ["gpt-5.6-terra", "gpt-5-mini"], "openai": ["gpt-5.6-terra", "gpt-5-mini"],
                       "anthropic": ["claude-sonnet-4-5", "claude-haiku-4-5"]}.get(form, list(LIST))
        self.target = "claude-haiku-4-5" if form == "anthropic" else "gpt-5-mini"

    def name(self):
        return "%s %s%% %s seed %d %s%s" % ("+".join(self.faults) or "clean", self.share, self.spread, self.seed,
                                            self.form, " noisy" if self.faults and self.noise else "")

    def hits(self, fault, project, task):
        if fault not in self.faults:
            return False
        if self.share == 100:
            return True
        if self.spread == "project":
            return project == self.victims[fault]
        if self.spread == "task":
            return task == "agent" and self.rng.random() < 0.2
        return self.rng.random() < 0.1


def when_of(rng):
    """Office hours more than nights; never within a minute of a half hour, so that a retry is in the same one."""
    hour = rng.choice([rng.randrange(24), rng.randrange(7, 19)])
    minute = rng.randrange(2, 28) + 30 * rng.randrange(2)
    return START + datetime.timedelta(days=rng.randrange(DAYS), hours=hour, minutes=minute, seconds=rng.randrange(60))


def tokens_of(rng, model, batch, task):
    prompt, out = rng.randrange(300, 20000), rng.randrange(20, 2500)
    tokens = {"unc": prompt, "read": 0, "w5": 0, "w1": 0, "out": out}
    if task == "agent":  # long prompts of which nothing is cached
        tokens.update(unc=prompt * 4, out=out * 2)
    if model == LOCAL or batch or task == "agent":
        return tokens
    if rng.random() < 0.6:
        tokens["read"] = rng.randrange(1000, 40000)
    if model.startswith("claude"):
        tokens["w5"] = rng.randrange(500, 8000) if rng.random() < 0.3 else 0
        tokens["w1"] = rng.randrange(500, 8000) if rng.random() < 0.3 else 0
    return tokens


def make_requests(case):
    rng, out = case.rng, []
    for project in PROJECTS:
        for number in range(rng.randrange(150, 190)):
            local = case.spread != "task" and rng.random() < 0.1
            model = LOCAL if local else rng.choice(case.models)
            batch = not local and rng.random() < 0.15
            task = "agent" if case.form == "total" and rng.random() < 0.1 else "chat"
            request = {"id": "%s-%d" % (project, number), "project": project, "model": model, "when": when_of(rng),
                       "tier": "batch" if batch else "standard", "local": local, "task": task,
                       "tokens": tokens_of(rng, model, batch, task)}
            request["faults"] = {f for f in case.faults if case.hits(f, project, task)}
            request["lost"] = rng.randrange(0, request["tokens"]["out"] + 1)
            out.append(request)
    return out


def lines_of(case, request, faults):
    """What is billed of a request: day, model, kind, tier, tokens, price of one."""
    model, tier, tokens = request["model"], request["tier"], dict(request["tokens"])
    if request["local"]:
        if "fallback" not in faults:
            return []
        model = case.target
    if "cached" in faults:
        tokens["unc"] += tokens["read"]
    if "life" in faults:
        tokens["w5"], tokens["w1"] = tokens["w5"] + tokens["w1"], 0
    if "tier" in faults:
        tier = "standard"
    counts = [tokens]
    if "retries" in faults and is_retried(request):
        counts.append(dict(tokens, out=request["lost"]))
    when = request["when"]
    day = (when + datetime.timedelta(seconds=case.shift if "zone" in faults else 0)).date()
    lines = []
    for one in counts:
        for kind in KINDS:
            if one[kind]:
                rate = price(model, kind, tier, when, "stale" in faults)
                if "region" in faults:
                    rate *= D("1.1")
                lines.append((day, model, kind, tier, one[kind], rate))
    return lines


def is_retried(request):
    return not request["local"] and request["tier"] == "standard"


def cost(lines):
    return sum((line[4] * line[5] for line in lines), D(0))


def truth_of(case, requests):
    """What each fault costs, when it joins those before it."""
    amounts = {}
    for request in requests:
        before = cost(lines_of(case, request, set()))
        so_far = set()
        for fault in case.faults:
            if fault in request["faults"]:
                so_far.add(fault)
            after = cost(lines_of(case, request, so_far))
            amounts[fault] = amounts.get(fault, D(0)) + after - before
            before = after
    return amounts


def write_log(case, requests, path):
    rng = case.rng
    with open(path, "w", encoding="utf-8") as out:
        for request in requests:
            tokens, when = request["tokens"], request["when"]
            if case.noise:
                when += datetime.timedelta(seconds=rng.gauss(0, 2))
            row = {"timestamp": when.isoformat().replace("+00:00", "Z"), "request_id": request["id"],
                   "model": request["model"], "project": request["project"], "service_tier": request["tier"],
                   "task_type": request["task"],
                   "status": "ok"}
            if request["local"]:
                row["tier"] = "local"
                del row["service_tier"]
                if case.named and "fallback" in request["faults"]:
                    row.update(model=case.target, local=True)
            if "retries" in request["faults"] and is_retried(request):
                early = (when - datetime.timedelta(seconds=20)).isoformat().replace("+00:00", "Z")
                out.write(json.dumps(dict(row, timestamp=early, status="timeout")) + "\n")
            if not (case.noise and not request["local"] and rng.random() < 0.005):
                prompt = sum(tokens[k] for k in KINDS if k != "out")
                row.update(input_tokens=prompt, cached_tokens=tokens["read"],
                           cache_write_tokens=tokens["w5"] + tokens["w1"], cache_write_1h_tokens=tokens["w1"],
                           output_tokens=tokens["out"], total_tokens=prompt + tokens["out"])
            out.write(json.dumps(row) + "\n")


def bill_lines(case, requests, by_price):
    """Sums as a bill has them."""
    sums = {}
    for request in requests:
        for day, model, kind, tier, tokens, rate in lines_of(case, request, request["faults"]):
            key = (day, request["project"], model, kind, tier, rate if by_price else None)
            count, money = sums.get(key, (0, D(0)))
            sums[key] = (count + tokens, money + tokens * rate)
    return sorted(sums.items(), key=lambda item: tuple(map(str, item[0])))


FOCUS_KIND = {"unc": "input", "read": "cached input", "w5": "cache write 5m", "w1": "cache write 1h", "out": "output"}
OPENAI_KIND = {"unc": "input", "read": "cached input", "w5": "cache write", "out": "output"}
ANTHROPIC_KIND = {"unc": "uncached_input_tokens", "read": "cache_read_input_tokens", "out": "output_tokens",
                  "w5": "cache_creation.ephemeral_5m_input_tokens",
                  "w1": "cache_creation.ephemeral_1h_input_tokens"}


def plain(number):
    return format(number, "f")


def write_focus(case, requests, path):
    columns = ["BilledCost", "BillingCurrency", "ChargeCategory", "ChargeDescription", "ChargePeriodStart",
               "ChargePeriodEnd", "ConsumedQuantity", "ConsumedUnit", "EffectiveCost", "ListUnitPrice", "ProviderName",
               "ServiceCategory", "ServiceName", "SkuId", "SkuMeter", "SkuPriceId", "SubAccountId", "SubAccountName",
               "x_Model"]
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for (day, project, model, kind, tier, rate), (count, money) in bill_lines(case, requests, True):
            meter = FOCUS_KIND[kind] + (" batch" if tier == "batch" else "")
            following = day + datetime.timedelta(days=1)
            writer.writerow([plain(money), "USD", "Usage", "%s %s tokens" % (model, meter), "%sT00:00:00Z" % day,
                             "%sT00:00:00Z" % following, count, "Tokens", plain(money), plain(rate), MAKER[model],
                             "AI and Machine Learning", "API", "SKU-%s-%s" % (model, meter), meter,
                             "P-%s-%s" % (meter, rate), project, project, model])


def write_openai(case, requests, path):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["start_time", "end_time", "start_time_iso", "end_time_iso", "amount_value", "amount_currency",
                         "quantity", "quantity_unit", "line_item", "user_id", "api_key_id", "project_id",
                         "organization_id", "project_name", "organization_name", "user_email", "api_source"])
        for (day, project, model, kind, tier, _), (count, money) in bill_lines(case, requests, False):
            begin = datetime.datetime(day.year, day.month, day.day, tzinfo=UTC)
            end = begin + datetime.timedelta(days=1)
            writer.writerow([int(begin.timestamp()), int(end.timestamp()), begin.isoformat()[:19], end.isoformat()[:19],
                             plain(money), "usd", "%d.0" % count, "tokens",
                             "%s%s, %s" % (model, " batch" if tier == "batch" else "", OPENAI_KIND[kind]), "", "",
                             "proj_" + project if project else "", "org-1", project, "Example", "", ""])


def write_anthropic(case, requests, path):
    days = {}
    for (day, project, model, kind, tier, _), (_, money) in bill_lines(case, requests, False):
        days.setdefault(day, []).append(
            {"currency": "USD", "amount": plain(money * 100), "workspace_id": project, "workspace_name": project,
             "description": "%s Usage" % model, "cost_type": "tokens", "context_window": "0-200k", "model": model,
             "service_tier": tier, "token_type": ANTHROPIC_KIND[kind], "inference_geo": None})
    data = [{"starting_at": "%sT00:00:00Z" % day, "ending_at": "%sT00:00:00Z" % (day + datetime.timedelta(days=1)),
             "results": results} for day, results in sorted(days.items())]
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"data": data, "has_more": False, "next_page": None}, out)


def write_total(case, requests, path):
    """The cost export of OpenAI when it was not grouped by project."""
    write_openai(case, [dict(request, project="") for request in requests], path)


WRITERS = {"focus": (write_focus, "bill.csv"), "openai": (write_openai, "costs.csv"),
           "total": (write_total, "costs.csv"), "anthropic": (write_anthropic, "cost.json")}


def run(hllm, folder, case):
    requests = make_requests(case)
    write, name = WRITERS[case.form]
    bill, log = os.path.join(folder, name), os.path.join(folder, "log.jsonl")
    write(case, requests, bill)
    write_log(case, requests, log)
    result = subprocess.run([hllm, "audit", "--no-save", "--format", "json", bill, log], capture_output=True,
                            text=True, check=False)
    if result.returncode:
        return requests, None, "exit status %d: %s" % (result.returncode, result.stderr)
    return requests, json.loads(result.stdout)["reconciliation"], None


def amount(value):
    return D(value["amount"])


def check(case, requests, found):
    """What is wrong with the answer; None: nothing."""
    parts = {}
    for part in found["explained"]:
        if part["cause"] is None:
            return "one of %s" % part["one_of"]
        parts[part["cause"]] = amount(part["amount"])
    left = amount(found["unexplained"])
    if sum(parts.values(), left) != amount(found["gap"]):
        return "parts %s and %s do not add up to %s" % (parts, left, found["gap"])
    truth = truth_of(case, requests)
    wanted = {CAUSES[f] for f in case.faults}
    if set(parts) - {"rounding"} != wanted:
        return "named %s, %s unexplained" % (sorted(parts), left)
    for fault in case.faults:
        got, want = parts[CAUSES[fault]], truth[fault]
        within = abs(want) / 100 if fault in ESTIMATED else D("0.005")
        if case.noise:  # which has requests without usage of its own
            within = NOISE * amount(found["billed_cost"]) * (3 if fault in ESTIMATED else 1)
        if abs(got - want) > within:
            return "%s is %s, not %s (%s unexplained)" % (fault, got, want, left)
    return None


# Pairs that cannot be told apart when both are on one request in ten: what either put into a cell is not known.
ALIKE = {("cached", "retries"), ("life", "retries"), ("fallback", "retries"), ("fallback", "cached")}
NOT_OF = {"openai": {"life"}, "total": {"life"}, "anthropic": {"stale"}}


def cases(first, seeds):
    for seed in range(first, first + seeds):
        for form in WRITERS:
            yield Case([], 0, "all", seed, form)
            if form == "total":
                yield Case(("retries",), 20, "task", seed, form)
            faults = [f for f in FAULTS if f not in NOT_OF.get(form, ())]
            sets = [(f,) for f in faults] + list(itertools.combinations(faults, 2))
            for fault in faults if form != "total" else []:
                yield Case((fault,), 100, "all", seed, form, True)
                yield Case((fault,), 10, "project", seed, form, True)
            for planted in sets:
                yield Case(planted, 100, "all", seed, form)
                if form != "total" or len(planted) == 1:
                    yield Case(planted, 10, "project", seed, form)
                if planted not in ALIKE and (form == "focus" or len(planted) == 1):
                    yield Case(planted, 10, "request", seed, form)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hllm")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    table, wrong = {}, 0
    for case in cases(options.first, options.seeds):
        if options.only and options.only not in case.name():
            continue
        requests, found, reason = run(options.hllm, options.folder, case)
        reason = reason or check(case, requests, found)
        row = table.setdefault((case.form, "+".join(case.faults) or "clean", "%d %% %s" % (case.share, case.spread)), [0, 0])
        row[0] += 1
        row[1] += reason is None
        if reason:
            wrong += 1
            print("%s: %s" % (case.name(), reason), file=sys.stderr)
            if options.keep:
                sys.exit(1)
    if options.verbose:
        for key, (all_of, good) in sorted(table.items()):
            print("%-10s %-18s %-14s %3d of %3d" % (*key, good, all_of))
    print("%d cases, %d wrong" % (sum(row[0] for row in table.values()), wrong))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
