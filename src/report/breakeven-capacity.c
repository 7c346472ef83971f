/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the machine carries the work. */
#include "config.h"

#include <math.h>

#include "base/when.h"
#include "report/amounts.h"
#include "report/breakeven.h"

enum {
	C_REQUESTS,
	C_WORK,
	C_BUSY,
	C_UTILIZATION,
	C_LOAD,
	C_CARRIES,
	C_PEAK,
	C_PEAK_REQUESTS,
	C_PEAK_LOAD,
	C_MEAN,
	C_P99,
	C_WAIT,
	C_OVERFLOW,
	C_UNITS,
	C_NEEDED,
	C_SOURCE,
	CAPACITIES
};

/* How it is found: local/capacity.h. */
#define WHY_MINUTES \
 "Every minute of the data was played through at the speeds of the table of workloads: "

static const struct column capacity_columns[CAPACITIES] = {
	[C_REQUESTS] = { .key = "demand.requests_per_day",
		.decimals = 1,
		.why = "@search " WHY_MINUTES "so many requests came in a day.\n{demand.source}." },
	[C_WORK] = { .key = "demand.work_hours_per_day",
		.unit = "hours",
		.decimals = 3,
		.why = "@search " WHY_MINUTES
		       "one request after another, this takes so long a day." },
	[C_BUSY] = { .key = "busy_hours_per_day",
		.unit = "hours",
		.decimals = 3,
		.why = "@search " WHY_MINUTES
		       "so long the hardware is busy, {plan.concurrency} at once." },
	[C_UTILIZATION] = { .key = "utilization",
		.decimals = 2,
		.why = "@search " WHY_MINUTES "in this share of all minutes it is busy." },
	[C_LOAD] = { .key = "load",
		.decimals = 2,
		.why = "@search " WHY_MINUTES
		       "the work, as a share of what it could do without a pause." },
	[C_CARRIES] = { .key = "carries" },
	[C_PEAK] = { .key = "peak.hour", .left = true },
	[C_PEAK_REQUESTS] = { .key = "peak.requests",
		.why = "@search " WHY_MINUTES "requests of the busiest hour." },
	[C_PEAK_LOAD] = { .key = "peak.load",
		.decimals = 2,
		.why = "@search " WHY_MINUTES "the load of the busiest hour." },
	[C_MEAN] = { .key = "wait_mean_s",
		.unit = "s",
		.decimals = 3,
		.why = "@search " WHY_MINUTES
		       "so long a request waits for its turn, in the mean." },
	[C_P99] = { .key = "wait_p99_s",
		.unit = "s",
		.decimals = 3,
		.why = "@search " WHY_MINUTES "99 of 100 requests wait no longer." },
	[C_WAIT] = { .key = "peak.wait_s",
		.unit = "s",
		.decimals = 3,
		.why = "@search " WHY_MINUTES
		       "in the busiest hour 99 of 100 requests wait no longer." },
	[C_OVERFLOW] = { .key = "overflow_share",
		.why = "@search " WHY_MINUTES "this share of the work is not done in time." },
	[C_UNITS] = { .key = "units", .why = "= {plan.units}" },
	[C_NEEDED] = { .key = "units_needed",
		.why = "@search " WHY_MINUTES
		       "with one unit, two, … until all of it is done in time." },
	[C_SOURCE] = { .key = "demand.source", .left = true },
};

static const char *const demand_sources[] = {
	[DEMAND_MINUTES] = "Each minute was counted",
	[DEMAND_HALF_HOURS] = "Half hours or buckets were counted, and spread over their minutes",
	[DEMAND_DAYS] =
		"Only days or other long buckets were counted, and spread evenly over their hours",
	[DEMAND_DAILY] = "That requests come at any time of the day is assumed: no times are known",
};

/* Why no hour is the busiest; NULL: one is. */
static const char *
no_peak(const struct capacity *capacity)
{
	return capacity->source == DEMAND_DAILY  ? "no times are known"
	       : capacity->source == DEMAND_DAYS ? "only days are known, no hours"
						 : NULL;
}

static void
capacity_cells(const struct breakeven *breakeven, struct cell *row)
{
	const struct capacity *capacity = &breakeven->main->capacity;
	char buf[WHEN_TEXT];
	row[C_REQUESTS] = number_cell(capacity->requests_day, 1, "");
	row[C_WORK] = number_cell(capacity->work_hours_day, 3, "");
	row[C_BUSY] = number_cell(capacity->busy_hours_day, 3, "");
	row[C_UTILIZATION] = fraction_cell(capacity->utilization, "");
	row[C_LOAD] = fraction_cell(capacity->load, "");
	row[C_CARRIES] = cell_flag(capacity->carries);
	row[C_PEAK] =
		no_peak(capacity)
			? cell_none(no_peak(capacity))
			: cell_text(breakeven->answer,
				  slice_of(when_print(buf, capacity->peak_start * NS_PER_SECOND)));
	row[C_PEAK_REQUESTS] = number_cell(capacity->peak_requests, 1, "");
	row[C_PEAK_LOAD] = fraction_cell(capacity->peak_load, "");
	row[C_MEAN] = number_cell(capacity->wait_mean, 3, "");
	row[C_P99] = number_cell(capacity->wait_p99, 3, "");
	row[C_WAIT] = number_cell(capacity->peak_wait, 3, "");
	row[C_OVERFLOW] = fraction_cell(capacity->overflow_share, "");
	row[C_UNITS] = cell_count(breakeven->plan->units);
	row[C_NEEDED] = capacity->units_needed
				? cell_count(capacity->units_needed)
				: cell_none("more than could be tried are not enough");
	row[C_SOURCE] = cell_text(breakeven->answer, slice_of(demand_sources[capacity->source]));
}

static void
percent_text(struct str *out, double share)
{
	if (share > 0 && share < 0.01)
		str_puts(out, "less than 1 %");
	else
		str_printf(out, "%.0f %%", share * 100);
}

static void
wait_text(struct str *out, double seconds)
{
	if (seconds < 0.05) {
		str_puts(out, "do not wait");
		return;
	}
	str_puts(out, "wait no longer than ");
	number_text(out, seconds >= 120 ? seconds / 60 : seconds);
	str_puts(out, seconds >= 120 ? " minutes" : " s");
}

static void
say_peak(const struct capacity *capacity, struct str *out)
{
	char buf[WHEN_TEXT];
	str_puts(out, ", ");
	percent_text(out, capacity->peak_utilization);
	str_printf(out, " in its busiest hour (%.10s %.5s UTC)",
		when_print(buf, capacity->peak_start * NS_PER_SECOND), buf + 11);
}

/* More work than hours, and nobody sends it elsewhere: the queue grows to the end of the data, so that waits say
 * how long the data are. */
static bool
is_drowned(const struct breakeven *breakeven)
{
	const struct capacity *capacity = &breakeven->main->capacity;
	return !capacity->carries && isnan(breakeven->plan->max_wait) &&
	       capacity->overflow_share > 0;
}

/* "It works 5.2 hours a day (22 % of the time); in the busiest hour, …" */
static void
say_capacity(const struct breakeven *breakeven)
{
	const struct capacity *capacity = &breakeven->main->capacity;
	struct str out = STR_INIT;
	str_puts(&out, "The work takes ");
	number_text(&out, capacity->work_hours_day);
	str_puts(&out, " hours a day one request after another; the hardware is busy ");
	percent_text(&out, capacity->utilization);
	str_puts(&out, " of the time");
	if (!no_peak(capacity))
		say_peak(capacity, &out);
	if (is_drowned(breakeven)) {
		str_puts(&out, ", and ");
		percent_text(&out, capacity->overflow_share);
		str_puts(&out, " of the work is not done in time: the API does it.");
	} else {
		str_puts(&out, ", when 99 of 100 requests ");
		wait_text(&out, capacity->peak_wait);
		str_puts(&out, ".");
	}
	if (capacity->source != DEMAND_MINUTES)
		str_printf(&out, " %s.", demand_sources[capacity->source]);
	answer_note(breakeven->answer, "%s", str_text(&out));
	str_free(&out);
	if (capacity->overflow_share > 0 && !isnan(breakeven->plan->max_wait)) {
		struct str share = STR_INIT;
		percent_text(&share, capacity->overflow_share);
		struct str units = STR_INIT;
		if (capacity->units_needed)
			str_printf(&units, "%d unit%s would serve all of them",
				capacity->units_needed, capacity->units_needed == 1 ? "" : "s");
		else
			str_puts(&units,
				"no number of units that was tried would serve all of them");
		answer_note(breakeven->answer,
			"%s of the requests would wait longer than %g s and go to the API; %s.",
			str_text(&share), breakeven->plan->max_wait, str_text(&units));
		str_free(&units);
		str_free(&share);
	} else if (!isnan(breakeven->plan->max_wait)) {
		answer_note(breakeven->answer, "No request would wait longer than %g s.",
			breakeven->plan->max_wait);
	}
}

void
breakeven_capacity(const struct breakeven *breakeven)
{
	struct table *table =
		answer_table(breakeven->answer, "capacity", NULL, capacity_columns, CAPACITIES);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	if (!breakeven->main->has_capacity) {
		for (int i = 0; i < CAPACITIES; i++)
			row[i] = cell_none(breakeven->main->no_capacity);
		if (breakeven->main->moves_n)
			answer_note(breakeven->answer,
				"Whether the hardware carries the work is not known: %s.",
				breakeven->main->no_capacity);
		return;
	}
	capacity_cells(breakeven, row);
	say_capacity(breakeven);
}
