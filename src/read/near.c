/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/near.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_MOST = 64, OBJECTS_MOST = 50, UNKNOWN_MOST = 200, SHORTEST = 6, LONG = 12 };

/* Names that nobody knows, and which places were met. */
struct sighting {
	const struct shape *shape;
	bool *met; /* by leaf */
	struct unknown {
		unsigned node; /* the object it was in */
		char name[NAME_MOST];
	} * unknown;
	size_t n;
};

/* Only what holds tokens, requests or money is worth it. */
static bool
is_quantity(struct slice name)
{
	static const char *const words[] = { "token", "cost", "amount", "spend", "input", "output",
		"cache", "prompt", "completion", "quantity", "requests" };
	for (size_t i = 0; i < HL_COUNT(words); i++)
		if (slice_find_nocase(name, words[i]) >= 0)
			return true;
	return false;
}

/* Letters in lower case and digits; what joins words is written in many ways.  Digits apart. */
static bool
squeeze(struct slice name, char letters[NAME_MOST], char digits[NAME_MOST])
{
	size_t n = 0, m = 0;
	if (name.n >= NAME_MOST)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (c >= '0' && c <= '9')
			digits[m++] = c;
		else if (c >= 'A' && c <= 'Z')
			letters[n++] = (char)(c - 'A' + 'a');
		else if (!memchr(" _-.$()", c, 7))
			letters[n++] = c;
	}
	letters[n] = digits[m] = '\0';
	return n >= SHORTEST;
}

/* cache_write_5m_tokens is no misspelt cache_write_1h_tokens: digits must agree. */
static bool
is_near(struct slice a, struct slice b)
{
	char left[NAME_MOST], right[NAME_MOST], left_digits[NAME_MOST], right_digits[NAME_MOST];
	if (!squeeze(a, left, left_digits) || !squeeze(b, right, right_digits) ||
		strcmp(left_digits, right_digits) != 0)
		return false;
	bool cost = strstr(left, "cost") || strstr(right, "cost");
	if (cost && (strstr(left, "count") || strstr(right, "count")))
		return false; /* total_count is no misspelt total_cost */
	size_t shorter = strlen(left) < strlen(right) ? strlen(left) : strlen(right);
	return str_distance(left, right) <= (shorter >= LONG ? 2 : 1);
}

/* Is something of what the leaf is a place of there, if in another place? */
static bool
is_met(const struct sighting *sighting, int leaf)
{
	const struct shape *shape = sighting->shape;
	for (uint32_t i = shape->feeds_from[leaf]; i < shape->feeds_from[leaf + 1]; i++) {
		const struct shape_slot *slot = &shape->slots[shape->feeds[i].slot];
		for (size_t k = 0; k < slot->n; k++)
			if (sighting->met[slot->leaves[k]])
				return true;
	}
	return shape->feeds_from[leaf] == shape->feeds_from[leaf + 1];
}

static void
say(struct str *out, const char *what, struct slice has, struct slice lacks)
{
	str_printf(out,
		"%sthe %s \"" SLICE_FMT "\" is not counted; if it is \"" SLICE_FMT
		"\", which is missing, rename it",
		out->n ? "\n" : "", what, SLICE_ARG(has), SLICE_ARG(lacks));
}

static void
near_columns(const struct reading *reading, const struct detection *detection,
	const struct sighting *sighting, struct str *out)
{
	const struct shape *shape = reading->shape;
	for (size_t i = 0; i < reading->columns_n; i++) {
		struct slice name = slice_trim(detection->columns[i]);
		bool known = reading->column_leaf[i * COLUMN_LEAVES] != LEAF_NONE;
		for (size_t leaf = 0; leaf < shape->leaves_n && !known; leaf++) {
			struct slice place = shape->columns[leaf];
			if (!place.n || !is_quantity(place) || !is_near(name, place) ||
				is_met(sighting, (int)leaf))
				continue;
			say(out, "column", name, place);
			break;
		}
	}
}

static void
remember(struct sighting *sighting, unsigned node, const char *name)
{
	for (size_t i = 0; i < sighting->n; i++)
		if (sighting->unknown[i].node == node &&
			strcmp(sighting->unknown[i].name, name) == 0)
			return;
	if (sighting->n == UNKNOWN_MOST || strlen(name) >= NAME_MOST)
		return;
	sighting->unknown[sighting->n].node = node;
	snprintf(sighting->unknown[sighting->n++].name, NAME_MOST, "%s", name);
}

/* Objects inside objects, as deep as the shape goes: no deeper than its longest path. */
static void
see(struct sighting *sighting, const cJSON *object, unsigned node)
{
	const struct shape *shape = sighting->shape;
	const cJSON *item;
	cJSON_ArrayForEach(item, object)
	{
		if (!item->string)
			continue;
		unsigned child = shape_find_child(shape, node, slice_of(item->string), false);
		if (!child && (cJSON_IsNumber(item) || cJSON_IsString(item)))
			remember(sighting, node, item->string);
		if (!child)
			continue;
		if (shape->nodes[child].leaf >= 0 && !cJSON_IsNull(item))
			sighting->met[shape->nodes[child].leaf] = true;
		if (cJSON_IsObject(item))
			see(sighting, item, child);
	}
}

static void
see_text(struct sighting *sighting, struct slice text, const char *pages, size_t *left)
{
	struct spans spans;
	struct span_list list = { 0 };
	spans_init(&spans, pages, 1);
	spans_feed(&spans, text.p, 0, text.n, &list);
	for (size_t i = 0; i < list.n && *left; i++) {
		cJSON *object = list.items[i].bad ? NULL
						  : cJSON_ParseWithLength(list.items[i].text.p,
							    list.items[i].text.n);
		*left -= object != NULL;
		if (cJSON_IsObject(object))
			see(sighting, object, 0);
		cJSON_Delete(object);
	}
	free(list.items);
}

/* A key that is near one that its object could have. */
static void
compare_keys(const struct sighting *sighting, const struct unknown *unknown, struct str *out)
{
	const struct shape *shape = sighting->shape;
	struct slice name = slice_of(unknown->name);
	for (unsigned node = shape->nodes[unknown->node].child; node;
		node = shape->nodes[node].sibling) {
		struct slice key = shape->nodes[node].key;
		int leaf = shape->nodes[node].leaf;
		if (leaf < 0 || !is_quantity(key) || !is_near(name, key) || is_met(sighting, leaf))
			continue;
		say(out, "key", name, key);
		return;
	}
}

static void
near_keys(const struct detection *detection, struct slice body, struct sighting *sighting,
	struct str *out)
{
	struct slice line;
	size_t left = OBJECTS_MOST;
	if (detection->mode != SPLIT_LINES)
		see_text(sighting, body, detection->pages, &left);
	else
		while (left && slice_cut(&body, '\n', &line))
			see_text(sighting, line, detection->pages, &left);
	for (size_t i = 0; i < sighting->n; i++)
		compare_keys(sighting, &sighting->unknown[i], out);
}

void
near_misses(const struct reading *reading, const struct detection *detection, struct slice body,
	struct str *out)
{
	struct sighting sighting = { .shape = reading->shape,
		.met = xcalloc(reading->shape->leaves_n + 1, sizeof(bool)),
		.unknown = xcalloc(UNKNOWN_MOST, sizeof(*sighting.unknown)) };
	for (size_t i = 0; i < reading->columns_n * COLUMN_LEAVES; i++)
		if (reading->column_leaf[i] != LEAF_NONE)
			sighting.met[reading->column_leaf[i]] = true;
	if (detection->form == FORM_CSV)
		near_columns(reading, detection, &sighting, out);
	else
		near_keys(detection, body, &sighting, out);
	free(sighting.unknown);
	free(sighting.met);
}
