#!/usr/bin/env bats
# hllm export: charges in FOCUS 1.2, the finest rows as csv, tsv and json, and
# what a terminal gets.

load lib

SAMPLES=$TESTDIR/data/samples

# A bill by the day beside a log of it, a local server, a model without a price,
# tokens that nobody split and a name that is a formula.
two_files()
{
	cat >log.jsonl <<-'EOF'
	{"timestamp":"2026-10-01T09:10:00Z","provider":"openai","model":"gpt-4o-2024-08-06","prompt_tokens":1000,"completion_tokens":100,"task":"chat","project":"north"}
	{"timestamp":"2026-10-01T17:40:00Z","provider":"openai","model":"gpt-4o-2024-08-06","prompt_tokens":3000,"completion_tokens":50,"task":"chat","project":"north"}
	{"timestamp":"2026-10-02T00:10:00Z","provider":"openai","model":"gpt-4o-2024-08-06","prompt_tokens":500,"completion_tokens":0,"task":"=1+1","project":"north"}
	{"timestamp":"2026-10-02T01:00:00Z","provider":"ollama","model":"llama3.1:8b","prompt_tokens":700,"completion_tokens":70,"task":"chat","project":"north"}
	{"timestamp":"2026-10-02T02:00:00Z","provider":"openai","model":"gpt-unheard-of","prompt_tokens":10,"completion_tokens":20,"task":"chat","project":"north"}
	EOF
	cat >bill.csv <<-'EOF'
	start_time,start_time_iso,end_time,end_time_iso,amount_value,amount_currency,line_item,project_id,project_name,organization_id,organization_name,user_id,user_email
	1790812800,2026-10-01T00:00:00+00:00,1790899200,2026-10-02T00:00:00+00:00,0.0125,usd,,proj_1,north,org,org,,
	EOF
}

# columns FILE NAME... - those columns, one line a row, '|' between.
columns()
{
	python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    print("|".join(row[name] for name in sys.argv[2:]))' "$@"
}

@test "sums are the audit's, and what is read back is the same: each sample, and all together" {
	local samples=()
	for file in "$SAMPLES"/*; do
		[ "${file##*/}" = EXPECTED.json ] || samples+=("$file")
	done
	python3 "$TESTDIR/data/years.py" 2026-01-01 2026-03-31 4 >years.csv
	examples=$HLLM_DATA_DIR/examples/requests.jsonl.gz,$HLLM_DATA_DIR/examples/openai-cost.csv
	all=$(IFS=,; echo "${samples[*]}")
	if sanitized; then
		samples=("$SAMPLES/focus-1.2.csv" "$SAMPLES/cursor-usage-events.csv" "$SAMPLES/deepseek-amount.csv")
	fi
	python3 "$TESTDIR/data/focus.py" rounds "${samples[@]}" "$examples" years.csv "$all"
}

@test "a charge of a day is one row: what the day is made of stays apart only where it costs another price" {
	two_files
	expect 0 export --in log.jsonl --in bill.csv --format focus -o charges.csv
	[ ! -s out ]
	python3 "$TESTDIR/data/focus.py" check charges.csv
	same "$(columns charges.csv ChargePeriodStart ProviderName x_RecordOrigin SkuMeter ConsumedQuantity ConsumedUnit \
		BilledCost ListCost EffectiveCost ListUnitPrice x_PriceStatus x_Requests x_Workload)" \
"2026-10-01T00:00:00Z|OpenAI|bill|Charges|1|Unit|0.0125|0|0.0125|0|||north
2026-10-01T00:00:00Z|OpenAI|client log|Input Tokens|4000|Tokens|0|0.01|0|2.5|priced|2|chat
2026-10-01T00:00:00Z|OpenAI|client log|Output Tokens|150|Tokens|0|0.0015|0|10|priced||chat
2026-10-02T00:00:00Z|Own hardware|client log|Input Tokens|700|Tokens|0|0|0|0|free|1|chat
2026-10-02T00:00:00Z|Own hardware|client log|Output Tokens|70|Tokens|0|0|0|0|free||chat
2026-10-02T00:00:00Z|OpenAI|client log|Input Tokens|500|Tokens|0|0.00125|0.00125|2.5|priced|1|'=1+1
2026-10-02T00:00:00Z|OpenAI|client log|Input Tokens|10|Tokens|0|0|0|0|unpriced|1|chat
2026-10-02T00:00:00Z|OpenAI|client log|Output Tokens|20|Tokens|0|0|0|0|unpriced||chat"
	# what does not cost the price of midnight is a row of its own, of its half hours
	cat >hours.jsonl <<-'EOF'
	{"timestamp":"2025-03-01T03:10:00Z","provider":"deepseek","model":"deepseek-chat","prompt_tokens":1000000,"completion_tokens":0}
	{"timestamp":"2025-03-01T03:50:00Z","provider":"deepseek","model":"deepseek-chat","prompt_tokens":1000000,"completion_tokens":0}
	{"timestamp":"2025-03-01T18:10:00Z","provider":"deepseek","model":"deepseek-chat","prompt_tokens":1000000,"completion_tokens":0}
	EOF
	expect 0 export --in hours.jsonl --format focus -o hours.csv
	same "$(columns hours.csv ChargePeriodStart ChargePeriodEnd ConsumedQuantity ListCost)" \
"2025-03-01T00:00:00Z|2025-03-02T00:00:00Z|1000000|0.135
2025-03-01T03:00:00Z|2025-03-01T04:00:00Z|2000000|0.54"
}

@test "a machine of one's own is there when it is named, as estimates that no audit counts" {
	two_files
	expect 0 audit --no-save --format json log.jsonl bill.csv
	totals=$(jq -c .totals out)
	expect 0 export --in log.jsonl --in bill.csv --format focus -o without.csv
	expect 0 export --in log.jsonl --in bill.csv --format focus --gpu 2xrtx4090 --set capex=3600 --set life=36 \
		--set residual=0 --set upkeep=0 --set electricity=0.5 --set idle-watts=100 --set busy-watts=400 --set pue=1 -o with.csv
	python3 "$TESTDIR/data/focus.py" check with.csv
	# two of 31 days of 100 a month; 48 hours of two units at 100 W, or at 400 W
	same "$(columns with.csv x_Estimate ChargeDescription ResourceId ChargePeriodStart ChargePeriodEnd ConsumedQuantity \
		BilledCost ListCost x_EffectiveCostLow EffectiveCost x_EffectiveCostHigh | grep ^true)" \
"true|amortization of 2x GeForce RTX 4090 (an estimate)|2xrtx-4090|2026-10-01T00:00:00Z|2026-10-03T00:00:00Z|48|0|0|6.451613|6.451613|6.451613
true|energy of 2x GeForce RTX 4090 (an estimate)|2xrtx-4090|2026-10-01T00:00:00Z|2026-10-03T00:00:00Z|48|0|0|4.8|4.8|19.2"
	expect 0 audit --no-save --format json with.csv
	same "$(jq -c .totals out)" "$totals"
	expect 0 export --in with.csv --format focus
	cmp out without.csv
	expect 2 export --in log.jsonl --format csv --gpu rtx4090
	err_is 'hllm: --gpu rtx4090: what a machine costs is no usage, expected --format focus beside it'
	expect 2 export --in log.jsonl --format focus --set life=36
	err_is 'hllm: --set life=36: expected --gpu beside it, which says what it is a figure of'
}

@test "cells: by hour, day and month the same sums; csv, tsv and json the same rows; nothing of it runs" {
	two_files
	for by in hour day month; do
		expect 0 export --in log.jsonl --in bill.csv --format csv --by "$by" -o "$by.csv"
		same "$(python3 -c 'import csv, decimal, sys
rows = list(csv.DictReader(open(sys.argv[1])))
print(len(rows), *(sum(decimal.Decimal(row[name] or 0) for row in rows) for name in sys.argv[2:]))' \
			"$by.csv" billed_cost list_cost spend requests uncached_input_tokens output_tokens workload_requests)" \
			"$([ "$by" = hour ] && echo 6 || echo 5) 0.0125 0.01275 0.01375 5 5210 240 5"
	done
	same "$(columns month.csv start end origin task list_cost price_status | sort | head -2)" \
"2026-10-01T00:00:00Z|2026-11-01T00:00:00Z|bill|||
2026-10-01T00:00:00Z|2026-11-01T00:00:00Z|client log|'=1+1|0.00125|priced"
	expect 0 export --in log.jsonl --in bill.csv --format tsv -o day.tsv
	expect 0 export --in log.jsonl --in bill.csv --format json -o day.json
	python3 - <<-'EOF'
	import csv, json
	rows = list(csv.DictReader(open("day.csv")))
	assert [list(row.values()) for row in csv.DictReader(open("day.tsv"), delimiter="\t")] == [list(row.values()) for row in rows]
	whole = json.load(open("day.json"))
	assert list(whole) == ["schema", "by", "tz", "start", "end", "cells"], list(whole)
	assert whole["schema"] == "hllm.export/1" and whole["by"] == "day", whole
	for cell, row in zip(whole["cells"], rows, strict=True):
	    for name, value in row.items():
	        got = cell[name]
	        got = "" if got is None else got["amount"] if isinstance(got, dict) else str(got)
	        same = float(got) == float(value) if isinstance(cell[name], dict) else got == value.removeprefix("'")
	        assert same, (name, got, value)
	EOF
}

@test "a terminal gets a summary and the command that writes the rows; and every wrong word its sentence" {
	two_files
	expect 0 import log.jsonl bill.csv
	expect 0 export
	golden export/summary
	expect 0 export --period 2020-01
	has out 'Nothing to export'
	expect 0 export --period 2026-10 --tz Europe/Berlin
	has out 'hllm export --format focus -o charges.csv --period '"'2026-10' --tz 'Europe/Berlin'"
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086 # several words
		expect 2 $words
		has err "$text"
		[ ! -s out ]
	done <<-'EOF'
	export log.jsonl|export: log.jsonl: expected no file here; --in FILE reads one
	export --by week|--by week: no such value, expected one of hour, day, month
	export --format focus --by month|a charge of --format focus is of a day
	export --format focus --gpu rtx9999|rtx9999
	audit --no-save log.jsonl --format focus|--format focus: only hllm export writes charges
	EOF
	expect 5 export --strict --in log.jsonl --format md
	has out 'LIST'
	expect 5 export --strict --in log.jsonl --format csv
	expect 1 export --in missing.csv --format focus -o there.csv
	[ ! -e there.csv ]
}

@test "a file is there whole or not at all, and takes the place of another" {
	two_files
	mkdir sub
	ln -s ../old.csv sub/link.csv
	echo old >old.csv
	chmod 640 old.csv
	expect 0 export --in log.jsonl --format focus -o sub/link.csv
	[ -L sub/link.csv ]
	same "$(stat -c %a old.csv)" 640
	expect 0 export --in log.jsonl --format focus
	cmp out old.csv
	same "$(find . -name '*.csv.*')" ''
	expect 1 export --in log.jsonl --format focus -o missing/x.csv
	err_is 'hllm: missing/x.csv: No such file or directory'
	mkfifo pipe
	"$HLLM" export --in log.jsonl --format focus -o pipe &
	cat pipe >piped
	wait $!
	cmp piped old.csv
}

@test "hllm-export(5) has a line for every column, and no other" {
	two_files
	page=$TESTDIR/../man/hllm-export.5
	[ -e "$page" ] || skip 'no manual here'
	for format in focus csv; do
		expect 0 export --in log.jsonl --format "$format"
		head -1 out | tr , '\n'
	done | sort >printed
	sed -n 's/^\.It Va //p' "$page" | tr -d ' ' | tr , '\n' | sort >described
	diff -u printed described
}

@test "answers of hllm are no logs, but its charges are" {
	two_files
	for format in csv tsv json; do
		expect 0 export --in log.jsonl --format "$format" -o "cells.$format"
		expect 1 audit --no-save "cells.$format"
		err_is "hllm: cells.$format: an answer of hllm, expected the files it was made of, or hllm export --format focus, which is read back"
	done
	expect 0 audit --no-save log.jsonl --format json -o audit.json
	expect 1 audit --no-save audit.json
	has err 'audit.json: an answer of hllm, expected'
}
