/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chart - a picture of an answer, ready to be drawn by any view.
 *
 * A chart is a title, a subtitle, two axes, and either lines or bars.  Builders decide what
 * is shown and name everything; views choose scale, place and colour, and compute no number
 * that a reader would take for a result.  Every text may hold anything: views make it
 * harmless.  Texts are copied into the chart's arena.
 *
 * Numbers are doubles, for the eye: an amount of a bill is turned into one only here.  A
 * number that is missing is NAN and leaves a gap.
 */
#ifndef HLLM_REPORT_CHART_H
#define HLLM_REPORT_CHART_H

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

enum chart_kind {
	CHART_LINES,   /* series over a numeric x axis, with bands, markers and rules */
	CHART_BARS,    /* one bar a row, from the middle to a low and a high value (a tornado), or
	                from 0 to one value (a ranking) */
	CHART_COLUMNS, /* a column for each day, week or month of an axis of dates; those of several
	                  series stand on each other */
};

/* What an axis counts decides where its ticks are and how they are written. */
enum chart_quantity {
	CHART_NUMBER, /* 1,200; 12k from 10,000 on; 3M */
	CHART_MONEY,  /* $0.02, $1,200, $12k, $3M; -$40 */
	CHART_MONTHS, /* steps of 1, 2, 3, 6, 12, 24 …; of 0.1, 0.2, 0.5 where few months are shown */
	CHART_SHARE, /* 0..1 is 0 % to 100 % */
	CHART_DATES, /* days since 1970: 5 Oct, Oct, 2026; the year where it is another one */
};

struct chart_axis {
	enum chart_quantity quantity;
	char currency[4];   /* of CHART_MONEY; "" is USD */
	struct slice label; /* with the unit in words: "months from now" */
	bool from_zero;     /* the axis holds 0 even if no value is near */
};

/*
 * low and high: where 80 of 100 cases lie, or between which the data leave it open; NAN: there is no
 * band here.
 */
struct chart_point {
	double x, y, low, high;
	bool partly; /* a column that stands for less than its day, week or month */
	bool exact;  /* of an amount of a bill: y and high are these, to the femto */
	femto_t amount, amount_high;
};

struct chart_series {
	struct slice name; /* stands at the end of its line or column; there is no legend */
	struct chart_point *points;
	size_t points_n, points_size;
};

/* A point worth pointing at, such as a crossing of lines. */
struct chart_marker {
	double x, y;
	double x_low, x_high; /* how far it may lie to the left and right; NAN: not said */
	struct slice label;   /* "pays off after 9.4 months (7.1 to 14)" */
};

/* A straight line through the whole chart, such as the end of a life or a budget. */
struct chart_rule {
	bool vertical;
	double at;
	struct slice label;
};

/*
 * One row.  'low' and 'high' are the results with the input at its low and at its high; they may
 * lie on any side of the middle.  INFINITY is a result beyond any axis, and is called
 * chart.beyond.  NAN: no bar on that side.
 */
struct chart_bar {
	struct slice name;
	double low, high;
	bool exact; /* of an amount of a bill: high is this one, to the femto */
	femto_t amount;
	struct slice low_label, high_label; /* stand at the ends of the bar: "$0.12/kWh" */
};

struct chart {
	struct arena arena;
	enum chart_kind kind;
	const char *name;       /* of emitted files: lower case letters, digits and '-' */
	struct slice title;     /* what is seen, one line */
	struct slice subtitle;  /* what it rests on: the source, the meaning of bands; may be "" */
	struct chart_axis x, y; /* bars: x is that of the values, y.label stands over the names */

	/*
	 * Columns: from the lowest up; the points of all series stand at the same x, in order, each where its
	 * day, week or month begins, and the last of them ends at 'end'.
	 */
	struct chart_series *series;
	size_t series_n, series_size;
	double end;
	struct chart_marker *markers;
	size_t markers_n, markers_size;
	struct chart_rule *rules;
	size_t rules_n, rules_size;

	double middle; /* bars: where they start */
	/* bars: what stands at the middle, "as planned: 9.4"; "" nothing */
	struct slice middle_label;
	struct slice beyond; /* bars: "never" */
	struct slice low_side,
		high_side;      /* bars: "input at its low", "at its high"; "" one colour */
	struct chart_bar *bars; /* from the top down */
	size_t bars_n, bars_size;
};

/* 'name' is a literal. */
void chart_init(struct chart *chart, enum chart_kind kind, const char *name);
void chart_free(struct chart *chart);
/* A text that lives as long as the chart. */
struct slice chart_printf(struct chart *chart, const char *fmt, ...) hl_printf(2, 3);

/* Each of these adds one at the end; the pointer is valid until the next call of the same. */
struct chart_series *chart_add_series(struct chart *chart, struct slice name);
void chart_add_point(struct chart_series *series, double x, double y, double low, double high);
/* A column: an amount, which may be a range.  The pointer is valid until the next call. */
struct chart_point *chart_add_amount(
	struct chart_series *series, double x, femto_t low, femto_t high);
struct chart_marker *chart_add_marker(struct chart *chart, double x, double y, struct slice label);
struct chart_rule *chart_add_rule(
	struct chart *chart, bool vertical, double at, struct slice label);
struct chart_bar *chart_add_bar(struct chart *chart, struct slice name, double low, double high);
/* A bar of a ranking. */
struct chart_bar *chart_add_amount_bar(struct chart *chart, struct slice name, femto_t amount);

#endif
