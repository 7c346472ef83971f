/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/unlisted.h"

#include <stdlib.h>

#include "work/clause.h"

/* Lines of so few tokens tell nothing: their amounts are rounded. */
enum { FEW_TOKENS = 1000, PICO = 1000 };

struct range {
	femto_t lowest, highest;
	bool any;
};

static void
widen(struct range *range, femto_t rate)
{
	range->lowest = !range->any || rate < range->lowest ? rate : range->lowest;
	range->highest = !range->any || rate > range->highest ? rate : range->highest;
	range->any = true;
}

static bool
is_write(struct slice kind)
{
	return slice_is(kind, token_names[TOKEN_CACHE_WRITE_5M]) ||
	       slice_is(kind, token_names[TOKEN_CACHE_WRITE_1H]);
}

/* Could this row price such a line?  Writes of both lifetimes, as bills do not always say which. */
static bool
is_row_of(const struct price_row *row, enum token_kind kind)
{
	bool write = kind == TOKEN_CACHE_WRITE_5M || kind == TOKEN_CACHE_WRITE_1H;
	return slice_is(row->kind, token_names[kind]) || (write && is_write(row->kind));
}

static bool
is_near(femto_t a, femto_t b, femto_t grain)
{
	femto_t gap = a - b;
	return (gap < 0 ? -gap : gap) <= grain;
}

/* All that a token of the kind ever cost, and whether the line cost just one of these. */
static bool
was_listed(const struct cells *cells, const struct group *group, const struct line *line,
	struct range *range)
{
	const struct price_row *const *rows;
	size_t n = model_rows(group->model, &rows);
	int surcharges[SURCHARGES_MOST], surcharges_n = surcharges_of(group, surcharges);
	femto_t grain = cells->sides[group->side].smallest * line->rows;
	bool listed = false;
	for (size_t i = 0; i < n; i++) {
		if (!is_row_of(rows[i], line->kind))
			continue;
		for (size_t u = 0; u < group->units_n; u++)
			for (int k = -1; k < surcharges_n; k++) {
				femto_t rate =
					(femto_t)rows[i]->picos * (k < 0 ? 1000 : surcharges[k]);
				femto_t reduced = rate * group->units[u].discount / 1000;
				widen(range, rate);
				widen(range, reduced);
				listed |= is_near(rate * line->tokens, line->billed, grain) ||
					  is_near(reduced * line->tokens, line->billed, grain);
			}
	}
	return listed || !range->any;
}

static struct unlisted *
find(struct unlisted_list *list, const struct unlisted *wanted)
{
	for (size_t i = 0; i < list->n; i++) {
		struct unlisted *at = &list->items[i];
		if (slice_eq(at->model, wanted->model) && at->kind == wanted->kind &&
			at->tier == wanted->tier && at->rate == wanted->rate &&
			slice_eq(at->workload, wanted->workload))
			return at;
	}
	list->items = xgrow(list->items, &list->size, list->n, sizeof(*list->items));
	list->items[list->n] = *wanted;
	return &list->items[list->n++];
}

static void
check_line(struct unlisted_list *list, const struct cells *cells, const struct group *group,
	const struct line *line)
{
	struct range range = { 0 };
	if (line->tokens < FEW_TOKENS || line->kind == TOKEN_KINDS || line->billed <= 0 ||
		was_listed(cells, group, line, &range))
		return;
	femto_t rate = line->billed / line->tokens;
	bool outside = rate < range.lowest || rate > range.highest;
	if (!line->rate && !outside)
		return;
	const struct unlisted wanted = { .workload = SLICE(""),
		.model = group->name,
		.kind = line->kind,
		.tier = line->tier,
		.rate = line->rate ? line->rate : num_round(rate, 9),
		.lowest = range.lowest,
		.highest = range.highest };
	struct unlisted *found = find(list, &wanted);
	found->tokens += line->tokens;
	found->billed += line->billed;
	found->lines++;
}

static int
by_billed(const void *left, const void *right)
{
	const struct unlisted *a = left, *b = right;
	if (a->billed != b->billed)
		return a->billed > b->billed ? -1 : 1;
	int order = slice_compare(a->model, b->model);
	return order ? order : (int)a->kind - (int)b->kind;
}

void
unlisted_of_cells(struct unlisted_list *list, const struct cells *cells)
{
	for (size_t i = 0; i < cells->groups_n; i++) {
		const struct group *group = &cells->groups[i];
		for (size_t k = 0; k < group->lines_n && group->model; k++)
			check_line(list, cells, group, &group->lines[k]);
	}
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), by_billed);
}

void
unlisted_of_table(struct unlisted_list *list, const struct audit *audit)
{
	for (size_t i = 0; i < audit->workloads.n && audit->total.per_day; i++) {
		const struct tally *row = &audit->workloads.items[i];
		const struct money *money = row->money_n ? &row->money[0] : NULL;
		const struct price_row *const *rows;
		struct range range = { 0 };
		if (!money || !money->has_billed || !row->unsplit ||
			row->resolution.state != PRICE_FOUND)
			continue;
		size_t n = model_rows(row->resolution.model, &rows);
		for (size_t k = 0; k < n; k++)
			if (rows[k]->tier == TIER_STANDARD &&
				slice_is(rows[k]->kind, token_names[TOKEN_UNCACHED_INPUT]))
				widen(&range, (femto_t)rows[k]->picos * PICO);
		femto_t rate = money->billed / row->unsplit;
		if (!range.any || rate >= range.lowest)
			continue;
		const struct unlisted wanted = { .workload = row->name,
			.model = model_id(row->resolution.model),
			.kind = TOKEN_KINDS,
			.tier = TIER_STANDARD,
			.rate = rate,
			.lowest = range.lowest,
			.highest = range.highest,
			.tokens = row->unsplit,
			.lines = 1,
			.billed = money->billed };
		*find(list, &wanted) = wanted;
	}
}

void
unlisted_free(struct unlisted_list *list)
{
	free(list->items);
	*list = (struct unlisted_list){ 0 };
}
