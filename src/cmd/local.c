/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/local.h"

#include <unistd.h>

#include "cmd/catalog.h"
#include "work/attribute.h"

/* One that is there but cannot be read is an error, not a catalogue without the user's rows. */
static const char *
own_file(struct app *app, const char *name)
{
	const char *own = app_own_path(app, name);
	return own && access(own, F_OK) == 0 ? own : NULL;
}

bool
app_hardwares(struct app *app, struct hardwares *list, struct err *err)
{
	const char *own = own_file(app, "hardware.csv");
	return app_is_installed(app, err) &&
	       hardwares_add(list, app_shipped_path(app, "hardware.csv"), err) &&
	       (!own || hardwares_add(list, own, err));
}

static bool
check_types(struct app *app, const struct local_models *list, struct err *err)
{
	struct attributes *attributes =
		attributes_load(app_shipped_path(app, "attributes.conf"), err);
	if (!attributes)
		return false;
	int type = attributes_find(attributes, SLICE("type"));
	bool good = type < 0 || local_models_check_types(list, attributes->items[type].words,
					attributes->items[type].words_n, err);
	attributes_free(attributes);
	return good;
}

bool
app_local_models(struct app *app, struct local_models *list, struct err *err)
{
	const char *own = own_file(app, "models.csv");
	return app_is_installed(app, err) &&
	       local_models_add(list, app_shipped_path(app, "models.csv"), err) &&
	       (!own || local_models_add(list, own, err)) && check_types(app, list, err);
}

bool
app_speeds(struct app *app, struct speeds *speeds, struct err *err)
{
	bool good = app_is_installed(app, err);
	for (int i = 0; i < SPEED_FILES && good; i++)
		good = speeds_add(
			speeds, (enum speed_file)i, app_shipped_path(app, speed_files[i]), err);
	return good;
}
