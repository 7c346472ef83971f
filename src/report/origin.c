/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/origin.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/num.h"

bool
cell_is_number(const struct cell *cell)
{
	return cell->type == CELL_COUNT || cell->type == CELL_DECIMAL || cell->type == CELL_MONEY ||
	       cell->type == CELL_SHARE;
}

const char *
origin_unit(const struct origin_cell *at)
{
	const struct cell *cell = origin_value(at);
	const char *unit = at->table->columns[at->column].unit;
	if (cell->type == CELL_MONEY)
		return cell->currency[0] ? cell->currency : "USD";
	if (cell->type == CELL_SHARE)
		return "share";
	return unit && strcmp(unit, "money") != 0 ? unit : "";
}

void
origin_quote(struct str *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '{')
			c = '(';
		else if (c == '}')
			c = ')';
		else if (c == '\n')
			c = ' ';
		str_putc(out, c);
	}
}

/* ---- names ---- */

static bool
is_named(const struct table *table)
{
	for (size_t i = 0; i < table->columns_n; i++)
		if (table->columns[i].names)
			return true;
	return false;
}

/* A list in one line. */
static void
put_line(struct str *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			str_puts(out, ", ");
		else
			str_putc(out, text.p[i]);
}

void
origin_row_name(struct str *out, const struct table *table, size_t row)
{
	bool named = is_named(table);
	const struct cell *cells = table->cells + row * table->columns_n;
	size_t before = out->n;
	for (size_t i = 0; i < table->columns_n; i++) {
		const struct column *column = &table->columns[i];
		if (named ? !column->names : !column->key)
			continue;
		char text[NUM_TEXT];
		if (out->n > before && cells[i].type != CELL_NONE)
			str_puts(out, " / ");
		if (cell_is_number(&cells[i]))
			str_puts(out, num_print(text, cells[i].amount, 0, 15, false));
		else if (cells[i].type != CELL_NONE)
			put_line(out, cells[i].text);
		if (!named)
			return;
	}
}

static const char *
column_name(const struct column *column)
{
	return column->key ? column->key : column->head ? column->head : "";
}

void
origin_cell_name(struct str *out, const struct origin_cell *at)
{
	const char *key = column_name(&at->table->columns[at->column]);
	if (at->table->single && !at->table->parent) {
		if (at->table->key && !at->table->unwrapped)
			str_printf(out, "%s.", at->table->key);
		str_puts(out, key);
		return;
	}
	struct str name = STR_INIT;
	if (at->table->parent) {
		origin_row_name(&name, at->table->parent, at->table->owners[at->row]);
		if (!at->table->single)
			str_puts(&name, " / ");
	}
	if (!at->table->single)
		origin_row_name(&name, at->table, at->row);
	str_printf(out, "%s of %s", key, str_text(&name));
	str_free(&name);
}

/* ---- references ---- */

/* One line being read. */
struct reading {
	const struct answer *answer;
	const struct origin_cell *at;
	struct explanation *out;
};

/* What a reference means: cells n of one column; 'own' in the row that asks. */
struct target {
	const struct table *table;
	size_t column, row;
	bool all, without, own;
	struct slice row_name; /* as it is written; .n 0 none */
};

static size_t
find_column(const struct table *table, struct slice key)
{
	for (size_t i = 0; table && i < table->columns_n; i++)
		if (table->columns[i].key && slice_is(key, table->columns[i].key))
			return i;
	return SIZE_MAX;
}

static const struct table *
find_table(const struct answer *answer, struct slice key)
{
	for (size_t i = 0; i < answer->tables_n; i++)
		if (answer->tables[i]->key && slice_is(key, answer->tables[i]->key))
			return answer->tables[i];
	return NULL;
}

static size_t
find_row(const struct table *table, struct slice name)
{
	struct str text = STR_INIT, wanted = STR_INIT;
	size_t found = SIZE_MAX;
	put_line(&wanted, name); /* as rows are called */
	for (size_t i = 0; i < table->rows_n && found == SIZE_MAX; i++) {
		str_clear(&text);
		origin_row_name(&text, table, i);
		found = slice_eq(str_as_slice(&text), str_as_slice(&wanted)) ? i : found;
	}
	str_free(&text);
	str_free(&wanted);
	return found;
}

/* What stands in brackets or behind '#' picks a row; false: there is no such row. */
static bool
pick_row(const struct reading *reading, struct slice how, struct target *out)
{
	const struct origin_cell *at = reading->at;
	if (!how.n) { /* "[]" */
		out->all = true;
		return true;
	}
	if (how.p[0] == '=') {
		struct slice key = { how.p + 1, how.n - 1 };
		size_t column = find_column(at->table, key);
		if (column == SIZE_MAX)
			BUG("no column " SLICE_FMT " to name a row", SLICE_ARG(key));
		how = at->table->cells[at->row * at->table->columns_n + column].text;
	}
	out->row = find_row(out->table, how);
	out->row_name = how;
	return out->row != SIZE_MAX;
}

static bool
pick_number(struct slice how, struct target *out)
{
	int64_t row;
	if (num_int(how, &row) != NUM_OK || row < 0)
		BUG("#" SLICE_FMT " is no row", SLICE_ARG(how));
	out->row = (size_t)row;
	return out->row < out->table->rows_n;
}

/* Cuts "table[how].key", "table#how.key" or "table.key". */
static bool
find_elsewhere(const struct reading *reading, struct slice text, bool column, struct target *out)
{
	size_t n = 0;
	while (n < text.n && !strchr(".[#", text.p[n]))
		n++;
	out->table = find_table(reading->answer, (struct slice){ text.p, n });
	if (!out->table || n == text.n)
		return false;
	struct slice rest = { text.p + n + 1, text.n - n - 1 }, how = SLICE_NONE;
	char sign = text.p[n];
	bool good = true;
	if (sign == '[') {
		good = slice_cut(&rest, ']', &how) && pick_row(reading, how, out);
		rest = rest.n ? (struct slice){ rest.p + 1, rest.n - 1 } : rest;
	} else if (sign == '#') {
		good = slice_cut(&rest, '.', &how) && pick_number(how, out);
	} else {
		out->all = column;
		out->row = 0;
		good = column || out->table->rows_n == 1;
	}
	out->column = find_column(out->table, rest);
	if (out->column == SIZE_MAX)
		BUG("no column \"" SLICE_FMT "\" in the reference {" SLICE_FMT "}", SLICE_ARG(rest),
			SLICE_ARG(text));
	return good && !out->table->null_reason;
}

/* False: what it refers to is not in this answer. */
static bool
find_target(const struct reading *reading, struct slice text, bool column, struct target *out)
{
	const struct origin_cell *at = reading->at;
	*out = (struct target){ .table = at->table, .row = at->row, .own = true };
	out->column = find_column(at->table, text);
	if (out->column != SIZE_MAX)
		return true;
	out->own = false;
	if (text.n && text.p[0] == '^') {
		if (!at->table->parent)
			BUG("{" SLICE_FMT "} in a table without a parent", SLICE_ARG(text));
		out->table = at->table->parent;
		out->row = at->table->owners[at->row];
		out->column = find_column(out->table, (struct slice){ text.p + 1, text.n - 1 });
		if (out->column == SIZE_MAX)
			BUG("no column for {" SLICE_FMT "}", SLICE_ARG(text));
		return true;
	}
	return find_elsewhere(reading, text, column, out);
}

/* Is the row one of those that a column stands for? */
static bool
is_meant(const struct origin_cell *at, const struct target *target, size_t row)
{
	const struct table *table = target->table;
	const struct cell *cell = &table->cells[row * table->columns_n + target->column],
			  *own = origin_value(at);
	if (!cell_is_number(cell) || (target->without && table == at->table && row == at->row))
		return false;
	if (table->parent && table->parent == at->table && table->owners[row] != at->row)
		return false;
	if (table->parent && table == at->table && table->owners[row] != table->owners[at->row])
		return false;
	return cell->type != CELL_MONEY || own->type != CELL_MONEY ||
	       memcmp(cell->currency, own->currency, sizeof(cell->currency)) == 0;
}

static void
target_name(struct str *out, const struct target *target)
{
	const char *key = target->table->columns[target->column].key;
	if (!target->own && !target->table->unwrapped) {
		str_puts(out, target->table->key);
		if (!target->all && !target->table->single) {
			str_putc(out, '[');
			origin_row_name(out, target->table, target->row);
			str_putc(out, ']');
		}
		str_putc(out, '.');
	}
	str_puts(out, key);
}

static void
add_input(struct reading *reading, struct slice name, const struct target *target, size_t row)
{
	struct explanation *out = reading->out;
	struct origin_cell at = { target->table, row, target->column };
	for (size_t i = 0; i < out->inputs_n; i++)
		if (memcmp(&out->inputs[i].at, &at, sizeof(at)) == 0 &&
			slice_eq(out->inputs[i].name, name))
			return;
	out->inputs = xgrow(out->inputs, &out->inputs_size, out->inputs_n, sizeof(*out->inputs));
	out->inputs[out->inputs_n++] = (struct origin_input){ name, at };
}

/* A number as it is written into a formula. */
static void
put_number(struct str *out, const struct cell *cell)
{
	char text[NUM_TEXT];
	bool below = cell->amount < 0;
	str_printf(out, "%s%s%s", below ? "(" : "", num_print(text, cell->amount, 0, 15, false),
		below ? ")" : "");
}

/* Of a whole column "1 + 2 + 3". */
static void
put_column(struct reading *reading, struct slice name, const struct target *target, struct str *out)
{
	bool first = true;
	for (size_t row = 0; row < table_data_rows(target->table); row++) {
		if (!is_meant(reading->at, target, row))
			continue;
		str_puts(out, first ? "" : ", ");
		put_number(out,
			&target->table->cells[row * target->table->columns_n + target->column]);
		add_input(reading, name, target, row);
		first = false;
	}
}

static bool
ends_in(const struct str *text, const char *end)
{
	return slice_ends(str_as_slice(text), end);
}

/* ---- formulas ---- */

/* One reference of a formula; false: it is no number here. */
static bool
put_reference(struct reading *reading, struct slice text, struct str *names, struct str *filled)
{
	struct target target;
	struct str name = STR_INIT;
	bool without = ends_in(names, "others(");
	bool column = without || ends_in(names, "sum(") || ends_in(names, "count(");
	if (!find_target(reading, text, column, &target))
		return false;
	target.without = without;
	if (column && !target.all && !target.own)
		BUG("a single number where a column is due: {" SLICE_FMT "}", SLICE_ARG(text));
	target.all |= column;
	target.own &= !column;
	const struct cell *cell =
		&target.table->cells[target.row * target.table->columns_n + target.column];
	if (!target.all && !cell_is_number(cell))
		return false;
	target_name(&name, &target);
	struct slice kept = slice_copy(&reading->out->arena, str_as_slice(&name));
	str_free(&name);
	str_printf(names, "{" SLICE_FMT "}", SLICE_ARG(kept));
	if (target.all) {
		put_column(reading, kept, &target, filled);
	} else {
		put_number(filled, cell);
		add_input(reading, kept, &target, target.row);
	}
	return true;
}

/* Up to the brace that closes it: what is in brackets may hold braces. */
static struct slice
take_reference(struct slice *rest)
{
	size_t n = 1;
	bool inside = false;
	while (n < rest->n && (inside || rest->p[n] != '}')) {
		inside = rest->p[n] == '[' || (inside && rest->p[n] != ']');
		n++;
	}
	if (n == rest->n)
		BUG("a reference without its brace: " SLICE_FMT, SLICE_ARG(*rest));
	struct slice text = { rest->p + 1, n - 1 };
	*rest = (struct slice){ rest->p + n + 1, rest->n - n - 1 };
	return text;
}

static void
take_formula(struct reading *reading, struct slice text)
{
	struct explanation *out = reading->out;
	struct str names = STR_INIT, filled = STR_INIT;
	size_t before = out->inputs_n;
	bool good = true;
	while (text.n && good) {
		if (text.p[0] == '{') {
			good = put_reference(reading, take_reference(&text), &names, &filled);
			continue;
		}
		str_putc(&names, text.p[0]);
		str_putc(&filled, text.p[0]);
		text = (struct slice){ text.p + 1, text.n - 1 };
	}
	if (good) {
		out->formula = slice_copy(&out->arena, str_as_slice(&names));
		out->filled = slice_copy(&out->arena, str_as_slice(&filled));
	} else {
		out->inputs_n = before;
	}
	str_free(&names);
	str_free(&filled);
}

/* ---- sentences and roots ---- */

static void
put_cell(struct str *out, const struct cell *cell)
{
	char text[NUM_TEXT];
	if (cell->type == CELL_NONE)
		str_puts(out, "-");
	else if (cell_is_number(cell))
		str_puts(out, num_print(text, cell->amount, 0, 9, false));
	else
		str_slice(out, cell->text);
}

/* A sentence with its references filled in; numbers become inputs. */
static void
put_sentence(struct reading *reading, struct slice text, struct str *out)
{
	while (text.n) {
		struct target target;
		struct str name = STR_INIT;
		if (text.p[0] != '{') {
			str_putc(out, text.p[0]);
			text = (struct slice){ text.p + 1, text.n - 1 };
			continue;
		}
		if (!find_target(reading, take_reference(&text), false, &target)) {
			str_putc(out, '-');
			continue;
		}
		target_name(&name, &target);
		struct slice kept = slice_copy(&reading->out->arena, str_as_slice(&name));
		str_free(&name);
		if (target.all) {
			put_column(reading, kept, &target, out);
			continue;
		}
		const struct cell *cell =
			&target.table->cells[target.row * target.table->columns_n + target.column];
		put_cell(out, cell);
		if (cell_is_number(cell))
			add_input(reading, kept, &target, target.row);
	}
}

static void
take_sentence(struct reading *reading, struct slice text)
{
	struct explanation *out = reading->out;
	struct str all = STR_INIT;
	str_slice(&all, out->text);
	if (all.n)
		str_putc(&all, '\n');
	put_sentence(reading, text, &all);
	out->text = slice_copy(&out->arena, str_as_slice(&all));
	str_free(&all);
}

/* A word, or the text of a reference, which may be any. */
static struct slice
take_word(struct reading *reading, struct slice *rest)
{
	struct slice word;
	struct target target;
	if (rest->n && rest->p[0] == '{') {
		struct slice text = take_reference(rest);
		*rest = slice_trim(*rest);
		if (!find_target(reading, text, false, &target))
			return SLICE("");
		const struct cell *cell =
			&target.table->cells[target.row * target.table->columns_n + target.column];
		return cell->type == CELL_TEXT ? cell->text : SLICE("");
	}
	slice_cut(rest, ' ', &word);
	*rest = slice_trim(*rest);
	return word;
}

/* "workload {name} month {month}" */
static void
take_records(struct reading *reading, struct slice text, struct origin_root *root)
{
	while (text.n) {
		struct slice word = take_word(reading, &text);
		struct slice *to = slice_is(word, "workload") ? &root->workload
				   : slice_is(word, "model")  ? &root->model
				   : slice_is(word, "biller") ? &root->biller
				   : slice_is(word, "month")  ? &root->month
							      : NULL;
		if (to)
			*to = take_word(reading, &text);
		else if (slice_is(word, "total"))
			root->total = true;
		else
			BUG("@records of \"" SLICE_FMT "\"", SLICE_ARG(word));
	}
}

static void
take_root(struct reading *reading, struct slice text)
{
	static const char *const kinds[] = { "records", "file", "bill", "catalogue", "assumption",
		"measured", "rule", "search" };
	struct explanation *out = reading->out;
	struct origin_root root = { 0 };
	struct str filled = STR_INIT;
	bool known = false;
	slice_cut(&text, ' ', &root.kind);
	for (size_t i = 0; i < HL_COUNT(kinds); i++)
		known |= slice_is(root.kind, kinds[i]);
	if (!known)
		BUG("no root is called @" SLICE_FMT, SLICE_ARG(root.kind));
	if (slice_is(root.kind, "records"))
		take_records(reading, text, &root);
	put_sentence(reading, text, &filled);
	root.kind = slice_copy(&out->arena, root.kind);
	root.text = slice_copy(&out->arena, str_as_slice(&filled));
	str_free(&filled);
	out->roots = xgrow(out->roots, &out->roots_size, out->roots_n, sizeof(*out->roots));
	out->roots[out->roots_n++] = root;
}

/* ---- all of it ---- */

static const char *
declared(const struct origin_cell *at)
{
	const struct table *table = at->table;
	for (size_t i = table->told_n; i-- > 0;)
		if (table->told[i].row == at->row && table->told[i].column == at->column)
			return table->told[i].why;
	return table->columns[at->column].why;
}

bool
origin_find(const struct answer *answer, const struct origin_cell *at, struct explanation *out)
{
	*out = (struct explanation){ 0 };
	const char *why = declared(at);
	struct reading reading = { answer, at, out };
	struct slice rest = slice_of(why), line;
	while (slice_cut(&rest, '\n', &line))
		if (slice_starts(line, "= ") && !out->formula.n)
			take_formula(&reading, (struct slice){ line.p + 2, line.n - 2 });
	bool worked_out = out->inputs_n > 0;
	rest = slice_of(why);
	while (slice_cut(&rest, '\n', &line)) {
		if (slice_starts(line, "= "))
			continue;
		if (line.n && line.p[0] != '@')
			take_sentence(&reading, line);
		else if (line.n && !worked_out)
			take_root(&reading, (struct slice){ line.p + 1, line.n - 1 });
	}
	return why != NULL;
}

void
origin_free(struct explanation *origin)
{
	free(origin->inputs);
	free(origin->roots);
	arena_free(&origin->arena);
	*origin = (struct explanation){ 0 };
}
