/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/amount.h"

#include "base/num.h"

/* Of a result: the half percent that is never taken for an error; of "~48"; of binary fractions. */
static const double rounding = 0.005, about = 0.05, tiny = 1e-9;

struct suffix {
	enum amount_unit unit;
	const char *word;
	double times;
};

/* Blanks are dropped and letters lowered before these are looked up. */
static const struct suffix suffixes[] = {
	{ AMOUNT_MONEY, "/month", 1 },
	{ AMOUNT_MONEY, "/mo", 1 },
	{ AMOUNT_MONEY, "amonth", 1 },
	{ AMOUNT_MONEY, "permonth", 1 },
	{ AMOUNT_MONEY, "/kwh", 1 },
	{ AMOUNT_MONEY, "/h", 1 },
	{ AMOUNT_MONEY, "/hour", 1 },
	{ AMOUNT_MONEY, "each", 1 },
	{ AMOUNT_COUNT, "calls", 1 },
	{ AMOUNT_COUNT, "requests", 1 },
	{ AMOUNT_COUNT, "req", 1 },
	{ AMOUNT_COUNT, "/day", 1 },
	{ AMOUNT_COUNT, "requests/day", 1 },
	{ AMOUNT_COUNT, "calls/day", 1 },
	{ AMOUNT_COUNT, "x", 1 },
	{ AMOUNT_TOKENS, "tokens", 1 },
	{ AMOUNT_TOKENS, "tok", 1 },
	{ AMOUNT_MONTHS, "months", 1 },
	{ AMOUNT_MONTHS, "month", 1 },
	{ AMOUNT_MONTHS, "mo", 1 },
	{ AMOUNT_MONTHS, "years", 12 },
	{ AMOUNT_MONTHS, "year", 12 },
	{ AMOUNT_MONTHS, "yr", 12 },
	{ AMOUNT_HOURS, "h", 1 },
	{ AMOUNT_HOURS, "hours", 1 },
	{ AMOUNT_HOURS, "h/day", 1 },
	{ AMOUNT_HOURS, "hours/day", 1 },
	{ AMOUNT_HOURS, "h/month", 1 },
	{ AMOUNT_HOURS, "hours/month", 1 },
	{ AMOUNT_DAYS, "days", 1 },
	{ AMOUNT_DAYS, "d", 1 },
	{ AMOUNT_WATTS, "w", 1 },
	{ AMOUNT_WATTS, "watts", 1 },
	{ AMOUNT_WATTS, "kw", 1000 },
	{ AMOUNT_SPEED, "tok/s", 1 },
	{ AMOUNT_SPEED, "tokens/s", 1 },
	{ AMOUNT_SPEED, "tokens/sec", 1 },
	{ AMOUNT_SPEED, "t/s", 1 },
	{ AMOUNT_MEMORY, "gb", 1 },
	{ AMOUNT_MEMORY, "gib", 1 },
	{ AMOUNT_MEMORY, "tb", 1000 },
	{ AMOUNT_RATIO, "x", 1 },
	{ AMOUNT_RATIO, "times", 1 },
};

static const char *const expected[] = {
	[AMOUNT_MONEY] = "expected an amount of money, such as 1600 or 400-800",
	[AMOUNT_COUNT] = "expected a number, such as 5000",
	[AMOUNT_TOKENS] = "expected a number of tokens, such as 800",
	[AMOUNT_SHARE] = "expected a share, such as 59% or 0.59",
	[AMOUNT_MONTHS] = "expected a number of months, such as 24 or 2 years",
	[AMOUNT_HOURS] = "expected a number of hours, such as 8",
	[AMOUNT_DAYS] = "expected a number of days, such as 30",
	[AMOUNT_WATTS] = "expected a power, such as 450 or 1.2 kW",
	[AMOUNT_SPEED] = "expected tokens a second, such as 28-35",
	[AMOUNT_MEMORY] = "expected gigabytes, such as 24",
	[AMOUNT_RATIO] = "expected a factor, such as 1.2 or 10-40",
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_mark(char c)
{
	return c == ',' || c == '.';
}

/* "1,234,567.8" has three digits behind each mark but the last, and there if it is of the same
 * kind;
 * "1.2.3" is no number. */
static bool
is_grouped(struct slice text)
{
	size_t marks = 0, last = 0, run = 0;
	char first = 0;
	for (size_t i = 0; i < text.n; i++)
		if (is_mark(text.p[i])) {
			marks++;
			last = i;
			if (!first)
				first = text.p[i];
		}
	for (size_t i = 0, seen = 0; marks > 1 && i <= text.n; i++) {
		if (i < text.n && !is_mark(text.p[i])) {
			run++;
			continue;
		}
		bool fraction = i == text.n && text.p[last] != first;
		if (seen++ && run != 3 && !fraction)
			return false;
		if (i < last && text.p[i] != first && i < text.n)
			return false;
		run = 0;
	}
	return true;
}

static void
skip(struct slice *text, size_t n)
{
	text->p += n;
	text->n -= n;
}

static bool
skip_text(struct slice *text, const char *prefix)
{
	if (!slice_starts(*text, prefix))
		return false;
	skip(text, strlen(prefix));
	return true;
}

static void
skip_blanks(struct slice *text)
{
	*text = slice_trim(*text);
	while (skip_text(text, "\xC2\xA0"))
		*text = slice_trim(*text);
}

/* "$", "€", "£", "USD": before the number or behind it. */
static void
skip_currency(struct slice *text, enum amount_unit unit, char currency[4])
{
	static const struct {
		const char *sign, *code;
	} signs[] = { { "$", "USD" }, { "\xE2\x82\xAC", "EUR" }, { "\xC2\xA3", "GBP" } };
	skip_blanks(text);
	if (unit != AMOUNT_MONEY)
		return;
	for (size_t i = 0; i < HL_COUNT(signs); i++)
		if (skip_text(text, signs[i].sign))
			memcpy(currency, signs[i].code, 4);
	size_t letters = 0;
	while (letters < text->n && text->p[letters] >= 'A' && text->p[letters] <= 'Z')
		letters++;
	if (letters == 3) {
		memcpy(currency, text->p, 3);
		currency[3] = '\0';
		skip(text, 3);
	}
	skip_blanks(text);
}

/* Where the digits of a number end: "1,234.50", "1e-6" */
static size_t
number_end(struct slice text)
{
	size_t n = 0;
	while (n < text.n && (is_digit(text.p[n]) || is_mark(text.p[n])) &&
		!(n && is_mark(text.p[n]) && is_mark(text.p[n - 1])))
		n++;
	while (n && !is_digit(text.p[n - 1]))
		n--;
	size_t e = n + 1;
	if (n && e < text.n && (text.p[n] == 'e' || text.p[n] == 'E')) {
		e += text.p[e] == '-' || text.p[e] == '+';
		size_t digits = e;
		while (e < text.n && is_digit(text.p[e]))
			e++;
		if (e > digits)
			n = e;
	}
	return n;
}

/* How many of the digits stand behind the decimal mark, as num_human() reads it. */
static int
decimals_of(struct slice text)
{
	size_t last = text.n, marks = 0;
	bool comma = false, point = false;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ',' || text.p[i] == '.') {
			last = i;
			marks++;
			comma |= text.p[i] == ',';
			point |= text.p[i] == '.';
		}
	size_t after = last == text.n ? 0 : text.n - last - 1;
	if (marks == 0 || (marks > 1 && !(comma && point)))
		return 0;
	bool thousands = comma && !point && after == 3 && text.p[0] != '0';
	return thousands ? 0 : (int)after;
}

/* One end of a range: its value, and half of its last digit. */
static bool
take_number(struct slice *text, bool loose, double *value, double *half, const char **why)
{
	size_t n = number_end(*text);
	struct slice digits = { text->p, n };
	femto_t amount;
	bool is_about, is_least;
	size_t mark = 0;
	while (mark < n && is_digit(digits.p[mark]))
		mark++;
	if (loose && mark + 4 == n && (digits.p[mark] == ',' || digits.p[mark] == '.') &&
		digits.p[0] != '0') {
		*why = "with a comma or point before three digits it can be read in two ways, "
		       "expected "
		       "a number without";
		return false;
	}
	if (!n || !is_grouped(digits) ||
		(num_decimal(digits, &amount) != NUM_OK &&
			num_human(digits, &amount, &is_about, &is_least) != NUM_OK))
		return false;
	*value = (double)amount / 1e15;
	bool scientific = memchr(digits.p, 'e', n) || memchr(digits.p, 'E', n);
	*half = scientific ? fabs(*value) * rounding : 0.5 * pow(10, -decimals_of(digits));
	skip(text, n);
	return true;
}

/* "k", "K", "M" right behind the digits: never before a unit that begins so ("month"). */
static double
take_multiple(struct slice *text, enum amount_unit unit)
{
	bool counts = unit == AMOUNT_MONEY || unit == AMOUNT_COUNT || unit == AMOUNT_TOKENS;
	bool letter = text->n > 1 && ((text->p[1] | 32) >= 'a' && (text->p[1] | 32) <= 'z');
	if (!counts || !text->n || letter)
		return 1;
	double times = (text->p[0] | 32) == 'k' ? 1e3 : text->p[0] == 'M' ? 1e6 : 1;
	if (times > 1)
		skip(text, 1);
	return times;
}

/* What may stand behind a number, as a factor; 0: nothing that is known. */
static double
take_suffix(struct slice text, enum amount_unit unit)
{
	char word[24];
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == ' ')
			continue;
		if (n + 1 == sizeof(word))
			return 0;
		word[n++] =
			(char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] | 32 : text.p[i]);
	}
	word[n] = '\0';
	if (!n)
		return 1;
	for (size_t i = 0; i < HL_COUNT(suffixes); i++)
		if (suffixes[i].unit == unit && strcmp(suffixes[i].word, word) == 0)
			return suffixes[i].times;
	return 0;
}

static bool
skip_dash(struct slice *text)
{
	static const char *const dashes[] = { "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x88\x92", "-",
		"..", "to " };
	skip_blanks(text);
	for (size_t i = 0; i < HL_COUNT(dashes); i++)
		if (skip_text(text, dashes[i])) {
			skip_blanks(text);
			return true;
		}
	return false;
}

static bool
is_nothing(struct slice text)
{
	return !text.n || slice_is(text, "-") || slice_is(text, "\xE2\x80\x94") ||
	       slice_is(text, "\xE2\x80\x93") || slice_is(text, "?") ||
	       slice_is_nocase(text, "n/a") || slice_is_nocase(text, "none");
}

/* Half of the last digit, or what "~" allows. */
static double
slack_of(double value, double half, bool is_about)
{
	return fmax(half, is_about ? fabs(value) * about : 0);
}

static void
scale_amount(struct amount *out, double times, bool is_about)
{
	out->low *= times;
	out->high *= times;
	out->low_slack = slack_of(out->low, out->low_slack * times, is_about);
	out->high_slack = slack_of(out->high, out->high_slack * times, is_about);
}

/* "400–800", "35K-45K", "$0.02 to $0.08": both ends, and what each was multiplied with. */
static bool
take_ends(
	struct slice *text, enum amount_unit unit, bool loose, struct amount *out, const char **why)
{
	double low_times, high_times;
	skip_currency(text, unit, out->currency);
	bool negative = skip_text(text, "-") || skip_text(text, "\xE2\x88\x92");
	skip_currency(text, unit, out->currency);
	if (!take_number(text, loose, &out->low, &out->low_slack, why))
		return false;
	low_times = high_times = take_multiple(text, unit);
	bool percent = unit == AMOUNT_SHARE && text->n && text->p[0] == '%';
	if (percent)
		skip(text, 1);
	out->low *= negative ? -1 : 1;
	out->high = out->low;
	out->high_slack = out->low_slack;
	if (skip_dash(text)) {
		skip_currency(text, unit, out->currency);
		if (!take_number(text, loose, &out->high, &out->high_slack, why))
			return false;
		high_times = take_multiple(text, unit);
		/* "35-45K": the letter is meant for both */
		if (low_times == 1 && out->low < out->high)
			low_times = high_times;
		if (percent && text->n && text->p[0] == '%')
			skip(text, 1);
	}
	out->low *= low_times;
	out->low_slack *= low_times;
	out->high *= high_times;
	out->high_slack *= high_times;
	skip_blanks(text);
	if (percent || (unit == AMOUNT_SHARE && skip_text(text, "%")))
		scale_amount(out, 0.01, false);
	return true;
}

bool
amount_read(
	struct slice text, enum amount_unit unit, bool loose, struct amount *out, const char **why)
{
	text = slice_trim(text);
	*out = (struct amount){ .low = (double)NAN, .high = (double)NAN, .text = text };
	*why = expected[unit];
	if (is_nothing(text))
		return true;
	if (unit == AMOUNT_MONTHS && slice_is_nocase(text, "never")) {
		out->given = out->never = true;
		return true;
	}
	if (skip_text(&text, "~") || skip_text(&text, "\xE2\x89\x88") || skip_text(&text, "about "))
		out->about = true;
	skip_blanks(&text);
	if (!take_ends(&text, unit, loose, out, why))
		return false;
	skip_currency(&text, unit, out->currency);
	out->open = skip_text(&text, "+");
	double times = take_suffix(text, unit);
	if (times == 0)
		return false;
	if (out->low > out->high) {
		*why = "runs downwards, expected the smaller number first";
		return false;
	}
	scale_amount(out, times, out->about);
	if (out->open)
		out->high += fabs(out->high);
	out->given = true;
	return true;
}

struct amount
amount_exact(double value)
{
	return (struct amount){ .low = value, .high = value, .given = true };
}

/* Both ends, with room for rounding. */
static bool
agree(const struct amount *stated, struct bounds found, double low_slack, double high_slack)
{
	if (!bounds_known(found) || !stated->given || stated->never)
		return false;
	low_slack += fabs(stated->low) * tiny;
	high_slack += fabs(stated->high) * tiny;
	bool holds =
		stated->low - low_slack <= found.low && found.high <= stated->high + high_slack;
	bool within =
		found.low <= stated->low + low_slack && stated->high - high_slack <= found.high;
	return holds || within;
}

bool
amount_meets(const struct amount *stated, struct bounds found)
{
	return agree(stated, found, fmax(stated->low_slack, fabs(stated->low) * rounding),
		fmax(stated->high_slack, fabs(stated->high) * rounding));
}

bool
amount_adds_up(const struct amount *stated, struct bounds sum, double slack)
{
	return agree(stated, sum, stated->low_slack + slack, stated->high_slack + slack);
}

bool
amount_is_below(const struct amount *stated, struct bounds found)
{
	return stated->given && !stated->never &&
	       stated->high + fmax(stated->high_slack, fabs(stated->high) * rounding) <
		       found.low * (1 - tiny);
}

bool
amount_is_above(const struct amount *stated, struct bounds found)
{
	return stated->given && !stated->never &&
	       stated->low - fmax(stated->low_slack, fabs(stated->low) * rounding) >
		       found.high * (1 + tiny);
}

/* Enough decimals for a reader: cents, but two digits of what is less than that. */
static int
decimals_for(enum amount_unit unit, double value)
{
	value = fabs(value);
	switch (unit) {
	case AMOUNT_MONEY:
		return value == 0 || value >= 0.1 ? 2 : value >= 0.01 ? 3 : value >= 0.001 ? 4 : 8;
	case AMOUNT_MONTHS:
	case AMOUNT_RATIO:
	case AMOUNT_DAYS:
		return value < 10 && unit != AMOUNT_MONTHS ? 2 : 1;
	case AMOUNT_HOURS:
		return value < 100 ? 2 : 0;
	case AMOUNT_SHARE:
	case AMOUNT_MEMORY:
	case AMOUNT_SPEED:
		return value < 100 ? 1 : 0;
	case AMOUNT_COUNT:
	case AMOUNT_TOKENS:
	case AMOUNT_WATTS:
		break;
	}
	return 0;
}

static void
print_number(struct str *out, enum amount_unit unit, double value, const char *currency)
{
	char buf[NUM_TEXT];
	bool dollars = !currency[0] || strcmp(currency, "USD") == 0;
	if (unit == AMOUNT_SHARE)
		value *= 100;
	int decimals = decimals_for(unit, value);
	int least = unit == AMOUNT_MONEY    ? (decimals > 4 ? 2 : decimals)
		    : unit == AMOUNT_MONTHS ? 1
					    : 0;
	/* what does not fit into a number of ours is too large to be read, too */
	value = fmin(fmax(value, -1e18), 1e18);
	if (unit == AMOUNT_MONEY)
		str_printf(out, "%s%s%s", value < 0 ? "-" : "", dollars ? "$" : currency,
			dollars ? "" : " ");
	femto_t amount = (femto_t)(unit == AMOUNT_MONEY ? fabs(value) * 1e15 : value * 1e15);
	str_puts(out, num_print(buf, amount, least, decimals, true));
}

void
amount_print(struct str *out, enum amount_unit unit, struct bounds value, const char *currency)
{
	static const char *const words[] = { [AMOUNT_SHARE] = " %",
		[AMOUNT_MONTHS] = " months",
		[AMOUNT_HOURS] = " h",
		[AMOUNT_WATTS] = " W",
		[AMOUNT_SPEED] = " tok/s",
		[AMOUNT_MEMORY] = " GB",
		[AMOUNT_RATIO] = " times" };
	const char *word = (size_t)unit < HL_COUNT(words) && words[unit] ? words[unit] : "";
	struct str low = STR_INIT, high = STR_INIT;
	print_number(&low, unit, value.low, currency);
	print_number(&high, unit, value.high, currency);
	str_puts(out, str_text(isinf(value.low) ? &high : &low));
	if (isinf(value.high))
		str_printf(out, "%s or more", word);
	else if (isinf(value.low))
		str_printf(out, "%s or less", word);
	else if (strcmp(str_text(&low), str_text(&high)) != 0)
		str_printf(out, " to %s%s", str_text(&high), word);
	else
		str_puts(out, word);
	str_free(&low);
	str_free(&high);
}

struct bounds
bounds_add(struct bounds a, struct bounds b)
{
	return (struct bounds){ a.low + b.low, a.high + b.high };
}

struct bounds
bounds_sub(struct bounds a, struct bounds b)
{
	return (struct bounds){ a.low - b.high, a.high - b.low };
}

struct bounds
bounds_mul(struct bounds a, struct bounds b)
{
	return (struct bounds){ a.low * b.low, a.high * b.high };
}

struct bounds
bounds_div(struct bounds a, struct bounds b)
{
	return (struct bounds){ a.low / b.high, a.high / b.low };
}
