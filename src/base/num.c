/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/num.h"

#include <endian.h>
#include <stdio.h>

enum { DECIMALS = 15 };

/* A number taken apart: its digits (without point), and the power of ten of the last one. */
struct parts {
	bool negative;
	struct slice digits; /* may hold one '.' */
	int64_t exponent;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum num_result
take_exponent(struct slice *text, int64_t *exponent)
{
	*exponent = 0;
	if (!text->n || (text->p[0] != 'e' && text->p[0] != 'E'))
		return NUM_OK;
	size_t i = 1;
	bool negative = i < text->n && text->p[i] == '-';
	if (i < text->n && (text->p[i] == '-' || text->p[i] == '+'))
		i++;
	if (i >= text->n || !is_digit(text->p[i]))
		return NUM_JUNK;
	for (; i < text->n && is_digit(text->p[i]); i++)
		if (*exponent < 1000000)
			*exponent = *exponent * 10 + (text->p[i] - '0');
	if (negative)
		*exponent = -*exponent;
	text->p += i;
	text->n -= i;
	return NUM_OK;
}

static enum num_result
take_apart(struct slice text, struct parts *parts)
{
	text = slice_trim(text);
	if (!text.n)
		return NUM_EMPTY;
	parts->negative = text.p[0] == '-';
	if (text.p[0] == '-' || text.p[0] == '+') {
		text.p++;
		text.n--;
	}
	size_t i = 0;
	int points = 0, digits = 0;
	for (; i < text.n && (is_digit(text.p[i]) || (text.p[i] == '.' && points == 0)); i++) {
		points += text.p[i] == '.';
		digits += text.p[i] != '.';
	}
	if (!digits)
		return NUM_JUNK;
	parts->digits = (struct slice){ text.p, i };
	text.p += i;
	text.n -= i;
	enum num_result result = take_exponent(&text, &parts->exponent);
	return result != NUM_OK ? result : text.n ? NUM_JUNK : NUM_OK;
}

/* What was cut off below the last kept digit: 0 nothing, 1 under a half, 2 a half, 3 over it. */
static int
tail_add(int tail, int digit)
{
	if (tail == 0 && digit == 0)
		return 0;
	if (tail < 0)
		return digit == 0 ? 0 : digit < 5 ? 1 : digit == 5 ? 2 : 3;
	if (digit == 0)
		return tail;
	return tail == 0 ? 1 : tail == 2 ? 3 : tail;
}

/* Digits times 10^(shift): keeps those at or above 10^0, tells the rest in *tail (see above). */
static enum num_result
scale(const struct parts *parts, int64_t shift, femto_t *out, int *tail)
{
	const femto_t limit = ((femto_t)1 << 126) / 10;
	int64_t after = 0;
	for (size_t i = 0; i < parts->digits.n; i++)
		if (parts->digits.p[i] == '.')
			after = (int64_t)(parts->digits.n - i - 1);
	int64_t place = (int64_t)parts->digits.n -
			(after || memchr(parts->digits.p, '.', parts->digits.n) ? 1 : 0) - 1 -
			after + parts->exponent + shift;
	femto_t value = 0;
	*tail = -1;
	for (size_t i = 0; i < parts->digits.n; i++) {
		if (parts->digits.p[i] == '.')
			continue;
		int digit = parts->digits.p[i] - '0';
		if (place >= 0) {
			if (value > limit)
				return NUM_RANGE;
			value = value * 10 + digit;
		} else if (place == -1 || *tail >= 0) {
			*tail = tail_add(*tail, digit);
		} else {
			/* the first digit already lies below a tenth: the tail starts with a zero */
			*tail = digit ? 1 : 0;
		}
		place--;
	}
	for (; place >= 0 && value; place--) {
		if (value > limit)
			return NUM_RANGE;
		value *= 10;
	}
	*out = value;
	return NUM_OK;
}

bool
num_digits(const char *p, size_t n, int64_t *out)
{
	uint64_t digits;
	if (n - 1 > 7)
		return false;
	if (n >= 4) {
		uint32_t first, last;
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		digits = le32toh(first) | (uint64_t)le32toh(last) << (n - 4) * 8;
	} else { /* the middle of two is the last, and of one the first */
		digits = (uint64_t)(unsigned char)p[0] |
			 (uint64_t)(unsigned char)p[n / 2] << n / 2 * 8 |
			 (uint64_t)(unsigned char)p[n - 1] << (n - 1) * 8;
	}
	/* the last digit to the top, zeros before the first */
	digits = (digits ^ 0x3030303030303030u) << (8 - n) * 8;
	if (((digits + 0x7676767676767676u) | digits) & 0x8080808080808080u)
		return false;
	digits = digits * 10 + (digits >> 8); /* pairs, then fours, then all eight */
	digits = (digits & 0x00FF00FF00FF00FFu) * 100 + (digits >> 16 & 0x000000FF00FF00FFu);
	digits = (digits & 0x0000FFFF0000FFFFu) * 10000 + (digits >> 32 & 0x0000FFFFu);
	*out = (int64_t)(digits & 0xFFFFFFFFu);
	return true;
}

enum num_result
num_int(struct slice text, int64_t *out)
{
	if (num_digits(text.p, text.n, out))
		return NUM_OK;
	/* the common case: up to 18 plain digits */
	if (text.n > 0 && text.n <= 18) {
		int64_t value = 0;
		size_t i = 0;
		for (; i < text.n && is_digit(text.p[i]); i++)
			value = value * 10 + (text.p[i] - '0');
		if (i == text.n) {
			*out = value;
			return NUM_OK;
		}
	}
	struct parts parts;
	femto_t value;
	int tail;
	enum num_result result = take_apart(text, &parts);
	if (result == NUM_OK)
		result = scale(&parts, 0, &value, &tail);
	if (result != NUM_OK)
		return result;
	if (tail > 0)
		return NUM_FRACTION;
	if (value > INT64_MAX)
		return NUM_RANGE;
	*out = parts.negative ? -(int64_t)value : (int64_t)value;
	return NUM_OK;
}

enum num_result
num_decimal(struct slice text, femto_t *out)
{
	struct parts parts;
	femto_t value;
	int tail;
	enum num_result result = take_apart(text, &parts);
	if (result == NUM_OK)
		result = scale(&parts, DECIMALS, &value, &tail);
	if (result != NUM_OK)
		return result;
	if (tail == 3 || (tail == 2 && (value & 1)))
		value++;
	*out = parts.negative ? -value : value;
	return NUM_OK;
}

enum num_result
num_scaled(struct slice text, int power, femto_t *out)
{
	struct parts parts;
	femto_t value;
	int tail;
	enum num_result result = take_apart(text, &parts);
	if (result == NUM_OK)
		result = scale(&parts, power, &value, &tail);
	if (result != NUM_OK)
		return result;
	if (tail > 0)
		return NUM_FRACTION;
	*out = parts.negative ? -value : value;
	return NUM_OK;
}

/* Copies the number inside 'text' to 'plain' with '.' as the decimal point and no grouping; digits of a
 * fraction that have no room are left out.  SIZE_MAX: other digits have none. */
static size_t
plain_number(struct slice text, char plain[NUM_TEXT])
{
	size_t commas = 0, points = 0, last = text.n, n = 0;
	for (size_t i = 0; i < text.n; i++) {
		commas += text.p[i] == ',';
		points += text.p[i] == '.';
		if (text.p[i] == ',' || text.p[i] == '.')
			last = i;
	}
	/* the decimal mark: the last of two kinds; or a lone one, but "1,234" is grouped ("0,123" is not) */
	bool thousands = commas && text.n - last - 1 == 3 && text.p[0] != '0';
	bool mark = commas && points ? true : commas + points == 1 && !thousands;
	for (size_t i = 0; i < text.n; i++) {
		bool digit = is_digit(text.p[i]);
		if (!digit && !(i == last && mark))
			continue;
		if (n + 1 < NUM_TEXT)
			plain[n++] = (char)(digit ? text.p[i] : '.');
		else if (!mark || i <= last)
			return SIZE_MAX;
	}
	return n;
}

/* "2k", "1.5M", "3B": thousands, millions, billions; 1 for anything else.  Takes the letter off. */
static int64_t
take_multiple(struct slice *rest)
{
	bool alone = rest->n == 1 ||
		     (rest->n > 1 && (rest->p[1] == ' ' || rest->p[1] == '+' || rest->p[1] == ')'));
	int64_t times = !alone                                   ? 1
			: rest->p[0] == 'k' || rest->p[0] == 'K' ? 1000
			: rest->p[0] == 'M'                      ? 1000000
			: rest->p[0] == 'B'                      ? 1000000000
								 : 1;
	if (times > 1) {
		rest->p++;
		rest->n--;
	}
	return times;
}

enum num_result
num_human(struct slice text, femto_t *out, bool *about, bool *least)
{
	text = slice_trim(text);
	if (!text.n)
		return NUM_EMPTY;
	for (size_t i = 0; i < text.n; i++)
		if (strchr("\"{}[]\\", text.p[i]))
			return NUM_JUNK; /* torn out of something else */
	*about = text.p[0] == '~' || slice_starts(text, "\xE2\x89\x88");
	bool negative = text.p[0] == '(' && text.p[text.n - 1] == ')';
	size_t from = 0, to;
	while (from < text.n && !is_digit(text.p[from])) {
		negative |= text.p[from] == '-' ||
			    slice_starts(
				    (struct slice){ text.p + from, text.n - from }, "\xE2\x88\x92");
		if ((text.p[from] >= 'a' && text.p[from] <= 'z') && from > 4)
			return NUM_JUNK;
		from++;
	}
	if (from == text.n)
		return NUM_JUNK;
	bool leading_point = from > 0 && text.p[from - 1] == '.';
	for (to = from;
		to < text.n && (is_digit(text.p[to]) || text.p[to] == ',' || text.p[to] == '.');
		to++)
		;
	while (to > from && !is_digit(text.p[to - 1]))
		to--;
	struct slice rest = { text.p + to, text.n - to };
	int64_t times = take_multiple(&rest);
	*least = rest.n && rest.p[0] == '+';
	for (size_t i = 0; i < rest.n; i++)
		if (is_digit(rest.p[i]))
			return NUM_JUNK; /* two numbers in one cell */
	char plain[NUM_TEXT + 1];
	size_t n = plain_number((struct slice){ text.p + from, to - from }, plain + 1);
	if (n == SIZE_MAX)
		return NUM_RANGE;
	plain[0] = '.';
	enum num_result result = leading_point ? num_decimal((struct slice){ plain, n + 1 }, out)
					       : num_decimal((struct slice){ plain + 1, n }, out);
	const femto_t most = (femto_t)1 << 126; /* as large as num_decimal() takes */
	if (result == NUM_OK &&
		(!num_mul(*out, negative ? -times : times, out) || *out > most || *out < -most))
		return NUM_RANGE;
	return result;
}

femto_t
num_round(femto_t value, int decimals)
{
	femto_t unit = 1;
	for (int i = decimals; i < DECIMALS; i++)
		unit *= 10;
	femto_t size = value < 0 ? -value : value;
	femto_t rest = size % unit;
	size -= rest;
	if (rest * 2 > unit || (rest * 2 == unit && (size / unit) % 2))
		size += unit;
	return value < 0 ? -size : size;
}

char *
num_print(char buf[NUM_TEXT], femto_t value, int least, int most, bool grouped)
{
	value = num_round(value, most);
	bool negative = value < 0;
	femto_t size = negative ? -value : value;
	femto_t whole = size / FEMTO_PER_UNIT, part = size % FEMTO_PER_UNIT;
	char fraction[DECIMALS];
	for (int i = DECIMALS - 1; i >= 0; i--) {
		fraction[i] = (char)('0' + (int)(part % 10));
		part /= 10;
	}
	int decimals = most;
	while (decimals > least && fraction[decimals - 1] == '0')
		decimals--;
	char *at = buf + NUM_TEXT;
	*--at = '\0';
	for (int i = decimals - 1; i >= 0; i--)
		*--at = fraction[i];
	if (decimals)
		*--at = '.';
	int digits = 0;
	do {
		if (grouped && digits && digits % 3 == 0)
			*--at = ',';
		*--at = (char)('0' + (int)(whole % 10));
		whole /= 10;
		digits++;
	} while (whole && at > buf + 2);
	if (negative)
		*--at = '-';
	return memmove(buf, at, (size_t)(buf + NUM_TEXT - at));
}

char *
num_count(char buf[NUM_TEXT], int64_t value)
{
	return num_print(buf, (femto_t)value * FEMTO_PER_UNIT, 0, 0, true);
}

bool
num_mul(femto_t a, femto_t b, femto_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

static bool
only_digits(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0;
}

const char *
num_comma(char buf[NUM_COMMA], struct slice text)
{
	enum { LONGEST = 20, THOUSANDS = 3 };
	struct slice rest = slice_trim(text), whole, decimals;
	buf[0] = '\0';
	if (rest.n > LONGEST || !slice_cut(&rest, ',', &whole) || !rest.p)
		return buf;
	decimals = rest;
	rest = whole;
	if (rest.n && (rest.p[0] == '-' || rest.p[0] == '+'))
		rest = (struct slice){ rest.p + 1, rest.n - 1 };
	if (!only_digits(rest) || !only_digits(decimals))
		return buf;
	if (decimals.n == THOUSANDS) /* thousands, or three decimals */
		snprintf(buf, NUM_COMMA,
			"; without the comma it is " SLICE_FMT SLICE_FMT ", with a point " SLICE_FMT
			"." SLICE_FMT,
			SLICE_ARG(whole), SLICE_ARG(decimals), SLICE_ARG(whole),
			SLICE_ARG(decimals));
	else
		snprintf(buf, NUM_COMMA, "; with a point it is " SLICE_FMT "." SLICE_FMT,
			SLICE_ARG(whole), SLICE_ARG(decimals));
	return buf;
}
