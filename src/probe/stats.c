/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/stats.h"

#include <stdlib.h>

#include "base/estimate.h"

double
stats_percentile(const double *sorted, size_t n, double q)
{
	if (n == 0)
		return MISSING;
	double at = q * (double)(n - 1);
	size_t below = (size_t)at;
	if (below >= n - 1)
		return sorted[n - 1];
	double share = at - (double)below;
	return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

size_t
stats_median_rank(size_t n)
{
	/* P(fewer than k of n lie below the median) = P(Bin(n, 1/2) < k), the same at both ends: the
	 * largest k with that at most 2.5 %.  In logarithms, since 2^-n is nothing from n = 1075 on. */
	double log_term = -(double)n * M_LN2;
	double below = 0;
	size_t rank = 0;
	for (size_t k = 0; k < n; k++) {
		below += exp(log_term);
		if (below > 0.025)
			break;
		rank = k + 1;
		log_term += log((double)(n - k) / (double)(k + 1));
	}
	return rank;
}

static int
compare_values(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Around the first value: what all values have in common must not eat their digits. */
static void
moments(const double *values, size_t n, struct summary *out)
{
	double sum = 0, squares = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i] - values[0];
	out->mean = values[0] + sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - out->mean) * (values[i] - out->mean);
	if (n > 1 && out->mean != 0)
		out->cov = sqrt(squares / (double)(n - 1)) / fabs(out->mean);
}

void
stats_summarize(double *values, size_t n, struct summary *out)
{
	*out = (struct summary){ n, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING,
		MISSING, MISSING };
	if (n == 0)
		return;
	qsort(values, n, sizeof(*values), compare_values);
	moments(values, n, out);
	out->least = values[0];
	out->most = values[n - 1];
	out->p50 = stats_percentile(values, n, 0.5);
	if (n >= STATS_P90_LEAST)
		out->p90 = stats_percentile(values, n, 0.9);
	if (n >= STATS_P99_LEAST)
		out->p99 = stats_percentile(values, n, 0.99);
	size_t rank = stats_median_rank(n);
	if (rank) {
		out->low = values[rank - 1];
		out->high = values[n - rank];
	}
}

double
stats_half_width(const struct summary *summary)
{
	/* MISSING where low and high are */
	return summary->p50 != 0 ? (summary->high - summary->low) / 2 / fabs(summary->p50)
				 : MISSING;
}
