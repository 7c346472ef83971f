/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libsmartcols.h>
#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"
#include "view/width.h"

enum { GAP = 2, NARROWEST = 4 };

/* A table as it is printed: a header line if any, then the rows, each cell escaped. */
struct grid {
	size_t columns, lines;
	struct str *cells; /* lines * columns */
	int *widths, *weights;
	bool *left;
};

static void
grid_init(struct grid *grid, size_t columns, size_t lines)
{
	grid->columns = columns;
	grid->lines = lines;
	grid->cells = xcalloc(columns * lines, sizeof(*grid->cells));
	grid->widths = xcalloc(columns, sizeof(*grid->widths));
	grid->weights = xcalloc(columns, sizeof(*grid->weights));
	grid->left = xcalloc(columns, sizeof(*grid->left));
}

static void
grid_free(struct grid *grid)
{
	for (size_t i = 0; i < grid->columns * grid->lines; i++)
		str_free(&grid->cells[i]);
	free(grid->cells);
	free(grid->widths);
	free(grid->weights);
	free(grid->left);
}

static struct str *
grid_cell(struct grid *grid, size_t line, size_t column)
{
	return &grid->cells[line * grid->columns + column];
}

static void
put_value(struct str *out, const struct column *column, const struct cell *cell)
{
	struct str text = STR_INIT;
	cell_human(&text, column, cell);
	escape_text(out, str_as_slice(&text));
	str_free(&text);
}

static void
fill_rows(struct grid *grid, const struct table *table, const size_t *heads, size_t n)
{
	size_t above = table->plain ? 0 : 1;
	grid_init(grid, n, table_rows_shown(table) + above);
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		grid->left[i] = column->left;
		grid->weights[i] = column->weight;
		if (above)
			escape_text(grid_cell(grid, 0, i), slice_of(column->head));
		for (size_t row = 0; row < table_rows_shown(table); row++)
			put_value(grid_cell(grid, row + above, i), column,
				&table->cells[row * table->columns_n + heads[i]]);
	}
}

/* One object: a line for each value; numbers under each other when there is nothing else. */
static void
fill_single(struct grid *grid, const struct table *table, const size_t *heads, size_t n)
{
	grid_init(grid, 2, n);
	grid->left[0] = true;
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		grid->left[1] |= column->left;
		if (column->weight > grid->weights[1])
			grid->weights[1] = column->weight;
		escape_text(grid_cell(grid, i, 0), slice_of(column->head));
		put_value(grid_cell(grid, i, 1), column, &table->cells[heads[i]]);
	}
}

/* The column to be cut next: wide ones and those of high weight first; SIZE_MAX when none is. */
static size_t
widest(const struct grid *grid)
{
	size_t best = SIZE_MAX;
	int64_t most = 0;
	for (size_t i = 0; i < grid->columns; i++) {
		int64_t score = (int64_t)grid->widths[i] * grid->weights[i];
		if (grid->widths[i] > NARROWEST && score > most) {
			best = i;
			most = score;
		}
	}
	return best;
}

/* Shortens cells until the lines fit; what has no weight is never cut. */
static void
fit(struct grid *grid, int width)
{
	int64_t total = GAP * ((int64_t)grid->columns - 1);
	for (size_t i = 0; i < grid->columns; i++) {
		for (size_t line = 0; line < grid->lines; line++) {
			int wide = width_of(str_as_slice(grid_cell(grid, line, i)));
			if (wide > grid->widths[i])
				grid->widths[i] = wide;
		}
		if (width > 0 && grid->weights[i] > 0 && grid->widths[i] > width)
			grid->widths[i] = width;
		total += grid->widths[i];
	}
	if (width <= 0)
		return;
	for (size_t i; total > width && (i = widest(grid)) != SIZE_MAX; total--)
		grid->widths[i]--;
	for (size_t i = 0; i < grid->columns; i++)
		for (size_t line = 0; line < grid->lines && grid->weights[i] > 0; line++)
			width_shorten(grid_cell(grid, line, i), grid->widths[i]);
}

/* Everything is escaped and cut already: the library aligns. */
static struct libscols_table *
make_table(struct grid *grid)
{
	struct libscols_table *table = scols_new_table();
	bool good = table && !scols_table_enable_noheadings(table, 1) &&
		    !scols_table_enable_noencoding(table, 1) &&
		    !scols_table_set_column_separator(table, "  ") &&
		    !scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < grid->columns && good; i++)
		good = scols_table_new_column(table, "", 0,
			       (grid->left[i] ? 0 : SCOLS_FL_RIGHT) | SCOLS_FL_STRICTWIDTH) != NULL;
	for (size_t line = 0; line < grid->lines && good; line++) {
		struct libscols_line *row = scols_table_new_line(table, NULL);
		good = row != NULL;
		for (size_t i = 0; i < grid->columns && good; i++)
			good = !scols_line_set_data(row, i, str_text(grid_cell(grid, line, i)));
	}
	if (good)
		return table;
	scols_unref_table(table);
	return NULL;
}

/* Adds the lines of 'printed' without the blanks that pad the last column. */
static void
add_trimmed(struct str *out, const char *printed)
{
	struct slice rest = slice_of(printed), line;
	while (slice_cut(&rest, '\n', &line)) {
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		str_slice(out, line);
		if (rest.p)
			str_putc(out, '\n');
	}
}

static bool
put_grid(struct str *out, struct grid *grid, struct err *err)
{
	struct libscols_table *table = make_table(grid);
	char *printed = NULL;
	bool good = table && scols_print_table_to_string(table, &printed) == 0 && printed;
	if (good) {
		add_trimmed(out, printed);
		str_putc(out, '\n');
	} else {
		err_set(err, FAULT_SYSTEM, "the table could not be laid out");
	}
	free(printed);
	scols_unref_table(table);
	return good;
}

static bool
put_table(struct str *out, const struct table *table, const struct view_options *options,
	struct err *err)
{
	size_t n, *heads = table_heads(table, &n);
	struct grid grid = { 0 };
	str_putc(out, '\n');
	if (table->title) {
		escape_text(out, slice_of(table->title));
		str_putc(out, '\n');
	}
	if (table->single && !table->plain && !table->parent)
		fill_single(&grid, table, heads, n);
	else
		fill_rows(&grid, table, heads, n);
	fit(&grid, options->width);
	bool good = n == 0 || put_grid(out, &grid, err);
	if (n && table_rows_shown(table) < table->rows_n) {
		table_rest(out, table);
		str_putc(out, '\n');
	}
	grid_free(&grid);
	free(heads);
	return good;
}

static void
put_styled(struct str *out, struct slice text, const char *style, bool color)
{
	str_printf(out, "%s", color ? style : "");
	str_slice(out, text);
	str_puts(out, color ? "\033[0m\n" : "\n");
}

static void
put_note(struct str *out, struct slice note, const struct view_options *options)
{
	struct str safe = STR_INIT, folded = STR_INIT;
	escape_text(&safe, note);
	width_wrap(&folded, str_as_slice(&safe), options->wrap ? options->width : 0);
	put_styled(out, str_as_slice(&folded), "\033[2m", options->color);
	str_free(&folded);
	str_free(&safe);
}

static bool
text_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	struct str text = STR_INIT, line = STR_INIT;
	bool good = true;
	escape_text(&line, str_as_slice(&answer->headline));
	put_styled(&text, str_as_slice(&line), "\033[1m", options->color);
	for (size_t i = 0; i < answer->tables_n && good; i++)
		if (table_shown(answer->tables[i], options))
			good = put_table(&text, answer->tables[i], options, err);
	for (size_t i = 0; i < answer->notes_n; i++) {
		if (i == 0)
			str_putc(&text, '\n');
		put_note(&text, str_as_slice(&answer->notes[i]), options);
	}
	str_clear(&line);
	escape_text(&line, str_as_slice(&answer->next));
	if (line.n)
		str_printf(&text, "\n%s\n", str_text(&line));
	str_free(&line);
	if (good)
		return view_write(&text, out, err);
	str_free(&text);
	return false;
}

const struct view view_text = { .name = "text", .render = text_render };
