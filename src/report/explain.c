/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/explain.h"

#include "report/ids.h"
#include "report/parts.h"

enum { PLACES = 15, LINE_MOST = 240, INPUTS_SHOWN = 30 };

enum {
	N_ID,
	N_NAME,
	N_TABLE,
	N_COLUMN,
	N_VALUE,
	N_UNIT,
	N_ROUNDED,
	N_PRINTED,
	N_WAS,
	N_WAS_WHY,
	N_FORMULA,
	N_FILLED,
	N_TEXT,
	NUMBERS
};
static const struct column number_columns[NUMBERS] = {
	[N_ID] = { .key = "id" },
	[N_NAME] = { .key = "name" },
	[N_TABLE] = { .key = "table" },
	[N_COLUMN] = { .key = "column" },
	[N_VALUE] = { .key = "value", .decimals = PLACES },
	[N_UNIT] = { .key = "unit" },
	[N_ROUNDED] = { .key = "rounded_to" },
	[N_PRINTED] = { .key = "printed" },
	[N_WAS] = { .key = "was_printed" },
	[N_WAS_WHY] = { .key = "was_why" },
	[N_FORMULA] = { .key = "formula" },
	[N_FILLED] = { .key = "filled" },
	[N_TEXT] = { .key = "text" },
};

/* The same for people: lines. */
static const struct column said_columns[] = {
	{ .head = "", .left = true },
	{ .head = "", .left = true, .wrap = true, .weight = 1, .least = 24 },
};

enum { I_OF, I_ID, I_NAME, I_REFERENCE, I_VALUE, I_UNIT, I_ROUNDED, INPUTS };
static const struct column input_columns[INPUTS] = {
	[I_OF] = { .head = "OF", .left = true },
	[I_ID] = { .key = "id", .head = "ID", .left = true },
	[I_NAME] = { .key = "name", .head = "INPUT", .left = true, .weight = 1, .least = 20 },
	[I_REFERENCE] = { .key = "reference", .left = true },
	[I_VALUE] = { .key = "value", .head = "VALUE", .decimals = PLACES },
	[I_UNIT] = { .key = "unit", .head = "", .left = true, .drop = 1 },
	[I_ROUNDED] = { .key = "rounded_to" },
};

enum { R_OF, R_KIND, R_TEXT, ROOTS };
static const struct column root_columns[ROOTS] = {
	[R_OF] = { .head = "OF", .left = true },
	[R_KIND] = { .key = "kind", .head = "FROM", .left = true },
	[R_TEXT] = { .key = "text",
		.head = "",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 24 },
};

/* The first column says whose rows they are: people need it where there are several numbers. */
static struct table *
make_child(struct explain *explain, const char *key, const struct column *columns, size_t n)
{
	struct column *own = arena_take(&explain->answer->arena, n * sizeof(*own));
	memcpy(own, columns, n * sizeof(*own));
	if (!explain->several)
		own[0].head = NULL;
	return answer_child(explain->answer, explain->numbers, key, own, n);
}

void
explain_begin(struct explain *explain, struct answer *answer, bool several)
{
	*explain = (struct explain){ .answer = answer, .several = several };
	answer->default_table = "numbers";
	explain->numbers = answer_table(answer, "numbers", NULL, number_columns, NUMBERS);
	explain->numbers->quiet = true;
	explain->said = answer_table(answer, NULL, NULL, several ? said_columns : said_columns + 1,
		several ? HL_COUNT(said_columns) : HL_COUNT(said_columns) - 1);
	explain->said->plain = true;
	explain->inputs = make_child(explain, "inputs", input_columns, INPUTS);
	explain->inputs->most = INPUTS_SHOWN;
	explain->roots = make_child(explain, "roots", root_columns, ROOTS);
	why_tables_make(answer, explain->numbers, several, &explain->traced);
}

static struct cell
value_cell(const struct cell *cell)
{
	return cell_decimal(cell->amount);
}

static struct cell
rounded_cell(const struct cell *cell)
{
	return cell->estimated ? cell_count(cell->places) : cell_none("it is exact");
}

static struct cell
name_cell(struct answer *answer, const struct origin_cell *at)
{
	struct str name = STR_INIT;
	origin_cell_name(&name, at);
	struct cell cell = cell_text(answer, str_as_slice(&name));
	str_free(&name);
	return cell;
}

static struct cell
text_or_none(struct answer *answer, struct slice text, const char *none)
{
	return text.n ? cell_text(answer, text) : cell_none(none);
}

/* ---- for people ---- */

static void
say(struct explain *explain, const char *id, struct slice text)
{
	struct cell *row = table_row(explain->said);
	if (explain->several)
		*row++ = cell_text(explain->answer, slice_of(id));
	*row = cell_text(explain->answer, text);
}

void
explain_formula(struct str *out, struct slice text)
{
	struct str line = STR_INIT;
	for (size_t i = 0; i < text.n && line.n < LINE_MOST; i++) {
		bool times = text.p[i] == '*' && i && text.p[i - 1] == ' ';
		if (times)
			str_puts(&line, "\xC3\x97");
		else if (text.p[i] != '{' && text.p[i] != '}')
			str_putc(&line, text.p[i]);
	}
	if (line.n >= LINE_MOST) {
		while (line.n && line.p[line.n - 1] != ' ')
			line.n--;
		str_puts(&line, "\xE2\x80\xA6");
	}
	str_slice(out, str_as_slice(&line));
	str_free(&line);
}

static void
say_formula(struct explain *explain, struct slice text)
{
	struct str line = STR_INIT;
	str_puts(&line, "= ");
	explain_formula(&line, text);
	say(explain, "", str_as_slice(&line));
	str_free(&line);
}

static void
say_number(struct explain *explain, const struct explain_number *number, const char *id,
	const struct explanation *origin)
{
	struct str name = STR_INIT;
	struct slice rest = origin->text, line;
	origin_cell_name(&name, &number->at);
	if (explain->several) {
		struct str text = STR_INIT;
		str_printf(&text, "%s: %s", number->printed, str_text(&name));
		say(explain, id, str_as_slice(&text));
		str_free(&text);
	} else {
		answer_headline(explain->answer, "%s: %s.", number->printed, str_text(&name));
	}
	if (origin->formula.n) {
		say_formula(explain, origin->formula);
		say_formula(explain, origin->filled);
	}
	while (rest.n && slice_cut(&rest, '\n', &line))
		say(explain, "", line);
	if (number->was)
		answer_note(explain->answer, "%s%sIt was %s %s.", explain->several ? id : "",
			explain->several ? ": " : "", number->was, number->was_why);
	str_free(&name);
}

/* ---- for programs ---- */

static void
fill_number(struct explain *explain, const struct explain_number *number, const char *id,
	const struct explanation *origin)
{
	static const char none[] = "it is not worked out from other numbers of the answer";
	struct answer *answer = explain->answer;
	const struct origin_cell *at = &number->at;
	const struct cell *cell = origin_value(at);
	const char *key = at->table->columns[at->column].key;
	struct cell *row = table_row(explain->numbers);
	row[N_ID] = cell_text(answer, slice_of(id));
	row[N_NAME] = name_cell(answer, at);
	row[N_TABLE] = cell_text(answer, slice_of(at->table->key));
	row[N_COLUMN] = cell_text(answer, slice_of(key));
	row[N_VALUE] = value_cell(cell);
	row[N_UNIT] = cell_text(answer, slice_of(origin_unit(at)));
	row[N_ROUNDED] = rounded_cell(cell);
	row[N_PRINTED] = cell_text(answer, slice_of(number->printed));
	row[N_WAS] = text_or_none(answer, slice_of(number->was), "it is the same");
	row[N_WAS_WHY] = text_or_none(answer, slice_of(number->was_why), "it is the same");
	row[N_FORMULA] = text_or_none(answer, origin->formula, none);
	row[N_FILLED] = text_or_none(answer, origin->filled, none);
	row[N_TEXT] = text_or_none(answer, origin->text, "the formula says it all");
}

static void
add_input(struct explain *explain, const struct origin_input *input, size_t owner, const char *id)
{
	struct answer *answer = explain->answer;
	const struct origin_cell *at = &input->at;
	const struct cell *cell = origin_value(at);
	struct cell *row = table_child_row(explain->inputs, owner);
	row[I_OF] = cell_text(answer, slice_of(id));
	row[I_ID] = text_or_none(
		answer, slice_of(id_of(at->table, at->row, at->column)), "nobody can ask about it");
	row[I_NAME] = name_cell(answer, at);
	row[I_REFERENCE] = cell_text(answer, input->name);
	row[I_VALUE] = value_cell(cell);
	row[I_UNIT] = cell_text(answer, slice_of(origin_unit(at)));
	row[I_ROUNDED] = rounded_cell(cell);
}

void
explain_add(struct explain *explain, const struct explain_number *number,
	const struct explanation *origin, struct why_owner *owner)
{
	const struct origin_cell *at = &number->at;
	const char *id = id_of(at->table, at->row, at->column);
	struct answer *answer = explain->answer;
	*owner = (struct why_owner){ explain->numbers->rows_n, slice_of(id) };
	fill_number(explain, number, id, origin);
	for (size_t i = 0; i < origin->inputs_n; i++)
		add_input(explain, &origin->inputs[i], owner->row, id);
	for (size_t i = 0; i < origin->roots_n; i++) {
		struct cell *row = table_child_row(explain->roots, owner->row);
		row[R_OF] = cell_text(answer, slice_of(id));
		row[R_KIND] = cell_text(answer, origin->roots[i].kind);
		row[R_TEXT] = cell_text(answer, origin->roots[i].text);
	}
	say_number(explain, number, id, origin);
}

void
explain_end(struct explain *explain)
{
	why_tables_end(explain->answer, &explain->traced);
	if (explain->several)
		answer_headline(
			explain->answer, "Where %zu numbers come from.", explain->numbers->rows_n);
}
