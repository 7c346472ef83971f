/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * match - which row of hardware.csv this machine is, where it can be told by its name.
 *
 * A card is found by the name that its driver gives and by the size of its memory; a word that makes it
 * another card (Ti, SUPER, D, Max-Q, Laptop) must stand in both names or in neither, and
 * the memories must agree.  A machine is found by its processor, or by what its
 * firmware calls it.  Rented rows are never taken: that a machine is rented cannot be seen.
 */
#ifndef HLLM_PROBE_MATCH_H
#define HLLM_PROBE_MATCH_H

#include "local/hardware.h"
#include "probe/gpu.h"

enum { MATCHES_MOST = 8 };

struct match {
	const struct hardware *hardware; /* of the list; NULL: none is like it */
	int units;                       /* cards of this name */
	int gpu;                         /* position of the first of them; -1: the machine itself */
	struct slice name; /* what it was found by, as the system tells it; borrowed */
};

/* Every kind of card once, then the machine; returns how many. */
int match_machine(const struct machine *machine, const struct gpus *gpus,
	const struct hardwares *list, struct match matches[MATCHES_MOST]);

#endif
