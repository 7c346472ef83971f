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

@test "a kill of an undo" {
	expect 0 import --ledger base.db "$TESTDIR/data/seeds/s0.jsonl"
	expect 0 import --ledger base.db "$BATS_FILE_TMPDIR/log.jsonl"
	expect 0 audit --ledger base.db --format json --as-of 2026-11-01
	mv out two
	cp base.db one.db
	expect 0 imports --undo 2 --ledger one.db
	expect 0 audit --ledger one.db --format json --as-of 2026-11-01
	mv out one
	for part in 002 005 01 015 02 03 04 05 07 1; do
		cp base.db now.db
		(timeout -s KILL "0.$part" "$HLLM" imports --undo 2 --ledger now.db || :) >out 2>err
		expect 0 audit --ledger now.db --format json --as-of 2026-11-01
		cmp -s out one || cmp out two
	done
}
