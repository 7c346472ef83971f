/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "subjects.h"

#include "decide/verdict.h"

/* The table of the first seed, as its author fills it in. */
static void
test_table(void **state)
{
	(void)state;
	static const struct {
		const char *values;
		enum verdict want;
		const char *reason;
	} rows[] = {
		{ "type=classification calls_per_day=2000 context_tokens=800", VERDICT_LOCAL, "" },
		{ "type=extraction calls_per_day=1500 context_tokens=1200", VERDICT_LOCAL, "" },
		{ "type=summarization calls_per_day=500 context_tokens=2000", VERDICT_LOCAL, "" },
		{ "type=agentic_workflow calls_per_day=200 context_tokens=3000", VERDICT_API, "" },
		{ "type=moderation calls_per_day=3000 context_tokens=400", VERDICT_LOCAL, "" },
		{ "type=embedding calls_per_day=5000 context_tokens=500", VERDICT_UNDECIDED,
			"no rule holds: rule \"local\" (local) asks that type is one of "
			"classification, extraction, summarization, moderation, and it is "
			"embedding; not known: tool_calling, reliability and change_rate, which "
			"would tell whether rules \"critical-tools\" (api), \"changes-often\" "
			"(api) hold" },
	};
	struct policy *policy = shipped("playbook");
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		for (int assume = 0; assume < 2; assume++) {
			struct subjects subjects = { 0 };
			struct decision decision;
			decision_make(
				&decision, policy, subject(&subjects, rows[i].values), assume);
			assert_int_equal(decision.outcome.verdict,
				assume ? rows[i].want : VERDICT_UNDECIDED);
			if (assume && rows[i].reason[0])
				assert_string_equal(decision.reason.p, rows[i].reason);
			if (!assume)
				assert_string_equal(decision.reason.p,
					"quality and latency_tolerance_ms are not known, and "
					"without them this policy decides nothing");
			decision_free(&decision);
			subjects_free(&subjects);
		}
	policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
