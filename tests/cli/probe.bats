#!/usr/bin/env bats
# hllm probe: servers of models found and told apart, keys, imports, the ledger of probes, and what plans make
# of it; against the fake server of tests/data/fakeserver.py.

load lib
load servers

@test "options that do not go together" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 probe $args
		has err "$text"
		out_is ''
	done <<-'END'
		--list --health|--health and --list: expected one of the two
		3 5|probe: takes no arguments; a server is --url URL
		--compare 3|--compare: expected the numbers of two probes, as in --compare 3 5
		--compare 3 x|--compare x: expected the numbers of two probes
		--list --url http://127.0.0.1|--url: of a server, and nothing is asked of one here
		--health --budget 5s|--budget: of a measurement, and nothing is measured here
		--list --on rtx4090|--on: goes with a measurement or --import, and this is neither
		--list --chart -|--chart: of one probe: measured now, of --import, or with --show ID
		--concurrency 1,x|--concurrency 1,x: expected auto, or up to 32 numbers from 1 to 1024
		--concurrency 0|--concurrency 0: expected auto
		--budget 5h|--budget 5h: expected a time such as 60s or 2m, at most a day
		--budget 0|--budget 0: expected a time
		--prompt-tokens 0|--prompt-tokens 0: expected 1 to 1048576
		--workload a --output-tokens 5|--output-tokens and --workload both say how long requests are
		--watts 5|--watts
		--samples -|--samples -: expected a file
		--concurrency 4 --chart -|--chart with --concurrency 4: nothing to draw, expected at least two numbers
		--concurrency 1 --chart-ttft x.svg|--chart-ttft with --concurrency 1: nothing to draw
		--max-ttft 0|--max-ttft 0: no answer is that fast, expected above 0
		--max-ttft 5 --max-tpot 0|--max-tpot 0: no answer is that fast
		--key-file /dev/null|--key-file: expected --url URL beside it
		--url ftp://127.0.0.1|--url ftp://127.0.0.1: not a URL of http or https
		--url http://127.0.0.1/x|a path that is not /v1
		--url http://u:secret@127.0.0.1|--url: a user or a password in it would be seen in every list of processes
		--url http://192.0.2.1:8080|--url http://192.0.2.1:8080: not on this machine; expected --allow-remote
		--url http://localhost.evil.example|not on this machine
		--api llama|llamacpp
	END
	lacks err secret
}

@test "each kind of server is told apart, with what it says of itself" {
	local told
	while IFS='|' read -r told kind version model quant slots context; do
		# shellcheck disable=SC2086
		serve $told
		expect 0 probe --find --url "$url" --format json
		same "$(jq -r '.servers[0] | [.kind, .version, .model, .quant, .slots, .context] | map(. // "-") | join("|")' out)" \
			"$kind|$version|$model|$quant|$slots|$context"
		expect 0 probe --health --url "$url"
		same "$(sed 's/in [0-9]* ms/in N ms/' out)" "$url ($(jq -rn --arg k "$kind" '{llamacpp: "llama.cpp", ollama: "Ollama", vllm: "vLLM", lmstudio: "LM Studio", openai: "OpenAI-compatible"}[$k]'), $model) answers, in N ms."
	done <<-'END'
		dialect=llamacpp|llamacpp|b1-de3ff81|hllm-probe|F16|4|2048
		dialect=ollama|ollama|0.30.4|llama3.1:8b|Q4_K_M|-|4096
		dialect=vllm|vllm|0.11.2|meta-llama/Llama-3.1-8B-Instruct|-|-|8192
		dialect=lmstudio|lmstudio|0.4 or later|qwen2.5-7b-instruct:2|Q4_K_M|-|4096
		dialect=lmstudio own=v1 context=9000|lmstudio|0.4 or later|qwen2.5-7b-instruct:2|Q4_K_M|-|9000
		dialect=lmstudio own=v0 context=9000|lmstudio|0.3.6 or later|qwen2.5-7b-instruct|Q4_K_M|-|9000
		dialect=lmstudio own=v0|lmstudio|0.3.6 or later|qwen2.5-7b-instruct|Q4_K_M|-|32768
		dialect=openai|openai|-|fake-model|-|-|-
	END
}

@test "a model that is not loaded yet, one that is named, and a kind that is said" {
	serve dialect=lmstudio load=1
	expect 0 probe --find --url "$url" --format json
	jq -e '.servers[0] | .model == "zephyr-7b" and .context == null' out
	expect 0 probe --find --url "$url" --model qwen2.5-7b-instruct --format json
	jq -e '.servers[0] | .model == "qwen2.5-7b-instruct" and .kind == "lmstudio"' out
	expect 2 probe --find --url "$url" --model qwen3
	has err 'no model "qwen3", expected one of text-embedding-nomic, zephyr-7b, qwen2.5-7b-instruct'
	# each kind that is said is taken at its word, where the server has what it asks for
	local dialect api
	while read -r dialect api; do
		serve dialect="$dialect" ttft=2 tpot=1
		expect 0 probe --url "$url" --api "$api" --concurrency 1 --budget 2s --prompt-tokens 40 --output-tokens 8 \
			--no-save --format json
		jq -e --arg api "$api" '(.server.kind | ascii_downcase | gsub("[^a-z]"; "")) as $k |
			($api == "openai" or $k == $api) and .runs[0].output_tokens == 8 and .runs[0].prompt_tokens == 40' out
	done <<-'END'
		llamacpp llamacpp
		ollama ollama
		vllm vllm
		lmstudio lmstudio
		openai openai
		vllm openai
		ollama openai
		lmstudio openai
		llamacpp openai
	END
}

@test "health: 0 when it answers, 1 when not, in one line" {
	serve dialect=llamacpp
	expect 0 probe --health --url "${url#http://}"
	[ "$(wc -l <out)" = 1 ]
	expect 1 probe --health --url http://127.0.0.1:9
	[ "$(wc -l <err)" = 1 ]
	has err '127.0.0.1:9'
	local fault
	for fault in 500 404 notjson hangup; do
		[ $fault != hangup ] || fault=reset
		serve dialect=llamacpp fault=$fault
		expect 1 probe --health --url "$url"
		[ "$(wc -l <err)" = 1 ]
		has err "${url#http://}"
		out_is ''
	done
}

@test "a server that is loading is waited for" {
	serve dialect=llamacpp load=1500
	expect 0 probe --health --url "$url"
	has err 'loading its model'
	serve dialect=llamacpp load=60000
	expect 1 probe --health --url "$url" --wait 1
	has err "$url: still loading its model after 1 seconds (503)"
}

@test "a cold start is told of a model that had to be loaded, and of no other" {
	local args='--concurrency 1 --budget 2s --prompt-tokens 64 --output-tokens 8 --no-save --format json'
	serve dialect=llamacpp router=1 load=900
	# shellcheck disable=SC2086
	expect 0 probe --url "$url" $args
	jq -e '.cold_start_ms > 800 and .cold_start_ms < 1500 and .connect_ms > 0' out
	# shellcheck disable=SC2086
	expect 0 probe --url "$url" $args
	jq -e '.cold_start_ms == null' out
}

@test "a key goes to its server only, and into nothing else" {
	serve dialect=llamacpp key=sesame-4711
	expect 1 probe --health --url "$url"
	has err 'it asks for a key (401), expected one with --key-file FILE or in HLLM_PROBE_KEY'
	printf 'sesame-4711\n' >key
	chmod 644 key
	expect 1 probe --health --url "$url" --key-file key
	has err 'key: others can read this key (mode 644), expected 600'
	chmod 600 key
	expect 0 probe --health --url "$url" --key-file key
	HLLM_PROBE_KEY=sesame-4711 expect 0 probe --health --url "$url"
	HLLM_PROBE_KEY=wrong expect 1 probe --health --url "$url"
	# a proxy of the environment is not asked
	serve dialect=llamacpp
	local proxy=$url proxy_log=$log
	serve dialect=llamacpp key=sesame-4711
	http_proxy=$proxy all_proxy=$proxy expect 0 probe --health --url "$url" --key-file key
	[ ! -s "$proxy_log" ]
	# where a redirect points to, nobody is asked
	serve dialect=llamacpp
	local other=$url other_log=$log
	serve dialect=llamacpp fault=redirect to="$other/v1/models"
	expect 1 probe --health --url "$url" --key-file key
	has err "${url#http://}"
	[ ! -s "$other_log" ]
	serve dialect=llamacpp key=sesame-4711
	# while it runs, no list of processes has it; afterwards, no file
	"$HLLM" probe --url "$url" --key-file key --model hllm-probe --concurrency 1 --budget 3s --output-tokens 64 >out 2>err &
	local pid=$! seen=
	for ((i = 0; i < 20; i++)); do
		[ -r /proc/$pid/cmdline ] || break
		! tr '\0' '\n' <"/proc/$pid/cmdline" | grep -F sesame || seen=yes
		sleep 0.1
	done
	wait "$pid"
	[ -z "$seen" ]
	rm key
	status=0
	grep -rFl sesame-4711 out err .local || status=$?
	[ "$status" = 1 ]
}

@test "a measurement is saved, shown, listed, compared and removed" {
	serve dialect=llamacpp slots=2 ttft=5 prefill=4000 tpot=4
	for i in 1 2; do
		expect 0 probe --url "$url" --concurrency 1,2,4 --budget 6s --prompt-tokens 64 --output-tokens 16 \
			--on rtx4090 --as llama3.1:8b --quant q4_k_m --samples samples.csv
		has out "Saved as probe $i (undo: hllm probe --remove $i)."
	done
	head -1 samples.csv | grep -q '^concurrency,number,warmup,'
	[ "$(awk -F, 'NR > 1 && $3 == 0 && $9 != 16' samples.csv | wc -l)" = 0 ]
	COLUMNS=80 expect 0 probe --show 1
	[ "$(awk '/^AT ONCE/, /^$/' out | wc -L)" -le 80 ]
	has out 'llama-3.1-8b in q4_k_m on rtx-4090 answers a request at 2'
	grep -qE '^Opening a connection took [0-9.e-]+ ms\.$' out
	# what is meant by it is said with it
	tr '\n' ' ' <out | grep -qF 'TTFT is from the first byte of a request on an open connection to its first text'
	has out 'Plans use it for llama-3.1-8b in q4_k_m on rtx-4090'
	expect 0 probe --show 1 --format json
	jq -e '.schema == "hllm.probe/1" and .server.kind == "llama.cpp" and .server.slots == 2 and
		(.runs | length) == 3 and .runs[0].concurrency == 1 and .runs[0].failures == 0 and
		(.runs[0].tpot_ms.p50 > 3.8 and .runs[0].tpot_ms.p50 < 4.6) and
		.runs[0].prompt_tokens == 64 and .runs[0].output_tokens == 16 and
		.connect_ms > 0 and .connect_ms < 50 and .cold_start_ms == null and
		.cold_start_ms_reason == "no model had to be loaded for it" and
		([.runs[0] | .ttfb_ms, .ttft_ms, .ttfo_ms, .tpot_ms, .icl_ms, .decode_tokens_per_second,
			.prefill_tokens_per_second | .n > 5 and .p50 > 0 and .mean > 0] | all) and
		.runs[0].requests_per_second > 5 and .runs[0].total_tokens_per_second > .runs[0].output_tokens_per_second and
		(.runs[0].ttft_ms | if .n < 100 then .p99 == null else .p99 > 0 end) and
		(.runs[2].warnings | map(.id) | index("queued")) != null and
		.catalogue.model == "llama-3.1-8b" and .catalogue.hardware == "rtx-4090" and
		(.speeds_for_plans == 3)' out
	jq -e '.power.busy_watts == null and .power.cost_per_million_output_tokens == null and
		.power.busy_watts_reason == "not measured"' out
	expect 0 probe --show 1 --format csv
	[ "$(wc -l <out)" = 4 ]
	expect 0 probe --show 1 --format md
	has out '| AT ONCE'
	expect 0 probe --list
	has out '2 probes.'
	expect 0 probe --compare 1 2
	has out 'tokens/s of one answer'
	expect 0 probe --compare 1 1
	has out 'Probe 1 writes 0.0 % more tokens a second than probe 1, which may be chance.'
	grep -E 'tokens/s of one answer +2[0-9]+ +2[0-9]+ +0.0 % +may be chance' out
	[ "$(grep -c 'Not the same' out)" = 0 ]
	expect 0 probe --show 1 --chart picture.txt --chart-ttft ttft.txt
	has picture.txt 'requests at once'
	has ttft.txt 'requests at once'
	expect 0 probe --remove 1
	out_is $'Probe 1 is removed.\n\nhllm probe --list  # what is left'
	expect 2 probe --show 1
	has err 'there is no probe 1; see: hllm probe --list'
	expect 2 probe --remove 1
}

@test "a run that is refused says so on the smallest screen" {
	serve dialect=llamacpp cache=80
	COLUMNS=50 expect 0 probe --url "$url" --concurrency 1 --budget 2s --prompt-tokens 200 --output-tokens 8
	grep -E '^ +1 .* refused' out
	[ "$(awk '/^AT ONCE/, /^$/' out | wc -L)" -le 50 ]
	COLUMNS=120 expect 0 probe --show 1
	grep -E '^ +1 .* refused: cached' out
}

@test "before anything was measured" {
	expect 0 probe --list
	out_is $'Nothing was measured yet.\n\nhllm probe  # measures the server on this machine'
	local args
	for args in '--show 1' '--remove 1' '--compare 1 2'; do
		# shellcheck disable=SC2086
		expect 2 probe $args
		err_is 'hllm: there is no probe 1: nothing was measured yet; start with: hllm probe'
	done
	[ ! -e .local ]
}

@test "what a meter shows, and the electricity of a million tokens at the price of hllm.conf" {
	mkdir -p .config/hllm
	printf 'assume {\n\telectricity = 0.36\n}\n' >.config/hllm/hllm.conf
	serve dialect=llamacpp ttft=5 tpot=4
	expect 0 probe --url "$url" --concurrency 2 --budget 3s --prompt-tokens 64 --output-tokens 32 --watts 50,400 \
		--max-ttft 5000 --max-tpot 1000.5 --format json
	# 10^6 tokens * J a token / 3,600,000 J a kWh * 0.36
	jq -e '.power.idle_watts == 50 and .power.busy_watts == 400 and .power.source == "typed in" and
		.power.joules_per_output_token > 0.5 and
		((.power.cost_per_million_output_tokens.amount | tonumber) - .power.joules_per_output_token / 10 | fabs < 0.0051)' out
	expect 0 probe --show 1
	has out 'Power: 400 W at work, 50 W idle with the model loaded; '
	has out ' a million of them for $'
	has out ' requests a second with 2 at once, 5000 ms to the first token, 1000.5 ms a token at most.'
}

@test "a card whose clocks are held down while it is measured" {
	# cool when it is looked at before and after, hot from the second to the fourth look in between
	mkdir bin
	cat >bin/nvidia-smi <<-'END'
		#!/bin/sh
		case $1 in
		--query-gpu=index*)
			echo '0, GPU-1, NVIDIA GeForce RTX 4090, 24564, 1034, 3, 41, 22.15, 450.00, 210, 3105, 550.54.14, [N/A], 0x1, 0x1' ;;
		--query-gpu=power*)
			echo x >>"$HOME/looks"
			case $(wc -l <"$HOME/looks") in
			[2-4]) echo '310, 0x0000000000000044, 0x0000000000000044' ;;
			*) echo '300, 0x0000000000000004, 0x0000000000000004' ;;
			esac ;;
		--query-compute-apps=*) echo 'GPU-1, 4711, 5120, /opt/llama-server' ;;
		esac
	END
	chmod +x bin/nvidia-smi
	serve dialect=llamacpp ttft=5 tpot=4 vary=0.9
	local watts
	for watts in '' '--watts 50,400'; do
		rm -f looks
		# shellcheck disable=SC2086
		PATH=$PWD/bin:$PATH expect 0 probe --url "$url" --concurrency 1 --budget 6s --prompt-tokens 64 --output-tokens 32 \
			--as llama3.1:8b --quant q4_k_m --format json $watts
		jq -e '.catalogue.hardware == "rtx-4090" and .label == "noisy" and
			([.runs[0].warnings[] | select(.id == "throttled")] | length) == 1' out
		has out 'of the time by heat: this is not the speed of a card that is cool'
	done
	jq -e '.power.busy_watts == 400' out
	expect 0 probe --show 1
	has out 'throttled'
	expect 0 probe --show 1 --format json
	jq -e '.power.source | startswith("nvidia-smi")' out
	jq -e '.power.busy_watts > 299 and .power.busy_watts < 311' out
}

@test "what was typed is measured as it is: no longer than there is room, each number of requests once" {
	serve dialect=llamacpp ttft=2 tpot=1 context=1024
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 probe --quiet --url "$url" --budget 2s --no-save $args
		err_is "hllm: $text"
		out_is ''
	done <<-END
		--prompt-tokens 1024|--prompt-tokens 1024: $url has room for 1024 tokens of prompt and answer together, expected fewer
		--output-tokens 5000|--output-tokens 5000: $url has room for 1024 tokens of prompt and answer together, expected fewer
		--prompt-tokens 1000 --output-tokens 25|--prompt-tokens 1000: $url has room for 1024 tokens of prompt and answer together, expected fewer
	END
	expect 0 probe --url "$url" --concurrency 2,2,1 --budget 3s --prompt-tokens 64 --output-tokens 8 --no-save --format json
	has err 'hllm: --concurrency 2,2,1: 2 is there twice, measured once'
	jq -e '[.runs[].concurrency] | sort == [1, 2]' out
}

@test "what makes a run mean something else is named, and refused where its numbers are wrong" {
	mkdir bin
	cat >bin/nvidia-smi <<-'END'
		#!/bin/sh
		case $1 in
		--query-gpu=index*)
			echo '0, GPU-1, NVIDIA GeForce RTX 4090, 24564, 1034, 3, 41, 22.15, 450.00, 210, 3105, 550.54.14, [N/A], 0x1, 0x1' ;;
		--query-gpu=power*) echo '300, 0x4, 0x4' ;;
		--query-compute-apps=*) printf 'GPU-1, 4711, 5120, /opt/llama-server\nGPU-1, 12, 900, /usr/bin/python3\n' ;;
		esac
	END
	chmod +x bin/nvidia-smi
	local told id refused
	while IFS='|' read -r told id refused; do
		# shellcheck disable=SC2086
		serve ttft=10 tpot=4 $told
		PATH=$PWD/bin:$PATH expect 0 probe --url "$url" --concurrency 1 --budget 2s --prompt-tokens 400 --output-tokens 24 \
			--format json --no-save
		jq -e --arg id "$id" --argjson refused "$refused" '(.runs[0].warnings | map(.id) | index($id)) != null and
			.runs[0].refused == $refused and ($refused == false or .speeds_for_plans == 0)' out
	done <<-'END'
		dialect=ollama spill=1|spill|false
		dialect=llamacpp|gpu-shared|false
		dialect=llamacpp cache=200|cached|true
		dialect=openai context=300 truncate=1|truncated|true
		dialect=llamacpp vary=0.9|variation|false
		dialect=openai usage=no|uncounted|false
		dialect=openai eos=8|short|false
	END
	# clean: nothing of this is said but of the card, which others use
	serve dialect=llamacpp ttft=10 tpot=4
	PATH=$PWD/bin:$PATH expect 0 probe --url "$url" --concurrency 1 --budget 4s --prompt-tokens 400 --output-tokens 24 \
		--format json --no-save
	jq -e '.runs[0].warnings | map(.id) - ["gpu-shared", "loaded", "variation", "drift", "few", "unsure"] == []' out
	# a workload whose requests do not fit is cut, and that is said
	for i in 1 2 3 4 5; do
		printf '{"timestamp":"2026-11-0%dT10:00:00Z","id":"%d","model":"gpt-4o-mini","task":"long","usage":{"prompt_tokens":%d,"completion_tokens":20}}\n' \
			$i $i $((i * 300))
	done >log.jsonl
	expect 0 import log.jsonl
	serve dialect=llamacpp ttft=10 tpot=4 context=1024
	expect 0 probe --url "$url" --workload long --concurrency 1 --budget 3s --as-of 2026-11-25 --format json --no-save
	has out "of the requests are longer than the server's context of 1,024 tokens, and were shortened to fit"
}

@test "a cold start is the first request's; auto stops at the slots" {
	serve dialect=ollama load=900 ttft=20 tpot=2
	expect 0 probe --url "$url" --concurrency 1 --budget 3s --prompt-tokens 64 --output-tokens 16 --format json
	jq -e '.cold_start_ms > 850 and .cold_start_ms < 1100' out
	expect 0 probe --show 1
	grep -qE '^Cold start: (0\.9|1\.0) seconds until the first token\.$' out
	serve dialect=openai ttft=30 tpot=4 slots=2
	expect 0 probe --url "$url" --concurrency auto --budget 20s --prompt-tokens 64 --output-tokens 24
	head -1 out | grep -qF ', and 2 at once get '
	expect 0 probe --show 2 --format json
	jq -e '[.runs[].concurrency] == [1, 2, 4]' out
}

@test "models and breakeven use a probe without being told, and say so with its date" {
	serve dialect=llamacpp ttft=5 prefill=4000 tpot=10
	expect 0 probe --url "$url" --as-of 2026-11-25T12:00:00Z --concurrency 1,4 --budget 6s --prompt-tokens 64 \
		--output-tokens 32 --on rtx4090 --as llama3.1:8b --quant q4_k_m
	expect 0 models llama3.1:8b --on rtx4090 --context 80
	grep -E 'answers a request at (9[0-9]|10[0-9])' out
	has out 'Answers: measured on this hardware on 2026-11-25 (probe 1, llama.cpp '
	expect 0 models llama3.1:8b --on rtx4090 --context 80 --concurrency 4
	has out 'Together: measured on this hardware on 2026-11-25 (probe 1'
	expect 0 models qwen2.5-7b --on rtx4090
	has out 'with llama-3.1-8b in q4_k_m'
	expect 0 models llama3.1:8b --on rtx3090
	lacks out 'probe'
	expect 0 breakeven --gpu rtx4090 --model llama3.1:8b --daily-requests 5000 --input-tokens 800 --output-tokens 400 \
		--api-model gpt-4o-mini
	has out 'Speed of llama-3.1-8b: measured on this hardware on 2026-11-25 (probe 1, llama.cpp '
	expect 0 breakeven --gpu rtx4090 --model llama3.1:8b --daily-requests 5000 --input-tokens 800 --output-tokens 400 \
		--api-model gpt-4o-mini --format json
	has out "Speed of llama-3.1-8b: measured on this hardware on 2026-11-25"
	# a ledger that cannot be read takes nothing else away
	echo no database >.local/share/hllm/ledger.db
	expect 0 models llama3.1:8b --on rtx4090
	has err 'no probe is used: '
	lacks out 'probe 1'
}

@test "what llama-bench and vllm bench serve measured" {
	expect 0 probe --import "$TESTDIR/data/samples/llama-bench.json"
	has out 'answers a request at 38.7 tokens a second and reads prompts at 1,842'
	has out 'Saved as probe 1'
	expect 0 probe --import "$TESTDIR/data/samples/llama-bench.json"
	has out 'It was there already, as probe 1.'
	expect 0 models qwen3-32b --on rtx4090 --context 64
	has out 'measured on this hardware on 2026-10-01 (probe 1, llama-bench b9910, imported): 39 tokens/s'
	jq -c '.[]' "$TESTDIR/data/samples/llama-bench.json" >bench.jsonl
	{
		echo 'some text before it'
		jq -r '(.[0] | keys_unsorted | map(select(startswith("samples") | not))) as $k | ($k | @csv), (.[] | [.[$k[]]] | @csv)' \
			"$TESTDIR/data/samples/llama-bench.json"
	} | tail -n +2 >bench.csv
	local file
	for file in bench.jsonl bench.csv; do
		expect 0 probe --no-save --import $file --format json
		jq -e '(.runs | length) == 2 and .runs[1].decode_tokens_per_second.mean == 38.71 and
			.runs[0].prefill_tokens_per_second.mean == 1842.44 and .quant == "q4_k_m" and
			.catalogue.hardware == "rtx-4090" and .catalogue.model == "qwen3-32b" and .label == "imported"' out
	done
	expect 0 probe --import "$TESTDIR/data/samples/vllm-bench-serve.json" --on rtx-pro-6000 --quant f16 --format json
	jq -e '.runs[0].concurrency == 32 and .runs[0].ttft_ms.p50 == 709.9 and .runs[0].tpot_ms.p99 == 72.6 and
		.runs[0].requests == 200 and .runs[0].output_tokens_per_second == 434.387 and
		.runs[0].prompt_tokens == 2048 and .speeds_for_plans == 1' out
	expect 0 probe --list
	has out '2 probes.'
}

@test "files that are no benchmark" {
	while IFS='|' read -r name text message; do
		printf %b "$text" >"$name"
		expect 1 probe --import "$name"
		has err "$name"
		has err "$message"
		[ ! -e .local ]
	done <<-'END'
		a.json|{"id":1}|neither llama-bench (avg_ts and n_gen) nor vllm bench serve
		b.json|[{"avg_ts": 5, "n_gen": 128|cut off, or not JSON to its end
		c.json|[]|no results, expected those of llama-bench
		d.json|{"avg_ts":"x","n_gen":5,"n_prompt":0}|avg_ts is "x", expected a number of at least 0
		e.json|{"avg_ts":5,"n_gen":5,"n_prompt":5}|only tests of prompts and answers together (pg)
		f.json|{"avg_ts":0,"n_gen":5}|avg_ts is not above 0
		g.csv|a,b\n1,2\n|no columns avg_ts and n_gen, expected the CSV of llama-bench
		h.csv|avg_ts,n_gen\n"1,2\n|a quote that is not closed
		i.csv||no results
		j.json|{"output_throughput":5,"total_input_tokens":5,"completed":0}|no request of it was completed
	END
	expect 1 probe --import none.json
	err_is 'hllm: none.json: No such file or directory'
}

@test "lengths are those of a workload of the ledger" {
	sanitized && skip 'hundreds of requests, as in the other builds'
	local kind told mean
	while IFS='|' read -r kind told mean; do
		rm -rf .local
		# shellcheck disable=SC2086
		python3 "$TESTDIR/data/lengths.py" make $kind >log.csv
		expect 0 import log.csv
		# what a second file has of it counts once
		head -300 log.csv >again.csv
		expect 0 import again.csv
		# shellcheck disable=SC2086
		serve dialect=llamacpp ttft=1 tpot=0.1 per=8 $told
		expect 0 probe --url "$url" --workload CHAT --concurrency 8 --budget 4s --samples s.csv \
			--as-of 2026-11-25 --format json
		sleep 0.2
		python3 "$TESTDIR/data/lengths.py" check log.csv s.csv "$log"
		jq -e --argjson mean "$mean" '.workload == "chat" and (.runs[0].prompt_tokens / $mean - 1 | fabs < 0.05)' out
		expect 0 probe --show 1
		has out 'lengths of the workload "chat"'
	done <<-'END'
		lognormal|overhead=31 slope=1|371
		lognormal|overhead=9 slope=1.3|371
		lognormal 30000|overhead=7|371
		few|overhead=20|358
		narrow|overhead=7|800
	END
	expect 2 probe --url "$url" --workload chatt --as-of 2026-11-25
	has err 'there is no workload "chatt", did you mean "chat"?'
	expect 0 probe --url "$url" --concurrency 1 --budget 1s --as-of 2026-11-25 --format json
	jq -e '.workload == null and .runs[0].prompt_tokens == 512 and .runs[0].output_tokens == 128' out
}

@test "a workload whose requests are not known one by one" {
	printf 'Task,Model,Daily Volume,Avg Tokens/Call\nchat,gpt-4o-mini,500,800\n' >table.csv
	expect 0 import table.csv
	serve dialect=llamacpp
	expect 1 probe --url "$url" --workload chat
	has err 'workload "chat": how long its requests are is not known, expected a log of single requests'
}

@test "Ctrl-C keeps what was measured, as partial" {
	serve dialect=llamacpp ttft=5 tpot=5
	"$HLLM" probe --url "$url" --concurrency 1,2,4 --budget 10s --output-tokens 64 >out 2>err 3>&- &
	local pid=$!
	sleep 4
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 0 ]
	has out 'Saved as probe 1'
	expect 0 probe --list --format json
	jq -e '.probes[0].label == "partial"' out
}
