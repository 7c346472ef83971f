# hllm report --email: a message that mailers and mail programs take as it is meant.

load lib

setup_file()
{
	export LEDGER=$BATS_FILE_TMPDIR/ledger.db DATA=${HLLM_DATA_DIR:-$BATS_TEST_DIRNAME/../../data}
	HOME=$BATS_FILE_TMPDIR "$HLLM" import --quiet --ledger "$LEDGER" --as-of 2026-11-02 \
		"$DATA"/examples/* "$DATA"/earlier/* >/dev/null
	export CORPUS=$BATS_FILE_TMPDIR/corpus
	python3 "$BATS_TEST_DIRNAME/../data/corpus.py" "$CORPUS"
}

# report OPTION... - of October, into out.
report()
{
	expect 0 report --gpu rtx4090 --ledger "$LEDGER" --period 2026-10 --as-of 2026-11-02 "$@"
}

# reads FILE [TEXT] - what is in the message, as JSON in the file seen.
reads()
{
	python3 "$TESTDIR/data/mail.py" "$@" >seen
}

# refused STATUS TEXT OPTION... - with that message, and nothing on stdout.
refused()
{
	local want=$1 text=$2
	shift 2
	expect "$want" report --ledger "$LEDGER" "$@"
	err_is "hllm: $text"
	out_is ''
}

# gnuplot_is SCRIPT - from now on in this test.
gnuplot_is()
{
	mkdir -p fake
	printf '#!/bin/sh\n%s\n' "$1" >fake/gnuplot
	chmod +x fake/gnuplot
	export PATH=$HOME/fake:$PATH
}

@test "a message has the text, the page with the same numbers, and its charts" {
	command -v gnuplot >/dev/null || skip 'no gnuplot here'
	COLUMNS=78 report
	cp out text
	report --email --to finance@example.com --to '"Doe, Jane" <jane@example.com>' --from 'LLM costs <llm@example.org>'
	err_is ''
	reads out text
	same "$(jq -c '[.from, .to, .subject, .date]' seen)" '[[["LLM costs","llm@example.org"]],[["","finance@example.com"],["Doe, Jane","jane@example.com"]],"LLM bill: October 2026 cost $290.15, $40.52 (16 %) more than September","Mon, 02 Nov 2026 00:00:00 +0000"]'
	same "$(jq -r '.id | split("@")[1]' seen)" 'example.org>'
	same "$(jq -r '.pictures[].file' seen)" '1-spend.png
2-bridge.png
3-workloads.png
4-spend.png'
	jq -e '.pictures | all(.width > 600 and .height > 300)' seen
	[ "$(wc -c <out)" -lt 220000 ]
	# the same message each time, but not at another
	cp out one
	report --email --to finance@example.com --to '"Doe, Jane" <jane@example.com>' --from 'LLM costs <llm@example.org>'
	cmp one out
	SOURCE_DATE_EPOCH=1793577601 expect 0 report --ledger "$LEDGER" --period 2026-10 --email --to a@example.com
	cp seen before
	reads out
	same "$(jq -r .date seen)" 'Mon, 02 Nov 2026 00:00:01 +0000'
	[ "$(jq .id seen)" != "$(jq .id before)" ]
}

@test "without gnuplot, or without its PNG, the message goes without charts and says so" {
	local n=0
	while IFS='|' read -r script text; do
		gnuplot_is "$script"
		report --email --to a@example.com
		err_is "hllm: the message has no charts: gnuplot: $text"
		reads out
		jq -e '.pictures == [] and (.text | contains("\nThis message has no charts"))' seen
		n=$((n + 1))
	done <<-'END'
		cat >/dev/null; exit 7|failed with status 7
		cat >/dev/null; echo "hllm-terminals dumb svg" >&2|this one cannot draw png (it has no terminal pngcairo), only svg
		cat >/dev/null; echo garbage|wrote no whole png
	END
	[ "$n" = 3 ]
	mkdir empty
	# shellcheck disable=SC2123
	(PATH=$PWD/empty report --email --to a@example.com)
	has err 'gnuplot: not found in PATH; install it'
	reads out
	jq -e '.pictures == []' seen
}

@test "a file: by its name, for months that were missed, and whole" {
	gnuplot_is 'exit 1'
	mkdir mails
	expect 0 report --gpu rtx4090 --ledger "$LEDGER" --period last --as-of 2026-11-02 --quiet --to a@example.com -o 'mails/%Y-%m.eml'
	err_is ''
	same "$(ls mails)" '2026-09.eml
2026-10.eml'
	reads mails/2026-09.eml
	same "$(jq -r .first seen)" 'September 2026 cost $249.63, the first month that is known; six findings could'
	reads mails/2026-10.eml
	expect 0 report --gpu rtx4090 --ledger "$LEDGER" --period last --as-of 2026-11-02 --quiet --email --to a@example.com --output message
	cmp message mails/2026-10.eml
}

@test "sendmail -t gets it, by addresses of options or of hllm.conf" {
	gnuplot_is 'exit 1'
	mkdir -p .config/hllm bin
	# what a mailer does with -t: it reads to whom from the message, and refuses one to nobody
	cat >bin/sendmail <<'END'
#!/bin/sh
[ "$*" = -t ] || exit 64
cat >sent
sed '/^$/q' sent >head
grep -q '^To: ' head
END
	chmod +x bin/sendmail
	local PATH=$PWD/bin:$PATH
	printf 'report {\n\tto = { "a@example.com", "\\"Doe, B\\" <b@example.com>" }\n\tfrom = "c@example.com"\n}\n' >.config/hllm/hllm.conf
	"$HLLM" report --gpu rtx4090 --ledger "$LEDGER" --period last --as-of 2026-11-02 --email 2>err | sendmail -t
	reads sent
	same "$(jq -c '[.from, .to]' seen)" '[[["","c@example.com"]],[["","a@example.com"],["Doe, B","b@example.com"]]]'
	# an option stands for those of the file
	"$HLLM" report --gpu rtx4090 --ledger "$LEDGER" --period last --as-of 2026-11-02 --email --to d@example.com --from e@example.com --subject 'Was es kostet: 290 €' 2>err | sendmail -t
	reads sent
	same "$(jq -c '[.from, .to, .subject]' seen)" '[[["","e@example.com"]],[["","d@example.com"]],"Was es kostet: 290 €"]'
	printf 'report {\n\tto = { "a@example.com", "b" }\n}\n' >.config/hllm/hllm.conf
	refused 1 "$HOME/.config/hllm/hllm.conf:2: report: to \"b\": no mail address, expected one such as finance@example.com, or root@localhost on this machine" --email
	printf 'report {\n\tto = a@example.com\n\tfrom = { "a@b", "c@d" }\n}\n' >.config/hllm/hllm.conf
	refused 1 "$HOME/.config/hllm/hllm.conf:3: report: from: is one address, not 2" --email
	# nobody else has to do with it
	report
}

@test "what is wrong is told before anything is worked out" {
	refused 2 "--email: nobody is named to send it to; expected --to ADDRESS, or report { to = \"ADDRESS\" } in $HOME/.config/hllm/hllm.conf" --email
	refused 2 "--email: nobody is named to send it to; expected --to ADDRESS, or report { to = \"ADDRESS\" } in $HOME/.config/hllm/hllm.conf" -o x.eml
	refused 2 '--to a@example.com, b@example.com: more than one address, expected one; give each by itself' \
		--email --to 'a@example.com, b@example.com'
	refused 2 '--to: no mail address, expected one such as finance@example.com, or root@localhost on this machine' --email --to ''
	refused 2 '--from jörg@example.com: before the @ are letters outside ASCII, which not every mailer can carry, expected an address without them' \
		--email --to a@b --from jörg@example.com
	refused 2 '--to: expected --email beside it, or an --output that ends in .eml' --to a@example.com
	refused 2 '--subject: expected --email beside it, or an --output that ends in .eml' --subject x
	refused 2 '--subject: is empty, expected a text' --email --to a@b --subject ' '
	refused 2 '--subject: of 251 bytes, expected at most 250' --email --to a@b --subject "$(printf '%0251d' 0)"
	refused 2 '--email: a message holds text and a page already, expected no --format' --email --to a@b --format json
	refused 2 '--email: --output x.html names another format, expected a name that ends in .eml' --email --to a@b -o x.html
	same "$(ls)" 'err
out'
}

@test "a browser finds the page as wide as a phone, and all of it readable, light and dark" {
	! sanitized || skip "the other builds' pages are looked at"
	command -v chromium chromium-browser google-chrome chrome >/dev/null || skip 'no chromium here'
	command -v gnuplot >/dev/null || skip 'no gnuplot here'
	report --email --to a@example.com
	python3 "$TESTDIR/data/mail.py" unpack out mail
	# what it says of a page besides is not true of mail, which has style in its elements
	python3 "$TESTDIR/data/browser.py" check mail.html >said || :
	grep -E '^[0-9]+ bytes, widths 360/360 768/768 1280/1280, contrast [5-9]\S* light [5-9]\S* dark' said
	if grep -E 'contrast [0-9.]+ of|letters of|are the same|pixels wide|paper is dark|without scope' said; then
		return 1
	fi
	[ "$(find . -name 'mail-*.png' | wc -l)" = 4 ]
}

@test "a terminal gets no message, unless it is told to" {
	command -v script >/dev/null || skip 'no script here'
	script -qefc "'$HLLM' report --ledger '$LEDGER' --email --to a@example.com" /dev/null >said </dev/null && return 1
	tr -d '\r' <said >out
	out_is 'hllm: --email: writes a message for a mailer, which a terminal cannot show; expected it with | sendmail -t, or --output FILE.eml'
}

@test "names that mean harm stay names: of people, in addresses, in subjects and in hllm.conf" {
	gnuplot_is 'exit 1'
	cd "$CORPUS"
	python3 "$TESTDIR/cli/mail-names.py" "$HOME"
}

@test "hundreds of workloads: the page is not clipped, and says where the rest is" {
	gnuplot_is 'exit 1'
	python3 - >many.csv <<-'END'
		print("timestamp,model,task,input_tokens,output_tokens")
		for i in range(200):
		    for month in ("09", "10"):
		        print(f"2026-{month}-03T12:00:00Z,gpt-4o,{'<&>' * 60}{i},{100000 + i},1000")
	END
	expect 0 report --gpu rtx4090 --in many.csv --period 2026-10 --as-of 2026-11-02 --email --to a@example.com --quiet
	reads out
	jq -e '.text | contains("\n… 180 more: --format csv --table workloads\n")' seen
	python3 - "$TESTDIR/data" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		import mail
		got = mail.Message(open("out", "rb").read())
		assert "\u2026 180 more: --format csv --table workloads" in got.page.texts
		assert any("<&>" * 60 + "199" in text for text in got.page.texts)
	END
}
