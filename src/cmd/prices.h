/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prices - the parts of `hllm prices`: its options, and what is done in a file of its own. */
#ifndef HLLM_CMD_PRICES_H
#define HLLM_CMD_PRICES_H

#include "cmd/cmd.h"

struct prices_options {
	const char *on, *from, *to, *provider, *tier, *source;
	const char *input, *output, *cache_read, *cache_write_5m, *cache_write_1h;
	const char *only, *ca_file;
	bool strict, dry_run, replace, check;
	struct option_list accept;
	int64_t timeout; /* seconds; 0: not given */
};

/* --on, else now; *dated (may be NULL): it is a day, not a moment. */
bool prices_day(const struct app *app, const struct prices_options *o, int64_t *when, bool *dated,
	struct err *err);

/* pricelist.c: fill the answer; EXIT_DONE, or what app_fail() said. */
struct catalog;
int prices_list(
	struct app *app, const struct catalog *catalog, struct answer *answer, const char *pattern);
int prices_show(struct app *app, const struct catalog *catalog, struct answer *answer,
	const struct prices_options *o, const char *name);
/* overlay.c: a line for the user's own price files. */
int overlay_add(struct app *app, const struct prices_options *options, const char *model);
int overlay_alias(
	struct app *app, const struct prices_options *options, const char *name, const char *model);
/* lint.c: what looks wrong in FILE, or in the shipped table and the user's own. */
int prices_lint(struct app *app, const struct prices_options *options, const char *file);
/* How many problems it would find in a file of our own form; 0 where that cannot be read. */
size_t prices_doubts(struct app *app, const char *path);
/* pricediff.c: between two tables, or one and what is in force (b NULL). */
int prices_diff(
	struct app *app, const struct prices_options *options, const char *a, const char *b);
/* priceimport.c: from another list into the user's own prices. */
int prices_import(struct app *app, const struct prices_options *options, const char *file);
/* pricecheck.c: the same for cron, beneath the user's own prices; 'list' NULL: that of hllm.conf. */
int prices_check(struct app *app, const struct prices_options *options, const char *list);

/* pricefetch.c: a price list from a file or, if that is what the word is, from an https address: the only
 * place but the probe that asks the network for anything. */
struct price_table;
struct price_table *prices_load(
	const struct prices_options *options, const char *word, struct err *err) hl_must_check;
/* What rows call a list that they are from, without a date: "litellm prices.json of example.com". */
struct slice prices_source(struct arena *arena, const struct price_table *table, const char *word);

#endif
