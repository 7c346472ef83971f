/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/lint.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "price/rules.h"

const struct price_kind price_kinds[] = {
	{ "unit", "far above what such tokens cost: a slip of the unit" },
	{ "zero", "a price of 0 that nothing declares free" },
	{ "negative", "a price below 0" },
	{ "not_a_number", "a price that is no number" },
	{ "inexact", "digits below 10^-12 dollars a token" },
	{ "cache_write", "a cache write out of line with the input price" },
	{ "cache_read", "a cached token out of line with the input price" },
	{ "cache_above_input", "a cached token dearer than a fresh one" },
	{ "batch_ratio", "batch is not half of standard" },
	{ "flex_ratio", "flex is not half of standard" },
	{ "priority_ratio", "priority out of line with standard" },
	{ "output_below_input", "output cheaper than input" },
	{ "overlap", "two prices hold at once" },
	{ "gap", "days without a price" },
	{ "date", "dates that make no period" },
	{ "duplicate", "the same name or price twice" },
	{ "name", "a name that no file of ours may hold" },
	{ "stale", "not the price that is in force" },
	{ "no_price", "a model that answers with text and has no input price" },
	{ "missing", "a model that we know and the file does not have" },
};
const size_t price_kinds_n = HL_COUNT(price_kinds);

static struct price_problem *
add_problem(struct lint *lint, struct price_problem problem)
{
	struct arena *arena = &lint->table->arena;
	lint->problems = xgrow(lint->problems, &lint->size, lint->n, sizeof(*lint->problems));
	problem.value = slice_copy(arena, problem.value);
	problem.expected = slice_copy(arena, problem.expected);
	problem.why = slice_copy(arena, problem.why);
	problem.file = lint->table->file;
	lint->problems[lint->n] = problem;
	return &lint->problems[lint->n++];
}

void
lint_add(struct lint *lint, const struct listed *row, const char *kind, const char *expected,
	const char *why)
{
	add_problem(lint, (struct price_problem){ .key = row->key->key,
				  .field = row->field,
				  .which = table_which(&lint->table->arena, &row->stored.row),
				  .row = row,
				  .kind = kind,
				  .value = row->stored.row.price,
				  .expected = slice_of(expected),
				  .why = slice_of(why),
				  .line = row->stored.row.line });
}

bool
lint_same_place(const struct listed *a, const struct listed *b)
{
	return slice_eq(a->stored.row.region, b->stored.row.region) &&
	       a->stored.row.above == b->stored.row.above;
}

bool
lint_meet(const struct listed *a, const struct listed *b)
{
	const struct stored *x = &a->stored, *y = &b->stored;
	return x->row.from < y->row.to && y->row.from < x->row.to &&
	       (!x->hourly || !y->hourly || hours_meet(&x->hours, &y->hours));
}

/* Rows of one thing stand together, by their first day. */
static void
check_dates(struct lint *lint, size_t i)
{
	struct listed *const *rows = lint->table->rows;
	const struct listed *row = rows[i];
	int64_t covered = INT64_MIN;
	bool first = true;
	char on[WHEN_TEXT], line[64], why[128];
	for (size_t k = i; k > 0 && stored_same_model(&rows[k - 1]->stored, &row->stored); k--) {
		const struct listed *other = rows[k - 1];
		const struct price_row *o = &other->stored.row;
		if (other->stored.kind != row->stored.kind || o->tier != row->stored.row.tier ||
			!lint_same_place(other, row))
			break;
		if (!slice_eq(other->key->key, row->key->key)) {
			snprintf(line, sizeof(line), "as in line %lld", (long long)o->line);
			lint_add(lint, row, "duplicate", line,
				"the name differs from another one in capital letters only");
			return;
		}
		first = false;
		covered = o->to > covered ? o->to : covered;
		if (!lint_meet(other, row))
			continue;
		snprintf(line, sizeof(line), "line %lld", (long long)o->line);
		lint_add(
			lint, row, "overlap", line, "two prices hold at once; the later line wins");
		return;
	}
	if (first || row->stored.row.from <= covered)
		return;
	snprintf(why, sizeof(why), "nothing is priced from %s until this row begins",
		when_date(on, covered));
	lint_add(lint, row, "gap", on, why);
	lint->problems[lint->n - 1].value =
		slice_copy(&lint->table->arena, slice_of(when_date(line, row->stored.row.from)));
}

static void
add_faults(struct lint *lint)
{
	const struct price_table *table = lint->table;
	for (size_t i = 0; i < table->faults_n; i++) {
		const struct table_fault *fault = &table->faults[i];
		if (fault->key->twice && strcmp(fault->kind, "duplicate") != 0)
			continue;
		add_problem(lint, (struct price_problem){ .key = fault->key->key,
					  .field = fault->field,
					  .which = fault->field,
					  .kind = fault->kind,
					  .value = fault->text,
					  .expected = slice_of(fault->expected),
					  .why = slice_of(fault->why),
					  .line = fault->key->line });
	}
	for (size_t i = 0; i < table->keys_n; i++)
		if (table->keys[i]->bad)
			add_problem(lint,
				(struct price_problem){ .key = table->keys[i]->key,
					.field = SLICE(""),
					.which = SLICE(""),
					.kind = "name",
					.value = SLICE(""),
					.expected = SLICE("1 to 200 printable ASCII characters"),
					.why = slice_of(table->keys[i]->bad),
					.line = table->keys[i]->line });
}

/* A model that no name of the file means, or only names of other sellers. */
static void
add_missing(struct lint *lint, const struct model *model, const struct table_key *elsewhere)
{
	int64_t from, to;
	char day[WHEN_TEXT];
	struct str why = STR_INIT;
	model_span(model, &from, &to);
	if (from > lint->when)
		return;
	if (to <= lint->when)
		str_printf(&why, "retired on %s: an old bill cannot be priced from this file",
			when_date(day, to));
	else
		str_printf(&why, "sold on %s", when_date(day, lint->when));
	if (elsewhere)
		str_printf(&why, "; only another seller's " SLICE_FMT " is there",
			SLICE_ARG(elsewhere->key));
	add_problem(lint, (struct price_problem){ .key = model->key,
				  .field = SLICE(""),
				  .which = SLICE(""),
				  .kind = "missing",
				  .value = SLICE(""),
				  .expected = to <= lint->when ? SLICE("an entry for old bills")
							       : SLICE("an entry"),
				  .why = str_as_slice(&why) });
	str_free(&why);
}

static void
check_missing(struct lint *lint)
{
	const struct model *const *models;
	size_t n = catalog_models(lint->catalog, &models);
	for (size_t i = 0; i < n; i++) {
		const struct table_key *own = NULL, *other = NULL;
		for (size_t k = 0; k < lint->table->keys_n && !own; k++) {
			const struct known *known = &lint->known[k];
			if (known->model != models[i])
				continue;
			if (known->own)
				own = lint->table->keys[k];
			else if (!other)
				other = lint->table->keys[k];
		}
		if (!own)
			add_missing(lint, models[i], other);
	}
}

static int
rank_kind(const char *kind)
{
	for (size_t i = 0; i < HL_COUNT(price_kinds); i++)
		if (strcmp(price_kinds[i].name, kind) == 0)
			return (int)i;
	BUG("lint kind %s is not in the table", kind);
}

static int
compare_problems(const void *pa, const void *pb)
{
	const struct price_problem *a = pa, *b = pb;
	int order = rank_kind(a->kind) - rank_kind(b->kind);
	if (!order)
		order = slice_compare(a->key, b->key);
	if (!order)
		order = (a->line > b->line) - (a->line < b->line);
	return order ? order : slice_compare(a->field, b->field);
}

struct price_problems
price_lint(struct price_table *table, const struct catalog *catalog, int64_t when)
{
	struct lint lint = { .table = table, .catalog = catalog, .when = when };
	struct price_problems found = { .items = NULL };
	lint.known = xcalloc(table->keys_n + 1, sizeof(*lint.known));
	for (size_t i = 0; i < table->keys_n && catalog; i++)
		lint.known[i] = known_key(catalog, table->keys[i], when);
	lint_sort_families(&lint);
	add_faults(&lint);
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct listed *row = table->rows[i];
		bool local = row->key->local || row->key->free;
		found.local_n += local && row->stored.row.picos == 0 &&
				 row->stored.kind == TOKEN_UNCACHED_INPUT &&
				 row->stored.row.tier == TIER_STANDARD && !row->stored.row.above;
		check_dates(&lint, i);
		if (!local)
			lint_price(&lint, i);
	}
	if (catalog && table->form != TABLE_CSV)
		check_missing(&lint);
	if (lint.n)
		qsort(lint.problems, lint.n, sizeof(*lint.problems), compare_problems);
	found.items = arena_take(&table->arena, (lint.n + 1) * sizeof(*found.items));
	if (lint.n)
		memcpy(found.items, lint.problems, lint.n * sizeof(*found.items));
	found.n = lint.n;
	free(lint.problems);
	free(lint.known);
	free(lint.families);
	return found;
}
