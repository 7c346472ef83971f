# What is measured, against the log of the server that it was measured on.

load lib

@test "percentiles, intervals and lengths are those of Python" {
	local cases=${HLLM%/*}/tests/unit/stats
	[ -x "$cases" ] || skip 'the unit tests are not built here'
	"$cases" cases >cases
	python3 -B "$TESTDIR/data/stats.py" <cases
}

@test "times, rates, knees and doubts are those of the server's own log" {
	sanitized && skip 'times mean nothing where each instruction is watched'
	local program=${HLLM%/*}/tests/unit/talk
	[ -x "$program" ] || skip 'the unit tests are not built here'
	python3 -B "$TESTDIR/data/measured.py" "$program"
}
