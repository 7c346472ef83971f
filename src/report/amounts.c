/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/amounts.h"

#include <math.h>

#include "report/parts.h"

#define CELL_MOST 1e15

static femto_t
femto_of(double value, int decimals)
{
	double scale = pow(10, decimals);
	femto_t unit = FEMTO_PER_UNIT;
	for (int i = 0; i < decimals; i++)
		unit /= 10;
	return (femto_t)llround(value * scale) * unit;
}

static bool
is_shown(double value)
{
	return isfinite(value) && fabs(value) < CELL_MOST;
}

/* As many decimals as there is room for in a whole number of 63 bits. */
static int
fitting(double value, int decimals)
{
	while (decimals > 0 && fabs(value) * pow(10, decimals) > 4e18)
		decimals--;
	return decimals;
}

/* Says to how many decimals it is rounded: what is worked out from it cannot be more exact. */
static struct cell
estimated(struct cell cell, int places)
{
	cell.estimated = true;
	cell.places = places;
	return cell;
}

struct cell
number_cell(double value, int decimals, const char *reason)
{
	int places = fitting(value, decimals);
	return is_shown(value) ? estimated(cell_decimal(femto_of(value, places)), places)
			       : cell_none(reason);
}

struct cell
amount_cell(double value, const char *currency, const char *reason)
{
	return is_shown(value) ? estimated(cell_money(femto_of(value, 2), currency), 2)
			       : cell_none(reason);
}

struct cell
fraction_cell(double share, const char *reason)
{
	return is_shown(share) ? estimated(cell_share(femto_of(share, 6), FEMTO_PER_UNIT), 6)
			       : cell_none(reason);
}

static int
decimals_of(double value)
{
	double size = fabs(value);
	return size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4;
}

void
number_text(struct str *out, double value)
{
	char buf[NUM_TEXT];
	if (!is_shown(value)) {
		str_puts(out, "-");
		return;
	}
	int decimals = decimals_of(value);
	str_puts(out, num_print(buf, femto_of(value, decimals), 0, decimals, true));
}

void
amount_text(struct str *out, double value, const char *currency)
{
	if (!is_shown(value)) {
		str_puts(out, "-");
		return;
	}
	femto_t amount = femto_of(value, 2);
	money_text(out, amount, amount, currency);
}

void
months_text(struct str *out, double months)
{
	if (isnan(months)) {
		str_puts(out, "never");
		return;
	}
	char buf[NUM_TEXT];
	femto_t rounded = femto_of(months, 1);
	if (months > 0 && !rounded) {
		str_puts(out, "less than 0.1 months");
		return;
	}
	str_printf(out, "%s month%s", num_print(buf, rounded, 0, 1, true),
		rounded == FEMTO_PER_UNIT ? "" : "s");
}

void
months_range_text(struct str *out, double low, double high)
{
	char from[NUM_TEXT], to[NUM_TEXT];
	if (isnan(low)) {
		str_puts(out, "never");
	} else if (isnan(high)) {
		months_text(out, low);
		str_puts(out, " to never");
	} else if (femto_of(low, 1) == femto_of(high, 1)) {
		months_text(out, low);
	} else {
		str_printf(out, "%s to %s months", num_print(from, femto_of(low, 1), 0, 1, true),
			num_print(to, femto_of(high, 1), 0, 1, true));
	}
}

struct cell
text_cell(struct answer *answer, struct str *text)
{
	struct cell cell = cell_text(answer, str_as_slice(text));
	str_free(text);
	return cell;
}

struct cell
number_text_cell(struct answer *answer, double value)
{
	struct str text = STR_INIT;
	if (isnan(value))
		str_putc(&text, '-');
	else
		number_text(&text, value);
	return text_cell(answer, &text);
}
