/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/profiles.h"

#include "report/parts.h"

enum { P_NAME, P_TYPE, P_FROM, P_PER_DAY, P_CONTEXT, P_P95, P_OUTPUT, P_COST, P_UNKNOWN, PROFILES };

static const struct column profile_columns[PROFILES] = {
	[P_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 1, .least = 16 },
	[P_TYPE] = { .key = "type", .head = "TYPE", .left = true, .weight = 1, .least = 10 },
	[P_FROM] = { .key = "type_source", .head = "FROM", .left = true, .drop = 4 },
	[P_PER_DAY] = { .key = "calls_per_day", .head = "CALLS/DAY", .decimals = 1, .drop = 1 },
	[P_CONTEXT] = { .key = "context_tokens", .head = "CONTEXT", .unit = "tokens", .drop = 2 },
	[P_P95] = { .key = "context_p95_tokens_at_most",
		.head = "P95\xE2\x89\xA4",
		.unit = "tokens",
		.drop = 3 },
	[P_OUTPUT] = { .key = "output_tokens", .unit = "tokens" },
	[P_COST] = { .key = "monthly_cost", .head = "$/MONTH", .unit = "money" },
	[P_UNKNOWN] = { .key = "unknown", .left = true },
};

enum { A_WORKLOAD, A_NAME, A_VALUE, A_LOW, A_HIGH, A_UNIT, A_SOURCE, A_WHY, A_ABOUT, ATTRIBUTES };

static const struct column attribute_columns[ATTRIBUTES] = {
	[A_WORKLOAD] = { .key = "workload", .left = true },
	[A_NAME] = { .key = "name", .head = "ATTRIBUTE", .left = true },
	[A_VALUE] = { .key = "value", .head = "VALUE", .left = true, .weight = 1, .least = 14 },
	[A_LOW] = { .key = "low", .decimals = 6 },
	[A_HIGH] = { .key = "high", .decimals = 6 },
	[A_UNIT] = { .key = "unit", .left = true },
	[A_SOURCE] = { .key = "source", .head = "FROM", .left = true, .drop = 1 },
	[A_WHY] = { .key = "why",
		.head = "WHY",
		.left = true,
		.wrap = true,
		.weight = 2,
		.least = 16,
		.drop = 2 },
	[A_ABOUT] = { .key = "about", .left = true },
};

static const struct attribute *
value_of(const struct attributes *attributes, const struct subject *subject, const char *name,
	const struct attribute_info **info)
{
	int index = attributes_find(attributes, slice_of(name));
	if (index < 0)
		return NULL;
	*info = &attributes->items[index];
	return &subject->values[index];
}

static struct cell
why_none(struct answer *answer, const struct attribute *value)
{
	return value ? cell_none(slice_copy(&answer->arena, value->why).p)
		     : cell_none("attributes.conf does not list it");
}

/* A number; a range shows both ends to people. */
static struct cell
number_cell(struct answer *answer, const struct attributes *attributes,
	const struct subject *subject, const char *name, int decimals)
{
	const struct attribute_info *info;
	const struct attribute *value = value_of(attributes, subject, name, &info);
	if (!value || value->source == ATTRIBUTE_UNKNOWN)
		return why_none(answer, value);
	struct cell cell = cell_decimal(value->high);
	if (value->number == value->high)
		return cell;
	char low[NUM_TEXT], high[NUM_TEXT];
	num_print(low, value->number, 0, decimals, true);
	num_print(high, value->high, 0, decimals, true);
	cell.text = slice_printf(&answer->arena, "%s to %s", low, high);
	return cell;
}

static struct cell
cost_cell(struct answer *answer, const struct subject *subject)
{
	if (!subject->has_monthly)
		return cell_none("not known for a month");
	struct cell cell = cell_money(subject->monthly_high, subject->currency);
	if (subject->monthly_low == subject->monthly_high)
		return cell;
	struct str text = STR_INIT;
	money_text(&text, subject->monthly_low, subject->monthly_high, subject->currency);
	cell.text = slice_copy(&answer->arena, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static struct cell
unknown_cell(
	struct answer *answer, const struct attributes *attributes, const struct subject *subject)
{
	struct str text = STR_INIT;
	for (size_t i = 0; i < attributes->n; i++)
		if (subject->values[i].source == ATTRIBUTE_UNKNOWN)
			str_printf(&text, "%s" SLICE_FMT, text.n ? "\n" : "",
				SLICE_ARG(attributes->items[i].name));
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static void
add_profile(struct answer *answer, struct table *table, const struct attributes *attributes,
	const struct subject *subject)
{
	const struct attribute_info *info = NULL;
	const struct attribute *type = value_of(attributes, subject, "type", &info);
	struct cell *row = table_row(table);
	bool known = type && type->source != ATTRIBUTE_UNKNOWN;
	row[P_NAME] = cell_text(answer, subject->name);
	row[P_TYPE] = known ? cell_text(answer, type->word) : why_none(answer, type);
	row[P_FROM] = cell_text(
		answer, slice_of(attribute_source_names[type ? type->source : ATTRIBUTE_UNKNOWN]));
	row[P_PER_DAY] = number_cell(answer, attributes, subject, "calls_per_day", 1);
	row[P_CONTEXT] = number_cell(answer, attributes, subject, "context_tokens", 0);
	row[P_P95] = number_cell(answer, attributes, subject, "context_p95_tokens", 0);
	if (row[P_P95].type != CELL_NONE)
		row[P_P95].text = SLICE_NONE; /* its head says "at most" */
	row[P_OUTPUT] = number_cell(answer, attributes, subject, "output_tokens", 0);
	row[P_COST] = cost_cell(answer, subject);
	row[P_UNKNOWN] = unknown_cell(answer, attributes, subject);
}

static void
add_attribute(struct answer *answer, struct table *table, const struct subject *subject,
	const struct attribute_info *info, const struct attribute *value)
{
	static const char no_number[] = "not a number";
	bool known = value->source != ATTRIBUTE_UNKNOWN,
	     number = known && info->kind == ATTRIBUTE_NUMBER;
	struct cell *row = table_row(table);
	struct str text = STR_INIT;
	attribute_print(&text, info, value);
	row[A_WORKLOAD] = cell_text(answer, subject->name);
	row[A_NAME] = cell_text(answer, info->name);
	row[A_VALUE] = known ? cell_text(answer, str_as_slice(&text)) : why_none(answer, value);
	row[A_LOW] = number ? cell_decimal(value->number) : cell_none(no_number);
	row[A_HIGH] = number ? cell_decimal(value->high) : cell_none(no_number);
	row[A_UNIT] = info->unit.n ? cell_text(answer, info->unit) : cell_none("it has none");
	row[A_SOURCE] = cell_text(answer, slice_of(attribute_source_names[value->source]));
	row[A_WHY] = cell_text(answer, value->why);
	row[A_ABOUT] = cell_text(answer, info->about);
	str_free(&text);
}

static void
attribute_table(struct answer *answer, const struct attributes *attributes,
	const struct subjects *subjects, const struct subject *only)
{
	struct table *table =
		answer_table(answer, "attributes", NULL, attribute_columns, ATTRIBUTES);
	table->quiet = !only;
	for (size_t i = 0; i < subjects->n; i++)
		for (size_t k = 0; k < attributes->n; k++)
			if (!only || only == &subjects->items[i])
				add_attribute(answer, table, &subjects->items[i],
					&attributes->items[k], &subjects->items[i].values[k]);
}

static size_t
known_types(const struct attributes *attributes, const struct subjects *subjects)
{
	const struct attribute_info *info;
	size_t n = 0;
	for (size_t i = 0; i < subjects->n; i++) {
		const struct attribute *type =
			value_of(attributes, &subjects->items[i], "type", &info);
		n += type && type->source != ATTRIBUTE_UNKNOWN;
	}
	return n;
}

/* What no workload's data tells, in one line: that is what --init asks for. */
static void
note_unknown(
	struct answer *answer, const struct attributes *attributes, const struct subjects *subjects)
{
	struct str text = STR_INIT;
	for (size_t k = 0; k < attributes->n; k++) {
		size_t n = 0;
		for (size_t i = 0; i < subjects->n; i++)
			n += subjects->items[i].values[k].source == ATTRIBUTE_UNKNOWN;
		if (n == subjects->n)
			str_printf(&text, "%s" SLICE_FMT, text.n ? ", " : "",
				SLICE_ARG(attributes->items[k].name));
	}
	if (text.n && subjects->n)
		answer_note(answer, "Not known of any of them: %s.", str_text(&text));
	str_free(&text);
}

void
profiles_report(struct answer *answer, const struct attributes *attributes,
	const struct subjects *subjects, const struct subject *only)
{
	answer->default_table = only ? "attributes" : "workloads";
	if (only) {
		size_t known = 0;
		for (size_t k = 0; k < attributes->n; k++)
			known += only->values[k].source != ATTRIBUTE_UNKNOWN;
		answer_headline(answer, SLICE_FMT ": %zu of %zu attributes are known.",
			SLICE_ARG(only->name), known, attributes->n);
	} else {
		answer_headline(answer, "%zu workload%s, the kind of work is known of %zu.",
			subjects->n, subjects->n == 1 ? "" : "s",
			known_types(attributes, subjects));
		struct table *table =
			answer_table(answer, "workloads", NULL, profile_columns, PROFILES);
		table->most = ROWS_FOR_PEOPLE;
		for (size_t i = 0; i < subjects->n; i++)
			add_profile(answer, table, attributes, &subjects->items[i]);
		note_unknown(answer, attributes, subjects);
	}
	attribute_table(answer, attributes, subjects, only);
}
