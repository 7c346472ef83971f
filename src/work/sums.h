/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sums - what is added up by month, workload and model, and by workload and day, in every currency
 * for itself; the inside of history.c.
 */
#ifndef HLLM_WORK_SUMS_H
#define HLLM_WORK_SUMS_H

#include "base/index.h"
#include "work/month.h"
#include "work/tally.h"

struct amounts {
	int64_t requests, tokens[TOKEN_KINDS], unsplit;
	femto_t list[TOKEN_KINDS], list_other, low, high; /* low, high: spend */
};
void amounts_add(struct amounts *to, const struct amounts *more);
void amounts_take(struct amounts *from, const struct amounts *less);
bool amounts_any(const struct amounts *amounts);
/* The i-th of 'n' equal parts; the last takes what does not divide. */
struct amounts amounts_part(const struct amounts *whole, int64_t i, int64_t n);

enum {
	NAME_DIFFERENCE = 0, /* the workload that makes up for what workloads do not hold */
	MONEY_NONE = 0,      /* the currency of what has no money */
};

struct sum_cell {
	int month;
	uint32_t workload, model;
	int currency;
	bool no_model;
	struct amounts sum;
};

struct sum_day {
	int64_t day;
	uint32_t workload;
	int currency;
	struct amounts sum;
};

struct sums {
	struct slice *names; /* [NAME_DIFFERENCE] is none */
	size_t names_n, names_size;
	struct sum_cell *cells;
	size_t cells_n, cells_size;
	struct sum_day *days;
	size_t days_n, days_size;
	char currencies[CURRENCIES + 1][4]; /* [MONEY_NONE] is none */
	int currencies_n;
	struct index name_index, cell_index, day_index;
	struct arena *arena; /* of the names */
};
void sums_init(struct sums *sums, struct arena *arena);
void sums_free(struct sums *sums);
uint32_t sums_name(struct sums *sums, struct slice name);
/* -1: there are too many of them.  "" is MONEY_NONE. */
int sums_currency(struct sums *sums, const char *currency);
/* Valid until the next call.  Of 'key' all but the sum counts. */
struct amounts *sums_cell(struct sums *sums, const struct sum_cell *key);
struct amounts *sums_day(struct sums *sums, uint32_t workload, int currency, int64_t day);

#endif
