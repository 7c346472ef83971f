#!/usr/bin/env bats
# hllm probe without an address: what listens at the usual ports of this machine.  In a network of the test's own, where
# these ports are free; where the system gives none, this is skipped.

load lib
load servers

# alone COMMAND... - runs it in a network of its own.
alone()
{
	unshare -rn sh -c 'ip link set lo up && ip addr add 10.11.12.13/32 dev lo && exec "$@"' sh "$@"
}

# The rest of a test, as a script in such a network, with the same helpers.
within()
{
	command -v ip >/dev/null && alone true 2>/dev/null || skip 'no network of its own to be had'
	{
		echo "BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME"
		echo 'set -e; skip() { :; }; load() { :; }'
		sed '/^setup()/,/^}/d' "$BATS_TEST_DIRNAME/lib.bash"
		cat "$BATS_TEST_DIRNAME/servers.bash"
		echo 'trap teardown EXIT'
		cat
	} >script
	alone bash script
}

@test "nothing there" {
	within <<-'END'
		expect 1 probe
		err_is 'hllm: no server of models on this machine (127.0.0.1, ports 11434, 8080, 8000, 8001 and 1234), expected one running there, or --url URL'
		expect 1 probe --find
		expect 1 probe --health
		[ "$(wc -l <err)" = 1 ]
	END
}

@test "each usual port is looked at, and the first server is measured" {
	within <<-'END'
		serve --port 11434 dialect=ollama ttft=5 tpot=2
		serve --port 8080 dialect=llamacpp slots=3
		serve --port 8000 dialect=vllm
		serve --port 8001 dialect=openai
		serve --port 1234 dialect=lmstudio
		expect 0 probe --find --format json
		same "$(jq -r '.servers[] | [.kind, .url, .model, .slots // "-"] | join(" ")' out)" 'ollama http://127.0.0.1:11434 llama3.1:8b -
		llamacpp http://127.0.0.1:8080 hllm-probe 3
		vllm http://127.0.0.1:8000 meta-llama/Llama-3.1-8B-Instruct -
		openai http://127.0.0.1:8001 fake-model -
		lmstudio http://127.0.0.1:1234 qwen2.5-7b-instruct:2 -'
		jq -e '[.servers[].open_to_all] | any | not' out
		expect 0 probe --find
		has out 'Ollama'
		has out '4,096'
		expect 0 probe --concurrency 1 --budget 2s --prompt-tokens 40 --output-tokens 8 --format json
		has err 'measuring llama3.1:8b at http://127.0.0.1:11434 (Ollama); --url URL for another server'
		jq -e '.server.kind == "Ollama" and .server.url == "http://127.0.0.1:11434" and .connect_ms > 0' out
		expect 0 probe --health
	END
}

@test "what is no server of models, one that asks for a key, one that loads" {
	within <<-'END'
		serve --port 11434 fault=garbage
		expect 1 probe
		has err 'no server of models on this machine'
		serve --port 8080 dialect=openai fault=404
		expect 1 probe
		err_is 'hllm: 127.0.0.1:8080: it answers 404 Not Found: model not found'
		serve --port 8000 dialect=vllm key=sesame
		HLLM_PROBE_KEY=sesame expect 2 probe
		has err 'http://127.0.0.1:8000: it asks for a key, expected --url http://127.0.0.1:8000 --key-file FILE'
		# a key of the environment goes to whom it is for only, not to whoever listens there
		sleep 0.2
		lacks "$log" sesame
		serve --port 1234 dialect=llamacpp load=1200 ttft=5 tpot=2
		expect 0 probe --concurrency 1 --budget 2s --prompt-tokens 40 --output-tokens 8
		has err 'is loading its model, 0 s so far (Ctrl-C ends it)'
		has err 'measuring hllm-probe at http://127.0.0.1:1234'
	END
}

@test "one that listens on every interface without a key is pointed out" {
	within <<-'END'
		serve --host 0.0.0.0 --port 8080 dialect=llamacpp ttft=5 tpot=2
		expect 0 probe --find --format json
		jq -e '.servers[0].open_to_all' out
		expect 0 probe --find
		grep -qiE 'every interface|all interfaces' out
		expect 0 probe --concurrency 1 --budget 2s --prompt-tokens 40 --output-tokens 8
		has out 'the server listens on all interfaces and asks for no key: everybody in its network can use it'
		serve --host 0.0.0.0 --port 8000 dialect=vllm key=sesame
		HLLM_PROBE_KEY=sesame expect 0 probe --find --url http://127.0.0.1:8000 --format json
		jq -e '.servers[0].open_to_all == false' out
	END
}

@test "another machine is asked only where that is allowed, and nothing is said of this one" {
	within <<-'END'
		serve --host 0.0.0.0 --port 9000 dialect=vllm ttft=5 tpot=2
		expect 2 probe --url http://10.11.12.13:9000
		has err 'http://10.11.12.13:9000: not on this machine; expected --allow-remote'
		sleep 0.2
		[ ! -s "$log" ]
		expect 0 probe --url http://10.11.12.13:9000 --allow-remote --concurrency 1 --budget 2s --prompt-tokens 40 \
			--output-tokens 8 --format json
		jq -e '.power.busy_watts == null and .power.source == "not measured: the server is on another machine" and
			(.runs[0].warnings | map(.id) | index("loaded")) == null and .catalogue.hardware == null' out
	END
}
