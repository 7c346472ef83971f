#!/usr/bin/env bats
# --ids and hllm why ID: every number has an id, and leads to where it comes from.

load lib

STATE=.local/state/hllm/asked

example()
{
	cp "$HLLM_DATA_DIR/examples/openai-cost.csv" "$HLLM_DATA_DIR/examples/requests.jsonl.gz" .
}

# opens COMMAND… - every number of the answer can be asked about, and all that is said of it is true;
# prints how many numbers, and how many of them have a formula.
opens()
{
	expect 0 "$@" --ids --format json
	cp out answer.json
	local ids
	mapfile -t ids < <(python3 "$TESTDIR/data/formulas.py" --ids answer.json)
	expect 0 why "${ids[@]}" --format json -- "$@"
	python3 "$TESTDIR/data/formulas.py" answer.json out
}

# open_all - lines of: at least so many numbers and formulas, and a command; all of it is asked.
open_all()
{
	local numbers formulas line found
	while read -r numbers formulas line; do
		# with sanitizers not the largest: they run the same code
		! sanitized || [ "$numbers" -lt 2000 ] || continue
		eval "set -- $line"
		found=$(opens "$@")
		# as many as there are at least, so that none gets lost
		[[ $found =~ ^([0-9]+)\ numbers,\ ([0-9]+)\ formulas$ ]]
		[ "${BASH_REMATCH[1]}" -ge "$numbers" ]
		[ "${BASH_REMATCH[2]}" -ge "$formulas" ]
	done
}

@test "every number of every answer leads to a root, and its formula gives it" {
	example
	mkdir -p .config/hllm
	printf 'budget "%s" {\nmonth = %d\n%s\n}\n' all 250 "" agents 40 'workload = "agent*"' >.config/hllm/hllm.conf
	expect 0 import --as-of 2026-11-02 openai-cost.csv requests.jsonl.gz "$HLLM_DATA_DIR"/earlier/*
	# a month that is not over, without the days that are to come
	zcat requests.jsonl.gz | head -15000 >half.jsonl
	cp -r "$TESTDIR/data/samples" .
	rm samples/EXPECTED.json
	open_all <<-END
	249 63 audit --no-save --tolerance 1% openai-cost.csv requests.jsonl.gz
	1400 230 audit --no-save samples
	374 83 decide
	56 48 decide --policy all
	399 151 report --period 2026-10 --as-of 2026-11-02
	61 10 report --in half.jsonl --in $HLLM_DATA_DIR/earlier/requests.jsonl.gz --as-of 2026-10-20
	END
}

@test "the same of break-evens and of what was measured" {
	example
	cp "$TESTDIR"/data/samples/vllm-bench-serve.json .
	sed 's/"output_throughput": [0-9.]*/"output_throughput": 99/' vllm-bench-serve.json >other.json
	expect 0 probe --import vllm-bench-serve.json
	expect 0 probe --import other.json
	open_all <<-END
	2500 1780 breakeven --gpu rtx4090 --in openai-cost.csv --in requests.jsonl.gz
	2400 1770 breakeven --gpu rtx4090 --in openai-cost.csv
	1660 1100 breakeven --api-monthly 50 --capex 100 --monthly 60 --target 12
	3000 1760 breakeven --compare --in requests.jsonl.gz --set engineer-rate=0
	29 0 probe --show 1
	6 0 probe --list
	12 3 probe --compare 1 2
	END
}

@test "an id is that of a number, whatever else is in the answer and wherever it stands" {
	example
	expect 0 audit --no-save --ids --format csv openai-cost.csv requests.jsonl.gz
	local read='import csv
for row in csv.DictReader(open("out")): print(row["name"], row["requests_id"], row["share_id"])'
	python3 -c "$read" | grep -v '^(not' >before
	[ "$(wc -l <before)" = 7 ]
	# the other way round, with much more of one workload, and a file more
	zcat requests.jsonl.gz | tac >tac.jsonl
	for n in 1 2 3; do
		printf '{"ts":"2026-10-05T10:00:0%dZ","model":"gpt-4o","task":"reply drafts","input_tokens":9%d00000,"output_tokens":9}\n' $n $n
	done >more.jsonl
	expect 0 audit --no-save --ids --format csv more.jsonl tac.jsonl openai-cost.csv
	python3 -c "$read" >after
	[ "$(head -7 after)" != "$(cat before)" ] # reply drafts are the second now
	while read -r line; do
		grep -qxF -- "$line" after
	done <before
}

@test "names that want to be something else: of workloads, models, files" {
	local name n=0
	mkdir logs
	while read -r name; do
		n=$((n + 1))
		printf '{"ts":"2026-10-%02dT10:00:00Z","model":%s,"task":%s,"input_tokens":1000,"output_tokens":10}\n' \
			$((n % 28 + 1)) "$name" "$name"
		printf '{"ts":"2026-10-%02dT10:00:00Z","model":"gpt-4o","task":%s,"input_tokens":1000,"output_tokens":10}\n' \
			$((n % 28 + 1)) "$name"
	done < <(awk 'NR % 4 == 1 || /[][{}@=]/' "$TESTDIR/data/evil.txt") >logs/evil.jsonl
	[ "$n" -gt 80 ]
	# rows that look like a reference, a root, a formula
	printf '{"ts":"2026-10-03T10:00:00Z","model":"gpt-4o","task":"%s","input_tokens":1000,"output_tokens":10}\n' \
		'{cost}' 'x].cost} * 0' '@records total' '= 1' '{^' 'a\n= 1' >>logs/evil.jsonl
	opens audit --no-save logs >found
	tail -60 logs/evil.jsonl >few.jsonl
	opens decide --in few.jsonl >>found
	[ "$(wc -l <found)" = 2 ]
}

@test "beside the number, in every view" {
	example
	local id
	expect 0 audit --no-save --ids --format json openai-cost.csv requests.jsonl.gz
	id=$(jq -r '.ids["workloads[0].monthly_cost"]' out)
	[[ $id =~ ^[a-z][a-z0-9]{3}$ ]]
	same "$(jq -r 'keys_unsorted | last' out)" ids
	COLUMNS=80 expect 0 audit --no-save --ids openai-cost.csv requests.jsonl.gz
	has out "86.43 $id  "
	has out "hllm why $id -- audit --no-save openai-cost.csv requests.jsonl.gz  # where this number comes from: monthly_cost of internal summarization"
	! LC_ALL=C grep -q $'[\001\002\033]' out
	expect 0 audit --no-save --ids --color always openai-cost.csv requests.jsonl.gz
	has out $'86.43 \033[2m'"$id"$'\033[0m'
	! LC_ALL=C grep -q $'[\001\002]' out
	COLUMNS=20 expect 0 audit --no-save --ids --color always openai-cost.csv requests.jsonl.gz
	! LC_ALL=C grep -q $'[\001\002]' out
	expect 0 audit --no-save --ids --format md openai-cost.csv requests.jsonl.gz
	has out " 86.43 $id |"
	expect 0 audit --no-save --ids --format html openai-cost.csv requests.jsonl.gz
	has out "86.43 <small class=\"id\" title=\"hllm why $id\">$id</small>"
	expect 0 audit --no-save --ids --format tsv openai-cost.csv requests.jsonl.gz
	same "$(head -1 out | tr '\t' '\n' | grep -A1 -x monthly_cost | tail -1)" monthly_cost_id
	same "$(sed -n 2p out | tr '\t' '\n' | grep -cx "$id")" 1
	# without --ids nothing of this
	expect 0 audit --no-save --format json openai-cost.csv requests.jsonl.gz
	lacks out '"ids"'
	lacks out "\"$id\""
	[ ! -e .local/state ]
	# the one that manuals speak of
	expect 0 report --in requests.jsonl.gz --ids --format json
	jq -e '.ids["month.spend"] == "kqb5"' out
}

@test "one step at a time, from the last answers" {
	example
	mkdir -p elsewhere
	expect 0 audit --ids openai-cost.csv requests.jsonl.gz
	local id down other i
	id=$(sed -n 's/^internal .* 86.43 \([^ ]*\) .*/\1/p' out)
	has out "hllm why $id  # where this number comes from"
	same "$(stat -c %a "$STATE")" 600
	same "$(stat -c %a .local/state/hllm)" 700
	jq -e --arg id "$id" '.folder == env.HOME and (.ids | length > 200) and .ids[$id] == "86.43" and
		.arguments == ["audit", "--ids", "openai-cost.csv", "requests.jsonl.gz"]' "$STATE"
	cp .local/share/hllm/ledger.db before.db
	cd elsewhere # paths are those of the folder where it was printed; --output is of this one
	expect 0 why "$id" -o step.txt
	out_is ""
	has step.txt "86.43: monthly_cost of internal summarization."
	has step.txt "= cost × 30 / totals.days"
	has step.txt "= 89.3132725 × 30 / 31"
	expect 0 why "$id" --format json
	cd ..
	cmp before.db .local/share/hllm/ledger.db # nothing is saved again
	down=$(jq -r '.numbers[0].inputs[0].id' elsewhere/out)
	same "$(jq -r .next elsewhere/out)" "hllm why $down  # one step down: cost of internal summarization"
	expect 0 why "$down" --format json
	jq -e '.numbers[0] | .formula == null and .roots[0].kind == "records" and (.prices | length) == 2 and
		all(.prices[]; .price_row | test("prices.csv:[0-9]+$")) and
		.sources[0].path == "requests.jsonl.gz"' out
	# several at once, of several answers
	expect 0 decide --ids --format json
	other=$(jq -r '.ids["workloads[0].confidence"]' out)
	expect 0 why "$other" "$id" "$down"
	has out "Where 3 numbers come from."
	has out "$other  29 %: confidence of internal summarization"
	expect 0 why "$other" "$id" --format json
	same "$(jq -c '[.numbers[].id]' out)" "[\"$other\",\"$id\"]"
	jq -e '.numbers[0].roots[0].text | test("default.conf:[0-9]+: rule ")' out
	# the last twenty are remembered
	for i in $(seq 18); do
		head -1 "$STATE" | sed "s/\"$id\"/\"xxx2\"/" >>"$STATE"
	done
	expect 0 why "$id"
	expect 0 decide --ids --quiet
	same "$(wc -l <"$STATE")" 20
	expect 2 why "$id"
	has err "no number of the last 20 answers with ids is called \"$id\""
	has err "hllm why $id -- COMMAND"
}

@test "a number that has changed since says so" {
	example
	local id
	expect 0 import --as-of 2026-11-02 openai-cost.csv requests.jsonl.gz
	expect 0 audit --ids --as-of 2026-11-02T10:00:00Z
	id=$(sed -n 's/^internal .* 86.43 \([^ ]*\) .*/\1/p' out)
	expect 0 why "$id"
	lacks out "It was"
	printf '{"ts":"2026-10-05T10:00:00Z","model":"gpt-4o","task":"internal summarization","input_tokens":1000000,"output_tokens":9}\n' >more.jsonl
	expect 0 import --as-of 2026-11-05 more.jsonl
	expect 0 why "$id"
	has out ": monthly_cost of internal summarization."
	has out "It was 86.43 when it was printed, 2026-11-02T10:00:00Z; import 2 came after."
	# of a file
	expect 0 audit --ids --days 30 more.jsonl
	id=$(sed -n 's/^internal .* 2.50 \([^ ]*\) .*/\1/p' out)
	sed -i 's/1000000/2000000/' more.jsonl
	expect 0 why "$id"
	has out "It was 2.50 when it was printed"
	has out "its data, prices or settings have changed since"
	rm more.jsonl
	expect 1 why "$id"
	has err "more.jsonl"
}

@test "what cannot be asked, or kept, is said" {
	example
	local id
	expect 2 prices list --ids
	has err "--ids: hllm why knows nothing of the numbers of hllm prices; it knows those of audit, "
	expect 0 audit --no-save --ids --format json requests.jsonl.gz
	id=$(jq -r '.ids["totals.requests"]' out)
	expect 2 why "$id"
	has err "or name the answer: hllm why $id -- COMMAND"
	expect 2 why zzz2 -- audit --no-save requests.jsonl.gz
	err_is "hllm: why zzz2: the answer has no number of that id any more, or never had, expected one that --ids prints"
	expect 2 why "$id" -- audit --no-save -
	has err "came from standard input"
	expect 2 why "$id" -- prices list
	has err "hllm prices"
	expect 2 why "$id" -- audit --nonsense
	has err "nonsense"
	expect 1 why "$id" -- audit --no-save nothing.jsonl
	has err "nothing.jsonl"
	expect 2 why "$id" -- why "$id"
	expect 2 why "$id" --period last -- audit --no-save requests.jsonl.gz
	has err "why: --period belongs to the command whose answer is meant"
	# a command of another day saves nothing, writes no rejects and no answer
	expect 0 why "$id" -- audit requests.jsonl.gz --rejects rejects --output answer
	has out "28,016: totals.requests"
	expect 0 breakeven --gpu rtx4090 --in requests.jsonl.gz --ids --format json
	expect 0 why "$(jq -r '.ids["capex.likely"]' out)" -- breakeven --gpu rtx4090 --in requests.jsonl.gz --chart drawn.svg
	rm -r .local
	hllm why "$id" -- probe --url http://127.0.0.1:9
	[ "$status" = 2 ]
	has err "measured again"
	[ ! -e .local ] && [ ! -e rejects ] && [ ! -e answer ] && [ ! -e drawn.svg ]
	local page
	for page in help --version '--names policies' '--completion bash' 'audit --help'; do
		# shellcheck disable=SC2086
		hllm why "$id" -- $page
		[ "$status" = 2 ]
		[ ! -s out ]
	done
	# no place for what is remembered
	touch state
	XDG_STATE_HOME=$PWD/state expect 0 audit --ids requests.jsonl.gz
	has err "hllm why will not know these ids by themselves"
	XDG_STATE_HOME=$PWD/state expect 0 audit --ids --quiet requests.jsonl.gz
	err_is ""
	HOME='' expect 0 audit --ids --no-save requests.jsonl.gz
	has out "hllm why"
	err_is ""
	# garbage where it is remembered
	mkdir -p .local/state/hllm
	printf '\0garbage\n{"ids": 3}\n[]\n{"now": "x", "ids": {"%s": "1"}}\n' "$id" >"$STATE"
	expect 2 why "$id"
	has err "is called \"$id\""
	expect 0 audit --ids requests.jsonl.gz
	expect 0 why "$id"
	has out "28,016: totals.requests"
}

@test "what others wrote in place of what is remembered is passed over, and nobody waits for it" {
	example
	local id line head='{"time": "2026-11-01T00:00:00Z", "now": '
	mkdir -p "${STATE%/*}"
	while read -r line; do
		echo "$line" >"$STATE"
		hllm why kqb5
		[ "$status" = 2 ]
		has err "is called \"kqb5\""
	done <<-END
		$head"5", "folder": "/", "arguments": ["report"], "ids": ["kqb5"]}
		$head"5", "arguments": ["report"], "ids": {"kqb5": "1"}}
		$head"5", "folder": "/", "ids": {"kqb5": "1"}}
		$head"5", "folder": "/", "arguments": [], "ids": {"kqb5": "1"}}
		$head"5", "folder": "/", "arguments": ["report", 5], "ids": {"kqb5": "1"}}
		$head"-9223372036854775807", "folder": "/", "arguments": ["report"], "ids": {"kqb5": "1"}}
	END
	printf 'a diary' >"$STATE"
	expect 0 audit --ids --format json requests.jsonl.gz
	id=$(jq -r '.ids["totals.requests"]' out)
	expect 0 why "$id"
	rm "$STATE"
	mkfifo "$STATE"
	expect 2 why kqb5
	expect 0 audit --ids requests.jsonl.gz
	has err "asked: not a regular file: hllm why will not know these ids by themselves"
	# a name that JSON cannot hold: the command stands behind --
	rm "$STATE"
	cp requests.jsonl.gz $'r\xff.jsonl.gz'
	expect 0 audit --ids $'r\xff.jsonl.gz'
	has out ' -- audit '
	[ ! -e "$STATE" ]
}
