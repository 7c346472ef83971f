#!/usr/bin/env bats
# What people read: one thing is one thing, long texts are wrapped and not cut, empty is no name.

load lib

one()
{
	echo '{"timestamp":"2026-10-01T00:10:00Z","request_id":"a","task":"triage","model":"gpt-4o","tokens_in":1000,"tokens_out":10}' >one.jsonl
}

@test "one request is no requests" {
	one
	expect 0 audit --no-save one.jsonl
	has out '1 request, 1,000 input tokens (0 read from a cache), 10 output tokens.'
	expect 0 workloads --in one.jsonl --days 1 triage --format json
	same "$(jq -r '.attributes[] | select(.name == "calls_per_day" or .name == "context_tokens").why' out)" \
'mean of 1 request
1 request in 1 day'
	expect 0 decide --in one.jsonl
	has out '0 of 1 workload could run locally (what it costs a month is not known, by policy default)'
}

@test "a request that names no model has none" {
	echo '{"timestamp":"2026-10-01T00:10:00Z","request_id":"a","task":"triage","tokens_in":1000,"tokens_out":10}' >one.jsonl
	expect 0 audit --no-save one.jsonl --format json
	same "$(jq -c '.workloads[0] | [.models, .models_reason]' out)" '[null,"no model named"]'
	expect 0 audit --no-save one.jsonl
	grep -q '^triage    -  ' out
}

@test "what a policy says is wrapped on a narrow screen, not cut" {
	for command in "show playbook" "check playbook" "show default"; do
		# shellcheck disable=SC2086 # it is to be split
		expect 0 policies $command
		lacks out …
	done
	expect 0 policies show playbook
	has out "max_context_tokens AND calls_per_day >"
	expect 0 policies check default
	has out 'Everything known: 245,760 kinds of workload were looked at'
}
