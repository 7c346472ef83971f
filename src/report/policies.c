/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/policies.h"

enum { L_NAME, L_RULES, L_TITLE, L_SOURCE, L_FILE, LISTED };

static const struct column list_columns[LISTED] = {
	[L_NAME] = { .key = "name", .head = "POLICY", .left = true },
	[L_RULES] = { .key = "rules", .head = "RULES", .why = "@rule {file}: the rules in it" },
	[L_TITLE] = { .key = "title", .head = "WHAT IT SAYS", .left = true, .weight = 1 },
	[L_SOURCE] = { .key = "source", .left = true },
	[L_FILE] = { .key = "file", .left = true },
};

enum { P_NAME, P_VALUE, P_UNIT, P_TEXT, P_FROM, P_OVERRIDDEN, P_SHIPPED, P_ABOUT, PARAMETERS };

static const struct column parameter_columns[PARAMETERS] = {
	[P_NAME] = { .key = "name", .head = "PARAMETER", .left = true },
	[P_VALUE] = { .key = "value",
		.decimals = 9,
		.why = "{about}\n"
		       "@rule {from}" },
	[P_UNIT] = { .key = "unit", .left = true },
	[P_TEXT] = { .key = NULL, .head = "VALUE", .left = true, .shows = "value" },
	[P_FROM] = { .key = "from", .left = true },
	[P_OVERRIDDEN] = { .key = "overridden" },
	[P_SHIPPED] = { .key = "shipped", .left = true },
	[P_ABOUT] = { .key = "about",
		.head = "WHAT IT MEANS",
		.left = true,
		.wrap = true,
		.weight = 1 },
};

enum { A_NAME, A_VALUE, A_ABOUT, ASSUMED };

static const struct column assumed_columns[ASSUMED] = {
	[A_NAME] = { .key = "name", .head = "ASSUMED IF UNKNOWN", .left = true },
	[A_VALUE] = { .key = "value", .head = "VALUE", .left = true },
	[A_ABOUT] = { .key = "why", .left = true },
};

enum { R_ORDER, R_ID, R_VERDICT, R_MODIFIER, R_SAYS, R_HARD, R_WHEN, R_REASON, RULES };

static const struct column rule_columns[RULES] = {
	[R_ORDER] = { .key = "order", .head = "ORDER" },
	[R_ID] = { .key = "id", .head = "RULE", .left = true },
	[R_VERDICT] = { .key = "verdict", .left = true },
	[R_MODIFIER] = { .key = "modifier", .left = true },
	[R_SAYS] = { .key = NULL, .head = "SAYS", .left = true },
	[R_HARD] = { .key = "hard" },
	[R_WHEN] = { .key = "when",
		.head = "WHEN",
		.left = true,
		.wrap = true,
		.weight = 4,
		.least = 24 },
	[R_REASON] = { .key = "reason", .left = true },
};

void
policies_list_report(struct answer *answer, const struct policy *const *policies, size_t policies_n)
{
	answer_headline(answer, "%zu policies; hllm decide asks one of them, or all.", policies_n);
	struct table *table = answer_table(answer, "policies", NULL, list_columns, LISTED);
	for (size_t i = 0; i < policies_n; i++) {
		struct cell *row = table_row(table);
		row[L_NAME] = cell_text(answer, policies[i]->name);
		row[L_RULES] = cell_count((int64_t)policies[i]->rules_n);
		row[L_TITLE] = cell_text(answer, policies[i]->title);
		row[L_SOURCE] = cell_text(answer, policies[i]->source);
		row[L_FILE] = cell_text(answer, slice_of(policies[i]->file));
	}
	answer->default_table = "policies";
	if (policies_n)
		answer_next(answer, "hllm policies show " SLICE_FMT "  # its rules and parameters",
			SLICE_ARG(policies[0]->name));
}

static struct cell
value_cell(struct answer *answer, const struct parameter *parameter)
{
	switch (parameter->kind) {
	case ATTRIBUTE_NUMBER:
		return cell_decimal(parameter->number);
	case ATTRIBUTE_WORD:
		return cell_text(answer, parameter->word);
	case ATTRIBUTE_FLAG:
		return cell_flag(parameter->number != 0);
	}
	BUG("a parameter of no kind");
}

static void
parameter_table(struct answer *answer, const struct policy *policy, bool quiet)
{
	struct table *table =
		answer_table(answer, "parameters", NULL, parameter_columns, PARAMETERS);
	table->quiet = quiet;
	for (size_t i = 0; i < policy->parameters_n; i++) {
		const struct parameter *parameter = &policy->parameters[i];
		struct cell *row = table_row(table);
		struct str text = STR_INIT;
		parameter_print(&text, parameter);
		row[P_NAME] = cell_text(answer, parameter->name);
		row[P_VALUE] = value_cell(answer, parameter);
		row[P_UNIT] = cell_text(answer, parameter->unit);
		row[P_TEXT] = cell_text(answer, str_as_slice(&text));
		row[P_FROM] = cell_text(answer, parameter->from);
		row[P_OVERRIDDEN] = cell_flag(parameter->overridden);
		row[P_SHIPPED] = cell_text(answer, parameter->shipped);
		row[P_ABOUT] = cell_text(answer, parameter->about);
		str_free(&text);
	}
}

void
policy_head_table(struct answer *answer, const struct policy *policy)
{
	struct table *table = answer_table(answer, "policy", NULL, list_columns, LISTED);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[L_NAME] = cell_text(answer, policy->name);
	row[L_RULES] = cell_count((int64_t)policy->rules_n);
	row[L_TITLE] = cell_text(answer, policy->title);
	row[L_SOURCE] = cell_text(answer, policy->source);
	row[L_FILE] = cell_text(answer, slice_of(policy->file));
	parameter_table(answer, policy, true);
}

void
policy_setting_notes(struct answer *answer, const struct policy *policy)
{
	for (size_t i = 0; i < policy->parameters_n; i++) {
		const struct parameter *parameter = &policy->parameters[i];
		struct str text = STR_INIT;
		if (!parameter->overridden)
			continue;
		parameter_print(&text, parameter);
		answer_note(answer,
			"Policy " SLICE_FMT ": " SLICE_FMT " is %s (" SLICE_FMT
			"); its own value is " SLICE_FMT ".",
			SLICE_ARG(policy->name), SLICE_ARG(parameter->name), str_text(&text),
			SLICE_ARG(parameter->from), SLICE_ARG(parameter->shipped));
		str_free(&text);
	}
}

static void
assumed_table(struct answer *answer, const struct policy *policy)
{
	struct table *table = answer_table(answer, "assumed", NULL, assumed_columns, ASSUMED);
	for (size_t a = 0; a < policy->attributes->n; a++) {
		const struct attribute_info *info = &policy->attributes->items[a];
		struct str text = STR_INIT;
		if (policy->assumed[a].source == ATTRIBUTE_UNKNOWN)
			continue;
		attribute_print(&text, info, &policy->assumed[a]);
		struct cell *row = table_row(table);
		row[A_NAME] = cell_text(answer, info->name);
		row[A_VALUE] = cell_text(answer, str_as_slice(&text));
		row[A_ABOUT] = cell_text(answer, policy->assumed[a].why);
		str_free(&text);
	}
}

/* "local, with fallback (hard)" */
static struct cell
says_cell(struct answer *answer, const struct rule *rule)
{
	return cell_textf(answer, "%s%s%s%s", verdict_names[rule->verdict],
		rule->modifier == MODIFIER_NONE ? "" : ", ", modifier_names[rule->modifier],
		rule->hard ? " (hard)" : "");
}

static struct cell
when_cell(struct answer *answer, const struct rule *rule)
{
	const struct node *root = rule->condition.root;
	struct str text = STR_INIT;
	/* of several conditions the tree has one AND whose parts are as they are written */
	if (root->op == NODE_AND) {
		for (size_t i = 0; i < root->args_n; i++) {
			bool group = root->args[i]->op == NODE_OR;
			str_printf(&text, "%s%s" SLICE_FMT "%s", i ? " AND " : "", group ? "(" : "",
				SLICE_ARG(root->args[i]->text), group ? ")" : "");
		}
	} else {
		str_slice(&text, root->text);
	}
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static void
rule_table(struct answer *answer, const struct policy *policy)
{
	struct table *table = answer_table(answer, "rules", NULL, rule_columns, RULES);
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct rule *rule = &policy->rules[i];
		struct cell *row = table_row(table);
		row[R_ORDER] = cell_count(rule->order);
		row[R_ID] = cell_text(answer, rule->id);
		row[R_VERDICT] = cell_text(answer, slice_of(verdict_names[rule->verdict]));
		row[R_MODIFIER] =
			rule->modifier == MODIFIER_NONE
				? cell_none("")
				: cell_text(answer, slice_of(modifier_names[rule->modifier]));
		row[R_SAYS] = says_cell(answer, rule);
		row[R_HARD] = cell_flag(rule->hard);
		row[R_WHEN] = when_cell(answer, rule);
		row[R_REASON] = cell_text(answer, rule->reason);
	}
}

static void
required_note(struct answer *answer, const struct policy *policy)
{
	struct str text = STR_INIT;
	for (size_t a = 0; a < policy->attributes->n; a++)
		if (policy->required[a])
			str_printf(&text, "%s" SLICE_FMT, text.n ? ", " : "",
				SLICE_ARG(policy->attributes->items[a].name));
	if (text.n)
		answer_note(answer, "It decides nothing as long as one of these is not known: %s.",
			str_text(&text));
	str_free(&text);
}

void
policy_show_report(struct answer *answer, const struct policy *policy)
{
	answer_headline(answer, SLICE_FMT ": " SLICE_FMT ".", SLICE_ARG(policy->name),
		SLICE_ARG(policy->title));
	struct table *head = answer_table(answer, "policy", NULL, list_columns, LISTED);
	head->single = head->quiet = true;
	struct cell *row = table_row(head);
	row[L_NAME] = cell_text(answer, policy->name);
	row[L_RULES] = cell_count((int64_t)policy->rules_n);
	row[L_TITLE] = cell_text(answer, policy->title);
	row[L_SOURCE] = cell_text(answer, policy->source);
	row[L_FILE] = cell_text(answer, slice_of(policy->file));
	parameter_table(answer, policy, false);
	assumed_table(answer, policy);
	rule_table(answer, policy);
	answer->default_table = "rules";
	if (policy->about.n)
		answer_note(answer, SLICE_FMT, SLICE_ARG(policy->about));
	if (policy->source.n)
		answer_note(answer, "After " SLICE_FMT "; in %s.", SLICE_ARG(policy->source),
			policy->file);
	required_note(answer, policy);
	policy_setting_notes(answer, policy);
}

enum { C_KIND, C_RULES, C_WHERE, C_CELLS, CHECKED };

static const struct column region_columns[CHECKED] = {
	[C_KIND] = { .key = "kind", .head = "FAULT", .left = true },
	[C_RULES] = { .key = "rules", .head = "RULES", .left = true },
	[C_WHERE] = { .key = "where",
		.head = "WHERE",
		.left = true,
		.wrap = true,
		.weight = 4,
		.least = 24 },
	[C_CELLS] = { .key = "cells" },
};

enum { D_RULE, D_WHY, DEAD };

static const struct column dead_columns[DEAD] = {
	[D_RULE] = { .key = "id", .head = "RULE", .left = true },
	[D_WHY] = { .key = "why", .head = "FAULT", .left = true },
};

static void
region_table(struct answer *answer, const struct survey *survey)
{
	struct table *table = answer_table(answer, "regions", NULL, region_columns, CHECKED);
	for (size_t i = 0; i < survey->n; i++) {
		const struct region *region = &survey->regions[i];
		struct cell *row = table_row(table);
		row[C_KIND] = cell_text(answer, slice_of(region_names[region->kind]));
		row[C_WHERE] = cell_text(answer, region->where);
		row[C_RULES] = region->first
				       ? cell_textf(answer, SLICE_FMT " (%s), " SLICE_FMT " (%s)",
						 SLICE_ARG(region->first->id),
						 verdict_names[region->first->verdict],
						 SLICE_ARG(region->other->id),
						 verdict_names[region->other->verdict])
				       : cell_none("no rule holds");
		row[C_CELLS] = cell_count((int64_t)region->cells);
	}
}

/* Rules that never hold, and those that hold only where an earlier one has decided. */
static size_t
dead_table(struct answer *answer, const struct policy *policy, const struct survey *survey)
{
	struct table *table = answer_table(answer, "dead_rules", NULL, dead_columns, DEAD);
	for (size_t i = 0; i < policy->rules_n; i++) {
		if (survey->decides[i])
			continue;
		struct cell *row = table_row(table);
		row[D_RULE] = cell_text(answer, policy->rules[i].id);
		row[D_WHY] = cell_text(
			answer, survey->holds[i] ? SLICE("holds only where an earlier rule decides")
						 : SLICE("never holds"));
	}
	return table->rows_n;
}

static void
say_count(struct str *out, size_t n, const char *what)
{
	str_printf(out, "%s%zu %s%s", out->n ? ", " : "", n, what, n == 1 ? "" : "s");
}

void
policy_check_report(struct answer *answer, const struct policy *policy, const struct survey *survey)
{
	size_t counts[3] = { 0 };
	for (size_t i = 0; i < survey->n; i++)
		counts[survey->regions[i].kind]++;
	policy_head_table(answer, policy);
	region_table(answer, survey);
	size_t dead = dead_table(answer, policy, survey);
	struct str text = STR_INIT;
	say_count(&text, counts[REGION_UNDECIDED], "region");
	str_puts(&text, " without a verdict");
	say_count(&text, counts[REGION_CONFLICT], "contradiction");
	say_count(&text, counts[REGION_HARD], "hard limit");
	str_printf(&text, " against an earlier rule");
	say_count(&text, dead, "rule");
	str_puts(&text, " without effect");
	answer_headline(answer, SLICE_FMT ": %s.", SLICE_ARG(policy->name), str_text(&text));
	str_free(&text);
	answer->default_table = "regions";
	char cells[NUM_TEXT];
	answer_note(answer, "Everything known: %s kinds of workload were looked at%s.",
		num_count(cells, (int64_t)survey->cells),
		survey->sampled ? ", a sample: limits that are computed, or more kinds than can be "
				  "looked at"
				: ", which is all that the conditions can tell apart");
	if (survey->left_out)
		answer_note(answer, "%zu more regions are not told.", survey->left_out);
	policy_setting_notes(answer, policy);
}
