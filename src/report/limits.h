/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits - what `hllm check` compares with: the check block and the limit blocks of hllm.conf. */
#ifndef HLLM_REPORT_LIMITS_H
#define HLLM_REPORT_LIMITS_H

#include "conf/conf.h"

/* The check block, with the defaults where it says nothing.  0 turns a check off. */
struct check_settings {
	femto_t spike;       /* times what is usual */
	femto_t spike_floor; /* and so much a day above it, in units of the currency */
	femto_t fallback;    /* share of local work that goes to an API, 0..1; below 0: off */
	int64_t price_age;   /* days */
	int64_t data_age;    /* days */
	bool flips;
	const struct conf_item *servers; /* URLs; NULL: none */
};
/* A NULL conf is the defaults.  False: err names file and line. */
bool check_settings_load(
	struct check_settings *settings, const struct conf *conf, struct err *err) hl_must_check;

/* What a limit can be about; gauge_infos[] has a row for each. */
enum gauge {
	GAUGE_COST_PER_DAY,
	GAUGE_COST_PER_REQUEST,
	GAUGE_REQUESTS_PER_DAY,
	GAUGE_TOKENS_PER_REQUEST,
	GAUGE_INPUT_PER_REQUEST,
	GAUGE_OUTPUT_PER_REQUEST,
	GAUGE_CACHE_SHARE,
	GAUGE_ERROR_RATE,
	GAUGE_LATENCY_P95,
	GAUGES
};
struct gauge_info {
	const char *id;             /* in hllm.conf: "cost_per_request" */
	const char *before, *after; /* of a sentence: "cost ", " a request" */
	const char *unit;           /* "requests", "tokens", "ms"; "" money; "share" 0..1 */
};
extern const struct gauge_info gauge_infos[GAUGES];

struct limit {
	const struct conf_section *section;
	struct slice name;                /* its title */
	const struct conf_item *workload; /* globs; NULL: everything together */
	enum gauge gauge;
	bool has_above, has_below;
	femto_t above, below; /* shares as 0..1 */
	int64_t days;         /* up to the last complete one */
};
enum { LIMIT_DAYS = 7, LIMIT_DAYS_MOST = 366 };

struct limits {
	struct limit *items; /* in file order */
	size_t n;
	struct arena arena;
};
bool limits_load(struct limits *limits, const struct conf *conf, struct err *err) hl_must_check;
void limits_free(struct limits *limits);

#endif
