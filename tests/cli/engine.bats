#!/usr/bin/env bats
# hllm probe against real engines: llama.cpp with a small model of random weights.
#
# No test downloads one.  To have it, in a folder of its own: npm install --omit=optional node-llama-cpp
# @node-llama-cpp/linux-x64 (85 MB; 725 MB with what it takes for GPUs), and that folder as HLLM_ENGINE.
# A llama-server in that folder is measured, too; without the variable all of this is skipped.

load lib

engines=
if [ -n "${HLLM_ENGINE-}" ]; then
	[ ! -d "$HLLM_ENGINE/node_modules/node-llama-cpp" ] || engines='node'
	[ ! -x "$HLLM_ENGINE/llama-server" ] || engines="$engines llama-server"
fi

teardown()
{
	local pid
	for pid in ${servers-}; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

need_engine()
{
	[ -n "${HLLM_ENGINE-}" ] || skip 'no HLLM_ENGINE, see the head of this file'
	[ -n "$engines" ] || {
		echo "HLLM_ENGINE=$HLLM_ENGINE: neither node_modules/node-llama-cpp nor llama-server in it" >&2
		return 1
	}
	python3 -B "$TESTDIR/data/randommodel.py" model.gguf
}

# serve ENGINE - with two slots; $url, $log (the engine's own) and $server are its.
serve()
{
	local i
	log=$HOME/log-$1
	rm -f port
	: >"$log"
	if [ "$1" = node ]; then
		node "$TESTDIR/data/engineserver.mjs" model.gguf --slots 2 --log "$log" --for 300 >port 2>server.err 3>&- &
	else
		python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >port
		"$HLLM_ENGINE/llama-server" --model model.gguf --host 127.0.0.1 --port "$(cat port)" --parallel 2 \
			--ctx-size 8192 --threads 1 --log-timestamps --offline >"$log" 2>&1 3>&- &
	fi
	server=$!
	servers="${servers-} $server"
	for ((i = 0; i < 200; i++)); do
		[ -s port ] && url=http://127.0.0.1:$(cat port) && hllm probe --find --url "$url" && [ "$status" = 0 ] && return
		sleep 0.05
	done
	cat err server.err "$log" >&2 || true
	return 1
}

# answered N - waits until the engine's log has N answers.
answered()
{
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(grep -cE '"output":|total time =' "$log")" -lt "$1" ] || return 0
		sleep 0.05
	done
	return 1
}

@test "the model that a script writes is the same each time" {
	python3 -B "$TESTDIR/data/randommodel.py" a.gguf
	python3 -B "$TESTDIR/data/randommodel.py" b.gguf
	cmp a.gguf b.gguf
	[ "$(head -c 4 a.gguf)" = GGUF ]
	[ "$(wc -c <a.gguf)" -lt 4000000 ]
}

@test "a real engine is found, and answers" {
	need_engine
	local engine
	for engine in $engines; do
		serve "$engine"
		expect 0 probe --find --url "$url" --format json
		if [ "$engine" = node ]; then
			jq -e '.servers[0] | .kind == "openai" and .model == "random-words-q8_0" and .quant == "q8_0" and
				.slots == null and .context == null' out
		else
			jq -e '.servers[0] | .kind == "llamacpp" and .model == "model.gguf" and .quant == "Q8_0" and
				.slots == 2 and .context == 4096 and (.version | test("^b[0-9]+"))' out
		fi
		expect 0 probe --health --url "$url"
		[ "$(wc -l <out)" = 1 ]
		has out "$url"
		kill "$server"
		wait "$server" || true
		expect 1 probe --health --url "$url"
		err_is "hllm: ${url#http://}: no server answers there: Connection refused"
	done
}

@test "tokens and speeds are those of the engine's own log" {
	need_engine
	local engine
	for engine in $engines; do
		serve "$engine"
		# what other programs do to a single measurement is tried again
		for _ in 1 2 3; do
			expect 0 probe --url "$url" --concurrency 1,2 --budget 16s --prompt-tokens 256 --output-tokens 96 \
				--no-save --samples samples.csv --format json
			jq -e '[.runs[] | .concurrency, .failures, .refused, .prompt_tokens, .output_tokens] ==
				[1, 0, false, 256, 96, 2, 0, false, 256, 96]' out
			status=0
			python3 -B "$TESTDIR/data/enginelog.py" "$log" samples.csv out >judged || status=$?
			sed "s/^/$engine: /" judged
			[ "$status" != 0 ] || break
		done
		[ "$status" = 0 ]
	done
}

@test "what a real engine delivers is kept, and plans use it" {
	need_engine
	local engine n=0
	for engine in $engines; do
		serve "$engine"
		n=$((n + 1))
		expect 0 probe --url "$url" --concurrency 1,2 --budget 8s --prompt-tokens 256 --output-tokens 96 \
			--on rtx4090 --as llama3.1:8b --as-of 2026-11-25T12:00:00Z
		has out "Saved as probe $n (undo: hllm probe --remove $n)."
		expect 0 probe --show $n --format json
		jq -e '.speeds_for_plans == 3 and (.connect_ms > 0 and .connect_ms < 1000) and .cold_start_ms == null and
			([.runs[].warnings[].id] as $said | ["queued", "cached", "truncated", "uncounted", "buffered"] -
				$said | length == 5)' out
		expect 0 models llama3.1:8b --on rtx4090 --quant q8_0
		has out "Answers: measured on this hardware on 2026-11-25 (probe "
		expect 0 breakeven --gpu rtx4090 --model llama3.1:8b --daily-requests 5000 --input-tokens 800 \
			--output-tokens 400 --api-model gpt-4o-mini
		has out "Speed of llama-3.1-8b: measured on this hardware on 2026-11-25 (probe "
	done
	expect 0 probe --list
	has out "$n probe"
}

@test "an engine that is killed, and Ctrl-C: what was measured until then is kept" {
	need_engine
	local engine pid
	for engine in $engines; do
		serve "$engine"
		"$HLLM" probe --url "$url" --concurrency 1,2,4,8 --budget 60s --output-tokens 400 --no-save --format json >out 2>err 3>&- &
		pid=$!
		answered 10
		kill -KILL "$server"
		status=0
		wait "$pid" || status=$?
		[ "$status" = 0 ]
		jq -e --arg host "${url#http://}" '.label == "partial" and .runs[0].requests > 0 and
			([.runs[].warnings[].text] | any(contains($host)))' out
		serve "$engine"
		"$HLLM" probe --url "$url" --concurrency 1,2,4,8 --budget 60s --output-tokens 400 --no-save --format json >out 2>err 3>&- &
		pid=$!
		answered 10
		kill -INT "$pid"
		status=0
		wait "$pid" || status=$?
		[ "$status" = 0 ]
		jq -e '.label == "partial" and .runs[0].requests > 0' out
		# whose answer nobody waits for any more is free for others
		expect 0 probe --health --url "$url"
	done
}
