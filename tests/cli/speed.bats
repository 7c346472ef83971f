# How fast a model will be: the data behind the prediction, and what `hllm models MODEL --on` says.

load lib

@test "the constants and errors of the prediction are what a fit of the published rows finds" {
	python3 -B "$TESTDIR/data/check-speed.py"
}
