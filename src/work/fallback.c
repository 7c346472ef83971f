/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/fallback.h"

#include <stdlib.h>

static struct fallback *
find(struct fallbacks *fallbacks, struct slice workload)
{
	for (size_t i = 0; i < fallbacks->n; i++)
		if (slice_eq(fallbacks->items[i].workload, workload))
			return &fallbacks->items[i];
	fallbacks->items =
		xgrow(fallbacks->items, &fallbacks->size, fallbacks->n, sizeof(*fallbacks->items));
	fallbacks->items[fallbacks->n] = (struct fallback){ .workload = workload };
	return &fallbacks->items[fallbacks->n++];
}

/* Beyond twice what comes by chance, as if all that does not count of the month were among it. */
static int64_t
after_local(const struct traffic_month *month)
{
	int64_t pairs =
		month->taps[TAP_FALLBACK].count - 2 * month->taps[TAP_FALLBACK_CHANCE].count;
	return pairs > 0 ? traffic_least(pairs, month->own_requests, month->requests) : 0;
}

static int
by_name(const void *left, const void *right)
{
	return slice_compare(((const struct fallback *)left)->workload,
		((const struct fallback *)right)->workload);
}

void
fallbacks_make(struct fallbacks *fallbacks, const struct traffic *traffic)
{
	*fallbacks = (struct fallbacks){ 0 };
	for (size_t i = 0; i < traffic->months_n; i++) {
		const struct traffic_month *month = &traffic->months[i];
		const struct key *key = &traffic->pool->keys.items[month->key];
		bool local = key->pay == PAY_LOCAL || key->how & HOW_LOCAL,
		     asked = key->how & HOW_ASKED_LOCAL;
		int64_t after = local || asked ? 0 : after_local(month);
		if (!local && !asked && !after)
			continue;
		struct fallback *to = find(fallbacks, traffic->groups[month->group].workload);
		to->local += asked ? 0 : local ? month->requests : 0;
		to->asked += asked ? month->requests : 0;
		to->after += after;
	}
	if (fallbacks->n)
		qsort(fallbacks->items, fallbacks->n, sizeof(*fallbacks->items), by_name);
}

void
fallbacks_free(struct fallbacks *fallbacks)
{
	free(fallbacks->items);
	*fallbacks = (struct fallbacks){ 0 };
}

int64_t
fallback_fallen(const struct fallback *fallback)
{
	return fallback->asked + fallback->after;
}

int64_t
fallback_all(const struct fallback *fallback)
{
	int64_t all = fallback->local + fallback->asked, fallen = fallback_fallen(fallback);
	return all > fallen ? all : fallen; /* the local ones may have left no line */
}
