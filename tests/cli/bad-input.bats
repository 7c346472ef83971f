# Bad input: one clear sentence, the right status, and a ledger as it was.

load lib

# Files that serve all tests; reading does not change them.
setup_file()
{
	mkdir "$BATS_FILE_TMPDIR/in"
	cd "$BATS_FILE_TMPDIR/in" || return
	python3 "$BATS_TEST_DIRNAME/bad-input.py"
}

# start - a ledger that knows something, and where the bad files are.
start()
{
	cd "$BATS_FILE_TMPDIR/in" || return
	rm -rf "$BATS_TEST_TMPDIR/ledger"
	mkdir "$BATS_TEST_TMPDIR/ledger"
	ledger=$BATS_TEST_TMPDIR/ledger/ledger.db
	expect 0 import --ledger "$ledger" "$TESTDIR/data/seeds/s0.jsonl"
}

# hllm writes out and err here, beside the ledger's folder.
hllm()
{
	status=0
	"$HLLM" "$@" >"$HOME/out" 2>"$HOME/err" || status=$?
}

# state - the ledger's content, and what lies beside it.
state()
{
	sqlite3 "$ledger" .dump | sha256sum
	ls -A "${ledger%/*}"
}

# refused STATUS TEXT ARGUMENT... - says TEXT and nothing else, and leaves the ledger alone.
refused()
{
	local want=$1 text=$2 before
	shift 2
	before=$(state)
	expect "$want" "$@"
	same "$(cat "$HOME/err")" "hllm: $text"
	same "$(cat "$HOME/out")" ''
	same "$(state)" "$before"
}

@test "files that are no bill" {
	start
	local damaged='the compressed data is damaged or cut off; fetch the file again'
	local none='no known format, expected a bill, a usage export or a request log, as CSV or JSON'
	local empty='empty, expected a bill, a usage export or a request log'
	local n=0
	while IFS='|' read -r file text; do
		refused 1 "$file: $text" import --ledger "$ledger" "${file%%:*}"
		n=$((n + 1))
	done <<-END
		empty.csv|$empty
		blanks.jsonl|$empty
		bom.csv|$empty
		binary.csv|binary data, expected CSV or JSON text
		elf.jsonl|binary data, expected CSV or JSON text
		bill.pdf|a PDF, expected the CSV or JSON export of the same bill
		office.xlsx|an Office document, expected CSV (in Excel: save as "CSV UTF-8")
		utf16.csv|UTF-16 text, expected UTF-8 (in Excel: save as "CSV UTF-8")
		utf16be.csv|UTF-16 text, expected UTF-8 (in Excel: save as "CSV UTF-8")
		utf16raw.csv|binary data, expected CSV or JSON text
		prose.txt|$none
		scalar.json|$none
		page.html|a web page or XML, expected CSV or JSON
		error.json|an error message of an API, expected its usage or its bill
		brace.json|not well-formed JSON, or cut off, expected it whole or one object a line
		deep.json|not well-formed JSON, or cut off, expected it whole or one object a line
		array.json|nothing between its brackets, expected records of usage
		object.json|nothing between its brackets, expected records of usage
		other.json|JSON in no known format; name its keys with --map model=KEY,input=KEY,output=KEY
		other.csv|no known format has its columns (a, b, c); name them with --map model=COLUMN,input=COLUMN,output=COLUMN
		cut.jsonl.gz|$damaged
		head.gz|$damaged
		flip.jsonl.gz|$damaged
		junk.gz|$damaged
		cut.xz|$damaged
		flip.zst|$damaged
		cut.zip:a.jsonl|$damaged
		flip.zip:a.jsonl|$damaged
		encrypted.zip|encrypted zip, expected one without a password
		empty.zip|an archive without files, expected bills, usage exports or request logs
		folder.zip|an archive without files, expected bills, usage exports or request logs
		bomb.zip:bomb.jsonl|expands to more than 200 times its size, refused
		bomb.bz2|expands to more than 200 times its size, refused
		missing.csv|No such file or directory
		prose.txt/x|Not a directory
	END
	[ "$n" -ge 25 ]
}

@test "what is no file" {
	start
	mkfifo "$HOME/fifo"
	mkdir -p "$HOME/folder/.hidden" "$HOME/letters"
	cp prose.txt page.html "$HOME/letters"
	ln -s loop "$HOME/loop"
	cd "$HOME"
	local pipe="not a regular file, expected a file or a directory (read a pipe with '-')"
	while IFS='|' read -r want file text; do
		refused "$want" "$text" import --ledger "$ledger" "$file"
	done <<-END
		1|fifo|fifo: $pipe
		1|/dev/null|/dev/null: $pipe
		1|/dev/zero|/dev/zero: $pipe
		1|folder|folder: a directory without files, expected bills, usage exports or request logs
		1|letters|letters: no bill, usage export or request log among its 2 files; audit one of them to hear why
		1|loop|loop: Too many levels of symbolic links
		2||an empty name, expected that of a file or a directory
	END
	refused 1 "$(printf 'x%.0s' {1..300}): File name too long" \
		import --ledger "$ledger" "$(printf 'x%.0s' {1..300})"
	refused 1 '(standard input): empty, expected a bill, a usage export or a request log' \
		import --ledger "$ledger" - </dev/null
	refused 1 '(standard input): Is a directory' import --ledger "$ledger" - <.
	refused 1 '(standard input): Bad file descriptor' import --ledger "$ledger" - <&-
	refused 1 "$ledger: binary data, expected CSV or JSON text" import --ledger "$ledger" "$ledger"
}

@test "one bad file among good ones saves nothing" {
	start
	refused 1 'empty.csv: empty, expected a bill, a usage export or a request log' \
		import --ledger "$ledger" "$TESTDIR/data/seeds/s1.jsonl" empty.csv
}

@test "a header without rows is readable and adds nothing" {
	start
	cd "$HOME"
	cp "$BATS_FILE_TMPDIR/in/header.csv" .
	expect 0 audit --no-save header.csv
	has out 'header.csv: a header and no rows.'
	same "$(head -1 out)" 'Nothing to count here.'
}

# The second of three lines is bad.
@test "a bad line costs itself only" {
	start
	while IFS='|' read -r file text; do
		expect 0 import --ledger "$HOME/new.db" --format json "$file"
		same "$(jq -c '[.sources[0].rows, .sources[0].records, .sources[0].rejected]' "$HOME/out")" '[3,2,1]'
		same "$(jq -r '.notes[0]' "$HOME/out")" "$file:$text"
		refused 1 "$file:$text (--strict: nothing was saved)" import --strict --ledger "$ledger" "$file"
	done <<-'END'
		int64.jsonl|2: tokens_in is "9223372036854775808", expected a number below 2^63
		huge.jsonl|2: tokens_in is "1e400", expected a number below 2^63
		many.jsonl|2: a number of tokens beyond 2^50
		tera.jsonl|2: a number of tokens beyond 2^40 in one request
		negative.jsonl|2: tokens_in is "-5", expected no negative number
		float.jsonl|2: tokens_in is "1.5", expected a whole number
		text.jsonl|2: tokens_in is "n/a", expected a whole number
		nan.jsonl|2: not well-formed JSON, or cut off
		1970.jsonl|2: a time outside 2000 to 2099
		2100.jsonl|2: a time outside 2000 to 2099
		9999.jsonl|2: timestamp is "9999-12-31T23:59:59Z", expected a date or time from 2000 to 2099
		february.jsonl|2: timestamp is "2026-02-30T00:00:00Z", expected a date or time from 2000 to 2099
		epoch.jsonl|2: timestamp is "0", expected a date or time from 2000 to 2099
		cutline.jsonl|2: not well-formed JSON, or cut off
		deep.jsonl|2: not well-formed JSON, or cut off
		control.jsonl|2: not well-formed JSON, or cut off
		stray.csv|3: a quote that never closes
		cells.csv|3: 3 cells, expected 4 as in the header
		more.csv|3: 5 cells, expected 4 as in the header
		money.csv|3: cost is "1e30", expected an amount of money
	END
}

# buckets NAME LINES TOKENS - days of so many tokens each, in a model of its own.
buckets()
{
	awk -v name="$1" -v lines="$2" -v tokens="$3" 'BEGIN {
		print "date,model,requests,prompt_tokens,completion_tokens"
		for (i = 0; i < lines; i++)
			printf "2026-%02d-%02d,%s,%d,%s,0\n", i / 28 % 12 + 1, i % 28 + 1, name, i + 2, tokens
	}' >"$1.csv"
}

@test "what would overflow a sum is an error, never another total" {
	start
	cd "$HOME"
	# requests of 2^50 tokens, 8,200 of them: bad lines one by one
	awk 'BEGIN { for (i = 0; i < 8200; i++)
		printf "{\"model\":\"m\",\"ts\":%d,\"prompt_tokens\":1125899906842624,\"completion_tokens\":1}\n", 1790000000 + i }' >requests.jsonl
	expect 0 audit --no-save --format json requests.jsonl
	same "$(jq -c '[.sources[0].rejected, .totals.input_tokens]' out)" '[8200,null]'
	# days of 2^50 tokens: eight are 2^53, one more token is too much
	buckets days 8200 1125899906842624
	says='expected what somebody can be billed for'
	refused 1 "days.csv: its tokens or requests add up to more than 2^53, $says" import --ledger "$ledger" days.csv
	buckets most 7 1125899906842624
	expect 0 audit --no-save --format json most.csv
	same "$(jq .totals.input_tokens out)" 7881299347898368
	# and many files of that size
	for i in 1 2 3 4 5 6 7 8 9 10; do buckets "m$i" 7 1125899906842624; done
	expect 0 audit --no-save --format json m?.csv
	has out "\"input_tokens\": $((9 * 7 * 1125899906842624))," # jq would round it
	expect 1 audit --no-save m?.csv m10.csv
	err_is "hllm: all tokens and requests together are more than 2^56, $says"
}

@test "an odd line counts" {
	start
	for file in surrogate.jsonl nul.jsonl utf8.jsonl zeros.jsonl twice.jsonl bom.jsonl crlf.jsonl; do
		expect 0 audit --no-save --strict --format json "$file"
		same "$(jq -c '[.sources[0].records, .totals.input_tokens]' "$HOME/out")" '[3,3001]'
		python3 -c 'import json, sys; json.load(sys.stdin)' <"$HOME/out"
	done
}

@test "rejected lines are saved whole" {
	start
	cd "$HOME"
	cp "$BATS_FILE_TMPDIR/in/negative.jsonl" "$BATS_FILE_TMPDIR/in/stray.csv" .
	expect 0 import --rejects bad negative.jsonl stray.csv
	same "$(cat bad)" "$(sed -n 2p negative.jsonl; sed -n 3p stray.csv)"
	expect 2 import --rejects negative.jsonl negative.jsonl
	err_is 'hllm: negative.jsonl: to be read and to be written over, expected two files'
	[ -s negative.jsonl ]
}

@test "currencies are never added" {
	cat >mixed.csv <<-'END'
		timestamp,model,tokens_in,tokens_out,cost,currency
		2026-10-05T08:00:01Z,gpt-4o-mini,1000,100,0.50,EUR
		2026-10-05T08:00:02Z,gpt-4o-mini,1000,100,0.25,USD
		2026-10-05T08:00:03Z,gpt-4o-mini,1000,100,0.25,USD
	END
	expect 0 audit --no-save --format json mixed.csv
	same "$(jq -c '.totals.billed_cost, .totals.billed_cost_reason' out)" \
		$'null\n"several currencies, see currencies"'
	same "$(jq -r '.currencies[] | .currency + " " + .billed_cost.amount' out | sort)" $'EUR 0.50\nUSD 0.50'
}

# An element of 200 MB, and lines and quotes that do not end.
@test "what does not end is one bad line, in bounded memory" {
	while IFS='|' read -r shape text; do
		status=0
		python3 "$BATS_TEST_DIRNAME/endless.py" "$shape" 200 |
			python3 "$BATS_TEST_DIRNAME/measure.py" "$HLLM" import --ledger "$shape.db" --format json - >out || status=$?
		[ "$status" = 0 ]
		same "$(jq -c '[.sources[0].records, .sources[0].rejected]' out)" '[2,1]'
		same "$(jq -r '.notes[0]' out)" "(standard input):$text"
		sanitized || [ "$(cat rss)" -lt 307200 ]
	done <<-'END'
		array|2: larger than 64 MiB
		page|1: larger than 64 MiB
		line|2: longer than 64 MiB
		csv|3: longer than 64 MiB
		quote|3: longer than 64 MiB
	END
}

# ---- ledgers ----

@test "what is no ledger" {
	start
	cd "$HOME"
	cp "$ledger" newer.db
	sqlite3 newer.db 'PRAGMA user_version = 99'
	sqlite3 other.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
	python3 - "$ledger" <<-'END'
		import sys
		data = bytearray(open(sys.argv[1], "rb").read())
		open("half.db", "wb").write(data[:5000])
		data[4096:] = bytes(byte ^ 0x5A for byte in data[4096:])
		open("damaged.db", "wb").write(data)
	END
	printf 'no database at all\n%.0s' {1..1000} >text.db
	mkdir folder.db
	mkfifo fifo.db
	local damaged='a damaged ledger; hllm doctor says how to save what can be read of it'
	while IFS='|' read -r file text; do
		for args in "import $TESTDIR/data/seeds/s1.jsonl" imports audit 'imports --undo 1'; do
			rm -rf before
			[ ! -f "$file" ] || cp "$file" before
			# shellcheck disable=SC2086
			refused 1 "$file: $text" $args --ledger "$file"
			[ ! -f "$file" ] || cmp "$file" before
		done
	done <<-END
		newer.db|written by a newer hllm (version 99 of the tables, this one knows 4)
		other.db|a database of another program, expected a ledger of hllm
		text.db|not a ledger of hllm, nor any other database, expected one such as --ledger ledger.db
		half.db|$damaged
		damaged.db|$damaged
		folder.db|a directory, expected a ledger
		fifo.db|not a regular file, expected a ledger
		/dev/null|not a regular file, expected a ledger
		text.db/ledger.db|Not a directory
	END
	[ -z "$(find . -name '*-journal')" ]
	refused 2 '--ledger: an empty name, expected a file' import --ledger '' "$TESTDIR/data/seeds/s1.jsonl"
	refused 1 'none.db: no ledger yet; start with: hllm audit FILE' imports --ledger none.db
	: >empty.db
	refused 1 'empty.db: no ledger yet; start with: hllm audit FILE' imports --ledger empty.db
	expect 0 import --ledger empty.db "$TESTDIR/data/seeds/s1.jsonl"
	# names that SQLite would take for something else
	for name in :memory: file:x.db 'file:y.db?mode=memory'; do
		expect 0 import --ledger "$name" "$TESTDIR/data/seeds/s1.jsonl"
		[ -s "$name" ]
	done
}

@test "a damaged row of a sound database" {
	start
	while IFS='|' read -r sql text; do
		cp "$ledger" "$HOME/bad.db"
		sqlite3 "$HOME/bad.db" "$sql"
		expect 1 audit --ledger "$HOME/bad.db"
		same "$(cat "$HOME/err")" "hllm: $HOME/bad.db: $text"
	done <<-'END'
		UPDATE key SET texts = x'ff'|damaged key; hllm doctor says how to save what can be read of it
		UPDATE key SET numbers = x'7f'|damaged key; hllm doctor says how to save what can be read of it
		UPDATE series SET totals = x'ff'|damaged series; hllm doctor says how to save what can be read of it
		DELETE FROM meta WHERE name = 'secret'|a ledger without its secret; hllm doctor says how to save what can be read of it
	END
}

@test "a ledger that another process holds" {
	start
	python3 - "$ledger" "$HOME/held" <<-'END' 3>&- &
		import sqlite3, sys, time
		ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
		ledger.execute("BEGIN EXCLUSIVE")
		open(sys.argv[2], "w").close()
		time.sleep(60)
	END
	local holder=$!
	while [ ! -e "$HOME/held" ]; do sleep 0.05; done # then SQLite waits 5 seconds
	expect 1 import --ledger "$ledger" "$TESTDIR/data/seeds/s1.jsonl"
	same "$(cat "$HOME/err")" "hllm: $ledger: another process is using this ledger; try again when it is done"
	kill "$holder"
	wait
	same "$(sqlite3 "$ledger" 'SELECT count(*) FROM import')" 1
	expect 0 import --ledger "$ledger" "$TESTDIR/data/seeds/s1.jsonl"
}

# as_nobody ARGUMENT... - hllm as somebody whom permissions bind.
as_nobody()
{
	if [ "$(id -u)" = 0 ]; then
		HOME=/ setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" "$@"
	else
		"$HLLM" "$@"
	fi
}

@test "no permission" {
	[ "$(id -u)" != 0 ] || setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" --version ||
		skip 'nobody may not run this build'
	start
	local here
	here=$(mktemp -d)
	chmod 755 "$here"
	cp "$ledger" "$here/ledger.db"
	cp prose.txt "$here/secret.jsonl"
	cp "$TESTDIR/data/seeds/s1.jsonl" "$here/"
	mkdir "$here/own" "$here/logs" "$here/logs/closed"
	cp "$ledger" "$here/own/fixed.db"
	[ "$(id -u)" != 0 ] || chown 65534 "$here/own"
	chmod 444 "$here/own/fixed.db" "$here/ledger.db"
	chmod 0 "$here/secret.jsonl" "$here/logs/closed"
	[ "$(id -u)" = 0 ] || chmod 555 "$here"
	cd "$here"
	while IFS='|' read -r args text; do
		status=0
		# shellcheck disable=SC2086
		as_nobody $args >"$HOME/out" 2>"$HOME/err" || status=$?
		same "$(cat "$HOME/err")" "hllm: $text"
		[ "$status" = 1 ]
		[ ! -s "$HOME/out" ]
	done <<-'END'
		audit --no-save secret.jsonl|secret.jsonl: Permission denied
		audit --no-save logs|logs/closed: Permission denied
		import --ledger ledger.db s1.jsonl|.: Permission denied, expected a folder that the ledger can be written in (audit without saving: --no-save)
		import --ledger new.db s1.jsonl|.: Permission denied, expected a folder that the ledger can be written in (audit without saving: --no-save)
		import --ledger new/ledger.db s1.jsonl|new: Permission denied
		import --ledger own/fixed.db s1.jsonl|own/fixed.db: this ledger cannot be written to; nothing was saved (audit without saving: --no-save)
		imports --undo 1 --ledger own/fixed.db|own/fixed.db: this ledger cannot be written to; nothing was saved (audit without saving: --no-save)
		audit --no-save s1.jsonl --output answer|answer: Permission denied
		import --ledger own/fixed.db --rejects bad s1.jsonl|bad: Permission denied
	END
	# reading what may only be read is fine
	as_nobody imports --ledger ledger.db >"$HOME/out"
	as_nobody imports --ledger own/fixed.db >"$HOME/out"
	cmp "$ledger" ledger.db
	cmp "$ledger" own/fixed.db
	cd "$HOME"
	chmod -R u+rwx "$here"
	rm -rf "$here"
}

@test "a full disk" {
	start
	python3 "$BATS_TEST_DIRNAME/bad-input.py" many 20000 >"$HOME/many.jsonl"
	cp "$ledger" "$HOME/full.db"
	# no file may grow beyond 64 KiB
	(ulimit -f 64 && expect 1 import --ledger "$HOME/full.db" "$HOME/many.jsonl")
	grep -qE '^hllm: .*/full.db: (no space left; nothing was saved .audit without saving: --no-save.|disk I/O error|File too large)$' "$HOME/err"
	same "$(sqlite3 "$HOME/full.db" .dump | sha256sum)" "$(sqlite3 "$ledger" .dump | sha256sum)"
	(ulimit -f 4 && expect 1 import --ledger "$HOME/fresh.db" "$HOME/many.jsonl")
	expect 0 import --ledger "$HOME/fresh.db" "$HOME/many.jsonl"
	mkdir "$HOME/tiny"
	mount -t tmpfs -o size=128k none "$HOME/tiny" 2>/dev/null || skip 'no right to mount'
	cp "$ledger" "$HOME/tiny/ledger.db"
	ledger=$HOME/tiny/ledger.db
	refused 1 "$ledger: no space left; nothing was saved (audit without saving: --no-save)" import --ledger "$ledger" "$HOME/many.jsonl" ||
		{
			umount "$HOME/tiny"
			return 1
		}
	umount "$HOME/tiny"
}

# ---- the command line ----

@test "a wrong command line is told before anything is read or saved" {
	start
	local s1=$TESTDIR/data/seeds/s1.jsonl
	cd "$HOME"
	while IFS='|' read -r want args text; do
		# shellcheck disable=SC2086
		refused "$want" "$text" audit $args --ledger "$ledger" "$s1"
	done <<-'END'
		2|--period bogus|--period bogus: not a period, expected 2026-10, 2026-08..2026-10, 2026-10-01..2026-10-15, last or last-90d
		2|--period 2026-13|--period 2026-13: not a period, expected 2026-10, 2026-08..2026-10, 2026-10-01..2026-10-15, last or last-90d
		2|--threads 0|--threads 0: expected 1 to 64
		2|--threads 9999|--threads 9999: expected 1 to 64
		2|--threads -1|--threads -1: expected a whole number, 0 or more (see 'hllm audit --help')
		2|--days x|--days x: expected a whole number, 0 or more (see 'hllm audit --help')
		2|--map x|--map: no mapping "x" in hllm.conf, expected its title or MEANING=COLUMN
		2|--tz Mars/Phobos|--tz Mars/Phobos: no such time zone, expected a name such as Europe/Berlin or UTC
		1|--prices missing.csv|missing.csv: No such file or directory
		1|--config missing.conf|missing.conf: No such file or directory
		1|--output missing/answer|missing/answer: No such file or directory
		1|--output .|.: Is a directory
		1|--rejects missing/bad|missing/bad: No such file or directory
	END
	printf 'discount "x" {\n\tpercent = banana\n}\n' >hllm.conf
	refused 1 'hllm.conf:2: discount "x": percent is "banana", expected a number' \
		audit --config hllm.conf --ledger "$ledger" "$s1"
	expect 2 audit --input-format request-lg --ledger "$ledger" "$s1"
	has err "hllm: --input-format request-lg: no such format, did you mean \"request-log\"?"
	cp "$s1" log.jsonl
	refused 2 'log.jsonl: to be read and to be written over, expected two files' \
		audit --output log.jsonl --ledger "$ledger" log.jsonl
	cmp "$s1" log.jsonl
}

@test "no HOME at all" {
	cp "$TESTDIR/data/seeds/s0.jsonl" log.jsonl
	# set to nothing; where it is not set, the password database has it: tests/cli/check.bats
	for command in audit imports 'audit log.jsonl' 'import log.jsonl'; do
		status=0
		# shellcheck disable=SC2086
		HOME='' "$HLLM" $command >out 2>err || status=$?
		[ "$status" = 2 ]
		err_is 'hllm: no home folder is known, expected HOME to name it, or --ledger FILE'
	done
	HOME='' "$HLLM" audit --no-save log.jsonl >out
	HOME='' "$HLLM" import --ledger here.db log.jsonl >out
	[ -s here.db ]
}
