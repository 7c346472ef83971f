/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas - a rectangle of characters to draw on, from the top left.
 *
 * What lies outside is cut off.  Texts are those of others: they are made harmless here.
 */
#ifndef HLLM_VIEW_CANVAS_H
#define HLLM_VIEW_CANVAS_H

#include "base/str.h"

enum ink {
	INK_NONE, /* that of the terminal */
	INK_FAINT,
	INK_BOLD,
	INK_FIRST, /* the colours of series, told apart by the colour-blind too */
	INK_SECOND,
	INK_THIRD,
	INK_FOURTH,
	INKS
};

enum { CANVAS_GLYPH = 16 };

struct canvas_cell {
	char glyph[CANVAS_GLYPH]; /* UTF-8, with combining characters; "" blank */
	unsigned char bytes;
	unsigned char ink;
	bool covered; /* by the wide character to the left */
};

struct canvas {
	int columns, rows;
	struct canvas_cell *cells;
};

void canvas_init(struct canvas *canvas, int columns, int rows);
void canvas_free(struct canvas *canvas);

/* One character, one column wide; over what is there. */
void canvas_put(struct canvas *canvas, int column, int row, const char *glyph, enum ink ink);
/* A text on one line. */
void canvas_text(struct canvas *canvas, int column, int row, struct slice text, enum ink ink);

/* Nothing there, or outside? */
bool canvas_blank(const struct canvas *canvas, int column, int row);

/* All rows without blanks at their ends, each with a line feed. */
void canvas_print(const struct canvas *canvas, bool color, struct str *out);

#endif
