/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/log.h"

#include "base/when.h"
#include "read/json.h"
#include "read/row.h"

struct slice
log_word(struct row *row, int slot)
{
	const struct field *field = row_at(row, slot);
	bool word = field->type == FIELD_TEXT || field->type == FIELD_NUMBER;
	return !word ? SLICE("") : field->escaped ? row_decode(row, *field) : field->text;
}

int64_t
log_count(struct row *row, int slot)
{
	enum field_type type = row_field(row, slot).type;
	return type == FIELD_TEXT || type == FIELD_NUMBER ? row_count(row, slot, -1) : -1;
}

struct field
log_member(struct slice object, const char *key)
{
	struct slice rest, name;
	struct field value;
	bool escaped;
	if (json_open(object, '{', &rest))
		while (json_member(&rest, &name, &escaped, &value))
			if (slice_is(name, key))
				return value;
	return (struct field){ .type = FIELD_ABSENT };
}

void
log_set_model(struct record *rec, struct slice model)
{
	rec->request_model = model;
	rec->response_model = model;
}

void
log_models(struct row *row, int request, int response, struct record *rec)
{
	rec->request_model = log_word(row, request);
	rec->response_model = log_word(row, response);
	if (!rec->request_model.n)
		rec->request_model = rec->response_model;
	if (!rec->response_model.n)
		rec->response_model = rec->request_model;
}

void
log_identity(struct record *rec, struct slice id)
{
	rec->id = id;
	rec->identity = id.n ? IDENTITY_ID : rec->timed ? IDENTITY_CONTENT : IDENTITY_ORDINAL;
}

bool
log_billed(struct row *row, int slot, struct record *rec)
{
	enum field_type type = row_field(row, slot).type;
	if (type != FIELD_NUMBER && type != FIELD_TEXT)
		return false;
	rec->has_billed = row_money(row, slot, &rec->billed);
	return rec->has_billed;
}

void
log_claimed(struct row *row, int slot, struct record *rec)
{
	femto_t amount;
	if (!row_has(row, slot) || !row_money(row, slot, &amount))
		return;
	record_measure_femto(rec, MEASURE_CLAIMED_COST, amount);
	rec->how |= HOW_PARTIAL_COST;
}

void
log_currency(struct row *row, int slot, struct record *rec)
{
	struct slice text = slice_trim(log_word(row, slot));
	if (text.n != 3)
		return;
	char code[4] = { 0 };
	for (size_t i = 0; i < 3; i++) {
		char c = text.p[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c < 'A' || c > 'Z')
			return;
		code[i] = c;
	}
	memcpy(rec->currency, code, sizeof(code));
}

void
log_currency_sign(struct slice amount, struct record *rec)
{
	static const struct {
		const char *sign, *code;
	} signs[] = { { "\xE2\x82\xAC", "EUR" }, { "EUR", "EUR" }, { "\xC2\xA3", "GBP" },
		{ "GBP", "GBP" }, { "CHF", "CHF" }, { "CNY", "CNY" }, { "RMB", "CNY" },
		{ "JPY", "JPY" }, { "INR", "INR" }, { "\xE2\x82\xB9", "INR" } };
	for (size_t i = 0; i < HL_COUNT(signs); i++)
		if (slice_find(amount, signs[i].sign) >= 0) {
			memcpy(rec->currency, signs[i].code, sizeof(rec->currency));
			return;
		}
}

void
log_cached_answer(struct record *rec)
{
	rec->how |= HOW_CACHED_ANSWER;
	record_measure(rec, MEASURE_CACHE_HIT, 1);
}

void
log_searches(struct record *rec, int64_t calls)
{
	if (calls > 0)
		record_measure(rec, MEASURE_WEB_SEARCH, calls);
}

void
log_audio(struct record *rec, int64_t input, int64_t output)
{
	if (input > 0)
		record_measure(rec, MEASURE_AUDIO_INPUT, input);
	if (output > 0)
		record_measure(rec, MEASURE_AUDIO_OUTPUT, output);
}

int64_t
log_until(struct row *row, int slot, const struct record *rec)
{
	struct slice text = log_word(row, slot);
	int64_t ns;
	bool zoned, dated;
	if (!rec->timed || !text.n ||
		(!when_epoch(text, &ns) && !when_parse(text, &ns, &zoned, &dated)))
		return -1;
	return ns < rec->start ? -1 : (ns - rec->start) / 1000000;
}

bool
log_no_tokens(const struct stated_tokens *stated)
{
	return stated->input <= 0 && stated->output <= 0 && stated->total <= 0 &&
	       stated->cache_read <= 0 && stated->cache_write <= 0;
}

struct slice
log_folder(struct slice path)
{
	while (path.n > 1 && (path.p[path.n - 1] == '/' || path.p[path.n - 1] == '\\'))
		path.n--;
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
			return (struct slice){ path.p + i, path.n - i };
	return path;
}

struct slice
log_url_path(struct slice url)
{
	ptrdiff_t host = slice_find(url, "://");
	if (host >= 0) {
		struct slice rest = { url.p + host + 3, url.n - (size_t)host - 3 };
		const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
		if (!slash)
			return SLICE("");
		url = (struct slice){ slash, rest.n - (size_t)(slash - rest.p) };
	}
	const char *query = url.n ? memchr(url.p, '?', url.n) : NULL;
	return query ? (struct slice){ url.p, (size_t)(query - url.p) } : url;
}

struct slice
log_key_name(struct slice key)
{
	static const char *const secrets[] = { "sk-", "sk_", "pk-", "gsk_", "xai-", "AIza", "hf_",
		"AKIA", "Bearer ", "eyJ", "r8_", "pplx-" };
	for (size_t i = 0; i < HL_COUNT(secrets); i++)
		if (slice_starts(key, secrets[i]))
			return SLICE("");
	/* people do not give names of that length without a blank */
	return key.n >= 32 && !memchr(key.p, ' ', key.n) ? SLICE("") : key;
}

/* Tags that a library adds by itself say nothing about the request's purpose. */
static bool
is_own_tag(struct slice tag)
{
	return tag.n && !slice_starts(tag, "User-Agent:");
}

struct slice
log_tags(struct row *row, int slot)
{
	struct field field = row_field(row, slot), item;
	struct slice text = field.type == FIELD_ARRAY ? field.text
						      : slice_trim(log_word(row, slot)),
		     rest;
	if (!json_open(text, '[', &rest))
		return text;
	struct str joined = STR_INIT;
	while (json_item(&rest, &item)) {
		struct slice tag = item.type == FIELD_TEXT ? row_decode(row, item) : SLICE("");
		if (!is_own_tag(tag))
			continue;
		if (joined.n)
			str_putc(&joined, ',');
		str_slice(&joined, tag);
	}
	struct slice tags = slice_copy(row_arena(row), str_as_slice(&joined));
	str_free(&joined);
	return tags;
}
