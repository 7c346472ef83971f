# Damaged files: other totals only with a word of it, never a crash.

load lib

@test "no damage to a sample passes in silence" {
	: "${HLLM_MUTATIONS:=$(sanitized && echo 20 || echo 80)}"
	export HLLM_MUTATIONS
	python3 -B "$TESTDIR/data/check-mutants.py"
}
