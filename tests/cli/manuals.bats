#!/usr/bin/env bats
# The manual and the help know the same options. Examples are in examples.bats; what lists of the
# manuals say of tables of the program is in tests/unit/manuals.c and the unit test of each table.

load lib

manuals()
{
	python3 "$TESTDIR/data/manuals.py" "$@"
}

@test "every option is in its command's section, and no other" {
	manuals "$HLLM" "$TESTDIR/../man/hllm.1"
}

@test "an option taken out of the manual, or one put into it that does not exist, is noticed" {
	if sanitized; then skip 'the same in any build'; fi
	manuals --removed "$HLLM" "$TESTDIR/../man/hllm.1"
}

@test "no page names an option that its command does not have" {
	manuals --words "$HLLM" "$TESTDIR/../README" "$TESTDIR"/../man/*.[1-9]
	printf '%s\n' 'then hllm audit --no-such' >wrong
	run manuals --words "$HLLM" "$TESTDIR/../README" wrong
	same "$status $output" '1 wrong:1: hllm audit has no --no-such'
}

# every TEXT of these lines - "TEXT" in quotes behind the words of $1, in the sources
called()
{
	grep -rhoE "($1)\(([a-z]+, )?\"[^\"]+\"" "$TESTDIR/../src" | sed 's/.*"\(.*\)"/\1/' | sort -u
}

@test "every variable of the environment and every file that is looked for is in the manual" {
	called 'getenv|base_folder' >variables
	[ "$(wc -l <variables)" -ge 8 ]
	while read -r name; do
		grep -qE "^\.It Ev .*\b$name\b" "$TESTDIR/../man/hllm.1" || { echo "ENVIRONMENT lacks $name" >&2; return 1; }
	done <variables
	{ called app_shipped_path; called app_own_path | sed 's,^,~/.config/hllm/,'; } >files
	[ "$(wc -l <files)" -ge 5 ]
	while read -r name; do
		grep -qE "^\.It Pa (.* )?$name(/| |\$)" "$TESTDIR/../man/hllm.1" || { echo "FILES lacks $name" >&2; return 1; }
	done <files
}

@test "no line of a page is wider than 80 columns, and no quote is left open" {
	command -v mandoc >/dev/null || skip 'no mandoc here'
	for page in "$TESTDIR"/../man/*.[1-9]; do
		mandoc -Tutf8 -Owidth=78 "$page" >shown
		python3 -c 'import re, sys
text = re.sub(".\b", "", open("shown", encoding="utf-8").read())
wrong = [line for line in text.splitlines() if len(line) > 80] + re.findall("\u2018[^\u2019]*\u2018", text)
sys.exit("\n".join(sys.argv[1] + ": " + each for each in wrong) or 0)' "$page"
	done
}
