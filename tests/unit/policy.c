/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy files and parameters with mistakes: each is told with file and line, and nothing of it is used. */
#include "config.h"

#include "subjects.h"

#include "decide/flip.h"
#include "decide/question.h"
#include "decide/region.h"

#define HEAD "policy { title = t }\n"
#define RULE "rule r { order = 1 when = \"tool_calling\" verdict = api reason = x }\n"

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "p.conf: no section \"policy\"" },
		{ RULE, "p.conf: no section \"policy\"" },
		{ HEAD, "p.conf: no section \"rule\"" },
		{ HEAD RULE RULE, "p.conf:3: rule \"r\" is given twice, first in line 2" },
		{ HEAD HEAD RULE, "p.conf:2: policy is given twice, first in line 1" },
		{ HEAD RULE "parameter a { value = 1 }\nparameter a { value = 1 }",
			"p.conf:4: parameter \"a\" is given twice, first in line 3" },
		{ HEAD RULE "assume { quality = draft }\nassume { }",
			"p.conf:4: assume is given twice, first in line 3" },
		{ "policy { about = t }\n" RULE, "p.conf:1: policy: title is missing" },
		{ "policy { titlx = t }\n" RULE,
			"p.conf:1: policy has no key \"titlx\", did you mean \"title\"?" },
		{ "polcy { title = t }\n" RULE,
			"p.conf:1: no section \"polcy\", did you mean \"policy\"?" },
		{ HEAD "rule r { order = 1 wen = \"tool_calling\" }",
			"p.conf:2: rule \"r\" has no key \"wen\", did you mean \"when\"?" },
		{ HEAD "rule r { when = \"tool_calling\" verdict = api reason = x }",
			"p.conf:2: rule \"r\": order is missing" },
		{ HEAD "rule r { order = 1 when = \"tool_calling\" reason = x }",
			"p.conf:2: rule \"r\": verdict is missing" },
		{ HEAD "rule r { order = 1 verdict = api reason = x }",
			"p.conf:2: rule \"r\": when is missing" },
		{ HEAD "rule r { order = 1 when = \"tool_calling\" verdict = api }",
			"p.conf:2: rule \"r\": reason is missing" },
		{ HEAD "rule \"\" { order = 1 }", "p.conf:2: rule \"\": a rule without a name" },
		{ HEAD "rule r {\n order = 010\n when = x verdict = api reason = x }",
			"p.conf:3: rule \"r\": order is \"010\", expected a number without a "
			"leading zero" },
		{ HEAD "rule r { order = 1.5 }",
			"p.conf:2: rule \"r\": order is \"1.5\", expected a whole number from 0" },
		{ HEAD "rule r { order = -1 }", "order is \"-1\", expected a whole number from 0" },
		{ HEAD "rule r { order = first }", "order is \"first\", expected a number" },
		{ HEAD "rule r { order = { 1, 2 } }", "order has 2 values, expected one" },
		{ HEAD "rule r { order = 1\n verdict = localx }",
			"p.conf:3: rule \"r\": verdict is \"localx\", did you mean "
			"\"local\"?" },
		{ HEAD "rule r { order = 1 verdict = conflict }",
			"verdict is \"conflict\", expected one of undecided, local, api, "
			"evaluate" },
		{ HEAD "rule r { order = 1 verdict = api modifier = \"with falback\" }",
			"modifier is \"with falback\", did you mean \"with fallback\"?" },
		{ HEAD "rule r { order = 1 verdict = api hard = maybe }",
			"hard is \"maybe\", expected no or yes" },
		{ HEAD "rule r { order = 1 verdict = api reason = x\n\n when = \"cals_per_day > "
		       "1\" }",
			"p.conf:4: rule \"r\": when: no attribute or parameter \"cals_per_day\", "
			"did you mean \"calls_per_day\"?" },
		{ HEAD "rule r { order = 1 verdict = api reason = x\n when = { \"tool_calling\", "
		       "\"calls_per_day > 'high'\" } }",
			"p.conf:3: rule \"r\": when: calls_per_day is a number and 'high' is a "
			"word" },
		{ HEAD "rule r { order = 1 verdict = api reason = x when = \"(SELECT 1) = 1\" }",
			"p.conf:2: rule \"r\": when: \"SELECT\" where" },
		{ HEAD "rule r { order = 1 verdict = api reason = x when = \"calls_per_day > "
		       "${N}\" }",
			"p.conf:2: rule \"r\": \"${\" in when: nothing is expanded here" },
		{ HEAD "rule r { order = 1 verdict = api reason = \"for ${HOME}\" }",
			"p.conf:2: rule \"r\": \"${\" in reason: nothing is expanded here" },
		{ HEAD RULE "parameter a {\n value = \"${X}\" }",
			"p.conf:4: parameter \"a\": \"${\" in value" },
		{ HEAD RULE "parameter a {\n value = ${X} }", "p.conf:4: ${ outside of quotes" },
		{ HEAD RULE "parameter a { }", "p.conf:3: parameter \"a\": value is missing" },
		{ HEAD RULE "parameter a { value = 010 }",
			"p.conf:3: parameter \"a\": value is \"010\", expected a number without a "
			"leading zero" },
		{ HEAD RULE "parameter a { value = \"10 calls\" }",
			"value is \"10 calls\", expected a number" },
		{ HEAD RULE "parameter \"a b\" { value = 1 }",
			"p.conf:3: parameter \"a b\": expected a name of a-z, 0-9 and _" },
		{ HEAD RULE "parameter quality { value = draft }",
			"p.conf:3: parameter \"quality\": this is the name of an attribute" },
		{ HEAD RULE "assume {\n qality = draft }",
			"assume has no key \"qality\", did you mean \"quality\"?" },
		{ HEAD RULE "assume {\n quality = drft }", "p.conf:4: assume: quality is \"drft\", "
							   "did you mean \"draft\"?" },
		{ HEAD RULE "assume { calls_per_day = many }",
			"p.conf:3: assume: calls_per_day is \"many\", expected a number" },
		{ HEAD RULE "assume { calls_per_day = -1 }", "expected at least 0" },
		{ HEAD RULE "assume { engineers = 1.5 }", "expected a whole number" },
		{ HEAD RULE "assume { tool_calling = 1 }", "expected yes or no" },
		{ HEAD RULE "assume { quality = { draft, standard } }",
			"quality has 2 values, expected one" },
		{ "policy { title = t requires = { quality, latency } }\n" RULE,
			"p.conf:1: policy: requires \"latency\", which is no attribute" },
		{ "policy { title = t requires = qualty }\n" RULE,
			"requires \"qualty\", which is no attribute, did you mean \"quality\"?" },
		{ HEAD "parameter w { value = frontir }\n"
		       "rule r { order = 1 verdict = api reason = x when = \"quality = w\" }",
			"p.conf:3: rule \"r\": when: parameter w, which stands against quality: "
			"\"frontir\", did you mean \"frontier\"?" },
		{ HEAD "parameter w { value = 3 unit = tokens }\n"
		       "rule r { order = 1 verdict = api reason = x when = \"calls_per_day > w\" }",
			"calls_per_day is in calls/day and w in tokens, they cannot be compared" },
		{ HEAD RULE "rule s { order = 1", "p.conf:3: the section that begins here is not "
						  "closed" },
		{ "\x01" HEAD RULE, "p.conf:1: a control character" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		struct policy *policy =
			policy_load_text(catalogue, "p.conf", slice_of(rows[i].text), &err);
		if (policy)
			fail_msg("taken: %s", rows[i].text);
		if (!strstr(err.text, rows[i].why))
			fail_msg("%s\n\"%s\" lacks \"%s\"", rows[i].text, err.text, rows[i].why);
	}
	struct err err = { 0 };
	assert_null(policy_load(catalogue, "/nowhere/p.conf", &err));
	assert_string_equal(err.text, "/nowhere/p.conf: No such file or directory");
}

static void
test_settings(void **state)
{
	(void)state;
	static const char text[] = HEAD
		"parameter least { value = 100 unit = \"calls/day\" }\n"
		"parameter bar { value = frontier }\n"
		"parameter strict { value = yes }\n"
		"rule a { order = 1 verdict = local reason = x when = \"calls_per_day > least\" }\n"
		"rule b { order = 2 verdict = api reason = x when = \"quality = bar\" }\n"
		"rule c { order = 3 verdict = api reason = x when = \"strict\" }\n";
	static const struct {
		const char *name, *value, *why; /* why NULL: taken */
	} rows[] = {
		{ "least", "50", NULL },
		{ "least", "0.5", NULL },
		{ "bar", "draft", NULL },
		{ "strict", "no", NULL },
		{ "leest", "50",
			"--set: policy p has no parameter \"leest\", did you mean \"least\"?" },
		{ "nothing", "50",
			"--set: policy p has no parameter \"nothing\", expected one of least, bar, "
			"strict" },
		{ "least", "many", "--set: least is \"many\", expected a number like 100" },
		{ "least", "yes", "--set: least is \"yes\", expected a number like 100" },
		{ "least", "050", "--set: least is \"050\", expected a number like 100" },
		{ "least", "", "--set: least is \"\", expected a number like 100" },
		{ "bar", "7", "--set: bar is \"7\", expected a word like frontier" },
		{ "bar", "drft", "--set: bar: \"drft\", did you mean \"draft\"?" },
		{ "strict", "1", "--set: strict is \"1\", expected yes or no like yes" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		struct policy *policy = policy_load_text(catalogue, "p.conf", slice_of(text), &err);
		if (!policy)
			fail_msg("%s", err.text);
		const struct policy_setting setting = { slice_of(rows[i].name),
			slice_of(rows[i].value), SLICE("--set") };
		struct str before = STR_INIT, after = STR_INIT;
		const struct parameter *parameter = policy_parameter(policy, setting.name);
		if (parameter)
			parameter_print(&before, parameter);
		bool good = policy_set(policy, &setting, &err);
		if (good != !rows[i].why || (!good && strcmp(err.text, rows[i].why) != 0))
			fail_msg("%s = %s: %s", rows[i].name, rows[i].value, err.text);
		if (parameter)
			parameter_print(&after, parameter);
		/* a value that is refused changes nothing */
		if (parameter)
			assert_int_equal(strcmp(str_text(&before), str_text(&after)) == 0, !good);
		str_free(&before);
		str_free(&after);
		policy_free(policy);
	}
}

/* A parameter that was set is what conditions see. */
static void
test_effect(void **state)
{
	(void)state;
	struct policy *policy = shipped("playbook");
	struct subjects subjects = { 0 };
	struct err err = { 0 };
	const struct policy_setting setting = { SLICE("min_calls_per_day"), SLICE("50"),
		SLICE("--set") };
	const struct subject *one =
		subject(&subjects, "type=extraction context_tokens=800 calls_per_day=60");
	const struct attribute *values = policy_values(policy, one, true, &subjects.arena);
	assert_int_equal(policy_decide(policy, values).verdict, VERDICT_API);
	assert_true(policy_set(policy, &setting, &err));
	assert_int_equal(policy_decide(policy, values).verdict, VERDICT_LOCAL);
	struct flips flips = { 0 };
	flips_find(&flips, policy, values);
	assert_int_equal(flips.items[0].to.number, 50 * FEMTO_PER_UNIT);
	flips_free(&flips);
	subjects_free(&subjects);
	policy_free(policy);
}

static struct policy *
made(const char *rules)
{
	struct err err = { 0 };
	char *text = xasprintf(HEAD "%s", rules);
	struct policy *policy = policy_load_text(catalogue, "p.conf", slice_of(text), &err);
	if (!policy)
		fail_msg("%s: %s", rules, err.text);
	free(text);
	return policy;
}

/* Orders, unknown rules, conflicts. */
static void
test_outcomes(void **state)
{
	(void)state;
#define ONE(id, order, when, verdict)                                     \
 "rule " id " { order = " order " when = \"" when "\" verdict = " verdict \
 " reason = \"because " id "\" }\n"
	static const struct {
		const char *rules, *values;
		enum verdict want;
		enum gap gap;
		const char *reason;
		int known, decisive;
	} rows[] = {
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "2", "local", "api"),
			"tool_calling=yes local=yes", VERDICT_LOCAL, GAP_NONE, "because a", 1, 1 },
		{ ONE("b", "2", "local", "api") ONE("a", "1", "tool_calling", "local"),
			"tool_calling=yes local=yes", VERDICT_LOCAL, GAP_NONE, "because a", 1, 1 },
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "2", "local", "api"),
			"tool_calling=no local=yes", VERDICT_API, GAP_NONE, "because b", 2, 2 },
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "2", "local", "api"),
			"tool_calling=no local=yes?", VERDICT_API, GAP_NONE, "because b", 1, 2 },
		/* an earlier rule that is unknown and would decide otherwise */
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "2", "local", "api"), "local=yes",
			VERDICT_UNDECIDED, GAP_UNKNOWN,
			"not known: tool_calling, which would tell whether rule \"a\" (local) "
			"holds; "
			"if not, rule \"b\" says api",
			1, 2 },
		/* beside which one that would decide the same does not matter */
		{ ONE("a", "1", "tool_calling", "local") ONE("c", "1", "batchable", "api")
				ONE("b", "2", "local", "api"),
			"local=yes", VERDICT_UNDECIDED, GAP_UNKNOWN,
			"not known: tool_calling, which would tell whether rule \"a\" (local) "
			"holds; "
			"if not, rule \"b\" says api",
			1, 3 },
		/* and one that would decide the same */
		{ ONE("a", "1", "tool_calling", "api") ONE("b", "2", "local", "api"), "local=yes",
			VERDICT_API, GAP_NONE, "because b", 1, 2 },
		/* one of the same order does not undo what holds */
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "1", "local", "api"), "local=yes",
			VERDICT_API, GAP_NONE, "because b", 1, 2 },
		/* a later one plays no part */
		{ ONE("a", "1", "local", "api") ONE("b", "2", "tool_calling", "local"), "local=yes",
			VERDICT_API, GAP_NONE, "because a", 1, 1 },
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "1", "local", "api"),
			"local=yes tool_calling=yes", VERDICT_CONFLICT, GAP_NONE,
			"rule \"a\" says local, rule \"b\" says api", 2, 2 },
		{ ONE("a", "1", "tool_calling", "api") ONE("b", "1", "local", "api"),
			"local=yes tool_calling=yes", VERDICT_API, GAP_NONE, "because a; because b",
			2, 2 },
		{ ONE("a", "1", "tool_calling", "local"), "tool_calling=no", VERDICT_UNDECIDED,
			GAP_NO_RULE, "no rule holds", 1, 1 },
		{ ONE("a", "1", "tool_calling", "undecided"), "tool_calling=yes", VERDICT_UNDECIDED,
			GAP_NONE, "because a", 1, 1 },
		{ ONE("a", "1", "calls_per_day > 9", "local")
				ONE("b", "1", "calls_per_day < 9", "api"),
			"calls_per_day=9", VERDICT_UNDECIDED, GAP_BOUNDARY,
			"calls_per_day is exactly 9 calls/day: rule \"a\" (local) asks that "
			"calls_per_day > 9 calls/day, rule \"b\" (api) asks that calls_per_day < 9 "
			"calls/day",
			1, 1 },
		/* ranges */
		{ ONE("a", "1", "calls_per_day > 9", "local"), "calls_per_day=10..20",
			VERDICT_LOCAL, GAP_NONE, "because a", 1, 1 },
		{ ONE("a", "1", "calls_per_day > 9", "local"), "calls_per_day=9..20",
			VERDICT_UNDECIDED, GAP_UNKNOWN,
			"no rule holds; not known: calls_per_day, which would tell whether rule "
			"\"a\" "
			"(local) holds",
			1, 1 },
		{ ONE("a", "1", "calls_per_day <> 15", "local"), "calls_per_day=10..20",
			VERDICT_UNDECIDED, GAP_UNKNOWN, NULL, 1, 1 },
		{ ONE("a", "1", "calls_per_day <> 15", "local"), "calls_per_day=16..20",
			VERDICT_LOCAL, GAP_NONE, NULL, 1, 1 },
		{ ONE("a", "1", "calls_per_day > 9 OR calls_per_day <= 9", "local"),
			"calls_per_day=1..20", VERDICT_LOCAL, GAP_NONE, NULL, 1, 1 },
		{ ONE("a", "1", "context_tokens > output_tokens", "local"),
			"context_tokens=10..20 output_tokens=1..9", VERDICT_LOCAL, GAP_NONE, NULL,
			2, 2 },
		{ ONE("a", "1", "context_tokens > output_tokens", "local"),
			"context_tokens=10..20 output_tokens=1..10", VERDICT_UNDECIDED, GAP_UNKNOWN,
			NULL, 2, 2 },
		/* nothing that it rests on */
		{ ONE("a", "1", "TRUE", "local"), "", VERDICT_LOCAL, GAP_NONE, "because a", 0, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct policy *policy = made(rows[i].rules);
		struct subjects subjects = { 0 };
		struct decision decision;
		decision_make(&decision, policy, subject(&subjects, rows[i].values), true);
		if (decision.outcome.verdict != rows[i].want ||
			decision.outcome.gap != rows[i].gap ||
			(rows[i].reason && !slice_is(decision.reason, rows[i].reason)) ||
			(int)decision.known_n != rows[i].known ||
			(int)decision.decisive_n != rows[i].decisive)
			fail_msg("%s with %s: %s, gap \"%s\", %zu of %zu, \"%s\"", rows[i].rules,
				rows[i].values, verdict_names[decision.outcome.verdict],
				gap_names[decision.outcome.gap], decision.known_n,
				decision.decisive_n, decision.reason.p);
		decision_free(&decision);
		subjects_free(&subjects);
		policy_free(policy);
	}
}

/* PII and frontier quality: local, and the hard rule that says the opposite is named. */
static void
test_hard(void **state)
{
	(void)state;
	struct policy *policy = shipped("tree");
	struct subjects subjects = { 0 };
	struct decision decision;
	decision_make(&decision, policy,
		subject(&subjects, "data_class=pii quality=frontier total_monthly_cost=9"), true);
	assert_int_equal(decision.outcome.verdict, VERDICT_LOCAL);
	assert_int_equal(decision.conflicts_n, 1);
	assert_string_equal(decision.conflicts[0].p,
		"rule \"frontier-quality\" (hard) says api: frontier quality is needed");
	decision_free(&decision);
	/* the rule "api-is-cheaper" holds too, and is not hard */
	decision_make(
		&decision, policy, subject(&subjects, "data_class=phi total_monthly_cost=9"), true);
	assert_int_equal(decision.outcome.verdict, VERDICT_LOCAL);
	assert_int_equal(decision.conflicts_n, 0);
	decision_free(&decision);
	subjects_free(&subjects);
	policy_free(policy);
}

static void
test_survey(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *want;
	} rows[] = {
		{ ONE("a", "1", "tool_calling", "local") ONE("b", "1", "NOT tool_calling", "api"),
			"" },
		{ ONE("a", "1", "calls_per_day > 9", "local")
				ONE("b", "1", "calls_per_day < 9", "api"),
			"undecided: calls_per_day exactly 9 calls/day\n" },
		{ ONE("a", "1", "calls_per_day >= 9", "local")
				ONE("b", "1", "calls_per_day <= 9", "api"),
			"conflict: calls_per_day exactly 9 calls/day: a b\n" },
		{ ONE("a", "1", "tool_calling", "local"), "undecided: tool_calling is no\n" },
		{ ONE("a", "1", "quality IN ('draft', 'standard')", "local"),
			"undecided: quality is frontier\n" },
		{ ONE("a", "1", "quality = 'draft' AND tool_calling", "local"),
			"undecided: quality is not draft\nundecided: tool_calling is no\n" },
		{ ONE("a", "1", "calls_per_day BETWEEN 5 AND 7", "local"),
			"undecided: calls_per_day at most 4 calls/day or at least 8 calls/day\n" },
		{ ONE("a", "1", "calls_per_day > 5 AND calls_per_day < 4", "local"),
			"undecided: everywhere\nnever: a\n" },
		{ ONE("a", "1", "calls_per_day IS NOT NULL AND tool_calling", "local"),
			"undecided: tool_calling is no\n" },
		{ ONE("a", "1", "TRUE", "local") ONE("b", "2", "tool_calling", "local"),
			"idle: b\n" },
		{ "rule b { order = 2 when = local verdict = api hard = yes reason = x }\n" ONE(
			  "a", "1", "TRUE", "local"),
			"hard conflict: local is yes: a b\nidle: b\n" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct policy *policy = made(rows[i].rules);
		struct survey survey;
		struct str got = STR_INIT;
		survey_make(&survey, policy);
		assert_false(survey.sampled);
		for (size_t k = 0; k < survey.n; k++) {
			const struct region *region = &survey.regions[k];
			str_printf(&got, "%s: %s", region_names[region->kind], region->where.p);
			if (region->first)
				str_printf(
					&got, ": %s %s", region->first->id.p, region->other->id.p);
			str_putc(&got, '\n');
		}
		for (size_t k = 0; k < policy->rules_n; k++)
			if (!survey.decides[k])
				str_printf(&got, "%s: %s\n", survey.holds[k] ? "idle" : "never",
					policy->rules[k].id.p);
		if (strcmp(str_text(&got), rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].rules, str_text(&got));
		str_free(&got);
		survey_free(&survey);
		policy_free(policy);
	}
}

/* Both boundaries and the types that no rule names are among the gaps; what is computed is sampled. */
static void
test_survey_playbook(void **state)
{
	(void)state;
	struct policy *policy = shipped("playbook");
	struct survey survey;
	survey_make(&survey, policy);
	bool calls = false, context = false, type = false;
	for (size_t i = 0; i < survey.n; i++) {
		if (survey.regions[i].kind != REGION_UNDECIDED)
			continue;
		calls |= slice_find(survey.regions[i].where,
				 "calls_per_day exactly 100 calls/day") >= 0;
		context |= slice_find(survey.regions[i].where,
				   "context_tokens exactly 32,000 tokens") >= 0;
		type |= slice_find(survey.regions[i].where, "type is not classification") >= 0;
	}
	assert_true(calls && context && type);
	assert_int_equal(survey.cells, 3 * 2 * 2 * 3 * 3 * 2 * 2 * 2);
	survey_free(&survey);
	policy_free(policy);
	policy = made(ONE("a", "1", "context_tokens * 2 > output_tokens", "local"));
	survey_make(&survey, policy);
	assert_true(survey.sampled);
	survey_free(&survey);
	policy_free(policy);
	/* against each other only: all three of <, = and > are met */
	policy = made(ONE("a", "1", "context_tokens < context_p95_tokens", "local")
			ONE("b", "1", "context_tokens = context_p95_tokens", "api")
				ONE("c", "1", "context_tokens > context_p95_tokens", "local"));
	survey_make(&survey, policy);
	assert_true(survey.n == 0 && survey.decides[0] && survey.decides[1] && survey.decides[2]);
	survey_free(&survey);
	policy_free(policy);
}

/* What would be asked, of which workloads, and what it decides. */
static void
test_questions(void **state)
{
	(void)state;
	static const struct {
		const char *policy;
		bool assume;
		const char *want;
	} rows[] = {
		{ "playbook", true,
			"change_rate of a and b: stable or frequent? 30 (stable: local; frequent: "
			"conflict)\n"
			"quality of a and b: standard/draft or frontier? 30 (standard/draft: "
			"local; "
			"frontier: undecided)\n"
			"latency_tolerance_ms of a and b: at most 500 ms or at least 501 ms? 30 "
			"(at "
			"most 500 ms: undecided; at least 501 ms: local)\n"
			"type of b: classification (and 3 more), embedding (and 21 more) or "
			"complex_reasoning/agentic_workflow? 10 " },
		{ "playbook", false,
			"quality of a and b: standard/draft or frontier? 30 (standard/draft: "
			"local; "
			"frontier: undecided)\n"
			"latency_tolerance_ms of a and b: at most 500 ms or at least 501 ms? 30 "
			"(at "
			"most 500 ms: undecided; at least 501 ms: local)\n"
			"change_rate of a and b: stable or frequent? 30 (stable: local; frequent: "
			"conflict)\n" },
		{ "tree", true, "ml_engineers: no or yes? 35 (no: api; yes: local)\n" },
	};
	struct subjects all = { 0 }, hold = { 0 };
	static const char *const values[] = {
		"type=classification context_tokens=9 calls_per_day=200 tool_calling=no "
		"total_monthly_cost=9999",
		"type=classification? context_tokens=9 calls_per_day=300 tool_calling=no "
		"total_monthly_cost=9999",
		"type=classification context_tokens=9 calls_per_day=300 tool_calling=no "
		"change_rate=frequent total_monthly_cost=9999"
	};
	static const int costs[] = { 20, 10, 5 };
	all.items = xcalloc(3, sizeof(*all.items));
	for (; all.n < 3; all.n++) {
		all.items[all.n] = *subject(&hold, values[all.n]);
		all.items[all.n].name = (struct slice){ &"abc"[all.n], 1 };
		all.items[all.n].has_monthly = true;
		all.items[all.n].monthly_low = costs[all.n] * FEMTO_PER_UNIT;
		all.items[all.n].monthly_high = all.items[all.n].monthly_low;
		memcpy(all.items[all.n].currency, "USD", 4);
	}
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct policy *policy = shipped(rows[i].policy);
		struct questions questions = { 0 };
		struct str got = STR_INIT;
		questions_find(&questions, policy, &all, rows[i].assume);
		for (size_t k = 0; k < questions.n; k++) {
			const struct question *question = &questions.items[k];
			char buf[NUM_TEXT];
			str_printf(&got, "%s: %s? %s (%s)\n", question->about.p,
				question->answers.p,
				num_print(buf, question->monthly_low, 0, 2, false),
				question->effects.p);
		}
		if (!slice_starts(str_as_slice(&got), rows[i].want))
			fail_msg("%s:\n%s", rows[i].policy, str_text(&got));
		str_free(&got);
		questions_free(&questions);
		policy_free(policy);
	}
	subjects_free(&hold);
	subjects_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_effect),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_hard),
		cmocka_unit_test(test_survey),
		cmocka_unit_test(test_survey_playbook),
		cmocka_unit_test(test_questions),
	};
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
