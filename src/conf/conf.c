/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conf/conf.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/near.h"
#include "conf/scan.h"

struct conf {
	const struct conf_kind *kinds;
	const char *file;
	struct conf_section *sections;
	size_t sections_n, sections_size;
	struct arena arena;
};

/* What is known while libconfuse reads: the values of the section that is open. */
struct loading {
	struct conf *conf;
	struct scanned scanned;
	struct conf_item *items;
	size_t items_n, items_size;
	struct slice *values; /* of all items, one after the other */
	size_t values_n, values_size;
	struct err *err;
	bool failed;
};

/*
 * libconfuse hands nothing of ours to its callbacks but the options.  All of ours are strings and
 * sections, so the place for a default number is free to say which loading they belong to.
 */
_Static_assert(sizeof(long) >= sizeof(void *), "a pointer fits into a long");

static struct loading *
loading_of(const cfg_opt_t *opt)
{
	return (struct loading *)(intptr_t)opt->def.number; // NOLINT(performance-no-int-to-ptr)
}

static int fail(struct loading *loading, int line, const char *fmt, ...) hl_printf(3, 4);

/* The first sentence stays: what comes after it only follows from it. */
static int
fail(struct loading *loading, int line, const char *fmt, ...)
{
	if (loading->failed)
		return -1;
	loading->failed = true;
	char text[sizeof(loading->err->text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(loading->err, FAULT_INPUT, "%s:%d: %s", loading->conf->file, line, text);
	return -1;
}

static const struct conf_kind *
kind_find(const struct conf_kind *kinds, const char *name)
{
	for (; kinds->name; kinds++)
		if (strcmp(kinds->name, name) == 0)
			return kinds;
	return NULL;
}

static const char *
key_find(const struct conf_kind *kind, const char *key)
{
	for (const char *const *at = kind->keys; *at; at++)
		if (strcmp(*at, key) == 0)
			return *at;
	return NULL;
}

static void
say_expected(struct str *text, const char *word, const char *const *names, size_t n)
{
	char hint[NEAR_TEXT];
	str_puts(text, near_hint(hint, word, names, n, NULL));
}

static void
unknown_kind(struct loading *loading, int line, const char *word)
{
	const struct conf_kind *kinds = loading->conf->kinds, *has = NULL;
	const char *names[32];
	size_t n = 0;
	for (const struct conf_kind *kind = kinds; kind->name && n < HL_COUNT(names); kind++) {
		names[n++] = kind->name;
		if (!has && key_find(kind, word))
			has = kind;
	}
	struct str text = STR_INIT;
	if (has)
		str_printf(&text, " (it is a key of a %s section)", has->name);
	else
		say_expected(&text, word, names, n);
	fail(loading, line, "no section \"%s\"%s", word, str_text(&text));
	str_free(&text);
}

static void
unknown_key(struct loading *loading, const struct conf_kind *kind, const cfg_t *section,
	const char *word)
{
	struct str text = STR_INIT;
	size_t n = 0;
	while (kind->keys[n])
		n++;
	if (kind_find(loading->conf->kinds, word))
		str_puts(&text, ": is the } of this section missing before it?");
	else
		say_expected(&text, word, kind->keys, n);
	fail(loading, section->line, "%s%s%s%s has no key \"%s\"%s", kind->name,
		kind->titled ? " \"" : "", kind->titled ? section->title : "",
		kind->titled ? "\"" : "", word, str_text(&text));
	str_free(&text);
}

/* Says in our words which name is unknown, and else what libconfuse says.  (It would say it in the
 * language of LC_MESSAGES; hllm sets LC_CTYPE only.) */
static hl_printf(2, 0) void on_error(cfg_t *section, const char *fmt, va_list ap)
{
	struct loading *loading = loading_of(&section->opts[0]);
	if (strcmp(fmt, "no such option '%s'") == 0) {
		const char *word = va_arg(ap, const char *);
		const struct conf_kind *kind = kind_find(loading->conf->kinds, section->name);
		if (kind)
			unknown_key(loading, kind, section, word);
		else
			unknown_kind(loading, section->line, word);
		return;
	}
	char text[256];
	vsnprintf(text, sizeof(text), fmt, ap);
	fail(loading, section->line, "%s", text);
}

/* One value; the first after an equal sign begins an item. */
static int
on_value(cfg_t *section, cfg_opt_t *opt, const char *value, void *result)
{
	struct loading *loading = loading_of(opt);
	struct arena *arena = &loading->conf->arena;
	if (opt->nvalues == 1) {
		const struct conf_kind *kind = kind_find(loading->conf->kinds, section->name);
		for (size_t i = 0; i < loading->items_n; i++)
			if (strcmp(loading->items[i].key, opt->name) == 0)
				return fail(loading, section->line,
					"%s is given twice, first in line %d", opt->name,
					loading->items[i].line);
		loading->items = xgrow(loading->items, &loading->items_size, loading->items_n,
			sizeof(*loading->items));
		loading->items[loading->items_n++] =
			(struct conf_item){ .key = key_find(kind, opt->name),
				.line = section->line };
	}
	loading->values = xgrow(loading->values, &loading->values_size, loading->values_n,
		sizeof(*loading->values));
	loading->values[loading->values_n++] = slice_copy(arena, slice_of(value));
	loading->items[loading->items_n - 1].values_n++;
	*(const char **)result = value;
	return 0;
}

/* Moves what was gathered to where it stays. */
static void
keep_items(struct loading *loading, struct conf_section *section)
{
	struct arena *arena = &loading->conf->arena;
	struct slice *values = arena_take(arena, loading->values_n * sizeof(*values));
	struct conf_item *items = arena_take(arena, loading->items_n * sizeof(*items));
	for (size_t i = 0; i < loading->values_n; i++)
		values[i] = loading->values[i];
	for (size_t i = 0; i < loading->items_n; i++) {
		items[i] = loading->items[i];
		items[i].values = values;
		values += items[i].values_n;
	}
	section->items = items;
	section->items_n = loading->items_n;
	loading->items_n = loading->values_n = 0;
}

/* The end of a section.  libconfuse would let a later one of the same title replace it: so it is made
 * to forget this one. */
static int
on_section(cfg_t *root, cfg_opt_t *opt)
{
	struct loading *loading = loading_of(opt);
	struct conf *conf = loading->conf;
	const cfg_t *closed = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	size_t index = conf->sections_n;
	const struct conf_kind *kind = kind_find(conf->kinds, opt->name);
	if (!kind)
		BUG("libconfuse reads a section of a kind that it was not told");
	struct conf_section section = {
		.kind = kind,
		.title = slice_copy(&conf->arena, slice_of(closed->title ? closed->title : "")),
		.file = conf->file,
		.line = index < loading->scanned.opens_n ? loading->scanned.opens[index]
							 : root->line,
	};
	const struct conf_section *same = conf_find(conf, opt->name, section.title);
	if (same && !kind->repeated)
		return fail(loading, section.line, "%s%s%s%s is given twice, first in line %d",
			opt->name, kind->titled ? " \"" : "", section.title.p,
			kind->titled ? "\"" : "", same->line);
	keep_items(loading, &section);
	conf->sections =
		xgrow(conf->sections, &conf->sections_size, index, sizeof(*conf->sections));
	conf->sections[conf->sections_n++] = section;
	cfg_opt_rmnsec(opt, cfg_opt_size(opt) - 1);
	return 0;
}

static cfg_opt_t *
make_keys(struct loading *loading, const struct conf_kind *kind)
{
	size_t n = 0;
	while (kind->keys[n])
		n++;
	cfg_opt_t *options = arena_take(&loading->conf->arena, (n + 1) * sizeof(*options));
	for (size_t i = 0; i < n; i++) {
		options[i] = (cfg_opt_t)CFG_STR_LIST_CB(kind->keys[i], 0, CFGF_NONE, on_value);
		options[i].def.number = (long)(intptr_t)loading;
	}
	return options;
}

static cfg_opt_t *
make_options(struct loading *loading)
{
	const struct conf_kind *kinds = loading->conf->kinds;
	size_t n = 0;
	while (kinds[n].name)
		n++;
	cfg_opt_t *options = arena_take(&loading->conf->arena, (n + 1) * sizeof(*options));
	for (size_t i = 0; i < n; i++) {
		cfg_flag_t flags = CFGF_MULTI | (kinds[i].titled ? CFGF_TITLE : CFGF_NONE);
		options[i] =
			(cfg_opt_t)CFG_SEC(kinds[i].name, make_keys(loading, &kinds[i]), flags);
		options[i].validcb = on_section;
		options[i].def.number = (long)(intptr_t)loading;
	}
	return options;
}

static void
parse(struct loading *loading)
{
	if (!loading->scanned.text.n)
		return; /* libconfuse cannot read nothing */
	cfg_t *root = cfg_init(make_options(loading), CFGF_NONE);
	if (!root)
		BUG("libconfuse takes no options");
	cfg_set_error_function(root, on_error);
	if (cfg_parse_buf(root, str_text(&loading->scanned.text)) != CFG_SUCCESS)
		fail(loading, root->line, "not a section as hllm.conf(5) describes them");
	cfg_free(root);
}

struct conf *
conf_load_kinds(const struct conf_kind *kinds, const char *file, struct slice text, struct err *err)
{
	struct conf *conf = xcalloc(1, sizeof(*conf));
	conf->kinds = kinds;
	conf->file = arena_copy(&conf->arena, file, strlen(file));
	struct err unused;
	struct loading loading = { .conf = conf, .err = err ? err : &unused };
	if (scan(conf->file, text, &loading.scanned, err))
		parse(&loading);
	else
		loading.failed = true;
	scanned_free(&loading.scanned);
	free(loading.items);
	free(loading.values);
	if (!loading.failed)
		return conf;
	conf_free(conf);
	return NULL;
}

struct conf *
conf_load_text(const char *file, struct slice text, struct err *err)
{
	return conf_load_kinds(conf_kinds, file, text, err);
}

static bool
read_file(int fd, const char *path, struct str *text, struct err *err)
{
	char buf[16384];
	ssize_t n;
	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, FAULT_SYSTEM, "%s: %s", path, err_errno(errno));
		str_add(text, buf, (size_t)n);
		if (text->n > CONF_LARGEST)
			return err_set(err, FAULT_LIMIT,
				"%s: larger than %d MiB, expected a configuration", path,
				CONF_LARGEST >> 20);
	}
	return true;
}

struct conf *
conf_load(const char *path, bool must_exist, struct err *err)
{
	return conf_load_file(conf_kinds, path, must_exist, err);
}

bool
conf_read(const char *path, bool must_exist, struct str *text, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int number = errno;
	char near[NEAR_TEXT];
	if (fd < 0)
		return (!must_exist && (number == ENOENT || number == ENOTDIR)) ||
		       err_set(err, FAULT_SYSTEM, "%s: %s%s", path, err_errno(number),
			       near_file(near, path));
	bool good = read_file(fd, path, text, err);
	close(fd);
	return good;
}

struct conf *
conf_load_file(const struct conf_kind *kinds, const char *path, bool must_exist, struct err *err)
{
	struct str text = STR_INIT;
	struct conf *conf = NULL;
	if (conf_read(path, must_exist, &text, err))
		conf = conf_load_kinds(kinds, path, str_as_slice(&text), err);
	str_free(&text);
	return conf;
}

void
conf_free(struct conf *conf)
{
	if (!conf)
		return;
	free(conf->sections);
	arena_free(&conf->arena);
	free(conf);
}

const struct conf_section *
conf_next(const struct conf *conf, const char *kind, const struct conf_section *after)
{
	size_t i = after ? (size_t)(after - conf->sections) + 1 : 0;
	for (; conf && i < conf->sections_n; i++)
		if (!kind || strcmp(conf->sections[i].kind->name, kind) == 0)
			return &conf->sections[i];
	return NULL;
}

const struct conf_section *
conf_find(const struct conf *conf, const char *kind, struct slice title)
{
	const struct conf_section *at = NULL;
	while ((at = conf_next(conf, kind, at)))
		if (slice_eq(at->title, title))
			break;
	return at;
}
