/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ids - a short id for every number of an answer, to ask `hllm why` about it.
 *
 * An id is a hash of what the number is, not of its value or place: the answer's schema, the table, the row's
 * name (and that of the row it belongs to), the column.  So the same command has the same ids tomorrow.  Four
 * signs, lower case, the first a letter, at least one a digit, none that looks like another (no 0 o 1 l i);
 * more where two of an answer would be the same.
 */
#ifndef HLLM_REPORT_IDS_H
#define HLLM_REPORT_IDS_H

#include "report/origin.h"

enum { ID_LEAST = 4, ID_MOST = 12 };

/*
 * Gives all numbers of an answer their ids (struct table's 'ids', in the answer's arena), and those texts that
 * show one (column.shows) the same.  To be called when the answer is complete.
 */
void ids_make(struct answer *answer);
/* NULL: it has none. */
const char *id_of(const struct table *table, size_t row, size_t column);
/* Does the text look like an id? */
bool id_looks(struct slice text);
/* All numbers of an answer by their ids; it borrows them, and is freed with free(items). */
struct id_index {
	struct id_entry {
		const char *id;
		struct origin_cell at;
	} * items; /* sorted */
	size_t n, size;
};
void id_index_make(const struct answer *answer, struct id_index *out);
/*
 * The cell that an id, as it was printed once, belongs to; how many there are that it may mean (then 'out' is the
 * first of them, and 'more' the second): ids grow and shrink with what else is in the answer.
 */
size_t id_find(const struct id_index *index, struct slice id, struct origin_cell *out,
	struct origin_cell *more);
/* A number that the reader sees first, an amount if there is one, to be asked about; false: there is none. */
bool id_first(const struct answer *answer, struct origin_cell *out);

#endif
