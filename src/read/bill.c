/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/bill.h"

#include "base/when.h"

/* What parts the texts of a key: no cell of an export holds it. */
enum { KEY_SEPARATOR = '\x1f' };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One or two digits, or a year of two or four, in front of 'text'. */
static int
take_number(struct slice *text, size_t most)
{
	int value = 0;
	size_t n = 0;
	for (; n < text->n && n < most && is_digit(text->p[n]); n++)
		value = value * 10 + (text->p[n] - '0');
	text->p += n;
	text->n -= n;
	return n ? value : -1;
}

static bool
take_slash(struct slice *text)
{
	if (!text->n || text->p[0] != '/')
		return false;
	text->p++;
	text->n--;
	return true;
}

/* A date as spreadsheets write it where the locale is American: 5/1/25, 10/1/2026. */
static bool
short_date(struct slice text, int64_t *ns)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int month = take_number(&text, 2);
	bool slashes = take_slash(&text);
	int day = take_number(&text, 2);
	slashes = slashes && take_slash(&text);
	size_t digits = text.n;
	int year = take_number(&text, 4);
	if (!slashes || text.n || (digits != 2 && digits != 4) || month < 1 || month > 12)
		return false;
	year += digits == 2 ? 2000 : 0;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (year < 1990 || year > 2200 || day < 1 || day > length[month - 1] + (month == 2 && leap))
		return false;
	*ns = when_days(year, month, day) * NS_PER_DAY;
	return true;
}

bool
bill_time(struct row *row, int slot, struct record *rec)
{
	if (!short_date(slice_trim(row_text(row, slot)), &rec->start))
		return row_time(row, slot, rec);
	rec->timed = true;
	rec->width = NS_PER_DAY;
	return true;
}

bool
bill_period(struct row *row, int start, int end, struct record *rec)
{
	struct record until;
	record_init(&until);
	if (!bill_time(row, start, rec))
		return false;
	if (bill_time(row, end, &until) && until.start > rec->start)
		rec->width = until.start - rec->start;
	return true;
}

/* Excel writes TRUE for True: one value in a key. */
static struct slice
key_text(struct slice text)
{
	text = slice_trim(text);
	if (slice_is_nocase(text, "true"))
		return SLICE("true");
	return slice_is_nocase(text, "false") ? SLICE("false") : text;
}

void
bill_identity(struct row *row, enum identity identity, int first, int end, struct record *rec)
{
	struct str key = STR_INIT;
	char number[NUM_TEXT];
	str_puts(&key, num_count(number, rec->timed ? rec->start : 0));
	str_putc(&key, KEY_SEPARATOR);
	str_puts(&key, num_count(number, rec->width));
	for (int slot = first; slot < end; slot++) {
		str_putc(&key, KEY_SEPARATOR);
		str_slice(&key, key_text(row_text(row, slot)));
	}
	rec->identity = identity;
	rec->id = slice_copy(row_arena(row), str_as_slice(&key));
	str_free(&key);
}

/* Sums of many such numbers stay within 128 bits. */
static bool
check_range(struct row *row, femto_t value)
{
	const femto_t most = FEMTO_PER_UNIT * 1000000000000000;
	if (value <= most && value >= -most)
		return true;
	row_bad(row, "a number is larger than any bill's");
	return false;
}

bool
bill_number(struct row *row, int slot, femto_t *out)
{
	return row_money(row, slot, out) && check_range(row, *out);
}

bool
bill_human(struct row *row, int slot, femto_t *out)
{
	return row_money_human(row, slot, out) && check_range(row, *out);
}

bool
bill_money(struct row *row, int slot, struct record *rec)
{
	if (!bill_number(row, slot, &rec->billed))
		return false;
	rec->has_billed = true;
	if (rec->billed < 0)
		rec->how |= HOW_CREDIT;
	return true;
}

void
bill_currency(struct row *row, int slot, struct record *rec)
{
	struct slice text = slice_trim(row_text(row, slot));
	if (!text.n)
		return;
	bool good = text.n == 3;
	for (size_t i = 0; good && i < text.n; i++) {
		good = is_letter(text.p[i]);
		rec->currency[i] = (char)(text.p[i] & ~0x20);
	}
	rec->currency[3] = '\0';
	char shown[ROW_SHOWN];
	if (!good)
		row_bad(row, "the currency is %s, expected three letters as in USD",
			row_shown(text, shown));
}

void
bill_tax(struct record *rec)
{
	rec->how |= HOW_TAX;
	record_measure(rec, MEASURE_TAX_LINE, 1);
}

void
bill_set_model(struct record *rec, struct slice model)
{
	rec->request_model = model;
	rec->response_model = model;
}
