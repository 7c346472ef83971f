# hllm prices lint, diff and import: price lists of others.
#
# Set HLLM_LITELLM to a copy of LiteLLM's model_prices_and_context_window.json of
# 2026-08-01 to have the counts of its faults checked as well.

load lib

own=.config/hllm/prices.csv
lists=$TESTDIR/data/prices

# What lint says but for missing models: kind, name, price, value, expected.
problems()
{
	expect 0 --as-of 2026-08-01 --format csv --table problems prices lint "$@"
	awk -F, -v OFS='|' 'NR > 1 && $4 != "missing" { print $4, $1, $3, $5, $6 }' out
}

@test "lint finds one of each fault in a map of LiteLLM" {
	# the name with a line end is judged below: it is no single line of CSV
	same "$(problems "$lists/litellm.json" | grep -v '^|\|evil\|^name|')" \
'unit|acme/endless|input_cost_per_token|1e400|at most 1 a token
unit|embed-acme|input_cost_per_token|100|about 0.1
unit|wandb/openai/gpt-oss-120b|input_cost_per_token|15000|at most 200
unit|wandb/openai/gpt-oss-120b|output_cost_per_token|60000|at most 1000
zero|acme/nothing|input_cost_per_token|0|above 0
zero|gemini/gemini-1.5-flash|output_cost_per_token|0|0.3
negative|acme/varies|input_cost_per_token|-1|a price of at least 0
negative|acme/varies|output_cost_per_token|-1|a price of at least 0
not_a_number|acme/word|input_cost_per_token|ask us|a price of at least 0
not_a_number|acme/word|output_cost_per_token|true|a price of at least 0
inexact|acme/binary|input_cost_per_token|2.9999900000000002e-06|at most 12 decimals a token
inexact|acme/endless|output_cost_per_token|1e-400|at most 12 decimals a token
cache_write|claude-3-haiku-20240307|cache_creation_input_token_cost_above_1hr|6|0.5
cache_read|acme/half-cached|cache_read_input_token_cost|0.8|0.025 to 0.5 times the input price
cache_above_input|acme/cached|cache_read_input_token_cost|1.5|at most the input price
batch_ratio|acme/tiers|input_cost_per_token_batches|0.3|0.5
flex_ratio|acme/tiers|output_cost_per_token_flex|1.5|1
priority_ratio|gpt-5-nano|input_cost_per_token_priority|2.5|1.2 to 3 times standard
output_below_input|acme/swapped|output_cost_per_token|1|at least 2
duplicate|acme/Good-1|input_cost_per_token|0.15|as in line 59
duplicate|acme/Good-1|output_cost_per_token|0.6|as in line 59
duplicate|acme/again||twice|once
duplicate|acme/twice|input_cost_per_token|9e-06|once
stale|mistral/codestral-latest|input_cost_per_token|1|0.3
stale|mistral/codestral-latest|output_cost_per_token|3|0.9
no_price|acme/by-the-hour|input_cost_per_token||a price
no_price|acme/unknown|input_cost_per_token||a price'
	expect 0 --as-of 2026-08-01 --format json prices lint "$lists/litellm.json"
	has out '"kind": "name"'
	has out '"why": "the name holds control characters or letters beyond ASCII"'
	# models that we know: sold, and retired
	has out '"key": "openai/gpt-5.4"'
	has out '"why": "retired on 2025-07-21: an old bill cannot be priced from this file"'
	lacks out '"key": "openai/gpt-5-nano"'
	expect 0 --as-of 2026-08-01 prices lint "$lists/litellm.json"
	has out 'Price 0 is right for 1 name: on the user'"'"'s own machine, or declared free.'
	has out '1 whole name, and 3 prices of others.'
}

@test "lint of a list of simonw/llm-prices knows its dates" {
	same "$(problems "$lists/simonw.json")" 'stale|o3|input|10|2
stale|o3|input_cached|2.5|0.5
stale|o3|output|40|8'
}

@test "the shipped table has nothing to look at, and --strict says so to a job" {
	expect 0 prices lint --strict
	out_is 'Nothing to look at in the shipped prices and your own.'
	expect 1 prices lint --strict "$lists/simonw.json"
	expect 0 prices lint "$lists/simonw.json"
	# one's own prices may differ, but not by the unit
	expect 0 prices add gpt-4o --input-price 0.0025 --output-price 9
	expect 1 prices lint --strict --format csv
	same "$(cut -d, -f1-6 out | tail -n +2)" 'openai/gpt-4o,uncached_input,uncached_input,unit,0.0025,2.5'
}

# Status, what is in the file, all of stderr.
@test "a list that is none is told in one line" {
	while IFS='|' read -r text says; do
		printf '%b' "$text" >list.json
		for verb in lint diff import; do
			expect 1 prices "$verb" list.json
			err_is "hllm: list.json: $says"
		done
	done <<-'END'
		{"a": {"litellm_provider": "x", "mode": "ch|the JSON is cut short or malformed; nothing of it is used
		{"a": {"litellm_provider": "x", "input_cost_per_token": NaN}}|the JSON is cut short or malformed; nothing of it is used
		{"a": {"litellm_provider": "x"}} {}|more text behind the JSON object, expected one object
		[{"litellm_provider": "x"}]|neither LiteLLM's map of models nor a list of simonw/llm-prices
		{"a": {"price": 1}, "prices": []}|neither LiteLLM's map of models nor a list of simonw/llm-prices
		{}|neither LiteLLM's map of models nor a list of simonw/llm-prices
	END
	truncate -s 200M list.json
	expect 1 prices import list.json
	err_is 'hllm: list.json: not a regular file of at most 64 MiB'
	expect 1 prices import nothing.json
	err_is 'hllm: nothing.json: No such file or directory'
	[ ! -e "$own" ]
}

@test "import adds what is new, refuses what is wrong, and adds it once" {
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only '*good*' --dry-run
	has out "Would add 7 prices of 1 model to $HOME/$own."
	[ ! -e "$own" ]
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only '*good*'
	has out "Added 7 prices of 1 model to $HOME/$own."
	has out 'Prices to which the file gives no date hold from 2026-08-01 on (--from DATE for another day).'
	has out 'the name differs'
	same "$(tail -n 1 out)" 'hllm prices show acme/good-1'
	same "$(cat "$own")" 'provider,model,from,to,service_tier,kind,price,unit,source,above_tokens
acme,acme/good-1,2026-08-01,,standard,uncached_input,0.15,1M tokens,"litellm litellm.json, 2026-08-01"
acme,acme/good-1,2026-08-01,,standard,cache_read,0.015,1M tokens,"litellm litellm.json, 2026-08-01"
acme,acme/good-1,2026-08-01,,standard,output,0.6,1M tokens,"litellm litellm.json, 2026-08-01"
acme,acme/good-1,2026-08-01,,standard,uncached_input,0.3,1M tokens,"litellm litellm.json, 2026-08-01",200000
acme,acme/good-1,2026-08-01,,standard,output,0.9,1M tokens,"litellm litellm.json, 2026-08-01",200000
acme,acme/good-1,2026-08-01,,batch,uncached_input,0.075,1M tokens,"litellm litellm.json, 2026-08-01"
acme,acme/good-1,2026-08-01,,batch,output,0.3,1M tokens,"litellm litellm.json, 2026-08-01"'
	cp "$own" before
	expect 0 --as-of 2026-09-01 prices import "$lists/litellm.json" --only '*good*'
	has out 'Nothing to add: '
	cmp "$own" before
	# what lint finds wrong in a list never gets into one's own prices
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json"
	expect 0 --as-of 2026-08-01 prices import "$lists/simonw.json"
	expect 0 prices lint --strict
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json"
	has out 'Nothing to add: '
	expect 0 --as-of 2026-08-01 prices import "$lists/simonw.json"
	has out 'Nothing to add: '
}

@test "an imported price is shown and charged" {
	printf '%s\n' m,in,out,time acme/good-1,1000000,1000000,2026-08-02T10:00:00Z \
		acme/good-1,1000,0,2026-08-02T10:00:00Z >log.csv
	audit='audit --no-save --format json --map model=m,input=in,output=out,time=time log.csv'
	# shellcheck disable=SC2086
	expect 0 $audit
	has out '"unpriced": {'
	lacks out '"amount": "1.20015"'
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only acme/good-1
	expect 0 prices show acme/good-1 --on 2026-08-02 --format csv
	has out 'acme,standard,uncached_input,0.3,1M tokens,2026-08-01,,,200000,,"litellm litellm.json, 2026-08-01"'
	# the long prompt at 0.30 and 0.90, the short one at 0.15 a million
	# shellcheck disable=SC2086
	expect 0 $audit
	has out '"amount": "1.20015"'
	expect 1 prices show acme/nothing
	expect 0 prices show acme/good-1 --on 2026-07-31
	has out 'is not priced: acme/good-1 has prices from 2026-08-01 on, not on 2026-07-31.'
}

@test "import never replaces a price in force by itself" {
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only 'mistral/*'
	has out 'Nothing to add: '
	has out "2 contradict what hllm knows and are left out; --replace takes them."
	[ ! -e "$own" ]
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only 'mistral/*' --replace
	has out '2 of them replace what was known before.'
	expect 0 prices show codestral-latest --on 2026-07-31 --format csv
	has out 'uncached_input,0.3,'
	expect 0 prices show codestral-latest --on 2026-08-01 --format csv
	has out 'uncached_input,1,'
	lacks out 'uncached_input,0.3,'
	# a later replacement ends the earlier one, so that no two hold at once
	sed 's/1e-06, "output_cost_per_token": 3e-06 },/2e-06, "output_cost_per_token": 3e-06 },/' \
		"$lists/litellm.json" >newer.json
	expect 0 --as-of 2026-09-15 prices import newer.json --only 'mistral/*' --replace
	same "$(cat "$own")" 'provider,model,from,to,service_tier,kind,price,unit,source
mistral,codestral-latest,2026-08-01,2026-09-15,standard,uncached_input,1,1M tokens,"litellm litellm.json, 2026-08-01"
mistral,codestral-latest,2026-08-01,,standard,output,3,1M tokens,"litellm litellm.json, 2026-08-01"
mistral,codestral-latest,2026-09-15,,standard,uncached_input,2,1M tokens,"litellm newer.json, 2026-09-15"'
	expect 0 prices lint --strict
}

@test "no name of a list gets a line or a comment into one's own prices" {
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json"
	same "$(grep -c '^own,\|^#\|evil' "$own")" 0
	grep -qF 'acme,"#acme/""quo"",tea",2026-08-01,,standard,output,2,' "$own"
	expect 0 prices show '#acme/"quo",tea'
	expect 1 prices show evil
	# nor does the name of the file
	cp "$lists/simonw.json" $'list\nx,evil,,,standard,output,1,1M tokens,"'
	expect 0 --as-of 2026-08-01 prices import $'list\nx,evil,,,standard,output,1,1M tokens,"'
	same "$(grep -c '^x,' "$own")" 0
	same "$(grep -c evil "$own")" "$(grep -c 'simonw list?x,evil' "$own")"
	expect 0 prices show acme-2
}

@test "nor does the name of a seller" {
	evil='x\nopenai,gpt-4o,,,standard,uncached_input,0.001,1M tokens,evil\ny'
	prices='"input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"mode":"chat"'
	echo '{"acme/bad":{"litellm_provider":"'"$evil"'",'"$prices"'},
"acme/good":{"litellm_provider":"acme",'"$prices"'}}' >litellm.json
	echo '{"prices":[{"id":"bad","vendor":"'"$evil"'","name":"bad","input":1,"output":2},
{"id":"good","vendor":"acme","name":"good","input":1,"output":2}]}' >simonw.json
	for list in litellm simonw; do
		rm -f "$own"
		expect 0 prices import $list.json
		has out 'Added 2 prices of 1 model to'
		has out 'refused as wrong or doubtful'
		same "$(wc -l <"$own") $(grep -c 'evil\|^openai' "$own")" "3 0"
		expect 0 prices lint $list.json --format json
		has out '"why": "the name of its seller is no plain text"'
	done
}

@test "imports at once: all of them are in one's own prices in the end" {
	for i in 1 2 3 4 5 6; do
		echo '{"acme/m'$i'":{"litellm_provider":"acme","input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"mode":"chat"}}' >list$i.json
		"$HLLM" prices import list$i.json >out$i 2>err$i &
		"$HLLM" prices add own-$i --input-price 1 >>out$i 2>>err$i &
		"$HLLM" prices alias other-$i gpt-4o >>out$i 2>>err$i &
	done
	wait
	same "$(cat err?)" ""
	same "$(cut -d, -f2 "$own" | sort -u | tr '\n' ' ')" \
		'acme/m1 acme/m2 acme/m3 acme/m4 acme/m5 acme/m6 model own-1 own-2 own-3 own-4 own-5 own-6 '
	same "$(wc -l <.config/hllm/aliases.csv)" 7
}

@test "import adds to a file of one's own and keeps what is in it" {
	expect 0 --as-of 2026-08-01 prices add my-model --input-price 1
	printf '# a word of mine\n' >>"$own"
	expect 0 --as-of 2026-08-01 prices import "$lists/litellm.json" --only 'acme/ranges'
	same "$(head -n 4 "$own")" 'provider,model,from,to,service_tier,kind,price,unit,source,above_tokens
own,my-model,,,standard,uncached_input,1,1M tokens,hllm prices add 2026-08-01
# a word of mine
acme,acme/ranges,2026-08-01,,standard,uncached_input,0.4,1M tokens,"litellm litellm.json, 2026-08-01"'
	expect 0 --as-of 2026-08-01 prices add other-model --input-price 2
	expect 0 prices show other-model
	expect 0 prices show acme/ranges --format csv
	has out 'uncached_input,0.8,1M tokens,2026-08-01,,,32000,'
	printf 'model,kind,price,unit\nm,output,1,1M tokens\n' >"$own"
	expect 1 prices import "$lists/simonw.json"
	err_is "hllm: $HOME/$own: its header is not the one that hllm writes; add the line by hand"
	same "$(cat "$own")" $'model,kind,price,unit\nm,output,1,1M tokens'
	expect 1 prices import "$own"
	has err 'is a price table of hllm'"'"'s own form; use it with --prices'
}

@test "diff tells what differs, the farthest apart first" {
	cat >a.csv <<-'END'
		provider,model,from,to,service_tier,kind,price,unit
		x,same,,,standard,output,1,1M tokens
		x,twice,,,standard,output,1,1M tokens
		x,gone,,,standard,output,1,1M tokens
		x,third,,2026-08-01,standard,uncached_input,3,1M tokens
		x,third,2026-08-01,,standard,uncached_input,9,1M tokens
	END
	cat >b.csv <<-'END'
		provider,model,from,to,service_tier,kind,price,unit
		x,same,,,standard,output,1,1M tokens
		x,twice,2026-07-01,,standard,output,2,1M tokens
		x,third,,,standard,uncached_input,3,1M tokens
		x,third,,,batch,uncached_input,1.5,1M tokens
	END
	expect 0 prices diff a.csv b.csv --on 2026-11-20
	out_is '2 of 3 prices differ; 1 by more than 2x.

MODEL  WHICH                 OLD  NEW   TIMES  SINCE
third  uncached_input          9    3  0.3333  -
twice  output                  1    2       2  2026-07-01
gone   output                  1    -       -  -
third  uncached_input batch    -  1.5       -  -

1 more is only in a.csv, 1 only in b.csv.
OLD is a.csv, NEW is b.csv, in dollars per 1M tokens, as in force on 2026-11-20 (--on DATE for another day).'
	expect 0 prices diff a.csv b.csv --on 2026-07-20 --format csv
	same "$(tail -n +2 out | cut -d, -f2-3,9-12)" 'twice,output,changed,1,2,2
gone,output,removed,1,,
third,uncached_input batch,added,,1.5,'
	expect 0 prices diff a.csv a.csv
	has out 'All 4 prices that both have are the same.'
}

@test "diff finds the names of other lists in the table" {
	expect 0 prices diff "$lists/simonw.json" --on 2026-08-01 --format csv
	has out 'openai,o3,output,standard,output,,,,changed,40,8,0.2,2025-06-10,'
	has out 'acme,acme-2,uncached_input,standard,uncached_input,,,,removed,1,,,2026-07-30,'
	lacks out 'removed,1.25'
	expect 0 --as-of 2026-08-01 prices diff shipped "$lists/litellm.json" --format csv
	has out 'mistral,codestral-latest,uncached_input,standard,uncached_input,,,,changed,0.3,1,3.3333,'
	# Azure's price is not that of whose model it is
	lacks out '1.65'
	expect 1 prices diff overlay
	err_is 'hllm: overlay: there are no prices of your own yet; hllm prices add or import makes them'
	expect 0 prices add gpt-4o --input-price 2
	expect 0 prices diff shipped overlay
	has out '1 of 1 prices differs; none by more than 2x.'
	expect 0 prices diff overlay shipped --format json
	has out '"old": 2'
}

@test "a table older than the data is said to be so" {
	expect 0 --as-of 2026-11-20 prices list gpt-4o
	lacks out 'days old'
	expect 0 --as-of 2028-01-01 prices list gpt-4o
	grep -qE 'The newest price in the table is [1-9][0-9]{2} days old: hllm prices import FILE' out
	printf 'm,in,out,time\ngpt-4o,1000,10,%s\n' 2028-01-01T10:00:00Z >new.csv
	printf 'm,in,out,time\ngpt-4o,1000,10,%s\n' 2026-11-01T10:00:00Z >old.csv
	expect 0 audit --no-save --map model=m,input=in,output=out,time=time new.csv
	grep -qE 'newest price in the table is of 2027-[0-9-]+, [1-9][0-9]{2} days before your newest data; what changed since' out
	expect 0 audit --no-save --map model=m,input=in,output=out,time=time old.csv
	lacks out 'newest price'
}

# The counts that a person found by hand in the real file, and why ours differ.
@test "lint finds what is known to be wrong in LiteLLM's map of 2026-08-01" {
	[ -n "${HLLM_LITELLM-}" ] && [ -e "$HLLM_LITELLM" ] || skip "HLLM_LITELLM says no file"
	expect 0 --format csv --table problems prices lint --on 2026-08-01 "$HLLM_LITELLM"
	# 16 names over $200 for 1M tokens, and embed-multilingual-light-v3.0
	same "$(grep -c ',unit,' out)" 33
	same "$(grep ',unit,' out | cut -d, -f1 | sort -u | wc -l)" 17
	same "$(grep ',unit,' out | grep -c '^wandb/.*,input_cost_per_token,')" 13
	has out 'embed-multilingual-light-v3.0,uncached_input,input_cost_per_token,unit,100,about 0.1,'
	has out 'azure_ai/jais-30b-chat,uncached_input,input_cost_per_token,unit,3200,'
	same "$(grep ',unit,' out | grep -c '^watsonx/.*,input_cost_per_token,')" 2
	# cache writes for an hour, priority, stale prices
	has out 'claude-3-haiku-20240307,cache_write_1h,cache_creation_input_token_cost_above_1hr,cache_write,6,0.5,'
	has out 'claude-3-opus-20240229,cache_write_1h,cache_creation_input_token_cost_above_1hr,cache_write,6,30,'
	has out 'gpt-5-nano,uncached_input priority,input_cost_per_token_priority,priority_ratio,2.5,'
	has out 'mistral/codestral-latest,uncached_input,input_cost_per_token,stale,1,0.3,'
	has out 'mistral/codestral-latest,output,output_cost_per_token,stale,3,0.9,'
	has out 'mistral/open-mistral-nemo,output,output_cost_per_token,stale,0.3,0.15,'
	has out 'gemini/gemini-1.5-flash,output,output_cost_per_token,zero,0,0.3,'
	# 87 names that answer with text have an input price of 0: 58 here, and 29 of Ollama
	names=$(python3 -c '
import json, sys
for name, entry in json.load(open(sys.argv[1])).items():
    if entry.get("mode") in ("chat", "completion", "responses"):
        print(name)' "$HLLM_LITELLM")
	same "$(grep ',zero,' out | grep ',input_cost_per_token,' | cut -d, -f1 |
		grep -cxF "$names")" 58
	# 146 have no input price: 127 here, and 19 that state ranges in tiered_pricing
	same "$(grep -c ',no_price,' out)" 127
	expect 0 prices lint --on 2026-08-01 "$HLLM_LITELLM"
	has out 'Price 0 is right for 29 names: on the user'"'"'s own machine, or declared free.'
	expect 0 --format csv --table problems prices lint --on 2026-08-01 "$HLLM_LITELLM"
	for model in anthropic/claude-3-sonnet anthropic/claude-3-5-sonnet anthropic/claude-3-5-haiku \
		anthropic/claude-2 anthropic/claude-2.1 openai/gpt-4-32k openai/gpt-4.5-preview \
		openai/o1-mini openai/o1-preview google/gemini-1.5-pro groq/llama3-70b-8192
	do
		has out "$model,,,missing,"
	done
	# all of it is refused, and what is added is clean
	expect 0 --as-of 2026-08-01 prices import "$HLLM_LITELLM"
	expect 0 prices lint --strict
	expect 0 --as-of 2026-08-01 prices import "$HLLM_LITELLM"
	has out 'Nothing to add: '
}
