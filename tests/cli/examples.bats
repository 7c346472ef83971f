#!/usr/bin/env bats
# Every example of README, the manuals and --help is run, and what it prints is what they say: tests/data/examples.py
# has the rules. UPDATE=1 rewrites those that leave nothing out.

load lib

examples()
{
	python3 -B "$TESTDIR/data/examples.py" "$@" >said || { cat said >&2; return 1; }
}

@test "the examples of the README" {
	examples "$HLLM" "$TESTDIR/.." "$TESTDIR/../README"
	grep -qE '^README: [0-9]+ examples; with output: audit breakeven chart report$' said
}

@test "the examples of the manuals, and each command has one with its output" {
	examples "$HLLM" "$TESTDIR/.." "$TESTDIR"/../man/*.[1-9]
	"$HLLM" --help | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' | grep -v '^help$' | sort >commands
	same "$(sed -n 's/^hllm\.1: .*output: //p' said)" "$(paste -sd ' ' commands)"
}

@test "the examples of --help" {
	if sanitized; then skip 'they run in each other build, and are no other code than the rest'; fi
	examples --help "$HLLM" "$TESTDIR/.."
}

@test "an example that is not true is noticed" {
	printf '\t$ hllm policies\n\tseven policies\n\t…\n' >README
	run examples "$HLLM" "$TESTDIR/.." README
	[ "$status" = 1 ]
	grep -qF -- '-seven policies' <<<"$output"
	printf '%s\n' '.Dl $ hllm audit --no-save missing.csv' >page.1
	run examples "$HLLM" "$TESTDIR/.." page.1
	[ "$status" = 1 ]
	grep -q 'page.1:1: .*missing.csv' <<<"$output"
	printf '%s\n' '.Bd -literal' 'hllm audit' '.Ed' >page.1
	run examples "$HLLM" "$TESTDIR/.." page.1
	[ "$status" = 1 ]
	grep -q 'neither an example' <<<"$output"
	printf '%s\n' '.Bd -literal' '$ hllm policies >all; head -1 all' 'five' '.Ed' >page.1
	UPDATE=1 examples "$HLLM" "$TESTDIR/.." page.1
	same "$(sed -n 3p page.1)" '6 policies; hllm decide asks one of them, or all.'
}
