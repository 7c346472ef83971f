# shellcheck shell=sh
# The set-up that quickstart and check share; they source it with $top set.
: "${top:?}"

# packages build|check - what apt calls the things needed. Of a|b the first
# that this release has is taken.
packages()
{
	echo gcc libc6-dev make pkg-config libarchive-dev libcjson-dev libconfuse-dev \
		libcsv-dev libcurl4-openssl-dev libsmartcols-dev libsqlite3-dev libxxhash-dev zlib1g-dev
	if [ "$1" = check ] || [ ! -e "$top/configure" ]; then
		echo autoconf automake
	fi
	if [ "$1" = check ]; then
		echo bats clang "libclang-rt-dev|libclang-common-14-dev" \
			"clang-format-14|clang-format" "clang-tidy-14|clang-tidy" \
			cmark-gfm codespell debhelper dpkg-dev fish gnuplot-nox jq libcmocka-dev lintian mandoc mmdebstrap \
			python3 shellcheck sqlite3 util-linux xz-utils zip zsh zstd
		# elsewhere it is no package of apt's; the tests of pages skip without it
		case $(. /etc/os-release 2>/dev/null && echo "${ID-}") in
		debian) echo chromium ;;
		esac
	fi
}

installed()
{
	dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q ' installed$'
}

# missing build|check
missing()
{
	for package in $(packages "$1"); do
		for choice in $(echo "$package" | tr '|' ' '); do
			installed "$choice" && continue 2
		done
		echo "$package"
	done
}

# choose PACKAGE... - replaces a|b by the one that apt knows.
choose()
{
	for package; do
		for choice in $(echo "$package" | tr '|' ' '); do
			if [ "$choice" = "$package" ] || apt-cache show "$choice" >/dev/null 2>&1; then
				echo "$choice"
				break
			fi
		done
	done
}

# install_missing build|check - with apt, as root or through sudo.
install_missing()
{
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		echo "No apt here: install by hand what configure asks for."
		return
	fi
	# shellcheck disable=SC2046 # words
	set -- $(missing "$1")
	[ $# -gt 0 ] || return 0
	first_choices=$(echo "$*" | sed 's/|[^ ]*//g')
	echo "Missing: $first_choices"
	if [ "$(id -u)" = 0 ]; then
		as_root="env"
	elif sudo -n true 2>/dev/null || { command -v sudo >/dev/null && [ -t 0 ]; }; then
		as_root=sudo
	else
		echo "This needs root, and there is no sudo that works here. Let root run:" >&2
		echo "  apt-get update && apt-get install -y --no-install-recommends" \
			"$first_choices" >&2
		exit 1
	fi
	quietly "apt-get update" $as_root apt-get update -q
	# shellcheck disable=SC2046 # words
	quietly "apt-get install" $as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $(choose "$@")
}

# quietly WHAT COMMAND... - shows the output only of what fails, and ends there.
quietly()
{
	what=$1
	shift
	quiet_log=$(mktemp)
	if ! "$@" >"$quiet_log" 2>&1 </dev/null; then
		tail -n 40 "$quiet_log" >&2
		rm -f "$quiet_log"
		echo "$what failed." >&2
		exit 1
	fi
	rm -f "$quiet_log"
}

# make_configure - a release brings configure along, a clone does not.
make_configure()
{
	[ -e "$top/configure" ] || quietly autoreconf autoreconf -fi "$top"
}

processors()
{
	nproc 2>/dev/null || echo 2
}
