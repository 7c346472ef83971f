/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * breakeven - the answer of `hllm breakeven`: when hardware of one's own has paid for itself,
 * in three scenarios, with what it rests on and what moves it.
 */
#ifndef HLLM_REPORT_BREAKEVEN_H
#define HLLM_REPORT_BREAKEVEN_H

#include "econ/sensitivity.h"
#include "report/chart.h"
#include "report/prospect.h"

/* Another machine for the same work. */
struct rival {
	const struct hardware *hardware;
	int units;
	size_t moves_n; /* workloads that fit on it and move */
	struct prospect scenario;
	struct slice models; /* from the moves' arena: "qwen2.5-32b, bge-m3" */
};

struct breakeven {
	struct answer *answer;
	const struct plan *plan;
	const struct moves *moves;        /* NULL: from figures alone */
	const struct moves *work;         /* the same, or the one that stands for the figures */
	const struct prospect *scenarios; /* as many as there are classes, or one */
	size_t scenarios_n;
	const struct prospect *main; /* the one that the headline speaks of */
	const struct choice_question *choice;
	bool explain;
	int64_t within;                    /* months; 0 not asked */
	int64_t target;                    /* months; 0 not asked */
	const struct hardwares *catalogue; /* NULL: none to look for the same to rent */
	const struct rival *rivals;        /* ranked */
	size_t rivals_n;
	bool period_short; /* less than two weeks of data stand for a month */
	int64_t days;
	const char
		*stated; /* from figures alone: what the API side is, "5,000 requests a day of …" */
	double requests; /* a day, of what moves in the main scenario; NAN not known */
};

void breakeven_report(const struct breakeven *breakeven);
/* The parts, in files of their own. */
void breakeven_plan(const struct breakeven *breakeven);
void breakeven_moves(const struct breakeven *breakeven);
void breakeven_speeds(const struct breakeven *breakeven);
void breakeven_capacity(const struct breakeven *breakeven);
void breakeven_cash(const struct breakeven *breakeven);
void breakeven_sensitivity(const struct breakeven *breakeven);
void breakeven_assumptions(const struct breakeven *breakeven);
void breakeven_rivals(const struct breakeven *breakeven);
void breakeven_target(const struct breakeven *breakeven);
/* Where their numbers come from, as far as that depends on the row; once all of them stand. */
void breakeven_origins(const struct breakeven *breakeven);
/* How the ends of ranges were found, for the columns that have them. */
#define BREAKEVEN_DRAWS                                                             \
 "The plan was worked out 2,000 times, each time with every assumption drawn from " \
 "its range (seed 1): "
/* Buying it against renting the same. */
void breakeven_rent(const struct breakeven *breakeven);
/* "14.2 months", "never: running it costs more than it avoids" */
void prospect_text(struct str *out, const struct prospect *scenario);
/* "20 %", "0.17": a figure's value as people write it. */
void figure_text(struct str *out, enum figure figure, double value);
/* Of the machine: "RTX 4090", "2 x RTX 4090", "the plan". */
void breakeven_name(struct str *out, const struct plan *plan);

/* Pictures of the main scenario: what API and own hardware have cost by each month; what moves the answer. */
void breakeven_chart(const struct breakeven *breakeven, struct chart *chart);
void breakeven_tornado(const struct breakeven *breakeven, struct chart *chart);

#endif
