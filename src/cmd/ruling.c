/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/ruling.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/near.h"
#include "cmd/catalog.h"

enum { NAMES_MOST = 200, SETTABLE_MOST = 200 };

/* The order in which people meet them. */
static const char *const first_names[] = { "default", "playbook", "two-tier", "tree",
	"offline-first", "plan-execute" };

struct names {
	const char *items[NAMES_MOST];
	size_t n;
};

static void
add_name(struct app *app, struct names *names, struct slice name)
{
	for (size_t i = 0; i < names->n; i++)
		if (slice_is(name, names->items[i]))
			return;
	if (names->n < NAMES_MOST)
		names->items[names->n++] = slice_copy(&app->arena, name).p;
}

static int
compare(const void *pa, const void *pb)
{
	const char *const *a = pa, *const *b = pb;
	return strcmp(*a, *b);
}

/* NAME of every NAME.conf in a folder, in alphabetical order; a folder that is not there has none. */
static void
add_folder(struct app *app, struct names *names, const char *folder)
{
	size_t from = names->n;
	DIR *dir = folder ? opendir(folder) : NULL;
	if (!dir)
		return;
	for (const struct dirent *at; (at = readdir(dir));) {
		struct slice name = slice_of(at->d_name);
		if (!slice_ends(name, ".conf") || name.n == strlen(".conf") || name.p[0] == '.')
			continue;
		name.n -= strlen(".conf");
		add_name(app, names, name);
	}
	closedir(dir);
	qsort(names->items + from, names->n - from, sizeof(char *), compare);
}

const char **
app_policy_names(struct app *app, size_t *n)
{
	struct names *names = arena_take(&app->arena, sizeof(*names));
	for (size_t i = 0; i < HL_COUNT(first_names); i++) {
		char *file = xasprintf("policies/%s.conf", first_names[i]);
		if (access(app_shipped_path(app, file), F_OK) == 0)
			add_name(app, names, slice_of(first_names[i]));
		free(file);
	}
	add_folder(app, names, app_shipped_path(app, "policies"));
	add_folder(app, names, app_own_path(app, "policies"));
	*n = names->n;
	return names->items;
}

static bool
is_path(const char *name)
{
	return strchr(name, '/') || slice_ends(slice_of(name), ".conf");
}

/* NULL: there is none; err lists those there are. */
static const char *
policy_path(struct app *app, const char *name, struct err *err)
{
	if (is_path(name))
		return name;
	char *file = xasprintf("policies/%s.conf", name);
	const char *own = app_own_path(app, file), *shipped = app_shipped_path(app, file);
	free(file);
	if (name[0] && own && access(own, F_OK) == 0)
		return own;
	if (name[0] && access(shipped, F_OK) == 0)
		return shipped;
	size_t n;
	const char **names = app_policy_names(app, &n);
	char hint[NEAR_TEXT];
	err_set(err, FAULT_USAGE, "no policy \"%s\"%s", name,
		near_hint(hint, name, names, n, NULL));
	return NULL;
}

static bool
open_one(struct app *app, const struct attributes *attributes, const char *name,
	struct policies *out, struct err *err)
{
	const char *path = policy_path(app, name, err);
	struct policy *policy = path ? policy_load(attributes, path, err) : NULL;
	if (!policy)
		return false;
	out->items = xgrow(out->items, &out->size, out->n, sizeof(struct policy *));
	out->items[out->n++] = policy;
	return true;
}

void
policies_free(struct policies *policies)
{
	for (size_t i = 0; i < policies->n; i++)
		policy_free(policies->items[i]);
	free(policies->items);
	*policies = (struct policies){ 0 };
}

/* parameter "playbook.min_calls_per_day": the policy and the parameter, at the last dot. */
static bool
split_title(const struct conf_section *section, struct slice *policy, struct slice *parameter,
	struct err *err)
{
	const char *dot =
		section->title.n ? memrchr(section->title.p, '.', section->title.n) : NULL;
	if (!dot || dot == section->title.p || dot + 1 == section->title.p + section->title.n)
		return conf_wrong(section, NULL, err,
			"expected the name of a policy and of its parameter, such as "
			"\"playbook.min_calls_per_day\"");
	size_t n = (size_t)(dot - section->title.p);
	*policy = (struct slice){ section->title.p, n };
	*parameter = (struct slice){ dot + 1, section->title.n - n - 1 };
	return true;
}

static struct policy *
find(const struct policies *policies, struct slice name)
{
	for (size_t i = 0; i < policies->n; i++)
		if (slice_eq(policies->items[i]->name, name))
			return policies->items[i];
	return NULL;
}

/* One block; of a policy that is not among those at hand it is looked at whether it would fit. */
static bool
apply_section(struct app *app, const struct attributes *attributes,
	const struct conf_section *section, const struct policies *policies, struct err *err)
{
	struct slice name = SLICE_NONE, parameter = SLICE_NONE, value = SLICE_NONE;
	struct policies other = { 0 };
	if (!split_title(section, &name, &parameter, err) || !conf_need(section, "value", err) ||
		!conf_text(section, "value", &value, err))
		return false;
	struct policy *policy = find(policies, name);
	struct err wrong = { 0 };
	if (!policy) {
		const char *copy = slice_copy(&app->arena, name).p;
		if (is_path(copy) || !policy_path(app, copy, &wrong))
			return conf_wrong(section, NULL, err, "%s",
				wrong.text[0] ? wrong.text : "expected the name of a policy");
		if (!open_one(app, attributes, copy, &other, err))
			return false;
		policy = other.items[0];
	}
	char *from = xasprintf("%s:%d", section->file, conf_item(section, "value")->line);
	const struct policy_setting setting = { parameter, value, slice_of(from) };
	bool good = policy_set(policy, &setting, err);
	free(from);
	policies_free(&other);
	return good;
}

static bool
apply_conf(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const struct policies *policies, struct err *err)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "parameter", at));)
		if (!apply_section(app, attributes, at, policies, err))
			return false;
	return true;
}

/* --set NAME=VALUE, for every policy that has such a parameter; one at least. */
static bool
apply_option(const char *text, const struct policies *policies, struct err *err)
{
	struct slice value = slice_of(text), name = SLICE_NONE;
	if (!slice_cut(&value, '=', &name) || !value.p || !name.n)
		return err_set(err, FAULT_USAGE,
			"--set %s: expected NAME=VALUE, such as min_calls_per_day=50", text);
	const struct policy_setting setting = { name, value, SLICE("--set") };
	bool found = false;
	for (size_t i = 0; i < policies->n; i++) {
		if (!policy_parameter(policies->items[i], name))
			continue;
		found = true;
		if (!policy_set(policies->items[i], &setting, err))
			return false;
	}
	if (found || policies->n == 1)
		return found || policy_set(policies->items[0], &setting, err);
	struct slice names[SETTABLE_MOST];
	size_t n = 0;
	char hint[NEAR_TEXT];
	for (size_t i = 0; i < policies->n; i++)
		for (size_t k = 0; k < policies->items[i]->parameters_n && n < SETTABLE_MOST; k++)
			names[n++] = policies->items[i]->parameters[k].name;
	return err_set(err, FAULT_INPUT, "--set %s: no policy has such a parameter%s", text,
		near_hint_in(hint, name, names, n, sizeof(*names),
			"; hllm policies show NAME lists those of one"));
}

/* "FILE:LINE: settings: …": what the settings say of the policy is wrong. */
static bool
wrong_setting(const struct conf *conf, const char *why, struct err *err)
{
	const struct conf_section *settings = conf_next(conf, "settings", NULL);
	return conf_wrong(settings, conf_item(settings, "policy"), err, "%s", why);
}

/* The policy that the settings name, else the default.  NULL: err. */
static const char *
own_policy(struct app *app, const struct conf *conf, struct err *err)
{
	struct slice setting = conf_setting(conf, "policy");
	struct err wrong = { 0 };
	if (!setting.n)
		return RULING_DEFAULT;
	const char *name = slice_copy(&app->arena, setting).p;
	if (strcmp(name, RULING_ALL) == 0 || policy_path(app, name, &wrong))
		return name;
	wrong_setting(conf, wrong.text, err);
	return NULL;
}

bool
app_policies(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const char *name, const struct option_list *sets, struct policies *out, struct err *err)
{
	const char *chosen = name ? name : own_policy(app, conf, err);
	bool good = true;
	if (!chosen)
		return false;
	if (strcmp(chosen, RULING_ALL) == 0) {
		size_t n;
		const char **names = app_policy_names(app, &n);
		for (size_t i = 0; i < n && good; i++)
			good = open_one(app, attributes, names[i], out, err);
	} else {
		good = open_one(app, attributes, chosen, out, err);
	}
	good = good && apply_conf(app, attributes, conf, out, err);
	for (size_t i = 0; sets && i < sets->n && good; i++)
		good = apply_option(sets->items[i], out, err);
	return good;
}

struct policy *
app_policy(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const char *name, const struct option_list *sets, struct err *err)
{
	struct policies one = { 0 };
	struct policy *policy = NULL;
	if (name && strcmp(name, RULING_ALL) == 0)
		err_set(err, FAULT_USAGE, "expected one policy, not all of them");
	else if (app_policies(app, attributes, conf, name, sets, &one, err) && one.n == 1)
		policy = one.items[--one.n];
	else if (one.n > 1)
		wrong_setting(conf, "policy is \"all\", expected one policy, not all of them", err);
	policies_free(&one);
	return policy;
}
