#!/usr/bin/env bats
# hllm demo: the whole story, on shipped files, in a folder that is gone afterwards.

load lib

# What somebody has already, and what a demo may leave behind.
setup()
{
	export HOME=$BATS_TEST_TMPDIR/home TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$HOME/.config/hllm" "$HOME/.local/share/hllm" "$TMPDIR"
	cd "$HOME" || return
	echo 'not a configuration {' >.config/hllm/hllm.conf
	echo 'not a price table' >.config/hllm/prices.csv
	echo 'not a ledger' >.local/share/hllm/ledger.db
	unset COLUMNS XDG_CONFIG_HOME XDG_DATA_HOME
	export LC_ALL=C.UTF-8 NO_COLOR=1
}

own()
{
	find .config .local -type f -exec sha256sum {} + | sort
}

@test "away from a terminal it goes straight through, the same each time, and touches nothing" {
	own >before
	expect 0 demo
	err_is ''
	cp out first
	[ "$(grep -c '^\$ hllm ' first)" = 7 ]
	has first '7 of 7: '
	has first '  hllm breakeven --gpu rtx4090  would a card pay for itself'
	# another day, and somewhere else where only the program can be found
	cd /
	SOURCE_DATE_EPOCH=2000000000 COLUMNS=80 HOME=/nonexistent "$HLLM" demo --no-pause >"$HOME/second" </dev/null
	cd "$HOME"
	cmp first second
	own | cmp - before
	same "$(ls -A "$TMPDIR")" ''
}

@test "its numbers are those of README" {
	expect 0 demo
	# all of what README shows of the answers, but the commands and what it leaves out
	sed -n '/^\t\$ hllm audit/,/^A bill and a log/p' "$TESTDIR/../README" |
		sed -n 's/^\t//p' | grep -vx -e '\$ hllm .*' -e '…' -e '' >shown
	[ "$(wc -l <shown)" -ge 60 ]
	same "$(grep -vxFf out shown || :)" ''
}

@test "it takes no file and no option that would have no effect" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 demo $args
		err_is "hllm: demo: $text"
		out_is ''
	done <<-'END'
		bill.csv|unexpected "bill.csv": it has files of its own; for yours: hllm audit bill.csv
		--ledger x|--ledger does not go with it, expected only --no-pause, --color or --quiet: its commands are run as they stand there
		--format json|--format does not go with it, expected only --no-pause, --color or --quiet: its commands are run as they stand there
		-o x|--output does not go with it, expected only --no-pause, --color or --quiet: its commands are run as they stand there
	END
	[ ! -e x ]
}

@test "what it needs and does not find is one sentence, and leaves nothing" {
	TMPDIR=/nonexistent expect 1 demo
	err_is 'hllm: /nonexistent: No such file or directory, expected a folder for temporary files (another one: TMPDIR=FOLDER hllm demo)'
	HLLM_DATA_DIR=/nonexistent expect 1 demo
	err_is 'hllm: /nonexistent: No such file or directory; install hllm, or set HLLM_DATA_DIR to the folder "data" of its sources'
	mkdir empty
	HLLM_DATA_DIR=$PWD/empty expect 1 demo
	err_is 'hllm: examples/*: the files of the demo are not there; install hllm, or set HLLM_DATA_DIR to the folder "data" of its sources'
	if [ -w /dev/full ]; then
		status=0
		"$HLLM" demo >/dev/full 2>err || status=$?
		same "$status $(cat err)" '1 hllm: standard output: No space left on device'
	fi
	"$HLLM" demo 2>err | head -3 >out
	err_is ''
	same "$(ls -A "$TMPDIR")" ''
}

# Keys as a terminal sends them, and signals; in Python, which can wait for the prompt.
@test "on a terminal it waits for Enter, q leaves, and Ctrl-C or SIGTERM leaves no folder" {
	cat >typing.py <<-'END'
		import fcntl, os, pty, signal, struct, sys, termios, time

		PROMPT = b"-- Enter goes on, q leaves --"

		def run(keys, *options, columns=80, stop=None):
		    """What hllm demo shows when one of 'keys' follows each prompt, and how it ends."""
		    child, terminal = pty.fork()
		    if child == 0:
		        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
		        os.dup2(os.open("err", os.O_WRONLY | os.O_CREAT), 2) # no progress on a slow machine
		        os.execv(os.environ["HLLM"], ["hllm", "demo", *options])
		    before, shown, seen = termios.tcgetattr(terminal)[3], b"", 0
		    while True:
		        try:
		            part = os.read(terminal, 65536)
		        except OSError: # the other end is closed
		            break
		        if not part:
		            break
		        shown += part
		        while shown.count(PROMPT) > seen:
		            seen += 1
		            folders = os.listdir(os.environ["TMPDIR"])
		            assert len(folders) == 1, folders
		            assert os.stat(os.path.join(os.environ["TMPDIR"], folders[0])).st_mode & 0o777 == 0o700
		            while termios.tcgetattr(terminal)[3] & termios.ICANON:
		                time.sleep(0.01) # it shows the prompt before it takes single keys
		            if stop:
		                os.kill(child, stop)
		            else:
		                os.write(terminal, keys[min(seen, len(keys)) - 1])
		    status = os.waitpid(child, 0)[1]
		    assert os.listdir(os.environ["TMPDIR"]) == [], "a folder stays"
		    return shown.decode(), seen, os.waitstatus_to_exitcode(status)

		shown, prompts, status = run([b"\r", b"\n", b" "])
		assert (prompts, status) == (6, 0), (prompts, status)
		# without the prompts, and however its lines are wrapped, it is what goes through a pipe
		plain = shown.replace(PROMPT.decode() + "\r" + " " * len(PROMPT) + "\r", "")
		assert plain.split() == open("out", encoding="utf-8").read().split(), "another text than through a pipe"

		for keys, prompts in (([b"xq"], 1), ([b"\r", b"Q"], 2), ([b"\x04"], 1)): # x is no answer
		    _, seen, status = run(keys)
		    assert (seen, status) == (prompts, 0), (keys, seen, status)
		assert run([b"\r", b"\x03"])[1:] == (2, -signal.SIGINT)
		assert run([], stop=signal.SIGTERM)[1:] == (1, -signal.SIGTERM)
		assert run([], stop=signal.SIGHUP)[1:] == (1, -signal.SIGHUP)
		for option in ("--no-pause", "--quiet"):
		    assert run([], option)[1:] == (0, 0)
		narrow = run([], "--no-pause", columns=60)[0].replace("\r\n", "\n")
		for line in narrow.split("\n\n"): # prose and what it ends with
		    if line.startswith(("A bill", "Every number", "The rules", "What it costs", "  hllm audit")):
		        assert max(map(len, line.split("\n"))) <= 60, line
	END
	expect 0 demo
	python3 typing.py
}

@test "a signal away from a terminal ends it, in the middle of an answer, and leaves no folder" {
	python3 - <<-'END'
		import fcntl, os, signal, subprocess, time

		for number in (signal.SIGTERM, signal.SIGINT):
		    out, end = os.pipe()
		    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096) # nobody reads: it has to wait
		    demo = subprocess.Popen([os.environ["HLLM"], "demo"], stdin=subprocess.DEVNULL, stdout=end)
		    os.close(end)
		    os.read(out, 1)
		    demo.send_signal(number)
		    assert demo.wait(20) == -number, demo.returncode
		    os.close(out)
		    assert os.listdir(os.environ["TMPDIR"]) == []
	END
}
