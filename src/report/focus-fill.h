/* SPDX-License-Identifier: GPL-3.0-or-later */
/* focus-fill - what the columns of FOCUS and those of our own share; the inside of focus. */
#ifndef HLLM_REPORT_FOCUS_FILL_H
#define HLLM_REPORT_FOCUS_FILL_H

#include "report/focus.h"

/* ---- cells ---- */

static inline struct cell
null(void)
{
	return (struct cell){ .type = CELL_NONE };
}

static inline struct cell
text(struct slice value)
{
	return value.n ? (struct cell){ .type = CELL_TEXT, .text = value } : null();
}

static inline struct cell
word(const char *value)
{
	return text(slice_of(value));
}

static inline struct cell
decimal(femto_t amount)
{
	return (struct cell){ .type = CELL_DECIMAL, .amount = amount };
}

static inline struct cell
moment(const struct focus_line *line, int64_t ns)
{
	char buf[WHEN_TEXT];
	return text(slice_copy(line->arena, slice_of(when_print(buf, ns))));
}

/* ---- what a line is ---- */

static inline struct slice
key_text(const struct focus_line *line, int which)
{
	return line->row ? line->row->key->text[which] : SLICE_NONE;
}

static inline bool
is_local(const struct focus_line *line)
{
	return !line->row || line->row->key->pay == PAY_LOCAL || line->row->how & HOW_LOCAL;
}

static inline bool
is_tokens(const struct focus_line *line)
{
	return line->meter <= METER_UNSPLIT;
}

/* ---- columns of our own ---- */

struct cell x_biller(const struct focus_line *line);
struct cell x_billed_currency(const struct focus_line *line);
struct cell x_bucket_seconds(const struct focus_line *line);
struct cell x_context_class(const struct focus_line *line);
struct cell x_cost_basis(const struct focus_line *line);
struct cell x_estimate(const struct focus_line *line);
struct cell x_effective_cost_high(const struct focus_line *line);
struct cell x_effective_cost_low(const struct focus_line *line);
struct cell x_flags(const struct focus_line *line);
struct cell x_included(const struct focus_line *line);
struct cell x_line_item(const struct focus_line *line);
struct cell x_list_cost_high(const struct focus_line *line);
struct cell x_model_provider(const struct focus_line *line);
struct cell x_pay(const struct focus_line *line);
struct cell x_price_source(const struct focus_line *line);
struct cell x_price_status(const struct focus_line *line);
struct cell x_record_origin(const struct focus_line *line);
struct cell x_request_model(const struct focus_line *line);
struct cell x_requests(const struct focus_line *line);
struct cell x_requests_known(const struct focus_line *line);
struct cell x_response_model(const struct focus_line *line);
struct cell x_service_tier(const struct focus_line *line);
struct cell x_token_kind(const struct focus_line *line);
struct cell x_undated(const struct focus_line *line);
struct cell x_workload(const struct focus_line *line);

#endif
