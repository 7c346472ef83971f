# Large input: memory, the size of the ledger, and reading nothing twice.

load lib

setup_file()
{
	python3 "$BATS_TEST_DIRNAME/many-names.py" 300000 500 20 >"$BATS_FILE_TMPDIR/log.jsonl"
	python3 "$BATS_TEST_DIRNAME/many-names.py" 200000 1000000 100000 >"$BATS_FILE_TMPDIR/names.jsonl"
}

measured()
{
	python3 "$BATS_TEST_DIRNAME/measure.py" "$HLLM" "$@" >out 2>err
}

@test "300,000 requests in little memory, and not read again" {
	measured import --ledger ledger.db --threads 2 "$BATS_FILE_TMPDIR/log.jsonl"
	sanitized || [ "$(cat rss)" -lt $((80 * 1024)) ]
	first=$(cat cpu)
	# and the rows of its views for SQL, of which there are few
	rows=$(sqlite3 ledger.db 'SELECT count(*) FROM cell')
	[ "$rows" -le 4340 ]
	[ $(($(stat -c %s ledger.db))) -lt $((300000 * 32 + 500000 + rows * 80)) ]
	measured import --ledger ledger.db --format json "$BATS_FILE_TMPDIR/log.jsonl"
	same "$(jq -c '[.sources[0].records, .sources[0].unchanged]' out)" '[300000,true]'
	echo "first $first ms, again $(cat cpu) ms" >&2
	[ "$(cat cpu)" -lt 80 ] || [ $(($(cat cpu) * 4)) -lt "$first" ]
	measured audit --ledger ledger.db --format json --period 2026-10
	same "$(jq .totals.requests out)" 300000
	sanitized || [ "$(cat rss)" -lt $((80 * 1024)) ]
}

@test "200,000 users in 100,000 projects do not blow up the ledger" {
	measured import --ledger ledger.db "$BATS_FILE_TMPDIR/names.jsonl"
	sanitized || [ "$(cat rss)" -lt $((120 * 1024)) ]
	[ $(($(stat -c %s ledger.db))) -lt $((200000 * 32 + 500000)) ]
	measured audit --ledger ledger.db --by user --period 2026-10
	has out '(many)'
	measured audit --ledger ledger.db "$BATS_FILE_TMPDIR/names.jsonl"
	has out 'names.jsonl: too many different values; a dimension is shown as "(many)".'
	measured audit --ledger ledger.db --by task --format json --period 2026-10
	same "$(jq '.totals.requests, (.workloads | length)' out | tr '\n' ' ')" '200000 7 '
}

@test "the number of threads changes nothing" {
	for threads in 1 3 8; do
		measured audit --no-save --threads "$threads" --format json "$BATS_FILE_TMPDIR/names.jsonl"
		[ ! -e first ] || cmp out first
		cp out first
	done
}
