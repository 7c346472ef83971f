# Prompts, answers, keys and addresses of people stay where they are.

load lib

# fails COMMAND... - in bats a plain ! does not fail a test.
fails()
{
	! "$@"
}

# clean - no canary in any file of this folder but those read.
clean()
{
	fails grep -rlaiE 'canary(prompt|answer|key|\.mail)' --exclude-dir=in . >&2 || return
	[ ! -e canary ]
}

@test "no sample leaves a prompt, a key or an address behind" {
	mkdir in
	python3 "$BATS_TEST_DIRNAME/canary.py" in "$TESTDIR"/data/samples/*.{csv,json,jsonl} "$TESTDIR"/data/seeds/*.{csv,jsonl}
	# an empty export with columns of our own is no longer known as one
	rm in/EXPECTED.json in/openai-completions-usage-empty.csv
	[ "$(grep -rlai canaryprompt in | wc -l)" -gt 40 ]
	[ "$(grep -rla 'sk-canarykey' in | wc -l)" -gt 40 ]
	for file in in/*; do
		expect 0 import --ledger ledger.db "$file"
		cat out err >>printed
	done
	for by in task project key agent endpoint environment tag user model; do
		expect 0 audit --ledger ledger.db --by "$by" --format json --verbose --period 2020-01-01..2030-01-01
		cat out err >>printed
	done
	for format in text csv tsv md; do
		expect 0 audit --ledger ledger.db --format "$format" --verbose --period 2020-01-01..2030-01-01
		cat out err >>printed
	done
	clean
}

@test "a journal that a killed import leaves has none either" {
	mkdir in
	python3 "$BATS_TEST_DIRNAME/bad-input.py" many 30000 |
		sed 's/"task_type": "[^"]*"/"user": "canary.mail@example.com", "prompt": "canaryprompt", "api_key": "sk-canarykey0123456789"/' >in/log.jsonl
	expect 0 import --ledger ledger.db "$TESTDIR/data/seeds/s0.jsonl"
	for part in 05 1 12 14 16 18 2; do
		(timeout -s KILL "0.$part" "$HLLM" import --ledger ledger.db in/log.jsonl || :) >>printed 2>&1
		cp ledger.db-journal "journal.$part" 2>/dev/null || :
		clean
	done
}

@test "people and keys as names are kept as hashes of this ledger" {
	cat >in.jsonl <<-'END'
		{"timestamp":"2026-10-05T08:00:01Z","model":"gpt-4o","tokens_in":1,"tokens_out":1,"user":"canary.mail@example.com","task":"sk-canarykey0123456789","project":"canary.mail@example.com"}
		{"timestamp":"2026-10-05T08:00:02Z","model":"gpt-4o","tokens_in":1,"tokens_out":1,"user":"canary.mail@example.com","task":"sk-canarykey0123456789","project":"canary.mail@example.com"}
	END
	mkdir in
	mv in.jsonl in
	for by in user task project; do
		expect 0 audit --ledger one.db --by "$by" --format csv in/in.jsonl
		[ "$(wc -l <out)" = 2 ]
		cp out "one.$by"
		expect 0 audit --ledger two.db --by "$by" --format csv in/in.jsonl
		cp out "two.$by"
		fails cmp -s "one.$by" "two.$by"
	done
	clean
}

@test "what slipped into a wrong column is not repeated" {
	mkdir in
	cat >in/log.csv <<-'END'
		timestamp,model,tokens_in,tokens_out,cost
		2026-10-05T08:00:01Z,gpt-4o,canaryprompt: tell nobody,1,1
		2026-10-05T08:00:01Z,gpt-4o,1,sk-canarykey0123456789,1
		2026-10-05T08:00:01Z,gpt-4o,1,1,canary.mail@example.com
		canaryanswer: not so,gpt-4o,1,1,1
		2026-10-05T08:00:01Z,gpt-4o,1,1,0.5
	END
	expect 0 audit --ledger ledger.db --format json in/log.csv
	same "$(jq .sources[0].rejected out)" 4
	has out 'in/log.csv:2: tokens_in is a text of 25 bytes, expected a whole number'
	clean
}

@test "nothing that is read is run" {
	mkdir 'in' 'in/$(touch canary)'
	# shellcheck disable=SC2016
	local names=('$(touch canary).jsonl' '`touch canary`.jsonl' $'new\nline.jsonl' '; touch canary;.jsonl' '|touch canary' '-rf' '--help' "it's \"quoted\".jsonl")
	for name in "${names[@]}"; do
		cp "$TESTDIR/data/seeds/s0.jsonl" "in/$name"
	done
	# shellcheck disable=SC2016
	gzip -c "$TESTDIR/data/seeds/s0.jsonl" >'in/$(touch canary)/`touch canary`.gz'
	for name in "${names[@]}"; do
		expect 0 audit --ledger ledger.db -- "in/$name"
		[ "$(grep -c '' out)" -lt 60 ]
		expect 0 audit --ledger ledger.db --format json -- "in/$name"
		same "$(jq -r '.sources[0].path' out)" "in/$name"
	done
	expect 0 audit --ledger ledger.db in
	(cd in && expect 0 audit --no-save -- --help)
	(cd in && expect 0 audit --no-save -- -rf)
	[ ! -e canary ] && [ ! -e in/canary ]
}
