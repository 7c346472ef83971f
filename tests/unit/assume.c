/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hllm.conf may assume is what a plan can be given, in both spellings. */
#include "config.h"

#include "econ/assume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct conf_kind *
kind_of(const char *name)
{
	const struct conf_kind *kind = conf_kinds;
	while (kind->name && strcmp(kind->name, name) != 0)
		kind++;
	assert_non_null(kind->name);
	return kind;
}

static bool
has_key(const struct conf_kind *kind, const char *name)
{
	for (const char *const *key = kind->keys; *key; key++)
		if (strcmp(*key, name) == 0)
			return true;
	return false;
}

static void
test_same_names(void **unused)
{
	(void)unused;
	static const char *const kinds[] = { "assume", "plan" };
	for (size_t k = 0; k < HL_COUNT(kinds); k++) {
		const struct conf_kind *kind = kind_of(kinds[k]);
		for (int i = 0; i < FIGURES; i++) {
			char name[40];
			snprintf(name, sizeof(name), "%s", figure_kinds[i].name);
			assert_true(has_key(kind, name));
			for (char *p = name; *p; p++)
				*p = *p == '-' ? '_' : *p;
			assert_true(has_key(kind, name));
		}
	}
	for (const char *const *key = kind_of("assume")->keys; *key; key++)
		assert_true(figure_find(slice_of(*key), NULL) >= 0);
}

/* Every figure can be set from a section, to the value that it has anyway. */
static void
test_every_figure(void **unused)
{
	(void)unused;
	for (int i = 0; i < FIGURES; i++) {
		struct err err = { 0 };
		struct arena arena = { 0 };
		char text[120];
		double value = figure_kinds[i].least > 0 ? figure_kinds[i].least : 0;
		snprintf(text, sizeof(text), "assume {\n%s = %.10g\n}\n", figure_kinds[i].name,
			value);
		struct conf *conf = conf_load_text("t.conf", slice_of(text), &err);
		assert_non_null(conf);
		struct figures figures;
		figures_default(&figures);
		if (!assume_conf(&figures, conf, &arena, &err))
			fail_msg("%s", err.text);
		assert_true(figures.of[i].given);
		assert_true(
			figures.of[i].value.likely >= value && figures.of[i].value.likely <= value);
		assert_string_equal(figures.of[i].source, "t.conf:2");
		conf_free(conf);
		arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_names),
		cmocka_unit_test(test_every_figure),
	};
	return cmocka_run_group_tests_name("assume", tests, NULL, NULL);
}
