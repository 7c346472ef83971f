#!/usr/bin/env bats
# hllm breakeven: when hardware has paid for itself, from files, from the ledger and from figures alone.

load lib

export SOURCE_DATE_EPOCH=1793491200 # 2026-11-01

example()
{
	cp "$TESTDIR/../data/examples/openai-cost.csv" "$TESTDIR/../data/examples/requests.jsonl.gz" .
}

# months FILTER - what the last answer says, rounded to one decimal.
months()
{
	jq -r "$1 | if . == null then \"null\" else (. * 10 | round / 10) end" out
}

# stated ARGUMENT... - from figures alone.
stated()
{
	expect 0 breakeven --format json "$@"
}

@test "the figures of the seeds, from figures alone" {
	stated --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o-mini \
		--capex 1600 --monthly 30
	same "$(jq -r '.api_monthly_avoided.likely.amount, .break_even_months.within_life' out | xargs)" "54.00 false"
	same "$(months .break_even_months.likely)" 66.7
	same "$(months .break_even_months.low) $(months .break_even_months.high)" "66.7 66.7"
	# the amortization alone is more than the running cost that was said to hold it; it is not added
	same "$(jq -r '.local_monthly_cost | .amortization_not_added.amount, .total.amount' out | xargs)" "66.67 30.00"
	stated --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o \
		--capex 1600 --monthly 30
	same "$(months .break_even_months.likely) $(jq .break_even_months.within_life out)" "1.8 true"
	stated --api-monthly 900 --capex 20000 --monthly 500
	same "$(months .break_even_months.likely)" "50"
	stated --api-monthly 3600 --capex 5000 --monthly 80
	same "$(months .break_even_months.likely)" "1.4"
	same "$(jq -r '.cash_flow[] | select(.month == 12).cumulative.likely.amount' out)" 37240.00
	stated --api-monthly 3200 --capex 5000 --monthly 120
	same "$(months .break_even_months.likely)" "1.6"
	same "$(jq -r '.cash_flow[] | select(.month == 12).cumulative.likely.amount' out)" 31960.00
}

@test "first the sentence a person needs" {
	expect 0 breakeven --daily-requests 5000 --input-tokens 800 --output-tokens 400 \
		--api-model gpt-4o-mini --capex 1600 --monthly 30
	same "$(head -1 out)" 'The plan for $1,600.00 would pay for itself after 66.7 months, beyond its life of 24 months: never, in fact; 5,000 requests a day to gpt-4o-mini cost $54.00 a month.'
	expect 0 breakeven --api-monthly 50 --capex 100 --monthly 50
	same "$(head -1 out)" 'The plan for $100.00 never pays for itself: running it costs $50.00 a month.'
	expect 0 breakeven --api-monthly 0 --capex 100 --monthly 5
	has out 'has nothing to avoid: the API costs nothing today'
	expect 0 breakeven --api-monthly 50 --capex 0 --monthly 5
	has out 'The plan saves from the first month on'
	expect 0 breakeven --api-monthly 100 --capex 0 --gpu 4090
	has out 'if they are free (--set engineer-rate=0) it saves from the first month on.'
}

@test "what cannot be is named, with what is allowed" {
	example
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 breakeven $args
		err_is "hllm: $text"
		[ ! -s out ]
	done <<-'END'
		--api-monthly 900 --capex 2000 --monthly -5|--monthly: -5 is too small; expected 0 to 1000000000000 USD/month
		--api-monthly nan --capex 5|--api-monthly: "nan" is not a number; expected a number (USD/month), or a range such as 2-5
		--api-monthly 900 --capex 5 --set utilization=1.5|--set utilization: 1.5 is too large; expected 0 to 1 (0 % to 100 %)
		--api-monthly 900 --capex 5 --set idle-watts=-3|--set idle-watts: -3 is too small; expected 0 to 100000 W
		--api-monthly 900 --capex 5 --set life=0|--set life: 0 is too small; expected a whole number from 1 to 240 (months)
		--api-monthly 900 --capex 5 --set elektricity=1|--set "elektricity" is not an assumption, did you mean "electricity"?
		--api-monthly 900 --capex 5 --set electricity|--set electricity: no value, expected NAME=VALUE such as electricity=0.30
		--api-monthly 900 --monthly 3|which hardware? expected --gpu NAME (hllm hardware lists them), or --capex AMOUNT
		--api-monthly 900 --capex 5|--capex: what it draws is not known; expected --gpu NAME beside it, --monthly AMOUNT for all of the running cost, or --set busy-watts=N --set idle-watts=N
		--gpu rtx-2080-ti --in requests.jsonl.gz|the catalogue has no price of GeForce RTX 2080 Ti: expected --capex AMOUNT
		--daily-requests 5|--daily-requests: expected --api-model NAME beside it, or --api-monthly AMOUNT
		--daily-requests 5 --api-model gpt-4o|--daily-requests: expected --input-tokens N and --output-tokens N beside it
		--daily-requests 5 --input-tokens 5 --api-model gpt-4ooo --capex 1 --monthly 1|--api-model gpt-4ooo: no price is known, did you mean gpt-4o, gpt-4 or gpt-4.1?
		--gpu rtx409 --in requests.jsonl.gz|there is no hardware "rtx409", did you mean "rtx-4090"? (all: hllm hardware)
		--gpu 4090 --in requests.jsonl.gz --model nosuch|there is no model "nosuch" (all: hllm models)
		--gpu 4090 --in requests.jsonl.gz --target 0|--target 0: expected 1 to 240 months
		--in requests.jsonl.gz|which hardware? expected --gpu NAME (hllm hardware lists them), --compare for all, or figures alone (--daily-requests or --api-monthly)
		--gpu 4090 --in requests.jsonl.gz --chart x.gif|--chart: x.gif: no such kind of picture; expected a name that ends in .svg, .png, .pdf or .txt, or - for the terminal
		--gpu 4090 --in requests.jsonl.gz --set life=36 --set life=24|--set life is given twice, expected each figure once
		--api-monthly 900 --capex 5 --monthly 3 --in requests.jsonl.gz|--in: expected either files or figures alone (--daily-requests, --api-monthly)
		--gpu 4090 --in requests.jsonl.gz --set api-monthly=5000|api-monthly: the bills and logs say what the API costs; expected it without them, as --api-monthly AMOUNT
		--gpu 4090 --plan a|--plan: the file has the work and the hardware, expected it without --gpu, --compare and --in
		--compare --in requests.jsonl.gz --monthly 30|--compare: monthly is said of one machine, and the others have their own; expected it with --gpu alone
		--compare --gpu 4090 --in requests.jsonl.gz --set busy-watts=300|--compare: busy-watts is said of one machine, and the others have their own; expected it with --gpu alone
		--gpu 4090 --in requests.jsonl.gz --tokens-per-second 5|--input-tokens, --output-tokens and --tokens-per-second: expected --daily-requests N beside them; of files, the files say it
		--gpu 4090 --in requests.jsonl.gz --set units=5|--set units: expected the number before the hardware, such as --gpu 5xrtx-4090
		--gpu 4090 --in requests.jsonl.gz --concurrency 0|--concurrency and --context: expected at least 1
		--plan a --lint b|--plan and --lint: expected one of the two
		rtx4090|unexpected "rtx4090": hardware is named by --gpu, a file by --in
	END
	expect 1 breakeven --gpu 4090 --in requests.jsonl.gz --period 2025-10
	err_is 'hllm: --period 2025-10: nothing is known of that time, expected one in 2026-10-01 to 2026-10-31'
	expect 1 breakeven --gpu 4090
	has err 'start with: hllm audit FILE'
}

@test "three scenarios of the example, and every number of the text in the JSON" {
	example
	COLUMNS=80 expect 0 breakeven --gpu rtx4090 --in requests.jsonl.gz --in openai-cost.csv
	golden breakeven/example.text80
	cp out text
	expect 0 breakeven --gpu rtx4090 --in requests.jsonl.gz --in openai-cost.csv --format json
	same "$(jq -r '.schema, (.scenarios[] | "\(.name) \(.workloads)")' out)" \
'hllm.breakeven/1
local 5
undecided 5
everything 6'
	python3 - <<-'END'
		import json, re
		text = open("text").read().split("\nhllm breakeven")[0]
		answer = json.load(open("out"))
		known = set()
		def walk(value):
		    if isinstance(value, dict):
		        for item in value.values():
		            walk(item)
		    elif isinstance(value, list):
		        for item in value:
		            walk(item)
		    elif isinstance(value, str):
		        known.update(x.replace(",", "") for x in re.findall(r"\d[\d,.]*\d|\d", value))
		        try:
		            walk(float(value))
		        except ValueError:
		            pass
		    elif isinstance(value, (int, float)) and not isinstance(value, bool):
		        for x in (value, value * 100):
		            for digits in range(5):
		                known.add(("%.*f" % (digits, x)).rstrip("0").rstrip(".") if digits else "%.0f" % x)
		                known.add("%.*f" % (digits, x))
		walk(answer)
		missing = [x for x in re.findall(r"\d[\d,]*(?:\.\d+)?", text)
		           if x.replace(",", "").lstrip("-") not in known and "-" + x.replace(",", "") not in known]
		allowed = {"80", "99", "100", "30"}  # "80 % OF CASES", "99 of 100", "30 days": words of the manual
		missing = [x for x in missing if x not in allowed]
		assert not missing, missing
	END
}

@test "a narrow screen says once which columns it has no room for" {
	example
	COLUMNS=60 expect 0 breakeven --gpu rtx4090 --in requests.jsonl.gz
	sed -n 's/^No room for \(.*\): .*/\1/p' out | sed 's/, /\n/g' | sort >left
	has left '80 % OF CASES'
	same "$(uniq -d left)" ''
}

@test "the ledger and the files it was made of give the same answer" {
	example
	expect 0 import requests.jsonl.gz openai-cost.csv
	expect 0 breakeven --gpu 4090 --format json
	jq 'del(.next)' out >ledger.json
	expect 0 breakeven --gpu "NVIDIA RTX 4090" --in requests.jsonl.gz --in openai-cost.csv --format json
	jq 'del(.next)' out >files.json
	diff ledger.json files.json
}

@test "an invoice without task names gets all three scenarios" {
	example
	expect 0 breakeven --gpu rtx4090 --in openai-cost.csv --format json
	same "$(jq '.scenarios | length' out)" 3
	same "$(jq -r '.scenarios[] | "\(.name) \(.workloads)"' out | xargs)" "local 0 undecided 1 everything 1"
	COLUMNS=80 expect 0 breakeven --gpu rtx4090 --in openai-cost.csv
	awk '{ gsub(/[\200-\277]/, "") } NR > 1 && /^[^ ].*  [^ ]/ && length > 80 && !/^hllm/' out >wide
	[ ! -s wide ]
}

@test "what does not fit is refused with the arithmetic" {
	example
	expect 0 breakeven --gpu rtx5090 --model llama3.1:70b --in requests.jsonl.gz --format json
	same "$(jq '[.scenarios[].workloads] | add' out)" 3 # embeddings have a model of their own
	jq -r '.moves[] | select(.name == "internal summarization").stays_because' out >why
	has why 'does not fit on rtx-5090: 42.51 GB of weights + '
	has why '32 GB can be used'
}

@test "figures alone: a model that does not fit is refused, not passed over" {
	expect 2 breakeven --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o \
		--gpu rtx4090 --model llama3.1:70b
	has err 'hllm: llama-3.1-70b in q4_k_m does not fit on rtx-4090: 42.51 GB of weights + '
	has err 'expected a smaller --model, --context or --concurrency'
}

@test "a machine that is drowned is busy nearly all the time, and its power says so" {
	# 2,000,000 tokens a day at 20 tokens/s are 27.78 hours, of which 24 are done
	stated --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o \
		--gpu rtx4090 --tokens-per-second 20
	python3 - <<-'END'
		import json
		answer = json.load(open("out"))
		given = {a["name"]: a["value"] for a in answer["assumptions"]}
		assert abs(given["busy-hours"] - 27.78 * 365 / 12) < 1, given["busy-hours"]
		busy = min(730, given["busy-hours"] * (1 - given["fallback"] - given["overflow"]))
		energy = (busy * given["busy-watts"] + (730 - busy) * given["idle-watts"]) / 1000 * given["electricity"]
		assert busy > 0.95 * 730, busy
		assert abs(energy - float(answer["local_monthly_cost"]["energy"]["amount"])) < 0.01
	END
	expect 0 breakeven --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o \
		--gpu rtx4090 --tokens-per-second 20
	has out 'of the work is not done in time: the API does it.'
	same "$(grep -c 'wait no longer than' out)" 0
}

@test "a plan that cannot carry the load says so first" {
	expect 0 breakeven --daily-requests 500 --input-tokens 10000 --output-tokens 300 --api-model gpt-4o \
		--gpu contabo-vps-40 --model mistral:7b --context 12000 --concurrency 1
	[[ $(head -1 out) == "Contabo Cloud VPS 40 12 vCPU/48 GB cannot carry the work: "*" hours of it a day, "*" units would be needed."* ]]
	# 2,000,000 tokens a day at 100 tokens/s are 5.56 hours
	stated --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o-mini \
		--capex 1600 --monthly 30 --tokens-per-second 100
	same "$(jq '.capacity.demand.work_hours_per_day * 100 | round' out)" 556
}

@test "what waits too long goes to the API, and more units take it" {
	example
	expect 0 breakeven --gpu m1 --in requests.jsonl.gz --format json --concurrency 1
	same "$(jq .capacity.overflow_share out)" 0
	expect 0 breakeven --gpu m1 --in requests.jsonl.gz --format json --concurrency 1 --max-wait 0
	[ "$(jq '.capacity.overflow_share > 0' out)" = true ]
	[ "$(jq '.capacity.units_needed > 1' out)" = true ]
	expect 0 breakeven --gpu m1 --in requests.jsonl.gz --max-wait 3600
	has out 'No request would wait longer than 3600 s.'
}

@test "--within: 3 when it has not paid for itself by then" {
	expect 0 breakeven --api-monthly 900 --capex 1000 --monthly 100 --within 2
	expect 3 breakeven --api-monthly 900 --capex 1000 --monthly 100 --within 1
	expect 3 breakeven --api-monthly 54 --capex 1600 --monthly 30 --within 100 # beyond its life
	expect 3 breakeven --api-monthly 30 --capex 1600 --monthly 30 --within 100
}

@test "--target: how much work, or what price, would do" {
	stated --daily-requests 5000 --input-tokens 800 --output-tokens 400 --api-model gpt-4o-mini \
		--capex 1600 --monthly 30 --target 24
	# 1600/24 + 30 = 96.67 a month, of 54 for 5,000
	same "$(jq '.target.requests_per_day | round' out)" 8951
	same "$(jq -r '.target.capex.amount' out)" 576.00
	expect 0 breakeven --api-monthly 50 --capex 100 --monthly 60 --target 12
	has out 'To break even in 12 months: 1.37 times the work of today; with the work of today not even free hardware would.'
}

@test "--compare ranks what the work fits on" {
	example
	expect 0 breakeven --compare --in requests.jsonl.gz --set engineer-rate=0 --format json
	[ "$(jq '.comparison | length' out)" -gt 40 ]
	[ "$(jq '[.comparison[] | select(.carries) | .npv.amount | tonumber] | . == (sort | reverse)' out)" = true ]
	# the first of them with a price that is verified is the plan, and alone it is as it is on the list
	local first
	first=$(jq -r '.plan.hardware' out)
	same "$(jq -r '[.comparison[] | select(.price_unverified | not)][0].hardware' out)" "$first"
	jq ".comparison[] | select(.hardware == \"$first\").break_even_months" out >listed
	expect 0 breakeven --gpu "$first" --in requests.jsonl.gz --set engineer-rate=0 --format json
	same "$(jq '.break_even_months.likely' out)" "$(cat listed)"
	# what is rented has no price, and its rent is what is not verified
	expect 0 breakeven --compare --in requests.jsonl.gz --set engineer-rate=0 --format json
	same "$(jq -r '.comparison[] | select(.hardware == "hetzner-cx53") | .capex, .capex_reason' out)" \
"null
it is rented: the rent is in the running cost"
}

@test "cheaper power or a dearer API never lengthens it" {
	example
	local last=0 months
	for price in 0.05 0.15 0.30 0.60 1.20; do
		expect 0 breakeven --gpu rtx4090 --in requests.jsonl.gz --set engineer-rate=0 \
			--set electricity=$price --format json
		months=$(jq '.break_even_months.likely // 1e9 | . * 1e4 | floor' out)
		[ "$months" -ge "$last" ]
		last=$months
	done
	[ "$last" -gt 0 ]
}

@test "assumptions, plans and models of hllm.conf" {
	example
	cat >hllm.conf <<-'END'
		assume { electricity = 0.31 engineer-rate = 0 review_hours = "0-1" }
		plan "node" {
			hardware = 2xrtx-4090
			parts = { "two cards: $3,200", "CPU: 600", "RAM: 250", "NVMe: 150", "the rest: 800" }
			model = "qwen2.5-32b"
			life = 36
		}
		workload "reply drafts" { local_model = "mistral:7b" }
	END
	expect 0 breakeven --config hllm.conf --gpu node --in requests.jsonl.gz --format json
	same "$(jq -r '.capex.likely.amount, .plan.units, .break_even_months.life_months' out | xargs)" "5000.00 2 36"
	same "$(jq -r '.assumptions[] | select(.name == "electricity") | "\(.value) \(.source)"' out)" "0.31 hllm.conf:1"
	same "$(jq -r '.moves[] | select(.name == "reply drafts" or .name == "embeddings" or
		.name == "internal summarization") | .model' out | sort | xargs)" "bge-m3 mistral-7b-v0.3 qwen2.5-32b"
	while IFS='|' read -r conf text; do
		echo "$conf" >bad.conf
		expect 1 breakeven --config bad.conf --gpu node --in requests.jsonl.gz
		err_is "hllm: bad.conf:1: $text"
	done <<-'END'
		assume { electricity = -1 }|assume: electricity: -1 is too small; expected 0 to 10 USD/kWh
		assume { life = { 12, 24 } }|assume: life: several values, expected one, or a range such as 0.2-0.4
		plan "node" { parts = { "a: 5" } }|plan "node": hardware is missing
		plan "node" { hardware = rtx4900 }|plan "node": there is no hardware "rtx4900", did you mean "rtx-4090"? (all: hllm hardware)
		plan "node" { hardware = 4090 parts = { "a card" } }|plan "node": "a card" has no price, expected a name and an amount such as "RAM 64 GB: 250"
	END
}

@test "a commitment is owed whatever moves, and the answer says so" {
	example
	echo 'commitment "all" { biller = openai monthly = 270 }' >owed.conf
	expect 0 breakeven --config owed.conf --gpu 4090 --in requests.jsonl.gz --in openai-cost.csv --format json
	python3 - <<-'END'
		import json
		answer = json.load(open("out"))
		given = {a["name"]: a["value"] for a in answer["assumptions"]}
		left = given["api-monthly"] + given["api-staying"] - 270
		assert 0 < left < 20, left
		assert abs(float(answer["api_monthly_avoided"]["likely"]["amount"]) - left) < 0.01
		assert abs(float(answer["scenarios"][0]["api_monthly_avoided"]["amount"]) - left) < 0.01
		assert any(n.startswith("$270.00 a month are owed whatever is used, ") for n in answer["notes"])
	END
}

@test "how busy it is may be said instead of worked out" {
	example
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --set utilization=50% --set fallback=0 --format json
	python3 - <<-'END'
		import json
		answer = json.load(open("out"))
		given = {a["name"]: a["value"] for a in answer["assumptions"]}
		energy = 365 * (given["busy-watts"] + given["idle-watts"]) / 1000 * given["electricity"]
		assert abs(energy - float(answer["local_monthly_cost"]["energy"]["amount"])) < 0.01, energy
	END
}

@test "the same command gives the same bytes" {
	example
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --format json
	cp out first
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --format json --threads 1
	cmp first out
}

@test "pictures: in the terminal, as files, and scripts" {
	example
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --set engineer-rate=0 --chart -
	has out 'pays off after'
	has out 'months from now'
	has out 'GeForce RTX 4090 pays for itself after 19.'
	# a reader that has gone is no failure, though there is more to write than one answer
	python3 - <<-'END'
		import os, subprocess
		reader, writer = os.pipe()
		os.close(reader)
		done = subprocess.run([os.environ.get("HLLM", "hllm"), "breakeven", "--gpu", "4090", "--in",
		                       "requests.jsonl.gz", "--chart", "-"], stdout=writer, stderr=subprocess.PIPE)
		assert (done.returncode, done.stderr) == (0, b""), done
	END
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --chart c.txt --emit-gnuplot scripts
	has c.txt 'API'
	same "$(cd scripts && echo *)" "breakeven-data.gp breakeven.gp tornado-data.gp tornado.gp"
	command -v gnuplot >/dev/null || skip "no gnuplot"
	expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --chart c.svg
	python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("c.svg")'
}

@test "every table as csv" {
	example
	for table in scenarios plan moves capacity local_monthly_cost cash_flow sensitivity assumptions; do
		expect 0 breakeven --gpu 4090 --in requests.jsonl.gz --format csv --table $table
		[ "$(wc -l <out)" -ge 2 ]
	done
}

# The traps of the field's calculators that no single formula shows; (a), (b), (d), (f), (i) and (j) are
# tests of the cash flow, (c) of the lint.

@test "trap (e): the same open model from an API is priced beside the frontier price" {
	example
	expect 0 breakeven --gpu 4090 --model llama3.1:8b --in requests.jsonl.gz --format json
	python3 - "$TESTDIR/../data/prices.csv" <<-'END'
		import csv, gzip, json, sys
		answer = json.load(open("out"))
		rows = [r for r in csv.reader(l for l in open(sys.argv[1]) if not l.startswith("#"))]
		price = {r[8]: float(r[9]) for r in rows
		         if r[0] == "groq" and r[1] == "llama-3.1-8b-instant" and r[4] == "standard" and not r[3]}
		wanted = "reply drafts"
		tokens = [0, 0]
		for line in gzip.open("requests.jsonl.gz", "rt"):
		    try:
		        r = json.loads(line)
		    except ValueError:
		        continue
		    if r.get("task_type") == wanted and isinstance(r.get("tokens_in"), int):
		        tokens[0] += r["tokens_in"]
		        tokens[1] += r.get("tokens_out") or 0
		month = (tokens[0] * price["uncached_input"] + tokens[1] * price["output"]) / 1e6 * 30 / 31
		move = next(m for m in answer["moves"] if m["name"] == wanted)
		assert move["hosted_by"] == "groq", move
		assert abs(float(move["hosted_monthly"]["amount"]) - month) < 0.006, (move, month)
	END
	expect 0 breakeven --gpu 4090 --model llama3.1:8b --in requests.jsonl.gz
	has out 'The same open models from an API: '
}

# one_day FILE MINUTES N - N requests a minute in each of the first MINUTES of two weeks of days.
two_weeks()
{
	python3 - "$@" <<-'END'
		import json, sys
		name, minutes, n, cached = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
		with open(name, "w") as out:
		    for day in range(1, 15):
		        for minute in range(minutes):
		            for i in range(n):
		                out.write(json.dumps({"timestamp": "2026-10-%02dT%02d:%02d:%02dZ" % (
		                    day, minute // 60, minute % 60, i * 59 // n), "id": "%d-%d-%d" % (day, minute, i),
		                    "model": "gpt-4o", "task": "summarization", "input_tokens": 2000,
		                    "cached_tokens": cached, "output_tokens": 200}) + "\n")
	END
}

@test "trap (g): the speed of one stream is no capacity: the minutes decide" {
	two_weeks even.jsonl 1440 1 0
	two_weeks burst.jsonl 24 60 0 # as many a day, all within 24 minutes
	for file in even burst; do
		expect 0 breakeven --gpu rtx-3060-12 --model llama3.1:8b --context 2300 --concurrency 1 \
			--in $file.jsonl --format json
		jq '.capacity | [.demand.work_hours_per_day, .peak.wait_s, .demand.requests_per_day]' out >$file.capacity
		same "$(jq '.capacity.demand.requests_per_day' out)" 1440
	done
	python3 - <<-'END'
		import json
		even, burst = json.load(open("even.capacity")), json.load(open("burst.capacity"))
		assert abs(even[0] - burst[0]) < 1e-6 * even[0]  # the same work
		assert even[1] < 60 < 600 < burst[1], (even, burst)  # and quite another wait
	END
}

@test "trap (h): the cache discount of the API counts on the API's side" {
	two_weeks plain.jsonl 60 2 0
	two_weeks cached.jsonl 60 2 1500
	for file in plain cached; do
		expect 0 breakeven --gpu 4090 --in $file.jsonl --format json
		jq -r '.scenarios[-1].api_monthly.likely.amount' out >$file.cost
	done
	# 120 requests a day: 2,000 at 2.50; or 500 at 2.50 and 1,500 at 1.25; and 200 at 10.00
	same "$(cat plain.cost cached.cost | xargs)" "25.20 18.45"
}

@test "a machine that is hopelessly slow: what the API does anyway cannot overflow as well" {
	expect 0 breakeven --daily-requests 5000000 --input-tokens 1000 --output-tokens 500 \
		--gpu contabo-vps-40 --api-model gpt-4o --model mistral:7b --format json
	same "$(jq '.capacity.overflow_share > 0.97' out)" true
	# not said, it is cut; said, it is a contradiction
	expect 2 breakeven --daily-requests 50 --input-tokens 1000 --output-tokens 500 \
		--gpu contabo-vps-40 --api-model gpt-4o --model mistral:7b --set overflow=0.98
	has err 'more than all of the work'
}

@test "a reader that has seen enough is no error, with a picture neither" {
	example
	"$HLLM" breakeven --gpu 4090 --in requests.jsonl.gz --chart - 2>err | true
	status=${PIPESTATUS[0]}
	[ "$status" = 0 ]
	[ ! -s err ]
}

# requests FILE N FORMAT... - a log of N requests; awk's i counts them.
requests()
{
	awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf("{\"task_type\":\"%s\",\"model\":\"gpt-4o\",\"tokens_in\":%s,\"tokens_out\":%s,\"timestamp\":\"%d-%02d-%02dT12:00:00Z\",\"request_id\":\"r%d\"}\n", '"$3"', i) }' >"$1"
}

@test "prompts longer than any model takes stay" {
	requests long.jsonl 300 '"chat", "1000000000000", "1000000000000", 2026, 10, 1 + i % 30'
	expect 0 breakeven --gpu 4090 --in long.jsonl --format json
	has out 'has nothing to do: no workload would move'
	has out 'takes at most 131,072 tokens of context, not 68,719,476,736'
}

@test "a log of twenty years: capacity is that of its end" {
	requests old.jsonl 2400 '"chat", 800, 200, 2006 + i % 20, 1 + int(i / 20) % 12, 1 + i % 28'
	expect 0 breakeven --gpu 4090 --in old.jsonl --format json
	same "$(jq '.scenarios[2].workloads' out)" 1
	same "$(jq -r '.capacity.demand | "\(.requests_per_day) \(.source)"' out)" '0.3 Each minute was counted'
	same "$(jq '.capacity.peak.hour > "2015-12"' out)" true
}

@test "no line of a table is longer than the screen is wide" {
	example
	for COLUMNS in 40 48 60 72 80 100 132; do
		export COLUMNS
		for args in "--compare" "--gpu 4090 --explain" "--gpu 4090 --set engineer-rate=0"; do
			# shellcheck disable=SC2086
			expect 0 breakeven --in requests.jsonl.gz $args
			# lines of tables are what has columns; sentences are folded by the terminal
			awk -v w="$COLUMNS" '{ l = $0; gsub(/[\200-\277]/, "", l) } /^[^ ].*[^.:]  / && !/^hllm/ && !/[.;:]$/ && length(l) > w' out >wide
			[ ! -s wide ] || {
				echo "$COLUMNS columns, $args:"
				cat wide
				return 1
			}
		done
		expect 0 models llama3.1:8b --on 4090
		grep -A2 '^TOKENS' out | awk -v w="$COLUMNS" '{ gsub(/[\200-\277]/, "") } length > w' >wide
		[ ! -s wide ]
	done
}

@test "prices that go by the hour, or change within a month, cost what they cost in the audit" {
	# five weeks over a change of prices, a request each ten minutes, no two of one size
	awk 'BEGIN {
		for (i = 0; i < 5040; i++)
			printf("{\"task_type\":\"%s\",\"model\":\"%s\",\"tokens_in\":%d,\"tokens_out\":%d,\"timestamp\":%d,\"request_id\":\"r%d\"}\n",
				i % 3 ? "chat" : "tagging", i % 5 ? "deepseek-chat" : "gpt-4o", 90000 + i * 37 % 5003,
				2000 + i * 53 % 889, 1755475200 + i * 600, i)
	}' >log.jsonl
	expect 0 import --ledger l.db log.jsonl
	for period in 2025-08-20..2025-09-20 2025-08 2025-09-04..2025-09-08; do
		expect 0 audit --ledger l.db --period $period --format json
		jq -r '.workloads | sort_by(.name)[] | "\(.name) \(.monthly_cost.amount | tonumber * 100 | round)"' out >audited
		expect 0 breakeven --ledger l.db --period $period --gpu 4090 --format json
		jq -r '.moves | sort_by(.name)[] | "\(.name) \(.api_monthly.likely.amount | tonumber * 100 | round)"' out >moved
		same "$(cat moved)" "$(cat audited)"
		same "$(wc -l <moved)" 2
	done
}

@test "requests without a time are work beside those that have one" {
	requests timed.jsonl 900 '"chat", 800, 200, 2026, 10, 1 + i % 30'
	expect 0 breakeven --gpu 4090 --in timed.jsonl --format json
	same "$(jq -r '.capacity.demand | "\(.requests_per_day) \(.source)"' out)" '30 Each minute was counted'
	awk 'NR % 3 == 0 { sub(/"timestamp":"[^"]*",/, "") } 1' timed.jsonl >mixed.jsonl
	expect 0 breakeven --gpu 4090 --in mixed.jsonl --format json
	# 20 a day at their minutes, and 10 as they come: 300 of them, give or take twice the root of that
	same "$(jq -r '.capacity.demand | "\(.requests_per_day > 28.8 and .requests_per_day < 31.2) \(.source)"' out)" \
		'true Half hours or buckets were counted, and spread over their minutes'
}

@test "a purchase beside the work of a bill is nothing that moving avoids, and an unknown load is told first" {
	cp "$TESTDIR/data/samples/focus-1.2.csv" .
	expect 0 breakeven --gpu 4090 --days 30 --in focus-1.2.csv --format json
	same "$(jq -r '.scenarios[-1].api_monthly.likely.amount' out)" 0.40
	same "$(jq -r '[.moves[].billed_without_a_model.amount | tonumber] | add' out)" 199995
	cat >bill.csv <<-'END'
		date,model,cost,currency,project
		2026-10-01,gpt-4o,900.00,USD,chat
		2026-10-30,gpt-4o,900.00,USD,chat
	END
	expect 0 breakeven --gpu 4090 --in bill.csv
	[[ $(head -1 out) == 'Whether it carries the work is not known; if it does, GeForce RTX 4090 '* ]]
}

@test "data of whole days: no hour is the busiest, and no context is shorter than the mean of a request" {
	echo start_time,end_time,start_time_iso,end_time_iso,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens,num_model_requests,project_id,user_id,api_key_id,model,batch,service_tier >usage.csv
	for project in long:10000 short:1000; do
		echo "1785542400,1785628800,2026-08-01T00:00:00+00:00,2026-08-02T00:00:00+00:00,${project#*:}000,498000,0,0,0,1000,${project%:*},,,gpt-4o-2024-08-06,False,default"
	done >>usage.csv
	expect 0 breakeven --gpu rtx4090 --in usage.csv
	has out 'not known for 2 workloads: 4,096 to 10,498 tokens were assumed, never less than the mean of a request and its answer (--context N).'
	lacks out 'busiest'
	has out 'Only days or other long buckets were counted'
	expect 0 breakeven --gpu rtx4090 --in usage.csv --format json
	same "$(jq -c '.capacity.peak | [.hour, .hour_reason]' out)" '[null,"only days are known, no hours"]'
	same "$(jq -c '[.moves[] | {(.name): .context}] | add' out)" '{"long":10498,"short":4096}'
}
