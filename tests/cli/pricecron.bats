# hllm prices import --check: a price list that cron follows.

load lib
load servers

checked=.config/hllm/prices-checked.csv
own=.config/hllm/prices.csv

# start - list.json says what is in force; a log of three months with three workloads is in the ledger.
start()
{
	export PYTHONPATH=$TESTDIR/data
	cat >list.json <<-'END'
		{ "gpt-4o": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-06,
		   "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1.25e-06 },
		 "gpt-4o-mini": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-07,
		   "output_cost_per_token": 6e-07 },
		 "acme/neo": { "litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-06,
		   "output_cost_per_token": 2e-06 } }
	END
	python3 - >log.csv <<-'END'
		print("m,in,cached,out,time,task")
		for i in range(270):
		    model = ("gpt-4o", "gpt-4o-mini", "acme/neo")[i % 3]
		    print(f"{model},{1000 + i},{i // 3 % 3 * 100},{300 + i},2026-{8 + i // 90:02}-{1 + i % 30:02}T10:00:00Z,{('chat', 'mail')[i % 2]}")
	END
	expect 0 import --as-of 2026-11-01 --map model=m,input=in,cache_read=cached,output=out,time=time,task=task log.csv
}

# change FILTER - new.json is list.json, changed by jq, with numbers as they were written.
change()
{
	python3 -c '
import json, sys
from decimal import Decimal
models = json.load(open("list.json"), parse_float=Decimal)
exec(sys.argv[1], {"m": models, "D": Decimal})
json.dump(models, open("new.json", "w"), default=float)' "$1"
}

# serve_lists - priceserver.py on a free port; $url is its.
serve_lists()
{
	rm -f port
	python3 "$TESTDIR/cli/priceserver.py" "$TESTDIR/data/fakeserver.pem" "$HOME" "$HOME/requests" >port 2>server.err 3>&- &
	servers="${servers-} $!"
	local i
	for ((i = 0; i < 100; i++)); do
		[ -s port ] && break
		sleep 0.05
	done
	url=https://127.0.0.1:$(cat port)
	unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY
}

# check STATUS DAY LIST ARGUMENT... - prices import LIST --check on that day.
check()
{
	local want=$1 day=$2 list=$3
	shift 3
	expect "$want" prices import "$list" --check --as-of "$day" --ca-file "$TESTDIR/data/fakeserver.pem" "$@"
}

@test "a list is followed: dated rows, what was there before, and what it costs" {
	start
	serve_lists
	cp list.json served.json
	# acme/neo is new; the rest is what is in force
	check 0 2026-11-02 "$url/served.json?key=canary" --dry-run
	has out '2 prices of 1 model would be new; what you use costs what it did.'
	[ ! -e .config ]
	check 0 2026-11-02 "$url/gzip/served.json?key=canary"
	has out '2 prices of 1 model are new; what you use costs what it did.'
	has out 'a month of your work had no price before'
	same "$(cat "$checked")" "provider,model,from,to,service_tier,kind,price,unit,source
acme,acme/neo,2026-11-02,,standard,uncached_input,1,1M tokens,\"litellm served.json of ${url#https://}, 2026-11-02\"
acme,acme/neo,2026-11-02,,standard,output,2,1M tokens,\"litellm served.json of ${url#https://}, 2026-11-02\""
	[ ! -e "$checked~" ]
	# nothing has changed: silent, whatever it is asked for
	check 0 2026-11-09 "$url/hop/5/served.json"
	[ ! -s out ] && [ ! -s err ]
	check 0 2026-11-09 "$url/served.json" -o nothing.txt
	[ -f nothing.txt ] && [ ! -s nothing.txt ]
	expect 0 audit --format json --as-of 2026-11-02
	cp out before.json
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06"), input_cost_per_token=D("2e-06")); m["acme/neo"].update(output_cost_per_token=D("3e-06"))'
	cp new.json served.json
	cp "$checked" was.csv
	check 0 2026-11-16 "$url/served.json"
	has out '3 prices of 2 models changed; what you use costs $'
	has out "Written to $HOME/$checked; the file that was there is now the same with ~ behind it."
	cmp "$checked~" was.csv
	same "$(grep -c '' "$checked")" 6
	grep -q '^acme,acme/neo,2026-11-02,2026-11-16,standard,output,2,' "$checked"
	grep -q '^acme,acme/neo,2026-11-16,,standard,output,3,' "$checked"
	grep -q '^openai,gpt-4o,2026-11-16,,standard,output,8,' "$checked"
	# history keeps its price
	expect 0 audit --format json --as-of 2026-11-02
	cmp out before.json
	expect 0 prices show gpt-4o --on 2026-11-15 --format json
	jq -e '[.prices[] | select(.price == "output" or .kind == "output") | tostring] | any(contains("10"))' out
	# the same list again; and one can go back
	check 0 2026-11-16 "$url/served.json"
	[ ! -s out ]
	cp "$checked~" "$checked"
	check 0 2026-11-16 "$url/served.json" --dry-run
	has out '3 prices of 2 models would change; what you use costs $'
	# nothing but the request left: no key, no cookie, no name
	! grep -i 'authorization\|cookie\|@\|referer' requests
	same "$(grep -i '^user-agent' requests | sort -u | tr -d '\r')" "User-Agent: hllm/$("$HLLM" --version | sed -n '1s/.* //p')"
	# and what stands behind the question mark was asked for, but is stored nowhere
	grep -q 'key=canary' requests
	! grep -rq canary .config .local
}

@test "dollars a month are those of a second computation" {
	start
	# cached tokens and a discount; neo gets a price first
	mkdir -p .config/hllm
	printf 'discount "ours" {\n\tmodel = "gpt-4o*"\n\tpercent = 12.5\n}\n' >.config/hllm/hllm.conf
	check 0 2026-11-02 list.json
	change 'm["gpt-4o"].update(output_cost_per_token=D("7.7e-06"), cache_read_input_token_cost=D("1.1e-06")); m["gpt-4o-mini"].update(input_cost_per_token=D("2.03e-07")); m["acme/neo"].update(input_cost_per_token=D("1.9e-06"))'
	check 0 2026-11-16 new.json --format json
	python3 - <<-'END'
		import csv, datetime, json
		from fractions import Fraction as F
		new = json.load(open("out"))
		def table(name):
		    return {m: (F(str(v["input_cost_per_token"])), F(str(v["output_cost_per_token"])),
		                F(str(v.get("cache_read_input_token_cost", 0)))) for m, v in json.load(open(name)).items()}
		old_prices, new_prices = table("list.json"), table("new.json")
		for t in (old_prices, new_prices):  # of the shipped table, which the list says nothing about
		    t["gpt-4o-mini"] = (*t["gpt-4o-mini"][:2], F("0.075") / 10**6)
		    t["acme/neo"] = (*t["acme/neo"][:2], t["acme/neo"][0])  # no price of its own: as input
		work, kinds, days = {}, {}, set()
		for r in csv.DictReader(open("log.csv")):
		    if r["time"] < "2026-08-02":  # the ledger's last 90 days end on 30 October
		        continue
		    days.add(r["time"][:10])
		    for when, prices in (("before", old_prices), ("after", new_prices)):
		        p = prices[r["m"]]
		        cached, fresh = int(r["cached"]), int(r["in"]) - int(r["cached"])
		        share = F(7, 8) if r["m"].startswith("gpt-4o") else 1
		        sums = (p[0] * fresh * share, p[1] * int(r["out"]) * share, p[2] * cached * share)
		        work.setdefault((r["task"], r["m"]), {}).setdefault(when, F(0))
		        work[r["task"], r["m"]][when] += sum(sums)
		        for kind, amount in zip(("uncached_input", "output", "cache_read"), sums):
		            kinds.setdefault((r["m"], kind), {}).setdefault(when, F(0))
		            kinds[r["m"], kind][when] += amount
		span = (datetime.date.fromisoformat(max(days)) - datetime.date.fromisoformat(min(days))).days + 1
		assert span == 90
		close = lambda a, b: abs(F(a["amount"]) - b) < F(1, 10**8)
		month = lambda amount: amount * 30 / span
		assert len(new["workloads"]) == 6, new["workloads"]
		for row in new["workloads"]:
		    w = work.pop((row["workload"], row["model"]))
		    assert close(row["before"], month(w["before"])) and close(row["after"], month(w["after"])), (row, w)
		    assert close(row["difference"], month(w["after"] - w["before"])), row
		assert not work
		assert len(new["changes"]) == 4
		for row in new["changes"]:
		    k = kinds[row["model"], row["price"]]
		    d = k["after"] - k["before"]
		    if row["model"] == "acme/neo":  # its cached tokens are priced as input
		        d += kinds["acme/neo", "cache_read"]["after"] - kinds["acme/neo", "cache_read"]["before"]
		    assert close(row["monthly_difference"], month(d)), (row, month(d))
		total = sum(F(r["difference"]["amount"]) for r in new["workloads"])
		assert "costs $%.2f a month" % abs(float(total)) in new["headline"], (float(total), new["headline"])
	END
}
