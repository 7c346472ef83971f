# How fast a model will be: the data behind the prediction, and what `hllm models MODEL --on` says.

load lib

@test "the constants and errors of the prediction are what a fit of the published rows finds" {
	python3 -B "$TESTDIR/data/check-speed.py"
}

@test "a model on hardware: fit, memory and speed, each with its source" {
	expect 0 models llama3.1:8b --on rtx4090 --context 4096
	has out 'llama-3.1-8b in q4_k_m fits on rtx-4090 with 4,096 tokens of context, and answers a request at 111 ('
	has out 'Llama 3 8B Q4_K_M on RTX 4090 24GB, 111 tokens/s at 4,096 tokens of context (XiongjieDai/'
	has out 'Memory: 4.91 GB of weights + 0.54 GB of cache (131,072 bytes a token x 4,096 tokens) + 0.85 GB of overhead = 6.30 GB; 24 GB can be used.'
	expect 0 models llama3.1:8b --on rtx4090 --context 4096 --quant q8 --concurrency 4
	has out 'predicted from 1,008 GB/s and 8.52 GB read a token (class geforce: 8 % median error on 14 devices left out)'
	has out '4 at once make '
	expect 0 models llama3.1:8b --on hetzner-cx33 --context 4096
	has out 'no class error known'
	has out 'Not verified: usable_share of hetzner-cx33, bandwidth_gbs of hetzner-cx33'
}

@test "JSON has fits, memory, speeds as ranges, and their source" {
	expect 0 models qwen3-32b --on rtx4090 --context 4096 --concurrency 2 --format json
	python3 - <<-'PY'
		import json
		a = json.load(open("out"))
		assert a["schema"] == "hllm.models/1" and a["fits"] is True
		assert abs(a["memory_gb"] - a["weights_gb"] - a["kv_gb"] - a["overhead_gb"]) < 0.002
		assert abs(a["kv_gb"] - a["kv_bytes_per_token"] * 4096 * 2 / 1e9) < 0.001
		for key in ("decode", "prefill", "batch"):
		    speed = a[key + "_tokens_per_second"]
		    assert 0 < speed["low"] < speed["likely"] < speed["high"], key
		assert "predicted from 1,008 GB/s" in a["source"] and a["from"] == "predicted"
		assert 0 < a["median_error"] < a["p90_error"] < 1
		assert [r["what"] for r in a["speeds"]][0] == "answer, of one request"
	PY
}

@test "what does not fit is an answer, with the arithmetic and the largest context that would" {
	expect 0 models llama3.1:70b --on m2-pro
	has out 'llama-3.1-70b in q4_k_m does not fit on m2-pro: 42.51 GB of weights + 2.68 GB of cache'
	has out 'no context fits.'
	expect 0 models qwen3-32b --on rtx4090 --context 32000
	has out 'the largest context that fits is 11,805 tokens.'
	has out 'hllm models qwen3-32b --on rtx-4090 --quant q4_k_m --context 11805'
	expect 0 models qwen3-32b --on rtx4090 --context 11805
	has out 'qwen3-32b in q4_k_m fits on rtx-4090'
	expect 0 models qwen3-32b --on rtx4090 --context 11806
	has out 'does not fit'
	expect 0 models llama3.1:70b --on m2-pro --format json
	has out '"fits": false'
	has out '"decode_tokens_per_second": null'
	has out '"decode_tokens_per_second_reason": "the model does not fit"'
	expect 0 models phi-3-mini --on rtx4090 --context 8192
	has out 'takes at most 4,096 tokens of context, not 8,192.'
}

@test "hardware that no catalogue has is described by its bandwidth and class" {
	expect 0 models llama3.1:8b --bandwidth 1008 --class geforce --tflops 165.2 --vram 24 --context 4096 --format json
	has out '"fits": true'
	has out '"from": "predicted"'
	has out 'predicted from 165.2 TFLOPS'
	expect 0 models llama3.1:8b --bandwidth 1008 --class geforce
	has out 'would run on your hardware'
	has out 'Prompts: the arithmetic speed of the hardware (fp16 TFLOPS) is not known.'
	has out 'Whether it fits is not known without --vram.'
	lacks out nan
	expect 0 models llama3.1:8b --bandwidth 800 --class other
	has out '(class other was not measured: no class error known'
}

@test "twice the bandwidth is faster, a longer context or a larger file slower, in every class" {
	for class in geforce workstation datacenter-gddr datacenter-hbm amd apple-base apple-pro-max \
		apple-ultra spark-strix cpu other; do
		for case in '500 q4_k_m 4096' '1000 q4_k_m 4096' '1000 q4_k_m 32768' '1000 q8_0 32768'; do
			# shellcheck disable=SC2086
			set -- $case
			expect 0 models llama3.1:8b --bandwidth "$1" --class $class --vram 80 --quant "$2" \
				--context "$3" --table answer --format json
			python3 -c 'import json; print(json.load(open("out"))["decode_tokens_per_second"]["likely"])'
		done >speeds
		python3 - <<-'PY'
			half, full, long, large = map(float, open("speeds"))
			assert half < full <= 2 * half and full > long > large, (half, full, long, large)
		PY
	done
}

@test "options that contradict each other are named, with what was expected" {
	while IFS='|' read -r arguments text; do
		# shellcheck disable=SC2086
		expect 2 models $arguments
		has err "$text"
	done <<-'END'
		--on rtx4090|no model, expected one such as llama3.1:8b
		llama3.1:8b --on rtx4090 --class geforce|--on names hardware that --bandwidth, --class, --tflops and --vram describe
		llama3.1:8b --on rtx4090 --bandwidth 1008|expected one or the other
		llama3.1:8b --bandwidth 1008|no --class, expected both
		llama3.1:8b --class geforce|no --bandwidth, expected both
		llama3.1:8b --bandwidth 1008 --class gforce|"gforce" is no class of hardware, did you mean "geforce"?
		llama3.1:8b --bandwidth 0 --class geforce|--bandwidth: expected a number above 0
		llama3.1:8b --bandwidth 1e9 --class geforce|--bandwidth: expected a number above 0 and up to 1,000,000
		llama3.1:8b --bandwidth 1008 --class geforce --vram 0|--vram: expected a number above 0
		llama3.1:8b --bandwidth nan --class geforce|--bandwidth nan: expected
		llama3.1:8b --on rtx4090 --context 0|--context 0: expected 1 to 1,000,000,000 tokens
		llama3.1:8b --on rtx4090 --concurrency 0|--concurrency 0: expected 1 to 1,000,000 requests
		llama3.1:8b --on rtx4090 --quant q5|"q5" is no way of writing weights
		gpt-oss-20b --on rtx4090 --quant q8_0|gpt-oss-20b: no file in q8_0 is known, expected q4_k_m or f16
		llama3.1:8b --quant q8_0|expected --on HARDWARE, or --bandwidth GB/S and --class CLASS
		llama3.1:8b --on rtx4091|rtx4091
		llama9:8b --on rtx4090|llama9:8b
	END
}
