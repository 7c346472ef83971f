#!/usr/bin/env bats
# Broken surroundings: hllm doctor names each, and what it prints as its mend makes doctor content again.

load lib
load servers

setup_file()
{
	export LOG=$BATS_FILE_TMPDIR/log.jsonl LEDGER=$BATS_FILE_TMPDIR/ledger.db
	awk 'BEGIN {
		for (i = 0; i < 9000; i++)
			printf "{\"timestamp\":\"2026-10-%02dT%02d:%02d:%02dZ\",\"request_id\":\"r%d\",\"model\":\"gpt-4o\"," \
				"\"task\":\"task %d\",\"tokens_in\":%d,\"tokens_out\":%d}\n",
				1 + i % 28, i % 24, i % 60, i % 59, i, i % 40, 100 + i * 7919 % 5000, 10 + i % 300
	}' >"$LOG"
	HOME=$BATS_FILE_TMPDIR HLLM_DATA_DIR=${HLLM_DATA_DIR:-$BATS_TEST_DIRNAME/../../data} \
		"$HLLM" import --quiet --ledger "$LEDGER" "$LOG" >/dev/null
}

# A PATH of the test's own first: hllm, an editor and tools that do what they would do elsewhere.
prepare()
{
	mkdir -p bin .config/hllm .local/share/hllm
	ln -sf "$HLLM" bin/hllm
	export PATH=$HOME/bin:$PATH EDITOR=$HOME/bin/editor SOURCE_DATE_EPOCH=1793577600 # 2026-11-02
	tool gnuplot <<-'END'
		cat >/dev/null
		{
			echo "hllm-terminals  dumb pdfcairo pngcairo sixelgd svg "
			echo "hllm-old 5.4"
		} >&2
	END
	# editor +LINE FILE: puts what $MENDED says into that line
	tool editor <<-'END'
		[ "${1#+}" != "$1" ] || set -- "+1" "$1"
		awk -v at="${1#+}" 'NR == at { $0 = ENVIRON["MENDED"] } { print }' "$2" >edited && cat edited >"$2"
	END
	config=.config/hllm ledger=.local/share/hllm/ledger.db
}

# tool NAME - a program of that name is the script on standard input.
tool()
{
	{
		echo '#!/bin/sh'
		cat
	} >"bin/$1"
	chmod +x "bin/$1"
}

# doctor STATUS OPTION... - an answer in JSON; 3 when something is broken.
doctor()
{
	local want=$1
	shift
	expect "$want" doctor "$@" --format json
	err_is ''
}

# lines STATE - "CHECK TEXT" of each line of this state.
lines()
{
	jq -r --arg state "$1" '.checks[] | select(.state == $state) | .check + " " + .text' out
}

# names STATE CHECK TEXT - one line is in that state, of this check, and says this; $mend is its command.  Of what is
# broken there is only one.
names()
{
	mend=$(jq -er --arg state "$1" --arg check "$2" --arg text "$3" '
		[.checks[] | select(.state == $state)]
		| if $state == "broken" and length != 1 then [] else . end
		| [.[] | select(.check == $check and (.text | contains($text)))]
		| first | select(.) | .mend // ""' out) || {
		echo "not (or not alone) $1: $2 $3" >&2
		jq -c '.checks[] | select(.state != "found")' out >&2
		return 1
	}
}

# heal CHECK TEXT [OPTION...] - it is broken and says so; its mend is run by a shell; then nothing is broken.
heal()
{
	local check=$1 text=$2
	shift 2
	doctor 3 "$@"
	names broken "$check" "$text"
	[ -n "$mend" ]
	same "$(lines broken | grep -c 'hllm doctor says')" 0 # it is the one who says it
	bash -c "set -o pipefail; $mend" >mended 2>&1 || {
		echo "the mend failed: $mend" >&2
		cat mended >&2
		return 1
	}
	doctor 0 "$@"
}

@test "all is well, nothing is written, and it takes no two seconds" {
	prepare
	cp "$LEDGER" "$ledger"
	find . -type f ! -name out ! -name err | sort | xargs sha256sum >../before
	local began=${EPOCHREALTIME/./}
	expect 0 doctor
	sanitized || [ $((${EPOCHREALTIME/./} - began)) -lt 2000000 ]
	head -1 out | grep -qE '^All is well: 18 checks, nothing is broken'
	find . -type f ! -name out ! -name err | sort | xargs sha256sum | diff ../before -
	has out '1 import, 2026-10-01 to 2026-10-28; version'
	for format in json csv tsv md html; do
		expect 0 doctor --format $format
		grep -qi gnuplot out
	done
	expect 0 doctor --format json
	same "$(jq -r '.schema, (.checks | map(.check) | unique | length)' out)" 'hllm.doctor/1
18'
	# each file that is installed is looked at
	same "$(jq -r '.files[] | select(.role == "shipped").name' out | sort)" \
		"$(sed -n '/^# begin/,/^# end/s,^\tdata/\([^ ]*\).*,\1,p' "$TESTDIR/../data/Makemodule.am" | sort)"
	expect 2 doctor ledger.db
	# without any folder of one's own nothing is made either
	rm -r .config .local
	expect 0 doctor
	[ ! -e .config ] && [ ! -e .local ]
}

@test "hllm.conf: what is wrong in it, whatever command would find that" {
	prepare
	local n=0
	while IFS='|' read -r wrong text; do
		printf 'budget "b" {\n\tmonth = 900\n}\n%s\n' "$wrong" >$config/hllm.conf
		doctor 3
		names broken config "$text"
		same "$mend" "\${EDITOR:-vi} +4 '$HOME/$config/hllm.conf'"
		n=$((n + 1))
	done <<-'END'
		settings { timezone = "Europe/Berln" }|timezone is "Europe/Berln", expected the name of a time zone
		settings { policy = nobody }|no policy "nobody"
		settings { period = yesterday }|period is "yesterday", expected a period
		setting { timezone = UTC }|hllm.conf:4: no section "setting", did you mean "settings"?
		settings { timezon = UTC }|settings has no key "timezon", did you mean "timezone"?
		settings { timezone = "UTC|hllm.conf:4:
		assume { electricity = dear }|electricity
		budget "all" { month = much }|month
		finding "batch" { days = few }|days
		parameter "default.no_such" { value = 3 }|no_such
		workload "a" { quality = superb }|quality
		check { servers = "ftp://here" }|servers has "ftp://here", expected an address
		report { gpu = "9xnothing" }|nothing
	END
	[ "$n" = 13 ]
	MENDED='report { gpu = 2x3090 }' heal config 'nothing'
	rm $config/hllm.conf
	mkdir $config/hllm.conf
	heal config 'Is a directory'
	[ -d $config/hllm.conf.old ]
}

@test "own prices, policies and catalogues: a line with a mistake" {
	prepare
	mkdir $config/policies
	local header
	header=$(grep -v '^#' "$HLLM_DATA_DIR/prices.csv" | head -1)
	printf '%s\n' "$header" 'openai,gpt-9,2026-10-01,,standard,,,,output,cheap,1M tokens,me' >$config/prices.csv
	MENDED='openai,gpt-9,2026-10-01,,standard,,,,output,2,1M tokens,me' heal own-files 'prices.csv:2:'
	printf '%s\n' "$header" 'openai,gpt-4o,2026-10-01,,standard,,,,output,0.00001,1M tokens,me' >$config/prices.csv
	doctor 0
	names note own-files 'may be wrong'
	same "$mend" "hllm prices lint '$HOME/$config/prices.csv'"
	rm $config/prices.csv
	grep -v '^#' "$HLLM_DATA_DIR/hardware.csv" | head -2 | sed '2s/^[^,]*,/own-card,/' >good.csv
	sed '2s/,11,/,much,/' good.csv >$config/hardware.csv
	MENDED=$(sed -n 2p good.csv) heal own-files 'hardware.csv:2:'
	printf 'policy { title = "mine" }\nrule "a" {\n\torder = 1\n\twhen = "calls_per_day <"\n\tverdict = api\n\treason = "b"\n}\n' >$config/policies/mine.conf
	MENDED='	when = "calls_per_day < 3"' heal own-files 'policies/mine.conf:4:'
	mkdir $config/aliases.csv
	heal own-files 'aliases.csv: Is a directory'
}

@test "shipped files: one that is gone, one that does not parse" {
	prepare
	local data=$HLLM_DATA_DIR
	cp -R "$data" data
	export HLLM_DATA_DIR=$HOME/data
	tool make <<-END
		[ "\$*" = install ] && cp -R '$data/.' '$HOME/data/'
	END
	tool apt-get <<-END
		[ "\$*" = 'install -y --reinstall hllm' ] && cp -R '$data/.' '$HOME/data/'
	END
	tool sudo <<<'exec "$@"'
	rm data/hardware.csv
	heal data 'hardware.csv: No such file or directory'
	echo 'rule "a" {' >>data/policies/tree.conf
	heal data 'policies/tree.conf'
	echo nonsense >data/prices.csv
	doctor 3
	jq -r '.checks[] | select(.check == "data").text' out | grep -q 'data/prices.csv'
}

@test "gnuplot: none, one that hangs, one that is broken, one that cannot draw all" {
	prepare
	mkdir only
	for tool in bash sh cat mv ln env; do ln -s "$(command -v $tool)" "only/$tool"; done
	cp bin/gnuplot good
	cat >only/apt-get <<-END
		#!/bin/sh
		[ "\$*" = 'install -y gnuplot-nox' ] && mv '$HOME/good' '$HOME/only/gnuplot'
	END
	printf '#!/bin/sh\nexec "$@"\n' >only/sudo
	chmod +x only/*
	PATH=$HOME/only expect 0 doctor --format json
	names missing gnuplot 'no gnuplot in PATH'
	PATH=$HOME/only bash -c "$mend"
	PATH=$HOME/only expect 0 doctor --format json
	names found gnuplot 'gnuplot 5.4, '
	tool gnuplot <<<'cat >/dev/null; echo "no display" >&2; exit 7'
	heal gnuplot 'failed with status 7: no display'
	rm bin/gnuplot.old
	tool gnuplot <<<'exec sleep 60'
	heal gnuplot 'did not end within 1.5 seconds'
	tool gnuplot <<<'cat >/dev/null; printf "hllm-terminals dumb svg\nhllm-old 5.4\n" >&2'
	doctor 0
	names missing gnuplot 'cannot draw png, pdf'
	tool gnuplot <<<'cat >/dev/null; printf "hllm-terminals dumb svg\nhllm-old 4.6\n" >&2'
	heal gnuplot 'too old (4.6), expected 5.2 or later'
}

@test "old prices" {
	prepare
	export SOURCE_DATE_EPOCH=1861920000 # 2029-01-01
	cat >prices.json <<-'END'
		{"gpt-9": {"litellm_provider": "openai", "mode": "chat",
			"input_cost_per_token": 1e-6, "output_cost_per_token": 4e-6}}
	END
	# no network in a test: the list stands in for the address
	rm bin/hllm
	tool hllm <<<"case \$3 in https://*) exec '$HLLM' prices import '$HOME/prices.json' --check ;; *) exit 1 ;; esac"
	heal prices 'days ago, more than'
	expect 0 prices show gpt-9
	# unless somebody has said that they may be as old
	rm $config/prices-checked.csv bin/hllm
	ln -s "$HLLM" bin/hllm
	echo 'check { price_age = no }' >$config/hllm.conf
	doctor 0
}

# damage FILE SQL... - writes over the middle of pages that hold what the SQL says: a number of a page each.
damage()
{
	python3 - "$@" <<-'END'
		import sqlite3, sys
		path, sql = sys.argv[1:]
		db = sqlite3.connect(path)
		size = db.execute("PRAGMA page_size").fetchone()[0]
		pages = [row[0] for row in db.execute(sql)]
		db.close()
		assert pages
		with open(path, "r+b") as file:
		    for page in pages:
		        file.seek((page - 1) * size)
		        file.write(b"\xff" * 64)
	END
}

totals()
{
	hllm audit --format json
	jq -c '[.totals.requests, .totals.input_tokens, .totals.list_cost.amount, (.workloads | length)]' out
}

@test "a ledger with bytes that flipped: its files are imported again, and the old one is kept" {
	prepare
	cp "$LOG" log.jsonl
	sed 's/"r/"s/' "$LOG" | head -500 >"it's more.jsonl"
	echo 'when;llm;in;out
	2026-10-05T10:00:00Z;gpt-4o;100;10' >table.csv
	expect 0 import --quiet log.jsonl "it's more.jsonl"
	expect 0 import --quiet --map 'model=llm,input=in,output=out,time=when' table.csv
	local before
	before=$(totals)
	damage $ledger "SELECT rootpage FROM sqlite_schema WHERE name = 'page'"
	local hash
	hash=$(sha256sum <$ledger)
	heal ledger 'all that was imported is still there (3 files)'
	same "$(totals)" "$before"
	same "$(sha256sum <$ledger.damaged)" "$hash"
}

@test "a damaged ledger whose files are gone: what can be read of it is saved" {
	prepare
	local before
	cp "$LOG" log.jsonl
	expect 0 import --quiet log.jsonl
	before=$(totals)
	rm log.jsonl
	# an index: nothing of it is lost, since its table has it
	damage $ledger "SELECT rootpage FROM sqlite_schema WHERE name = 'page_source'"
	heal ledger 'files that are gone or shorter now: log.jsonl; what can be read of it is put into a new one'
	same "$(totals)" "$before"
	[ -e $ledger.damaged ]
	# of two files one is whole: it is saved as if the other had never been, and that is named
	local way
	for way in "UPDATE page SET entries = CAST(substr(entries, 1, 1000) || x'ffffffffffffffffffffffff' AS BLOB) WHERE source = 2" \
		"UPDATE key SET texts = CAST(replace(texts, 'gpt-4o', 'gpt-4p') AS BLOB) WHERE id IN (SELECT key FROM series WHERE source = 2)"; do
		rm -f $ledger $ledger.*
		cp "$LOG" log.jsonl
		sed 's/"r/"s/; s/"task /"work /' "$LOG" | head -3000 >gone.jsonl
		expect 0 import --quiet log.jsonl
		before=$(totals)
		expect 0 import --quiet gone.jsonl
		rm log.jsonl gone.jsonl
		python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()' $ledger "$way"
		heal ledger 'damaged '
		grep -q '^1 of 2 files saved\.' mended
		grep -qx 'gone.jsonl' mended
		same "$(totals)" "$before"
	done
	expect 2 imports --rescue $ledger.damaged
	has err 'there is a ledger already'
	head -c 4000 /dev/zero >zeros
	mkfifo pipe
	expect 1 imports --rescue pipe --ledger none.db
	err_is "hllm: pipe: not a regular file, expected a damaged ledger"
	expect 1 imports --rescue . --ledger none.db
	err_is "hllm: .: not a regular file, expected a damaged ledger"
	expect 1 imports --rescue zeros --ledger none.db
	[ ! -e none.db ]
}

@test "no ledger of ours in its place" {
	prepare
	local n=0
	while IFS='|' read -r command text; do
		rm -rf $ledger $ledger.*
		eval "$command"
		heal ledger "$text"
		ls -d $ledger.old* >/dev/null
		rm -rf $ledger.old*
		n=$((n + 1))
	done <<-'END'
		head -c 9000 /dev/urandom >$ledger; chmod 600 $ledger|not a ledger of hllm, nor any other database
		mkdir $ledger|a directory, expected a ledger
		python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("CREATE TABLE t (a)")' $ledger; chmod 600 $ledger|a database of another program
		cp "$LEDGER" $ledger; python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 99")' $ledger|written by a newer hllm
	END
	[ "$n" = 4 ]
	rm -rf .local/share/hllm
	echo >.local/share/hllm
	doctor 3
	names broken disk '.local/share/hllm: Not a directory'
	bash -c "$mend"
	doctor 0
}

@test "a ledger that somebody else is writing, or was" {
	prepare
	cp "$LEDGER" $ledger
	python3 -c '
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(60)' $ledger >held 3>&- &
	servers="${servers-} $!"
	while [ ! -s held ]; do sleep 0.02; done
	heal ledger "process $! (python3"
	# killed in the middle of an import: the journal is still there
	python3 -c '
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 5")
db.execute("BEGIN")
db.execute("UPDATE page SET entries = zeroblob(length(entries))")
os._exit(1)' $ledger || :
	[ -s $ledger-journal ]
	cp $ledger-journal before
	doctor 0
	cmp before $ledger-journal
	names note ledger 'an import was killed'
	bash -c "$mend" >/dev/null
	[ ! -s $ledger-journal ]
	doctor 0
	same "$(lines note | grep -c '^ledger')" 0
}

@test "others can read the ledger, or put another in its place" {
	prepare
	cp "$LEDGER" $ledger
	chmod 644 $ledger
	heal privacy 'others may open'
	same "$(stat -c %a $ledger)" 600
	chmod 777 .local/share/hllm
	heal privacy 'everybody may put another ledger into'
	same "$(stat -c %a .local/share/hllm)" 755
}

@test "environment: no home, a clock that is none, a folder for temporary files that is gone" {
	prepare
	tool getent <<<"echo 'me:x:0:0::$HOME:/bin/sh'"
	expect 2 imports --as-of 2026-11-02 --period soon --tz Nowhere/City --ledger ''
	SOURCE_DATE_EPOCH=yesterday
	doctor 3
	names broken clock 'SOURCE_DATE_EPOCH=yesterday: expected seconds since 1970'
	(eval "$mend" && doctor 0)
	SOURCE_DATE_EPOCH=1793577600
	(
		HOME=
		doctor 3
		names broken home 'no home folder is known'
		eval "$mend"
		doctor 0
	)
	(
		export TMPDIR=$HOME/gone
		doctor 0
		names note temporary "TMPDIR is $HOME/gone, which cannot be written"
		eval "$mend"
		doctor 0
		same "$(lines note | grep -c '^temporary')" 0
	)
	(
		export XDG_DATA_HOME=data
		doctor 0
		names note environment 'XDG_DATA_HOME=data is not used'
		eval "$mend"
		doctor 0
		same "$(lines note | grep -c '^environment')" 0
	)
	(
		export HLLM_DATA_DIR=$HOME/nowhere
		doctor 3
		names broken data "$HOME/nowhere: none of the files that come with hllm can be read"
	)
	SOURCE_DATE_EPOCH=86400
	doctor 3
	names broken clock 'no list price is as old as that'
}

# As somebody whom permissions stop.
@test "permissions" {
	local here
	here=$(mktemp -d)
	chmod 755 "$here"
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" --version ||
			skip 'nobody may not run this build'
	fi
	cd "$here" || return
	HOME=$here
	prepare
	echo 'settings { timezone = UTC }' >$config/hllm.conf
	cp "$LEDGER" $ledger
	if [ "$(id -u)" = 0 ]; then
		chown -R 65534:65534 "$here"
		run_as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		eval "$(declare -f heal | sed 's/bash -c/"${run_as[@]}" bash -c/')"
		hllm()
		{
			status=0
			"${run_as[@]}" "$HLLM" "$@" >out 2>err || status=$?
		}
	fi
	chmod 000 $config/hllm.conf
	heal config 'hllm.conf: Permission denied'
	chmod 000 $ledger
	heal ledger 'ledger.db: Permission denied'
	chmod 500 .local/share/hllm
	heal disk 'Permission denied, so the ledger cannot be written there'
	rm $ledger
	chmod 500 .local/share/hllm
	heal disk 'so the ledger cannot be made there'
	cd / && chmod -R u+rwx "$here" && rm -r "$here"
}

@test "the disk is full, or may only be read" {
	unshare -rm mount -t tmpfs -o size=64k none /mnt 2>/dev/null || skip 'no right to mount'
	prepare
	export -f doctor heal names lines hllm expect same err_is
	unshare -rm bash -eu -c '
		config=.config/hllm
		mkdir full
		mount -t tmpfs -o size=30m none full
		cp "$LEDGER" full/ledger.db
		head -c 24M /dev/zero >full/zero
		echo "settings { ledger = \"$HOME/full/ledger.db\" }" >$config/hllm.conf
		heal disk "full is full: "
		[ -L full/ledger.db ]
		cmp "$LEDGER" full/ledger.db
		hllm imports
		[ "$status" = 0 ]
		mkdir fixed
		mount -t tmpfs none fixed
		cp "$LEDGER" fixed/ledger.db
		mount -o remount,ro fixed
		echo "settings { ledger = \"$HOME/fixed/ledger.db\" }" >$config/hllm.conf
		heal disk "the file system may only be read"
	'
}

@test "a server that hangs" {
	command -v ip >/dev/null && unshare -rn ip link set lo up 2>/dev/null || skip 'no network of its own to be had'
	prepare
	export -f doctor heal names lines hllm expect same err_is
	unshare -rn bash -eu -c '
		ip link set lo up
		python3 -c "
import socket, time
with socket.create_server((\"127.0.0.1\", 8080)) as server:
    print(\"there\", flush=True)
    time.sleep(60)" >there &
		while [ ! -s there ]; do sleep 0.02; done
		heal servers "python3 listens at 127.0.0.1:8080 but does not answer"
	'
}

@test "where each setting comes from" {
	prepare
	cat >$config/hllm.conf <<-'END'
		settings {
			timezone = "Europe/Berlin"
			policy = tree
		}
		assume { electricity = 0.31 }
		check { spike = 3 }
	END
	expect 0 doctor --config --format csv --period last --color never
	while IFS='|' read -r name value source; do
		grep -qxF -- "$name,$value,$source,$([ "$source" = default ] && echo false || echo true)" out
	done <<-END
		ledger|$HOME/$ledger|default
		timezone|Europe/Berlin|$HOME/$config/hllm.conf:2
		policy|tree|$HOME/$config/hllm.conf:3
		period|last|option --period
		data folder|$HLLM_DATA_DIR|variable HLLM_DATA_DIR
		now|2026-11-02T00:00:00Z|variable SOURCE_DATE_EPOCH
		color|never|option --color
		check spike|3|$HOME/$config/hllm.conf:6
		check price_age|60 days|default
		assume electricity|0.31|$HOME/$config/hllm.conf:5
	END
	# on a terminal of 80 columns; sources stand below, and are not folded in a pipe
	COLUMNS=80 expect 0 doctor --config
	has out '    variable HLLM_DATA_DIR'
	sed "s|$HOME|/home/me|; /^ \{4\}[^ ]/d" out | grep -vF "$HLLM_DATA_DIR" >lines
	[ "$(wc -l <lines)" -gt 60 ]
	! grep -E '^.{81}' lines
	# FILE behind it is the configuration of this run, as for every command
	echo 'settings { timezone = UTC }' >other.conf
	expect 0 doctor --config other.conf --format json
	same "$(jq -r '.settings[] | select(.name == "timezone").source' out)" other.conf:1
	expect 0 --config other.conf doctor --config
	has out 'other.conf:1'
	expect 3 doctor --config none.conf --format json
	names broken config 'none.conf'
}
