/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/width.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "base/num.h"
#include "view/escape.h"

/* cron and containers run in the C locale, where no name outside ASCII is printable. */
void
width_locale(void)
{
	static const char *const names[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };
	bool good = setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	for (size_t i = 0; i < HL_COUNT(names) && !good; i++)
		good = setlocale(LC_CTYPE, names[i]);
}

int
width_of_terminal(int fd)
{
	enum { DEFAULT = 80, WIDEST = 10000 };
	const char *columns = getenv("COLUMNS");
	int64_t width;
	if (columns && num_int(slice_of(columns), &width) == NUM_OK && width >= 0 && width < WIDEST)
		return (int)width;
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return DEFAULT;
}

static int
rune_width(struct rune rune)
{
	int width = wcwidth((wchar_t)rune.code);
	return width > 0 ? width : 0;
}

int
width_of(struct slice text)
{
	int width = 0;
	while (text.n)
		width += rune_width(rune_take(&text));
	return width;
}

void
width_shorten(struct str *text, int width)
{
	struct slice rest = str_as_slice(text);
	if (width_of(rest) <= width)
		return;
	int used = 0;
	size_t keep = 0;
	while (rest.n) {
		struct rune rune = rune_take(&rest);
		used += rune_width(rune);
		if (used > width - 1)
			break;
		keep += rune.bytes;
	}
	text->n = keep;
	str_puts(text, "\xE2\x80\xA6");
}

void
width_wrap(struct str *out, struct slice text, int width)
{
	struct slice word;
	int column = 0;
	for (bool first = true; slice_cut(&text, ' ', &word); first = false) {
		int wide = width_of(word);
		if (!first && width > 0 && column + 1 + wide > width) {
			str_putc(out, '\n');
			column = 0;
		} else if (!first) {
			str_putc(out, ' ');
			column++;
		}
		str_slice(out, word);
		column += wide;
	}
}
