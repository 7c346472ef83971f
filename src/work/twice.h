/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * twice - logs that seem to hold the same requests without our being able to tell which.
 *
 * Requests are the same when their ids are, or without ids all that their lines say.  One log
 * with ids and another without, or two that say different things of the same requests, are
 * counted twice.  What gives them away: in the same half hours they have the same number of
 * requests and the same sums of tokens, and nothing was taken off there.
 */
#ifndef HLLM_WORK_TWICE_H
#define HLLM_WORK_TWICE_H

#include "work/pool.h"

struct twice {
	const struct source *one,
		*other;   /* the two that share most, in order of names; NULL: none do */
	int64_t requests; /* of one of them, in the half hours that agree */
	int64_t half_hours;
	size_t pairs; /* how many pairs of sources there are */
};

/*
 * A pair counts when at least five requests agree, in at least three half hours or in all that
 * one of the two has, and some half hour is no multiple of one request: programs that send the
 * same prompt by the clock agree by chance.
 */
struct twice twice_find(const struct pool *pool);

#endif
