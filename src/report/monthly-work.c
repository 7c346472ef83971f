/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-work - workloads with their verdicts and which of them flipped; findings, new and resolved. */
#include "config.h"

#include <stdlib.h>

#include "decide/flip.h"
#include "report/monthly.h"
#include "report/parts.h"

/* ---- workloads ---- */

enum {
	W_NAME,
	W_SPEND,
	W_BEFORE,
	W_CHANGE,
	W_SHARE,
	W_REQUESTS,
	W_VERDICT,
	W_MODIFIER,
	W_OUTCOME,
	W_VERDICT_BEFORE,
	W_FLIPPED,
	W_REMARK,
	W_WHY,
	W_COLUMNS
};

static const struct column workload_columns[W_COLUMNS] = {
	[W_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 1, .least = 16 },
	[W_SPEND] = { .key = "spend", .head = "SPENT", .unit = "money" },
	[W_BEFORE] = { .key = "spend_before", .unit = "money" },
	[W_CHANGE] = { .key = "change", .head = "CHANGE", .unit = "money", .drop = 1 },
	[W_SHARE] = { .key = "share", .head = "SHARE", .drop = 3 },
	[W_REQUESTS] = { .key = "requests", .head = "REQUESTS", .drop = 2 },
	[W_VERDICT] = { .key = "verdict", .left = true },
	[W_MODIFIER] = { .key = "modifier", .left = true },
	[W_OUTCOME] = { .head = "VERDICT", .left = true },
	[W_VERDICT_BEFORE] = { .key = "verdict_before", .left = true },
	[W_FLIPPED] = { .key = "flipped" },
	[W_REMARK] = { .head = "", .left = true, .weight = 2, .least = 8 },
	[W_WHY] = { .key = "why", .left = true },
};

static const char no_workload[] = "no workload of the log: a difference";

static const struct tally *
find(const struct audit_report *report, struct slice name)
{
	const struct tallies *all = &report->audit->workloads;
	for (size_t i = 0; i < all->n; i++)
		if (slice_eq(all->items[i].name, name))
			return &all->items[i];
	return NULL;
}

static void
verdict_cells(const struct monthly *monthly, struct cell *row, struct slice name)
{
	struct answer *answer = monthly->answer;
	const struct decision *now = rulings_find(monthly->after->rulings, name),
			      *then = rulings_find(monthly->before->rulings, name);
	struct str text = STR_INIT;
	row[W_VERDICT] = verdict_cell(answer, now);
	row[W_MODIFIER] = modifier_cell(answer, now);
	row[W_VERDICT_BEFORE] =
		then ? verdict_cell(answer, then) : cell_none("it was not there the month before");
	bool flipped = now && then && now->outcome.verdict != then->outcome.verdict;
	row[W_FLIPPED] = cell_flag(flipped);
	row[W_WHY] = now ? cell_text(answer, now->reason) : cell_none(no_workload);
	if (now)
		outcome_print(&text, &now->outcome);
	row[W_OUTCOME] = now ? cell_text(answer, str_as_slice(&text)) : cell_none(no_workload);
	str_clear(&text);
	if (flipped)
		str_printf(&text, "was %s", verdict_names[then->outcome.verdict]);
	else if (now && !then && monthly_has_before(monthly))
		str_puts(&text, "new");
	else if (!now && then)
		str_puts(&text, "gone");
	row[W_REMARK] = cell_text(answer, str_as_slice(&text));
	str_free(&text);
}

/* Of one workload, or of what bills hold beyond logs. */
static void
add_row(const struct monthly *monthly, struct table *table, struct slice name,
	const struct tally *tally, femto_t spend, femto_t before)
{
	const char *currency = monthly->history->currency;
	femto_t whole = monthly_spend(monthly, &monthly->after->audit->total);
	struct cell *row = table_row(table);
	row[W_NAME] = cell_text(monthly->answer, name);
	row[W_SPEND] = cell_money(spend, currency);
	row[W_BEFORE] = monthly_has_before(monthly)
				? cell_money(before, currency)
				: cell_none("nothing is known of the month before");
	row[W_CHANGE] = monthly_has_before(monthly)
				? change_cell(monthly->answer, spend - before, currency)
				: cell_none("nothing is known of the month before");
	row[W_SHARE] = whole > 0 && spend >= 0 ? cell_share(spend, whole)
					       : cell_none("of no positive total");
	row[W_REQUESTS] = tally && tally->requests ? cell_count(tally->requests)
						   : cell_none("no requests are counted");
	verdict_cells(monthly, row, name);
}

struct row {
	struct slice name;
	const struct tally *tally; /* of the month; NULL: it is gone */
	femto_t spend, before;
};

static int
by_spend(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	if (a->spend != b->spend)
		return a->spend > b->spend ? -1 : 1;
	if (a->before != b->before)
		return a->before > b->before ? -1 : 1;
	return slice_compare(a->name, b->name);
}

/* What all workloads of a month leave of its total. */
static femto_t
rest_of(const struct monthly *monthly, const struct audit_report *report)
{
	femto_t rest = monthly_spend(monthly, &report->audit->total);
	for (size_t i = 0; i < report->audit->workloads.n; i++)
		rest -= monthly_spend(monthly, &report->audit->workloads.items[i]);
	return rest;
}

static void
draw_workloads(const struct monthly *monthly, const struct table *table, const struct row *rows,
	size_t n)
{
	enum { SHOWN = 10 };
	char month[MONTH_TEXT];
	const char *currency = monthly->history->currency;
	struct chart *chart = answer_chart(monthly->answer, CHART_BARS, "workloads", table);
	chart->title = chart_printf(
		chart, "What each workload cost in %s", month_text(month, monthly->month));
	chart->subtitle = n > SHOWN ? chart_printf(chart, "the %d dearest of %zu", (int)SHOWN, n)
				    : slice_of("billed where a bill states it, else at list prices");
	chart->x.quantity = CHART_MONEY;
	chart->x.label = slice_of("cost of the month");
	chart->x.from_zero = true;
	memcpy(chart->x.currency, currency, sizeof(chart->x.currency));
	for (size_t i = 0; i < n && i < SHOWN && rows[i].spend > 0; i++) {
		struct str label = STR_INIT;
		/* as the table has it, where it is rounded to add up */
		const struct cell *cell = &table->cells[i * W_COLUMNS + W_SPEND];
		femto_t shown = cell->rounded ? cell->shown : rows[i].spend;
		struct chart_bar *bar =
			chart_add_bar(chart, rows[i].name, MISSING, num_units(rows[i].spend));
		money_text(&label, shown, shown, currency);
		bar->high_label = chart_printf(chart, "%s", str_text(&label));
		str_free(&label);
	}
}

void
monthly_workloads(const struct monthly *monthly)
{
	const struct tallies *now = &monthly->after->audit->workloads,
			     *then = &monthly->before->audit->workloads;
	struct table *table = answer_table(monthly->answer, "workloads", "Workloads and verdicts",
		workload_columns, W_COLUMNS);
	struct row *rows = xcalloc(now->n + then->n + 1, sizeof(*rows));
	size_t n = 0;
	table->most = ROWS_FOR_PEOPLE;
	for (size_t i = 0; i < now->n; i++) {
		const struct tally *was = find(monthly->before, now->items[i].name);
		rows[n++] = (struct row){ now->items[i].name, &now->items[i],
			monthly_spend(monthly, &now->items[i]),
			was ? monthly_spend(monthly, was) : 0 };
	}
	for (size_t i = 0; i < then->n; i++)
		if (!find(monthly->after, then->items[i].name))
			rows[n++] = (struct row){ then->items[i].name, NULL, 0,
				monthly_spend(monthly, &then->items[i]) };
	qsort(rows, n, sizeof(*rows), by_spend);
	for (size_t i = 0; i < n; i++)
		add_row(monthly, table, rows[i].name, rows[i].tally, rows[i].spend, rows[i].before);
	femto_t rest = rest_of(monthly, monthly->after),
		rest_before = rest_of(monthly, monthly->before);
	if (rest || rest_before)
		add_row(monthly, table, slice_of(monthly->after->audit->mixed ? WORKLOAD_NOT_LOGGED
								 : WORKLOAD_BEYOND_USAGE),
			NULL, rest, rest_before);
	(void)answer_round_column(table, W_SPEND, 2,
		monthly_spend(monthly, &monthly->after->audit->total));
	if (n > 1)
		draw_workloads(monthly, table, rows, n);
	free(rows);
}

/* ---- findings ---- */

enum { F_ID, F_STATE, F_SAVING, F_SAVING_HIGH, F_TITLE, F_WORKLOAD, F_MODEL, F_EVIDENCE, F_COLUMNS };

static const struct column finding_columns[F_COLUMNS] = {
	[F_ID] = { .key = "id", .left = true },
	[F_STATE] = { .key = "state", .head = "STATE", .left = true },
	[F_SAVING] = { .key = "monthly_saving", .head = "SAVES/MONTH", .unit = "money" },
	[F_SAVING_HIGH] = { .key = "monthly_saving_high", .unit = "money" },
	[F_TITLE] = { .key = "title", .head = "FINDING", .left = true, .weight = 1 },
	[F_WORKLOAD] = { .key = "workload", .head = "WORKLOAD", .left = true, .weight = 2 },
	[F_MODEL] = { .key = "model", .left = true },
	[F_EVIDENCE] = { .key = "evidence", .head = "EVIDENCE", .left = true, .below = true },
};

/* The same kind of the same workload and model. */
static bool
has(const struct findings *findings, const struct finding *wanted)
{
	for (size_t i = 0; findings && i < findings->n; i++) {
		const struct finding *at = &findings->items[i];
		if (at->id == wanted->id && slice_eq(at->workload, wanted->workload) &&
			slice_eq(at->model, wanted->model))
			return true;
	}
	return false;
}

static void
add_finding(const struct monthly *monthly, struct table *table, const struct finding *finding,
	const char *state)
{
	struct answer *answer = monthly->answer;
	struct cell *row = table_row(table);
	row[F_ID] = cell_text(answer, slice_of(finding_rules[finding->id].id));
	row[F_STATE] = cell_text(answer, slice_of(state));
	finding_saving_cells(answer, finding, &row[F_SAVING], &row[F_SAVING_HIGH]);
	row[F_TITLE] = cell_text(answer, slice_of(finding_rules[finding->id].title));
	row[F_WORKLOAD] = cell_text(answer, finding->workload);
	row[F_MODEL] = finding->model.n ? cell_text(answer, finding->model)
					: cell_none("no model is named");
	row[F_EVIDENCE] = cell_text(answer, finding->evidence);
}

void
monthly_findings(const struct monthly *monthly)
{
	const struct findings *now = monthly->after->findings, *then = monthly->before->findings;
	struct table *table = answer_table(monthly->answer, "findings", "What could save money",
		finding_columns, F_COLUMNS);
	table->most = ROWS_FOR_PEOPLE;
	for (size_t i = 0; now && i < now->n; i++)
		add_finding(monthly, table, &now->items[i],
			has(then, &now->items[i])         ? "open"
			: monthly_has_before(monthly) ? "new"
						      : "open");
	for (size_t i = 0; then && i < then->n; i++)
		if (!has(now, &then->items[i]))
			add_finding(monthly, table, &then->items[i], "resolved");
}
