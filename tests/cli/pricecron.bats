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

# serve_lists [ADDRESS] - priceserver.py on a free port; $url is its.
serve_lists()
{
	local at=${1:-127.0.0.1}
	rm -f port
	python3 "$TESTDIR/cli/priceserver.py" "$TESTDIR/data/fakeserver.pem" "$HOME" "$HOME/requests" "$at" >port 2>server.err 3>&- &
	servers="${servers-} $!"
	local i
	for ((i = 0; i < 100; i++)); do
		[ -s port ] && break
		sleep 0.05
	done
	url=https://$at:$(cat port)
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
	has out '2 prices of 1 model would be new; what you use would cost what it did.'
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
	has out '3 prices of 2 models would change; what you use would cost $'
	# nothing but the request left: no key, no cookie, no name
	same "$(grep -i 'authorization\|cookie\|@\|referer' requests)" ''
	same "$(grep -i '^user-agent' requests | sort -u | tr -d '\r')" "User-Agent: hllm/$("$HLLM" --version | sed -n '1s/.* //p')"
	# and what stands behind the question mark was asked for, but is stored nowhere
	grep -q 'key=canary' requests
	same "$(grep -rl canary .config .local)" ''
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

@test "what cannot be had whole, or is no list, changes nothing" {
	start
	serve_lists
	cp list.json served.json
	check 0 2026-11-02 "$url/served.json"
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06"))'
	cp new.json served.json
	sed 's/gpt-4o/<&/' served.json >tags.json
	printf '[1, 2]' >other.json
	printf 'model,kind,price,unit\nm,output,1,1M tokens' >cut.csv
	cp "$checked" was.csv
	host=${url#https://}
	while IFS='|' read -r list text; do
		SECONDS=0
		# shellcheck disable=SC2086
		check 1 2026-11-16 $list
		[ "$SECONDS" -le 15 ]
		[ ! -s out ]
		same "$(wc -l <err)" 1
		has err "$text"
	done <<-END
		$url/half/served.json|$host: it closed the connection after
		$url/chunkhalf/served.json|$host: it closed the connection after
		$url/badgzip/served.json|$host: what it sends as gzip cannot be unpacked
		$url/slow/served.json --timeout 1|$host: no complete reply within
		$url/hang --timeout 1|$host: no complete reply within
		$url/huge|$host: its reply is longer than 16777216 bytes; the rest was not read
		$url/bomb|$host: its reply is longer than 16777216 bytes; the rest was not read
		$url/to?http://$host/served.json|$host: it answers 302 and points to an address that is not https; that is not followed
		$url/to?file:///etc/passwd|$host: it answers 302 and points to an address that is not https; that is not followed
		$url/to?|$host: it answers 302 and points nowhere
		$url/loop|$host: one redirect after the other, and no end
		$url/hop/6/served.json|$host: one redirect after the other, and no end
		$url/status/404|$host: it answers 404 Not Found
		$url/status/500|$host: it answers 500 Internal Server Error
		$url/status/304|$host: it answers 304 and points nowhere
		$url/html|hllm: $url/html: what came is a web page and no price list; is it the address of the raw file?
		$url/empty|hllm: $url/empty: what came is empty, expected a price list
		$url/other.json|neither LiteLLM's map of models nor a list
		$url/cut.csv|hllm: $url/cut.csv: its last line has no end: it is cut short, or no price list
		nowhere.json|hllm: nowhere.json: No such file or directory
		https://127.0.0.1:1/x|hllm: 127.0.0.1:1: no server answers there: Connection refused
	END
	while IFS='|' read -r list text; do
		check 2 2026-11-16 "$list"
		err_is "hllm: $text"
	done <<-END
		http://$host/served.json|http://: expected an address that begins with https://, so that nobody on the way can change what comes; a file is given by its path
		ftp://$host/served.json|ftp://: expected an address that begins with https://, so that nobody on the way can change what comes; a file is given by its path
		file:///etc/passwd|file://: expected an address that begins with https://, so that nobody on the way can change what comes; a file is given by its path
		https://|an address like https://example.com/prices.json is expected, without user and password
		https://me:word@$host/x|an address like https://example.com/prices.json is expected, without user and password
	END
	# a certificate that nobody vouches for
	expect 1 prices import "$url/served.json" --check
	has err "$host: no TLS connection that can be trusted: "
	expect 1 prices import "$url/served.json" --check --ca-file nothing.pem
	has err "$host: no TLS connection that can be trusted: "
	https_proxy=http://127.0.0.1:1 check 1 2026-11-16 "$url/served.json"
	has err '; it was asked through the proxy of https_proxy'
	cmp "$checked" was.csv
	same "$(find .config | sort)" ".config
.config/hllm
$checked"
	# lint, diff and an import by hand take the same addresses
	expect 0 prices lint "$url/served.json" --ca-file "$TESTDIR/data/fakeserver.pem"
	expect 0 prices diff "$url/served.json" --ca-file "$TESTDIR/data/fakeserver.pem"
	expect 0 prices import "$url/served.json" --ca-file "$TESTDIR/data/fakeserver.pem" --dry-run
	has out 'contradict'
	# and one of another host
	serve_lists 127.0.0.2
	check 1 2026-11-16 "$url/served.json"
	has err "no TLS connection that can be trusted: "
}

@test "a change in doubt stops all of it, until it is accepted" {
	start
	check 0 2026-11-02 list.json
	cp "$checked" was.csv
	while IFS='|' read -r how model kind old new why; do
		change "$how; m['gpt-4o-mini'].update(output_cost_per_token=D('7e-07'))"
		check 3 2026-11-16 new.json --format csv --table problems
		same "$(sed 1d out | cut -d, -f3,5-)" "$model,$kind,$old,$new,$why"
		cmp "$checked" was.csv
		check 3 2026-11-16 new.json --accept other --dry-run
		has out "hllm prices import 'new.json' --check --ca-file '$TESTDIR/data/fakeserver.pem' --accept 'other' --accept '$model'"
		check 0 2026-11-16 new.json --accept "$model" --dry-run
		cmp "$checked" was.csv
	done <<-'END'
		m['gpt-4o'].update(output_cost_per_token=D('0'))|gpt-4o|zero|10|0|"a price does not fall to 0; unknown is not free"
		m['gpt-4o'].update(output_cost_per_token=D('1e-08'))|gpt-4o|unit|10|0.01|"1,000 times cheaper: is the unit right?"
		m['gpt-4o'].update(output_cost_per_token=D('0.00015'))|gpt-4o|jump|10|150|15 times dearer
		m['gpt-4o'].update(cache_read_input_token_cost=D('4.5e-06'))|gpt-4o|lint|1.25|4.5|a cached token is dearer than a fresh one
		m['acme/neo'].update(output_cost_per_token=D('0.5e-06'))|acme/neo|lint|2|0.5|output is cheaper than input: are they swapped?
	END
	# a model in use that the list has no more: noted once it is accepted, and then no news
	change 'del m["acme/neo"]'
	mkdir gone
	mv new.json gone/list.json
	check 3 2026-11-16 gone/list.json
	has out 'Nothing of gone/list.json was taken: its only change is in doubt.'
	has out 'you use it; the list has'
	same "$(tail -n 1 out)" "hllm prices import 'gone/list.json' --check --ca-file '$TESTDIR/data/fakeserver.pem' --accept 'acme/neo'"
	check 0 2026-11-16 gone/list.json --accept acme/neo
	has out '1 model in use is not in the list any more; that is noted.'
	same "$(cut -d, -f1-8 "$checked")" "$(cut -d, -f1-8 was.csv)"
	same "$(grep -c 'not in the list since 2026-11-16' "$checked")" 2
	check 0 2026-11-23 gone/list.json
	[ ! -s out ]
	# without a ledger nobody knows what is used
	cp was.csv "$checked"
	check 0 2026-11-23 gone/list.json --ledger none.db
	[ ! -s out ]
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06"))'
	check 0 2026-11-23 new.json --ledger none.db
	has out '1 price of 1 model changed; what that makes of what you use is not known: there is no ledger yet (hllm import FILE makes one).'
	# one that is damaged is no reason to miss a price either
	cp was.csv "$checked"
	head -c 5000 /dev/urandom >bad.db
	check 0 2026-11-23 new.json --ledger bad.db
	has out '1 price of 1 model changed; what that makes of what you use is not known: '
}

@test "what the user has written goes before the list, and no check touches it" {
	start
	expect 0 prices add gpt-4o --input-price 1 --output-price 2 --as-of 2026-10-01
	printf 'a word of mine' | sed 's/^/# /' >>"$own"
	printf '\n' >>"$own"
	cp "$own" mine.csv
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06")); m["gpt-4o"].update(output_cost_per_token_batches=D("4e-06"))'
	check 0 2026-11-02 new.json
	cmp "$own" mine.csv
	lacks "$checked" gpt-4o
	has out ' differ from prices of your own, which go before the list and stay.'
	expect 0 prices show gpt-4o --on 2026-11-03
	has out 'output              2  1M tokens  -           hllm prices add'
	# nor is one from --prices
	rm -r .config
	printf 'provider,model,kind,price,unit\nopenai,gpt-4o,output,9,1M tokens\n' >contract.csv
	check 0 2026-11-02 new.json --prices contract.csv
	lacks "$checked" gpt-4o,
	# when it ends, the list is followed
	check 0 2026-11-09 new.json
	grep -q '^openai,gpt-4o,2026-11-09,,standard,output,8,' "$checked"
}

@test "prices with dates, and lists of the other forms" {
	start
	head='provider,model,from,to,service_tier,kind,price,unit,source,above_tokens,region,hours_utc'
	{
		echo "$head"
		echo 'openai,gpt-4o,2024-01-01,2026-09-01,,output,11,1M tokens,past'
		echo 'openai,gpt-4o,2026-11-10,,,output,9,1M tokens,news'
		echo 'openai,gpt-4o,2026-12-24,,,uncached_input,2,1M tokens,soon'
		echo 'acme,neo,,,,uncached_input,1,1M tokens,'
		echo 'acme,neo,,,,output,3,1M tokens,,1000'
		echo 'acme,neo,,,batch,output,1.5,1M tokens,,,eu'
		echo 'acme,neo,,,,output,2,1M tokens,,,,00:00-12:00 Mon-Fri'
	} >theirs.csv
	check 0 2026-11-16 theirs.csv
	has out '2026-11-10'
	has out '2026-12-24'
	sed 's/,,*$//' "$checked" >got
	same "$(cat got)" "$head
openai,gpt-4o,2026-12-24,,standard,uncached_input,2,1M tokens,\"prices.csv theirs.csv, 2026-11-16\"
openai,gpt-4o,2026-11-10,,standard,output,9,1M tokens,\"prices.csv theirs.csv, 2026-11-16\"
acme,neo,2026-11-16,,standard,uncached_input,1,1M tokens,\"prices.csv theirs.csv, 2026-11-16\"
acme,neo,2026-11-16,,standard,output,2,1M tokens,\"prices.csv theirs.csv, 2026-11-16\",,,00:00-12:00 Mon-Fri
acme,neo,2026-11-16,,standard,output,3,1M tokens,\"prices.csv theirs.csv, 2026-11-16\",1000
acme,neo,2026-11-16,,batch,output,1.5,1M tokens,\"prices.csv theirs.csv, 2026-11-16\",,eu"
	check 0 2026-11-16 theirs.csv
	[ ! -s out ]
	check 0 2026-12-28 theirs.csv
	[ ! -s out ]
	# the same news a month later would alter what was billed since
	rm "$checked"
	check 3 2026-12-28 theirs.csv --only openai
	has out 'since 2026-11-10: past months'
	check 0 2026-12-28 theirs.csv --only openai --accept openai/gpt-4o
	has out '2 prices of 1 model changed; what you use costs $'
	grep -q '^openai,gpt-4o,2026-11-10,,' "$checked"
	rm "$checked"
	printf '{"prices": [{"id": "gpt-4o", "vendor": "openai", "name": "GPT-4o", "input": 2.5, "output": 8,
		"input_cached": 1.25, "from_date": null, "to_date": null}]}' >simonw.json
	check 0 2026-11-16 simonw.json
	same "$(sed 1d "$checked")" 'openai,gpt-4o,2026-11-16,,standard,output,8,1M tokens,"simonw simonw.json, 2026-11-16"'
}

@test "the file is whole, or as it was" {
	start
	check 0 2026-11-02 list.json
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06"))'
	cp "$checked" was.csv
	# no room for it
	python3 - >large.json <<-'END'
		import json
		print(json.dumps({f"acme/m{i}": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-06,
		                                 "output_cost_per_token": 2e-06} for i in range(2000)}))
	END
	(ulimit -f 64 && check 1 2026-11-16 large.json && has err 'prices-checked.csv')
	cmp "$checked" was.csv
	same "$(find .config -name '*.csv.*')" ''
	# killed at any moment: the old text or the new one
	sanitized || python3 - "$HLLM" "$HOME/large.json" "$checked" <<-'END'
		import os, random, signal, subprocess, sys, time
		hllm, list_, path = sys.argv[1:]
		command = [hllm, "prices", "import", list_, "--check", "--as-of", "2026-11-16", "--ledger", "none.db"]
		old = open(path, "rb").read()
		begun = time.monotonic()
		subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
		took = time.monotonic() - begun
		new = open(path, "rb").read()
		assert new.startswith(old) and len(new) > 100000
		seen = set()
		for i in range(12):
		    with open(path, "wb") as f:
		        f.write(old)
		    p = subprocess.Popen(command, stdout=subprocess.DEVNULL)
		    time.sleep(took * (0.4 + 0.06 * i))
		    p.send_signal(signal.SIGKILL)
		    p.wait()
		    text = open(path, "rb").read()
		    assert text in (old, new), len(text)
		    seen.add(text == new)
		with open(path, "wb") as f:
		    f.write(old)
	END
	rm -f .config/hllm/*csv.*
	cmp "$checked" was.csv
	# two at once: one of them writes
	"$HLLM" prices import new.json --check --as-of 2026-11-16 >out1 2>err1 &
	"$HLLM" prices import new.json --check --as-of 2026-11-16 >out2 2>err2 &
	wait
	[ ! -s err1 ] && [ ! -s err2 ]
	same "$(cat out1 out2 | grep -c 'changed')" 1
	same "$(grep -c 'gpt-4o' "$checked")" 1
	# what was edited until it is no table any more is told, and kept
	echo 'nonsense' >>"$checked"
	cp "$checked" was.csv
	check 1 2026-11-16 list.json
	has err "$HOME/$checked:"
	cmp "$checked" was.csv
}

@test "a folder that cannot be written, and no home" {
	here=$(mktemp -d)
	mkdir -p "$here/.config/hllm"
	start
	change 'm["gpt-4o"].update(output_cost_per_token=D("8e-06"))'
	cp new.json "$here/"
	find "$here" -type d -exec chmod 555 {} +
	as='env'
	[ "$(id -u)" != 0 ] || as='setpriv --reuid 65534 --regid 65534 --clear-groups env'
	chmod 444 "$here/new.json"
	if $as "$HLLM" --version >/dev/null 2>&1; then
		status=0
		$as -i HOME="$here" HLLM_DATA_DIR="$HLLM_DATA_DIR" "$HLLM" prices import "$here/new.json" --check >out 2>err || status=$?
		same "$status" 1
		err_is "hllm: $here/.config/hllm/prices-checked.csv: Permission denied"
		[ ! -s out ]
	fi
	find "$here" -type d -exec chmod 755 {} +
	rm -r "$here"
	HOME='' XDG_CONFIG_HOME='' expect 1 prices import new.json --check
	err_is 'hllm: no home folder for the prices of a list: set HOME or XDG_CONFIG_HOME'
}

@test "the list of hllm.conf, and words that do not go together" {
	start
	serve_lists
	mkdir -p .config/hllm
	cp list.json served.json
	printf 'prices {\n\turl = "%s/served.json"\n\tonly = "acme*"\n\tca_file = "%s"\n}\n' "$url" "$TESTDIR/data/fakeserver.pem" \
		>.config/hllm/hllm.conf
	expect 0 prices import --check --as-of 2026-11-02
	has out '2 prices of 1 model are new'
	expect 0 prices import --check --as-of 2026-11-09
	[ ! -s out ]
	printf 'prices {\n\turl = prices.json\n}\n' >.config/hllm/hllm.conf
	expect 1 prices import --check
	err_is "hllm: $HOME/.config/hllm/hllm.conf:2: prices: url \"prices.json\": not an address, expected one that begins with https://"
	rm .config/hllm/hllm.conf
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 prices $args
		err_is "hllm: $text"
	done <<-'END'
		import|expected: hllm prices import FILE|URL
		import --check|expected: hllm prices import FILE|URL --check, or the url of a list in the prices block of hllm.conf
		import list.json --accept gpt-4o|--accept goes with: hllm prices import --check
		lint list.json --check|--check goes with: hllm prices import
		import list.json --check --replace|--replace: --check does so by itself, with what is not in doubt
		import list.json --check --from 2026-01-01|--from: with --check prices hold from today on, or from the day that the list says
		import list.json --check --timeout 99999999999999999|--timeout 99999999999999999: expected at most 86400 seconds
	END
}

@test "names of a list are hostile" {
	start
	python3 - >new.json <<-'END'
		import json
		names = ["=1+1", "@x", "a,b\",\"c", "# x", "../../etc/passwd", "$(id)", "';drop", "x" * 300, "a\nb", "a\x1b[31m", "‮evil",
		         "acme/\r\nown,evil,,,standard,output,0,1M tokens,x", " gpt-4o ", ""]
		print(json.dumps({n: {"litellm_provider": n[:20], "mode": "chat", "input_cost_per_token": 1e-06,
		                      "output_cost_per_token": 2e-06} for n in names}))
	END
	for format in text json html; do
		check 0 2026-11-16 new.json --dry-run --verbose --format $format
		python3 "$TESTDIR/data/harmless.py" out 2>/dev/null || LC_ALL=C.UTF-8 python3 -c '
import sys
text = open("out", encoding="utf-8").read()
assert not any(c in text for c in "\x1b\r\u202e"), "control characters"'
	done
	check 0 2026-11-16 new.json
	expect 0 prices list --format json
	same "$(grep -c '^own,\|^#\|^evil' "$checked" || true)" 0
	same "$(jq -r '.models // .prices | length > 100' out)" true
	check 0 2026-11-16 new.json
	[ ! -s out ]
}
