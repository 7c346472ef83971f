/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proof - the tables behind a verdict: attributes with their sources, rules with their limits, the flip. */
#include "config.h"

#include "report/decide.h"
#include "report/origin.h"

static const char *const truth_words[] = {
	[TRUTH_FAILS] = "fails", [TRUTH_HOLDS] = "holds", [TRUTH_UNKNOWN] = "unknown"
};

enum {
	A_WORKLOAD,
	A_NAME,
	A_VALUE,
	A_HIGH,
	A_UNIT,
	A_TEXT,
	A_SOURCE,
	A_WHY,
	A_DECISIVE,
	ATTRIBUTES
};

static const struct column attribute_columns[ATTRIBUTES] = {
	[A_WORKLOAD] = { .key = NULL, .head = "WORKLOAD", .left = true },
	[A_NAME] = { .key = "name", .head = "ATTRIBUTE", .left = true },
	[A_VALUE] = { .key = "value",
		.decimals = 9,
		.why = "{why}\n"
		       "@assumption {source}: {why}" },
	[A_HIGH] = { .key = "high",
		.decimals = 9,
		.why = "{why}\n"
		       "@assumption {source}: {why}" },
	[A_UNIT] = { .key = "unit", .left = true },
	[A_TEXT] = { .key = NULL, .head = "VALUE", .left = true, .shows = "value" },
	[A_SOURCE] = { .key = "source", .head = "FROM", .left = true },
	[A_WHY] = { .key = "why", .head = "WHY", .left = true },
	[A_DECISIVE] = { .key = "decisive" },
};

enum {
	R_WORKLOAD,
	R_ORDER,
	R_ID,
	R_SAYS,
	R_VERDICT,
	R_HARD,
	R_SHOWN,
	R_ATTRIBUTE,
	R_VALUE,
	R_LIMIT,
	R_RESULT,
	R_TEXT,
	R_ASKS,
	R_RULE,
	R_DECIDES,
	R_DECISIVE,
	RULES
};

/* What a rule asks is the last for people: it is long, and no proof if it is cut. */
static const struct column rule_columns[RULES] = {
	[R_WORKLOAD] = { .key = NULL, .head = "WORKLOAD", .left = true },
	[R_ORDER] = { .key = "order", .why = "@rule {id}" },
	[R_ID] = { .key = "id", .head = "RULE", .left = true, .names = true },
	[R_SAYS] = { .key = NULL, .head = "SAYS", .left = true },
	[R_VERDICT] = { .key = "verdict", .left = true },
	[R_HARD] = { .key = "hard" },
	[R_SHOWN] = { .key = NULL, .head = "RESULT", .left = true },
	[R_ATTRIBUTE] = { .key = "attribute", .left = true, .names = true },
	[R_VALUE] = { .key = "value", .decimals = 9, .why = "@rule {id}" },
	[R_LIMIT] = { .key = "limit", .left = true, .names = true },
	[R_RESULT] = { .key = "result", .left = true },
	[R_TEXT] = { .key = NULL, .head = "VALUE", .left = true, .shows = "value" },
	[R_ASKS] = { .key = NULL, .head = "ASKS THAT", .left = true },
	[R_RULE] = { .key = "rule_result", .left = true },
	[R_DECIDES] = { .key = "decides" },
	[R_DECISIVE] = { .key = "decisive" },
};

enum { F_ATTRIBUTE, F_FROM, F_TO, F_UNIT, F_VERDICT, F_MODIFIER, F_TEXT, F_SAMPLED, FLIPS };

static const struct column flip_columns[FLIPS] = {
	[F_ATTRIBUTE] = { .key = "attribute", .left = true },
	[F_FROM] = { .key = "from", .decimals = 9, .why = "@search {text}" },
	[F_TO] = { .key = "to",
		.decimals = 9,
		.why = "{text}\n"
		       "@search every value of this attribute that the limits of the rules tell "
		       "apart: the nearest that changes the verdict" },
	[F_UNIT] = { .key = "unit", .left = true },
	[F_VERDICT] = { .key = "verdict", .left = true },
	[F_MODIFIER] = { .key = "modifier", .left = true },
	[F_TEXT] = { .key = "text", .left = true },
	[F_SAMPLED] = { .key = "sampled" },
};

/* Whose rows they are is said only where there are several. */
static struct table *
make_child(const struct decide_report *report, const struct table *parent, const char *key,
	const struct column *columns, size_t n)
{
	struct column *own = arena_take(&report->answer->arena, n * sizeof(*own));
	memcpy(own, columns, n * sizeof(*own));
	if (report->subjects->n == 1)
		own[0].head = NULL;
	return answer_child(report->answer, parent, key, own, n);
}

void
decide_proof_tables(const struct decide_report *report, struct decide_tables *tables)
{
	struct answer *answer = report->answer;
	bool quiet = !report->explain;
	tables->attributes =
		make_child(report, tables->workloads, "attributes", attribute_columns, ATTRIBUTES);
	tables->rules = make_child(report, tables->workloads, "rules", rule_columns, RULES);
	tables->flip = answer_child(answer, tables->workloads, "minimal_flip", flip_columns, FLIPS);
	tables->decided_flip =
		answer_child(answer, tables->workloads, "decided_flip", flip_columns, FLIPS);
	tables->attributes->quiet = tables->rules->quiet = quiet;
	tables->flip->quiet = tables->decided_flip->quiet = true;
	tables->flip->single = tables->decided_flip->single = true;
	tables->flip->none_reason = "no change of one attribute alone changes the verdict";
	tables->decided_flip->none_reason =
		"the smallest change does not lead to undecided, or none leads elsewhere";
}

static struct cell
typed_cell(struct answer *answer, const struct attribute_info *info, const struct attribute *value,
	bool high)
{
	if (value->source == ATTRIBUTE_UNKNOWN)
		return cell_none("not known");
	switch (info->kind) {
	case ATTRIBUTE_NUMBER:
		return cell_decimal(high ? value->high : value->number);
	case ATTRIBUTE_WORD:
		return cell_text(answer, value->word);
	case ATTRIBUTE_FLAG:
		return cell_flag(value->number != 0);
	}
	BUG("an attribute of no kind");
}

/* What was measured leads to records, what is said or assumed to who says it. */
static void
attribute_origin(const struct decide_report *report, struct table *table, size_t column,
	const struct attribute_info *info, const struct attribute *value)
{
	if (value->source == ATTRIBUTE_LOGGED)
		answer_origin(report->answer, table, table->rows_n - 1, column,
			info->shared ? "Logged: {why}.\n@records total"
				     : "Logged: {why}.\n@records workload {^name}");
}

/* The row of an attribute of that workload. */
static size_t
attribute_row(const struct table *table, size_t owner, struct slice name)
{
	for (size_t i = 0; i < table->rows_n; i++)
		if (table->owners[i] == owner &&
			slice_eq(table->cells[i * ATTRIBUTES + A_NAME].text, name))
			return i;
	return SIZE_MAX;
}

/* The value that a rule or a change is about. */
static void
value_origin(const struct decide_report *report, const struct decide_tables *tables,
	struct table *table, size_t column, struct slice name)
{
	size_t row = table->rows_n - 1;
	if (!report->answer->explained)
		return;
	size_t at = attribute_row(tables->attributes, table->owners[row], name);
	if (at != SIZE_MAX)
		answer_origin(report->answer, table, row, column, "= {attributes#%zu.value}", at);
}

/* Where a rule stands. */
static void
rule_origin(const struct decide_report *report, struct table *table, const struct rule *rule)
{
	struct str file = STR_INIT;
	if (!report->answer->explained)
		return;
	origin_quote(&file, slice_of(rule->file));
	answer_origin(report->answer, table, table->rows_n - 1, R_ORDER,
		"Rules of a lower order decide first.\n@rule %s:%d: rule {id}", str_text(&file),
		rule->line);
	str_free(&file);
}

/* Only what the policy asks for. */
static void
attribute_rows(const struct decide_report *report, struct table *table, size_t owner,
	const struct subject *subject, const struct decision *decision)
{
	struct answer *answer = report->answer;
	const struct policy *policy = decision->policy;
	for (size_t a = 0; a < policy->attributes->n; a++) {
		const struct attribute_info *info = &policy->attributes->items[a];
		const struct attribute *value = &decision->values[a];
		struct str text = STR_INIT;
		if (!policy_uses(policy, a) && !policy->required[a])
			continue;
		decision_value_print(&text, decision, a);
		struct cell *row = table_child_row(table, owner);
		row[A_WORKLOAD] = cell_text(answer, subject->name);
		row[A_NAME] = cell_text(answer, info->name);
		row[A_VALUE] = typed_cell(answer, info, value, false);
		row[A_HIGH] = value->number == value->high ? cell_none("")
							   : typed_cell(answer, info, value, true);
		attribute_origin(report, table, A_VALUE, info, value);
		attribute_origin(report, table, A_HIGH, info, value);
		row[A_UNIT] = cell_text(answer, info->unit);
		row[A_TEXT] = cell_text(answer, str_as_slice(&text));
		row[A_SOURCE] = cell_text(answer, slice_of(attribute_source_names[value->source]));
		row[A_WHY] = cell_text(answer, value->why);
		row[A_DECISIVE] = cell_flag(decision->decisive[a]);
		str_free(&text);
	}
}

static void
test_row(const struct decide_report *report, struct cell *row, const struct subject *subject,
	const struct decision *decision, const struct proof *proof, const struct test *test)
{
	struct answer *answer = report->answer;
	const struct rule *rule = proof->rule;
	const struct attributes *attributes = decision->policy->attributes;
	row[R_WORKLOAD] = cell_text(answer, subject->name);
	row[R_ORDER] = cell_count(rule->order);
	row[R_ID] = cell_text(answer, rule->id);
	row[R_SAYS] = cell_text(answer, slice_of(verdict_names[rule->verdict]));
	row[R_SHOWN] = cell_textf(
		answer, "%s%s", truth_words[test->truth], proof->decides ? ", decides" : "");
	row[R_VERDICT] = cell_text(answer, slice_of(verdict_names[rule->verdict]));
	row[R_HARD] = cell_flag(rule->hard);
	row[R_LIMIT] = cell_text(answer, test->limit);
	row[R_RESULT] = cell_text(answer, slice_of(truth_words[test->truth]));
	row[R_RULE] = cell_text(answer, slice_of(truth_words[proof->truth]));
	row[R_DECIDES] = cell_flag(proof->decides);
	row[R_DECISIVE] = cell_flag(proof->counts && test->decisive);
	row[R_TEXT] = cell_text(answer, test->value);
	row[R_ASKS] = cell_text(answer, test->limit);
	if (test->attribute == SIZE_MAX) {
		row[R_ATTRIBUTE] = row[R_VALUE] = row[R_TEXT] = cell_none("about no attribute");
		return;
	}
	struct slice name = attributes->items[test->attribute].name;
	if (node_is_plain(test->node))
		row[R_ASKS] = cell_textf(
			answer, SLICE_FMT " " SLICE_FMT, SLICE_ARG(name), SLICE_ARG(test->limit));
	row[R_ATTRIBUTE] = cell_text(answer, name);
	row[R_VALUE] = typed_cell(answer, &attributes->items[test->attribute],
		&decision->values[test->attribute], false);
}

void
decide_proof_rows(const struct decide_report *report, struct decide_tables *tables, size_t owner,
	const struct subject *subject, const struct decision *decision)
{
	attribute_rows(report, tables->attributes, owner, subject, decision);
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		for (size_t k = 0; k < proof->tests_n; k++) {
			const struct test *test = &proof->tests[k];
			test_row(report, table_child_row(tables->rules, owner), subject, decision,
				proof, test);
			rule_origin(report, tables->rules, proof->rule);
			if (test->attribute != SIZE_MAX)
				value_origin(report, tables, tables->rules, R_VALUE,
					decision->policy->attributes->items[test->attribute].name);
		}
	}
}

static void
flip_row(struct answer *answer, struct cell *row, const struct decision *decision,
	const struct flip *flip)
{
	const struct policy *policy = decision->policy;
	const struct attribute_info *info = &policy->attributes->items[flip->attribute];
	struct str text = STR_INIT;
	flip_print(&text, policy, decision->values, flip);
	row[F_ATTRIBUTE] = cell_text(answer, info->name);
	row[F_FROM] = typed_cell(answer, info, &decision->values[flip->attribute], false);
	row[F_TO] = typed_cell(answer, info, &flip->to, false);
	row[F_UNIT] = cell_text(answer, info->unit);
	row[F_VERDICT] = cell_text(answer, slice_of(verdict_names[flip->then.verdict]));
	row[F_MODIFIER] =
		flip->then.modifier == MODIFIER_NONE
			? cell_none("")
			: cell_text(answer, slice_of(modifier_names[flip->then.modifier]));
	row[F_TEXT] = cell_text(answer, str_as_slice(&text));
	row[F_SAMPLED] = cell_flag(flip->sampled);
	str_free(&text);
}

static void
add_flip(const struct decide_report *report, const struct decide_tables *tables,
	struct table *table, size_t owner, const struct decision *decision, const struct flip *flip)
{
	if (!flip)
		return;
	flip_row(report->answer, table_child_row(table, owner), decision, flip);
	value_origin(report, tables, table, F_FROM,
		decision->policy->attributes->items[flip->attribute].name);
}

void
decide_flip_rows(const struct decide_report *report, struct decide_tables *tables, size_t owner,
	const struct decision *decision, const struct flips *flips)
{
	const struct flip *nearest = flips->n ? &flips->items[0] : NULL;
	add_flip(report, tables, tables->flip, owner, decision, nearest);
	add_flip(report, tables, tables->decided_flip, owner, decision,
		flips->has_decided ? &flips->decided : NULL);
}
