/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static inline unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool
slice_same_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
slice_starts(struct slice a, const char *prefix)
{
	size_t n = strlen(prefix);
	return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

bool
slice_ends(struct slice a, const char *suffix)
{
	size_t n = strlen(suffix);
	return a.n >= n && memcmp(a.p + a.n - n, suffix, n) == 0;
}

ptrdiff_t
slice_find(struct slice a, const char *needle)
{
	const char *at = a.n ? memmem(a.p, a.n, needle, strlen(needle)) : NULL;
	return at ? at - a.p : -1;
}

ptrdiff_t
slice_find_nocase(struct slice a, const char *needle)
{
	size_t n = strlen(needle);
	for (size_t i = 0; i + n <= a.n; i++)
		if (slice_same_nocase(a.p + i, needle, n))
			return (ptrdiff_t)i;
	return -1;
}

int
slice_compare(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice
slice_trim_blanks(struct slice a)
{
	while (a.n && is_blank(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n && is_blank(a.p[a.n - 1]))
		a.n--;
	return a;
}

bool
slice_cut(struct slice *rest, char sep, struct slice *part)
{
	if (!rest->p)
		return false;
	const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	if (!at) {
		*part = *rest;
		*rest = SLICE_NONE;
		return true;
	}
	*part = (struct slice){ rest->p, (size_t)(at - rest->p) };
	rest->n -= part->n + 1;
	rest->p = at + 1;
	return true;
}

struct slice
slice_copy(struct arena *arena, struct slice a)
{
	return (struct slice){ arena_copy(arena, a.p, a.n), a.n };
}

char *
slice_dup(struct slice a)
{
	char *copy = xmalloc(a.n + 1);
	if (a.n)
		memcpy(copy, a.p, a.n);
	copy[a.n] = '\0';
	return copy;
}

/* How many continuation bytes follow, and the smallest and largest first one of them. */
static int
utf8_lead(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
	*high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
	if (c < 0x80)
		return 0;
	if (c >= 0xC2 && c <= 0xDF)
		return 1;
	if (c >= 0xE0 && c <= 0xEF)
		return 2;
	return c >= 0xF0 && c <= 0xF4 ? 3 : -1;
}

bool
slice_is_utf8(struct slice a)
{
	for (size_t i = 0; i < a.n;) {
		unsigned char low, high;
		int more = utf8_lead((unsigned char)a.p[i], &low, &high);
		if (more < 0 || i + (size_t)more >= a.n)
			return false;
		for (int k = 1; k <= more; k++) {
			unsigned char c = (unsigned char)a.p[i + (size_t)k];
			if (c < (k == 1 ? low : 0x80) || c > (k == 1 ? high : 0xBF))
				return false;
		}
		i += (size_t)more + 1;
	}
	return true;
}

bool
slice_glob(struct slice text, struct slice pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, mark = 0;
	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.n &&
			   (pattern.p[p] == '?' || lower(pattern.p[p]) == lower(text.p[t]))) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static void
str_room(struct str *s, size_t more)
{
	if (s->size - s->n > more)
		return;
	size_t size = s->size ? s->size : 64;
	while (size - s->n <= more)
		size *= 2;
	s->p = xrealloc(s->p, size, 1);
	s->size = size;
}

void
str_add(struct str *s, const char *p, size_t n)
{
	str_room(s, n);
	if (n)
		memcpy(s->p + s->n, p, n);
	s->n += n;
	s->p[s->n] = '\0';
}

void
str_puts(struct str *s, const char *text)
{
	str_add(s, text, strlen(text));
}

void
str_slice(struct str *s, struct slice a)
{
	str_add(s, a.p, a.n);
}

void
str_putc(struct str *s, char c)
{
	str_add(s, &c, 1);
}

char *
str_reserve(struct str *s, size_t n)
{
	str_room(s, n);
	return s->p + s->n;
}

void
str_took(struct str *s, size_t n)
{
	s->n += n;
	s->p[s->n] = '\0';
}

void
str_printf(struct str *s, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		str_room(s, (size_t)n);
		vsnprintf(s->p + s->n, (size_t)n + 1, fmt, again);
		s->n += (size_t)n;
	}
	va_end(again);
}

void
str_shell(struct str *s, struct slice text)
{
	str_putc(s, '\'');
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			str_puts(s, "'\\''");
		else
			str_putc(s, text.p[i]);
	str_putc(s, '\'');
}

void
str_clear(struct str *s)
{
	s->n = 0;
	if (s->p)
		s->p[0] = '\0';
}

void
str_free(struct str *s)
{
	free(s->p);
	*s = STR_INIT;
}

const char *
str_text(const struct str *s)
{
	return s->p ? s->p : "";
}

struct slice
str_as_slice(const struct str *s)
{
	return (struct slice){ str_text(s), s->n };
}

int
str_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	size_t n = strlen(a), m = strlen(b);
	if (n > LONGEST || m > LONGEST)
		return LONGEST;
	int before[LONGEST + 1] = { 0 }, last[LONGEST + 1], now[LONGEST + 1];
	for (size_t j = 0; j <= m; j++)
		last[j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int cost = lower(a[i - 1]) != lower(b[j - 1]);
			int best = last[j - 1] + cost;
			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
				lower(a[i - 2]) == lower(b[j - 1]) && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		memcpy(before, last, sizeof(before));
		memcpy(last, now, sizeof(last));
	}
	return last[m];
}

const char *
str_nearest(const char *word, const char *const *names, size_t count)
{
	const char *best = NULL;
	size_t letters = strlen(word);
	int least = (int)(letters + 1) / 3 + 1; /* what is as far away is not meant */
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(names[i]);
		size_t apart = n > letters ? n - letters : letters - n; /* at least so many edits */
		int d = apart < (size_t)least ? str_distance(word, names[i]) : least;
		if (d < least) {
			best = names[i];
			least = d;
		}
	}
	return best;
}

struct slice
slice_printf(struct arena *arena, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	size_t most = n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
	return slice_copy(arena, (struct slice){ text, most });
}
