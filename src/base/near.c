/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/near.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The only name that begins with the word; NULL: none does, or several. */
static const char *
only_begun(const char *word, size_t letters, const char *const *names, size_t n)
{
	const char *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (strlen(names[i]) <= letters || !slice_same_nocase(names[i], word, letters))
			continue;
		if (found)
			return NULL;
		found = names[i];
	}
	return found;
}

const char *
near_name(const char *word, const char *const *names, size_t n)
{
	enum { BEGINNING = 3 };
	size_t letters = strlen(word);
	const char *found = letters < BEGINNING ? NULL : only_begun(word, letters, names, n);
	return found || !letters ? found : str_nearest(word, names, n);
}

/* ", expected a", ", expected a or b", ", expected one of a, b, c and 7 more" */
static void
list_names(char buf[NEAR_TEXT], const char *const *names, size_t n)
{
	enum { ROOM = 16 }; /* for what is left out */
	const char *between = n == 2 ? " or " : ", ";
	size_t used = 0, shown = 0;
	for (; shown < n; shown++) {
		const char *before = shown ? between : n > 2 ? ", expected one of " : ", expected ";
		if (used + strlen(before) + strlen(names[shown]) + ROOM > NEAR_TEXT)
			break;
		used += (size_t)snprintf(
			buf + used, NEAR_TEXT - used, "%s%s", before, names[shown]);
	}
	if (shown && shown < n)
		snprintf(buf + used, NEAR_TEXT - used, " and %zu more", n - shown);
}

const char *
near_said(char buf[NEAR_TEXT], const char *name, const char *otherwise)
{
	if (name)
		snprintf(buf, NEAR_TEXT, ", did you mean \"%s\"?", name);
	else
		snprintf(buf, NEAR_TEXT, "%s", otherwise);
	return buf;
}

const char *
near_hint(char buf[NEAR_TEXT], const char *word, const char *const *names, size_t n,
	const char *otherwise)
{
	const char *found = near_name(word, names, n);
	near_said(buf, found, otherwise ? otherwise : "");
	if (!found && !otherwise)
		list_names(buf, names, n);
	return buf;
}

const char *
near_hint_in(char buf[NEAR_TEXT], struct slice word, const struct slice *first, size_t n,
	size_t size, const char *otherwise)
{
	struct arena texts = { 0 };
	const char **names = xcalloc(n + 1, sizeof(*names));
	const char *at = (const char *)first;
	for (size_t i = 0; i < n; i++) {
		const struct slice *name = (const void *)(at + i * size);
		names[i] = arena_copy(&texts, name->p, name->n);
	}
	near_hint(buf, arena_copy(&texts, word.p, word.n), names, n, otherwise);
	free(names);
	arena_free(&texts);
	return buf;
}

/* In one order on every file system: of two that are as near the first by name is told. */
static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ".json"; "" there is none */
static const char *
ending_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot && dot > name ? dot : "";
}

/* Of the files that end like it the nearest without that ending, which is no part of what was mistyped; else
 * of all. */
static const char *
near_stem(struct arena *texts, const char *word, const char *const *names, size_t n)
{
	const char *ending = ending_of(word), *near;
	const char **stems = xcalloc(n + 1, sizeof(*stems)),
		   **whole = xcalloc(n + 1, sizeof(*whole));
	size_t like = 0, others = 0;
	for (size_t i = 0; i < n; i++) {
		size_t letters = strlen(names[i]) - strlen(ending_of(names[i]));
		if (strcmp(ending_of(names[i]), ending) != 0)
			whole[others++] = names[i];
		else
			stems[like++] = arena_copy(texts, names[i], letters);
	}
	near = near_name(arena_copy(texts, word, strlen(word) - strlen(ending)), stems, like);
	if (near)
		near = slice_printf(texts, "%s%s", near, ending).p;
	else
		near = near_name(word, whole, others);
	free(stems);
	free(whole);
	return near;
}

const char *
near_file(char buf[NEAR_TEXT], const char *path)
{
	enum { FILES_MOST = 1000 };
	const char *slash = strrchr(path, '/'), *word = slash ? slash + 1 : path;
	struct slice before = { path, (size_t)(word - path) };
	char *folder = before.n ? slice_dup(before) : xstrdup(".");
	struct arena texts = { 0 };
	const char **names = xcalloc(FILES_MOST, sizeof(*names));
	size_t n = 0;
	DIR *dir = access(path, F_OK) != 0 && errno == ENOENT ? opendir(folder) : NULL;
	for (struct dirent *entry; dir && n < FILES_MOST && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			names[n++] = arena_copy(&texts, entry->d_name, strlen(entry->d_name));
	if (dir)
		closedir(dir);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	const char *near = near_stem(&texts, word, names, n);
	buf[0] = '\0';
	if (near)
		snprintf(buf, NEAR_TEXT, ", did you mean \"" SLICE_FMT "%s\"?", SLICE_ARG(before),
			near);
	free(names);
	arena_free(&texts);
	free(folder);
	return buf;
}
