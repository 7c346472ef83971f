/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collect - deals the half hours of an audit out to sums; the inside of history.c. */
#ifndef HLLM_WORK_COLLECT_H
#define HLLM_WORK_COLLECT_H

#include "work/calendar.h"
#include "work/sums.h"

struct collector {
	struct sums sums;
	struct calendar calendar;
	const struct pool *pool;
	const struct audit_options *options;
	femto_t spread[CURRENCIES + 1]; /* of lines of more than a day, by currency */
	int64_t last_day; /* of months whose days are not told apart; DAY_NONE: none */
	/* of the month at hand */
	uint32_t key;
	int number;
	uint32_t model, workload;
	bool no_model, begun;
	const struct calendar_month *days;
};
/* Runs an audit with hooks of its own; 'audit' is the caller's to free. */
void collect(struct collector *collector, struct pool *pool, const struct audit_options *options,
	struct arena *arena, struct audit *audit);
void collector_free(struct collector *collector);

#endif
