/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * naming - which entry of a catalogue somebody means: "4090", "NVIDIA GeForce RTX 4090" and
 * "rtx4090" are one card.
 *
 * A name is cut into words at blanks, dashes and the like, without regard to case; words that
 * tell nothing ("nvidia", "instruct", "gb") are left out.  What is found, the best first:
 *   the id itself;
 *   a name with the same words, or the same letters written in one;
 *   the same words beside the size of its memory ("4090 24GB");
 *   an entry that has all the words asked for among those of its names ("qwen" stands for "qwen3").
 * Of several that are as good, those that can be bought go before those that are rented, which are
 * found by their seller's name; then those of a later file go before those of an earlier one.  If
 * there are still several, all of them are told.
 */
#ifndef HLLM_LOCAL_NAMING_H
#define HLLM_LOCAL_NAMING_H

#include "base/err.h"
#include "base/str.h"

/* What a catalogue's entries are called; all texts are borrowed. */
struct called {
	struct slice id, name, aliases; /* aliases: separated by ';' */
	struct slice size;              /* "24": of its memory; "" none */
	bool rented;
	int layer; /* of the file it stands in: the user's own goes before a shipped one */
};

/* What kind of thing it is. */
struct naming {
	const char *what, *list;  /* "hardware", and the command that lists it: "hllm hardware" */
	const char *const *noise; /* words that tell nothing, ended by NULL */
	const char *const *glued; /* those that are also written together with the next word */
	bool path;                /* what stands before the last '/' tells nothing */
};

/* The position of what 'name' means, or -1: err has the nearest, or the candidates. */
int naming_find(const struct naming *naming, const struct called *entries, size_t n,
	const char *name, struct err *err) hl_must_check;

#endif
