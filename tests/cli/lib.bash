# shellcheck shell=bash
# Helpers of tests/cli/*.bats; a test file says `load lib` first.
#
# Every test starts in an empty folder that is also its HOME. What the last
# hllm printed lies there in the files out and err, its exit status in $status.

: "${HLLM:?say where the program is: HLLM=build/hllm bats tests/cli}"
export TESTDIR=${TESTDIR:-$(cd "$BATS_TEST_DIRNAME/.." && pwd)}
export HLLM_DATA_DIR=${HLLM_DATA_DIR:-$(cd "$TESTDIR/../data" && pwd)}
export LC_ALL=C TZ=UTC0

setup()
{
	export HOME=$BATS_TEST_TMPDIR/home
	mkdir "$HOME"
	cd "$HOME" || return
}

# hllm ARGUMENT... - runs the program; never fails itself.
hllm()
{
	status=0
	"$HLLM" "$@" >out 2>err || status=$?
}

# expect STATUS ARGUMENT... - runs the program, which has to exit with STATUS.
expect()
{
	local want=$1
	shift
	hllm "$@"
	if [ "$status" != "$want" ]; then
		echo "hllm $*: exit status $status, not $want" >&2
		cat err >&2
		return 1
	fi
}

# same GOT WANT - two texts are equal.
same()
{
	diff -u --label want <(printf '%s\n' "$2") --label got <(printf '%s\n' "$1") >&2
}

# out_is TEXT, err_is TEXT - all of what was printed, without the last newline.
out_is()
{
	same "$(cat out)" "$1"
}

err_is()
{
	same "$(cat err)" "$1"
}

# has FILE TEXT - FILE (out or err) contains TEXT; lacks is the opposite.
has()
{
	grep -qF -- "$2" "$1" || {
		echo "$1 has no \"$2\":" >&2
		cat "$1" >&2
		return 1
	}
}

lacks()
{
	! grep -nF -- "$2" "$1" >&2
}

# golden NAME [FILE] - FILE (out) equals tests/cli/NAME; UPDATE=1 rewrites NAME.
golden()
{
	local want=$TESTDIR/cli/$1 got=${2:-out}
	if [ -n "${UPDATE-}" ]; then
		mkdir -p "$(dirname "$want")"
		cp "$got" "$want"
	fi
	diff -u --label "$1" "$want" --label got "$got" >&2
}

# sanitized - true in a build with sanitizers, where limits on memory mean nothing.
sanitized()
{
	[ "${SANITIZERS:-no}" != no ]
}
