/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget - the budget blocks of hllm.conf, and where spending stands against each.
 *
 * A budget is what a calendar month may cost: of everything, of some workloads, of some billers.  Its
 * month is the one of the newest data, at most today's.  What is spent is exact (or a range, as the
 * data leaves it open); what the month will have cost at its end is a forecast with its range.
 */
#ifndef HLLM_REPORT_BUDGET_H
#define HLLM_REPORT_BUDGET_H

#include "conf/conf.h"
#include "econ/forecast.h"
#include "work/history.h"

struct budget {
	const struct conf_section *section;
	struct slice name;                         /* its title */
	const struct conf_item *workload, *biller; /* globs, any of them; NULL: all */
	femto_t month;                             /* the limit: hard */
	femto_t soft;                              /* at most 'month' */
	char currency[4];
};

struct budgets {
	struct budget *items; /* in file order */
	size_t n;
	struct arena arena;
};
/* Of a NULL conf none.  The conf must outlive them.  False: err names file and line. */
bool budgets_load(struct budgets *budgets, const struct conf *conf, struct err *err) hl_must_check;
void budgets_free(struct budgets *budgets);
/* The smallest one that is of everything, in that currency; 0: there is none. */
femto_t budgets_whole(const struct budgets *budgets, const char *currency);

/* What a budget comes to, the better ones first.  A limit is crossed by more than it. */
enum budget_state {
	BUDGET_WELL,
	BUDGET_SOFT,    /* more than the soft limit is spent */
	BUDGET_LIKELY,  /* the forecast's most likely value is above the limit */
	BUDGET_SURE,    /* so is its low end: in nine of ten months like this */
	BUDGET_CROSSED, /* more than the limit is spent */
};
enum { BUDGET_STATES = BUDGET_CROSSED + 1 };
extern const char *const budget_states[BUDGET_STATES]; /* "well", "soft", … */

struct budget_standing {
	const struct budget *budget;
	enum budget_state state;
	int month;                /* year * 12 + month - 1; MONTH_NONE: no day has any data */
	femto_t low, high;        /* spent in it so far, today included */
	bool has_forecast;        /* false: the month is over, or nothing is known */
	struct forecast forecast; /* of the month, not below what is spent */
	bool partial;             /* amounts of other currencies are left out */
};
/* Of what is spent at least; 'forecast' may be NULL. */
enum budget_state budget_judge(
	const struct budget *budget, femto_t spent, const struct forecast *forecast);

struct budget_question {
	struct pool *pool;
	const struct audit_options *options;
	const struct history *history; /* of the pool, all of it, in its main currency */
	int64_t today;                 /* days since 1970, in the zone of the history */
};
/* Fills out[0..budgets->n).  A budget of a biller, or of another currency, takes a history of its own. */
void budgets_stand(const struct budgets *budgets, const struct budget_question *question,
	struct budget_standing *out);

/* The newest day of the history that is not after today; DAY_NONE: none. */
int64_t history_newest(const struct history *history, int64_t today);
/* The newest day of which all is known: before today.  DAY_NONE: none. */
int64_t history_complete(const struct history *history, int64_t today);
/* Is the text matched by one of the item's globs?  No item: nothing is asked. */
bool globs_match(const struct conf_item *globs, struct slice text);
/* The month of a day since 1970. */
int month_of_day(int64_t day);

#endif
