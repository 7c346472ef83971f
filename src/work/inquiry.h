/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inquiry - asks of each group what can explain its bill: as it is, within what logs
 * leave open, a fault on all requests, on some of them, or with a little left over.
 */
#ifndef HLLM_WORK_INQUIRY_H
#define HLLM_WORK_INQUIRY_H

#include "work/clause.h"

struct inquiry {
	const struct cells *cells;
	struct clause *clauses; /* what has to be explained, and by what it can be */
	size_t clauses_n, clauses_size;
	bool *unclear; /* of each group: some of it is not explained */
	size_t lost;   /* groups that nothing explains, and that is no noise */
	int64_t more_tokens; /* that bills have of groups where they have no less than the log, at list prices */
	femto_t more;
};

void inquire(struct inquiry *inquiry, size_t group);
/* Forgets the clauses after the first n. */
void inquiry_take_back(struct inquiry *inquiry, size_t n);
/* What local servers answered in the same project; NULL: nothing. */
const struct group *inquiry_pool(const struct inquiry *inquiry, const struct group *group);

#endif
