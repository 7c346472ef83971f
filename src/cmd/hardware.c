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

static bool
is_kind(const char *name)
{
	for (int i = 0; i < HARDWARE_KINDS; i++)
		if (strcmp(name, hardware_kinds[i]) == 0)
			return true;
	return false;
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
	if (good && (!name.n || is_kind(str_text(&name))))
		hardware_list_report(&answer, &list, name.n ? str_text(&name) : NULL);
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
	.help = "what open models could run on, and what it costs",
	.examples = "hllm hardware                       # all that is known\n"
		    "hllm hardware apple                 # one kind: gpu, apple, mini-pc, cpu, vps, cloud-gpu\n"
		    "hllm hardware rtx4090               # its figures, their source, and what fits\n"
		    "hllm hardware 2xrtx4090             # what fits on two\n",
	.run = run,
};
