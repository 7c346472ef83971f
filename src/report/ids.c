/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/ids.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"

static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789";
enum { LETTERS = 23, SIGNS = 31 };
_Static_assert(sizeof(signs) == SIGNS + 1, "signs of ids");

/* A number, and all signs that its id may have. */
struct known {
	const char *code; /* ID_MOST signs */
	struct table *table;
	size_t row, column;
};

/* ---- what a number is ---- */

/* Parts are parted by a byte that is in no name. */
static void
put_row(struct str *out, const struct table *table, size_t row)
{
	if (table->parent)
		put_row(out, table->parent, table->owners[row]);
	str_puts(out, table->key ? table->key : "");
	str_putc(out, '\0');
	if (!table->single)
		origin_row_name(out, table, row);
	str_putc(out, '\0');
}

/* Hashes until there are enough signs, of which one of the first is a digit: no word is an id. */
static const char *
code_of(struct arena *arena, const struct str *what)
{
	char *code = arena_take(arena, ID_MOST + 1);
	for (uint64_t seed = 0;; seed++) {
		struct hash128 hash = hash_bytes(what->p, what->n, seed);
		uint64_t rest = hash.high;
		bool digit = false;
		for (size_t i = 0; i < ID_MOST; i++) {
			uint64_t base = i ? SIGNS : LETTERS;
			code[i] = signs[rest % base];
			rest /= base;
			digit |= i < ID_LEAST && code[i] < 'a';
		}
		if (digit)
			return code;
	}
}

/* ---- all of an answer ---- */

/* What only people see has no key, and its number an id as long as they do. */
static bool
is_asked(const struct table *table, size_t row, size_t column)
{
	const struct column *at = &table->columns[column];
	return (at->key || (at->why && at->head)) &&
	       cell_is_number(&table->cells[row * table->columns_n + column]);
}

/* 'before': how many rows of the same name there are before its own. */
static const char *
code_at(struct answer *answer, const struct known *at, size_t before, struct str *what)
{
	const struct column *column = &at->table->columns[at->column];
	str_clear(what);
	str_puts(what, answer->schema);
	str_putc(what, '\0');
	put_row(what, at->table, at->row);
	str_puts(what, column->key ? column->key : column->head);
	if (before)
		str_printf(what, "%c%zu", '\0', before);
	return code_of(&answer->arena, what);
}

static struct known *
gather(struct answer *answer, size_t *n, struct str *what)
{
	struct known *all = NULL;
	size_t size = 0;
	*n = 0;
	for (size_t t = 0; t < answer->tables_n; t++) {
		struct table *table = answer->tables[t];
		for (size_t i = 0; i < table->rows_n * table->columns_n; i++) {
			struct known at = { NULL, table, i / table->columns_n,
				i % table->columns_n };
			if (table->null_reason || !is_asked(table, at.row, at.column))
				continue;
			at.code = code_at(answer, &at, 0, what);
			all = xgrow(all, &size, *n, sizeof(*all));
			all[(*n)++] = at;
		}
	}
	return all;
}

static int
by_code(const void *left, const void *right)
{
	const struct known *a = left, *b = right;
	int order = memcmp(a->code, b->code, ID_MOST);
	return order ? order : (a->row > b->row) - (a->row < b->row);
}

static void
sort(struct known *all, size_t n)
{
	if (n)
		qsort(all, n, sizeof(*all), by_code);
}

/* Rows of one name are told apart by their order; 'all' is sorted, before and after. */
static void
part_namesakes(struct answer *answer, struct known *all, size_t n, struct str *what)
{
	for (size_t i = 0; i < n;) {
		size_t end = i + 1;
		while (end < n && memcmp(all[i].code, all[end].code, ID_MOST) == 0)
			end++;
		for (size_t k = i + 1; k < end; k++)
			all[k].code = code_at(answer, &all[k], k - i, what);
		i = end;
	}
	sort(all, n);
}

static size_t
common(const struct known *a, const struct known *b)
{
	size_t n = 0;
	while (n < ID_MOST && a->code[n] == b->code[n])
		n++;
	return n;
}

/* As short as tells it from its neighbours. */
static void
give_ids(struct answer *answer, const struct known *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = ID_LEAST;
		size_t before = i ? common(&all[i - 1], &all[i]) + 1 : 0;
		size_t after = i + 1 < n ? common(&all[i], &all[i + 1]) + 1 : 0;
		length = before > length ? before : length;
		length = after > length ? after : length;
		length = length < ID_MOST ? length : ID_MOST;
		all[i].table->ids[all[i].row * all[i].table->columns_n + all[i].column] =
			arena_copy(&answer->arena, all[i].code, length);
	}
}

/* A text has the id of the number that it tells. */
static void
share_ids(struct table *table)
{
	for (size_t i = 0; i < table->columns_n; i++) {
		const char *shows = table->columns[i].shows;
		size_t from = 0;
		while (shows && from < table->columns_n &&
			!(table->columns[from].key && strcmp(table->columns[from].key, shows) == 0))
			from++;
		if (shows && from == table->columns_n)
			BUG("a column shows \"%s\", which there is not", shows);
		for (size_t row = 0; shows && row < table->rows_n; row++)
			table->ids[row * table->columns_n + i] =
				table->ids[row * table->columns_n + from];
	}
}

void
ids_make(struct answer *answer)
{
	size_t n;
	struct str what = STR_INIT;
	for (size_t t = 0; t < answer->tables_n; t++) {
		struct table *table = answer->tables[t];
		table->ids = arena_take(&answer->arena,
			(table->rows_n * table->columns_n + 1) * sizeof(*table->ids));
	}
	struct known *all = gather(answer, &n, &what);
	sort(all, n);
	part_namesakes(answer, all, n, &what);
	give_ids(answer, all, n);
	for (size_t t = 0; t < answer->tables_n; t++)
		share_ids(answer->tables[t]);
	free(all);
	str_free(&what);
}

const char *
id_of(const struct table *table, size_t row, size_t column)
{
	return table->ids ? table->ids[row * table->columns_n + column] : NULL;
}

/* ---- back from an id ---- */

bool
id_looks(struct slice text)
{
	bool digit = false;
	if (text.n < ID_LEAST || text.n > ID_MOST || text.p[0] < 'a')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!text.p[i] || !strchr(signs, text.p[i]))
			return false;
		digit |= i < ID_LEAST && text.p[i] < 'a';
	}
	return digit;
}

static int
by_id(const void *left, const void *right)
{
	const struct id_entry *a = left, *b = right;
	return strcmp(a->id, b->id);
}

void
id_index_make(const struct answer *answer, struct id_index *out)
{
	*out = (struct id_index){ 0 };
	for (size_t t = 0; t < answer->tables_n; t++) {
		const struct table *table = answer->tables[t];
		for (size_t i = 0; table->ids && i < table->rows_n * table->columns_n; i++) {
			size_t column = i % table->columns_n;
			if (!table->ids[i] || table->columns[column].shows)
				continue;
			out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
			out->items[out->n++] = (struct id_entry){ table->ids[i],
				{ table, i / table->columns_n, column } };
		}
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_id);
}

/* The first that is not before the text; all that begin with it stand there. */
static size_t
lower_bound(const struct id_index *index, struct slice text)
{
	size_t low = 0, high = index->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slice_compare(slice_of(index->items[middle].id), text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
id_find(const struct id_index *index, struct slice id, struct origin_cell *out,
	struct origin_cell *more)
{
	/* as it is, or as it was when it took more signs to tell it from others */
	for (size_t n = id.n; n >= ID_LEAST; n--) {
		const struct slice shorter = { id.p, n };
		size_t at = lower_bound(index, shorter);
		if (at < index->n && slice_eq(slice_of(index->items[at].id), shorter)) {
			*out = index->items[at].at;
			return 1;
		}
	}
	/* as it was when it took fewer */
	size_t at = lower_bound(index, id), found = 0;
	for (; at < index->n && strncmp(index->items[at].id, id.p, id.n) == 0; at++, found++)
		*(found ? more : out) = index->items[at].at;
	return found;
}

static bool
first_of(const struct table *table, struct origin_cell *out)
{
	if (!table->ids || table->quiet || table->verbose || table->null_reason || table->parent)
		return false;
	for (int pass = 0; pass < 2; pass++)
		for (size_t n = 0; n < table->rows_n * table->columns_n; n++) {
			size_t column = n % table->columns_n;
			bool money = table->cells[n].type == CELL_MONEY;
			if (!table->columns[column].head || !table->ids[n] ||
				table->columns[column].shows || table->columns[column].label ||
				(!pass && !money))
				continue;
			*out = (struct origin_cell){ table, n / table->columns_n, column };
			return true;
		}
	return false;
}

bool
id_first(const struct answer *answer, struct origin_cell *out)
{
	const char *main = answer->default_table;
	for (int pass = 0; pass < 2; pass++)
		for (size_t t = 0; t < answer->tables_n; t++) {
			const struct table *table = answer->tables[t];
			bool wanted = main && table->key && strcmp(table->key, main) == 0;
			if ((pass || wanted) && first_of(table, out))
				return true;
		}
	return false;
}
