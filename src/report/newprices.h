/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * newprices - the answer of `hllm prices import --check`: which prices a list changes, what that makes of
 * the user's own bill, or why nothing of the list was taken.
 */
#ifndef HLLM_REPORT_NEWPRICES_H
#define HLLM_REPORT_NEWPRICES_H

#include "price/update.h"
#include "report/answer.h"
#include "work/effect.h"

struct newprices {
	const char *list;  /* as the user named it, without what may be a key */
	const char *again; /* behind "hllm prices import": the same once more */
	const char *path;  /* the file that is written */
	bool dry_run, verbose;
	bool backup; /* there was such a file before */
	const struct update *update;
	const struct effect *effect; /* NULL: 'no_effect' says why */
	const char *no_effect;       /* "there is no ledger yet" */
	int64_t days;                /* that the effect is over; 0: 'no_days' says why */
	const char *no_days;
	int64_t first_day, last_day; /* of what was looked at; days since 1970 */
};

/* Is there anything to say: a change, or a doubt? */
bool newprices_any(const struct newprices *news);
void newprices_report(struct answer *answer, const struct newprices *news);

#endif
