/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flip - the smallest change of one attribute that changes a verdict.
 *
 * A number changes to a multiple of its step (attributes.conf); the change measures as
 * its share of the value, |to - from| / |from|, in steps where the value is 0, and for a range
 * from its nearer end, so 0 inside of it.  Another word or flag measures 1, so as much as a
 * number doubled or gone; what is not known yet and would have to be found out measures 2.
 * Of equal measures the attribute first in attributes.conf, and its lower number, come first.
 *
 * This is exact unless the attribute is in arithmetic or in a function: then it is sampled.
 */
#ifndef HLLM_DECIDE_FLIP_H
#define HLLM_DECIDE_FLIP_H

#include "decide/verdict.h"

struct flip {
	size_t attribute;
	struct attribute to;
	struct outcome then;
	long double measure;
	bool sampled;
};

struct flips {
	struct flip *items; /* the nearest of each attribute that has one; the smallest first */
	size_t n, size;
	/* the smallest to another verdict than undecided, where the first is to that: 100 calls a day
	 * may be undecided, and 101 local */
	struct flip decided;
	bool has_decided;
};
/* 'values' with what is assumed. */
void flips_find(struct flips *flips, const struct policy *policy, const struct attribute *values);
void flips_free(struct flips *flips);

long double flip_measure(const struct attribute_info *info, const struct attribute *from,
	const struct attribute *to);
/* "12 more calls a day", "context_tokens under 32,000 tokens", "quality = frontier", without the verdict. */
void flip_print(struct str *out, const struct policy *policy, const struct attribute *values,
	const struct flip *flip);
/* "local, with fallback" */
void outcome_print(struct str *out, const struct outcome *outcome);

#endif
