/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * update - what a price list changes of the prices in force, and which changes are to be doubted
 * (`hllm prices import --check`).
 *
 * A list is followed where it speaks of what its own sellers ask today: a price that differs from
 * the one in force replaces it, one that is new is added.  What a person wrote is never
 * touched: where the price in force comes from the user's own files, the list is not followed.
 * A change that looks like a slip, or that would alter what past months cost, is a doubt; one of
 * them is enough not to take the list at all.
 */
#ifndef HLLM_PRICE_UPDATE_H
#define HLLM_PRICE_UPDATE_H

#include "price/merge.h"

enum price_doubt {
	PRICE_DOUBT_NONE,
	PRICE_DOUBT_ZERO, /* it falls to 0 */
	PRICE_DOUBT_UNIT, /* 1,000 or 1,000,000 times more or less: another unit */
	PRICE_DOUBT_JUMP, /* more than PRICE_DOUBT_TIMES times more or less */
	PRICE_DOUBT_PAST, /* holds since more than PRICE_DOUBT_DAYS ago: it would alter what past months cost */
	PRICE_DOUBT_LINT, /* lint finds it wrong, and the model is used */
	PRICE_DOUBT_GONE, /* an earlier list had prices of the model, and it is used; this list has none */
	PRICE_DOUBTS
};
enum { PRICE_DOUBT_TIMES = 10, PRICE_DOUBT_DAYS = 31 };

/* "zero", "unit", …, as hllm-prices(5) has them. */
extern const char *const price_doubt_names[PRICE_DOUBTS];

/* The doubt about a price that was 'before' and becomes 'after', in pico-units of at least 0: NONE, ZERO, UNIT
 * or JUMP.  A unit counts within a twentieth of 1,000 or 1,000,000 times. */
enum price_doubt doubt_of_step(int64_t before, int64_t after);

enum update_what {
	UPDATE_CHANGED, /* another price is in force */
	UPDATE_ADDED,   /* none is */
	UPDATES
};

struct update_item {
	enum update_what what;
	enum price_doubt doubt;
	bool accepted;                 /* doubted, and yet the user wants it */
	const struct merge_item *item; /* NULL: GONE */
	struct slice provider, model;
	const struct price_row *before; /* NULL: no price is in force */
	struct slice why;               /* of a doubt; a part of a sentence */
};

struct update_options {
	int64_t today;               /* the start of the day from which undated prices hold */
	struct slice only;           /* a glob; "" all */
	const char *checked;         /* the file that holds what earlier checks took */
	const char *shipped;         /* the file of the shipped prices */
	struct slice source;         /* the list, as the rows that came from it say; no date */
	const char *const *accepted; /* globs of ids, or provider/id, whose doubts are waived */
	size_t accepted_n;
	const struct slice *used; /* "provider/id" of models that the user uses */
	size_t used_n;
};

struct update {
	struct merge merge;
	struct update_item *items; /* doubts first, then changed, then added; by name */
	size_t n;
	size_t doubts;         /* of items, those not accepted */
	size_t changed, added; /* of items that are to be written */
	size_t changed_models, added_models;
	size_t yours; /* differ from a price of the user's own, which stays */
	size_t left;  /* not sold on the day, or deliberately without a price: left out */
	size_t wrong; /* of models not used, refused by lint or unreadable: left out */
};

/* All lives in the table's arena, or is borrowed from the catalog. */
struct update price_update(struct price_table *table, const struct catalog *catalog,
	const struct update_options *options);

/* Is it to be written? */
bool update_is_taken(const struct update_item *item);
/* The end of 'source' of rows that a list no longer has, as the user has accepted. */
extern const char update_not_listed[];

#endif
