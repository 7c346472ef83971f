/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void
test_parse(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *want; /* with nanoseconds where there are any; NULL: refused */
		bool zoned, dated;
	} rows[] = {
		{ "2026-10-01", "2026-10-01T00:00:00Z", false, true },
		{ " 2026-10-01 ", "2026-10-01T00:00:00Z", false, true },
		{ "\"2026-10-01\"", "2026-10-01T00:00:00Z", false, true },
		{ "2026/10/01", "2026-10-01T00:00:00Z", false, true },
		{ "31.10.2026", "2026-10-31T00:00:00Z", false, true },
		{ "03.04.2026 14:05", "2026-04-03T14:05:00Z", false, false },
		{ "10.31.2026", NULL, false, false },
		{ "31.10/2026", NULL, false, false },
		{ "31.10.26", NULL, false, false },
		{ "10/31/2026", "2026-10-31T00:00:00Z", false, true },
		{ "10/31/2026 23:59:59", "2026-10-31T23:59:59Z", false, false },
		{ "2026-10-01T10:00:00", "2026-10-01T10:00:00Z", false, false },
		{ "2026-10-01 10:00", "2026-10-01T10:00:00Z", false, false },
		{ "2026-10-01t10:00:00z", "2026-10-01T10:00:00Z", true, false },
		{ "2026-10-01T10:00:00Z", "2026-10-01T10:00:00Z", true, false },
		{ "2026-10-01 10:00:00.123 UTC", "2026-10-01T10:00:00Z+123000000", true, false },
		{ "2026-10-01T10:00:00.123456789Z", "2026-10-01T10:00:00Z+123456789", true, false },
		{ "2026-10-01T10:00:00.1234567899999Z", "2026-10-01T10:00:00Z+123456789", true,
			false },
		{ "2026-10-01T10:00:00,5", "2026-10-01T10:00:00Z+500000000", false, false },
		{ "2026-10-01T10:00:00+02:00", "2026-10-01T08:00:00Z", true, false },
		{ "2026-10-01T10:00:00+0200", "2026-10-01T08:00:00Z", true, false },
		{ "2026-10-01T10:00:00+02", "2026-10-01T08:00:00Z", true, false },
		{ "2026-10-01T10:00:00 -05:30", "2026-10-01T15:30:00Z", true, false },
		{ "2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00Z", true, false },
		{ "2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z", true, false },
		{ "2024-02-29", "2024-02-29T00:00:00Z", false, true },
		{ "2000-02-29", "2000-02-29T00:00:00Z", false, true },
		{ "1970-01-01", "1970-01-01T00:00:00Z", false, true },
		{ "2026-02-29", NULL, false, false },
		{ "2100-02-29", NULL, false, false },
		{ "2026-13-01", NULL, false, false },
		{ "2026-00-10", NULL, false, false },
		{ "2026-04-31", NULL, false, false },
		{ "1969-12-31", NULL, false, false },
		{ "2201-01-01", NULL, false, false },
		{ "31/10/2026", NULL, false, false },
		{ "2026-10", NULL, false, false },
		{ "2026-1-2", NULL, false, false },
		{ "20261001", NULL, false, false },
		{ "2026-10-01T", NULL, false, false },
		{ "2026-10-01T24:00:00", NULL, false, false },
		{ "2026-10-01T10:60:00", NULL, false, false },
		{ "2026-10-01T10:00:61", NULL, false, false },
		{ "2026-10-01T10:00:00 CEST", NULL, false, false },
		{ "2026-10-01T10:00:00+2", NULL, false, false },
		{ "2026-10-01T10:00:00+16:00", NULL, false, false },
		{ "2026-10-01T10:00:00+02:60", NULL, false, false },
		{ "2026-10-01T10:00:00Zx", NULL, false, false },
		{ "2026-10-01x", NULL, false, false },
		{ "yesterday", NULL, false, false },
		{ "", NULL, false, false },
		{ "\"", NULL, false, false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		int64_t ns = 0;
		bool zoned, dated;
		char buf[WHEN_TEXT], got[WHEN_TEXT + 16];
		bool good = when_parse(slice_of(rows[i].text), &ns, &zoned, &dated);
		if (good != (rows[i].want != NULL))
			fail_msg("when_parse(\"%s\"): %s", rows[i].text,
				good ? when_print(buf, ns) : "refused");
		if (!good)
			continue;
		int nanos = (int)(ns % NS_PER_SECOND);
		snprintf(got, sizeof(got), nanos ? "%s+%09d" : "%s", when_print(buf, ns), nanos);
		if (strcmp(got, rows[i].want) != 0 || zoned != rows[i].zoned ||
			dated != rows[i].dated)
			fail_msg("when_parse(\"%s\"): %s, zoned %d, dated %d", rows[i].text, got,
				zoned, dated);
	}
}

static void
test_epoch(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "1790812800", "2026-10-01T00:00:00Z" },
		{ "1790812800.5", "2026-10-01T00:00:00Z" },
		{ "1790812800999", "2026-10-01T00:00:00Z" },
		{ "1790812800999999", "2026-10-01T00:00:00Z" },
		{ "1790812800999999999", "2026-10-01T00:00:00Z" },
		{ "1.790812800e9", "2026-10-01T00:00:00Z" },
		{ "631152000", "1990-01-01T00:00:00Z" },
		{ "4133980799", "2100-12-31T23:59:59Z" },
		{ "631151999", NULL },
		{ "4133980800", NULL },
		{ "0", NULL },
		{ "-1790812800", NULL },
		{ "12", NULL },
		{ "2026-10-01", NULL },
		{ "1e30", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		int64_t ns = 0;
		char buf[WHEN_TEXT];
		bool good = when_epoch(slice_of(rows[i].text), &ns);
		if (good != (rows[i].want != NULL) ||
			(good && strcmp(when_print(buf, ns), rows[i].want) != 0))
			fail_msg("when_epoch(\"%s\"): %s", rows[i].text,
				good ? when_print(buf, ns) : "refused");
	}
	int64_t ns;
	assert_true(when_epoch(SLICE("1790812800.123456789"), &ns));
	assert_int_equal(ns % NS_PER_SECOND, 123456789);
}

/* Every day of 1970 to 2199, against the C library. */
static void
test_days(void **unused)
{
	(void)unused;
	int64_t last = when_days(2199, 12, 31);
	int month = 1970 * 12 - 1;
	for (int64_t day = 0; day <= last; day++) {
		time_t at = (time_t)(day * 86400 + day % 86400);
		struct tm tm;
		struct civil c = when_civil((int64_t)at * NS_PER_SECOND + 999999999);
		assert_non_null(gmtime_r(&at, &tm));
		assert_true(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 &&
			    c.day == tm.tm_mday);
		assert_true(c.hour == tm.tm_hour && c.minute == tm.tm_min && c.second == tm.tm_sec);
		assert_int_equal(when_days(c.year, c.month, c.day), day);
		if (c.day == 1)
			month++;
		assert_int_equal(when_month(day * NS_PER_DAY), month);
		if (c.day == 1)
			assert_int_equal(when_month_start(month), day * NS_PER_DAY);
	}
	assert_int_equal(when_month(-1), 1969 * 12 + 11);
	assert_int_equal(when_civil(-1).second, 59);
}

static void
test_print_parse(void **unused)
{
	(void)unused;
	uint64_t state = 7;
	for (int i = 0; i < 100000; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		int64_t second = (int64_t)((state >> 20) % 7258118400u), again; /* up to 2200 */
		bool zoned, dated;
		char buf[WHEN_TEXT];
		when_print(buf, second * NS_PER_SECOND);
		assert_true(when_parse(slice_of(buf), &again, &zoned, &dated) && zoned && !dated);
		assert_int_equal(again, second * NS_PER_SECOND);
	}
}

static void
test_period(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *start, *end; /* NULL: refused */
	} rows[] = {
		{ "2026-10", "2026-10-01", "2026-11-01" },
		{ "2026-12", "2026-12-01", "2027-01-01" },
		{ "2024-02", "2024-02-01", "2024-03-01" },
		{ "2026-08..2026-10", "2026-08-01", "2026-11-01" },
		{ "2026-10-01..2026-10-15", "2026-10-01", "2026-10-16" },
		{ "2026-10-01", "2026-10-01", "2026-10-02" },
		{ "2026-02-28..2026-03", "2026-02-28", "2026-04-01" },
		{ "last", "2026-10-01", "2026-11-01" },
		{ "last-90d", "2026-08-18", "2026-11-16" },
		{ "last-1d", "2026-11-15", "2026-11-16" },
		{ "2026-10..2026-08", NULL, NULL },
		{ "2026-10-15..2026-10-01", NULL, NULL },
		{ "2026-13", NULL, NULL },
		{ "2026", NULL, NULL },
		{ "2026-10..", NULL, NULL },
		{ "..2026-10", NULL, NULL },
		{ "last-0d", NULL, NULL },
		{ "last--5d", NULL, NULL },
		{ "last-d", NULL, NULL },
		{ "last-90", NULL, NULL },
		{ "last-99999d", NULL, NULL },
		{ "october", NULL, NULL },
		{ "", NULL, NULL },
	};
	int64_t now = when_days(2026, 11, 20) * NS_PER_DAY + 5,
		end = when_days(2026, 11, 16) * NS_PER_DAY;
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct period period;
		struct err err = { 0 };
		char a[WHEN_TEXT], b[WHEN_TEXT];
		bool good = period_parse(rows[i].text, now, end, &period, &err);
		if (good != (rows[i].start != NULL))
			fail_msg("period_parse(\"%s\"): %s", rows[i].text,
				good ? "taken" : err.text);
		if (!good) {
			assert_int_equal(err.fault, FAULT_USAGE);
			continue;
		}
		assert_string_equal(when_date(a, period.start), rows[i].start);
		assert_string_equal(when_date(b, period.end), rows[i].end);
		assert_true(period.start % NS_PER_DAY == 0 && period.end % NS_PER_DAY == 0);
	}
}

/* What is read at once and what is looked at closely (a blank before it) come to the same. */
static void
test_plain(void **unused)
{
	(void)unused;
	static const char *const clocks[] = { "T00:00:00", " 23:59:59Z", "T12:34:56.7+00:00",
		"T12:34:56.123456Z", "T12:34:56.123456789", "T12:34:56.1234567891Z", "T12:34:56.",
		"T12:34:56.Z", "T24:00:00Z", "T12:60:00Z", "T12:34:60Z", "T12:34:61Z", "T12:34:5",
		"T12:34:5x", "T12:34:56x", "T12-34:56Z", "T1\xF2:34:56Z", "T12:34:56+00:30",
		"T12:34:56-00:00", "T12:34:56 Z", "T12:34:56.1 +00:00", "X12:34:56Z" };
	for (int day = -400; day < 84100; day++) {
		char plain[64] = " ", date[WHEN_TEXT];
		struct civil c = when_civil(day * NS_PER_DAY);
		if (day % 5 == 0) /* days that are none, too */
			snprintf(date, sizeof(date), "%04d-%02d-%02d", c.year, day / 5 % 15,
				day / 75 % 34);
		else
			when_date(date, day * NS_PER_DAY);
		snprintf(plain + 1, sizeof(plain) - 1, "%s%s", date,
			clocks[(unsigned)day % HL_COUNT(clocks)]);
		int64_t at_once = 0, closely = 0;
		bool zoned = false, dated = true, zoned2 = false, dated2 = true;
		bool good = when_parse(slice_of(plain + 1), &at_once, &zoned, &dated);
		bool good2 = when_parse(slice_of(plain), &closely, &zoned2, &dated2);
		if (good != good2 ||
			(good && (at_once != closely || zoned != zoned2 || dated != dated2)))
			fail_msg("%s: %d and %d", plain, good, good2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_print_parse),
		cmocka_unit_test(test_period),
	};
	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
