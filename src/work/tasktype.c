/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tasktype - which kind of work the words of a name tell of (task-types.conf). */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "work/profile.h"

/* The keys of a section: what it matches, then any attribute. */
static struct conf_kind *
make_kinds(struct task_types *types)
{
	const struct attributes *attributes = types->attributes;
	const char **keys = arena_take(&types->arena, (attributes->n + 2) * sizeof(*keys));
	struct conf_kind *kinds = arena_take(&types->arena, 2 * sizeof(*kinds));
	keys[0] = "match";
	for (size_t i = 0; i < attributes->n; i++)
		keys[i + 1] = slice_copy(&types->arena, attributes->items[i].name).p;
	kinds[0] = (struct conf_kind){ .name = "words", .titled = true, .keys = keys };
	return kinds;
}

struct task_types *
task_types_new(const struct attributes *attributes)
{
	struct task_types *types = xcalloc(1, sizeof(*types));
	types->attributes = attributes;
	types->kinds = make_kinds(types);
	return types;
}

static bool
add_conf(struct task_types *types, struct conf *conf, struct err *err)
{
	if (!conf)
		return false;
	if (types->confs_n == TASK_TYPE_FILES)
		BUG("more files of task types than there is room for");
	types->confs[types->confs_n++] = conf;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "words", at));) {
		if (!conf_need(at, "match", err) ||
			!attributes_check_section(types->attributes, at, err))
			return false;
		if (at->items_n < 2)
			return conf_wrong(at, NULL, err, "says nothing of what it matches");
	}
	return true;
}

bool
task_types_load(struct task_types *types, const char *path, bool must_exist, struct err *err)
{
	return add_conf(types, conf_load_file(types->kinds, path, must_exist, err), err);
}

bool
task_types_load_text(struct task_types *types, const char *file, struct slice text, struct err *err)
{
	return add_conf(types, conf_load_kinds(types->kinds, file, text, err), err);
}

void
task_types_free(struct task_types *types)
{
	if (!types)
		return;
	for (size_t i = 0; i < types->confs_n; i++)
		conf_free(types->confs[i]);
	arena_free(&types->arena);
	free(types);
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The next word of a name, "docClass_v2" being doc, Class, v2. */
static bool
next_word(struct slice name, size_t *at, struct slice *word)
{
	while (*at < name.n && !is_word(name.p[*at]))
		++*at;
	size_t from = *at;
	while (*at < name.n && is_word(name.p[*at])) {
		if (*at > from && isupper((unsigned char)name.p[*at]) &&
			islower((unsigned char)name.p[*at - 1]))
			break;
		++*at;
	}
	*word = (struct slice){ name.p + from, *at - from };
	return word->n > 0;
}

/* A pattern of several words matches as many words of the name, one behind the other. */
static bool
pattern_matches(struct slice pattern, struct slice name, struct slice *found)
{
	struct slice word;
	for (size_t start = 0; next_word(name, &start, &word);) {
		struct slice rest = pattern, part, first = word;
		size_t at = start;
		bool all = true, more = true;
		while (all && slice_cut(&rest, ' ', &part)) {
			all = more && slice_glob(word, part);
			*found = (struct slice){ first.p, (size_t)(word.p + word.n - first.p) };
			if (all && rest.n)
				more = next_word(name, &at, &word);
		}
		if (all)
			return true;
	}
	return false;
}

static const struct conf_section *
match_in(const struct conf *conf, struct slice name, struct slice *word)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "words", at));) {
		const struct conf_item *match = conf_item(at, "match");
		for (size_t i = 0; i < match->values_n; i++)
			if (pattern_matches(match->values[i], name, word))
				return at;
	}
	return NULL;
}

const struct conf_section *
task_types_match(const struct task_types *types, struct slice name, struct slice *word)
{
	const struct conf_section *found = NULL;
	for (size_t i = 0; i < types->confs_n && !found; i++)
		found = match_in(types->confs[i], name, word);
	return found;
}
