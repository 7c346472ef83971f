/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conf/scan.h"

#include <stdlib.h>

struct scan {
	const char *file;
	const char *p, *end;
	int line;
	int depth;      /* of braces */
	int name_line;  /* of the last word outside of sections */
	char last;      /* kind of token before: 'w'ord, 'e'mpty string, or a sign; 0 none */
	char before;    /* and the one before that */
	bool word_ends; /* the byte before p belongs to a word or a string */
	struct scanned *out;
	struct err *err;
};

static bool
refuse(const struct scan *s, const char *why)
{
	return err_set(s->err, FAULT_INPUT, "%s:%d: %s", s->file, s->line, why);
}

static bool
looking_at(const struct scan *s, const char *text)
{
	return slice_starts((struct slice){ s->p, (size_t)(s->end - s->p) }, text);
}

static void
copy(struct scan *s, size_t n)
{
	str_add(&s->out->text, s->p, n);
	s->p += n;
}

static void
token(struct scan *s, char kind)
{
	s->before = s->last;
	s->last = kind;
	s->word_ends = kind == 'w' || kind == 'e';
	if (s->word_ends && s->depth == 0)
		s->name_line = s->line;
}

/* One character of a double-quoted string that may not stand for itself. */
static bool
scan_escape(struct scan *s)
{
	if (looking_at(s, "${")) {
		str_putc(&s->out->text, '\\'); /* so that it stays what it is */
		copy(s, 2);
		return true;
	}
	if (*s->p == '\\') {
		if (s->end - s->p < 2 || !memchr("\\\"$", s->p[1], 3))
			return refuse(s, "in double quotes a backslash is written \\\\; "
					 "in single quotes it stays as it is");
		copy(s, 2);
		return true;
	}
	copy(s, 1);
	return true;
}

static bool
scan_string(struct scan *s)
{
	char quote = *s->p;
	if (s->word_ends)
		return refuse(s, "a quote inside a word; expected a blank before it");
	const char *begin = s->p;
	copy(s, 1);
	while (s->p < s->end && *s->p != quote) {
		if (*s->p == '\n')
			return refuse(s, "the quote is not closed in its line");
		if (quote == '"') {
			if (!scan_escape(s))
				return false;
		} else if (*s->p == '\\' && s->end - s->p > 1 &&
			   (s->p[1] == '\'' || s->p[1] == '\\')) {
			copy(s, 2);
		} else {
			copy(s, 1);
		}
	}
	if (s->p == s->end)
		return refuse(s, "the quote is not closed in its line");
	copy(s, 1);
	token(s, s->p - begin == 2 ? 'e' : 'w');
	return true;
}

/* Comments are left out, their line ends kept. */
static bool
scan_comment(struct scan *s)
{
	if (s->word_ends)
		return refuse(s, "a comment begins inside a word; quote the value, "
				 "or put a blank before the comment");
	if (!looking_at(s, "/*")) {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		return true;
	}
	int opened = s->line;
	for (s->p += 2; s->p < s->end && !looking_at(s, "*/"); s->p++) {
		if (*s->p == '\n') {
			s->line++;
			str_putc(&s->out->text, '\n');
		}
	}
	if (s->p == s->end) {
		s->line = opened;
		return refuse(s, "the comment that begins here is not closed");
	}
	s->p += 2;
	str_putc(&s->out->text, ' ');
	return true;
}

static void
open_section(struct scan *s)
{
	struct scanned *out = s->out;
	out->opens = xgrow(out->opens, &out->opens_size, out->opens_n, sizeof(*out->opens));
	out->opens[out->opens_n++] = s->name_line ? s->name_line : s->line;
}

static bool
scan_sign(struct scan *s)
{
	char c = *s->p;
	if (c == '=' && s->last == 'e')
		return refuse(s, "\"\" stands before =, expected the name of a key");
	if (c == '{' && s->depth++ == 0)
		open_section(s);
	if (c == '}') {
		if (s->last == '{' && s->before == '=')
			return refuse(s, "an empty list, expected at least one value");
		if (--s->depth < 0)
			return refuse(s, "} closes nothing");
	}
	copy(s, 1);
	token(s, c);
	return true;
}

static bool
scan_word(struct scan *s)
{
	if (*s->p == '*')
		return refuse(s, "* outside of quotes; write a value with * as \"…\"");
	if (*s->p == '+' || looking_at(s, "${"))
		return refuse(s,
			*s->p == '+'
				? "+ outside of quotes; several values are written { \"a\", \"b\" }"
				: "${ outside of quotes; nothing is expanded here, write it in "
				  "quotes");
	if (*s->p == '/' && (s->end - s->p < 2 || memchr(" \t\r\n#\"'={}()+,", s->p[1], 14)))
		return refuse(s, "/ at the end of a word; write it in quotes");
	if (!s->word_ends)
		token(s, 'w');
	else if (s->p[-1] == '"' || s->p[-1] == '\'')
		return refuse(s, "a word goes on behind its quote; expected a blank between them");
	copy(s, 1);
	return true;
}

static bool
scan_next(struct scan *s)
{
	char c = *s->p;
	if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
		s->line += c == '\n';
		s->word_ends = false;
		copy(s, 1);
		if (c == '\r') /* for libconfuse it would not end a word */
			s->out->text.p[s->out->text.n - 1] = ' ';
		return true;
	}
	if (c == '"' || c == '\'')
		return scan_string(s);
	if (c == '#' || looking_at(s, "//") || looking_at(s, "/*"))
		return scan_comment(s);
	if (memchr("={}(),", c, 6))
		return scan_sign(s);
	return scan_word(s);
}

/* Those from U+0080 to U+009F too: to some terminals U+009B is what escape and a bracket are to all. */
static bool
is_control(struct slice text, size_t i)
{
	unsigned char c = (unsigned char)text.p[i];
	if (c == 0xC2 && i + 1 < text.n)
		return (unsigned char)text.p[i + 1] < 0xA0;
	return (c < ' ' && c != '\t' && c != '\r') || c == 0x7F;
}

static bool
check_bytes(struct scan *s)
{
	int line = 1;
	for (const char *p = s->p; p < s->end; line++) {
		const char *end = memchr(p, '\n', (size_t)(s->end - p));
		struct slice text = { p, (size_t)((end ? end : s->end) - p) };
		s->line = line;
		if (!slice_is_utf8(text))
			return refuse(s, "not UTF-8");
		for (size_t i = 0; i < text.n; i++)
			if (is_control(text, i))
				return refuse(s, "a control character");
		if (!end)
			break;
		p = end + 1;
	}
	s->line = 1;
	return true;
}

bool
scan(const char *file, struct slice text, struct scanned *out, struct err *err)
{
	*out = (struct scanned){ .text = STR_INIT };
	struct scan s = {
		.file = file, .p = text.p, .end = text.p + text.n, .line = 1, .out = out, .err = err
	};
	if (looking_at(&s, "\xEF\xBB\xBF"))
		s.p += 3;
	if (!check_bytes(&s))
		return false;
	while (s.p < s.end)
		if (!scan_next(&s))
			return false;
	out->lines = s.line;
	if (s.depth > 0) {
		s.line = out->opens[out->opens_n - 1];
		return refuse(&s, "the section that begins here is not closed by }");
	}
	return true;
}

void
scanned_free(struct scanned *scanned)
{
	str_free(&scanned->text);
	free(scanned->opens);
	*scanned = (struct scanned){ .text = STR_INIT };
}
