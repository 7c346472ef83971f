/* SPDX-License-Identifier: GPL-3.0-or-later */
/* count - adds what is known of one half hour, or of a month, to a tally; the inside of tally.c. */
#ifndef HLLM_WORK_COUNT_H
#define HLLM_WORK_COUNT_H

#include "work/tally.h"

/* What is known of one half hour when it is counted. */
struct counted {
	const struct audit_options *options;
	const struct month *month;
	const struct slot *slot;
	unsigned bits; /* of claims */
	struct cost cost;
	enum price_state state;
	const struct resolution *resolution;
	bool included;  /* a subscription covers it */
	int64_t tokens; /* all of them */
	const int64_t *
		hours; /* requests of each hour of the day, where the slot is a sum of several; or NULL */
	char currency[4]; /* of what was billed */
	femto_t billed;
};

/* Its list cost; 'spend': nobody states money for it, so that it is what was spent. */
void count_list(struct tally *tally, const struct counted *at, bool spend);
/* What was billed, as convert_billed() has set it. */
void count_billed(struct tally *tally, const struct counted *at);
/* In the currency that the user adds up in, if there is a rate for that time. */
void convert_billed(struct counted *at, int64_t when, bool *converted);
/* What a day of COUNT_PARTIAL adds; 'billed': its money counts. */
void count_partial(struct audit *audit, const struct counted *at, bool billed);
void count_tokens(struct tally *tally, const struct counted *at);
void count_requests(struct tally *tally, const struct counted *at);
/* Things of a whole month that no half hour holds. */
void count_month(struct tally *tally, const struct month *month);
void add_measures(struct tally *tally, const struct bin *total);

#endif
