/* SPDX-License-Identifier: GPL-3.0-or-later */
/* anthropic-console - the two CSV exports of the Anthropic console: tokens, and cost. */
#include "config.h"

#include "base/when.h"
#include "read/anthropic.h"
#include "read/bill.h"
#include "read/formats.h"

/* The columns that both have, in this order in front; they make two lines the same one. */
enum {
	S_MODEL,
	S_KEY,
	S_WORKSPACE,
	S_USAGE_TYPE,
	S_CONTEXT,
	S_GEO,
	S_SPEED,
	S_COMMON_END,
};

enum {
	T_DATE = S_COMMON_END,
	T_INPUT,
	T_WRITE_5M,
	T_WRITE_1H,
	T_READ,
	T_OUTPUT,
	T_SEARCHES,
};

enum {
	C_TOKEN_TYPE = S_COMMON_END,
	C_COST_TYPE,
	C_KEY_ID,
	C_KEY_END,
	C_DATE = C_KEY_END,
	C_COST,
};

static const char *const tokens_slots[] = {
	[S_MODEL] = "model_version|model",
	[S_KEY] = "api_key",
	[S_WORKSPACE] = "workspace",
	[S_USAGE_TYPE] = "usage_type",
	[S_CONTEXT] = "context_window",
	[S_GEO] = "inference_geo",
	[S_SPEED] = "speed",
	[T_DATE] = "usage_date_utc",
	[T_INPUT] = "usage_input_tokens_no_cache",
	[T_WRITE_5M] = "usage_input_tokens_cache_write_5m",
	[T_WRITE_1H] = "usage_input_tokens_cache_write_1h",
	[T_READ] = "usage_input_tokens_cache_read",
	[T_OUTPUT] = "usage_output_tokens",
	[T_SEARCHES] = "web_search_count",
	NULL,
};

static const char *const cost_slots[] = {
	[S_MODEL] = "model|model_version",
	[S_KEY] = "api_key",
	[S_WORKSPACE] = "workspace",
	[S_USAGE_TYPE] = "usage_type",
	[S_CONTEXT] = "context_window",
	[S_GEO] = "inference_geo",
	[S_SPEED] = "speed",
	[C_TOKEN_TYPE] = "token_type",
	[C_COST_TYPE] = "cost_type",
	[C_KEY_ID] = "api_key_id",
	[C_DATE] = "usage_date_utc",
	[C_COST] = "cost_usd",
	NULL,
};

/* Keys that Claude Code makes for a person are named after that person. */
static void
fill_key(struct slice key, struct record *rec)
{
	static const char prefix[] = "claude_code_key_";
	if (!slice_starts(key, prefix)) {
		rec->dim[DIM_KEY] = key;
		return;
	}
	rec->dim[DIM_KEY] = SLICE("claude_code_key");
	rec->dim[DIM_AGENT] = SLICE("claude-code");
	struct slice user = { key.p + sizeof(prefix) - 1, key.n - (sizeof(prefix) - 1) };
	const char *tail = user.n ? memrchr(user.p, '_', user.n) : NULL;
	if (tail)
		user.n = (size_t)(tail - user.p);
	rec->dim[DIM_USER] = user;
}

static void
fill_common(struct row *row, int date, struct record *rec)
{
	record_init(rec);
	rec->requests = -1;
	anthropic_fill(rec, row_text(row, S_CONTEXT), row_text(row, S_GEO));
	bill_set_model(rec, row_text(row, S_MODEL));
	anthropic_speed(rec, row_text(row, S_USAGE_TYPE), row_text(row, S_SPEED));
	rec->dim[DIM_PROJECT] = row_text(row, S_WORKSPACE);
	fill_key(row_text(row, S_KEY), rec);
	/* a date, or in other variants of the export the start of an hour */
	if (row_time(row, date, rec) && !rec->width)
		rec->width = NS_PER_HOUR;
}

static void
read_tokens(struct row *row)
{
	struct record rec;
	fill_common(row, T_DATE, &rec);
	rec.origin = ORIGIN_USAGE;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_BESIDE;
	stated.input = row_count(row, T_INPUT, -1);
	stated.cache_write_5m = row_count(row, T_WRITE_5M, -1);
	stated.cache_write_1h = row_count(row, T_WRITE_1H, -1);
	stated.cache_read = row_count(row, T_READ, -1);
	stated.output = row_count(row, T_OUTPUT, -1);
	if (stated.input < 0 && stated.cache_read < 0 && stated.output < 0) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	row_tokens(row, &rec, &stated);
	int64_t searches = row_count(row, T_SEARCHES, 0);
	if (searches)
		record_measure(&rec, MEASURE_WEB_SEARCH, searches);
	bill_identity(row, IDENTITY_ID, 0, S_COMMON_END, &rec);
	row_emit(row, &rec);
}

/* What the line is for: "Claude Sonnet 4.5, input_no_cache". */
static struct slice
line_text(struct row *row)
{
	struct slice model = row_text(row, S_MODEL);
	struct slice meter = row_text(row, row_has(row, C_TOKEN_TYPE) ? C_TOKEN_TYPE : C_COST_TYPE);
	struct str text = STR_INIT;
	str_slice(&text, model);
	if (model.n && meter.n)
		str_puts(&text, ", ");
	str_slice(&text, meter);
	struct slice copy = slice_copy(row_arena(row), str_as_slice(&text));
	str_free(&text);
	return copy;
}

static void
read_cost(struct row *row)
{
	struct record rec;
	fill_common(row, C_DATE, &rec);
	rec.origin = ORIGIN_INVOICE;
	if (!row_has(row, C_COST)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	bill_money(row, C_COST, &rec);
	memcpy(rec.currency, "USD", sizeof(rec.currency));
	rec.line_item = line_text(row);
	rec.line_kind = anthropic_kind(row_text(row, C_TOKEN_TYPE));
	bill_identity(row, IDENTITY_NATURAL, 0, C_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_tokens(const struct sight *sight)
{
	return sight_column(sight, "usage_date_utc") && sight_column(sight, "usage_output_tokens")
		       ? "columns usage_date_utc and usage_output_tokens"
		       : NULL;
}

static const char *
match_cost(const struct sight *sight)
{
	return sight_column(sight, "usage_date_utc") && sight_column(sight, "cost_usd") &&
			       sight_column(sight, "token_type")
		       ? "columns usage_date_utc, cost_usd and token_type"
		       : NULL;
}

const struct reader reader_anthropic_console_tokens = {
	.name = "anthropic-console-tokens",
	.title = "Anthropic console token export",
	.forms = FORM_CSV,
	.origin = ORIGIN_USAGE,
	.slots = tokens_slots,
	.match = match_tokens,
	.row = read_tokens,
};

const struct reader reader_anthropic_console_cost = {
	.name = "anthropic-console-cost",
	.title = "Anthropic console cost export",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = cost_slots,
	.match = match_cost,
	.row = read_cost,
};
