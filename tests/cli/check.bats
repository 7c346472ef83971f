#!/usr/bin/env bats
# hllm check: each alert on both sides of its limit, silence, the same answer again, metrics, cron and systemd.

load lib
load servers

# a_log [FILE] - the log that the lines on stdin describe (check-log.py).
a_log()
{
	python3 "$TESTDIR/cli/check-log.py" >"${1:-log.jsonl}"
}

LEDGER=ledger.db
as_of=2026-11-01

# ledger - a new ledger of the log that the lines on stdin describe.
ledger()
{
	a_log
	rm -f "$LEDGER"
	"$HLLM" import --quiet --ledger "$LEDGER" log.jsonl >out
}

# check STATUS IDS OPTION... - hllm check as of $as_of finds these kinds of alerts, in their order.
check()
{
	local want=$1 ids=$2
	shift 2
	expect "$want" check --ledger "$LEDGER" --as-of "$as_of" --config hllm.conf --format json "$@"
	same "$(jq -r '[.alerts[].id] | join(" ")' out)" "$ids"
}

# table of cases: text of hllm.conf | kinds of alerts
cases()
{
	local conf ids
	while IFS='|' read -r conf ids; do
		[ -n "$conf" ] || continue
		printf '%s\n' "$conf" >hllm.conf
		if [ -n "$ids" ]; then check 3 "$ids" "$@"; else check 0 '' "$@"; fi || {
			echo "case: $conf" >&2
			return 1
		}
	done
}

quiet_month()
{
	ledger <<-END
		2026-08-01 2026-10-31 3 chat
		2026-08-01 2026-10-31 1 mail
	END
	: >hllm.conf
}

@test "nothing at all when all is well, and status 0" {
	quiet_month
	expect 0 check --ledger "$LEDGER" --as-of 2026-11-01
	[ ! -s out ] && [ ! -s err ]
	# a file that holds an earlier alert is emptied; one line with --verbose, then what was looked at
	echo old >alerts.txt
	expect 0 check --ledger "$LEDGER" --as-of 2026-11-01 -o alerts.txt
	[ -e alerts.txt ] && [ ! -s alerts.txt ] && [ ! -s out ]
	expect 0 check --ledger "$LEDGER" --as-of 2026-11-01 --verbose
	same "$(head -1 out)" 'All is well: seven checks, data up to 2026-10-31.'
	same "$(sed -n '5,$p' out | tr -s ' ' | cut -d' ' -f1-3)" \
'spike well chat
spike well mail
spike well all
verdict well chat
verdict well mail
prices well the
data well the'
}

@test "one paragraph, a line for each alert, and the command that shows more" {
	quiet_month
	printf 'budget all { month = 100 }\nbudget chat { month = 90 workload = chat }\n' >hllm.conf
	expect 3 check --ledger "$LEDGER" --as-of 2026-11-01 --config hllm.conf
	out_is "Two alerts: over budget (all), over budget (chat).

Budget \"all\": \$124.00 spent in 2026-10, \$24.00 more than its \$100.00. More: hllm report --period 2026-10 --config 'hllm.conf' --ledger '$LEDGER' --as-of '2026-11-01'
Budget \"chat\": \$93.00 spent in 2026-10, \$3.00 more than its \$90.00. More: hllm report --period 2026-10 --config 'hllm.conf' --ledger '$LEDGER' --as-of '2026-11-01'"
	[ ! -s err ]
	expect 3 check --ledger "$LEDGER" --as-of 2026-11-01 --config hllm.conf --format csv
	same "$(head -2 out | cut -d, -f1-6)" \
'id,severity,subject,value,limit,unit
budget,hard,all,124,100,USD'
}

@test "budgets: hard, soft, of workloads and billers, on both sides" {
	quiet_month
	cases <<-'END'
		budget a { month = 123.99 soft = 123.99 }|budget
		budget a { month = 124 soft = 124 }|
		budget a { month = 200 soft = 123.99 }|budget-soft
		budget a { month = 200 soft = 124 }|
		budget a { month = 155 }|
		budget a { month = 154.99 }|budget-soft
		budget a { month = 154.99 soft = "81 %" }|
		budget a { month = 92.99 workload = chat }|budget
		budget a { month = 93 soft = 93 workload = "CHA*" }|
		budget a { month = 30.99 workload = mail }|budget
		budget a { month = 123.99 workload = { chat, mail } }|budget
		budget a { month = 1 workload = nobody }|
		budget a { month = 123.99 biller = "open*" }|budget
		budget a { month = 124 soft = 124 biller = openai }|
		budget a { month = 1 biller = anthropic }|
		budget a { month = 92.99 biller = openai workload = chat }|budget
		budget a { month = 1 currency = EUR }|
	END
	# each budget has its own state, and the worst alone
	cases <<-'END'
		budget a { month = 100 } budget b { month = 150 } budget c { month = 1000 }|budget budget-soft
	END
}

@test "a budget that the month is going to cross" {
	quiet_month
	# 60 of 124 are spent
	as_of=2026-10-16 cases <<-'END'
		budget a { month = 100 soft = 100 }|budget-forecast
		budget a { month = 150 soft = 150 }|
		budget a { month = 100 soft = 10 }|budget-forecast
		budget a { month = 59 soft = 59 }|budget
		budget a { month = 60 soft = 60 workload = chat }|budget-forecast
	END
	echo 'budget a { month = 100 }' >hllm.conf
	expect 3 check --ledger "$LEDGER" --as-of 2026-10-16 --config hllm.conf --format json
	same "$(jq -r '.alerts[0] | [.severity, .limit, .unit] | join(" ")' out)" 'soft 100 USD'
	jq -e '.alerts[0].value > 110 and .alerts[0].value < 140' out
	has out '2026-10 is almost sure to cost $'
}

@test "a spike, and what is none" {
	: >hllm.conf
	# usual is ten
	for last in 20:0 21:3; do
		printf '2026-08-01 2026-10-30 10 chat\n2026-10-31 2026-10-31 %s chat\n' "${last%:*}" | ledger
		check "${last#*:}" "$([ "${last#*:}" = 0 ] || echo spike)"
	done
	has out 'chat cost $21.00 on 2026-10-31, 2.1 times the $10.00 that is usual on a Saturday; the limit is $20.00.'
	cases <<-'END'
		check { spike = 2.2 }|
		check { spike = 2.05 }|spike
		check { spike_floor = 11 }|
		check { spike_floor = 10.99 }|spike
		check { spike = no }|
	END
	# too little data to know; working days alone; growth by a quarter a week
	printf '2026-10-20 2026-10-30 10 chat\n2026-10-31 2026-10-31 90 chat\n' | ledger
	check 0 ''
	printf '2026-08-03 2026-10-30 30 chat weekdays=1\n' | ledger
	as_of=2026-10-27 check 0 ''
	for ((i = 0, n = 10; i < 12; i++, n = n * 5 / 4)); do
		printf '%s %s %s chat\n' "$(date -ud "2026-08-02 + $((i * 7)) days" +%F)" \
			"$(date -ud "2026-08-08 + $((i * 7)) days" +%F)" "$n"
	done | ledger
	for ((i = 6; i < 12; i++)); do
		as_of=$(date -ud "2026-08-04 + $((i * 7)) days" +%F)
		check 0 ''
	done
	# today is not over: it is never the day that is looked at
	printf '2026-08-01 2026-10-30 10 chat\n2026-10-31 2026-10-31 90 chat\n' | ledger
	as_of=2026-10-31 check 0 ''
}

@test "work of local servers that goes to an API" {
	: >hllm.conf
	# answered at home: model llama; asked for at home and answered by an API: tier local, model gpt-4o
	local local_keys='model=llama3.1:8b tier=local input_tokens=1000' \
		fallen='tier=local model=gpt-4o input_tokens=1000'
	printf '2026-10-01 2026-10-31 49 chat %s\n2026-10-01 2026-10-31 1 chat %s\n' "$local_keys" "$fallen" | ledger
	check 0 ''
	cases <<-'END'
		check { fallback = "2 %" }|
		check { fallback = "1.9 %" }|fallback
		check { fallback = 0.019 }|fallback
		check { fallback = no }|
	END
	expect 0 check --ledger "$LEDGER" --as-of 2026-11-01 --verbose
	has out '2 %'
	printf '2026-10-01 2026-10-31 48 chat %s\n2026-10-01 2026-10-31 1 chat %s\n' "$local_keys" "$fallen" | ledger
	: >hllm.conf
	check 3 fallback
	has out '"chat: 31 of 1,519 requests for a local server (2 %) went to an API in 2026-10; the limit is 2 %."'
	# nine are too few to tell, ten are not
	printf '2026-10-01 2026-10-09 1 chat %s\n' "$fallen" | ledger
	check 0 ''
	printf '2026-10-01 2026-10-10 1 chat %s\n' "$fallen" | ledger
	check 3 fallback
}

# verdicts CALLS CALLS CALLS CALLS - a workload of so many calls a day in July, August, September, October.
verdicts()
{
	printf '%s\n' 'workload chat { type = classification quality = standard latency_tolerance_ms = 1000' \
		'tool_calling = no reliability = normal change_rate = stable }' 'check { spike = no }' >hllm.conf
	local month days
	for month in 07:31 08:31 09:30 10:31; do
		days=${month#*:}
		printf '2026-%s-01 2026-%s-%s %s chat input_tokens=100\n' "${month%:*}" "${month%:*}" "$days" "$1"
		shift
	done | ledger
}

@test "a verdict that changed counts when two complete months agree" {
	# of the first seed's framework: local above 100 calls a day, api below
	while read -r a b c d status; do
		verdicts "$a" "$b" "$c" "$d"
		check "$status" "$([ "$status" = 0 ] || echo verdict)" --policy playbook || {
			echo "case: $a $b $c $d" >&2
			return 1
		}
	done <<-'END'
		50 50 50 50 0
		50 50 50 150 0
		50 50 150 150 3
		50 150 150 150 0
		50 50 150 50 0
		150 150 50 50 3
		50 150 50 150 0
	END
	verdicts 50 50 150 150
	# an incomplete month is not looked at: as of the 15th the last complete one is September
	as_of=2026-10-15 check 0 '' --policy playbook
	as_of=2026-11-01 check 3 verdict --policy playbook
	has out 'chat: policy playbook says local in 2026-09 and 2026-10, and said api in 2026-08'
	same "$(jq -r '.alerts[0].severity' out)" soft
	sed -i 's/spike = no/spike = no flips = no/' hllm.conf
	check 0 '' --policy playbook
	# a workload that is new has no verdict to change
	printf '2026-09-01 2026-10-31 150 chat input_tokens=100\n' | ledger
	check 0 '' --policy playbook
}

@test "an old price table, and data that stopped" {
	quiet_month
	expect 0 check --ledger "$LEDGER" --as-of 2026-11-01 --format prometheus
	age=$(python3 "$TESTDIR/cli/prometheus.py" <out | jq 'select(.[0] == "hllm_price_table_age_seconds")[2] / 86400')
	[ "$age" -gt 1 ]
	cases <<-END
		check { price_age = $age }|
		check { price_age = $((age - 1)) }|prices
	END
	# one day after the 31st of October is the 1st of November
	cases <<-'END'
		check { data_age = 1 }|
	END
	as_of=2026-11-02 cases <<-'END'
		check { data_age = 1 price_age = no }|data
		check { data_age = no price_age = no }|
	END
	as_of=2026-12-15 cases <<-'END'
		check { price_age = no }|
	END
	as_of=2026-12-16 cases <<-'END'
		check { price_age = no }|data
	END
	# what is not there yet as of a day is not looked at
	as_of=2026-09-10 cases <<-'END'
		budget a { month = 1 }|budget
	END
	has out 'Budget \"a\": $40.00 spent in 2026-09'
}

@test "limits of hllm.conf, on both sides" {
	ledger <<-'END'
		2026-10-01 2026-10-31 3 chat latency_ms=2000 cached_tokens=100000 output_tokens=100
		2026-10-01 2026-10-31 1 chat status=error latency_ms=2000
		2026-10-01 2026-10-31 2 mail input_tokens=200000
		2026-10-25 2026-10-31 1 late
	END
	# chat: 4 requests a day, of which 3 read 100,000 of 400,000 tokens at half price: 0.875 + 0.001 each, and 1
	cases <<-'END'
		limit a { measure = requests_per_day workload = chat above = 3.9 }|limit
		limit a { measure = requests_per_day workload = chat above = 4 below = 4 }|
		limit a { measure = requests_per_day workload = chat below = 4.1 }|limit
		limit a { measure = requests_per_day workload = chat below = 4.1 days = 30 }|limit
		limit a { measure = requests_per_day above = 7 below = 7 }|
		limit a { measure = requests_per_day above = 6.9 }|limit
		limit a { measure = requests_per_day above = 6.9 days = 31 }|
		limit a { measure = cost_per_day workload = mail above = 0.99 }|limit
		limit a { measure = cost_per_day workload = mail above = 1 below = 1 }|
		limit a { measure = cost_per_request workload = chat above = 0.906 }|limit
		limit a { measure = cost_per_request workload = chat above = 0.907 below = 0.907 }|
		limit a { measure = tokens_per_request workload = chat above = 400075 below = 400075 }|
		limit a { measure = tokens_per_request workload = chat above = 400074 }|limit
		limit a { measure = input_tokens_per_request workload = mail above = 199999 }|limit
		limit a { measure = input_tokens_per_request workload = mail above = 200000 }|
		limit a { measure = output_tokens_per_request workload = chat below = 76 }|limit
		limit a { measure = output_tokens_per_request workload = chat below = 75 }|
		limit a { measure = cache_share workload = chat below = "18.76 %" }|limit
		limit a { measure = cache_share workload = chat below = 0.1875 }|
		limit a { measure = error_rate workload = chat above = "24.9 %" }|limit
		limit a { measure = error_rate workload = chat above = 0.25 }|
		limit a { measure = error_rate workload = mail above = 0 }|
		limit a { measure = latency_p95_ms workload = chat above = 1500 }|limit
		limit a { measure = latency_p95_ms workload = chat above = 2000 }|
		limit a { measure = latency_p95_ms workload = chat below = 3000 }|limit
		limit a { measure = latency_p95_ms workload = mail above = 1 }|
		limit a { measure = requests_per_day workload = "*" below = 3 }|limit limit
		limit a { measure = requests_per_day workload = nobody below = 3 }|
	END
	same "$(jq -r '.checks[] | select(.id == "limit") | [.state, .text] | join(": ")' out)" \
		'unknown: Limit "a": no workload of that name has any data.'
}

@test "a server that does not answer" {
	quiet_month
	serve dialect=llamacpp
	alive=$url
	serve dialect=openai key=secret
	locked=$url
	serve dialect=vllm fault=500
	broken=$url
	cases <<-END
		check { servers = "$alive" }|
		check { servers = { "$alive/v1", "${alive#http://}" } }|
		check { servers = "$locked" }|
		check { servers = "$broken" }|server
		check { servers = { "$alive", "$broken", "http://127.0.0.1:9" } }|server server
	END
	jq -e '.alerts[1].text | test("no server answers there")' out
	same "$(jq -r '.alerts[1].severity' out)" hard
	# nothing is asked off this machine, unless it is said
	echo 'check { servers = "http://192.0.2.1:8080" }' >hllm.conf
	expect 1 check --ledger "$LEDGER" --config hllm.conf
	has err 'hllm.conf:1: check: servers: http://192.0.2.1:8080: not on this machine; expected --allow-remote'
	echo 'check { servers = "http://me:secret@127.0.0.1" }' >hllm.conf
	expect 1 check --ledger "$LEDGER" --config hllm.conf
	lacks err secret@
}

@test "--fail-on decides for which alerts the status is 3" {
	quiet_month
	while IFS='|' read -r conf any hard; do
		echo "$conf" >hllm.conf
		for on in "any:$any" "hard:$hard" none:0; do
			expect "${on#*:}" check --ledger "$LEDGER" --as-of 2026-11-01 --config hllm.conf --fail-on "${on%:*}"
			[ "$any" = 0 ] || [ -s out ]
		done
	done <<-'END'
		budget a { month = 100 }|3|3
		budget a { month = 140 }|3|0
		budget a { month = 140 } budget b { month = 100 }|3|3
		budget a { month = 1000 }|0|0
	END
}

@test "the same ledger and time give the same bytes, ten times" {
	quiet_month
	printf 'budget all { month = 100 }\nlimit l { measure = requests_per_day workload = "*" above = 2 }\n' >hllm.conf
	for format in text json csv md prometheus; do
		expect 3 check --ledger "$LEDGER" --as-of 2026-11-01 --config hllm.conf --format "$format"
		mv out "first.$format"
	done
	for i in 1 2 3 4 5 6 7 8 9; do
		for format in text json csv md prometheus; do
			expect 3 check --ledger "$LEDGER" --as-of 2026-11-01 --config hllm.conf --format "$format"
			cmp out "first.$format"
		done
		# a later import of what is known already changes nothing
		[ "$i" != 5 ] || "$HLLM" import --quiet --ledger "$LEDGER" log.jsonl >/dev/null
	done
	# and whether several files came in one order or the other is no matter
	printf '2026-08-01 2026-10-31 3 chat\n' | a_log one.jsonl
	printf '2026-08-01 2026-10-31 1 mail x=1\n' | a_log two.jsonl
	for files in 'one.jsonl two.jsonl' 'two.jsonl one.jsonl'; do
		rm -f ledger.db
		# shellcheck disable=SC2086
		"$HLLM" import --quiet --ledger ledger.db $files >/dev/null
		hllm check --ledger ledger.db --as-of 2026-11-01 --config hllm.conf
		mv out "of-${files%% *}"
	done
	cmp of-one.jsonl of-two.jsonl
}

@test "metrics that Prometheus reads, from any name" {
	python3 "$TESTDIR/data/corpus.py" corpus
	# without a price, so that the amounts below are those of the other log
	sed 's/"gpt-4"/"nosuch"/' corpus/few.jsonl >evil.jsonl
	printf '2026-08-01 2026-10-31 3 chat\n' | a_log
	"$HLLM" import --quiet --ledger ledger.db evil.jsonl log.jsonl >/dev/null
	printf 'budget "a \\"b\\\\ <c>" { month = 100 }\nbudget e { month = 5 currency = EUR }\nbudget d { month = 9 }\n' >hllm.conf
	expect 3 check --ledger ledger.db --config hllm.conf --as-of 2026-10-20 --format prometheus -o hllm.prom
	[ ! -s out ]
	same "$(find . -name 'hllm.prom*')" ./hllm.prom
	python3 "$TESTDIR/cli/prometheus.py" <hllm.prom >samples
	# promtool, where there is one, agrees
	! command -v promtool || promtool check metrics <hllm.prom
	same "$(jq -c 'select(.[0] == "hllm_budget_limit_usd" or .[0] == "hllm_budget_limit_eur")' samples)" \
'["hllm_budget_limit_usd",{"budget":"a \"b\\ <c>"},100]
["hllm_budget_limit_usd",{"budget":"d"},9]
["hllm_budget_limit_eur",{"budget":"e"},5]'
	same "$(jq -c 'select(.[0] == "hllm_budget_spend_usd" and .[1].budget == "d")[2] | round' samples)" 60
	same "$(jq -r 'select(.[0] == "hllm_budget_forecast_usd" and .[1].budget == "d")[1].bound' samples | tr '\n' ' ')" \
		'low likely high '
	same "$(jq -c 'select(.[0] == "hllm_alert") | [.[1].alert, .[2]]' samples)" \
'["budget",1]
["budget-forecast",0]
["budget-soft",0]
["limit",0]
["spike",0]
["fallback",0]
["server",0]
["verdict",0]
["prices",0]
["data",0]'
	# all of the corpus is there: chat, and a workload for each name
	[ "$(jq -r 'select(.[0] == "hllm_month_spend_usd")[1].workload' samples | wc -l)" -ge 30 ]
	same "$(jq 'select(.[0] == "hllm_data_timestamp_seconds")[2]' samples)" \
		"$(jq -r .timestamp log.jsonl | sort | tail -1 | xargs -I{} date -ud {} +%s)"
	# the ending .prom says the same as --format prometheus
	expect 3 check --ledger ledger.db --config hllm.conf --as-of 2026-10-20 -o again.prom
	cmp hllm.prom again.prom
	expect 2 audit --ledger ledger.db --format prometheus
	err_is 'hllm: --format prometheus: only hllm check has an answer in metrics'
	# no metrics are left half written where they cannot be written
	expect 1 check --ledger ledger.db --config hllm.conf --format prometheus -o missing/hllm.prom
	has err 'missing/hllm.prom: No such file or directory'
}

@test "every command that an alert proposes runs" {
	verdicts 50 50 150 150
	{
		printf 'budget a { month = 1 }\nbudget b { month = 100000 soft = 1 }\n'
		printf 'limit "it'\''s" { measure = requests_per_day below = 1000 }\n'
	} >>hllm.conf
	sed -i 's/spike = no/price_age = 1 data_age = 1/' hllm.conf
	expect 3 check --ledger "$LEDGER" --config hllm.conf --as-of 2026-11-10 --policy playbook --by task --format json
	same "$(jq -r '.alerts[].id' out | sort -u | tr '\n' ' ')" 'budget budget-soft data limit prices verdict '
	jq -r '.alerts[].command' out >commands
	while read -r command; do
		bash -c "${command/#hllm/\"\$HLLM\"}" >more 2>err || {
			echo "$command: $(cat err)" >&2
			return 1
		}
		[ -s more ]
	done <commands
	has commands "hllm decide 'chat' --explain --period 2026-10 --config 'hllm.conf' --ledger '$LEDGER' --as-of '2026-11-10' --by 'task' --policy 'playbook'"
}

@test "what cannot be checked is an error with one sentence" {
	: >hllm.conf
	expect 1 check --ledger none.db
	err_is 'hllm: none.db: no ledger yet; start with: hllm audit FILE'
	[ ! -e none.db ]
	printf '2026-10-01 2026-10-02 1 chat\n' | ledger
	"$HLLM" imports --ledger "$LEDGER" --undo 1 >/dev/null
	expect 1 check --ledger "$LEDGER"
	err_is "hllm: $LEDGER: an empty ledger; start with: hllm audit FILE"
	printf '2026-10-01 2026-10-02 1 chat\n' | ledger
	expect 1 check --ledger "$LEDGER" --as-of 2026-09-01
	err_is 'hllm: nothing in the ledger is older than 2026-09-01: it begins on 2026-10-01'
	cp "$TESTDIR/data/seeds/s0-table.csv" table.csv
	"$HLLM" import --quiet --ledger table.db table.csv >/dev/null
	expect 1 check --ledger table.db
	err_is 'hllm: nothing in the ledger has a date, expected bills or logs with times; see: hllm imports'
	expect 2 check --ledger "$LEDGER" --period 2026-10
	has err 'hllm: --period 2026-10: a check is of the newest data; expected --as-of TIME'
	expect 2 check chat
	has err 'hllm: unexpected "chat": a check is of the ledger, and its limits are in hllm.conf'
	expect 2 check --fail-on soft
	echo 'budget a { month = 1 soft = 2 }' >hllm.conf
	expect 1 check --ledger "$LEDGER" --config hllm.conf
	err_is 'hllm: hllm.conf:1: budget "a": soft is "2", expected an amount up to month, or a part of it such as "80 %"'
	# a period of the settings is for audits, and no matter here
	echo 'settings { period = last }' >hllm.conf
	expect 0 check --ledger "$LEDGER" --config hllm.conf --as-of 2026-10-10
}

@test "under cron: no TERM, no locale, no HOME, a home that cannot be written" {
	mkdir -p .local/share/hllm .config/hllm
	printf '2026-08-01 2026-10-31 3 caf\xc3\xa9\n' | ledger
	mv "$LEDGER" .local/share/hllm/ledger.db
	echo 'budget a { month = 10 workload = "caf*" }' >.config/hllm/hllm.conf
	cron="env -i HLLM_DATA_DIR=$HLLM_DATA_DIR ASAN_OPTIONS=${ASAN_OPTIONS-}"
	status=0
	$cron HOME="$HOME" "$HLLM" check --as-of 2026-11-01 >out 2>err || status=$?
	same "$status" 3
	[ ! -s err ]
	mv out want
	for more in TERM=dumb LC_ALL=C LANG=xx_YY.UTF-8 LC_ALL=POSIX TERM= SHELL=/bin/false; do
		status=0
		$cron HOME="$HOME" "$more" "$HLLM" check --as-of 2026-11-01 >out 2>err || status=$?
		same "$status" 3
		cmp out want
		[ ! -s err ]
	done
	# HOME of the password database; of a user without one --ledger is named
	status=0
	$cron HOME= "$HLLM" check >out 2>err || status=$?
	same "$status" 2
	err_is 'hllm: no home folder is known: set HOME, or say where the ledger is with --ledger FILE'
	status=0
	$cron HOME= "$HLLM" check --ledger .local/share/hllm/ledger.db --as-of 2026-11-01 >out 2>err || status=$?
	same "$status" 0
	if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" --version; then
		home=$(getent passwd 65534 | cut -d: -f6)
		status=0
		# shellcheck disable=SC2086
		setpriv --reuid 65534 --regid 65534 --clear-groups $cron "$HLLM" check >out 2>err || status=$?
		same "$status" 1
		has err "hllm: $home/.local/share/hllm/ledger.db: "
		status=0
		# shellcheck disable=SC2086
		setpriv --reuid 54321 --regid 54321 --clear-groups $cron "$HLLM" check >out 2>err || status=$?
		same "$status" 2
		has err 'no home folder is known: set HOME'
	fi
}

@test "a home that cannot be written" {
	here=$(mktemp -d)
	mkdir -p "$here/.local/share/hllm" "$here/.config/hllm"
	printf '2026-08-01 2026-10-31 3 chat\n' | ledger
	mv "$LEDGER" "$here/.local/share/hllm/ledger.db"
	echo 'budget a { month = 10 }' >"$here/.config/hllm/hllm.conf"
	find "$here" -type d -exec chmod 555 {} +
	find "$here" -type f -exec chmod 444 {} +
	as='env'
	[ "$(id -u)" != 0 ] || as='setpriv --reuid 65534 --regid 65534 --clear-groups env'
	if $as "$HLLM" --version >/dev/null 2>&1; then
		status=0
		$as -i HOME="$here" HLLM_DATA_DIR="$HLLM_DATA_DIR" "$HLLM" check --as-of 2026-11-01 >out 2>err || status=$?
		same "$status" 3
		same "$(head -1 out)" 'One alert: over budget (a).'
		[ ! -s err ]
	fi
	same "$(find "$here" -type f | sort)" "$here/.config/hllm/hllm.conf
$here/.local/share/hllm/ledger.db"
	find "$here" -type d -exec chmod 755 {} +
	rm -r "$here"
}

@test "units of systemd" {
	[ -n "${srcdir-}" ] || srcdir=$TESTDIR/..
	mkdir units run
	for unit in check mail prices report; do
		sed "s|@bindir@|$(dirname "$HLLM")|" "$srcdir/data/systemd/hllm-$unit.service.in" >"units/hllm-$unit.service"
		cp "$srcdir/data/systemd/hllm-$unit.timer" units/
		grep -q '^Persistent=true$' "units/hllm-$unit.timer"
		grep -q '^RandomizedDelaySec=' "units/hllm-$unit.timer"
		# what is run is a command of this program, with options that it has
		read -r -a words <<<"$(sed -n "s|^ExecStart=||p" "units/hllm-$unit.service")"
		same "${words[0]}" "$HLLM"
		expect 0 "${words[1]}" --help
		for word in "${words[@]:2}"; do
			[[ $word != --* ]] || has out "$word"
		done
	done
	command -v systemd-analyze >/dev/null || skip 'no systemd-analyze here'
	XDG_RUNTIME_DIR=$PWD/run systemd-analyze verify --user --man=no units/* 2>err
	[ ! -s err ]
	for timer in units/*.timer; do
		systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" >out
	done
}
