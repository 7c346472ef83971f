/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/known.h"

struct known
known_key(const struct catalog *catalog, const struct table_key *key, int64_t when)
{
	struct resolution r =
		price_resolve(catalog, SLICE(""), key->seller, key->key, SLICE(""), when, false);
	struct known known = { .state = r.state,
		.model = r.model,
		.modifier = r.modifier,
		.deliberate = r.deliberate,
		.region = r.region,
		.why = r.why };
	if (r.model)
		known.own = slice_compare_nocase(model_provider(r.model), key->seller) == 0;
	return known;
}

struct known
known_exact(const struct catalog *catalog, struct slice provider, struct slice model)
{
	const struct model *found = catalog_find(catalog, model, provider);
	struct known known = { .state = PRICE_UNKNOWN, .modifier = 1000 };
	if (!found || (provider.n && slice_compare_nocase(model_provider(found), provider) != 0))
		return known;
	known.state = PRICE_FOUND;
	known.model = found;
	known.own = true;
	return known;
}

/* How near a row is to the time: in force, else the later before it, else the earlier after it. */
static bool
nearer(const struct price_row *row, const struct price_row *best, int64_t when)
{
	bool before = row->from <= when, best_before = best->from <= when;
	if (before != best_before)
		return before;
	return before ? row->from > best->from : row->from < best->from;
}

/* A region without a surcharge or rows of its own may cost the list price or not. */
static bool
is_elsewhere(const struct known *known, const struct price_row *row)
{
	return known->region.n && !row->region.n && known->modifier == 1000 &&
	       !slice_is(known->region, "global") && !slice_is(known->region, "regional");
}

struct known_price
known_price(const struct known *known, const struct stored *like, int64_t when)
{
	struct known_price best = { .row = NULL };
	const struct price_row *const *rows;
	size_t n = known->model ? model_rows(known->model, &rows) : 0;
	struct slice region = like->row.region.n ? like->row.region : known->region;
	for (size_t i = 0; i < n; i++) {
		const struct price_row *row = rows[i];
		if (row->tier != like->row.tier || row->above != like->row.above ||
			!slice_eq(row->kind, like->row.kind) ||
			((row->region.n || like->row.region.n) && !slice_eq(row->region, region)))
			continue;
		struct known_price one = { .row = row,
			.picos = (int64_t)((__int128)row->picos * known->modifier / 1000),
			.in_force = row->from <= when && when < row->to,
			.elsewhere = is_elsewhere(known, row) };
		if (!best.row || (one.in_force && !best.in_force) ||
			(one.in_force == best.in_force &&
				((one.in_force &&
					 (one.picos == like->row.picos ||
						 (row->region.n && !best.row->region.n))) ||
					(!one.in_force && nearer(row, best.row, when)))))
			best = one;
	}
	return best;
}
