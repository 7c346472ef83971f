/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speed-inside - what the parts of speed share: a question on its way through the sources. */
#ifndef HLLM_LOCAL_SPEED_INSIDE_H
#define HLLM_LOCAL_SPEED_INSIDE_H

#include "base/num.h"
#include "local/speed.h"

struct asking {
	const struct speeds *speeds;
	const struct fit_question *q;
	struct load load;
	const char *kind;        /* "dense", "moe" */
	double bandwidth, flops; /* of one unit; NAN flops: not known */
	double context;
	/* what was published of that model on that machine */
	const struct throughput **rows;
	size_t rows_n, rows_size;
};

/* The constants of the hardware's class; of a measure and kind that has_constants() has seen. */
const struct speed_class *asking_class(
	const struct asking *asking, enum speed_measure measure, const char *kind);
struct estimate speed_within(double value, const struct speed_class *class);
/* "119", "1,432", "8.3" */
const char *speed_print(char buf[NUM_TEXT], double value);
/* Frees the text. */
void speed_keep(char to[SPEED_TEXT], struct str *text);

/* From what the user measured; false: nothing that helps was. */
bool probe_decode(const struct asking *asking, struct speed *speed);
bool probe_prefill(const struct asking *asking, struct speed *speed);
/* Tokens/s of all requests at once, before arithmetic and cache bound them; 'exponent' is that of
 * the class.  The sentence goes to 'text'. */
bool probe_batch(const struct asking *asking, struct estimate exponent, struct estimate *all,
	struct str *text);

#endif
