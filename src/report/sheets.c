/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/sheets.h"

enum {
	P_CASE,
	P_LINE,
	P_CURRENCY,
	P_API,
	P_LEFT,
	P_RUN,
	P_SAVING,
	P_CAPEX,
	P_BEST,
	P_LIKELY,
	P_WORST,
	P_MONTHS,
	P_OUTCOME,
	P_HOURS,
	P_WITHIN,
	P_LIFE,
	P_SAYS,
	PLANNED,
};

static const struct column plan_columns[PLANNED] = {
	[P_CASE] = { .key = "case",
		.head = "CASE",
		.left = true,
		.weight = 1,
		.least = 12,
		.wrap = true },
	[P_LINE] = { .key = "line" },
	[P_CURRENCY] = { .key = "currency", .left = true },
	[P_API] = { .key = "api_monthly", .head = "API/MONTH", .unit = "money" },
	[P_LEFT] = { .key = "remaining_api", .unit = "money" },
	[P_RUN] = { .key = "local_monthly", .head = "LOCAL/MONTH", .unit = "money" },
	[P_SAVING] = { .key = "saving_monthly", .unit = "money" },
	[P_CAPEX] = { .key = "capex", .head = "CAPEX", .unit = "money", .drop = 1 },
	[P_BEST] = { .key = "break_even_months.low", .decimals = 2 },
	[P_LIKELY] = { .key = "break_even_months.likely", .decimals = 2 },
	[P_WORST] = { .key = "break_even_months.high", .decimals = 2 },
	[P_MONTHS] = { .key = NULL, .head = "BREAK-EVEN", .left = true },
	[P_OUTCOME] = { .key = "outcome", .left = true },
	[P_HOURS] = { .key = "work_hours_per_day", .decimals = 4 },
	[P_WITHIN] = { .key = "within_life" },
	[P_LIFE] = { .key = "life_months", .decimals = 1 },
	[P_SAYS] = { .key = "says", .head = "IN WORDS", .left = true, .below = true },
};

enum { R_CASE, R_LINE, R_NAME, R_STATED, R_FOUND, R_LOW, R_HIGH, R_AGREES, RESULTS };

static const struct column result_columns[RESULTS] = {
	[R_CASE] = { .key = NULL,
		.head = "CASE",
		.left = true,
		.weight = 1,
		.least = 12,
		.wrap = true },
	[R_LINE] = { .key = "line", .head = "LINE", .drop = 1 },
	[R_NAME] = { .key = "name", .head = "RESULT", .left = true },
	[R_STATED] = { .key = "stated", .head = "STATED" },
	[R_FOUND] = { .key = "found_text", .head = "FOUND" },
	[R_LOW] = { .key = "found.low", .decimals = 12 },
	[R_HIGH] = { .key = "found.high", .decimals = 12 },
	[R_AGREES] = { .key = "agrees", .head = "AGREES" },
};

static const char *const outcome_names[CASH_OUTCOMES] = {
	[CASH_AT_ONCE] = "at_once",
	[CASH_WITHIN_LIFE] = "within_life",
	[CASH_BEYOND_LIFE] = "beyond_life",
	[CASH_BEYOND_HORIZON] = "beyond_horizon",
	[CASH_FADES] = "fades",
	[CASH_NO_SAVING] = "no_saving",
	[CASH_NO_DEMAND] = "no_demand",
};

static struct cell
cell_number(double value, const char *reason)
{
	if (!isfinite(value) || fabs(value) > 1e18)
		return cell_none(reason);
	return cell_decimal(num_round((femto_t)(value * 1e15), 12));
}

/* A forecast or a plain figure: the middle as a number, the range as text. */
static struct cell
cell_bounds(struct answer *answer, struct bounds bounds, const char *currency, const char *reason)
{
	if (!bounds_known(bounds) || isinf(bounds.high) || isinf(bounds.low) ||
		fabs(bounds.high) > 1e15)
		return cell_none(reason);
	double middle = (bounds.low + bounds.high) / 2;
	struct cell cell = cell_money(num_round((femto_t)(middle * 1e15), 9), currency);
	if (bounds.low != bounds.high) {
		struct str text = STR_INIT;
		amount_print(&text, AMOUNT_MONEY, bounds, currency);
		cell.text = slice_copy(&answer->arena, str_as_slice(&text));
		str_free(&text);
	}
	return cell;
}

static void
print_months(struct str *out, double months)
{
	if (isnan(months))
		str_puts(out, "never");
	else
		amount_print(out, AMOUNT_MONTHS, bounds_of(months), "");
}

/* "66.7 months", "1.4 to 1.6 months", "21.0 months (12.0 to never)" */
static struct cell
cell_break_even(struct answer *answer, const struct planned *p)
{
	struct str likely = STR_INIT, best = STR_INIT, worst = STR_INIT;
	print_months(&likely, p->break_even[1]);
	print_months(&best, p->break_even[0]);
	print_months(&worst, p->break_even[2]);
	bool range = strcmp(str_text(&best), str_text(&worst)) != 0;
	struct cell cell = range ? cell_textf(answer, "%s (%s to %s)", str_text(&likely),
					   str_text(&best), str_text(&worst))
				 : cell_textf(answer, "%s", str_text(&likely));
	str_free(&likely);
	str_free(&best);
	str_free(&worst);
	return cell;
}

static void
say_costs(struct str *out, const struct planned *p, const char *currency)
{
	amount_print(out, AMOUNT_MONEY, bounds_of(p->run), currency);
	str_puts(out, " a month to run it, ");
	amount_print(out, AMOUNT_MONEY, bounds_of(p->figures.of[FIGURE_API_MONTHLY].value.likely),
		currency);
	str_puts(out, " of API cost avoided");
}

/* More hours of work than a day has: then nothing else matters. */
static void
say_load(struct str *out, const struct worked *w)
{
	if (!bounds_known(w->work_hours) || w->work_hours.low <= 24)
		return;
	str_puts(out, "Cannot carry the load: ");
	amount_print(out, AMOUNT_HOURS, w->work_hours, "");
	str_puts(out, " of work a day. ");
}

/* The outcome at the likely figures, as a sentence. */
static struct cell
cell_says(struct answer *answer, const struct planned *p, const char *currency)
{
	struct str out = STR_INIT, life = STR_INIT;
	str_printf(&life, "%d months", p->likely.life);
	say_load(&out, &p->worked);
	switch (p->outcome[1]) {
	case CASH_AT_ONCE:
		str_puts(&out, "Saves from the first month on: nothing has to be paid back.");
		break;
	case CASH_WITHIN_LIFE:
		str_printf(&out, "Pays for itself within its life of %s.", str_text(&life));
		break;
	case CASH_BEYOND_LIFE:
		str_printf(&out, "Beyond its life of %s: in fact never.", str_text(&life));
		break;
	case CASH_BEYOND_HORIZON:
		str_puts(&out, "Never: ");
		say_costs(&out, p, currency);
		str_puts(&out, " leave too little to pay it back.");
		break;
	case CASH_FADES:
		str_puts(&out, "Never: it saves at first, and no more before it is paid back.");
		break;
	case CASH_NO_SAVING:
		str_puts(&out, "Never: ");
		say_costs(&out, p, currency);
		str_puts(&out, ".");
		break;
	case CASH_NO_DEMAND:
		str_puts(&out, "Never: there is no work, and so nothing to avoid.");
		break;
	case CASH_OUTCOMES:
		break;
	}
	struct cell cell = cell_text(answer, str_as_slice(&out));
	str_free(&out);
	str_free(&life);
	return cell;
}

/* A table of costs, with nothing that was bought. */
static struct cell
cell_reason(struct answer *answer, const struct planned *p, const char *currency)
{
	struct str out = STR_INIT;
	struct bounds saving = p->worked.of[STATED_SAVING],
		      share = p->worked.of[STATED_SAVING_SHARE];
	say_load(&out, &p->worked);
	if (bounds_known(saving) && p->worked.local_known) {
		str_puts(&out, "Saves ");
		amount_print(&out, AMOUNT_MONEY, saving, currency);
		str_puts(&out, " a month (");
		amount_print(&out, AMOUNT_SHARE, share, "");
		str_puts(&out, "); nothing is bought that has to pay for itself.");
	} else {
		str_printf(&out, "No break-even: %s.", p->reason);
	}
	struct cell cell = cell_text(answer, str_as_slice(&out));
	str_free(&out);
	return cell;
}

static void
fill_months(struct answer *answer, struct cell *row, const struct planned *p, const char *currency)
{
	const char *never = "it does not pay for itself";
	if (p->reason) {
		for (int i = P_BEST; i <= P_WORST; i++)
			row[i] = cell_none(p->reason);
		row[P_MONTHS] = row[P_OUTCOME] = row[P_WITHIN] = row[P_LIFE] = cell_none(p->reason);
		row[P_SAYS] = cell_reason(answer, p, currency);
		return;
	}
	row[P_BEST] = cell_number(p->break_even[0], never);
	row[P_LIKELY] = cell_number(p->break_even[1], never);
	row[P_WORST] = cell_number(p->break_even[2], never);
	row[P_MONTHS] = cell_break_even(answer, p);
	row[P_OUTCOME] = cell_text(answer, slice_of(outcome_names[p->outcome[1]]));
	row[P_WITHIN] = cell_flag(cash_pays(p->outcome[1]));
	row[P_LIFE] = cell_number(p->likely.life, "");
	row[P_SAYS] = cell_says(answer, p, currency);
}

static bool
saves_nothing(const struct worked *worked)
{
	struct bounds saving = worked->of[STATED_SAVING];
	return bounds_known(saving) && saving.high <= 0;
}

static void
result_row(struct answer *answer, struct table *table, size_t owner, const struct plan_case *plan,
	const struct planned *p, const struct plan_row *line)
{
	for (size_t i = 0; i < line->amounts_n; i++) {
		enum sheet_field field = line->amounts[i].field;
		if (line->kind != ROW_PLAN || field < FIELD_STATED)
			continue;
		struct bounds found = p->worked.of[field];
		struct str text = STR_INIT;
		const char *reason = "the figures of the sheet do not tell";
		struct cell *row = table_child_row(table, owner);
		row[R_CASE] = cell_text(answer, plan->name);
		row[R_LINE] = cell_count(line->line);
		row[R_NAME] =
			cell_text(answer, slice_of(sheet_fields[field].name + strlen("stated_")));
		row[R_STATED] = cell_text(answer, line->amounts[i].amount.text);
		row[R_LOW] = cell_number(found.low, reason);
		row[R_HIGH] = cell_number(found.high, reason);
		if (field == STATED_BREAK_EVEN && !bounds_known(found) &&
			saves_nothing(&p->worked)) {
			row[R_FOUND] = cell_text(answer, SLICE("never"));
			row[R_AGREES] = cell_flag(line->amounts[i].amount.never);
			continue;
		}
		if (!bounds_known(found)) {
			row[R_FOUND] = cell_none(reason);
			row[R_AGREES] = cell_none(reason);
			continue;
		}
		amount_print(&text, sheet_fields[field].unit, found, plan->currency);
		if (p->worked.at_full_speed &&
			(field == STATED_PER_1000 || field == STATED_PER_MILLION))
			str_puts(&text, " at least");
		row[R_FOUND] = cell_text(answer, str_as_slice(&text));
		row[R_AGREES] = cell_flag(amount_meets(&line->amounts[i].amount, found));
		str_free(&text);
	}
}

/* A running cost is taken as it is stated; what is said to be in it is for --lint. */
static void
note_amortization(struct answer *answer, const struct plan_file *file)
{
	for (size_t i = 0; i < file->cases_n; i++)
		if (case_has(&file->cases[i], PART_AMORTIZATION) &&
			case_amount(&file->cases[i], FIELD_CAPEX, NULL))
			answer_note(answer,
				"Case " SLICE_FMT ": the running cost is said to contain the "
				"hardware, which capex counts "
				"already.",
				SLICE_ARG(file->cases[i].name));
}

/* Assumptions have one currency, and it is not changed into another. */
static void
note_currency(struct answer *answer, const struct plan_case *plan, const struct planned *p)
{
	if (p->reason || !plan->currency[0] || strcmp(plan->currency, "USD") == 0 ||
		p->figures.of[FIGURE_MONTHLY].given)
		return;
	answer_note(answer,
		"Case " SLICE_FMT
		" is in %s: what it leaves to our assumptions (electricity, work) is "
		"taken as so many %s, although it was looked up in USD.",
		SLICE_ARG(plan->name), plan->currency, plan->currency);
}

void
sheets_plan_report(
	struct answer *answer, const struct plan_file *file, const struct planned *planned)
{
	struct table *table = answer_table(answer, "cases", NULL, plan_columns, PLANNED);
	struct table *results = answer_child(answer, table, "stated", result_columns, RESULTS);
	results->title = "What is stated, beside what the sheet's own figures come to";
	size_t pays = 0, plans = 0;
	for (size_t i = 0; i < file->cases_n; i++) {
		const struct plan_case *plan = &file->cases[i];
		const struct planned *p = &planned[i];
		const struct worked *w = &p->worked;
		const char *currency = plan->currency;
		struct cell *row = table_row(table);
		row[P_CASE] = cell_text(answer, plan->name);
		row[P_LINE] = cell_count(plan->rows[0]->line);
		row[P_CURRENCY] =
			cell_text(answer, currency[0] ? slice_of(currency) : SLICE("USD"));
		row[P_API] = cell_bounds(answer, w->before, currency, "not in the sheet");
		row[P_LEFT] = cell_bounds(answer, w->remaining, currency, "not in the sheet");
		row[P_RUN] = p->reason ? cell_bounds(answer, w->local, currency, "not in the sheet")
				       : cell_bounds(answer, bounds_of(p->run), currency, "");
		row[P_SAVING] = cell_bounds(answer, w->of[STATED_SAVING], currency,
			"the figures of the sheet do not tell");
		row[P_CAPEX] = cell_bounds(answer, w->capex, currency, "not in the sheet");
		row[P_HOURS] = cell_number((w->work_hours.low + w->work_hours.high) / 2,
			"no requests, tokens and speed in the sheet");
		fill_months(answer, row, p, currency);
		for (size_t k = 0; k < plan->rows_n; k++)
			result_row(answer, results, i, plan, p, plan->rows[k]);
		note_currency(answer, plan, p);
		plans += !p->reason;
		pays += !p->reason && cash_pays(p->outcome[1]);
	}
	if (plans == 0)
		answer_headline(answer,
			"No case has both an API cost and hardware that has to pay for it.");
	else
		answer_headline(answer,
			"%zu of %zu plan%s pay%s back the hardware within its life.", pays, plans,
			plans == 1 ? "" : "s", pays == 1 ? "s" : "");
	note_amortization(answer, file);
	if (file->ignored.n)
		answer_note(answer, "Columns that nobody knows: %s.", str_text(&file->ignored));
	answer->default_table = "cases";
}

enum { L_CASE, L_LINE, L_WHAT, L_STATED, L_RIGHT, L_LOW, L_HIGH, L_KIND, L_WHY, LINTED };

static const struct column problem_columns[LINTED] = {
	[L_CASE] = { .key = "case", .head = "CASE", .left = true, .weight = 2, .least = 10 },
	[L_LINE] = { .key = "line", .head = "LINE" },
	[L_WHAT] = { .key = "key", .head = "FIGURE", .left = true, .weight = 1, .least = 12 },
	[L_STATED] = { .key = "value", .head = "STATED", .weight = 1, .least = 8 },
	[L_RIGHT] = { .key = "expected", .head = "RIGHT", .weight = 1, .least = 12 },
	[L_LOW] = { .key = "expected_low", .decimals = 12 },
	[L_HIGH] = { .key = "expected_high", .decimals = 12 },
	[L_KIND] = { .key = "kind", .head = "PROBLEM", .left = true },
	[L_WHY] = { .key = "why", .head = "WHY", .left = true, .below = true },
};

/* As a sentence: a capital and a full stop. */
static struct cell
cell_sentence(struct answer *answer, struct slice text)
{
	struct slice rest = { text.p + 1, text.n - 1 };
	bool lower = text.p[0] >= 'a' && text.p[0] <= 'z';
	return cell_textf(answer, "%c" SLICE_FMT ".", lower ? text.p[0] - 'a' + 'A' : text.p[0],
		SLICE_ARG(rest));
}

/* Is there a result, or a line of a table, that could be wrong? */
static bool
states_anything(const struct plan_file *file)
{
	for (size_t i = 0; i < file->cases_n; i++)
		for (size_t k = 0; k < file->cases[i].rows_n; k++) {
			const struct plan_row *row = file->cases[i].rows[k];
			if (row->kind != ROW_PLAN)
				return true;
			for (size_t m = 0; m < row->amounts_n; m++)
				if (row->amounts[m].field >= FIELD_STATED)
					return true;
		}
	return false;
}

void
sheets_lint_report(
	struct answer *answer, const struct plan_file *file, const struct sheet_problems *problems)
{
	struct table *table = answer_table(answer, "problems", NULL, problem_columns, LINTED);
	for (size_t i = 0; i < problems->n; i++) {
		const struct sheet_problem *problem = &problems->items[i];
		struct cell *row = table_row(table);
		row[L_CASE] = cell_text(answer, problem->plan->name);
		row[L_LINE] = cell_count(problem->line);
		row[L_WHAT] = cell_text(answer, problem->what);
		row[L_STATED] = problem->stated.n ? cell_text(answer, problem->stated)
						  : cell_none("it is not stated");
		row[L_RIGHT] = problem->right.n ? cell_text(answer, problem->right)
						: cell_none("the sheet has to say it");
		row[L_LOW] = cell_number(problem->value.low, "it is no number");
		row[L_HIGH] = cell_number(problem->value.high, "it is no number");
		row[L_KIND] = cell_text(answer, slice_of(wrong_kinds[problem->wrong].name));
		row[L_WHY] = cell_sentence(answer, problem->why);
	}
	if (problems->n == 0 && !states_anything(file))
		answer_headline(answer,
			"Nothing that could be checked is in %s: no result (stated_total, "
			"stated_break_even_months, ...), no table, no price; see "
			"hllm-economics(7).",
			file->name);
	else if (problems->n == 0)
		answer_headline(answer, "Nothing to correct in %s.", file->name);
	else
		answer_headline(answer, "%zu thing%s to correct in %s.", problems->n,
			problems->n == 1 ? "" : "s", file->name);
	for (size_t i = 0; i < problems->notes_n; i++)
		answer_note(answer, SLICE_FMT, SLICE_ARG(problems->notes[i]));
	if (file->ignored.n)
		answer_note(answer, "Columns that nobody knows: %s.", str_text(&file->ignored));
	answer->default_table = "problems";
}
