/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charts - the pictures of `hllm chart` that show what was used and spent: over time, by workload, by
 * model, and how long answers took.
 *
 * Each fills 'chart', whose owner the caller is in any case.  False: there is nothing to show; 'why' is
 * then a clause that says so ("nothing has a date").
 */
#ifndef HLLM_REPORT_CHARTS_H
#define HLLM_REPORT_CHARTS_H

#include "report/answer.h"
#include "work/history.h"

struct charts {
	const struct history *history;
	const struct audit *audit; /* of the same question */
	int64_t days;     /* that monthly figures are made from; 0: not known, of the whole time */
	int columns;      /* at most so many over time; 0: CHARTS_COLUMNS */
	const char *zone; /* whose days they are: "UTC" */
	/* The days that were asked for, both included; INT64_MIN, INT64_MAX: all of the data. */
	int64_t first, last;
	int64_t today;  /* a day, week or month that is not over by then is shown as a part */
	femto_t budget; /* a month, in the currency of the history; 0 none */
};
enum { CHARTS_COLUMNS = 100, CHARTS_ROWS = 10 };

/* Columns: a day where there is room for all of them, else a week, else a month. */
bool charts_spend(const struct charts *charts, struct chart *chart, const char **why);
/* Would it be by the month, with so many columns at most for all from one day to another, both included? */
bool charts_by_month(int64_t first, int64_t last, int columns);
/* The same of tokens: uncached input, cache reads and writes, output. */
bool charts_tokens(const struct charts *charts, struct chart *chart, const char **why);
/* The largest ones a month, the rest as one: they add up to the audit's total. */
bool charts_workloads(const struct charts *charts, struct chart *chart, const char **why);
bool charts_models(const struct charts *charts, struct chart *chart, const char **why);
/* How long half, and 95 of 100, of each workload's requests took at most, and the slowest one. */
bool charts_latency(const struct charts *charts, struct chart *chart, const char **why);

/* The numbers of a chart, for programs: its points or bars as a table, amounts of bills exact. */
void charts_answer(const struct chart *chart, struct answer *answer);

#endif
