/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value - the values of a section as numbers, times and names. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/near.h"
#include "base/when.h"
#include "conf/conf.h"

const struct conf_item *
conf_item(const struct conf_section *section, const char *key)
{
	for (size_t i = 0; i < section->items_n; i++)
		if (strcmp(section->items[i].key, key) == 0)
			return &section->items[i];
	return NULL;
}

struct slice
conf_setting(const struct conf *conf, const char *key)
{
	const struct conf_section *settings = conf_next(conf, "settings", NULL);
	const struct conf_item *item = settings ? conf_item(settings, key) : NULL;
	return item ? item->values[0] : SLICE("");
}

bool
conf_wrong(const struct conf_section *section, const struct conf_item *item, struct err *err,
	const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bool titled = section->kind->titled;
	return err_set(err, FAULT_INPUT, "%s:%d: %s%s" SLICE_FMT "%s: %s", section->file,
		item ? item->line : section->line, section->kind->name, titled ? " \"" : "",
		SLICE_ARG(section->title), titled ? "\"" : "", text);
}

bool
conf_need(const struct conf_section *section, const char *key, struct err *err)
{
	return conf_item(section, key) || conf_wrong(section, NULL, err, "%s is missing", key);
}

/* The item of a key that takes one value; NULL in *item: absent. */
static bool
find_single(const struct conf_section *section, const char *key, const struct conf_item **item,
	struct err *err)
{
	*item = conf_item(section, key);
	if (!*item || (*item)->values_n == 1)
		return true;
	return conf_wrong(
		section, *item, err, "%s has %zu values, expected one", key, (*item)->values_n);
}

bool
conf_text(const struct conf_section *section, const char *key, struct slice *out, struct err *err)
{
	const struct conf_item *item;
	if (!find_single(section, key, &item, err))
		return false;
	if (item)
		*out = item->values[0];
	return true;
}

bool
conf_decimal(const struct conf_section *section, const char *key, femto_t *out, struct err *err)
{
	const struct conf_item *item;
	if (!find_single(section, key, &item, err))
		return false;
	if (!item)
		return true;
	struct slice digits = slice_trim(item->values[0]);
	if (digits.n > 1 && digits.p[0] == '0' && digits.p[1] >= '0' && digits.p[1] <= '9')
		return conf_wrong(section, item, err,
			"%s is \"" SLICE_FMT "\", expected a number without a leading zero", key,
			SLICE_ARG(digits));
	enum num_result result = num_decimal(item->values[0], out);
	char comma[NUM_COMMA];
	return result == NUM_OK ||
	       conf_wrong(section, item, err, "%s is \"" SLICE_FMT "\", expected a %snumber%s", key,
		       SLICE_ARG(item->values[0]), result == NUM_RANGE ? "smaller " : "",
		       num_comma(comma, item->values[0]));
}

bool
conf_time(const struct conf_section *section, const char *key, int64_t *ns, struct err *err)
{
	const struct conf_item *item;
	bool zoned, dated;
	if (!find_single(section, key, &item, err))
		return false;
	return !item || when_parse(item->values[0], ns, &zoned, &dated) ||
	       conf_wrong(section, item, err,
		       "%s is \"" SLICE_FMT "\", expected a date like 2026-10-01", key,
		       SLICE_ARG(item->values[0]));
}

static bool
wrong_choice(const struct conf_section *section, const struct conf_item *item, struct slice value,
	const char *const *names, size_t names_n, struct err *err)
{
	const char **known = xcalloc(names_n + 1, sizeof(*known));
	char *word = slice_dup(value), hint[NEAR_TEXT];
	size_t n = 0;
	for (size_t i = 0; i < names_n; i++)
		if (*names[i])
			known[n++] = names[i];
	conf_wrong(section, item, err, "%s is \"%s\"%s", item->key, word,
		near_hint(hint, word, known, n, NULL));
	free(word);
	free(known);
	return false;
}

bool
conf_choices(const struct conf_section *section, const char *key, const char *const *names,
	size_t names_n, unsigned *mask, struct err *err)
{
	const struct conf_item *item = conf_item(section, key);
	unsigned found = 0;
	for (size_t v = 0; item && v < item->values_n; v++) {
		size_t i = 0;
		while (i < names_n && (!*names[i] || !slice_is_nocase(item->values[v], names[i])))
			i++;
		if (i == names_n)
			return wrong_choice(section, item, item->values[v], names, names_n, err);
		found |= 1U << i;
	}
	if (item)
		*mask = found;
	return true;
}
