# Why a bill is not what the log would cost.

load lib

faults="$TESTDIR/data/faults.py"

# value EXPRESSION - of the reconciliation r of the last answer in JSON.
value()
{
	python3 -c "import json; d = json.load(open('out')); r = d['reconciliation']; x = $1; print(x)"
}

# bill FILE ROW... - a FOCUS bill of rows "day|model|meter|tokens|cost".
bill()
{
	local file=$1 row
	shift
	echo 'BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,EffectiveCost,ProviderName,ServiceCategory,SkuMeter,SkuId,x_Model' >"$file"
	for row in "$@"; do
		IFS='|' read -r day model meter tokens cost <<<"$row"
		echo "$cost,USD,Usage,$model $meter tokens,${day}T00:00:00Z,$(date -u -d "$day + 1 day" +%F)T00:00:00Z,$tokens,Tokens,$cost,OpenAI,AI and Machine Learning,$meter,$model-$meter-$day,$model" >>"$file"
	done
}

# call DAY MODEL INPUT CACHED OUTPUT [MORE] - a line of a log, at noon.
call()
{
	echo "{\"timestamp\": \"${1}T12:00:00Z\", \"request_id\": \"$1-$RANDOM$RANDOM\", \"model\": \"$2\", \"input_tokens\": $3, \"cached_tokens\": $4, \"output_tokens\": $5, \"total_tokens\": $(($3 + $5))${6:+, $6}}"
}

@test "planted faults are named, with their amounts, and clean logs have none" {
	python3 -B "$faults" "$HLLM" "$PWD" --seeds "${FAULT_SEEDS:-1}"
}

@test "a waterfall, with what is left" {
	bill bill.csv '2026-10-01|gpt-5-mini|input|22000|0.0055' '2026-10-01|gpt-5-mini|cached input|8000|0.0002' \
		'2026-10-01|gpt-5-mini|output|1000|0.002' '2026-10-02|gpt-5-mini|input|5000|0.00125' \
		'2026-10-02|gpt-5-mini|output|1000|0.002' '2026-10-01|gpt-4o|output|1000000|13.37'
	{
		call 2026-10-01 gpt-5-mini 22000 8000 1000
		call 2026-10-02 gpt-5-mini 5000 0 1000
		call 2026-10-01 gpt-4o 10 0 1000000
	} >log.jsonl
	expect 0 audit --no-save bill.csv log.jsonl
	grep -A 4 '^The bill says' out >waterfall
	golden reconcile/waterfall.text waterfall
	expect 0 audit --no-save --format json bill.csv log.jsonl
	same "$(value 'r["gap"]["amount"], r["unexplained"]["amount"]')" "('3.371975', '3.369975')"
	same "$(value '[(p["cause"], p["amount"]["amount"]) for p in r["explained"]]')" \
		"[('cached_counted_twice', '0.002')]"
	same "$(value 'sorted(set(r["explained"][0]))')" \
		"['all_requests', 'amount', 'cause', 'evidence', 'formula', 'from', 'models', 'moved', 'moved_reason', 'one_of', 'scopes', 'share_of_requests', 'title', 'to']"
	expect 0 audit --no-save --format csv --table explained bill.csv log.jsonl
	same "$(wc -l <out)" 2
}

@test "a clean pair is one line" {
	bill bill.csv '2026-10-01|gpt-5-mini|input|14000|0.0035' '2026-10-01|gpt-5-mini|cached input|8000|0.0002' \
		'2026-10-01|gpt-5-mini|output|1000|0.002'
	call 2026-10-01 gpt-5-mini 22000 8000 1000 >log.jsonl
	expect 0 audit --no-save --tolerance 0 bill.csv log.jsonl
	has out 'The bill agrees with the log to the cent.'
	lacks out 'The bill says'
	expect 0 audit --no-save --tolerance 0 bill.csv
	has out 'The bill agrees with list prices of its own quantities to the cent.'
	expect 0 audit --no-save log.jsonl
	lacks out 'agrees'
	expect 0 audit --no-save --format json log.jsonl
	same "$(value 'r is None and bool(d["reconciliation_reason"])')" True
}

@test "from the ledger as from the files" {
	bill bill.csv '2026-10-01|gpt-5-mini|input|22000|0.0055' '2026-10-01|gpt-5-mini|cached input|8000|0.0002' \
		'2026-10-01|gpt-5-mini|output|1000|0.002'
	call 2026-10-01 gpt-5-mini 22000 8000 1000 >log.jsonl
	expect 0 audit --format json bill.csv log.jsonl
	value r >files
	expect 0 audit --format json --period 2026-10
	value r >ledger
	diff files ledger
	grep -q cached_counted_twice ledger
	hllm audit --no-save --format json log.jsonl bill.csv
	value r >reverse
	diff files reverse
}

@test "--tolerance: 4 when more is unexplained, and only then" {
	# two requests are on the bill, one is in the log
	bill bill.csv '2026-10-01|gpt-5-mini|input|20000|0.005' '2026-10-01|gpt-5-mini|output|2000|0.004'
	call 2026-10-01 gpt-5-mini 10000 0 1000 >log.jsonl
	while read -r status tolerance; do
		expect "$status" audit --no-save --tolerance "$tolerance" bill.csv log.jsonl
	done <<-END
		0 0.0045
		4 0.0044
		0 50%
		4 49.9%
		4 0
		0 \$1
		2 some
		2 -1
		2 %
		2 1%%
	END
	expect 0 audit --no-save bill.csv log.jsonl
	# what is explained does not count
	bill bill.csv '2026-10-01|gpt-5-mini|input|10000|0.00275' '2026-10-01|gpt-5-mini|output|1000|0.0022'
	expect 0 audit --no-save --tolerance 0 bill.csv log.jsonl
	has out 'a regional surcharge'
	# a stated total that the rows do not make
	expect 4 audit --no-save --tolerance 40% "$TESTDIR/data/seeds/s0-table.csv"
	expect 0 audit --no-save --tolerance 41% "$TESTDIR/data/seeds/s0-table.csv"
	# what has no price is less urgent, a bad line more
	echo '{"timestamp": "2026-10-01T12:00:00Z", "model": "no-such-model", "input_tokens": 1, "output_tokens": 1}' >>log.jsonl
	bill bill.csv '2026-10-01|gpt-5-mini|input|20000|0.005'
	expect 4 audit --no-save --strict --tolerance 0 bill.csv log.jsonl
	expect 5 audit --no-save --strict bill.csv log.jsonl
}

@test "what cannot be told apart is not told apart" {
	# a local answer and a failed request on the same day; the bill has one of them more
	bill bill.csv '2026-10-01|gpt-5-mini|input|20000|0.005' '2026-10-01|gpt-5-mini|output|2000|0.004'
	{
		call 2026-10-01 gpt-5-mini 10000 0 1000
		echo '{"timestamp": "2026-10-01T13:00:00Z", "request_id": "f", "model": "gpt-5-mini", "status": "timeout"}'
		for i in 1 2 3; do
			echo "{\"timestamp\": \"2026-10-01T13:0$i:00Z\", \"request_id\": \"t$i\", \"model\": \"gpt-5-mini\", \"status\": \"timeout\"}"
		done
		call 2026-10-01 llama3.1:8b 30000 0 3000 '"tier": "local"'
	} >log.jsonl
	expect 0 audit --no-save --format json bill.csv log.jsonl
	same "$(value '[(p["cause"], sorted(p["one_of"]), p["amount"]["amount"]) for p in r["explained"]]')" \
		"[(None, ['retries_without_usage', 'silent_fallback'], '0.0045')]"
	same "$(value 'r["explained"][0]["title"]')" \
		'one of: local requests that an API answered; requests without usage in the log'
}

@test "requests without usage count for nothing but this" {
	{
		call 2026-10-01 gpt-5-mini 10000 0 1000
		echo '{"timestamp": "2026-10-20T13:00:00Z", "request_id": "f", "model": "gpt-4o", "status": "timeout"}'
		echo '{"timestamp": "2026-10-21T13:00:00Z", "request_id": "g", "model": "gpt-4o"}'
	} >log.jsonl
	expect 0 audit --no-save --format json log.jsonl
	same "$(value 'd["totals"]["requests"], len(d["models"]), d["sources"][0]["records"], d["sources"][0]["errors"], d["sources"][0]["without_usage"], d["sources"][0]["period"]["end"][:10]')" \
		"(1, 1, 1, 1, 1, '2026-10-01')"
	expect 0 audit --format json log.jsonl
	expect 0 audit --format json --period 2026-10
	same "$(value 'd["totals"]["requests"], len(d["models"])')" "(1, 1)"
}

@test "unit prices that no list ever had, without a log" {
	# 1.75 was never a price of gpt-4o's input; 5.00 was one, if not that day's
	bill bill.csv '2026-10-01|gpt-4o|input|1000000|1.75' '2026-10-02|gpt-4o|input|2000000|3.50' \
		'2026-10-03|gpt-4o|input|1000000|5.00' '2026-10-04|gpt-4o|input|1000000|2.75' \
		'2026-10-05|gpt-4o|output|1000000|10'
	expect 0 audit --no-save --format json bill.csv
	same "$(value '[(p["model"], p["token_kind"], p["price_per_million"]["amount"], p["lines"], p["tokens"]) for p in d["unlisted_prices"]]')" \
		"[('gpt-4o', 'uncached_input', '1.75', 2, 3000000)]"
	expect 0 audit --no-save bill.csv
	has out 'gpt-4o, uncached_input: $1.75 per million tokens on 2 lines ($5.25); no list ever had that price ($1.25 to $5.50).'
}

@test "days, models and charges that one side lacks" {
	bill bill.csv '2026-10-01|gpt-5-mini|input|10000|0.0025' '2026-10-01|gpt-5-mini|output|1000|0.002' \
		'2026-10-04|gpt-5-mini|input|10000|0.0025' '2026-10-04|gpt-5-mini|output|1000|0.002' \
		'2026-10-01|gpt-4o|output|100000|1'
	{
		call 2026-09-20 gpt-5-mini 400000 0 100
		call 2026-10-01 gpt-5-mini 10000 0 1000
	} >log.jsonl
	expect 0 audit --no-save --format json bill.csv log.jsonl
	same "$(value '[(p["cause"], p["amount"]["amount"]) for p in r["explained"]], r["unexplained"]["amount"]')" \
		"([('not_in_log', '1.0045'), ('not_on_bill', '-0.1002')], '0.00')"
}
