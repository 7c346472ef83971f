/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * focus - charges as lines of the FinOps Open Cost and Usage Specification 1.2.
 *
 * A row of an extract becomes a line for each kind of tokens it has, one for searches, and, where its money is not
 * that of one kind alone, one for its money.  BilledCost, ListCost and EffectiveCost of all lines add up to what
 * was billed, the list cost and the spend of the audit, to the femto.  The specification allows no nulls in them: 0
 * stands where there is nothing, and x_PriceStatus says what a ListCost of 0 means.
 */
#ifndef HLLM_REPORT_FOCUS_H
#define HLLM_REPORT_FOCUS_H

#include "report/answer.h"
#include "report/ownhardware.h"
#include "work/extract.h"

enum focus_meter {
	METER_UNSPLIT = TOKEN_KINDS, /* before it: one of each kind of tokens */
	METER_SEARCHES,
	METER_CHARGE,   /* money that is not of one kind of tokens */
	METER_REQUESTS, /* requests whose tokens and money others state */
	METER_HARDWARE, /* what a machine of one's own costs: an estimate */
};

struct focus_line {
	const struct extract_row *row;   /* NULL: METER_HARDWARE */
	const struct own_cost *hardware; /* of METER_HARDWARE */
	enum focus_meter meter;
	bool first;              /* of its row: the one that says how many requests */
	bool billed;             /* the money of its row is here */
	femto_t quantity;        /* tokens, searches, requests */
	femto_t list, list_high; /* as they count in the totals */
	femto_t included;        /* list cost of what a subscription covers */
	femto_t spend, spend_high;
	struct period billing; /* the month it is in */
	struct arena *arena;   /* until the next line: of texts that are put together */
};

enum focus_level { FOCUS_MANDATORY, FOCUS_CONDITIONAL, FOCUS_RECOMMENDED, FOCUS_CUSTOM };

struct focus_column {
	struct column column;
	enum focus_level level;
	struct cell (*fill)(const struct focus_line *line);
};
extern const struct focus_column focus_columns[];
extern const size_t focus_columns_n;

/* The lines of a row, in order; texts of the cells live as long as those of the row and 'arena'. */
struct focus_writer {
	int64_t (*zone_at)(int64_t second); /* NULL: UTC */
	struct arena arena;
	void (*line)(void *arg, const struct focus_line *line);
	void *arg;
};
void focus_row(struct focus_writer *writer, const struct extract_row *row);
/* A month's cost of a machine of one's own. */
void focus_hardware(struct focus_writer *writer, const struct own_cost *cost);

#endif
