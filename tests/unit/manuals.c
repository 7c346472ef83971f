/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of the manuals against the tables of the program and the headers of its data, where no other test
 * does that: formats and names of columns, keys of hllm.conf, columns of prices, hardware and models, policies and
 * their keys, kinds of problems of prices, measures of limits, doubts about a measurement.
 */
#include "config.h"

#include "manuals.h"

#include <glob.h>

#include "conf/conf.h"
#include "econ/figure.h"
#include "price/lint.h"
#include "price/update.h"
#include "probe/doubt.h"
#include "read/formats-logs.h"
#include "read/reader.h"
#include "read/request-log.h"
#include "report/limits.h"

/* ---- hllm-formats(5) ---- */

static void
test_formats(void **state)
{
	static const char page[] = "hllm-formats.5";
	(void)state;
	char *text = manual_words(page);
	const char *from = manual_find(page, text, ".Sh FORMATS ");
	const char *end = manual_find(page, from, ".Sh NAMES OF COLUMNS");
	assert_int_equal(manual_count(from, end, ".It Cm "), readers_n);
	for (size_t i = 0; i < readers_n; i++) {
		const struct reader *reader = readers[i];
		struct str want = STR_INIT;
		str_printf(&want, ".It Cm %s %s; %s; %s. ", reader->name, reader->title,
			reader->forms == FORM_CSV    ? "CSV"
			: reader->forms == FORM_JSON ? "JSON"
						     : "CSV, JSON",
			origin_names[reader->origin]);
		assert_true(manual_find(page, from, str_text(&want)) < end);
		str_free(&want);
	}
	free(text);
}

static void
add_places(struct str *out, int slot, bool more)
{
	struct slice places = slice_of(request_log_slots[slot]), place;
	while (slice_cut(&places, '|', &place)) {
		str_puts(out, more ? ", " : "Names: ");
		str_slice(out, place);
		more = true;
	}
}

static void
test_names(void **state)
{
	static const char page[] = "hllm-formats.5";
	static const int more[MEANINGS] = { [S_INPUT] = S_MORE_INPUT,
		[S_OUTPUT] = S_MORE_OUTPUT,
		[S_CACHE_READ] = S_MORE_CACHE_READ };
	(void)state;
	char *text = manual_words(page);
	const char *at = manual_find(page, text, ".Sh NAMES OF COLUMNS");
	assert_int_equal(manual_count(at, strstr(at, ".Sh MAPPING"), ".It Ic "), MEANINGS);
	for (int i = 0; i < MEANINGS; i++) {
		struct str item = STR_INIT, want = STR_INIT;
		str_printf(&item, ".It Ic %s ", request_log_meanings[i]);
		add_places(&want, i, false);
		if (more[i])
			add_places(&want, more[i], true);
		str_puts(&want, ". ");
		at = manual_find(page, at, str_text(&item));
		const char *names = manual_find(page, at, str_text(&want)) - want.n;
		const char *next = strstr(at, ".It ");
		assert_true(!next || names < next);
		str_free(&item);
		str_free(&want);
	}
	free(text);
}

/* ---- words of macros ---- */

/* Does a line of the text, "MACRO word , word" or ".It MACRO word , word", name this word? */
static bool
names(struct slice text, const char *macro, const char *word)
{
	struct slice line, part;
	while (text.n && slice_cut(&text, '\n', &line)) {
		if (!slice_starts(line, ".") || slice_starts(line, ".\\\""))
			continue;
		line = (struct slice){ line.p + 1, line.n - 1 };
		bool inside = false;
		while (line.n && slice_cut(&line, ' ', &part)) {
			bool upper = part.n == 2 && part.p[0] >= 'A' && part.p[0] <= 'Z' &&
				     part.p[1] >= 'a';
			if (upper)
				inside = slice_is(part, macro);
			else if (inside && slice_is(part, word))
				return true;
		}
	}
	return false;
}

/* From ".Ss HEADING" or ".Sh HEADING" up to the next one. */
static struct slice
section(const char *page, const char *text, const char *heading)
{
	const char *at = text;
	size_t n = strlen(heading);
	while ((at = strstr(at, "\n.S")) &&
		!(strncmp(at + 5, heading, n) == 0 && (at[5 + n] == '\n' || at[5 + n] == ' ')))
		at++;
	if (!at)
		fail_msg("%s has no section %s", page, heading);
	const char *end = strstr(at + 1, "\n.S");
	return (struct slice){ at, end ? (size_t)(end + 1 - at) : strlen(at) };
}

/* ---- hllm.conf(5) ---- */

/* The inputs of a plan are explained with their formulas, under the name with dashes. */
static bool
is_figure(const char *economics, const char *key)
{
	char name[64];
	size_t n = 0;
	for (; key[n] && n + 1 < sizeof(name); n++)
		name[n] = (char)(key[n] == '_' ? '-' : key[n]);
	name[n] = '\0';
	return names(section("hllm-economics.7", economics, "ASSUMPTIONS"), "Cm", name);
}

static bool
has_key(const struct conf_kind *kind, const char *key)
{
	for (const char *const *at = kind->keys; *at; at++)
		if (strcmp(*at, key) == 0)
			return true;
	return false;
}

/* Each .It Ic of the section is a key of the kind. */
static void
check_items(const struct conf_kind *kind, struct slice text)
{
	struct slice line, part;
	while (text.n && slice_cut(&text, '\n', &line)) {
		if (!slice_starts(line, ".It Ic "))
			continue;
		line = (struct slice){ line.p + 7, line.n - 7 };
		while (line.n && slice_cut(&line, ' ', &part)) {
			char key[64];
			snprintf(key, sizeof(key), SLICE_FMT, SLICE_ARG(part));
			if (!slice_is(part, ",") && !has_key(kind, key))
				fail_msg("hllm.conf(5): %s has no key %s", kind->name, key);
		}
	}
}

static void
test_conf(void **state)
{
	static const char page[] = "hllm.conf.5";
	(void)state;
	char *text = manual_read(page), *economics = manual_read("hllm-economics.7");
	const struct slice workload = section(page, text, "workload");
	for (const struct conf_kind *kind = conf_kinds; kind->name; kind++) {
		const struct slice part = section(page, text, kind->name);
		bool attributes = strcmp(kind->name, "defaults") == 0;
		bool plan = strcmp(kind->name, "assume") == 0 || strcmp(kind->name, "plan") == 0;
		for (const char *const *key = kind->keys; *key; key++)
			if (!names(attributes ? workload : part, "Ic", *key) &&
				!(plan && is_figure(economics, *key)))
				fail_msg("hllm.conf(5): %s: nothing about %s", kind->name, *key);
		check_items(kind, part);
	}
	for (int i = 0; i < FIGURES; i++)
		assert_true(is_figure(economics, figure_kinds[i].name));
	for (int i = 0; i < GAUGES; i++)
		if (!names(section(page, text, "limit"), "Cm", gauge_infos[i].id))
			fail_msg("hllm.conf(5): nothing about the measure %s", gauge_infos[i].id);
	free(economics);
	free(text);
}

/* ---- data ---- */

/* The columns of a shipped file and the items of its section are the same. */
static void
check_columns(const char *page, const char *heading, const char *macro, const char *file)
{
	char *text = manual_read(page), *name = xasprintf("data/%s", file), *data = tree_read(name);
	struct slice rest = slice_of(data), line = SLICE_NONE, column,
		     part = section(page, text, heading);
	size_t columns = 0;
	while (rest.n && slice_cut(&rest, '\n', &line) && (!line.n || line.p[0] == '#'))
		;
	while (line.n && slice_cut(&line, ',', &column)) {
		char *word = xasprintf(SLICE_FMT, SLICE_ARG(column));
		if (!names(part, macro, word))
			fail_msg("%s: nothing about the column %s of %s", page, word, file);
		free(word);
		columns++;
	}
	assert_true(columns > 4);
	free(data);
	free(name);
	free(text);
}

static void
test_columns(void **state)
{
	(void)state;
	check_columns("hllm-prices.5", "prices.csv", "Ic", "prices.csv");
	check_columns("hllm-prices.5", "aliases.csv", "Ic", "aliases.csv");
	check_columns("hllm-hardware.5", "hardware.csv", "Ic", "hardware.csv");
	check_columns("hllm-hardware.5", "models.csv", "Ic", "models.csv");
}

static void
test_price_problems(void **state)
{
	static const char page[] = "hllm-prices.5";
	(void)state;
	char *text = manual_read(page);
	const struct slice part = section(page, text, "LINT");
	for (size_t i = 0; i < price_kinds_n; i++)
		if (!names(part, "Cm", price_kinds[i].name))
			fail_msg("%s: nothing about the kind %s", page, price_kinds[i].name);
	const struct slice list = section(page, text, "FOLLOWING A LIST");
	for (int doubt = PRICE_DOUBT_NONE + 1; doubt < PRICE_DOUBTS; doubt++)
		if (!names(list, "Cm", price_doubt_names[doubt]))
			fail_msg("%s: nothing about the doubt %s", page, price_doubt_names[doubt]);
	free(text);
}

/* The keys of a shipped policy are in hllm-policy(5). */
static void
check_policy(const char *page, struct slice format, const char *path)
{
	struct err err = { 0 };
	struct str text = STR_INIT;
	if (!conf_read(path, true, &text, &err))
		fail_msg("%s", err.text);
	struct slice rest = str_as_slice(&text), line, key;
	bool assume = false;
	while (rest.n && slice_cut(&rest, '\n', &line)) {
		if (line.n && line.p[0] != '\t')
			assume = slice_starts(line, "assume");
		/* what goes on from the line above has two tabs */
		if (assume || line.n < 2 || line.p[0] != '\t' || line.p[1] == '\t' ||
			slice_find(line, " = ") < 0)
			continue;
		line = (struct slice){ line.p + 1, line.n - 1 };
		slice_cut(&line, ' ', &key);
		char word[64];
		snprintf(word, sizeof(word), SLICE_FMT, SLICE_ARG(key));
		if (!names(format, "Ic", word))
			fail_msg("%s: nothing about %s, which %s has", page, word, path);
	}
	str_free(&text);
}

static void
test_policies(void **state)
{
	static const char page[] = "hllm-policy.5";
	(void)state;
	const char *top = getenv("srcdir");
	char *text = manual_read(page);
	char *pattern = xasprintf("%s/data/policies/*.conf", top ? top : ".");
	const char *from = strstr(text, "\n.Sh FORMAT"), *to = strstr(text, "\n.Sh CONDITIONS");
	assert_true(from && to);
	const struct slice all = slice_of(text), format = { from, (size_t)(to - from) };
	glob_t found;
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 6);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *base = strrchr(found.gl_pathv[i], '/') + 1;
		char name[64];
		snprintf(name, sizeof(name), "%.*s", (int)(strlen(base) - strlen(".conf")), base);
		if (!names(all, "Cm", name))
			fail_msg("%s: nothing about the policy %s", page, name);
		check_policy(page, format, found.gl_pathv[i]);
	}
	globfree(&found);
	free(pattern);
	free(text);
}

/* ---- hllm(1) ---- */

static void
test_doubts(void **state)
{
	static const char page[] = "hllm.1";
	(void)state;
	char *text = manual_words(page);
	struct str want = STR_INIT;
	for (int i = 0; i < DOUBTS; i++)
		str_printf(&want, "%s%s", i ? ", " : "sentence below: ", doubt_names[i]);
	str_puts(&want, ". ");
	manual_find(page, text, str_text(&want));
	str_free(&want);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_price_problems),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_doubts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
