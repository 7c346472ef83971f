/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unlisted - unit prices that no price list ever had: what a bill's lines cost a token,
 * held against every row of their model, whatever its date, tier and region.
 *
 * Needs no log.  A line whose amount is no whole number of one price may be a mixture:
 * it is told only when it lies outside of all prices there were.
 */
#ifndef HLLM_WORK_UNLISTED_H
#define HLLM_WORK_UNLISTED_H

#include "work/cells.h"

struct unlisted {
	struct slice workload; /* of a table of workloads; "" */
	struct slice model;
	enum token_kind kind; /* TOKEN_KINDS: tokens without a direction */
	enum tier tier;
	femto_t rate; /* a token */
	femto_t lowest,
		highest; /* that a list ever had, of the same kind; of a table: of standard prices */
	int64_t tokens, lines;
	femto_t billed;
};

struct unlisted_list {
	struct unlisted *items;
	size_t n, size;
};

/* Lines of bills that say how many tokens they are for. */
void unlisted_of_cells(struct unlisted_list *list, const struct cells *cells);
/* Rows of a table of workloads that cost less than any standard price of their model. */
void unlisted_of_table(struct unlisted_list *list, const struct audit *audit);
void unlisted_free(struct unlisted_list *list);

#endif
