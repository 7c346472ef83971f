/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/assume.h"

#include <math.h>

#include "base/num.h"

bool
assume_section(struct figures *figures, const struct conf_section *section, struct arena *arena,
	struct err *err)
{
	for (size_t i = 0; i < section->items_n; i++) {
		const struct conf_item *item = &section->items[i];
		struct err wrong = { 0 };
		struct str source = STR_INIT;
		if (figure_find(slice_of(item->key), NULL) < 0)
			continue;
		if (item->values_n != 1)
			return conf_wrong(section, item, err,
				"%s: several values, expected one, or a range such as 0.2-0.4",
				item->key);
		str_printf(&source, "%s:%d", section->file, item->line);
		const char *place = arena_copy(arena, str_text(&source), source.n);
		str_free(&source);
		if (!figures_set(figures, slice_of(item->key), item->values[0], place, &wrong))
			return conf_wrong(section, item, err, "%s", wrong.text);
	}
	return true;
}

bool
assume_conf(struct figures *figures, const struct conf *conf, struct arena *arena, struct err *err)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "assume", at));)
		if (!assume_section(figures, at, arena, err))
			return false;
	return true;
}

/* "RTX 4090, two of them: 3200": what stands behind the last colon or blank is the amount. */
static bool
add_part(struct named_plan *plan, const struct conf_item *item, struct slice part, struct err *err)
{
	size_t at = part.n;
	femto_t amount;
	bool about, least;
	while (at > 0 && part.p[at - 1] != ':')
		at--;
	struct slice price = at ? (struct slice){ part.p + at, part.n - at } : part;
	if (num_human(slice_trim(price), &amount, &about, &least) != NUM_OK || amount < 0)
		return conf_wrong(plan->section, item, err,
			"\"" SLICE_FMT "\" has no price, expected a name and an amount such as "
			"\"RAM 64 GB: 250\"",
			SLICE_ARG(part));
	plan->parts = (plan->parts_n++ ? plan->parts : 0) + (double)amount / 1e15;
	return true;
}

bool
plan_find(const struct conf *conf, struct slice name, struct named_plan *plan, struct err *err)
{
	*plan = (struct named_plan){ .section = conf_find(conf, "plan", name), .parts = MISSING };
	if (!plan->section)
		return true;
	if (!conf_need(plan->section, "hardware", err) ||
		!conf_text(plan->section, "hardware", &plan->hardware, err) ||
		!conf_text(plan->section, "model", &plan->model, err) ||
		!conf_text(plan->section, "quant", &plan->quant, err))
		return false;
	const struct conf_item *parts = conf_item(plan->section, "parts");
	for (size_t i = 0; parts && i < parts->values_n; i++)
		if (!add_part(plan, parts, parts->values[i], err))
			return false;
	return true;
}
