/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* Beyond these a double has no room for ticks between two values. */
#define LARGEST  1e15
#define NARROW   1e-9
#define SMALLEST 1e-12

/* The smallest of 1, 2, 5 times a power of ten that is not below 'least'. */
static double
nice_step(double least)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double power = pow(10, floor(log10(least)));
	for (size_t i = 0; i < HL_COUNT(steps); i++)
		if (steps[i] * power >= least * (1 - NARROW))
			return steps[i] * power;
	return 10 * power;
}

static double
step_of(enum chart_quantity quantity, double least)
{
	static const double months[] = { 1, 2, 3, 6, 12, 24, 36, 60, 120 };
	if (quantity != CHART_MONTHS || least <= 0.5)
		return nice_step(least);
	for (size_t i = 0; i < HL_COUNT(months); i++)
		if (months[i] >= least * (1 - NARROW))
			return months[i];
	return 12 * nice_step(least / 12);
}

/* Finite ends with room between them. */
static void
settle_ends(double *low, double *high)
{
	if (!isfinite(*low) || !isfinite(*high) || *low > *high) {
		*low = 0;
		*high = 1;
	}
	*low = fmin(fmax(*low, -LARGEST), LARGEST);
	*high = fmin(fmax(*high, -LARGEST), LARGEST);
	double room = fmax(SMALLEST, NARROW * fmax(fabs(*low), fabs(*high)));
	if (*high - *low >= room)
		return;
	double middle = *low;
	*low = middle > 0 ? 0 : middle < 0 ? 2 * middle : 0;
	*high = middle > 0 ? 2 * middle : middle < 0 ? 0 : 1;
	if (*high - *low < SMALLEST)
		*high = *low + 1;
}

/* In steps from 0: the last tick that is not above 'low', or ('whole' not) the first not below. */
static double
first_tick(double low, double step, bool whole)
{
	return whole ? floor(low / step + NARROW) : ceil(low / step - NARROW);
}

static double
last_tick(double high, double step, bool whole)
{
	return whole ? ceil(high / step - NARROW) : floor(high / step + NARROW);
}

void
scale_fit(struct scale *scale, const struct chart_axis *axis, double low, double high, int most,
	bool whole)
{
	if (axis->from_zero) {
		low = fmin(low, 0);
		high = fmax(high, 0);
	}
	if (most < 3)
		BUG("%d ticks", most);
	if (axis->quantity == CHART_DATES) {
		scale_fit_dates(scale, &(struct scale_dates){ low, high, .whole = whole }, most);
		return;
	}
	settle_ends(&low, &high);
	double step = step_of(axis->quantity, (high - low) / (2 * most));
	double first = first_tick(low, step, whole), last = last_tick(high, step, whole);
	while (last - first >= most) {
		step = step_of(axis->quantity, step * 1.5);
		first = first_tick(low, step, whole);
		last = last_tick(high, step, whole);
	}
	*scale = (struct scale){ .quantity = axis->quantity,
		.currency = axis->currency,
		.low = whole ? first * step : low,
		.high = whole ? last * step : high,
		.first = first * step,
		.step = step,
		.ticks_n = (int)(last - first) + 1 };
}

double
scale_tick(const struct scale *scale, int i)
{
	if (scale->quantity == CHART_DATES)
		return scale_tick_date(scale, i);
	double value = scale->first + i * scale->step;
	return fabs(value) < scale->step * NARROW ? 0 : value;
}

double
scale_place(const struct scale *scale, double value)
{
	if (isinf(value))
		return value > 0 ? 1 : 0;
	return (value - scale->low) / (scale->high - scale->low);
}

/* Thousands from 10,000 on, so that 1,200 stays what people would write. */
static double
unit_of(double largest, const char **suffix)
{
	static const struct {
		double from, unit;
		const char *suffix;
	} units[] = { { 1e12, 1e12, "T" }, { 1e9, 1e9, "B" }, { 1e6, 1e6, "M" },
		{ 1e4, 1e3, "k" } };
	for (size_t i = 0; i < HL_COUNT(units); i++) {
		if (largest < units[i].from * (1 - NARROW))
			continue;
		*suffix = units[i].suffix;
		return units[i].unit;
	}
	*suffix = "";
	return 1;
}

/* As many decimals as tell one tick from the next. */
static int
decimals_of(double step)
{
	int decimals = 0;
	while (decimals < 12 && fabs(step - nearbyint(step)) > 1e-6 * step) {
		step *= 10;
		decimals++;
	}
	return decimals;
}

static void
put_grouped(struct str *out, double value, int decimals)
{
	char digits[64];
	int n = snprintf(digits, sizeof(digits), "%.*f", decimals, value);
	if (n < 0 || (size_t)n >= sizeof(digits))
		BUG("a label of %d digits", n);
	const char *point = strchr(digits, '.');
	size_t whole = point ? (size_t)(point - digits) : (size_t)n;
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			str_putc(out, ',');
		str_putc(out, digits[i]);
	}
	str_puts(out, digits + whole);
}

void
scale_label(struct str *out, const struct scale *scale, double value)
{
	if (scale->quantity == CHART_DATES) {
		scale_label_date(out, scale, value);
		return;
	}
	bool money = scale->quantity == CHART_MONEY, share = scale->quantity == CHART_SHARE;
	bool dollars = money && (!scale->currency[0] || strcmp(scale->currency, "USD") == 0);
	double factor = share ? 100 : 1;
	const char *suffix = "";
	double unit = share ? 1 : unit_of(fmax(fabs(scale->low), fabs(scale->high)), &suffix);
	int decimals = decimals_of(scale->step * factor / unit);
	if (money && !suffix[0] && decimals == 1)
		decimals = 2; /* $0.50 */
	if (value < 0)
		str_putc(out, '-');
	if (dollars)
		str_putc(out, '$');
	put_grouped(out, fabs(value) * factor / unit, value == 0 ? 0 : decimals);
	str_puts(out, value == 0 ? "" : suffix);
	if (share)
		str_puts(out, " %");
	if (money && !dollars)
		str_printf(out, " %s", scale->currency);
}
