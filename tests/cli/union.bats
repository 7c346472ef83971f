# Whatever is imported in whatever order, and taken back: the ledger is that of the union.

load lib

@test "any order of overlapping, grown, renamed and twin inputs gives what one import of their union gives" {
	python3 -B "$TESTDIR/data/union.py" "$HLLM" "$PWD" "${UNION_TRIALS:-25}"
}
