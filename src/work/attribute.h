/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * attribute - what the decision frameworks ask of a workload: the list of attributes
 * (attributes.conf), and a workload as policies see it: one value for each of them,
 * with where it came from.
 *
 * A number may be a range, where the data only tells its ends (a percentile of classes,
 * a cost that is open); 'number' and 'high' are then its ends, both possible.
 */
#ifndef HLLM_WORK_ATTRIBUTE_H
#define HLLM_WORK_ATTRIBUTE_H

#include "conf/conf.h"

enum attribute_kind { ATTRIBUTE_NUMBER, ATTRIBUTE_WORD, ATTRIBUTE_FLAG };

struct attribute_info {
	struct slice name; /* "calls_per_day": in conditions, in workload blocks, in JSON */
	enum attribute_kind kind;
	struct slice unit;         /* of a number: "calls/day", "tokens", "ms", "USD/month", "" */
	bool whole;                /* a number without decimals */
	femto_t least, most;       /* of a number */
	femto_t step;              /* of a number: the smallest change that means something */
	bool shared;               /* one value for the whole organisation, not one a workload */
	const struct slice *words; /* what a word can be */
	size_t words_n;
	struct slice about;   /* one line: what it means */
	struct slice used_by; /* which policies ask for it, as text */
	struct slice file;
	int line;
};

enum { ATTRIBUTES_MOST = 64 };
struct attributes {
	struct attribute_info *items; /* in file order */
	size_t n;
	struct conf *conf; /* owned; all texts are borrowed from it */
	struct arena arena;
};

/* Reads attributes.conf.  NULL: err names file and line. */
struct attributes *attributes_load(const char *path, struct err *err) hl_must_check;
struct attributes *attributes_load_text(
	const char *file, struct slice text, struct err *err) hl_must_check;
void attributes_free(struct attributes *attributes);
/* The position in items, or -1. */
int attributes_find(const struct attributes *attributes, struct slice name);

enum attribute_source {
	ATTRIBUTE_UNKNOWN,
	ATTRIBUTE_LOGGED,     /* measured in the files */
	ATTRIBUTE_CONFIGURED, /* said in hllm.conf or by an option */
	ATTRIBUTE_INFERRED,   /* by a rule that 'why' states */
	ATTRIBUTE_ASSUMED,    /* by a policy's assume block */
};
extern const char *const attribute_source_names[]; /* "unknown", "logged", … */

struct attribute {
	enum attribute_source source;
	femto_t number, high; /* of a number (equal unless it is a range); 0 or 1 of a flag */
	struct slice word;    /* of a word: one of info->words */
	struct slice
		why; /* "mean of 6,194 requests", "hllm.conf:12", "task \"doc-class\" begins …" */
};

/* A number as files and options write it: no unit, no grouping, no leading zero (010 is not 10).  False: what was
 * expected, without a position. */
bool attribute_number(struct slice text, femto_t *out, struct err *err) hl_must_check;
/* "1,204.5", with no more decimals than tell it from 0. */
void attribute_number_print(struct str *out, femto_t value);
/* "150 calls/day", "$500 a month" */
void attribute_unit_print(struct str *out, struct slice unit, femto_t value);

/* A value from text, as workload blocks, assume blocks and options write it.  False: err says what
 * was expected, with the nearest word, and no position; the caller wraps it. */
bool attribute_parse(const struct attribute_info *info, struct slice text, struct attribute *out,
	struct err *err) hl_must_check;
/* "150 calls/day", "standard", "yes", "26,625 to 32,000 tokens"; "unknown". */
void attribute_print(
	struct str *out, const struct attribute_info *info, const struct attribute *value);

/* A workload as policies see it. */
struct subject {
	struct slice name;
	struct attribute *values; /* attributes->n of them, in the order of attributes->items */
	femto_t monthly_low, monthly_high; /* what it costs in 30 days, in 'currency' */
	bool has_monthly;
	char currency[4];
	/* each of its models has a price, and none of them a cheaper one of its family */
	bool cheapest;
};

struct subjects {
	struct subject *items; /* the dearest first */
	size_t n, size;
	struct arena arena; /* texts and values */
};
void subjects_free(struct subjects *subjects);

#endif
