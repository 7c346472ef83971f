/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit - the list prices of a group's tokens while none of them changes; the inside of cells. */
#ifndef HLLM_WORK_UNIT_H
#define HLLM_WORK_UNIT_H

#include "work/cells.h"

/* The group's unit with these prices at that time, made if new. */
size_t unit_find(struct cells *cells, struct group *group, const struct unit *wanted, int64_t when);
/* The dates at which prices of the group's model began to hold. */
void unit_dates(struct group *group);

#endif
