/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pricecheck - `hllm prices import --check`: follows a price list, for cron. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/catalog.h"
#include "cmd/output.h"
#include "cmd/prices.h"
#include "cmd/pricewrite.h"
#include "cmd/study.h"
#include "probe/download.h"
#include "report/newprices.h"

struct checking {
	struct app *app;
	struct prices_options options; /* with what hllm.conf says */
	const char *list, *path;
	bool from_block;     /* of hllm.conf */
	struct slice source; /* of the list, without a date */
	int64_t today;
	struct price_table *table;
	struct study study;
	bool has_ledger;
	struct err no_ledger;
	int lock; /* from before the own prices are looked at until they are written */
	struct catalog *catalog, *before, *after;
	struct update update;
	struct effect effect;
	struct str old, text; /* of the file */
	bool existed;
};

/* The list that the prices block of hllm.conf names. */
static bool
take_block(struct checking *c, struct err *err)
{
	const struct conf_section *block = conf_next(c->study.taken.conf, "prices", NULL);
	struct slice url = SLICE(""), only = SLICE(""), ca_file = SLICE("");
	if (!block || !conf_item(block, "url"))
		return err_set(err, FAULT_USAGE,
			"expected: hllm prices import FILE|URL --check, or the url of a list in "
			"the "
			"prices block of hllm.conf");
	if (!conf_text(block, "url", &url, err) || !conf_text(block, "only", &only, err) ||
		!conf_text(block, "ca_file", &ca_file, err))
		return false;
	if (!download_is_address(url.p))
		return conf_wrong(block, conf_item(block, "url"), err,
			"url \"%s\": not an address, expected one that begins with https://",
			url.p);
	c->list = url.p;
	if (only.n && !c->options.only)
		c->options.only = only.p;
	if (ca_file.n && !c->options.ca_file)
		c->options.ca_file = ca_file.p;
	return true;
}

static bool
open_list(struct checking *c, struct err *err)
{
	c->path = app_checked_path(c->app);
	if (!load_conf(c->app, &c->study.taken.conf, err))
		return false;
	c->from_block = !c->list;
	if (c->from_block && !take_block(c, err))
		return false;
	if (!c->path)
		return err_set(err, FAULT_SYSTEM,
			"no home folder for the prices of a list: set HOME or XDG_CONFIG_HOME");
	c->table = prices_load(&c->options, c->list, err);
	if (!c->table)
		return false;
	c->source = prices_source(&c->app->arena, c->table, c->list);
	return true;
}

/* What the user does is asked of the ledger, if there is one. */
static void
look_at_work(struct checking *c)
{
	const struct study_options none = { 0 };
	const char *path = app_ledger_path(c->app, &c->no_ledger);
	if (!path)
		return;
	if (access(path, F_OK) != 0) {
		err_set(&c->no_ledger, FAULT_INPUT,
			"there is no ledger yet (hllm import FILE makes one)");
		return;
	}
	c->has_ledger = study_open(c->app, 0, &c->study, &c->no_ledger) &&
			study_run(c->app, &none, &c->study, &c->no_ledger);
}

static const struct slice *
list_used(struct checking *c, size_t *n)
{
	const struct tallies *models = &c->study.audit.models;
	struct slice *used = arena_take(&c->app->arena, (models->n + 1) * sizeof(*used));
	*n = 0;
	for (size_t i = 0; i < models->n && c->has_ledger; i++) {
		const struct model *model = models->items[i].resolution.model;
		if (model)
			used[(*n)++] = slice_printf(&c->app->arena, SLICE_FMT "/" SLICE_FMT,
				SLICE_ARG(model_provider(model)), SLICE_ARG(model_id(model)));
	}
	return used;
}

static bool
judge(struct checking *c, struct err *err)
{
	struct update_options options = { .today = c->today,
		.only = c->options.only ? slice_of(c->options.only) : SLICE(""),
		.checked = c->path,
		.shipped = app_shipped_path(c->app, "prices.csv"),
		.source = c->source,
		.accepted = c->options.accept.items,
		.accepted_n = c->options.accept.n };
	options.used = list_used(c, &options.used_n);
	if (!c->options.dry_run && !ownfile_lock(c->app, c->path, &c->lock, err))
		return false;
	c->catalog = app_catalog(c->app, err);
	if (!c->catalog)
		return false;
	c->existed = access(c->path, F_OK) == 0;
	c->update = price_update(c->table, c->catalog, &options);
	return true;
}

/* The text that the file is to have. */
static bool
make_text(struct checking *c, struct err *err)
{
	const struct update *update = &c->update;
	char day[WHEN_TEXT];
	const struct merge_item **items = xcalloc(update->n + 1, sizeof(struct merge_item *));
	struct gone_model *gone = xcalloc(update->n + 1, sizeof(*gone));
	struct pricewrite w = { .path = c->path,
		.items = items,
		.gone = gone,
		.today = c->today,
		.source = slice_printf(&c->app->arena, SLICE_FMT ", %s", SLICE_ARG(c->source),
			when_date(day, c->app->now)) };
	for (size_t i = 0; i < update->n; i++) {
		const struct update_item *item = &update->items[i];
		if (update_is_taken(item))
			items[w.n++] = item->item;
		else if (item->doubt == PRICE_DOUBT_GONE)
			gone[w.gone_n++] = (struct gone_model){ item->provider, item->model };
	}
	bool good = pricewrite_text(c->app, &w, &c->old, &c->text, err);
	free(items);
	free(gone);
	return good;
}

/* The day on which all that changes has changed. */
static int64_t
last_day(const struct checking *c)
{
	int64_t day = c->today;
	for (size_t i = 0; i < c->update.n; i++) {
		const struct update_item *item = &c->update.items[i];
		if (update_is_taken(item) && item->item->from > day)
			day = item->item->from;
	}
	return day;
}

/* The work of the ledger at the prices of that day, without the changes and with them. */
static bool
weigh(struct checking *c, struct err *err)
{
	int64_t day = last_day(c);
	c->before = app_catalog_day(c->app, day, SLICE_NONE, err);
	c->after = c->before ? app_catalog_day(c->app, day, str_as_slice(&c->text), err) : NULL;
	if (!c->after)
		return false;
	struct audit_options options = study_options_of(&c->study);
	options.catalog = c->before;
	options.currency = NULL;
	effect_make(&c->effect, &c->study.pool, &options, c->after);
	return pool_whole(&c->study.pool, err);
}

static bool
save(const struct checking *c, struct err *err)
{
	bool good = true;
	if (c->existed) {
		char *backup = xasprintf("%s~", c->path);
		good = output_file(backup, str_as_slice(&c->old), err);
		free(backup);
	}
	return good && ownfile_save(c->path, OWN_PRICES, &c->text, err);
}

/* " 'list.json' --check --only 'gpt-*'": what makes the same of the same list. */
static void
put_again(const struct checking *c, struct str *again)
{
	const struct study_options none = { 0 };
	const struct intake_options intake = { 0 };
	char seconds[NUM_TEXT];
	if (!c->from_block) {
		str_putc(again, ' ');
		str_shell(again, slice_of(c->list));
	}
	str_puts(again, " --check");
	again_option(again, "only", c->from_block ? NULL : c->options.only);
	again_option(again, "ca-file", c->from_block ? NULL : c->options.ca_file);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)c->options.timeout);
	again_option(again, "timeout", c->options.timeout ? seconds : NULL);
	for (size_t i = 0; i < c->options.accept.n; i++)
		again_option(again, "accept", c->options.accept.items[i]);
	again_options(again, c->app, &none, &intake, false);
}

static int
show(struct checking *c)
{
	struct answer answer;
	struct str again = STR_INIT;
	put_again(c, &again);
	struct newprices news = { .list = c->table->file.p,
		.again = str_text(&again),
		.path = c->path,
		.dry_run = c->options.dry_run,
		.verbose = c->app->verbose,
		.backup = c->existed,
		.update = &c->update,
		.effect = c->has_ledger ? &c->effect : NULL,
		.no_effect = c->no_ledger.text };
	if (c->has_ledger) {
		const struct study_options none = { 0 };
		study_view(&none, &c->study);
		news.days = audit_days(&c->study.report, &news.no_days);
		news.first_day = c->study.audit.first_day;
		news.last_day = c->study.audit.last_day;
	}
	answer_init(&answer, "hllm.prices/1");
	newprices_report(&answer, &news);
	int status = app_show_if(c->app, &answer, newprices_any(&news));
	answer_free(&answer);
	str_free(&again);
	return status == EXIT_DONE && c->update.doubts ? EXIT_ALERT : status;
}

static bool
follow(struct checking *c, struct err *err)
{
	if (!open_list(c, err))
		return false;
	look_at_work(c);
	if (!judge(c, err))
		return false;
	if (c->update.doubts || !c->update.n)
		return true;
	return make_text(c, err) && (!c->has_ledger || weigh(c, err)) &&
	       (c->options.dry_run || save(c, err));
}

int
prices_check(struct app *app, const struct prices_options *o, const char *list)
{
	struct checking c = { .app = app, .options = *o, .list = list, .lock = -1 };
	struct err err;
	/* a day, not this very moment: the same list again then says the same */
	c.today = app->now - (app->now % NS_PER_DAY + NS_PER_DAY) % NS_PER_DAY;
	bool good = follow(&c, &err);
	output_unlock(c.lock);
	int status = good ? show(&c) : app_fail(app, &err);
	effect_free(&c.effect);
	catalog_free(c.catalog);
	catalog_free(c.before);
	catalog_free(c.after);
	price_table_free(c.table);
	study_free(&c.study);
	str_free(&c.old);
	str_free(&c.text);
	return status;
}
