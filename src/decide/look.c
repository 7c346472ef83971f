/* SPDX-License-Identifier: GPL-3.0-or-later */
/* look - what detectors share. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/when.h"
#include "decide/detector.h"

struct finding *
finding_add(struct look *look, enum finding_id id, enum change_kind kind)
{
	struct findings *out = look->out;
	const struct traffic_group *group = look->group;
	out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
	struct finding *finding = &out->items[out->n++];
	*finding = (struct finding){ .id = id,
		.group = look->number,
		.workload = slice_copy(&out->arena, group->workload),
		.model = slice_copy(&out->arena, group->model),
		.first = group->first,
		.last = group->last,
		.records = group->requests,
		.tokens = group->unsplit,
		.change = { .kind = kind, .group = look->number } };
	for (int i = 0; i < TOKEN_KINDS; i++)
		finding->tokens += group->tokens[i];
	memcpy(finding->currency, group->currency, sizeof(finding->currency));
	return finding;
}

void
finding_evidence(struct look *look, struct finding *finding, const char *fmt, ...)
{
	char text[640], first[WHEN_TEXT], last[WHEN_TEXT];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	size_t at = n < 0 ? 0 : n >= (int)sizeof(text) ? sizeof(text) - 1 : (size_t)n;
	if (finding->first != DAY_NONE) {
		when_date(first, finding->first * NS_PER_DAY);
		when_date(last, finding->last * NS_PER_DAY);
		if (finding->first == finding->last)
			snprintf(text + at, sizeof(text) - at, "; %s.", first);
		else
			snprintf(text + at, sizeof(text) - at, "; %s to %s.", first, last);
	} else {
		snprintf(text + at, sizeof(text) - at, ".");
	}
	finding->evidence = slice_copy(&look->out->arena, slice_of(text));
}

/* The value of an attribute of this kind; NULL when it is not known. */
static const struct attribute *
attribute_of(const struct look *look, const char *name, enum attribute_kind kind)
{
	const struct attributes *all = look->input->attributes;
	if (!look->subject || !all)
		return NULL;
	for (size_t i = 0; i < all->n; i++)
		if (slice_is(all->items[i].name, name) && all->items[i].kind == kind) {
			const struct attribute *value = &look->subject->values[i];
			return value->source == ATTRIBUTE_UNKNOWN ? NULL : value;
		}
	return NULL;
}

bool
look_number(const struct look *look, const char *name, int64_t *number)
{
	const struct attribute *value = attribute_of(look, name, ATTRIBUTE_NUMBER);
	if (value)
		*number = (int64_t)(value->number / FEMTO_PER_UNIT);
	return value != NULL;
}

bool
look_flag(const struct look *look, const char *name)
{
	const struct attribute *value = attribute_of(look, name, ATTRIBUTE_FLAG);
	return value && value->number;
}

bool
look_word(const struct look *look, const char *name, struct slice *word)
{
	const struct attribute *value = attribute_of(look, name, ATTRIBUTE_WORD);
	*word = value ? value->word : SLICE("");
	return value && value->word.n;
}

bool
look_routine(const struct look *look, struct slice *type)
{
	static const char *const routine[] = { "classification", "extraction", "summarization",
		"moderation", "translation", "tagging", "intent_detection", "reformatting",
		"template_filling" };
	struct slice quality;
	if (!look_word(look, "type", type) ||
		(look_word(look, "quality", &quality) && slice_is(quality, "frontier")))
		return false;
	for (size_t i = 0; i < HL_COUNT(routine); i++)
		if (slice_is(*type, routine[i]))
			return true;
	return false;
}

int64_t
look_input(const struct traffic_group *group)
{
	int64_t sum = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += group->tokens[i];
	return sum;
}

int64_t
look_floor(const struct traffic_group *group)
{
	int64_t end = dist_percentile(&group->dists[DIST_CONTEXT], 5);
	int class = end < 0 ? 0 : dist_class(end);
	return class > 0 ? dist_ends[class - 1] + 1 : 0;
}

bool
look_priced(const struct look *look, const char *kind)
{
	const struct price_row *const *rows;
	size_t n = look->group->resolution.model ? model_rows(look->group->resolution.model, &rows)
						 : 0;
	for (size_t i = 0; i < n; i++)
		if (slice_is(rows[i]->kind, kind) && rows[i]->picos > 0)
			return true;
	return false;
}

/* ---- taps ---- */

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* All of a key's month, of which the tap tells, that is a request too many. */
static struct excess
month_excess(struct change *change, const struct traffic *traffic, size_t at, enum tap_kind kind,
	enum tap_kind chance)
{
	const struct traffic_month *month = &traffic->months[at];
	static const struct traffic_tap none;
	const struct traffic_tap *seen = &month->taps[kind],
				 *control = chance == TAP_KINDS ? &none : &month->taps[chance];
	int64_t net = most(seen->count - control->count, 0),
		least = most(seen->count - 2 * control->count, 0);
	struct excess excess = { traffic_least(least, month->own_requests, month->requests),
		traffic_share(net, month->own_requests, month->requests) };
	excess.low = excess.low < excess.high ? excess.low : excess.high;
	if (!excess.high)
		return excess;
	struct change_part *part = change_part(change, at);
	part->requests_low += excess.low;
	part->requests_high += excess.high;
	for (int k = 0; k < TOKEN_KINDS; k++) {
		/* tokens a request of the tap's, times the requests too many */
		int64_t of_low = (int64_t)((__int128)seen->tokens[k] * least / seen->count),
			of_high = (int64_t)((__int128)seen->tokens[k] * net / seen->count);
		int64_t high = traffic_share(of_high, month->own_tokens[k], month->tokens[k]),
			low = traffic_least(of_low, month->own_tokens[k], month->tokens[k]);
		change_flow(part, (enum token_kind)k, FLOW_AWAY, low < high ? low : high, high);
	}
	return excess;
}

struct excess
look_taps(struct look *look, struct change *change, enum tap_kind kind, enum tap_kind chance,
	unsigned but)
{
	const struct traffic *traffic = look->traffic;
	const struct key *keys = look->input->pool->keys.items;
	int64_t seen = 0, control = 0;
	struct excess sum = { 0, 0 };
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
			const struct traffic_month *month = &traffic->months[i];
			if (keys[month->key].how & but)
				continue;
			if (pass == 0) {
				seen += month->taps[kind].count;
				control += chance == TAP_KINDS ? 0 : month->taps[chance].count;
				continue;
			}
			struct excess one = month_excess(change, traffic, i, kind, chance);
			sum.low += one.low;
			sum.high += one.high;
		}
		if (seen == 0 || seen < 2 * control)
			break;
	}
	return sum;
}

void
look_spread(struct look *look, struct change *change, int number, const int64_t low[TOKEN_KINDS],
	const int64_t high[TOKEN_KINDS])
{
	const struct traffic *traffic = look->traffic;
	int64_t whole[TOKEN_KINDS] = { 0 };
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		for (int k = 0; k < TOKEN_KINDS && month->number == number; k++)
			whole[k] += month->tokens[k];
	}
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		if (month->number != number)
			continue;
		struct change_part *part = change_part(change, i);
		for (int k = 0; k < TOKEN_KINDS; k++) {
			int64_t of_high = traffic_share(high[k], whole[k], month->tokens[k]),
				of_low = traffic_share(low[k], whole[k], month->tokens[k]);
			change_flow(part, (enum token_kind)k, FLOW_AWAY, of_low, of_high);
		}
	}
}
