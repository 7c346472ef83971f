/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheetrow - the cells of a row of a catalogue: numbers within limits, words of a list, sets of columns. */
#ifndef HLLM_LOCAL_SHEETROW_H
#define HLLM_LOCAL_SHEETROW_H

#include "base/err.h"
#include "base/str.h"

/* A column that holds a number. */
struct number_column {
	size_t column;
	size_t offset; /* of a double in the row's struct */
	double least, most;
	bool required; /* else empty is NAN */
	bool whole;
};

/* Fills the doubles of 'row'.  False: err names the column and what it may be, without a position. */
bool sheetrow_numbers(void *row, const struct number_column *columns, size_t n,
	const struct slice *cells, const char *const *names, struct err *err) hl_must_check;
/* The position of a word in a list; -1: err has the nearest and the list. */
int sheetrow_word(struct slice text, const char *column, const char *const *words, size_t n,
	struct err *err) hl_must_check;
/* Names of columns separated by blanks, as bits in the order of 'words'. */
bool sheetrow_set(struct slice text, const char *column, const char *const *words, size_t n,
	unsigned *set, struct err *err) hl_must_check;
/* An id: letters, digits and . _ - only, so that it needs no quotes anywhere. */
bool sheetrow_id(struct slice text, struct err *err) hl_must_check;

#endif
