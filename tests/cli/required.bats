# Numbers that a person can check by hand, from a file to the answer.

load lib

# tasks MODEL DATE N INPUT OUTPUT - a log of N requests of that size on a day.
tasks()
{
	awk -v model="$1" -v date="$2" -v n="$3" -v input="$4" -v output="$5" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "{\"timestamp\":\"%sT%02d:%02d:%02dZ\",\"model\":\"%s\",\"task\":\"task\"," \
				"\"input_tokens\":%d,\"output_tokens\":%d}\n",
				date, i / 60 % 24, i % 60, i / 1440, model, input, output
	}' >tasks.jsonl
}

# total FILE... - input and output tokens, list cost from and to.
total()
{
	expect 0 audit --no-save --format json "$@"
	python3 -c '
import json
t = json.load(open("out"))["totals"]
cost = [t[k] and t[k]["amount"] for k in ("list_cost", "list_cost_high")]
print(t["requests"], t["input_tokens"], t["output_tokens"], *cost)'
}

@test "1,000 tasks of 500 in and 200 out, by model and date" {
	while read -r model date cost; do
		tasks "$model" "$date" 1000 500 200
		same "$model $date $(total tasks.jsonl)" "$model $date 1000 500000 200000 $cost None"
	done <<-'END'
		gpt-4-turbo 2024-06-01 11.00
		claude-3-sonnet 2024-06-01 4.50
		claude-3-sonnet 2026-01-01 None
		gpt-3.5-turbo 2023-12-01 1.15
		gpt-3.5-turbo 2024-03-01 0.55
		gpt-3.5-turbo-1106 2024-03-01 0.90
		gpt-3.5-turbo-1106 2023-12-01 0.90
	END
}

@test "a model whose prices have ended has none, and why" {
	tasks claude-3-sonnet 2026-01-01 1000 500 200
	expect 0 audit --no-save tasks.jsonl
	has out 'claude-3-sonnet'
	has out '2025-07-20'
	has out '700,000'
	expect 5 audit --no-save --strict tasks.jsonl
}

@test "500 a day of 10,000 in on gpt-4o over 30 days of 2026: 375 dollars a month" {
	for day in $(seq -w 1 30); do
		tasks gpt-4o "2026-09-$day" 500 10000 0
		cat tasks.jsonl >>month.jsonl
	done
	same "$(total month.jsonl)" '15000 150000000 0 375.00 None'
	same "$(python3 -c '
import json
w, = json.load(open("out"))["workloads"]
print(w["requests_per_day"], w["monthly_cost"]["amount"], w["monthly_cost_high"])')" '500 375.00 None'
	expect 0 audit --no-save month.jsonl
	has out '375.00'
}

@test "Claude Sonnet 4.5: 250,000 from the cache make the whole request a long one" {
	long=timestamp,model,input_tokens,output_tokens,cache_read_tokens
	printf '%s\n2026-10-05T08:00:00Z,claude-sonnet-4-5,250000,1000,250000\n' $long >one.csv
	same "$(total one.csv)" '1 250000 1000 0.1725 None'
	printf '%s\n2026-10-05T08:00:00Z,claude-sonnet-4-5,200000,1000,200000\n' $long >edge.csv
	same "$(total edge.csv)" '1 200000 1000 0.075 None'
}

@test "Claude Sonnet 4.5: the same as a day's bucket is an interval that contains it" {
	cat >day.json <<-'END'
		{"data":[{"starting_at":"2026-10-05T00:00:00Z","ending_at":"2026-10-06T00:00:00Z","results":[
		{"uncached_input_tokens":0,"cache_read_input_tokens":250000,"output_tokens":1000,
		"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0},
		"server_tool_use":{"web_search_requests":0},"model":"claude-sonnet-4-5-20250929",
		"service_tier":"standard","context_window":null,"api_key_id":null,"workspace_id":null}]}],
		"has_more":false,"next_page":null}
	END
	same "$(total day.json)" 'None 250000 1000 0.09 0.1725'
	# where the export tells the sizes apart, it is exact again
	sed 's/"context_window":null/"context_window":"200k-1M"/' day.json >above.json
	same "$(total above.json)" 'None 250000 1000 0.1725 None'
	sed 's/"context_window":null/"context_window":"0-200k"/' day.json >below.json
	same "$(total below.json)" 'None 250000 1000 0.09 None'
	expect 0 audit --no-save day.json
	has out '$0.09 to $0.17'
}
