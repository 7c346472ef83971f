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
#include "report/probe.h"
#include "work/bridge.h"

/* What a machine of one's own would have been with the workloads of a month. */
struct monthly_plan {
	const struct plan *plan;
	const struct prospect *scenarios, *main; /* as breakeven.h has them */
	size_t scenarios_n;
	const char *none; /* why there is no answer; NULL: there is one */
};

struct monthly {
	struct answer *answer;
	int month;           /* year * 12 + month - 1 */
	int64_t now;         /* ns */
	const char *zone;    /* whose days and months they are: "UTC" */
	int64_t end;         /* ns: when the month is over */
	int64_t data_end;    /* ns: the end of the last day that any source has; INT64_MIN: no times */
	const struct audit_report *after;  /* the month; with rulings and findings */
	const struct audit_report *before; /* the one before it, the same way */
	const struct history *history;     /* up to the month's end */
	const struct bridge *bridge;       /* NULL: nothing is known of the month before */
	const struct forecast *forecast;   /* NULL: */
	const char *no_forecast;           /* why not */
	struct monthly_plan plan, plan_before;
	const struct probes *probes; /* of the ledger; NULL: files alone */
	const struct sources *sources;     /* all of the ledger, or the files */
	const struct imports *imports;     /* which brought them; NULL: files that are not saved */
};
void monthly_report(const struct monthly *monthly);

/* The parts, in files of their own. */
void monthly_bridge(const struct monthly *monthly);
void monthly_workloads(const struct monthly *monthly);
void monthly_findings(const struct monthly *monthly);
void monthly_local(const struct monthly *monthly);
void monthly_not_counted(const struct monthly *monthly);
void monthly_sources(const struct monthly *monthly);

/* "October 2026" */
enum { MONTH_TEXT = 24 };
char *month_text(char buf[MONTH_TEXT], int month);
/* Is anything known of the month before? */
bool monthly_has_before(const struct monthly *monthly);
/* "+12.30", "-4.00", "0.00" */
struct cell change_cell(struct answer *answer, femto_t change, const char *currency);
/* Of a tally in the currency of the report: the low end, as the tables add it up. */
femto_t monthly_spend(const struct monthly *monthly, const struct tally *tally);

#endif
