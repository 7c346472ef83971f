#!/usr/bin/env bats
# hllm probe against servers that fail, in every way: it ends in time, with a sentence that names host and cause,
# and what was measured before is kept.

load lib
load servers

# in_time SECONDS ARGUMENT... - runs hllm; it must have ended by then.
in_time()
{
	local most=$1 begun=$SECONDS
	shift
	hllm "$@"
	if ((SECONDS - begun > most)); then
		echo "hllm $*: took $((SECONDS - begun)) s" >&2
		return 1
	fi
}

@test "no answer at all: one line with host and cause, in time, and nothing saved" {
	while IFS='|' read -r told text; do
		# shellcheck disable=SC2086
		serve dialect=llamacpp on=generate $told
		in_time 7 probe --url "$url" --concurrency 1,2 --budget 3s --wait 3
		[ "$status" = 1 ]
		out_is ''
		grep -v '^hllm: measuring ' err >why
		[ "$(wc -l <why)" = 1 ]
		has why "${url#http://}: "
		has why "$text"
		[ ! -e .local ]
	done <<-'END'
		fault=401|it answers 401 Unauthorized: Invalid API Key
		fault=403|it answers 403 Forbidden
		fault=404|it answers 404 Not Found
		fault=429|it answers 429 Too Many Requests: rate limit reached (it asks for 7 s of patience)
		fault=500|it answers 500 Internal Server Error: CUDA error: out of memory
		fault=503|it answers 503 Service Unavailable
		fault=redirect|it answers 302 and points to http://127.0.0.1:1/elsewhere, which is not followed
		fault=notjson|it answers with application/json, not with the stream of an inference server
		fault=html|it answers with text/html, not with the stream of an inference server
		fault=empty|the reply is empty
		fault=badevent|the reply is not JSON
		fault=errorevent|the server answered with an error: CUDA error: out of memory
		fault=garbage|what answers there does not speak HTTP
		fault=reset|it closed the connection before it answered
		fault=cut|it closed the connection before it answered
		fault=cut after=2|it closed the connection after
		fault=reset after=2|it closed the connection after
		fault=headers|its header lines are longer than 65536 bytes; the rest was not read
		fault=longheader|its header lines are longer than 65536 bytes; the rest was not read
		fault=slowheaders|no complete reply within 3 s
		fault=huge|an event of the stream is longer than 4194304 bytes
		fault=drip tpot=1000|no complete reply within 3 s
		fault=hang|no complete reply within 3 s
	END
}

@test "a server that cannot be asked what it is" {
	while IFS='|' read -r told text; do
		# shellcheck disable=SC2086
		serve dialect=llamacpp $told
		in_time 8 probe --url "$url" --budget 2s --wait 2
		[ "$status" = 1 ] || [ "$status" = 2 ]
		[ "$(wc -l <err)" = 1 ]
		has err "${url#http://}: "
		has err "$text"
	done <<-'END'
		fault=401|it asks for a key (401)
		fault=404|404
		fault=429|429
		fault=500|500
		fault=notjson|what it gives as a list of its models is none
		fault=garbage|does not speak HTTP
		fault=headers|header lines are longer
		fault=huge|longer than 4194304 bytes
		fault=drip tpot=1000|no complete reply within 5 s
		fault=hang|within 5 s
		fault=cut|closed the connection
	END
	in_time 5 probe --url http://127.0.0.1:9
	[ "$status" = 1 ]
	err_is 'hllm: 127.0.0.1:9: no server answers there: Connection refused'
	# no TLS there, and a certificate that nobody vouches for
	serve dialect=llamacpp
	in_time 8 probe --url "https://${url#http://}"
	[ "$status" = 1 ]
	has err "${url#http://}: no TLS connection that can be trusted: "
	serve --cert "$TESTDIR/data/fakeserver.pem" dialect=llamacpp
	in_time 8 probe --url "https://${url#http://}"
	[ "$status" = 1 ]
	has err "${url#http://}: no TLS connection that can be trusted: "
	in_time 30 probe --allow-remote --url http://nowhere.invalid:8080
	[ "$status" = 1 ]
	err_is 'hllm: nowhere.invalid:8080: no host of this name is known'
}

@test "a reply without an end takes no memory" {
	sanitized && skip 'sanitizers take memory of their own'
	local fault
	for fault in huge headers longheader; do
		serve dialect=llamacpp on=generate fault=$fault
		python3 "$TESTDIR/cli/measure.py" "$HLLM" probe --url "$url" --budget 3s --wait 3 >out 2>err || true
		has err ' longer than '
		[ "$(cat rss)" -lt 120000 ]
	done
}

@test "a failure in between is counted, and the rest is measured" {
	while IFS='|' read -r told id text; do
		rm -rf .local
		# shellcheck disable=SC2086
		serve dialect=llamacpp ttft=10 tpot=3 once=14 $told
		in_time 8 probe --url "$url" --concurrency 1 --budget 3s --prompt-tokens 40 --output-tokens 16 --format json
		[ "$status" = 0 ]
		jq -e --arg id "$id" '.id == 1 and (.runs | length) == 1 and .runs[0].requests >= 6 and .runs[0].refused == false and
			(.runs[0].warnings | map(.id) | index($id)) != null' out
		has out "$text"
	done <<-'END'
		fault=500|failures|it answers 500 Internal Server Error: CUDA error: out of memory
		fault=cut after=4|failures|it closed the connection after
		fault=reset after=4|failures|it closed the connection after
		fault=badevent after=4|failures|the reply is not JSON
		fault=errorevent after=4|failures|CUDA error: out of memory
		fault=hang after=4|partial|time was up before
	END
}

@test "a server that goes away keeps what was measured, as partial" {
	local die
	for die in 12 24; do # in the first or the second run, also where a busy machine makes runs short
		rm -rf .local
		serve dialect=llamacpp ttft=10 tpot=3 die=$die
		in_time 15 probe --url "$url" --concurrency 1,2,4 --budget 9s --prompt-tokens 40 --output-tokens 16 --format json
		[ "$status" = 0 ]
		jq -e '.id == 1 and .label == "partial" and .runs[0].requests >= 5 and
			([.runs[].warnings[] | select(.id == "partial") | .text | test("the server gave no more answers")] | any)' out
		has out "${url#http://}: no server answers there: Connection refused"
	done
	# which is measured again from the start is no part of it
	expect 0 probe --list
	has out 'partial'
}

@test "a server that counts nothing" {
	serve dialect=openai usage=no ttft=10 tpot=3
	in_time 8 probe --url "$url" --concurrency 1 --budget 3s --prompt-tokens 40 --output-tokens 16 --format json
	[ "$status" = 0 ]
	jq -e '(.runs[0].warnings | map(.id) | index("uncounted")) != null and .runs[0].ttft_ms.p50 > 9 and
		.runs[0].ttft_ms.p50 < 40' out
	has out 'the server does not say how many tokens it wrote'
	has out 'the server does not count prompt tokens'
	# zeros state nothing either
	serve dialect=ollama usage=zero-always ttft=10 tpot=3
	in_time 8 probe --url "$url" --api openai --concurrency 1 --budget 3s --prompt-tokens 40 --output-tokens 16 --format json
	[ "$status" = 0 ]
	jq -e '(.runs[0].warnings | map(.id) | index("uncounted")) != null' out
}

@test "Ctrl-C before anything was measured ends it at once" {
	serve dialect=llamacpp on=generate fault=hang
	"$HLLM" probe --url "$url" --budget 60s >out 2>err 3>&- &
	local pid=$! begun=$SECONDS
	sleep 1.5
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ $((SECONDS - begun)) -lt 5 ]
	[ "$status" = 1 ]
	out_is ''
	has err "${url#http://}"
	[ ! -e .local ]
}
