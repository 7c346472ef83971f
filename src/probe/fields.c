/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/fields.h"

#include <stdlib.h>

bool
fields_take(const struct shape *shape, struct slice text, struct field *out, const char **why)
{
	struct field *leaves = xcalloc(shape_leaves(shape) + 1, sizeof(*leaves));
	const char *reason;
	bool good = json_scan(shape, slice_trim(text), leaves, &reason);
	for (size_t i = 0; i < shape_slots(shape); i++)
		out[i] = good ? shape_field(shape, leaves, i)
			      : (struct field){ .type = FIELD_ABSENT };
	if (!good && why)
		*why = reason;
	free(leaves);
	return good;
}

bool
fields_scan(struct slice text, const char *const *slots, struct field *out)
{
	struct shape *shape = shape_new(slots);
	bool good = fields_take(shape, text, out, NULL);
	shape_free(shape);
	return good;
}
