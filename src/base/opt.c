/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/opt.h"

#include <stdlib.h>

#include "base/near.h"
#include "base/num.h"

enum { VALUES_MOST = 32 }; /* of one option */

/* What is left of a command line. */
struct scan {
	const struct option_set *sets;
	int argc, at;
	char **argv;
	bool *seen; /* one for each option of all sets */
	struct err *err;
};

/* An option of one of the sets, found by name. */
struct found {
	const struct option *option; /* NULL: no such option */
	char *values;
	bool *seen;
	const char *command;
};

static size_t
count_options(const struct option_set *sets)
{
	size_t n = 0;
	for (; sets->options; sets++)
		for (const struct option *o = sets->options; o->name; o++)
			n++;
	return n;
}

static struct found
find_option(const struct scan *scan, struct slice name, char letter)
{
	bool *seen = scan->seen;
	for (const struct option_set *set = scan->sets; set->options; set++)
		for (const struct option *o = set->options; o->name; o++, seen++)
			if (letter ? o->letter == letter : slice_is(name, o->name))
				return (struct found){ o, set->values, seen, set->command };
	return (struct found){ 0 };
}

static bool
unknown_option(const struct scan *scan, const char *word)
{
	const char **names = xcalloc(count_options(scan->sets) + 1, sizeof(*names));
	size_t n = 0;
	for (const struct option_set *set = scan->sets; set->options; set++)
		for (const struct option *o = set->options; o->name; o++)
			if (o->help)
				names[n++] = o->name;
	char *plain = slice_dup((struct slice){ word + 2, strcspn(word + 2, "=") });
	const char *near = word[1] == '-' ? near_name(plain, names, n) : NULL;
	if (near)
		err_set(scan->err, FAULT_USAGE, "unknown option --%s, did you mean --%s?", plain,
			near);
	else if (word[1] == '-')
		err_set(scan->err, FAULT_USAGE, "unknown option --%s", plain);
	else
		err_set(scan->err, FAULT_USAGE, "unknown option %s", word);
	free(plain);
	free(names);
	return false;
}

/* Is it of another command alone? */
static bool
is_of_another(const struct option *option, struct slice value, const char *command)
{
	struct slice rest = slice_of(option->only), one, name;
	while (command && slice_cut(&rest, '|', &one))
		if (slice_cut(&one, '=', &name) && slice_compare(name, value) == 0)
			return !slice_is(one, command);
	return false;
}

void
option_values(struct str *out, const struct option *option, const char *command)
{
	struct slice rest = slice_of(option->values), value;
	while (slice_cut(&rest, '|', &value))
		if (!is_of_another(option, value, command))
			str_printf(out, "%s" SLICE_FMT, out->n ? "|" : "", SLICE_ARG(value));
}

static bool
check_value(const struct option *option, const char *text, const char *command, struct err *err)
{
	if (!option->values)
		return true;
	struct slice rest = slice_of(option->values), value;
	while (slice_cut(&rest, '|', &value))
		if (slice_is(value, text))
			return true;
	const char *names[VALUES_MOST];
	struct str had = STR_INIT;
	option_values(&had, option, command);
	char hint[NEAR_TEXT], *copy = xstrdup(str_text(&had));
	size_t n = 0;
	for (char *at = copy, *word; n < HL_COUNT(names) && (word = strsep(&at, "|"));)
		names[n++] = word;
	err_set(err, FAULT_USAGE, "--%s %s: no such value%s", option->name, text,
		near_hint(hint, text, names, n, NULL));
	free(copy);
	str_free(&had);
	return false;
}

static bool
store_count(const struct option *option, const char *text, int64_t *out, struct err *err)
{
	int64_t count;
	if (num_int(slice_of(text), &count) != NUM_OK || count < 0)
		return err_set(err, FAULT_USAGE, "--%s %s: expected a whole number%s, 0 or more",
			option->name, text, strchr(text, ',') ? " without a comma" : "");
	*out = count;
	return true;
}

static bool
store_money(const struct option *option, const char *text, femto_t *out, struct err *err)
{
	femto_t amount;
	char comma[NUM_COMMA];
	if (num_decimal(slice_of(text), &amount) != NUM_OK || amount < 0)
		return err_set(err, FAULT_USAGE, "--%s %s: expected an amount such as 12.50%s",
			option->name, text, num_comma(comma, slice_of(text)));
	*out = amount;
	return true;
}

static void
store_list(struct option_list *list, const char *text)
{
	list->items = xgrow(list->items, &list->size, list->n, sizeof(*list->items));
	list->items[list->n++] = text;
}

/* Leading options are parsed before the others, so "given" is also seen in the value. */
static bool
is_repeated(const struct found *found)
{
	const struct option *o = found->option;
	if (o->kind == OPTION_FLAG || o->kind == OPTION_LIST)
		return false;
	return *found->seen ||
	       (o->kind == OPTION_TEXT && *(const char **)(void *)(found->values + o->offset));
}

static bool
store(const struct found *found, const char *text, struct err *err)
{
	const struct option *o = found->option;
	void *at = found->values + o->offset;
	if (is_repeated(found))
		return err_set(err, FAULT_USAGE, "--%s is given twice", o->name);
	if (!check_value(o, text, found->command, err))
		return false;
	*found->seen = true;
	if (o->given)
		*(bool *)(found->values + o->given) = true;
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return true;
	case OPTION_TEXT:
	case OPTION_MAYBE:
		*(const char **)at = text;
		return true;
	case OPTION_COUNT:
		return store_count(o, text, at, err);
	case OPTION_LIST:
		store_list(at, text);
		return true;
	case OPTION_MONEY:
		return store_money(o, text, at, err);
	}
	BUG("option kind %d", (int)o->kind);
}

/* The value behind an option: what is attached to it, or the next argument. */
static const char *
take_value(struct scan *scan, const struct option *option, const char *attached)
{
	if (attached)
		return attached;
	bool more = scan->at + 1 < scan->argc;
	if (option->kind == OPTION_MAYBE && (!more || scan->argv[scan->at + 1][0] == '-'))
		return "";
	if (more)
		return scan->argv[++scan->at];
	err_set(scan->err, FAULT_USAGE, "--%s needs a value: --%s %s", option->name, option->name,
		option->arg ? option->arg : "VALUE");
	return NULL;
}

static bool
parse_long(struct scan *scan, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	struct slice key = { name, equals ? (size_t)(equals - name) : strlen(name) };
	struct found found = find_option(scan, key, 0);
	if (!found.option)
		return unknown_option(scan, word);
	if (found.option->kind == OPTION_FLAG) {
		if (equals)
			return err_set(
				scan->err, FAULT_USAGE, "--%s takes no value", found.option->name);
		return store(&found, "", scan->err);
	}
	const char *value = take_value(scan, found.option, equals ? equals + 1 : NULL);
	return value && store(&found, value, scan->err);
}

/* -q, -qv, -o FILE, -oFILE */
static bool
parse_letters(struct scan *scan, const char *word)
{
	for (const char *at = word + 1; *at; at++) {
		struct found found = find_option(scan, SLICE_NONE, *at);
		if (!found.option)
			return unknown_option(scan, word);
		if (found.option->kind != OPTION_FLAG) {
			const char *value = take_value(scan, found.option, at[1] ? at + 1 : NULL);
			return value && store(&found, value, scan->err);
		}
		if (!store(&found, "", scan->err))
			return false;
	}
	return true;
}

/* With args NULL it stops at the first positional argument. */
static bool
parse(struct scan *scan, const char **args, int *args_n)
{
	bool only_arguments = false;
	for (scan->at = 1; scan->at < scan->argc; scan->at++) {
		const char *word = scan->argv[scan->at];
		if (only_arguments || word[0] != '-' || !word[1]) {
			if (!args)
				return true;
			args[(*args_n)++] = word;
		} else if (strcmp(word, "--") == 0) {
			only_arguments = true;
		} else if (!(word[1] == '-' ? parse_long(scan, word) : parse_letters(scan, word))) {
			return false;
		}
	}
	return true;
}

bool
options_parse_first(
	const struct option_set *sets, int argc, char **argv, int *next, struct err *err)
{
	struct scan scan = { .sets = sets, .argc = argc, .argv = argv, .err = err };
	scan.seen = xcalloc(count_options(sets), sizeof(*scan.seen));
	bool good = parse(&scan, NULL, NULL);
	*next = scan.at;
	free(scan.seen);
	return good;
}

bool
options_parse(const struct option_set *sets, int argc, char **argv, const char **args, int *args_n,
	struct err *err)
{
	struct scan scan = { .sets = sets, .argc = argc, .argv = argv, .err = err };
	scan.seen = xcalloc(count_options(sets), sizeof(*scan.seen));
	*args_n = 0;
	bool good = parse(&scan, args, args_n);
	free(scan.seen);
	return good;
}

void
option_list_free(struct option_list *list)
{
	free(list->items);
	*list = (struct option_list){ 0 };
}

/* "  -o, --output FILE" */
static void
help_name(struct str *out, const struct option *option)
{
	bool maybe = option->kind == OPTION_MAYBE;
	if (option->letter)
		str_printf(out, "  -%c, --%s", option->letter, option->name);
	else
		str_printf(out, "      --%s", option->name);
	if (option->kind != OPTION_FLAG)
		str_printf(out, " %s%s%s", maybe ? "[" : "", option->arg ? option->arg : "VALUE",
			maybe ? "]" : "");
}

void
help_words(FILE *out, struct slice text, int column, int indent, int width)
{
	struct slice rest = text, word;
	bool first = true;
	while (slice_cut(&rest, ' ', &word)) {
		int n = 0; /* in UTF-8 a character is the bytes that continue none */
		for (size_t i = 0; i < word.n; i++)
			n += ((unsigned char)word.p[i] & 0xC0) != 0x80;
		if (!first && width > 0 && column + 1 + n > width) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fwrite(word.p, 1, word.n, out);
		column += n;
		first = false;
	}
	fputc('\n', out);
}

void
options_help(const struct option *options, FILE *out, int width)
{
	enum { INDENT = 28 };
	for (const struct option *o = options; o && o->name; o++) {
		if (!o->help)
			continue;
		struct str name = STR_INIT;
		help_name(&name, o);
		if (name.n + 2 > INDENT)
			fprintf(out, "%s\n%*s", str_text(&name), INDENT, "");
		else
			fprintf(out, "%-*s", INDENT, str_text(&name));
		help_words(out, slice_of(o->help), INDENT, INDENT, width);
		str_free(&name);
	}
}
