/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract - the columns of `hllm export --format csv` and json, and the summary that a terminal gets.
 *
 * One table says which columns there are; the header, the JSON keys, the manual's test and the ledger's views
 * (sql.7) take them from it.
 */
#ifndef HLLM_REPORT_EXTRACT_H
#define HLLM_REPORT_EXTRACT_H

#include "report/answer.h"
#include "work/extract.h"

struct extract_column {
	struct column column;
	/* Texts are those of the row, or live in 'arena'. */
	struct cell (*fill)(const struct extract_row *row, struct arena *arena);
};
extern const struct extract_column extract_columns[];
extern const size_t extract_columns_n;

/* What an export would hold. */
struct extract_summary {
	const struct audit *audit;
	const char *by;       /* "day" */
	int64_t rows, lines;  /* of cells; of FOCUS */
	int64_t undated;      /* rows without a time */
	struct period period; /* of those that have one; start INT64_MAX: none */
	int64_t made;  /* rows of the ledger's views, which were made anew; -1: they were not */
	bool outdated; /* those views are not of now */
};
/* Adds a row to the counts. */
void extract_count(struct extract_summary *summary, const struct extract_row *row);
void extract_report(struct answer *answer, const struct extract_summary *summary);

#endif
