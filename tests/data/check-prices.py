#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks data/prices.csv and data/aliases.csv and prints TAP.

usage: check-prices.py [DATADIR]

Reads the files as a price room would: dates and hours, thresholds, aliases.
"""
import csv
import os
import re
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal as D, InvalidOperation

DATA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
    os.environ.get("srcdir", os.path.join(os.path.dirname(
        os.path.abspath(__file__)), "..", "..")), "data")
PRICES = ["provider", "model", "from", "to", "service_tier", "region",
          "above_tokens", "hours_utc", "kind", "price", "unit", "source"]
ALIASES = ["name", "model", "from", "to", "source"]
TOKENS = ["uncached_input", "cache_read", "cache_write_5m", "cache_write_1h",
          "output"]
UNIT = {**dict.fromkeys(TOKENS, "1M tokens"), "web_search": "1K calls",
        "multiplier": "1"}
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
EARLY = datetime(1970, 1, 1, tzinfo=timezone.utc)
LATE = datetime(9999, 1, 1, tzinfo=timezone.utc)
number = failed = 0


def check(problems, what):
    global number, failed
    number += 1
    problems = list(problems)
    if problems:
        failed += 1
    print("%s %d - %s" % ("not ok" if problems else "ok", number, what))
    for p in problems[:10]:
        print("#   %s" % (p,))
    if len(problems) > 10:
        print("#   and %d more" % (len(problems) - 10))


def rows_of(name, header):
    path = os.path.join(DATA, name)
    with open(path, newline="", encoding="utf-8") as f:
        text = list(enumerate(f, 1))
    lines = [(i, line) for i, line in text if not line.startswith("#")]
    check(["line %d" % i for i, line in text
           if line.startswith("#") and '"' in line],
          name + " has no quote in a comment, which could eat a row")
    reader = csv.reader(line for _, line in lines)
    got = next(reader)
    rows, bad = [], []
    for (i, _), cells in zip(lines[1:], reader):
        if len(cells) != len(header):
            bad.append("%s:%d: %d cells" % (name, i, len(cells)))
        else:
            rows.append(dict(zip(header, cells), at="%s:%d" % (name, i)))
    check([got] if got != header else [], name + " has the header")
    check(bad, name + " has %d cells in every row" % len(header))
    return rows


def moment(text, default=None):
    if not text:
        return default
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text += "T00:00Z"
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(
        tzinfo=timezone.utc)


def minutes(hours):
    """The minutes of a week that an hours_utc cell covers."""
    if not hours:
        return frozenset(range(7 * 1440))
    m = re.fullmatch(r"(\S+)(?: (\w{3})-(\w{3}))?", hours)
    if not m:
        raise ValueError(hours)
    first, last = (DAYS.index(m[2]), DAYS.index(m[3])) if m[2] else (0, 6)
    if first > last:
        raise ValueError(hours)
    covered = set()
    for span in m[1].split(";"):
        a, b = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", span).groups()
        a, b = (int(t[:2]) * 60 + int(t[3:]) for t in (a, b))
        if not 0 <= a < b <= 1440:
            raise ValueError(hours)
        for day in range(first, last + 1):
            block = set(range(day * 1440 + a, day * 1440 + b))
            if covered & block:
                raise ValueError(hours)
            covered |= block
    return frozenset(covered)


def well_formed(r):
    try:
        a, b = moment(r["from"], EARLY), moment(r["to"], LATE)
        if a >= b:
            return "empty range"
        if "hours_utc" not in r:
            return None
        minutes(r["hours_utc"])
        if r["service_tier"] not in ("standard", "batch", "flex", "priority"):
            return "service_tier " + r["service_tier"]
        if not re.fullmatch(r"([1-9]\d*)?", r["above_tokens"]):
            return "above_tokens " + r["above_tokens"]
        if r["unit"] != UNIT.get(r["kind"]):
            return "unit %s for %s" % (r["unit"], r["kind"])
        places = 3 if r["kind"] == "multiplier" else 6
        if not re.fullmatch(r"(0|[1-9]\d*)(\.\d{1,%d})?" % places, r["price"]):
            return "price " + r["price"]
        D(r["price"])
        if not r["from"] or not r["source"] or "#" in r["model"]:
            return "no from, no source, or # in the model"
    except (ValueError, AttributeError, InvalidOperation) as e:
        return repr(e)
    return None


def overlaps(rows, key):
    groups = defaultdict(list)
    for r in rows:
        groups[key(r)].append(r)
    for g in groups.values():
        g.sort(key=lambda r: moment(r["from"], EARLY))
        for i, a in enumerate(g):
            for b in g[i + 1:]:
                if moment(b["from"], EARLY) >= moment(a["to"], LATE):
                    continue
                if "hours_utc" not in a or \
                        minutes(a["hours_utc"]) & minutes(b["hours_utc"]):
                    yield "%s and %s" % (a["at"], b["at"])


prices = rows_of("prices.csv", PRICES)
aliases = rows_of("aliases.csv", ALIASES)
for name, rows in (("prices.csv", prices), ("aliases.csv", aliases)):
    check(["%s: %s" % (r["at"], p) for r in rows for p in [well_formed(r)]
           if p], name + ": dates, hours, tiers, units, decimals parse")
if failed:
    print("1..%d" % number)
    sys.exit(1)


def price_key(r):
    return tuple(r[k] for k in ("provider", "model", "service_tier", "region",
                                "above_tokens", "kind"))


check(overlaps(prices, price_key), "no two prices for the same moment")
check(overlaps(aliases, lambda r: r["name"]),
      "no name means two models at the same moment")

by_model = defaultdict(list)
for r in prices:
    by_model[r["provider"], r["model"]].append(r)
sellers = defaultdict(set)
for r in prices:
    if r["kind"] == "uncached_input":
        sellers[r["model"]].add(r["provider"])


def gaps_in_hours():
    groups = defaultdict(list)
    for r in prices:
        groups[price_key(r)].append(r)
    for g in groups.values():
        if not any(r["hours_utc"] for r in g):
            continue
        marks = sorted({moment(r["from"], EARLY) for r in g})
        for t in marks:
            covered = set()
            for r in g:
                if moment(r["from"]) <= t < moment(r["to"], LATE):
                    covered |= minutes(r["hours_utc"])
            if len(covered) != 7 * 1440:
                yield "%s %s from %s" % (g[0]["model"], g[0]["kind"], t)


check(gaps_in_hours(), "prices by the hour cover the week")


def gaps_in_dates():
    """A model whose input price starts again after it ended."""
    for (provider, model), rows in by_model.items():
        spans = sorted({(moment(r["from"]), moment(r["to"], LATE))
                        for r in rows if r["kind"] == "uncached_input" and
                        r["service_tier"] == "standard" and not r["region"] and
                        not r["above_tokens"]})
        for a, b in zip(spans, spans[1:]):
            if a[1] < b[0]:
                yield "%s: nothing between %s and %s" % (model, a[1], b[0])


check(gaps_in_dates(), "no hole between the first and the last price")


def incomplete():
    cells = defaultdict(dict)
    for r in prices:
        if r["kind"] in TOKENS:
            cells[r["provider"], r["model"], r["from"], r["to"],
                  r["service_tier"], r["region"], r["above_tokens"],
                  r["hours_utc"]][r["kind"]] = r
    for k, c in cells.items():
        if set(c) <= {"cache_read", "cache_write_5m", "cache_write_1h"}:
            continue        # caching that began after the model
        for kind in ("uncached_input", "output"):
            if kind not in c:
                yield "%s has no %s" % (k, kind)


check(incomplete(), "every price list has uncached_input and output")


def tiers_without_threshold():
    for (provider, model), rows in by_model.items():
        def has(tier, above, r):
            return any(x["service_tier"] == tier and x["kind"] == r["kind"] and
                       x["above_tokens"] == above and x["from"] == r["from"]
                       for x in rows)
        for r in rows:
            if r["service_tier"] != "standard" or not r["above_tokens"]:
                continue
            for tier in ("batch", "flex"):
                if has(tier, "", r) and not has(tier, r["above_tokens"], r):
                    yield "%s %s %s above %s" % (model, tier, r["kind"],
                                                 r["above_tokens"])


check(tiers_without_threshold(),
      "batch and flex have the long-context prices that standard has")


def implausible():
    base = {}
    for r in prices:
        if r["kind"] == "uncached_input":
            base[price_key(r)[:5] + (r["from"], r["hours_utc"])] = D(r["price"])
    for r in prices:
        p = D(r["price"])
        if r["kind"] in TOKENS and p > 700:
            yield "%s: $%s a million" % (r["at"], p)
        i = base.get(price_key(r)[:5] + (r["from"], r["hours_utc"]))
        if i is None:
            continue
        if r["kind"] == "cache_read" and p >= i:
            yield "%s: a cache read is not cheaper than input" % r["at"]
        if r["kind"] == "cache_write_5m" and not i < p <= i * D("1.3"):
            yield "%s: 5 m write at %s of input" % (r["at"], p / i)
        if r["kind"] == "cache_write_1h" and p != i * 2:
            yield "%s: 1 h write at %s of input" % (r["at"], p / i)
        if r["kind"] == "output" and 0 < p < i:
            yield "%s: output cheaper than input" % r["at"]
        if r["kind"] == "uncached_input" and p <= 0:
            yield "%s: free" % r["at"]


check(implausible(), "prices are plausible beside each other")
check(["%s: %s" % (r["at"], r["price"]) for r in prices
       if r["kind"] == "multiplier" and not 1 < D(r["price"]) <= 6],
      "multipliers are above 1 and no more than 6")
check([r["at"] for r in prices if r["kind"] == "multiplier" and
       (not r["region"] or r["model"] not in sellers)],
      "multipliers have a region and a priced model")


def bad_tier_prices():
    std = {price_key(r)[:2] + price_key(r)[3:] + (r["from"], r["hours_utc"]):
           D(r["price"]) for r in prices if r["service_tier"] == "standard"}
    low_high = {"batch": (D("0.45"), D("0.7")), "flex": (D("0.45"), D("0.7")),
                "priority": (D("1.5"), D("2.5"))}
    for r in prices:
        if r["service_tier"] == "standard" or r["kind"] not in TOKENS:
            continue
        k = price_key(r)
        s = std.get(k[:2] + k[3:] + (r["from"], r["hours_utc"]))
        if not s:
            continue
        low, high = low_high[r["service_tier"]]
        if not low <= D(r["price"]) / s <= high:
            yield "%s: %s of standard" % (r["at"], D(r["price"]) / s)


check(bad_tier_prices(), "tiers keep their distance from standard")

# ---- aliases


def bad_targets():
    for r in aliases:
        t = r["model"]
        if t == "-":
            continue
        if t in sellers:
            if len(sellers[t]) > 1:
                yield "%s: %s is sold by %s" % (r["at"], t, sellers[t])
        elif "/" not in t or t.split("/", 1)[0] not in sellers.get(
                t.split("/", 1)[1], ()):
            yield "%s: %s is not priced" % (r["at"], t)


check(bad_targets(), "every alias leads to one priced model or to -")


def spans_of(model):
    return [(moment(r["from"]), moment(r["to"], LATE))
            for (p, m), rows in by_model.items() if m == model for r in rows
            if r["kind"] == "uncached_input" and r["service_tier"] == "standard"]


check(["%s: %s" % (r["at"], r["name"]) for r in aliases for a, b in
       spans_of(r["name"])
       if a < moment(r["to"], LATE) and moment(r["from"], EARLY) < b],
      "no alias hides an id that has a price at that time")


def case_clash():
    means = defaultdict(set)
    for r in aliases:
        means[r["name"].lower(), r["from"]].add(r["model"])
    for k, v in means.items():
        if len(v) > 1:
            yield "%s: %s" % (k, v)


check(case_clash(), "names that differ only in case mean the same")
check([r["at"] for r in aliases if not r["source"]],
      "every alias has a source")

# ---- facts


PREFIX = re.compile(r"^(openai|anthropic|google|deepseek|azure|bedrock|"
                    r"vertex_ai|gemini|mistral|xai|cohere)/|"
                    r"^(us|eu|apac|jp|au|global)\.(?=\w+\.)")
SUFFIX = re.compile(r"-\d{4}-\d\d-\d\d$|-20\d{6}$|@[\w-]+$|-v\d+(:\d+)?$|"
                    r"-(0[1-9]|1[0-2])\d\d$")


def resolve(name, when):
    """(provider, model), '-' or None."""
    forms = [name]
    while PREFIX.search(forms[-1]):
        forms.append(PREFIX.sub("", forms[-1], count=1))
    for form in list(forms):
        while SUFFIX.search(form):
            form = SUFFIX.sub("", form)
            forms.append(form)
    for form in forms:
        if len(sellers.get(form, ())) == 1 and any(
                a <= when < b for a, b in spans_of(form)):
            return next(iter(sellers[form])), form
        for r in aliases:
            if r["name"] == form and moment(r["from"], EARLY) <= when < \
                    moment(r["to"], LATE):
                t = r["model"]
                if t == "-":
                    return "-"
                if t in sellers:
                    return next(iter(sellers[t])), t
                return tuple(t.split("/", 1))
    return None


def price(name, when, kind, prompt=0, tier="standard", region=""):
    when = moment(when)
    found = resolve(name, when)
    if not found or found == "-":
        return None
    minute = when.weekday() * 1440 + when.hour * 60 + when.minute
    fit = [r for r in by_model[found] if r["kind"] == kind and
           r["service_tier"] == tier and r["region"] in ("", region) and
           prompt > int(r["above_tokens"] or -1) and
           moment(r["from"]) <= when < moment(r["to"], LATE) and
           minute in minutes(r["hours_utc"])]
    return max(fit, key=lambda r: (int(r["above_tokens"] or 0),
                                   r["region"]))["price"] if fit else None


def both(name, when, **more):
    return tuple(price(name, when, k, **more)
                 for k in ("uncached_input", "output"))


def fact(got, want, what):
    check([] if got == want else ["got %s, want %s" % (got, want)], what)


def cost(name, when, requests, tokens_in, tokens_out):
    a, b = (D(p) for p in both(name, when))
    return text(requests * (tokens_in * a + tokens_out * b) / 1000000)


def text(d):
    return format(d.normalize(), "f")


fact(both("gpt-4-turbo", "2024-06-01"), ("10", "30"),
     "gpt-4-turbo on 2024-06-01")
fact(both("claude-3-sonnet", "2024-06-01"), ("3", "15"),
     "claude-3-sonnet on 2024-06-01")
fact(both("claude-3-sonnet-20240229", "2025-07-20T23:59Z"), ("3", "15"),
     "claude-3-sonnet on its last day, by its snapshot")
fact(both("claude-3-sonnet", "2026-01-01"), (None, None),
     "claude-3-sonnet has no price on 2026-01-01")
fact(cost("gpt-3.5-turbo", "2023-12-01", 1000, 500, 200), "1.15",
     "1,000 tasks of 500 in, 200 out on gpt-3.5-turbo on 2023-12-01")
fact(cost("gpt-3.5-turbo", "2024-03-01", 1000, 500, 200), "0.55",
     "the same on 2024-03-01")
fact(cost("gpt-3.5-turbo-1106", "2023-12-01", 1000, 500, 200), "0.9",
     "the same on gpt-3.5-turbo-1106")
fact(both("gpt-3.5-turbo-1106", "2026-06-01"), ("1", "2"),
     "gpt-3.5-turbo-1106 keeps its own price")
fact(both("gpt-4o", "2024-10-01T23:59Z"), ("5", "15"),
     "gpt-4o before its alias moved")
fact(both("gpt-4o", "2026-10-01"), ("2.5", "10"), "gpt-4o in 2026")
fact(both("gpt-4o-2024-05-13", "2026-10-01"), ("5", "15"),
     "gpt-4o-2024-05-13 in 2026")
fact([price("claude-sonnet-4-5-20250929", "2026-10-01", k, prompt=200001)
      for k in ("uncached_input", "cache_read", "cache_write_5m",
                "cache_write_1h", "output")],
     ["6", "0.6", "7.5", "12", "22.5"], "claude-sonnet-4-5 above 200,000")
fact(both("claude-sonnet-4-5", "2026-10-01", prompt=200000), ("3", "15"),
     "claude-sonnet-4-5 at exactly 200,000")
fact([price("claude-sonnet-4-5", "2026-10-01", k, tier="batch")
      for k in ("uncached_input", "cache_read", "output")],
     ["1.5", "0.15", "7.5"], "claude-sonnet-4-5 in a batch")
fact(price("claude-3-haiku", "2025-01-01", "cache_write_1h"), "0.5",
     "claude-3-haiku 1 h write is not LiteLLM's 6.00")
fact(price("claude-opus-5-5", "2026-10-01", "cache_read"), "0.2",
     "claude-opus-5-5 reads its cache at 0.05 of input")
fact([price("claude-sonnet-5-5", d, "cache_read")
      for d in ("2026-10-06", "2026-10-07")], ["0.2", "0.1"],
     "claude-sonnet-5-5 cache read before and from 2026-10-07")
fact(both("claude-sonnet-5", "2026-10-01"), ("2", "10"),
     "claude-sonnet-5: the rise of 2026-09-01 was cancelled")
fact(both("grok-4", "2025-10-01", prompt=128000), ("6", "30"),
     "grok-4 at exactly 128,000: the threshold is inclusive")
fact(both("grok-4", "2025-10-01", prompt=127999), ("3", "15"),
     "grok-4 just below")
fact(both("gpt-5.4", "2026-10-01", prompt=272001, tier="batch"),
     ("2.5", "11.25"), "gpt-5.4 in a batch above 272,000")
fact(both("gpt-5.6-sol", "2026-10-01"), ("4", "20"),
     "gpt-5.6-sol in its promotion")
fact(both("gpt-5-2025-08-07", "2026-10-01", tier="priority"), ("2.5", "20"),
     "gpt-5 priority, by its snapshot")
fact(price("gpt-5-nano", "2026-10-01", "uncached_input", tier="priority"),
     None, "gpt-5-nano has no priority price (LiteLLM's is an error)")
fact(both("gemini-3.7-flash", "2026-12-31"), ("0.75", "3.75"),
     "gemini-3.7-flash on the last day of the promotion")
fact(both("gemini-3.7-flash", "2027-01-01"), ("1.5", "7.5"),
     "gemini-3.7-flash after it")
fact([both("deepseek-chat", "2025-02-08T" + t)[0]
      for t in ("15:59Z", "16:00Z")], ["0.14", "0.27"],
     "deepseek-chat changed at 16:00 UTC")
fact([both("deepseek-chat", "2025-06-03T" + t)[0]
      for t in ("00:29Z", "00:30Z", "16:29Z", "16:30Z")],
     ["0.135", "0.27", "0.27", "0.135"], "deepseek-chat by night in 2025")
fact([both("deepseek-v4-pro", d)[0] for d in
      ("2026-08-16T15:59Z", "2026-08-17T01:00Z", "2026-08-17T04:00Z",
       "2026-08-22T01:00Z", "2026-08-23T01:00Z", "2026-08-24T09:59Z")],
     ["0.435", "1.32", "0.66", "1.32", "0.66", "1.32"],
     "deepseek-v4-pro: peak hours, weekends free of them from 2026-08-23")
fact([both("deepseek-flash", d)[0] for d in
      ("2026-09-24T06:00Z", "2026-09-25T06:00Z", "2026-10-01T02:00Z",
       "2026-10-08T02:00Z", "2026-11-20T10:00Z")],
     ["0.3", "0.15", "0.15", "0.3", "0.15"],
     "deepseek-flash: Chinese holidays are off-peak")
fact([resolve("deepseek-v4-flash", moment("2026-09-10T" + t))
      for t in ("03:59Z", "04:00Z")],
     [("deepseek", "deepseek-v4-flash"), ("deepseek", "deepseek-flash")],
     "deepseek-v4-flash was renamed at 04:00 UTC")
fact(both("mistral-large-2407", "2024-08-01"), ("3", "9"),
     "mistral-large-2407 has the price of -latest while it was the latest")
fact(both("mistral-large-2407", "2026-10-01"), (None, None),
     "and none of another model later")
fact(both("eu.amazon.nova-pro-v1:0", "2026-10-01", region="eu"),
     ("1.05", "4.2"), "Nova Pro in Europe")
fact(price("Claude Haiku 4.5", "2026-10-01", "web_search"), "10",
     "web search of Claude Haiku 4.5, by its display name")
fact({r["region"] for r in prices if r["kind"] == "multiplier" and
      r["provider"] == "bedrock" and r["model"] == "claude-haiku-4-5" and
      r["price"] == "1.1"}, {"us", "eu", "apac", "jp", "au", "regional"},
     "Bedrock's regional prices of claude-haiku-4-5")

BENCH = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o3", "o4-mini",
         "claude-sonnet-4-20250514", "claude-3-5-haiku-20241022",
         "claude-opus-4-20250514", "gemini-2.5-pro", "gemini-2.5-flash",
         "deepseek-chat", "claude-sonnet-4-5-20250929"]
check(["%s on %s" % (m, d) for m in BENCH for d in
       ("2026-07-01", "2026-08-15", "2026-10-31")
       for k in ("uncached_input", "cache_read", "output")
       if price(m, d, k) is None],
      "the models of the benchmark are priced from July to October 2026")

NAMES = {
    "anthropic/claude-4.5-sonnet-20250929": "claude-sonnet-4-5",
    "anthropic/claude-sonnet-4.5": "claude-sonnet-4-5",
    "claude-4.5-sonnet-thinking": "claude-sonnet-4-5",
    "claude-sonnet-4-5": "claude-sonnet-4-5",
    "Claude Sonnet 4.5": "claude-sonnet-4-5",
    "Claude Haiku 4.5": "claude-haiku-4-5", "Claude Opus 5": "claude-opus-5",
    "claude-opus-5": "claude-opus-5",
    "claude-haiku-4-5-20251001": "claude-haiku-4-5",
    "claude-sonnet-4-20250514": "claude-sonnet-4",
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0": "claude-sonnet-4-5",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0": "claude-haiku-4-5",
    "amazon.nova-lite-v1:0": "amazon.nova-lite-v1:0",
    "NovaPro": "amazon.nova-pro-v1:0",
    "openai.gpt-oss-120b-mantle": "openai.gpt-oss-120b-1:0",
    "gpt 4o 1120": "gpt-4o-2024-11-20", "5.4": "gpt-5.4",
    "gemini 2.5 flash": "gemini-2.5-flash", "Gemini 2.5 Pro": "gemini-2.5-pro",
    "gemini-2.5-flash": "gemini-2.5-flash", "gemini-2.5-pro": "gemini-2.5-pro",
    "deepseek-v4-pro": "deepseek-v4-pro",
    "deepseek/deepseek-v4-flash-20260901": "deepseek-flash",
    "gpt-4o": "gpt-4o", "gpt-4o-2024-08-06": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini", "gpt-4o-mini-2024-07-18": "gpt-4o-mini",
    "gpt-5": "gpt-5", "gpt-5-2025-08-07": "gpt-5", "gpt-5-mini": "gpt-5-mini",
    "gpt-5-mini-2025-08-07": "gpt-5-mini", "openai/gpt-5-mini": "gpt-5-mini",
    "openai/gpt-5-mini-2025-08-07": "gpt-5-mini",
    "text-embedding-3-small": "text-embedding-3-small",
    "groq/openai/gpt-oss-120b": "openai/gpt-oss-120b",
}
UNPRICED = ["my-local-model", "local-qwen", "qwen3-32b", "Qwen/Qwen3-32B",
            "Qwen3.8-27B-UD-Q2_K_XL", "llama3.2", "nomic-embed-text",
            "kimi-k2.5", "z-ai/glm-4.6", "meta-llama/llama-3.2-3b-instruct",
            "claude", "claude-haiku", "embed", "auto", "unknown",
            "<synthetic>", "web search tool calls",
            "assistants api | file search", "Provisioned Managed Global Unit"]
OCTOBER = moment("2026-10-01T12:00Z")
check(["%s -> %s" % (n, resolve(n, OCTOBER)) for n, m in NAMES.items()
       if (resolve(n, OCTOBER) or (0, 0))[1] != m],
      "names of the sample logs and bills resolve")
check(["%s -> %s" % (n, resolve(n, OCTOBER)) for n in UNPRICED
       if resolve(n, OCTOBER) != "-"], "names without a list price say so")
check(["%s -> %s" % (n, resolve(n, OCTOBER)) for n in
       ("gpt-4.1-nano-x", "gpt-5.4-ultra", "openai/gpt-oss-120b", "gpt", "",
        "claude-sonnet-4-5-fast", "deepseek-v4-pro-distill-8b")
       if resolve(n, OCTOBER) is not None],
      "nothing resolves by resemblance, nor by an id that two providers sell")
missing = [m for m in sellers if m.startswith("claude-") and not any(
    r["model"] == m and r["name"].startswith("Claude ") for r in aliases)]
check(missing, "every Anthropic model has a display name")
priced = {k for k, rows in by_model.items()
          if any(r["kind"] == "uncached_input" for r in rows)}
check([] if len(priced) >= 180 else [len(priced)], "180 models or more")
print("1..%d" % number)
sys.exit(1 if failed else 0)
