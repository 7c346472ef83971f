/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures as people type them. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "base/near.h"
#include "base/num.h"
#include "econ/figure.h"

enum { NUMBERS = 3 }; /* of low-likely-high */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
skip_blanks(struct slice *rest)
{
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = (struct slice){ rest->p + 1, rest->n - 1 };
}

static bool
take(struct slice *rest, const char *what)
{
	if (!slice_starts(*rest, what))
		return false;
	size_t n = strlen(what);
	*rest = (struct slice){ rest->p + n, rest->n - n };
	return true;
}

/* A comma between thousands: digits before it, and three behind it. */
static bool
is_group(struct slice text, size_t i)
{
	return i > 0 && is_digit(text.p[i - 1]) && i + 3 < text.n && is_digit(text.p[i + 1]) &&
	       is_digit(text.p[i + 2]) && is_digit(text.p[i + 3]) &&
	       (i + 4 >= text.n || !is_digit(text.p[i + 4]));
}

/* Copies a sign, digits, a point and an exponent to 'plain'; how much of the text that took. */
static size_t
scan_number(struct slice text, char *plain, size_t size)
{
	size_t i = 0, n = 0, digits = 0;
	bool point = false;
	if (text.n && (text.p[0] == '-' || text.p[0] == '+'))
		plain[n++] = text.p[i++];
	for (; i < text.n && n + 8 < size; i++) {
		char c = text.p[i];
		bool dot = c == '.' && !point && !(i + 1 < text.n && text.p[i + 1] == '.');
		if (c == ',' && !point && is_group(text, i))
			continue;
		if (!is_digit(c) && !dot)
			break;
		point |= dot;
		digits += !dot;
		plain[n++] = c;
	}
	if (digits && i + 1 < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
		size_t sign = text.p[i + 1] == '-' || text.p[i + 1] == '+';
		size_t k = i + 1 + sign, more = n;
		plain[more++] = 'e';
		if (sign)
			plain[more++] = text.p[i + 1];
		for (; k < text.n && is_digit(text.p[k]) && more + 1 < size; k++)
			plain[more++] = text.p[k];
		if (is_digit(plain[more - 1])) {
			n = more;
			i = k;
		}
	}
	plain[n] = '\0';
	return digits ? i : 0;
}

/* The unit of the figure may stand behind the number: whole ("USD/kWh"), its head ("USD"), or
 * that in the singular ("month"). */
static void
take_unit(struct slice *rest, const char *unit)
{
	size_t head = strcspn(unit, "/"), n = 0;
	while (n < rest->n && !is_digit(rest->p[n]) && !strchr("-. \t", rest->p[n]) &&
		(signed char)rest->p[n] > 0)
		n++;
	struct slice word = { rest->p, n };
	bool one = head > 1 && unit[head - 1] == 's' && n == head - 1;
	if (n && (slice_is_nocase(word, unit) ||
			 ((n == head || one) && slice_same_nocase(word.p, unit, n))))
		*rest = (struct slice){ rest->p + n, rest->n - n };
}

/* "$0.30 USD/kWh", "20 %". */
static bool
take_value(struct slice *rest, const struct figure_kind *kind, double *value, bool *percent)
{
	char plain[64];
	skip_blanks(rest);
	if (slice_starts(slice_of(kind->unit), "USD") && take(rest, "$"))
		skip_blanks(rest);
	size_t n = scan_number(*rest, plain, sizeof(plain));
	if (!n)
		return false;
	*value = strtod(plain, NULL);
	*rest = (struct slice){ rest->p + n, rest->n - n };
	skip_blanks(rest);
	if (take(rest, "%"))
		*percent = true;
	else
		take_unit(rest, kind->unit);
	skip_blanks(rest);
	return true;
}

static bool
take_separator(struct slice *rest)
{
	return take(rest, "..") || take(rest, "\xE2\x80\x93") || take(rest, "-") ||
	       take(rest, "to ");
}

static bool
text_is_wrong(const struct figure_kind *kind, struct slice text, struct err *err)
{
	bool share = kind->shape == FIGURE_SHARE;
	char comma[NUM_COMMA];
	return err_set(err, FAULT_USAGE,
		"%s: \"" SLICE_FMT "\" is not a number; expected %s (%s), or a range such as %s%s",
		kind->name, SLICE_ARG(text), share ? "a share" : "a number",
		share ? "0.2 or 20 %" : kind->unit, share ? "10-20 %" : "2-5",
		num_comma(comma, text));
}

bool
figure_parse(enum figure figure, struct slice text, struct estimate *out, struct err *err)
{
	const struct figure_kind *kind = &figure_kinds[figure];
	struct slice rest = slice_trim(text);
	double values[NUMBERS];
	bool percent = false;
	int n = 0;
	do {
		if (n == NUMBERS || !take_value(&rest, kind, &values[n], &percent))
			return text_is_wrong(kind, text, err);
		n++;
	} while (take_separator(&rest));
	if (rest.n)
		return text_is_wrong(kind, text, err);
	char allowed[FIGURE_TEXT];
	if (percent && kind->shape != FIGURE_SHARE)
		return err_set(err, FAULT_USAGE,
			"%s: \"" SLICE_FMT "\" is a percentage; expected %s", kind->name,
			SLICE_ARG(text), figure_allowed(figure, allowed));
	for (int i = 0; percent && i < n; i++)
		values[i] /= 100;
	struct estimate value = n == 1   ? estimate_of(values[0])
				: n == 2 ? estimate_between(values[0], values[1])
					 : (struct estimate){ values[0], values[1], values[2] };
	if (n == 2 && kind->shape == FIGURE_WHOLE)
		value.likely = floor(value.likely);
	if (!figure_check(figure, value, err))
		return false;
	*out = value;
	return true;
}

bool
figures_set(struct figures *figures, struct slice name, struct slice text, const char *source,
	struct err *err)
{
	const char *nearest;
	char hint[NEAR_TEXT];
	int figure = figure_find(slice_trim(name), &nearest);
	if (figure < 0)
		return err_set(err, FAULT_USAGE, "\"" SLICE_FMT "\" is not an assumption%s",
			SLICE_ARG(name),
			near_said(hint, nearest, "; hllm-economics(7) lists them"));
	struct figure_value *value = &figures->of[figure];
	if (!figure_parse((enum figure)figure, text, &value->value, err))
		return false;
	value->given = true;
	value->source = source;
	return true;
}
