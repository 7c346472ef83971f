/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pricewrite - prices of a list as lines of the user's prices.csv, or of the file beneath it. */
#ifndef HLLM_CMD_PRICEWRITE_H
#define HLLM_CMD_PRICEWRITE_H

#include "cmd/ownfile.h"
#include "price/merge.h"

struct pricewrite {
	const char *path;
	const struct merge_item **items; /* those that go in */
	size_t n;
	struct slice source; /* what their lines say of it */
	/* models whose lines are to say that their list has them no more */
	const struct gone_model {
		struct slice provider, model;
	} * gone;
	size_t gone_n;
	int64_t today;
};

/* What is in the file now, and what is to be in it: a line that an item replaces ends where the item
 * begins. */
bool pricewrite_text(struct app *app, const struct pricewrite *w, struct str *old, struct str *text,
	struct err *err) hl_must_check;

#endif
