#!/usr/bin/env bats
# hllm probe --machine: this machine itself, before there is a server.

load lib

@test "this machine: what it is, how fast its memory is, and what is predicted from that" {
	sanitized && skip 'speeds mean nothing where each instruction is watched'
	expect 0 probe --machine --format json
	python3 "$TESTDIR/data/machine.py" out
	[ ! -s err ]
	# it is not kept: nothing was asked of a server
	[ ! -e .local ]
	COLUMNS=100 expect 0 probe --machine
	[ "$(sed -n '1!p' out | grep -v '[.]$' | wc -L)" -le 100 ]
	grep -qE '^[^:]+ \([0-9]+ (core|processor)s?\): its processors read memory at [0-9.,]+ GB/s' out
	grep -qE '^THREADS +READ GB/S +TRIAD GB/S +GFLOP/S' out
	grep -qE '^ +1 +[0-9.,]+ +[0-9.,]+ +[0-9.,]+' out
	has out ' of 31 open models fit.'
	if ! grep -q '^0 of' out; then
		grep -qE '^MODEL THAT FITS +AS +GB +TOKENS/S +80 % OF CASES' out
		has out 'Predicted, not measured: tokens a second of one request with 8,192 tokens of context'
	fi
	has out 'triad a[i] = b[i] + s * c[i] as STREAM counts it'
}

@test "this machine with a graphics card in it" {
	mkdir bin
	cat >bin/nvidia-smi <<-'END'
		#!/bin/sh
		case $1 in
		--query-gpu=*)
			echo '0, GPU-1, NVIDIA GeForce RTX 4090, 24564, 1034, 3, 41, 22.15, 450.00, 210, 3105, 550.54.14, [N/A], 0x20, 0x20' ;;
		--query-compute-apps=*) echo 'GPU-1, 4711, 5120, /opt/llama-server' ;;
		esac
	END
	chmod +x bin/nvidia-smi
	PATH=$PWD/bin:$PATH expect 0 probe --machine --format json
	python3 "$TESTDIR/data/machine.py" out rtx-4090
	has out 'RTX 4090 is held down by heat now; it is slower than it can be.'
	jq -e '.next == "hllm breakeven --gpu rtx-4090  # when has it paid for itself?"' out
	PATH=$PWD/bin:$PATH expect 0 probe --machine --format csv
	head -1 out | grep -q '^model,quantization,hardware,units,context,memory_gb,decode_tokens_per_second'
	grep -qE '^llama-3.1-8b,q4_k_m,rtx-4090,1,8192,' out
}

@test "options of a server or of a measurement say nothing about a machine" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 probe --machine $args
		has err "$text"
	done <<-'END'
		--url http://127.0.0.1:8080|--url: of a server, and nothing is asked of one here
		--budget 5s|--budget: of a measurement, and nothing is measured here
		--workload chat|--workload: of a measurement, and nothing is measured here
		--list|--machine and --list: expected one of the two
	END
}
