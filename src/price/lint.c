/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "price/catalog.h"
#include "price/sheet.h"

/* Dearer than any text model ever sold, and 50 times the middle of its kind: a slip of the unit. */
static const int64_t outlier_picos = 200000000;
enum { OUTLIER_TIMES = 50 };

struct lint {
	struct arena *arena;
	struct stored *const *rows; /* sorted by stored_compare */
	size_t n;
	int64_t median[TOKEN_KINDS];
	struct price_problem *problems;
	size_t problems_n, size;
};

static struct slice
text_of(struct lint *lint, const struct str *text)
{
	return slice_copy(lint->arena, str_as_slice(text));
}

static struct slice
name_row(struct lint *lint, const struct stored *row)
{
	struct str key = STR_INIT;
	const struct price_row *r = &row->row;
	str_printf(&key, SLICE_FMT "%s" SLICE_FMT " %s " SLICE_FMT, SLICE_ARG(r->provider),
		r->provider.n ? "/" : "", SLICE_ARG(r->model), tier_names[r->tier],
		SLICE_ARG(r->kind));
	if (r->region.n)
		str_printf(&key, " " SLICE_FMT, SLICE_ARG(r->region));
	if (r->above)
		str_printf(&key, " above %lld", (long long)r->above);
	if (r->hours.n)
		str_printf(&key, " " SLICE_FMT, SLICE_ARG(r->hours));
	struct slice kept = text_of(lint, &key);
	str_free(&key);
	return kept;
}

static void
add(struct lint *lint, const struct stored *row, const char *kind, const char *value,
	const char *expected, const char *why)
{
	lint->problems =
		xgrow(lint->problems, &lint->size, lint->problems_n, sizeof(*lint->problems));
	struct price_problem *problem = &lint->problems[lint->problems_n++];
	problem->key = name_row(lint, row);
	problem->kind = kind;
	problem->value = slice_copy(lint->arena, slice_of(value));
	problem->expected = slice_copy(lint->arena, slice_of(expected));
	problem->why = slice_copy(lint->arena, slice_of(why));
	problem->file = slice_copy(lint->arena, row->row.file);
	problem->line = row->row.line;
}

static bool
same_place(const struct stored *a, const struct stored *b)
{
	return slice_eq(a->row.region, b->row.region) && a->row.above == b->row.above;
}

static bool
meet(const struct stored *a, const struct stored *b)
{
	return a->row.from < b->row.to && b->row.from < a->row.to &&
	       (!a->hourly || !b->hourly || hours_meet(&a->hours, &b->hours));
}

/* The price of another kind or tier that held together with this one. */
static const struct stored *
beside(const struct lint *lint, size_t i, int kind, enum tier tier)
{
	const struct stored *row = lint->rows[i];
	size_t from = i;
	while (from > 0 && stored_same_model(lint->rows[from - 1], row))
		from--;
	for (size_t k = from; k < lint->n && stored_same_model(lint->rows[k], row); k++) {
		const struct stored *other = lint->rows[k];
		if (other->kind == kind && other->row.tier == tier && same_place(other, row) &&
			meet(other, row))
			return other;
	}
	return NULL;
}

static void
check_dates(struct lint *lint, size_t i)
{
	const struct stored *row = lint->rows[i];
	int64_t covered = INT64_MIN;
	bool first = true;
	char on[WHEN_TEXT], begins[WHEN_TEXT], line[64], why[128];
	for (size_t k = i; k > 0 && stored_same_model(lint->rows[k - 1], row); k--) {
		const struct stored *other = lint->rows[k - 1];
		if (other->kind != row->kind || other->row.tier != row->row.tier ||
			!same_place(other, row))
			break;
		first = false;
		covered = other->row.to > covered ? other->row.to : covered;
		if (!meet(other, row))
			continue;
		snprintf(line, sizeof(line), "line %lld", (long long)other->row.line);
		snprintf(why, sizeof(why), "two prices hold at once; the later line wins");
		add(lint, row, "overlap", row->row.price.p, line, why);
		return;
	}
	if (!first && row->row.from > covered) {
		snprintf(why, sizeof(why), "nothing is priced from %s until this row begins",
			when_date(on, covered));
		add(lint, row, "gap", when_date(begins, row->row.from), on, why);
	}
}

static void
check_size(struct lint *lint, const struct stored *row)
{
	if (row->kind == KIND_MULTIPLIER)
		return;
	if (row->row.picos == 0) {
		add(lint, row, "zero", row->row.price.p, "above 0",
			"a price of 0 means free: an unknown one has no row");
		return;
	}
	if (row->kind == KIND_SEARCH)
		return;
	char expected[NUM_TEXT + 16], number[NUM_TEXT];
	femto_t most = row->row.picos > outlier_picos
			       ? outlier_picos
			       : (femto_t)lint->median[row->kind] * OUTLIER_TIMES;
	if (row->row.picos <= most)
		return;
	snprintf(expected, sizeof(expected), "at most %s",
		num_print(number, most * 1000000000, 0, 6, false));
	add(lint, row, "unit", row->row.price.p, expected,
		row->row.picos > outlier_picos
			? "above $200 per 1M tokens: is the unit right?"
			: "above 50 times the median of its kind: is the unit right?");
}

static void
check_pairs(struct lint *lint, size_t i)
{
	const struct stored *row = lint->rows[i], *other;
	char expected[NUM_TEXT + 16], number[NUM_TEXT];
	if (row->row.picos && (row->kind == TOKEN_OUTPUT || row->kind == TOKEN_CACHE_READ)) {
		bool output = row->kind == TOKEN_OUTPUT;
		other = beside(lint, i, TOKEN_UNCACHED_INPUT, row->row.tier);
		bool wrong = other && (output ? row->row.picos < other->row.picos
					      : row->row.picos > other->row.picos);
		if (wrong) {
			snprintf(expected, sizeof(expected), "%s " SLICE_FMT,
				output ? "at least" : "at most", SLICE_ARG(other->row.price));
			add(lint, row, output ? "output_below_input" : "cache_above_input",
				row->row.price.p, expected,
				output ? "output is cheaper than input: are they swapped?"
				       : "a cached token is dearer than a fresh one");
		}
	}
	if (row->row.tier != TIER_BATCH || row->kind >= TOKEN_KINDS)
		return;
	other = beside(lint, i, row->kind, TIER_STANDARD);
	if (other && row->row.picos * 2 != other->row.picos) {
		snprintf(expected, sizeof(expected), "%s",
			num_print(number, (femto_t)other->row.picos * 500000000, 0, 9, false));
		add(lint, row, "batch_ratio", row->row.price.p, expected,
			"batch is not half of standard");
	}
}

static int
compare_int64(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
	return (a > b) - (a < b);
}

static void
find_medians(struct lint *lint)
{
	int64_t *values = xcalloc(lint->n + 1, sizeof(*values));
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		size_t n = 0;
		for (size_t i = 0; i < lint->n; i++)
			if (lint->rows[i]->kind == kind)
				values[n++] = lint->rows[i]->row.picos;
		qsort(values, n, sizeof(*values), compare_int64);
		lint->median[kind] = n ? values[n / 2] : 0;
	}
	free(values);
}

bool
price_lint(const char *file, struct arena *arena, struct price_problem **problems, size_t *n,
	struct err *err)
{
	struct catalog catalog = { .words = words_new() };
	struct slice text;
	bool good = sheet_file(&catalog.arena, file, &text, err) &&
		    catalog_add_prices(&catalog, text, slice_of(file), 0, err);
	if (good) {
		if (catalog.stored_n)
			qsort(catalog.stored, catalog.stored_n, sizeof(struct stored *),
				stored_compare);
		struct lint lint = {
			.arena = arena, .rows = catalog.stored, .n = catalog.stored_n
		};
		find_medians(&lint);
		for (size_t i = 0; i < lint.n; i++) {
			check_dates(&lint, i);
			check_size(&lint, lint.rows[i]);
			check_pairs(&lint, i);
		}
		*problems = arena_take(arena, (lint.problems_n + 1) * sizeof(**problems));
		if (lint.problems_n)
			memcpy(*problems, lint.problems, lint.problems_n * sizeof(**problems));
		*n = lint.problems_n;
		free(lint.problems);
	}
	free(catalog.stored);
	words_free(catalog.words);
	arena_free(&catalog.arena);
	return good;
}
