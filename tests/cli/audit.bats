#!/usr/bin/env bats
# The answer of audit, in all views; saving, undoing, the same command again.

load lib

example()
{
	cp "$TESTDIR/../data/examples/openai-cost.csv" "$TESTDIR/../data/examples/requests.jsonl.gz" .
}

@test "the example in every view" {
	example
	for format in text json csv tsv md; do
		COLUMNS=100 expect 0 audit --no-save --format $format openai-cost.csv requests.jsonl.gz
		golden audit/example.$format
	done
}

@test "narrow screens leave columns out and say so" {
	example
	for width in 40 60 80; do
		COLUMNS=$width expect 0 audit --no-save openai-cost.csv requests.jsonl.gz
		golden audit/example.text$width
		# no line of a table is wider; the sentences fold by themselves
		awk -v width=$width '{ gsub(/[\200-\277]/, "") } NR > 1 && /^[^ ].*  [^ ]/ && length > width && !/^hllm/' \
			out >wide
		[ ! -s wide ]
	done
}

@test "every table can be had as csv" {
	example
	for table in sources totals currencies measures coverage workloads models; do
		expect 0 audit --no-save --format csv --table $table openai-cost.csv requests.jsonl.gz
		[ "$(wc -l <out)" -ge 1 ]
	done
	expect 2 audit --no-save --format csv --table wrkloads openai-cost.csv
	has err "workloads"
}

@test "the same command twice gives the same answer and one import" {
	example
	expect 0 audit --format json openai-cost.csv requests.jsonl.gz
	cp out first
	expect 0 audit --format json openai-cost.csv requests.jsonl.gz
	cmp first out
	expect 0 imports
	has out "1 import."
}

@test "what was audited is in the ledger, and undone it is gone" {
	example
	expect 0 audit openai-cost.csv requests.jsonl.gz
	has out "Saved as import 1 (undo: hllm imports --undo 1)."
	expect 0 audit
	has out '$'
	expect 0 imports --undo 1
	expect 1 audit
	has err "an empty ledger; start with: hllm audit FILE"
	expect 2 imports --undo 1
	err_is "hllm: there is no import 1; see: hllm imports"
}

@test "--no-save needs and leaves nothing" {
	example
	expect 0 audit --no-save openai-cost.csv
	[ ! -e .local ]
	HOME='' XDG_DATA_HOME='' expect 0 audit --no-save openai-cost.csv
}

@test "a grown log is read from where it ended, and adds up as if read at once" {
	gzip -dc "$TESTDIR/../data/examples/requests.jsonl.gz" >whole.jsonl
	head -n 1000 whole.jsonl >log.jsonl
	expect 0 import log.jsonl
	sed -n '1001,$p' whole.jsonl >>log.jsonl
	expect 0 audit --format json log.jsonl
	python3 - <<'END'
import json
audit = json.load(open("out"))
assert len(audit["sources"]) == 1 and audit["sources"][0]["rows"] == 28255, audit["sources"]
json.dump([audit["totals"], audit["workloads"], audit["models"]], open("grown", "w"))
END
	expect 0 audit --no-save --format json whole.jsonl
	python3 - <<'END'
import json
audit = json.load(open("out"))
assert [audit["totals"], audit["workloads"], audit["models"]] == json.load(open("grown"))
END
	expect 0 audit --format json
	# the commands that it proposes name the ledger
	local same='del(.next, (.notes[] | select(startswith("Where a number comes from"))))'
	jq "$same" out >ledger.json
	expect 0 audit --ledger fresh.db whole.jsonl
	expect 0 audit --ledger fresh.db --format json
	diff <(jq "$same" out) ledger.json
}

@test "what has no price fails --strict with 5, a bad line with 1" {
	echo '{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","model":"no-such-model","tokens_in":10,"tokens_out":5}' >log.jsonl
	expect 0 audit --no-save log.jsonl
	has out "without a price"
	expect 5 audit --no-save --strict log.jsonl
	echo '{"timestamp":"2026-10-01T10:00:00Z","request_id":"b","model":"gpt-4o","tokens_in":-1,"tokens_out":5}' >>log.jsonl
	expect 1 audit --strict log.jsonl
	has err "log.jsonl:2: tokens_in is \"-1\", expected no negative number (--strict: nothing was saved)"
	expect 1 audit
	has err "start with"
}

@test "rejected lines are saved whole" {
	printf '%s\n' '{"model":"gpt-4o","tokens_in":1,"tokens_out":1,"id":"x"}' '{"model":"gpt-4o","tokens_in":"n/a","tokens_out":1,"id":"y"}' >log.jsonl
	expect 0 audit --no-save --rejects bad.jsonl log.jsonl
	has out "1 bad line"
	[ "$(cat bad.jsonl)" = '{"model":"gpt-4o","tokens_in":"n/a","tokens_out":1,"id":"y"}' ]
}

@test "a bill and the usage of the same days are not added up" {
	cp "$TESTDIR"/data/samples/anthropic-console-{tokens,cost}.csv .
	expect 0 audit --no-save --format json anthropic-console-tokens.csv anthropic-console-cost.csv
	python3 - <<'END'
import json
from decimal import Decimal
audit = json.load(open("out"))
assert audit["totals"]["spend"]["amount"] == "1.61"
rows = sum(Decimal(w["cost"]["amount"]) for w in audit["workloads"])
assert rows == Decimal("1.61"), rows
assert audit["workloads"][-1]["name"] == "(used, not billed)"
END
}

@test "user ids are shown as hashes, the same for the same person" {
	cat >log.jsonl <<'END'
{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","user":"jo@example.com","model":"gpt-4o","tokens_in":10,"tokens_out":5}
{"timestamp":"2026-10-01T11:00:00Z","request_id":"b","user":"jo@example.com","model":"gpt-4o","tokens_in":10,"tokens_out":5}
END
	expect 0 audit --by user log.jsonl
	lacks out example.com
	[ "$(grep '^user-' out | cut -d ' ' -f 1 | sort -u | wc -l)" = 1 ]
}

@test "a total that contradicts its parts is counted and told, with the first line" {
	printf '%s\n' '{"id":"a","model":"gpt-4o","ts":"2026-10-01T10:00:00Z","prompt_tokens":100,"completion_tokens":50,"total_tokens":150}' \
		'{"id":"b","model":"gpt-4o","ts":"2026-10-01T10:01:00Z","prompt_tokens":100,"completion_tokens":50,"total_tokens":250}' \
		'{"id":"c","model":"gpt-4o","ts":"2026-10-01T10:02:00Z","prompt_tokens":100,"completion_tokens":50,"cached_tokens":40,"total_tokens":190}' \
		'{"id":"d","model":"gpt-4o","ts":"2026-10-01T10:03:00Z","prompt_tokens":100,"completion_tokens":50,"total_tokens":149}' >odd.jsonl
	for i in 1 2; do
		expect 0 audit odd.jsonl
		has out "2 records state a total of tokens that is no sum of their parts (the first: odd.jsonl:2); the parts are counted."
	done
	expect 0 audit
	has out "2 records state a total of tokens that is no sum of their parts"
	head -n 2 odd.jsonl >one.jsonl
	expect 0 audit --no-save one.jsonl
	has out "1 record states a total of tokens that is no sum of its parts (one.jsonl:2); the parts are counted."
	sed -n 1p odd.jsonl >even.jsonl
	expect 0 audit --no-save even.jsonl
	lacks out "a total of tokens"
}

@test "a column or key that is nearly the one that is missed is told" {
	samples=$TESTDIR/data/samples
	sed '1s/input_cached_tokens/Input Cached Tokns/' "$samples/openai-completions-usage.csv" >usage.csv
	warning='the column "Input Cached Tokns" is not counted; if it is "input_cached_tokens", which is missing, rename it.'
	expect 0 audit usage.csv
	has out "usage.csv: $warning"
	expect 0 audit usage.csv # known now, and still told
	has out "usage.csv: $warning"
	expect 0 import usage.csv
	has out "usage.csv: $warning"
	sed 's/"cached_tokens"/"cached_token"/' "$samples/openrouter-chat-completions.jsonl" >chat.jsonl
	expect 0 audit --no-save chat.jsonl
	has out 'chat.jsonl: the key "cached_token" is not counted; if it is "cached_tokens", which is missing, rename it.'
	# nothing of that where the column is there too, or only its digits or its meaning differ
	printf '%s\n' 'time,model,input_tokens,inputs_tokens,output_tokens,total_count,cache_write_5h_tokens' \
		'2026-10-01T10:00:00Z,gpt-4o,10,11,12,13,14' >own.csv
	expect 0 audit --no-save own.csv
	lacks out "which is missing"
	for sample in "$samples"/*; do
		case $sample in */EXPECTED.json) continue ;; esac
		expect 0 audit --no-save "$sample"
		lacks out "which is missing"
		lacks out "a total of tokens"
	done
}

@test "a period without data is told with the one that there is" {
	example
	expect 0 audit --no-save --period 2027-09 openai-cost.csv
	same "$(head -n 1 out)" 'Nothing of this period to count: the data is of 2026-10-01 to 2026-10-31.'
	lacks out 'hllm why' # there is no number to ask about
}

@test "the next command can be pasted whatever the file is called" {
	example
	cp openai-cost.csv "it's; echo \$HOME.csv"
	expect 0 audit --no-save --by model "it's; echo \$HOME.csv"
	next=$(tail -n 1 out) why=$(sed -n 's/^Where a number comes from: hllm //p' out)
	eval "expect 0 ${next#hllm }"
	has out 'a month at the API'
	eval "expect 0 $why"
	has out "it's; echo \$HOME.csv"
	has out 'spend of total'
}

@test "a program without its price table says where it looked and what to do" {
	HLLM_DATA_DIR=$HOME/nowhere expect 1 audit --no-save "$TESTDIR/../data/examples/openai-cost.csv"
	err_is "hllm: $HOME/nowhere/prices.csv: there is no price table; install hllm, or set HLLM_DATA_DIR to the folder \"data\" of its sources"
}

# requests ID SIZES - CSV of 60 requests; without ID no column of ids, SIZES 0: all of one size.
requests()
{
	awk -v id="$1" -v sizes="$2" 'BEGIN {
		print (id ? "request_id," : "") "time,model,prompt_tokens,completion_tokens" (id ? ",task" : "")
		for (i = 0; i < 60; i++)
			printf "%s2026-10-%02dT%02d:%02d:07Z,gpt-4o,%d,%d%s\n", id ? id i "," : "", i / 20 + 1,
				8 + i % 20 / 4, i % 4 * 10, 500 + sizes * i * 37 % 101,
				200 + sizes * i * 53 % 89, id ? ",chat" : ""
	}'
}

@test "two logs of the same requests that share no id are told" {
	requests r 1 >ids.csv
	requests '' 1 >plain.csv
	says='ids.csv and plain.csv seem to hold the same 60 requests under different ids or columns (the same tokens in 30 half hours): they are counted twice; leave one out.'
	expect 0 audit --no-save ids.csv plain.csv
	has out "$says"
	expect 0 import plain.csv
	expect 0 import ids.csv
	expect 0 audit
	has out "$says"
	# what is counted once already is no news: the same ids again, or the same lines
	requests r 1 | sed 's/chat/mail/' >again.csv
	expect 0 audit --no-save ids.csv again.csv
	lacks out 'seem to hold'
	sed '1s/prompt_tokens/input_tokens/' plain.csv >same.csv
	expect 0 audit --no-save plain.csv same.csv
	lacks out 'seem to hold'
	# a part of it, from the middle on
	(head -n 1 plain.csv && tail -n 27 plain.csv) >part.csv
	expect 0 audit --no-save ids.csv part.csv
	has out 'ids.csv and part.csv seem to hold the same'
	# other requests of these days, and programs that send one prompt by the clock
	requests s 2 >other.csv
	expect 0 audit --no-save plain.csv other.csv
	lacks out 'seem to hold'
	requests r 0 >clock.csv
	requests '' 0 >beat.csv
	expect 0 audit --no-save clock.csv beat.csv
	lacks out 'seem to hold'
}

@test "a model that had no price at first: why stays, whatever is found later" {
	printf '%s\n' timestamp,model,input_tokens,output_tokens \
		2024-01-01T00:00:00Z,gpt-4-turbo,1000,10 2024-05-02T00:00:00Z,gpt-4-turbo,1000,10 >turbo.csv
	expect 0 audit --no-save turbo.csv
	grep -Eq 'so the list cost is a lower bound \(.+\)' out
}

@test "of an exact bill it is the list cost that is a range" {
	expect 0 audit --no-save "$TESTDIR/data/samples/helicone-requests.csv"
	has out 'The list cost is a range: how much of the input was cached is unknown.'
	expect 0 audit --no-save "$TESTDIR/data/samples/gemini-generatecontent.jsonl"
	has out 'The cost is a range: when it was is unknown.'
}

@test "a gateway that saw a little of the traffic is not taken for the bill without a word" {
	gateway='{"request_id": "r1", "call_type": "acompletion", "api_key": "k", "spend": 0.5, "total_tokens": 60000, "prompt_tokens": 40000, "completion_tokens": 20000, "startTime": "2026-08-01T12:00:00+00:00", "endTime": "2026-08-01T12:00:02+00:00", "model": "gpt-4o", "model_group": "gpt-4o", "custom_llm_provider": "openai", "user": "u", "team_id": "t", "cache_hit": "False", "request_tags": "[]", "metadata": {}}'
	columns=start_time,end_time,start_time_iso,end_time_iso,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens,num_model_requests,project_id,user_id,api_key_id,model,batch,service_tier
	day=1785542400,1785628800,2026-08-01T00:00:00+00:00,2026-08-02T00:00:00+00:00
	echo "$gateway" >gateway.jsonl
	printf '%s\n' "$columns" "$day,8000000,2000000,0,0,0,50,p,,,gpt-4o-2024-08-06,False,default" >usage.csv
	expect 0 audit --no-save gateway.jsonl usage.csv
	said='or openai a gateway states $0.50, but the tokens counted on the same days cost $40.00 at list prices'
	has out "At least \$0.50 over 1 day"
	has out "f$said."
	has out "F$said: what did not go through the gateway is not in the total."
	lacks out 'billed over'
	# by itself it is what was billed, and so it is when the provider counts about the same
	expect 0 audit --no-save gateway.jsonl
	lacks out 'same days cost'
	printf '%s\n' "$columns" "$day,100000,30000,0,0,0,2,p,,,gpt-4o-2024-08-06,False,default" >usage.csv
	expect 0 audit --no-save gateway.jsonl usage.csv
	has out '$0.50 billed'
	lacks out 'same days cost'
}
