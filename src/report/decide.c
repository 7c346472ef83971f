/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/decide.h"

#include <stdlib.h>

#include "report/parts.h"
#include "report/policies.h"
#include "report/verdicts.h"

enum { QUESTIONS_SHOWN = 3, NOTES_MOST = 10 };

enum {
	W_NAME,
	W_COST,
	W_HIGH,
	W_VERDICT,
	W_MODIFIER,
	W_SAYS,
	W_CONFIDENCE,
	W_REASON,
	W_GAP,
	W_MISSING,
	W_CONFLICTS,
	W_CHANGES,
	WORKLOADS
};

static const struct column workload_columns[WORKLOADS] = {
	[W_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 2, .least = 14 },
	[W_COST] = { .key = "monthly_cost",
		.head = "$/MONTH",
		.unit = "money",
		.why = "What it costs in 30 days: what is billed, where a file states it, else the "
		       "list price.\n"
		       "@records workload {name}" },
	[W_HIGH] = { .key = "monthly_cost_high",
		.unit = "money",
		.why = "What it costs in 30 days: what is billed, where a file states it, else the "
		       "list price.\n"
		       "@records workload {name}" },
	[W_VERDICT] = { .key = "verdict", .left = true },
	[W_MODIFIER] = { .key = "modifier", .left = true },
	[W_SAYS] = { .key = NULL, .head = "VERDICT", .left = true },
	[W_CONFIDENCE] = { .key = "confidence", .head = "SURE", .drop = 1 },
	[W_REASON] = { .key = "reason", .left = true },
	[W_GAP] = { .key = "gap", .left = true },
	[W_MISSING] = { .key = "missing", .left = true },
	[W_CONFLICTS] = { .key = "conflicts", .left = true },
	[W_CHANGES] = { .key = "would_change_with",
		.head = "WOULD CHANGE WITH",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 24,
		.drop = 2 },
};

enum { Q_ABOUT, Q_ATTRIBUTE, Q_ANSWERS, Q_EFFECTS, Q_WORKLOADS, Q_COST, Q_HIGH, QUESTIONS };

static const struct column question_columns[QUESTIONS] = {
	[Q_ABOUT] = { .key = "question", .left = true, .names = true },
	[Q_ATTRIBUTE] = { .key = "attribute", .left = true, .names = true },
	[Q_ANSWERS] = { .key = "answers", .left = true },
	[Q_EFFECTS] = { .key = "effects", .left = true },
	[Q_WORKLOADS] = { .key = "workloads", .left = true },
	[Q_COST] = { .key = "monthly_cost",
		.unit = "money",
		.why = "What the workloads cost that it would decide.\n"
		       "@records total" },
	[Q_HIGH] = { .key = "monthly_cost_high",
		.unit = "money",
		.why = "What the workloads cost that it would decide.\n"
		       "@records total" },
};

/* The currency of the dearest workload: other amounts are not added to it. */
static const char *
main_currency(const struct subjects *subjects)
{
	for (size_t i = 0; i < subjects->n; i++)
		if (subjects->items[i].has_monthly)
			return subjects->items[i].currency;
	return "";
}

enum { SUM_ALREADY = VERDICTS, SUMS }; /* by verdict, and what runs locally already */

/* What a set of verdicts comes to in money: of the workloads in one currency. */
struct verdict_sum {
	size_t n;
	bool has_monthly;
	femto_t low, high;
};

/* What runs on own hardware is nothing that could move there. */
static bool
is_local(const struct policy *policy, const struct subject *subject)
{
	int local = attributes_find(policy->attributes, SLICE("local"));
	return local >= 0 && subject->values[local].source != ATTRIBUTE_UNKNOWN &&
	       subject->values[local].number != 0;
}

static void
add_sum(struct verdict_sum *sum, const struct subject *subject, const char *currency)
{
	sum->n++;
	if (!subject->has_monthly || strcmp(subject->currency, currency) != 0)
		return;
	sum->has_monthly = true;
	sum->low += subject->monthly_low;
	sum->high += subject->monthly_high;
}

/* "; $36.00 a month is for the API (2)" */
static void
say_sum(struct str *out, const struct verdict_sum *sum, const char *currency, const char *what)
{
	if (!sum->n)
		return;
	str_puts(out, "; ");
	if (sum->has_monthly) {
		money_text(out, sum->low, sum->high, currency);
		str_printf(out, " is %s (%zu)", what, sum->n);
	} else {
		str_printf(out, "%zu %s %s", sum->n, sum->n == 1 ? "is" : "are", what);
	}
}

/* "$155.00 of $227.00 a month could run locally (4 of 7 workloads); $36.00 is for the API …" */
static void
headline(struct answer *answer, const struct verdict_sum sums[SUMS], const char *currency,
	struct slice policy)
{
	static const char *const words[] = { [VERDICT_UNDECIDED] = "undecided",
		[VERDICT_API] = "for the API",
		[VERDICT_EVALUATE] = "to be compared first",
		[VERDICT_CONFLICT] = "contradicted",
		[SUM_ALREADY] = "local already" };
	static const int rest[] = { SUM_ALREADY, VERDICT_API, VERDICT_EVALUATE, VERDICT_UNDECIDED,
		VERDICT_CONFLICT };
	struct verdict_sum all = { 0 };
	struct str text = STR_INIT;
	const struct verdict_sum *local = &sums[VERDICT_LOCAL];
	for (size_t i = 0; i < SUMS; i++) {
		all.n += sums[i].n;
		all.has_monthly |= sums[i].has_monthly;
		all.low += sums[i].low;
		all.high += sums[i].high;
	}
	if (all.has_monthly) {
		money_text(&text, local->low, local->high, currency);
		str_puts(&text, " of ");
		money_text(&text, all.low, all.high, currency);
		str_printf(&text, " a month could run locally (%zu of %zu workload%s", local->n,
			all.n, all.n == 1 ? "" : "s");
	} else {
		str_printf(&text,
			"%zu of %zu workload%s could run locally (what %s a month is not known",
			local->n, all.n, all.n == 1 ? "" : "s",
			all.n == 1 ? "it costs" : "they cost");
	}
	str_printf(&text, ", by %s" SLICE_FMT ")", policy.n ? "policy " : "", SLICE_ARG(policy));
	for (size_t i = 0; i < HL_COUNT(rest); i++)
		say_sum(&text, &sums[rest[i]], currency, words[rest[i]]);
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}

static void
set_cost(struct answer *answer, struct cell *low, struct cell *high, bool known,
	const femto_t amounts[2], const char *currency)
{
	if (!known) {
		*low = *high = cell_none("not known for a month");
		return;
	}
	*low = cell_money(amounts[0], currency);
	*high = cell_money(amounts[1], currency);
	if (amounts[0] == amounts[1]) {
		*high = cell_none("");
		return;
	}
	struct str text = STR_INIT;
	money_text(&text, amounts[0], amounts[1], currency);
	low->text = slice_copy(&answer->arena, str_as_slice(&text));
	str_free(&text);
}

static struct cell
missing_cell(struct answer *answer, const struct decision *decision)
{
	struct str text = STR_INIT;
	for (size_t a = 0; a < decision->policy->attributes->n; a++)
		if (decision->missing[a])
			str_printf(&text, "%s" SLICE_FMT, text.n ? "\n" : "",
				SLICE_ARG(decision->policy->attributes->items[a].name));
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

/* "11 more calls a day: undecided; 12 more calls a day: local" */
static struct cell
changes_cell(struct answer *answer, const struct decision *decision, const struct flips *flips)
{
	struct str text = STR_INIT;
	if (!flips->n)
		return cell_none("no change of one attribute alone changes it");
	flip_print(&text, decision->policy, decision->values, &flips->items[0]);
	str_puts(&text, ": ");
	outcome_print(&text, &flips->items[0].then);
	if (flips->has_decided) {
		str_puts(&text, "; ");
		flip_print(&text, decision->policy, decision->values, &flips->decided);
		str_puts(&text, ": ");
		outcome_print(&text, &flips->decided.then);
	}
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static void
workload_row(const struct decide_report *report, struct decide_tables *tables,
	const struct subject *subject, const struct decision *decision, const struct flips *flips)
{
	struct answer *answer = report->answer;
	const struct outcome *outcome = &decision->outcome;
	struct cell *row = table_row(tables->workloads);
	const femto_t amounts[2] = { subject->monthly_low, subject->monthly_high };
	struct str says = STR_INIT;
	outcome_print(&says, outcome);
	if (outcome->verdict != VERDICT_CONFLICT && decision->conflicts_n)
		str_puts(&says, " (conflict)");
	row[W_NAME] = cell_text(answer, subject->name);
	set_cost(answer, &row[W_COST], &row[W_HIGH], subject->has_monthly, amounts,
		subject->currency);
	row[W_VERDICT] = verdict_cell(answer, decision);
	row[W_MODIFIER] = modifier_cell(answer, decision);
	row[W_SAYS] = cell_text(answer, str_as_slice(&says));
	row[W_CONFIDENCE] = confidence_cell(decision);
	confidence_origin(
		answer, tables->workloads, tables->workloads->rows_n - 1, W_CONFIDENCE, decision);
	row[W_REASON] = cell_text(answer, decision->reason);
	row[W_GAP] = outcome->gap == GAP_NONE
			     ? cell_none("it is decided")
			     : cell_text(answer, slice_of(gap_names[outcome->gap]));
	row[W_MISSING] = missing_cell(answer, decision);
	row[W_CONFLICTS] = conflicts_cell(answer, decision);
	row[W_CHANGES] = changes_cell(answer, decision, flips);
	str_free(&says);
}

/* What a table cannot say in a cell: why something is undecided, and what contradicts a verdict. */
static void
notes_of(struct answer *answer, const struct subject *subject, const struct decision *decision,
	const struct flips *flips, bool all)
{
	enum verdict verdict = decision->outcome.verdict;
	if (all || verdict == VERDICT_UNDECIDED || verdict == VERDICT_CONFLICT)
		answer_note(answer, SLICE_FMT " is %s: " SLICE_FMT ".", SLICE_ARG(subject->name),
			verdict == VERDICT_CONFLICT ? "contradicted" : verdict_names[verdict],
			SLICE_ARG(decision->reason));
	if (all) {
		struct cell changes = changes_cell(answer, decision, flips);
		answer_note(answer, SLICE_FMT "%s" SLICE_FMT ".", SLICE_ARG(subject->name),
			flips->n ? " would change with " : ": ", SLICE_ARG(changes.text));
	}
	if (verdict == VERDICT_CONFLICT)
		return;
	for (size_t i = 0; i < decision->conflicts_n; i++)
		answer_note(answer, SLICE_FMT " is %s, but " SLICE_FMT ".",
			SLICE_ARG(subject->name), verdict_names[verdict],
			SLICE_ARG(decision->conflicts[i]));
}

/* "Assumed where nothing is known: quality = standard …": what was used, of any workload. */
static void
assumed_note(const struct decide_report *report, const bool *used)
{
	const struct policy *policy = report->policies[0];
	struct str text = STR_INIT;
	for (size_t a = 0; a < policy->attributes->n; a++) {
		if (!used[a])
			continue;
		str_printf(&text, "%s" SLICE_FMT " = ", text.n ? ", " : "",
			SLICE_ARG(policy->attributes->items[a].name));
		attribute_print(&text, &policy->attributes->items[a], &policy->assumed[a]);
	}
	if (text.n)
		answer_note(report->answer,
			"Assumed by policy " SLICE_FMT
			" where nothing is known: %s (--no-assume leaves that open).",
			SLICE_ARG(policy->name), str_text(&text));
	str_free(&text);
}

/* The sum of what its workloads cost, low or high ends. */
static void
question_origin(const struct decide_report *report, struct table *table,
	const struct question *question, size_t column)
{
	struct str text = STR_INIT;
	const struct subjects *subjects = report->subjects;
	struct slice rest = question->names;
	/* names stand there in the order of the subjects, a line each; but names may have lines */
	for (size_t i = 0; i < subjects->n && report->answer->explained; i++) {
		const struct subject *at = &subjects->items[i];
		size_t n = at->name.n;
		bool range = column == Q_HIGH && at->monthly_low != at->monthly_high;
		bool named = rest.n >= n && memcmp(rest.p, at->name.p, n) == 0 &&
			     (rest.n == n || rest.p[n] == '\n');
		if (!named)
			continue;
		rest = rest.n == n ? SLICE("") : (struct slice){ rest.p + n + 1, rest.n - n - 1 };
		if (at->has_monthly && strcmp(at->currency, question->currency) == 0)
			str_printf(&text, "%s{workloads#%zu.monthly_cost%s}", text.n ? " + " : "",
				i, range ? "_high" : "");
	}
	if (text.n && !rest.n)
		answer_origin(report->answer, table, table->rows_n - 1, column,
			"= %s\nWhat the workloads cost that it would decide.", str_text(&text));
	str_free(&text);
}

static void
add_questions(const struct decide_report *report)
{
	struct answer *answer = report->answer;
	const struct policy *policy = report->policies[0];
	struct questions questions = { 0 };
	struct table *table = answer_table(answer, "questions", NULL, question_columns, QUESTIONS);
	table->quiet = true;
	questions_find(&questions, policy, report->subjects, report->assume);
	for (size_t i = 0; i < questions.n; i++) {
		const struct question *question = &questions.items[i];
		const femto_t amounts[2] = { question->monthly_low, question->monthly_high };
		struct cell *row = table_row(table);
		struct str money = STR_INIT;
		row[Q_ABOUT] = cell_text(answer, question->about);
		row[Q_ATTRIBUTE] =
			cell_text(answer, policy->attributes->items[question->attribute].name);
		row[Q_ANSWERS] = cell_text(answer, question->answers);
		row[Q_EFFECTS] = cell_text(answer, question->effects);
		row[Q_WORKLOADS] = cell_list(answer, question->names);
		set_cost(answer, &row[Q_COST], &row[Q_HIGH], question->has_monthly, amounts,
			question->currency);
		question_origin(report, table, question, Q_COST);
		question_origin(report, table, question, Q_HIGH);
		if (i >= QUESTIONS_SHOWN)
			continue;
		if (i == 0)
			answer_note(answer, "Worth finding out:");
		if (question->has_monthly) {
			money_text(&money, question->monthly_low, question->monthly_high,
				question->currency);
			str_puts(&money, " a month");
		} else {
			count_text(&money, (int64_t)question->subjects_n, "workload", "workloads");
		}
		answer_note(answer, "  " SLICE_FMT ": " SLICE_FMT "? decides %s (" SLICE_FMT ")",
			SLICE_ARG(question->about), SLICE_ARG(question->answers), str_text(&money),
			SLICE_ARG(question->effects));
		str_free(&money);
	}
	questions_free(&questions);
}

/* The same attributes are missing of most workloads: that is one sentence for all of them. */
struct lacking {
	struct slice name; /* of the first */
	struct str reason;
	size_t n;
};

static bool
is_lacking(struct lacking *lacking, const struct subject *subject, const struct decision *decision)
{
	if (decision->outcome.gap != GAP_REQUIRED)
		return false;
	if (!lacking->n) {
		lacking->name = subject->name;
		str_slice(&lacking->reason, decision->reason);
	}
	if (!slice_eq(str_as_slice(&lacking->reason), decision->reason))
		return false;
	lacking->n++;
	return true;
}

static void
lacking_note(struct answer *answer, struct lacking *lacking)
{
	if (lacking->n == 1)
		answer_note(answer, SLICE_FMT " is undecided: %s.", SLICE_ARG(lacking->name),
			str_text(&lacking->reason));
	else if (lacking->n)
		answer_note(answer, "%zu workloads are undecided: %s.", lacking->n,
			str_text(&lacking->reason));
	str_free(&lacking->reason);
}

/* What the data is too short for, an option may say. */
static void
days_note(const struct decide_report *report)
{
	int calls = attributes_find(report->policies[0]->attributes, SLICE("calls_per_day"));
	for (size_t i = 0; i < report->subjects->n && calls >= 0; i++) {
		const struct attribute *value = &report->subjects->items[i].values[calls];
		if (value->source != ATTRIBUTE_UNKNOWN || slice_find(value->why, "--days") < 0)
			continue;
		answer_note(report->answer, "Nothing is known of a day or a month: " SLICE_FMT ".",
			SLICE_ARG(value->why));
		return;
	}
}

static void
decide_one(const struct decide_report *report)
{
	struct answer *answer = report->answer;
	const struct policy *policy = report->policies[0];
	const char *currency = main_currency(report->subjects);
	struct verdict_sum sums[SUMS] = { 0 };
	struct decide_tables tables = { .workloads = answer_table(answer, "workloads", NULL,
						workload_columns, WORKLOADS) };
	bool *used = xcalloc(policy->attributes->n + 1, sizeof(*used));
	tables.workloads->most = report->explain ? 0 : ROWS_FOR_PEOPLE;
	decide_proof_tables(report, &tables);
	size_t unsaid = 0;
	struct lacking lacking = { 0 };
	for (size_t i = 0; i < report->subjects->n; i++) {
		const struct subject *subject = &report->subjects->items[i];
		struct decision decision;
		struct flips flips = { 0 };
		decision_make(&decision, policy, subject, report->assume);
		flips_find(&flips, policy, decision.values);
		add_sum(&sums[is_local(policy, subject) ? SUM_ALREADY : decision.outcome.verdict],
			subject, currency);
		workload_row(report, &tables, subject, &decision, &flips);
		decide_proof_rows(report, &tables, i, subject, &decision);
		decide_flip_rows(report, &tables, i, &decision, &flips);
		if (!report->explain && is_lacking(&lacking, subject, &decision))
			; /* told once for all */
		else if (answer->notes_n < NOTES_MOST || report->explain)
			notes_of(answer, subject, &decision, &flips, report->explain);
		else
			unsaid += decision.outcome.verdict == VERDICT_UNDECIDED ||
				  decision.conflicts_n > 0;
		for (size_t a = 0; a < policy->attributes->n; a++)
			used[a] |= decision.decisive[a] &&
				   decision.values[a].source == ATTRIBUTE_ASSUMED;
		flips_free(&flips);
		decision_free(&decision);
	}
	lacking_note(answer, &lacking);
	if (unsaid)
		answer_note(
			answer, "%zu more are undecided or contradicted: --format json.", unsaid);
	headline(answer, sums, currency, policy->name);
	policy_head_table(answer, policy);
	policy_setting_notes(answer, policy);
	days_note(report);
	assumed_note(report, used);
	add_questions(report);
	free(used);
}

void
decide_report(const struct decide_report *report)
{
	report->answer->default_table = "workloads";
	if (report->policies_n == 1)
		decide_one(report);
	else
		decide_compare(report);
}
