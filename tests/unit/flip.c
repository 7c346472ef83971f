/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The minimal flip against a search that knows nothing of limits: it tries every multiple of
 * the step around each number that any policy writes down, and many others.
 */
#include "config.h"

#include "decide/flip.h"

#include "subjects.h"

enum { WORKLOADS = 1000 };

static const char *const names[] = { "playbook", "two-tier", "tree", "offline-first",
	"plan-execute", "default" };

/* xorshift: the same workloads everywhere. */
static uint64_t random_state = 88172645463325252ULL;

static uint64_t
any(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

/* Numbers that the policies write, on which and beside which a workload should often be. */
static const int64_t written[] = { 0, 1, 3, 100, 500, 4000, 32000 };

static femto_t
any_number(const struct attribute_info *info)
{
	femto_t unit = slice_is(info->name, "complexity") ? FEMTO_PER_UNIT / 100 : FEMTO_PER_UNIT;
	femto_t value;
	switch (any(4)) {
	case 0:
		value = written[any(HL_COUNT(written))] * FEMTO_PER_UNIT;
		break;
	case 1:
		value = (written[any(HL_COUNT(written))] + (int64_t)any(5) - 2) * FEMTO_PER_UNIT;
		break;
	case 2:
		value = (femto_t)any(120) * unit;
		break;
	default:
		value = (femto_t)any(50000) * FEMTO_PER_UNIT + (femto_t)any(100) * unit / 100;
		break;
	}
	if (unit != FEMTO_PER_UNIT)
		value = (femto_t)any(120) * unit;
	if (info->whole)
		value -= value % FEMTO_PER_UNIT;
	return value < 0 ? 0 : value;
}

static void
any_values(struct attribute *values)
{
	for (size_t a = 0; a < catalogue->n; a++) {
		const struct attribute_info *info = &catalogue->items[a];
		struct attribute *value = &values[a];
		*value = (struct attribute){ .source = ATTRIBUTE_UNKNOWN };
		if (any(5) == 0)
			continue;
		value->source = ATTRIBUTE_LOGGED;
		if (info->kind == ATTRIBUTE_WORD)
			value->word = info->words[any(info->words_n)];
		else if (info->kind == ATTRIBUTE_FLAG)
			value->number = value->high = (femto_t)any(2);
		else
			value->number = value->high = any_number(info);
		if (info->kind == ATTRIBUTE_NUMBER && any(8) == 0)
			value->high += (femto_t)any(2000) * info->step;
	}
}

/* The best that was found by trying. */
struct best {
	bool found;
	long double measure;
};

static void
try(const struct policy *policy, struct attribute *values, size_t a, const struct attribute *to,
	enum verdict now, struct best *best)
{
	const struct attribute before = values[a];
	long double measure = flip_measure(&catalogue->items[a], &before, to);
	if (best->found && measure >= best->measure)
		return;
	values[a] = *to;
	if (policy_decide(policy, values).verdict != now) {
		best->found = true;
		best->measure = measure;
	}
	values[a] = before;
}

static void
try_number(const struct policy *policy, struct attribute *values, size_t a, enum verdict now,
	struct best *best)
{
	const femto_t step = catalogue->items[a].step;
	struct attribute to = { .source = ATTRIBUTE_LOGGED };
	static const int64_t thousandths[] = { 600, 0, 1000, 3000, 100000, 500000, 4000000,
		32000000 };
	const femto_t *ends[] = { &values[a].number, &values[a].high };
	for (size_t i = 0; i < HL_COUNT(thousandths) + 2; i++) {
		femto_t around = i < HL_COUNT(thousandths)
					 ? thousandths[i] * (FEMTO_PER_UNIT / 1000)
					 : *ends[i - HL_COUNT(thousandths)];
		around -= around % step;
		for (int k = -3; k <= 3; k++) {
			to.number = to.high = around + k * step;
			if (to.number >= 0)
				try(policy, values, a, &to, now, best);
		}
	}
	for (int i = 0; i < 12; i++) {
		to.number = to.high = (femto_t)any(any(2) ? 200 : 60000) * step;
		try(policy, values, a, &to, now, best);
	}
}

static struct best
search(const struct policy *policy, struct attribute *values)
{
	struct best best = { 0 };
	enum verdict now = policy_decide(policy, values).verdict;
	for (size_t a = 0; a < catalogue->n; a++) {
		const struct attribute_info *info = &catalogue->items[a];
		struct attribute to = { .source = ATTRIBUTE_LOGGED };
		if (info->kind == ATTRIBUTE_NUMBER)
			try_number(policy, values, a, now, &best);
		for (size_t i = 0; i < info->words_n; i++) {
			to.word = info->words[i];
			try(policy, values, a, &to, now, &best);
		}
		for (int i = 0; i < 2 && info->kind == ATTRIBUTE_FLAG; i++) {
			to.number = to.high = i;
			try(policy, values, a, &to, now, &best);
		}
	}
	return best;
}

static void
test_smallest(void **state)
{
	(void)state;
	struct attribute *values = xcalloc(catalogue->n, sizeof(*values));
	size_t flipped = 0, none = 0;
	for (size_t p = 0; p < HL_COUNT(names); p++) {
		struct policy *policy = shipped(names[p]);
		for (int i = 0; i < WORKLOADS; i++) {
			struct flips flips = { 0 };
			any_values(values);
			enum verdict now = policy_decide(policy, values).verdict;
			flips_find(&flips, policy, values);
			struct best best = search(policy, values);
			assert_int_equal(best.found, flips.n > 0);
			for (size_t k = 0; k < flips.n; k++) {
				size_t a = flips.items[k].attribute;
				const struct attribute before = values[a];
				assert_false(flips.items[k].sampled);
				if (k)
					assert_true(flips.items[k].measure >=
						    flips.items[k - 1].measure);
				values[a] = flips.items[k].to;
				enum verdict then = policy_decide(policy, values).verdict;
				assert_int_not_equal(then, now);
				assert_int_equal(then, flips.items[k].then.verdict);
				values[a] = before;
			}
			if (flips.has_decided) {
				size_t a = flips.decided.attribute;
				const struct attribute before = values[a];
				values[a] = flips.decided.to;
				enum verdict then = policy_decide(policy, values).verdict;
				assert_true(then != now && then != VERDICT_UNDECIDED);
				values[a] = before;
			}
			if (best.found && best.measure < flips.items[0].measure)
				fail_msg("%s, workload %d: %Lg is smaller than %Lg", names[p], i,
					best.measure, flips.items[0].measure);
			flipped += flips.n > 0;
			none += flips.n == 0;
			flips_free(&flips);
		}
		policy_free(policy);
	}
	free(values);
	/* neither is so rare that it was not tried */
	assert_true(flipped > WORKLOADS && none > 100);
}

static void
test_text(void **state)
{
	(void)state;
	static const struct {
		const char *policy, *values, *want;
	} rows[] = {
		{ "playbook", "type=extraction context_tokens=800 calls_per_day=89",
			"11 more calls a day: undecided; 12 more calls a day: local" },
		{ "playbook", "type=extraction context_tokens=800 calls_per_day=88.4",
			"11.6 more calls a day: undecided; 13 more calls a day: local" },
		{ "playbook", "type=extraction context_tokens=800 calls_per_day=100",
			"1 fewer call a day: api" },
		{ "playbook", "type=extraction context_tokens=33000 calls_per_day=2000",
			"context_tokens at 32,000 tokens: undecided; context_tokens under 32,000 "
			"tokens: local" },
		{ "playbook", "type=extraction context_tokens=32000 calls_per_day=2000",
			"context_tokens under 32,000 tokens: local" },
		{ "tree", "quality=frontier total_monthly_cost=501", "quality = draft: evaluate" },
		{ "tree", "total_monthly_cost=499.5 ml_engineers=yes",
			"total_monthly_cost over $500 a month: local" },
		{ "tree", "total_monthly_cost=5000", "total_monthly_cost at $500 a month: api" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct policy *policy = shipped(rows[i].policy);
		struct subjects subjects = { 0 };
		struct flips flips = { 0 };
		struct str text = STR_INIT;
		struct attribute *values = policy_values(
			policy, subject(&subjects, rows[i].values), true, &subjects.arena);
		flips_find(&flips, policy, values);
		assert_true(flips.n > 0);
		flip_print(&text, policy, values, &flips.items[0]);
		str_puts(&text, ": ");
		outcome_print(&text, &flips.items[0].then);
		if (flips.has_decided) {
			str_puts(&text, "; ");
			flip_print(&text, policy, values, &flips.decided);
			str_puts(&text, ": ");
			outcome_print(&text, &flips.decided.then);
		}
		assert_string_equal(str_text(&text), rows[i].want);
		str_free(&text);
		flips_free(&flips);
		subjects_free(&subjects);
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smallest),
		cmocka_unit_test(test_text),
	};
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
