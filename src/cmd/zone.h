/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone - time zones by their names: whether there is one, and how far ahead of UTC its clocks are. */
#ifndef HLLM_CMD_ZONE_H
#define HLLM_CMD_ZONE_H

#include <stdint.h>

#include "base/err.h"

/* False: there is none of this name; err says which is near. */
bool zone_check(const char *zone, struct err *err) hl_must_check;
/* Seconds that clocks of --tz (NULL: UTC) are ahead of UTC at a time; the process then has that zone. */
bool zone_offset(const char *zone, int64_t ns, int64_t *offset, struct err *err) hl_must_check;
/* The same at a second, in the zone that the process has by then. */
int64_t zone_at(int64_t second);

#endif
