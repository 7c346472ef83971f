/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/figure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "manuals.h"
#include <cmocka.h>

#include "econ/cash.h"

static void
test_table(void **unused)
{
	(void)unused;
	for (int i = 0; i < FIGURES; i++) {
		const struct figure_kind *kind = &figure_kinds[i];
		struct err err;
		assert_non_null(kind->name);
		assert_non_null(kind->unit);
		assert_true(strlen(kind->help) > 10);
		assert_true(strlen(kind->source) > 2);
		assert_true(kind->least < kind->most);
		assert_true(kind->direction >= -1 && kind->direction <= 1);
		assert_true(kind->neutral >= kind->least || kind->role != FIGURE_NEUTRAL);
		assert_int_equal(figure_find(slice_of(kind->name), NULL), i);
		if (!isnan(kind->value.likely) && !figure_check((enum figure)i, kind->value, &err))
			fail_msg("the default of %s", err.text);
		/* a share is written as one, and only shares are limited to what a share may be */
		assert_int_equal(kind->shape == FIGURE_SHARE, strncmp(kind->unit, "share", 5) == 0);
	}
}

static void
test_parse(void **unused)
{
	(void)unused;
	static const struct {
		enum figure figure;
		const char *text;
		struct estimate value;
	} rows[] = {
		{ FIGURE_ELECTRICITY, "0.30", { 0.30, 0.30, 0.30 } },
		{ FIGURE_ELECTRICITY, " $0.30 USD/kWh ", { 0.30, 0.30, 0.30 } },
		{ FIGURE_ELECTRICITY, "0.25-0.40", { 0.25, 0.325, 0.40 } },
		{ FIGURE_ELECTRICITY, "0.25 - 0.40", { 0.25, 0.325, 0.40 } },
		{ FIGURE_ELECTRICITY, "0.25..0.40", { 0.25, 0.325, 0.40 } },
		{ FIGURE_ELECTRICITY, "0.25 to 0.40", { 0.25, 0.325, 0.40 } },
		{ FIGURE_ELECTRICITY,
			"0.25\xE2\x80\x93"
			"0.40",
			{ 0.25, 0.325, 0.40 } },
		{ FIGURE_ELECTRICITY, "0.2-0.3-0.5", { 0.2, 0.3, 0.5 } },
		{ FIGURE_ELECTRICITY, ".3", { 0.3, 0.3, 0.3 } },
		{ FIGURE_ELECTRICITY, "3e-1", { 0.3, 0.3, 0.3 } },
		{ FIGURE_ELECTRICITY, "0", { 0, 0, 0 } },
		{ FIGURE_FALLBACK, "20%", { 0.2, 0.2, 0.2 } },
		{ FIGURE_FALLBACK, "20 %", { 0.2, 0.2, 0.2 } },
		{ FIGURE_FALLBACK, "10-20%", { 0.1, 0.15, 0.2 } },
		{ FIGURE_FALLBACK, "10%-20 %", { 0.1, 0.15, 0.2 } },
		{ FIGURE_FALLBACK, "0.2", { 0.2, 0.2, 0.2 } },
		{ FIGURE_FALLBACK, "100 %", { 1, 1, 1 } },
		{ FIGURE_GROWTH, "-2%", { -0.02, -0.02, -0.02 } },
		{ FIGURE_GROWTH, "-0.02-0.03", { -0.02, 0.005, 0.03 } },
		{ FIGURE_GROWTH, "-5%--1%", { -0.05, -0.03, -0.01 } },
		{ FIGURE_CAPEX, "$1,600", { 1600, 1600, 1600 } },
		{ FIGURE_CAPEX, "20,000-25,000 USD", { 20000, 22500, 25000 } },
		{ FIGURE_LIFE, "36 months", { 36, 36, 36 } },
		{ FIGURE_LIFE, "24-35", { 24, 29, 35 } },
		{ FIGURE_BUSY_WATTS, "450W", { 450, 450, 450 } },
		{ FIGURE_SETUP_HOURS, "1 hour", { 1, 1, 1 } },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct estimate got = estimate_of(-1), want = rows[i].value;
		struct err err;
		if (!figure_parse(rows[i].figure, slice_of(rows[i].text), &got, &err))
			fail_msg("\"%s\": %s", rows[i].text, err.text);
		if (fabs(got.low - want.low) > 1e-12 || fabs(got.likely - want.likely) > 1e-12 ||
			fabs(got.high - want.high) > 1e-12)
			fail_msg("\"%s\": %g %g %g", rows[i].text, got.low, got.likely, got.high);
	}
}

static void
test_refused(void **unused)
{
	(void)unused;
	static const struct {
		const char *name, *text, *why;
	} rows[] = {
		{ "idle-watts", "-5", "idle-watts: -5 is too small; expected 0 to 100000 W" },
		{ "utilization", "1.2",
			"utilization: 1.2 is too large; expected 0 to 1 (0 % to 100 %)" },
		{ "utilization", "120%",
			"utilization: 1.2 is too large; expected 0 to 1 (0 % to 100 %)" },
		{ "fallback", "20", "fallback: 20 is too large; expected 0 to 1 (0 % to 100 %)" },
		{ "life", "0",
			"life: 0 is too small; expected a whole number from 1 to 240 (months)" },
		{ "horizon", "12.5",
			"horizon: 12.5 has a fraction; expected a whole number from 1 to 240 "
			"(months)" },
		{ "capex", "nan",
			"capex: \"nan\" is not a number; expected a number (USD), or a range such "
			"as 2-5" },
		{ "capex", "inf",
			"capex: \"inf\" is not a number; expected a number (USD), or a range such "
			"as 2-5" },
		{ "capex", "1e999", "capex: not a finite number; expected 0 to 1000000000000 USD" },
		{ "capex", "",
			"capex: \"\" is not a number; expected a number (USD), or a range such as "
			"2-5" },
		{ "capex", "0x10",
			"capex: \"0x10\" is not a number; expected a number (USD), or a range such "
			"as 2-5" },
		{ "capex", "1-2-3-4",
			"capex: \"1-2-3-4\" is not a number; expected a number (USD), or a range "
			"such as 2-5" },
		{ "capex", "2.500,00",
			"capex: \"2.500,00\" is not a number; expected a number (USD), or a range "
			"such as 2-5" },
		{ "capex", "5-",
			"capex: \"5-\" is not a number; expected a number (USD), or a range such "
			"as 2-5" },
		{ "busy-watts", "$5",
			"busy-watts: \"$5\" is not a number; expected a number (W), or a range "
			"such as 2-5" },
		{ "electricity", "0.4-0.3",
			"electricity: 0.4 to 0.3 runs downwards; expected the lowest first" },
		{ "electricity", "0.2-0.1-0.3",
			"electricity: 0.1 is not between 0.2 and 0.3; expected low-likely-high" },
		{ "pue", "0.9", "pue: 0.9 is too small; expected 1 to 5 (ratio)" },
		{ "pue", "20%", "pue: \"20%\" is a percentage; expected 1 to 5 (ratio)" },
		{ "fallback", "x",
			"fallback: \"x\" is not a number; expected a share (0.2 or 20 %), or a "
			"range "
			"such as 10-20 %" },
		{ "electric", "1",
			"\"electric\" is not an assumption, did you mean \"electricity\"?" },
		{ "quux", "1", "\"quux\" is not an assumption" },
		{ "", "1", "\"\" is not an assumption" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct figures figures, before;
		struct err err = { FAULT_NONE, "" };
		figures_default(&figures);
		before = figures;
		if (figures_set(
			    &figures, slice_of(rows[i].name), slice_of(rows[i].text), "test", &err))
			fail_msg("%s = \"%s\" was taken", rows[i].name, rows[i].text);
		assert_string_equal(err.text, rows[i].why);
		assert_int_equal(err.fault, FAULT_USAGE);
		assert_memory_equal(&figures, &before, sizeof(figures));
	}
}

static void
test_names(void **unused)
{
	(void)unused;
	const char *nearest = NULL;
	assert_int_equal(figure_find(slice_of("Idle_Watts"), NULL), FIGURE_IDLE_WATTS);
	assert_int_equal(figure_find(slice_of("engineer-hour"), &nearest), -1);
	assert_string_equal(nearest, "engineer-hours");
	assert_int_equal(figure_find(slice_of("a name far longer than that of any figure there is"),
				 &nearest),
		-1);
	assert_null(nearest);
}

static void
set(struct figures *figures, enum figure figure, double value)
{
	figures_put(figures, figure, estimate_of(value), "test");
}

/* Whoever states all of the running cost gets nothing added to it, and no range either. */
static void
test_stated(void **unused)
{
	(void)unused;
	struct figures figures;
	struct err err;
	figures_default(&figures);
	set(&figures, FIGURE_API_MONTHLY, 54);
	set(&figures, FIGURE_CAPEX, 1600);
	set(&figures, FIGURE_MONTHLY, 30);
	set(&figures, FIGURE_FALLBACK, 0.1);
	assert_true(figures_settle(&figures, &err));
	assert_true(figures.of[FIGURE_FALLBACK].value.likely == 0.1);
	assert_true(figures.of[FIGURE_SETUP_HOURS].value.high == 0);
	assert_true(figures.of[FIGURE_API_DECLINE].value.high == 0);
	assert_non_null(strstr(figures.of[FIGURE_SETUP_HOURS].source, "nothing is added"));
	assert_false(figure_is_used(&figures, FIGURE_ELECTRICITY));
	assert_true(figure_is_used(&figures, FIGURE_FALLBACK));
	struct figures again = figures;
	assert_true(figures_settle(&again, &err));
	assert_memory_equal(&again, &figures, sizeof(figures));
}

static void
test_settle(void **unused)
{
	(void)unused;
	struct figures figures;
	struct err err;
	figures_default(&figures);
	set(&figures, FIGURE_API_MONTHLY, 310);
	set(&figures, FIGURE_RENT, 80);
	set(&figures, FIGURE_UNITS, 2);
	set(&figures, FIGURE_UTILIZATION, 0.25);
	assert_true(figures_settle(&figures, &err));
	assert_true(figures.of[FIGURE_CAPEX].value.likely == 0);
	assert_true(figures.of[FIGURE_BUSY_WATTS].value.likely == 0);
	assert_true(figures.of[FIGURE_BUSY_HOURS].value.likely == 0.25 * 2 * CASH_HOURS);
	assert_true(figures.of[FIGURE_CAPACITY_HOURS].value.likely == 2 * CASH_HOURS);
	assert_true(figure_is_used(&figures, FIGURE_ELECTRICITY));
}

static void
test_missing(void **unused)
{
	(void)unused;
	/* each step gives what the one before it lacked */
	static const struct {
		enum figure figure;
		double value;
		const char *why;
	} steps[] = {
		{ FIGURE_UNITS, 1,
			"api-monthly: missing; expected what the API costs a month for the work to "
			"be moved" },
		{ FIGURE_API_MONTHLY, 100,
			"capex: missing; expected the price of the hardware, or a rent a month" },
		{ FIGURE_CAPEX, 2000,
			"busy-watts: missing; expected the power of a unit at work in W, or all of "
			"the "
			"running cost as monthly" },
		{ FIGURE_BUSY_WATTS, 400,
			"idle-watts: missing; expected the power of a waiting unit in W, or all of "
			"the "
			"running cost as monthly" },
		{ FIGURE_IDLE_WATTS, 500,
			"busy-hours: missing; expected hours a month or a utilization, or all of "
			"the "
			"running cost as monthly" },
		{ FIGURE_BUSY_HOURS, 100,
			"busy-watts: 400 is less than idle-watts, 500; expected at least as much" },
		{ FIGURE_IDLE_WATTS, 40, NULL },
		{ FIGURE_UTILIZATION, 0.5,
			"utilization: 0.5 of 730 hours a month is not 100, which busy-hours says; "
			"expected one of the two" },
		{ FIGURE_UTILIZATION, 100 / CASH_HOURS, NULL },
		{ FIGURE_FALLBACK, 0.7, NULL },
		{ FIGURE_OVERFLOW, 0.4,
			"fallback: 0.7 and overflow, 0.4, are more than all of the work; expected "
			"at most "
			"1 together" },
	};
	struct figures figures;
	figures_default(&figures);
	for (size_t i = 0; i < HL_COUNT(steps); i++) {
		struct err err = { FAULT_NONE, "" };
		set(&figures, steps[i].figure, steps[i].value);
		assert_int_equal(figures_settle(&figures, &err), steps[i].why == NULL);
		assert_string_equal(err.text, steps[i].why ? steps[i].why : "");
	}
}

static void
test_corner(void **unused)
{
	(void)unused;
	struct figures figures;
	double best[FIGURES], worst[FIGURES];
	figures_default(&figures);
	figures_corner(&figures, true, best);
	figures_corner(&figures, false, worst);
	for (int i = 0; i < FIGURES; i++) {
		struct estimate value = figures.of[i].value;
		if (isnan(value.likely))
			continue;
		int direction = figure_kinds[i].direction;
		assert_true(best[i] == (direction > 0          ? value.low
					       : direction < 0 ? value.high
							       : value.likely));
		assert_true(worst[i] == (direction > 0          ? value.high
						: direction < 0 ? value.low
								: value.likely));
	}
}

/* ---- the manual ---- */

static void
add_number(struct str *out, const struct figure_kind *kind, double value)
{
	bool share = kind->shape == FIGURE_SHARE;
	str_printf(out, "%.13g%s", share ? value * 100 : value, share ? " %" : "");
}

/* What the manual says of a figure. */
static void
add_entry(struct str *out, const struct figure_kind *kind)
{
	str_printf(out, ".It Cm %s %c%s. Unit: %s. ", kind->name, kind->help[0] - 'a' + 'A',
		kind->help + 1, kind->unit);
	if (isnan(kind->value.likely)) {
		str_printf(out, "No default: %s. ", kind->source);
	} else {
		str_puts(out, "Default: ");
		add_number(out, kind, kind->value.likely);
		if (!estimate_is_exact(kind->value)) {
			str_puts(out, " (");
			add_number(out, kind, kind->value.low);
			str_puts(out, " to ");
			add_number(out, kind, kind->value.high);
			str_puts(out, ")");
		}
		str_printf(out, ". Source: %s. ", kind->source);
	}
	str_puts(out, "Allowed: ");
	add_number(out, kind, kind->least);
	if (kind->most < 1e9) {
		str_puts(out, " to ");
		add_number(out, kind, kind->most);
		str_puts(out, ". ");
	} else {
		str_puts(out, " or more. ");
	}
}

/* The list of the manual is the table of the program, in its order and with nothing else in it. */
static void
test_manual(void **unused)
{
	(void)unused;
	static const char page[] = "hllm-economics.7";
	char *text = manual_words(page);
	const char *at = manual_find(page, text, ".Sh ASSUMPTIONS"), *end = strstr(at, ".El ");
	assert_int_equal(manual_count(at, end, ".It "), FIGURES);
	for (int i = 0; i < FIGURES; i++) {
		struct str want = STR_INIT;
		add_entry(&want, &figure_kinds[i]);
		at = manual_find(page, at, str_text(&want));
		str_free(&want);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stated),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_corner),
		cmocka_unit_test(test_manual),
	};
	return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}
