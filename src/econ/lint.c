/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "econ/cash.h"
#include "econ/lint-inside.h"

const struct wrong_kind wrong_kinds[WRONGS] = {
	[WRONG_DOUBLE_COUNT] = { "double-count", "the price of the hardware counts twice: as "
						 "capex, and as amortization in the running cost" },
	[WRONG_TWICE] = { "counted-twice", "a running cost counts twice" },
	[WRONG_SUM] = { "sum",
		"a total is not the sum of its lines, or a line not quantity times price" },
	[WRONG_PARTS] = { "parts",
		"a cost is not what the parts come to that it is said to contain" },
	[WRONG_BELOW_LIST] = { "below-list", "less than the list price of the tokens" },
	[WRONG_ABOVE_LIST] = { "above-list", "more than the list price of the tokens" },
	[WRONG_MEAN] = { "unweighted-mean", "input and output prices averaged as if there were as "
					    "many output as input tokens" },
	[WRONG_CAPACITY] = { "capacity-as-demand",
		"as if the hardware were asked for all that it can do, all the time" },
	[WRONG_INFEASIBLE] = { "infeasible",
		"more work than time, or a model larger than its memory" },
	[WRONG_IDLE] = { "idle-free", "hardware that waits for work costs nothing" },
	[WRONG_PEOPLE] = { "people-left-out", "nobody is paid for keeping it running" },
	[WRONG_LIFE] = { "beyond-life",
		"pays for itself only when the hardware is worn out: never" },
	[WRONG_RESULT] = { "result", "does not follow from the inputs" },
	[WRONG_BASELINE] = { "wrong-baseline",
		"compared with the best model there is, not with the one that is replaced" },
	[WRONG_CONTRADICTION] = { "contradiction",
		"the sheet says two things that exclude each other" },
};

void
sheet_world(const struct linting *l, enum world world, bool wide, struct worked *out)
{
	/* months of 30 days, or a twelfth of a year; what a machine does all day goes by the latter */
	const double twelfth = CASH_HOURS / 24;
	const struct work_ask ask = { .list = &l->ask->list,
		.arena = &l->out->arena,
		.plan = l->plan,
		.days = { 30, wide ? twelfth : 30 },
		.on_days = { wide ? 30 : twelfth, twelfth },
		.world = world };
	worked_of(&ask, out);
}

bool
sheet_in_dollars(const struct linting *l)
{
	return !l->plan->currency[0] || strcmp(l->plan->currency, "USD") == 0;
}

struct place
place_of(const struct plan_row *row, enum sheet_field field)
{
	const struct amount *amount = row_amount(row, field);
	struct slice item = row->text[TEXT_ITEM];
	return (struct place){ .line = row->line,
		.what = item.n && row->kind != ROW_PLAN ? item : slice_of(sheet_fields[field].name),
		.stated = amount ? amount->text : SLICE(""),
		.value = bounds_of((double)NAN) };
}

void
sheet_money(const struct linting *l, struct str *out, struct bounds value)
{
	amount_print(out, AMOUNT_MONEY, value, l->plan->currency);
}

void
sheet_add(struct linting *l, enum wrong wrong, struct place place, const struct str *right,
	const char *fmt, ...)
{
	struct sheet_problems *out = l->out;
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
	out->items[out->n++] = (struct sheet_problem){ .wrong = wrong,
		.plan = l->plan,
		.line = place.line,
		.what = place.what,
		.stated = place.stated,
		.right = right ? slice_copy(&out->arena, str_as_slice(right)) : SLICE(""),
		.value = place.value,
		.why = slice_copy(&out->arena, slice_of(text)) };
	free(text);
}

void
sheet_note(struct linting *l, const char *fmt, ...)
{
	struct sheet_problems *out = l->out;
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	bool there = false;
	for (size_t i = 0; i < out->notes_n && !there; i++)
		there = slice_is(out->notes[i], text);
	if (!there) {
		out->notes = xgrow(out->notes, &out->notes_size, out->notes_n, sizeof(*out->notes));
		out->notes[out->notes_n++] = slice_copy(&out->arena, slice_of(text));
	}
	free(text);
}

static int
by_line(const void *a, const void *b)
{
	const struct sheet_problem *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (int)x->wrong - (int)y->wrong;
}

void
sheet_lint(
	const struct plan_file *file, const struct lint_ask *ask, struct sheet_problems *problems)
{
	*problems = (struct sheet_problems){ .n = 0 };
	for (size_t i = 0; i < file->cases_n; i++) {
		struct linting l = {
			.file = file, .ask = ask, .out = problems, .plan = &file->cases[i]
		};
		sheet_world(&l, WORLD_TRUE, false, &l.shown);
		sheet_world(&l, WORLD_TRUE, true, &l.wide);
		sheet_lint_lines(&l);
		sheet_lint_prices(&l);
		sheet_lint_results(&l);
		sheet_lint_plans(&l);
	}
	if (problems->n)
		qsort(problems->items, problems->n, sizeof(*problems->items), by_line);
}

void
sheet_problems_free(struct sheet_problems *problems)
{
	free(problems->items);
	free(problems->notes);
	arena_free(&problems->arena);
	*problems = (struct sheet_problems){ .n = 0 };
}
