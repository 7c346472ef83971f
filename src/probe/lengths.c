/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/lengths.h"

#include "base/estimate.h"

/* 1/g and 1/g², where g = 1.3247… is the root of g³ = g + 1. */
static const double step_prompt = 0.7548776662466927, step_output = 0.5698402909980532;

static double
fraction(double value)
{
	return value - floor(value);
}

/* The value that a share of u of the distribution lies below. */
static int64_t
inverse(const struct dist *dist, double u)
{
	double left = u * (double)dist_total(dist);
	int class = -1;
	for (int i = 0; i < DIST_ENDS; i++) {
		if (dist->counts[i] <= 0)
			continue;
		class = i;
		if (left < (double)dist->counts[i])
			break;
		left -= (double)dist->counts[i];
	}
	if (class < 1)
		return 0;
	int64_t low = dist_ends[class - 1] + 1;
	/* the last class has no end: what is longer than all others is as long as it is at least */
	if (class == DIST_ENDS - 1)
		return low;
	double width = (double)(dist_ends[class] - low + 1);
	int64_t value = low + (int64_t)(left / (double)dist->counts[class] * width);
	return value > dist_ends[class] ? dist_ends[class] : value;
}

static bool
varies(const struct dist *dist)
{
	int classes = 0;
	for (int i = 0; dist && i < DIST_ENDS; i++)
		classes += dist->counts[i] > 0;
	return classes > 1;
}

static int64_t
drawn(const struct dist *dist, int64_t mean, double u)
{
	int64_t value = mean;
	/* all alike, as far as anyone can tell: their mean is nearer than any place in their class */
	bool alike = dist && !varies(dist) && dist->counts[dist_class(mean)] > 0;
	if (dist && !alike && dist_total(dist) > 0)
		value = inverse(dist, u);
	return value > 0 ? value : 1;
}

struct length
lengths_draw(const struct lengths *lengths, uint64_t i)
{
	struct length out = { 0 };
	double n = (double)(i + 1);
	out.prompt = drawn(
		lengths->prompts, lengths->prompt, fraction(lengths->start + n * step_prompt));
	out.output = drawn(
		lengths->outputs, lengths->output, fraction(lengths->start + n * step_output));
	if (lengths->context <= 1)
		return out;
	/* the prompt gives way last: its length is what reading it costs */
	if (out.prompt > lengths->context - 1) {
		out.prompt = lengths->context - 1;
		out.cut = true;
	}
	if (out.output > lengths->context - out.prompt) {
		out.output = lengths->context - out.prompt;
		out.cut = true;
	}
	return out;
}

bool
lengths_vary(const struct lengths *lengths)
{
	return varies(lengths->prompts) || varies(lengths->outputs);
}

double
lengths_distance(const struct dist *a, const struct dist *b)
{
	double all_a = (double)dist_total(a), all_b = (double)dist_total(b);
	if (all_a <= 0 || all_b <= 0)
		return MISSING;
	double most = 0, sum_a = 0, sum_b = 0;
	for (int i = 0; i < DIST_ENDS; i++) {
		sum_a += (double)a->counts[i];
		sum_b += (double)b->counts[i];
		most = fmax(most, fabs(sum_a / all_a - sum_b / all_b));
	}
	return most;
}
