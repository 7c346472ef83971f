#!/usr/bin/env bats
# The last line of an answer is a command: pasted into a shell it works, and speaks of the same data.

load lib

log()
{
	cat >"it's a log.jsonl" <<'END'
{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","task":"ticket classification","model":"gpt-4o","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T10:00:00Z","request_id":"b","task":"it's chat","model":"my-own","tokens_in":3000,"tokens_out":30}
END
	echo 'settings { timezone = UTC }' >one.conf
	printf '%s\n' provider,model,kind,price,unit,source 'own,my-own,uncached_input,9,1M tokens,me' \
		'own,my-own,output,9,1M tokens,me' >own.csv
}

# paste - runs the last line of the answer as a shell would, with the program under test.
paste_last()
{
	local line
	line=$(tail -1 out)
	[[ $line == "hllm "* ]] || { echo "no command: $line" >&2; return 1; }
	eval "expect 0 ${line#hllm }"
}

@test "of files: the next command names them, the options and the policy" {
	log
	while read -r command; do
		eval "expect 0 $command"
		paste_last
	done <<'END'
audit --no-save "it's a log.jsonl"
audit --no-save --config one.conf --prices own.csv --by model --days 3 "it's a log.jsonl"
why total --in "it's a log.jsonl"
why "it's chat" --prices own.csv --in "it's a log.jsonl"
decide --in "it's a log.jsonl"
decide --in "it's a log.jsonl" --explain
decide --in "it's a log.jsonl" --policy all
decide --in "it's a log.jsonl" --policy all --set min_latency_tolerance_ms=400
decide --in "it's a log.jsonl" --policy playbook --set min_calls_per_day=50 --no-assume
decide --in "it's a log.jsonl" --policy playbook --set min_calls_per_day=50 --explain
workloads --in "it's a log.jsonl" --config one.conf
workloads --in "it's a log.jsonl" --config one.conf "it's chat"
workloads --in "it's a log.jsonl" --config one.conf --init
policies
policies show tree
policies check tree --set min_total_monthly_cost=100
prices list gpt-4o
END
}

@test "what was given decides the next answer too" {
	log
	expect 0 decide --in "it's a log.jsonl" --policy playbook --set min_calls_per_day=50 --days 2
	same "$(tail -1 out)" "hllm decide 'ticket classification' --explain --policy 'playbook' --set 'min_calls_per_day=50' --days 2 --in 'it'\\''s a log.jsonl'  # each rule, its value and its limit"
	paste_last
	has out 'Policy playbook: min_calls_per_day is 50 calls/day (--set)'
	expect 0 decide --in "it's a log.jsonl" --policy all --set min_calls_per_day=50
	has out "hllm decide --explain --policy 'default' --set 'min_calls_per_day=50' --in"
	expect 0 decide --in "it's a log.jsonl" --policy all --set min_total_monthly_cost=50
	paste_last
	has out '(--set)'
}

@test "of a break-even: the machine as it was described, and its price for no other" {
	log
	expect 0 breakeven --gpu 4090 --capex 1600 --model llama3.1:8b --concurrency 2 --max-wait 2.5 --days 3 \
		--in "it's a log.jsonl"
	same "$(tail -1 out)" "hllm breakeven --gpu '4090' --capex '1600' --model 'llama3.1:8b' --concurrency 2 --max-wait 2.5 --days 3 --in 'it'\\''s a log.jsonl' --explain  # every assumption and its source"
	head -1 out >first
	paste_last
	same "$(head -1 out)" "$(cat first)"
	same "$(tail -1 out)" "hllm breakeven --gpu '4090' --model 'llama3.1:8b' --concurrency 2 --max-wait 2.5 --days 3 --in 'it'\\''s a log.jsonl' --compare  # the same work on other hardware"
	paste_last
}

@test "of a ledger: the next command names it" {
	log
	expect 0 import --ledger l.db "it's a log.jsonl"
	for command in "audit --ledger l.db" "audit --ledger l.db it*.jsonl" "decide --ledger l.db" \
		"workloads --ledger l.db" "why total --ledger l.db" "export --ledger l.db" "imports --ledger l.db" \
		"import --ledger l.db it*.jsonl"; do
		# shellcheck disable=SC2086 # it is to be split
		expect 0 $command
		paste_last
	done
}

@test "of a model without a price there is a list of those that have one" {
	log
	expect 0 why "it's chat" --in "it's a log.jsonl"
	same "$(tail -1 out)" "hllm prices list  # the models that have a price"
	paste_last
	expect 0 why total --in "it's a log.jsonl"
	same "$(tail -1 out)" "hllm prices show 'gpt-4o'  # all its prices, with their sources"
}
