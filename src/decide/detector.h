/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * detector - the inside of findings: one const struct a kind, at the end of its file.
 *
 * A detector is asked about one group (a workload's requests to one model of one biller)
 * that is paid in cash and reaches the minimum of data.
 */
#ifndef HLLM_DECIDE_DETECTOR_H
#define HLLM_DECIDE_DETECTOR_H

#include "decide/finding.h"

struct look {
	const struct finding_input *input;
	const struct traffic *traffic;
	const struct traffic_group *group;
	int number;                    /* of the group */
	const struct subject *subject; /* the workload; NULL: nothing is known of it */
	const struct finding_limit *limit;
	struct findings *out;
};

struct detector {
	enum finding_id id;
	/* also asked about groups without any cost in cash: what has no price */
	bool unpriced_too;
	void (*look)(struct look *look);
};

extern const struct detector find_cheaper_tier, find_batch, find_cache_unused, find_cache_missed,
	find_prompt_bloat, find_prompt_growth, find_retries, find_silent_fallback, find_duplicates,
	find_outliers, find_reasoning, find_retired_model, find_embeddings;

/* A new finding about the group, with its days, requests and tokens; its change is of 'kind'. */
struct finding *finding_add(struct look *look, enum finding_id id, enum change_kind kind);
/* One line: what was counted, and when. */
void finding_evidence(struct look *look, struct finding *finding, const char *fmt, ...)
	hl_printf(3, 4);

/* What is known of the workload; false when it is not.  Of a range the least. */
bool look_flag(const struct look *look, const char *name);
bool look_number(const struct look *look, const char *name, int64_t *number);
bool look_word(const struct look *look, const char *name, struct slice *word);
/* Is its type one that smaller models do: classification, extraction, …? */
bool look_routine(const struct look *look, struct slice *type);

int64_t look_input(const struct traffic_group *group);
/* At least that many tokens stand in 95 of 100 prompts: the lower end of a class; 0 unknown. */
int64_t look_floor(const struct traffic_group *group);
/* Is there a list price of this kind ("cache_read") for the group's model? */
bool look_priced(const struct look *look, const char *kind);

/* Requests too many: at least and at most. */
struct excess {
	int64_t low, high;
};
/*
 * Adds to the change what taps of 'kind' count beyond those of 'chance' (TAP_KINDS: none), as requests
 * that need not have been sent; the sum of requests.  Keys with a flag of 'but' are left out: all of
 * them is counted already.  Nothing is added unless they are at least
 * twice as many in all.  At least: as if all that is taken off or not counted were such requests,
 * and chance twice as large.
 */
struct excess look_taps(struct look *look, struct change *change, enum tap_kind kind,
	enum tap_kind chance, unsigned but);
/* Spreads tokens that are too many in a calendar month over the group's keys, as their tokens are. */
void look_spread(struct look *look, struct change *change, int month,
	const int64_t low[TOKEN_KINDS], const int64_t high[TOKEN_KINDS]);

#endif
