/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * history - what each workload used and cost, by model and month and by day.
 *
 * One run over a pool, at the list prices of the time, as audit_run() counts: the sum of 'spend' over
 * the cells of a month is the audit's spend of that month, to the femto; so are the sums of requests and
 * tokens.  Where bills and logs differ, the difference is a workload of its own, such as "(not in your
 * logs)", by model: its amounts may be negative, and its spend_low over its spend_high.  Spend is of one
 * currency; what is in others is named and left out.  Days and months are those of the zone.
 *
 * Days cost most of the way.  Before 'days_from' of the options a month may stand on its first day as a whole,
 * so that only months, and the first and the last day of all, are true there.
 */
#ifndef HLLM_WORK_HISTORY_H
#define HLLM_WORK_HISTORY_H

#include "work/tally.h"

/* A workload's use of one model in one month. */
struct history_cell {
	struct slice workload, model; /* borrowed from the history */
	int month;                    /* year * 12 + month - 1; MONTH_NONE: without a time */
	int64_t requests, tokens[TOKEN_KINDS], unsplit;
	/* List cost by kind of token, as priced (the low end), without what a subscription covers; in the
	 * currency of the price table, whatever that of the bill is. */
	femto_t list[TOKEN_KINDS];
	femto_t list_other;            /* of the rest: unsplit tokens, searches */
	femto_t spend_low, spend_high; /* billed where somebody states it, else list */
	bool no_model;                 /* 'model' is the text of a bill's line */
	bool difference;               /* no work: what bills hold beyond the logs, or less */
};

/* All of a workload on one day. */
struct history_day {
	int64_t day; /* since 1970 */
	int64_t requests, tokens[TOKEN_KINDS], unsplit;
	femto_t spend_low, spend_high;
};

struct history_workload {
	struct slice name;
	bool difference;
	struct history_day *days; /* by day; only days that hold anything */
	size_t days_n;
};

struct history {
	struct history_cell *cells; /* by month, then workload, then model */
	size_t cells_n;
	struct history_workload *workloads; /* by name */
	size_t workloads_n;
	/* of lines that stand for more than a day, such as a month's invoice: spread evenly over their days */
	femto_t spread;
	femto_t undated;             /* spend_low without a time: in no day */
	int64_t first_day, last_day; /* that hold anything; DAY_NONE none */
	char currency[4];            /* of all spend */
	char others[CURRENCIES][4];  /* left out */
	int others_n;
	struct arena arena;
};

/* pool_whole() is to be asked.  'options' as for audit_run(), without its hooks; 'currency': which one is wanted; NULL or "": that of
 * most of the money. */
void history_make(struct history *history, struct pool *pool, const struct audit_options *options,
	const char *currency);
void history_free(struct history *history);

/* The cells of a month: the first, and how many. */
size_t history_month(const struct history *history, int month, size_t *n);
femto_t history_spend(const struct history *history, int month);
/* All workloads of one day, in 'out' (spend 0 on a day that holds nothing). */
void history_sum_day(const struct history *history, int64_t day, struct history_day *out);

#endif
