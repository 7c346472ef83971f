/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/data/policy-rules.csv, row by row; and whether it leaves nothing out: each rule holds and
 * fails in some row, so does each of its comparisons, and each number stands a step below, on
 * and a step above each of its limits.
 *
 * tests/data/seed-rules.csv, likewise: where each rule stands that the seeds state; and whether
 * the table of hllm-policy(5) says the same.
 */
#include "config.h"

#include "manuals.h"
#include "subjects.h"

#include "cmd/cmd.h"
#include "decide/domain.h"
#include "decide/finding.h"
#include "decide/verdict.h"

enum { ROWS_MOST = 2000 };

/* Of the seeds' rules: id, kind and target too, and no result. */
struct row {
	const char *file, *id, *kind, *target, *policy, *rule, *values, *result, *verdict;
	int line;
};

struct rows {
	char *text;
	struct row items[ROWS_MOST];
	size_t n;
};

static struct rows table, seeds;

static char *
read_text(const char *name)
{
	char path[512];
	const char *folder = getenv("TESTDIR");
	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "tests", name);
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("%s: not there", path);
	char *text = xcalloc(1, 1 << 20);
	size_t n = fread(text, 1, (1 << 20) - 1, file);
	fclose(file);
	assert_true(n > 0 && text[n - 1] == '\n');
	return text;
}

static char *
cut(char **rest, char end)
{
	char *from = *rest, *at = strchr(from, end);
	if (!at)
		fail_msg("\"%s\" has too few cells", from);
	*at = '\0';
	*rest = at + 1;
	return from;
}

static void
read_rows(struct rows *rows, const char *name, bool of_seeds)
{
	rows->text = read_text(name);
	char *rest = rows->text;
	for (int line = 1; *rest; line++) {
		char *at = cut(&rest, '\n');
		if (*at == '#' || strncmp(at, "policy,", 7) == 0 || strncmp(at, "id,", 3) == 0)
			continue;
		assert_true(rows->n < ROWS_MOST);
		struct row *row = &rows->items[rows->n++];
		*row = (struct row){ .file = name, .line = line, .policy = "", .rule = "" };
		if (of_seeds) {
			row->id = cut(&at, ',');
			row->kind = cut(&at, ',');
			row->target = cut(&at, ',');
			row->values = cut(&at, ',');
			row->verdict = at;
			char *slash = strchr(row->target, '/');
			if (slash) {
				row->policy = strndup(row->target, (size_t)(slash - row->target));
				row->rule = slash + 1;
			}
			continue;
		}
		row->policy = cut(&at, ',');
		row->rule = cut(&at, ',');
		row->values = cut(&at, ',');
		row->result = cut(&at, ',');
		row->verdict = at;
	}
}

static int
load(void **state)
{
	read_rows(&table, "data/policy-rules.csv", false);
	read_rows(&seeds, "data/seed-rules.csv", true);
	return subjects_setup(state);
}

static int
unload(void **state)
{
	for (size_t i = 0; i < seeds.n; i++)
		if (seeds.items[i].policy[0])
			free((char *)(uintptr_t)seeds.items[i].policy);
	free(table.text);
	free(seeds.text);
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
check_row(const struct policy *policy, const struct row *row)
{
	static const char *const results[] = { "fails", "holds", "unknown" };
	struct subjects subjects = { 0 };
	struct str says = STR_INIT;
	const struct attribute *values = subject(&subjects, row->values)->values;
	enum truth truth =
		rule_truth(policy, &policy->rules[rule_index(policy, row->rule)], values);
	struct outcome outcome = policy_decide(policy, values);
	str_puts(&says, verdict_names[outcome.verdict]);
	if (outcome.modifier != MODIFIER_NONE)
		str_printf(&says, " + %s", modifier_names[outcome.modifier]);
	if ((row->result && strcmp(results[truth], row->result) != 0) ||
		strcmp(str_text(&says), row->verdict) != 0)
		fail_msg("%s:%d: %s %s with %s: %s, %s", row->file, row->line, row->policy,
			row->rule, row->values, results[truth], str_text(&says));
	str_free(&says);
	subjects_free(&subjects);
}

static void
check_rows(const struct rows *rows)
{
	struct policy *policy = NULL;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->items[i];
		if (!row->policy[0])
			continue;
		if (!policy || !slice_is(policy->name, row->policy)) {
			policy_free(policy);
			policy = shipped(row->policy);
		}
		check_row(policy, row);
	}
	policy_free(policy);
}

static void
test_rows(void **state)
{
	(void)state;
	assert_true(table.n > 500 && seeds.n > 100);
	check_rows(&table);
	check_rows(&seeds);
}

static void
add_limit(void *arg, femto_t value)
{
	numbers_add(arg, value);
}

/* Is there a row of this rule in which the attribute is 'value'? */
static bool
has_value(const struct rows *rows, const struct policy *policy, const struct rule *rule,
	size_t attribute, femto_t value)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct subjects subjects = { 0 };
		if (!slice_is(policy->name, rows->items[i].policy) ||
			!slice_is(rule->id, rows->items[i].rule))
			continue;
		const struct attribute *got =
			&subject(&subjects, rows->items[i].values)->values[attribute];
		bool found = got->source != ATTRIBUTE_UNKNOWN && got->number == value;
		subjects_free(&subjects);
		if (found)
			return true;
	}
	return false;
}

/* Each comparison both ways; but for those that are always true. */
static void
check_leaves(const struct rows *rows, const struct policy *policy, const struct rule *rule)
{
	for (size_t k = 0; k < rule->condition.leaves_n; k++) {
		bool seen[3] = { false };
		if (rule->condition.leaves[k]->op == NODE_TRUE)
			continue;
		for (size_t i = 0; i < rows->n; i++) {
			struct subjects subjects = { 0 };
			if (!slice_is(policy->name, rows->items[i].policy) ||
				!slice_is(rule->id, rows->items[i].rule))
				continue;
			seen[rule_leaf(policy, rule, k,
				subject(&subjects, rows->items[i].values)->values)] = true;
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
check_limits(const struct rows *rows, const struct policy *policy, const struct rule *rule)
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
				if (!has_value(rows, policy, rule, a,
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
			check_leaves(&table, policy, &policy->rules[i]);
			check_limits(&table, policy, &policy->rules[i]);
		}
		policy_free(policy);
	}
}

/* The 35 passages of the seeds that state a rule. */
static const char *const passages[] = { "S0.9", "S0.10", "S0.13", "S0.17", "S0.18", "S0.27",
	"S0.29", "S0.30", "S0.31", "S0.32", "S1.8", "S1.9", "S1.10", "S1.11", "S1.12", "S1.13",
	"S1.14", "S1.15", "S1.18", "S1.19", "S2.1", "S2.11", "S2.15", "S2.16", "S3.17", "S3.19",
	"S3.20", "S3.21", "S3.26", "S4.13", "S4.14", "S4.15", "S4.16", "S4.17", "S4.18" };

static bool
is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* A rule of a policy holds in one row and fails in another, and its limits are met from both sides. */
static void
check_place(const struct row *row)
{
	struct policy *policy = shipped(row->policy);
	const struct rule *rule = &policy->rules[rule_index(policy, row->rule)];
	bool seen[3] = { false };
	for (size_t i = 0; i < seeds.n; i++) {
		struct subjects subjects = { 0 };
		if (strcmp(seeds.items[i].target, row->target) != 0)
			continue;
		seen[rule_truth(policy, rule, subject(&subjects, seeds.items[i].values)->values)] =
			true;
		subjects_free(&subjects);
	}
	if (!seen[TRUTH_HOLDS] || (!seen[TRUTH_FAILS] && rule->condition.root->op != NODE_TRUE))
		fail_msg("seed-rules.csv: %s %s does not hold and fail", row->id, row->target);
	check_limits(&seeds, policy, rule);
	policy_free(policy);
}

static void
test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < seeds.n; i++) {
		const struct row *row = &seeds.items[i];
		bool good = is_one_of(row->id, passages, HL_COUNT(passages));
		if (strcmp(row->kind, "policy") == 0)
			check_place(row);
		else if (strcmp(row->kind, "finding") == 0)
			good &= finding_find(slice_of(row->target), NULL) >= 0;
		else if (strcmp(row->kind, "command") == 0)
			good &= command_find(row->target) != NULL;
		else if (strcmp(row->kind, "later") == 0) /* no longer, when there is one */
			good &= command_find(row->target) == NULL;
		else
			good &= strcmp(row->kind, "refused") == 0;
		if (!good)
			fail_msg("seed-rules.csv:%d: %s %s %s", row->line, row->id, row->kind,
				row->target);
	}
	for (size_t p = 0; p < HL_COUNT(passages); p++) {
		bool found = false;
		for (size_t i = 0; i < seeds.n; i++)
			found |= strcmp(seeds.items[i].id, passages[p]) == 0;
		if (!found)
			fail_msg("seed-rules.csv: nothing of %s", passages[p]);
	}
}

/* A row of the manual: ".It S0.9 : policy playbook/local", then what it says. */
static void
check_manual_row(struct slice line, struct slice text)
{
	char id[16] = "", kind[16] = "", target[64] = "";
	char *cells[] = { id, kind, target };
	size_t sizes[] = { sizeof(id), sizeof(kind), sizeof(target) }, n = 0;
	struct slice part;
	while (slice_cut(&line, ' ', &part) && n < 3)
		if (!slice_is(part, ":"))
			snprintf(cells[n], sizes[n], SLICE_FMT, SLICE_ARG(part)), n++;
	bool found = false;
	for (size_t i = 0; i < seeds.n; i++)
		found |= strcmp(seeds.items[i].id, id) == 0 &&
			 strcmp(seeds.items[i].kind, kind) == 0 &&
			 strcmp(seeds.items[i].target, target) == 0;
	if (!found)
		fail_msg("hllm-policy(5) has %s %s %s, the table of the tests has not", id, kind,
			target);
	size_t sentences = 0;
	while (slice_cut(&text, '\n', &part))
		sentences += slice_ends(part, ".");
	/* a refusal says what, and why not */
	if (sentences < (strcmp(kind, "refused") == 0 ? 2 : 1))
		fail_msg("hllm-policy(5): %s %s %s says too little", id, kind, target);
}

static void
test_manual(void **state)
{
	(void)state;
	char *manual = manual_read("hllm-policy.5");
	const char *at = strstr(manual, ".It S"), *end = at ? strstr(at, "\n.El") : NULL;
	size_t rows = 0, places = 0;
	assert_non_null(end);
	while (at && at < end) {
		const char *next = strstr(at + 1, "\n.It S"),
			   *stop = next && next < end ? next : end;
		const char *text = strchr(at, '\n');
		check_manual_row((struct slice){ at + 4, (size_t)(text - at) - 4 },
			(struct slice){ text, (size_t)(stop - text) });
		rows++;
		at = next && next < end ? next + 1 : NULL;
	}
	for (size_t i = 0; i < seeds.n; i++) {
		bool first = true;
		for (size_t k = 0; k < i && first; k++)
			first = strcmp(seeds.items[i].id, seeds.items[k].id) != 0 ||
				strcmp(seeds.items[i].kind, seeds.items[k].kind) != 0 ||
				strcmp(seeds.items[i].target, seeds.items[k].target) != 0;
		places += first;
	}
	assert_int_equal(rows, places);
	free(manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_manual),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
