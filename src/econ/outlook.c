/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* How much longer a side of the triangle is than the part of it inside of the range, so that the
 * two tails together hold 20 %: (1 - 1/k)^2 = 0.2. */
#define TAIL_FACTOR 1.8090169943749475 /* 1 / (1 - sqrt(0.2)) */

static uint64_t
splitmix64(uint64_t x)
{
	x += 0x9E3779B97F4A7C15u;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

/* Uniform in (0, 1): a multiple of 2^-53 and a half. */
static double
uniform(uint64_t seed, uint64_t draw, uint64_t figure)
{
	uint64_t bits = splitmix64(splitmix64(splitmix64(seed) + draw) + figure);
	return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

/* Where a triangle from a over its top at c to b has the share u to its left. */
static double
triangle(double a, double c, double b, double u)
{
	if (u * (b - a) < c - a)
		return a + sqrt(u * (b - a) * (c - a));
	return b - sqrt((1 - u) * (b - a) * (b - c));
}

double
outlook_draw(const struct figures *figures, enum figure figure, uint64_t seed, uint64_t draw)
{
	struct estimate range = figures->of[figure].value;
	const struct figure_kind *kind = &figure_kinds[figure];
	if (estimate_is_exact(range) || isnan(range.likely))
		return range.likely;
	double value = triangle(range.likely - TAIL_FACTOR * (range.likely - range.low),
		range.likely, range.likely + TAIL_FACTOR * (range.high - range.likely),
		uniform(seed, draw, (uint64_t)figure));
	if (kind->shape == FIGURE_WHOLE)
		value = floor(value + 0.5);
	return value < kind->least ? kind->least : value > kind->most ? kind->most : value;
}

/* The value that has 'rank' others below it.  Reorders them (Hoare 1961, "find"). */
static double
ranked(double *values, int n, int rank)
{
	int low = 0, high = n - 1;
	while (low < high) {
		double pivot = values[rank];
		int i = low, j = high;
		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (pivot < values[j])
				j--;
			if (i <= j) {
				double swap = values[i];
				values[i++] = values[j];
				values[j--] = swap;
			}
		}
		if (j < rank)
			low = i;
		if (rank < i)
			high = j;
	}
	return values[rank];
}

static struct estimate
spread(double *values, int n, double likely)
{
	struct estimate e = { ranked(values, n, n / 10), likely,
		ranked(values, n, n - 1 - n / 10) };
	if (likely < e.low)
		e.low = likely;
	if (likely > e.high)
		e.high = likely;
	return e;
}

/* Never is later than any month. */
static double
or_never(double months)
{
	return isnan(months) ? UNBOUNDED : months;
}

static double
or_missing(double months)
{
	return isinf(months) ? MISSING : months;
}

static struct estimate
spread_months(double *values, int n, double likely)
{
	struct estimate e = spread(values, n, or_never(likely));
	return (struct estimate){ or_missing(e.low), likely, or_missing(e.high) };
}

/* What all draws gave, figure by figure; net and cumulative by month, then by draw. */
struct draws {
	int n, months;
	double *net, *cumulative;
	double *break_even, *npv, *total;
};

static void
draw_one(const struct figures *figures, uint64_t seed, int i, struct draws *draws,
	struct outlook *out)
{
	double values[FIGURES], net[FIGURE_MONTHS_MOST + 1], sum = 0;
	struct cash_answer answer;
	for (int f = 0; f < FIGURES; f++)
		values[f] = outlook_draw(figures, (enum figure)f, seed, (uint64_t)i);
	values[FIGURE_HORIZON] = draws->months;
	cash_answer(values, net, &answer);
	for (int m = 0; m <= draws->months; m++) {
		sum += net[m];
		draws->net[(size_t)m * (size_t)draws->n + (size_t)i] = net[m];
		draws->cumulative[(size_t)m * (size_t)draws->n + (size_t)i] = sum;
	}
	draws->break_even[i] = or_never(answer.break_even);
	draws->npv[i] = answer.npv;
	draws->total[i] = answer.total;
	if (cash_pays(answer.outcome)) {
		out->pays_share++;
		out->month[(int)ceil(answer.break_even)].paid_share++;
	} else if (isnan(answer.break_even)) {
		out->never_share++;
	} else {
		out->beyond_life_share++;
	}
}

static void
sum_up(const struct figures *figures, struct draws *draws, struct outlook *out)
{
	double values[FIGURES], net[FIGURE_MONTHS_MOST + 1], sum = 0, paid = 0;
	int n = draws->n;
	figures_values(figures, FIGURE_LIKELY, values);
	cash_answer(values, net, &out->likely);
	figures_corner(figures, true, values);
	cash_answer(values, NULL, &out->best);
	figures_corner(figures, false, values);
	cash_answer(values, NULL, &out->worst);
	for (int m = 0; m <= draws->months; m++) {
		size_t row = (size_t)m * (size_t)n;
		sum += net[m];
		paid += out->month[m].paid_share;
		out->month[m].net = spread(draws->net + row, n, net[m]);
		out->month[m].cumulative = spread(draws->cumulative + row, n, sum);
		out->month[m].paid_share = paid / n;
	}
	out->break_even = spread_months(draws->break_even, n, out->likely.break_even);
	out->npv = spread(draws->npv, n, out->likely.npv);
	out->total = spread(draws->total, n, out->likely.total);
	out->pays_share /= n;
	out->beyond_life_share /= n;
	out->never_share /= n;
}

void
outlook_of(const struct figures *figures, uint64_t seed, int n, struct outlook *out)
{
	if (n < 10)
		BUG("an outlook of %d draws has no percentiles", n);
	int months = (int)figures->of[FIGURE_HORIZON].value.likely;
	size_t cells = (size_t)n * ((size_t)months + 1);
	double *memory = xmalloc((2 * cells + 3 * (size_t)n) * sizeof(double));
	struct draws draws = {
		.n = n,
		.months = months,
		.net = memory,
		.cumulative = memory + cells,
		.break_even = memory + 2 * cells,
		.npv = memory + 2 * cells + n,
		.total = memory + 2 * cells + 2 * (size_t)n,
	};
	*out = (struct outlook){ .draws = n, .months = months };
	for (int i = 0; i < n; i++)
		draw_one(figures, seed, i, &draws, out);
	sum_up(figures, &draws, out);
	free(memory);
}
