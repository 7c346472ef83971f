/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rescue - what can still be read of a damaged ledger, as a new one.
 *
 * A source is saved whole or not at all: half of one would make totals that look right and are not.
 */
#ifndef HLLM_LEDGER_RESCUE_H
#define HLLM_LEDGER_RESCUE_H

#include "ledger/ledger.h"

struct rescue {
	int64_t sources, saved; /* how many there are, as far as that can be told, and were saved */
	int64_t probes;
	char *lost; /* names of files of which a part is lost, '\n' between; NULL none */
};

/*
 * Makes a ledger at 'to', where none may be, of what 'from' still holds; 'from' is only read.  False: nothing is
 * there then: 'to' cannot be made, or 'from' is no ledger any more (its secret is lost, without which the same
 * request would not be known again).
 */
bool ledger_rescue(
	const char *from, const char *to, struct rescue *out, struct err *err) hl_must_check;
void rescue_free(struct rescue *rescue);

/* Is every key what its hash says, and is there one for every series?  *first (may be NULL) is the number of the
 * first that is not; 0 where it is one that is missing. */
bool ledger_keys_hold(struct ledger *ledger, int64_t *first, struct err *err) hl_must_check;
/* Does everything of a stored source decode; 0: the corrections?  'late' (may be NULL) is asked now and then
 * whether to stop, which is a failure, too. */
bool ledger_reads(struct ledger *ledger, int64_t source, bool (*late)(void *), void *arg,
	struct err *err) hl_must_check;

#endif
