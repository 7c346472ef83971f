# Nothing is lost or made between the records and the totals.

load lib

@test "rows add up to totals, and the list cost is what a second implementation makes of prices.csv" {
	python3 -B "$TESTDIR/data/conserve.py" "$HLLM" "$HLLM_DATA_DIR/prices.csv" "$PWD"
}
