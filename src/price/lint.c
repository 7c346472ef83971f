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

/* Does this row speak of the same as the one before it, but for dates and hours? */
static bool
is_continued(const struct price_table *table, size_t i)
{
	if (i == 0)
		return false;
	const struct listed *row = table->rows[i], *before = table->rows[i - 1];
	return stored_same_model(&before->stored, &row->stored) &&
	       before->stored.kind == row->stored.kind &&
	       before->stored.row.tier == row->stored.row.tier && lint_same_place(before, row);
}

/* The row before rows[i] of the same thing that holds together with it; NULL none.  'first' is where
 * the thing begins, 'last' its row that holds longest. */
static const struct listed *
find_overlap(const struct lint *lint, size_t i, size_t first, size_t last)
{
	struct listed *const *rows = lint->table->rows;
	if (rows[last]->stored.row.to <= rows[i]->stored.row.from)
		return NULL;
	if (lint_meet(rows[last], rows[i]))
		return rows[last];
	for (size_t k = i; k > first; k--)
		if (lint_meet(rows[k - 1], rows[i]))
			return rows[k - 1];
	return NULL;
}

static void
report_gap(struct lint *lint, const struct listed *row, int64_t covered)
{
	char on[WHEN_TEXT], begins[WHEN_TEXT], why[128];
	snprintf(why, sizeof(why), "nothing is priced from %s until this row begins",
		when_date(on, covered));
	lint_add(lint, row, "gap", on, why);
	lint->problems[lint->n - 1].value =
		slice_copy(&lint->table->arena, slice_of(when_date(begins, row->stored.row.from)));
}

/* Rows of one thing stand together, by their first day. */
static void
check_dates(struct lint *lint)
{
	struct listed *const *rows = lint->table->rows;
	char line[64];
	for (size_t i = 0, first = 0, last = 0; i < lint->table->rows_n; i++) {
		const struct listed *row = rows[i];
		if (!is_continued(lint->table, i)) {
			first = last = i;
			continue;
		}
		const struct listed *other = find_overlap(lint, i, first, last);
		int64_t covered = rows[last]->stored.row.to;
		if (other && !slice_eq(other->key->key, row->key->key)) {
			snprintf(line, sizeof(line), "as in line %lld",
				(long long)other->stored.row.line);
			lint_add(lint, row, "duplicate", line,
				"the name differs from another one in capital letters only");
		} else if (other) {
			snprintf(
				line, sizeof(line), "line %lld", (long long)other->stored.row.line);
			lint_add(lint, row, "overlap", line,
				"two prices hold at once; the later line wins");
		} else if (row->stored.row.from > covered) {
			report_gap(lint, row, covered);
		}
		if (row->stored.row.to > covered)
			last = i;
	}
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
	check_dates(&lint);
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct listed *row = table->rows[i];
		bool local = row->key->local || row->key->free;
		found.local_n += local && row->stored.row.picos == 0 &&
				 row->stored.kind == TOKEN_UNCACHED_INPUT &&
				 row->stored.row.tier == TIER_STANDARD && !row->stored.row.above;
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
