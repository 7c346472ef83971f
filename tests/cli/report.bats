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
		same "$(jq -c .findings_total out)" "$(jq -c .findings_total audit.json)"
	done
	same "$(jq -r '.months[] | "\(.month) \(.spend.amount)"' out)
" "$months"
	# what the headline says of October is in the answer too
	jq -e '.headline as $said | (.workloads | map(select(.verdict == "local"))) as $local |
		.month.movable.workloads == ($local | length) and
		(($local | map(.spend.amount | tonumber) | add) - (.month.movable.spend.amount | tonumber) | fabs) < 1e-6 and
		([.month.spend, .month.change, .month.movable.spend, .findings_total.monthly_saving] |
			all((.amount | tonumber * 100 | floor) as $cents |
				[$cents, $cents + 1] | any("$\(. / 100 | floor).\(. % 100 + 100 | tostring[1:])" as $it |
					$said | contains($it)))) and
		([.machine.title, "(\(.month.change_share * 100 | round) %)"] | all(. as $it | $said | contains($it)))' out
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
	head -1 out | grep -Eq '^October 2026 has cost \$[0-9.]+ so far and comes to about \$[0-9.]+ \(\$[0-9.]+ to \$[0-9.]+\) by its end, after \$[0-9.]+ in September; '
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

# log FILE FIRST LAST [MODEL] - a request of 1,000 and 100 tokens at noon of each day.
log()
{
	local day=$2
	echo timestamp,model,task,input_tokens,output_tokens
	while :; do
		echo "${day}T12:00:00Z,${4-gpt-4o},alpha,1000,100"
		[ "$day" = "$3" ] && return
		day=$(date -ud "$day + 1 day" +%F)
	done
}

# report_of LEDGER MONTH [OPTION...] - on a day in November, as JSON.
report_of()
{
	local ledger=$1 month=$2
	shift 2
	expect 0 report --ledger "$ledger" --period "$month" --as-of 2026-11-02 "$@" --format json
}

@test "a month that nothing is known of costs nothing and is no change" {
	{ log a 2026-07-01 2026-07-31; log a 2026-09-01 2026-09-30 | tail -n +2; } >gap.csv
	expect 0 import --ledger gap.db gap.csv
	report_of gap.db 2026-08
	same "$(jq -c '[.month.spend, .month.change, .bridge, .workloads, .findings]' out)" '[null,null,null,null,null]'
	same "$(jq -c '[.months[] | .spend.amount]' out)" '["0.1085",null]'
	report_of gap.db 2026-09
	same "$(jq -c '[.bridge_reason, .month.change_reason, [.months[] | .change]]' out)" \
		'["nothing is known of the month before","nothing is known of the month before",[null,null,null]]'
	expect 0 report --ledger gap.db --period 2026-09 --as-of 2026-11-02
	same "$(head -1 out)" 'September 2026 cost $0.10 (nothing is known of August).'
	lacks out CHANGE
}

@test "a month of which only a part is known is held against no whole one" {
	log a 2026-07-31 2026-09-13 >part.csv
	expect 0 import --ledger part.db part.csv
	report_of part.db 2026-07
	same "$(jq -c '[.month.complete, .month.days]' out)" '[false,1]'
	report_of part.db 2026-08
	same "$(jq -c '[.month.complete, [.months[] | .change]]' out)" '[true,[null,null]]'
	expect 0 report --ledger part.db --period 2026-08 --as-of 2026-11-02
	same "$(head -1 out)" 'August 2026 cost $0.11 (of July, only one day is known).'
	lacks out 'Why it changed'
	has out 'July 2026, from the 31st'
	has out 'The data begins on 2026-07-31: July 2026 is not complete.'
	expect 0 report --ledger part.db --period 2026-09 --as-of 2026-11-02
	same "$(head -1 out)" 'September 2026 cost $0.05 in the 13 days that are known.'
	has out 'September 2026, to the 13th'
	lacks out 'Why it changed'
	# while it lasts people know that, and see what has changed so far
	expect 0 report --ledger part.db --period 2026-09 --as-of 2026-09-14
	head -1 out | grep -q '^September 2026 has cost \$0.05 so far .* by its end, after \$0.11 in August\.$'
	has out 'What differs so far'
}

@test "a step of more has the colour of more, even where it is the only one" {
	log a 2026-09-01 2026-10-31 gpt-4o >one.csv
	expect 0 import --ledger one.db one.csv
	expect 0 report --ledger one.db --period 2026-10 --as-of 2026-11-02 --format html
	python3 - >bars <<-'END'
		import re
		picture = re.search('What changed from.*?</svg>', open("out", encoding="utf-8").read(), re.S)[0]
		print(re.findall(r'class="bar (d[0-9])"|class="key [^>]*>(\w+)', picture))
	END
	same "$(cat bars)" "[('d4', ''), ('d3', ''), ('', 'less'), ('d4', ''), ('', 'more')]"
}

@test "what has no price has no amount" {
	log a 2026-08-01 2026-09-30 nobodys-model >unpriced.csv
	expect 0 import --ledger unpriced.db unpriced.csv
	report_of unpriced.db 2026-09
	same "$(jq -c '[.month.spend, .workloads[0].spend, .workloads[0].change, .months[1].spend, .bridge]' out)" \
		'[null,null,null,null,null]'
	expect 0 report --ledger unpriced.db --period 2026-09 --as-of 2026-11-02
	same "$(head -1 out)" 'September 2026 used 33,000 tokens that have no price.'
	lacks out 0.00
}

@test "what is in another currency is shown in that one" {
	{
		echo timestamp,model,task,input_tokens,output_tokens,cost,currency
		for month in 08 09; do
			for day in $(seq -w 30); do
				echo "2026-$month-${day}T10:00:00Z,gpt-4o,alpha,1000,100,0.5,USD"
				echo "2026-$month-${day}T11:00:00Z,mistral-large,beta,1000,100,0.7,EUR"
			done
		done
	} >two.csv
	expect 0 import --ledger two.db two.csv
	report_of two.db 2026-09
	same "$(jq -c '[.workloads[] | [.name, .spend.amount, .spend.currency, .change.currency, .share]]' out)" \
		'[["beta","21.00","EUR","EUR",1],["alpha","15.00","USD","USD",null]]'
	expect 0 report --ledger two.db --period 2026-09 --as-of 2026-11-02
	head -1 out | grep -q '^September 2026 cost €21.00 and \$15.00, '
}

@test "a credit is larger than the month" {
	printf 'date,model,task,input_tokens,output_tokens,cost\n' >credit.csv
	for day in 01 15 30; do
		echo "2026-09-$day,gpt-4o,alpha,1000,100,1.00"
		echo "2026-10-$day,gpt-4o,alpha,1000,100,-2.00"
	done >>credit.csv
	expect 0 report --in credit.csv --period 2026-10 --as-of 2026-11-02
	head -1 out | grep -q '^October 2026 came to -\$6.00, credits included'
}

@test "months begin and end where --tz says" {
	# half past midnight to half past five, UTC, of the first; the last six hours, UTC, of the 30th
	local at
	echo timestamp,model,task,input_tokens,output_tokens >first.csv
	echo timestamp,model,task,input_tokens,output_tokens >last.csv
	for at in 0 1 2 3 4 5; do
		echo "2026-10-01T0$at:30:00Z,gpt-4o,alpha,100000,0" >>first.csv
		echo "2026-09-30T$((18 + at)):40:00Z,gpt-4o,alpha,100000,0" >>last.csv
	done
	while read -r file zone month complete; do
		expect 0 report --in $file.csv --tz $zone --as-of 2026-10-05T03:00:00Z --format json
		same "$(jq -r '.month | "\(.month) \(.complete) \(.spend.amount) \(.days)"' out)" "$month $complete 1.50 1"
		expect 0 audit --no-save $file.csv --tz $zone --period $month --format json
		same "$(jq -r .totals.spend.amount out)" 1.50
		expect 1 report --in $file.csv --tz $zone --as-of 2026-10-05 --period 2026-11
		has err 'nothing is known of November 2026'
	done <<-END
		first UTC 2026-10 false
		first America/Los_Angeles 2026-09 false
		first Asia/Kolkata 2026-10 false
		last UTC 2026-09 false
		last America/Los_Angeles 2026-09 false
		last Asia/Kolkata 2026-10 false
	END
	# the last month that is over there
	log a 2026-08-01 2026-09-30 >whole.csv
	expect 0 report --in whole.csv --as-of 2026-10-01T03:00:00Z --period last --format json
	same "$(jq -r .month.month out)" 2026-09
	expect 0 report --in whole.csv --as-of 2026-10-01T03:00:00Z --period last --format json --tz America/Los_Angeles
	same "$(jq -r .month.month out)" 2026-08
	# February of a leap year
	log a 2024-02-01 2024-03-31 gpt-4-0613 >leap.csv
	expect 0 report --in leap.csv --period 2024-02 --as-of 2024-04-02 --format json
	same "$(jq -c '[.month.period.end, .month.complete, .month.days, .month.requests]' out)" '["2024-02-29",true,29,29]'
}

@test "the machine that break-even is shown for is named by an option, else in hllm.conf" {
	two_months
	expect 0 report --period 2026-10 --as-of 2026-11-02
	lacks out 'GeForce RTX 4090'
	mkdir -p .config/hllm
	echo 'report { gpu = rtx4090 }' >.config/hllm/hllm.conf
	expect 0 report --period 2026-10 --as-of 2026-11-02
	has out 'On a machine of your own: GeForce RTX 4090'
	expect 0 report --period 2026-10 --as-of 2026-11-02 --gpu 2x3090
	has out 'On a machine of your own: 2 × GeForce RTX 3090'
	expect 2 report --period 2026-10 --as-of 2026-11-02 --gpu nonsense
	has err nonsense
	out_is ""
	echo 'report { gpu = nonsense }' >.config/hllm/hllm.conf
	expect 1 report --period 2026-10 --as-of 2026-11-02
	has err 'hllm.conf:1: report: '
	has err nonsense
	expect 0 report --period 2026-10 --as-of 2026-11-02 --gpu rtx4090
}

@test "what people add up adds up: the change is that of the cents that are printed" {
	python3 "$TESTDIR/data/years.py" >years.csv
	expect 0 report --in years.csv --period 2026-08 --as-of 2026-11-02
	same "$(head -1 out)" 'August 2026 cost $245.92, $16.45 (6 %) less than July.'
	grep -q '^in July 2026  *\$262.37$' out
	grep -q '^change  *-\$16.45$' out
	python3 - out <<'END'
import re, sys
from decimal import Decimal
text = open(sys.argv[1]).read().split("Why it changed\n")[1].split("\n\n")[0]
amounts = [Decimal(m) for m in re.findall(r"^\S.*?([+-]?[\d,]+\.\d\d)(?:  |$)", text, re.M)]
assert len(amounts) == 9 and sum(amounts[:-1]) == amounts[-1], amounts
END
}

@test "the change of a month whose cost is a range is that of the low ends, and says so" {
	{
		echo date,model,requests,prompt_tokens,completion_tokens,task
		for day in 09-01:1 09-30:1 10-01:2 10-31:2; do
			echo "2026-${day%:*},claude-sonnet-4-20250514,20,${day#*:}000000,0,alpha"
		done
	} >ranges.csv
	expect 0 report --in ranges.csv --period 2026-10 --as-of 2026-11-02
	same "$(head -1 out)" 'October 2026 cost $12.00 to $24.00, at the low ends $6.00 (100 %) more than September.'
	grep -q '^change  *+\$6.00 at the low ends$' out
}
