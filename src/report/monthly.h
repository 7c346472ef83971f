/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * monthly - the answer of `hllm report`: what one month cost and why it was not what the month before
 * cost, which workloads should move, what could save money, and what all of it rests on.
 *
 * Every amount of the month is the one that an audit of that month has.  The month before is worked out
 * from its own data in the same way, with today's prices, policy and settings.
 */
#ifndef HLLM_REPORT_MONTHLY_H
#define HLLM_REPORT_MONTHLY_H

#include "econ/forecast.h"
#include "ledger/probe.h"
#include "report/audit.h"
#include "report/breakeven.h"
#include "report/budget.h"
#include "report/probe.h"
#include "work/bridge.h"
#include "work/fallback.h"

/* What a machine of one's own would have been with the workloads of a month. */
struct monthly_plan {
	const struct plan *plan;
	const struct prospect *scenarios, *main; /* as breakeven.h has them */
	size_t scenarios_n;
	bool chosen;      /* nobody named the machine: it is the best of the catalogue */
	const char *none; /* why there is no answer; NULL: there is one */
};

struct monthly {
	struct answer *answer;
	int month;        /* year * 12 + month - 1 */
	const char *zone; /* whose days and months they are: "UTC" */
	int64_t end;      /* ns: when the month is over there */
	/* ns, as clocks there say; data: from its first day to the end of its last one, of any source */
	int64_t now, data_start, data_end;
	const struct audit_report *after;  /* the month; with rulings and findings */
	const struct audit_report *before; /* the one before it, the same way */
	const struct history *history;     /* up to the month's end */
	const struct bridge *bridge;
	const struct forecast *forecast; /* NULL: */
	const char *no_forecast;         /* why not */
	struct monthly_plan plan, plan_before;
	const struct budget_standing *budgets; /* of hllm.conf, in its order */
	size_t budgets_n;
	femto_t budget; /* of everything, in the currency of the history; 0 none */
	const struct fallbacks *fallbacks; /* of the month */
	const struct probes *probes;       /* of the ledger; NULL: files alone */
	const struct sources *sources;     /* all of the ledger, or the files */
	const struct imports *imports;     /* which brought them; NULL: files that are not saved */
};
void monthly_report(const struct monthly *monthly);
/* From which day on the report of a month that is over shows days, of data from one day to another; 0: all. */
int64_t monthly_days_from(int month, int64_t first, int64_t last);

/* The parts, in files of their own. */
void monthly_top(const struct monthly *monthly);
void monthly_budgets(const struct monthly *monthly);
/* "; the budget "all" of $250.00 is crossed", of the worst one, if that is worth a word. */
void monthly_budget_headline(const struct monthly *monthly, struct str *out);
void monthly_bridge(const struct monthly *monthly);
void monthly_workloads(const struct monthly *monthly);
void monthly_findings(const struct monthly *monthly);
void monthly_local(const struct monthly *monthly);
void monthly_history(const struct monthly *monthly);
void monthly_fallbacks(const struct monthly *monthly);
void monthly_not_counted(const struct monthly *monthly);
void monthly_sources(const struct monthly *monthly);

enum { MONTHLY_SHOWN = 13 }; /* months, in the history */
/* What was spent from one day to another, both included, before that table. */
void monthly_draw_spend(
	const struct monthly *monthly, const struct table *table, int64_t first, int64_t last);
/* "October 2026" */
enum { MONTH_TEXT = 24 };
char *month_text(char buf[MONTH_TEXT], int month);
/* "2026-10" */
char *month_number(char buf[MONTH_TEXT], int month);
/* By the clock, or by data that goes on behind it. */
bool monthly_is_over(const struct monthly *monthly);
/* The clock says that it is over, but the data ends before it does. */
bool monthly_is_short(const struct monthly *monthly);
/* The month and the one before it are known from their first day to their last. */
bool monthly_is_whole(const struct monthly *monthly);
/* "October 2026"; of one that is not known as a whole "October 2026, from the 31st", "…, to the 13th". */
enum { MONTH_LABEL = 64 };
char *month_label(const struct monthly *monthly, int month, char buf[MONTH_LABEL]);
/* Does the data begin within a month, after its first day? */
bool monthly_starts_late(const struct monthly *monthly, int month);
/* Why the month cannot be compared with the one before it; NULL: it can. */
const char *monthly_no_change(const struct monthly *monthly);
/* For people, who see cents: what lies between two amounts as they are printed. */
femto_t monthly_change(femto_t after, femto_t before);
/* Is it two amounts for people?  The change from or to such a month is that of the low ends, and says so. */
bool monthly_is_range(const struct money *money);
/* A change and its sign: "+12.30", "-4.00", "0.00", "+1.00 EUR" */
struct cell change_cell(struct answer *answer, femto_t change, const char *currency);
/* What is billed or has a price, in the currency of the report; NULL: nothing is and has. */
const struct money *monthly_money(const struct monthly *monthly, const struct tally *tally);
/* The same: the low end, as the tables add it up; 0 for nothing. */
femto_t monthly_spend(const struct monthly *monthly, const struct tally *tally);
/* The workload of that name; NULL: there is none. */
const struct tally *monthly_find(const struct audit_report *report, struct slice name);
/* How many workloads have that verdict and do not run locally already, and what they cost. */
size_t monthly_movable(const struct monthly *monthly, enum verdict verdict, femto_t *spend);
/* "$290.15 and €12.00": the main currency first */
void amounts_text(struct str *out, const struct tally *total, const struct money *main);
/* "$412.20 ($390.11 to $440.06)" */
void estimate_text(struct str *out, struct estimate value, const char *currency);
/* A copy of the columns in which those that hold nothing for people are not shown to them: a cell with a reason
 * in every row, or with 'zeros' an amount that is printed as 0.00. */
struct column *monthly_columns(struct answer *answer, const struct table *table, bool zeros);

#endif
