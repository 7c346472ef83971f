/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "view/view.h"

extern const struct view view_text, view_json, view_csv, view_tsv, view_md, view_html,
	view_prometheus;

const struct view *const views[] = { &view_text, &view_json, &view_csv, &view_tsv, &view_md,
	&view_html, &view_prometheus };
const size_t views_n = HL_COUNT(views);

const struct view *
view_find(const char *name)
{
	for (size_t i = 0; i < views_n; i++)
		if (strcmp(views[i]->name, name) == 0)
			return views[i];
	return NULL;
}
