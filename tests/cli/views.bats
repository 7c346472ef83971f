#!/usr/bin/env bats
# The ledger's views, with the program sqlite3: what they say is what hllm says,
# whatever was imported and taken back in which order, or they say nothing.

load lib

SAMPLES=$TESTDIR/data/samples
EXAMPLES=$HLLM_DATA_DIR/examples

# views ARGUMENT... - views.py finds nothing wrong.
views()
{
	python3 "$TESTDIR/data/views.py" "$@" >&2
}

# query LEDGER SQL
query()
{
	sqlite3 -readonly "$1" "$2"
}

# line ID TIME [MORE] - a request.
line()
{
	echo '{"id":"'"$1"'","timestamp":"'"$2"'","provider":"openai","model":"gpt-4o","prompt_tokens":1000,"completion_tokens":10'"${3-}"'}'
}

bill()
{
	cat <<-'EOF2'
	start_time,start_time_iso,end_time,end_time_iso,amount_value,amount_currency,line_item,project_id,project_name,organization_id,organization_name,user_id,user_email
	EOF2
	printf '%s,,%s,,%s,usd,,p,north,o,o,,\n' "$(date -ud "$1" +%s)" "$(date -ud "$2" +%s)" "$3"
}

@test "they are the audit's and the export's: the example, all samples together, one after another and back" {
	expect 0 import --ledger example.db "$EXAMPLES/requests.jsonl.gz" "$EXAMPLES/openai-cost.csv"
	views same example.db 2026-10
	same "$(query example.db 'SELECT month, currency, spend FROM usage_by_month')" '2026-10|USD|290.15017944'
	local samples=()
	for file in "$SAMPLES"/*; do
		[ "${file##*/}" = EXPECTED.json ] || samples+=("$file")
	done
	expect 0 import --ledger one.db "${samples[@]}"
	views same one.db 2026-10
	# bills, usage exports and logs of the same days, in three imports, and each of them taken back
	expect 0 import --ledger some.db "$SAMPLES"/openai-c*
	expect 0 import --ledger some.db "$SAMPLES"/openai-[!c]* "$SAMPLES"/litellm*
	expect 0 audit --ledger some.db "$EXAMPLES/requests.jsonl.gz"
	views same some.db 2026-10
	for import in 1 3 2; do
		expect 0 imports --undo "$import" --ledger some.db
		[ "$import" = 2 ] || views same some.db
	done
	views empty some.db
	same "$(query some.db 'SELECT state, rows FROM cells_state')" 'current|0'
	same "$(query some.db 'SELECT count(*) FROM cell_key')" 0
}

@test "a month is made anew when another month's file changes it" {
	# the same request in two months counts in one: that of the file that came first is not in the second file's
	line x 2026-03-05T10:00:00Z >march.jsonl
	{ line x 2026-01-05T10:00:00Z; line y 2026-01-06T10:00:00Z; } >january.jsonl
	expect 0 import --ledger twice.db march.jsonl
	expect 0 import --ledger twice.db january.jsonl
	views same twice.db 2026-01 2026-03
	same "$(query twice.db 'SELECT sum(requests) FROM usage')" 2
	expect 0 imports --undo 1 --ledger twice.db
	views same twice.db
	expect 0 import --ledger twice.db march.jsonl
	views same twice.db 2026-01 2026-03
	# a bill of seventy days decides what a log of its last month costs
	line z 2026-05-20T10:00:00Z >may.jsonl
	bill 2026-03-20 2026-05-29 12.5 >bill.csv
	expect 0 import --ledger long.db may.jsonl
	same "$(query long.db 'SELECT month, spend FROM usage_by_month')" '2026-05|0.0026'
	expect 0 import --ledger long.db bill.csv
	views same long.db 2026-03 2026-05
	same "$(query long.db 'SELECT month, spend FROM usage_by_month')" $'2026-03|12.5\n2026-05|0'
	expect 0 imports --undo 2 --ledger long.db
	views same long.db
	same "$(query long.db 'SELECT month, spend FROM usage_by_month')" '2026-05|0.0026'
	# and the other way round: the log comes later
	expect 0 import --ledger late.db bill.csv
	expect 0 import --ledger late.db may.jsonl
	views same late.db 2026-03 2026-05
	same "$(query late.db 'SELECT month, spend FROM usage_by_month')" $'2026-03|12.5\n2026-05|0'
}

@test "days and months are those of the time zone of hllm.conf, and of it alone" {
	{ line a 2026-10-01T03:00:00Z; line b 2026-10-31T23:59:59Z; line c 2026-11-01T06:59:59Z
		line d 2026-11-01T07:00:00Z; line e 2026-11-02T09:00:00Z; } >log.jsonl
	bill 2026-10-31 2026-11-01 3 >bill.csv
	echo 'settings { timezone = America/Los_Angeles }' >west.conf
	export VIEWS_CONF=west.conf
	expect 0 import --ledger west.db --config west.conf log.jsonl bill.csv
	views same west.db 2026-09 2026-10 2026-11
	# the bill is of a day of UTC: at 23:59 in California that is over
	same "$(query west.db 'SELECT month, requests, spend FROM usage_by_month')" \
		$'2026-09|1|0.0026\n2026-10|2|3.0026\n2026-11|2|0.0052'
	same "$(query west.db "SELECT day, start, requests FROM usage WHERE origin <> 'bill'")" \
"2026-09-30|2026-09-30T07:00:00Z|1
2026-10-31|2026-10-31T07:00:00Z|1
2026-10-31|2026-10-31T07:00:00Z|1
2026-11-01|2026-11-01T07:00:00Z|1
2026-11-02|2026-11-02T08:00:00Z|1"
	line f 2026-11-01T06:00:00Z >more.jsonl
	expect 0 import --ledger west.db --config west.conf --tz Asia/Tokyo more.jsonl
	views same west.db 2026-10 2026-11
	same "$(query west.db "SELECT sum(requests) FROM usage WHERE day = '2026-10-31' AND origin <> 'bill'")" 3
	# as soon as it is changed, an import makes all of them anew
	echo 'settings { timezone = Asia/Kolkata }' >west.conf
	line g 2026-12-31T19:00:00Z >new-year.jsonl
	expect 0 import --ledger west.db --config west.conf new-year.jsonl
	views same west.db 2026-10 2026-11 2027-01
	same "$(query west.db 'SELECT zone FROM cells_state')" Asia/Kolkata
}

@test "prices and hllm.conf of now: by the next import, or by export --refresh" {
	{ line a 2026-10-01T03:00:00Z ',"task":"chat"'; line b 2026-11-01T03:00:00Z ',"task":"chat"'; } >log.jsonl
	expect 0 import --ledger l.db log.jsonl
	expect 0 export --ledger l.db
	lacks out refresh
	mkdir -p .config/hllm
	sed -n '/^provider,/p; /^openai,gpt-4o,/s/,2\.5,/,5,/p' "$HLLM_DATA_DIR/prices.csv" >.config/hllm/prices.csv
	# as they were, which was true
	same "$(query l.db 'SELECT DISTINCT list_cost FROM usage')" 0.0026
	expect 0 export --ledger l.db
	has out "not of the prices and hllm.conf of now; to make them anew: hllm export --refresh"
	expect 0 export --ledger l.db --refresh
	has out 'made anew: 2 rows of usage'
	views same l.db
	same "$(query l.db 'SELECT DISTINCT list_cost FROM usage')" 0.0051
	echo 'workload "front desk" { task = chat }' >.config/hllm/hllm.conf
	expect 0 export --ledger l.db --format csv --refresh
	lacks out 'made anew'
	views same l.db
	same "$(query l.db 'SELECT workload, spend FROM workloads')" 'front desk|0.0102'
	# the very same files again, too; and --prices is a question, which changes nothing
	rm .config/hllm/prices.csv
	expect 0 import --ledger l.db log.jsonl
	same "$(query l.db 'SELECT workload, spend FROM workloads')" 'front desk|0.0052'
	sed -n '/^provider,/p; /^openai,gpt-4o,/s/,2\.5,/,7,/p' "$HLLM_DATA_DIR/prices.csv" >seven.csv
	line c 2026-11-02T03:00:00Z ',"task":"chat"' >more.jsonl
	expect 0 audit --ledger l.db --prices seven.csv more.jsonl
	views same l.db
	same "$(query l.db 'SELECT workload, spend FROM workloads')" 'front desk|0.0078'
	expect 2 export --ledger l.db --refresh --prices seven.csv
	has err 'hllm: --refresh: the views have your own prices, not those of --prices seven.csv'
	expect 2 export --ledger l.db --refresh --in log.jsonl
	has err 'hllm: --refresh: is of the ledger, and does not go with --in log.jsonl'
	expect 1 export --ledger none.db --refresh
	has err 'no ledger yet'
	[ ! -e none.db ]
}

@test "what cannot be made is not there, and said to be stale, until it is mended" {
	line a 2026-10-01T03:00:00Z >a.jsonl
	line b 2026-10-02T03:00:00Z >b.jsonl
	expect 0 import --ledger l.db a.jsonl
	mkdir -p .config/hllm
	echo 'no, prices' >.config/hllm/prices.csv
	expect 0 import --ledger l.db b.jsonl
	has err "hllm: the ledger's views for SQL stay empty: $HOME/.config/hllm/prices.csv"
	has err 'hllm export --refresh'
	views empty l.db
	same "$(query l.db 'SELECT state, stale_months FROM cells_state')" 'stale|1'
	same "$(query l.db 'SELECT count(*) FROM imports')" 2
	expect 1 export --ledger l.db --refresh
	views empty l.db
	expect 0 imports --undo 1 --ledger l.db
	views empty l.db
	rm .config/hllm/prices.csv
	expect 0 export --ledger l.db --refresh
	views same l.db
	# another program that leaves a month stale, as a killed one would if it could
	sqlite3 l.db 'INSERT INTO stale VALUES (24321)'
	views empty l.db
	expect 0 export --ledger l.db
	has out 'hllm export --refresh'
	expect 0 import --ledger l.db a.jsonl
	views same l.db
	# rows are damaged: nothing is believed, and nothing that was true before is thrown away
	cp l.db bad.db
	sqlite3 bad.db "UPDATE series SET slots = x'ffffff'"
	expect 1 export --ledger bad.db --refresh
	has err 'a damaged ledger'
	same "$(sqlite3 bad.db 'SELECT * FROM cell' | sha256sum)" "$(sqlite3 l.db 'SELECT * FROM cell' | sha256sum)"
	# what is rescued out of it has them, too
	line c 2026-11-02T03:00:00Z >c.jsonl
	expect 0 import --ledger l.db c.jsonl
	cp l.db bad.db
	sqlite3 bad.db "UPDATE page SET entries = x'00' WHERE source = (SELECT max(id) FROM source)"
	expect 0 imports --rescue bad.db --ledger saved.db
	has out c.jsonl
	views same saved.db
	same "$(query saved.db 'SELECT sum(requests) FROM usage')" 2
	# refreshing changes nothing but the time when, in a ledger that is current
	cp l.db again.db
	expect 0 export --ledger again.db --refresh --as-of 2027-01-01
	diff <(sqlite3 l.db .dump | grep -v cells_made) <(sqlite3 again.db .dump | grep -v cells_made)
}

@test "many users, projects and workloads do not blow it up, and totals stay" {
	python3 - >log.jsonl <<-'EOF2'
	import json
	for i in range(6000):
	    print(json.dumps({"timestamp": "2026-10-%02dT10:00:00Z" % (i % 28 + 1), "provider": "openai",
	                      "model": "gpt-4o", "prompt_tokens": i, "completion_tokens": 7, "task": "t%d" % (i % 5),
	                      "project": "p%d" % (i % 400), "user": "u%d" % i, "id": "r%d" % i}))
	EOF2
	expect 0 import --ledger l.db log.jsonl
	same "$(query l.db 'SELECT many, rows < 31000 FROM cells_state')" 'user|1'
	same "$(query l.db 'SELECT sum(requests), sum(uncached_input_tokens), count(DISTINCT project), count(DISTINCT workload) FROM usage')" \
		"6000|17997000|400|5"
	expect 0 audit --ledger l.db --format json
	same "$(query l.db 'SELECT list_cost FROM usage_by_month')" "$(jq -r .totals.list_cost.amount out)"
	# names of workloads go last
	sed 's/"p\([0-9]*\)", "user": "u\([0-9]*\)"/"p\2", "user": "u\2"/' log.jsonl >projects.jsonl
	expect 0 import --ledger p.db projects.jsonl
	same "$(query p.db 'SELECT many, rows FROM cells_state')" 'project user|140'
	same "$(query p.db 'SELECT count(*), sum(requests), group_concat(workload) FROM workloads')" '5|6000|t0,t1,t2,t3,t4'
	sed 's/"task": "[^"]*", //' projects.jsonl >names.jsonl
	expect 0 import --ledger n.db names.jsonl
	same "$(query n.db 'SELECT many, rows FROM cells_state')" 'project user|28'
	same "$(query n.db 'SELECT workload, requests FROM workloads')" '(many)|6000'
	# no user, by name
	run grep -c '"u[0-9]' <(sqlite3 l.db .dump | tr "'" '"')
	same "$output" 0
}

@test "hllm-ledger(5) has every view with every column, and its queries give what they should" {
	page=$TESTDIR/../man/hllm-ledger.5
	[ -e "$page" ] || skip 'no manual here'
	expect 0 import --ledger example.db "$EXAMPLES/requests.jsonl.gz" "$EXAMPLES/openai-cost.csv"
	expect 0 probe --ledger example.db --import "$SAMPLES/llama-bench.json"
	# cell_rows is what the others are made of
	query example.db "SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT IN ('cell_rows', 'models_by_month',
		'workloads_by_month') ORDER BY name" >views
	sed -n '/^\.Sh WHAT EACH/,/^\.Sh EXAMPLES/s/^\.Ss //p' "$page" | sort | diff -u views -
	expect 0 export --ledger example.db --format csv
	head -1 out | tr , '\n' | sort >exported
	while read -r view; do
		query example.db "SELECT name FROM pragma_table_info('$view')" | sort >has
		sed -n "/^\.Sh WHAT EACH/,/^\.Sh EXAMPLES/{/^\.Ss $view\$/,/^\.\(Ss\|Sh\)/s/^\.It Va //p;}" "$page" |
			tr -d ' ' | tr , '\n' | sort >said
		case $view in
		usage) sort -u exported said >all ;;
		models) # as usage_by_month, by other words
			query example.db "SELECT name FROM pragma_table_info('usage_by_month') WHERE name <> 'month'
				UNION ALL VALUES ('biller'), ('model')" | sort >all ;;
		probe_runs) # a quantity and a figure make a name
			awk '!/_$/ { print } /_$/ { for (i = split("n p50 p90 p99 mean cov", of, " "); i; i--) print $0 of[i] }' said |
				sort >all ;;
		*) cp said all ;;
		esac
		diff -u --label "$view: described" all --label "$view: is" has
	done <views
	for view in models workloads; do
		same "$(query example.db "SELECT name FROM pragma_table_info('${view}_by_month')")" \
			"$(echo month; query example.db "SELECT name FROM pragma_table_info('$view')")"
	done
	python3 - "$page" >queries <<-'EOF2'
	import re, subprocess, sys
	for text in re.findall(r"\.Bd -literal -offset indent\n(SELECT.*?)\.Ed", open(sys.argv[1]).read(), re.S):
	    print(subprocess.run(["sqlite3", "-readonly", "example.db", text], capture_output=True, text=True, check=True).stdout)
	EOF2
	same "$(cat queries)" "2026-10|290.15017944|USD

gpt-4o-2024-08-06|16570|243.2142125|USD
gpt-4.1-2025-04-14||40.439016|USD
gpt-5-mini-2025-08-07|1993|5.4333577|USD

Example app|USD|10421080750|0

internal summarization|8712|452|26.31
structured extraction|3914|336|12.49
document classification|2548|12|6.50

1|request-log|1

current|0|UTC"
	# probes are as hllm prints them
	expect 0 probe --ledger example.db --show 1 --format json
	same "$(query example.db 'SELECT run, concurrency, requests, prefill_tokens_per_second_mean, decode_tokens_per_second_mean
		FROM probe_runs ORDER BY run')" "$(jq -r '.runs | to_entries[] | [.key + 1, .value.concurrency, .value.requests,
		.value.prefill_tokens_per_second.mean, .value.decode_tokens_per_second.mean] | join("|")' out)"
	same "$(query example.db 'SELECT label, hardware, model, runs FROM probes')" \
		'imported|NVIDIA GeForce RTX 4090|qwen3-32b-q4_k_m.gguf|2'
}
