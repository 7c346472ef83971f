# SPDX-License-Identifier: GPL-3.0-or-later
"""views.py same LEDGER [MONTH...] | empty LEDGER      ($VIEWS_CONF: hllm.conf, if it is not the usual one)

same: do the ledger's views say what hllm says?  "usage" is `hllm export --format csv` row by row; sums of it, and
"usage_by_month", "models" and "workloads", are those of `hllm audit`, and so is each MONTH by itself.
empty: all that counts is empty.  Queries go through the program sqlite3.  A line a fault, and status 1."""
import collections
import csv
import decimal
import io
import json
import os
import subprocess
import sys

D = decimal.Decimal
decimal.getcontext().prec = 60
NANO = D("0.000000001")
ALL = ["--period", "1970-01..2100-01"]
COUNTS = ["requests", "uncached_input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens",
          "output_tokens", "unsplit_tokens"]
MONEY = ["list_cost", "included_list_cost", "billed_cost", "spend"]
faults = []


def fault(text):
    faults.append(text)


def hllm(*args):
    conf = os.environ.get("VIEWS_CONF")
    ran = subprocess.run([os.environ["HLLM"], *args, *(["--config", conf] if conf else [])], capture_output=True, check=True)
    return ran.stdout.decode()


def sql(ledger, query):
    ran = subprocess.run(["sqlite3", "-readonly", "-json", ledger, query], capture_output=True, check=True)
    return json.loads(ran.stdout.decode("utf-8", "surrogateescape") or "[]")


def amount(value):
    return D(value["amount"]) if value else None


def nano(value):
    return D(value).quantize(NANO, rounding=decimal.ROUND_HALF_EVEN)


def plain(text):
    """A cell as it was before it was kept from being run by a spreadsheet."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" else text


def same_rows(ledger):
    rows = list(csv.reader(io.StringIO(hllm("export", "--ledger", ledger, "--format", "csv", *ALL), newline="")))
    usage = sql(ledger, "SELECT * FROM usage")
    names = [row["name"] for row in sql(ledger, "SELECT name FROM pragma_table_info('usage')")]
    if names[:len(rows[0])] != rows[0]:
        fault(f"{ledger}: the columns of usage are {names}, those of the export {rows[0]}")
    got = sorted(["" if row[name] is None else str(row[name]) for name in rows[0]] for row in usage)
    want = sorted([plain(cell) for cell in row] for row in rows[1:])
    if got != want:
        odd = [pair for pair in zip(got, want) if pair[0] != pair[1]][:1]
        fault(f"{ledger}: usage has {len(got)} rows, the export {len(want)}; {odd}")
    return usage


def sums(rows):
    """Of usage: tokens, and exact money by currency."""
    counts, money = collections.Counter(), collections.Counter()
    for row in rows:
        for name in COUNTS:
            counts[name] += row[name] or 0
        for name in MONEY:
            currency = row["list_currency"] if name in ("list_cost", "included_list_cost") \
                else row["billed_currency"] or row["list_currency"]
            if row[name] is not None:
                money[name, currency] += D(row[name])
            if row[name] is not None and name != "included_list_cost" and \
                    nano(D(row[name])) - NANO * row[name + "_nanos"] not in (0, NANO, -NANO):
                fault(f"{name} {row[name]} is {row[name + '_nanos']} nanos")
    return counts, money


def views_sums(rows):
    counts, money = collections.Counter(), collections.Counter()
    for row in rows:
        for name in COUNTS:
            counts[name] += row[name] or 0
        for name in MONEY:
            if row[name] is not None:
                money[name, row["currency"]] += D(row[name])
    return counts, money


def differ(what, got, want):
    for name in sorted(set(got) | set(want), key=str):
        if got[name] != want[name]:
            fault(f"{what}: {name} is {got[name]}, expected {want[name]}")


def same_audit(what, counts, money, args):
    answer = json.loads(hllm("audit", *args, "--format", "json"))
    totals = answer["totals"]
    for name in COUNTS:  # null: some of it is not known, and the reason says so
        if totals[name] is not None and counts[name] != totals[name]:
            fault(f"{what}: {name} is {counts[name]}, the audit says {totals[name]}")
    lines = answer["currencies"] if answer.get("currencies") else [totals]
    for line in lines:
        for name in MONEY:
            value = line.get(name)
            if value and nano(money[name, value["currency"]]) != amount(value):
                fault(f"{what}: {name} is {money[name, value['currency']]}, the audit says {amount(value)}")
            if value is None and name in line and any(money[key] for key in money if key[0] == name) \
                    and len(lines) == 1:
                fault(f"{what}: {name} is {money}, the audit has none")
    return answer


def same_groups(ledger, answer):
    for by in ["", "_by_month"]:
        models = collections.defaultdict(lambda: collections.Counter())
        for row in sql(ledger, f"SELECT * FROM models{by}"):
            of = models[row["biller"], row["model"] or ""]
            for name in COUNTS:
                of[name] += row[name] or 0
            for name in ["list_cost", "billed_cost"]:
                if row[name] is not None:
                    of[name, row["currency"]] += D(row[name])
        for model in answer["models"]:
            got = models[model["biller"], model["response_model"] or ""]
            for name in COUNTS:
                if got[name] != (model[name] or 0):
                    fault(f"models{by}: {name} of {model['response_model']} is {got[name]}, the audit says "
                          f"{model[name]}")
            for name in ["list_cost", "billed_cost"]:
                value = model[name]
                if value and nano(got[name, value["currency"]]) != amount(value):
                    fault(f"models{by}: {name} of {model['response_model']} is {got[name, value['currency']]}, the "
                          f"audit says {amount(value)}")
        workloads = collections.defaultdict(lambda: collections.Counter())
        for row in sql(ledger, f"SELECT * FROM workloads{by}"):
            for name in ["requests", "input_tokens", "output_tokens"]:
                workloads[row["workload"]][name] += row[name] or 0
            if row["spend"] is not None:
                workloads[row["workload"]]["spend", row["currency"]] += D(row["spend"])
        known = {load["name"]: load for load in answer["workloads"]}
        for name, got in workloads.items():
            load = known.get(name)
            if not load:
                fault(f"workloads{by}: {name} is none of the audit's")
                continue
            for count in ["requests", "input_tokens", "output_tokens"]:
                if load[count] is not None and got[count] != load[count]:
                    fault(f"workloads{by}: {count} of {name} is {got[count]}, the audit says {load[count]}")
            cost = load["cost"]
            if cost and load["cost_basis"] != "mixed" and nano(got["spend", cost["currency"]]) != amount(cost):
                fault(f"workloads{by}: {name} cost {got['spend', cost['currency']]}, the audit says {amount(cost)}")
        for load in answer["workloads"]:
            if load["name"] not in workloads and load["requests"] and not load["name"].startswith("("):
                fault(f"workloads{by}: {load['name']} is missing")


def same(ledger, months):
    state = sql(ledger, "SELECT * FROM cells_state")
    if len(state) != 1 or state[0]["state"] != "current":
        fault(f"{ledger}: {state}")
    usage = same_rows(ledger)
    counts, money = sums(usage)
    answer = same_audit(f"{ledger}: usage", counts, money, ["--ledger", ledger, *ALL])
    by_month = sql(ledger, "SELECT * FROM usage_by_month")
    month_counts, month_money = views_sums(by_month)
    differ(f"{ledger}: usage_by_month", month_counts, counts)
    differ(f"{ledger}: usage_by_month", month_money, money)
    part_counts, part_money = views_sums(sql(
        ledger, "SELECT *, printf('%d', sum(requests)) AS n FROM usage_by_month GROUP BY month, currency"))
    differ(f"{ledger}: usage_by_month by itself", part_counts, counts)
    differ(f"{ledger}: usage_by_month by itself", part_money, money)
    for month in months:
        counts, money = views_sums(row for row in by_month if row["month"] in (month, None))
        same_audit(f"{ledger}: {month}", counts, money, ["--ledger", ledger, "--period", month])
    same_groups(ledger, answer)


def empty(ledger):
    for view in ["usage", "usage_parts", "usage_by_month", "models", "models_by_month", "workloads",
                 "workloads_by_month"]:
        rows = sql(ledger, f"SELECT count(*) AS n FROM {view}")[0]["n"]
        if rows:
            fault(f"{ledger}: {view} has {rows} rows")


if __name__ == "__main__":
    if sys.argv[1] == "same":
        same(sys.argv[2], sys.argv[3:])
    else:
        empty(sys.argv[2])
    for line in faults[:20]:
        print(line)
    sys.exit(bool(faults))
