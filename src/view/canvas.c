/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/canvas.h"

#include <stdlib.h>
#include <wchar.h>

#include "view/escape.h"

/* Bright enough on black, dark enough on white. */
static const char *const codes[INKS] = {
	[INK_NONE] = "",
	[INK_FAINT] = "\033[2m",
	[INK_BOLD] = "\033[1m",
	[INK_FIRST] = "\033[38;5;32m",
	[INK_SECOND] = "\033[38;5;166m",
	[INK_THIRD] = "\033[38;5;29m",
	[INK_FOURTH] = "\033[38;5;133m",
};

void
canvas_init(struct canvas *canvas, int columns, int rows)
{
	*canvas = (struct canvas){ .columns = columns, .rows = rows };
	canvas->cells = xcalloc((size_t)columns * (size_t)rows, sizeof(*canvas->cells));
}

void
canvas_free(struct canvas *canvas)
{
	free(canvas->cells);
}

static struct canvas_cell *
cell_at(const struct canvas *canvas, int column, int row)
{
	if (column < 0 || row < 0 || column >= canvas->columns || row >= canvas->rows)
		return NULL;
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

static void
add_glyph(struct canvas_cell *cell, const char *bytes, size_t n)
{
	/* a tower of accents higher than this is cut */
	if (cell->bytes + n >= CANVAS_GLYPH)
		return;
	memcpy(cell->glyph + cell->bytes, bytes, n);
	cell->bytes = (unsigned char)(cell->bytes + n);
}

void
canvas_put(struct canvas *canvas, int column, int row, const char *glyph, enum ink ink)
{
	struct canvas_cell *cell = cell_at(canvas, column, row);
	if (!cell)
		return;
	*cell = (struct canvas_cell){ .ink = (unsigned char)ink };
	add_glyph(cell, glyph, strlen(glyph));
}

void
canvas_text(struct canvas *canvas, int column, int row, struct slice text, enum ink ink)
{
	struct str safe = STR_INIT;
	escape_text(&safe, text);
	struct canvas_cell *last = NULL;
	struct slice rest = str_as_slice(&safe);
	while (rest.n) {
		const char *at = rest.p;
		struct rune rune = rune_take(&rest);
		int wide = wcwidth((wchar_t)rune.code);
		/* half a wide character at the edge would push the edge out */
		bool fits = column + wide <= canvas->columns;
		struct canvas_cell *cell = wide <= 0 ? last
					   : fits    ? cell_at(canvas, column, row)
						     : NULL;
		if (wide > 0 && cell)
			*cell = (struct canvas_cell){ .ink = (unsigned char)ink };
		if (cell)
			add_glyph(cell, at, rune.bytes);
		for (int i = 1; i < wide; i++) {
			struct canvas_cell *next = cell_at(canvas, column + i, row);
			if (next)
				*next = (struct canvas_cell){ .covered = true };
		}
		last = cell;
		column += wide > 0 ? wide : 0;
	}
	str_free(&safe);
}

bool
canvas_blank(const struct canvas *canvas, int column, int row)
{
	const struct canvas_cell *cell = cell_at(canvas, column, row);
	return !cell || (!cell->bytes && !cell->covered);
}

static void
print_row(const struct canvas *canvas, int row, bool color, struct str *out)
{
	int end = canvas->columns;
	while (end > 0 && canvas_blank(canvas, end - 1, row))
		end--;
	unsigned char ink = INK_NONE;
	for (int column = 0; column < end; column++) {
		const struct canvas_cell *cell = cell_at(canvas, column, row);
		if (!cell || cell->covered)
			continue;
		if (color && cell->ink != ink && cell->bytes) {
			str_puts(out, ink != INK_NONE ? "\033[0m" : "");
			str_puts(out, codes[cell->ink]);
			ink = cell->ink;
		}
		if (cell->bytes)
			str_add(out, cell->glyph, cell->bytes);
		else
			str_putc(out, ' ');
	}
	str_puts(out, ink != INK_NONE ? "\033[0m\n" : "\n");
}

void
canvas_print(const struct canvas *canvas, bool color, struct str *out)
{
	for (int row = 0; row < canvas->rows; row++)
		print_row(canvas, row, color, out);
}
