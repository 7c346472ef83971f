#!/usr/bin/env bats
# hllm decide and hllm policies: verdicts of real files, with proof, and policies with mistakes.

load lib

s0()
{
	cp "$TESTDIR/data/seeds/s0-table.csv" table.csv
}

# policy FILE RULE... - a policy of one's own, of single lines.
policy()
{
	local file=$1
	shift
	printf '%s\n' 'policy { title = "of a test" }' "$@" >"$file"
}

@test "the first seed's table under its own framework" {
	s0
	expect 0 decide --in table.csv --policy playbook --format json
	same "$(jq -r '.workloads[] | "\(.name): \(.verdict)"' out | sort)" \
'Agentic tool-calling workflows: api
Content moderation: local
Document classification: local
Embedding generation: undecided
Internal summarization: local
Misc (dev, testing, retries): undecided
Structured data extraction: local'
	# what is assumed is shown as assumed
	same "$(jq -r '.workloads[] | select(.name == "Document classification").attributes[] |
		select(.source == "assumed") | "\(.name) \(.value)"' out)" \
'quality standard
latency_tolerance_ms 1000'
	# embeddings: the list of types leaves them out
	same "$(jq -r '.workloads[] | select(.name == "Embedding generation").reason' out)" \
'no rule holds: rule "local" (local) asks that type is one of classification, extraction, summarization, moderation, and it is embedding; not known: tool_calling, reliability and change_rate, which would tell whether rules "critical-tools" (api), "changes-often" (api) hold'
	expect 0 decide --in table.csv --policy playbook
	same "$(head -1 out)" '$139.00 of $227.00 a month could run locally (4 of 7 workloads, by policy playbook); $36.00 is for the API (1); $52.00 is undecided (2).'
	has out 'Assumed by policy playbook where nothing is known: quality = standard, latency_tolerance_ms = 1,000 ms (--no-assume leaves that open).'
}

@test "without what the policy assumes nothing is decided, and the missing is named" {
	s0
	expect 0 decide --in table.csv --policy playbook --no-assume --format json
	same "$(jq -r '.workloads[].verdict' out | sort -u)" undecided
	same "$(jq -r '.workloads[] | [.gap, .missing[], .reason] | join("|")' out | sort -u)" \
'required|quality|latency_tolerance_ms|quality and latency_tolerance_ms are not known, and without them this policy decides nothing'
	same "$(jq -r '.workloads[].minimal_flip_reason' out | sort -u)" \
		'no change of one attribute alone changes the verdict'
	# the same of all of them is said once
	expect 0 decide --in table.csv --policy playbook --no-assume
	same "$(grep 'undecided:' out)" '7 workloads are undecided: quality and latency_tolerance_ms are not known, and without them this policy decides nothing.'
	expect 0 decide --in table.csv --policy playbook --no-assume 'Content moderation'
	has out 'Content moderation is undecided: quality and'
}

@test "the keys of the answer" {
	s0
	expect 0 decide --in table.csv --policy playbook --format json 'Document classification'
	same "$(jq -r '.schema' out)" hllm.decide/1
	same "$(jq -c '.workloads[0] | [.name, .verdict, .modifier, .confidence, .monthly_cost.amount]' out)" \
		'["Document classification","local",null,0.25,"48.00"]'
	same "$(jq -c '.workloads[0].rules[] | select(.attribute == "calls_per_day") | [.id, .value, .limit, .result]' out)" \
'["local",2000,"> 100 calls/day","holds"]
["low-volume",2000,"< 100 calls/day","fails"]'
	same "$(jq -c '.workloads[0].minimal_flip | [.attribute, .from, .to, .verdict, .text, .sampled]' out)" \
		'["latency_tolerance_ms",1000,500,"undecided","latency_tolerance_ms at 500 ms",false]'
	same "$(jq -c '.workloads[0].decided_flip | [.attribute, .to, .verdict]' out)" \
		'["calls_per_day",99,"api"]'
	same "$(jq -r '.policy.name' out)" playbook
	same "$(jq -c '[.parameters[] | [.name, .value, .overridden]]' out)" \
		'[["min_latency_tolerance_ms",500,false],["max_context_tokens",32000,false],["min_calls_per_day",100,false]]'
	same "$(jq -c '[.questions[] | .attribute] | sort' out)" '["change_rate","latency_tolerance_ms","quality","type"]'
	expect 0 decide --in table.csv --policy playbook --format csv --table rules
	same "$(head -1 out)" 'order,id,verdict,hard,attribute,value,limit,result,rule_result,decides,decisive'
}

@test "exactly 100 calls a day and exactly 32,000 tokens are undecided, and said to be a boundary" {
	while IFS='|' read -r calls tokens verdict reason; do
		{
			echo "workload \"one\" { model = \"*\" type = extraction calls_per_day = $calls context_tokens = $tokens"
			echo 'tool_calling = no reliability = normal change_rate = stable }'
		} >one.conf
		echo '{"timestamp":"2026-10-01T10:00:00Z","model":"gpt-4o","tokens_in":1000,"tokens_out":1}' >log.jsonl
		expect 0 decide --config one.conf --in log.jsonl --policy playbook --format json
		same "$(jq -r '.workloads[0] | "\(.verdict)|\(.gap)|\(.reason)"' out)" "$verdict|$reason"
	done <<-'END'
		101|31999|local|null|a well-defined task of enough volume, with a good-enough quality bar, time to wait and short prompts
		100|31999|undecided|boundary|calls_per_day is exactly 100 calls/day: rule "local" (local) asks that calls_per_day > 100 calls/day, rule "low-volume" (api) asks that calls_per_day < 100 calls/day
		99|31999|api|null|too few calls to be worth the overhead of running a model
		101|32000|undecided|boundary|context_tokens is exactly 32,000 tokens: rule "local" (local) asks that context_tokens < 32,000 tokens, rule "long-context" (api) asks that context_tokens > 32,000 tokens
		101|32001|api|null|prompts are too long for most local set-ups
	END
}

@test "personal data with frontier quality: local, and a conflict" {
	echo 'workload "one" { model = "*" data_class = pii quality = frontier }' >one.conf
	echo '{"timestamp":"2026-10-01T10:00:00Z","model":"gpt-4o","tokens_in":1000,"tokens_out":1}' >log.jsonl
	expect 0 decide --config one.conf --in log.jsonl --policy tree --format json
	same "$(jq -c '.workloads[0] | [.verdict, .confidence, .conflicts]' out)" \
		'["local",1,["rule \"frontier-quality\" (hard) says api: frontier quality is needed"]]'
	expect 0 decide --config one.conf --in log.jsonl --policy tree
	has out 'local (conflict)'
	has out 'one is local, but rule "frontier-quality" (hard) says api: frontier quality is needed.'
}

@test "six policies side by side" {
	s0
	expect 0 decide --in table.csv --policy all --format json
	same "$(jq -r '.headline' out)" '6 policies differ on 7 of 7 workloads, which cost $227.00 a month.'
	same "$(jq -c '.workloads[] | select(.name == "Embedding generation") | .verdicts' out)" \
		'{"default":"local","playbook":"undecided","two-tier":"local","tree":"api","offline-first":"local","plan-execute":"api"}'
	same "$(jq -c '[.workloads[0].decisions[] | .policy]' out)" \
		'["default","playbook","two-tier","tree","offline-first","plan-execute"]'
	expect 0 decide --in table.csv --policy all
	[ "$(sed '$d' out | wc -L)" -le 80 ] # the last line is a command to be pasted
	has out 'DEFAULT'
	has out 'OFFLINE'
}

@test "the questions come last, the dearest first, then the next command" {
	s0
	expect 0 decide --in table.csv --policy playbook
	tail -6 out | head -1 | grep -qx 'Worth finding out:'
	same "$(tail -5 out | head -3 | sed 's/.* decides \(.*\) (.*/\1/')" '$139.00 a month
$139.00 a month
$139.00 a month'
	has out '  change_rate of Structured data extraction, Document classification and 2 more: stable or frequent? decides $139.00 a month (stable: local; frequent: conflict)'
	same "$(tail -1 out)" "hllm decide 'Structured data extraction' --explain --policy 'playbook' --in 'table.csv'  # each rule, its value and its limit"
	expect 0 decide --in table.csv --policy tree
	has out '  data_class of all workloads: internal/public or pii (and 2 more)? decides $227.00 a month'
}

@test "a parameter is set in hllm.conf and by an option, which goes first" {
	s0
	echo 'parameter "playbook.min_calls_per_day" { value = 1800 }' >one.conf
	expect 0 decide --config one.conf --in table.csv --policy playbook --format json
	same "$(jq -r '[.workloads[] | select(.verdict == "local") | .name] | sort | join(", ")' out)" \
		'Content moderation, Document classification'
	same "$(jq -c '.parameters[2] | [.value, .overridden, .shipped, .from]' out)" \
		'[1800,true,"100","one.conf:1"]'
	expect 0 decide --config one.conf --in table.csv --policy playbook --set min_calls_per_day=2500
	has out '$7.00 of $227.00 a month could run locally (1 of 7 workloads'
	has out 'Policy playbook: min_calls_per_day is 2,500 calls/day (--set); its own value is 100.'
	echo 'settings { policy = tree }' >one.conf
	expect 0 decide --config one.conf --in table.csv
	has out 'by policy tree'
}

@test "mistakes in hllm.conf, options and names are told, and nothing is done" {
	s0
	while IFS='|' read -r conf args want text; do
		printf '%s\n' "$conf" >one.conf
		# shellcheck disable=SC2086
		expect "$want" decide --config one.conf --in table.csv $args
		err_is "hllm: $text"
		out_is ''
	done <<-'END'
		parameter "playbook.min_cals_per_day" { value = 50 }|--policy playbook|1|one.conf:1: policy playbook has no parameter "min_cals_per_day" (did you mean "min_calls_per_day"?)
		parameter "playbook.min_cals_per_day" { value = 50 }|--policy tree|1|one.conf:1: policy playbook has no parameter "min_cals_per_day" (did you mean "min_calls_per_day"?)
		parameter "playbok.min_calls_per_day" { value = 50 }||1|one.conf:1: parameter "playbok.min_calls_per_day": no policy "playbok", did you mean "playbook"?; there are: default, playbook, two-tier, tree, offline-first, plan-execute
		parameter "min_calls_per_day" { value = 50 }||1|one.conf:1: parameter "min_calls_per_day": expected the name of a policy and of its parameter, such as "playbook.min_calls_per_day"
		parameter "playbook.min_calls_per_day" { value = 050 }||1|one.conf:1: min_calls_per_day is "050", expected a number like 100
		parameter "playbook.min_calls_per_day" { value = many }||1|one.conf:1: min_calls_per_day is "many", expected a number like 100
		parameter "a.conf.x" { value = 1 }||1|one.conf:1: parameter "a.conf.x": expected the name of a policy
		settings { policy = playbok }||1|one.conf:1: settings: no policy "playbok", did you mean "playbook"?; there are: default, playbook, two-tier, tree, offline-first, plan-execute
		settings { policy = { tree, playbook } }||1|one.conf:1: settings: policy has 2 values, expected one
		defaults { complexity = 1.01 }||1|one.conf:1: defaults: complexity is "1.01", expected at most 1
		|--set min_calls_per_day|2|--set min_calls_per_day: expected NAME=VALUE, such as min_calls_per_day=50
		|--set nothing=5|1|--set: policy default has no parameter "nothing", expected one of max_context_tokens, min_calls_per_day, min_total_monthly_cost, min_latency_tolerance_ms, small_team
		|--policy all --set nothing=5|1|--set nothing=5: no policy has such a parameter
		|--policy playbok|2|no policy "playbok", did you mean "playbook"?; there are: default, playbook, two-tier, tree, offline-first, plan-execute
		|--policy ./none.conf|1|./none.conf: No such file or directory
		|Nobody|2|there is no workload "Nobody"; see: hllm workloads
	END
	echo 'settings { policy = all }' >one.conf
	expect 0 decide --config one.conf --in table.csv
	expect 1 audit --no-save --config one.conf table.csv
	err_is 'hllm: one.conf:1: settings: policy is "all", expected one policy, not all of them'
	expect 2 decide --in table.csv 'Document classificatio'
	err_is 'hllm: there is no workload "Document classificatio", did you mean "Document classification"?'
}

@test "a policy of one's own: by path, by name, in place of a shipped one" {
	s0
	policy mine.conf 'rule "all" { order = 1 when = "TRUE" verdict = local modifier = "with fallback" reason = "always" }'
	expect 0 decide --in table.csv --policy ./mine.conf
	has out 'by policy mine'
	has out 'local, with fallback'
	mkdir -p .config/hllm/policies
	cp mine.conf .config/hllm/policies/everything.conf
	expect 0 decide --in table.csv --policy everything
	has out 'by policy everything'
	expect 0 policies
	has out '7 policies'
	has out everything
	mv mine.conf .config/hllm/policies/tree.conf
	expect 0 policies show tree
	has out 'tree: of a test.'
}

@test "a policy that tries anything but a condition is refused with file and line" {
	s0
	local n=0
	while IFS='|' read -r when text; do
		{
			echo 'policy { title = t }'
			echo 'rule "r" { order = 1 verdict = api reason = x'
			echo "when = \"$when\" }"
		} >bad.conf
		expect 1 decide --in table.csv --policy ./bad.conf
		err_is "hllm: ./bad.conf:3: rule \"r\": when: $text"
		expect 1 policies check bad.conf
		out_is ''
		n=$((n + 1))
	done <<-'END'
		(SELECT 1) = 1|"SELECT" where an attribute, a parameter, a number or a 'word' is expected
		1 > 0; ATTACH 'x' AS y|"; ATTACH" is no part of a condition, expected attributes, numbers, 'words' and comparisons
		PRAGMA writable_schema|"PRAGMA" where an attribute, a parameter, a number or a 'word' is expected
		load_extension('x') = 'y'|"load_extension(": conditions have the functions coalesce, max, min
		calls_per_day IN (WITH RECURSIVE a(b) AS (SELECT 1 UNION ALL SELECT b FROM a) SELECT b FROM a)|"WITH" where an attribute, a parameter, a number or a 'word' is expected
		calls_per_day > 'high'|calls_per_day is a number and 'high' is a word, they cannot be compared
		quality = 'frontir'|quality: "frontir", expected a word of quality (did you mean "frontier"?)
		quality = 3|quality is a word and 3 is a number, they cannot be compared
		calls_per_day > context_tokens|calls_per_day is in calls/day and context_tokens in tokens, they cannot be compared
	END
	[ "$n" = 9 ]
	[ ! -e x ]
}

@test "gaps and contradictions of a policy are found before it is used" {
	expect 0 policies check playbook --format json
	[ "$(jq '[.regions[] | select(.where | contains("calls_per_day exactly 100 calls/day"))] | length' out)" -gt 0 ]
	[ "$(jq '[.regions[] | select(.where | contains("context_tokens exactly 32,000 tokens"))] | length' out)" -gt 0 ]
	[ "$(jq '[.regions[] | select(.kind == "conflict")] | length' out)" = 3 ]
	expect 0 policies check tree --format json
	same "$(jq -c '[.regions[] | [.kind, .where, .rules]]' out)" \
		'[["hard conflict","quality is frontier and data_class is not public or internal","sensitive-data (local), frontier-quality (api)"]]'
	same "$(jq -c '[.dead_rules[].id]' out)" '["evaluate"]'
	policy mine.conf 'rule "a" { order = 1 when = "calls_per_day > 5 AND calls_per_day < 5" verdict = api reason = x }'
	expect 0 policies check mine.conf
	same "$(head -1 out)" 'mine: 1 region without a verdict, 0 contradictions, 0 hard limits against an earlier rule, 1 rule without effect.'
	has out 'never holds'
	expect 2 policies check
	err_is 'hllm: expected: hllm policies check NAME, or a policy file'
	expect 2 policies checkx x
	err_is 'hllm: policies checkx: expected list, show or check'
}

@test "the example of the manual is a policy" {
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$TESTDIR/../man/hllm-policy.5" | sed '1,/^\.Bd/d; /^\./d' >example.conf
	expect 0 policies check example.conf
	same "$(head -1 out)" 'example: 0 regions without a verdict, 0 contradictions, 0 hard limits against an earlier rule, 0 rules without effect.'
}

@test "the ledger is what is asked when no file is named" {
	expect 1 decide
	has err 'no ledger yet'
	expect 0 import "$TESTDIR/../data/examples/requests.jsonl.gz"
	expect 0 decide --format json
	[ "$(jq '.workloads | length' out)" = 7 ]
	expect 0 decide --format json --by model
	[ "$(jq -r '.workloads[0].name' out)" = gpt-4o-2024-08-06 ]
	expect 0 decide 'agentic tool calls' --explain --period 2026-10
	has out 'agentic tool calls is api: '
	has out 'agentic tool calls would change with '
	for format in text json csv tsv md; do
		expect 0 decide --policy all --format "$format"
	done
}
