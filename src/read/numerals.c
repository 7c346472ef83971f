/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/numerals.h"

#include <stdlib.h>

#include "read/csv.h"

enum { MARKS_MOST = 16 };

/* What can be said of one number on its own. */
enum shape {
	SHAPE_NONE,    /* no number */
	SHAPE_BARE,    /* 1234 */
	SHAPE_GROUPED, /* 1 234 or 1'234: whole, whatever the style */
	SHAPE_COMMA,   /* 2,50 or 1.234.567 */
	SHAPE_POINT,   /* 2.50 or 1,234,567 */
	SHAPE_EITHER,  /* 1,234 or 1.234 */
};

struct number {
	enum shape shape;
	size_t from, to; /* its digits and marks, within the cell */
	char lone;       /* SHAPE_EITHER: its mark */
	bool decimals;   /* the last mark is the decimal one */
	size_t last;     /* where it is */
};

/* Marks between the digits: '.', ',', or ' ' for blanks and apostrophes of any kind. */
struct marks {
	char kind[MARKS_MOST];
	size_t digits[MARKS_MOST + 1]; /* before, between and behind them */
	size_t n, last;
	bool exponent;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The bytes of a mark at the start of the text, 0 if there is none. */
static size_t
mark_at(struct slice text, char *kind)
{
	static const char *const blanks[] = { " ", "'", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89",
		"\xE2\x80\x99" };
	if (text.n && (text.p[0] == '.' || text.p[0] == ',')) {
		*kind = text.p[0];
		return 1;
	}
	*kind = ' ';
	for (size_t i = 0; i < HL_COUNT(blanks); i++)
		if (slice_starts(text, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

/* What may stand before a number: signs, and a currency as three capitals or US$. */
static bool
skip_before(struct slice text, size_t *from)
{
	size_t letters = 0;
	for (*from = 0; *from < text.n; ++*from) {
		char c = text.p[*from];
		if (is_digit(c))
			return letters == 0 || letters == 3 || slice_starts(text, "US$");
		letters += c >= 'A' && c <= 'Z';
		if (letters && c == '-')
			return false; /* GPT-4.1 */
		if (letters > 3 || !((unsigned char)c >= 0x80 || (c >= 'A' && c <= 'Z') ||
					   memchr(" +-(~<>$.,", c, 10)))
			return false;
	}
	return false;
}

/* And behind it: signs; one letter or up to three capitals; or words behind a blank. */
static bool
fits_behind(struct slice text)
{
	size_t letters = 0;
	bool words = text.n && text.p[0] == ' ';
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool capital = c >= 'A' && c <= 'Z', letter = capital || (c >= 'a' && c <= 'z');
		letters += letter;
		if (letter && !words && letters > 1 && !(capital && letters <= 3))
			return false;
		if (!letter && !((unsigned char)c >= 0x80 || memchr(" +)%$/", c, 6)))
			return false;
	}
	return true;
}

/* "e-08" up to the end of the text. */
static bool
is_exponent(struct slice text)
{
	if (text.n < 2 || (text.p[0] != 'e' && text.p[0] != 'E'))
		return false;
	size_t i = text.p[1] == '-' || text.p[1] == '+' ? 2 : 1;
	if (i == text.n)
		return false;
	for (; i < text.n; i++)
		if (!is_digit(text.p[i]))
			return false;
	return true;
}

/* The digits and marks from the first digit on; false: it is no number. */
static bool
take_marks(struct slice text, struct number *number, struct marks *marks)
{
	size_t at = number->from;
	*marks = (struct marks){ 0 };
	while (at < text.n) {
		if (is_digit(text.p[at])) {
			marks->digits[marks->n]++;
			at++;
			continue;
		}
		char kind;
		size_t wide = mark_at((struct slice){ text.p + at, text.n - at }, &kind);
		if (!wide || at + wide >= text.n || !is_digit(text.p[at + wide]))
			break;
		if (marks->n == MARKS_MOST)
			return false;
		marks->kind[marks->n++] = kind;
		marks->last = at;
		at += wide;
	}
	number->to = at;
	struct slice rest = { text.p + at, text.n - at };
	marks->exponent = is_exponent(rest);
	return marks->exponent || fits_behind(rest);
}

/* Are the first n marks all of this kind, and do they part groups of three? */
static bool
are_groups(const struct marks *marks, size_t n, char kind)
{
	for (size_t i = 0; i < n; i++)
		if (marks->kind[i] != kind || (i > 0 && marks->digits[i] != 3))
			return false;
	return marks->digits[0] <= 3;
}

static struct number
look_at(struct slice text)
{
	struct number number = { .shape = SHAPE_NONE };
	struct marks marks;
	if (!skip_before(text, &number.from) || !take_marks(text, &number, &marks))
		return number;
	bool leading = number.from > 0 &&
		       (text.p[number.from - 1] == '.' || text.p[number.from - 1] == ',');
	if (leading)
		return number; /* ".5": what reads the column knows it, or not */
	if (!marks.n) {
		number.shape = SHAPE_BARE;
		return number;
	}
	char kind = marks.kind[marks.n - 1], first = marks.kind[0];
	size_t behind = marks.digits[marks.n];
	bool zero = text.p[number.from] == '0';
	number.last = marks.last;
	if (kind == ' ') {
		if (are_groups(&marks, marks.n, ' ') && behind == 3 && !zero)
			number.shape = SHAPE_GROUPED;
		return number;
	}
	enum shape own = kind == ',' ? SHAPE_COMMA : SHAPE_POINT,
		   other = kind == ',' ? SHAPE_POINT : SHAPE_COMMA;
	if (marks.n == 1) {
		bool either = behind == 3 && marks.digits[0] <= 3 && !zero && !marks.exponent;
		number.shape = either ? SHAPE_EITHER : own;
		number.lone = kind;
		number.decimals = true;
	} else if (first != kind) { /* two kinds: the last one is the decimal mark */
		if (are_groups(&marks, marks.n - 1, first) && marks.digits[marks.n - 1] == 3) {
			number.shape = own;
			number.decimals = true;
		}
	} else if (are_groups(&marks, marks.n, kind) && behind == 3 && !marks.exponent) {
		number.shape = other;
	}
	return number;
}

/* What the cells of a column have in common. */
struct evidence {
	size_t numbers, texts, comma, point, marked;
};

static void
weigh(struct evidence *sum, struct slice cell)
{
	if (!cell.n)
		return;
	struct number number = look_at(cell);
	if (number.shape == SHAPE_NONE) {
		sum->texts++;
		return;
	}
	sum->numbers++;
	sum->comma += number.shape == SHAPE_COMMA;
	sum->point += number.shape == SHAPE_POINT;
	sum->marked += number.shape != SHAPE_BARE &&
		       (number.shape != SHAPE_POINT ||
			       memchr(cell.p + number.from, ',', number.to - number.from));
}

/* Some cells of a column of numbers say "n/a", "-" or "Included"; few of one of texts are numbers. */
static bool
is_numeric(const struct evidence *column)
{
	return column->numbers > 0 && column->numbers * 10 >= column->texts;
}

/* By what the column says for certain, else by what the whole file says. */
static enum numeral_style
style_of(
	const struct evidence *column, const struct evidence *all, const struct numerals_file *file)
{
	if (!is_numeric(column))
		return NUMERALS_PLAIN;
	bool comma = column->comma, point = column->point;
	if (!comma && !point) {
		comma = all->comma;
		point = all->point;
	}
	if (comma && point)
		return NUMERALS_UNCLEAR;
	if (comma)
		return NUMERALS_COMMA;
	if (point)
		return column->marked || file->delim != ',' ? NUMERALS_POINT : NUMERALS_PLAIN;
	if (file->delim != ';')
		return file->delim == ',' ? NUMERALS_PLAIN : NUMERALS_USUAL;
	return file->defined ? NUMERALS_DEFINED : NUMERALS_UNCLEAR;
}

static void
decide(struct numerals *numbers, const struct evidence *columns, const struct numerals_file *file)
{
	struct evidence all = { 0 };
	bool any = false;
	for (size_t i = 0; i < file->n; i++)
		if (is_numeric(&columns[i])) {
			all.comma += columns[i].comma;
			all.point += columns[i].point;
		}
	for (size_t i = 0; i < file->n; i++) {
		enum numeral_style style = style_of(&columns[i], &all, file);
		numbers->styles[i] = (unsigned char)style;
		any |= style != NUMERALS_PLAIN;
	}
	if (!any)
		numerals_free(numbers);
}

void
numerals_learn(
	struct numerals *numbers, struct slice text, bool whole, const struct numerals_file *file)
{
	*numbers = (struct numerals){ 0 };
	if (!file->n || !text.n || (file->delim == ',' && !memchr(text.p, '"', text.n)))
		return;
	struct evidence *columns = xcalloc(file->n, sizeof(*columns));
	struct csv_cutter cutter;
	const char *p = text.p, *end = text.p + text.n, *next;
	bool stray;
	csv_cutter_init(&cutter, file->delim);
	for (; p < end && (next = csv_record_end(p, end, file->delim, whole, &stray)); p = next) {
		if (stray || !csv_cut(&cutter, (struct slice){ p, (size_t)(next - p) }))
			continue;
		for (size_t i = 0; i < cutter.record.n && i < file->n; i++)
			if (file->used[i])
				weigh(&columns[i], slice_trim(cutter.record.cells[i]));
	}
	csv_cutter_free(&cutter);
	numbers->styles = xcalloc(file->n, 1);
	numbers->n = file->n;
	decide(numbers, columns, file);
	free(columns);
}

bool
numerals_have(const struct numerals *numbers, enum numeral_style style)
{
	return numbers->n && memchr(numbers->styles, (int)style, numbers->n);
}

void
numerals_free(struct numerals *numbers)
{
	free(numbers->styles);
	*numbers = (struct numerals){ 0 };
}

/* Copies the cell with its number in plain digits.  Three decimals get a fourth, so that nobody behind
 * this takes them for thousands. */
static struct slice
plain_text(struct arena *arena, struct slice text, const struct number *number, bool decimals)
{
	char *out = arena_take(arena, text.n + 2);
	size_t n = 0, behind = 0;
	bool point = false;
	memcpy(out, text.p, number->from);
	n = number->from;
	for (size_t i = number->from; i < number->to; i++) {
		if (is_digit(text.p[i])) {
			out[n++] = text.p[i];
			behind += point;
		} else if (decimals && i == number->last) {
			out[n++] = '.';
			point = true;
		}
	}
	if (behind == 3)
		out[n++] = '0';
	memcpy(out + n, text.p + number->to, text.n - number->to);
	n += text.n - number->to;
	return (struct slice){ out, n };
}

/* May "1,234" or "1.234" be read as this style would? */
static bool
is_settled(enum numeral_style style, struct slice text, const struct number *number)
{
	bool comma = number->lone == ',';
	/* 2.0 is a count too, so 2.000 would pass for two */
	bool zeros = slice_starts(
		(struct slice){ text.p + number->last + 1, text.n - number->last - 1 }, "000");
	return style == NUMERALS_DEFINED ? !comma && !zeros
	       : style == NUMERALS_USUAL ? comma || !zeros
					 : style != NUMERALS_UNCLEAR;
}

bool
numerals_read(enum numeral_style style, struct arena *arena, struct slice *text, const char **why)
{
	struct number number = look_at(*text);
	bool decimals = number.decimals;
	switch (number.shape) {
	case SHAPE_NONE:
	case SHAPE_BARE:
		return true;
	case SHAPE_GROUPED:
		break;
	case SHAPE_COMMA:
		*why = "but the numbers of this column have a decimal point";
		if (style == NUMERALS_POINT)
			return false;
		break;
	case SHAPE_POINT:
		*why = "but the numbers of this column have a decimal comma";
		if (style == NUMERALS_COMMA)
			return false;
		break;
	case SHAPE_EITHER:
		*why = "thousands or decimals: the file's other numbers do not tell";
		if (!is_settled(style, *text, &number))
			return false;
		decimals = (style == NUMERALS_COMMA) == (number.lone == ',');
		break;
	}
	*text = plain_text(arena, *text, &number, decimals);
	return true;
}
