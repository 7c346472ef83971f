# bats file: hllm breakeven --plan and --lint, plan files.
# shellcheck shell=bash disable=SC2154
load lib

# lint NAME - the problems of a plan file in tests/data/plans: "line kind figure", one a line.
lint()
{
	hllm breakeven --lint "$TESTDIR/data/plans/$1.csv" --as-of 2026-11-25 --format json
	python3 -c '
import json, sys
for p in json.load(open("out"))["problems"]:
    print(p["line"], p["kind"], p["key"], sep="  ")' >problems
}

# right LINE KIND FIGURE TEXT - that problem is there, and its corrected figure is TEXT.
right()
{
	python3 - "$@" <<-'END'
	import json, sys
	line, kind, key, text = sys.argv[1:]
	found = [p for p in json.load(open("out"))["problems"]
	         if (str(p["line"]), p["kind"]) == (line, kind) and p["key"].startswith(key)]
	if not any(p["expected"] == text for p in found):
	    sys.exit(f"{line} {kind} {key}: not {text}, but {found}")
	END
}

@test "finds what is wrong with the bill of the first article" {
	lint s0
	[ "$status" = 3 ]
	right 4 below-list "Document classification" "\$120.00 to \$480.00"
	right 5 below-list "Structured data extraction" "\$135.00 to \$540.00"
	right 6 below-list "Internal summarization" "\$75.00 to \$300.00"
	right 7 below-list "Agentic" "\$45.00 to \$180.00"
	right 11 sum "All API" "\$227.00 to \$277.00"
	right 12 sum "OpenAI API" "\$36.00"
	right 17 result stated_saving "\$225.00"
	[ "$(grep -c . problems)" = 8 ]
	grep -q '^16  people-left-out' problems
}

@test "finds that 20 % cannot cost \$11 of \$400, and that 70B does not fit into 32 GB" {
	lint s1
	[ "$status" = 3 ]
	right 3 result stated_total "\$80.00 or more"
	right 3 result stated_saving_share "80 % or less"
	right 5 infeasible tokens_per_second "38.19 to 74.65 h of work a day"
	right 7 infeasible model "44.1 GB"
	[ "$(grep -c . problems)" = 4 ]
}

@test "finds that \$30 is less than the amortization it claims to hold, and the rest of that sheet" {
	lint s2
	[ "$status" = 3 ]
	right 3 parts monthly "\$66.67"
	right 3 double-count stated_break_even_months "29.6 months"
	right 3 beyond-life stated_break_even_months "never"
	right 3 wrong-baseline stated_quality_loss "11.8 %"
	right 3 contradiction threshold_monthly "\$54.00"
	grep -q '^4  contradiction  threshold_monthly' problems
	right 7 above-list "medium questions" "\$0.00000015 to \$0.00000022"
	right 8 above-list "complex questions" "\$0.0000025 to \$0.00000375"
	right 9 below-list "the third question" "\$0.0050"
	[ "$(grep -c . problems)" = 11 ]
}

@test "finds that 80 % of \$2,400 leaves \$480, and what a task costs on a laptop" {
	lint s3
	[ "$status" = 3 ]
	right 3 result stated_total "\$480.00 or more"
	right 4 below-list "GPT-4 Turbo" "\$11.00"
	right 6 above-list "GPT-3.5 Turbo" "\$0.55"
	right 7 result stated_local_per_1000 "\$0.18 to \$0.23 at least"
	right 7 result stated_ratio "2.39 to 2.99 times at most"
	[ "$(grep -c . problems)" = 6 ]
}

@test "finds that the node is paid back sooner, saves less, and pays its fallback twice" {
	lint s4
	[ "$status" = 3 ]
	right 3 result stated_break_even_months "1.4 to 1.6 months"
	right 3 result stated_year_one "\$31,960.00 to \$37,240.00"
	grep -q '^11  counted-twice  ongoing opex' problems
	[ "$(grep -c . problems)" = 4 ]
}

@test "a corrected sheet of each is silent" {
	for n in 0 1 2 3 4; do
		expect 0 breakeven --lint "$TESTDIR/data/plans/s$n-correct.csv" --as-of 2026-11-25
		has out "Nothing to correct in "
	done
}

@test "a hundred right sheets are silent, and each wrong figure is found for what it is" {
	python3 "$TESTDIR/data/check-plans.py" "$HLLM"
}

@test "works out every case of a file" {
	for n in 0 1 2 3 4; do
		expect 0 breakeven --plan "$TESTDIR/data/plans/s$n.csv" --as-of 2026-11-25
		cat out >>all
	done
	sed -i "s,$TESTDIR/,tests/," all
	golden plans/plan.out all
}

@test "the problems as people read them" {
	for n in 2 4; do
		expect 3 breakeven --lint "$TESTDIR/data/plans/s$n.csv" --as-of 2026-11-25
		cat out >>all
	done
	sed -i "s,$TESTDIR/,tests/," all
	golden plans/lint.out all
}

@test "the same file with semicolons and decimal commas, and by stdin" {
	printf 'case;daily requests;input tokens;output tokens;api model;capex;monthly;Stated break-even\n' >de.csv
	printf 'klein;5000;800;400;gpt-4o-mini;1600;30,00;66,7\n' >>de.csv
	expect 0 breakeven --plan de.csv
	has out "66.7 months"
	expect 3 breakeven --lint - <de.csv
	has out "beyond-life"
}

# bad COLUMN VALUE MESSAGE
bad()
{
	printf 'case,%s\nx,"%s"\n' "$1" "$2" >bad.csv
	expect 2 breakeven --plan bad.csv
	err_is "hllm: bad.csv:2: column $1: \"$2\": $3"
	expect 2 breakeven --lint bad.csv
}

@test "a figure that cannot be is named, with what it may be" {
	bad watts -5 "expected 0 to 10000000"
	bad utilization 130% "expected 0 to 1"
	bad life_months 0 "expected 1 to 600"
	bad life_months soon "expected a number of months, such as 24 or 2 years"
	bad capex nan "expected an amount of money, such as 1600 or 400-800"
	bad capex 1e999 "expected an amount of money, such as 1600 or 400-800"
	bad capex "20 apples" "expected an amount of money, such as 1600 or 400-800"
	bad hours 25 "expected 0 to 24"
	bad currency XYZ "not a currency, expected an ISO 4217 code such as USD or EUR"
	bad row sideways "expected plan, api_now, api_left, local, hardware, total or price"
	bad date yesterday "expected a day such as 2026-10-31"
	bad monthly 800-400 "runs downwards, expected the smaller number first"
	bad stated_saving never "expected an amount of money, such as 1600 or 400-800"
}

@test "a file that is no plan file says so" {
	printf 'x,y\n1,2\n' >no.csv
	expect 2 breakeven --plan no.csv
	has err "no column of this header is known"
	printf 'case,capx\na,1\n' >near.csv
	expect 2 breakeven --plan near.csv
	has err 'near.csv:1: column "capx" is not known; is it capex?'
	printf 'case,capex,hardware cost\na,1,2\n' >twice.csv
	expect 2 breakeven --plan twice.csv
	has err 'columns "capex" and "hardware_cost" are the same figure'
	printf 'case,capex\n' >empty.csv
	expect 2 breakeven --plan empty.csv
	has err "no row of figures"
	printf 'case,capex\na,1,600\n' >comma.csv
	expect 2 breakeven --plan comma.csv
	has err "comma.csv:2: 3 cells, expected the 2 of the header"
	printf 'case;capex\na;1,600\n' >loose.csv
	expect 2 breakeven --plan loose.csv
	has err "it can be read in two ways"
	printf 'case,currency,capex\na,EUR,$5\n' >two.csv
	expect 2 breakeven --plan two.csv
	has err 'expected one currency for all of a case'
	printf 'case,api_monthly,monthly\na,100,10\n' >capex.csv
	expect 2 breakeven --plan capex.csv
	has err "capex.csv:2: case a: capex: missing; expected the price of the hardware, or a rent a month"
	expect 1 breakeven --plan missing.csv
	expect 2 breakeven --plan a --lint b
}

@test "no demand, no saving and no capex are answers" {
	cat >answers.csv <<-'END'
	case,api_monthly,capex,monthly,owner
	nothing to avoid,0,1600,30,me
	no saving,20,1600,30,me
	nothing bought,100,0,30,me
	END
	expect 0 breakeven --plan answers.csv
	has out "there is no work, and so nothing to avoid"
	has out "Never: \$30.00 a month to run it, \$20.00 of API cost avoided."
	has out "Saves from the first month on"
	has out "Columns that nobody knows: owner."
}

@test "list prices are those of the day that the sheet names" {
	printf 'case,row,date,api_model,cost,per\nx,price,%s,gpt-4o,5.00,1M input tokens\n' 2024-07-01 >old.csv
	expect 0 breakeven --lint old.csv --as-of 2026-11-25
	sed 's/2024-07-01//' old.csv >new.csv
	expect 3 breakeven --lint new.csv --as-of 2026-11-25
	has out "above-list"
}

@test "a stated never agrees with what never pays for itself" {
	printf '%s\n' case,api_monthly,capex,monthly,stated_break_even_months a,32,4500,91,never b,32,4500,91,9 >never.csv
	expect 0 breakeven --plan never.csv --format json
	same "$(jq -r '.cases[].stated[] | "\(.found_text) \(.agrees)"' out | xargs)" "never true never false"
}

@test "what was not checked is never called right" {
	printf '%s\n' 'Date,Description,Quantity,Amount' '2026-10-01,GPT-4o,1,"$1,240.50"' >invoice.csv
	expect 0 breakeven --lint invoice.csv
	has out 'Nothing that could be checked is in invoice.csv: no result '
	printf '%s\n' 'name;daily_requests;input_tokens;output_tokens;api_model;capex;monthly;stated_payback_months' \
		'Our box;3000;1200;300;gpt-4o;4.500,00 EUR;120,50;12' >euro.csv
	expect 0 breakeven --lint euro.csv
	has out 'List prices are in USD; those of case Our box, which is in EUR, were not compared with them.'
	has out 'Line 2: stated_break_even_months was not checked: '
}

@test "what cannot be compared with a list is a note, not a problem" {
	printf 'case,row,item,api_model,cost,per,currency\nx,price,a,no-such-model,5.00,1M input tokens,\n' >note.csv
	expect 0 breakeven --lint note.csv
	has out 'no list price of "no-such-model"'
	printf 'case,row,item,api_model,cost,per,currency\nx,price,a,gpt-4o,1.00,1M input tokens,EUR\n' >euro.csv
	expect 0 breakeven --lint euro.csv
	has out "List prices are in USD; those of case x, which is in EUR, were not compared with them."
}

@test "the examples of hllm-economics(7) are worked out" {
	awk '/^\.Bd/ { file = "" } /^case,/ { file = "example" ++n ".csv" }
		/^\./ { file = "" } file && NF { print >file }' "$TESTDIR/../man/hllm-economics.7"
	expect 0 breakeven --plan example1.csv
	has out "66.7 months"
	expect 3 breakeven --lint example1.csv
	has out "beyond-life"
	expect 0 breakeven --plan example2.csv
	has out "1.5 months"
	expect 0 breakeven --lint example2.csv
}
