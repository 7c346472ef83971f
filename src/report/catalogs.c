/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/catalogs.h"

#include <math.h>

/* Six decimals hold every figure of the catalogues. */
static femto_t
femto_of(double value)
{
	return (femto_t)llround(value * 1e6) * (FEMTO_PER_UNIT / 1000000);
}

struct cell
catalog_cell(struct answer *answer, double value, int decimals, bool unverified, const char *reason)
{
	char text[NUM_TEXT];
	if (isnan(value))
		return cell_none(reason);
	struct cell cell = cell_decimal(femto_of(value));
	/* a small one must not look like nothing */
	num_print(text, femto_of(value), 0, value < 0.1 ? decimals + 1 : decimals, true);
	cell.text = cell_textf(answer, "%s%s", text, unverified ? "?" : "").text;
	return cell;
}

struct cell
catalog_money(struct answer *answer, double value, bool unverified, const char *reason)
{
	char text[NUM_TEXT];
	if (isnan(value))
		return cell_none(reason);
	struct cell cell = cell_money(femto_of(value), "");
	num_print(text, femto_of(value), 2, value < 1 ? 4 : 2, true);
	cell.text = cell_textf(answer, "%s%s", text, unverified ? "?" : "").text;
	return cell;
}

struct cell
catalog_word(struct answer *answer, struct slice text, const char *none)
{
	return text.n ? cell_text(answer, text) : cell_none(none);
}

struct cell
catalog_list(struct answer *answer, struct slice text, char between, const char *none)
{
	struct str list = STR_INIT;
	struct slice part;
	while (slice_cut(&text, between, &part)) {
		part = slice_trim(part);
		if (part.n)
			str_printf(&list, "%s" SLICE_FMT, list.n ? "\n" : "", SLICE_ARG(part));
	}
	struct cell cell = list.n ? cell_list(answer, str_as_slice(&list)) : cell_none(none);
	str_free(&list);
	return cell;
}

void
catalog_mark_note(struct answer *answer, bool any)
{
	if (any)
		answer_note(answer, "A ? stands behind a figure that was not verified: recalled, "
				    "approximate, derived or estimated.");
}
