/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/parts.h"

/* In this order: "hardware maintenance" is maintenance. */
static const struct {
	const char *word;
	enum part_kind kind;
} part_words[] = {
	{ "fallback", PART_FALLBACK },
	{ "fall-back", PART_FALLBACK },
	{ "maintenance", PART_MAINTENANCE },
	{ "repair", PART_MAINTENANCE },
	{ "upkeep", PART_MAINTENANCE },
	{ "people", PART_PEOPLE },
	{ "staff", PART_PEOPLE },
	{ "engineer", PART_PEOPLE },
	{ "salar", PART_PEOPLE },
	{ "labor", PART_PEOPLE },
	{ "labour", PART_PEOPLE },
	{ "admin", PART_PEOPLE },
	{ "power", PART_POWER },
	{ "electric", PART_POWER },
	{ "energy", PART_POWER },
	{ "cooling", PART_COOLING },
	{ "amorti", PART_AMORTIZATION },
	{ "depreciat", PART_AMORTIZATION },
	{ "hosting", PART_HOSTING },
	{ "rent", PART_HOSTING },
	{ "colo", PART_HOSTING },
	{ "rack", PART_HOSTING },
	{ "hardware", PART_AMORTIZATION },
};

static enum part_kind
part_kind_of(struct slice text)
{
	for (size_t i = 0; i < HL_COUNT(part_words); i++)
		if (slice_find_nocase(text, part_words[i].word) >= 0)
			return part_words[i].kind;
	return PART_OTHER;
}

static void
add_part(struct cost_part parts[PARTS_MOST], size_t *n, struct slice text)
{
	text = slice_trim(text);
	if (text.n && *n < PARTS_MOST)
		parts[(*n)++] = (struct cost_part){ part_kind_of(text), text };
}

static size_t
cut_parts(struct slice text, struct cost_part parts[PARTS_MOST])
{
	size_t n = 0, from = 0;
	if (!text.n)
		return 0;
	for (size_t i = 0; i < text.n; i++) {
		struct slice rest = { text.p + i, text.n - i };
		size_t mark = strchr(";+,&", text.p[i]) ? 1 : slice_starts(rest, " and ") ? 5 : 0;
		if (!mark)
			continue;
		add_part(parts, &n, (struct slice){ text.p + from, i - from });
		from = i + mark;
		i = from - 1;
	}
	add_part(parts, &n, (struct slice){ text.p + from, text.n - from });
	return n;
}

size_t
row_parts(const struct plan_row *row, struct cost_part parts[PARTS_MOST])
{
	return cut_parts(row->text[TEXT_CONTAINS], parts);
}

/* How many of its parts there are, and how many of one kind. */
static size_t
count_parts(const struct plan_row *row, enum part_kind kind, size_t *of_kind)
{
	struct cost_part parts[PARTS_MOST];
	size_t n = row->text[TEXT_CONTAINS].n ? row_parts(row, parts)
					      : cut_parts(row->text[TEXT_ITEM], parts);
	*of_kind = 0;
	for (size_t i = 0; i < n; i++)
		*of_kind += parts[i].kind == kind;
	return n;
}

bool
line_has(const struct plan_row *row, enum part_kind kind)
{
	size_t of_kind;
	count_parts(row, kind, &of_kind);
	return of_kind > 0;
}

bool
line_is(const struct plan_row *row, enum part_kind kind)
{
	size_t of_kind, all = count_parts(row, kind, &of_kind);
	return all > 0 && of_kind == all;
}

bool
case_has(const struct plan_case *plan, enum part_kind kind)
{
	for (size_t i = 0; i < plan->rows_n; i++) {
		const struct plan_row *row = plan->rows[i];
		bool counts = row->kind == ROW_LOCAL ||
			      (row->kind == ROW_PLAN && row_amount(row, FIELD_MONTHLY));
		if (counts && line_has(row, kind))
			return true;
	}
	return false;
}

bool
part_same(const struct cost_part *a, const struct cost_part *b)
{
	if (a->kind != PART_OTHER || b->kind != PART_OTHER)
		return a->kind == b->kind;
	return a->text.n == b->text.n && slice_same_nocase(a->text.p, b->text.p, a->text.n);
}

struct bounds
row_cost(const struct plan_row *row)
{
	const struct amount *cost = row_amount(row, FIELD_COST),
			    *each = row_amount(row, FIELD_UNIT_PRICE),
			    *count = row_amount(row, FIELD_QUANTITY);
	if (cost)
		return amount_bounds(cost);
	if (!each)
		return bounds_of((double)NAN);
	return bounds_mul(amount_bounds(each), count ? amount_bounds(count) : bounds_of(1));
}

struct bounds
row_month(const struct plan_row *row, struct bounds days)
{
	struct bounds cost = row_cost(row);
	switch (row->per.what) {
	case PER_MONTH:
		return cost;
	case PER_DAY:
		return bounds_mul(cost, days);
	case PER_YEAR:
		return bounds_div(cost, bounds_of(12));
	case PER_ONCE:
	case PER_REQUESTS:
	case PER_TOKENS:
		break;
	}
	return bounds_of((double)NAN);
}

/* In a sum: a month's cost, or of the hardware what is paid once. */
static struct bounds
line_cost(const struct plan_row *row, struct bounds days)
{
	return row->per.what == PER_ONCE ? row_cost(row) : row_month(row, days);
}

void
total_lines(const struct plan_case *plan, size_t total, struct bounds days, struct lines_sum *out)
{
	*out = (struct lines_sum){ 0 };
	for (size_t i = 0; i < total; i++) {
		const struct plan_row *row = plan->rows[i];
		const struct amount *cost = row_amount(row, FIELD_COST);
		if (row->kind == ROW_TOTAL) {
			out->sum = bounds_of(0);
			out->kinds = 0;
			out->slack = 0;
			out->lines = out->open = 0;
		}
		struct bounds one =
			row_is_line(row) ? line_cost(row, days) : bounds_of((double)NAN);
		if (!bounds_known(one))
			continue;
		out->sum = bounds_add(out->sum, one);
		out->all = bounds_add(out->all, one);
		double slack = cost ? cost->high_slack : 0;
		out->slack += slack;
		out->all_slack += slack;
		out->kinds |= 1u << row->kind;
		out->lines++;
		out->all_lines++;
		out->open += cost && cost->open;
	}
}

struct bounds
case_lines(const struct plan_case *plan, enum row_kind kind, struct bounds days)
{
	struct bounds sum = { 0, 0 };
	size_t lines = 0;
	for (size_t i = 0; i < plan->rows_n; i++) {
		const struct plan_row *row = plan->rows[i];
		struct lines_sum group;
		if (row->kind == ROW_TOTAL && row_amount(row, FIELD_COST)) {
			total_lines(plan, i, days, &group);
			if (group.kinds == 1u << kind)
				return row_cost(row);
		}
		struct bounds one =
			row->kind == kind ? line_cost(row, days) : bounds_of((double)NAN);
		if (!bounds_known(one))
			continue;
		sum = bounds_add(sum, one);
		lines++;
	}
	return lines ? sum : bounds_of((double)NAN);
}
