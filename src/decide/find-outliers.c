/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-outliers - days and requests far out of line with the others. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "decide/detector.h"

/* What is too much, by calendar month. */
struct too_much {
	int month;
	int64_t tokens[TOKEN_KINDS];
};
struct outliers {
	const struct traffic_day *days; /* of the group */
	size_t days_n;
	int64_t median; /* weight */
	struct too_much *months;
	size_t months_n, months_size;
	int64_t out_days, out_requests, records;
	const struct traffic_day *worst_day;
	const struct traffic_top *worst_request;
};

static int
by_weight(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

/* The lower one of two in the middle. */
static int64_t
median_of(const struct traffic_day *days, size_t n)
{
	int64_t *weights = xcalloc(n + 1, sizeof(*weights)), median;
	for (size_t i = 0; i < n; i++)
		weights[i] = days[i].weight;
	if (n)
		qsort(weights, n, sizeof(*weights), by_weight);
	median = n ? weights[(n - 1) / 2] : 0;
	free(weights);
	return median;
}

static void
find_days(struct outliers *out, const struct traffic *traffic, const struct traffic_group *group)
{
	static const struct traffic_day none;
	out->days = group->days_n ? traffic->days + group->day : &none;
	out->days_n = group->days_n;
	out->median = median_of(out->days, out->days_n);
}

static struct too_much *
month_at(struct outliers *out, int64_t day)
{
	int month = when_month(day * NS_PER_DAY);
	for (size_t i = 0; i < out->months_n; i++)
		if (out->months[i].month == month)
			return &out->months[i];
	out->months = xgrow(out->months, &out->months_size, out->months_n, sizeof(*out->months));
	out->months[out->months_n] = (struct too_much){ .month = month };
	return &out->months[out->months_n++];
}

static bool
is_out(const struct outliers *out, const struct traffic_day *day, int64_t threshold)
{
	return out->median > 0 && (__int128)day->weight >= (__int128)out->median * threshold;
}

static void
add_days(struct outliers *out, int64_t threshold)
{
	for (size_t i = 0; i < out->days_n; i++) {
		const struct traffic_day *day = &out->days[i];
		if (!is_out(out, day, threshold))
			continue;
		out->out_days++;
		out->records += day->requests;
		if (!out->worst_day || day->weight > out->worst_day->weight)
			out->worst_day = day;
		for (int k = 0; k < TOKEN_KINDS; k++)
			month_at(out, day->day)->tokens[k] +=
				(int64_t)((__int128)day->tokens[k] * (day->weight - out->median) /
					  day->weight);
	}
}

/* The same request, told of by another source. */
static bool
is_again(const struct traffic *traffic, size_t at)
{
	const struct traffic_top *top = &traffic->tops[at];
	for (size_t i = 0; i < at; i++) {
		const struct traffic_top *other = &traffic->tops[i];
		if (other->month == top->month && other->tap.second == top->tap.second &&
			other->source != top->source &&
			memcmp(other->tap.tokens, top->tap.tokens, sizeof(top->tap.tokens)) == 0)
			return true;
	}
	return false;
}

static bool
on_such_a_day(const struct outliers *out, int64_t day, int64_t threshold)
{
	for (size_t i = 0; i < out->days_n; i++)
		if (out->days[i].day == day)
			return is_out(out, &out->days[i], threshold);
	return true; /* not in the period */
}

static void
add_requests(struct outliers *out, const struct look *look)
{
	const struct traffic *traffic = look->traffic;
	const struct traffic_group *group = look->group;
	__int128 all = traffic_weight(group->tokens);
	for (size_t i = 0; i < traffic->tops_n; i++) {
		const struct traffic_top *top = &traffic->tops[i];
		int64_t day = top->tap.second / 86400;
		if (traffic->months[top->month].group != look->number ||
			(__int128)traffic_weight(top->tap.tokens) * group->requests <
				all * look->limit->threshold ||
			on_such_a_day(out, day, look->limit->threshold) || is_again(traffic, i))
			continue;
		out->out_requests++;
		out->records++;
		if (!out->worst_request || traffic_weight(top->tap.tokens) >
						   traffic_weight(out->worst_request->tap.tokens))
			out->worst_request = top;
		for (int k = 0; k < TOKEN_KINDS; k++) {
			int64_t beyond = top->tap.tokens[k] - group->tokens[k] / group->requests;
			month_at(out, day)->tokens[k] += beyond > 0 ? beyond : 0;
		}
	}
}

static void
write_evidence(struct look *look, struct finding *finding, const struct outliers *out)
{
	char days[160] = "", requests[256] = "", date[WHEN_TEXT], n[NUM_TEXT];
	if (out->worst_day)
		snprintf(days, sizeof(days),
			"%lld day%s of %zu, the worst of them %s with %s times the tokens of the "
			"median day",
			(long long)out->out_days, out->out_days == 1 ? "" : "s", out->days_n,
			when_date(date, out->worst_day->day * NS_PER_DAY),
			num_count(n, out->worst_day->weight / out->median));
	if (out->worst_request) {
		const struct traffic_top *top = out->worst_request;
		int64_t size = 0;
		for (int k = 0; k < TOKEN_KINDS; k++)
			size += top->tap.tokens[k];
		snprintf(requests, sizeof(requests),
			"%s%lld request%s far larger than the mean one, the largest with %s tokens "
			"(%.120s:%llu)",
			days[0] ? "; " : "", (long long)out->out_requests,
			out->out_requests == 1 ? "" : "s", num_count(n, size),
			top->source ? top->source->name : "", (unsigned long long)top->tap.line);
	}
	finding_evidence(look, finding, "%s%s", days, requests);
}

static void
look_outliers(struct look *look)
{
	static const int64_t none[TOKEN_KINDS];
	struct outliers out = { 0 };
	find_days(&out, look->traffic, look->group);
	add_days(&out, look->limit->threshold);
	add_requests(&out, look);
	if (out.out_days || out.out_requests) {
		struct finding *finding = finding_add(look, FINDING_OUTLIERS, CHANGE_TRIM);
		for (size_t i = 0; i < out.months_n; i++)
			look_spread(look, &finding->change, out.months[i].month, none,
				out.months[i].tokens);
		finding->records = out.records;
		write_evidence(look, finding, &out);
	}
	free(out.months);
}

const struct detector find_outliers = { .id = FINDING_OUTLIERS, .look = look_outliers };
