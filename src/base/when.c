/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"

#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/num.h"

/* days_from_civil and its inverse: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013. */
int64_t
when_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct civil
when_civil(int64_t ns)
{
	int64_t seconds = floor_div(ns, NS_PER_SECOND), days = floor_div(seconds, 86400);
	int64_t rest = seconds - days * 86400;
	int64_t z = days + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct civil c = { .day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.month = (int)(mp < 10 ? mp + 3 : mp - 9) };
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	return c;
}

int
when_month(int64_t ns)
{
	struct civil c = when_civil(ns);
	return c.year * 12 + c.month - 1;
}

int64_t
when_month_start(int month)
{
	return when_days(month / 12, month % 12 + 1, 1) * NS_PER_DAY;
}

/* 'count' digits at *at, advancing it; -1 when they are not there. */
static int
digits(struct slice *text, size_t count)
{
	if (text->n < count)
		return -1;
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		if (text->p[i] < '0' || text->p[i] > '9')
			return -1;
		value = value * 10 + (text->p[i] - '0');
	}
	text->p += count;
	text->n -= count;
	return value;
}

static bool
take(struct slice *text, char c)
{
	if (!text->n || text->p[0] != c)
		return false;
	text->p++;
	text->n--;
	return true;
}

static bool
valid_date(int year, int month, int day)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= length[month - 1] + (month == 2 && leap);
}

static bool
take_date(struct slice *text, int64_t *days)
{
	int year, month, day;
	if (text->n >= 10 && text->p[2] == '/' && text->p[5] == '/') {
		month = digits(text, 2);
		bool slash = take(text, '/');
		day = digits(text, 2);
		slash = slash && take(text, '/');
		year = digits(text, 4);
		if (!slash)
			return false;
	} else if (text->n >= 10 && text->p[2] == '.' && text->p[5] == '.') {
		/* DIN 5008: with points the day always comes first */
		day = digits(text, 2);
		bool point = take(text, '.');
		month = digits(text, 2);
		point = point && take(text, '.');
		year = digits(text, 4);
		if (!point)
			return false;
	} else {
		year = digits(text, 4);
		if (!take(text, '-') && !take(text, '/'))
			return false;
		month = digits(text, 2);
		if (!take(text, '-') && !take(text, '/'))
			return false;
		day = digits(text, 2);
	}
	if (!valid_date(year, month, day))
		return false;
	*days = when_days(year, month, day);
	return true;
}

static bool
take_clock(struct slice *text, int64_t *ns)
{
	int hour = digits(text, 2);
	bool colon = take(text, ':');
	int minute = digits(text, 2), second = 0;
	if (hour < 0 || hour > 23 || !colon || minute < 0 || minute > 59)
		return false;
	if (take(text, ':')) {
		second = digits(text, 2);
		if (second < 0 || second > 60)
			return false;
	}
	int64_t nanos = 0, unit = NS_PER_SECOND / 10;
	if (take(text, '.') || take(text, ','))
		for (; text->n && text->p[0] >= '0' && text->p[0] <= '9'; unit /= 10) {
			nanos += (text->p[0] - '0') * unit;
			text->p++;
			text->n--;
		}
	*ns = ((int64_t)hour * 3600 + (int64_t)minute * 60 + second) * NS_PER_SECOND + nanos;
	return true;
}

/* The zone behind a clock: Z, UTC, +02:00, +0200, +02, or nothing. */
static bool
take_zone(struct slice *text, int64_t *offset, bool *zoned)
{
	*offset = 0;
	*text = slice_trim(*text);
	*zoned = text->n > 0;
	if (!text->n || slice_is(*text, "Z") || slice_is(*text, "z") || slice_is(*text, "UTC") ||
		slice_is(*text, "GMT"))
		return true;
	bool west = text->p[0] == '-';
	if (!take(text, '-') && !take(text, '+'))
		return false;
	int hour = digits(text, 2), minute = 0;
	if (text->n) {
		take(text, ':');
		minute = digits(text, 2);
	}
	if (hour < 0 || hour > 15 || minute < 0 || minute > 59 || text->n)
		return false;
	*offset = ((int64_t)hour * 60 + minute) * 60 * NS_PER_SECOND * (west ? -1 : 1);
	return true;
}

/* Eight bytes that must look like 'form', which has a '0' for every digit: their digits as numbers. */
static inline bool
fits_form(const char *p, const char *form, const char *slack, unsigned char out[8])
{
	uint64_t bytes, wanted, room;
	memcpy(&bytes, p, 8);
	memcpy(&wanted, form, 8);
	memcpy(&room, slack, 8);
	bytes ^= wanted; /* 0 to 9 where a digit is wanted, else 0 */
	memcpy(out, &bytes, 8);
	return !(((bytes + room) | bytes) & 0x8080808080808080u);
}

/* The digits of a fraction, up to nine, and the zone, if it is plain UTC. */
static bool
plain_rest(struct slice rest, int64_t *nanos, bool *zoned)
{
	static const int64_t units[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000,
		1000, 100, 10, 1 };
	const char *p = rest.p, *end = rest.p + rest.n;
	int64_t value = 0;
	if (p < end && *p == '.') {
		const char *from = ++p;
		for (; p < end && (unsigned char)(*p - '0') <= 9; p++) {
			if (p - from == 9)
				return false;
			value = value * 10 + (*p - '0');
		}
		value *= units[p - from];
	}
	*nanos = value;
	*zoned = p < end;
	return p == end || (end - p == 1 && *p == 'Z') ||
	       (end - p == 6 && memcmp(p, "+00:00", 6) == 0);
}

/* The form that nearly all logs have, 2026-10-01T10:00:00.123Z, at once; false: look closer. */
static bool
parse_plain(struct slice text, int64_t *ns, bool *zoned)
{
	static const short before[2][14] = {
		/* days of a year before its months, from 1 */
		{ 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 },
		{ 0, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366 },
	};
	static const char forms[2][9] = { "00T00:00", "00 00:00" };
	/* what may be added to a digit up to 9, and to a byte that must be 0, below 128 */
	static const char date[] = "\x76\x76\x76\x76\x7F\x76\x76\x7F",
			  clock[] = "\x76\x76\x7F\x76\x76\x7F\x76\x76";
	unsigned char d[8], c[8];
	if (text.n < 19 || !fits_form(text.p, "0000-00-", date, d) ||
		!fits_form(text.p + 8, forms[text.p[10] == ' '], clock, c) || text.p[16] != ':')
		return false;
	int year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3], month = d[5] * 10 + d[6];
	int day = c[0] * 10 + c[1], hour = c[3] * 10 + c[4], minute = c[6] * 10 + c[7];
	unsigned tens = (unsigned char)(text.p[17] - '0'), ones = (unsigned char)(text.p[18] - '0');
	int64_t nanos;
	const short *known = before[year % 4 == 0]; /* for the years below */
	if (year < 1970 || year > 2099 || month < 1 || month > 12 || day < 1 ||
		day > known[month + 1] - known[month] || hour > 23 || minute > 59 || tens > 5 ||
		ones > 9 || !plain_rest((struct slice){ text.p + 19, text.n - 19 }, &nanos, zoned))
		return false;
	int64_t days = (int64_t)(year - 1970) * 365 + (year - 1969) / 4 + known[month] + day - 1;
	*ns = ((days * 24 + hour) * 60 + minute) * 60 * NS_PER_SECOND +
	      (int64_t)(tens * 10 + ones) * NS_PER_SECOND + nanos;
	return true;
}

bool
when_parse(struct slice text, int64_t *ns, bool *zoned, bool *dated)
{
	*dated = false;
	if (parse_plain(text, ns, zoned))
		return true;
	text = slice_trim(text);
	if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
		text = (struct slice){ text.p + 1, text.n - 2 };
	int64_t days, clock = 0, offset = 0;
	if (!take_date(&text, &days))
		return false;
	*zoned = false;
	*dated = text.n == 0;
	if (!*dated) {
		if (!take(&text, 'T') && !take(&text, ' ') && !take(&text, 't'))
			return false;
		if (!take_clock(&text, &clock) || !take_zone(&text, &offset, zoned))
			return false;
	}
	*ns = days * NS_PER_DAY + clock - offset;
	return true;
}

bool
when_epoch(struct slice text, int64_t *ns)
{
	femto_t value;
	if (num_decimal(text, &value) != NUM_OK || value <= 0)
		return false;
	const femto_t low = (femto_t)631152000 * FEMTO_PER_UNIT,
		      high = (femto_t)4133980800 * FEMTO_PER_UNIT;
	for (femto_t unit = 1; unit <= 1000000000; unit *= 1000)
		if (value >= low * unit && value < high * unit) {
			*ns = (int64_t)(value / unit / FEMTO_PER_NANO);
			return true;
		}
	return false;
}

char *
when_date(char buf[WHEN_TEXT], int64_t ns)
{
	struct civil c = when_civil(ns);
	snprintf(buf, WHEN_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
	return buf;
}

char *
when_print(char buf[WHEN_TEXT], int64_t ns)
{
	struct civil c = when_civil(ns);
	snprintf(buf, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
		c.minute, c.second);
	return buf;
}

/* One end of a period: a month or a day, as [start, end). */
static bool
parse_end(struct slice text, struct period *out)
{
	struct slice rest = text;
	int64_t ns;
	bool zoned, dated;
	if (text.n == 10 && when_parse(text, &ns, &zoned, &dated) && dated) {
		*out = (struct period){ ns, ns + NS_PER_DAY };
		return true;
	}
	int year = digits(&rest, 4);
	bool dash = take(&rest, '-');
	int month = digits(&rest, 2);
	if (!dash || rest.n || !valid_date(year, month, 1))
		return false;
	int number = year * 12 + month - 1;
	*out = (struct period){ when_month_start(number), when_month_start(number + 1) };
	return true;
}

static bool
wrong_period(const char *text, struct err *err)
{
	static const char *const words[] = { "last", "last-90d" };
	char hint[NEAR_TEXT];
	return err_set(err, FAULT_USAGE, "--period %s: not a period%s", text,
		near_hint(hint, text, words, HL_COUNT(words),
			", expected 2026-10, 2026-08..2026-10, 2026-10-01..2026-10-15, last or "
			"last-90d"));
}

bool
period_parse(const char *text, int64_t now, int64_t data_end, struct period *out, struct err *err)
{
	struct slice whole = slice_of(text);
	if (strcmp(text, "last") == 0) {
		int month = when_month(now) - 1;
		*out = (struct period){ when_month_start(month), when_month_start(month + 1) };
		return true;
	}
	if (slice_starts(whole, "last-") && slice_ends(whole, "d")) {
		int64_t days;
		if (num_int((struct slice){ whole.p + 5, whole.n - 6 }, &days) == NUM_OK &&
			days > 0 && days < 36500) {
			*out = (struct period){ data_end - days * NS_PER_DAY, data_end };
			return true;
		}
	}
	ptrdiff_t dots = slice_find(whole, "..");
	struct period first, last;
	bool good = dots < 0 ? parse_end(whole, &first) && parse_end(whole, &last)
			     : parse_end((struct slice){ text, (size_t)dots }, &first) &&
				       parse_end(slice_of(text + dots + 2), &last);
	if (!good || last.end <= first.start)
		return wrong_period(text, err);
	*out = (struct period){ first.start, last.end };
	return true;
}
