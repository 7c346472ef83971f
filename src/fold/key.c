/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/key.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"

const char *const key_text_names[KEY_TEXTS] = {
	[KEY_BILLER] = "biller",
	[KEY_PROVIDER] = "provider",
	[KEY_REQUEST_MODEL] = "request_model",
	[KEY_RESPONSE_MODEL] = "response_model",
	[KEY_REGION] = "region",
	[KEY_CURRENCY] = "currency",
	[KEY_ITEM] = "line_item",
	[KEY_DIMS + DIM_TASK] = "task",
	[KEY_DIMS + DIM_PROJECT] = "project",
	[KEY_DIMS + DIM_KEY] = "key",
	[KEY_DIMS + DIM_AGENT] = "agent",
	[KEY_DIMS + DIM_ENDPOINT] = "endpoint",
	[KEY_DIMS + DIM_ENVIRONMENT] = "environment",
	[KEY_DIMS + DIM_TAG] = "tag",
	[KEY_DIMS + DIM_USER] = "user",
};

enum { TEXT_MOST = 200, ITEM_TEXT = 96 };

void
key_user(char out[KEY_USER_TEXT], struct slice user, uint64_t secret)
{
	snprintf(out, KEY_USER_TEXT, "user-%012llx",
		(unsigned long long)(hash_64(user.p, user.n, secret) & 0xFFFFFFFFFFFFull));
}

static struct slice
hashed(struct slice text, uint64_t secret, struct arena *scratch, const char *prefix)
{
	char *name = arena_take(scratch, 32);
	int n = snprintf(name, 32, "%s-%012llx", prefix,
		(unsigned long long)(hash_64(text.p, text.n, secret) & 0xFFFFFFFFFFFFull));
	return (struct slice){ name, (size_t)n };
}

static bool
has_prefix_any(struct slice text, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_starts(text, prefixes[i]))
			return true;
	return false;
}

/* Anything a person would not want to find in a file: an address, or a key itself. */
static bool
looks_private(struct slice text)
{
	static const char *const secrets[] = { "sk-", "sk_", "Bearer ", "AKIA", "ghp_", "gsk_",
		"xai-", "AIza" };
	const char *at = text.n ? memchr(text.p, '@', text.n) : NULL;
	if (at && at > text.p && memchr(at, '.', text.n - (size_t)(at - text.p)))
		return true;
	return text.n >= 16 && has_prefix_any(text, secrets, HL_COUNT(secrets));
}

static struct slice
kept(struct slice text, uint64_t secret, struct arena *scratch)
{
	if (looks_private(text))
		return hashed(text, secret, scratch, "hidden");
	if (text.n <= TEXT_MOST)
		return text;
	size_t n = TEXT_MOST; /* cut at a character's start */
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return (struct slice){ text.p, n };
}

/* "cache_read 0.0000003" */
static struct slice
item_of(const struct record *rec, struct arena *scratch)
{
	char *text = arena_take(scratch, ITEM_TEXT), number[NUM_TEXT];
	femto_t rate = record_rate(rec);
	int n = snprintf(text, ITEM_TEXT, "%s%s%s", token_names[rec->line_kind], rate ? " " : "",
		rate ? num_print(number, rate, 0, 15, false) : "");
	return (struct slice){ text, (size_t)n };
}

struct key_item
key_item(const struct key *key)
{
	struct key_item item = { TOKEN_KINDS, 0 };
	struct slice rest = key->text[KEY_ITEM], name;
	if (!key->text[KEY_RESPONSE_MODEL].n || !slice_cut(&rest, ' ', &name))
		return item;
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		if (slice_is(name, token_names[kind]))
			item.kind = (enum token_kind)kind;
	if (item.kind == TOKEN_KINDS || num_decimal(rest, &item.rate) != NUM_OK)
		item.rate = 0;
	return item;
}

static int
context_of(const struct record *rec)
{
	if (rec->context >= 0)
		return rec->context;
	if (!rec->has_tokens)
		return CONTEXT_NONE;
	if (rec->width > 0 || rec->requests != 1)
		return CONTEXT_MIXED;
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += rec->tokens[i];
	return context_class(prompt);
}

struct key
key_of(const struct record *rec, uint64_t secret, unsigned collapsed, struct arena *scratch)
{
	struct key key = {
		.origin = rec->origin, .tier = rec->tier, .pay = rec->pay, .how = rec->how
	};
	key.text[KEY_BILLER] = kept(rec->biller, secret, scratch);
	key.text[KEY_PROVIDER] = kept(rec->provider, secret, scratch);
	key.text[KEY_REQUEST_MODEL] = kept(rec->request_model, secret, scratch);
	key.text[KEY_RESPONSE_MODEL] = kept(rec->response_model, secret, scratch);
	key.text[KEY_REGION] = kept(rec->region, secret, scratch);
	if (!rec->response_model.n)
		key.text[KEY_ITEM] = kept(rec->line_item, secret, scratch);
	else if (rec->line_kind < TOKEN_KINDS)
		key.text[KEY_ITEM] = item_of(rec, scratch);
	if (rec->has_billed)
		key.text[KEY_CURRENCY] = rec->currency[0] ? slice_of(rec->currency) : SLICE("USD");
	for (int i = 0; i < DIMS; i++) {
		struct slice text = rec->dim[i];
		if (text.n && collapsed & 1u << i)
			text = SLICE(KEY_MANY);
		else if (text.n && i == DIM_USER && !rec->user_hashed)
			text = hashed(text, secret, scratch, "user");
		else if (text.n)
			text = kept(text, secret, scratch);
		key.text[KEY_DIMS + i] = text;
	}
	key.context = context_of(rec);
	key.width = rec->width / NS_PER_SECOND;
	return key;
}

struct hash128
key_hash(const struct key *key)
{
	unsigned char buf[64 + KEY_TEXTS * (TEXT_MOST + 8)];
	size_t n = 0;
	int64_t numbers[] = { key->origin, key->tier, key->pay, key->how, key->context,
		key->width };
	memcpy(buf, numbers, sizeof(numbers));
	n += sizeof(numbers);
	for (int i = 0; i < KEY_TEXTS; i++) {
		size_t len = key->text[i].n > TEXT_MOST ? TEXT_MOST : key->text[i].n;
		buf[n++] = (unsigned char)len;
		if (len)
			memcpy(buf + n, key->text[i].p, len);
		n += len;
	}
	return hash_bytes(buf, n, 0);
}

struct key
key_collapse(const struct key *key, unsigned collapsed)
{
	struct key out = *key;
	for (int i = 0; i < DIMS; i++)
		if (out.text[KEY_DIMS + i].n && collapsed & 1u << i)
			out.text[KEY_DIMS + i] = SLICE(KEY_MANY);
	out.hash = key_hash(&out);
	return out;
}

/* Dimensions in the order they are given up. */
static const enum dim collapse_order[] = { DIM_USER, DIM_TAG, DIM_KEY, DIM_ENDPOINT, DIM_AGENT,
	DIM_PROJECT, DIM_ENVIRONMENT, DIM_TASK };

unsigned
key_collapse_more(unsigned collapsed)
{
	for (size_t i = 0; i < HL_COUNT(collapse_order); i++)
		if (!(collapsed & 1u << collapse_order[i]))
			return collapsed | 1u << collapse_order[i];
	return collapsed;
}

bool
key_equal(const struct key *a, const struct key *b)
{
	return hash_eq(a->hash, b->hash);
}

int
key_compare(const struct key *a, const struct key *b)
{
	int order = 0;
	for (int i = 0; i < KEY_TEXTS && !order; i++) /* users, which are hashes, come last */
		order = slice_compare(a->text[i], b->text[i]);
	const int64_t numbers[][2] = { { a->origin, b->origin }, { a->tier, b->tier },
		{ a->pay, b->pay }, { a->how, b->how }, { a->context, b->context },
		{ a->width, b->width } };
	for (size_t i = 0; i < HL_COUNT(numbers) && !order; i++)
		order = (numbers[i][0] > numbers[i][1]) - (numbers[i][0] < numbers[i][1]);
	return order;
}

static void
keys_grow(struct keys *keys)
{
	size_t size = keys->index_size ? keys->index_size * 2 : 256;
	free(keys->index);
	keys->index = xcalloc(size, sizeof(*keys->index));
	keys->index_size = size;
	for (size_t i = 0; i < keys->n; i++) {
		size_t at = keys->items[i].hash.low & (size - 1);
		while (keys->index[at])
			at = (at + 1) & (size - 1);
		keys->index[at] = (uint32_t)i + 1;
	}
}

uint32_t
keys_intern(struct keys *keys, const struct key *key)
{
	if ((keys->n + 1) * 2 > keys->index_size)
		keys_grow(keys);
	size_t at = key->hash.low & (keys->index_size - 1);
	for (; keys->index[at]; at = (at + 1) & (keys->index_size - 1))
		if (key_equal(&keys->items[keys->index[at] - 1], key))
			return keys->index[at] - 1;
	keys->items = xgrow(keys->items, &keys->size, keys->n, sizeof(*keys->items));
	struct key *fresh = &keys->items[keys->n];
	*fresh = *key;
	for (int i = 0; i < KEY_TEXTS; i++)
		fresh->text[i] =
			key->text[i].n ? slice_copy(&keys->arena, key->text[i]) : SLICE("");
	keys->index[at] = (uint32_t)keys->n + 1;
	return (uint32_t)keys->n++;
}

void
keys_free(struct keys *keys)
{
	free(keys->items);
	free(keys->index);
	arena_free(&keys->arena);
	*keys = (struct keys){ 0 };
}
