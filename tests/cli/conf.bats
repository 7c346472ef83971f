#!/usr/bin/env bats
# hllm.conf at work: workloads, discounts, subscriptions, rates, settings.

load lib

log()
{
	cat >log.jsonl <<'END'
{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","task":"support-chat","project":"web","model":"gpt-4o","tokens_in":1000000,"tokens_out":0}
{"timestamp":"2026-10-01T22:30:00Z","request_id":"b","task":"support-mail","project":"web","model":"gpt-4o","tokens_in":1000000,"tokens_out":0}
{"timestamp":"2026-10-03T10:00:00Z","request_id":"c","task":"labels","project":"lab","model":"gpt-4o","tokens_in":2000000,"tokens_out":0}
END
}

conf()
{
	mkdir -p .config/hllm
	cat >.config/hllm/hllm.conf
}

value()
{
	python3 -c 'import json, sys
v = json.load(open("out"))
for k in sys.argv[1].split("."):
	v = v[int(k)] if k.isdigit() else v[k]
print(v)' "$1"
}

@test "a workload block gathers tasks by glob; what it leaves keeps its own name" {
	log
	conf <<<'workload "support" { task = "support-*" }'
	expect 0 audit --no-save --format json log.jsonl
	[ "$(value workloads.0.cost.amount)" = 5.00 ]
	[ "$(value workloads.1.cost.amount)" = 5.00 ]
	expect 0 audit --no-save --format csv log.jsonl
	has out "support,"
	has out "labels,"
}

@test "editing the configuration needs no new import" {
	log
	expect 0 import log.jsonl
	conf <<<'workload "everything" { model = "gpt-*" }'
	expect 0 audit --format json
	[ "$(value workloads.0.name)" = everything ]
	[ "$(value workloads.0.cost.amount)" = 10.00 ]
}

@test "a discount is taken off list prices, while it holds" {
	log
	conf <<<'discount "contract" { biller = openai from = "2026-10-02" percent = 12.5 }'
	expect 0 audit --no-save --format json log.jsonl
	[ "$(value totals.list_cost.amount)" = 9.375 ]
}

@test "usage under a subscription is shown at API prices, not as spend" {
	log
	conf <<<'subscription "flat" { biller = openai project = web monthly = 200 }'
	expect 0 audit --no-save --format json log.jsonl
	[ "$(value totals.included_list_cost.amount)" = 5.00 ]
	[ "$(value totals.spend.amount)" = 5.00 ]
	expect 0 audit --no-save log.jsonl
	has out 'Usage covered by a subscription would cost $5.00 at API prices; it is not spend.'
}

@test "currencies are added only at a rate of the configuration" {
	cp "$TESTDIR/data/samples/azure-cost-details.csv" "$TESTDIR/data/samples/openai-cost.csv" .
	expect 0 audit --no-save --format json azure-cost-details.csv openai-cost.csv
	[ "$(value totals.billed_cost)" = None ]
	has out "several currencies"
	conf <<'END'
settings { currency = USD }
rate "EUR/USD" { date = "2026-10-01" value = 1.1 source = "made up" }
END
	expect 0 audit --no-save --format json azure-cost-details.csv openai-cost.csv
	# 390.77115 * 1.1 + 0.43618098
	[ "$(value totals.billed_cost.amount)" = 430.28444598 ]
}

@test "what is proposed for several currencies gives one sum" {
	sed 's,10/\(0[0-9]\)/2026,03/\1/2026,' "$TESTDIR/data/samples/azure-cost-details.csv" >bill.csv
	expect 0 audit --no-save bill.csv
	head -1 out | grep -q '^€390.77 billed'
	has out 'put into hllm.conf: settings { currency = USD } rate "EUR/USD" { date = "2026-03-01" value = "…" }'
	# the bill is held against nothing, and nothing is said to agree
	lacks out 'to the cent'
	expect 0 audit --no-save --format json bill.csv
	same "$(jq -c '[.reconciliation, .reconciliation_reason]' out)" \
		'[null,"the bill is in a currency of which hllm.conf has no rate to dollars, which prices are in"]'
	expect 0 audit --no-save bill.csv # now in text
	grep -o 'settings {.*' out | sed 's/…/1.1/' | conf
	expect 0 audit --no-save bill.csv
	head -1 out | grep -q '^\$429.85 billed'
	lacks out 'not added up'
	has out 'The bill says'
}

@test "settings stand for options that are not given" {
	log
	conf <<END
settings { ledger = "$HOME/other.db" period = "2026-10-03..2026-10-03" }
END
	expect 0 import log.jsonl
	[ -e other.db ]
	expect 0 audit --format json
	[ "$(value totals.requests)" = 1 ]
	expect 0 audit --format json --period 2026-10
	[ "$(value totals.requests)" = 3 ]
}

@test "days begin where --tz says" {
	log
	expect 0 audit --no-save --format json --period 2026-10-02..2026-10-02 --tz Asia/Tokyo log.jsonl
	[ "$(value totals.requests)" = 1 ]
	expect 2 audit --no-save --tz Nowhere/Land log.jsonl
	err_is 'hllm: --tz Nowhere/Land: no such time zone, expected a name such as Europe/Berlin or UTC'
}

@test "a mistake is reported with file, line and the nearest name" {
	log
	conf <<<'worklaod "x" { task = "y" }'
	expect 1 audit --no-save log.jsonl
	has err "hllm.conf:1"
	has err "workload"
}

@test "a user of a workload block is compared by hash" {
	cat >log.jsonl <<'END'
{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","user":"anna","model":"gpt-4o","tokens_in":1000000,"tokens_out":0}
{"timestamp":"2026-10-01T11:00:00Z","request_id":"b","user":"bob","model":"gpt-4o","tokens_in":2000000,"tokens_out":0}
END
	conf <<<'workload "hers" { user = anna }'
	for save in --no-save --quiet; do
		expect 0 audit $save --format json log.jsonl
		[ "$(value workloads.1.name)" = hers ]
		[ "$(value workloads.1.cost.amount)" = 2.50 ]
	done
}

@test "a month in another time zone has its own days" {
	for day in 01 15 31; do
		echo '{"timestamp":"2026-10-'$day'T22:30:00Z","request_id":"'$day'","model":"gpt-4o","tokens_in":1,"tokens_out":0}'
	done >log.jsonl
	expect 0 audit --no-save --period 2026-10 --tz Europe/Berlin log.jsonl
	has out " over 30 days"
}

@test "input without output is a lower bound, a date of unknown order no date" {
	echo '{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","model":"gpt-4o","prompt_tokens":1000000}' >log.jsonl
	expect 0 audit --no-save log.jsonl
	has out 'At least $2.50'
	has out "state input tokens but no output tokens"
	printf 'date,model,input_tokens,output_tokens\n01/10/2026,gpt-4o,5,5\n' >log.csv
	expect 0 audit --no-save log.csv
	has out "the day or the month may come first, expected 2026-10-31"
}
