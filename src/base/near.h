/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * near - what somebody may have meant by a word that is none of some names.
 *
 * Every "did you mean …?" of the program is made here.  Nothing is ever done on a guess.
 */
#ifndef HLLM_BASE_NEAR_H
#define HLLM_BASE_NEAR_H

#include "base/str.h"

/*
 * The name that is meant by 'word', or NULL: the only one that begins with it, if it has three letters at
 * least, else the nearest (str_nearest()).
 */
const char *near_name(const char *word, const char *const *names, size_t n);

enum { NEAR_TEXT = 640 };

/* ", did you mean "NAME"?", or 'otherwise' where the name is NULL.  Returns 'buf'. */
const char *near_said(char buf[NEAR_TEXT], const char *name, const char *otherwise);

/*
 * What is said behind the word: ", did you mean "NAME"?" where a name is near, else 'otherwise'; if that
 * is NULL, ", expected one of" the names, as many as there is room for.  Returns 'buf'.
 */
const char *near_hint(char buf[NEAR_TEXT], const char *word, const char *const *names, size_t n,
	const char *otherwise);
/* The same of names that stand in an array of structs of 'size' bytes; 'first' is that of its first. */
const char *near_hint_in(char buf[NEAR_TEXT], struct slice word, const struct slice *first,
	size_t n, size_t size, const char *otherwise);

/* ", did you mean "FOLDER/NAME"?" where 'path' is not there and its folder has a file of nearly that name,
 * else "".  Returns 'buf'. */
const char *near_file(char buf[NEAR_TEXT], const char *path);

#endif
