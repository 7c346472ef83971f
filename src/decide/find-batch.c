/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-batch - work that can wait, at the price of work that cannot. */
#include "config.h"

#include "decide/detector.h"

static bool
can_wait(const struct look *look)
{
	int64_t tolerance;
	return look_flag(look, "batchable") ||
	       (look_number(look, "latency_tolerance_ms", &tolerance) &&
		       tolerance >= look->limit->threshold);
}

static bool
has_batch_price(const struct look *look)
{
	const struct price_row *const *rows;
	size_t n = look->group->resolution.model ? model_rows(look->group->resolution.model, &rows)
						 : 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i]->tier == TIER_BATCH)
			return true;
	return false;
}

static void
look_batch(struct look *look)
{
	const struct traffic *traffic = look->traffic;
	const struct key *keys = look->input->pool->keys.items;
	int64_t requests = 0;
	char calls[NUM_TEXT];
	if (!can_wait(look) || !has_batch_price(look) ||
		!(look->group->tiers & (1u << TIER_UNKNOWN | 1u << TIER_STANDARD)))
		return;
	struct finding *finding = finding_add(look, FINDING_BATCH, CHANGE_TIER);
	finding->change.tier = TIER_BATCH;
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		enum tier tier = keys[traffic->months[i].key].tier;
		if (tier != TIER_UNKNOWN && tier != TIER_STANDARD)
			continue;
		requests += traffic->months[i].requests;
		change_part(&finding->change, i);
	}
	finding->records = requests;
	finding_evidence(look, finding,
		"%s requests of work that can wait went through the standard tier of " SLICE_FMT,
		num_count(calls, requests), SLICE_ARG(look->group->model));
}

const struct detector find_batch = { .id = FINDING_BATCH, .look = look_batch };
