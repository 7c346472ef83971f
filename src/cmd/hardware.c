/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/local.h"
#include "report/catalogs.h"

/* Words that the shell has cut at blanks are one name. */
static void
join(struct str *name, int args_n, const char **args)
{
	for (int i = 0; i < args_n; i++)
		str_printf(name, "%s%s", i ? " " : "", args[i]);
}

/* A kind by its name, "mini pc" too; NULL: none. */
static const char *
find_kind(const char *name)
{
	struct slice given = slice_of(name);
	for (int i = 0; i < HARDWARE_KINDS; i++) {
		struct str spaced = STR_INIT;
		str_puts(&spaced, hardware_kinds[i]);
		for (size_t k = 0; k < spaced.n; k++)
			if (spaced.p[k] == '-')
				spaced.p[k] = ' ';
		bool same = slice_is_nocase(given, hardware_kinds[i]) ||
			    slice_is_nocase(given, str_text(&spaced));
		str_free(&spaced);
		if (same)
			return hardware_kinds[i];
	}
	return NULL;
}

static bool
fill_one(struct app *app, struct answer *answer, const struct hardwares *list, const char *name,
	struct err *err)
{
	struct local_models models = { 0 };
	const char *rest;
	int units;
	const struct hardware *hardware = NULL;
	if (units_cut(name, &units, &rest, err))
		hardware = hardware_find(list, rest, err);
	bool good = hardware && app_local_models(app, &models, err);
	if (good)
		hardware_report(answer, hardware, units, &models);
	local_models_free(&models);
	return good;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct hardwares list = { 0 };
	struct answer answer;
	struct err err = { 0 };
	struct str name = STR_INIT;
	(void)values;
	answer_init(&answer, "hllm.hardware/1");
	join(&name, args_n, args);
	bool good = app_hardwares(app, &list, &err);
	const char *kind = find_kind(str_text(&name));
	if (good && (!name.n || kind))
		hardware_list_report(&answer, &list, kind);
	else if (good)
		good = fill_one(app, &answer, &list, str_text(&name), &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	str_free(&name);
	answer_free(&answer);
	hardwares_free(&list);
	return status;
}

const struct command cmd_hardware = {
	.name = "hardware",
	.args = "[NAME|KIND]",
	.words = "gpu|apple|mini-pc|cpu|vps|cloud-gpu",
	.names = "hardware",
	.help = "what open models could run on, and what it costs",
	.examples =
		"hllm hardware                       # all that is known\n"
		"hllm hardware apple                 # one kind: gpu, apple, mini-pc, cpu, vps, "
		"cloud-gpu\n"
		"hllm hardware rtx4090               # its figures, their source, and what fits\n"
		"hllm hardware 2xrtx4090             # what fits on two\n",
	.run = run,
};
