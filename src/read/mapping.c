/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/mapping.h"

#include <stdlib.h>
#include <strings.h>

#include "base/near.h"
#include "conf/conf.h"
#include "read/formats-logs.h"
#include "read/json.h"

struct building {
	struct arena *arena;
	struct mapping_pair *pairs;
	size_t n, size;
};

/* The slot of a meaning, or -1 with a hint in 'hint'. */
static int
find_slot(struct slice meaning, struct arena *arena, const char **hint)
{
	const char *word = arena_copy(arena, meaning.p, meaning.n);
	size_t n = 0;
	for (; request_log_meanings[n]; n++)
		if (strcmp(request_log_meanings[n], word) == 0)
			return (int)n;
	*hint = near_hint(arena_take(arena, NEAR_TEXT), word, request_log_meanings, n, NULL);
	return -1;
}

static void
add_pair(struct building *building, int slot, struct slice place)
{
	building->pairs =
		xgrow(building->pairs, &building->size, building->n, sizeof(*building->pairs));
	building->pairs[building->n++] = (struct mapping_pair){
		.slot = slot,
		.meaning = slice_of(request_log_meanings[slot]),
		.place = slice_copy(building->arena, place),
	};
}

static struct mapping
finish(struct building *building, struct slice title)
{
	struct mapping_pair *pairs = arena_take(building->arena, building->n * sizeof(*pairs));
	for (size_t i = 0; i < building->n; i++)
		pairs[i] = building->pairs[i];
	struct mapping done = { .title = title, .pairs = pairs, .n = building->n };
	free(building->pairs);
	*building = (struct building){ .arena = building->arena };
	return done;
}

/* A quoted place off the front of 'rest', without its quotes. */
static bool
take_quoted(struct slice *rest, struct arena *arena, struct slice *place)
{
	char *text = arena_take(arena, rest->n);
	size_t n = 0;
	for (size_t i = 1; i < rest->n; i++) {
		if (rest->p[i] == '"' && (i + 1 == rest->n || rest->p[i + 1] != '"')) {
			*place = (struct slice){ text, n };
			*rest = (struct slice){ rest->p + i + 1, rest->n - i - 1 };
			return true;
		}
		i += rest->p[i] == '"';
		text[n++] = rest->p[i];
	}
	return false;
}

static bool
take_place(struct slice *rest, struct arena *arena, struct slice *place)
{
	if (rest->n && rest->p[0] == '"')
		return take_quoted(rest, arena, place) && place->n;
	size_t n = 0;
	while (n < rest->n && rest->p[n] != ',' && rest->p[n] != '|')
		n++;
	*place = slice_trim((struct slice){ rest->p, n });
	*rest = (struct slice){ rest->p + n, rest->n - n };
	return place->n > 0;
}

/* The sign between two places or pairs; '\0' at the end, '?' for anything else. */
static char
take_sign(struct slice *rest)
{
	if (!rest->n)
		return '\0';
	char sign = rest->p[0];
	rest->p++;
	rest->n--;
	if (sign != ',' && sign != '|')
		sign = '?';
	return sign;
}

/* One MEANING=PLACE|PLACE; *sign is what follows it. */
static bool
take_pair(struct slice *rest, struct building *building, char *sign, struct err *err)
{
	struct slice meaning, place;
	const char *hint;
	const char *equal = rest->n ? memchr(rest->p, '=', rest->n) : NULL;
	if (!equal)
		return err_set(err, FAULT_USAGE,
			"--map: \"" SLICE_FMT "\", expected MEANING=COLUMN", SLICE_ARG(*rest));
	meaning = slice_trim((struct slice){ rest->p, (size_t)(equal - rest->p) });
	*rest = (struct slice){ equal + 1, rest->n - (size_t)(equal + 1 - rest->p) };
	int slot = find_slot(meaning, building->arena, &hint);
	if (slot < 0)
		return err_set(err, FAULT_USAGE, "--map: no meaning \"" SLICE_FMT "\"%s",
			SLICE_ARG(meaning), hint);
	for (size_t i = 0; i < building->n; i++)
		if (building->pairs[i].slot == slot)
			return err_set(err, FAULT_USAGE,
				"--map: " SLICE_FMT " is given twice, expected " SLICE_FMT
				"=A|B for two columns",
				SLICE_ARG(meaning), SLICE_ARG(meaning));
	do {
		if (!take_place(rest, building->arena, &place))
			return err_set(err, FAULT_USAGE,
				"--map: " SLICE_FMT
				"= has no column or an open quote, expected " SLICE_FMT "=COLUMN",
				SLICE_ARG(meaning), SLICE_ARG(meaning));
		add_pair(building, slot, place);
		*sign = take_sign(rest);
	} while (*sign == '|');
	if (*sign == '?')
		return err_set(err, FAULT_USAGE,
			"--map: something follows the closing quote of " SLICE_FMT,
			SLICE_ARG(meaning));
	return true;
}

static bool
parse_pairs(const char *text, struct arena *arena, struct mapping *out, struct err *err)
{
	struct building building = { .arena = arena };
	struct slice rest = slice_of(arena_copy(arena, text, strlen(text)));
	char sign = '\0';
	do {
		if (!take_pair(&rest, &building, &sign, err)) {
			free(building.pairs);
			return false;
		}
	} while (sign == ',');
	*out = finish(&building, SLICE(""));
	return true;
}

/* A section as a mapping. */
static bool
read_section(const struct conf_section *section, struct arena *arena, struct mapping *out,
	struct err *err)
{
	struct building building = { .arena = arena };
	bool good = section->items_n || conf_wrong(section, NULL, err, "maps nothing");
	for (size_t i = 0; good && i < section->items_n; i++) {
		const struct conf_item *item = &section->items[i];
		const char *hint;
		int slot = find_slot(slice_of(item->key), arena, &hint);
		if (slot < 0)
			good = conf_wrong(
				section, item, err, "no meaning \"%s\"%s", item->key, hint);
		for (size_t v = 0; good && v < item->values_n; v++) {
			struct slice place = slice_trim(item->values[v]);
			good = place.n || conf_wrong(section, item, err,
						  "%s is \"\", expected a column", item->key);
			if (good)
				add_pair(&building, slot, place);
		}
	}
	if (good)
		*out = finish(&building, slice_copy(arena, section->title));
	free(building.pairs);
	return good;
}

bool
mapping_saved(const struct conf *conf, struct arena *arena, const struct mapping **mappings,
	size_t *n, struct err *err)
{
	const struct conf_section *at = NULL;
	size_t count = 0;
	while ((at = conf_next(conf, "mapping", at)))
		count++;
	struct mapping *all = arena_take(arena, count * sizeof(*all));
	*mappings = all;
	*n = count;
	for (count = 0; (at = conf_next(conf, "mapping", at)); count++)
		if (!read_section(at, arena, &all[count], err))
			return false;
	return true;
}

static bool
unknown_title(const struct mapping *mappings, size_t n, const char *title, struct err *err)
{
	char hint[NEAR_TEXT];
	return err_set(err, FAULT_USAGE, "--map: no mapping \"%s\" in hllm.conf%s", title,
		near_hint_in(hint, slice_of(title), &mappings->title, n, sizeof(*mappings),
			", expected its title or MEANING=COLUMN"));
}

bool
mapping_parse(const struct conf *conf, const char *text, struct arena *arena, struct mapping *out,
	struct err *err)
{
	const struct mapping *saved;
	size_t n;
	if (!mapping_saved(conf, arena, &saved, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (slice_is(saved[i].title, text)) {
			*out = saved[i];
			return true;
		}
	}
	if (strchr(text, '='))
		return parse_pairs(text, arena, out, err);
	return unknown_title(saved, n, text, err);
}

void
mapping_apply(const struct mapping *mapping, struct shape *shape)
{
	/* The last one that is preferred is tried first. */
	for (size_t i = mapping->n; i-- > 0;) {
		if ((size_t)mapping->pairs[i].slot >= shape_slots(shape))
			BUG("a mapping for another reader than the generic request log");
		shape_prefer(shape, (size_t)mapping->pairs[i].slot, mapping->pairs[i].place);
	}
}

/* A saved mapping may serve files that lack some columns, but not those that are counted. */
static bool
is_needed(const struct mapping *mapping, int slot)
{
	static const char *const counted[] = { "model", "input", "output", "total" };
	for (size_t i = 0; i < HL_COUNT(counted); i++)
		if (strcmp(request_log_meanings[slot], counted[i]) == 0)
			return true;
	return !mapping->title.n;
}

static bool
has_place(const struct mapping *mapping, int slot, const struct slice *columns, size_t n)
{
	for (size_t i = 0; i < mapping->n; i++) {
		struct slice place = mapping->pairs[i].place;
		for (size_t k = 0; k < n && mapping->pairs[i].slot == slot; k++) {
			struct slice column = slice_trim(columns[k]);
			if (place.n == column.n && strncasecmp(place.p, column.p, place.n) == 0)
				return true;
		}
	}
	return false;
}

bool
mapping_fits_columns(const struct mapping *mapping, const struct slice *columns, size_t n,
	const char *name, struct err *err)
{
	char hint[NEAR_TEXT];
	for (size_t i = 0; i < mapping->n; i++) {
		const struct mapping_pair *pair = &mapping->pairs[i];
		if (!is_needed(mapping, pair->slot) || has_place(mapping, pair->slot, columns, n))
			continue;
		return err_set(err, FAULT_INPUT,
			"%s: no column \"" SLICE_FMT "\", which --map says is " SLICE_FMT "%s",
			name, SLICE_ARG(pair->place), SLICE_ARG(pair->meaning),
			near_hint_in(hint, pair->place, columns, n, sizeof(*columns), NULL));
	}
	return true;
}

bool
mapping_fits_objects(
	const struct mapping *mapping, const bool *seen, const char *name, struct err *err)
{
	for (size_t i = 0; i < mapping->n; i++) {
		const struct mapping_pair *pair = &mapping->pairs[i];
		if (is_needed(mapping, pair->slot) && !seen[pair->slot])
			return err_set(err, FAULT_INPUT,
				"%s: no key \"" SLICE_FMT "\", which --map says is " SLICE_FMT,
				name, SLICE_ARG(pair->place), SLICE_ARG(pair->meaning));
	}
	return true;
}
