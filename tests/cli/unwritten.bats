# What cannot be written: one clear sentence, status 1, and the old file as it was.

load lib

# What is written here, and by which command: NAME ARGUMENT...; OUT stands for the file.
commands()
{
	cat <<-END
		report.html report --period 2026-10 --as-of 2026-11-02 --gpu rtx4090 --output OUT
		report.eml report --period 2026-10 --as-of 2026-11-02 --gpu rtx4090 --to a@example.com --quiet --output OUT
		report.md report --period 2026-10 --as-of 2026-11-02 --gpu rtx4090 --output OUT
		%Y-%m.html report --period 2026-10 --as-of 2026-11-02 --gpu rtx4090 --output OUT
		audit.json audit --format json --output OUT
		audit.html audit --format html --output OUT
		check.prom check --as-of 2026-11-02 --output OUT
		charges.csv export --format focus --output OUT
		cells.json export --output OUT
		spend.txt chart spend --output OUT
		breakeven.txt breakeven --gpu rtx4090 --chart OUT
	END
	[ -z "${GNUPLOT-}" ] || echo "spend.svg chart spend --output OUT"
}

setup_file()
{
	export LEDGER=$BATS_FILE_TMPDIR/ledger.db GNUPLOT=
	GNUPLOT=$(command -v gnuplot) || :
	cd "$BATS_FILE_TMPDIR" || return
	local data=${HLLM_DATA_DIR:-$BATS_TEST_DIRNAME/../../data}
	zcat "$data/examples/requests.jsonl.gz" | awk 'NR % 7 == 0' >log.jsonl
	HOME=$PWD "$HLLM" import --quiet --ledger "$LEDGER" log.jsonl >/dev/null
}

# each FOLDER TEXT - every command fails to write into FOLDER, with TEXT behind the name of the file.
each()
{
	local folder=$1 text=$2 name arguments file before n=0
	while read -r name arguments; do
		file=$folder/${name/"%Y-%m"/2026-10}
		before=$(ls -A "$folder" 2>&1 || :)
		status=0
		# shellcheck disable=SC2086
		run_it ${arguments//OUT/$folder/$name} --ledger "$LEDGER" >out 2>err || status=$?
		same "$status $(cat err)" "1 hllm: $file: $text"
		# the answer of breakeven stands before its picture
		[ "$name" = breakeven.txt ] || out_is ''
		same "$(ls -A "$folder" 2>&1 || :)" "$before"
		[ ! -f "$file" ] || same "$(cat "$file")" old
		n=$((n + 1))
	done < <(commands)
	[ "$n" -ge 8 ]
}

run_it()
{
	"$HLLM" "$@"
}

# old FOLDER - there is a file of each name already.
old()
{
	local name
	mkdir -p "$1"
	while read -r name _; do
		echo old >"$1/${name/"%Y-%m"/2026-10}"
	done < <(commands)
}

@test "the folder is gone, or is none" {
	each gone 'No such file or directory'
	echo old >file
	each file 'Not a directory'
	same "$(cat file)" old
}

@test "a folder has the name of the file" {
	local name
	while read -r name _; do
		mkdir -p "taken/${name/"%Y-%m"/2026-10}"
	done < <(commands)
	each taken 'Is a directory'
}

@test "no permission" {
	local here
	here=$(mktemp -d)
	chmod 755 "$here"
	cp "$LEDGER" "$here/ledger.db"
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" --version ||
			skip 'nobody may not run this build'
		run_it()
		{
			HOME=/ setpriv --reuid 65534 --regid 65534 --clear-groups "$HLLM" "$@"
		}
	fi
	old "$here/closed"
	chmod 444 "$here"/closed/* "$here/ledger.db"
	chmod 555 "$here/closed"
	LEDGER=$here/ledger.db
	each "$here/closed" 'Permission denied'
	chmod -R u+w "$here"
	rm -rf "$here"
}

@test "no file may be as large" {
	old folder
	run_it()
	{
		local said
		# what it says goes to a pipe, which is no file
		said=$(ulimit -f 0 && "$HLLM" "$@" 2>&1 >/dev/null) || {
			local status=$?
			echo "$said" >&2
			return $status
		}
	}
	each folder 'File too large'
}

@test "the disk is full, or may only be read" {
	# a file system of one's own, where the kernel lets one have it
	unshare -rm mount -t tmpfs -o size=64k none /mnt 2>/dev/null || skip 'no right to mount'
	old folder
	export -f run_it each same out_is commands
	export BATS_TEST_DIRNAME
	unshare -rm bash -eu -c '
		mkdir full fixed
		mount -t tmpfs -o size=64k none full
		mount -t tmpfs none fixed
		cp folder/* full
		cp folder/* fixed
		cat /dev/zero >full/zero 2>/dev/null || :
		each full "No space left on device"
		mount -o remount,ro fixed
		each fixed "Read-only file system"
	'
}

@test "a device that takes nothing" {
	while read -r name arguments; do
		case $name in %* | *.txt | *.svg) continue ;; esac
		ln -sf /dev/full "$name"
		# shellcheck disable=SC2086
		expect 1 ${arguments//OUT/$name} --ledger "$LEDGER"
		same "$(cat err)" "hllm: $name: No space left on device"
		[ -L "$name" ]
	done < <(commands)
}

# fake - a PATH whose gnuplot is the script on standard input.
fake()
{
	mkdir -p fake
	{
		echo '#!/bin/sh'
		cat
	} >fake/gnuplot
	chmod +x fake/gnuplot
}

@test "gnuplot fails, is killed, or writes what is no picture" {
	local n=0
	mkdir pictures
	while IFS='|' read -r script text; do
		fake <<<"$script"
		for format in svg png pdf; do
			echo old >pictures/spend.$format
			PATH=$PWD/fake:$PATH expect 1 chart spend --ledger "$LEDGER" --output pictures/spend.$format
			err_is "hllm: pictures/spend.$format: gnuplot: ${text//FORMAT/$format}"
			out_is ''
			same "$(cat pictures/spend.$format)" old
		done
		n=$((n + 1))
	done <<-'END'
		cat >/dev/null; exit 7|failed with status 7
		cat >/dev/null; kill -KILL $$|was killed by signal 9
		kill -SEGV $$|was killed by signal 11
		cat >/dev/null|wrote no whole FORMAT
		cat >/dev/null; echo garbage|wrote no whole FORMAT
		cat >/dev/null; head -c 100000 /dev/urandom|wrote no whole FORMAT
		cat >/dev/null; printf '<?xml <svg>\211PNG\r\n\032\n%%PDF-'|wrote no whole FORMAT
		cat >/dev/null; cat /dev/zero|wrote more than 64 MiB and was stopped
		cat >/dev/null; printf 'a\033[31mb\n\342\200\256c\n' >&2; exit 1|failed with status 1: a\x1b[31mb; <U+202E>c
	END
	[ "$n" = 9 ]
	same "$(ls pictures | tr '\n' ' ')" 'spend.pdf spend.png spend.svg '
}

# That it is stopped when its time is up is a matter of tests/unit/chart.c: here nobody waits so long.
@test "gnuplot hangs and the user gives up" {
	mkdir pictures
	echo old >pictures/spend.svg
	fake <<-'END'
		echo $$ >pid
		exec sleep 60 >/dev/null 2>&1
	END
	PATH=$PWD/fake:$PATH "$HLLM" chart spend --ledger "$LEDGER" --output pictures/spend.svg 2>err 3>&- &
	local hllm=$!
	while [ ! -s pid ]; do sleep 0.02; done
	kill -TERM "$hllm"
	wait "$hllm" || status=$?
	kill "$(cat pid)"
	[ "$status" = 143 ]
	same "$(ls pictures) $(cat pictures/spend.svg)" 'spend.svg old'
}
