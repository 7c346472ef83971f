/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/sheetrow.h"

#include <math.h>
#include <stdlib.h>

#include "base/near.h"
#include "base/num.h"

static bool
read_number(const struct number_column *c, struct slice text, const char *name, double *out,
	struct err *err)
{
	femto_t value;
	*out = (double)NAN;
	if (!text.n)
		return !c->required || err_set(err, FAULT_INPUT, "no %s", name);
	if (num_decimal(text, &value) == NUM_OK) {
		double number = (double)value / (double)FEMTO_PER_UNIT;
		*out = number;
		if (number >= c->least && number <= c->most &&
			(!c->whole || value % FEMTO_PER_UNIT == 0))
			return true;
	}
	char least[NUM_TEXT], most[NUM_TEXT];
	num_print(least, (femto_t)(c->least * 1e6) * (FEMTO_PER_UNIT / 1000000), 0, 6, true);
	num_print(most, (femto_t)c->most * FEMTO_PER_UNIT, 0, 6, true);
	return err_set(err, FAULT_INPUT,
		"%s is \"" SLICE_FMT "\", expected a%s number from %s to %s", name, SLICE_ARG(text),
		c->whole ? " whole" : "", least, most);
}

bool
sheetrow_numbers(void *row, const struct number_column *columns, size_t n,
	const struct slice *cells, const char *const *names, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		double *at = (double *)(void *)((char *)row + columns[i].offset);
		if (!read_number(&columns[i], cells[columns[i].column], names[columns[i].column],
			    at, err))
			return false;
	}
	return true;
}

int
sheetrow_word(
	struct slice text, const char *column, const char *const *words, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(text, words[i]))
			return (int)i;
	char hint[NEAR_TEXT], *word = slice_dup(text);
	if (text.n)
		err_set(err, FAULT_INPUT, "%s is \"%s\"%s", column, word,
			near_hint(hint, word, words, n, NULL));
	else
		err_set(err, FAULT_INPUT, "no %s%s", column, near_hint(hint, word, words, n, NULL));
	free(word);
	return -1;
}

bool
sheetrow_set(struct slice text, const char *column, const char *const *words, size_t n,
	unsigned *set, struct err *err)
{
	struct slice word;
	while (slice_cut(&text, ' ', &word)) {
		if (!word.n)
			continue;
		int i = sheetrow_word(word, column, words, n, err);
		if (i < 0)
			return false;
		*set |= 1U << i;
	}
	return true;
}

bool
sheetrow_id(struct slice text, struct err *err)
{
	bool good = text.n > 0;
	for (size_t i = 0; i < text.n && good; i++) {
		char c = text.p[i];
		good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		       c == '.' || c == '_' || c == '-';
	}
	if (good)
		return true;
	if (!text.n)
		return err_set(err, FAULT_INPUT, "no id");
	return err_set(err, FAULT_INPUT,
		"id is \"" SLICE_FMT "\", expected letters, digits and . _ - only",
		SLICE_ARG(text));
}
