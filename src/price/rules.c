/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"

/* The dearest list prices of all time are $150 and $600 (o1-pro); its cache writes would be $300. */
static const struct {
	int kind;
	int64_t most; /* pico-units a token */
} limits[] = {
	{ TOKEN_UNCACHED_INPUT, 200000000 },
	{ TOKEN_CACHE_READ, 200000000 },
	{ TOKEN_CACHE_WRITE_5M, 500000000 },
	{ TOKEN_CACHE_WRITE_1H, 500000000 },
	{ TOKEN_OUTPUT, 1000000000 },
};
/* So far from the known price, or above the middle of what other sellers ask: a slip of the unit. */
enum { UNIT_TIMES = 50 };
/* List prices are rounded to cents per 1M tokens: 0.13 for half of 0.25 is right. */
static const int64_t cent = 10000;

enum { ANY_KIND = -1 };

/* What one price is of another, in thousandths. */
static const struct ratio {
	const char *name;
	int kind;       /* ANY_KIND: of its own kind at standard */
	enum tier tier; /* TIER_UNKNOWN: any, the base of the same tier */
	int least, most, usual;
	const char *usually, *why;
} ratios[] = {
	{ "cache_write", TOKEN_CACHE_WRITE_1H, TIER_UNKNOWN, 1800, 2200, 2000,
		"twice the input price", "a write for an hour costs twice the input price" },
	{ "cache_write", TOKEN_CACHE_WRITE_5M, TIER_UNKNOWN, 1000, 1500, 1250,
		"1.25 times the input price",
		"a write for 5 minutes costs 1.25 times the input price" },
	{ "cache_above_input", TOKEN_CACHE_READ, TIER_UNKNOWN, 0, 1000, 0,
		"at most the input price", "a cached token is dearer than a fresh one" },
	{ "cache_read", TOKEN_CACHE_READ, TIER_UNKNOWN, 20, 550, 0,
		"0.025 to 0.5 times the input price",
		"cached tokens cost 0.025 to 0.5 times the input price" },
	{ "batch_ratio", ANY_KIND, TIER_BATCH, 500, 500, 500, "half of standard",
		"batch is not half of standard" },
	{ "flex_ratio", ANY_KIND, TIER_FLEX, 500, 500, 500, "half of standard",
		"flex is not half of standard" },
	{ "priority_ratio", ANY_KIND, TIER_PRIORITY, 1200, 3000, 0, "1.2 to 3 times standard",
		"priority costs 1.2 to 3 times standard" },
};

/* Models without a price of output, and ratios that are the seller's own and no mistake. */
static const char *const no_output[] = { "*embed*", "*voyage*", "*rerank*", "*moderation*" };
static const struct {
	const char *name, *model;
} allowed[] = {
	{ "cache_read", "*deepseek-v4*" }, /* 0.0083 of input since 2026-04-24 */
};

static bool
is_like(struct slice name, const char *pattern)
{
	return slice_glob(name, slice_of(pattern));
}

static bool
has_no_output(const struct listed *row)
{
	if (row->stored.kind != TOKEN_OUTPUT)
		return false;
	bool without = !row->key->chat;
	for (size_t i = 0; i < HL_COUNT(no_output); i++)
		without |= is_like(row->key->key, no_output[i]);
	return without;
}

/* The first row that is not before 'probe' in the order of the table. */
static size_t
lower_bound(const struct price_table *table, const struct stored *probe)
{
	size_t low = 0, high = table->rows_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct stored *row = &table->rows[middle]->stored;
		if (stored_compare(&row, &probe) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The price of another kind or tier that holds together with rows[i].  Of thousands of dates only
 * those nearest to the row's first are looked at. */
static const struct listed *
find_beside(const struct lint *lint, size_t i, int kind, enum tier tier)
{
	enum { NEAR = 64 };
	const struct price_table *table = lint->table;
	const struct listed *row = table->rows[i];
	struct stored probe = row->stored;
	probe.kind = kind;
	probe.row.tier = tier;
	probe.row.hours = SLICE("");
	probe.order = -1;
	size_t at = lower_bound(table, &probe), from = at > NEAR ? at - NEAR : 0;
	for (size_t k = from; k < table->rows_n && k < at + NEAR; k++) {
		const struct listed *other = table->rows[k];
		if (stored_same_model(&other->stored, &row->stored) && other->stored.kind == kind &&
			other->stored.row.tier == tier && lint_same_place(other, row) &&
			lint_meet(other, row))
			return other;
	}
	return NULL;
}

static int
compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The same kind of price of the same model, whoever sells it. */
static int
compare_family(const struct listed *a, const struct listed *b)
{
	int order = slice_compare_nocase(a->family, b->family);
	if (!order)
		order = a->stored.kind - b->stored.kind;
	return order ? order : compare_int(a->stored.row.above, b->stored.row.above);
}

static int
compare_families(const void *pa, const void *pb)
{
	const struct listed *a = *(struct listed *const *)pa, *b = *(struct listed *const *)pb;
	int order = compare_family(a, b);
	if (!order)
		order = compare_int(a->stored.row.picos, b->stored.row.picos);
	return order ? order : compare_int(a->stored.order, b->stored.order);
}

void
lint_sort_families(struct lint *lint)
{
	const struct price_table *table = lint->table;
	lint->families = xcalloc(table->rows_n + 1, sizeof(struct listed *));
	if (table->form == TABLE_CSV)
		return;
	for (size_t i = 0; i < table->rows_n; i++)
		if (table->rows[i]->stored.row.tier == TIER_STANDARD &&
			table->rows[i]->stored.row.picos > 0)
			lint->families[lint->families_n++] = table->rows[i];
	if (lint->families_n)
		qsort(lint->families, lint->families_n, sizeof(struct listed *), compare_families);
}

/* How many rows stand before 'row', or, with 'past', before what is behind its family. */
static size_t
count_before(const struct lint *lint, const struct listed *row, bool past)
{
	size_t low = 0, high = lint->families_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_family(lint->families[middle], row);
		if (order < 0 || (past && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The middle of what the others of the family ask; 0: there is none. */
static int64_t
middle_of_others(const struct lint *lint, const struct listed *row, size_t *others)
{
	size_t from = count_before(lint, row, false), to = count_before(lint, row, true);
	*others = to > from ? to - from - 1 : 0;
	if (!*others)
		return 0;
	/* prices ascend: without the row, the middle is this one or the next */
	size_t middle = from + (*others - 1) / 2;
	const struct listed *found = lint->families[middle];
	if (found->stored.row.picos >= row->stored.row.picos)
		found = lint->families[middle + 1];
	return found->stored.row.picos;
}

static const char *
print_price(char *buf, size_t size, const char *word, int64_t picos)
{
	char number[NUM_TEXT];
	snprintf(buf, size, "%s%s", word,
		num_print(number, (femto_t)picos * 1000000000, 0, 9, false));
	return buf;
}

/* A name whose input costs nothing is one problem, not one for each of its prices. */
static bool
input_is_zero(const struct lint *lint, size_t i)
{
	const struct price_table *table = lint->table;
	struct stored probe = table->rows[i]->stored;
	if (probe.kind == TOKEN_UNCACHED_INPUT && probe.row.tier == TIER_STANDARD &&
		!probe.row.above)
		return false;
	probe.kind = TOKEN_UNCACHED_INPUT;
	probe.row.tier = TIER_STANDARD;
	probe.row.above = 0;
	probe.row.hours = SLICE("");
	probe.row.from = INT64_MIN;
	probe.order = -1;
	size_t at = lower_bound(table, &probe);
	if (at == table->rows_n)
		return false;
	const struct stored *input = &table->rows[at]->stored;
	return stored_same_model(input, &probe) && input->kind == probe.kind &&
	       input->row.tier == probe.row.tier && input->row.above == 0 && input->row.picos == 0;
}

/* Sellers that ask nothing for a cache write are many; reranking and moderation are sold otherwise. */
static bool
may_be_free(const struct listed *row)
{
	return row->stored.kind == TOKEN_CACHE_WRITE_5M ||
	       row->stored.kind == TOKEN_CACHE_WRITE_1H || has_no_output(row) ||
	       slice_is(row->key->mode, "moderation") ||
	       (slice_is(row->key->mode, "rerank") && row->key->other);
}

static bool
check_zero(struct lint *lint, size_t i, const struct known_price *known)
{
	const struct listed *row = lint->table->rows[i];
	char expected[NUM_TEXT + 16] = "above 0";
	if (row->stored.row.picos != 0)
		return false;
	bool wrong = known->row && known->picos > 0;
	if (wrong)
		print_price(expected, sizeof(expected), "", known->picos);
	else if (known->row || may_be_free(row) || input_is_zero(lint, i))
		return true;
	lint_add(lint, row, "zero", expected,
		wrong ? "the price that we know is not 0"
		      : "a price of 0 means free: an unknown one has no row");
	return true;
}

static bool
check_unit(struct lint *lint, const struct listed *row, const struct known_price *known)
{
	char expected[NUM_TEXT + 16], why[128];
	int64_t picos = row->stored.row.picos, most = INT64_MAX;
	size_t others;
	for (size_t i = 0; i < HL_COUNT(limits); i++)
		if (limits[i].kind == row->stored.kind)
			most = limits[i].most;
	if (known->row && known->picos > 0 &&
		(picos / UNIT_TIMES >= known->picos || known->picos / UNIT_TIMES >= picos)) {
		lint_add(lint, row, "unit",
			print_price(expected, sizeof(expected), "", known->picos),
			"50 times and more away from the price that we know: is the unit right?");
		return true;
	}
	if (known->row && known->picos == picos)
		return false;
	if (picos > most) {
		snprintf(why, sizeof(why), "above $%lld per 1M tokens: is the unit right?",
			(long long)(most / 1000000));
		lint_add(lint, row, "unit",
			print_price(expected, sizeof(expected), "at most ", most), why);
		return true;
	}
	int64_t middle =
		row->stored.row.tier == TIER_STANDARD ? middle_of_others(lint, row, &others) : 0;
	if (!middle || picos / UNIT_TIMES < middle)
		return false;
	snprintf(why, sizeof(why),
		"50 times and more above what %zu other seller%s of it ask%s: is the unit right?",
		others, others == 1 ? "" : "s", others == 1 ? "s" : "");
	lint_add(lint, row, "unit", print_price(expected, sizeof(expected), "about ", middle), why);
	return true;
}

/* Is 'picos' in line with 'base', but for the rounding of a list to cents? */
static bool
in_line(const struct ratio *ratio, int64_t picos, int64_t base)
{
	__int128 value = (__int128)picos * 1000,
		 slack = picos % cent == 0 ? (__int128)cent * 500 : 0;
	return value + slack >= (__int128)base * ratio->least &&
	       value - slack <= (__int128)base * ratio->most;
}

static bool
is_allowed(const char *name, struct slice key)
{
	for (size_t i = 0; i < HL_COUNT(allowed); i++)
		if (strcmp(allowed[i].name, name) == 0 && is_like(key, allowed[i].model))
			return true;
	return false;
}

static bool
check_ratio(struct lint *lint, size_t i, const struct ratio *ratio, const struct known_price *known)
{
	const struct listed *row = lint->table->rows[i];
	bool own = ratio->kind == ANY_KIND;
	const struct listed *base =
		find_beside(lint, i, own ? row->stored.kind : TOKEN_UNCACHED_INPUT,
			own ? TIER_STANDARD : row->stored.row.tier);
	char expected[NUM_TEXT + 16];
	if (!base || base->stored.row.picos == 0 ||
		in_line(ratio, row->stored.row.picos, base->stored.row.picos) ||
		is_allowed(ratio->name, row->key->key))
		return false;
	if (known->row) {
		if (known->picos == row->stored.row.picos)
			return false;
		print_price(expected, sizeof(expected), "", known->picos);
	} else if (ratio->usual) {
		femto_t usual = (femto_t)base->stored.row.picos * ratio->usual * FEMTO_PER_NANO;
		num_print(expected, usual, 0, 9, false);
	} else {
		snprintf(expected, sizeof(expected), "%s", ratio->usually);
	}
	lint_add(lint, row, ratio->name, expected, ratio->why);
	return true;
}

static bool
check_ratios(struct lint *lint, size_t i, const struct known_price *known)
{
	const struct listed *row = lint->table->rows[i];
	for (size_t k = 0; k < HL_COUNT(ratios); k++) {
		const struct ratio *ratio = &ratios[k];
		bool meant = ratio->kind == ANY_KIND ? ratio->tier == row->stored.row.tier
						     : ratio->kind == row->stored.kind;
		if (meant && check_ratio(lint, i, ratio, known))
			return true;
	}
	return false;
}

static bool
check_output(struct lint *lint, size_t i, const struct known_price *known)
{
	const struct listed *row = lint->table->rows[i], *input;
	char expected[NUM_TEXT + 16];
	if (row->stored.kind != TOKEN_OUTPUT || has_no_output(row) ||
		(known->row && known->picos == row->stored.row.picos))
		return false;
	input = find_beside(lint, i, TOKEN_UNCACHED_INPUT, row->stored.row.tier);
	if (!input || row->stored.row.picos >= input->stored.row.picos)
		return false;
	snprintf(expected, sizeof(expected), "at least " SLICE_FMT,
		SLICE_ARG(input->stored.row.price));
	lint_add(lint, row, "output_below_input", expected,
		"output is cheaper than input: are they swapped?");
	return true;
}

static void
check_stale(struct lint *lint, const struct listed *row, const struct known_price *known)
{
	char expected[NUM_TEXT + 16], why[192], from[WHEN_TEXT];
	if (!known->row || !known->in_force || known->elsewhere ||
		known->picos == row->stored.row.picos)
		return;
	if (known->row->from == INT64_MIN)
		snprintf(why, sizeof(why), "not the price that we know");
	else
		snprintf(why, sizeof(why), "not the price in force, which began on %s",
			when_date(from, known->row->from));
	lint_add(
		lint, row, "stale", print_price(expected, sizeof(expected), "", known->picos), why);
}

/* The day asked for, or the one of the row's days that is nearest to it. */
static int64_t
moment_of(const struct price_row *row, int64_t when)
{
	return when < row->from ? row->from : when >= row->to ? row->to - 1 : when;
}

void
lint_price(struct lint *lint, size_t i)
{
	const struct listed *row = lint->table->rows[i];
	const struct known *key = &lint->known[row->key->number];
	struct known_price none = { .row = NULL }, known = none;
	if (row->stored.kind == KIND_MULTIPLIER)
		return;
	/* those of other sellers may differ */
	if (key->own)
		known = known_price(key, &row->stored, moment_of(&row->stored.row, lint->when));
	/* and prices of the user's own are meant to, though not by the unit */
	const struct known_price *beside = lint->table->form == TABLE_CSV ? &none : &known;
	if (check_zero(lint, i, beside) || row->stored.kind == KIND_SEARCH)
		return;
	if (!check_unit(lint, row, &known) && !check_ratios(lint, i, beside) &&
		!check_output(lint, i, beside))
		check_stale(lint, row, beside);
}
