/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/attribute.h"

#include <stdlib.h>

#include "base/near.h"

const char *const attribute_source_names[] = {
	[ATTRIBUTE_UNKNOWN] = "unknown",
	[ATTRIBUTE_LOGGED] = "logged",
	[ATTRIBUTE_CONFIGURED] = "configured",
	[ATTRIBUTE_INFERRED] = "inferred",
	[ATTRIBUTE_ASSUMED] = "assumed",
};

static const char *const keys[] = { "kind", "unit", "whole", "least", "most", "step", "shared",
	"words", "about", "used_by", NULL };
static const struct conf_kind kinds[] = {
	{ .name = "attribute", .titled = true, .keys = keys },
	{ .name = NULL },
};

/* Beyond this a number is a typing error; and products of two still fit into 128 bits. */
#define NUMBER_MOST (FEMTO_PER_UNIT * 1000000000000000)

static bool
is_name(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!((text.p[i] >= 'a' && text.p[i] <= 'z') || text.p[i] == '_' ||
			    (i && text.p[i] >= '0' && text.p[i] <= '9')))
			return false;
	return text.n > 0;
}

static bool
read_yes(const struct conf_section *section, const char *key, bool *out, struct err *err)
{
	static const char *const words[] = { "no", "yes" };
	unsigned mask = 0;
	if (!conf_choices(section, key, words, HL_COUNT(words), &mask, err))
		return false;
	*out = mask == 2;
	return true;
}

static bool
read_number(const struct conf_section *section, struct attribute_info *info, struct err *err)
{
	info->step = FEMTO_PER_UNIT;
	info->most = NUMBER_MOST;
	if (!conf_text(section, "unit", &info->unit, err) ||
		!read_yes(section, "whole", &info->whole, err) ||
		!conf_decimal(section, "least", &info->least, err) ||
		!conf_decimal(section, "most", &info->most, err) ||
		!conf_decimal(section, "step", &info->step, err))
		return false;
	if (info->step <= 0 || info->step > NUMBER_MOST)
		return conf_wrong(section, conf_item(section, "step"), err,
			"step is out of range, expected a number over 0");
	return true;
}

static bool
read_words(const struct conf_section *section, struct attribute_info *info, struct err *err)
{
	const struct conf_item *item = conf_item(section, "words");
	if (!item)
		return conf_wrong(section, NULL, err, "words is missing");
	info->words = item->values;
	info->words_n = item->values_n;
	for (size_t i = 0; i < info->words_n; i++) {
		if (!is_name(info->words[i]))
			return conf_wrong(section, item, err,
				"\"" SLICE_FMT "\": expected a word of a-z, 0-9 and _",
				SLICE_ARG(info->words[i]));
		for (size_t k = 0; k < i; k++)
			if (slice_eq(info->words[i], info->words[k]))
				return conf_wrong(section, item, err,
					"\"" SLICE_FMT "\" is there twice",
					SLICE_ARG(info->words[i]));
	}
	return true;
}

static bool
read_attribute(const struct conf_section *section, struct attribute_info *info, struct err *err)
{
	static const char *const names[] = {
		[ATTRIBUTE_NUMBER] = "number", [ATTRIBUTE_WORD] = "word", [ATTRIBUTE_FLAG] = "flag"
	};
	unsigned mask = 0;
	*info = (struct attribute_info){ .name = section->title,
		.unit = SLICE(""),
		.file = slice_of(section->file),
		.line = section->line };
	if (!is_name(info->name))
		return conf_wrong(section, NULL, err, "expected a name of a-z, 0-9 and _");
	if (!conf_need(section, "kind", err) || !conf_need(section, "about", err) ||
		!conf_choices(section, "kind", names, HL_COUNT(names), &mask, err) ||
		!conf_text(section, "about", &info->about, err) ||
		!conf_text(section, "used_by", &info->used_by, err) ||
		!read_yes(section, "shared", &info->shared, err))
		return false;
	info->kind = mask & 1U << ATTRIBUTE_NUMBER ? ATTRIBUTE_NUMBER
		     : mask & 1U << ATTRIBUTE_WORD ? ATTRIBUTE_WORD
						   : ATTRIBUTE_FLAG;
	if (info->kind == ATTRIBUTE_NUMBER)
		return read_number(section, info, err);
	return info->kind != ATTRIBUTE_WORD || read_words(section, info, err);
}

/* Takes the conf. */
static struct attributes *
load(struct conf *conf, struct err *err)
{
	if (!conf)
		return NULL;
	struct attributes *attributes = xcalloc(1, sizeof(*attributes));
	attributes->conf = conf;
	size_t n = 0;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "attribute", at));)
		n++;
	if (n > ATTRIBUTES_MOST) {
		err_set(err, FAULT_LIMIT, "%s: more than %d attributes",
			conf_next(conf, "attribute", NULL)->file, ATTRIBUTES_MOST);
		attributes_free(attributes);
		return NULL;
	}
	attributes->items = arena_take(&attributes->arena, (n + 1) * sizeof(*attributes->items));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "attribute", at));)
		if (!read_attribute(at, &attributes->items[attributes->n++], err)) {
			attributes_free(attributes);
			return NULL;
		}
	return attributes;
}

struct attributes *
attributes_load(const char *path, struct err *err)
{
	return load(conf_load_file(kinds, path, true, err), err);
}

struct attributes *
attributes_load_text(const char *file, struct slice text, struct err *err)
{
	return load(conf_load_kinds(kinds, file, text, err), err);
}

void
attributes_free(struct attributes *attributes)
{
	if (!attributes)
		return;
	conf_free(attributes->conf);
	arena_free(&attributes->arena);
	free(attributes);
}

int
attributes_find(const struct attributes *attributes, struct slice name)
{
	for (size_t i = 0; i < attributes->n; i++)
		if (slice_eq(attributes->items[i].name, name))
			return (int)i;
	return -1;
}

bool
attribute_number(struct slice text, femto_t *out, struct err *err)
{
	struct slice digits = text;
	if (digits.n && (digits.p[0] == '-' || digits.p[0] == '+')) {
		digits.p++;
		digits.n--;
	}
	if (digits.n > 1 && digits.p[0] == '0' && digits.p[1] >= '0' && digits.p[1] <= '9')
		return err_set(err, FAULT_INPUT,
			"\"" SLICE_FMT "\", expected a number without a leading zero",
			SLICE_ARG(text));
	femto_t value;
	char comma[NUM_COMMA];
	enum num_result result = num_decimal(text, &value);
	if (result == NUM_RANGE ||
		(result == NUM_OK && (value > NUMBER_MOST || value < -NUMBER_MOST)))
		return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\", expected a smaller number",
			SLICE_ARG(text));
	if (result != NUM_OK)
		return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\", expected a number%s",
			SLICE_ARG(text), num_comma(comma, text));
	*out = value;
	return true;
}

static bool
parse_number(const struct attribute_info *info, struct slice text, struct attribute *out,
	struct err *err)
{
	femto_t value = 0;
	char buf[NUM_TEXT];
	if (!attribute_number(text, &value, err))
		return false;
	if (info->whole && value % FEMTO_PER_UNIT)
		return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\", expected a whole number",
			SLICE_ARG(text));
	if (value < info->least)
		return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\", expected at least %s",
			SLICE_ARG(text), num_print(buf, info->least, 0, 15, true));
	if (value > info->most)
		return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\", expected at most %s",
			SLICE_ARG(text), num_print(buf, info->most, 0, 15, true));
	out->number = out->high = value;
	return true;
}

static bool
parse_word(const struct attribute_info *info, struct slice text, struct attribute *out,
	struct err *err)
{
	for (size_t i = 0; i < info->words_n; i++)
		if (slice_eq(info->words[i], text)) {
			out->word = info->words[i];
			return true;
		}
	char hint[NEAR_TEXT];
	return err_set(err, FAULT_INPUT, "\"" SLICE_FMT "\"%s", SLICE_ARG(text),
		near_hint_in(hint, text, info->words, info->words_n, sizeof(*info->words), NULL));
}

static bool
parse_flag(struct slice text, struct attribute *out, struct err *err)
{
	bool yes = slice_is(text, "yes") || slice_is(text, "true");
	if (!yes && !slice_is(text, "no") && !slice_is(text, "false"))
		return err_set(
			err, FAULT_INPUT, "\"" SLICE_FMT "\", expected yes or no", SLICE_ARG(text));
	out->number = out->high = yes;
	return true;
}

bool
attribute_parse(const struct attribute_info *info, struct slice text, struct attribute *out,
	struct err *err)
{
	switch (info->kind) {
	case ATTRIBUTE_NUMBER:
		return parse_number(info, text, out, err);
	case ATTRIBUTE_WORD:
		return parse_word(info, text, out, err);
	case ATTRIBUTE_FLAG:
		return parse_flag(text, out, err);
	}
	BUG("an attribute of no kind");
}

void
attribute_number_print(struct str *out, femto_t value)
{
	char buf[NUM_TEXT];
	femto_t size = value < 0 ? -value : value;
	int most = size < FEMTO_PER_UNIT / 100 ? 6 : size < FEMTO_PER_UNIT ? 4 : 2;
	str_puts(out, num_print(buf, value, 0, most, true));
}

void
attribute_unit_print(struct str *out, struct slice unit, femto_t value)
{
	bool dollars = slice_is(unit, "USD/month");
	if (dollars) {
		char buf[NUM_TEXT];
		bool cents = value % FEMTO_PER_UNIT != 0;
		str_printf(out, "$%s a month", num_print(buf, value, cents ? 2 : 0, 2, true));
		return;
	}
	attribute_number_print(out, value);
	if (unit.n)
		str_printf(out, " " SLICE_FMT, SLICE_ARG(unit));
}

void
attribute_print(struct str *out, const struct attribute_info *info, const struct attribute *value)
{
	if (value->source == ATTRIBUTE_UNKNOWN) {
		str_puts(out, "unknown");
		return;
	}
	switch (info->kind) {
	case ATTRIBUTE_NUMBER:
		if (value->high != value->number) {
			attribute_number_print(out, value->number);
			str_puts(out, " to ");
		}
		attribute_unit_print(out, info->unit, value->high);
		return;
	case ATTRIBUTE_WORD:
		str_slice(out, value->word);
		return;
	case ATTRIBUTE_FLAG:
		str_puts(out, value->number ? "yes" : "no");
		return;
	}
}

void
subjects_free(struct subjects *subjects)
{
	free(subjects->items);
	arena_free(&subjects->arena);
	*subjects = (struct subjects){ 0 };
}
