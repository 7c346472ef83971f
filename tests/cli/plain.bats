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
	has out 'Everything known: 491,520 kinds of workload were looked at'
}

@test "what runs locally already is not said to move, and what is cheapest gets no cheaper tier" {
	cat >log.jsonl <<'END'
{"timestamp":"2026-10-01T00:10:00Z","request_id":"a","task":"summaries","tier":"local","model":"llama3.1:8b","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T23:10:00Z","request_id":"b","task":"index","model":"text-embedding-3-small","tokens_in":1000,"tokens_out":0}
{"timestamp":"2026-10-02T23:20:00Z","request_id":"c","task":"labels","model":"gpt-4o","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T23:30:00Z","request_id":"d","task":"both","model":"gpt-4o","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T23:40:00Z","request_id":"e","task":"both","model":"gpt-4.1-nano","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T23:50:00Z","request_id":"f","task":"unknown","model":"no-such-model","tokens_in":1000,"tokens_out":10}
END
	expect 0 decide --in log.jsonl --format json
	same "$(jq -r '.workloads[] | "\(.name): \(.verdict), \(.modifier)"' out | sort)" \
'both: api, cheaper tier
index: api, null
labels: api, cheaper tier
summaries: local, null
unknown: api, cheaper tier'
	jq -r .headline out | grep -qF '; 1 is local already; '
	expect 0 audit --no-save log.jsonl --format json
	same "$(jq -r '.verdicts[] | select(.name == "index") | .modifier_reason' out)" 'the verdict has none'
	head -1 out | grep -q 'your own hardware' && return 1
	# a bill is of no local server, whether it states tokens or not
	expect 0 workloads --in "$TESTDIR/data/samples/openai-cost.csv" --format json
	same "$(jq -r '[.attributes[] | select(.name == "local") | "\(.value) \(.why)"] | unique[]' out)" 'no it was billed
no no local server answered'
}

@test "what most lines are lost of says so in the headline" {
	one
	yes 'no line at all' | head -9 >>one.jsonl
	expect 0 audit --no-save one.jsonl
	same "$(head -1 out)" '$0.0026 at list prices. 9 of 10 lines could not be used.'
	for _ in $(seq 90); do echo; done >>one.jsonl # blank lines are none
	sed 's/"a"/"b"/; s/no line.*//' one.jsonl | sed '/^$/d' >more.jsonl
	expect 0 audit --no-save more.jsonl
	same "$(head -1 out)" '$0.0026 at list prices.'
}

@test "why something is undecided is what is not known; too short a log asks for --days" {
	one
	COLUMNS=120 expect 0 audit --no-save one.jsonl
	has out 'triage    undecided  18 %  not known: calls_per_day and total_monthly_cost'
	expect 0 decide --in one.jsonl
	has out 'Nothing is known of a day or a month: less than a day of data; give --days N.'
	expect 0 decide --in one.jsonl --days 30
	lacks out 'Nothing is known of a day'
}
