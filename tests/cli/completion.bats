#!/usr/bin/env bats
# What bash, zsh and fish offer, asked of the shells themselves; zsh and fish where there is one.

load lib

folder=$TESTDIR/../data/completions

# ledger_of_names - a ledger whose workloads are called as people would, and as they should not; hllm is found
# in the PATH, as it is by a shell.
ledger_of_names()
{
	local n=0 name
	for name in 'support chat' 'supply' "it's" 'a"b' '$(touch ran)' '`touch ran`' 'a;touch ran' 'überblick'; do
		n=$((n + 1))
		name=${name//\\/\\\\}
		printf '{"timestamp":"2026-10-0%dT10:00:00Z","request_id":"r%d","task":"%s","model":"gpt-4o","tokens_in":1000,"tokens_out":10}\n' \
			"$n" "$n" "${name//\"/\\\"}"
	done >log.jsonl
	expect 0 import log.jsonl
	mkdir bin
	ln -s "$HLLM" bin/hllm
	rm out err
	unset -f hllm
	PATH=$HOME/bin:$PATH
}

@test "the scripts are those that hllm writes" {
	local shell file
	while read -r shell file; do
		expect 0 --completion "$shell"
		cmp out "$folder/$file" || {
			echo "hllm --completion $shell >data/completions/$file" >&2
			return 1
		}
	done <<'END'
bash hllm
zsh _hllm
fish hllm.fish
END
	expect 2 --completion csh
	has err '--completion csh: no such value, did you mean "zsh"?'
}

@test "every command and every option is in each of them" {
	local command option file
	expect 0 --help
	sed -n '/^Commands/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' out >commands
	[ "$(wc -l <commands)" -gt 14 ]
	while read -r command; do
		expect 0 help "$command"
		grep -oE '^ +(-[a-z], )?--[a-z0-9-]+' out | sed "s/.*--/$command /"
	done < <(grep -v help commands) >options
	[ "$(wc -l <options)" -gt 90 ]
	python3 - "$folder" >lacking <<'END'
import re, sys
bash, zsh, fish = (open(f"{sys.argv[1]}/{f}", encoding="utf-8").read() for f in ("hllm", "_hllm", "hllm.fish"))
for line in open("options", encoding="utf-8"):
    command, option = line.split()
    words = re.search(rf"^\t\t{command},-\*\) words='(.*?)'", bash, re.M).group(1).split()
    block = re.search(rf"^\t\t{command}\)\n(.*?);;", zsh, re.M | re.S).group(1)
    if f"--{option}" not in words:
        print("bash:", line, end="")
    if not re.search(rf"--{option}[=\[}}]", block):
        print("zsh:", line, end="")
    if not re.search(rf"__hllm_is {command}'( -s .)? -l {option} ", fish):
        print("fish:", line, end="")
END
	same "$(cat lacking)" ''
}

# The kinds of names that a table asks for are there, each a list.
@test "names of all kinds" {
	local kind
	ledger_of_names
	"$HLLM" --completion bash | grep -o 'names=[a-z][a-z-]*' | sed 's/names=//' | sort -u >kinds
	[ "$(wc -l <kinds)" -gt 9 ]
	while read -r kind; do
		"$HLLM" --names "$kind" >names
		[ "$kind" = probes ] || [ -s names ]
	done <kinds
	same "$("$HLLM" --names workloads | sort | head -3)" $'$(touch ran)\n`touch ran`\na"b'
	same "$("$HLLM" --names imports)" 1
	! "$HLLM" --names nothing 2>err
	err_is 'hllm: --names nothing: no such kind of names'
	! "$HLLM" --ledger none.db --names workloads >names 2>err
	[ ! -s names ] && [ ! -e none.db ]
}

# complete_words WORD... - what bash offers for the last word.
complete_words()
{
	COMP_WORDS=(hllm "$@")
	COMP_CWORD=$#
	# shellcheck disable=SC2317
	compopt() { :; }
	# shellcheck source=/dev/null
	. "$folder/hllm"
	_hllm
	printf '%s\n' "${COMPREPLY[@]-}" | sort | paste -s -d ' '
}

@test "bash completes commands, options, values and names" {
	ledger_of_names
	LC_ALL=C.UTF-8
	same "$(complete_words im)" 'import imports'
	same "$(complete_words --form)" '--format'
	same "$(complete_words audit --no-s)" '--no-save'
	same "$(complete_words audit --format c)" 'csv'
	same "$(complete_words audit --format = j)" 'json'
	same "$(complete_words audit --format p)$(complete_words check --format f)" ''
	same "$(complete_words check --format p) $(complete_words export --format f)" 'prometheus focus'
	same "$(complete_words help wh)" 'why'
	same "$(complete_words audit x)" ''
	same "$(complete_words decide sup)" 'supply support\ chat'
	same "$(complete_words decide "'sup")" 'supply support chat'
	same "$(complete_words decide i)" "it\\'s"
	same "$(complete_words decide '$')" ''
	same "$(complete_words decide '\$')" '\$\(touch\ ran\)'
	same "$(complete_words decide "'\`")" '`touch ran`'
	same "$(complete_words decide a)" 'a\"b a\;touch\ ran'
	same "$(complete_words decide 'ü')" 'überblick'
	same "$(complete_words breakeven --gpu rtx-409)" 'rtx-4090 rtx-4090-d'
	same "$(complete_words breakeven --set gro)" 'growth='
	same "$(complete_words imports --undo '')" 1
	same "$(complete_words policies show two)" 'two-tier'
	[ ! -e ran ]
}

@test "completion runs nothing of what was typed so far" {
	"$HLLM" --completion bash >complete
	bash -n complete
	python3 "$BATS_TEST_DIRNAME/../data/corpus.py" words >words
	# shellcheck disable=SC1091,SC2034
	(
		source ./complete
		compopt() { :; }
		hllm() { :; }
		while IFS= read -r -d '' word; do
			COMP_WORDS=(hllm audit --by "$word") COMP_CWORD=3
			_hllm || :
			COMP_WORDS=(hllm "$word" "$word") COMP_CWORD=2
			_hllm || :
		done <words
	)
	same "$(ls)" $'complete\nwords'
}

# What stands before and after the tab; a line of several choices is one with a space between.
@test "zsh completes the same" {
	command -v zsh >/dev/null || skip 'no zsh here'
	ledger_of_names
	zsh -n "$folder/_hllm"
	python3 "$TESTDIR/data/zsh.py" "$folder" >got <<'END'
hllm impo
hllm --form
hllm audit --no-s
hllm audit --format js
hllm audit --format pr
hllm check --format pr
hllm export --format fo
hllm decide supply
hllm decide supo
hllm breakeven --gpu rtx-409
hllm breakeven --set gro
hllm policies show two
hllm help wh
hllm imports --undo 
hllm decide it
END
	same "$(cat got)" "hllm import
hllm --format=
hllm audit --no-save
hllm audit --format json
hllm audit --format pr
hllm check --format prometheus
hllm export --format focus
hllm decide supply
hllm decide supo
hllm breakeven --gpu rtx-4090
hllm breakeven --set growth=
hllm policies show two-tier
hllm help why
hllm imports --undo 1
hllm decide it\\'s"
	[ ! -e ran ]
}

@test "fish completes the same" {
	command -v fish >/dev/null || skip 'no fish here'
	ledger_of_names
	fish --no-config -c "source '$folder/hllm.fish'
for line in 'hllm impo' 'hllm --form' 'hllm audit --no-s' 'hllm audit --format j' \
	'hllm audit --format p' 'hllm check --format p' 'hllm export --format f' 'hllm decide sup' \
	'hllm breakeven --gpu rtx-409' 'hllm breakeven --set gro' 'hllm policies show two' 'hllm help wh' \
	'hllm imports --undo ' 'hllm decide it' 'hllm chart to'
	echo (complete -C \$line | cut -f 1 | sort)
end" >got
	same "$(cat got)" "import imports
--format
--no-save
json

prometheus
focus
supply support chat
rtx-4090 rtx-4090-d
growth=
two-tier
why
1
it's
tokens tornado"
	[ ! -e ran ]
}
