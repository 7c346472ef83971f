# hllm chart: what it draws of a month and of three years, and the numbers behind it.

load lib

setup_file()
{
	# the charset of a terminal that shows more than ASCII
	export UTF8=C.UTF-8
	export YEARS=$BATS_FILE_TMPDIR/years.csv
	python3 "$TESTDIR/data/years.py" >"$YEARS"
	export GNUPLOT=
	GNUPLOT=$(command -v gnuplot) || :
}

# A bill and a log of October 2026.
month()
{
	local examples=$TESTDIR/../data/examples
	expect 0 chart "$@" --in "$examples/openai-cost.csv" --in "$examples/requests.jsonl.gz"
}

years()
{
	expect 0 chart "$@" --in "$YEARS"
}

need_gnuplot()
{
	[ "$GNUPLOT" ] || skip "no gnuplot here"
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
	PATH=$PWD/fake:$PATH
}

@test "a month and three years read well in characters, at 80 and at 60 columns" {
	export LC_ALL=$UTF8
	for kind in spend workloads models tokens latency; do
		month "$kind"
		golden "charts/month-$kind.text"
		err_is ""
		years "$kind"
		golden "charts/years-$kind.text"
	done
	for kind in breakeven tornado; do
		month "$kind" --gpu rtx4090
		golden "charts/month-$kind.text"
	done
	export COLUMNS=60
	for kind in spend workloads tokens latency; do
		month "$kind"
		golden "charts/month-$kind.text60"
	done
	years spend
	golden charts/years-spend.text60
	LC_ALL=C years tokens
	golden charts/years-tokens.ascii60
}

@test "no line is wider than the terminal, however narrow it is" {
	export LC_ALL=$UTF8
	for columns in 30 45 80 99 140; do
		for kind in spend workloads models tokens latency; do
			COLUMNS=$columns years "$kind"
			[ "$(wc -L <out)" -le "$columns" ]
		done
	done
}

@test "columns are days where there is room for all of them, else weeks, else months" {
	points()
	{
		jq -r '[(.points | length), .points[0].x, .points[-1].x_last, .chart.x] | join(" ")' out
	}
	while IFS='|' read -r period want; do
		years spend --period "$period" --format json
		same "$(points)" "$want"
	done <<-'END'
		2026-10-05|1 2026-10-05 2026-10-05 day (UTC)
		2026-02-01..2026-02-28|27 2026-02-02 2026-02-28 day (UTC)
		2024-02-26..2024-03-02|6 2024-02-26 2024-03-02 day (UTC)
		2026-07-01..2026-09-30|92 2026-07-01 2026-09-30 day (UTC)
		2025-01..2025-12|53 2024-12-30 2026-01-04 week, from Monday (UTC)
		2024-01..2026-12|36 2024-01-01 2026-12-31 month (UTC)
	END
	# in characters there is less room, and the chart says what it did
	years spend --period 2026-07-01..2026-09-30
	has out "week, from Monday (UTC)"
	has out "92 days added up by the week"
	# a quarter does not begin on a Monday
	has out "the first and the last week are"
	years spend
	has out "1,096 days added up by the month"
	lacks out "whole"
}

@test "amounts add up to those of the audit, to the last digit" {
	local examples=$TESTDIR/../data/examples
	for files in "--in $YEARS" "--in $examples/openai-cost.csv --in $examples/requests.jsonl.gz" \
		"--in $examples/requests.jsonl.gz"; do
		# shellcheck disable=SC2086
		for kind in spend workloads models tokens; do
			expect 0 chart $kind $files --format json
			cp out "$kind.json"
		done
		# shellcheck disable=SC2086
		expect 0 audit --no-save ${files//--in /} --format json
		python3 - out <<-'END'
			import decimal, json, sys
			D = decimal.Decimal
			audit = json.load(open(sys.argv[1]), parse_float=D)
			read = {kind: json.load(open(kind + ".json"), parse_float=D) for kind in ("spend", "workloads", "models", "tokens")}
			totals = audit["totals"]
			spend = D(totals["spend"]["amount"])
			days = sum(D(point["y"]["amount"]) for point in read["spend"]["points"])
			# each is rounded to nanos on its own when it is printed
			assert abs(days - spend) <= len(read["spend"]["points"]) * D("0.5e-9"), (days, spend)
			for kind in "workloads", "models":
			    bars = read[kind]["bars"]
			    total = sum(D(bar["value"]["amount"]) for bar in bars)
			    first, last = (point[key] for point, key in zip((read["spend"]["points"][0], read["spend"]["points"][-1]), ("x", "x_last")))
			    import datetime
			    span = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days + 1
			    assert abs(total - spend * 30 / span) <= (len(bars) + 1) * D("1e-9"), (kind, total, spend, span)
			    values = [D(bar["value"]["amount"]) for bar in bars if not bar["name"].startswith("others (")]
			    assert values == sorted(values, reverse=True), values
			tokens = {}
			for point in read["tokens"]["points"]:
			    tokens[point["series"]] = tokens.get(point["series"], 0) + point["y"]
			assert tokens["uncached input"] == totals["uncached_input_tokens"], tokens
			assert tokens["cache read"] == totals["cache_read_tokens"], tokens
			assert tokens["output"] == totals["output_tokens"], tokens
		END
	done
}

@test "the numbers are those of the answer in every format" {
	month workloads --format csv
	same "$(head -n 1 out)" name,value,currency
	[ "$(wc -l <out)" = 9 ]
	month latency --format csv
	same "$(head -n 1 out)" name,low,low_label,high,high_label
	month spend --format md
	has out '| spend | 2026-10-01 | 10.03 |'
	month spend --format tsv --output numbers.tsv
	out_is ""
	[ "$(wc -l <numbers.tsv)" = 32 ]
	month tornado --gpu 4090 --set engineer-rate=0 --format json
	jq -e '.schema == "hllm.chart/1" and .chart.name == "tornado" and .chart.x_quantity == "months" and
		(.chart.middle > 19 and .chart.middle < 20) and (.bars | length) > 3' out
	month breakeven --gpu 4090 --set engineer-rate=0 --format json
	jq -e '[.points[] | select(.series == "API")][1] | .x == 1 and .y.currency == "USD" and .low == null' out
	cp out once
	month breakeven --gpu 4090 --set engineer-rate=0 --format json --threads 1
	cmp out once
}

@test "days begin where --tz says, and the axis names it" {
	printf '%s\n' timestamp,model,input_tokens,output_tokens \
		2026-10-05T23:30:00Z,gpt-4o,1000000,0 2026-10-06T12:00:00Z,gpt-4o,2000000,0 >log.csv
	expect 0 chart spend --in log.csv --format json
	jq -e '[.points[] | .y.amount] == ["2.50", "5.00"]' out
	expect 0 chart spend --in log.csv --format json --tz Europe/Berlin
	jq -e '[.points[] | .y.amount] == ["7.50"] and .points[0].x == "2026-10-06" and
		.chart.x == "day (Europe/Berlin)"' out
}

@test "of the ledger, and of a period" {
	local examples=$TESTDIR/../data/examples
	expect 0 import "$examples/openai-cost.csv"
	expect 0 chart spend
	has out '$290.15 from 2026-10-01 to 2026-10-31'
	expect 0 chart spend --period 2026-10-05..2026-10-06
	has out 'from 2026-10-05 to 2026-10-06'
	expect 1 chart spend --period 2020-01
	err_is "hllm: --period 2020-01: nothing is known of that time, expected one in 2026-10-01 to 2026-10-31"
}

@test "wrong usage says what is expected" {
	local examples=$TESTDIR/../data/examples
	while IFS='|' read -r arguments want; do
		# shellcheck disable=SC2086
		expect 2 chart $arguments
		err_is "hllm: $want"
		out_is ""
	done <<-'END'
		|chart: of what? expected spend, workloads, models, tokens, latency, breakeven, tornado or probe
		spnd|chart: there is no chart "spnd", did you mean "spend"?
		cost|chart: there is no chart "cost", expected one of spend, workloads, models, breakeven, tornado, probe, tokens, latency
		spend x.csv|chart spend: unexpected "x.csv"; a file is named by --in
		probe 1 2|chart probe: unexpected "2"
		spend --gpu 4090|chart spend: --gpu, --set and --policy, expected with breakeven and tornado only
		tornado|which hardware? expected --gpu NAME (hllm hardware lists them)
		spend --output x.gif|--output: x.gif: no such kind of picture; expected a name that ends in .svg, .png, .pdf or .txt, or - for the terminal
		spend --format json --output x.svg|--output x.svg: the numbers in json are no picture; expected either --format or a picture's name
	END
	expect 2 chart spend --by nothing
	expect 2 chart breakeven --gpu nosuch --in "$examples/openai-cost.csv"
	expect 2 chart spend --tz Nowhere --in "$examples/openai-cost.csv"
}

@test "where there is nothing to draw one sentence says what to do" {
	local bill=$TESTDIR/../data/examples/openai-cost.csv
	expect 1 chart spend
	has err "hllm audit FILE"
	[ "$(wc -l <err)" = 1 ]
	expect 1 chart latency --in "$bill"
	err_is "hllm: there is no chart of latency to draw: no log of it says how long an answer took; import a log of requests that has their latency"
	printf '%s\n' model,input_tokens,output_tokens gpt-4o,1000,10 >undated.csv
	expect 1 chart spend --in undated.csv
	err_is "hllm: there is no chart of spend to draw: nothing of it has a date; hllm chart workloads needs no dates"
	expect 0 chart workloads --in undated.csv
	has out "whose time is not known"
	printf '%s\n' timestamp,model,input_tokens,output_tokens 2026-10-01T00:00:00Z,nosuchmodel,1000,10 >unpriced.csv
	expect 1 chart models --in unpriced.csv
	err_is "hllm: there is no chart of models to draw: nothing of it is billed, and nothing has a price; see what hllm audit says of its models"
	expect 5 chart tokens --in unpriced.csv --strict
	expect 1 chart probe
	err_is "hllm: there is no probe to draw: nothing was measured yet; start with: hllm probe"
}

@test "what has no price is no part of the chart, and it says so" {
	printf '%s\n' timestamp,model,input_tokens,output_tokens 2026-10-01T00:00:00Z,nosuchmodel,1000,10 \
		2026-10-02T00:00:00Z,gpt-4o,1000000,0 >log.csv
	expect 0 chart spend --in log.csv
	has out 'At least $2.50 from 2026-10-01 to 2026-10-02'
	has out 'without 1,010 tokens that have no price'
	expect 0 chart workloads --in log.csv
	has out 'At least $'
}

@test "the newest probe, one by its number, and one by a part of its name" {
	bench()
	{
		# two numbers of requests at once, as vllm bench serve writes them
		python3 - "$1" "$2" <<-'END' >"$1.jsonl"
			import json, sys
			for at_once in 1, 4:
			    print(json.dumps({"date": sys.argv[2], "backend": "vllm", "model_id": sys.argv[1], "num_prompts": 40,
			        "max_concurrency": at_once, "duration": 20.0, "completed": 40, "total_input_tokens": 20000,
			        "total_output_tokens": 5000, "request_throughput": 2.0, "output_throughput": 100.0 * at_once,
			        "total_token_throughput": 500.0 * at_once, "mean_ttft_ms": 50.0, "median_ttft_ms": 48.0, "p99_ttft_ms": 90.0,
			        "mean_tpot_ms": 9.0, "median_tpot_ms": 9.0, "p99_tpot_ms": 12.0, "mean_itl_ms": 9.0, "median_itl_ms": 9.0,
			        "p99_itl_ms": 12.0}))
		END
	}
	bench first-model 20261001-100000
	bench second-model 20261002-100000
	expect 0 probe --import first-model.jsonl
	expect 0 probe --import second-model.jsonl
	expect 0 probe --list
	expect 0 chart probe
	has out second-model
	has out "requests at once"
	expect 0 chart probe FIRST
	has out first-model
	expect 0 chart probe 1
	has out first-model
	expect 2 chart probe third
	err_is 'hllm: there is no probe "third"; see: hllm probe --list'
	expect 0 chart probe --format csv
	[ "$(wc -l <out)" = 3 ]
}

@test "every kind is drawn as SVG, PNG and PDF, with its labels" {
	need_gnuplot
	for kind in spend workloads models tokens latency; do
		for format in svg png pdf; do
			month "$kind" --output "$kind.$format"
			out_is ""
			err_is ""
		done
		years "$kind" --output "years-$kind.svg"
	done
	for kind in breakeven tornado; do
		month "$kind" --gpu rtx4090 --set engineer-rate=0 --output "$kind.svg"
	done
	[ "$(head -c 4 spend.png | tail -c 3)" = PNG ]
	[ "$(head -c 5 tokens.pdf)" = %PDF- ]
	while IFS='|' read -r file labels; do
		IFS='|' read -ra texts <<<"$labels"
		python3 "$TESTDIR/cli/chart.py" labels "$file.svg" "${texts[@]}"
	done <<-'END'
		spend|$290.15 from 2026-10-01 to 2026-10-31, $9.36 a day|as billed|spend a day|day (UTC)|$0|$12|5 Oct 2026|26 Oct
		workloads|workload|(not in your logs)|$86.43 (31 %)|embeddings|$0.19 (<1 %)|spend a month
		models|model|gpt-4o-2024-08-06|$235.37 (84 %)
		tokens|tokens a day|uncached input|cache read|output|6M|7 % of the input came from a cache
		latency|half of the requests|95 of 100|reply drafts|10.2, 20.5, 36.9|seconds
		years-spend|spend a month|month (UTC)|Jan 2024|Jul|Jan 2026|$100
		years-workloads|others (6)
		years-tokens|tokens a month|Jan 2025
		breakeven|API|GeForce RTX 4090|months from now
		tornado|at its low|months to break-even
	END
}

@test "without gnuplot the chart is shown in characters, and one line says so" {
	local examples=$TESTDIR/../data/examples log=requests.jsonl.gz
	local say="gnuplot: not found in PATH; install it (the package gnuplot-nox of Debian and Ubuntu)"
	echo old >spend.svg
	cp "$examples/$log" .
	# hllm itself needs nothing of PATH
	PATH=/nonexistent hllm chart spend --in "$examples/openai-cost.csv" --output spend.svg
	[ "$status" = 1 ]
	err_is "hllm: spend.svg: $say; here is the chart in characters"
	has out '$290.15 from 2026-10-01'
	has out 'day (UTC)'
	[ "$(cat spend.svg)" = old ]
	# breakeven does the same below its answer, but not among numbers for programs
	PATH=/nonexistent hllm breakeven --gpu 4090 --in $log --chart c.svg
	[ "$status" = 1 ]
	err_is "hllm: c.svg: $say; here is the chart in characters"
	has out 'months from now'
	PATH=/nonexistent hllm breakeven --gpu 4090 --in $log --chart c.svg --format json
	[ "$status" = 1 ]
	err_is "hllm: c.svg: $say, or write - instead of the file for a chart in characters"
	jq -e .schema out
	[ ! -e c.svg ]
}

@test "a gnuplot that fails or writes half a picture leaves the old file as it was" {
	local bill=$TESTDIR/../data/examples/openai-cost.csv
	mkdir pictures
	echo old >pictures/spend.svg
	fake <<-'SCRIPT'
		cat >/dev/null
		echo 'line 7: undefined' >&2
		exit 3
	SCRIPT
	expect 1 chart spend --in "$bill" --output pictures/spend.svg
	err_is "hllm: pictures/spend.svg: gnuplot: failed with status 3: line 7: undefined"
	out_is ""
	fake <<-'SCRIPT'
		cat >/dev/null
		echo '<?xml half'
	SCRIPT
	expect 1 chart spend --in "$bill" --output pictures/spend.svg
	err_is "hllm: pictures/spend.svg: gnuplot: wrote no whole svg"
	[ "$(cat pictures/spend.svg)" = old ]
	[ "$(ls pictures)" = spend.svg ]
	expect 1 chart spend --in "$bill" --output nowhere/spend.txt
	err_is "hllm: nowhere/spend.txt: No such file or directory"
}

@test "an emitted script draws the same picture, and the user's look takes the place of the shipped one" {
	need_gnuplot
	month spend --emit-gnuplot emitted
	out_is ""
	err_is "hllm: wrote emitted/spend.gp and its data; to draw it, run gnuplot spend.gp there"
	same "$(ls emitted)" "$(printf '%s\n' spend-data.gp spend.gp)"
	month spend --emit-gnuplot emitted --output whole.svg
	(cd emitted && gnuplot -d spend.gp 2>/dev/null)
	same "$(grep -v -e '<title>' -e '<desc>' emitted/spend.svg)" \
		"$(sed -e '/<title>/d; /<desc>/d; s/ font-weight="bold"//' whole.svg)"
	mkdir -p .config/hllm/gnuplot
	echo 'plot nonsense(1)' >.config/hllm/gnuplot/columns.gp
	local bill=$TESTDIR/../data/examples/openai-cost.csv
	expect 1 chart spend --in "$bill" --output mine.svg
	has err "undefined function: nonsense"
}

@test "shares of many small ones add up with the rest of them" {
	{
		echo timestamp,model,task,input_tokens,output_tokens
		for i in $(seq 200); do
			for day in 01 15 30; do
				echo "2026-09-${day}T10:00:00Z,gpt-4o,workload $i,$((100000 + i)),0"
			done
		done
	} >many.csv
	expect 0 chart workloads --in many.csv
	same "$(head -1 out)" 'The 10 dearest of 200 are 5 % of $150.15 a month'
	grep -q 'others (190) .* \$142.64 (95 %)$' out
}

@test "what has no price is no empty picture" {
	printf 'timestamp,model,task,input_tokens,output_tokens\n2026-09-01T00:00:00Z,nobodys-model,a,10,10\n' >log.csv
	for kind in spend workloads models; do
		expect 1 chart $kind --in log.csv
		has err 'nothing of it is billed, and nothing has a price; see what hllm audit says of its models'
	done
	# a day is no month, but its time is known
	printf 'timestamp,model,task,input_tokens,output_tokens\n2026-09-01T00:00:00Z,gpt-4o,a,1000,100\n' >log.csv
	expect 0 chart workloads --in log.csv
	has out 'of all the data, which is too short for a month'
	has out '$0.0035 (100 %)'
}
