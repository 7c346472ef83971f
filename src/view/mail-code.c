/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail-code - the headers of a message, and its parts as lines of ASCII. */
#include "config.h"

#include "base/when.h"
#include "view/escape.h"
#include "view/mail.h"

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Up to three bytes as four letters. */
static void
put_group(struct str *out, const char *p, size_t n)
{
	unsigned bits = 0;
	for (size_t i = 0; i < 3; i++)
		bits = bits << 8 | (i < n ? (unsigned char)p[i] : 0);
	for (size_t i = 0; i < 4; i++)
		str_add(out, i <= n ? &base64[bits >> (18 - 6 * i) & 63] : "=", 1);
}

void
mail_base64(struct str *out, struct slice bytes)
{
	enum { A_LINE = 57 };
	for (size_t at = 0; at < bytes.n; at += 3) {
		put_group(out, bytes.p + at, bytes.n - at < 3 ? bytes.n - at : 3);
		if (at + 3 >= bytes.n || (at + 3) % A_LINE == 0)
			str_putc(out, '\n');
	}
}

/*
 * A blank at the end of a line gets lost on the way, a point at its beginning may end the message, and
 * "From " there is taken for the next one in a file of many.
 */
static bool
needs_code(struct slice line, size_t at, bool begins)
{
	char c = line.p[at];
	if (c == ' ' || c == '\t')
		return at + 1 == line.n;
	if (begins &&
		(c == '.' || (c == 'F' && slice_starts((struct slice){ line.p + at, line.n - at },
						  "From "))))
		return true;
	return c <= ' ' || c > '~' || c == '=';
}

void
mail_quoted_printable(struct str *out, struct slice text)
{
	enum { A_LINE = 76 };
	struct slice line;
	while (text.n && slice_cut(&text, '\n', &line)) {
		size_t used = 0;
		for (size_t i = 0; i < line.n; i++) {
			/* what follows in the line, or the sign that it goes on, has to fit as well */
			size_t room = i + 1 == line.n ? A_LINE : A_LINE - 1;
			size_t takes = needs_code(line, i, used == 0) ? 3 : 1;
			if (used + takes > room) {
				str_puts(out, "=\n");
				used = 0;
				takes = needs_code(line, i, true) ? 3 : 1;
			}
			if (takes == 1)
				str_putc(out, line.p[i]);
			else
				str_printf(out, "=%02X", (unsigned)(unsigned char)line.p[i]);
			used += takes;
		}
		str_putc(out, '\n');
	}
}

void
mail_date(struct str *out, int64_t ns)
{
	static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil at = when_civil(ns);
	int64_t day = (when_days(at.year, at.month, at.day) % 7 + 7) % 7;
	str_printf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000", days + 3 * day, at.day,
		months + 3 * (ptrdiff_t)(at.month - 1), at.year, at.hour, at.minute, at.second);
}

/* ---- headers ---- */

/* A word that is longer is cut in pieces, as only encoded words can be. */
enum { WORD_MOST = 60 };

/* How long the last line is. */
static size_t
column_of(const struct str *out)
{
	size_t n = 0;
	while (n < out->n && out->p[out->n - 1 - n] != '\n')
		n++;
	return n;
}

static void
fold(struct str *out)
{
	str_puts(out, "\n ");
}

/* Can it stand in a header as it is, with line breaks between its words? */
static bool
is_plain(struct slice text)
{
	struct slice word, rest = text;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	while (slice_cut(&rest, ' ', &word))
		if (!word.n || word.n > WORD_MOST || slice_find(word, "=?") >= 0)
			return false;
	return text.n && text.p[text.n - 1] != ' ';
}

/* Words of at most 75 characters, none of which ends within a letter (RFC 2047, 2 and 5). */
static void
put_encoded(struct str *out, struct slice text)
{
	static const char begin[] = "=?UTF-8?B?", end[] = "?=";
	enum { AROUND = sizeof(begin) - 1 + sizeof(end) - 1, WORD = 75, LEAST = 24 };
	while (text.n) {
		size_t column = column_of(out), n = 0;
		size_t room = column + LEAST + AROUND > MAIL_LINE ? 0 : MAIL_LINE - column - AROUND;
		room = (room > WORD - AROUND ? WORD - AROUND : room) / 4 * 3;
		if (!room) {
			fold(out);
			continue;
		}
		for (struct slice rest = text; rest.n;) {
			size_t bytes = rune_take(&rest).bytes;
			if (n + bytes > room)
				break;
			n += bytes;
		}
		str_puts(out, begin);
		for (size_t at = 0; at < n; at += 3)
			put_group(out, text.p + at, n - at < 3 ? n - at : 3);
		str_puts(out, end);
		text.p += n;
		text.n -= n;
		if (text.n)
			fold(out);
	}
}

/* Words of a line that goes on in the next where it has no room. */
static void
put_words(struct str *out, struct slice text)
{
	struct slice word;
	for (bool first = true; slice_cut(&text, ' ', &word); first = false) {
		if (column_of(out) + !first + word.n > MAIL_LINE)
			fold(out);
		else if (!first)
			str_putc(out, ' ');
		str_slice(out, word);
	}
}

void
mail_text_header(struct str *out, const char *name, struct slice text)
{
	struct str safe = STR_INIT;
	escape_text(&safe, text);
	str_printf(out, "%s: ", name);
	if (is_plain(str_as_slice(&safe)))
		put_words(out, str_as_slice(&safe));
	else
		put_encoded(out, str_as_slice(&safe));
	str_putc(out, '\n');
	str_free(&safe);
}

/* Letters, digits and blanks stand as they are, other ASCII in quotes. */
static void
put_name(struct str *out, struct slice name)
{
	struct str safe = STR_INIT, quoted = STR_INIT;
	escape_text(&safe, name);
	struct slice text = str_as_slice(&safe);
	bool atoms = true;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		atoms &= c == ' ' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			 (c >= '0' && c <= '9');
		if (c == '"' || c == '\\')
			str_putc(&quoted, '\\');
		str_putc(&quoted, c);
	}
	if (!is_plain(text) || quoted.n > WORD_MOST)
		put_encoded(out, text);
	else if (atoms)
		put_words(out, text);
	else
		str_printf(out, "\"%s\"", str_text(&quoted));
	str_free(&quoted);
	str_free(&safe);
}

void
mail_address_header(struct str *out, const char *name, const struct mailbox *boxes, size_t n)
{
	str_printf(out, "%s: ", name);
	for (size_t i = 0; i < n; i++) {
		const struct mailbox *box = &boxes[i];
		if (i)
			fold(out);
		if (box->name.n) {
			put_name(out, box->name);
			/* the brackets, and the comma behind them */
			if (column_of(out) + box->address.n + 4 > MAIL_LINE)
				fold(out);
			else
				str_putc(out, ' ');
			str_putc(out, '<');
		}
		str_slice(out, box->address);
		str_puts(out, box->name.n ? ">" : "");
		str_puts(out, i + 1 < n ? "," : "");
	}
	str_putc(out, '\n');
}
