/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan leaves out or cannot do: people, idle hours, the life of the hardware, time, memory.
 * */
#include "config.h"

#include <stdio.h>

#include "econ/lint-inside.h"

/* Months: what clouds give servers of their own; nobody's hardware is written off later. */
static const double life_most = 60;

static struct bounds
case_bounds(const struct linting *l, enum sheet_field field)
{
	const struct amount *amount = case_amount(l->plan, field, NULL);
	return amount ? amount_bounds(amount) : bounds_of((double)NAN);
}

/* The first row of the plan that states a result of running locally; NULL: none. */
static const struct plan_row *
stated_row(const struct plan_case *plan, enum sheet_field *which)
{
	static const enum sheet_field results[] = { STATED_BREAK_EVEN, STATED_YEAR_ONE,
		STATED_SAVING, STATED_SAVING_SHARE, STATED_TOTAL, STATED_LOCAL_MONTHLY,
		STATED_PER_1000, STATED_PER_MILLION, STATED_RATIO };
	for (size_t i = 0; i < HL_COUNT(results); i++) {
		const struct plan_row *row = NULL;
		if (case_amount(plan, results[i], &row)) {
			*which = results[i];
			return row;
		}
	}
	return NULL;
}

/* Does the sheet say what its running cost consists of?  A bare sum may contain anything. */
static bool
is_itemised(const struct linting *l)
{
	const struct plan_row *row = NULL;
	if (case_amount(l->plan, FIELD_MONTHLY, &row))
		return row->text[TEXT_CONTAINS].n > 0;
	return l->shown.local_known || bounds_known(case_bounds(l, FIELD_WATTS)) ||
	       bounds_known(l->shown.amortization);
}

/* An amount that only a default can give: "$140.00 (2 engineer-hours at $70)". */
static double
default_people(void)
{
	return figure_kinds[FIGURE_ENGINEER_HOURS].value.likely *
	       figure_kinds[FIGURE_ENGINEER_RATE].value.likely;
}

static void
check_people(struct linting *l)
{
	enum sheet_field field = STATED_TOTAL;
	const struct plan_row *row = stated_row(l->plan, &field);
	if (!row || !is_itemised(l) || case_has(l->plan, PART_PEOPLE) ||
		case_amount(l->plan, FIELD_ENGINEER_HOURS, NULL))
		return;
	const struct figure_kind *hours = &figure_kinds[FIGURE_ENGINEER_HOURS];
	const struct place place = { .line = row->line,
		.what = slice_of(sheet_fields[FIELD_ENGINEER_HOURS].name),
		.value = bounds_of(sheet_in_dollars(l) ? default_people() : (double)NAN) };
	if (!sheet_in_dollars(l)) {
		sheet_add(l, WRONG_PEOPLE, place, NULL,
			"no hours of work are in the running cost; we would assume %g to %g a "
			"month, %g most "
			"likely (say engineer_hours, 0 if nobody has to look after it)",
			hours->value.low, hours->value.high, hours->value.likely);
		return;
	}
	struct str right = STR_INIT, rest = STR_INIT;
	double people = default_people();
	sheet_money(l, &right, bounds_of(people));
	str_puts(&right, " a month more");
	struct bounds saving = bounds_sub(l->shown.of[STATED_SAVING], bounds_of(people));
	struct bounds months = break_even_of(l->shown.capex, saving);
	if (bounds_known(l->shown.capex) && bounds_known(saving) && l->shown.local_known) {
		str_puts(&rest, "; the break-even would then be ");
		if (bounds_known(months))
			amount_print(&rest, AMOUNT_MONTHS, months, "");
		else
			str_puts(&rest, "never");
	}
	sheet_add(l, WRONG_PEOPLE, place, &right,
		"no hours of work are in the running cost; we would assume %g to %g a month, %g "
		"most likely, "
		"at %g an hour%s (say engineer_hours, 0 if nobody has to look after it)",
		hours->value.low, hours->value.high, hours->value.likely,
		figure_kinds[FIGURE_ENGINEER_RATE].value.likely, str_text(&rest));
	str_free(&right);
	str_free(&rest);
}

/* What the hardware draws with a model loaded and nothing to do; NAN: not known. */
static double
catalogue_idle(const struct linting *l, struct slice *name)
{
	struct slice text = case_text(l->plan, TEXT_HARDWARE);
	struct err err;
	const char *rest;
	int units;
	if (!text.n || !l->ask->hardware)
		return (double)NAN;
	char word[128];
	snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(text));
	if (!units_cut(word, &units, &rest, &err))
		return (double)NAN;
	const struct hardware *hardware = hardware_find(l->ask->hardware, rest, &err);
	if (!hardware)
		return (double)NAN;
	*name = hardware->id;
	return hardware->idle_watts +
	       (isnan(hardware->context_watts) ? 0 : hardware->context_watts);
}

/* Power for some hours of the day, and not a word of the others. */
static void
check_idle(struct linting *l)
{
	const struct plan_row *row = NULL;
	const struct amount *watts = case_amount(l->plan, FIELD_WATTS, &row),
			    *hours = case_amount(l->plan, FIELD_HOURS, NULL);
	if (!watts || !hours || hours->high >= 24 || watts->high == 0 ||
		case_amount(l->plan, FIELD_IDLE_WATTS, NULL))
		return;
	struct slice name = SLICE("");
	double idle = catalogue_idle(l, &name);
	struct bounds off = bounds_sub(bounds_of(24), amount_bounds(hours)),
		      price = case_bounds(l, FIELD_ELECTRICITY), cost;
	struct str right = STR_INIT, free_hours = STR_INIT;
	amount_print(&free_hours, AMOUNT_HOURS, off, "");
	cost = bounds_mul(
		bounds_mul(off, l->shown.on_days), bounds_mul(bounds_of(idle / 1000), price));
	cost = bounds_mul(cost, bounds_or(case_bounds(l, FIELD_UNITS), bounds_of(1)));
	if (bounds_known(cost)) {
		sheet_money(l, &right, cost);
		str_puts(&right, " a month more");
	} else {
		str_puts(&right, "idle_watts has to be said");
	}
	struct place place = place_of(row, FIELD_WATTS);
	place.value = cost;
	if (isnan(idle))
		sheet_add(l, WRONG_IDLE, place, &right,
			"power is counted for " SLICE_FMT
			" hours a day only; for the other %s the machine draws what it does with a "
			"model loaded "
			"(say idle_watts, 0 if it is switched off)",
			SLICE_ARG(hours->text), str_text(&free_hours));
	else
		sheet_add(l, WRONG_IDLE, place, &right,
			"power is counted for " SLICE_FMT
			" hours a day only; for the other %s " SLICE_FMT
			" draws %.0f W with a model loaded (say idle_watts, 0 if it is switched "
			"off)",
			SLICE_ARG(hours->text), str_text(&free_hours), SLICE_ARG(name), idle);
	str_free(&right);
	str_free(&free_hours);
}

static void
check_life(struct linting *l)
{
	const struct plan_row *row = NULL;
	const struct amount *stated = case_amount(l->plan, STATED_BREAK_EVEN, &row),
			    *life = case_amount(l->plan, FIELD_LIFE, NULL);
	double longest = life ? life->high : life_most;
	if (!stated || !amount_is_above(stated, bounds_of(longest)))
		return;
	struct str right = STR_INIT, months = STR_INIT;
	str_puts(&right, "never");
	str_printf(&months, "%g months", longest);
	sheet_add(l, WRONG_LIFE, place_of(row, STATED_BREAK_EVEN), &right,
		SLICE_FMT
		" months are more than the %s that the hardware is used%s: it does not pay for "
		"itself",
		SLICE_ARG(stated->text), str_text(&months),
		life ? "" : ", at the longest that we would assume (say life_months)");
	str_free(&right);
	str_free(&months);
}

/* More hours of work than a day has, or than the machine is on. */
static void
check_time(struct linting *l)
{
	const struct plan_row *row = NULL;
	struct bounds work = l->shown.work_hours, on = case_bounds(l, FIELD_HOURS);
	double most = bounds_known(on) ? on.high : 24;
	if (!bounds_known(work) || work.low <= most * 1.005)
		return;
	case_amount(l->plan, FIELD_SPEED, &row);
	struct str right = STR_INIT, speed = STR_INIT;
	amount_print(&right, AMOUNT_HOURS, work, "");
	amount_print(
		&speed, AMOUNT_RATIO, (struct bounds){ work.low / most, work.high / most }, "");
	struct place place = place_of(row, FIELD_SPEED);
	place.value = work;
	str_puts(&right, " of work a day");
	sheet_add(l, WRONG_INFEASIBLE, place, &right,
		"it takes %s, and a day of this hardware has %g h: it would have to be %s as "
		"fast%s",
		str_text(&right), most, str_text(&speed),
		bounds_known(case_bounds(l, FIELD_PREFILL)) ? ""
							    : ", even if prompts took no time");
	str_free(&right);
	str_free(&speed);
}

/* The hardware of a case: from the catalogue, or of so many gigabytes, all of which may be used. */
static bool
find_memory(struct linting *l, struct hardware *made, const struct hardware **hardware, int *units)
{
	const struct amount *memory = case_amount(l->plan, FIELD_MEMORY, NULL);
	struct slice name = case_text(l->plan, TEXT_HARDWARE);
	struct err err;
	const char *rest;
	char word[128];
	*units = 1;
	if (memory) {
		*made = (struct hardware){ .id = slice_printf(
						   &l->out->arena, "%g GB", memory->high),
			.memory_gb = memory->high,
			.usable_share = 1 };
		*hardware = made;
		return true;
	}
	if (!name.n || !l->ask->hardware)
		return false;
	const struct amount *count = case_amount(l->plan, FIELD_UNITS, NULL);
	snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(name));
	if (!units_cut(word, units, &rest, &err))
		rest = word;
	if (*units == 1 && count && count->low >= 1 && count->low <= UNITS_MOST)
		*units = (int)count->low;
	*hardware = hardware_find(l->ask->hardware, rest, &err);
	if (!*hardware)
		sheet_note(l, "Case " SLICE_FMT ": %s; whether the model fits was not checked.",
			SLICE_ARG(l->plan->name), err.text);
	return *hardware != NULL;
}

static void
check_memory(struct linting *l)
{
	struct slice name = case_text(l->plan, TEXT_MODEL), quant = case_text(l->plan, TEXT_QUANT);
	struct fit_question question = { .quant = QUANT_Q4_K_M, .context = 1, .concurrency = 1 };
	struct hardware made;
	struct err err;
	char word[128];
	if (!name.n || !l->ask->models ||
		!find_memory(l, &made, &question.hardware, &question.units))
		return;
	snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(name));
	question.model = local_model_find(l->ask->models, word, &err);
	snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(quant));
	if (!question.model || (quant.n && !quant_parse(word, &question.quant, &err))) {
		sheet_note(l, "Case " SLICE_FMT ": %s; whether the model fits was not checked.",
			SLICE_ARG(l->plan->name), err.text);
		return;
	}
	struct bounds context = bounds_or(case_bounds(l, FIELD_CONTEXT),
			      bounds_add(case_bounds(l, FIELD_INPUT_TOKENS),
				      case_bounds(l, FIELD_OUTPUT_TOKENS))),
		      many = case_bounds(l, FIELD_CONCURRENCY);
	question.context = bounds_known(context) && context.high >= 1 ? (int64_t)context.high : 1;
	question.concurrency = bounds_known(many) ? (int)many.high : 1;
	struct fit fit;
	fit_of(&question, &fit);
	if (fit.answer == FIT_YES || fit.answer == FIT_NO_FILE)
		return;
	const struct plan_row *row = l->plan->rows[0];
	for (size_t i = 0; i < l->plan->rows_n; i++)
		if (l->plan->rows[i]->text[TEXT_MODEL].n) {
			row = l->plan->rows[i];
			break;
		}
	struct str why = STR_INIT, right = STR_INIT;
	if (fit.weights_gb > fit.usable_gb)
		str_printf(&why,
			SLICE_FMT " in %s has %.1f GB of weights alone, and there are %.4g GB",
			SLICE_ARG(question.model->id), quant_names[question.quant], fit.weights_gb,
			fit.usable_gb);
	else
		fit_refusal(&why, &question, &fit);
	str_printf(&right, "%.1f GB", fit.needed_gb);
	const struct place place = { .line = row->line,
		.what = SLICE("model"),
		.stated = name,
		.value = bounds_of(fit.needed_gb) };
	sheet_add(l, WRONG_INFEASIBLE, place, &right, "%s", str_text(&why));
	str_free(&why);
	str_free(&right);
}

static bool
same_amount(const struct amount *a, const struct amount *b)
{
	return a->never == b->never &&
	       (a->never || amount_adds_up(a, amount_bounds(b), fmax(b->low_slack, b->high_slack)));
}

/* One input, two values. */
static void
check_again(struct linting *l, const struct plan_row *row, const struct row_amount *one)
{
	const struct plan_row *first = NULL;
	const struct amount *other = case_amount(l->plan, one->field, &first);
	if (first == row || same_amount(other, &one->amount))
		return;
	struct place place = place_of(row, one->field);
	sheet_add(l, WRONG_CONTRADICTION, place, NULL,
		"stated as " SLICE_FMT " here and as " SLICE_FMT " in line %lld",
		SLICE_ARG(one->amount.text), SLICE_ARG(other->text), (long long)first->line);
}

/* A plan whose own example its own threshold would leave at the API. */
static void
check_threshold(struct linting *l, const struct plan_row *row, const struct amount *threshold)
{
	if (!bounds_known(l->wide.before) || !bounds_known(l->wide.capex) ||
		!amount_is_above(threshold, l->wide.before))
		return;
	struct str right = STR_INIT;
	sheet_money(l, &right, l->shown.before);
	struct place place = place_of(row, FIELD_THRESHOLD);
	place.value = l->shown.before;
	sheet_add(l, WRONG_CONTRADICTION, place, &right,
		"hardware is called worth it from " SLICE_FMT
		" a month on, but the API of this case costs %s",
		SLICE_ARG(threshold->text), str_text(&right));
	str_free(&right);
}

static void
check_inputs(struct linting *l)
{
	for (size_t i = 0; i < l->plan->rows_n; i++) {
		const struct plan_row *row = l->plan->rows[i];
		for (size_t k = 0; k < row->amounts_n && row->kind == ROW_PLAN; k++) {
			if (row->amounts[k].field < FIELD_STATED)
				check_again(l, row, &row->amounts[k]);
			if (row->amounts[k].field == FIELD_THRESHOLD)
				check_threshold(l, row, &row->amounts[k].amount);
		}
	}
}

/* Utilization as an input is a result, where the work and the speed are there. */
static void
check_utilization(struct linting *l)
{
	const struct plan_row *row = NULL;
	const struct amount *stated = case_amount(l->plan, FIELD_UTILIZATION, &row);
	if (!stated || !bounds_known(l->wide.of[STATED_UTILIZATION]) ||
		amount_meets(stated, l->wide.of[STATED_UTILIZATION]))
		return;
	struct str right = STR_INIT, hours = STR_INIT;
	amount_print(&right, AMOUNT_SHARE, l->shown.of[STATED_UTILIZATION], "");
	amount_print(&hours, AMOUNT_HOURS, l->shown.work_hours, "");
	struct place place = place_of(row, FIELD_UTILIZATION);
	place.value = l->shown.of[STATED_UTILIZATION];
	sheet_add(l,
		amount_is_above(stated, l->wide.of[STATED_UTILIZATION]) ? WRONG_CAPACITY
									: WRONG_RESULT,
		place, &right, "the requests take %s a day at that speed, which is %s of it",
		str_text(&hours), str_text(&right));
	str_free(&right);
	str_free(&hours);
}

/* The hardware is in the running cost, and nobody can tell with how much. */
static void
check_double(struct linting *l)
{
	const struct plan_row *row = NULL;
	const struct amount *stated = case_amount(l->plan, STATED_BREAK_EVEN, &row);
	if (!stated)
		stated = case_amount(l->plan, STATED_YEAR_ONE, &row);
	if (!stated || stated->never || !case_has(l->plan, PART_AMORTIZATION) ||
		!bounds_known(l->shown.capex) || l->shown.capex.high <= 0 ||
		bounds_known(l->shown.amortization))
		return;
	sheet_add(l, WRONG_DOUBLE_COUNT,
		place_of(row,
			row_amount(row, STATED_BREAK_EVEN) ? STATED_BREAK_EVEN : STATED_YEAR_ONE),
		NULL,
		"the running cost is said to contain the hardware, which capex counts already (say "
		"life_months, so that it can be taken out)");
}

void
sheet_lint_plans(struct linting *l)
{
	check_double(l);
	check_people(l);
	check_idle(l);
	check_life(l);
	check_time(l);
	check_memory(l);
	check_inputs(l);
	check_utilization(l);
}
