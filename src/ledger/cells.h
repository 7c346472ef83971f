/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cells - what counts, day by day, as plain tables and views that any SQLite program reads: hllm-ledger(5).
 *
 * The other tables hold what sources say; what of it counts, and what it costs, is decided when it is read, so no
 * query could find it out.  The rows of report/extract.h are therefore kept here too.  Whatever changes the ledger
 * marks the months whose rows it may change as stale, in the same transaction; while any is, the views of cells have
 * no rows, rather than wrong ones.  Who filled the rows says under which prices and configuration: the fingerprint.
 */
#ifndef HLLM_LEDGER_CELLS_H
#define HLLM_LEDGER_CELLS_H

#include "ledger/ledger.h"

/* The columns of a row but its times; names and order are those of report/extract.h. */
enum cell_kind { CELLS_TEXT, CELLS_COUNT, CELLS_MONEY };
struct cell_field {
	const char *name;
	enum cell_kind kind;
};
enum {
	CELL_FIELDS = 42,
	CELL_NUMBERS = 1 << 20, /* rows of a month, at most */
};
extern const struct cell_field cell_fields[CELL_FIELDS];

/*
 * Most amounts of a row are one of two others, and then not stored again: the nanos are NULL, and the femtos say which
 * one it is (femtos proper are not negative).
 */
enum cell_same { CELL_SAME_LIST = -1, CELL_SAME_BILLED = -2, CELL_SAME_HIGH = -3 };

struct cell_value {
	bool known;
	int64_t count;
	femto_t amount;
	struct slice text;
};
struct cell_row {
	int month;          /* of the zone; MONTH_NONE: without a time, and so is what follows */
	int64_t day;        /* since 1970, in the zone */
	int64_t start, end; /* seconds */
	struct cell_value values[CELL_FIELDS];
};

struct cells_state {
	int64_t fingerprint; /* 0: never made */
	int64_t made;        /* ns UTC */
	int *stale;          /* months that have to be made anew, in order; owned */
	size_t stale_n;
};
/* All of it empty in a ledger of a version that had no cells. */
bool cells_state(struct ledger *ledger, struct cells_state *out, struct err *err) hl_must_check;
void cells_state_free(struct cells_state *state);

/* Inside a transaction.  Every month that holds anything is stale, and the rows of all are thrown away. */
bool cells_mark_all(struct ledger *ledger, struct err *err) hl_must_check;
/* Throws the rows of a month of the zone away. */
bool cells_clear(struct ledger *ledger, int month, struct err *err) hl_must_check;

/* Adds the rows of one month after another. */
struct cell_writer;
struct cell_writer *cell_writer_new(struct ledger *ledger, struct err *err);
bool cell_writer_add(
	struct cell_writer *writer, const struct cell_row *row, struct err *err) hl_must_check;
int64_t cell_writer_rows(const struct cell_writer *writer);
void cell_writer_free(struct cell_writer *writer);

struct cells_made {
	int64_t fingerprint, time;
	int64_t prices; /* ns UTC: the newest price that they were made with */
	const char *zone;
	const char *
		many; /* "user project": dimensions that are "(many)" for the number of their values */
};
/* Nothing is stale any more. */
bool cells_done(
	struct ledger *ledger, const struct cells_made *made, struct err *err) hl_must_check;
/* So much of a transaction can be taken back by itself. */
bool cells_begin(struct ledger *ledger, struct err *err) hl_must_check;
void cells_take_back(struct ledger *ledger);

#endif
