/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-reasoning - output that is mostly thought, for tasks that need none. */
#include "config.h"

#include "decide/detector.h"

/* How much of it a lower effort leaves away is not known: at least half. */
enum { LEFT_AWAY_LOW = 2 };

static void
look_reasoning(struct look *look)
{
	const struct traffic *traffic = look->traffic;
	const struct traffic_group *group = look->group;
	struct slice type;
	char a[NUM_TEXT], b[NUM_TEXT];
	if (!look_routine(look, &type) || group->reasoning <= 0 ||
		(__int128)group->reasoning * 100 <
			(__int128)group->tokens[TOKEN_OUTPUT] * look->limit->threshold)
		return;
	struct finding *finding = finding_add(look, FINDING_REASONING, CHANGE_TRIM);
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		if (month->reasoning <= 0)
			continue;
		int64_t own = month->own_tokens[TOKEN_OUTPUT], in = month->tokens[TOKEN_OUTPUT];
		int64_t high = traffic_share(month->reasoning, own, in),
			low = traffic_least(month->reasoning, own, in) / LEFT_AWAY_LOW;
		change_flow(change_part(&finding->change, i), TOKEN_OUTPUT, FLOW_AWAY,
			low < high ? low : high, high);
	}
	finding_evidence(look, finding,
		"%s of %s output tokens are reasoning, for work of type " SLICE_FMT,
		num_count(a, group->reasoning), num_count(b, group->tokens[TOKEN_OUTPUT]),
		SLICE_ARG(type));
}

const struct detector find_reasoning = { .id = FINDING_REASONING, .look = look_reasoning };
