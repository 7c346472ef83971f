/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openrouter - the activity export, and the answers of /activity, /generation and /credits. */
#include "config.h"

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

static void
fill_openrouter(struct record *rec, struct slice model)
{
	rec->origin = ORIGIN_GATEWAY;
	rec->biller = SLICE("openrouter");
	bill_set_model(rec, model);
	rec->provider = maker_of(model);
}

/* Puts a variant such as "free" back behind the model's name: another variant has another price. */
static struct slice
join_variant(struct row *row, struct slice model, struct slice variant)
{
	if (!model.n || !variant.n || slice_is_nocase(variant, "standard") ||
		memchr(model.p, ':', model.n))
		return model;
	struct str text = STR_INIT;
	str_slice(&text, model);
	str_putc(&text, ':');
	str_slice(&text, variant);
	struct slice copy = slice_copy(row_arena(row), str_as_slice(&text));
	str_free(&text);
	return copy;
}

/* Spend on the user's own key beside what OpenRouter charged. */
static bool
fill_byok(struct row *row, int slot, struct record *rec)
{
	femto_t amount;
	if (!bill_number(row, slot, &amount) || amount == 0)
		return false;
	record_measure_femto(rec, MEASURE_BYOK_COST, amount);
	return true;
}

static bool
has_any_tokens(const struct record *rec)
{
	return rec->has_tokens && rec->tokens[TOKEN_UNCACHED_INPUT] +
						  rec->tokens[TOKEN_CACHE_READ] +
						  rec->tokens[TOKEN_OUTPUT] >
					  0;
}

/* Emits a request, unless it was stopped before it had tokens or cost money. */
static void
emit_request(struct row *row, bool stopped, struct record *rec)
{
	bool paid = (rec->has_billed && rec->billed != 0) || rec->pay == PAY_BYOK;
	if (stopped && !paid && !has_any_tokens(rec) && !row_is_bad(row))
		row_note(row, NOTE_ERROR);
	else
		row_emit(row, rec);
}

enum {
	A_ID,
	A_TIME,
	A_COST,
	A_BYOK,
	A_PROMPT,
	A_COMPLETION,
	A_REASONING,
	A_CACHED,
	A_MODEL,
	A_VARIANT,
	A_CANCELLED,
	A_FINISH,
	A_USER,
	A_LATENCY,
	A_TTFT,
	A_KEY,
	A_APP,
};

static const char *const activity_slots[] = {
	[A_ID] = "generation_id",
	[A_TIME] = "created_at",
	[A_COST] = "cost_total",
	[A_BYOK] = "byok_usage_inference",
	[A_PROMPT] = "tokens_prompt",
	[A_COMPLETION] = "tokens_completion",
	[A_REASONING] = "tokens_reasoning",
	[A_CACHED] = "tokens_cached",
	[A_MODEL] = "model_permaslug",
	[A_VARIANT] = "variant",
	[A_CANCELLED] = "cancelled",
	[A_FINISH] = "finish_reason_normalized",
	[A_USER] = "user",
	[A_LATENCY] = "generation_time_ms",
	[A_TTFT] = "time_to_first_token_ms",
	[A_KEY] = "api_key_name",
	[A_APP] = "app_name",
	NULL,
};

static void
fill_activity_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_INSIDE;
	stated.reasoning_is = REASONING_INSIDE;
	stated.input = row_count(row, A_PROMPT, -1);
	stated.cache_read = row_count(row, A_CACHED, -1);
	stated.output = row_count(row, A_COMPLETION, -1);
	stated.reasoning = row_count(row, A_REASONING, -1);
	if (stated.input >= 0 || stated.output >= 0)
		row_tokens(row, rec, &stated);
}

static void
read_activity(struct row *row)
{
	struct record rec;
	record_init(&rec);
	fill_openrouter(&rec, join_variant(row, row_text(row, A_MODEL), row_text(row, A_VARIANT)));
	row_time(row, A_TIME, &rec);
	bill_money(row, A_COST, &rec);
	if (fill_byok(row, A_BYOK, &rec))
		rec.pay = PAY_BYOK;
	fill_activity_tokens(row, &rec);
	rec.latency_ms = row_millis(row, A_LATENCY, 1);
	rec.ttft_ms = row_millis(row, A_TTFT, 1);
	rec.dim[DIM_USER] = row_text(row, A_USER);
	rec.dim[DIM_KEY] = row_text(row, A_KEY);
	rec.dim[DIM_PROJECT] = row_text(row, A_APP);
	rec.id = row_text(row, A_ID);
	rec.identity = rec.id.n ? IDENTITY_ID : IDENTITY_CONTENT;
	emit_request(row, row_flag(row, A_CANCELLED) || row_is(row, A_FINISH, "error"), &rec);
}

static const char *
match_activity(const struct sight *sight)
{
	return sight_column(sight, "generation_id") && sight_column(sight, "cost_total")
		       ? "columns generation_id and cost_total"
		       : NULL;
}

enum {
	/* what makes two days the same one */
	D_MODEL,
	D_PERMASLUG,
	D_ENDPOINT,
	D_PROVIDER,
	D_KEY_END,
	D_DATE = D_KEY_END,
	D_COST,
	D_BYOK,
	D_REQUESTS,
	D_PROMPT,
	D_COMPLETION,
	D_REASONING,
};

static const char *const day_slots[] = {
	[D_MODEL] = "model",
	[D_PERMASLUG] = "model_permaslug",
	[D_ENDPOINT] = "endpoint_id",
	[D_PROVIDER] = "provider_name",
	[D_DATE] = "date",
	[D_COST] = "usage",
	[D_BYOK] = "byok_usage_inference",
	[D_REQUESTS] = "requests",
	[D_PROMPT] = "prompt_tokens",
	[D_COMPLETION] = "completion_tokens",
	[D_REASONING] = "reasoning_tokens",
	NULL,
};

static void
fill_day_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.reasoning_is = REASONING_INSIDE;
	stated.input = row_count(row, D_PROMPT, -1);
	stated.output = row_count(row, D_COMPLETION, -1);
	stated.reasoning = row_count(row, D_REASONING, -1);
	if (stated.input >= 0 || stated.output >= 0)
		row_tokens(row, rec, &stated);
	rec->how |= HOW_CACHE_UNKNOWN;
}

static void
read_day(struct row *row)
{
	struct record rec;
	record_init(&rec);
	struct slice model = row_text(row, D_MODEL), dated = row_text(row, D_PERMASLUG);
	const char *colon = model.n ? memrchr(model.p, ':', model.n) : NULL;
	if (colon)
		dated = join_variant(row, dated,
			(struct slice){ colon + 1, (size_t)(model.p + model.n - colon - 1) });
	fill_openrouter(&rec, model.n ? model : dated);
	if (dated.n)
		rec.response_model = dated;
	if (row_time(row, D_DATE, &rec))
		rec.width = NS_PER_DAY;
	bill_money(row, D_COST, &rec);
	rec.requests = row_count(row, D_REQUESTS, -1);
	if (fill_byok(row, D_BYOK, &rec) && rec.requests == 0)
		rec.pay = PAY_BYOK;
	fill_day_tokens(row, &rec);
	bill_identity(row, IDENTITY_ID, 0, D_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_day(const struct sight *sight)
{
	return sight_path(sight, "model_permaslug") && sight_path(sight, "byok_usage_inference")
		       ? "data with model_permaslug and byok_usage_inference"
		       : NULL;
}

enum {
	G_ID,
	G_TIME,
	G_MODEL,
	G_COST,
	G_BYOK,
	G_IS_BYOK,
	G_PROMPT,
	G_COMPLETION,
	G_REASONING,
	G_CACHED,
	G_CANCELLED,
	G_TIER,
	G_LATENCY,
	G_USER,
	G_SESSION,
};

static const char *const generation_slots[] = {
	[G_ID] = "data.id",
	[G_TIME] = "data.created_at",
	[G_MODEL] = "data.model",
	[G_COST] = "data.total_cost|data.usage",
	[G_BYOK] = "data.upstream_inference_cost",
	[G_IS_BYOK] = "data.is_byok",
	[G_PROMPT] = "data.native_tokens_prompt",
	[G_COMPLETION] = "data.native_tokens_completion",
	[G_REASONING] = "data.native_tokens_reasoning",
	[G_CACHED] = "data.native_tokens_cached",
	[G_CANCELLED] = "data.cancelled",
	[G_TIER] = "data.service_tier",
	[G_LATENCY] = "data.latency",
	[G_USER] = "data.external_user",
	[G_SESSION] = "data.session_id",
	NULL,
};

static void
fill_generation_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_INSIDE;
	stated.reasoning_is = REASONING_INSIDE;
	stated.input = row_count(row, G_PROMPT, -1);
	stated.cache_read = row_count(row, G_CACHED, -1);
	stated.output = row_count(row, G_COMPLETION, -1);
	stated.reasoning = row_count(row, G_REASONING, -1);
	if (stated.input >= 0 || stated.output >= 0)
		row_tokens(row, rec, &stated);
}

static void
read_generation(struct row *row)
{
	struct record rec;
	record_init(&rec);
	fill_openrouter(&rec, row_text(row, G_MODEL));
	row_time(row, G_TIME, &rec);
	bill_money(row, G_COST, &rec);
	if (row_flag(row, G_IS_BYOK)) {
		fill_byok(row, G_BYOK, &rec);
		rec.pay = PAY_BYOK;
	}
	fill_generation_tokens(row, &rec);
	rec.tier = tier_parse(row_text(row, G_TIER));
	rec.latency_ms = row_millis(row, G_LATENCY, 1);
	rec.dim[DIM_USER] = row_text(row, G_USER);
	rec.session = row_text(row, G_SESSION);
	rec.id = row_text(row, G_ID);
	rec.identity = rec.id.n ? IDENTITY_ID : IDENTITY_CONTENT;
	emit_request(row, row_flag(row, G_CANCELLED), &rec);
}

static const char *
match_generation(const struct sight *sight)
{
	return sight_path(sight, "data.native_tokens_prompt") ? "data.native_tokens_prompt" : NULL;
}

/* A balance says nothing about usage; it is recognised so that nobody wonders. */
static void
read_credits(struct row *row)
{
	row_note(row, NOTE_SKIPPED);
}

static const char *
match_credits(const struct sight *sight)
{
	return sight_path(sight, "data.total_credits") && sight_path(sight, "data.total_usage")
		       ? "data.total_credits and data.total_usage, a balance"
		       : NULL;
}

static const char *const credits_slots[] = { "data.total_credits", "data.total_usage", NULL };

const struct reader reader_openrouter_activity = {
	.name = "openrouter-activity",
	.title = "OpenRouter activity export",
	.forms = FORM_CSV,
	.origin = ORIGIN_GATEWAY,
	.slots = activity_slots,
	.match = match_activity,
	.row = read_activity,
};

const struct reader reader_openrouter_activity_api = {
	.name = "openrouter-activity-api",
	.title = "OpenRouter activity, by day",
	.forms = FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = day_slots,
	.pages = "data",
	.match = match_day,
	.row = read_day,
};

const struct reader reader_openrouter_generation = {
	.name = "openrouter-generation",
	.title = "OpenRouter generation",
	.forms = FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = generation_slots,
	.match = match_generation,
	.row = read_generation,
};

const struct reader reader_openrouter_credits = {
	.name = "openrouter-credits",
	.title = "OpenRouter account balance",
	.forms = FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = credits_slots,
	.match = match_credits,
	.row = read_credits,
};
