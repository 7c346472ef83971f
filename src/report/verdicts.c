/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/verdicts.h"

#include <stdlib.h>

#include "decide/flip.h"
#include "report/origin.h"
#include "report/parts.h"

void
rulings_make(struct rulings *rulings, const struct policy *policy, const struct subjects *subjects)
{
	*rulings = (struct rulings){ .policy = policy,
		.subjects = subjects,
		.items = xcalloc(subjects->n + 1, sizeof(*rulings->items)) };
	for (size_t i = 0; i < subjects->n; i++)
		decision_make(&rulings->items[i], policy, &subjects->items[i], true);
}

void
rulings_free(struct rulings *rulings)
{
	for (size_t i = 0; rulings->items && i < rulings->subjects->n; i++)
		decision_free(&rulings->items[i]);
	free(rulings->items);
	*rulings = (struct rulings){ 0 };
}

const struct decision *
rulings_find(const struct rulings *rulings, struct slice name)
{
	for (size_t i = 0; rulings && i < rulings->subjects->n; i++)
		if (slice_eq(rulings->subjects->items[i].name, name))
			return &rulings->items[i];
	return NULL;
}

/* ---- cells ---- */

static const char no_workload[] = "no workload of the log: a difference";

struct cell
verdict_cell(struct answer *answer, const struct decision *decision)
{
	if (!decision)
		return cell_none(no_workload);
	return cell_text(answer, slice_of(verdict_names[decision->outcome.verdict]));
}

struct cell
modifier_cell(struct answer *answer, const struct decision *decision)
{
	if (!decision)
		return cell_none(no_workload);
	enum modifier modifier = decision->outcome.modifier;
	return modifier == MODIFIER_NONE ? cell_none("the verdict has none")
					 : cell_text(answer, slice_of(modifier_names[modifier]));
}

/* "local, with fallback", for people. */
static struct cell
outcome_cell(struct answer *answer, const struct decision *decision)
{
	struct str text = STR_INIT;
	outcome_print(&text, &decision->outcome);
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

struct cell
confidence_cell(const struct decision *decision)
{
	if (!decision)
		return cell_none(no_workload);
	if (!decision->decisive_n)
		return cell_none("the verdict rests on no attribute");
	return cell_share((femto_t)decision->known_n, (femto_t)decision->decisive_n);
}

/* "calls_per_day and p95_context", of the decisive attributes that are known, or of the others. */
static void
name_decisive(struct str *out, const struct decision *decision, bool known)
{
	const struct attributes *attributes = decision->policy->attributes;
	size_t before = out->n;
	for (size_t a = 0; a < attributes->n; a++) {
		enum attribute_source source = decision->values[a].source;
		bool is_known = source == ATTRIBUTE_LOGGED || source == ATTRIBUTE_CONFIGURED;
		if (!decision->decisive[a] || is_known != known)
			continue;
		str_printf(out, "%s" SLICE_FMT " (%s)", out->n > before ? ", " : "",
			SLICE_ARG(attributes->items[a].name), attribute_source_names[source]);
	}
	if (out->n == before)
		str_puts(out, "none");
}

void
confidence_origin(struct answer *answer, struct table *table, size_t row, size_t column,
	const struct decision *decision)
{
	struct str known = STR_INIT, others = STR_INIT, rules = STR_INIT;
	if (!answer->explained || !decision || !decision->decisive_n)
		return;
	name_decisive(&known, decision, true);
	name_decisive(&others, decision, false);
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct rule *rule = &decision->policy->rules[i];
		if (!decision->proofs[i].decides)
			continue;
		str_puts(&rules, "\n@rule ");
		origin_quote(&rules, slice_of(rule->file));
		str_printf(&rules, ":%d: rule ", rule->line);
		origin_quote(&rules, rule->id);
		str_printf(&rules, " says %s", verdict_names[rule->verdict]);
	}
	if (!rules.n) {
		str_puts(&rules, "\n@rule ");
		origin_quote(&rules, slice_of(decision->policy->file));
		str_puts(&rules, ": no rule of it decides");
	}
	answer_origin(answer, table, row, column,
		"= %zu / %zu\nOf the attributes that the verdict rests on, these are logged or "
		"configured: %s.\nThese are inferred, assumed or not known: %s.%s",
		decision->known_n, decision->decisive_n, str_text(&known), str_text(&others),
		str_text(&rules));
	str_free(&known);
	str_free(&others);
	str_free(&rules);
}

struct cell
deciding_cell(struct answer *answer, const struct decision *decision)
{
	if (!decision)
		return cell_none(no_workload);
	struct str text = STR_INIT;
	for (size_t i = 0; i < decision->policy->rules_n; i++)
		if (decision->proofs[i].decides)
			str_printf(&text, "%s" SLICE_FMT, text.n ? "\n" : "",
				SLICE_ARG(decision->policy->rules[i].id));
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

/* ---- the table ---- */

enum {
	V_NAME,
	V_VERDICT,
	V_MODIFIER,
	V_OUTCOME,
	V_CONFIDENCE,
	V_COST,
	V_WHY,
	V_SHORT,
	V_CONFLICTS,
	V_ASSUMED,
	V_FLIP,
	VERDICT_COLUMNS
};

static const struct column verdict_columns[VERDICT_COLUMNS] = {
	[V_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 1, .least = 16 },
	[V_VERDICT] = { .key = "verdict", .left = true },
	[V_MODIFIER] = { .key = "modifier", .left = true },
	[V_OUTCOME] = { .head = "VERDICT", .left = true },
	[V_CONFIDENCE] = { .key = "confidence", .head = "SURE", .drop = 3 },
	[V_COST] = { .key = "monthly_cost",
		.unit = "money",
		.why = "= {workloads[=name].monthly_cost}" },
	[V_WHY] = { .key = "why", .left = true },
	[V_SHORT] = { .head = "WHY",
		.left = true,
		.wrap = true,
		.weight = 4,
		.least = 24,
		.drop = 2 },
	[V_CONFLICTS] = { .key = "conflicts", .left = true },
	[V_ASSUMED] = { .key = "assumed", .left = true },
	[V_FLIP] = { .key = "minimal_flip", .left = true },
};

static struct cell
flip_cell(struct answer *answer, const struct decision *decision)
{
	struct flips flips = { 0 };
	struct str text = STR_INIT;
	flips_find(&flips, decision->policy, decision->values);
	if (flips.n) {
		flip_print(&text, decision->policy, decision->values, &flips.items[0]);
		str_puts(&text, ": ");
		outcome_print(&text, &flips.items[0].then);
	}
	struct cell cell = text.n ? cell_text(answer, str_as_slice(&text))
				  : cell_none("no single change turns it");
	str_free(&text);
	flips_free(&flips);
	return cell;
}

struct cell
conflicts_cell(struct answer *answer, const struct decision *decision)
{
	struct str text = STR_INIT;
	for (size_t i = 0; i < decision->conflicts_n; i++)
		str_printf(&text, "%s" SLICE_FMT, i ? "\n" : "", SLICE_ARG(decision->conflicts[i]));
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

/* "quality = standard" for each decisive attribute that only the policy says. */
static struct cell
assumed_cell(struct answer *answer, const struct decision *decision)
{
	struct str text = STR_INIT;
	const struct attributes *attributes = decision->policy->attributes;
	for (size_t i = 0; i < attributes->n; i++) {
		if (!decision->decisive[i] || decision->values[i].source != ATTRIBUTE_ASSUMED)
			continue;
		str_printf(&text, "%s" SLICE_FMT " = ", text.n ? "\n" : "",
			SLICE_ARG(attributes->items[i].name));
		attribute_print(&text, &attributes->items[i], &decision->values[i]);
	}
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

/* "not known: type and calls_per_day"; nothing when all is known that it takes. */
static void
say_missing(const struct decision *decision, struct str *out)
{
	const struct attributes *attributes = decision->policy->attributes;
	size_t left = 0;
	for (size_t i = 0; i < attributes->n; i++)
		left += decision->missing[i];
	for (size_t i = 0; i < attributes->n; i++)
		if (decision->missing[i])
			str_printf(out, "%s" SLICE_FMT,
				!out->n       ? "not known: "
				: left-- == 2 ? " and "
					      : ", ",
				SLICE_ARG(attributes->items[i].name));
}

/* The first of several reasons, or what is not known; `hllm decide --explain` has all of it. */
static struct cell
short_cell(struct answer *answer, const struct decision *decision)
{
	ptrdiff_t at = slice_find(decision->reason, "; ");
	struct slice first = decision->reason;
	struct str text = STR_INIT;
	if (at > 0)
		first.n = (size_t)at;
	if (slice_is(first, "no rule holds") || slice_starts(first, "not known: "))
		say_missing(decision, &text);
	struct cell cell = cell_text(answer, text.n ? str_as_slice(&text) : first);
	str_free(&text);
	return cell;
}

static void
add_verdict(struct audit_report *report, struct table *table, const struct decision *decision,
	const struct subject *subject)
{
	struct answer *answer = report->answer;
	struct cell *row = table_row(table);
	row[V_NAME] = cell_text(answer, subject->name);
	row[V_VERDICT] = verdict_cell(answer, decision);
	row[V_MODIFIER] = modifier_cell(answer, decision);
	row[V_OUTCOME] = outcome_cell(answer, decision);
	row[V_CONFIDENCE] = confidence_cell(decision);
	confidence_origin(answer, table, table->rows_n - 1, V_CONFIDENCE, decision);
	row[V_COST] = subject->has_monthly ? cell_money(subject->monthly_low, subject->currency)
					   : cell_none("not known for a month");
	const struct money *main = main_money(&report->audit->total);
	if (main && strcmp(main->currency, subject->currency) != 0)
		answer_origin(answer, table, table->rows_n - 1, V_COST,
			"What it costs in 30 days, in the currency most of it is in.\n"
			"@records workload {name}");
	row[V_WHY] = cell_text(answer, decision->reason);
	row[V_SHORT] = short_cell(answer, decision);
	row[V_CONFLICTS] = conflicts_cell(answer, decision);
	row[V_ASSUMED] = assumed_cell(answer, decision);
	row[V_FLIP] = flip_cell(answer, decision);
}

void
report_verdicts(struct audit_report *report)
{
	const struct rulings *rulings = report->rulings;
	struct table *table =
		answer_table(report->answer, "verdicts", NULL, verdict_columns, VERDICT_COLUMNS);
	table->most = ROWS_FOR_PEOPLE;
	table->heading = "What could run on your own hardware";
	if (!rulings)
		table->null_reason = "no policy was asked";
	for (size_t i = 0; rulings && i < rulings->subjects->n; i++)
		add_verdict(report, table, &rulings->items[i], &rulings->subjects->items[i]);
}

/* ---- the headline ---- */

struct movable {
	size_t n;
	femto_t low, high;
	const char *currency;
	bool money;
};

bool
rulings_would_move(const struct rulings *rulings, size_t at, enum verdict verdict)
{
	int local = attributes_find(rulings->policy->attributes, SLICE("local"));
	const struct subject *subject = &rulings->subjects->items[at];
	bool already = local >= 0 && subject->values[local].source != ATTRIBUTE_UNKNOWN &&
		       subject->values[local].number > 0;
	return rulings->items[at].outcome.verdict == verdict && !already;
}

static struct movable
sum_up(const struct rulings *rulings, enum verdict verdict)
{
	struct movable sum = { .money = true };
	for (size_t i = 0; i < rulings->subjects->n; i++) {
		const struct subject *subject = &rulings->subjects->items[i];
		if (!rulings_would_move(rulings, i, verdict))
			continue;
		sum.money &= subject->has_monthly &&
			     (!sum.currency || strcmp(sum.currency, subject->currency) == 0);
		sum.currency = subject->currency;
		sum.low += subject->monthly_low;
		sum.high += subject->monthly_high;
		sum.n++;
	}
	sum.money &= sum.n > 0;
	return sum;
}

static void
say_movable(
	const struct rulings *rulings, const struct movable *sum, const char *what, struct str *out)
{
	char few[NUM_TEXT], all[NUM_TEXT];
	str_printf(out, "; %s of %s workload%s", number_word((int64_t)sum->n, few),
		number_word((int64_t)rulings->subjects->n, all),
		rulings->subjects->n == 1 ? "" : "s");
	if (sum->money) {
		str_puts(out, ", ");
		money_text(out, sum->low, sum->high, sum->currency);
		str_puts(out, " a month,");
	}
	str_printf(out, " %s", what);
}

bool
rulings_headline(const struct audit_report *report, struct str *out)
{
	const struct rulings *rulings = report->rulings;
	if (!rulings)
		return false;
	struct movable local = sum_up(rulings, VERDICT_LOCAL),
		       open = sum_up(rulings, VERDICT_EVALUATE);
	if (local.n)
		say_movable(rulings, &local, "could run on your own hardware", out);
	else if (open.n)
		say_movable(rulings, &open, "may be worth comparing with a local model", out);
	return local.n || open.n;
}
