/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/cells.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/when.h"
#include "work/side.h"
#include "work/unit.h"

/* ---- groups ---- */

static struct group *
find_group(struct cells *cells, size_t side, const struct model *model, struct slice name,
	struct slice scope)
{
	for (size_t i = cells->groups_n; i-- > 0;) {
		struct group *group = &cells->groups[i];
		if (group->side == side && group->model == model && slice_eq(group->scope, scope) &&
			(model || slice_eq(group->name, name)))
			return group;
	}
	cells->groups =
		xgrow(cells->groups, &cells->groups_size, cells->groups_n, sizeof(*cells->groups));
	struct group *fresh = &cells->groups[cells->groups_n++];
	*fresh = (struct group){ .side = side,
		.model = model,
		.name = model ? model_id(model) : name,
		.scope = scope,
		.log_first = DAY_NONE,
		.log_last = DAY_NONE,
		.bill_first = DAY_NONE,
		.bill_last = DAY_NONE,
		.by_kind = true,
		.stated = true };
	unit_dates(fresh);
	return fresh;
}

static void
widen(int64_t day, int64_t *first, int64_t *last)
{
	*first = *first == DAY_NONE || day < *first ? day : *first;
	*last = *last == DAY_NONE || day > *last ? day : *last;
}

static enum tier
tier_of(const struct key *key, const struct resolution *resolution)
{
	enum tier tier = key->tier;
	if (tier <= TIER_STANDARD && resolution->tier != TIER_UNKNOWN)
		tier = resolution->tier;
	return tier == TIER_UNKNOWN ? TIER_STANDARD : tier;
}

femto_t
atom_list(const struct group *group, const struct atom *atom)
{
	femto_t sum = 0;
	for (int kind = 0; kind < TOKEN_KINDS && !atom->local; kind++)
		if (atom->tokens[kind]) {
			femto_t rate = group->units[atom->unit].list.rate[atom->tier][kind];
			sum += rate == RATE_NONE ? 0 : rate * atom->tokens[kind];
		}
	return sum;
}

static void
add_list(struct group *group, const struct atom *atom)
{
	const struct unit *unit = &group->units[atom->unit];
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		group->open |= atom->tokens[kind] && unit->list.rate[atom->tier][kind] == RATE_NONE;
	group->list += atom_list(group, atom);
}

static struct work *
work_of(struct group *group, const struct key *key)
{
	static const enum dim dims[] = { DIM_TASK, DIM_AGENT, DIM_ENDPOINT, DIM_TAG };
	uint64_t hash = 1;
	for (size_t i = 0; i < HL_COUNT(dims); i++) {
		struct slice text = key->text[KEY_DIMS + dims[i]];
		hash = hash_64(text.p, text.n, hash);
	}
	for (size_t i = 0; i < group->works_n; i++)
		if (group->works[i].hash == hash)
			return &group->works[i];
	if (group->works_n == WORKS_MOST)
		return &group->works[WORKS_MOST - 1];
	group->works =
		xgrow(group->works, &group->works_size, group->works_n, sizeof(*group->works));
	group->works[group->works_n] = (struct work){ .hash = hash };
	return &group->works[group->works_n++];
}

static void
add_work(struct group *group, const struct key *key, const struct atom *atom)
{
	struct work *work = work_of(group, key);
	work->requests += atom->requests;
	work->failed += atom->failed;
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		work->tokens[kind] += atom->tokens[kind];
}

void
group_failed_tokens(const struct group *group, int64_t tokens[TOKEN_KINDS])
{
	struct work all = { 0 };
	for (size_t i = 0; i < group->works_n; i++) {
		all.requests += group->works[i].requests;
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			all.tokens[kind] += group->works[i].tokens[kind];
	}
	memset(tokens, 0, TOKEN_KINDS * sizeof(*tokens));
	for (size_t i = 0; i < group->works_n; i++) {
		const struct work *work = &group->works[i], *like = work->requests ? work : &all;
		for (int kind = 0; kind < TOKEN_KINDS && like->requests; kind++)
			tokens[kind] += (int64_t)((femto_t)like->tokens[kind] * work->failed /
						  like->requests);
	}
}

static void
add_atom(struct cells *cells, struct group *group, const struct month *month,
	const struct slot *slot, const struct resolution *resolution)
{
	const struct key *key = month->key;
	const struct contract *contract = cells->options->contract;
	int64_t when = slot_start(month, slot);
	struct unit unit = { .resolution = *resolution,
		.context = key->context == CONTEXT_NONE ? CONTEXT_MIXED : key->context,
		.discount = contract ? contract_discount(contract, side_biller(key),
					       key->text[KEY_RESPONSE_MODEL], key->tier, when)
				     : 1000 };
	bool failed = key->how & HOW_WITHOUT_USAGE; /* it has no tokens to be priced */
	struct atom atom = { .half_hour = when / NS_PER_SECOND / SLOT_SECONDS,
		.tier = tier_of(key, resolution),
		.local = key->how & HOW_CALLED_LOCAL,
		.unit = failed ? 0 : unit_find(cells, group, &unit, when),
		.requests = slot->requests };
	memcpy(atom.tokens, slot->tokens, sizeof(atom.tokens));
	if (failed) {
		atom.failed = slot->requests;
		atom.requests = 0;
	}
	group->open |= slot->unsplit || slot->searches || key->how & HOW_CACHE_UNKNOWN;
	if (!failed)
		add_list(group, &atom);
	group->requests += atom.local ? 0 : atom.requests;
	group->failed += atom.local ? 0 : atom.failed;
	int64_t day = atom.half_hour / HALF_HOURS_A_DAY;
	if (!atom.local) {
		widen(day, &group->log_first, &group->log_last);
		add_work(group, key, &atom);
	}
	group->atoms =
		xgrow(group->atoms, &group->atoms_size, group->atoms_n, sizeof(*group->atoms));
	group->atoms[group->atoms_n++] = atom;
}

/* The largest power of ten that divides all amounts: how finely a bill is rounded. */
static void
note_smallest(struct side *side, femto_t billed)
{
	if (!side->smallest)
		side->smallest = FEMTO_PER_UNIT;
	while (side->smallest > 1 && billed % side->smallest)
		side->smallest /= 10;
	side->lines++;
}

static bool
billed_in_dollars(
	struct cells *cells, const struct month *month, const struct slot *slot, femto_t *billed)
{
	struct slice currency = month->key->text[KEY_CURRENCY];
	const struct contract *contract = cells->options->contract;
	const struct contract_rate *used;
	char code[4] = "USD";
	*billed = slot->billed;
	if (currency.n == 3)
		memcpy(code, currency.p, 3);
	return strcmp(code, "USD") == 0 ||
	       (contract && contract_convert(
				    contract, code, "USD", slot_start(month, slot), billed, &used));
}

static void
add_line(struct group *group, const struct month *month, const struct slot *slot, femto_t billed,
	enum tier tier)
{
	const struct key *key = month->key;
	struct key_item item = key_item(key);
	struct line line = { .day = slot_start(month, slot) / NS_PER_DAY,
		.tier = tier,
		.kind = item.kind,
		.billed = billed,
		.tokens = -1,
		.rate = item.rate,
		.rows = slot->uncounted + slot->requests,
		.region = key->text[KEY_REGION] };
	if (item.kind < TOKEN_KINDS && month->total.with_tokens == month->total.records)
		line.tokens = slot->tokens[item.kind];
	group->by_kind &= item.kind < TOKEN_KINDS;
	group->stated &= line.tokens >= 0;
	group->billed += billed;
	group->whole |= key->width > 86400;
	widen(line.day, &group->bill_first, &group->bill_last);
	group->lines =
		xgrow(group->lines, &group->lines_size, group->lines_n, sizeof(*group->lines));
	group->lines[group->lines_n++] = line;
}

/* What stays the same from one half hour of a month to the next. */
struct filler {
	struct cells *cells;
	const struct month *month;
	size_t side;
	struct resolution resolution;
	bool resolved, bill, log;
	size_t group;
};

static const struct resolution *
resolve(struct filler *filler, int64_t when)
{
	const struct key *key = filler->month->key;
	const struct resolution *known = &filler->resolution;
	if (filler->resolved && when >= known->valid_from && when < known->valid_to)
		return known;
	filler->resolution = price_resolve(filler->cells->options->catalog, side_biller(key),
		key->text[KEY_PROVIDER], key->text[KEY_RESPONSE_MODEL], key->text[KEY_REGION], when,
		key->how & HOW_MODEL_ASSUMED);
	filler->resolved = true;
	return known;
}

/* The group of what the month holds.  What a local server answered under a name that nobody sells is of the
 * biller "local". */
static struct group *
group_of(struct filler *filler, const struct resolution *resolution)
{
	struct cells *cells = filler->cells;
	const struct key *key = filler->month->key;
	size_t at = filler->side;
	const struct model *model = resolution->state == PRICE_FOUND ? resolution->model : NULL;
	if (key->how & HOW_CALLED_LOCAL && !model)
		at = (size_t)(side_of(cells, SLICE("local")) - cells->sides);
	const struct side *side = &cells->sides[at];
	bool whole = side->bill && !side->named; /* a bill that names no model */
	struct slice scope = side->scope >= 0 ? key->text[KEY_DIMS + side->scope] : SLICE("");
	struct slice name = whole ? SLICE("") : key->text[KEY_RESPONSE_MODEL];
	if (slice_is(side->biller, "local"))
		name = side->biller;
	const struct group *last =
		filler->group < cells->groups_n ? &cells->groups[filler->group] : NULL;
	if (!last || last->side != at || last->model != (whole ? NULL : model) ||
		!slice_eq(last->scope, scope) || (!last->model && !slice_eq(last->name, name)))
		filler->group = (size_t)(find_group(cells, at, whole ? NULL : model, name, scope) -
					 cells->groups);
	return &cells->groups[filler->group];
}

static void
add_slot(struct filler *filler, const struct slot *slot)
{
	const struct month *month = filler->month;
	struct side *side = &filler->cells->sides[filler->side];
	femto_t billed = 0;
	if (filler->bill && !billed_in_dollars(filler->cells, month, slot, &billed)) {
		side->foreign = true;
		return;
	}
	if (filler->bill)
		note_smallest(side, billed);
	if (filler->bill && side->named && !month->key->text[KEY_RESPONSE_MODEL].n) {
		side->other += billed;
		side->other_n += slot->uncounted + slot->requests;
		return;
	}
	const struct resolution *resolution = resolve(filler, slot_start(month, slot));
	struct group *group = group_of(filler, resolution);
	if (filler->bill)
		add_line(group, month, slot, billed, tier_of(month->key, resolution));
	if (filler->log)
		add_atom(filler->cells, group, month, slot, resolution);
}

static void
fill_groups(struct cells *cells, struct pool *pool)
{
	const struct period *period = &cells->options->period;
	struct months months = months_of(pool);
	for (const struct month *month; (month = months_next(&months));) {
		const struct key *key = month->key;
		if (!side_counts(key) || month->number == MONTH_NONE || !side_biller(key).n)
			continue;
		const struct side *side = side_of(cells, side_biller(key));
		struct filler filler = { .cells = cells,
			.month = month,
			.side = (size_t)(side - cells->sides),
			.group = SIZE_MAX };
		filler.bill = side_bills(side, key) && (side->bill || side->own) &&
			      month->total.with_billed > 0;
		filler.log = (side->own && filler.bill) ||
			     (side_logs(key) && key->how & HOW_CALLED_LOCAL) ||
			     side->against >> key->origin & 1;
		for (size_t i = 0; i < month->slots_n && (filler.bill || filler.log); i++) {
			int64_t start = slot_start(month, &month->slots[i]);
			if (start >= period->start && start < period->end)
				add_slot(&filler, &month->slots[i]);
		}
	}
	months_end(&months);
}

/* ---- in order ---- */

static int
by_half_hour(const void *left, const void *right)
{
	const struct atom *a = left, *b = right;
	if (a->half_hour != b->half_hour)
		return a->half_hour < b->half_hour ? -1 : 1;
	if (a->tier != b->tier)
		return a->tier < b->tier ? -1 : 1;
	if (a->local != b->local)
		return a->local ? 1 : -1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static void
merge_atoms(struct group *group)
{
	size_t n = 0;
	if (group->atoms_n)
		qsort(group->atoms, group->atoms_n, sizeof(*group->atoms), by_half_hour);
	for (size_t i = 0; i < group->atoms_n; i++) {
		const struct atom *from = &group->atoms[i];
		if (!n || by_half_hour(&group->atoms[n - 1], from) != 0) {
			group->atoms[n++] = *from;
			continue;
		}
		struct atom *to = &group->atoms[n - 1];
		to->requests += from->requests;
		to->failed += from->failed;
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			to->tokens[kind] += from->tokens[kind];
	}
	group->atoms_n = n;
}

static int
by_line(const void *left, const void *right)
{
	const struct line *a = left, *b = right;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->tier != b->tier)
		return a->tier < b->tier ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->billed != b->billed)
		return a->billed < b->billed ? -1 : 1;
	return (a->tokens > b->tokens) - (a->tokens < b->tokens);
}

/* Prices of days that only the bill has. */
static void
price_lines(struct cells *cells, struct group *group)
{
	for (size_t i = 0; i < group->lines_n && group->model; i++) {
		int64_t when = group->lines[i].day * NS_PER_DAY;
		struct unit unit = { .context = CONTEXT_MIXED, .discount = 1000 };
		if (group->units_n)
			unit = group->units[0];
		else
			unit.resolution = price_resolve(cells->options->catalog,
				cells->sides[group->side].biller, model_provider(group->model),
				model_id(group->model), SLICE(""), when, false);
		unit_find(cells, group, &unit, when);
	}
}

static void
count_retries(struct group *group)
{
	int64_t requests[TIERS] = { 0 }, failed[TIERS] = { 0 };
	for (size_t i = 0; i < group->atoms_n; i++) {
		const struct atom *atom = &group->atoms[i];
		requests[atom->tier] += atom->local ? 0 : atom->requests;
		failed[atom->tier] += atom->local ? 0 : atom->failed;
	}
	for (int tier = 0; tier < TIERS; tier++) {
		bool whole = requests[tier] ? failed[tier] % requests[tier] == 0 : !failed[tier];
		group->retries[tier] = !whole           ? -1
				       : requests[tier] ? failed[tier] / requests[tier]
							: 0;
	}
}

static void
settle_group(struct cells *cells, struct group *group)
{
	merge_atoms(group);
	count_retries(group);
	price_lines(cells, group);
	if (group->lines_n)
		qsort(group->lines, group->lines_n, sizeof(*group->lines), by_line);
	int64_t first = DAY_NONE, last = DAY_NONE;
	for (size_t i = 0; i < group->atoms_n; i++) {
		widen(group->atoms[i].half_hour / HALF_HOURS_A_DAY - 1, &first, &last);
		widen(group->atoms[i].half_hour / HALF_HOURS_A_DAY + 1, &first, &last);
	}
	for (size_t i = 0; i < group->lines_n; i++)
		widen(group->lines[i].day, &first, &last);
	group->first_day = first;
	group->last_day = last;
}

void
cells_build(struct cells *cells, struct pool *pool, const struct audit_options *options)
{
	*cells = (struct cells){ .options = options };
	sides_find(cells, pool);
	bool any = false;
	for (size_t i = 0; i < cells->sides_n; i++)
		any |= cells->sides[i].own || cells->sides[i].against;
	if (!any)
		return;
	sides_scope(cells, pool);
	fill_groups(cells, pool);
	for (size_t i = 0; i < cells->groups_n; i++) {
		struct group *group = &cells->groups[i];
		struct side *side = &cells->sides[group->side];
		settle_group(cells, group);
		if (group->log_first != DAY_NONE) {
			widen(group->log_first, &side->log_first, &side->log_last);
			widen(group->log_last, &side->log_first, &side->log_last);
		}
		if (group->bill_first != DAY_NONE) {
			widen(group->bill_first, &side->bill_first, &side->bill_last);
			widen(group->bill_last, &side->bill_first, &side->bill_last);
		}
	}
}

void
cells_free(struct cells *cells)
{
	for (size_t i = 0; i < cells->groups_n; i++) {
		free(cells->groups[i].atoms);
		free(cells->groups[i].lines);
		free(cells->groups[i].units);
		free(cells->groups[i].works);
	}
	free(cells->groups);
	free(cells->sides);
	*cells = (struct cells){ 0 };
}
