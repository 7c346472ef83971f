/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/grid.h"

#include <libsmartcols.h>
#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"
#include "view/width.h"

enum { GAP = 2, NARROWEST = 4, INDENT = 4 };

/* What is longer, in a column that is not shortened for the sake of others, is no use in a table. */
enum { LONGEST = 400 };

struct lane {
	const struct column *column; /* NULL: the names of a single object's values */
	struct str *cells;           /* one a line, escaped */
	int width, weight, least;
	bool left, wrap;
	int ids; /* of how many signs the longest id in it is */
};

/* A header line if there is one, then the rows. */
struct grid {
	size_t columns, lines, heads;
	struct lane *lanes;
	struct str *below; /* of each line: the lines under it; NULL nothing anywhere */
};

static void
grid_init(struct grid *grid, size_t columns, size_t lines, size_t heads)
{
	grid->columns = columns;
	grid->lines = lines;
	grid->heads = heads;
	grid->lanes = xcalloc(columns, sizeof(*grid->lanes));
	for (size_t i = 0; i < columns; i++)
		grid->lanes[i].cells = xcalloc(lines, sizeof(*grid->lanes[i].cells));
}

static void
lane_free(const struct grid *grid, struct lane *lane)
{
	for (size_t line = 0; line < grid->lines; line++)
		str_free(&lane->cells[line]);
	free(lane->cells);
}

static void
grid_free(struct grid *grid)
{
	for (size_t i = 0; i < grid->columns; i++)
		lane_free(grid, &grid->lanes[i]);
	for (size_t line = 0; grid->below && line < grid->lines; line++)
		str_free(&grid->below[line]);
	free(grid->below);
	free(grid->lanes);
}

static void
put_value(struct str *out, const struct column *column, const struct cell *cell)
{
	struct str text = STR_INIT;
	cell_human(&text, column, cell);
	escape_text(out, str_as_slice(&text));
	str_free(&text);
}

/* Its id, between the marks that a view of colours makes something of. */
static void
put_id(struct lane *lane, size_t line, const char *id)
{
	int n = id ? (int)strlen(id) : 0;
	if (id)
		str_printf(&lane->cells[line], " %c%s%c", GRID_ID_BEGINS, id, GRID_ID_ENDS);
	lane->ids = n > lane->ids ? n : lane->ids;
}

/* Numbers stand under each other, whether they have an id or not. */
static void
pad_id(struct lane *lane, size_t line, const char *id)
{
	int lacks = lane->ids - (id ? (int)strlen(id) : -1);
	for (int i = 0; i < lacks && lane->ids && !lane->left; i++)
		str_putc(&lane->cells[line], ' ');
}

static void
fill_rows(struct grid *grid, const struct table *table, const size_t *heads, size_t n)
{
	size_t above = table->plain ? 0 : 1;
	grid_init(grid, n, table_rows_shown(table) + above, above);
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		struct lane *lane = &grid->lanes[i];
		lane->column = column;
		lane->left = column->left;
		lane->weight = column->weight;
		lane->least = column->least;
		lane->wrap = column->wrap;
		if (above)
			escape_text(&lane->cells[0], slice_of(column->head));
		for (size_t row = 0; row < table_rows_shown(table); row++) {
			put_value(&lane->cells[row + above], column,
				&table->cells[row * table->columns_n + heads[i]]);
			put_id(lane, row + above, cell_id_shown(table, row, heads[i]));
		}
		for (size_t row = 0; row < table_rows_shown(table); row++)
			pad_id(lane, row + above, cell_id_shown(table, row, heads[i]));
	}
}

/* What stands below the rows, indented. */
static void
fill_below(struct grid *grid, const struct table *table, size_t column, int fold)
{
	struct str text = STR_INIT, folded = STR_INIT;
	grid->below = xcalloc(grid->lines, sizeof(*grid->below));
	for (size_t row = 0; row < table_rows_shown(table); row++) {
		const struct cell *cell = &table->cells[row * table->columns_n + column];
		struct slice rest, line;
		if (cell->type == CELL_NONE)
			continue;
		str_clear(&text);
		str_clear(&folded);
		put_value(&text, &table->columns[column], cell);
		bool folds = fold > INDENT && !table->columns[column].whole;
		width_wrap(&folded, str_as_slice(&text), folds ? fold - INDENT : 0);
		for (rest = str_as_slice(&folded); slice_cut(&rest, '\n', &line);)
			str_printf(&grid->below[row + grid->heads], "%*s" SLICE_FMT "\n", INDENT,
				"", SLICE_ARG(line));
	}
	str_free(&text);
	str_free(&folded);
}

/* One object: a line for each value; numbers under each other when there is nothing else. */
static void
fill_single(struct grid *grid, const struct table *table, const size_t *heads, size_t n)
{
	grid_init(grid, 2, n, 0);
	struct lane *names = &grid->lanes[0], *values = &grid->lanes[1];
	names->left = true;
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		values->left |= column->left;
		if (column->weight > values->weight)
			values->weight = column->weight;
		escape_text(&names->cells[i], slice_of(column->head));
		put_value(&values->cells[i], column, &table->cells[heads[i]]);
		put_id(values, i, cell_id_shown(table, 0, heads[i]));
	}
	for (size_t i = 0; i < n; i++)
		pad_id(values, i, cell_id_shown(table, 0, heads[i]));
}

/* How narrow a column may become. */
static int
floor_of(const struct lane *lane)
{
	if (!lane->weight)
		return lane->width;
	int least = lane->least > NARROWEST ? lane->least : NARROWEST;
	return lane->width < least ? lane->width : least;
}

/* Do all rows say the same? Where there is but one row, that means nothing. */
static bool
same_everywhere(const struct grid *grid, const struct lane *lane)
{
	for (size_t line = grid->heads + 1; line < grid->lines; line++)
		if (slice_compare(str_as_slice(&lane->cells[grid->heads]),
			    str_as_slice(&lane->cells[line])) != 0)
			return false;
	return grid->lines > grid->heads + 1;
}

/* The column that is missed least; SIZE_MAX when none may go. */
static size_t
least_missed(const struct grid *grid)
{
	size_t best = SIZE_MAX;
	int most = 0;
	for (size_t i = 0; i < grid->columns; i++) {
		const struct column *column = grid->lanes[i].column;
		int drop = column ? column->drop : 0;
		int score = !drop ? 0 : same_everywhere(grid, &grid->lanes[i]) ? 1000 + drop : drop;
		if (score > 0 && score >= most) {
			best = i;
			most = score;
		}
	}
	return best;
}

/* Two tables may have columns of one name. */
static bool
is_listed(const struct str *list, const char *head)
{
	struct slice rest = str_as_slice(list), one;
	while (slice_cut(&rest, ',', &one))
		if (slice_is(slice_trim(one), head))
			return true;
	return false;
}

static void
leave_out(struct grid *grid, size_t i, struct str *left_out)
{
	struct lane *lane = &grid->lanes[i];
	if (lane->column->head[0] && !is_listed(left_out, lane->column->head))
		str_printf(left_out, "%s%s", left_out->n ? ", " : "", lane->column->head);
	lane_free(grid, lane);
	memmove(lane, lane + 1, (grid->columns - i - 1) * sizeof(*lane));
	grid->columns--;
}

/* The width of all lines: as they are, or with every column as narrow as it can be read. */
static int64_t
total_width(const struct grid *grid, bool narrow)
{
	int64_t total = GAP * ((int64_t)grid->columns - 1);
	for (size_t i = 0; i < grid->columns; i++)
		total += narrow ? floor_of(&grid->lanes[i]) : grid->lanes[i].width;
	return total;
}

/* The column to be cut next: wide ones and those of high weight first; SIZE_MAX when none is. */
static size_t
widest(const struct grid *grid)
{
	size_t best = SIZE_MAX;
	int64_t most = 0;
	for (size_t i = 0; i < grid->columns; i++) {
		const struct lane *lane = &grid->lanes[i];
		int64_t score = (int64_t)lane->width * lane->weight;
		if (lane->width > floor_of(lane) && score > most) {
			best = i;
			most = score;
		}
	}
	return best;
}

static void
measure(struct grid *grid, int width)
{
	for (size_t i = 0; i < grid->columns; i++) {
		struct lane *lane = &grid->lanes[i];
		for (size_t line = 0; line < grid->lines; line++) {
			int wide = width_of(str_as_slice(&lane->cells[line]));
			lane->width = wide > lane->width ? wide : lane->width;
		}
		if (width > 0 && lane->weight > 0 && lane->width > width)
			lane->width = width;
	}
}

/* Line breaks between words; a word that is wider than the screen is shortened. */
static void
wrap_cell(struct str *cell, int width, int screen)
{
	struct str wrapped = STR_INIT, line = STR_INIT;
	width_wrap(&wrapped, str_as_slice(cell), width);
	str_clear(cell);
	struct slice rest = str_as_slice(&wrapped), part;
	for (bool first = true; slice_cut(&rest, '\n', &part); first = false) {
		str_clear(&line);
		str_slice(&line, part);
		width_shorten(&line, screen);
		str_puts(cell, first ? "" : "\n");
		str_slice(cell, str_as_slice(&line));
	}
	str_free(&line);
	str_free(&wrapped);
}

/* To the width of its lane: with line breaks, or with an ellipsis. */
static void
cut_cell(const struct lane *lane, struct str *cell, int screen)
{
	if (lane->wrap) {
		wrap_cell(cell, lane->width, screen);
	} else {
		width_shorten(cell, lane->width);
	}
}

static void
cut_longest(struct grid *grid)
{
	for (size_t i = 0; i < grid->columns; i++)
		for (size_t line = 0; line < grid->lines && !grid->lanes[i].weight; line++)
			width_shorten(&grid->lanes[i].cells[line], LONGEST);
}

/* Leaves out columns and shortens cells until the lines fit. */
static void
fit(struct grid *grid, int width, struct str *left_out)
{
	if (width > 0)
		cut_longest(grid);
	measure(grid, width);
	if (width <= 0)
		return;
	for (size_t i; total_width(grid, true) > width && (i = least_missed(grid)) != SIZE_MAX;)
		leave_out(grid, i, left_out);
	if (total_width(grid, true) > width)
		for (size_t i = 0; i < grid->columns; i++)
			grid->lanes[i].least = 0;
	int64_t total = total_width(grid, false);
	for (size_t i; total > width && (i = widest(grid)) != SIZE_MAX; total--)
		grid->lanes[i].width--;
	for (size_t i = 0; i < grid->columns; i++)
		for (size_t line = 0; line < grid->lines && grid->lanes[i].weight > 0; line++)
			cut_cell(&grid->lanes[i], &grid->lanes[i].cells[line], width);
}

static bool
add_column(struct libscols_table *table, const struct lane *lane)
{
	int flags = (lane->left ? 0 : SCOLS_FL_RIGHT) |
		    (lane->wrap ? SCOLS_FL_WRAP : SCOLS_FL_STRICTWIDTH);
	struct libscols_column *column = scols_table_new_column(table, "", 0, flags);
	return column && (!lane->wrap || !scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
						 scols_wrapnl_nextchunk, NULL));
}

/* Everything is escaped and cut already: the library aligns. */
static struct libscols_table *
make_table(const struct grid *grid)
{
	struct libscols_table *table = scols_new_table();
	bool good = table && !scols_table_enable_noheadings(table, 1) &&
		    !scols_table_enable_noencoding(table, 1) &&
		    !scols_table_set_column_separator(table, "  ") &&
		    !scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < grid->columns && good; i++)
		good = add_column(table, &grid->lanes[i]);
	for (size_t line = 0; line < grid->lines && good; line++) {
		struct libscols_line *row = scols_table_new_line(table, NULL);
		good = row != NULL;
		for (size_t i = 0; i < grid->columns && good; i++)
			good = !scols_line_set_data(row, i, str_text(&grid->lanes[i].cells[line]));
	}
	if (good)
		return table;
	scols_unref_table(table);
	return NULL;
}

/* How many lines of text a line of the grid takes, with those that wrapping made. */
static size_t
height_of(const struct grid *grid, size_t line)
{
	size_t most = 1;
	for (size_t i = 0; line < grid->lines && i < grid->columns; i++) {
		size_t n = 1;
		struct slice cell = str_as_slice(&grid->lanes[i].cells[line]);
		for (size_t k = 0; grid->lanes[i].wrap && k < cell.n; k++)
			n += cell.p[k] == '\n';
		most = n > most ? n : most;
	}
	return most;
}

/* Adds the lines of 'printed' without the blanks that pad the last column, each with what stands below
 * it. */
static void
add_trimmed(struct str *out, const char *printed, const struct grid *grid)
{
	struct slice rest = slice_of(printed), line;
	size_t n = 0, left = height_of(grid, 0);
	while (slice_cut(&rest, '\n', &line)) {
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		str_slice(out, line);
		str_putc(out, '\n');
		if (--left)
			continue;
		if (grid->below && n < grid->lines)
			str_slice(out, str_as_slice(&grid->below[n]));
		left = height_of(grid, ++n);
	}
}

/* Takes the column that stands below the rows out of the heads; SIZE_MAX none does. */
static size_t
take_below(const struct table *table, size_t *heads, size_t *n)
{
	size_t below = SIZE_MAX, kept = 0;
	for (size_t i = 0; i < *n; i++)
		if (table->columns[heads[i]].below && !table->single)
			below = heads[i];
		else
			heads[kept++] = heads[i];
	*n = kept;
	return below;
}

bool
grid_put(struct str *out, struct str *left_out, const struct table *table, int width, int fold,
	struct err *err)
{
	size_t n, *heads = table_heads(table, &n), below = take_below(table, heads, &n);
	struct grid grid = { 0 };
	if (!n) {
		free(heads);
		return true;
	}
	if (table->single && !table->plain && !table->parent)
		fill_single(&grid, table, heads, n);
	else
		fill_rows(&grid, table, heads, n);
	if (below != SIZE_MAX)
		fill_below(&grid, table, below, fold);
	fit(&grid, width, left_out);
	struct libscols_table *lines = make_table(&grid);
	char *printed = NULL;
	bool good = lines && scols_print_table_to_string(lines, &printed) == 0 && printed;
	if (good) {
		add_trimmed(out, printed, &grid);
	} else {
		err_set(err, FAULT_SYSTEM, "the table could not be laid out");
	}
	free(printed);
	scols_unref_table(lines);
	grid_free(&grid);
	free(heads);
	return good;
}
