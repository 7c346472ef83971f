/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/gauges.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/month.h"

enum { PERCENTILE = 95 };

/* What the days of the history say. */
struct sums {
	int64_t requests, input, cached, output, unsplit;
	femto_t low, high;
};

static void
add_day(struct sums *sums, const struct history_day *day)
{
	sums->requests += day->requests;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sums->input += day->tokens[i];
	sums->cached += day->tokens[TOKEN_CACHE_READ];
	sums->output += day->tokens[TOKEN_OUTPUT];
	sums->unsplit += day->unsplit;
	sums->low += day->spend_low;
	sums->high += day->spend_high;
}

static struct sums
sum_up(const struct gauge_question *question, struct slice workload, int64_t first)
{
	struct sums sums = { 0 };
	const struct history *history = question->history;
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *at = &history->workloads[i];
		if (workload.p && !slice_eq(at->name, workload))
			continue;
		for (size_t k = 0; k < at->days_n; k++)
			if (at->days[k].day >= first && at->days[k].day <= question->until)
				add_day(&sums, &at->days[k]);
	}
	return sums;
}

static void
set(struct gauge_reading *out, femto_t low, femto_t high, int64_t parts, const char *none)
{
	out->known = parts > 0;
	out->why = none;
	if (!out->known)
		return;
	out->low = low / parts;
	out->high = high / parts;
}

/* Tokens of which the direction is not known may be on either side. */
static void
set_tokens(struct gauge_reading *out, const struct sums *sums, int64_t least, int64_t unsplit)
{
	set(out, (femto_t)least * FEMTO_PER_UNIT, (femto_t)(least + unsplit) * FEMTO_PER_UNIT,
		sums->requests, "no request is counted in these days");
}

static void
read_days(const struct gauge_question *question, struct slice workload, struct gauge_reading *out)
{
	const struct sums sums = sum_up(question, workload, out->first);
	int64_t begun = question->history->first_day > out->first ? question->history->first_day
								  : out->first;
	int64_t days = question->until - begun + 1, all = sums.input + sums.unsplit;
	static const char no_requests[] = "no request is counted in these days";
	out->requests = sums.requests;
	switch (out->gauge) {
	case GAUGE_COST_PER_DAY:
		set(out, sums.low, sums.high, days, "there is no data of these days");
		break;
	case GAUGE_COST_PER_REQUEST:
		set(out, sums.low, sums.high, sums.requests, no_requests);
		break;
	case GAUGE_REQUESTS_PER_DAY:
		set(out, (femto_t)sums.requests * FEMTO_PER_UNIT,
			(femto_t)sums.requests * FEMTO_PER_UNIT, days,
			"there is no data of these days");
		break;
	case GAUGE_TOKENS_PER_REQUEST:
		set_tokens(out, &sums, sums.input + sums.output + sums.unsplit, 0);
		break;
	case GAUGE_INPUT_PER_REQUEST:
		set_tokens(out, &sums, sums.input, sums.unsplit);
		break;
	case GAUGE_OUTPUT_PER_REQUEST:
		set_tokens(out, &sums, sums.output, sums.unsplit);
		break;
	case GAUGE_CACHE_SHARE:
		set(out, (femto_t)sums.cached * FEMTO_PER_UNIT,
			(femto_t)sums.cached * FEMTO_PER_UNIT, all,
			"no input is counted in these days");
		break;
	case GAUGE_ERROR_RATE:
	case GAUGE_LATENCY_P95:
	case GAUGES:
		BUG("gauge %d is not read from days", (int)out->gauge);
	}
}

/* Logs alone say of each request how it ended and how long it took. */
static bool
is_logged(const struct gauge_question *question, const struct month *month, struct slice workload)
{
	const struct key *key = month->key;
	if ((key->origin != ORIGIN_CLIENT && key->origin != ORIGIN_GATEWAY) || key->width ||
		month->number == MONTH_NONE)
		return false;
	return !workload.p || slice_eq(workload_name(question->options->rules, key), workload);
}

/* Requests of the days from 'first' on. */
static int64_t
count_requests(const struct gauge_question *question, const struct month *month, int64_t first)
{
	int64_t sum = 0;
	for (size_t i = 0; i < month->slots_n; i++) {
		int64_t second = slot_start(month, &month->slots[i]) / NS_PER_SECOND +
				 question->options->zone_offset,
			day = second / 86400;
		if (day >= first && day <= question->until)
			sum += month->slots[i].requests;
	}
	return sum;
}

static void
read_errors(const struct gauge_question *question, struct slice workload, struct gauge_reading *out)
{
	int64_t failed = 0, last = month_of_day(question->until);
	struct months months = months_of(question->pool);
	for (const struct month *month; (month = months_next_total(&months));) {
		/* a zone moves a day into the month beside it at most */
		if (!is_logged(question, month, workload) ||
			month->number < month_of_day(out->first) - 1 || month->number > last + 1)
			continue;
		months_fill(&months);
		int64_t n = count_requests(question, month, out->first);
		out->requests += n;
		failed += month->key->how & (HOW_FAILED | HOW_WITHOUT_USAGE) ? n : 0;
	}
	months_end(&months);
	set(out, (femto_t)failed * FEMTO_PER_UNIT, (femto_t)failed * FEMTO_PER_UNIT, out->requests,
		"no request is logged in these days");
}

/* The class in which the percentile is. */
static void
read_latency(
	const struct gauge_question *question, struct slice workload, struct gauge_reading *out)
{
	struct dist *dists = xcalloc(DISTS, sizeof(*dists));
	int of = month_of_day(question->until);
	struct months months = months_of(question->pool);
	for (const struct month *month; (month = months_next_total(&months));)
		if (is_logged(question, month, workload) && month->number == of)
			for (size_t i = 0; i < month->bins_n; i++)
				(void)dists_add(month->bins[i].bin->dists, dists);
	months_end(&months);
	int64_t high = dist_percentile(&dists[DIST_LATENCY], PERCENTILE);
	out->first = when_month_start(of) / NS_PER_DAY;
	out->requests = dist_total(&dists[DIST_LATENCY]);
	out->known = high >= 0;
	out->why = "no request of this month says how long it took";
	if (out->known) {
		int class = dist_class(high);
		out->low = (femto_t)(class > 0 ? dist_ends[class - 1] + 1 : 0) * FEMTO_PER_UNIT;
		out->high = (femto_t)high * FEMTO_PER_UNIT;
	}
	free(dists);
}

void
gauge_read(const struct gauge_question *question, enum gauge gauge, struct slice workload,
	int64_t days, struct gauge_reading *out)
{
	*out = (struct gauge_reading){
		.gauge = gauge, .first = question->until - days + 1, .last = question->until
	};
	if (question->until == DAY_NONE)
		out->why = "no day is complete yet";
	else if (gauge == GAUGE_ERROR_RATE)
		read_errors(question, workload, out);
	else if (gauge == GAUGE_LATENCY_P95)
		read_latency(question, workload, out);
	else
		read_days(question, workload, out);
}
