#!/usr/bin/env bats
# hllm hardware and hllm models: the lists, one entry with its sources, loose names, rows of the user's own.

load lib

hardware=.config/hllm/hardware.csv
models=.config/hllm/models.csv

@test "hardware: the list fits 80 columns, and a mark stands at what nobody verified" {
	COLUMNS=80 expect 0 hardware
	has out '104 cards, machines and offers for rent that can run open models.'
	[ "$(LC_ALL=C.UTF-8 awk '/^ID/, /^$/' out | LC_ALL=C.UTF-8 wc -L)" -le 80 ]
	# as printed: what is verified has no mark, what is not has one
	while IFS='|' read -r id figures; do
		same "$(awk -v id="$id" '$1 == id { $1 = ""; print substr($0, 2) }' out)" "$figures"
	done <<-'END'
		rtx-4090|gpu 24 1,008 450 20? 2,499.99
		rtx-5090|gpu 32 1,792 575 25? 2,800.00?
		mi300x|gpu 192 5,300 750 110? 15,000.00?
		m2-ultra|apple 192 800 295 10 4,999.00?
		m3-ultra|apple 96 819 270 9 5,499.00
		m3-ultra-512|apple 512 819 270 9 -
		contabo-vps-20|vps 12 12? - - 8.00?/month
		hetzner-cx33|vps 8 15? - - 7.50/month
		runpod-4090-spot|cloud-gpu 24 1,008 - - 0.34/h
		aws-g5-a10g|cloud-gpu 24 600 - - 1.01?/h
	END
	has out 'A ? stands behind a figure that was not verified'
	same "$(tail -1 out)" 'hllm hardware rtx-2080-ti  # its figures, where they are from, what fits'
}

@test "hardware and models: narrow and wide screens" {
	for columns in 60 80 100 160; do
		for command in hardware 'hardware cloud-gpu' 'hardware rtx4090' models 'models rag' \
			'models mixtral'; do
			# shellcheck disable=SC2086 # it is to be split
			COLUMNS=$columns expect 0 $command
			# notes, headlines and the next command are sentences of their own length
			[ "$(awk '/^(ID|FIGURE|MODEL|QUANTIZATION) /, /^$/' out | LC_ALL=C.UTF-8 wc -L)" -le "$columns" ]
		done
	done
	COLUMNS=60 expect 0 hardware
	has out 'No room for'
}

@test "hardware: one with every figure, its date, its source, and what fits" {
	expect 0 hardware rtx4090
	has out 'rtx-4090 (GeForce RTX 4090): 24 GB for models; 26 of 31 open models fit.'
	has out 'idle_watts     20 W?         of the card, with no model loaded'
	has out 'price          2,499.99 USD  of the card alone; 2026-08-13 used ask'
	has out 'launch_price   1,599.00 USD'
	grep -q '^Source: specs: vendor pages.*data/hardware.csv:[0-9]*)\.$' out
	grep -q '^llama-3.1-8b  *f16  *18.2  *52,326$' out
	lacks out llama-3.1-70b
	expect 0 hardware 2xrtx4090
	has out '2 x rtx-4090 (GeForce RTX 4090): 48 GB for models;'
	grep -q '^llama-3.1-70b  *q4_k_m  *47.5  *9,572$' out
	# words that the shell cut are one name
	expect 0 hardware NVIDIA GeForce RTX 4090
	has out 'rtx-4090 (GeForce'
	expect 0 hardware hetzner gex44
	has out 'monthly        212.00 USD/month?'
	has out 'rent, with its electricity; 2025 recalled,'
	has out 'Note: EUR 184 a month and a set-up fee, recalled'
}

@test "hardware: a kind lists those of it" {
	for kind in gpu apple mini-pc cpu vps cloud-gpu 'mini pc' GPU; do
		expect 0 hardware "$kind" --format json
		same "$(jq -r '[.hardware[].kind] | unique | join(" ")' out)" \
			"$(tr 'A-Z ' 'a-z-' <<<"$kind")"
	done
	expect 0 hardware --format json
	same "$(jq -r '[.hardware[].kind] | unique | join(" ")' out)" 'apple cloud-gpu cpu gpu mini-pc vps'
}

@test "hardware: what JSON and CSV say" {
	expect 0 hardware rtx-4090 --format json
	same "$(jq -c '[.schema, (.hardware[0] | .id, .kind, .class, .memory_gb, .bandwidth_gbs, .fp16_tflops, .busy_watts, .idle_watts, .price.amount, .price.currency, .unverified, .hourly, .hourly_reason)]' out)" \
		'["hllm.hardware/1","rtx-4090","gpu","geforce",24,1008,165.2,450,20,"2499.99","USD",["idle_watts"],null,"it is bought"]'
	same "$(jq -c '.figures[] | select(.name == "idle_watts") | [.value, .unit, .verified]' out)" '[20,"W",false]'
	same "$(jq -c '.fits[] | select(.model == "llama-3.1-8b") | [.quant, .memory_gb, .context_most, .upper_bound]' out)" \
		'["f16",18.215,52326,false]'
	expect 0 hardware hetzner-cx23 --format json
	same "$(jq -c '.hardware[0] | [.hourly.amount, .monthly.amount, .busy_watts_reason, .price_reason]' out)" \
		'["0.0064","4.60","its electricity is in the rent","it is rented"]'
	# every mark of the text is in the list, and the other way round
	expect 0 hardware --format json
	jq -r '.hardware[] | select(.unverified | index("idle_watts")) | .id' out >listed
	COLUMNS=200 expect 0 hardware
	awk '/^ID/ { for (i = 1; i <= NF; i++) if ($i == "IDLE") at = i }
		/^$/ { at = 0 } at && $at ~ /\?$/ { print $1 }' out | diff - listed
	expect 0 hardware --format csv
	same "$(head -1 out)" 'id,name,kind,class,memory_gb,usable_share,bandwidth_gbs,fp16_tflops,busy_watts,idle_watts,context_watts,price,hourly,monthly,launch_price,price_date,unverified,source,note,aliases,file,line,currency'
	same "$(wc -l <out)" 105
	same "$(grep -c '?' out)" 0
	expect 0 hardware --format md
	has out '| rtx-4090 |'
}

@test "models: the list, by kind of task, and one" {
	COLUMNS=80 expect 0 models
	has out '31 open models that run on hardware of your own.'
	grep -q '^mistral-7b-v0.3  *7.25B  *32,768  *4.37?  *general chat' out
	grep -q '^llama-3.1-8b  *8.03B  *131,072  *4.91  *general chat' out
	for task in classification extraction summarization moderation embedding translation tagging \
		intent_detection reformatting template_filling drafting chat rag code_completion; do
		expect 0 models $task --format json
		[ "$(jq '.models | length' out)" -gt 0 ]
		same "$(jq -c --arg task $task '[.models[].types | index($task) != null] | unique' out)" '[true]'
	done
	expect 0 models embedding
	has out '3 of 31 open models are said to be good for embedding.'
	has out 'whether it is good enough for a workload of yours has to be compared'
	expect 0 models llama3.1:8b
	has out 'llama-3.1-8b: Llama 3.1 8B, 8.03 billion parameters, up to 131,072 tokens of context.'
	grep -qE '^q4_k_m +4.91 +4.62 +6.8 +22.9$' out
	has out 'A token of context takes 131,072 bytes: 2 x 32 layers x 8 heads x 128 x 2 bytes.'
	has out 'The same model as an API: llama-3.1-8b-instant (groq)'
	expect 0 models mixtral --format json
	same "$(jq -c '[.schema, (.models[0] | .id, .active_params_b, .q4_k_m_gb, .kv_bytes_per_token, .hosted[0])]' out)" \
		'["hllm.models/1","mixtral-8x7b",12.9,28.45,131072,"together/mistralai/Mixtral-8x7B-Instruct-v0.1"]'
	same "$(jq -r '.models[0].unverified | join(" ")' out)" 'q4_k_m_gb q8_0_gb f16_gb read_q4_k_m_gb read_q8_0_gb read_f16_gb'
	expect 0 models gpt-oss
	has out 'A token of context takes 49,152 bytes: 2 x 24 layers x 8 heads x 64 x 2 bytes.'
	has out '12 of its 24 layers look back at 128 tokens at most, so that a long context takes less than that.'
	grep -qE '^q8_0 +- +- +- +-$' out
	expect 0 models bge-m3
	has out 'A token of context takes at most 98,304 bytes'
}

@test "wrong names get the nearest, open ones the candidates" {
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		expect 2 $args
		err_is "hllm: $text"
		out_is ''
	done <<-'END'
		hardware rtx4091|there is no hardware "rtx4091", did you mean "rtx-4090"? (all: hllm hardware)
		hardware h100|"h100" can be any of several, expected one of h100-pcie, h100-sxm
		hardware mac studio m4 max|"mac studio m4 max" can be any of several, expected one of m4-max-32, m4-max-40
		hardware 0xrtx4090|0xrtx4090: not a number of units, expected 1 to 999
		hardware 3x|3x: units of nothing, expected hardware like 2xrtx-4090
		hardware 2xrtx4091|there is no hardware "rtx4091", did you mean "rtx-4090"? (all: hllm hardware)
		hardware a toaster|there is no hardware "a toaster" (all: hllm hardware)
		models llama3.1:9b|there is no model "llama3.1:9b", did you mean "llama-3.1-8b"? (all: hllm models)
		models gemma 27b|"gemma 27b" can be any of several, expected one of gemma-2-27b, gemma-3-27b
		models summarisation|there is no model "summarisation" (all: hllm models)
		hardware --on x|unknown option --on (see 'hllm hardware --help')
	END
	expect 2 hardware $'\e[31m4091\xff'
	lacks err $'\e'
	# neither a folder nor a ledger is made
	same "$(find . -mindepth 1 ! -name out ! -name err)" ''
}

@test "rows of the user's own: added, in place of others, and refused with file and line" {
	mkdir -p .config/hllm
	cat >$hardware <<-'END'
		# ours
		id,kind,memory_gb,bandwidth_gbs,busy_watts,idle_watts,price,price_date,unverified
		our-box,mini-pc,128,256,140,12,1850,invoice 2026-06-01,
		rtx-4090,gpu,24,1008,450,22,1700,quote 2026-10-01,price
	END
	expect 0 hardware
	has out '105 cards'
	grep -q '^rtx-4090  *gpu  *24  *1,008  *450  *22  *1,700.00?$' out
	expect 0 hardware our-box
	has out 'our-box (our-box): 115.2 GB for models; 31 of 31 open models fit.'
	has out 'usable_share   0.9?'
	grep -q "^Source: not stated (.*/.config/hllm/hardware.csv:3)\.$" out
	XDG_CONFIG_HOME=$PWD/elsewhere expect 0 hardware
	has out '104 cards'
	while IFS='|' read -r row text; do
		printf 'id,kind,memory_gb,bandwidth_gbs,idle_watts,busy_watts,class\n%s\n' "$row" >$hardware
		for args in hardware 'hardware rtx4090'; do
			# shellcheck disable=SC2086
			expect 1 $args
			err_is "hllm: $PWD/$hardware:2: $text"
		done
	done <<-'END'
		x,gpu,-24,1008,,,|memory_gb is "-24", expected a number from 0.1 to 1,000,000
		x,gpu,24,1008,nan,,|idle_watts is "nan", expected a number from 0 to 1,000,000
		x,gpu,24,1008,30,20,|idle_watts is more than busy_watts, expected at most 20
		x,card,24,1008,,,|kind is "card", expected one of gpu, apple, mini-pc, cpu, vps, cloud-gpu
		x,gpu,24,,,,|no bandwidth_gbs
	END
	rm $hardware
	cat >$models <<-'END'
		id,params_b,layers,kv_heads,head_dim,context,q4_k_m_gb,types
		ours-12b,12,40,8,128,16384,7.1,classification
	END
	expect 0 models classification
	has out 'of 32 open models are said to be good for classification.'
	grep -q '^ours-12b' out
	expect 0 models ours
	has out 'ours-12b: ours-12b, 12 billion parameters, up to 16,384 tokens of context.'
	has out 'No API in the price table offers the same model.'
	sed -i s/classification/juggling/ $models
	expect 1 models
	err_is "hllm: $PWD/$models:2: types has \"juggling\", expected kinds of task as attributes.conf has them"
	rm $models
	mkdir $models
	expect 1 models
	err_is "hllm: $PWD/$models: not a regular file of at most 64 MiB"
}

@test "a reader that goes away, an answer into a file, and no catalogue at all" {
	for command in hardware models; do
		"$HLLM" $command 2>err | head -1 >out
		err_is ''
		same "$(wc -l <out)" 1
		expect 0 $command --format json --output answer.json
		out_is ''
		jq -e '.schema' answer.json >out
		HLLM_DATA_DIR=$PWD/nowhere expect 1 $command
		has err 'there is no price table; install hllm, or set HLLM_DATA_DIR'
	done
	cp -r "$HLLM_DATA_DIR" data
	chmod -R u+w data # of a tarball nothing can be written
	rm data/hardware.csv
	HLLM_DATA_DIR=$PWD/data expect 1 hardware
	err_is "hllm: $PWD/data/hardware.csv: No such file or directory"
}
