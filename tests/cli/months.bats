# What changed between two months, and what this one will cost: held against other ways to work it out.

load lib

setup_file()
{
	export MONTHS=${HLLM%/*}/tests/cli/months
}

@test "a thousand bridges between random months are what exact fractions over all orders give" {
	python3 -B "$TESTDIR/data/bridge.py" "$MONTHS" "${BRIDGES:-1000}"
}

@test "a forecast is less off than plain run-rate, and its range holds 80 to 97 of 100 months" {
	python3 -B "$TESTDIR/data/forecast.py" "$MONTHS" "${SEEDS:-40}" >out || { cat out; false; }
	has out 'month-end batch'
}
