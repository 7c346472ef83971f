#!/usr/bin/env bats
# Every number opens: price rows, files and lines.

load lib

example()
{
	cp "$TESTDIR/../data/examples/openai-cost.csv" "$TESTDIR/../data/examples/requests.jsonl.gz" .
}

@test "rows of workloads and models, and the total, add up to their price rows" {
	example
	expect 0 audit --format json openai-cost.csv requests.jsonl.gz
	cp out audit.json
	for row in total "agentic tool calls" "reply drafts" gpt-5-mini-2025-08-07; do
		column=list_cost
		case $row in agentic* | reply*) column=cost ;; esac
		expect 0 why "$row" "$column" --import 1 --format json
		python3 - <<'END'
import json
from decimal import Decimal
why = json.load(open("out"))
rows = sum(Decimal(r["amount"]["amount"]) for r in why["prices"])
assert rows > 0
for r in why["prices"]:
    exact = Decimal(r["tokens"]) * Decimal(str(r["price_per_million"])) * Decimal(str(r["modifier"])) / 1000000
    assert abs(exact - Decimal(r["amount"]["amount"])) <= Decimal("5e-10"), r
    assert r["price_row"].split(":")[-1].isdigit() and r["source"], r
assert {s["path"] for s in why["sources"]} <= {"openai-cost.csv", "requests.jsonl.gz"}
END
	done
}

@test "a column is named by its heading or its key" {
	example
	expect 0 import requests.jsonl.gz
	expect 0 why "agentic tool calls" '$/month'
	has out "monthly_cost of agentic tool calls."
	has out "monthly_cost = cost × 30 / totals.days = 39.708125 × 30 / 31."
	expect 0 why "agentic tool calls" requests_per_day
	has out "requests_per_day = requests / totals.days = 1026 / 31."
	expect 0 why "agentic tool calls" verdict
	has out "api: VERDICT of agentic tool calls."
	has out "Why: a task that frameworks leave to frontier models."
	has out "hllm decide 'agentic tool calls' --explain  # each rule, its value and its limit"
	expect 0 why "reply drafts" SURE
	grep -qE '^[0-9.]+ %: confidence of reply drafts\.$' out
}

@test "a name that is not there gets the nearest; a column the list" {
	example
	expect 0 import requests.jsonl.gz
	expect 2 why "agentic tol calls"
	has err 'did you mean "agentic tool calls"'
	expect 2 why total nonsense
	has err "expected one of "
	expect 2 why
	has err "why: expected ID"
	has err "or ROW [COLUMN]"
	expect 2 why total --import 77
	err_is "hllm: there is no import 77; see: hllm imports"
}

@test "tokens that another file speaks for are in no price row" {
	cp "$TESTDIR"/data/samples/{litellm-spendlogs.csv,openai-usage-completions-api.json} .
	expect 0 audit --no-save --format json litellm-spendlogs.csv openai-usage-completions-api.json
	cp out audit.json
	expect 0 why total list_cost --in litellm-spendlogs.csv --in openai-usage-completions-api.json --format json
	python3 - <<'END'
import json
from decimal import Decimal
rows = sum(Decimal(r["amount"]["amount"]) for r in json.load(open("out"))["prices"] if r["amount"])
assert rows == Decimal(json.load(open("audit.json"))["totals"]["list_cost"]["amount"]), rows
END
}

# lines - what the last hllm listed line by line, FILE:LINE and tokens.
lines()
{
	jq -r '.lines[]? | "\(.path):\(.line) \(.input_tokens)+\(.output_tokens) \(.model)"' out
}

@test "few lines are listed one by one, however they came" {
	line='{"id":"%s","model":"%s","ts":"2026-10-0%sT10:00:00Z","task":"%s","prompt_tokens":%s,"completion_tokens":7}\n'
	# shellcheck disable=SC2059
	{
		printf "$line" a gpt-4o 1 chat 100
		printf "$line" b gpt-4o 2 mail 200
		printf "$line" c gpt-4o-mini 2 chat 300
		printf "$line" c gpt-4o-mini 2 chat 350 # the same answer, larger
	} >one.jsonl
	# shellcheck disable=SC2059
	{
		printf "$line" b gpt-4o 2 mail 200
		printf "$line" d gpt-4o 3 chat 400
	} >two.jsonl
	chat=$'one.jsonl:1 100+7 gpt-4o\none.jsonl:4 350+7 gpt-4o-mini\ntwo.jsonl:2 400+7 gpt-4o'
	expect 0 why chat cost --in one.jsonl --in two.jsonl --format json
	same "$(lines)" "$chat"
	expect 0 import two.jsonl
	expect 0 import one.jsonl
	expect 0 why chat --format json
	same "$(lines)" "$chat"
	# what both files hold is one line of one of them
	expect 0 why mail --format json
	same "$(lines)" 'one.jsonl:2 200+7 gpt-4o'
	expect 0 why total --format json
	same "$(lines | wc -l)" 4
	same "$(jq '[.lines[] | .input_tokens] | add' out)" 1050
	expect 0 why gpt-4o-mini --format json
	same "$(lines)" 'one.jsonl:4 350+7 gpt-4o-mini'
	# of the days that are asked for
	expect 0 why total --period 2026-10-02..2026-10-02 --format json
	same "$(jq '[.lines[] | .input_tokens] | add' out)" 550
	expect 0 imports --undo 2
	expect 0 why total --format json
	same "$(lines)" $'two.jsonl:1 200+7 gpt-4o\ntwo.jsonl:2 400+7 gpt-4o'
	expect 0 why chat
	has out 'Every line'
	lacks out 'Largest requests'
}

@test "equal lines without an id are listed once with their number; many lines are not" {
	line='{"model":"gpt-4o","ts":"2026-10-01T10:00:00Z","prompt_tokens":100,"completion_tokens":7}'
	printf '%s\n' "$line" "$line" "$line" >twins.jsonl
	expect 0 why total --in twins.jsonl --format json
	same "$(jq -c '[.lines[] | .line, .equal_lines]' out)" '[1,3]'
	for i in $(seq 10 30); do
		echo "{\"model\":\"gpt-4o\",\"ts\":\"2026-10-01T10:$i:00Z\",\"prompt_tokens\":1$i,\"completion_tokens\":7}"
	done >many.jsonl
	expect 0 why total --in many.jsonl --format json
	same "$(jq -c '[(.lines | length), (.largest_requests | length)]' out)" '[0,5]'
	head -n 20 many.jsonl >few.jsonl
	expect 0 why total --in few.jsonl --format json
	same "$(jq '.lines | length' out)" 20
}

@test "a period within a month: what is said of the files is of whole months, and says so" {
	echo timestamp,model,task,input_tokens,output_tokens >log.csv
	for day in 01 05 09; do
		echo "2026-08-${day}T10:00:00Z,gpt-4o,alpha,100000,0" >>log.csv
	done
	told='is of their whole months.'
	expect 0 why total --period 2026-08-04..2026-08-06 --in log.csv
	has out "$told"
	for period in 2026-08 2026-08-01..2026-08-09; do
		expect 0 why total --period $period --in log.csv
		has out '$0.75: spend of total'
		lacks out "$told"
	done
}
