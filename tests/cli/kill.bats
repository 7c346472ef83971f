# A kill at any moment leaves the old or the new state.

load lib

setup_file()
{
	python3 "$BATS_TEST_DIRNAME/bad-input.py" many 30000 >"$BATS_FILE_TMPDIR/log.jsonl"
}

@test "fifty kills of an import into a ledger" {
	expect 0 import --ledger base.db "$TESTDIR/data/seeds/s0.jsonl" "$TESTDIR/data/samples/openai-chat-completions.jsonl"
	run python3 "$BATS_TEST_DIRNAME/kill.py" "${SEED:-1}" "${KILLS:-40}" "$HLLM" base.db "$BATS_FILE_TMPDIR/log.jsonl"
	echo "$output"
	[ "$status" = 0 ]
}

@test "kills of the very first import" {
	run python3 "$BATS_TEST_DIRNAME/kill.py" "${SEED:-2}" 10 "$HLLM" none.db "$BATS_FILE_TMPDIR/log.jsonl"
	echo "$output"
	[ "$status" = 0 ]
}

# audit_of LEDGER FILE - the audit of a ledger, but for the commands in it that name the ledger.
audit_of()
{
	expect 0 audit --ledger "$1" --format json --as-of 2026-11-01
	jq 'del(.next, (.notes[] | select(startswith("Where a number comes from"))))' out >"$2"
}

@test "a kill of an undo" {
	expect 0 import --ledger base.db "$TESTDIR/data/seeds/s0.jsonl"
	expect 0 import --ledger base.db "$BATS_FILE_TMPDIR/log.jsonl"
	audit_of base.db two
	cp base.db one.db
	expect 0 imports --undo 2 --ledger one.db
	audit_of one.db one
	for part in 002 005 01 015 02 03 04 05 07 1; do
		cp base.db now.db
		(timeout -s KILL "0.$part" "$HLLM" imports --undo 2 --ledger now.db || :) >out 2>err
		audit_of now.db now
		cmp -s now one || cmp now two
	done
}
