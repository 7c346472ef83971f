/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-prompt - prompts that are longer than they need be: a constant part, or growth. */
#include "config.h"

#include "base/when.h"
#include "decide/detector.h"

/* 'tokens' of all input of a month, taken from its kinds as they are; at least a part of them. */
static void
trim_input(struct change_part *part, const struct traffic_month *month, __int128 tokens,
	int low_percent, int high_percent)
{
	int64_t input = 0;
	for (int k = 0; k < TOKEN_OUTPUT; k++)
		input += month->tokens[k];
	tokens = tokens < input ? tokens : input;
	for (int k = 0; k < TOKEN_OUTPUT && input; k++) {
		int64_t of = (int64_t)(tokens * month->tokens[k] / input);
		change_flow(part, (enum token_kind)k, FLOW_AWAY,
			(int64_t)((__int128)of * low_percent / 100),
			(int64_t)((__int128)of * high_percent / 100));
	}
}

/* Nothing to a half of what nearly every prompt holds: no sum tells what of it is needed. */
enum { CUT_LOW = 0, CUT_HIGH = 50 };

static void
look_bloat(struct look *look)
{
	const struct traffic *traffic = look->traffic;
	const struct traffic_group *group = look->group;
	int64_t constant = look_floor(group), input = look_input(group),
		output = group->tokens[TOKEN_OUTPUT];
	char calls[NUM_TEXT], tokens[NUM_TEXT], mean[NUM_TEXT], answer[NUM_TEXT];
	__int128 all = (__int128)constant * group->requests;
	if (constant < look->limit->threshold || all * 2 < input || output <= 0 ||
		all < (__int128)output * 10)
		return;
	struct finding *finding = finding_add(look, FINDING_PROMPT_BLOAT, CHANGE_TRIM);
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);)
		trim_input(change_part(&finding->change, i), &traffic->months[i],
			(__int128)constant * traffic->months[i].requests, CUT_LOW, CUT_HIGH);
	finding_evidence(look, finding,
		"95 %% of %s prompts hold at least %s tokens; the mean prompt holds %s, the mean "
		"answer %s",
		num_count(calls, group->requests), num_count(tokens, constant),
		num_count(mean, input / group->requests),
		num_count(answer, output / group->requests));
}

const struct detector find_prompt_bloat = { .id = FINDING_PROMPT_BLOAT, .look = look_bloat };

/* ---- growth ---- */

enum { WINDOW = 14, LEAST_IN_WINDOW = 100, OUTPUT_MOST = 105, GROWN_LOW = 50 };

struct window {
	int64_t requests, input, output;
};

static struct window
window_of(const struct look *look, int64_t from, int64_t to)
{
	const struct traffic *traffic = look->traffic;
	struct window sum = { 0 };
	for (size_t i = 0; i < look->group->days_n; i++) {
		const struct traffic_day *day = &traffic->days[look->group->day + i];
		if (day->day < from || day->day > to)
			continue;
		sum.requests += day->requests;
		sum.input += day->input;
		sum.output += day->tokens[TOKEN_OUTPUT];
	}
	return sum;
}

/* Is b / n at least 'percent' of a / m? */
static bool
is_at_least(int64_t b, int64_t n, int64_t a, int64_t m, int64_t percent)
{
	return (__int128)b * m * 100 >= (__int128)a * n * percent;
}

/* What a day holds beyond what its requests held in the first days, month by month. */
static void
add_growth(struct look *look, struct change *change, const struct window *first)
{
	const struct traffic *traffic = look->traffic;
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		int64_t input = 0;
		if (month->number == MONTH_NONE)
			continue;
		for (int k = 0; k < TOKEN_OUTPUT; k++)
			input += month->tokens[k];
		__int128 usual = (__int128)first->input * month->requests / first->requests;
		if (usual < input)
			trim_input(change_part(change, i), month, input - usual, GROWN_LOW, 100);
	}
}

static void
look_growth(struct look *look)
{
	const struct traffic_group *group = look->group;
	char a[NUM_TEXT], b[NUM_TEXT], c[NUM_TEXT], d[NUM_TEXT];
	if (group->first == DAY_NONE || group->last - group->first + 1 < (int64_t)2 * WINDOW)
		return;
	struct window first = window_of(look, group->first, group->first + WINDOW - 1),
		      last = window_of(look, group->last - WINDOW + 1, group->last);
	if (first.requests < LEAST_IN_WINDOW || last.requests < LEAST_IN_WINDOW || !first.input ||
		!is_at_least(last.input, last.requests, first.input, first.requests,
			100 + look->limit->threshold) ||
		is_at_least(last.output, last.requests, first.output * OUTPUT_MOST + 1,
			first.requests * 100, 100))
		return;
	struct finding *finding = finding_add(look, FINDING_PROMPT_GROWTH, CHANGE_TRIM);
	add_growth(look, &finding->change, &first);
	finding_evidence(look, finding,
		"input a request went from %s to %s tokens between the first and the last 14 days, "
		"output from %s to %s",
		num_count(a, first.input / first.requests),
		num_count(b, last.input / last.requests),
		num_count(c, first.output / first.requests),
		num_count(d, last.output / last.requests));
}

const struct detector find_prompt_growth = { .id = FINDING_PROMPT_GROWTH, .look = look_growth };
