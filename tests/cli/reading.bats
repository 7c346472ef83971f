# Logs and tables that people keep themselves: seeds, mappings, common names.

load lib

seeds=$TESTDIR/data/seeds

# json EXPRESSION - a value of the JSON that the last hllm printed; d is all of it,
# s its first source, t its totals, w its workloads by name.
json()
{
	python3 -c '
import json, sys
d = json.load(open("out"))
s, t = d["sources"][0], d["totals"]
w = {x["name"]: x for x in d["workloads"]}
print(eval(sys.argv[1]))' "$1"
}

# audit ARGUMENT... - without saving, as JSON.
audit()
{
	expect 0 audit --no-save --format json "$@"
}

@test "the log of S0: tokens_in, tokens_out, duration_ms, timestamp" {
	audit "$seeds/s0.jsonl"
	same "$(json 's["format"], s["records"], s["without_usage"], s["rejected"]')" \
		"('request-log', 5, 1, 0)"
	same "$(json 't["requests"], t["input_tokens"], t["output_tokens"]')" '(5, 7104, 555)'
	# 2950 and 187 of gpt-4o, 1568 and 147 of gpt-4o-mini, the rest local
	same "$(json 't["list_cost"]["amount"]')" 0.0095684
	same "$(json 'd["coverage"]["free"]["tokens"] + d["coverage"]["unpriced"]["tokens"]')" 2807
	same "$(json 'sorted(w)')" \
		"['classification', 'extraction', 'moderation', 'summarization', 'tool_calling']"
	same "$(json 's["period"]["start"][:19]')" 2026-10-05T08:00:01
	same "$(json 'w["extraction"]["latency_p50_ms_at_most"] >= 1904')" True
}

@test "the log of S1: no times, two equal lines are two requests" {
	audit --days 1 "$seeds/s1.jsonl"
	same "$(json 's["format"], s["records"], s["duplicates"]')" "('request-log', 6, 0)"
	same "$(json 't["input_tokens"], t["output_tokens"]')" '(10395, 1781)'
	same "$(json 't["list_cost"]["amount"]')" 0.01573
	same "$(json 'w["classify"]["requests"]')" 2
	same "$(json 's["period"]["start"], bool(s["period"]["start_reason"])')" '(None, True)'
	same "$(json 'w["plan"]["monthly_cost"]["amount"]')" 0.31005
}

@test "the table of S0: rows, stated total, what is not explained, implied prices" {
	gap='The rows add up to at least $227.00, the total row says $380.00: at most $153.00 is in no row.'
	implied='implies $%s per million tokens, below any standard price that gpt-4o ever had ($2.50).'
	audit "$seeds/s0-table.csv"
	same "$(json 's["format"]')" workload-table
	same "$(json 't["billed_cost"]["amount"], t["stated_total"]["amount"]')" "('227.00', '380.00')"
	same "$(json 't["unsplit_tokens"], t["requests"], t["input_tokens"]')" '(261000000, 366000, None)'
	same "$(json 'sum(float(x["monthly_cost"]["amount"]) for x in d["workloads"])')" 227.0
	same "$(json 'sum(float(x["billed_cost"]["amount"]) for x in d["models"])')" 227.0
	# all of an embedding's tokens are input
	same "$(json '[x["list_cost"]["amount"] for x in d["models"] if "embed" in x["response_model"]]')" \
		"['1.50']"
	same "$(json "[n for n in d['notes'] if 'add up' in n][0]")" "$gap"
	# shellcheck disable=SC2059
	for row in 'Document classification|1.00' 'Structured data extraction|1.00' \
		'Internal summarization|1.00' 'Agentic tool-calling workflows|2.00'; do
		text="\"${row%|*}\" $(printf "$implied" "${row#*|}")"
		same "$(json "[n for n in d['notes'] if n.startswith('\"${row%|*}\"')][0]")" "$text"
	done
	same "$(json "len([n for n in d['notes'] if 'implies' in n])")" 4
	expect 0 audit --no-save "$seeds/s0-table.csv"
	same "$(head -n 1 out)" '$227.00 billed a month, as the table says; five of seven workloads, $141.00 a month, could run on your own hardware.'
	has out "$gap"
	has out '366,000 requests, 261,000,000 tokens, not split into input and output.'
	has out '"Agentic tool-calling workflows" implies $2.00 per million tokens'
}

@test "--model for a log without models; no month out of 57 minutes" {
	audit --model gpt-4o "$seeds/azure-trace.csv"
	same "$(json 't["requests"], t["input_tokens"], t["output_tokens"]')" '(12, 27898, 347)'
	same "$(json 't["list_cost"]["amount"]')" 0.144695
	same "$(json 'd["workloads"][0]["monthly_cost"], d["workloads"][0]["monthly_cost_reason"]')" \
		"(None, 'less than a day of data; give --days N')"
	expect 0 audit --no-save --model gpt-4o "$seeds/azure-trace.csv"
	same "$(head -n 1 out)" '$0.14 at list prices in 57 minutes.'
	has out 'The model is the one you gave with --model.'
	audit --model gpt-4o --days 1 "$seeds/azure-trace.csv"
	same "$(json 'd["workloads"][0]["monthly_cost"]["amount"]')" 4.34085
	# nobody says which model: nothing is guessed
	audit "$seeds/azure-trace.csv"
	same "$(json 't["list_cost"], d["coverage"]["unpriced"]["tokens"]')" '(None, 28245)'
}

unseen()
{
	cat >unseen.csv <<-'END'
		when,which,burned in,"burned, out",of that warm,purpose,price paid
		2026-10-05 08:00,gpt-4o,1000,200,0,triage,0.0045
		2026-10-05 09:00,gpt-4o,"2,000",400,1500,"draft, long",0.00905
	END
	cat >unseen.jsonl <<-'END'
		{"w":{"t":"2026-10-05T08:00:00Z"},"m":"gpt-4o","x":{"a":1000,"b":200},"why":"triage","ms":1200}
		{"w":{"t":"2026-10-05T09:00:00Z"},"m":"gpt-4o","x":{"a":"2,000","b":"400.0"},"why":"draft","ms":800}
	END
}

@test "--map reads a file that was never seen" {
	unseen
	expect 1 audit --no-save unseen.csv
	has err 'unseen.csv: '
	has err '--map model='
	expect 1 audit --no-save unseen.jsonl
	has err '--map model='
	audit --map 'time=when,model=which,input=Burned In,output="burned, out",cache_read=of that warm,task=purpose,cost=price paid' unseen.csv
	same "$(json 't["input_tokens"], t["cache_read_tokens"], t["output_tokens"]')" '(3000, 1500, 600)'
	same "$(json 't["billed_cost"]["amount"], sorted(w)')" "('0.01355', ['draft, long', 'triage'])"
	audit --map 'time=w.t,model=m,input=x.a,output=nothing|x.b,task=why,latency_ms=ms' unseen.jsonl
	same "$(json 't["input_tokens"], t["output_tokens"], sorted(w)')" "(3000, 600, ['draft', 'triage'])"
}

@test "a mapping saved in hllm.conf, by its title" {
	unseen
	mkdir -p .config/hllm
	cat >.config/hllm/hllm.conf <<-'END'
		mapping "ours" {
			time = {"w.t"}
			model = {"m"}
			input = {"x.a"}
			output = {"x.c", "x.b"}
			cache_read = {"x.later"}
			task = {"why"}
		}
	END
	audit --map ours unseen.jsonl
	same "$(json 't["input_tokens"], t["output_tokens"], sorted(w)')" "(3000, 600, ['draft', 'triage'])"
	expect 2 audit --no-save --map ors unseen.jsonl
	err_is 'hllm: --map: no mapping "ors" in hllm.conf, did you mean "ours"?'
	expect 1 audit --no-save --map ours unseen.csv
	err_is 'hllm: unseen.csv: no column "m", which --map says is model, expected one of when, which, burned in, burned, out, of that warm, purpose, price paid'
}

# Status, mapping, all of stderr.
@test "a mapping that does not fit is told, not read past" {
	unseen
	while IFS='~' read -r want file map text; do
		expect "$want" audit --no-save --map "$map" "$file"
		err_is "hllm: $text"
	done <<-'END'
		1~unseen.csv~model=which,input=burnd,output=burned in~unseen.csv: no column "burnd", which --map says is input, expected one of when, which, burned in, burned, out, of that warm, purpose, price paid
		1~unseen.csv~model=which,input=burned in,task=porpoise~unseen.csv: no column "porpoise", which --map says is task, did you mean "purpose"?
		1~unseen.jsonl~model=m,input=x.a,output=x.c~unseen.jsonl: no key "x.c", which --map says is output
		2~unseen.csv~modle=which~--map: no meaning "modle", did you mean "model"?
		2~unseen.csv~model=which,model=when~--map: model is given twice, expected model=A|B for two columns
		2~unseen.csv~model=~--map: model= has no column or an open quote, expected model=COLUMN
		2~unseen.csv~which~--map: no mapping "which" in hllm.conf, expected its title or MEANING=COLUMN
	END
}

# Model, input, output under the names that logs use.
@test "common names need no mapping" {
	while read -r model input output; do
		printf '%s,%s,%s\ngpt-4o,1000,200\n' "$model" "$input" "$output" >names.csv
		printf '{"%s":"gpt-4o","%s":1000,"%s":200}\n' "$model" "$input" "$output" >names.jsonl
		for file in names.csv names.jsonl; do
			audit --days 1 "$file"
			same "$model $input $output: $(json 't["input_tokens"], t["output_tokens"], d["models"][0]["response_model"]')" \
				"$model $input $output: (1000, 200, 'gpt-4o')"
		done
	done <<-'END'
		model input_tokens output_tokens
		model_name prompt_tokens completion_tokens
		modelId inputTokens outputTokens
		model_id promptTokens completionTokens
		llm_model tokens_in tokens_out
		engine tokens_prompt tokens_completion
		deployment num_prompt_tokens generated_tokens
		response_model prompt_token_count completion_token_count
	END
}

# What is written for prompt_tokens, completion_tokens and cost; what comes of it.
@test "numbers as programs and people write them" {
	while IFS='~' read -r input output cost want; do
		printf '{"model":"gpt-4o","created_at":1790000000,"prompt_tokens":%s,"completion_tokens":%s,"cost":%s}\n' \
			"$input" "$output" "$cost" >n.jsonl
		audit n.jsonl
		same "$input $output $cost: $(json '(s["rejects"] or [(t["input_tokens"], t["output_tokens"], t["billed_cost"] and t["billed_cost"]["amount"])])[0]')" \
			"$input $output $cost: $want"
	done <<-'END'
		1000.0~"200.0"~null~(1000, 200, None)
		1e3~"2E+2"~0~(1000, 200, '0.00')
		"1,000"~"12,200"~0.5~(1000, 12200, '0.50')
		1000~200~"0.0045000000000000000000000000000000000001"~(1000, 200, '0.0045')
		1000~200~0.1234567890123456789012345678901234567890~(1000, 200, '0.123456789')
		1000~200~4.5e-05~(1000, 200, '0.000045')
		1000~200~"$1,234.50"~(1000, 200, '1234.50')
		1000~200~"1234.50\""~line 1: cost is "1234.50"", expected an amount of money
		"n/a"~200~0~line 1: prompt_tokens is "n/a", expected a whole number
		1000~200.5~0~line 1: completion_tokens is "200.5", expected a whole number
		"12.345"~200~0~line 1: prompt_tokens is "12.345", expected a whole number
		"1x000"~200~0~line 1: prompt_tokens is "1x000", expected a whole number
		9223372036854775808~200~0~line 1: prompt_tokens is "9223372036854775808", expected a number below 2^63
		-1~200~0~line 1: prompt_tokens is "-1", expected no negative number
		true~200~0~line 1: prompt_tokens is "true", expected a whole number
	END
}

@test "CSV: moved cells, text behind a quote and a quote left open cost one line each" {
	printf '%s\n' 'model,prompt_tokens,completion_tokens,note' 'gpt-4o,1000,200,plain' \
		'gpt-4o,1,000,200,' 'gpt-4o,1000,200,"a" b' 'gpt-4o,1000,200,24" wide' \
		'gpt-4o,1000,200' 'gpt-4o, 1000 ,"200" ,"two
lines, ""quoted"""' 'gpt-4o,1000,200,"open' 'gpt-4o,1000,200,last' >quotes.csv
	audit --days 1 quotes.csv
	same "$(json 't["input_tokens"], t["output_tokens"], s["rejected"]')" '(4000, 800, 4)'
	same "$(json '"\n".join(map(str, s["rejects"]))')" 'line 3: 5 cells, expected 4 as in the header
line 4: not well-formed CSV
line 6: 3 cells, expected 4 as in the header
line 9: a quote that never closes'
}

@test "numbers of a German spreadsheet, or a sentence" {
	printf '%s\n' 'date;model;prompt_tokens;completion_tokens;cost' \
		'31.10.2026;gpt-4o;1.234;567;2,50' \
		'01.11.2026;gpt-4o;12.345.678;890;1.234,56' \
		'02.11.2026;gpt-4o;2.000;1.000;0,125' >german.csv
	audit german.csv
	same "$(json 's["rejected"], s["period"]["start"][:10]')" "(0, '2026-10-31')"
	same "$(json 't["input_tokens"], t["output_tokens"]')" '(12348912, 2457)'
	same "$(json 't["billed_cost"]["amount"]')" 1237.185
	same "$(json 's["format_reason"]')" \
		'columns model, prompt_tokens and completion_tokens; its numbers have decimal commas'
	# no other number tells what 1.234 and 1,234 are
	printf '%s\n' 'date;model;prompt_tokens;completion_tokens;cost' \
		'31.10.2026;gpt-4o;1.234;567;2' '31.10.2026;gpt-4o;500;567;1,234' \
		'31.10.2026;gpt-4o;500;567;3' >either.csv
	audit either.csv
	same "$(json 's["records"], t["billed_cost"]["amount"]')" "(1, '3.00')"
	same "$(json '"\n".join(s["rejects"])')" \
		"line 2: prompt_tokens is \"1.234\", thousands or decimals: the file's other numbers do not tell
line 3: cost is \"1,234\", thousands or decimals: the file's other numbers do not tell"
	# a column that has both kinds: what is certain is read, against the column is not
	printf '%s\n' 'date;model;prompt_tokens;completion_tokens;cost' \
		'31.10.2026;gpt-4o;10;5;2,50' '31.10.2026;gpt-4o;20;5;2.25' \
		'31.10.2026;gpt-4o;30;5;1,250' >both.csv
	audit both.csv
	same "$(json 't["input_tokens"], t["billed_cost"]["amount"], s["rejected"]')" "(30, '4.75', 1)"
	# an amount says its currency
	printf '%s\n' 'date;model;prompt_tokens;completion_tokens;cost' \
		'31.10.2026;gpt-4o;1.234;567;2,50 €' '31.10.2026;gpt-4o;1.234;568;3,50 €' >euro.csv
	audit euro.csv
	same "$(json 't["billed_cost"]')" "{'amount': '6.00', 'currency': 'EUR'}"
	printf '%s\n' 'Task;Daily Volume;Avg Tokens/Call;Model;Monthly Cost' \
		'Zusammenfassung;2.000 Aufrufe;~800 Token;gpt-4o;48,50 €' \
		'Chat;1.500;1.200;gpt-4o;1.250,00 €' 'Total;;;;1.298,50 €' >table.csv
	audit table.csv
	same "$(json 't["unsplit_tokens"], t["billed_cost"]["amount"], t["billed_cost"]["currency"]')" \
		"(102000000, '1298.50', 'EUR')"
}
