# What machines carry, against a simulation in another language.

load lib

@test "utilization, waits and overflow are those of a simulation of every request" {
	local cases=${HLLM%/*}/tests/unit/queue
	[ -x "$cases" ] || skip 'the unit tests are not built here'
	"$cases" cases >cases
	python3 -B "$TESTDIR/data/waiting.py" <cases
}
