/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/hours.h"

#include <string.h>

#include "base/when.h"

enum { DAYS = 7, HALVES = 48 };
#define HALF_HOUR (NS_PER_HOUR / 2)

static void
set(struct hours *hours, unsigned index)
{
	hours->bits[index / 64] |= (uint64_t)1 << (index % 64);
}

/* "16:30" as half hours since midnight, -1 when it is none; "24:00" is the end of the day. */
static int
parse_clock(struct slice text)
{
	if (text.n != 5 || text.p[2] != ':')
		return -1;
	for (size_t i = 0; i < text.n; i++)
		if (i != 2 && (text.p[i] < '0' || text.p[i] > '9'))
			return -1;
	int hour = (text.p[0] - '0') * 10 + text.p[1] - '0';
	int minute = (text.p[3] - '0') * 10 + text.p[4] - '0';
	int half = hour * 2 + minute / 30;
	return minute % 30 || half > HALVES ? -1 : half;
}

static int
parse_day(struct slice text)
{
	static const char *const days[DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	for (int i = 0; i < DAYS; i++)
		if (slice_is_nocase(text, days[i]))
			return i;
	return -1;
}

/* "Mon-Fri", "Sat", "Mon,Wed,Fri"; nothing: every day.  A bit a day; 0 when it is none of these. */
static unsigned
parse_days(struct slice text)
{
	unsigned days = 0;
	struct slice part;
	if (!text.n)
		return (1u << DAYS) - 1;
	while (slice_cut(&text, ',', &part)) {
		struct slice first = part, last = part;
		ptrdiff_t dash = slice_find(part, "-");
		if (dash >= 0) {
			first.n = (size_t)dash;
			last.p += dash + 1;
			last.n -= (size_t)dash + 1;
		}
		int from = parse_day(first), to = parse_day(last);
		if (from < 0 || to < from)
			return 0;
		for (int day = from; day <= to; day++)
			days |= 1u << day;
	}
	return days;
}

static bool
add_range(struct slice range, unsigned days, struct hours *out)
{
	ptrdiff_t dash = slice_find(range, "-");
	if (dash < 0)
		return false;
	int from = parse_clock((struct slice){ range.p, (size_t)dash });
	int to = parse_clock((struct slice){ range.p + dash + 1, range.n - (size_t)dash - 1 });
	if (from < 0 || to <= from)
		return false;
	for (unsigned day = 0; day < DAYS; day++)
		for (int half = from; half < to; half++)
			if (days >> day & 1)
				set(out, day * HALVES + (unsigned)half);
	return true;
}

bool
hours_parse(struct slice text, struct hours *out)
{
	text = slice_trim(text);
	ptrdiff_t blank = slice_find(text, " ");
	struct slice ranges = text, days = SLICE_NONE, range;
	if (blank >= 0) {
		ranges.n = (size_t)blank;
		days = slice_trim((struct slice){ text.p + blank, text.n - (size_t)blank });
	}
	unsigned mask = parse_days(days);
	if (!mask || !ranges.n)
		return false;
	*out = (struct hours){ 0 };
	while (slice_cut(&ranges, ';', &range))
		if (!add_range(range, mask, out))
			return false;
	return true;
}

unsigned
hours_index(int64_t ns)
{
	/* 1970-01-01 was a Thursday, the fourth day from Monday */
	int64_t half = ns / HALF_HOUR - (ns % HALF_HOUR < 0) + (int64_t)3 * HALVES;
	int64_t index = half % HOURS_WEEK;
	return (unsigned)(index < 0 ? index + HOURS_WEEK : index);
}

struct hours
hours_always(void)
{
	struct hours all;
	memset(&all, 0xFF, sizeof(all));
	all.bits[HOURS_WORDS - 1] = ((uint64_t)1 << HOURS_WEEK % 64) - 1;
	return all;
}

struct hours
hours_touched(int64_t start, int64_t end)
{
	if (start == INT64_MIN || end == INT64_MAX || end / 2 - start / 2 >= 7 * NS_PER_DAY / 2)
		return hours_always();
	struct hours touched = { 0 };
	unsigned last = hours_index(end > start ? end - 1 : start);
	unsigned i = hours_index(start);
	set(&touched, i);
	while (i != last) {
		i = (i + 1) % HOURS_WEEK;
		set(&touched, i);
	}
	return touched;
}

bool
hours_meet(const struct hours *a, const struct hours *b)
{
	for (int i = 0; i < HOURS_WORDS; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}
