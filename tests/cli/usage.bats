# What a new user tries, and names that mean harm.

load lib

# fails COMMAND... - in bats a plain ! does not fail a test.
fails()
{
	! "$@"
}

@test "evil names of files" {
	local n=0
	while IFS= read -r name; do
		name=$(printf '%b' "$name")
		cp "$TESTDIR/data/seeds/s0.jsonl" "./$name"
		for format in text json csv md; do
			expect 0 audit --no-save --verbose --format "$format" -- "$name"
			# no control but line ends reaches the terminal
			fails grep -q $'[\001-\010\013\014\016-\037\177]' out
		done
		expect 0 audit --no-save --format json -- "$name"
		python3 -c 'import json, sys; json.load(sys.stdin)' <out
		rm -- "./$name"
		: >"./$name"
		expect 1 audit --no-save -- "$name"
		same "$(wc -l <err)" 1
		fails grep -q $'[\001-\010\013-\037\177]' err
		n=$((n + 1))
	done <<-'END'
		<script>.jsonl
		a"b'c.jsonl
		=cmd|x.jsonl
		\033[31mred.jsonl
		two\nlines.jsonl
		\0342\0200\0256gnp.jsonl
		bad\0377byte.jsonl
		--format
		%s%n.jsonl
	END
	[ "$n" = 9 ]
}

@test "the same command twice gives the same answer" {
	cp "$TESTDIR/data/seeds/s0.jsonl" log.jsonl
	expect 0 audit log.jsonl --format json --as-of 2026-11-01
	sed 's/import [0-9]*/import N/g; s/--undo [0-9]*/--undo N/; s/--import [0-9]*/--import N/' out >first
	expect 0 audit log.jsonl --format json --as-of 2026-11-01
	sed 's/import [0-9]*/import N/g; s/--undo [0-9]*/--undo N/; s/--import [0-9]*/--import N/' out >second
	diff first second
	expect 0 audit --no-save log.jsonl --format json --as-of 2026-11-01
	same "$(jq -cS '[.totals, .models, .workloads]' out)" "$(jq -cS '[.totals, .models, .workloads]' first)"
	expect 0 audit --no-save --format json --as-of 2026-11-01 - <log.jsonl
	same "$(jq -cS '[.totals, .models, .workloads]' out)" "$(jq -cS '[.totals, .models, .workloads]' first)"
}

@test "a narrow or dull terminal" {
	cp "$TESTDIR/data/seeds/s0.jsonl" log.jsonl
	NO_COLOR=1 TERM=dumb expect 0 audit --no-save log.jsonl
	lacks out $'\e'
	cp out want
	TERM=xterm expect 0 audit --no-save log.jsonl
	cmp out want
	LC_ALL=C.UTF-8 expect 0 audit --no-save log.jsonl
	cmp out want
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no pseudo terminal here"
	# shellcheck disable=SC2016
	script -qec 'stty cols 40; NO_COLOR=1 "$HLLM" audit --no-save log.jsonl' /dev/null </dev/null >typed
	fails grep -q $'\e' typed
	[ "$(sed 's/\r$//' typed | LC_ALL=C.UTF-8 wc -L)" -le 80 ]
}

@test "a reader that goes away, an answer into a file" {
	cp "$TESTDIR/data/seeds/s0.jsonl" log.jsonl
	"$HLLM" audit --no-save log.jsonl 2>err | head -1 >out
	err_is ''
	[ "$(wc -l <out)" = 1 ]
	echo old >answer
	expect 0 audit --no-save log.jsonl --format json --output answer
	out_is ''
	jq -e .schema answer >out
	# what fails leaves the old answer
	expect 1 audit --no-save missing --format json --output answer
	jq -e .schema answer >out
	[ -z "$(find . -name 'answer.*')" ]
}

@test "slips of the keyboard get a hint" {
	cp "$TESTDIR/data/seeds/s0.jsonl" log.jsonl
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 $args
		err_is "hllm: $text"
	done <<-'END'
		audti log.jsonl|unknown command 'audti', did you mean 'audit'? (see 'hllm --help')
		audit log.jsonl --formt json|unknown option --formt, did you mean --format? (see 'hllm audit --help')
		log.jsonl|unknown command 'log.jsonl', did you mean 'hllm audit log.jsonl'? (see 'hllm --help')
		import|import: no file given, expected FILE…
		imports 3|imports: takes no arguments; to take one back: hllm imports --undo ID
	END
	expect 1 audit
	has err 'no ledger yet; start with: hllm audit FILE'
	expect 0 import log.jsonl
	expect 2 imports --undo 7
	err_is 'hllm: there is no import 7; see: hllm imports'
	expect 0 imports --undo 1
	expect 1 audit
	has err 'an empty ledger; start with: hllm audit FILE'
}
