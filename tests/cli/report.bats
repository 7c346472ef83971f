#!/usr/bin/env bats
# hllm report: the page of a month, which adds up, is the same each time, and makes up what was missed.

load lib

# September and October of the shipped examples, in a ledger.
two_months()
{
	local data=$HLLM_DATA_DIR
	expect 0 import --as-of 2026-11-02 "$data"/examples/* "$data"/earlier/*
}

@test "every total is the audit's" {
	two_months
	local month months=
	for month in 2026-09 2026-10; do
		expect 0 audit --period $month --format json
		cp out audit.json
		months="$months$month $(jq -r .totals.spend.amount out)
"
		expect 0 report --period $month --format json --as-of 2026-11-02
		same "$(jq -c '.month | [.spend, .requests, .input_tokens, .output_tokens]' out)" \
			"$(jq -c '.totals | [.spend, .requests, .input_tokens, .output_tokens]' audit.json)"
		# each workload too, with what bills hold beyond logs
		same "$(jq -c '[.workloads[] | select(.spend.amount != "0.00") | [.name, .spend.amount, .verdict]] | sort' out)" \
			"$(jq -c '[.workloads[] | [.name, .cost.amount, .verdict]] | sort' audit.json)"
		same "$(jq -c .reconciliation out)" "$(jq -c .reconciliation audit.json)"
		same "$(jq -c '[.findings[] | select(.state != "resolved") | [.id, .workload, .monthly_saving]] | sort' out)" \
			"$(jq -c '[.findings[] | [.id, .workload, .monthly_saving]] | sort' audit.json)"
	done
	same "$(jq -r '.months[] | "\(.month) \(.spend.amount)"' out)
" "$months"
}

@test "the steps add up to the change exactly, of each workload as well" {
	two_months
	expect 0 report --period 2026-10 --format json --as-of 2026-11-02
	python3 - out <<'END'
import json, sys
from decimal import Decimal
report = json.load(open(sys.argv[1]))
money = lambda cell: Decimal(cell["amount"])
steps = {row["step"]: money(row["amount"]) for row in report["bridge"]}
assert list(steps) == ["before", "new", "gone", "volume", "mix", "cache", "price", "other", "after"], steps
between = sum(v for k, v in steps.items() if k not in ("before", "after"))
assert abs(steps["before"] + between - steps["after"]) < Decimal("1e-8"), steps
assert steps["after"] == money(report["month"]["spend"])
assert steps["before"] == money(report["month"]["spend_before"])
assert steps["new"] > 0 > steps["gone"]
assert steps["mix"] > 0 > steps["cache"], steps
for row in report["bridge_workloads"]:
    parts = sum(money(row[k]) for k in ("new", "gone", "volume", "mix", "cache", "price", "other"))
    assert abs(parts - money(row["change"])) < Decimal("1e-8"), row
assert abs(sum(money(row["change"]) for row in report["bridge_workloads"]) - between) < Decimal("1e-8")
END
}

@test "the same call gives the same bytes, whatever the order of the imports" {
	two_months
	local data=$HLLM_DATA_DIR
	expect 0 report --period 2026-10 --as-of 2026-11-02 --format html
	cp out one
	expect 0 report --period 2026-10 --as-of 2026-11-02 --format html
	cmp one out
	expect 0 report --period 2026-10 --as-of 2026-11-02 --format json
	jq 'del(.sources, .next)' out >one
	expect 0 import --ledger other.db "$data"/earlier/*
	expect 0 import --ledger other.db "$data"/examples/*
	expect 0 report --ledger other.db --period 2026-10 --as-of 2026-11-02 --format json
	jq 'del(.sources, .next)' out >two
	diff one two
}

@test "a missed month is made up for, and what is there is left alone" {
	two_months
	mkdir reports
	expect 0 report --period last --as-of 2026-11-02 --output 'reports/%Y-%m.html'
	same "$(ls reports)" '2026-09.html
2026-10.html'
	grep -q '<!DOCTYPE html>' reports/2026-09.html
	# the month that is asked for is written anew, older ones are not
	echo mine >reports/2026-09.html
	echo old >reports/2026-10.html
	expect 0 report --period last --as-of 2026-11-02 --output 'reports/%Y-%m.html'
	same "$(cat reports/2026-09.html)" mine
	grep -q '<!DOCTYPE html>' reports/2026-10.html
	expect 2 report --output 'reports/%d.html'
	err_is 'hllm: --output reports/%d.html: expected %Y, %m or %% behind a %'
	expect 1 report --period last --as-of 2026-11-02 --output 'gone/%Y-%m.html'
	has err 'gone/2026-09.html'
}

@test "two at once do not collide, and a full disk leaves the old report" {
	two_months
	mkdir reports
	local i pids=()
	for i in 1 2 3 4; do
		"$HLLM" report --period 2026-10 --as-of 2026-11-02 --output 'reports/%Y-%m.md' &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	same "$(ls -A reports)" '2026-09.md
2026-10.md'
	tail -c 20 reports/2026-10.md | grep -q .
	expect 0 report --period 2026-10 --as-of 2026-11-02 --format md
	cmp out reports/2026-10.md
	# the limit stands for a full disk
	echo old >reports/2026-10.md
	(ulimit -f 1; trap '' XFSZ; expect 1 report --period 2026-10 --output reports/2026-10.md)
	same "$(cat reports/2026-10.md)" old
	same "$(ls -A reports)" '2026-09.md
2026-10.md'
}

@test "which month" {
	two_months
	expect 0 report --as-of 2026-11-02
	same "$(head -1 out | cut -d' ' -f1-3)" 'October 2026 cost'
	# without being told, the newest month that there is
	expect 0 report --as-of 2027-03-02
	same "$(head -1 out | cut -d' ' -f1-3)" 'October 2026 cost'
	expect 1 report --period last --as-of 2027-03-02
	err_is 'hllm: nothing is known of February 2027: the data is of September 2026 to October 2026'
	expect 2 report --period 2026-09..2026-10
	err_is 'hllm: --period 2026-09..2026-10: a report is of one month, expected one such as 2026-10, or last'
	expect 2 report 2026-10
	has err 'named by --period'
	expect 1 report --ledger none.db
	has err 'hllm audit FILE'
	# data that goes on behind the clock tells more than the clock
	expect 0 report --period 2026-10 --as-of 2026-10-20 --format json
	same "$(jq -c '[.month.complete, .month.forecast_reason]' out)" '[true,null]'
	same "$(jq -r .month.forecast.likely_reason out)" 'the month is over'
}

@test "a month that lasts has a forecast, and says what of it is there" {
	zcat "$HLLM_DATA_DIR/examples/requests.jsonl.gz" | grep -v '"timestamp": "2026-10-\(2[1-9]\|3\)' >part.jsonl
	expect 0 import "$HLLM_DATA_DIR"/earlier/requests.jsonl.gz part.jsonl
	expect 0 report --period 2026-10 --as-of 2026-10-21T09:00:00Z
	head -1 out | grep -Eq '^October 2026 has cost \$[0-9.]+ so far and comes to about \$[0-9.]+ \(\$[0-9.]+ to \$[0-9.]+\) by its end[,;]'
	expect 0 report --period 2026-10 --as-of 2026-10-21T09:00:00Z --format json
	cp out part.json
	expect 0 audit --no-save "$HLLM_DATA_DIR/examples/requests.jsonl.gz" --format json
	# what the whole month came to lies in the range
	jq -e --argjson whole "$(jq '.totals.spend.amount | tonumber' out)" '.month |
		.complete == false and .days == 20 and
		(.forecast.low.amount | tonumber) < $whole and (.forecast.high.amount | tonumber) > $whole' part.json
	# over by the clock, but the data ends before it does
	expect 0 report --period 2026-10 --as-of 2026-11-05
	has out 'The data ends on 2026-10-20: October 2026 is not complete.'
}

@test "a file alone, and one that states no dates" {
	expect 0 report --in "$HLLM_DATA_DIR/examples/requests.jsonl.gz" --as-of 2026-11-02 --format json
	same "$(jq -c '[.month.month, .bridge, .bridge_reason, .sources[0].import]' out)" \
		'["2026-10",null,"nothing is known of the month before",null]'
	printf 'model,input_tokens,output_tokens\ngpt-4o,10,10\n' >undated.csv
	expect 1 report --in undated.csv
	has err 'has a date'
}

@test "budgets of hllm.conf: what is spent of each, and the worst one in the headline" {
	two_months
	mkdir -p .config/hllm
	printf '%s\n' 'budget "all of it" { month = 250 }' \
		'budget "agents" { workload = "agentic*" month = 60 soft = 35 }' \
		'budget "plenty" { biller = openai month = 1000 }' >.config/hllm/hllm.conf
	expect 0 report --period 2026-10 --as-of 2026-11-02 --format json
	same "$(jq -c '.budgets[] | [.name, .month.amount, .state, (.spend.amount | tonumber * 100 | round)]' out)" \
'["all of it","250.00","crossed",29015]
["agents","60.00","soft",3971]
["plenty","1000.00","well",29015]'
	same "$(jq -r '.budgets[0].spend.amount' out)" "$(jq -r .month.spend.amount out)"
	jq -r .headline out | grep -qF '; the budget "all of it" of $250.00 is crossed; '
	same "$(jq -c .fallbacks out)" '[]'
	# the month before stood well
	expect 0 report --period 2026-09 --as-of 2026-11-02
	grep -Eq '^all of it +250.00 +249.63 +>?99 % +over its soft limit' out || { cat out >&2; false; }
}
