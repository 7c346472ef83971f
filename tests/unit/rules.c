/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/data/policy-rules.csv, row by row; and whether it leaves nothing out: each rule holds and
 * fails in some row, so does each of its comparisons, and each number stands a step below, on
 * and a step above each of its limits.
 */
#include "config.h"

#include "subjects.h"

#include "decide/domain.h"
#include "decide/verdict.h"

enum { ROWS_MOST = 2000 };

struct row {
	char *policy, *rule, *values, *result, *verdict;
	int line;
};

struct rows {
	char *text;
	struct row items[ROWS_MOST];
	size_t n;
};

static struct rows table;

static char *
cut(char **rest, char end)
{
	char *from = *rest, *at = strchr(from, end);
	if (!at)
		fail_msg("policy-rules.csv: \"%s\" has too few cells", from);
	*at = '\0';
	*rest = at + 1;
	return from;
}

static int
load(void **state)
{
	char path[512];
	const char *folder = getenv("TESTDIR");
	snprintf(path, sizeof(path), "%s/data/policy-rules.csv", folder ? folder : "tests");
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("%s: not there", path);
	table.text = xcalloc(1, 1 << 20);
	size_t n = fread(table.text, 1, (1 << 20) - 1, file);
	fclose(file);
	assert_true(n > 0 && table.text[n - 1] == '\n');
	char *rest = table.text;
	for (int line = 1; *rest; line++) {
		char *at = cut(&rest, '\n');
		if (*at == '#' || strncmp(at, "policy,", 7) == 0)
			continue;
		assert_true(table.n < ROWS_MOST);
		struct row *row = &table.items[table.n++];
		row->line = line;
		row->policy = cut(&at, ',');
		row->rule = cut(&at, ',');
		row->values = cut(&at, ',');
		row->result = cut(&at, ',');
		row->verdict = at;
	}
	return subjects_setup(state);
}

static int
unload(void **state)
{
	free(table.text);
	return subjects_teardown(state);
}

static size_t
rule_index(const struct policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->rules_n; i++)
		if (slice_is(policy->rules[i].id, id))
			return i;
	fail_msg("%s has no rule %s", policy->file, id);
	return 0;
}

static void
test_rows(void **state)
{
	(void)state;
	static const char *const results[] = { "fails", "holds", "unknown" };
	struct policy *policy = NULL;
	assert_true(table.n > 500);
	for (size_t i = 0; i < table.n; i++) {
		const struct row *row = &table.items[i];
		if (!policy || !slice_is(policy->name, row->policy)) {
			policy_free(policy);
			policy = shipped(row->policy);
		}
		struct subjects subjects = { 0 };
		struct str says = STR_INIT;
		const struct attribute *values = subject(&subjects, row->values)->values;
		enum truth truth =
			rule_truth(policy, &policy->rules[rule_index(policy, row->rule)], values);
		struct outcome outcome = policy_decide(policy, values);
		str_puts(&says, verdict_names[outcome.verdict]);
		if (outcome.modifier != MODIFIER_NONE)
			str_printf(&says, " + %s", modifier_names[outcome.modifier]);
		if (strcmp(results[truth], row->result) != 0 ||
			strcmp(str_text(&says), row->verdict) != 0)
			fail_msg("policy-rules.csv:%d: %s %s with %s: %s, %s", row->line,
				row->policy, row->rule, row->values, results[truth],
				str_text(&says));
		str_free(&says);
		subjects_free(&subjects);
	}
	policy_free(policy);
}

static void
add_limit(void *arg, femto_t value)
{
	numbers_add(arg, value);
}

/* Is there a row of this rule in which the attribute is 'value'? */
static bool
has_value(const struct policy *policy, const struct rule *rule, size_t attribute, femto_t value)
{
	for (size_t i = 0; i < table.n; i++) {
		struct subjects subjects = { 0 };
		if (!slice_is(policy->name, table.items[i].policy) ||
			!slice_is(rule->id, table.items[i].rule))
			continue;
		const struct attribute *got =
			&subject(&subjects, table.items[i].values)->values[attribute];
		bool found = got->source != ATTRIBUTE_UNKNOWN && got->number == value;
		subjects_free(&subjects);
		if (found)
			return true;
	}
	return false;
}

/* Each comparison both ways; but for those that are always true. */
static void
check_leaves(const struct policy *policy, const struct rule *rule)
{
	for (size_t k = 0; k < rule->condition.leaves_n; k++) {
		bool seen[3] = { false };
		if (rule->condition.leaves[k]->op == NODE_TRUE)
			continue;
		for (size_t i = 0; i < table.n; i++) {
			struct subjects subjects = { 0 };
			if (!slice_is(policy->name, table.items[i].policy) ||
				!slice_is(rule->id, table.items[i].rule))
				continue;
			seen[rule_leaf(policy, rule, k,
				subject(&subjects, table.items[i].values)->values)] = true;
			subjects_free(&subjects);
		}
		if (!seen[TRUTH_HOLDS] || !seen[TRUTH_FAILS])
			fail_msg("%s: rule %s: no row in which \"%.*s\" %s", policy->name.p,
				rule->id.p, (int)rule->condition.leaves[k]->text.n,
				rule->condition.leaves[k]->text.p,
				seen[TRUTH_HOLDS] ? "fails" : "holds");
	}
}

static void
check_limits(const struct policy *policy, const struct rule *rule)
{
	const struct attribute *unknown = policy->assumed;
	for (size_t a = 0; a < catalogue->n; a++) {
		struct numbers limits = { 0 };
		if (catalogue->items[a].kind != ATTRIBUTE_NUMBER || !rule->condition.uses[a])
			continue;
		condition_limits(
			&rule->condition, a, &policy->vocabulary, unknown, add_limit, &limits);
		assert_true(limits.n > 0);
		for (size_t i = 0; i < limits.n; i++)
			for (int side = -1; side <= 1; side++)
				if (!has_value(policy, rule, a,
					    limits.items[i] + side * catalogue->items[a].step))
					fail_msg("%s: rule %s: no row with %s %s its limit",
						policy->name.p, rule->id.p,
						catalogue->items[a].name.p,
						side < 0   ? "below"
						: side > 0 ? "above"
							   : "on");
		numbers_free(&limits);
	}
}

static void
test_all(void **state)
{
	(void)state;
	static const char *const names[] = { "playbook", "two-tier", "tree", "offline-first",
		"plan-execute", "default" };
	for (size_t p = 0; p < HL_COUNT(names); p++) {
		struct policy *policy = shipped(names[p]);
		for (size_t i = 0; i < policy->rules_n; i++) {
			check_leaves(policy, &policy->rules[i]);
			check_limits(policy, &policy->rules[i]);
		}
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_all),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
