/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/condition.h"

#include "subjects.h"

static const struct parameter parameters[] = {
	{ .name = { "least", 5 }, .unit = { "calls/day", 9 }, .number = 100 * FEMTO_PER_UNIT },
	{ .name = { "bare", 4 }, .unit = { "", 0 }, .number = FEMTO_PER_UNIT / 2 },
	{ .name = { "bar", 3 }, .kind = ATTRIBUTE_WORD, .word = { "standard", 8 } },
	{ .name = { "strict", 6 }, .kind = ATTRIBUTE_FLAG, .number = 1 },
};

struct made {
	struct sandbox *sandbox;
	struct vocabulary vocabulary;
	struct condition condition;
	struct arena arena;
};

static bool
make(struct made *made, const char *text, struct err *err)
{
	struct slice one = slice_of(text);
	*made = (struct made){ .sandbox = sandbox_open(),
		.vocabulary = { catalogue, parameters, HL_COUNT(parameters) } };
	return condition_compile(
		&made->condition, &one, 1, &made->vocabulary, made->sandbox, &made->arena, err);
}

static void
unmake(struct made *made)
{
	condition_free(&made->condition);
	sandbox_close(made->sandbox);
	arena_free(&made->arena);
}

/* Each is refused, and the sentence says what is wrong. */
static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "the condition ends too early, expected an attribute" },
		{ "quality = 'frontir'", "did you mean \"frontier\"?" },
		{ "quality = 'x'", "expected one of draft, standard, frontier" },
		{ "quality IN ('draft', 'frontir')", "did you mean \"frontier\"?" },
		{ "'frontir' <> quality", "did you mean \"frontier\"?" },
		{ "quality = 3", "quality is a word and 3 is a number, they cannot be compared" },
		{ "quality = draft", "draft is a word, expected it in quotes: 'draft'" },
		{ "quality = bare", "they cannot be compared" },
		{ "type = bar", "\"standard\", expected one of classification" },
		{ "quality = \"draft\"", "a double quote; a word stands in single quotes" },
		{ "quality < 'standard'", "which has no order" },
		{ "quality BETWEEN 'draft' AND 'standard'", "which has no order" },
		{ "quality = type", "have no word in common" },
		{ "quality = data_class", "have no word in common" },
		{ "tool_calling > 0", "tool_calling is true or false" },
		{ "tool_calling = 2", "they cannot be compared" },
		{ "tool_calling = 'yes'", "they cannot be compared" },
		{ "calls_per_day > 'high'", "calls_per_day is a number and 'high' is a word" },
		{ "calls_per_day > tool_calling", "they cannot be compared" },
		{ "calls_per_day > context_tokens",
			"calls_per_day is in calls/day and context_tokens in tokens" },
		{ "context_tokens > least", "context_tokens is in tokens and least in calls/day" },
		{ "calls_per_day > monthly_cost + 1 * 2 + total_monthly_cost - context_tokens",
			"they cannot be compared" },
		{ "calls_per_day", "calls_per_day is a number, expected a condition" },
		{ "type", "type is a word, expected a condition" },
		{ "1", "1 is a number, expected a condition" },
		{ "calls_per_day AND tool_calling", "expected a condition beside AND, OR and NOT" },
		{ "NOT type", "expected a condition beside AND, OR and NOT" },
		{ "calls_per_day IS TRUE", "expected a condition before IS TRUE" },
		{ "cals_per_day > 1", "did you mean \"calls_per_day\"?" },
		{ "leest > 1", "did you mean \"least\"?" },
		{ "nothing_like_it > 1", "expected one of those in hllm-policy(5)" },
		{ "calls_per_day > 010", "\"010\", expected a number without a leading zero" },
		{ "calls_per_day > 1e30", "expected a smaller number" },
		{ "calls_per_day > 10k", "\"10k\", expected a number" },
		{ "calls_per_day > 0x10", "expected a number" },
		{ "calls_per_day > ${X}", "nothing is expanded here" },
		{ "calls_per_day > ?", "is no part of a condition" },
		{ "calls_per_day > :a", "is no part of a condition" },
		{ "calls_per_day = NULL", "is always unknown, expected IS NULL" },
		{ "NULL", "\"NULL\" where an attribute" },
		{ "calls_per_day > (SELECT 1)", "\"SELECT\" where an attribute" },
		{ "(SELECT count(*) FROM sqlite_master) > 0", "\"SELECT\" where an attribute" },
		{ "EXISTS (SELECT 1)", "\"EXISTS\" where an attribute" },
		{ "calls_per_day IN (SELECT 1)", "\"SELECT\" where an attribute" },
		{ "calls_per_day IN (WITH RECURSIVE a(b) AS (SELECT 1) SELECT b FROM a)",
			"\"WITH\" where an attribute" },
		{ "calls_per_day IN ()", "\")\" where an attribute" },
		{ "1 > 0; ATTACH 'x' AS y", "\"; ATTACH\" is no part of a condition" },
		{ "ATTACH 'x' AS y", "\"ATTACH\" where an attribute" },
		{ "PRAGMA writable_schema", "\"PRAGMA\" where an attribute" },
		{ "load_extension('x') = 'y'",
			"no function \"load_extension\", expected one of coalesce, max, min" },
		{ "readfile('x') = 'y'", "expected one of coalesce, max, min" },
		{ "randomblob(1000000000) IS NULL", "expected one of coalesce, max, min" },
		{ "abs(calls_per_day) > 1", "expected one of coalesce, max, min" },
		{ "max(calls_per_day) > 1", "max() takes from 2 to 16 values" },
		{ "max(quality, 'draft') = 'draft'", "expected a number inside of the function" },
		{ "coalesce(calls_per_day, 'draft') = 1", "they cannot be compared" },
		{ "coalesce(quality, 'drft') = 'draft'", "did you mean \"draft\"?" },
		{ "CASE WHEN tool_calling THEN 1 END", "\"CASE\" where an attribute" },
		{ "CAST(calls_per_day AS TEXT) = 'x'", "no function \"CAST\"" },
		{ "quality LIKE 'fr%'", "\"LIKE\" where AND, OR or the end is expected" },
		{ "quality GLOB 'f*'", "\"GLOB\" where AND, OR or the end is expected" },
		{ "quality || 'x' = 'y'", "\"|| 'x' =\" is no part of a condition" },
		{ "calls_per_day / 0 > 1", "there is no division" },
		{ "calls_per_day % 2 = 1", "there is no division" },
		{ "100 < calls_per_day < 500", "comparisons are joined, as in a > 1 AND a < 9" },
		{ "calls_per_day > 1 calls_per_day", "where AND, OR or the end is expected" },
		{ "calls_per_day > 1 AND", "the condition ends too early" },
		{ "(calls_per_day > 1", "the condition ends too early, expected \")\"" },
		{ "calls_per_day > 1)", "\")\" where AND, OR or the end is expected" },
		{ "calls_per_day BETWEEN 1", "where the AND of BETWEEN is expected" },
		{ "calls_per_day NOT 5", "where IN or BETWEEN is expected" },
		{ "calls_per_day IS 5", "where NULL, TRUE or FALSE is expected" },
		{ "quality = 'draft", "the quote before \"draft\" is not closed" },
		{ "quality = 'dra''ft'", "a quote inside of a word" },
		{ "calls_per_day > 1 -- all", "a comment inside of a condition" },
		{ "calls_per_day > 1 /* all */", "a comment inside of a condition" },
		{ "\xC3\xA9 > 1", "is no part of a condition" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct made made;
		struct err err = { 0 };
		if (make(&made, rows[i].text, &err))
			fail_msg("\"%s\" is taken", rows[i].text);
		if (!strstr(err.text, rows[i].why) &&
			!(strcmp(rows[i].why, "where the AND of BETWEEN is expected") == 0 &&
				strstr(err.text, "expected the AND of BETWEEN")))
			fail_msg(
				"\"%s\": \"%s\" lacks \"%s\"", rows[i].text, err.text, rows[i].why);
		unmake(&made);
	}
}

static void
test_truth(void **state)
{
	(void)state;
	static const struct {
		const char *text, *values;
		enum truth want;
	} rows[] = {
		{ "calls_per_day > least", "calls_per_day=101", TRUTH_HOLDS },
		{ "calls_per_day > least", "calls_per_day=100", TRUTH_FAILS },
		{ "calls_per_day >= least", "calls_per_day=100", TRUTH_HOLDS },
		{ "least < calls_per_day", "calls_per_day=100.000001", TRUTH_HOLDS },
		{ "calls_per_day > least", "", TRUTH_UNKNOWN },
		{ "calls_per_day == 100 and calls_per_day != 99", "calls_per_day=100",
			TRUTH_HOLDS },
		{ "complexity < 0.6", "complexity=0.6", TRUTH_FAILS },
		{ "complexity < 0.6", "complexity=0.59", TRUTH_HOLDS },
		{ "complexity = 6e-1", "complexity=0.6", TRUTH_HOLDS },
		{ "complexity > -1", "complexity=0", TRUTH_HOLDS },
		{ "quality = bar", "quality=standard", TRUTH_HOLDS },
		{ "quality <> 'frontier'", "", TRUTH_UNKNOWN },
		{ "quality IS NULL", "", TRUTH_HOLDS },
		{ "quality IS NOT NULL", "quality=draft", TRUTH_HOLDS },
		{ "tool_calling", "tool_calling=yes", TRUTH_HOLDS },
		{ "tool_calling = 1 AND strict", "tool_calling=yes", TRUTH_HOLDS },
		{ "tool_calling = FALSE", "tool_calling=yes", TRUTH_FAILS },
		{ "tool_calling IS NOT TRUE", "", TRUTH_HOLDS },
		{ "tool_calling IS FALSE", "", TRUTH_FAILS },
		{ "(calls_per_day > 5) IS NOT FALSE", "", TRUTH_HOLDS },
		{ "(calls_per_day > 5) = tool_calling", "calls_per_day=6 tool_calling=yes",
			TRUTH_HOLDS },
		{ "NOT calls_per_day > 5", "calls_per_day=6", TRUTH_FAILS },
		{ "NOT calls_per_day > 5 OR tool_calling", "tool_calling=yes", TRUTH_HOLDS },
		{ "calls_per_day > 5 AND tool_calling", "tool_calling=no", TRUTH_FAILS },
		{ "calls_per_day > 5 AND tool_calling", "tool_calling=yes", TRUTH_UNKNOWN },
		{ "tool_calling OR local AND batchable", "tool_calling=yes local=no batchable=no",
			TRUTH_HOLDS },
		{ "calls_per_day BETWEEN 1 AND 5 AND tool_calling",
			"calls_per_day=5 tool_calling=yes", TRUTH_HOLDS },
		{ "calls_per_day NOT BETWEEN 1 AND 5", "calls_per_day=5.5", TRUTH_HOLDS },
		{ "calls_per_day IN (1, least)", "calls_per_day=100", TRUTH_HOLDS },
		{ "type NOT IN ('chat', 'rag')", "type=rag", TRUTH_FAILS },
		{ "context_p95_tokens > 2 * output_tokens",
			"context_p95_tokens=201 output_tokens=100", TRUTH_HOLDS },
		{ "context_tokens - output_tokens * 2 + 1 = -99",
			"context_tokens=100 output_tokens=100", TRUTH_HOLDS },
		{ "coalesce(context_p95_tokens, context_tokens) > 5", "context_tokens=6",
			TRUTH_HOLDS },
		{ "max(context_p95_tokens, context_tokens) > 5",
			"context_tokens=6 context_p95_tokens=1", TRUTH_HOLDS },
		{ "min(monthly_cost, total_monthly_cost) > 5", "monthly_cost=6", TRUTH_UNKNOWN },
		{ "monthly_cost * 1000000000000000 * 1000000000000000 > 5", "monthly_cost=6",
			TRUTH_HOLDS },
		{ "calls_per_day > 900719925474099", "calls_per_day=9007", TRUTH_FAILS },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct made made;
		struct err err = { 0 };
		struct subjects subjects = { 0 };
		if (!make(&made, rows[i].text, &err))
			fail_msg("\"%s\": %s", rows[i].text, err.text);
		enum truth got = condition_truth(&made.condition, &made.vocabulary, made.sandbox,
			subject(&subjects, rows[i].values)->values);
		if (got != rows[i].want)
			fail_msg("\"%s\" with %s: %d, not %d", rows[i].text, rows[i].values, got,
				rows[i].want);
		subjects_free(&subjects);
		unmake(&made);
	}
}

static uint64_t random_state = 4101842887655102017ULL;

static uint64_t
any(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static void
random_condition(struct str *out, int depth)
{
	static const char *const leaves[] = { "calls_per_day > 5", "tool_calling",
		"quality = 'draft'", "NOT local", "quality IS NULL", "calls_per_day IN (4, 6)",
		"(calls_per_day < 5) IS TRUE", "strict", "batchable = tool_calling" };
	if (depth == 0 || any(3) == 0) {
		str_puts(out, leaves[any(HL_COUNT(leaves))]);
		return;
	}
	str_puts(out, any(3) == 0 ? "NOT (" : "(");
	random_condition(out, depth - 1);
	str_puts(out, any(2) ? " AND " : " OR ");
	random_condition(out, depth - 1);
	str_putc(out, ')');
}

/* What we make of the comparisons is what SQLite makes of the whole; and nothing but the marked ones matters. */
static void
test_logic(void **state)
{
	(void)state;
	static const char *const values[] = { "", "calls_per_day=4", "calls_per_day=6 local=yes",
		"tool_calling=yes quality=draft", "tool_calling=no local=no batchable=yes",
		"quality=standard batchable=no local=yes calls_per_day=5" };
	size_t counts[3] = { 0 };
	for (int round = 0; round < 400; round++) {
		struct made made;
		struct err err = { 0 };
		struct str text = STR_INIT;
		struct subjects subjects = { 0 };
		random_condition(&text, 4);
		assert_true(make(&made, str_text(&text), &err));
		const struct attribute *now =
			subject(&subjects, values[any(HL_COUNT(values))])->values;
		size_t n = made.condition.leaves_n;
		enum truth *leaves = xcalloc(n, sizeof(*leaves));
		bool *marks = xcalloc(n, sizeof(*marks));
		for (size_t k = 0; k < n; k++)
			leaves[k] = condition_leaf(
				&made.condition, k, &made.vocabulary, made.sandbox, now);
		enum truth whole =
			condition_truth(&made.condition, &made.vocabulary, made.sandbox, now);
		assert_int_equal(condition_combine(&made.condition, leaves), whole);
		counts[whole]++;
		condition_support(&made.condition, leaves, marks);
		for (int flip = 0; flip < 20 && whole != TRUTH_UNKNOWN; flip++) {
			for (size_t k = 0; k < n; k++)
				if (!marks[k])
					leaves[k] = (enum truth)any(3);
			assert_int_equal(condition_combine(&made.condition, leaves), whole);
		}
		free(leaves);
		free(marks);
		subjects_free(&subjects);
		str_free(&text);
		unmake(&made);
	}
	for (int i = 0; i < 3; i++)
		assert_true(counts[i] > 40);
}

static void
collect(void *arg, femto_t value)
{
	struct str *out = arg;
	char buf[NUM_TEXT];
	str_printf(out, "%s ", num_print(buf, value, 0, 15, false));
}

static void
test_limits(void **state)
{
	(void)state;
	static const struct {
		const char *text, *values, *want;
		bool sampled;
	} rows[] = {
		{ "calls_per_day > 5 OR NOT least >= calls_per_day", "", "5 100 ", false },
		{ "calls_per_day BETWEEN 1 AND 5 OR calls_per_day IN (7, 8)", "", "1 5 7 8 ",
			false },
		{ "3 BETWEEN calls_per_day AND 9", "", "3 9 ", false },
		{ "(calls_per_day > 5) IS TRUE AND tool_calling", "", "5 ", false },
		{ "calls_per_day > engineers * 2", "engineers=4", NULL, false },
		{ "calls_per_day > complexity * 20 + 1", "complexity=0.5", "11 ", false },
		{ "calls_per_day * 2 > 50", "", "50 ", true },
		{ "max(calls_per_day, 3) > 50", "", "50 ", true },
		{ "tool_calling", "", "", false },
	};
	int at = attributes_find(catalogue, SLICE("calls_per_day"));
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct made made;
		struct err err = { 0 };
		struct subjects subjects = { 0 };
		struct str got = STR_INIT;
		if (!make(&made, rows[i].text, &err))
			fail_msg("\"%s\": %s", rows[i].text, err.text);
		condition_limits(&made.condition, (size_t)at, &made.vocabulary,
			subject(&subjects, rows[i].values)->values, collect, &got);
		assert_string_equal(str_text(&got), rows[i].want ? rows[i].want : "8 ");
		assert_int_equal(made.condition.sampled[at], rows[i].sampled);
		str_free(&got);
		subjects_free(&subjects);
		unmake(&made);
	}
}

/* Behind the parser stands a second wall: what would pass it is not run either. */
static void
test_sandbox(void **state)
{
	(void)state;
	static const char *const hostile[] = { "SELECT 1", "(SELECT 1) > 0", "1 IN (SELECT 1)",
		"EXISTS (SELECT 1)", "(SELECT count(*) FROM sqlite_master)",
		"1) ; ATTACH 'x' AS y; SELECT (1", "load_extension('x')", "readfile('/etc/passwd')",
		"randomblob(1000000000)", "zeroblob(10)", "hex(1)", "abs(1)", "1 LIKE 2",
		"1 GLOB 2", "\"x\" = 1", "sqlite_version()", "1, 2", "last_insert_rowid()",
		"(WITH RECURSIVE a(b) AS (SELECT 1 UNION ALL SELECT b + 1 FROM a) SELECT b FROM a)",
		"1) UNION SELECT (2", "x", "printf('%s', 1)", "date('now')" };
	struct sandbox *sandbox = sandbox_open();
	for (size_t i = 0; i < HL_COUNT(hostile); i++) {
		struct err err = { 0 };
		if (sandbox_prepare(sandbox, hostile[i], &err))
			fail_msg("%s is prepared", hostile[i]);
		assert_true(err.text[0]);
	}
	static const struct {
		const char *text;
		int want; /* -1: no truth */
	} rows[] = { { "1 < 2", TRUTH_HOLDS }, { "NULL > 1", TRUTH_UNKNOWN },
		{ "coalesce(NULL, 0)", TRUTH_FAILS }, { "2", -1 }, { "'x'", -1 }, { "0.5", -1 },
		{ "max(1, 0)", TRUTH_HOLDS } };
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		enum truth truth;
		sqlite3_stmt *statement = sandbox_prepare(sandbox, rows[i].text, &err);
		if (!statement)
			fail_msg("%s: %s", rows[i].text, err.text);
		bool good = sandbox_truth(sandbox, statement, &truth, &err);
		assert_int_equal(good, rows[i].want >= 0);
		if (good)
			assert_int_equal(truth, rows[i].want);
		sqlite3_finalize(statement);
	}
	sandbox_close(sandbox);
}

/* As long and as deep as it may be, and one more. */
static void
test_size(void **state)
{
	(void)state;
	static const struct {
		const char *open, *close;
		int good, bad;
	} rows[] = { { "(", ")", 19, 20 }, { "NOT (", ")", 9, 10 }, { "TRUE AND ", "", 199, 200 },
		{ "tool_calling OR ", "", 199, 200 } };
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		for (int good = 0; good < 2; good++) {
			struct str text = STR_INIT;
			struct made made;
			struct err err = { 0 };
			int n = good ? rows[i].good : rows[i].bad;
			for (int k = 0; k < n; k++)
				str_puts(&text, rows[i].open);
			str_puts(&text, "TRUE");
			for (int k = 0; k < n; k++)
				str_puts(&text, rows[i].close);
			if (make(&made, str_text(&text), &err) != good)
				fail_msg("%d of %s: %s", n, rows[i].open, err.text);
			str_free(&text);
			unmake(&made);
		}
	struct made made;
	struct err err = { 0 };
	struct str text = STR_INIT;
	for (int i = 0; i < 13; i++)
		str_puts(&text, "TRUE = (1 > 0 OR TRUE AND ");
	str_puts(&text, "TRUE");
	for (int i = 0; i < 13; i++)
		str_putc(&text, ')');
	/* SQLite's parser has no room for that, until 3.46: since then its stack grows. */
	bool grows = sqlite3_libversion_number() >= 3046000;
	assert_int_equal(make(&made, str_text(&text), &err), grows);
	if (!grows)
		assert_non_null(
			strstr(err.text, "nested too deeply, expected a simpler condition"));
	unmake(&made);
	str_clear(&text);
	str_puts(&text, "1");
	for (int i = 0; i < 390; i++)
		str_puts(&text, "+1");
	str_puts(&text, " > calls_per_day");
	if (!make(&made, str_text(&text), &err))
		fail_msg("a sum of 391: %s", err.text);
	unmake(&made);
	while (text.n <= 4000)
		str_putc(&text, ' ');
	assert_false(make(&made, str_text(&text), &err));
	assert_non_null(strstr(err.text, "longer than 4000 bytes"));
	unmake(&made);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_truth),
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_sandbox),
		cmocka_unit_test(test_size),
	};
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
