/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-twice - requests that need not have been sent: retries, failures, fallbacks, duplicates. */
#include "config.h"

#include "decide/detector.h"

/* Drops all that keys of the group with one of these flags hold; returns the requests. */
static int64_t
drop_flagged(struct look *look, struct change *change, unsigned how)
{
	const struct traffic *traffic = look->traffic;
	int64_t requests = 0;
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		if (!(look->input->pool->keys.items[month->key].how & how))
			continue;
		struct change_part *part = change_part(change, i);
		part->requests_low = part->requests_high = month->requests;
		requests += month->requests;
		for (int k = 0; k < TOKEN_KINDS; k++)
			change_flow(part, (enum token_kind)k, FLOW_AWAY, month->tokens[k],
				month->tokens[k]);
	}
	return requests;
}

static void
look_at_retries(struct look *look)
{
	struct change change = { .kind = CHANGE_DROP, .group = look->number };
	char failed_text[NUM_TEXT], again_text[NUM_TEXT];
	struct excess again = look_taps(look, &change, TAP_RETRY, TAP_RETRY_CHANCE, HOW_FAILED);
	int64_t failed = drop_flagged(look, &change, HOW_FAILED);
	if (failed + again.high < look->limit->threshold) {
		change_free(&change);
		return;
	}
	struct finding *finding = finding_add(look, FINDING_RETRIES, CHANGE_DROP);
	finding->change = change;
	finding->records = failed + again.high;
	num_count(failed_text, failed);
	num_count(again_text, again.high);
	if (!again.high)
		finding_evidence(look, finding, "%s requests are logged as failed and state tokens",
			failed_text);
	else if (!failed)
		finding_evidence(look, finding,
			"%s prompts of the same size were sent again within a minute", again_text);
	else
		finding_evidence(look, finding,
			"%s requests are logged as failed and state tokens, and %s prompts of the "
			"same size were sent again within a minute",
			failed_text, again_text);
}

const struct detector find_retries = { .id = FINDING_RETRIES, .look = look_at_retries };

static void
look_at_fallbacks(struct look *look)
{
	struct change change = { .kind = CHANGE_DROP, .group = look->number };
	char asked_text[NUM_TEXT], pairs_text[NUM_TEXT];
	struct excess pairs =
		look_taps(look, &change, TAP_FALLBACK, TAP_FALLBACK_CHANCE, HOW_ASKED_LOCAL);
	int64_t asked = drop_flagged(look, &change, HOW_ASKED_LOCAL);
	if (asked + pairs.high < look->limit->threshold) {
		change_free(&change);
		return;
	}
	struct finding *finding = finding_add(look, FINDING_SILENT_FALLBACK, CHANGE_DROP);
	finding->change = change;
	finding->records = asked + pairs.high;
	if (asked && !pairs.high)
		finding_evidence(look, finding,
			"%s requests asked for a local model, and " SLICE_FMT " answered",
			num_count(asked_text, asked), SLICE_ARG(look->group->model));
	else if (pairs.high && !asked)
		finding_evidence(look, finding,
			"%s requests to " SLICE_FMT
			" came within a minute of a local one of the same work and size",
			num_count(pairs_text, pairs.high), SLICE_ARG(look->group->model));
	else
		finding_evidence(look, finding,
			"%s requests asked for a local model and " SLICE_FMT
			" answered; %s came within a minute of a local one",
			num_count(asked_text, asked), SLICE_ARG(look->group->model),
			num_count(pairs_text, pairs.high));
}

const struct detector find_silent_fallback = {
	.id = FINDING_SILENT_FALLBACK,
	.look = look_at_fallbacks,
};

static void
look_at_duplicates(struct look *look)
{
	struct change change = { .kind = CHANGE_DROP, .group = look->number };
	char low[NUM_TEXT], high[NUM_TEXT], all[NUM_TEXT];
	struct excess twice = look_taps(look, &change, TAP_REPEAT, TAP_REPEAT_CHANCE, 0);
	if (twice.high < look->limit->threshold) {
		change_free(&change);
		return;
	}
	struct finding *finding = finding_add(look, FINDING_DUPLICATES, CHANGE_DROP);
	finding->change = change;
	finding->records = twice.high;
	num_count(all, look->group->requests);
	num_count(high, twice.high);
	if (twice.low == twice.high)
		finding_evidence(look, finding,
			"%s of %s requests repeat one just before, with the same tokens in and out",
			high, all);
	else
		finding_evidence(look, finding,
			"%s to %s of %s requests repeat one just before, with the same tokens in "
			"and "
			"out",
			num_count(low, twice.low), high, all);
}

const struct detector find_duplicates = { .id = FINDING_DUPLICATES, .look = look_at_duplicates };
