/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "decimals.h"
#include <cmocka.h>

#include "base/pack.h"

static uint64_t state = 88172645463325252u;

/* xorshift64: the same numbers every time. */
static uint64_t
random_u64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void
test_int(void **unused)
{
	(void)unused;
	static const struct {
		const char *text;
		enum num_result result;
		int64_t value;
	} rows[] = {
		{ "0", NUM_OK, 0 },
		{ "412", NUM_OK, 412 },
		{ " 412\t", NUM_OK, 412 },
		{ "412.0", NUM_OK, 412 },
		{ "412.", NUM_OK, 412 },
		{ "4.12e2", NUM_OK, 412 },
		{ "4.12E+02", NUM_OK, 412 },
		{ "41200e-2", NUM_OK, 412 },
		{ "-3", NUM_OK, -3 },
		{ "+3", NUM_OK, 3 },
		{ "007", NUM_OK, 7 },
		{ "999999999999999999", NUM_OK, 999999999999999999 },
		{ "9223372036854775807", NUM_OK, INT64_MAX },
		{ "9223372036854775807.0", NUM_OK, INT64_MAX },
		{ "-9223372036854775807", NUM_OK, -INT64_MAX },
		{ "9223372036854775808", NUM_RANGE, 0 },
		{ "1e19", NUM_RANGE, 0 },
		{ "1e999999999999", NUM_RANGE, 0 },
		{ "0e999999999999", NUM_OK, 0 },
		{ "1e-999999999999", NUM_FRACTION, 0 },
		{ "412.5", NUM_FRACTION, 0 },
		{ "0.000000000000000000000001", NUM_FRACTION, 0 },
		{ "", NUM_EMPTY, 0 },
		{ " \t", NUM_EMPTY, 0 },
		{ "n/a", NUM_JUNK, 0 },
		{ "1,234", NUM_JUNK, 0 },
		{ "4 12", NUM_JUNK, 0 },
		{ "412x", NUM_JUNK, 0 },
		{ "1.2.3", NUM_JUNK, 0 },
		{ "0x10", NUM_JUNK, 0 },
		{ "1e", NUM_JUNK, 0 },
		{ "1e+", NUM_JUNK, 0 },
		{ "e5", NUM_JUNK, 0 },
		{ ".", NUM_JUNK, 0 },
		{ "-", NUM_JUNK, 0 },
		{ "--1", NUM_JUNK, 0 },
		{ "nan", NUM_JUNK, 0 },
		{ "Infinity", NUM_JUNK, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		int64_t value = 0;
		enum num_result got = num_int(slice_of(rows[i].text), &value);
		if (got != rows[i].result || value != rows[i].value)
			fail_msg("num_int(\"%s\"): result %d, value %lld", rows[i].text, got,
				(long long)value);
	}
}

/* A count of 10^-15 as text. */
static const char *
femto_text(char buf[NUM_TEXT], femto_t value)
{
	char *at = buf + NUM_TEXT;
	femto_t size = value < 0 ? -value : value;
	*--at = '\0';
	do
		*--at = (char)('0' + (int)(size % 10));
	while ((size /= 10) != 0);
	if (value < 0)
		*--at = '-';
	return at;
}

/* Digits taken at once, of every length, with anything else in every place. */
static void
test_digits(void **unused)
{
	(void)unused;
	static const char others[] = "/:.-+ ,eEx\0\x80\xB0\xB9\xFF";
	for (int i = 0; i < 20000; i++) {
		char text[12];
		size_t n = (size_t)(random_u64() % 11);
		int64_t want = 0, got = -1;
		for (size_t k = 0; k < n; k++) {
			text[k] = (char)('0' + random_u64() % 10);
			want = want * 10 + (text[k] - '0');
		}
		bool good = n >= 1 && n <= 8;
		assert_int_equal(num_digits(text, n, &got), good);
		assert_true(!good || got == want);
		if (!n)
			continue;
		text[random_u64() % n] = others[random_u64() % (sizeof(others) - 1)];
		assert_false(num_digits(text, n, &got));
	}
}

static void
test_scaled(void **unused)
{
	(void)unused;
	static const struct {
		const char *text;
		int power;
		enum num_result result;
		int64_t value;
	} rows[] = {
		{ "1.5e-07", 12, NUM_OK, 150000 },
		{ "0.00000015", 12, NUM_OK, 150000 },
		{ "3.625e-9", 12, NUM_OK, 3625 },
		{ "1e-12", 12, NUM_OK, 1 },
		{ "2.50", 6, NUM_OK, 2500000 },
		{ "-1", 12, NUM_OK, -1000000000000 },
		{ "0.000", 12, NUM_OK, 0 },
		{ "1e-13", 12, NUM_FRACTION, 0 },
		{ "1e-400", 12, NUM_FRACTION, 0 },
		{ "2.9999900000000002e-06", 12, NUM_FRACTION, 0 },
		/* a digit that no number of 128 bits can hold beside the first */
		{ "1.0000000000000000000000000000000000000000000001e-6", 12, NUM_FRACTION, 0 },
		{ "1.0000000000000000000000000000000000000000000000e-6", 12, NUM_OK, 1000000 },
		{ "1e400", 12, NUM_RANGE, 0 },
		{ "NaN", 12, NUM_JUNK, 0 },
		{ "", 12, NUM_EMPTY, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		femto_t value = 0;
		enum num_result got = num_scaled(slice_of(rows[i].text), rows[i].power, &value);
		if (got != rows[i].result || value != rows[i].value)
			fail_msg("\"%s\": %d", rows[i].text, got);
	}
}

static void
test_decimal(void **unused)
{
	(void)unused;
	char buf[NUM_TEXT], again[NUM_TEXT];
	for (size_t i = 0; i < HL_COUNT(decimals); i++) {
		femto_t value = 0, back = 0;
		if (num_decimal(slice_of(decimals[i].text), &value) != NUM_OK)
			fail_msg("num_decimal(\"%s\") fails", decimals[i].text);
		if (strcmp(femto_text(buf, value), decimals[i].femto) != 0)
			fail_msg("num_decimal(\"%s\") = %s, not %s", decimals[i].text,
				femto_text(buf, value), decimals[i].femto);
		num_print(again, value, 0, 15, false);
		assert_int_equal(num_decimal(slice_of(again), &back), NUM_OK);
		assert_true(back == value);
	}
	femto_t value;
	assert_int_equal(num_decimal(slice_of("1e24"), &value), NUM_RANGE);
	assert_int_equal(
		num_decimal(slice_of("123456789012345678901234567890"), &value), NUM_RANGE);
	assert_int_equal(num_decimal(slice_of("1.5x"), &value), NUM_JUNK);
	assert_int_equal(num_decimal(SLICE_NONE, &value), NUM_EMPTY);
}

static void
test_human(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *want; /* as printed with all decimals; NULL: not a number */
		bool about, least;
	} rows[] = {
		{ "$1,234.50", "1234.5", false, false },
		{ "~$48", "48", true, false },
		{ "\xE2\x89\x88 48", "48", true, false },
		{ "2,000 calls", "2000", false, false },
		{ "~800 tokens", "800", true, false },
		{ "1.234,56 EUR", "1234.56", false, false },
		{ "1.234.567,8", "1234567.8", false, false },
		{ "1,234,567", "1234567", false, false },
		{ "1.234.567", "1234567", false, false },
		{ "12,5", "12.5", false, false },
		{ "12,50 \xE2\x82\xAC", "12.5", false, false },
		{ "1,234", "1234", false, false },
		{ "0,123", "0.123", false, false },
		{ "1.234", "1.234", false, false },
		{ "$50+", "50", false, true },
		{ "~$50+", "50", true, true },
		{ "(12.30)", "-12.3", false, false },
		{ "($1,234.50)", "-1234.5", false, false },
		{ "-$5", "-5", false, false },
		{ "$-5.25", "-5.25", false, false },
		{ "\xE2\x88\x92"
		  "5",
			"-5", false, false },
		{ "USD 7", "7", false, false },
		{ ".5", "0.5", false, false },
		{ "$.05", "0.05", false, false },
		{ "5.", "5", false, false },
		{ "12 %", "12", false, false },
		{ "2k", "2000", false, false },
		{ "1.5K tokens", "1500", false, false },
		{ "$1.2M", "1200000", false, false },
		{ "50k+", "50000", false, true },
		{ "3B", "3000000000", false, false },
		{ "2 kg", "2", false, false },
		{ "2km", "2", false, false },
		{ "1 234 567", NULL, false, false },
		{ "2026-10", NULL, false, false },
		{ "n/a", NULL, false, false },
		{ "-", NULL, false, false },
		{ "", NULL, false, false },
		{ "invoice 5", NULL, false, false },
		{ "1000000000000000000000000000000000000000000000000000000000000000000001", NULL,
			false, false },
		{ "0.10000000000000000000000000000000000000000000000000000000000000000000000000",
			"0.1", false, false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		femto_t value = 0;
		bool about = false, least = false;
		char buf[NUM_TEXT] = "";
		bool good = num_human(slice_of(rows[i].text), &value, &about, &least) == NUM_OK;
		if (good != (rows[i].want != NULL))
			fail_msg("num_human(\"%s\") is %s", rows[i].text,
				good ? num_print(buf, value, 0, 15, false) : "no number");
		if (good && (strcmp(num_print(buf, value, 0, 15, false), rows[i].want) != 0 ||
				    about != rows[i].about || least != rows[i].least))
			fail_msg("num_human(\"%s\") = %s, about %d, least %d", rows[i].text, buf,
				about, least);
	}
}

static void
test_print(void **unused)
{
	(void)unused;
	static const struct {
		const char *text;
		int least, most;
		bool grouped;
		const char *want;
	} rows[] = {
		{ "0", 0, 15, false, "0" },
		{ "0", 2, 2, false, "0.00" },
		{ "1.005", 2, 2, false, "1.00" },
		{ "1.015", 2, 2, false, "1.02" },
		{ "1.025", 2, 2, false, "1.02" },
		{ "1.025000000000001", 2, 2, false, "1.03" },
		{ "-1.015", 2, 2, false, "-1.02" },
		{ "-0.004", 2, 2, false, "0.00" },
		{ "-0.005", 2, 2, false, "0.00" },
		{ "-0.006", 2, 2, false, "-0.01" },
		{ "0.5", 0, 0, false, "0" },
		{ "1.5", 0, 0, false, "2" },
		{ "999.995", 2, 2, false, "1000.00" },
		{ "999999.999", 2, 2, true, "1,000,000.00" },
		{ "123", 0, 0, true, "123" },
		{ "1234", 0, 0, true, "1,234" },
		{ "-123456", 0, 0, true, "-123,456" },
		{ "1.5", 2, 9, false, "1.50" },
		{ "1.123456789", 2, 9, false, "1.123456789" },
		{ "1.1234567894", 2, 9, false, "1.123456789" },
		{ "0.000000000000001", 0, 15, false, "0.000000000000001" },
		{ "70000000000000000000000.000000000000001", 0, 15, true,
			"70,000,000,000,000,000,000,000.000000000000001" },
	};
	char buf[NUM_TEXT];
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		femto_t value;
		assert_int_equal(num_decimal(slice_of(rows[i].text), &value), NUM_OK);
		assert_string_equal(
			num_print(buf, value, rows[i].least, rows[i].most, rows[i].grouped),
			rows[i].want);
	}
	assert_string_equal(num_count(buf, INT64_MAX), "9,223,372,036,854,775,807");
	assert_string_equal(num_count(buf, -1234567), "-1,234,567");
}

/* Any amount, of any size. */
static femto_t
random_femto(void)
{
	femto_t value = (femto_t)random_u64() << 62 ^ (femto_t)random_u64();
	value >>= random_u64() % 126;
	return random_u64() % 2 ? value : -value;
}

static void
test_round_trip(void **unused)
{
	(void)unused;
	char buf[NUM_TEXT];
	for (int i = 0; i < 200000; i++) {
		femto_t value = random_femto(), back = 0;
		bool about, least;
		assert_int_equal(
			num_decimal(slice_of(num_print(buf, value, 0, 15, false)), &back), NUM_OK);
		assert_true(back == value);
		assert_int_equal(num_human(slice_of(num_print(buf, value, 2, 15, true)), &back,
					 &about, &least),
			NUM_OK);
		assert_true(back == value);
		int decimals_n = (int)(random_u64() % 16);
		femto_t rounded = num_round(value, decimals_n), unit = 1;
		for (int k = decimals_n; k < 15; k++)
			unit *= 10;
		femto_t off = rounded > value ? rounded - value : value - rounded;
		assert_true(rounded % unit == 0 && off * 2 <= unit);
		assert_true(off * 2 != unit || rounded / unit % 2 == 0);
	}
}

static void
test_pack(void **unused)
{
	(void)unused;
	for (int i = 0; i < 100000; i++) {
		unsigned char bytes[3 * PACK_MOST];
		uint64_t number = random_u64() >> random_u64() % 64;
		femto_t amount = random_femto();
		size_t n = pack_u64(bytes, number);
		n += pack_i64(bytes + n, (int64_t)number);
		n += pack_femto(bytes + n, amount);
		struct unpack in = unpack_of(bytes, n);
		assert_true(unpack_u64(&in) == number && unpack_i64(&in) == (int64_t)number &&
			    unpack_femto(&in) == amount);
		assert_true(!in.bad && in.p == in.end);
		for (size_t cut = 0; cut < n; cut++) {
			in = unpack_of(bytes, cut);
			unpack_u64(&in);
			unpack_i64(&in);
			unpack_femto(&in);
			assert_true(in.bad);
		}
	}
}

static void
test_mul(void **unused)
{
	(void)unused;
	femto_t out, huge = (femto_t)1 << 100;
	assert_true(num_mul(huge, -64, &out) && out == -huge * 64);
	assert_false(num_mul(huge, huge, &out));
	assert_false(num_mul(huge, (femto_t)1 << 27, &out));
}

static void
test_comma(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "0,38", "; with a point it is 0.38" },
		{ " -12,5 ", "; with a point it is -12.5" },
		{ "1,500", "; without the comma it is 1500, with a point 1.500" },
		{ "+1,1234", "; with a point it is +1.1234" },
		{ "", "" },
		{ ",", "" },
		{ "1,", "" },
		{ ",5", "" },
		{ "1,2,3", "" },
		{ "1-2,5", "" },
		{ "a,5", "" },
		{ "1.5", "" },
		{ "12345678901234567890,1", "" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char buf[NUM_COMMA];
		assert_string_equal(num_comma(buf, slice_of(cases[i].text)), cases[i].says);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comma),
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_scaled),
		cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_human),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_mul),
	};
	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
