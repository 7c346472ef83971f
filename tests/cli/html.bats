# The page: well formed, harmless, and in a real browser.

load lib

setup_file()
{
	export EXAMPLES=${HLLM_DATA_DIR:-$BATS_TEST_DIRNAME/../../data}/examples
}

# page FILE ARGUMENT... - writes an answer as a page.
page()
{
	local file=$1
	shift
	expect 0 "$@" --format html --output "$file"
	[ ! -s err ] || { cat err; return 1; }
}

browser()
{
	python3 "$TESTDIR/data/browser.py" "$@"
}

# The pages of all builds are alike; those with sanitizers are slow enough without it.
needs_browser()
{
	! sanitized || skip "the other builds' pages are looked at"
	command -v chromium chromium-browser google-chrome chrome >/dev/null || skip "no chromium here"
}

audit_page()
{
	page "$1" audit --no-save "$EXAMPLES"/openai-cost.csv "$EXAMPLES"/requests.jsonl.gz
}

breakeven_page()
{
	page "$1" breakeven --gpu rtx4090 --in "$EXAMPLES"/requests.jsonl.gz --in "$EXAMPLES"/openai-cost.csv
}

# evil_page FILE COMMAND ARGUMENT... - of names that mean harm, in the log, hllm.conf and the prices.
evil_page()
{
	local file=$1
	shift
	[ -d corpus ] || python3 "$TESTDIR/data/corpus.py" corpus
	page "$file" "$@" --config corpus/hllm.conf --prices corpus/prices.csv --as-of 2026-11-02
}

@test "every command's answer is a well-formed page that loads and runs nothing" {
	# shellcheck disable=SC2034 # by eval
	local log=$EXAMPLES/requests.jsonl.gz n=0
	while read -r name arguments; do
		eval "page $name.html $arguments"
		browser parse "$name.html"
		n=$((n + 1))
	done <<-'END'
		audit audit --no-save "$log"
		imported import "$log" --quiet
		imports imports
		ledger audit
		workloads workloads
		decide decide --policy all
		explain decide --explain
		breakeven breakeven --gpu rtx4090
		compare breakeven --compare
		stated breakeven --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o-mini --capex 1600 --monthly 30
		why why total
		cards hardware
		card hardware rtx4090
		models models
		speed models llama3.1:8b --on rtx4090
		policies policies
		policy policies show default
		prices prices show gpt-4o
		probes probe --list
	END
	[ "$n" = 19 ]
}

@test "a page says the answer first, then the tables, the notes, where it comes from, and what next" {
	audit_page page.html
	python3 - <<-'END'
		import re
		page = open("page.html", encoding="utf-8").read()
		heads = re.findall(r"<(h1|h2|summary)[^>]*>(.*?)</\1>", page, re.S)
		heads = [re.sub(r"<.*?>", "", text) for _, text in heads]
		assert heads[0].startswith("$290.15 billed over 31 days"), heads
		assert heads[1:4] == ["Workloads", "What could run on your own hardware", "Models"], heads
		assert heads[-4:] == ["Notes", "Details", "Sources", "Next: when owning pays off"], heads
	END
	breakeven_page page.html
	has page.html '<svg class="chart wide"'
	has page.html '<svg class="chart narrow"'
	has page.html '<summary>9 more</summary>'
}

@test "the same call gives the same bytes; a page says when it was made if the user has said so" {
	breakeven_page one.html
	breakeven_page two.html
	cmp one.html two.html
	lacks one.html 'as of'
	page page.html models --as-of 2026-11-01
	has page.html ', as of 2026-11-01</p>'
	SOURCE_DATE_EPOCH=1793521800 page page.html models
	has page.html ', as of 2026-11-01T'
	expect 0 models --format html
	has out '<!DOCTYPE html>'
	TERM=dumb COLUMNS=40 expect 0 models --format html --color always
	has out '<!DOCTYPE html>'
	lacks out "$(printf '\033')"
}

@test "a browser finds nothing wrong with an audit, a break-even and evil names" {
	needs_browser
	audit_page audit.html
	breakeven_page breakeven.html
	evil_page evil.html audit --no-save corpus/few.jsonl
	evil_page report.html report --in corpus/few.jsonl --gpu rtx4090
	evil_page chart.html chart latency --in corpus/tiny.jsonl
	page free.html breakeven --gpu rtx4090 --set engineer-rate=0 --in "$EXAMPLES"/requests.jsonl.gz
	for name in audit breakeven evil report chart free; do
		browser check $name.html
	done
	# nothing of it is left behind
	[ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'hllm-browser-*' -newer audit.html)" ]
}

@test "the browser's eyes are open: each fault in a page is found" {
	needs_browser
	breakeven_page page.html
	local found=0
	while IFS='|' read -r said from to; do
		FROM=$from TO=$to python3 - <<-'END'
			import os
			page = open("page.html", encoding="utf-8").read()
			assert os.environ["FROM"] in page, os.environ["FROM"]
			open("bad.html", "w", encoding="utf-8").write(page.replace(os.environ["FROM"], os.environ["TO"], 1))
		END
		if browser check bad.html >said; then
			echo "not found: $said" >&2
			return 1
		fi
		has said "$said"
		found=$((found + 1))
	done <<-'END'
		pixels wide on a screen of 360|<footer>|<footer><p class="b">wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide</p>
		contrast|--faint:#58626d|--faint:#8a949e
		dark at 1280: contrast|--faint:#9da8b3|--faint:#5a646e
		a chart without desc|<desc|<metadata
		2 charts are shown in a figure|.narrow{display:none}|
		a region that scrolls and cannot be focused|.scroll{overflow-x:auto}|.scroll{overflow-x:auto}h1{overflow-x:auto;width:60px;white-space:nowrap}
		a heading skips a level|<h2 id="notes">Notes</h2>|<h4 id="notes">Notes</h4>
		light and dark are the same|@media screen and (prefers-color-scheme:dark)|@media tty
		asks the network|</main>|<img src="http://127.0.0.1:9/x.png"></main>
		the console says|</main>|<img src="http://127.0.0.1:9/x.png"></main>
		tables are not printed|details:not([open])::details-content|details.never
		the paper is not A4|@page{size:A4|@page{size:letter
		focus is not seen|:focus-visible{outline:3px solid|:focus-visible{outline:0 none
		over each other in a chart|</text>|</text><text class="tick" x="20" y="20">left</text><text class="tick" x="24" y="22">right</text>
		letters of|.chart{display:block|.chart{max-width:200px;display:block
	END
	[ "$found" = 15 ]
}
