/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv - records and cells of delimited text (RFC 4180, and what spreadsheets make of it).
 *
 * A quote opens a cell only at its first byte.  A quoted cell that is longer than
 * CSV_CELL_MOST or still open at the end of the file is a stray quote: the record is
 * then that one line, it is rejected, and reading goes on at the next line.  A record
 * with text behind a closing quote is rejected too.
 * Records without quotes are cut here, 64 bytes at a time; those with quotes go through
 * libcsv.
 */
#ifndef HLLM_READ_CSV_H
#define HLLM_READ_CSV_H

#include <csv.h>

#include "base/mem.h"
#include "base/str.h"

enum { CSV_CELL_MOST = 1 << 20, CSV_COLUMNS_MOST = 4096 };

/* One past the end of the record at p (its line end included), or NULL: it is not complete yet.
 * 'whole': nothing follows 'end'.  *stray: a quote that never closes; the record is one line. */
const char *csv_record_end(const char *p, const char *end, char delim, bool whole, bool *stray);

struct csv_record {
	struct slice *cells; /* trimmed of blanks when not quoted; room for CSV_COLUMNS_MOST */
	size_t n;
};

struct csv_cutter {
	char delim;
	struct csv_parser parser; /* libcsv, for records with quotes */
	struct csv_record record;
	struct arena text; /* decoded cells, reset for every record */
	/* csv_cut_plain(): the block it stands in, and the marks of it that are still ahead */
	const char *block, *next;
	uint64_t marks;
};
void csv_cutter_init(struct csv_cutter *cutter, char delim);
void csv_cutter_free(struct csv_cutter *cutter);
/* The cells of one record; valid until the next call.  False when it is not well-formed. */
bool csv_cut(struct csv_cutter *cutter, struct slice record);
/* Both steps at once for a record without quotes whose line end is well before 'end': one past its end.
 * NULL: it must take the long way, csv_record_end() and csv_cut(). */
const char *csv_cut_plain(struct csv_cutter *cutter, const char *p, const char *end);
/* Between buffers: the bytes at an address may be others by now. */
void csv_cutter_forget(struct csv_cutter *cutter);

/* The delimiter a header line uses: ',', tab or ';'. */
char csv_delimiter(struct slice line);

#endif
