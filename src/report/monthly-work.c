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
	[W_CHANGE] = { .key = "change",
		.head = "CHANGE",
		.unit = "money",
		.drop = 1,
		.why = "= {spend} - {spend_before}" },
	[W_SHARE] = { .key = "share",
		.head = "SHARE",
		.drop = 3,
		.why = "= {spend} / {month.spend}" },
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
	else if (now && !then && monthly->before->audit->total.records)
		str_puts(&text, "new");
	else if (!now && then)
		str_puts(&text, "gone");
	row[W_REMARK] = cell_text(answer, str_as_slice(&text));
	str_free(&text);
}

struct row {
	struct slice name;
	const struct tally *now, *then; /* NULL: it is not there in that month */
	const char *currency;     /* of both amounts: that of the report, where any is in it */
	bool counted;             /* it is that of the report */
	bool known, known_before; /* is anything billed, or has a price */
	femto_t spend, before;
	size_t at; /* its row of the table */
};

static const struct money *
money_of(const struct tally *tally, const char *currency)
{
	const struct money *money = tally ? money_in(tally, currency) : NULL;
	return money && (money->has_billed || money->has_list) ? money : NULL;
}

static void
take_amounts(const struct monthly *monthly, struct row *row)
{
	const char *currency = monthly->history->currency;
	const struct tally *some = row->now ? row->now : row->then;
	const struct money *other = some ? main_money(some) : NULL;
	if (!money_of(row->now, currency) && !money_of(row->then, currency) && other)
		currency = other->currency;
	const struct money *now = money_of(row->now, currency),
			   *then = money_of(row->then, currency);
	row->currency = currency;
	row->counted = strcmp(currency, monthly->history->currency) == 0;
	row->known = now || !row->now;
	row->known_before = then || !row->then;
	row->spend = now ? now->spend_low : 0;
	row->before = then ? then->spend_low : 0;
}

static const char *
no_amount(const struct tally *tally)
{
	bool included = false;
	for (int i = 0; tally && i < tally->money_n; i++)
		included |= tally->money[i].has_included;
	return included ? "covered by a subscription" : "nothing is billed or priced here";
}

/* What is no workload is a difference. */
static void
row_origins(const struct monthly *monthly, struct table *table, bool workload)
{
	static const struct {
		size_t column;
		const char *key;
		int back;
	} amounts[] = { { W_SPEND, "spend", 0 }, { W_BEFORE, "spend_before", 1 } };
	struct answer *answer = monthly->answer;
	size_t row = table->rows_n - 1;
	char month[MONTH_TEXT];
	for (size_t i = 0; i < HL_COUNT(amounts); i++) {
		month_number(month, monthly->month - amounts[i].back);
		if (workload)
			answer_origin(answer, table, row, amounts[i].column,
				"What is billed, where a file states it; else the list price.\n"
				"@records workload {name} month %s",
				month);
		else
			answer_origin(answer, table, row, amounts[i].column,
				"= {month.%s} - others({workloads.%s})\n@records total month %s",
				amounts[i].key, amounts[i].key, month);
	}
	answer_origin(answer, table, row, W_REQUESTS, "@records workload {name} month %s",
		month_number(month, monthly->month));
}

/* Of one workload, or of what bills hold beyond logs. */
static void
add_row(const struct monthly *monthly, struct table *table, const struct row *at)
{
	struct answer *answer = monthly->answer;
	femto_t whole = monthly_spend(monthly, &monthly->after->audit->total);
	const char *none = monthly_no_change(monthly);
	struct cell *row = table_row(table);
	row[W_NAME] = cell_text(answer, at->name);
	row[W_SPEND] =
		at->known ? cell_money(at->spend, at->currency) : cell_none(no_amount(at->now));
	row[W_BEFORE] = none               ? cell_none(none)
			: at->known_before ? cell_money(at->before, at->currency)
					   : cell_none(no_amount(at->then));
	row[W_CHANGE] = none ? cell_none(none)
			: at->known && at->known_before
				? change_cell(answer, at->spend - at->before, at->currency)
				: cell_none("nothing is billed or priced here");
	row[W_SHARE] = !at->known || !at->counted ? cell_none("not in the currency of the report")
		       : whole > 0 && at->spend >= 0 ? cell_share(at->spend, whole)
						     : cell_none("of no positive total");
	if (!at->known)
		row[W_SHARE] = cell_none(no_amount(at->now));
	row[W_REQUESTS] = at->now && at->now->requests ? cell_count(at->now->requests)
						       : cell_none("no requests are counted");
	verdict_cells(monthly, row, at->name);
	row_origins(monthly, table, at->now || at->then);
}

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

/* Those that have a bar, first; how many. */
static size_t
take_bars(struct row *rows, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i].spend > 0 && rows[i].counted)
			rows[kept++] = rows[i];
	qsort(rows, kept, sizeof(*rows), by_spend);
	return kept;
}

static void
name_workloads(
	const struct monthly *monthly, struct chart *chart, femto_t shown, size_t shown_n, size_t n)
{
	char month[MONTH_TEXT];
	femto_t whole = monthly_spend(monthly, &monthly->after->audit->total);
	chart->title = chart_printf(
		chart, "What each workload cost in %s", month_text(month, monthly->month));
	chart->subtitle = slice_of("billed where a bill states it, else at list prices");
	if (n > shown_n && whole > 0)
		chart->subtitle = chart_printf(chart, "the %zu dearest of %zu, %d %% of it",
			shown_n, n, (int)(shown * 100 / whole));
	chart->x.quantity = CHART_MONEY;
	chart->x.label = slice_of("cost of the month");
	chart->x.from_zero = true;
	memcpy(chart->x.currency, monthly->history->currency, sizeof(chart->x.currency));
}

static void
draw_workloads(const struct monthly *monthly, const struct table *table, struct row *rows, size_t n)
{
	enum { SHOWN = 10 };
	femto_t sum = 0;
	n = take_bars(rows, n);
	if (n < 2)
		return;
	size_t shown_n = n < SHOWN ? n : SHOWN;
	struct chart *chart = answer_chart(monthly->answer, CHART_BARS, "workloads", table);
	for (size_t i = 0; i < shown_n; i++) {
		struct str label = STR_INIT;
		/* as the table has it, where it is rounded to add up */
		const struct cell *cell = &table->cells[rows[i].at * W_COLUMNS + W_SPEND];
		femto_t amount = cell->rounded ? cell->shown : rows[i].spend;
		struct chart_bar *bar =
			chart_add_bar(chart, rows[i].name, MISSING, num_units(rows[i].spend));
		money_text(&label, amount, amount, rows[i].currency);
		bar->high_label = chart_printf(chart, "%s", str_text(&label));
		str_free(&label);
		sum += rows[i].spend;
	}
	name_workloads(monthly, chart, sum, shown_n, n);
}

/* What bills hold beyond logs and usage exports, or those beyond bills. */
static struct row
take_rest(const struct monthly *monthly)
{
	bool mixed = monthly->after->audit->mixed;
	struct row rest = { .currency = monthly->history->currency,
		.counted = true,
		.known = true,
		.known_before = true,
		.spend = rest_of(monthly, monthly->after),
		.before = rest_of(monthly, monthly->before) };
	bool beyond = (rest.spend ? rest.spend : rest.before) > 0;
	rest.name = slice_of(mixed ? (beyond ? WORKLOAD_NOT_LOGGED : WORKLOAD_NOT_BILLED)
				   : (beyond ? WORKLOAD_BEYOND_USAGE : WORKLOAD_UNBILLED_USAGE));
	return rest;
}

/* All of both months, the dearest first. */
static size_t
take_rows(const struct monthly *monthly, struct row *rows)
{
	const struct tallies *now = &monthly->after->audit->workloads,
			     *then = &monthly->before->audit->workloads;
	size_t n = 0;
	for (size_t i = 0; i < now->n; i++)
		rows[n++] = (struct row){ .name = now->items[i].name,
			.now = &now->items[i],
			.then = monthly_find(monthly->before, now->items[i].name) };
	for (size_t i = 0; i < then->n; i++)
		if (!monthly_find(monthly->after, then->items[i].name))
			rows[n++] = (struct row){ .name = then->items[i].name,
				.then = &then->items[i] };
	for (size_t i = 0; i < n; i++)
		take_amounts(monthly, &rows[i]);
	qsort(rows, n, sizeof(*rows), by_spend);
	return n;
}

void
monthly_workloads(const struct monthly *monthly)
{
	const struct audit *after = monthly->after->audit, *before = monthly->before->audit;
	struct table *table = answer_table(monthly->answer, "workloads", "Workloads and verdicts",
		workload_columns, W_COLUMNS);
	table->most = ROWS_FOR_PEOPLE;
	if (!after->total.records) {
		table->null_reason = "nothing is known of the month";
		return;
	}
	struct row *rows = xcalloc(after->workloads.n + before->workloads.n + 1, sizeof(*rows));
	size_t n = take_rows(monthly, rows);
	rows[n] = take_rest(monthly);
	n += rows[n].spend || rows[n].before;
	for (size_t i = 0; i < n; i++) {
		rows[i].at = i;
		add_row(monthly, table, &rows[i]);
	}
	(void)answer_round_column(table, W_SPEND, 2, monthly_spend(monthly, &after->total));
	struct column *shown = monthly_columns(monthly->answer, table, false);
	if (!monthly_is_whole(monthly))
		shown[W_CHANGE].head = NULL;
	table->columns = shown;
	draw_workloads(monthly, table, rows, n);
	free(rows);
}

/* ---- findings ---- */

enum {
	F_ID,
	F_STATE,
	F_SAVING,
	F_SAVING_HIGH,
	F_TITLE,
	F_WORKLOAD,
	F_MODEL,
	F_EVIDENCE,
	F_COLUMNS
};

static const struct column finding_columns[F_COLUMNS] = {
	[F_ID] = { .key = "id", .left = true, .names = true },
	[F_STATE] = { .key = "state", .head = "STATE", .left = true },
	[F_SAVING] = { .key = "monthly_saving", .head = "SAVES/MONTH", .unit = "money" },
	[F_SAVING_HIGH] = { .key = "monthly_saving_high", .unit = "money" },
	[F_TITLE] = { .key = "title", .head = "FINDING", .left = true, .weight = 1 },
	[F_WORKLOAD] = { .key = "workload",
		.head = "WORKLOAD",
		.left = true,
		.weight = 2,
		.names = true },
	[F_MODEL] = { .key = "model", .left = true, .names = true },
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

/* Is it there in the other month: the same, or what has only moved to another model? */
static bool
is_in(const struct findings *there, const struct findings *here, const struct finding *wanted)
{
	if (has(there, wanted))
		return true;
	for (size_t i = 0; there && i < there->n; i++) {
		const struct finding *at = &there->items[i];
		if (at->id == wanted->id && slice_eq(at->workload, wanted->workload) &&
			!has(here, at))
			return true;
	}
	return false;
}

static void
add_finding(const struct monthly *monthly, struct table *table, const struct finding *finding,
	const char *state)
{
	struct answer *answer = monthly->answer;
	char month[MONTH_TEXT];
	struct cell *row = table_row(table);
	row[F_ID] = cell_text(answer, slice_of(finding_rules[finding->id].id));
	row[F_STATE] = cell_text(answer, slice_of(state));
	finding_saving_cells(answer, finding, &row[F_SAVING], &row[F_SAVING_HIGH]);
	month_number(month, monthly->month - (strcmp(state, "resolved") == 0));
	finding_origin(answer, table, F_SAVING, finding, month);
	finding_origin(answer, table, F_SAVING_HIGH, finding, month);
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
	struct table *table = answer_table(
		monthly->answer, "findings", "What could save money", finding_columns, F_COLUMNS);
	table->most = ROWS_FOR_PEOPLE;
	if (!monthly->after->audit->total.records) {
		table->null_reason = "nothing is known of the month";
		return;
	}
	bool before = monthly->before->audit->total.records > 0;
	for (size_t i = 0; now && i < now->n; i++)
		add_finding(monthly, table, &now->items[i],
			!before || is_in(then, now, &now->items[i]) ? "open" : "new");
	for (size_t i = 0; then && i < then->n; i++)
		if (!is_in(now, then, &then->items[i]))
			add_finding(monthly, table, &then->items[i], "resolved");
	findings_total(monthly->answer, monthly->after);
}
