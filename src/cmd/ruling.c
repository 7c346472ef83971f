/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/ruling.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/catalog.h"

static int
by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The names of a folder's *.conf, put behind those of 'names' that are not there yet. */
static void
add_names(struct app *app, const char *folder, const char ***names, size_t *n, size_t *size)
{
	DIR *dir = folder ? opendir(folder) : NULL;
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		struct slice file = slice_of(entry->d_name);
		if (!slice_ends(file, ".conf") || file.n == 5 || file.p[0] == '.')
			continue;
		const char *name = arena_copy(&app->arena, file.p, file.n - 5);
		bool known = false;
		for (size_t i = 0; i < *n; i++)
			known |= strcmp((*names)[i], name) == 0;
		if (known)
			continue;
		*names = xgrow(*names, size, *n, sizeof(**names));
		(*names)[(*n)++] = name;
	}
	if (dir)
		closedir(dir);
}

const char **
app_policy_names(struct app *app, size_t *n)
{
	const char **names = NULL;
	size_t size = 0;
	*n = 0;
	add_names(app, app_shipped_path(app, "policies"), &names, n, &size);
	add_names(app, app_own_path(app, "policies"), &names, n, &size);
	if (*n)
		qsort(names, *n, sizeof(*names), by_text);
	const char **kept = arena_take(&app->arena, (*n + 1) * sizeof(*kept));
	for (size_t i = 0; i < *n; i++)
		kept[i] = names[i];
	free(names);
	return kept;
}

static bool
is_path(const char *name)
{
	return strchr(name, '/') || slice_ends(slice_of(name), ".conf");
}

/* NULL: there is none; err lists those there are. */
static const char *
find_policy(struct app *app, const char *name, struct err *err)
{
	if (is_path(name))
		return name;
	char *file = xasprintf("policies/%s.conf", name);
	const char *own = app_own_path(app, file), *shipped = app_shipped_path(app, file);
	free(file);
	if (own && access(own, F_OK) == 0)
		return own;
	if (access(shipped, F_OK) == 0)
		return shipped;
	size_t n;
	const char **names = app_policy_names(app, &n), *nearest = str_nearest(name, names, n);
	struct str list = STR_INIT;
	for (size_t i = 0; i < n; i++)
		str_printf(&list, "%s%s", i ? ", " : "", names[i]);
	err_set(err, FAULT_USAGE, "no policy \"%s\"%s%s%s; there are: %s", name,
		nearest ? ", did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "",
		str_text(&list));
	str_free(&list);
	return NULL;
}

/* parameter "POLICY.NAME" { value = … } */
static bool
set_from_conf(struct app *app, struct policy *policy, const struct conf *conf, struct err *err)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "parameter", at));) {
		struct slice rest = at->title, owner;
		struct slice value = SLICE_NONE;
		if (!slice_cut(&rest, '.', &owner) || !owner.n || !rest.n)
			return conf_wrong(at, NULL, err, "expected POLICY.NAME as its title");
		if (!conf_need(at, "value", err) || !conf_text(at, "value", &value, err))
			return false;
		if (!slice_eq(owner, policy->name)) {
			struct err none;
			const char *name = slice_copy(&app->arena, owner).p;
			if (!find_policy(app, name, &none))
				return conf_wrong(at, NULL, err, "%s", none.text);
			continue;
		}
		const struct policy_setting setting = { .name = rest,
			.value = value,
			.from = slice_printf(
				&app->arena, "%s:%d", at->file, conf_item(at, "value")->line) };
		if (!policy_set(policy, &setting, err))
			return false;
	}
	return true;
}

static bool
set_from_options(struct policy *policy, const struct option_list *sets, struct err *err)
{
	for (size_t i = 0; sets && i < sets->n; i++) {
		struct slice rest = slice_of(sets->items[i]), name;
		if (!slice_cut(&rest, '=', &name) || !rest.p)
			return err_set(
				err, FAULT_USAGE, "--set %s: expected NAME=VALUE", sets->items[i]);
		const struct policy_setting setting = {
			.name = slice_trim(name), .value = slice_trim(rest), .from = SLICE("--set")
		};
		if (!policy_set(policy, &setting, err)) {
			err->fault = FAULT_USAGE;
			return false;
		}
	}
	return true;
}

struct policy *
app_policy(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const char *name, const struct option_list *sets, struct err *err)
{
	struct slice chosen = conf_setting(conf, "policy");
	if (!name)
		name = chosen.n ? slice_copy(&app->arena, chosen).p : RULING_DEFAULT;
	const char *path = find_policy(app, name, err);
	struct policy *policy = path ? policy_load(attributes, path, err) : NULL;
	if (policy && set_from_conf(app, policy, conf, err) && set_from_options(policy, sets, err))
		return policy;
	policy_free(policy);
	return NULL;
}
