/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "price/price.h"

static const char *
keep(struct app *app, char *path)
{
	const char *kept = arena_copy(&app->arena, path, strlen(path));
	free(path);
	return kept;
}

const char *
app_shipped_path(struct app *app, const char *name)
{
	return keep(app, xasprintf("%s/%s", app->data_dir, name));
}

const char *
app_own_path(struct app *app, const char *name)
{
	return app->config_home[0] ? keep(app, xasprintf("%s/hllm/%s", app->config_home, name))
				   : NULL;
}

const char *
app_price_path(struct app *app)
{
	return app_own_path(app, "prices.csv");
}

const char *
app_alias_path(struct app *app)
{
	return app_own_path(app, "aliases.csv");
}

const char *
app_checked_path(struct app *app)
{
	return app_own_path(app, CHECKED_PRICES);
}

bool
app_is_installed(struct app *app, struct err *err)
{
	const char *path = app_shipped_path(app, "prices.csv");
	return access(path, F_OK) == 0 ||
	       err_set(err, FAULT_SYSTEM,
		       "%s: there is no price table; install hllm, or set HLLM_DATA_DIR to the "
		       "folder \"data\" of its sources",
		       path);
}

/* The tables of this run, one over the other. */
struct files {
	struct catalog_file *prices;
	const char *aliases[2];
	size_t prices_n, aliases_n;
};

/* One that is there but cannot be read is an error, not a table without the user's prices. */
static bool
list_files(struct app *app, struct slice checked, struct files *files, struct err *err)
{
	const char *taken = app_checked_path(app), *own = app_price_path(app),
		   *aliases = app_alias_path(app);
	*files = (struct files){ .prices = arena_take(&app->arena,
					 (app->prices.n + 3) * sizeof(*files->prices)) };
	if (!app_is_installed(app, err))
		return false;
	files->aliases[files->aliases_n++] = app_shipped_path(app, "aliases.csv");
	files->prices[files->prices_n++].path = app_shipped_path(app, "prices.csv");
	if (taken && (checked.p || access(taken, F_OK) == 0))
		files->prices[files->prices_n++] = (struct catalog_file){ taken, checked };
	if (own && access(own, F_OK) == 0)
		files->prices[files->prices_n++].path = own;
	if (aliases && access(aliases, F_OK) == 0)
		files->aliases[files->aliases_n++] = aliases;
	for (size_t i = 0; i < app->prices.n; i++)
		files->prices[files->prices_n++].path = app->prices.items[i];
	return true;
}

struct catalog *
app_catalog(struct app *app, struct err *err)
{
	struct files files;
	if (!list_files(app, SLICE_NONE, &files, err))
		return NULL;
	const char **prices = arena_take(&app->arena, files.prices_n * sizeof(*prices));
	for (size_t i = 0; i < files.prices_n; i++)
		prices[i] = files.prices[i].path;
	return catalog_load(prices, files.prices_n, files.aliases, files.aliases_n, err);
}

struct catalog *
app_catalog_day(struct app *app, int64_t day, struct slice checked, struct err *err)
{
	struct files files;
	return list_files(app, checked, &files, err)
		       ? catalog_load_day(files.prices, files.prices_n, files.aliases,
				 files.aliases_n, day, err)
		       : NULL;
}

bool
app_make_folder(const struct app *app, struct err *err)
{
	char *folder = xasprintf("%s/hllm", app->config_home);
	if (mkdir(app->config_home, 0700) != 0 && errno != EEXIST)
		err_set(err, FAULT_SYSTEM, "%s: %s", app->config_home, err_errno(errno));
	bool good = mkdir(folder, 0700) == 0 || errno == EEXIST ||
		    err_set(err, FAULT_SYSTEM, "%s: %s", folder, err_errno(errno));
	free(folder);
	return good;
}
