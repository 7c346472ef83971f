/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace - where a number comes from: the price rows that made it, with how many tokens
 * each, and the lines of which files.
 */
#ifndef HLLM_WORK_TRACE_H
#define HLLM_WORK_TRACE_H

#include "work/tally.h"

/* What of the audit is asked for. */
struct trace_target {
	enum { TRACE_TOTAL, TRACE_WORKLOAD, TRACE_MODEL } what;
	struct slice name, biller; /* biller "": any */
	struct slice model;        /* of a workload: its part of this model; "": all of it */
	bool billed;               /* what was billed, else list prices */
};

/* Tokens of one kind at one price. */
struct trace_price {
	const struct price_row *row; /* NULL: no price */
	enum token_kind kind;
	struct slice model; /* as the source names it */
	struct slice rule;  /* how the name was resolved */
	int modifier;       /* thousandths */
	int64_t tokens;
	femto_t amount;
};

struct trace_source {
	const struct source *source; /* NULL: what several sources share, taken off once */
	int64_t records;
	femto_t billed;
	uint64_t first_line, last_line;
};

/* A half hour of a key that went into the number. */
struct trace_spot {
	uint32_t key; /* of the pool */
	int month, slot;
};
enum { SPOTS_MOST = 64 };

struct trace {
	struct trace_target target;
	const struct period *period; /* what the audit looks at; NULL: everything */
	bool beyond; /* a month of its sources has more than that: they are told of whole months */
	struct trace_price *prices;
	size_t prices_n, prices_size;
	struct trace_source *sources;
	size_t sources_n, sources_size;
	femto_t low, high, billed; /* of all that was met */
	struct trace_spot spots[SPOTS_MOST];
	size_t spots_n;
	bool spots_full; /* there were more */
	const struct month *last_month;
	uint32_t last_key;
	int last_number;
};

/* The hook for audit_options.each; arg is a struct trace with its target set. */
void trace_each(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution);
void trace_free(struct trace *trace);

/* A large request, and where it stands. */
struct trace_request {
	const struct source *source;
	struct slice model;
	struct tap tap;
};
struct trace_requests {
	struct trace_request *items; /* the largest first */
	size_t n, size;
	struct arena arena;
};
/* The largest requests behind the target; 'ledger' is for sources that are stored (may be NULL). */
bool trace_largest(const struct trace_target *target, const struct workload_rules *rules,
	const struct sources *sources, struct ledger *ledger, struct trace_requests *out,
	struct err *err) hl_must_check;
void trace_requests_free(struct trace_requests *requests);

#endif
