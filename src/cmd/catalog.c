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

struct catalog *
app_catalog(struct app *app, struct err *err)
{
	const char **prices = arena_take(&app->arena, (app->prices.n + 2) * sizeof(*prices));
	const char *aliases[2] = { app_shipped_path(app, "aliases.csv") };
	const char *own = app_price_path(app), *own_aliases = app_alias_path(app);
	size_t prices_n = 0, aliases_n = 1;
	if (!app_is_installed(app, err))
		return NULL;
	prices[prices_n++] = app_shipped_path(app, "prices.csv");
	/* one that is there but cannot be read is an error, not a table without the user's prices */
	if (own && access(own, F_OK) == 0)
		prices[prices_n++] = own;
	if (own_aliases && access(own_aliases, F_OK) == 0)
		aliases[aliases_n++] = own_aliases;
	for (size_t i = 0; i < app->prices.n; i++)
		prices[prices_n++] = app->prices.items[i];
	return catalog_load(prices, prices_n, aliases, aliases_n, err);
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
