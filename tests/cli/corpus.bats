# Names that mean harm, in everything that is read: every view of every command, read back by real parsers.
# tests/data/evil.txt has the names, tests/data/corpus.py puts them in, tests/cli/corpus-table.py has the commands.

load lib
load servers

setup_file()
{
	export CORPUS=$BATS_FILE_TMPDIR/corpus
	python3 "$BATS_TEST_DIRNAME/../data/corpus.py" "$CORPUS"
	cd "$CORPUS" || return
	HOME=$CORPUS "$HLLM" import --quiet --ledger ledger.db log.jsonl bytes.jsonl names.csv files >/dev/null
	for name in few tiny; do
		HOME=$CORPUS "$HLLM" import --quiet --ledger $name.db $name.jsonl >/dev/null
	done
	HOME=$CORPUS "$HLLM" probe --import bench.jsonl --ledger few.db >/dev/null
}

# table GROUP [ARGUMENT...] - nothing of it does harm.
table()
{
	cd "$CORPUS" || return
	python3 "$BATS_TEST_DIRNAME/corpus-table.py" "$@"
}

@test "every format of every answer" {
	table answers
}

@test "charts in characters, as pictures, and by the scripts of --emit-gnuplot" {
	table charts
}

@test "messages about what was asked for" {
	table errors
}

@test "what hllm writes for itself, and what it proposes to be run" {
	table settings
}

@test "a server that calls its model so" {
	local dialect
	for dialect in openai vllm lmstudio ollama; do
		serve dialect=$dialect "model=$(python3 "$BATS_TEST_DIRNAME/../data/corpus.py" line)"
		table server "$url"
		cd "$HOME"
	done
}
