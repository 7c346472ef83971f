#!/usr/bin/env bats
# Findings, from generated logs: each kind where it was planted, none where nothing was.

load lib

planted()
{
	python3 "$TESTDIR/cli/findings.py" "$@"
}

# finds CASE [SEED] - the log of that case shows what was planted in it, and nothing else.
finds()
{
	planted log "$@" >log.jsonl
	expect 0 audit --no-save --format json log.jsonl
	planted check "$1" <out
}

# quiet_prompts - a configuration in which findings about prompts are silenced.
quiet_prompts()
{
	mkdir -p .config/hllm
	cat >.config/hllm/hllm.conf <<-'END'
		finding "prompt-bloat" { silence = yes }
		finding "prompt-growth" { silence = yes }
	END
}

@test "what was planted is found, each kind in a log of its own" {
	for case in asked-local pairs duplicates failed retried cache-unused cache-missed bloat growth \
		outlier-day outlier-request retired withdrawn embeddings; do
		finds $case
	done
}

@test "what needs the type of a workload, or that it may wait, is found where that is known" {
	mkdir -p .config/hllm
	echo 'workload "ticket classification" { task = "ticket classification" batchable = yes }' \
		>.config/hllm/hllm.conf
	finds routine
	has out '"tier": "batch"'
	rm .config/hllm/hllm.conf
	finds reasoning
	planted log routine >log.jsonl
	expect 0 audit --no-save --format json log.jsonl
	lacks out '"id": "batch"'
	# frontier quality is a reason for the dearer model
	echo 'workload "tickets" { task = "ticket*" quality = frontier }' >.config/hllm/hllm.conf
	expect 0 audit --no-save --format json log.jsonl
	lacks out '"id": "cheaper-tier"'
}

@test "what a tier called local got from an API is priced; what a local server answered is free" {
	# the last fields of a line, and what a million tokens of it cost
	while read -r fields want; do
		echo '{"timestamp":"2026-09-01T10:00:00Z","tokens_in":1000000,"tokens_out":0,'"$fields}" >log.jsonl
		expect 0 audit --no-save --format json log.jsonl
		python3 -c '
import json, sys
cost = json.load(open("out"))["totals"]["list_cost"]
assert (cost["amount"] if cost else "free") == sys.argv[1], cost
' "$want"
	done <<'END'
"tier":"local","model":"gpt-4.1" 2.00
"tier":"local","model":"openai/gpt-4.1" 2.00
"tier":"local","model":"anthropic.claude-sonnet-4-5-20250929-v1:0" 6.60
"tier":"local","model":"llama3.1:8b" free
"tier":"local","model":"gpt-oss-20b" free
"tier":"local","model":"gpt-4.1","provider":"ollama" free
"tier":"local","model":"gpt-4.1","local":true free
"tier":"api","model":"gpt-4.1" 2.00
END
}

@test "a clean log shows nothing, whatever the dice say" {
	for seed in 1 2 3 4 5 6 7 8 9 10; do
		finds clean $seed
	done
}

@test "the saving of all changes at once is that of a second program, and no sum" {
	planted log mixed >log.jsonl
	quiet_prompts
	expect 0 audit --no-save --format json log.jsonl
	planted total <out
}

@test "the same from the ledger, and on any number of threads" {
	planted log mixed >log.jsonl
	quiet_prompts
	expect 0 import --threads 3 log.jsonl
	expect 0 audit --format json --period 2026-09-01..2026-10-31
	planted total <out
	expect 0 audit --no-save --threads 1 --format json log.jsonl
	planted total <out
}

@test "what two files both hold is not found twice" {
	planted log duplicates >log.jsonl
	sed -n '1,600p' log.jsonl >first.jsonl
	sed -n '400,$p' log.jsonl >second.jsonl
	expect 0 audit --no-save --format json first.jsonl second.jsonl
	cp out two.json
	expect 0 audit --no-save --format json second.jsonl first.jsonl
	cp out turned.json
	expect 0 audit --no-save --format json log.jsonl
	python3 - <<'END'
import json
one, two, turned = (json.load(open(name)) for name in ("out", "two.json", "turned.json"))
assert two["findings"] == turned["findings"]
def ends(answer):
    finding, = [f for f in answer["findings"] if f["id"] == "duplicates"]
    low, high = finding["monthly_saving"], finding["monthly_saving_high"] or finding["monthly_saving"]
    return finding["records"], float(low["amount"]), float(high["amount"])
records, low, high = ends(one)
assert low == high
assert ends(two)[1] <= low <= ends(two)[2] * 1.02, (ends(one), ends(two))
assert abs(ends(two)[0] - records) <= records / 50, (ends(one), ends(two))
END
}

@test "people read one line of evidence for each, the largest first, and what all of it saves" {
	planted log mixed >log.jsonl
	COLUMNS=100 expect 0 audit --no-save log.jsonl
	golden findings/mixed.text
}

@test "limits of hllm.conf hold, and a mistake is told with file and line" {
	planted log duplicates >log.jsonl
	mkdir -p .config/hllm
	conf=.config/hllm/hllm.conf
	for block in 'silence = yes' 'floor = 100000' 'requests = 100000' 'days = 50' 'threshold = 900'; do
		echo "finding \"duplicates\" { $block }" >$conf
		expect 0 audit --no-save --format json log.jsonl
		lacks out '"id": "duplicates"'
	done
	echo 'finding "duplicates" { threshold = 300 floor = 0.5 }' >$conf
	expect 0 audit --no-save --format json log.jsonl
	has out '"id": "duplicates"'
	# the block, and what is said about it
	while IFS='|' read -r block want; do
		echo "$block" >$conf
		expect 1 audit --no-save log.jsonl
		has err "hllm.conf:1: $want"
	done <<'END'
finding "duplicate" { silence = yes }|finding "duplicate": there is no such finding, did you mean "duplicates"?
finding "batch" { silence = maybe }|finding "batch": silence is "maybe", expected yes or no
finding "batch" { days = 1.5 }|finding "batch": days is out of range, expected a whole number from 0 to 1,000,000,000,000
finding "batch" { days = 010 }|finding "batch": days is "010", expected a number without a leading 0
finding "batch" { floor = -1 }|finding "batch": floor is negative, expected an amount a month
END
}

@test "successors of one's own come first, and a mistake is told with file and line" {
	planted log retired >log.jsonl
	mkdir -p .config/hllm
	own=.config/hllm/successors.csv
	printf 'model,successor,kind,from,source\ngpt-4-turbo,gpt-4.1,successor,2025-04-14,me\n' >$own
	expect 0 audit --no-save --format json log.jsonl
	has out '"model": "gpt-4.1"'
	printf 'model,successor,kind,from,source\ngpt-4-turbo,gpt-4.1,better,2025-04-14,me\n' >$own
	expect 1 audit --no-save log.jsonl
	has err 'successors.csv:2: kind is "better", expected cheaper-tier, successor or embedding'
}

@test "without days there are no findings, with --days there are" {
	planted log retired | sed 's/"timestamp": "[^"]*", //' >log.jsonl
	expect 0 audit --no-save --format json log.jsonl
	has out '"findings": []'
	expect 0 audit --no-save --days 30 --format json log.jsonl
	has out '"id": "retired-model"'
}

@test "why shows no findings, and still answers" {
	planted log retired >log.jsonl
	expect 0 why total --in log.jsonl
	lacks out "What could save money"
}

@test "every successor is in the price table, and the lower priced one is" {
	python3 - "$HLLM_DATA_DIR" <<'END'
import csv, sys
from decimal import Decimal
def rows(name):
    return csv.DictReader(line for line in open(f"{sys.argv[1]}/{name}") if not line.startswith("#"))
prices, first = {}, {}
for row in rows("prices.csv"):
    if row["service_tier"] == "standard" and row["kind"] in ("uncached_input", "output"):
        key = row["provider"], row["model"]
        first[key] = min(first.get(key, "9"), row["from"][:10])
        if row["kind"] == "uncached_input" and not row["above_tokens"] and not row["hours_utc"]:
            if row["from"] >= prices.get(key, ("", None))[0]:
                prices[key] = row["from"], Decimal(row["price"])
by_model = {}
for provider, model in first:
    by_model.setdefault(model, []).append((provider, model))
seen = set()
for row in rows("successors.csv"):
    assert (row["model"], row["kind"]) not in seen, row
    seen.add((row["model"], row["kind"]))
    to, = by_model[row["successor"]]
    assert row["from"] == first[to], row
    assert row["source"], row
    if row["model"].endswith("/*"):
        assert row["model"][:-2] == to[0], row
        continue
    old, = by_model[row["model"]]
    assert old[0] == to[0], row
    if row["kind"] == "cheaper-tier" and old in prices and to in prices:
        assert prices[to][1] < prices[old][1], row
assert len(seen) > 100
END
}
