/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare - several policies side by side: on which workloads they do not agree. */
#include "config.h"

#include <stdlib.h>

#include "report/decide.h"
#include "report/parts.h"
#include "report/verdicts.h"

enum { HEAD_MOST = 8 }; /* of a name above a column */

enum {
	D_WORKLOAD,
	D_POLICY,
	D_VERDICT,
	D_MODIFIER,
	D_CONFIDENCE,
	D_REASON,
	D_CONFLICTS,
	DECISIONS
};

static const struct column decision_columns[DECISIONS] = {
	[D_WORKLOAD] = { .key = NULL, .head = "WORKLOAD", .left = true, .weight = 1 },
	[D_POLICY] = { .key = "policy", .head = "POLICY", .left = true, .names = true },
	[D_VERDICT] = { .key = "verdict", .head = "VERDICT", .left = true },
	[D_MODIFIER] = { .key = "modifier", .left = true },
	[D_CONFIDENCE] = { .key = "confidence", .head = "SURE" },
	[D_REASON] = { .key = "reason", .head = "WHY", .left = true, .weight = 2 },
	[D_CONFLICTS] = { .key = "conflicts" },
};

/* offline-first stands above its column as OFFLINE. */
static const char *
head_of(struct answer *answer, struct slice name)
{
	struct slice head = name;
	while (head.n > HEAD_MOST) {
		const char *dash = memrchr(head.p, '-', head.n);
		if (!dash || dash == head.p)
			break;
		head.n = (size_t)(dash - head.p);
	}
	char *text = arena_copy(&answer->arena, head.p, head.n);
	for (char *at = text; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	return text;
}

/* name, cost, one column for each policy, and whether they agree. */
static struct table *
make_table(const struct decide_report *report)
{
	struct answer *answer = report->answer;
	size_t n = report->policies_n + 3;
	struct column *columns = arena_take(&answer->arena, n * sizeof(*columns));
	columns[0] = (struct column){
		.key = "name", .head = "WORKLOAD", .left = true, .weight = 1, .least = 8
	};
	columns[1] = (struct column){ .key = "monthly_cost",
		.head = "$/MONTH",
		.unit = "money",
		.why = "What it costs in 30 days: what is billed, where a file states it, else the "
		       "list price.\n@records workload {name}" };
	for (size_t i = 0; i < report->policies_n; i++) {
		char *key = xasprintf("verdicts." SLICE_FMT, SLICE_ARG(report->policies[i]->name));
		columns[2 + i] =
			(struct column){ .key = arena_copy(&answer->arena, key, strlen(key)),
				.head = head_of(answer, report->policies[i]->name),
				.left = true };
		free(key);
	}
	columns[n - 1] = (struct column){ .key = "agree" };
	return answer_table(answer, "workloads", NULL, columns, n);
}

static void
decision_row(const struct decide_report *report, struct cell *row, const struct subject *subject,
	const struct decision *decision)
{
	struct answer *answer = report->answer;
	row[D_WORKLOAD] = cell_text(answer, subject->name);
	row[D_POLICY] = cell_text(answer, decision->policy->name);
	row[D_VERDICT] = verdict_cell(answer, decision);
	row[D_MODIFIER] = modifier_cell(answer, decision);
	row[D_CONFIDENCE] = confidence_cell(decision);
	row[D_REASON] = cell_text(answer, decision->reason);
	row[D_CONFLICTS] = conflicts_cell(answer, decision);
}

/* One workload under all policies; do they say the same? */
static bool
compare_one(const struct decide_report *report, struct table *table, struct table *decisions,
	const struct subject *subject, size_t row_number)
{
	struct answer *answer = report->answer;
	struct cell *row = table_row(table);
	bool agree = true;
	enum verdict first = VERDICT_UNDECIDED;
	row[0] = cell_text(answer, subject->name);
	row[1] = subject->has_monthly ? cell_money(subject->monthly_low, subject->currency)
				      : cell_none("not known for a month");
	for (size_t i = 0; i < report->policies_n; i++) {
		struct decision decision;
		decision_make(&decision, report->policies[i], subject, report->assume);
		row[2 + i] = verdict_cell(answer, &decision);
		first = i ? first : decision.outcome.verdict;
		agree &= decision.outcome.verdict == first;
		decision_row(report, table_child_row(decisions, row_number), subject, &decision);
		confidence_origin(
			answer, decisions, decisions->rows_n - 1, D_CONFIDENCE, &decision);
		decision_free(&decision);
	}
	row[2 + report->policies_n] = cell_flag(agree);
	return agree;
}

void
decide_compare(const struct decide_report *report)
{
	struct answer *answer = report->answer;
	const struct subjects *subjects = report->subjects;
	struct table *table = make_table(report);
	struct table *decisions =
		answer_child(answer, table, "decisions", decision_columns, DECISIONS);
	const char *currency = "";
	femto_t low = 0, high = 0;
	size_t differ = 0;
	decisions->quiet = !report->explain;
	table->most = report->explain ? 0 : ROWS_FOR_PEOPLE;
	for (size_t i = 0; i < subjects->n; i++) {
		const struct subject *subject = &subjects->items[i];
		if (!currency[0] && subject->has_monthly)
			currency = subject->currency;
		if (compare_one(report, table, decisions, subject, i))
			continue;
		differ++;
		if (subject->has_monthly && strcmp(subject->currency, currency) == 0) {
			low += subject->monthly_low;
			high += subject->monthly_high;
		}
	}
	struct str money = STR_INIT;
	if (currency[0]) {
		money_text(&money, low, high, currency);
		str_puts(&money, " a month");
	}
	if (differ)
		answer_headline(answer, "%zu policies differ on %zu of %zu workloads%s%s.",
			report->policies_n, differ, subjects->n, money.n ? ", which cost " : "",
			str_text(&money));
	else
		answer_headline(answer, "%zu policies agree on all of %zu workloads.",
			report->policies_n, subjects->n);
	str_free(&money);
}
