/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codex-exec - what `codex exec --json` prints: usage a turn, without time and model. */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"

enum { S_TYPE, S_INPUT, S_CACHED, S_WRITTEN, S_OUTPUT, S_REASONING };

static const char *const slots[] = {
	[S_TYPE] = "type",
	[S_INPUT] = "usage.input_tokens",
	[S_CACHED] = "usage.cached_input_tokens",
	[S_WRITTEN] = "usage.cache_write_input_tokens",
	[S_OUTPUT] = "usage.output_tokens",
	[S_REASONING] = "usage.reasoning_output_tokens",
	NULL,
};

static void
exec_row(struct row *row)
{
	struct slice type = row_text(row, S_TYPE);
	if (!slice_is(type, "turn.completed")) {
		row_note(row, slice_is(type, "turn.failed") ? NOTE_ERROR : NOTE_SKIPPED);
		return;
	}
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	record_init(&rec);
	stated.input = row_count(row, S_INPUT, -1);
	stated.cache_read = row_count(row, S_CACHED, -1);
	stated.cache_write = row_count(row, S_WRITTEN, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.reasoning = row_count(row, S_REASONING, -1);
	stated.cache = CACHE_INSIDE;
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	rec.origin = ORIGIN_CLIENT;
	rec.biller = rec.provider = SLICE("openai");
	rec.identity = IDENTITY_ORDINAL;
	row_tokens(row, &rec, &stated);
	row_emit(row, &rec);
}

static const char *
exec_match(const struct sight *sight)
{
	bool one = sight_is(sight, "type", "thread.started") ||
		   sight_is(sight, "type", "turn.completed");
	return one ? "lines of type thread.started or turn.completed" : NULL;
}

const struct reader reader_codex_exec = {
	.name = "codex-exec",
	.title = "codex exec output",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = exec_match,
	.row = exec_row,
};
