/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/escape.h"

#include <wchar.h>

#include "base/num.h"

struct rune
rune_take(struct slice *rest)
{
	unsigned char lead = (unsigned char)rest->p[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	struct rune rune = { .code = lead, .bytes = 1 };
	if (n <= rest->n && slice_is_utf8((struct slice){ rest->p, n })) {
		rune.valid = true;
		rune.bytes = n;
		if (n > 1)
			rune.code = lead & (0x7Fu >> n);
		for (size_t i = 1; i < n; i++)
			rune.code = rune.code << 6 | ((unsigned char)rest->p[i] & 0x3F);
	}
	rest->p += rune.bytes;
	rest->n -= rune.bytes;
	return rune;
}

/* U+200C and U+200D stay: Persian, Indic scripts and emoji need them. */
bool
rune_hidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x001F },   /* controls */
		{ 0x007F, 0x009F },   /* delete and C1 */
		{ 0x00AD, 0x00AD },   /* soft hyphen */
		{ 0x034F, 0x034F },   /* grapheme joiner */
		{ 0x061C, 0x061C },   /* Arabic letter mark */
		{ 0x115F, 0x1160 },   /* Hangul fillers */
		{ 0x17B4, 0x17B5 },   /* Khmer vowels that are never shown */
		{ 0x180E, 0x180E },   /* Mongolian vowel separator */
		{ 0x200B, 0x200B },   /* zero-width space */
		{ 0x200E, 0x200F },   /* left-to-right, right-to-left mark */
		{ 0x2028, 0x202E },   /* line separators, embeddings and overrides */
		{ 0x2060, 0x206F },   /* invisible operators, isolates */
		{ 0x3164, 0x3164 },   /* Hangul filler */
		{ 0xFEFF, 0xFEFF },   /* byte order mark */
		{ 0xFFA0, 0xFFA0 },   /* Hangul filler, half as wide */
		{ 0xFFF9, 0xFFFB },   /* interlinear annotation */
		{ 0x1BCA0, 0x1BCA3 }, /* shorthand format controls */
		{ 0x1D173, 0x1D17A }, /* musical format controls */
		{ 0xE0000, 0xE0FFF }, /* tags */
	};
	for (size_t i = 0; i < HL_COUNT(ranges); i++)
		if (code <= ranges[i].last)
			return code >= ranges[i].first;
	return false;
}

/* Makes a hidden character visible; false when it is not one. */
static bool
reveal(struct str *out, struct rune rune)
{
	if (rune.valid && !rune_hidden(rune.code))
		return false;
	if (!rune.valid || rune.code < 0x80)
		str_printf(out, "\\x%02x", (unsigned)rune.code);
	else
		str_printf(out, "<U+%04X>", (unsigned)rune.code);
	return true;
}

void
escape_text(struct str *out, struct slice text)
{
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		if (reveal(out, rune))
			continue;
		/* libsmartcols takes what cannot be printed as nothing wide */
		if (rune.code >= 0x80 && wcwidth((wchar_t)rune.code) < 0)
			str_printf(out, "<U+%04X>", (unsigned)rune.code);
		else
			str_add(out, at, rune.bytes);
	}
}

/* Shows what is hidden, and hands on everything to be made harmless for one kind of text. */
static void
escape_each(
	struct str *out, struct slice text, void (*add)(struct str *out, const char *p, size_t n))
{
	struct str shown = STR_INIT;
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		str_clear(&shown);
		if (reveal(&shown, rune))
			add(out, shown.p, shown.n);
		else
			add(out, at, rune.bytes);
	}
	str_free(&shown);
}

static void
add_md(struct str *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\`*_~|<>[]", p[i]) && p[i])
			str_putc(out, '\\');
		if (p[i] == '&')
			str_puts(out, "&amp;");
		else
			str_putc(out, p[i]);
	}
}

void
escape_md(struct str *out, struct slice text)
{
	escape_each(out, text, add_md);
}

static void
add_html(struct str *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = p[i] == '&'    ? "&amp;"
				   : p[i] == '<'  ? "&lt;"
				   : p[i] == '>'  ? "&gt;"
				   : p[i] == '"'  ? "&quot;"
				   : p[i] == '\'' ? "&#39;"
						  : NULL;
		if (name)
			str_puts(out, name);
		else
			str_putc(out, p[i]);
	}
}

void
escape_html(struct str *out, struct slice text)
{
	escape_each(out, text, add_html);
}

static void
add_json_unit(struct str *out, uint32_t unit)
{
	static const char letters[] = "btn\0fr"; /* from 8 on; vertical tab has none */
	if (unit >= 8 && unit <= 13 && letters[unit - 8])
		str_printf(out, "\\%c", letters[unit - 8]);
	else
		str_printf(out, "\\u%04x", (unsigned)unit);
}

void
escape_json(struct str *out, struct slice text)
{
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		if (!rune.valid) {
			str_puts(out, "\xEF\xBF\xBD");
		} else if (rune.code > 0xFFFF && rune_hidden(rune.code)) {
			add_json_unit(out, 0xD7C0 + (rune.code >> 10));
			add_json_unit(out, 0xDC00 + (rune.code & 0x3FF));
		} else if (rune_hidden(rune.code)) {
			add_json_unit(out, rune.code);
		} else {
			if (rune.code == '"' || rune.code == '\\')
				str_putc(out, '\\');
			str_add(out, at, rune.bytes);
		}
	}
}

/* Would a spreadsheet take this cell for a formula?  In East Asia the signs may be full-width. */
static bool
is_formula(struct slice text)
{
	static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D",
		"\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0" };
	femto_t number;
	for (size_t i = 0; i < HL_COUNT(signs); i++)
		if (slice_starts(text, signs[i]))
			return num_decimal(text, &number) != NUM_OK;
	return false;
}

void
escape_csv(struct str *out, struct slice text)
{
	struct str cell = STR_INIT;
	bool quoted = text.n && (text.p[0] == ' ' || text.p[text.n - 1] == ' ');
	if (is_formula(text))
		str_putc(&cell, '\'');
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		bool blank = rune.code == '\n' || rune.code == '\r' || rune.code == '\t';
		/* the semicolon separates cells where the comma is the decimal point */
		quoted |= blank || rune.code == ',' || rune.code == '"' || rune.code == ';';
		if (blank || !reveal(&cell, rune))
			str_add(&cell, at, rune.bytes);
		if (rune.code == '"')
			str_putc(&cell, '"');
	}
	if (quoted)
		str_putc(out, '"');
	str_slice(out, str_as_slice(&cell));
	if (quoted)
		str_putc(out, '"');
	str_free(&cell);
}

void
escape_tsv(struct str *out, struct slice text)
{
	/* a quote at the start could hide a formula from the test but not from the spreadsheet */
	if (is_formula(text) || (text.n && text.p[0] == '"'))
		str_putc(out, '\'');
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		if (rune.code == '\n' || rune.code == '\r' || rune.code == '\t')
			str_putc(out, ' ');
		else if (!reveal(out, rune))
			str_add(out, at, rune.bytes);
	}
}
