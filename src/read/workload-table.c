/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workload-table - a table that a person made: a task, how often a day, tokens a call,
 * model, cost a month.
 *
 * Numbers come as people write them: "~$48", "2,000 calls", "~800 tokens", "10k", "~$50+",
 * "—".  The row "Total" is no workload; its money is what the table claims to add up to.
 */
#include "config.h"

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"
#include "read/log.h"
#include "record/biller.h"

/* The first two are what makes two rows the same one. */
enum { S_TASK, S_MODEL, S_KEY_END, S_VOLUME = S_KEY_END, S_TOKENS, S_COST };
enum { DAYS_OF_MONTH = 30 };

/* In lower case, as match() compares them. */
static const char *const table_slots[] = {
	[S_TASK] = "task|workload|use case|feature|purpose|name",
	[S_MODEL] = "model",
	[S_VOLUME] = "daily volume|daily calls|daily requests|calls/day|calls per day|requests/day|"
		     "requests per day|volume/day|volume per day",
	[S_TOKENS] =
		"avg tokens/call|avg tokens per call|average tokens/call|average tokens per call|"
		"avg tokens/request|avg tokens per request|avg tokens|average tokens|tokens/call|"
		"tokens per call|tokens/request|tokens per request",
	[S_COST] = "monthly cost|monthly cost ($)|monthly cost (usd)|cost/month|cost per "
		   "month|monthly spend",
	NULL,
};

/* Does the cell say that there is no number? */
static bool
is_blank(struct slice text)
{
	static const char *const blanks[] = { "", "-", "—", "–", "n/a", "na", "?", "none",
		"unknown", "varies", "mixed" };
	for (size_t i = 0; i < HL_COUNT(blanks); i++)
		if (slice_is_nocase(text, blanks[i]))
			return true;
	return false;
}

/* A number as people write it; false when there is none.  What is only "about" or "at least" is an
 * estimate. */
static bool
human_number(struct row *row, int slot, femto_t *out, struct record *rec)
{
	const femto_t most = FEMTO_PER_UNIT * 1000000000000;
	struct slice text = slice_trim(row_text(row, slot));
	bool about = false, least = false;
	if (is_blank(text))
		return false;
	if (num_human(text, out, &about, &least) != NUM_OK || *out > most || *out < -most) {
		row_bad(row, "\"" SLICE_FMT "\" is no number, expected one as in \"~2,000 calls\"",
			SLICE_ARG(text));
		return false;
	}
	if (about || least)
		rec->how |= HOW_ESTIMATE;
	return true;
}

static int64_t
human_count(struct row *row, int slot, struct record *rec)
{
	femto_t value;
	if (!human_number(row, slot, &value, rec))
		return -1;
	if (value < 0) {
		row_bad(row, "a count below zero");
		return -1;
	}
	return (int64_t)(num_round(value, 0) / FEMTO_PER_UNIT);
}

static bool
is_total(struct slice task)
{
	struct slice word = slice_trim(task);
	while (word.n && (word.p[0] == '*' || word.p[0] == '_')) {
		word.p++;
		word.n--;
	}
	if (slice_find_nocase(word, "grand ") == 0)
		word = (struct slice){ word.p + 6, word.n - 6 };
	return slice_find_nocase(word, "total") == 0 &&
	       !(word.n > 5 && word.p[5] >= 'a' && word.p[5] <= 'z');
}

/* The total can stand in any cell of its row, when the row was typed short. */
static void
read_total(struct row *row)
{
	static const int slots[] = { S_COST, S_VOLUME, S_TOKENS, S_MODEL };
	struct record rec;
	femto_t money;
	record_init(&rec);
	rec.origin = ORIGIN_BENCH;
	rec.requests = -1;
	rec.identity = IDENTITY_ORDINAL;
	for (size_t i = 0; i < HL_COUNT(slots); i++) {
		struct slice text = row_text(row, slots[i]);
		if ((slots[i] != S_COST && slice_find(text, "$") < 0) ||
			!human_number(row, slots[i], &money, &rec))
			continue;
		log_currency_sign(text, &rec);
		record_measure_femto(&rec, MEASURE_CLAIMED_COST, money);
		row_emit(row, &rec);
		return;
	}
	row_note(row, NOTE_SKIPPED);
}

static void
read_workload(struct row *row)
{
	struct record rec;
	struct slice task = slice_trim(row_text(row, S_TASK));
	if (is_total(task)) {
		read_total(row);
		return;
	}
	record_init(&rec);
	rec.origin = ORIGIN_TABLE;
	rec.how |= HOW_PER_DAY;
	rec.dim[DIM_TASK] = task;
	rec.line_item = task;
	struct slice model = slice_trim(row_text(row, S_MODEL));
	if (!is_blank(model) || slice_is_nocase(model, "mixed"))
		bill_set_model(&rec, model);
	rec.provider = maker_of(rec.response_model);
	rec.width = DAYS_OF_MONTH * NS_PER_DAY;
	rec.requests = human_count(row, S_VOLUME, &rec);
	int64_t tokens = human_count(row, S_TOKENS, &rec), all;
	if (rec.requests >= 0 && tokens >= 0 &&
		!__builtin_mul_overflow(rec.requests, tokens, &all)) {
		rec.has_tokens = true;
		record_measure(&rec, MEASURE_UNSPLIT, all);
	}
	rec.has_billed = human_number(row, S_COST, &rec.billed, &rec);
	log_currency_sign(row_text(row, S_COST), &rec);
	if (!task.n && rec.requests < 0 && !rec.has_billed && !row_is_bad(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	bill_identity(row, IDENTITY_NATURAL, 0, S_KEY_END, &rec);
	row_emit(row, &rec);
}

static bool
has_slot(const struct sight *sight, int slot)
{
	struct slice places = slice_of(table_slots[slot]), place;
	while (slice_cut(&places, '|', &place))
		for (size_t i = 0; i < sight->columns_n; i++)
			if (slice_eq(place, sight->columns[i]))
				return true;
	return false;
}

static const char *
match_table(const struct sight *sight)
{
	return has_slot(sight, S_VOLUME) && (has_slot(sight, S_TOKENS) || has_slot(sight, S_COST))
		       ? "columns of a volume a day and of tokens a call or cost a month"
		       : NULL;
}

const struct reader reader_workload_table = {
	.name = "workload-table",
	.title = "table of workloads",
	.forms = FORM_CSV,
	.origin = ORIGIN_TABLE,
	.slots = table_slots,
	.ragged = true,
	.match = match_table,
	.row = read_workload,
};
