# SPDX-License-Identifier: GPL-3.0-or-later
"""focus.py check FILE... | rounds GROUP...

check: is each a FOCUS 1.2 data set, by the rules of the specification for columns, types, nulls and values?
rounds: a group is files joined by ','.  Exports each group in FOCUS and as cells, adds the columns up and holds the
sums against `hllm audit` of the same files; reads the FOCUS export back, which has to audit to the same totals and
to export to the same bytes.  A line a fault, and status 1."""
import concurrent.futures
import csv
import datetime
import decimal
import io
import json
import os
import re
import subprocess
import sys
import tempfile

D = decimal.Decimal
decimal.getcontext().prec = 60
NANO = D("0.000000001")

# Columns, and whether null is allowed, of the specification's pages; x_ columns are anybody's.
MANDATORY = {
    "BilledCost": False, "BillingAccountId": False, "BillingAccountName": True, "BillingCurrency": False,
    "BillingPeriodEnd": False, "BillingPeriodStart": False, "ChargeCategory": False, "ChargeClass": True,
    "ChargeDescription": True, "ChargePeriodEnd": False, "ChargePeriodStart": False, "ContractedCost": False,
    "EffectiveCost": False, "InvoiceIssuerName": False, "ListCost": False, "PricingQuantity": True,
    "PricingUnit": True, "ProviderName": False, "PublisherName": False, "ServiceCategory": False, "ServiceName": False,
}
# those that depend on what a provider does, and that a charge for tokens has
OTHERS = {
    "ChargeFrequency": False, "ConsumedQuantity": True, "ConsumedUnit": True, "ListUnitPrice": True,
    "PricingCategory": True, "RegionId": True, "RegionName": True, "ResourceId": True, "ResourceName": True,
    "ResourceType": True, "ServiceSubcategory": False, "SkuId": True, "SkuMeter": True, "SkuPriceDetails": True,
    "SkuPriceId": True, "SubAccountId": True, "SubAccountName": True, "Tags": True,
}
DECIMALS = ["BilledCost", "ConsumedQuantity", "ContractedCost", "EffectiveCost", "ListCost", "ListUnitPrice",
            "PricingQuantity", "x_EffectiveCostHigh", "x_EffectiveCostLow", "x_IncludedListCost", "x_ListCostHigh",
            "x_Requests"]
TIMES = ["BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart"]
ALLOWED = {
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {"", "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"", "Standard", "Dynamic", "Committed", "Other"},
    "ServiceCategory": {"AI and Machine Learning"},
    "ServiceSubcategory": {"AI Platforms", "Bots", "Generative AI", "Machine Learning",
                           "Natural Language Processing", "Other (AI and Machine Learning)"},
    "x_PriceStatus": {"", "priced", "range", "lower-bound", "free", "unpriced", "included"},
    "x_CostBasis": {"billed", "list", "elsewhere", "estimate"},
    "x_Estimate": {"true", "false"},
    "x_Undated": {"true", "false"},
}
# null together or not at all
PAIRS = [("ConsumedQuantity", "ConsumedUnit"), ("PricingQuantity", "PricingUnit"), ("RegionId", "RegionName"),
         ("SubAccountId", "SubAccountName"), ("ResourceId", "ResourceType")]
USAGE_HAS = ["ConsumedQuantity", "PricingQuantity", "ListUnitPrice", "PricingCategory", "SkuId", "SkuMeter",
             "SkuPriceId"]
TAX_LACKS = ["PricingQuantity", "ListUnitPrice", "PricingCategory", "SkuId", "SkuMeter", "SkuPriceId",
             "ConsumedQuantity"]
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
TIME = "%Y-%m-%dT%H:%M:%SZ"


def check_header(names):
    for name in [*MANDATORY, *OTHERS]:
        if name not in names:
            yield f"there is no column {name}"
    own = [name.startswith("x_") for name in names]
    if sorted(own) != own or len(set(names)) != len(names):
        yield "columns of our own stand between those of the specification, or one is there twice"
    for name in names:
        if not name.startswith("x_") and name not in MANDATORY and name not in OTHERS:
            yield f"FOCUS has no column {name}"


def check_values(row):
    for name, value in row.items():
        if value == "" and not {**MANDATORY, **OTHERS}.get(name, True):
            yield f"{name} is null"
        if value and not value.strip():
            yield f"{name} is blank"
        if name in DECIMALS and value and not NUMBER.match(value):
            yield f"{name} is {value!r}, no number"
        if name in ALLOWED and value not in ALLOWED[name]:
            yield f"{name} is {value!r}"
    for name in TIMES:
        try:
            datetime.datetime.strptime(row[name], TIME)
        except ValueError:
            yield f"{name} is {row[name]!r}, no time in UTC"
    if not re.fullmatch("[A-Z]{3}", row["BillingCurrency"]):
        yield f"BillingCurrency is {row['BillingCurrency']!r}"
    for name in ("ConsumedUnit", "PricingUnit"):
        if row[name] and not re.fullmatch(r"(\d+ )?[A-Z][A-Za-z]*", row[name]):
            yield f"{name} is {row[name]!r}"
    for name in ("Tags", "SkuPriceDetails"):
        value = json.loads(row[name]) if row[name] else {}
        if not isinstance(value, dict) or any(isinstance(item, (dict, list)) for item in value.values()):
            yield f"{name} is no flat JSON object"


def check_together(row):
    kind = row["ChargeCategory"]
    for a, b in PAIRS:
        if (row[a] == "") != (row[b] == ""):
            yield f"one of {a} and {b} is null"
    for name in USAGE_HAS if kind == "Usage" else TAX_LACKS if kind == "Tax" else ["ConsumedQuantity"]:
        if (row[name] != "") != (kind == "Usage"):
            yield f"{name} is {row[name]!r} of {kind}"
    if kind in ("Usage", "Purchase") and kind == "Purchase" and row["ChargeFrequency"] == "Usage-Based":
        yield "a purchase is Usage-Based"
    if row["ListUnitPrice"]:
        price, quantity = D(row["ListUnitPrice"]), D(row["PricingQuantity"])
        # a price has 15 decimals; surcharge and discount together can leave half of the last
        if abs(price * quantity - D(row["ListCost"])) > abs(quantity) * D("1e-15") or price < 0:
            yield f"{price} times {quantity} is not the ListCost {row['ListCost']}"
    if row["x_PriceStatus"] in ("unpriced", "free", "included", "") and D(row["ListCost"]):
        yield f"a ListCost of {row['ListCost']} is {row['x_PriceStatus'] or 'nothing'}"
    if D(row["x_ListCostHigh"]) < D(row["ListCost"]):
        yield "the highest ListCost is below the lowest"
    if row["ChargePeriodStart"] >= row["ChargePeriodEnd"] or row["BillingPeriodStart"] >= row["BillingPeriodEnd"]:
        yield "a period that ends before it begins"
    if row["x_Undated"] == "false" and not row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["BillingPeriodEnd"]:
        yield "a charge begins outside its billing period"


def check(text):
    rows = csv.DictReader(io.StringIO(text, newline=""))
    yield from check_header(rows.fieldnames)
    for n, row in enumerate(rows, 1):
        for fault in [*check_values(row), *check_together(row)]:
            yield f"row {n}: {fault}"


def run(*words):
    done = subprocess.run([os.environ["HLLM"], *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(f"hllm {' '.join(words)}: {done.stderr.decode()}")
    return done.stdout.decode()


def total(rows, column, currency=None, of=None):
    return sum((D(row[column] or 0) for row in rows if not currency or row[of] in (currency, "")), D(0))


def expect(what, got, want):
    if got != want:
        yield f"{what}: {got}, expected {want}"


def check_sums(audit, lines, cells):
    """Columns against the totals of the audit, which have at most nine decimals."""
    totals = audit["totals"]
    for money in audit["currencies"]:
        name = money["currency"]
        for key, focus, cell, of in (("billed_cost", "BilledCost", "billed_cost", "billed_currency"),
                                     ("list_cost", "ListCost", "list_cost", "list_currency"),
                                     ("list_cost_high", "x_ListCostHigh", "list_cost_high", "list_currency"),
                                     ("spend", "EffectiveCost", "spend", None)):
            want = D(money[key]["amount"]) if money[key] else D(0)
            yield from expect(f"{focus} {name}", total(lines, focus, name, "BillingCurrency").quantize(NANO), want)
            if of or len(audit["currencies"]) == 1:
                yield from expect(f"{cell} {name}", total(cells, cell, name, of).quantize(NANO) if of
                                  else total(cells, cell).quantize(NANO), want)
    yield from expect("x_Requests", total(lines, "x_Requests"), totals["requests"] or 0)
    yield from expect("requests", total(cells, "requests"), totals["requests"] or 0)
    for kind in ("uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "unsplit"):
        want = totals[f"{kind}_tokens"]
        if want is None:
            continue
        yield from expect(f"{kind} tokens in cells", total(cells, f"{kind}_tokens"), want)
        yield from expect(f"{kind} tokens in FOCUS", total([line for line in lines if line["x_TokenKind"] == kind
                                                            and line["ConsumedUnit"] == "Tokens"],
                                                           "ConsumedQuantity"), want)
    included = totals["included_list_cost"]
    yield from expect("x_IncludedListCost", total(lines, "x_IncludedListCost").quantize(NANO),
                      D(included["amount"]) if included else D(0))


def check_workloads(audit, cells):
    """The workloads of the audit, but for what differs between files, are sums of cells."""
    for work in audit["workloads"]:
        if work["name"].startswith("(") and work["name"] != "(unnamed)":
            continue
        rows = [cell for cell in cells if cell["workload"] == work["name"]]
        yield from expect(f"requests of {work['name']}", total(rows, "workload_requests"), work["requests"] or 0)


KEYS = ("requests", "input_tokens", "uncached_input_tokens", "cache_read_tokens", "cache_write_5m_tokens",
        "cache_write_1h_tokens", "output_tokens", "unsplit_tokens", "list_cost", "list_cost_high", "billed_cost",
        "included_list_cost", "spend", "spend_high")


def check_round(group, folder):
    files = group.split(",")
    inputs = [word for file in files for word in ("--in", file)]
    audit = json.loads(run("audit", "--no-save", "--format", "json", *files))
    first = run("export", "--format", "focus", *inputs)
    cells = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", *inputs), newline="")))
    lines = list(csv.DictReader(io.StringIO(first, newline="")))
    yield from check(first)
    yield from check_sums(audit, lines, cells)
    yield from check_workloads(audit, cells)
    if not lines:
        return
    path = os.path.join(folder, "charges.csv")
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(first)
    again = json.loads(run("audit", "--no-save", "--format", "json", path))
    for key in KEYS:
        # what nothing is known of may come back as nothing
        yield from expect(f"{key} read back", again["totals"][key] or 0, audit["totals"][key] or 0)
    yield from expect("currencies read back", again["currencies"], audit["currencies"])
    if run("export", "--format", "focus", "--in", path) != first:
        yield "an export of what was read back is another one"


def rounds(group):
    try:
        with tempfile.TemporaryDirectory() as folder:
            faults = list(check_round(group, folder))
    except AssertionError as error:
        faults = [str(error)]
    return [f"{group}: {fault}" for fault in faults[:20]]


def main():
    if sys.argv[1] == "check":
        faults = []
        for path in sys.argv[2:]:
            with open(path, encoding="utf-8", newline="") as source:
                faults += [f"{path}: {fault}" for fault in check(source.read())]
    else:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            faults = [fault for found in pool.map(rounds, sys.argv[2:]) for fault in found]
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
