/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer - what a command found out, ready to be printed by any view.
 *
 * An answer is a headline (the answer itself, one line), parts in order, notes, and
 * the next useful command.  A part is a table; a part with 'single' set is one row,
 * shown as an object in JSON.  A table can have charts, which stand before it in views
 * that draw (html); they show nothing that the table does not say, so all others leave
 * them out.  Everything an answer points to lives in its arena.
 * Builders compute all of it; views print and compute nothing.
 *
 * In text and Markdown a cell with an amount and a text shows the text: that is how
 * a range ("1.20 - 3.40") or an "about" gets there.  A single table is shown as
 * lines of head and value, unless it is plain: then it is one line.
 *
 * A table can have a parent: each of its rows then belongs to a row of that table, and JSON shows
 * them inside of it, as an array, or as an object when the table is single.  All other
 * views show it as a table of its own, which should therefore say whose rows they are.
 */
#ifndef HLLM_REPORT_ANSWER_H
#define HLLM_REPORT_ANSWER_H

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "report/chart.h"

enum cell_type {
	CELL_NONE, /* a value that is missing; 'text' says why (JSON: null and KEY_reason) */
	CELL_TEXT,
	CELL_COUNT,   /* amount is a whole number in femto; grouped in text, a number in JSON */
	CELL_DECIMAL, /* amount, at most column.decimals decimals; a number in JSON */
	CELL_MONEY, /* amount in currency; two decimals in text, a {"amount","currency"} in JSON */
	CELL_SHARE, /* amount 0..1: "41 %" in text, a number 0..1 in JSON */
	CELL_FLAG,  /* amount 0 or 1; true/false */
	CELL_LIST,  /* text parts separated by '\n'; an array of strings in JSON, ", " in text */
};

struct cell {
	enum cell_type type;
	struct slice text;
	femto_t amount;
	char currency[4]; /* "" = USD */
	bool rounded;     /* text shows 'shown' instead of the amount, see answer_round_column() */
	bool estimated; /* the amount is a forecast, rounded to 'places' decimals; else it is exact */
	int places;
	femto_t shown;
};

struct column {
	/* JSON and CSV: "list_cost"; "priced.tokens" nests in JSON; NULL: not shown there */
	const char *key;
	const char *head; /* text and Markdown; NULL: not shown there */
	const char *unit; /* "money": csv adds the currency even if there is no row */
	/* Where its numbers come from, in the words of origin.h; NULL: nobody can ask. */
	const char *why;
	/* Of a text for people: the key of the column whose number it tells, and whose id stands beside it. */
	const char *shows;
	/* Its text is a part of the name of a row: by default the first column that has a key is all of it. */
	bool names;
	bool label;   /* it numbers the rows: people see no id beside it */
	int decimals; /* at most so many (shares: of the percentage; money: 2 if less) */
	/* text: 0 never shortened; otherwise the widest may be cut first; higher = sooner */
	int weight;
	int least;  /* text: with a weight, as many columns as it takes to read it */
	int drop;   /* text: left out where lines are too narrow, the highest first; 0: never */
	bool wrap;  /* text: too long for its column, it goes on in the next line */
	bool left;  /* aligned left (texts); numbers are right-aligned */
	bool below; /* text: not in the row, but on lines of its own below it */
	bool whole; /* of one below: never folded, since it is to be copied */
};

struct table {
	const char *key;   /* JSON key, and the name for --table; NULL: for people only */
	const char *title; /* NULL: none */
	const struct column *columns;
	size_t columns_n;
	struct cell *cells; /* rows_n * columns_n */
	size_t rows_n, rows_size;
	size_t most;                /* rows shown to people; 0: all.  What is left out is counted */
	bool single;                /* one object, not an array */
	bool unwrapped;             /* JSON: of a single one, its members are the answer's own */
	bool quiet;                 /* not in text and Markdown (JSON and CSV only) */
	bool plain;                 /* text: no header line */
	bool verbose;               /* text: only with --verbose; html: as 'details' */
	bool details;               /* html: folded up, at the end: where numbers come from */
	const char *heading;        /* html: where there is no title; NULL: the key in words */
	const char *null_reason;    /* JSON: null with this KEY_reason instead of a table */
	const struct table *parent; /* NULL: none */
	size_t *owners;             /* of a parent: the row that each of the rows belongs to */
	size_t owners_size;
	const char
		*none_reason; /* of a single one with a parent: why a row has none; may be NULL */
	bool foot;            /* the last row is a sum for people: not in JSON, CSV and TSV */
	const char **ids; /* of each cell, NULL where it has none; NULL: not asked for (ids.h) */
	struct told_origin *told; /* of single cells, in place of column.why */
	size_t told_n, told_size;
};

/* Where the number of one cell comes from, in the words of origin.h. */
struct told_origin {
	size_t row, column;
	const char *why;
};

/* A picture of what a table says. */
struct picture {
	struct chart *chart;
	const struct table *table; /* NULL: of the answer as a whole, before all tables */
};

struct answer {
	struct arena arena;
	const char *schema; /* "hllm.audit/1" */
	struct str headline;
	struct table **tables; /* each stays where it is until answer_free() */
	size_t tables_n, tables_size;
	struct picture *pictures; /* in the order in which they were made */
	size_t pictures_n, pictures_size;
	struct str *notes; /* one sentence or line each */
	size_t notes_n, notes_size;
	struct str next;           /* the next useful command with a word why; "" none */
	const char *default_table; /* for csv and tsv */
	/* Somebody asks where numbers come from, or will: answer_origin() keeps what it is told. */
	bool explained;
};

void answer_init(struct answer *answer, const char *schema);
void answer_free(struct answer *answer);
struct table *answer_table(struct answer *answer, const char *key, const char *title,
	const struct column *columns, size_t n);
/* Rows of data, without a sum at the foot. */
size_t table_data_rows(const struct table *table);
/* A new row of empty (CELL_NONE) cells; valid until the next call. */
struct cell *table_row(struct table *table);
/* A table whose rows belong to those of 'parent', and a new row of it. */
struct table *answer_child(struct answer *answer, const struct table *parent, const char *key,
	const struct column *columns, size_t n);
struct cell *table_child_row(struct table *table, size_t owner);
/*
 * A new chart that stands before 'table' (NULL: before all tables), for the caller to fill like one of
 * chart_init(); 'name' is a literal.  It belongs to the answer, and stays where it is until answer_free().
 * One without any series and bar is not shown.
 */
struct chart *answer_chart(
	struct answer *answer, enum chart_kind kind, const char *name, const struct table *table);
void answer_note(struct answer *answer, const char *fmt, ...) hl_printf(2, 3);
void answer_headline(struct answer *answer, const char *fmt, ...) hl_printf(2, 3);
void answer_next(struct answer *answer, const char *fmt, ...) hl_printf(2, 3);

/* Cells; texts are copied into the answer's arena. */
struct cell cell_text(struct answer *answer, struct slice text);
struct cell cell_textf(struct answer *answer, const char *fmt, ...) hl_printf(2, 3);
struct cell cell_none(const char *reason); /* a literal */
struct cell cell_count(int64_t value);
struct cell cell_decimal(femto_t amount);
struct cell cell_money(femto_t amount, const char *currency); /* at most 3 letters; "" = USD */
struct cell cell_share(femto_t part, femto_t whole);
struct cell cell_flag(bool value);
/* Texts separated by '\n'. */
struct cell cell_list(struct answer *answer, struct slice texts);

/*
 * Where the number of one cell comes from, where column.why would be wrong or too little: in the words
 * of origin.h.  Does nothing unless answer->explained; callers ask that before they do costly work.
 */
void answer_origin(struct answer *answer, struct table *table, size_t row, size_t column,
	const char *fmt, ...) hl_printf(5, 6);

/*
 * Rounds the amounts of a column for text so that the rows add up to the printed total: down to
 * 'decimals', then up by one unit where most was lost (largest remainder, earlier rows first).
 * For shares give the decimals of the fraction (2 for whole percents).  False, and nothing is
 * changed, when the rows cannot make this total or are in several currencies.
 */
bool answer_round_column(struct table *table, size_t column, int decimals, femto_t total);

#endif
