# shellcheck shell=bash
# Fake servers (tests/data/fakeserver.py) for tests/cli/*.bats, ended with the test: `load servers`.

teardown()
{
	local pid
	for pid in ${servers-}; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# serve OPTION... - a fake server on a free port; $url and $log are its.
serve()
{
	log=$HOME/log-$RANDOM
	rm -f port
	# without bats' own file descriptor, for which it would wait
	PYTHONPATH=$TESTDIR/data python3 "$TESTDIR/data/fakeserver.py" --log "$log" --for 120 "$@" >port 2>server.err 3>&- &
	servers="${servers-} $!"
	local i
	for ((i = 0; i < 100; i++)); do
		[ -s port ] && break
		sleep 0.05
	done
	# shellcheck disable=SC2034 # of the tests
	url=http://127.0.0.1:$(cat port)
}
