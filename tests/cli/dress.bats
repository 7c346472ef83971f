# The same file in another dress says the same.

load lib

@test "every sample reads the same in every dress and with any number of threads" {
	python3 -B "$TESTDIR/data/check-dress.py"
}
