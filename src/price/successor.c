/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/successor.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/sheet.h"

const char *const successor_names[SUCCESSOR_KINDS] = {
	[SUCCESSOR_CHEAPER] = "cheaper-tier",
	[SUCCESSOR_LATER] = "successor",
	[SUCCESSOR_EMBEDDING] = "embedding",
};

enum { S_MODEL, S_SUCCESSOR, S_KIND, S_FROM, S_SOURCE, COLUMNS };
static const char *const column_names[COLUMNS] = { "model", "successor", "kind", "from", "source" };

struct adding {
	struct successors *to;
	struct slice file;
};

static bool
read_kind(struct slice text, enum successor_kind *kind, struct err *err)
{
	for (int i = 0; i < SUCCESSOR_KINDS; i++)
		if (slice_is(text, successor_names[i])) {
			*kind = (enum successor_kind)i;
			return true;
		}
	return err_set(err, FAULT_INPUT,
		"kind is \"" SLICE_FMT "\", expected cheaper-tier, successor or embedding",
		SLICE_ARG(text));
}

static bool
add_row(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct adding *adding = data;
	struct successors *to = adding->to;
	struct successor row = { .file = adding->file, .line = line };
	bool zoned, dated;
	for (int i = S_MODEL; i < COLUMNS; i++)
		if (!cells[i].n)
			return err_set(err, FAULT_INPUT, "no %s", column_names[i]);
	if (slice_eq(cells[S_MODEL], cells[S_SUCCESSOR]))
		return err_set(err, FAULT_INPUT,
			"\"" SLICE_FMT "\" succeeds itself, expected another model",
			SLICE_ARG(cells[S_MODEL]));
	if (!read_kind(cells[S_KIND], &row.kind, err))
		return false;
	if (!when_parse(cells[S_FROM], &row.from, &zoned, &dated))
		return err_set(err, FAULT_INPUT,
			"from is \"" SLICE_FMT "\", expected a date like 2026-10-01",
			SLICE_ARG(cells[S_FROM]));
	row.model = slice_copy(&to->arena, cells[S_MODEL]);
	row.successor = slice_copy(&to->arena, cells[S_SUCCESSOR]);
	row.source = slice_copy(&to->arena, cells[S_SOURCE]);
	to->items = xgrow(to->items, &to->size, to->n, sizeof(*to->items));
	to->items[to->n++] = row;
	return true;
}

bool
successors_add_text(
	struct successors *successors, const char *file, struct slice text, struct err *err)
{
	struct adding adding = { successors, slice_copy(&successors->arena, slice_of(file)) };
	const struct sheet sheet = { .columns = column_names,
		.columns_n = COLUMNS,
		.required = COLUMNS,
		.row = add_row,
		.data = &adding };
	return sheet_read(&sheet, text, file, err);
}

bool
successors_add(struct successors *successors, const char *path, struct err *err)
{
	struct slice text;
	return sheet_file(&successors->arena, path, &text, err) &&
	       successors_add_text(successors, path, text, err);
}

void
successors_free(struct successors *successors)
{
	free(successors->items);
	arena_free(&successors->arena);
	*successors = (struct successors){ 0 };
}

/* Is it "PROVIDER/" and '*'? */
static bool
is_all_of(struct slice text, struct slice provider)
{
	return provider.n && text.n == provider.n + 2 && slice_ends(text, "/*") &&
	       memcmp(text.p, provider.p, provider.n) == 0;
}

const struct successor *
successors_find(const struct successors *successors, struct slice provider, struct slice model,
	enum successor_kind kind)
{
	const struct successor *any = NULL;
	for (size_t i = successors->n; i-- > 0;) {
		const struct successor *at = &successors->items[i];
		if (at->kind != kind || slice_eq(at->successor, model))
			continue;
		if (slice_eq(at->model, model))
			return at;
		if (!any && is_all_of(at->model, provider))
			any = at;
	}
	return any;
}
