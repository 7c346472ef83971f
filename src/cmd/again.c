/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/again.h"

void
again_quoted(struct str *out, const char *text)
{
	str_shell(out, slice_of(text));
}

void
again_option(struct str *out, const char *name, const char *value)
{
	if (!value)
		return;
	str_printf(out, " --%s ", name);
	again_quoted(out, value);
}

void
again_options(struct str *out, const struct app *app, const struct study_options *study,
	const struct intake_options *intake, bool files)
{
	again_option(out, "config", app->config);
	for (size_t i = 0; i < app->prices.n; i++)
		again_option(out, "prices", app->prices.items[i]);
	if (!files)
		again_option(out, "ledger", app->ledger);
	again_option(out, "by", study->by);
	again_option(out, "period", app->period);
	again_option(out, "tz", app->tz);
	if (study->days)
		str_printf(out, " --days %lld", (long long)study->days);
	if (!files)
		return;
	again_option(out, "input-format", intake->input_format);
	again_option(out, "map", intake->map);
	again_option(out, "model", intake->model);
}

void
again_of(struct str *out, const struct app *app, const struct study_options *study,
	const struct intake_options *intake, const struct option_list *in)
{
	again_options(out, app, study, intake, in->n > 0);
	for (size_t i = 0; i < in->n; i++)
		again_option(out, "in", in->items[i]);
}
