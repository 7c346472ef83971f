/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/planned.h"

#include <stdio.h>

#define FROM_SHEET "the plan file"

/* A range of the sheet is a forecast, the middle of which is the most likely. */
static struct estimate
estimate_from(struct bounds bounds)
{
	return (struct estimate){ bounds.low, (bounds.low + bounds.high) / 2, bounds.high };
}

struct filling {
	const struct plan_file *file;
	const struct plan_case *plan;
	const struct plan_row *row; /* the first: where an error is said to be */
	struct figures *figures;
};

static bool
put(const struct filling *f, enum figure figure, struct bounds bounds, struct err *err)
{
	if (!bounds_known(bounds))
		return true;
	struct estimate value = estimate_from(bounds);
	if (figure_kinds[figure].shape == FIGURE_WHOLE)
		value = (struct estimate){ round(value.low), round(value.likely),
			round(value.high) };
	if (!figure_check(figure, value, err))
		return err_wrap(err, "%s:%lld", f->file->name, (long long)f->row->line);
	figures_put(f->figures, figure, value, FROM_SHEET);
	return true;
}

static struct bounds
get(const struct filling *f, enum sheet_field field)
{
	const struct amount *amount = case_amount(f->plan, field, NULL);
	return amount ? amount_bounds(amount) : bounds_of((double)NAN);
}

/* What the catalogue knows of named hardware and the case does not say. */
static void
put_catalogue(const struct filling *f, const struct plan_ask *ask)
{
	struct slice name = case_text(f->plan, TEXT_HARDWARE);
	char word[128];
	const char *rest;
	int units;
	struct err err;
	if (!name.n || !ask->hardware)
		return;
	snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(name));
	if (!units_cut(word, &units, &rest, &err))
		return;
	const struct hardware *hardware = hardware_find(ask->hardware, rest, &err);
	if (!hardware)
		return;
	double idle = hardware->idle_watts +
		      (isnan(hardware->context_watts) ? 0 : hardware->context_watts);
	const struct {
		enum figure figure;
		double value;
	} known[] = { { FIGURE_UNITS, units }, { FIGURE_CAPEX, hardware->price * units },
		{ FIGURE_RENT, hardware->monthly * units },
		{ FIGURE_BUSY_WATTS, hardware->busy_watts }, { FIGURE_IDLE_WATTS, idle } };
	for (size_t i = 0; i < HL_COUNT(known); i++)
		if (!isnan(known[i].value))
			figures_put(f->figures, known[i].figure, estimate_of(known[i].value),
				"the hardware catalogue");
}

/* Columns that are called as a figure, and those that mean one. */
static bool
put_columns(const struct filling *f, struct err *err)
{
	static const struct {
		enum sheet_field field;
		enum figure figure;
	} columns[] = {
		{ FIELD_RENT, FIGURE_RENT },
		{ FIELD_LIFE, FIGURE_LIFE },
		{ FIELD_UNITS, FIGURE_UNITS },
		{ FIELD_WATTS, FIGURE_BUSY_WATTS },
		{ FIELD_IDLE_WATTS, FIGURE_IDLE_WATTS },
		{ FIELD_ELECTRICITY, FIGURE_ELECTRICITY },
		{ FIELD_PUE, FIGURE_PUE },
		{ FIELD_ENGINEER_HOURS, FIGURE_ENGINEER_HOURS },
		{ FIELD_ENGINEER_RATE, FIGURE_ENGINEER_RATE },
		{ FIELD_SETUP_HOURS, FIGURE_SETUP_HOURS },
	};
	for (size_t i = 0; i < f->plan->rows_n; i++) {
		const struct plan_row *row = f->plan->rows[i];
		for (size_t k = 0; k < row->figures_n && row->kind == ROW_PLAN; k++)
			figures_put(f->figures, row->figures[k].figure, row->figures[k].value,
				FROM_SHEET);
	}
	for (size_t i = 0; i < HL_COUNT(columns); i++)
		if (!put(f, columns[i].figure, get(f, columns[i].field), err))
			return false;
	return true;
}

/* What is worked out from several columns: API cost, capex, running cost, hours. */
static bool
put_worked(const struct filling *f, const struct worked *w, struct err *err)
{
	struct bounds lines = case_lines(f->plan, ROW_LOCAL, w->days),
		      capex = bounds_or(
			      get(f, FIELD_CAPEX), case_lines(f->plan, ROW_HARDWARE, w->days)),
		      monthly = bounds_or(get(f, FIELD_MONTHLY), lines),
		      hours = bounds_or(w->work_hours, get(f, FIELD_HOURS)),
		      share = get(f, FIELD_UTILIZATION),
		      avoided = bounds_sub(w->before, bounds_or(w->remaining, bounds_of(0)));
	struct bounds units = bounds_or(get(f, FIELD_UNITS), bounds_of(1));
	hours = bounds_mul(hours, w->on_days);
	if (!bounds_known(w->work_hours))
		hours = bounds_mul(hours, units);
	if (!bounds_known(hours) && bounds_known(share))
		hours = bounds_mul(share, bounds_mul(units, bounds_of(CASH_HOURS)));
	avoided.low = fmax(avoided.low, 0);
	avoided.high = fmax(avoided.high, 0);
	return put(f, FIGURE_API_MONTHLY, avoided, err) && put(f, FIGURE_CAPEX, capex, err) &&
	       put(f, FIGURE_MONTHLY, monthly, err) && put(f, FIGURE_BUSY_HOURS, hours, err);
}

/* Tables of costs and bare claims have nothing to pay back; a plan that only forgot something is
 * an error. */
static const char *
no_plan(const struct filling *f, const struct worked *w)
{
	bool hardware = bounds_known(w->capex) || bounds_known(get(f, FIELD_MONTHLY)) ||
			bounds_known(get(f, FIELD_RENT)) ||
			case_text(f->plan, TEXT_HARDWARE).n > 0 ||
			bounds_known(get(f, FIELD_WATTS));
	if (!hardware)
		return "no hardware of one's own is in it";
	return bounds_known(w->before) ? NULL : "no API cost is in it";
}

static void
take_answers(struct planned *out)
{
	double values[FIGURES];
	struct cash_answer answer;
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			figures_values(&out->figures, FIGURE_LIKELY, values);
		else
			figures_corner(&out->figures, i == 0, values);
		cash_answer(values, NULL, &answer);
		out->break_even[i] = answer.break_even;
		out->outcome[i] = answer.outcome;
		if (i == 1)
			out->likely = answer;
	}
}

bool
plan_work(const struct plan_file *file, const struct plan_case *plan, const struct plan_ask *ask,
	struct arena *arena, struct planned *out, struct err *err)
{
	const struct work_ask work = { .list = &ask->list,
		.arena = arena,
		.plan = plan,
		.days = bounds_of(30),
		.on_days = bounds_of(CASH_HOURS / 24),
		.as_stated = true };
	*out = (struct planned){ .reason = NULL };
	worked_of(&work, &out->worked);
	if (ask->figures)
		out->figures = *ask->figures;
	else
		figures_default(&out->figures);
	const struct filling filling = {
		.file = file, .plan = plan, .row = plan->rows[0], .figures = &out->figures
	};
	out->reason = no_plan(&filling, &out->worked);
	if (out->reason)
		return true;
	put_catalogue(&filling, ask);
	if (!put_columns(&filling, err) || !put_worked(&filling, &out->worked, err))
		return false;
	if (!figures_settle(&out->figures, err))
		return err_wrap(err, "%s:%lld: case " SLICE_FMT, file->name,
			(long long)plan->rows[0]->line, SLICE_ARG(plan->name));
	take_answers(out);
	struct cash *cash = arena_take(arena, sizeof(*cash));
	double values[FIGURES];
	figures_values(&out->figures, FIGURE_LIKELY, values);
	cash_flow(values, cash);
	out->run = cash->month[1].run;
	return true;
}
