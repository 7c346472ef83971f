/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/side.h"

#include <stdlib.h>

enum { VALUES_MOST = 512 };

/* Values of a dimension on one side of a biller; 'all': no line lacks it. */
struct values {
	struct slice items[VALUES_MOST];
	size_t n;
	bool all, any;
};

struct side_values {
	struct values bill[DIMS], log[DIMS];
};

static const enum dim scope_dims[] = { DIM_PROJECT, DIM_KEY };

bool
side_logs(const struct key *key)
{
	return key->origin == ORIGIN_CLIENT || key->origin == ORIGIN_GATEWAY;
}

struct slice
side_biller(const struct key *key)
{
	bool other = key->how & HOW_CALLED_LOCAL && key->text[KEY_PROVIDER].n;
	return other ? key->text[KEY_PROVIDER] : key->text[KEY_BILLER];
}

struct side *
side_of(struct cells *cells, struct slice biller)
{
	for (size_t i = 0; i < cells->sides_n; i++)
		if (slice_eq(cells->sides[i].biller, biller))
			return &cells->sides[i];
	cells->sides =
		xgrow(cells->sides, &cells->sides_size, cells->sides_n, sizeof(*cells->sides));
	struct side *fresh = &cells->sides[cells->sides_n++];
	*fresh = (struct side){ .biller = biller,
		.quantities = true,
		.scope = -1,
		.log_first = DAY_NONE,
		.log_last = DAY_NONE,
		.bill_first = DAY_NONE,
		.bill_last = DAY_NONE };
	return fresh;
}

bool
side_counts(const struct key *key)
{
	return key->origin != ORIGIN_BENCH && key->origin != ORIGIN_TABLE &&
	       !(key->how & (HOW_CACHED_ANSWER | HOW_PER_DAY)) && key->pay != PAY_INCLUDED &&
	       key->pay != PAY_BYOK;
}

static void
note_side(struct side *side, const struct month *month)
{
	const struct key *key = month->key;
	bool money = month->total.with_billed > 0;
	if (key->origin == ORIGIN_INVOICE && money) {
		side->bill = true;
		side->named |= key->text[KEY_RESPONSE_MODEL].n > 0;
		side->quantities &= !key->text[KEY_RESPONSE_MODEL].n || key->how & HOW_CREDIT ||
				    month->total.with_tokens == month->total.records;
	}
	if (key->how & HOW_CALLED_LOCAL)
		return;
	side->log |= side_logs(key);
	side->usage |= key->origin == ORIGIN_USAGE;
	side->gateway |= key->origin == ORIGIN_GATEWAY && money;
}

void
sides_find(struct cells *cells, struct pool *pool)
{
	struct months months = months_of(pool);
	for (const struct month *month; (month = months_next_total(&months));)
		if (side_counts(month->key) && side_biller(month->key).n)
			note_side(side_of(cells, side_biller(month->key)), month);
	months_end(&months);
	for (size_t i = 0; i < cells->sides_n; i++) {
		struct side *side = &cells->sides[i];
		if (side->bill && side->log)
			side->against = 1u << ORIGIN_CLIENT | 1u << ORIGIN_GATEWAY;
		else if (side->bill && side->usage)
			side->against = 1u << ORIGIN_USAGE;
		else
			side->own = side->bill ? side->quantities && side->named : side->gateway;
	}
}

bool
side_bills(const struct side *side, const struct key *key)
{
	return key->origin == (side->bill ? ORIGIN_INVOICE : ORIGIN_GATEWAY);
}

static void
add_value(struct values *values, struct slice text)
{
	values->all = (values->all || !values->any) && text.n;
	values->any = true;
	for (size_t i = 0; i < values->n; i++)
		if (slice_eq(values->items[i], text))
			return;
	if (values->n < VALUES_MOST)
		values->items[values->n++] = text;
}

static bool
share_values(const struct values *a, const struct values *b)
{
	if (!a->all || !b->all)
		return false;
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (slice_eq(a->items[i], b->items[k]))
				return true;
	return false;
}

/* What local servers answered is cut as the rest of the log is. */
static void
share_scope(struct cells *cells)
{
	struct side *local = side_of(cells, SLICE("local"));
	for (size_t i = 0; i < cells->sides_n; i++)
		if (cells->sides[i].scope >= 0)
			local->scope = cells->sides[i].scope;
}

void
sides_scope(struct cells *cells, struct pool *pool)
{
	side_of(cells, SLICE("local")); /* before pointers to sides are taken */
	struct side_values *values = xcalloc(cells->sides_n + 1, sizeof(*values));
	struct months months = months_of(pool);
	for (const struct month *month; (month = months_next_total(&months));) {
		const struct key *key = month->key;
		if (!side_counts(key) || !side_biller(key).n)
			continue;
		size_t at = (size_t)(side_of(cells, side_biller(key)) - cells->sides);
		const struct side *side = &cells->sides[at];
		bool bill = side_bills(side, key) && key->text[KEY_RESPONSE_MODEL].n;
		for (size_t i = 0; i < HL_COUNT(scope_dims); i++) {
			enum dim dim = scope_dims[i];
			if (bill && !side->own)
				add_value(&values[at].bill[dim], key->text[KEY_DIMS + dim]);
			else if (side->against >> key->origin & 1)
				add_value(&values[at].log[dim], key->text[KEY_DIMS + dim]);
		}
	}
	months_end(&months);
	for (size_t i = 0; i < cells->sides_n; i++)
		for (size_t k = HL_COUNT(scope_dims); k-- > 0;)
			if (share_values(
				    &values[i].bill[scope_dims[k]], &values[i].log[scope_dims[k]]))
				cells->sides[i].scope = (int)scope_dims[k];
	free(values);
	share_scope(cells);
}
