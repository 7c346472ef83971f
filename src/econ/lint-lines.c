/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of cost tables: sums, products, what a cost is said to contain, and lines that are
 * there twice. */
#include "config.h"

#include "econ/lint-inside.h"

/* What a total should be; and, where lines are open ("50+"), what they would have to be. */
static void
check_total(struct linting *l, size_t index)
{
	const struct plan_row *row = l->plan->rows[index];
	const struct amount *cost = row_amount(row, FIELD_COST);
	struct lines_sum sum;
	total_lines(l->plan, index, l->wide.days, &sum);
	if (!cost || (!sum.lines && !sum.all_lines))
		return;
	if (!sum.lines) {
		sum.sum = sum.all;
		sum.slack = sum.all_slack;
		sum.lines = sum.all_lines;
	}
	if (amount_adds_up(cost, sum.sum, sum.slack) ||
		amount_adds_up(cost, sum.all, sum.all_slack))
		return;
	struct str right = STR_INIT, gap = STR_INIT;
	sheet_money(l, &right, sum.sum);
	struct bounds off = bounds_sub(amount_bounds(cost), sum.sum);
	bool more = off.low > 0;
	sheet_money(l, &gap, more ? off : bounds_sub(sum.sum, amount_bounds(cost)));
	struct place place = place_of(row, FIELD_COST);
	place.value = sum.sum;
	sheet_add(l, WRONG_SUM, place, &right,
		"the %zu line%s above come%s to %s%s; the total says " SLICE_FMT ", which is %s %s",
		sum.lines, sum.lines == 1 ? "" : "s", sum.lines == 1 ? "s" : "", str_text(&right),
		sum.open ? ", with what is marked + at up to twice that" : "",
		SLICE_ARG(cost->text), str_text(&gap), more ? "more" : "less");
	str_free(&right);
	str_free(&gap);
}

static void
check_product(struct linting *l, const struct plan_row *row)
{
	const struct amount *cost = row_amount(row, FIELD_COST),
			    *each = row_amount(row, FIELD_UNIT_PRICE),
			    *count = row_amount(row, FIELD_QUANTITY);
	if (!cost || !each || !count)
		return;
	struct bounds product = bounds_mul(amount_bounds(each), amount_bounds(count));
	double slack = each->high_slack * count->high;
	if (each->high_slack >= 0.5) /* "$1600" is a price, not a rounded one */
		slack = each->about ? slack : 0;
	if (amount_adds_up(cost, product, slack))
		return;
	struct str right = STR_INIT;
	sheet_money(l, &right, product);
	struct place place = place_of(row, FIELD_COST);
	place.value = product;
	sheet_add(l, WRONG_SUM, place, &right,
		SLICE_FMT " times " SLICE_FMT " is %s, not " SLICE_FMT, SLICE_ARG(count->text),
		SLICE_ARG(each->text), str_text(&right), SLICE_ARG(cost->text));
	str_free(&right);
}

/* A figure of the plan beside the lines that it should be the sum of. */
static void
check_field(struct linting *l, enum sheet_field field, enum row_kind kind)
{
	const struct plan_row *row = NULL;
	const struct amount *stated = case_amount(l->plan, field, &row);
	struct bounds lines = case_lines(l->plan, kind, l->wide.days);
	if (!stated || !bounds_known(lines) || amount_adds_up(stated, lines, 0))
		return;
	struct str right = STR_INIT;
	sheet_money(l, &right, lines);
	struct place place = place_of(row, field);
	place.value = lines;
	sheet_add(l, WRONG_SUM, place, &right,
		"the lines of kind %s say %s, the plan says " SLICE_FMT, row_kinds[kind],
		str_text(&right), SLICE_ARG(stated->text));
	str_free(&right);
}

static bool
is_called(const struct plan_row *row, struct slice name)
{
	struct slice item = row->text[TEXT_ITEM];
	return name.n && item.n == name.n && slice_same_nocase(item.p, name.p, name.n);
}

/* The one line that is called so: of the same case, else of the whole file.  NULL: none, or
 * several. */
static const struct plan_row *
find_item(const struct linting *l, struct slice name, const struct plan_row * not )
{
	const struct plan_row *found = NULL;
	size_t times = 0;
	for (size_t i = 0; i < l->plan->rows_n; i++)
		if (l->plan->rows[i] != not &&row_is_line(l->plan->rows[i]) &&
			is_called(l->plan->rows[i], name))
			return l->plan->rows[i];
	for (size_t i = 0; i < l->file->cases_n; i++)
		for (size_t k = 0; k < l->file->cases[i].rows_n; k++) {
			const struct plan_row *row = l->file->cases[i].rows[k];
			if (row == not || !row_is_line(row) || !is_called(row, name))
				continue;
			found = row;
			times++;
		}
	return times == 1 ? found : NULL;
}

/* A cost that is said to contain other lines of the sheet. */
static void
check_items(struct linting *l, const struct plan_row *row, enum sheet_field field)
{
	struct cost_part parts[PARTS_MOST];
	size_t n = row_parts(row, parts), found = 0;
	const struct amount *stated = row_amount(row, field);
	struct bounds sum = { 0, 0 };
	double slack = 0;
	for (size_t i = 0; i < n && stated; i++) {
		const struct plan_row *other =
			is_called(row, parts[i].text) ? NULL : find_item(l, parts[i].text, row);
		struct bounds one = other ? row_month(other, l->wide.days) : bounds_of((double)NAN);
		if (!bounds_known(one))
			continue;
		const struct amount *cost = row_amount(other, FIELD_COST);
		slack += cost ? cost->high_slack : 0;
		sum = bounds_add(sum, one);
		found++;
	}
	if (!found || amount_adds_up(stated, sum, slack) ||
		(found < n && !amount_is_below(stated, sum)))
		return;
	struct str right = STR_INIT, gap = STR_INIT;
	struct bounds off = bounds_sub(amount_bounds(stated), sum);
	sheet_money(l, &right, sum);
	sheet_money(l, &gap, off.low > 0 ? off : bounds_sub(sum, amount_bounds(stated)));
	struct place place = place_of(row, field);
	place.value = sum;
	sheet_add(l, WRONG_SUM, place, &right,
		"said to contain " SLICE_FMT ", which come%s to %s elsewhere in the sheet; %s %s",
		SLICE_ARG(row->text[TEXT_CONTAINS]), found == 1 ? "s" : "", str_text(&right),
		str_text(&gap), off.low > 0 ? "is not explained" : "is missing");
	str_free(&right);
	str_free(&gap);
}

/* What the case itself says a part costs a month; NAN: it does not say. */
static struct bounds
part_cost(const struct worked *w, enum part_kind kind)
{
	switch (kind) {
	case PART_POWER:
		return w->energy;
	case PART_AMORTIZATION:
		return w->amortization;
	case PART_PEOPLE:
		return w->people;
	case PART_MAINTENANCE:
	case PART_HOSTING:
	case PART_COOLING:
	case PART_FALLBACK:
	case PART_OTHER:
		break;
	}
	return bounds_of((double)NAN);
}

/* A cost beside the parts that the sheet's own figures give: power by watts, hardware by its life,
 * … */
static void
check_parts(struct linting *l, const struct plan_row *row, enum sheet_field field)
{
	struct cost_part parts[PARTS_MOST];
	size_t n = row_parts(row, parts), known = 0;
	const struct amount *stated = row_amount(row, field);
	struct bounds wide = { 0, 0 }, shown = { 0, 0 };
	struct str list = STR_INIT, right = STR_INIT;
	for (size_t i = 0; i < n && stated; i++) {
		struct bounds one = part_cost(&l->wide, parts[i].kind);
		if (!bounds_known(one))
			continue;
		wide = bounds_add(wide, one);
		shown = bounds_add(shown, part_cost(&l->shown, parts[i].kind));
		str_printf(&list, "%s" SLICE_FMT, known ? " and " : "", SLICE_ARG(parts[i].text));
		known++;
	}
	bool less = known && amount_is_below(stated, wide);
	bool more = known && known == n && amount_is_above(stated, wide);
	if (less || more) {
		sheet_money(l, &right, shown);
		struct place place = place_of(row, field);
		place.value = shown;
		sheet_add(l, WRONG_PARTS, place, &right,
			SLICE_FMT " is said to contain " SLICE_FMT
				  ", but %s %s %s by the sheet's own figures",
			SLICE_ARG(stated->text), SLICE_ARG(row->text[TEXT_CONTAINS]),
			str_text(&list), known == 1 ? "alone is" : "together are",
			str_text(&right));
	}
	str_free(&list);
	str_free(&right);
}

/* Running costs, what is left at the API among them: where the same part must not be twice. */
static bool
is_running(const struct plan_row *row)
{
	return row->kind == ROW_API_LEFT || row->kind == ROW_LOCAL ||
	       (row->kind == ROW_PLAN &&
		       (row_amount(row, FIELD_MONTHLY) || row_amount(row, FIELD_REMAINING_API)));
}

/* "fallback" and "cloud fallback"; not "power 1" and "power 10" */
static bool
says_same(const struct cost_part *a, const struct cost_part *b)
{
	if (!part_same(a, b))
		return false;
	const struct slice longer = a->text.n > b->text.n ? a->text : b->text,
			   other = a->text.n > b->text.n ? b->text : a->text;
	for (size_t i = 0; i + other.n <= longer.n; i++) {
		size_t end = i + other.n;
		if ((i == 0 || longer.p[i - 1] == ' ') &&
			(end == longer.n || longer.p[end] == ' ') &&
			slice_same_nocase(longer.p + i, other.p, other.n))
			return true;
	}
	return false;
}

/* The parts of each row of a case, cut once; none of rows that are no running cost. */
struct row_cut {
	struct cost_part *parts;
	size_t n;
};

static const struct row_cut *
cut_rows(struct linting *l)
{
	struct arena *arena = &l->out->arena;
	struct row_cut *cuts = arena_take(arena, l->plan->rows_n * sizeof(*cuts));
	for (size_t i = 0; i < l->plan->rows_n; i++) {
		struct cost_part parts[PARTS_MOST];
		if (!is_running(l->plan->rows[i]))
			continue;
		cuts[i].n = row_parts(l->plan->rows[i], parts);
		cuts[i].parts = arena_take(arena, cuts[i].n * sizeof(*parts) + 1);
		memcpy(cuts[i].parts, parts, cuts[i].n * sizeof(*parts));
	}
	return cuts;
}

static const struct cost_part *
shared_part(const struct row_cut *ours, const struct row_cut *theirs)
{
	for (size_t i = 0; i < ours->n; i++)
		for (size_t k = 0; k < theirs->n; k++)
			if (says_same(&ours->parts[i], &theirs->parts[k]))
				return &ours->parts[i];
	return NULL;
}

static void
add_shared(struct linting *l, const struct plan_row *row, const struct plan_row *other,
	const struct cost_part *part)
{
	enum sheet_text name = other->text[TEXT_ITEM].n ? TEXT_ITEM : TEXT_CONTAINS;
	struct place place = place_of(row, row->kind == ROW_PLAN ? FIELD_MONTHLY : FIELD_COST);
	sheet_add(l, WRONG_TWICE, place, NULL,
		SLICE_FMT " is in here and in line %lld (" SLICE_FMT
			  ") too; it may be in one of them only",
		SLICE_ARG(part->text), (long long)other->line, SLICE_ARG(other->text[name]));
}

/* A running cost of the plan is that of its lines, told again. */
static bool
tells_again(const struct plan_row *a, const struct plan_row *b)
{
	return (a->kind == ROW_PLAN && b->kind == ROW_LOCAL) ||
	       (a->kind == ROW_LOCAL && b->kind == ROW_PLAN);
}

/* The same line again; of hardware there may be two of a kind. */
static bool
is_repeated(const struct plan_row *row, const struct plan_row *other)
{
	if (row->kind != other->kind || !row_is_line(row) || row->kind == ROW_HARDWARE ||
		!is_called(other, row->text[TEXT_ITEM]))
		return false;
	struct bounds x = row_cost(row), y = row_cost(other);
	return x.low == y.low && x.high == y.high;
}

static void
check_twice(struct linting *l, const struct row_cut *cuts, size_t index)
{
	const struct plan_row *row = l->plan->rows[index];
	for (size_t i = 0; i < index; i++) {
		const struct plan_row *other = l->plan->rows[i];
		if (is_repeated(row, other)) {
			sheet_add(l, WRONG_TWICE, place_of(row, FIELD_COST), NULL,
				"the same line as %lld, with the same cost",
				(long long)other->line);
			return;
		}
		const struct cost_part *part =
			tells_again(row, other) ? NULL : shared_part(&cuts[index], &cuts[i]);
		if (part) {
			add_shared(l, row, other, part);
			return;
		}
	}
}

void
sheet_lint_lines(struct linting *l)
{
	const struct row_cut *cuts = cut_rows(l);
	for (size_t i = 0; i < l->plan->rows_n; i++) {
		const struct plan_row *row = l->plan->rows[i];
		enum sheet_field field = row->kind == ROW_PLAN ? FIELD_MONTHLY : FIELD_COST;
		if (row->kind == ROW_TOTAL)
			check_total(l, i);
		if (row_is_line(row))
			check_product(l, row);
		check_items(l, row, field);
		check_parts(l, row, field);
		check_twice(l, cuts, i);
	}
	check_field(l, FIELD_CAPEX, ROW_HARDWARE);
	check_field(l, FIELD_MONTHLY, ROW_LOCAL);
	check_field(l, FIELD_API_MONTHLY, ROW_API_NOW);
	check_field(l, FIELD_REMAINING_API, ROW_API_LEFT);
}
