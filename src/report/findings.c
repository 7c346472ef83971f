/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings - what would save money: a row for each finding, and the total of all changes at once. */
#include "config.h"

#include "base/when.h"
#include "report/parts.h"

enum { FINDINGS_FOR_PEOPLE = 10 };

enum {
	F_ID,
	F_SAVING,
	F_SAVING_HIGH,
	F_TITLE,
	F_WORKLOAD,
	F_MODEL,
	F_EVIDENCE,
	F_START,
	F_END,
	F_RECORDS,
	F_TOKENS,
	F_CHANGE,
	F_TO_MODEL,
	F_TO_TIER,
	F_BY_NAME, /* for people: what hllm.conf calls it */
	COLUMNS,
};

static const struct column columns[COLUMNS] = {
	[F_ID] = { .key = "id", .left = true, .names = true },
	[F_SAVING] = { .key = "monthly_saving",
		.head = "SAVES/MONTH",
		.unit = "money",
		.left = true,
		.why = "@records workload {workload} model {model}" },
	[F_SAVING_HIGH] = { .key = "monthly_saving_high",
		.unit = "money",
		.why = "@records workload {workload} model {model}" },
	[F_TITLE] = { .key = "title", .head = "FINDING", .left = true, .weight = 1 },
	[F_WORKLOAD] = { .key = "workload",
		.head = "WORKLOAD",
		.left = true,
		.weight = 2,
		.names = true },
	[F_MODEL] = { .key = "model", .left = true, .names = true },
	[F_EVIDENCE] = { .key = "evidence", .head = "EVIDENCE", .left = true, .below = true },
	[F_START] = { .key = "period.start", .left = true },
	[F_END] = { .key = "period.end", .left = true },
	[F_RECORDS] = { .key = "records",
		.why = "{evidence}\n"
		       "@records workload {workload} model {model}" },
	[F_TOKENS] = { .key = "tokens",
		.why = "{evidence}\n"
		       "@records workload {workload} model {model}" },
	[F_CHANGE] = { .key = "change.kind", .left = true },
	[F_TO_MODEL] = { .key = "change.model", .left = true },
	[F_TO_TIER] = { .key = "change.tier", .left = true },
	[F_BY_NAME] = { .head = "ID", .left = true },
};

static const struct column total_columns[] = {
	{ .key = "monthly_saving",
		.unit = "money",
		.why = "Everything priced again with all changes at once, so that what several of "
		       "them would save counts once.\n"
		       "@records total" },
	{ .key = "monthly_saving_high",
		.unit = "money",
		.why = "Everything priced again with all changes at once, so that what several of "
		       "them would save counts once.\n"
		       "@records total" },
	{ .head = "TOTAL", .left = true, .shows = "monthly_saving" },
};

static const char *const change_names[CHANGE_KINDS] = {
	[CHANGE_DROP] = "fewer requests",
	[CHANGE_TRIM] = "fewer tokens",
	[CHANGE_CACHE] = "cache",
	[CHANGE_MODEL] = "model",
	[CHANGE_TIER] = "tier",
};

/* A saving is never shown as more than it is. */
static femto_t
down(femto_t amount, femto_t step)
{
	return amount - amount % step;
}

/* "$1.20 to $3.40", "up to $3.40", "$3.40" */
static void
saving_text(struct str *out, femto_t low, femto_t high, const char *currency)
{
	low = down(low, FEMTO_PER_CENT);
	high = down(high, FEMTO_PER_CENT);
	if (!low && high) {
		str_puts(out, "up to ");
		low = high;
	}
	money_text(out, low, high, currency);
}

static struct cell
day_cell(struct answer *answer, int64_t day)
{
	char text[WHEN_TEXT];
	if (day == DAY_NONE)
		return cell_none("the files state no dates");
	return cell_textf(answer, "%s", when_date(text, day * NS_PER_DAY));
}

void
finding_saving_cells(
	struct answer *answer, const struct finding *finding, struct cell *low, struct cell *high)
{
	if (!finding->has_saving) {
		*low = *high = cell_none(finding->no_saving);
		return;
	}
	struct str text = STR_INIT;
	saving_text(&text, finding->low, finding->high, finding->currency);
	*low = cell_money(down(finding->low, FEMTO_PER_NANO), finding->currency);
	low->text = slice_copy(&answer->arena, str_as_slice(&text));
	*high = finding->low == finding->high
			? cell_none("the saving is exact")
			: cell_money(down(finding->high, FEMTO_PER_NANO), finding->currency);
	str_free(&text);
}

/* Of the currency that the other tables show, else of the first. */
static const struct money_range *
main_total(const struct audit_report *report)
{
	const struct findings *findings = report->findings;
	const struct money *money = main_money(&report->audit->total);
	for (int i = 0; i < findings->totals_n && money; i++)
		if (strcmp(findings->totals[i].currency, money->currency) == 0)
			return &findings->totals[i];
	return findings->totals_n ? &findings->totals[0] : NULL;
}

bool
findings_headline(const struct audit_report *report, struct str *out)
{
	const struct money_range *total = report->findings ? main_total(report) : NULL;
	char n[NUM_TEXT];
	if (!total || total->high < FEMTO_PER_UNIT)
		return false;
	int64_t found = 0;
	for (size_t i = 0; i < report->findings->n; i++)
		found += report->findings->items[i].has_saving;
	str_printf(out, "; %s finding%s could save ", number_word(found, n), found == 1 ? "" : "s");
	saving_text(out, total->low, total->high, total->currency);
	str_puts(out, " a month");
	return true;
}

/* How a finding of its kind saves, and what it was found by. */
void
finding_origin(struct answer *answer, struct table *table, size_t column,
	const struct finding *finding, const char *month)
{
	const struct finding_rule *rule = &finding_rules[finding->id];
	answer_origin(answer, table, table->rows_n - 1, column,
		"What is looked for: %s.\nWhat it saves: %s.\n{evidence}%s\n"
		"@records workload {workload} model {model}%s%s",
		rule->detector, rule->formula,
		finding->scaled ? "\nScaled down from list prices to what was billed." : "",
		month ? " month " : "", month ? month : "");
}

static void
add_finding(struct answer *answer, struct table *table, const struct finding *finding)
{
	struct cell *row = table_row(table);
	const struct change *change = &finding->change;
	row[F_ID] = cell_text(answer, slice_of(finding_rules[finding->id].id));
	row[F_BY_NAME] = row[F_ID];
	row[F_TITLE] = cell_text(answer, slice_of(finding_rules[finding->id].title));
	row[F_WORKLOAD] = cell_text(answer, finding->workload);
	row[F_MODEL] = finding->model.n ? cell_text(answer, finding->model)
					: cell_none("no model is named");
	row[F_EVIDENCE] = cell_text(answer, finding->evidence);
	row[F_START] = day_cell(answer, finding->first);
	row[F_END] = day_cell(answer, finding->last);
	row[F_RECORDS] = cell_count(finding->records);
	row[F_TOKENS] = cell_count(finding->tokens);
	finding_saving_cells(answer, finding, &row[F_SAVING], &row[F_SAVING_HIGH]);
	finding_origin(answer, table, F_SAVING, finding, NULL);
	finding_origin(answer, table, F_SAVING_HIGH, finding, NULL);
	row[F_CHANGE] = finding->has_saving
				? cell_text(answer, slice_of(change_names[change->kind]))
				: cell_none(finding->no_saving);
	row[F_TO_MODEL] =
		change->model.n ? cell_text(answer, change->model) : cell_none("the model stays");
	row[F_TO_TIER] = change->kind == CHANGE_TIER
				 ? cell_text(answer, slice_of(tier_names[change->tier]))
				 : cell_none("the tier stays");
}

void
findings_total(struct answer *answer, const struct audit_report *report)
{
	struct table *table = answer_table(
		answer, "findings_total", NULL, total_columns, HL_COUNT(total_columns));
	const struct money_range *total = report->findings ? main_total(report) : NULL;
	table->single = table->plain = true;
	if (!total) {
		table->quiet = true;
		table->null_reason = report->findings ? "no finding saves anything"
						      : "findings are shown by hllm audit";
		return;
	}
	struct str text = STR_INIT;
	struct cell *row = table_row(table);
	saving_text(&text, total->low, total->high, total->currency);
	row[0] = cell_money(down(total->low, FEMTO_PER_NANO), total->currency);
	row[1] = total->low == total->high
			 ? cell_none("the saving is exact")
			 : cell_money(down(total->high, FEMTO_PER_NANO), total->currency);
	row[2] = report->findings->n == 1
			 ? cell_textf(answer, "This change: %s a month.", str_text(&text))
			 : cell_textf(answer,
				   "All changes at once: %s a month (not the sum of the rows).",
				   str_text(&text));
	str_free(&text);
}

void
report_findings(struct audit_report *report)
{
	const struct findings *findings = report->findings;
	struct table *table =
		answer_table(report->answer, "findings", "What could save money", columns, COLUMNS);
	table->most = FINDINGS_FOR_PEOPLE;
	if (!findings)
		table->null_reason = "findings are shown by hllm audit";
	table->quiet = !findings || !findings->n;
	for (size_t i = 0; findings && i < findings->n; i++)
		add_finding(report->answer, table, &findings->items[i]);
	findings_total(report->answer, report);
	if (findings && findings->scaled)
		answer_note(report->answer,
			"Some savings are scaled down from list prices to what was billed.");
	if (findings && findings->limited)
		answer_note(report->answer, "A commitment limits what can be saved; what is paid "
					    "anyway is left out of the savings.");
}
