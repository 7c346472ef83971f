/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/glyphs.h"

#include "base/child.h"
#include "view/escape.h"

/* In every font that a machine has for its screen, or without a glyph of their own. */
static bool
is_usual(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x024F },                     /* Latin */
		{ 0x0300, 0x036F },                     /* accents */
		{ 0x0370, 0x0482 },                     /* Greek, Cyrillic */
		{ 0x048A, 0x04FF }, { 0x2010, 0x2027 }, /* dashes, quotation marks, ellipsis */
		{ 0x2030, 0x203A }, { 0x20AC, 0x20AC }, /* euro */
		{ 0x2190, 0x2193 },                     /* arrows */
		{ 0x2248, 0x2248 },                     /* about */
		{ 0x2260, 0x2265 },                     /* unequal, at most, at least */
		{ 0xFE00, 0xFE0F },                     /* variants */
	};
	for (size_t i = 0; i < HL_COUNT(ranges); i++)
		if (code <= ranges[i].last)
			return code >= ranges[i].first || code == 0x200C || code == 0x200D;
	return false;
}

static bool
all_usual(struct slice text)
{
	while (text.n)
		if (!is_usual(rune_take(&text).code))
			return false;
	return true;
}

/* Takes hexadecimal digits off 'rest'; false: there are none. */
static bool
take_hex(struct slice *rest, uint32_t *value)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;
	*value = 0;
	for (; n < rest->n && n < 8; n++) {
		const char *digit = memchr(digits, rest->p[n], sizeof(digits) - 1);
		if (!digit)
			break;
		*value = *value << 4 | (uint32_t)(digit - digits);
	}
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

/* "20-7e" or "a0": does it hold the character? */
static bool
range_holds(struct slice range, uint32_t code)
{
	uint32_t first, last;
	if (!take_hex(&range, &first))
		return false;
	last = first;
	if (range.n && range.p[0] == '-') {
		range = (struct slice){ range.p + 1, range.n - 1 };
		if (!take_hex(&range, &last))
			return false;
	}
	return first <= code && code <= last;
}

/* What fc-list prints: lines ":charset=20-7e a0-ff 131 …", one a font. */
static bool
fonts_have(struct slice fonts, uint32_t code)
{
	struct slice line, range;
	while (slice_cut(&fonts, '\n', &line)) {
		ptrdiff_t at = slice_find(line, "=");
		if (at < 0)
			continue;
		line = (struct slice){ line.p + at + 1, line.n - (size_t)at - 1 };
		while (slice_cut(&line, ' ', &range))
			if (range_holds(range, code))
				return true;
	}
	return false;
}

void
glyphs_show(struct slice text, int timeout_ms, struct str *out)
{
	static const char *const argv[] = { "fc-list", ":", "charset", NULL };
	const struct child program = { .argv = argv, .timeout_ms = timeout_ms, .remedy = "" };
	struct str fonts = STR_INIT, said = STR_INIT;
	struct err err;
	if (all_usual(text)) {
		str_slice(out, text);
		return;
	}
	if (!child_run(&program, SLICE_NONE, &fonts, &said, &err))
		str_clear(&fonts);
	while (text.n) {
		const char *at = text.p;
		struct rune rune = rune_take(&text);
		if (is_usual(rune.code) || fonts_have(str_as_slice(&fonts), rune.code))
			str_add(out, at, rune.bytes);
		else
			str_printf(out, "<U+%04X>", (unsigned)rune.code);
	}
	str_free(&fonts);
	str_free(&said);
}
