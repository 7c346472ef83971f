/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conf - hllm.conf as it is written: sections, keys, values, and where they stand.
 *
 *	workload "support bot" {
 *		project = { "support*", "helpdesk" }
 *		quality = routine
 *	}
 *
 * libconfuse reads the syntax; nothing here knows what a key means.  Each later room
 * walks the sections of its kind, takes the values with the helpers below and reports
 * a wrong one with conf_wrong(), so that every message names file, line and section.
 *
 * All texts belong to the conf (or are constants) and live until conf_free(), file name
 * included.  libconfuse's scanner is global: only one thread may load.
 */
#ifndef HLLM_CONF_CONF_H
#define HLLM_CONF_CONF_H

#include "base/err.h"
#include "base/num.h"
#include "base/str.h"

/* A kind of section, and every key it can have. */
struct conf_kind {
	const char *name;
	bool titled;             /* has a "title" */
	bool repeated;           /* several may have the same title */
	const char *const *keys; /* NULL-terminated, at least one */
};
/* The kinds of hllm.conf; the last one has no name. */
extern const struct conf_kind conf_kinds[];

struct conf_item {
	const char *key;
	const struct slice *values; /* NUL-terminated each; at least one */
	size_t values_n;
	int line;
};

struct conf_section {
	const struct conf_kind *kind;
	struct slice title; /* "" for a kind without */
	const char *file;
	int line;                      /* where it opens */
	const struct conf_item *items; /* in file order, no key twice */
	size_t items_n;
};

struct conf;

/* Of a file in bytes: a block for each of the 8,192 workloads that a ledger can tell apart has room. */
enum { CONF_LARGEST = 16 << 20 };

/* Reads a file.  One that is not there is an empty conf unless it must exist.  NULL: err. */
struct conf *conf_load(const char *path, bool must_exist, struct err *err) hl_must_check;
/* Appends the text of a file of at most CONF_LARGEST bytes; none of one that is not there, unless it must exist. */
bool conf_read(const char *path, bool must_exist, struct str *text, struct err *err) hl_must_check;
/* The same for a text; 'file' is the name in messages. */
struct conf *conf_load_text(const char *file, struct slice text, struct err *err) hl_must_check;
/* The same for files with other kinds of sections (policies); 'kinds' must outlive the conf. */
struct conf *conf_load_kinds(const struct conf_kind *kinds, const char *file, struct slice text,
	struct err *err) hl_must_check;
/* The same from a file; one that is not there is an empty conf unless it must exist. */
struct conf *conf_load_file(const struct conf_kind *kinds, const char *path, bool must_exist,
	struct err *err) hl_must_check;
void conf_free(struct conf *conf);

/* The sections of a kind in file order; NULL as 'after' begins, NULL as 'kind' means all:
 *	for (const struct conf_section *at = NULL; (at = conf_next(conf, "workload", at));)
 * A NULL conf has none. */
const struct conf_section *conf_next(
	const struct conf *conf, const char *kind, const struct conf_section *after);
/* The section of this kind with this title, or NULL. */
const struct conf_section *conf_find(const struct conf *conf, const char *kind, struct slice title);
/* The item of a key, or NULL. */
const struct conf_item *conf_item(const struct conf_section *section, const char *key);
/* A value of the settings section, or "". */
struct slice conf_setting(const struct conf *conf, const char *key);

/*
 * Values as types.  An absent key leaves *out as it is and is no failure; a wrong value, or several
 * where one is meant, is.  Who needs a key asks conf_need() first.
 */
bool conf_need(const struct conf_section *section, const char *key, struct err *err) hl_must_check;
bool conf_text(const struct conf_section *section, const char *key, struct slice *out,
	struct err *err) hl_must_check;
/* 010 is refused: to some programs it is eight. */
bool conf_decimal(const struct conf_section *section, const char *key, femto_t *out,
	struct err *err) hl_must_check;
/* A date or a time; without a zone it is UTC. */
bool conf_time(const struct conf_section *section, const char *key, int64_t *ns,
	struct err *err) hl_must_check;
/* Sets bit i for each value that is names[i] (without case); "" in 'names' cannot be named. */
bool conf_choices(const struct conf_section *section, const char *key, const char *const *names,
	size_t names_n, unsigned *mask, struct err *err) hl_must_check;

/* "FILE:LINE: workload "support bot": …"; 'item' NULL means the section itself.  Returns false. */
bool conf_wrong(const struct conf_section *section, const struct conf_item *item, struct err *err,
	const char *fmt, ...) hl_printf(4, 5) hl_cold;

#endif
