/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/local.h"
#include "report/catalogs.h"

/* Is it a kind of task that some model is good for? */
static bool
is_type(const struct local_models *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (local_model_is_good_for(&list->items[i], slice_of(name)))
			return true;
	return false;
}

static bool
fill(struct answer *answer, const struct local_models *list, const char *name, struct err *err)
{
	if (!name[0] || is_type(list, name)) {
		model_list_report(answer, list, name[0] ? name : NULL);
		return true;
	}
	const struct local_model *model = local_model_find(list, name, err);
	if (model)
		model_report(answer, model);
	return model != NULL;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct local_models list = { 0 };
	struct answer answer;
	struct err err = { 0 };
	struct str name = STR_INIT;
	(void)values;
	answer_init(&answer, "hllm.models/1");
	/* words that the shell has cut at blanks are one name */
	for (int i = 0; i < args_n; i++)
		str_printf(&name, "%s%s", i ? " " : "", args[i]);
	bool good =
		app_local_models(app, &list, &err) && fill(&answer, &list, str_text(&name), &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	str_free(&name);
	answer_free(&answer);
	local_models_free(&list);
	return status;
}

const struct command cmd_models = {
	.name = "models",
	.args = "[NAME|TASK]",
	.help = "open models that could do the work: their size, and what they are good for",
	.examples = "hllm models                         # all that are known\n"
		    "hllm models summarization           # those that are said to be good for it\n"
		    "hllm models llama3.1:8b             # what it takes, and where it is an API\n",
	.run = run,
};
