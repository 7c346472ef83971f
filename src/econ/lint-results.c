/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stated results beside what the inputs come to; and of those that are off, which wrong way leads
 * there. */
#include "config.h"

#include "econ/lint-inside.h"

/* The worlds that are tried, and what each is called; last the one that is met by chance most
 * easily. */
static const struct {
	enum world world;
	enum wrong wrong;
	const char *why;
} ways[] = {
	{ WORLD_AMORTIZED, WRONG_DOUBLE_COUNT,
		"comes out only if the hardware is paid for twice, as capex and as amortization in "
		"the "
		"running cost" },
	{ WORLD_MEAN_PRICE, WRONG_MEAN,
		"comes out only if every token costs the mean of the input and the output price" },
	{ WORLD_CAPACITY, WRONG_CAPACITY,
		"comes out only if the hardware works at full speed day and night; the saving is "
		"in what "
		"is asked of it" },
	{ WORLD_TWICE, WRONG_TWICE,
		"comes out only if a part is added that the running cost is said to contain "
		"already" },
	{ WORLD_NO_PEOPLE, WRONG_PEOPLE,
		"comes out only if the hours of work that the sheet has are not paid" },
	{ WORLD_IDLE_FREE, WRONG_IDLE,
		"comes out only if the hardware costs nothing while it waits for work" },
};

static bool
differs(struct bounds a, struct bounds b)
{
	return fabs(a.low - b.low) > 1e-6 * fabs(b.low) ||
	       fabs(a.high - b.high) > 1e-6 * fabs(b.high) || bounds_known(a) != bounds_known(b);
}

/* The wrong way that leads to what is stated; HL_COUNT(ways): none that is known. */
static size_t
find_way(const struct linting *l, const struct amount *stated, enum sheet_field field)
{
	for (size_t i = 0; i < HL_COUNT(ways); i++) {
		struct worked other;
		sheet_world(l, ways[i].world, true, &other);
		if (differs(other.of[field], l->wide.of[field]) &&
			amount_meets(stated, other.of[field]))
			return i;
	}
	return HL_COUNT(ways);
}

static bool
is_one_sided(const struct linting *l, enum sheet_field field)
{
	return l->shown.at_full_speed &&
	       (field == STATED_PER_1000 || field == STATED_PER_MILLION || field == STATED_RATIO);
}

/* At full speed a request costs no more than it has to: what is stated may be more, not less. */
static bool
meets(const struct linting *l, const struct amount *stated, enum sheet_field field)
{
	struct bounds found = l->wide.of[field];
	if (is_one_sided(l, field))
		return field == STATED_RATIO ? !amount_is_above(stated, found)
					     : !amount_is_below(stated, found);
	return amount_meets(stated, found);
}

static void
print_right(const struct linting *l, enum sheet_field field, struct str *out)
{
	if (!bounds_known(l->shown.of[field])) {
		str_puts(out, "not known: no requests are stated");
		return;
	}
	amount_print(out, sheet_fields[field].unit, l->shown.of[field], l->plan->currency);
	if (is_one_sided(l, field))
		str_puts(out, field == STATED_RATIO ? " at most" : " at least");
}

/* What the share that stays would have to cost, where only a share of the requests moves. */
static void
print_moved(const struct linting *l, const struct amount *stated, struct str *out)
{
	const struct amount *moved = case_amount(l->plan, FIELD_MOVED, NULL);
	if (!moved || !bounds_known(l->shown.before) || moved->high >= 1)
		return;
	str_puts(out, "; the requests that stay would have to cost ");
	amount_print(out, AMOUNT_SHARE,
		(struct bounds){ stated->low / (l->shown.before.high * (1 - moved->low)),
			stated->high / (l->shown.before.low * (1 - moved->high)) },
		"");
	str_puts(out, " of an average one, with nothing left for running the rest");
}

/* By the prices and the demand of the sheet, whatever it says the API costs. */
bool
sheet_explain(struct linting *l, const struct plan_row *row, enum sheet_field field,
	enum sheet_field result)
{
	const struct amount *stated = row_amount(row, field);
	size_t way = find_way(l, stated, result);
	if (way == HL_COUNT(ways))
		return false;
	struct str right = STR_INIT;
	struct place place = place_of(row, field);
	place.value = l->shown.listed;
	sheet_money(l, &right, l->shown.listed);
	sheet_add(l, ways[way].wrong, place, &right, SLICE_FMT " %s; it is %s",
		SLICE_ARG(stated->text), ways[way].why, str_text(&right));
	str_free(&right);
	return true;
}

static void
add_result(struct linting *l, const struct plan_row *row, enum sheet_field field,
	const struct amount *stated)
{
	struct str right = STR_INIT, formula = STR_INIT;
	size_t way = find_way(l, stated, field);
	print_right(l, field, &right);
	sheet_formula(l, field, &formula);
	if (field == STATED_TOTAL || field == STATED_API_MONTHLY)
		print_moved(l, stated, &formula);
	struct place place = place_of(row, field);
	place.value = l->shown.of[field];
	if (way < HL_COUNT(ways))
		sheet_add(l, ways[way].wrong, place, &right, SLICE_FMT " %s; it is %s: %s",
			SLICE_ARG(stated->text), ways[way].why, str_text(&right),
			str_text(&formula));
	else
		sheet_add(l, WRONG_RESULT, place, &right,
			SLICE_FMT " does not follow from the sheet's own inputs; it is %s: %s",
			SLICE_ARG(stated->text), str_text(&right), str_text(&formula));
	str_free(&right);
	str_free(&formula);
}

/* An API cost that is worked out by list prices is a claim about them. */
static bool
check_listed(struct linting *l, const struct plan_row *row, const struct amount *stated)
{
	bool listed = bounds_known(l->wide.listed) &&
		      !case_amount(l->plan, FIELD_INPUT_PRICE, NULL) &&
		      !differs(l->wide.listed, l->wide.before);
	bool below = amount_is_below(stated, l->wide.listed);
	if (!listed || (!below && !amount_is_above(stated, l->wide.listed)) ||
		find_way(l, stated, STATED_API_MONTHLY) < HL_COUNT(ways))
		return false;
	struct str right = STR_INIT;
	sheet_money(l, &right, l->shown.listed);
	struct place place = place_of(row, STATED_API_MONTHLY);
	place.value = l->shown.listed;
	sheet_add(l, below ? WRONG_BELOW_LIST : WRONG_ABOVE_LIST, place, &right,
		SLICE_FMT " is %s than the list price of these tokens at " SLICE_FMT ", %s",
		SLICE_ARG(stated->text), below ? "less" : "more", SLICE_ARG(l->wide.rates.model),
		str_text(&right));
	str_free(&right);
	return true;
}

/* 1 - quality, as if what is replaced were perfect. */
static bool
check_baseline(struct linting *l, const struct plan_row *row, const struct amount *stated)
{
	const struct amount *own = case_amount(l->plan, FIELD_QUALITY, NULL),
			    *theirs = case_amount(l->plan, FIELD_API_QUALITY, NULL);
	if (!own || !theirs || !amount_meets(stated, bounds_sub(bounds_of(1), amount_bounds(own))))
		return false;
	struct str right = STR_INIT;
	print_right(l, STATED_QUALITY_LOSS, &right);
	struct place place = place_of(row, STATED_QUALITY_LOSS);
	place.value = l->shown.of[STATED_QUALITY_LOSS];
	sheet_add(l, WRONG_BASELINE, place, &right,
		SLICE_FMT
		" lower than a score of 1, which is not what is replaced: beside the " SLICE_FMT
		" of the API's model it is %s lower",
		SLICE_ARG(stated->text), SLICE_ARG(theirs->text), str_text(&right));
	str_free(&right);
	return true;
}

/* Never: there is no saving, or only after the hardware's life. */
static bool
is_never(const struct worked *w)
{
	struct bounds saving = w->of[STATED_SAVING], found = w->of[STATED_BREAK_EVEN];
	return (bounds_known(saving) && saving.low <= 0) ||
	       (bounds_known(w->life) && found.high > w->life.low);
}

/* A result whose inputs are not all there is neither right nor wrong. */
static void
note_unchecked(struct linting *l, const struct plan_row *row, enum sheet_field field)
{
	sheet_note(l,
		"Line %lld: %s was not checked: the sheet does not say, or not in one currency, "
		"all that it follows from.",
		(long long)row->line, sheet_fields[field].name);
}

static void
check_break_even(struct linting *l, const struct plan_row *row, const struct amount *stated)
{
	const struct worked *w = &l->wide;
	bool saves = bounds_known(w->of[STATED_BREAK_EVEN]);
	bool known = saves || (bounds_known(w->of[STATED_SAVING]) && bounds_known(w->capex));
	struct str right = STR_INIT, formula = STR_INIT;
	if (!known || (stated->never && is_never(w))) {
		if (find_way(l, stated, STATED_BREAK_EVEN) < HL_COUNT(ways) && !stated->never)
			add_result(l, row, STATED_BREAK_EVEN, stated);
		else if (!known && !(stated->never && is_never(w)))
			note_unchecked(l, row, STATED_BREAK_EVEN);
	} else if (stated->never) {
		print_right(l, STATED_BREAK_EVEN, &right);
		sheet_formula(l, STATED_BREAK_EVEN, &formula);
		struct place place = place_of(row, STATED_BREAK_EVEN);
		place.value = w->of[STATED_BREAK_EVEN];
		sheet_add(l, WRONG_RESULT, place, &right, "it does pay for itself, in %s: %s",
			str_text(&right), str_text(&formula));
	} else if (!saves) {
		str_puts(&right, "never");
		sheet_formula(l, STATED_SAVING, &formula);
		sheet_add(l, WRONG_RESULT, place_of(row, STATED_BREAK_EVEN), &right,
			"it never pays for itself: %s leaves nothing", str_text(&formula));
	} else if (!meets(l, stated, STATED_BREAK_EVEN)) {
		add_result(l, row, STATED_BREAK_EVEN, stated);
	}
	str_free(&right);
	str_free(&formula);
}

static void
check_stated(struct linting *l, const struct plan_row *row, const struct row_amount *one)
{
	enum sheet_field field = one->field;
	const struct amount *stated = &one->amount;
	if (field == STATED_BREAK_EVEN) {
		check_break_even(l, row, stated);
		return;
	}
	bool known = bounds_known(l->wide.of[field]);
	if (!known && find_way(l, stated, field) == HL_COUNT(ways)) {
		note_unchecked(l, row, field);
		return;
	}
	if (known && meets(l, stated, field))
		return;
	if (field == STATED_API_MONTHLY && check_listed(l, row, stated))
		return;
	if (field == STATED_QUALITY_LOSS && check_baseline(l, row, stated))
		return;
	add_result(l, row, field, stated);
}

void
sheet_lint_results(struct linting *l)
{
	for (size_t i = 0; i < l->plan->rows_n; i++) {
		const struct plan_row *row = l->plan->rows[i];
		for (size_t k = 0; k < row->amounts_n && row->kind == ROW_PLAN; k++)
			if (row->amounts[k].field >= FIELD_STATED)
				check_stated(l, row, &row->amounts[k]);
	}
}
