# hllm prices: the table of list prices, and lines of one's own.

load lib

own=.config/hllm

@test "list finds models by a part of their id" {
	expect 0 --as-of 2026-11-20 prices list gpt-4o-mini
	has out 'openai    gpt-4o-mini '
	has out '0.15'
	lacks out 'gpt-5'
	expect 0 --as-of 2026-11-20 prices list 'claude-3-s*'
	has out 'until 2025-07-20'
}

@test "show says how the name was found and what was in force" {
	expect 0 prices show claude-sonnet-4-5-20250929 --on 2026-10-01 --format json
	has out '"rule": "suffix -20250929 dropped, exact id"'
	has out '"above_tokens": 200000'
	expect 0 prices show gpt-3.5-turbo --on 2023-12-01 --format csv
	has out 'standard,output,2,1M tokens,'
	lacks out 'standard,output,1.5'
	expect 0 prices show claude-3-sonnet --on 2026-01-01
	has out 'claude-3-sonnet is not priced: claude-3-sonnet has prices until 2025-07-20, not on 2026-01-01.'
	expect 0 prices show us.anthropic.claude-haiku-4-5-20251001-v1:0 --on 2026-10-01
	has out 'Region us: token prices times 1.100.'
}

# Status, arguments (separated by blanks), all of stderr.
@test "what does not fit is told in one line and writes nothing" {
	while IFS='|' read -r want args text; do
		# shellcheck disable=SC2086
		expect "$want" prices $args
		err_is "hllm: $text"
	done <<-'END'
		2|buy|prices buy: expected list, show, add, alias, lint, diff or import
		2|show|expected: hllm prices show MODEL [--on DATE]
		1|show gpt-4oo|gpt-4oo: no price has this name; near it: gpt-4o, gpt-4, gpt-4.1
		2|diff|expected: hllm prices diff FILE [FILE]
		2|import|expected: hllm prices import FILE|URL
		2|import a b|expected: hllm prices import FILE|URL
		2|import a --from soon|--from soon: not a date, expected YYYY-MM-DD
		2|lint --on soon|--on soon: not a date, expected YYYY-MM-DD
		2|show gpt-4o --on soon|--on soon: not a date, expected YYYY-MM-DD
		2|add m|prices add needs --input-price, and --output-price for all but embeddings: dollars per 1M tokens
		2|add m --input-price 1x|uncached_input 1x: not a price, expected dollars per 1M tokens like 2.50
		2|add m --input-price 1 --from 2026-02-30|--from 2026-02-30: not a date, expected YYYY-MM-DD
		2|add m --input-price 1 --from 2026-02-01 --to 2026-01-01|--from 2026-02-01 is not before --to 2026-01-01
		2|alias gpt-4o gpt-4.1|gpt-4o has prices of its own, which go before an alias; give it others with hllm prices add
		2|alias mine gpt-4oo|gpt-4oo has no prices; near it: gpt-4o, gpt-4, gpt-4.1
		2|alias mine NovaPro|NovaPro is not an id of the price table; it stands for amazon.nova-pro-v1:0: use that
	END
	[ ! -e "$own" ]
}

@test "add and alias write lines that the next run reads" {
	expect 0 --as-of 2026-11-20 prices add my-model --input-price 0.50 --output-price 1.50 --source 'a, "b"'
	out_is "Added 2 prices of my-model to $HOME/$own/prices.csv.

hllm prices show my-model"
	same "$(cat "$own/prices.csv")" 'provider,model,from,to,service_tier,kind,price,unit,source
own,my-model,,,standard,uncached_input,0.50,1M tokens,"a, ""b"""
own,my-model,,,standard,output,1.50,1M tokens,"a, ""b"""'
	expect 0 --as-of 2026-11-20 prices alias '#mine' my-model
	same "$(cat "$own/aliases.csv")" 'name,model,from,to,source
"#mine",my-model,,,hllm prices alias 2026-11-20'
	expect 0 prices show '#mine'
	has out '#mine is priced as my-model of own (alias #mine).'
}

@test "a second line for the same is refused and the files stay" {
	expect 0 prices add gpt-4o --input-price 2 --from 2026-12-01
	expect 0 prices alias mine gpt-4o
	before=$(cat "$own"/*)
	expect 2 prices add gpt-4o --input-price 3 --from 2026-12-01
	err_is "hllm: $HOME/$own/prices.csv:2: has the uncached_input price of gpt-4o for these dates already; change that line"
	expect 2 prices alias mine gpt-4o-mini
	err_is "hllm: $HOME/$own/aliases.csv:2: mine means gpt-4o already; change that line"
	same "$(cat "$own"/*)" "$before"
}

@test "an overlay holds for its dates only" {
	expect 0 prices add gpt-4o --input-price 2 --from 2026-12-01
	expect 0 prices show gpt-4o --on 2026-11-30 --format csv
	has out 'standard,uncached_input,2.5,'
	expect 0 prices show gpt-4o --on 2026-12-01 --format csv
	has out 'standard,uncached_input,2,'
	lacks out 'standard,uncached_input,2.5,'
}

@test "a broken table of one's own stops everything with its line" {
	mkdir -p "$own"
	printf 'model,kind,price,unit\nm,output,cheap,1M tokens\n' >"$own/prices.csv"
	expect 1 prices list
	err_is "hllm: $HOME/$own/prices.csv:2: price: \"cheap\" is not a price"
}

@test "lint finds what is wrong in a table" {
	cat >bad.csv <<-'END'
		provider,model,from,to,service_tier,kind,price,unit
		x,a,2026-01-01,2026-03-01,standard,uncached_input,2,1M tokens
		x,a,2026-02-01,2026-04-01,standard,uncached_input,3,1M tokens
		x,a,2026-05-01,,standard,uncached_input,2,1M tokens
		x,a,2026-05-01,,standard,output,1,1M tokens
		x,a,2026-05-01,,standard,cache_read,4,1M tokens
		x,a,2026-05-01,,batch,uncached_input,1.5,1M tokens
		x,b,,,standard,uncached_input,15000,1M tokens
		x,c,,,standard,uncached_input,0,1M tokens
	END
	expect 0 prices lint bad.csv --format csv
	same "$(awk -F, -v OFS=, 'NR > 1 { print $4, $NF }' out | sort)" 'batch_ratio,7
cache_above_input,6
gap,4
output_below_input,5
overlap,3
unit,8
zero,9'
}
