/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogues - the shipped hardware, models and speeds, loaded once for the tests of a program. */
#ifndef HLLM_TESTS_UNIT_CATALOGUES_H
#define HLLM_TESTS_UNIT_CATALOGUES_H

#include <stdlib.h>

#include "local/speed.h"

static struct speeds speeds;
static struct hardwares hardwares;
static struct local_models models;

static const char *
data_path(struct arena *arena, const char *name)
{
	const char *folder = getenv("HLLM_DATA_DIR");
	return slice_printf(arena, "%s/%s", folder ? folder : "data", name).p;
}

static int
load_all(void **state)
{
	struct err err = { 0 };
	struct arena arena = { 0 };
	(void)state;
	for (int i = 0; i < SPEED_FILES; i++)
		if (!speeds_add(
			    &speeds, (enum speed_file)i, data_path(&arena, speed_files[i]), &err))
			fail_msg("%s", err.text);
	if (!hardwares_add(&hardwares, data_path(&arena, "hardware.csv"), &err) ||
		!local_models_add(&models, data_path(&arena, "models.csv"), &err))
		fail_msg("%s", err.text);
	arena_free(&arena);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	speeds_free(&speeds);
	hardwares_free(&hardwares);
	local_models_free(&models);
	return 0;
}

#endif
