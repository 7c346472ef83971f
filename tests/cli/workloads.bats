#!/usr/bin/env bats
# hllm workloads: what is known of each, and blocks for hllm.conf.

load lib

log()
{
	cat >log.jsonl <<'END'
{"timestamp":"2026-10-01T10:00:00Z","request_id":"a","task":"ticket classification","model":"gpt-4o","tokens_in":1000,"tokens_out":10}
{"timestamp":"2026-10-02T10:00:00Z","request_id":"b","task":"ticket classification","model":"gpt-4o","tokens_in":3000,"tokens_out":30}
{"timestamp":"2026-10-02T22:30:00Z","request_id":"c","task":"say \"hi\" \\ {x}","model":"gpt-4o","tokens_in":100,"tokens_out":20}
END
}

attribute()
{
	python3 -c 'import json, sys
for row in json.load(open("out"))["attributes"]:
	if row["workload"] == sys.argv[1] and row["name"] == sys.argv[2]:
		print(row["source"], row["value"])' "$1" "$2"
}

@test "what is known, and where from" {
	log
	expect 0 workloads --in log.jsonl --format json
	same "$(attribute 'ticket classification' type)" "inferred classification"
	same "$(attribute 'ticket classification' context_tokens)" "logged 2,000 tokens"
	same "$(attribute 'ticket classification' calls_per_day)" "logged 1 calls/day"
	same "$(attribute 'ticket classification' quality)" "unknown None"
	expect 0 workloads --in log.jsonl
	has out "2 workloads, the kind of work is known of 1."
	COLUMNS=200 expect 0 workloads --in log.jsonl 'Ticket Classification'
	has out 'the word "classification" in its name'
}

@test "a name that is none gets the nearest" {
	log
	expect 2 workloads --in log.jsonl 'ticket clasification'
	err_is 'hllm: there is no workload "ticket clasification", did you mean "ticket classification"?'
}

@test "--init appends blocks that can be read, once; what they say counts at the next run" {
	log
	mkdir -p .config/hllm
	printf 'settings { timezone = UTC }' >.config/hllm/hllm.conf
	expect 0 workloads --in log.jsonl --init
	has out "Appended 2 blocks to $HOME/.config/hllm/hllm.conf."
	has .config/hllm/hllm.conf 'settings { timezone = UTC }'
	has .config/hllm/hllm.conf 'workload "ticket classification" {'
	has .config/hllm/hllm.conf '	# type = classification	# inferred: the word "classification" in its name'
	cp .config/hllm/hllm.conf first
	expect 0 workloads --in log.jsonl --init
	has out "nothing was added"
	cmp first .config/hllm/hllm.conf
	expect 0 workloads --in log.jsonl --format json
	# a guess is no word of the user's until the # is taken away
	same "$(attribute 'ticket classification' type)" "inferred classification"
	sed -i 's/^\t# type = classification/\ttype = classification/' .config/hllm/hllm.conf
	expect 0 workloads --in log.jsonl --format json
	same "$(attribute 'ticket classification' type)" "configured classification"
	same "$(attribute 'say "hi" \ {x}' context_tokens)" "logged 100 tokens"
	sed -i 's/^\t# quality =/\tquality = frontier/' .config/hllm/hllm.conf
	expect 0 workloads --in log.jsonl --format json
	same "$(attribute 'ticket classification' quality)" "configured frontier"
	same "$(attribute 'say "hi" \ {x}' quality)" "configured frontier"
}

@test "--init makes the folder; --config names another file" {
	log
	expect 0 workloads --in log.jsonl --init
	[ -s .config/hllm/hllm.conf ]
	: >other.conf
	expect 0 workloads --in log.jsonl --init --config other.conf
	[ -s other.conf ]
}

@test "words of one's own go before the shipped ones" {
	log
	mkdir -p .config/hllm
	echo 'words "ours" { match = "ticket" type = moderation }' >.config/hllm/task-types.conf
	expect 0 workloads --in log.jsonl --format json
	same "$(attribute 'ticket classification' type)" "inferred moderation"
	echo 'words "ours" { match = "ticket" type = modration }' >.config/hllm/task-types.conf
	expect 1 workloads --in log.jsonl
	has err '.config/hllm/task-types.conf:1: words "ours": '
	has err 'moderation'
}

@test "a wrong value in hllm.conf is told before a file is saved" {
	log
	mkdir -p .config/hllm
	printf 'workload "x" {\n\ttask = x\n\tquality = frontir\n}\n' >.config/hllm/hllm.conf
	expect 1 audit log.jsonl
	has err '.config/hllm/hllm.conf:3: workload "x": '
	has err 'frontier'
	[ ! -e .local/share/hllm/ledger.db ]
}

@test "from the ledger too, with --by" {
	log
	expect 0 import log.jsonl
	expect 0 workloads --by model --format json
	same "$(attribute gpt-4o type)" "unknown None"
}

# names_of - the workloads in the last answer.
names_of()
{
	python3 -c 'import json
print(sorted({row["workload"] for row in json.load(open("out"))["attributes"]}))'
}

@test "--init with any name: what it writes can be read, and moves no request to another workload" {
	python3 - >log.jsonl <<'END'
import json
for i, name in enumerate(["*", "?", "a*b", "Chat", "chat", "x", "${HOME}", "it's", "#no", "{}", "//", "/*", "back\\",
	"\"", "  ", "a\nquality = frontier\n}\nworkload \"more\" {", "tab\tbed", "escape\x1b[31m", "del\x7f", "\ufeffmark",
	"(unnamed)", "", "\u0085\u2028", "much " * 5000]):
	print(json.dumps({"timestamp": "2026-10-01T10:00:%02dZ" % i, "request_id": str(i), "task": name,
		"model": "gpt-4o", "tokens_in": 1000, "tokens_out": 10}))
END
	expect 0 workloads --in log.jsonl --format json
	before=$(names_of)
	expect 0 workloads --in log.jsonl --init
	has out "Appended 17 blocks to"
	has out "5 workloads are left out: their names have control characters, which hllm.conf cannot hold."
	expect 0 workloads --in log.jsonl --format json
	same "$(names_of)" "$before"
	lacks out '"value": "frontier"'
	cp .config/hllm/hllm.conf first
	expect 0 workloads --in log.jsonl --init
	has out "has a block for each workload that it can name; nothing was added."
	cmp first .config/hllm/hllm.conf
}

@test "--init of a thousand workloads, from several at once: a block each, once" {
	seq 1000 | while read -r i; do
		echo '{"timestamp":"2026-10-01T10:00:00Z","request_id":"'"$i"'","task":"task '"$i"'","model":"gpt-4o","tokens_in":10,"tokens_out":1}'
	done >log.jsonl
	for i in 1 2 3 4; do
		"$HLLM" workloads --in log.jsonl --init >"out$i" 2>"err$i" &
	done
	wait
	same "$(cat err?)" ""
	same "$(grep -c '^Appended 1000 blocks' out? | grep -c ':1$')" 1
	same "$(grep -c '^workload' .config/hllm/hllm.conf)" 1000
	expect 0 workloads --in log.jsonl
	has out "1000 workloads"
}

@test "--init that would break or overfill hllm.conf leaves it as it was" {
	log
	mkdir -p .config/hllm
	head -c 16777000 /dev/zero | tr '\0' '\n' >.config/hllm/hllm.conf
	cp .config/hllm/hllm.conf first
	expect 1 workloads --in log.jsonl --init
	err_is "hllm: $HOME/.config/hllm/hllm.conf: would grow beyond 16 MiB, which no configuration may; write blocks that match several workloads, by hand"
	cmp first .config/hllm/hllm.conf
}
