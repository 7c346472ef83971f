/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * figure - every input of a plan: what it is called, its unit, what it is when nobody says,
 * where that comes from, what it may be, and which way it pushes the break-even.
 *
 * One row a figure in figure_kinds[]; options, hllm.conf, plan files, manuals and tests all
 * read that table.  A share is a number from 0 to 1 ("0.2" or "20 %").  Money is in the one
 * currency of the plan.  A month is a twelfth of a year: 730 hours.
 */
#ifndef HLLM_ECON_FIGURE_H
#define HLLM_ECON_FIGURE_H

#include "base/err.h"
#include "base/estimate.h"
#include "base/str.h"

enum figure {
	/* what the API costs */
	FIGURE_API_MONTHLY,       /* cash a month that the work to be moved costs today */
	FIGURE_API_STAYING,       /* cash a month of work that stays, under the same commitment */
	FIGURE_COMMITMENT,        /* cash a month that is owed to the seller in any case … */
	FIGURE_COMMITMENT_MONTHS, /* … for so long */
	FIGURE_GROWTH,            /* of the work, a month */
	FIGURE_API_DECLINE,       /* of the price of the same work, a year */
	/* how much of it is avoided */
	FIGURE_RAMP,        /* months until all of the work is moved, evenly */
	FIGURE_FALLBACK,    /* share of the work that the API does anyway */
	FIGURE_OVERFLOW,    /* share that finds the machine full at today's peaks */
	FIGURE_BUSY_HOURS,  /* machine hours a month of the work, all units together */
	FIGURE_UTILIZATION, /* the same as a share of 730 hours a unit, for those who know that */
	FIGURE_CAPACITY_HOURS, /* those that can be served; 730 a unit when nobody says */
	/* what is laid out */
	FIGURE_CAPEX, /* price of the units in use together, and of what they stand in */
	FIGURE_UNITS,
	FIGURE_SPARE, /* more units that do nothing but wait; bought, or rented, and powered */
	FIGURE_SETUP_HOURS, /* of an engineer, once */
	/* what running costs */
	FIGURE_MONTHLY, /* all of it, when the user says so; NAN: it is built up from the rest */
	FIGURE_RENT,    /* of the units in use together, a month */
	FIGURE_BUSY_WATTS,
	FIGURE_IDLE_WATTS, /* a unit, with the model loaded */
	FIGURE_PUE,
	FIGURE_ELECTRICITY,
	FIGURE_UPKEEP, /* share of the purchase price, a year */
	FIGURE_ENGINEER_HOURS,
	FIGURE_ENGINEER_RATE,
	FIGURE_REVIEW_HOURS, /* of a person who reads samples of the answers, at the same rate */
	/* how long, and what then */
	FIGURE_RESIDUAL, /* share of the purchase price that the hardware still brings */
	FIGURE_LIFE,     /* months the hardware is kept */
	FIGURE_HORIZON,  /* months looked at */
	FIGURE_DISCOUNT, /* a year */
	FIGURES,
};

enum { FIGURE_MONTHS_MOST = 240 }; /* of the horizon */

/* What a stated running cost makes of a figure that was not given beside it. */
enum figure_role {
	FIGURE_INPUT,   /* as it is */
	FIGURE_NEUTRAL, /* 'neutral': nothing is added to what was stated */
	FIGURE_RUNNING, /* it is a part of the running cost and not used, even if it was given */
};

/* How a value is written. */
enum figure_shape {
	FIGURE_NUMBER,
	FIGURE_SHARE, /* may be written as a percentage */
	FIGURE_WHOLE, /* no fraction */
};

struct figure_kind {
	const char *name, *unit, *help;
	struct estimate
		value;      /* when nobody says; NAN: there is none, it has to come from the plan */
	const char *source; /* of that value */
	double least, most; /* what it may be */
	/*
	 * +1: more of it never makes the break-even come earlier; -1: never later; 0: it depends.
	 * Those that say who does the work (growth, ramp, fallback, overflow, capacity-hours) keep
	 * theirs where doing it locally saves anything: the API does not get dearer, is not owed a
	 * commitment, and costs more than the power that the work takes.
	 */
	int direction;
	enum figure_shape shape;
	enum figure_role role;
	double neutral;
};
extern const struct figure_kind figure_kinds[FIGURES];

struct figure_value {
	struct estimate value; /* NAN: missing */
	bool given;            /* by the plan: not the default of the table */
	const char *source;    /* borrowed: where the value comes from, in words */
};
struct figures {
	struct figure_value of[FIGURES];
};

void figures_default(struct figures *figures);

/* -1 for a word that names no figure; *nearest (may be NULL) is then one that may be meant, or
 * NULL.  '_' is taken for '-', case does not matter. */
int figure_find(struct slice name, const char **nearest);

enum { FIGURE_TEXT = 120 };
/* What it may be, for the end of a sentence: "0 to 10 USD/kWh".  Returns 'buf'. */
const char *figure_allowed(enum figure figure, char buf[FIGURE_TEXT]);

/*
 * Reads "0.30", "$1,600", "20 %", a range "0.25-0.40" (its middle is the most likely) or
 * "0.2-0.3-0.5" (low-likely-high).  On failure *out is as it was and the sentence says what was
 * wrong and what is allowed; it begins with the name of the figure.
 */
bool figure_parse(
	enum figure figure, struct slice text, struct estimate *out, struct err *err) hl_must_check;
/* The same check for a value that is already a number. */
bool figure_check(enum figure figure, struct estimate value, struct err *err) hl_must_check;

/* Finds, reads and sets; 'source' is borrowed. */
bool figures_set(struct figures *figures, struct slice name, struct slice text, const char *source,
	struct err *err) hl_must_check;
/* Sets what a caller worked out; a value that may not be is a fault of the caller. */
void figures_put(
	struct figures *figures, enum figure figure, struct estimate value, const char *source);

/*
 * Fills in what follows from other figures.  Where the running cost was stated (FIGURE_MONTHLY),
 * what was not given beside it becomes neutral, so that nothing is added to what the user says.
 * Where there is rent and no capex, nothing is bought and the rent includes the power.  Busy
 * hours follow from utilization; a capacity that nobody states is 730 hours a unit.  Then looks
 * for what is missing or contradicts itself.  Settling twice changes nothing.
 */
bool figures_settle(struct figures *figures, struct err *err) hl_must_check;

/* Does the plan use it?  False for parts of a running cost that was stated whole. */
bool figure_is_used(const struct figures *figures, enum figure figure);

enum figure_end { FIGURE_LOW, FIGURE_LIKELY, FIGURE_HIGH };
/* One value a figure, as cash_flow() takes them. */
void figures_values(const struct figures *figures, enum figure_end end, double values[FIGURES]);
/* All at the end that makes the break-even come earliest (or latest); what has no direction is
 * at its likely value. */
void figures_corner(const struct figures *figures, bool best, double values[FIGURES]);

#endif
