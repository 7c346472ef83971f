# Every sample of a bill or log gives exactly its row of EXPECTED.json.

load lib

@test "every sample is recognised and gives its row" {
	python3 -B "$TESTDIR/data/check-samples.py"
}
