/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layout - where everything of a chart is, in columns and rows of characters from the top left.
 *
 * One layout serves the terminal, where it is exact, and gnuplot, where a character is an
 * average one: so both look alike, and what a label could cover is worked out once.
 */
#ifndef HLLM_VIEW_LAYOUT_H
#define HLLM_VIEW_LAYOUT_H

#include "report/chart.h"
#include "view/canvas.h"
#include "view/scale.h"

enum text_role {
	ROLE_TITLE,
	ROLE_SUBTITLE,
	ROLE_KEY, /* of a side of bars, or of what columns are made of; its swatch stands two columns
	              before it */
	ROLE_AXIS, /* what an axis counts */
	ROLE_TICK,
	ROLE_SERIES, /* at the end of a line */
	ROLE_MARKER,
	ROLE_RULE,
	ROLE_NAME, /* of a bar */
	ROLE_END,  /* at the end of a bar */
};

/* "title", "subtitle", …: for styles. */
extern const char *const layout_roles[];

enum text_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

/* One line of text, harmless to any output, beginning, centered or ending at a column. */
struct layout_text {
	enum text_role role;
	struct slice text;
	double column, row;
	enum text_align align;
	enum ink ink;
};

/* A bar: its ends in columns of the plot area; beyond: the end is not the value. */
struct layout_side {
	bool drawn, beyond;
	double from, to;
};

struct layout_bar {
	double row; /* of the picture */
	struct layout_side low, high;
	bool high_first; /* the high side is the longer one of two on the same side of the middle */
};

/*
 * What one series has of one column: a rectangle.  Columns and rows are those of the plot area, and not
 * rounded: a character is what lies half a column or row around its own.
 */
struct layout_block {
	double left, right;
	double bottom, top;
	double from, to; /* the same as values of the y axis; both 0: nothing is there */
	enum ink ink;
	bool partly; /* see struct chart_point */
};

struct layout {
	struct arena arena;
	int width, height;            /* of the picture */
	int left, top, columns, rows; /* the plot area in it */
	double depth; /* rows from the middle of the first one to where the low end of the y axis lies */
	struct scale x, y;
	struct layout_text *texts;
	size_t texts_n, texts_size;
	struct layout_bar *bars; /* one a chart bar */
	double middle;           /* bars: column of the plot area */
	/* columns: one a point and series, by point and then from the lowest up */
	struct layout_block *blocks;
	size_t blocks_n;
	const struct chart_series *bins; /* columns: where they begin; NULL: no columns */
	double end;                      /* of the last one */
	double pitch, bar, indent; /* columns from one bin to the next, of a bar, and before it */
};

struct layout_size {
	int width, height; /* characters; height 0: as fits the width, or the number of bars */
	bool whole;        /* characters stand in whole columns and rows: a terminal */
};

/* The chart has to outlive the layout. */
void layout_make(struct layout *layout, const struct chart *chart, const struct layout_size *size);
void layout_free(struct layout *layout);

/* For the parts of layout_make(). */
struct layout_text *layout_add(
	struct layout *layout, enum text_role role, struct slice text, double column, double row);
/* 'text' made harmless and folded into at most 'most' lines of 'width' columns; returns how many. */
int layout_fold(struct layout *layout, struct slice text, int width, int most, struct slice *lines);
/* The same with lines that are about as long as each other. */
int layout_fold_evenly(
	struct layout *layout, struct slice text, int width, int most, struct slice *lines);
int layout_widest(const struct slice *lines, int n);
int layout_widest_label(const struct scale *scale);
/* Is there air between the dates of the x axis? */
bool layout_dates_fit(struct layout *layout);
/* That of the n-th series. */
enum ink layout_ink(size_t series);

enum { LAYOUT_NAME_LINES = 3, LAYOUT_LEAST_COLUMNS = 12 };
struct layout_name {
	struct slice lines[LAYOUT_NAME_LINES];
	int n;
	double row; /* of the plot area, where its middle should be */
	enum ink ink;
};
/* The names of all series, and the columns that they need; then, when their rows are known, their places. */
int layout_names_fold(struct layout *layout, const struct chart *chart, struct layout_name *names);
void layout_names_put(
	struct layout *layout, struct layout_name *names, size_t n, bool swatches, bool whole);
/* The labels of markers and rules. */
void layout_notes(struct layout *layout, const struct chart *chart, bool whole);
void layout_lines(struct layout *layout, const struct chart *chart, bool whole);
void layout_columns(struct layout *layout, const struct chart *chart, bool whole);
void layout_bars(struct layout *layout, const struct chart *chart);

/* y of the n-th column of the plot area, 0 <= column < columns, on a line through the series'
 * points, or of a band's edge; NAN where there is none. */
enum layout_edge { EDGE_LINE, EDGE_LOW, EDGE_HIGH };
double layout_value(const struct layout *layout, const struct chart_series *series, double column,
	enum layout_edge edge);
/* Column and row of the plot area, from its top; not rounded.  Values at its ends are the middles
 * of the first and the last one.  Where there are columns, a tick stands in the middle of that which 'x' lies
 * in: layout_tick(). */
double layout_column(const struct layout *layout, double x);
double layout_tick(const struct layout *layout, double x);
double layout_row(const struct layout *layout, double y);
/* The whole column or row of such a place; what is far outside is only just outside, so that loops
 * over it end. */
int layout_cell(double place);

#endif
