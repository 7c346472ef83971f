/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str - borrowed text (struct slice) and growing text (struct str).
 *
 * A slice is a pointer and a length into memory that somebody else owns; it is
 * not NUL-terminated and may hold any byte.  A str owns its bytes, is always
 * NUL-terminated, and starts as STR_INIT.
 */
#ifndef HLLM_BASE_STR_H
#define HLLM_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/mem.h"

struct slice {
	const char *p;
	size_t n;
};

#define SLICE(literal)   ((struct slice){ (literal), sizeof(literal) - 1 })
#define SLICE_NONE       ((struct slice){ NULL, 0 })
#define SLICE_FMT        "%.*s"
#define SLICE_ARG(slice) (int)((slice).n > 4096 ? 4096 : (slice).n), (slice).p ? (slice).p : ""

static inline struct slice
slice_of(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

static inline bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
slice_is(struct slice a, const char *text)
{
	return a.n == strlen(text) && (a.n == 0 || memcmp(a.p, text, a.n) == 0);
}

bool slice_same_nocase(const char *a, const char *b, size_t n);

/* The same without regard to ASCII case. */
static inline bool
slice_is_nocase(struct slice a, const char *text)
{
	return a.n == strlen(text) && slice_same_nocase(a.p, text, a.n);
}

bool slice_starts(struct slice a, const char *prefix);
bool slice_ends(struct slice a, const char *suffix);
/* Where 'needle' begins in 'a', or -1. */
ptrdiff_t slice_find(struct slice a, const char *needle);
ptrdiff_t slice_find_nocase(struct slice a, const char *needle);
int slice_compare(struct slice a, struct slice b);
struct slice slice_trim_blanks(struct slice a);

/* Without ASCII blanks at both ends. */
static inline struct slice
slice_trim(struct slice a)
{
	bool plain = a.n && (unsigned char)a.p[0] > ' ' && (unsigned char)a.p[a.n - 1] > ' ';
	return plain ? a : slice_trim_blanks(a);
}

/* Cuts the part before the first 'sep' off 'rest'; false when nothing is left. */
bool slice_cut(struct slice *rest, char sep, struct slice *part);
struct slice slice_copy(struct arena *arena, struct slice a);
/* A sentence that lives in the arena; cut at 1 KiB. */
struct slice slice_printf(struct arena *arena, const char *fmt, ...) hl_printf(2, 3);
char *slice_dup(struct slice a);
/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing over U+10FFFF). */
bool slice_is_utf8(struct slice a);
/* Is 'text' matched by the glob 'pattern' (* and ?), without regard to ASCII case? */
bool slice_glob(struct slice text, struct slice pattern);

struct str {
	char *p;
	size_t n, size;
};

#define STR_INIT ((struct str){ NULL, 0, 0 })

void str_add(struct str *s, const char *p, size_t n);
void str_puts(struct str *s, const char *text);
void str_slice(struct str *s, struct slice a);
void str_putc(struct str *s, char c);
/* Room for n more bytes, to be written there; str_took() says how many were. */
char *str_reserve(struct str *s, size_t n);
void str_took(struct str *s, size_t n);
void str_printf(struct str *s, const char *fmt, ...) hl_printf(2, 3);
/* As one word of a shell's command line, whatever it is. */
void str_shell(struct str *s, struct slice text);
void str_clear(struct str *s);
void str_free(struct str *s);
/* Never NULL. */
const char *str_text(const struct str *s);
struct slice str_as_slice(const struct str *s);

/* The edit distance (insert, delete, replace, swap) of two short texts, ASCII case folded. */
int str_distance(const char *a, const char *b);
/* The nearest of 'count' names when it is near enough to be meant, else NULL. */
const char *str_nearest(const char *word, const char *const *names, size_t count);

#endif
