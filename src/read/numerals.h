/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * numerals - what the commas and points in the numbers of a spreadsheet mean.
 *
 * A German Excel writes 2,50 and 1.234,56, an English one 2.50 and 1,234.56.  "2,50",
 * "1.234,56" and "1.234.567" can be read in one way only; "1,234" and "1.234" in two.  What the
 * first records of a file say for certain decides for their column; for a column that
 * says nothing itself, the other columns do.  Where nothing does, the number is refused:
 * between semicolons, which spreadsheets use where the comma is the decimal mark, and unless
 * the format itself says that its numbers have points.  Between commas and tabs, "1,234" alone
 * is thousands, as only English spreadsheets write it there.
 *
 * In columns of text, and in a file without quotes between commas, where no number can hold a
 * comma, cells are left as they are.
 */
#ifndef HLLM_READ_NUMERALS_H
#define HLLM_READ_NUMERALS_H

#include "base/mem.h"
#include "base/str.h"

enum numeral_style {
	NUMERALS_PLAIN, /* nothing to do: no numbers, or as programs write them */
	NUMERALS_COMMA, /* 1.234,56 */
	NUMERALS_POINT, /* 1,234.56 */
	/* where nothing tells: */
	NUMERALS_UNCLEAR, /* a table of one's own between semicolons */
	NUMERALS_DEFINED, /* a known format between semicolons: 1.234 has decimals, but 2.000? */
	NUMERALS_USUAL,   /* between tabs: 1,234 has none; 2.000? */
};

/* The styles of a file's columns; NULL: all are plain. */
struct numerals {
	unsigned char *styles;
	size_t n;
};

/*
 * Looks at the records in 'text' ('whole': nothing follows them).  Freed with numerals_free().
 */
struct numerals_file {
	char delim;       /* between cells */
	bool defined;     /* the format has decimal points, when nobody has changed it */
	const bool *used; /* the columns that somebody reads */
	size_t n;
};
void numerals_learn(
	struct numerals *numbers, struct slice text, bool whole, const struct numerals_file *file);
/* Is any column of this style? */
bool numerals_have(const struct numerals *numbers, enum numeral_style style);
void numerals_free(struct numerals *numbers);

/*
 * Brings a number into the form that programs read, "1234.56", and leaves what stands around it
 * ("2,50 EUR") and what is no number.  The text may then be in the arena.  False: it can be
 * read in two ways, or against its column; *why continues "cost is "1,234", ".
 */
bool numerals_read(
	enum numeral_style style, struct arena *arena, struct slice *text, const char **why);

#endif
