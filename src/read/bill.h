/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bill - what the readers of exports and bills have in common: the period of a line,
 * its key, its money, and what the text of its meter says about model and tokens.
 *
 * Meters are named by people: "USE1-NovaPro-cache-read-input-token-count",
 * "gpt 4o 1120 cached Inp glbl Tokens".  A meter's text is cut into words at anything
 * but letters, digits and points.
 */
#ifndef HLLM_READ_BILL_H
#define HLLM_READ_BILL_H

#include "read/reader.h"

/* Sets start and, where the end is stated too, width.  False when there is no start. */
bool bill_period(struct row *row, int start, int end, struct record *rec);
/* As row_time(), and reads a date written 5/1/25 or 10/1/2026 (month first). */
bool bill_time(struct row *row, int slot, struct record *rec);

/* Sets the identity: the period and the texts of the slots from 'first' up to 'end'. */
void bill_identity(struct row *row, enum identity identity, int first, int end, struct record *rec);

/* A decimal number within what any bill can hold; false when absent or bad. */
bool bill_number(struct row *row, int slot, femto_t *out);
/* The same for money as people write it ("$1,234.50"); false when absent, "-", or bad. */
bool bill_human(struct row *row, int slot, femto_t *out);
/* Sets billed; an amount below zero is a credit.  False when there is none. */
bool bill_money(struct row *row, int slot, struct record *rec);
/* Sets the currency, upper-cased; bad when it is not three letters. */
void bill_currency(struct row *row, int slot, struct record *rec);
/* Marks a tax line. */
void bill_tax(struct record *rec);
/* Sets both models. */
void bill_set_model(struct record *rec, struct slice model);

/* A unit of a price: "1K tokens" is 1000 of "tokens", "1 Hour" is 1 of "Hour". */
struct unit {
	int64_t scale;
	struct slice word; /* "" when only a number is there: "1M" */
};
struct unit bill_unit(struct slice text);
bool bill_unit_is_tokens(struct unit unit);

/* Is 'word' one of the words of the text?  Without case. */
bool bill_has_word(struct slice text, const char *word);
/* Does the text hold one of the parts (NULL-terminated)?  Without case. */
bool bill_holds(struct slice text, const char *const *parts);

/* Which tokens a meter counts; TOKEN_KINDS when it does not say.  Tested in the order cache write,
 * cache read, output, input: texts of the former often name the latter too. */
enum token_kind bill_kind(struct slice meter);
/* Adds quantity * scale tokens of the kind that the meter names (unsplit when it names none).
 * A quantity below zero is a correction of money only: no tokens. */
void bill_tokens(
	struct row *row, struct slice meter, femto_t quantity, int64_t scale, struct record *rec);
/* "batch", "flex", "priority" (Azure: "PP") in the meter, else standard. */
enum tier bill_tier(struct slice meter);
/* The words of the text before the first one that names a direction, a modality or a tier. */
struct slice bill_model(struct slice text);

/* Walks the "key": "value" pairs of a JSON object, also of one without its braces (Azure tags). */
bool bill_pair(struct slice *rest, struct slice *key, struct slice *value);

/* What tags and labels say about whose line it is. */
struct labels {
	struct slice project, team, environment, task, agent;
};
void bill_label(struct labels *labels, struct slice key, struct slice value);
/* All pairs of a text as above. */
void bill_label_pairs(struct labels *labels, struct slice text);
/* Puts them into the dimensions that are still empty; a team beside a project becomes the tag. */
void bill_label_dims(const struct labels *labels, struct record *rec);

#endif
