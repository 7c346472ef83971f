/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worked - what the inputs of a case come to, by its own figures alone: nothing that it does not
 * mention is added to it.  hllm-economics(7) has every formula.
 *
 *	before      = api_monthly, else what its lines say, else requests · list price of the tokens
 *	remaining   = remaining_api, else its lines, else before · (1 - moved), else 0
 *	local       = monthly, else its lines and rent + energy + people + maintenance beside them
 *	saving      = before - remaining - local
 *	break-even  = (capex + setup_hours · rate) / (saving + amortization, if local contains it),
 *	              or by the month, where growth, ramp, decline and so on are stated
 *
 * To say why a stated result is off, the same is worked out in wrong ways that people take.
 */
#ifndef HLLM_ECON_WORKED_H
#define HLLM_ECON_WORKED_H

#include "econ/list.h"
#include "econ/parts.h"

enum world {
	WORLD_TRUE,
	WORLD_MEAN_PRICE, /* (input + output) / 2 for every token */
	WORLD_CAPACITY,   /* as many requests as the hardware could do */
	WORLD_IDLE_FREE,  /* fixed cost by the hour of work; no power between */
	WORLD_AMORTIZED,  /* capex, and amortization in the running cost */
	WORLD_TWICE,      /* parts that the running cost contains, added again */
	WORLD_NO_PEOPLE,  /* hours of work that are not paid */
	WORLDS,
};

struct work_ask {
	const struct list *list;
	struct arena *arena;
	const struct plan_case *plan;
	/* days of a month where the case does not say: with requests, and with the machine on */
	struct bounds days, on_days;
	enum world world;
	bool as_stated; /* a running cost is paid in cash, whatever it is said to contain */
};

struct worked {
	struct list_rates rates;
	struct bounds days, on_days, requests; /* requests a month */
	struct bounds listed;                  /* a month, by list prices */
	struct bounds before, remaining, local, capex, life;
	struct bounds energy, people, amortization;
	struct bounds cash;       /* 'local' without the amortization that it is said to contain */
	struct bounds work_hours; /* a day, of one machine that does all */
	/* What each stated result should be, from FIELD_STATED on; NAN: cannot be told. */
	struct bounds of[FIELDS];
	/* The local cost of a request is worked out at full speed, day and night: it cannot be less. */
	bool at_full_speed;
	bool local_known;
};

void worked_of(const struct work_ask *ask, struct worked *out);

/* USD a request, of that many tokens each; NAN: tokens or prices are not known. */
struct bounds request_cost(const struct list_rates *rates, const struct plan_row *row,
	const struct plan_case *plan, bool mean);
/* A figure of a row, else of its case. */
struct bounds row_or_case(
	const struct plan_row *row, const struct plan_case *plan, enum sheet_field field);
/* What the plan rows say of a figure of the cash flow, or (FIGURES) of any of them; NULL: nothing.
 * */
const struct row_figure *case_figure(const struct plan_case *plan, enum figure figure);

/* A month: what is not paid any more, and what running locally costs in cash. */
struct cash_terms {
	struct bounds avoided, cash;
};
/* The break-even and the first year of a case whose months differ, by cash_flow(). */
void worked_by_month(
	const struct plan_case *plan, struct worked *w, const struct cash_terms *terms);
/* Months, by cash alone; NAN: never. */
struct bounds break_even_of(struct bounds capex, struct bounds saving);

#endif
