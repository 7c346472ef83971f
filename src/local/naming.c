/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/naming.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/near.h"

enum { WORDS_MOST = 24, WORD_LONGEST = 40, NAME_LONGEST = 160, NAMED_MOST = 6 };

struct words {
	char text[WORDS_MOST][WORD_LONGEST];
	size_t n;
};

enum match { MATCH_NONE, MATCH_PART, MATCH_SIZE, MATCH_NAME };

static bool
is_word(const char *word, const char *const *list)
{
	for (; list && *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	if (c >= 'A' && c <= 'Z')
		return letters[c - 'A'];
	return c;
}

/* Letters, digits, and what is not ASCII. */
static bool
is_inside(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || is_digit(c) || (unsigned char)c >= 0x80;
}

/* "24gb" is "24"; "8b" stays. */
static void
cut_unit(char *word)
{
	size_t digits = strspn(word, "0123456789");
	const char *unit = word + digits;
	if (digits &&
		(strcmp(unit, "gb") == 0 || strcmp(unit, "gib") == 0 || strcmp(unit, "g") == 0))
		word[digits] = '\0';
}

/* Without vendors' words in front: "rtx4090" is "4090", but "rx" of "rxyz" is none. */
static void
cut_glued(const struct naming *naming, char *word)
{
	for (bool again = true; again;) {
		again = false;
		for (const char *const *g = naming->glued; g && *g && !again; g++) {
			size_t n = strlen(*g);
			if (strncmp(word, *g, n) == 0 && word[n] && (n > 2 || is_digit(word[n]))) {
				memmove(word, word + n, strlen(word + n) + 1);
				again = true;
			}
		}
	}
}

static void
add_word(const struct naming *naming, struct words *words, char *word)
{
	cut_glued(naming, word);
	cut_unit(word);
	if (!*word || is_word(word, naming->noise) || words->n == WORDS_MOST)
		return;
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->text[i], word) == 0)
			return;
	memcpy(words->text[words->n++], word, strlen(word) + 1);
}

/* Points stay inside of a word: "3.1", "v0.3". */
static void
cut_words(const struct naming *naming, struct slice name, struct words *words)
{
	char word[WORD_LONGEST];
	size_t n = 0, from = 0;
	for (size_t i = 0; naming->path && i + 1 < name.n; i++)
		if (name.p[i] == '/')
			from = i + 1;
	for (size_t i = from; i <= name.n; i++) {
		bool inside = i < name.n && (is_inside(name.p[i]) || (name.p[i] == '.' && n));
		if (inside && n + 1 < sizeof(word)) {
			word[n++] = lower(name.p[i]);
		} else if (!inside && n) {
			while (n && word[n - 1] == '.')
				n--;
			word[n] = '\0';
			add_word(naming, words, word);
			n = 0;
		}
	}
}

static bool
has_word(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->text[i], word) == 0)
			return true;
	return false;
}

static bool
has_all(const struct words *words, const struct words *asked)
{
	for (size_t i = 0; i < asked->n; i++)
		if (!has_word(words, asked->text[i]))
			return false;
	return true;
}

/* Is "qwen" a part of the name that "qwen2.5" begins with? */
static bool
is_family(const char *word, const char *of)
{
	size_t n = strlen(word);
	return n > 2 && strncmp(word, of, n) == 0 && is_digit(of[n]) &&
	       !strpbrk(word, "0123456789");
}

/* The same as has_all(), but a family stands for its versions. */
static bool
has_part(const struct words *words, const struct words *asked)
{
	for (size_t i = 0; i < asked->n; i++) {
		bool found = has_word(words, asked->text[i]);
		for (size_t k = 0; k < words->n && !found; k++)
			found = is_family(asked->text[i], words->text[k]);
		if (!found)
			return false;
	}
	return true;
}

static void
squeeze(const struct words *words, struct str *out)
{
	str_clear(out);
	for (size_t i = 0; i < words->n; i++)
		str_puts(out, words->text[i]);
}

/* What is asked for, as words and as their letters in one. */
struct asked {
	struct words words;
	struct str letters;
};

static enum match
match_name(const struct naming *naming, struct slice name, const struct called *entry,
	const struct asked *asked, struct words *all)
{
	struct words words = { .n = 0 };
	struct str letters = STR_INIT;
	cut_words(naming, name, &words);
	squeeze(&words, &letters);
	bool same =
		words.n && (strcmp(str_text(&letters), str_text(&asked->letters)) == 0 ||
				   (words.n == asked->words.n && has_all(&words, &asked->words)));
	str_free(&letters);
	for (size_t i = 0; i < words.n && all->n < WORDS_MOST; i++)
		if (!has_word(all, words.text[i]))
			memcpy(all->text[all->n++], words.text[i], WORD_LONGEST);
	if (same)
		return MATCH_NAME;
	char size[WORD_LONGEST];
	snprintf(size, sizeof(size), SLICE_FMT, SLICE_ARG(entry->size));
	if (!words.n || !entry->size.n || !has_word(&asked->words, size) || has_word(&words, size))
		return MATCH_NONE;
	return asked->words.n == words.n + 1 && has_all(&asked->words, &words) ? MATCH_SIZE
									       : MATCH_NONE;
}

static enum match
match_entry(const struct naming *naming, const struct called *entry, const struct asked *asked)
{
	struct words all = { .n = 0 };
	enum match best = match_name(naming, entry->id, entry, asked, &all);
	struct slice rest = entry->aliases, alias;
	enum match match = match_name(naming, entry->name, entry, asked, &all);
	best = match > best ? match : best;
	while (slice_cut(&rest, ';', &alias)) {
		match = match_name(naming, alias, entry, asked, &all);
		best = match > best ? match : best;
	}
	if (entry->size.n && all.n < WORDS_MOST)
		snprintf(all.text[all.n++], WORD_LONGEST, SLICE_FMT, SLICE_ARG(entry->size));
	return best == MATCH_NONE && has_part(&all, &asked->words) ? MATCH_PART : best;
}

/* The ids and aliases of all entries, the ids first; of[i] is the entry that names[i] belongs to. */
static size_t
list_names(const struct called *entries, size_t n, struct arena *texts, const char ***names,
	size_t **of)
{
	struct slice rest, alias;
	size_t count = n, at = 0;
	for (size_t i = 0; i < n; i++)
		for (rest = entries[i].aliases; slice_cut(&rest, ';', &alias);)
			count++;
	*names = arena_take(texts, (count + 1) * sizeof(**names));
	*of = arena_take(texts, (count + 1) * sizeof(**of));
	for (size_t i = 0; i < n; i++, at++) {
		(*names)[at] = arena_copy(texts, entries[i].id.p, entries[i].id.n);
		(*of)[at] = i;
	}
	for (size_t i = 0; i < n; i++)
		for (rest = entries[i].aliases; slice_cut(&rest, ';', &alias); at++) {
			(*names)[at] = arena_copy(texts, alias.p, alias.n);
			(*of)[at] = i;
		}
	return count;
}

static bool
fail_nothing(const struct naming *naming, const struct called *entries, size_t n, const char *name,
	struct err *err)
{
	struct arena texts = { 0 };
	const char **names;
	size_t *of, count = list_names(entries, n, &texts, &names, &of);
	const char *near = near_name(name, names, count), *id = NULL;
	char hint[NEAR_TEXT];
	for (size_t i = 0; near && i < count && !id; i++)
		if (names[i] == near)
			id = names[of[i]];
	err_set(err, FAULT_USAGE, "there is no %s \"%.*s\"%s (all: %s)", naming->what, NAME_LONGEST,
		name, near_said(hint, id, ""), naming->list);
	arena_free(&texts);
	return false;
}

static bool
fail_several(const struct called *entries, const int *found, size_t found_n, const char *name,
	struct err *err)
{
	struct str list = STR_INIT;
	for (size_t i = 0; i < found_n && i < NAMED_MOST; i++)
		str_printf(&list, "%s" SLICE_FMT, i ? ", " : "", SLICE_ARG(entries[found[i]].id));
	if (found_n > NAMED_MOST)
		str_printf(&list, " and %zu more", found_n - NAMED_MOST);
	err_set(err, FAULT_USAGE, "\"%s\" can be any of several, expected one of %s", name,
		str_text(&list));
	str_free(&list);
	return false;
}

/* The best matches; of them those to be bought, and of those the ones of the latest file. */
static size_t
find_best(const struct naming *naming, const struct called *entries, size_t n,
	const struct asked *asked, int *found)
{
	enum match best = MATCH_PART;
	size_t found_n = 0, kept = 0;
	bool bought = false;
	for (size_t i = 0; i < n && asked->words.n; i++) {
		enum match match = match_entry(naming, &entries[i], asked);
		if (match < best)
			continue;
		if (match > best) {
			best = match;
			found_n = 0;
			bought = false;
		}
		found[found_n++] = (int)i;
		bought |= !entries[i].rented;
	}
	int layer = 0;
	for (size_t i = 0; i < found_n; i++)
		if ((!bought || !entries[found[i]].rented) && entries[found[i]].layer > layer)
			layer = entries[found[i]].layer;
	for (size_t i = 0; i < found_n; i++)
		if ((!bought || !entries[found[i]].rented) && entries[found[i]].layer == layer)
			found[kept++] = found[i];
	return kept;
}

int
naming_find(const struct naming *naming, const struct called *entries, size_t n, const char *name,
	struct err *err)
{
	struct asked asked = { .letters = STR_INIT };
	size_t length = strlen(name);
	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(entries[i].id, name))
			return (int)i;
	if (length <= NAME_LONGEST)
		cut_words(naming, (struct slice){ name, length }, &asked.words);
	squeeze(&asked.words, &asked.letters);
	int *found = xcalloc(n + 1, sizeof(*found)), result = -1;
	size_t found_n = find_best(naming, entries, n, &asked, found);
	if (found_n == 1)
		result = found[0];
	else if (found_n)
		fail_several(entries, found, found_n, name, err);
	else
		fail_nothing(naming, entries, n, name, err);
	free(found);
	str_free(&asked.letters);
	return result;
}
