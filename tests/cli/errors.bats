#!/usr/bin/env bats
# What goes wrong is one sentence: where, what it was, what was expected, and what to do where somebody would be stuck.

load lib

setup_file()
{
	export LEDGER=$BATS_FILE_TMPDIR/ledger.db
	cd "$BATS_FILE_TMPDIR" || return
	echo '{"timestamp":"2026-10-01T00:10:00Z","request_id":"a","task":"triage","model":"gpt-4o","tokens_in":1000,"tokens_out":10}' >log.jsonl
	HOME=$PWD "$HLLM" import --quiet --ledger "$LEDGER" log.jsonl >/dev/null
}

# Status, arguments, all of stderr; nothing of an answer.
@test "no ledger, nothing in it, no such file, no format, no time, no folder, no server" {
	local n=0
	mkdir logs
	echo '{"a":1}' >requests.jsonl
	echo hello >letter.txt
	echo 'SQLite no' >not.db
	printf '\x7fELF\x01\x02\x00\x00' >program
	: >empty.csv
	while IFS='|' read -r want args text; do
		# shellcheck disable=SC2086
		expect "$want" $args
		err_is "hllm: $text"
		out_is ''
		n=$((n + 1))
	done <<-END
		1|report --ledger none.db|none.db: no ledger yet; start with: hllm audit FILE
		1|decide --ledger none.db|none.db: no ledger yet; start with: hllm audit FILE
		1|breakeven --gpu rtx4090 --ledger none.db|none.db: no ledger yet; start with: hllm audit FILE
		1|chart probe --ledger none.db|there is no probe to draw: nothing was measured yet; start with: hllm probe
		1|audit --ledger not.db|not.db: not a ledger of hllm, nor any other database, expected one such as --ledger ledger.db
		1|audit --ledger logs|logs: a directory, expected a ledger
		1|audit --no-save request.jsonl|request.jsonl: No such file or directory, did you mean "requests.jsonl"?
		1|audit --no-save ./emtpy.csv|./emtpy.csv: No such file or directory, did you mean "./empty.csv"?
		1|audit --no-save bill.pdf|bill.pdf: No such file or directory
		1|audit --no-save empty.csv --prices price.csv|price.csv: No such file or directory
		1|audit --no-save empty.csv --prices empty.cvs|empty.cvs: No such file or directory, did you mean "empty.csv"?
		1|audit --no-save empty.csv --config leter.txt|leter.txt: No such file or directory, did you mean "letter.txt"?
		1|breakeven --plan empt.csv|empt.csv: No such file or directory, did you mean "empty.csv"?
		1|audit --no-save logs|logs: a directory without files, expected bills, usage exports or request logs
		1|audit --no-save empty.csv|empty.csv: empty, expected a bill, a usage export or a request log
		1|audit --no-save letter.txt|letter.txt: no known format, expected a bill, a usage export or a request log, as CSV or JSON
		1|audit --no-save program|program: binary data, expected CSV or JSON text
		1|audit --no-save --input-format codex letter.txt|letter.txt: not in the format codex; without --input-format the format is found
		1|chart spend --ledger $LEDGER --period 2020-01|--period 2020-01: nothing is known of that time, expected one in 2026-10-01 to 2026-10-01
		1|breakeven --gpu rtx4090 --ledger $LEDGER --period 2020-01|--period 2020-01: nothing is known of that time, expected one in 2026-10-01 to 2026-10-01
		1|report --ledger $LEDGER --period 2020-01|nothing is known of January 2020: the data is of October 2026
		1|check --ledger $LEDGER --as-of 2020-01-01|nothing in the ledger is older than 2020-01-01: it begins on 2026-10-01
		2|breakeven|which hardware? expected --gpu NAME (hllm hardware lists them), --compare for all, or figures alone (--daily-requests or --api-monthly)
		2|why --ledger $LEDGER|why: expected ID, as --ids prints it, or ROW [COLUMN], as the audit does: hllm why total, hllm why chat '\$/MONTH'
		2|imports --ledger $LEDGER --undo 9|there is no import 9; see: hllm imports
		2|import|import: no file given, expected FILE…
		2|prices add m --input-price 1 --output-price 2 --from 2026-02-01 --to 2026-01-01|--from 2026-02-01: expected a day before --to 2026-01-01
		2|imports log.jsonl|imports: takes no arguments; to take one back: hllm imports --undo ID
	END
	same "$n" 28
}

# A usage error that says neither what was expected nor what to type says where to look, in one place.
@test "wrong usage that says no more points to the help of its command" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 $args
		err_is "hllm: $text"
	done <<-'END'
		audit -z|unknown option -z (see 'hllm audit --help')
		probe --list x|probe: takes no arguments; a server is --url URL (see 'hllm probe --help')
		audit --rejects a --rejects b|--rejects is given twice (see 'hllm audit --help')
		breakeven --compare --daily-requests 5 --api-monthly 10|--compare: needs workloads of a bill or a log, not figures alone (see 'hllm breakeven --help')
	END
}
