# The cash flow of a plan is what a second implementation makes of it.

load lib

@test "a thousand made-up plans agree to the cent with a second implementation" {
	python3 -B "$TESTDIR/data/cashflow.py" "$(dirname "$HLLM")/tests/unit/cash"
}
