#!/usr/bin/env bats
# A word that is none of some names gets the nearest of them, wherever one is typed; nothing is done on the guess.

load lib

setup_file()
{
	export LEDGER=$BATS_FILE_TMPDIR/ledger.db
	cd "$BATS_FILE_TMPDIR" || return
	cat >log.jsonl <<-'END'
		{"timestamp":"2026-10-01T00:10:00Z","request_id":"a","task":"summaries","model":"gpt-4o","tokens_in":1000,"tokens_out":10}
		{"timestamp":"2026-10-02T23:10:00Z","request_id":"b","task":"triage","model":"gpt-4o-mini","tokens_in":1000,"tokens_out":10}
	END
	HOME=$PWD "$HLLM" import --quiet --ledger "$LEDGER" log.jsonl >/dev/null
}

# Status, arguments, all of stderr.
@test "of commands, options, values and names, with letters that changed places, are missing or too many" {
	local n=0
	printf 'when,what,in,out\n2026-10-01,gpt-4o,3,4\n' >own.csv
	printf 'model,kind,price,unit,service_tier\nm,ouptut,1,1M tokens,\n' >kind.csv
	printf 'model,kind,price,unit,service_tier\nm,output,1,1M tokens,bacth\n' >tier.csv
	while IFS='|' read -r want args text; do
		# shellcheck disable=SC2086
		expect "$want" $args
		err_is "hllm: $text"
		out_is ''
		n=$((n + 1))
	done <<-END
		2|audti own.csv|unknown command 'audti', did you mean 'audit'? (see 'hllm --help')
		2|break|unknown command 'break', did you mean 'breakeven'? (see 'hllm --help')
		2|help reprot|unknown command 'reprot', did you mean 'report'? (see 'hllm --help')
		2|audit --leger x|unknown option --leger, did you mean --ledger? (see 'hllm audit --help')
		2|report --per 2026-10|unknown option --per, did you mean --period? (see 'hllm report --help')
		2|audit --format jsn|--format jsn: no such value, did you mean "json"? (see 'hllm audit --help')
		2|audit --by taks|--by taks: no such value, did you mean "task"? (see 'hllm audit --help')
		2|check --fail-on hrad|--fail-on hrad: no such value, did you mean "hard"? (see 'hllm check --help')
		2|audit --color nevre|--color nevre: no such value, did you mean "never"? (see 'hllm audit --help')
		2|decide --ledger $LEDGER sumaries|there is no workload "sumaries", did you mean "summaries"?
		2|workloads --ledger $LEDGER traige|there is no workload "traige", did you mean "triage"?
		2|decide --ledger $LEDGER zzzzzz|there is no workload "zzzzzz"; see: hllm workloads
		2|why --ledger $LEDGER totla|why: no row "totla" in the audit, did you mean "total"?
		2|why --ledger $LEDGER gpt4o-mini|why: no row "gpt4o-mini" in the audit, did you mean "gpt-4o-mini"?
		2|why --ledger $LEDGER total spned|why: no column "spned", did you mean "spend"?
		2|why --ledger $LEDGER triage CALS/DAY|why: no column "CALS/DAY", did you mean "CALLS/DAY"?
		2|hardware rtx4900|there is no hardware "rtx4900", did you mean "rtx-4090"? (all: hllm hardware)
		2|models lama3.1:8b|there is no model "lama3.1:8b", did you mean "llama-3.1-8b"? (all: hllm models)
		2|models llama3.1:8b --on rtx4090 --quant q4_km|"q4_km" is no way of writing weights that is known here, did you mean "q4_k_m"?
		1|prices show gtp-4o|gtp-4o: no price has this name, did you mean gpt-4o?
		1|prices show gpt-4oo|gpt-4oo: no price has this name, did you mean gpt-4o, gpt-4 or gpt-4.1?
		2|prices show gpt-4o --provider opnai|--provider opnai: nobody of that name sells a model, did you mean "openai"?
		2|prices shwo gpt-4o|prices shwo: no such command, did you mean "show"?
		2|prices add m --input-price 1 --tier bacth|--tier bacth: no such value, did you mean "batch"? (see 'hllm prices --help')
		1|audit --no-save own.csv --prices kind.csv|kind.csv:2: kind: "ouptut", did you mean "output"?
		1|audit --no-save own.csv --prices tier.csv|tier.csv:2: service_tier: "bacth", did you mean "batch"?
		2|policies shwo default|policies shwo: no such command, did you mean "show"?
		2|policies show defualt|no policy "defualt", did you mean "default"?
		2|decide --ledger $LEDGER --policy two-teir|no policy "two-teir", did you mean "two-tier"?
		1|decide --ledger $LEDGER --set min_cals_per_day=3|--set: policy default has no parameter "min_cals_per_day", did you mean "min_calls_per_day"?
		1|decide --ledger $LEDGER --policy all --set min_cals_per_day=3|--set min_cals_per_day=3: no policy has such a parameter, did you mean "min_calls_per_day"?
		2|breakeven --ledger $LEDGER --gpu rtx4090 --set electrictiy=1|--set "electrictiy" is not an assumption, did you mean "electricity"?
		2|audit --ledger $LEDGER --format csv --table workloda|--table workloda: no such table, did you mean "workloads"?
		2|chart modles|chart: there is no chart "modles", did you mean "models"?
		2|audit --no-save --input-format opnai-costs own.csv|--input-format opnai-costs: no such format, did you mean "openai-costs"?
		2|audit --no-save --map modle=what own.csv|--map: no meaning "modle", did you mean "model"?
		1|audit --no-save --map model=waht,input=in,output=out own.csv|own.csv: no column "waht", which --map says is model, did you mean "what"?
		2|audit --ledger $LEDGER --period lsat|--period lsat: not a period, did you mean "last"?
		2|audit --ledger $LEDGER --tz Europe/Berln|--tz Europe/Berln: no such time zone, did you mean "Europe/Berlin"?
		2|audit --ledger $LEDGER --tz berlin|--tz berlin: no such time zone, did you mean "Europe/Berlin"?
		2|audit --ledger $LEDGER --tz Mars|--tz Mars: no such time zone, expected a name such as Europe/Berlin or UTC
	END
	same "$n" 41
}

@test "of what stands in hllm.conf: sections, keys, values, alerts, findings, assumptions" {
	local n=0
	while IFS='|' read -r conf args text; do
		printf '%b\n' "$conf" >h.conf
		# shellcheck disable=SC2086
		expect 1 $args --ledger "$LEDGER" --config h.conf
		err_is "hllm: h.conf:$text"
		n=$((n + 1))
	done <<-'END'
		setings {\n}|audit|1: no section "setings", did you mean "settings"?
		settings {\n polcy = tree\n}|audit|2: settings has no key "polcy", did you mean "policy"?
		settings { policy = tere }|decide|1: settings: no policy "tere", did you mean "tree"?
		limit "l" { measure = eror_rate above = 1 }|check|1: limit "l": measure is "eror_rate", did you mean "error_rate"?
		check { flips = on }|check|1: check: flips is "on", did you mean "no"?
		finding "duplicate" { silence = yes }|audit|1: finding "duplicate": there is no such finding, did you mean "duplicates"?
		assume { electrictiy = 0.3 }|breakeven --gpu rtx4090|1: assume has no key "electrictiy", did you mean "electricity"?
	END
	same "$n" 7
}

@test "a number with a comma is told how it is written" {
	printf 'discount "d" { provider = openai percent = "0,5" }\n' >h.conf
	while IFS='|' read -r want args text; do
		# shellcheck disable=SC2086
		expect "$want" $args
		has err "$text"
		[ "$(wc -l <err)" = 1 ]
	done <<-END
		2|breakeven --ledger $LEDGER --gpu rtx4090 --set electricity=0,38|expected a number (USD/kWh), or a range such as 2-5; with a point it is 0.38
		2|breakeven --ledger $LEDGER --gpu rtx4090 --electricity 0,38|; with a point it is 0.38
		2|audit --no-save --tolerance 1,50 x|--tolerance 1,50: expected an amount such as 5.00, or a share such as 1%; with a point it is 1.50
		2|prices add m --input-price 2,5 --output-price 3|expected dollars per 1M tokens like 2.50; with a point it is 2.5
		2|breakeven --daily-requests 2,000|--daily-requests 2,000: expected a whole number without a comma, 0 or more
		2|prices add m --input-price 1,500 --output-price 3|; without the comma it is 1500, with a point 1.500
	END
}
