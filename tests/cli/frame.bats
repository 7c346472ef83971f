# The frame around the commands: options, help, errors, streams, files.

load lib

# Status, arguments, all of stderr.
@test "wrong usage is told in one line" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 $args
		err_is "hllm: $text"
		out_is ''
	done <<-'END'
		adit x|unknown command 'adit', did you mean 'audit'? (see 'hllm --help')
		xyzzyx|unknown command 'xyzzyx' (see 'hllm --help')
		help adit|unknown command 'adit', did you mean 'audit'? (see 'hllm --help')
		--fromat json audit|unknown option --fromat, did you mean --format? (see 'hllm --help')
		audit --no-sav x|unknown option --no-sav, did you mean --no-save? (see 'hllm audit --help')
		audit -x|unknown option -x (see 'hllm audit --help')
		audit --format xml|--format xml: no such value, expected one of text, json, csv, tsv, md, html (see 'hllm audit --help')
		export --format xlsx|--format xlsx: no such value, expected one of text, json, csv, tsv, md, html, focus (see 'hllm export --help')
		--format xlsx check|--format xlsx: no such value, expected one of text, json, csv, tsv, md, html, prometheus, focus (see 'hllm --help')
		audit --format|--format needs a value: --format FORMAT (see 'hllm audit --help')
		audit --quiet=1|--quiet takes no value (see 'hllm audit --help')
		--tz UTC audit --tz UTC|--tz is given twice (see 'hllm audit --help')
		audit --table x|--table x: expected --format csv or tsv beside it; the others print every table
		audit --as-of soon|--as-of soon: expected a date or time such as 2026-10-31 or 2026-10-31T12:00:00Z
	END
	SOURCE_DATE_EPOCH=now expect 2 audit
	err_is 'hllm: SOURCE_DATE_EPOCH=now: expected seconds since 1970'
}

@test "a file in place of a command gets the command" {
	: >bill.csv
	expect 2 bill.csv
	err_is "hllm: unknown command 'bill.csv', did you mean 'hllm audit bill.csv'? (see 'hllm --help')"
}

@test "what is shown of a wrong word is harmless" {
	expect 2 $'a\e[31m\xe2\x80\xae'
	err_is "hllm: unknown command 'a\\x1b[31m<U+202E>' (see 'hllm --help')"
}

@test "hllm alone says what to type first" {
	expect 0
	err_is ''
	[ "$(wc -l <out)" = 10 ]
	[ "$(wc -L <out)" -le 80 ]
	for command in audit breakeven report check demo doctor help; do
		has out "  hllm $command "
	done
	hllm -q
	same "$status $(wc -l <out)" '0 10'
}

@test "help of everything and of each command" {
	expect 0 --help
	cp out all
	expect 0 help
	cmp out all
	expect 0 -h
	cmp out all
	has out '  4  a bill does not reconcile (with --tolerance)'
	for command in audit import imports workloads decide policies hardware models probe prices why export demo; do
		has all "  $command "
		expect 0 help "$command"
		has out "Usage: hllm $command"
		has out 'Examples'
		cp out one
		expect 0 "$command" --help
		cmp out one
	done
	expect 0 --version
	[[ $(cat out) =~ ^hllm\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "help is no wider than the terminal" {
	# but commands that are to be copied, and usage
	for command in '' audit import imports workloads decide breakeven report check policies hardware models probe \
		prices why export doctor; do
		for columns in 60 80 120; do
			# shellcheck disable=SC2086
			COLUMNS=$columns expect 0 help $command
			! sed '/^Examples/,/^$/{/^  hllm [^#]*$/d;}; /^Usage/d; /^  [0-5]  /d' out |
				grep -E "^.{$((columns + 1))}"
		done
	done
}

@test "a full disk is an error, a reader that went away is none" {
	for args in '--help' 'prices list' 'prices list --format json'; do
		status=0
		# shellcheck disable=SC2086
		"$HLLM" $args >/dev/full 2>err || status=$?
		[ "$status" = 1 ]
		err_is 'hllm: standard output: No space left on device'
		status=0
		# shellcheck disable=SC2086
		{
			"$HLLM" $args 2>err || echo $? >failed
		} | true
		[ ! -e failed ]
		err_is ''
	done
	status=0
	"$HLLM" --version >&- 2>err || status=$?
	[ "$status" = 1 ]
	err_is 'hllm: standard output: Bad file descriptor'
}

@test "--output replaces a file as a whole" {
	expect 0 prices list --format json
	cp out want
	echo old >file
	chmod 600 file
	ln -s file link
	expect 0 prices list --format json --output link
	out_is ''
	cmp file want
	[ -L link ]
	[ "$(stat -c %a file)" = 600 ]
	(umask 027 && expect 0 prices list --format json -o new)
	[ "$(stat -c %a new)" = 640 ]
	expect 0 prices list --format json -o -
	cmp out want
	expect 1 prices list -o missing/file
	err_is 'hllm: missing/file: No such file or directory'
	expect 1 prices list -o /dev/full
	err_is 'hllm: /dev/full: No space left on device'
	[ "$(echo ./*)" = './err ./file ./link ./new ./out ./want' ]
}

@test "an answer that cannot be shown leaves the file alone" {
	echo old >file
	expect 2 prices list --format csv --table nothing --output file
	has err '--table nothing: no such table'
	[ "$(cat file)" = old ]
}

@test "color only where it is wanted" {
	expect 0 prices list --color always
	has out $'\e[1m'
	expect 0 prices list
	lacks out $'\e'
	NO_COLOR=1 expect 0 prices list --color always
	has out $'\e[1m'
}

@test "no option of a command has the name of a global one" {
	expect 0 --help
	grep -oE '^ +(-[a-z], )?--[a-z0-9-]+' out | sed 's/.*--//' | sort -u >global
	for command in audit import imports workloads decide policies hardware models probe prices why export demo; do
		expect 0 "$command" --help
		grep -oE '^ +(-[a-z], )?--[a-z0-9-]+' out | sed 's/.*--//' | sort -u >own
		[ -z "$(comm -12 global own | grep -vx 'help\|version')" ]
	done
}
