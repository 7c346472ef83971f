/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conf - any text as hllm.conf, and what the rooms make of its sections. */
#include "config.h"

#include "conf/conf.h"

#include <stdint.h>

#include "price/contract.h"
#include "read/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct conf *conf =
		conf_load_text("fuzz", (struct slice){ (const char *)data, size }, &err);
	if (conf) {
		struct arena arena = { 0 };
		const struct mapping *mappings;
		size_t n;
		struct contract *contract = contract_load(conf, &err);
		if (contract) {
			femto_t amount = FEMTO_PER_UNIT;
			const struct contract_rate *used;
			int left = contract_discount(
				contract, SLICE("openai"), SLICE("gpt-4o"), TIER_BATCH, 0);
			if (left < 0 || left > 1000)
				BUG("a discount leaves %d", left);
			if (contract_convert(contract, "EUR", "USD", 0, &amount, &used) &&
				amount < 0)
				BUG("a conversion changed the sign");
		}
		contract_free(contract);
		if (!mapping_saved(conf, &arena, &mappings, &n, &err) && err.fault == FAULT_NONE)
			BUG("a failure without a sentence");
		arena_free(&arena);
	} else if (err.fault == FAULT_NONE) {
		BUG("a failure without a sentence");
	}
	conf_free(conf);
	return 0;
}
