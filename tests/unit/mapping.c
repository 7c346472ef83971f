/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "read/formats-logs.h"
#include "read/json.h"

static const char saved[] = "mapping \"our proxy\" { model = m input = { tokIn, \"tok|in\" } }";

/* "meaning=place" of all pairs, joined by blanks. */
static void
parses(const char *text, const char *want)
{
	struct err err = { 0 };
	struct arena arena = { 0 };
	struct mapping mapping;
	struct str got = STR_INIT;
	struct conf *conf = conf_load_text("a.conf", slice_of(saved), &err);
	assert_non_null(conf);
	if (mapping_parse(conf, text, &arena, &mapping, &err))
		for (size_t i = 0; i < mapping.n; i++)
			str_printf(&got, "%s" SLICE_FMT "=" SLICE_FMT, i ? " " : "",
				SLICE_ARG(mapping.pairs[i].meaning),
				SLICE_ARG(mapping.pairs[i].place));
	else
		str_puts(&got, err.text);
	assert_string_equal(str_text(&got), want);
	str_free(&got);
	conf_free(conf);
	arena_free(&arena);
}

static void
test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "model=m", "model=m" },
		{ "model=m,input= Tokens In ,output=usage.out",
			"model=m input=Tokens In output=usage.out" },
		{ "input=a|b", "input=a input=b" },
		{ "model=\"a,b|c\",input=\"say \"\"x\"\"\"", "model=a,b|c input=say \"x\"" },
		{ "model=a\\.b", "model=a\\.b" },
		{ "model=a=b", "model=a=b" },
		{ "our proxy", "model=m input=tokIn input=tok|in" },
		{ "our prxy", "--map: no mapping \"our prxy\" in hllm.conf, did you mean \"our "
			      "proxy\"?" },
		{ "zzz", "--map: no mapping \"zzz\" in hllm.conf, expected its title or "
			 "MEANING=COLUMN" },
		{ "", "--map: no mapping \"\" in hllm.conf, expected its title or MEANING=COLUMN" },
		{ "model=", "--map: model= has no column or an open quote, expected model=COLUMN" },
		{ "model=\"a",
			"--map: model= has no column or an open quote, expected model=COLUMN" },
		{ "model=\"\"",
			"--map: model= has no column or an open quote, expected model=COLUMN" },
		{ "model=\"a\"b", "--map: something follows the closing quote of model" },
		{ "model=a,", "--map: \"\", expected MEANING=COLUMN" },
		{ "model=a,b", "--map: \"b\", expected MEANING=COLUMN" },
		{ "modl=a", "--map: no meaning \"modl\", did you mean \"model\"?" },
		{ "model=a,model=b",
			"--map: model is given twice, expected model=A|B for two columns" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		parses(rows[i].text, rows[i].want);
}

static void
test_saved(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "\nmapping a { }", "a.conf:2: mapping \"a\": maps nothing" },
		{ "mapping a {\nmodel = \" \" }",
			"a.conf:2: mapping \"a\": model is \"\", expected a column" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		struct arena arena = { 0 };
		const struct mapping *mappings;
		size_t n;
		struct conf *conf = conf_load_text("a.conf", slice_of(rows[i].text), &err);
		assert_non_null(conf);
		assert_false(mapping_saved(conf, &arena, &mappings, &n, &err));
		assert_string_equal(err.text, rows[i].why);
		conf_free(conf);
		arena_free(&arena);
	}
}

/* What hllm.conf takes as a key of a mapping and what the generic request log knows are the same. */
static void
test_meanings(void **state)
{
	(void)state;
	const struct conf_kind *kind = conf_kinds;
	while (strcmp(kind->name, "mapping") != 0)
		kind++;
	for (size_t i = 0; request_log_meanings[i]; i++) {
		size_t k = 0;
		while (kind->keys[k] && strcmp(kind->keys[k], request_log_meanings[i]) != 0)
			k++;
		if (!kind->keys[k])
			fail_msg("a mapping has no key \"%s\"", request_log_meanings[i]);
	}
	for (size_t k = 0; kind->keys[k]; k++) {
		size_t i = 0;
		while (request_log_meanings[i] &&
			strcmp(kind->keys[k], request_log_meanings[i]) != 0)
			i++;
		if (!request_log_meanings[i])
			fail_msg("the request log has no \"%s\"", kind->keys[k]);
	}
}

static void
test_apply(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	struct mapping mapping;
	struct err err;
	size_t slots = 0;
	while (request_log_meanings[slots])
		slots++;
	struct shape *shape = shape_new(request_log_meanings);
	size_t before = shape_leaves(shape);
	assert_int_equal(shape_slots(shape), slots);
	assert_true(mapping_parse(NULL, "model=my.model,input=a|b", &arena, &mapping, &err));
	mapping_apply(&mapping, shape);
	assert_true(shape_leaves(shape) > before);
	shape_free(shape);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_saved),
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
