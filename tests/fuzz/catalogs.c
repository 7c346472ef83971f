/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalogs - any text as hardware.csv; a part behind a zero byte as models.csv, and the last one as
 * the name of either.  Whatever loads is found by its id, the same name means the same thing twice,
 * and the largest context that fits does fit.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "local/fit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAIRS_MOST = 8 };

static void
check_fit(const struct hardware *hardware, const struct local_model *model)
{
	for (int quant = 0; quant < QUANTS; quant++) {
		struct fit_question question = { .model = model,
			.quant = (enum quant)quant,
			.hardware = hardware,
			.units = 1 + quant,
			.context = 4096,
			.concurrency = 1 + quant };
		struct fit fit;
		struct str text = STR_INIT;
		fit_of(&question, &fit);
		fit_refusal(&text, &question, &fit);
		if ((fit.answer == FIT_YES) != (text.n == 0) || fit.context_most < 0 ||
			fit.context_most > model->context)
			abort();
		str_free(&text);
		if (!fit.context_most)
			continue;
		question.context = fit.context_most;
		fit_of(&question, &fit);
		if (fit.answer != FIT_YES || fit.needed_gb > fit.usable_gb * (1 + 1e-9))
			abort();
	}
}

static void
find_each(const struct hardwares *hardware, const struct local_models *models, const char *name)
{
	struct err err;
	const char *rest;
	int units;
	if (!units_cut(name, &units, &rest, &err))
		return;
	if (units < 1 || units > UNITS_MOST ||
		hardware_find(hardware, rest, &err) != hardware_find(hardware, rest, &err) ||
		local_model_find(models, name, &err) != local_model_find(models, name, &err))
		abort();
	for (size_t i = 0; i < hardware->n; i++) {
		char *id = slice_dup(hardware->items[i].id);
		const struct hardware *found = hardware_find(hardware, id, &err);
		/* of ids that differ in case only the first is found */
		if (!found || !slice_is_nocase(found->id, id))
			abort();
		free(id);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size }, hardware_text = SLICE(""),
		     model_text = SLICE(""), name_text = SLICE("");
	struct hardwares hardware = { 0 };
	struct local_models models = { 0 };
	struct err err;
	slice_cut(&rest, '\0', &hardware_text);
	slice_cut(&rest, '\0', &model_text);
	slice_cut(&rest, '\0', &name_text);
	bool good = hardwares_add_text(&hardware, "hardware", hardware_text, &err) &&
		    local_models_add_text(&models, "models", model_text, &err);
	char *name = slice_dup(name_text);
	if (good && hardware.n < 100)
		find_each(&hardware, &models, name);
	for (size_t i = 0; good && i < hardware.n && i < PAIRS_MOST; i++)
		for (size_t k = 0; k < models.n && k < PAIRS_MOST; k++)
			check_fit(&hardware.items[i], &models.items[k]);
	free(name);
	hardwares_free(&hardware);
	local_models_free(&models);
	return 0;
}
