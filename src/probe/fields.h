/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields - a few members of a short JSON text, by their paths; what is read often goes through a reader. */
#ifndef HLLM_PROBE_FIELDS_H
#define HLLM_PROBE_FIELDS_H

#include "read/json.h"

/* One field for each slot of the shape, absent ones FIELD_ABSENT.  False: no complete JSON value, and all are
 * absent; *why (may be NULL) says what is wrong. */
bool fields_take(const struct shape *shape, struct slice text, struct field *out, const char **why);
/* The same with slots that are compiled for this once (reader.h; NULL-terminated). */
bool fields_scan(struct slice text, const char *const *slots, struct field *out);

#endif
