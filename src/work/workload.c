/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/workload.h"

const char by_words[] = "task|project|key|agent|endpoint|environment|tag|user|model|biller";

static const enum dim default_order[] = { DIM_TASK, DIM_PROJECT, DIM_AGENT, DIM_KEY, DIM_ENDPOINT,
	DIM_TAG, DIM_ENVIRONMENT };

int
by_parse(const char *word)
{
	if (strcmp(word, "model") == 0)
		return BY_MODEL;
	if (strcmp(word, "biller") == 0)
		return BY_BILLER;
	for (int i = 0; i < DIMS; i++)
		if (strcmp(word, dim_names[i]) == 0)
			return BY_DIM + i;
	return -1;
}

static bool
item_matches(const struct conf_item *item, struct slice text)
{
	for (size_t i = 0; i < item->values_n; i++)
		if (slice_glob(text, item->values[i]))
			return true;
	return false;
}

/* What a match key of a workload block looks at; NULL for keys that are attributes. */
static bool
matched_text(const struct key *key, const char *name, struct slice *text)
{
	for (int i = 0; i < DIMS; i++)
		if (strcmp(name, dim_names[i]) == 0) {
			*text = key->text[KEY_DIMS + i];
			return true;
		}
	if (strcmp(name, "model") == 0)
		*text = key->text[KEY_RESPONSE_MODEL];
	else if (strcmp(name, "biller") == 0)
		*text = key->text[KEY_BILLER];
	else if (strcmp(name, "provider") == 0)
		*text = key->text[KEY_PROVIDER];
	else if (strcmp(name, "origin") == 0)
		*text = slice_of(origin_names[key->origin]);
	else
		return false;
	return true;
}

/* Users are kept as hashes: what hllm.conf calls them is hashed alike. */
static bool
user_matches(const struct conf_item *item, struct slice text, uint64_t secret)
{
	for (size_t i = 0; i < item->values_n; i++) {
		char user[KEY_USER_TEXT];
		key_user(user, item->values[i], secret);
		if (slice_is(text, user))
			return true;
	}
	return false;
}

static bool
section_matches(const struct conf_section *section, const struct key *key, uint64_t secret)
{
	bool any = false;
	for (size_t i = 0; i < section->items_n; i++) {
		struct slice text;
		if (!matched_text(key, section->items[i].key, &text))
			continue;
		bool user = strcmp(section->items[i].key, "user") == 0;
		if (!item_matches(&section->items[i], text) &&
			!(user && user_matches(&section->items[i], text, secret)))
			return false;
		any = true;
	}
	return any;
}

static const struct conf_section *
matching_section(const struct workload_rules *rules, const struct key *key)
{
	for (const struct conf_section *at = NULL; (at = conf_next(rules->conf, "workload", at));)
		if (section_matches(at, key, rules->secret))
			return at;
	return NULL;
}

static struct slice
or_unnamed(struct slice text)
{
	return slice_trim(text).n ? text : SLICE(WORKLOAD_UNNAMED);
}

struct slice
workload_name(const struct workload_rules *rules, const struct key *key)
{
	if (rules->by >= BY_DIM)
		return or_unnamed(key->text[KEY_DIMS + (rules->by - BY_DIM)]);
	if (rules->by == BY_MODEL)
		return or_unnamed(key->text[KEY_RESPONSE_MODEL]);
	if (rules->by == BY_BILLER)
		return or_unnamed(key->text[KEY_BILLER]);
	const struct conf_section *section = matching_section(rules, key);
	if (section)
		return section->title;
	for (size_t i = 0; i < HL_COUNT(default_order); i++)
		if (slice_trim(key->text[KEY_DIMS + default_order[i]]).n)
			return key->text[KEY_DIMS + default_order[i]];
	return SLICE(WORKLOAD_UNNAMED);
}

const char *
workload_source(const struct workload_rules *rules, const struct key *key)
{
	if (rules->by >= BY_DIM)
		return dim_names[rules->by - BY_DIM];
	if (rules->by == BY_MODEL)
		return "model";
	if (rules->by == BY_BILLER)
		return "biller";
	if (matching_section(rules, key))
		return "hllm.conf";
	for (size_t i = 0; i < HL_COUNT(default_order); i++)
		if (slice_trim(key->text[KEY_DIMS + default_order[i]]).n)
			return dim_names[default_order[i]];
	return "none";
}

bool
workload_is_difference(struct slice name)
{
	return slice_is(name, WORKLOAD_NOT_LOGGED) || slice_is(name, WORKLOAD_NOT_BILLED) ||
	       slice_is(name, WORKLOAD_BEYOND_USAGE) || slice_is(name, WORKLOAD_UNBILLED_USAGE);
}
