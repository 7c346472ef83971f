/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "price/catalog.h"

enum { HINTS = 3, WORDS = 8, LONGEST = 63, SLIPS = 2 };

/* The words of a name: runs of letters or of digits, so that "gpt4o" shares two with "gpt-4o". */
struct words {
	struct slice word[WORDS];
	size_t n;
};

struct scored {
	const struct model *model;
	int shared, distance;
};

static int
letter_class(char c)
{
	if (c >= '0' && c <= '9')
		return 1;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 2 : 0;
}

static struct words
split_words(struct slice text)
{
	struct words words = { .n = 0 };
	for (size_t i = 0; i < text.n && words.n < WORDS;) {
		size_t from = i;
		int class = letter_class(text.p[i]);
		while (i < text.n && letter_class(text.p[i]) == class)
			i++;
		if (class)
			words.word[words.n++] = (struct slice){ text.p + from, i - from };
	}
	return words;
}

/* Shared words, longer ones for more; a number alone says nothing. */
static int
count_shared(const struct words *a, const struct words *b)
{
	int shared = 0;
	bool letters = false;
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (slice_compare_nocase(a->word[i], b->word[k]) == 0) {
				bool word = letter_class(a->word[i].p[0]) == 2;
				letters |= word && a->word[i].n > 1;
				shared += word ? 3 : 2;
				break;
			}
	return letters ? shared : 0;
}

static int
distance_to(struct slice text, struct slice id)
{
	char a[LONGEST + 1] = "", b[LONGEST + 1] = "";
	memcpy(a, text.p, text.n < LONGEST ? text.n : LONGEST);
	memcpy(b, id.p, id.n < LONGEST ? id.n : LONGEST);
	return str_distance(a, b);
}

static bool
better(const struct scored *a, const struct scored *b)
{
	if (a->shared != b->shared)
		return a->shared > b->shared;
	return a->distance != b->distance ? a->distance < b->distance
					  : slice_compare(a->model->id, b->model->id) < 0;
}

static void
insert(struct scored *best, size_t *n, struct scored one)
{
	size_t at = *n < HINTS ? (*n)++ : HINTS - 1;
	if (at == HINTS - 1 && best[at].model && !better(&one, &best[at]))
		return;
	for (; at > 0 && better(&one, &best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = one;
}

/* "gtp-4o" shares no word with any; its letters come near. */
static struct slice
nearest_id(const struct catalog *catalog, struct slice text)
{
	const char **ids = xcalloc(catalog->priced_n + 1, sizeof(*ids));
	struct arena texts = { 0 };
	for (size_t i = 0; i < catalog->priced_n; i++)
		ids[i] = arena_copy(&texts, catalog->priced[i]->id.p, catalog->priced[i]->id.n);
	const char *word = arena_copy(&texts, text.p, text.n < LONGEST ? text.n : LONGEST);
	const char *found = str_nearest(word, ids, catalog->priced_n);
	bool meant = found && str_distance(word, found) <= SLIPS;
	struct slice kept = meant ? words_text(catalog->words, slice_of(found)) : SLICE("");
	free(ids);
	arena_free(&texts);
	return kept;
}

struct slice
catalog_hint(const struct catalog *catalog, struct slice text)
{
	struct scored best[HINTS] = { { NULL, 0, 0 } };
	size_t n = 0;
	struct words asked = split_words(text);
	for (size_t i = 0; i < catalog->priced_n; i++) {
		struct scored one = { .model = catalog->priced[i] };
		struct words words = split_words(one.model->id);
		one.shared = count_shared(&asked, &words);
		/* what the id has beside what was asked for speaks against it */
		one.shared -= words.n > asked.n ? (int)(words.n - asked.n) : 0;
		if (one.shared < 2 || (n == HINTS && one.shared < best[HINTS - 1].shared))
			continue;
		one.distance = distance_to(text, one.model->id);
		bool known = false;
		for (size_t k = 0; k < n; k++)
			known |= slice_eq(best[k].model->id, one.model->id);
		if (!known)
			insert(best, &n, one);
	}
	if (!n)
		return nearest_id(catalog, text);
	struct str hint = STR_INIT;
	for (size_t i = 0; i < n; i++) {
		str_puts(&hint, i ? ", " : "");
		str_slice(&hint, best[i].model->id);
	}
	struct slice kept = words_text(catalog->words, str_as_slice(&hint));
	str_free(&hint);
	return kept;
}

const char *
price_hint(char buf[NEAR_TEXT], const struct resolution *resolution, const char *otherwise)
{
	struct slice rest = resolution->hint, name;
	struct str text = STR_INIT;
	while (resolution->hint.n && slice_cut(&rest, ',', &name)) {
		str_puts(&text, !text.n ? ", did you mean " : rest.p ? ", " : " or ");
		str_slice(&text, slice_trim(name));
	}
	snprintf(buf, NEAR_TEXT, "%s%s", text.n ? str_text(&text) : otherwise, text.n ? "?" : "");
	str_free(&text);
	return buf;
}
