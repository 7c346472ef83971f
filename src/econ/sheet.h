/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet - plan files: calculations of API cost against own hardware, as somebody typed them into a
 * spreadsheet, many at once (hllm-economics(7) has the columns).
 *
 * A file is CSV (comma, semicolon or tab) with a header of names in any order.  A row is a plan
 * (its inputs,
 * and what somebody says comes out of them), or one line of a cost table: what is paid to an API
 * now, what is left there afterwards, what running locally costs, a part of the hardware, a total,
 * a
 * price.  Rows with the same case belong together; one that names none belongs to the row above.
 *
 * Nothing is worked out here.  A figure that is not there is NULL, never 0.
 */
#ifndef HLLM_ECON_SHEET_H
#define HLLM_ECON_SHEET_H

#include "base/mem.h"
#include "econ/amount.h"
#include "econ/figure.h"

enum sheet_text {
	TEXT_CASE,
	TEXT_ROW,
	TEXT_ITEM,
	TEXT_API_MODEL,
	TEXT_TIER,
	TEXT_DATE,
	TEXT_CURRENCY,
	TEXT_PER,
	TEXT_CONTAINS,
	TEXT_MODEL,
	TEXT_QUANT,
	TEXT_HARDWARE,
	TEXT_NOTE,
	TEXTS,
};

enum sheet_field {
	/* demand */
	FIELD_DAILY_REQUESTS,
	FIELD_MONTHLY_REQUESTS,
	FIELD_INPUT_TOKENS,
	FIELD_OUTPUT_TOKENS,
	FIELD_CACHED_TOKENS,
	FIELD_TOKENS,
	FIELD_DAYS,
	/* the API */
	FIELD_API_MONTHLY,
	FIELD_REMAINING_API,
	FIELD_MOVED,
	FIELD_THRESHOLD,
	FIELD_INPUT_PRICE,
	FIELD_OUTPUT_PRICE,
	/* own hardware */
	FIELD_CAPEX,
	FIELD_MONTHLY,
	FIELD_RENT,
	FIELD_LIFE,
	FIELD_UNITS,
	FIELD_HOURS,
	FIELD_WATTS,
	FIELD_IDLE_WATTS,
	FIELD_ELECTRICITY,
	FIELD_PUE,
	FIELD_MAINTENANCE,
	FIELD_ENGINEER_HOURS,
	FIELD_ENGINEER_RATE,
	FIELD_SETUP_HOURS,
	FIELD_SPEED,
	FIELD_PREFILL,
	FIELD_UTILIZATION,
	FIELD_MEMORY,
	FIELD_CONTEXT,
	FIELD_CONCURRENCY,
	FIELD_QUALITY,
	FIELD_API_QUALITY,
	/* a line of a table */
	FIELD_QUANTITY,
	FIELD_UNIT_PRICE,
	FIELD_COST,
	/* what somebody says comes out */
	FIELD_STATED,
	STATED_API_MONTHLY = FIELD_STATED,
	STATED_LOCAL_MONTHLY,
	STATED_ENERGY,
	STATED_AMORTIZATION,
	STATED_TOTAL,
	STATED_SAVING,
	STATED_SAVING_SHARE,
	STATED_BREAK_EVEN,
	STATED_YEAR_ONE,
	STATED_PER_1000,
	STATED_PER_MILLION,
	STATED_API_PER_MILLION,
	STATED_RATIO,
	STATED_QUALITY_LOSS,
	STATED_HOURS,
	STATED_UTILIZATION,
	FIELDS,
};

/* A column: its name, the other names it may have (between blanks), and what its figures may be. */
struct sheet_column {
	const char *name, *also, *help;
	enum amount_unit unit;
	double least, most;
};
extern const struct sheet_column sheet_fields[FIELDS], sheet_texts[TEXTS];

enum row_kind {
	ROW_PLAN,
	ROW_API_NOW,  /* a line of what the API costs now */
	ROW_API_LEFT, /* of what is still paid to it afterwards */
	ROW_LOCAL,    /* of what running locally costs */
	ROW_HARDWARE, /* a part that is bought once */
	ROW_TOTAL,    /* the sum of the lines above it, since the last total or of the whole case */
	ROW_PRICE,    /* a price that the calculation takes */
	ROW_KINDS,
};
extern const char *const row_kinds[ROW_KINDS];

/* What a cost is for: "month", "1000 requests", "1M input tokens". */
enum per_what { PER_MONTH, PER_DAY, PER_YEAR, PER_ONCE, PER_REQUESTS, PER_TOKENS };
enum per_side { SIDE_BOTH, SIDE_INPUT, SIDE_OUTPUT };
struct per {
	enum per_what what;
	enum per_side side;
	double count;
	bool words; /* counted in words, not in tokens */
};

struct row_amount {
	enum sheet_field field;
	struct amount amount;
};

/* A column that is called as a figure of the plan: growth, ramp, residual, … (econ/figure.h). */
struct row_figure {
	enum figure figure;
	struct estimate value;
};

struct plan_row {
	enum row_kind kind;
	int64_t line;
	struct slice text[TEXTS]; /* "" none */
	struct per per;
	int64_t date; /* ns UTC; INT64_MIN none */
	const struct row_amount *amounts;
	size_t amounts_n;
	const struct row_figure *figures;
	size_t figures_n;
};

struct plan_case {
	struct slice name;
	char currency[4];
	const struct plan_row **rows; /* in file order */
	size_t rows_n, rows_size;
};

struct plan_file {
	struct arena arena;
	const char *name; /* for messages; borrowed */
	struct plan_case *cases;
	size_t cases_n, cases_size;
	struct str ignored; /* the columns that nobody knows, ", " between them */
};

enum { PLAN_LARGEST = 16 << 20, PLAN_ROWS_MOST = 10000 };

/*
 * Reads a text.  A wrong cell is an error that names line and column, what stands there and what
 * was
 * expected; so is a column whose name is nearly one that is known.  Free it with plan_file_free()
 * in any case.
 */
bool plan_file_read(
	struct plan_file *file, const char *name, struct slice text, struct err *err) hl_must_check;
void plan_file_free(struct plan_file *file);

/* NULL: the row does not say. */
const struct amount *row_amount(const struct plan_row *row, enum sheet_field field);
/* What the plan rows of a case say first, and in which of them (may be NULL). */
const struct amount *case_amount(
	const struct plan_case *plan, enum sheet_field field, const struct plan_row **where);
struct slice case_text(const struct plan_case *plan, enum sheet_text text);
/* INT64_MIN: no row has a date. */
int64_t case_date(const struct plan_case *plan);

#endif
