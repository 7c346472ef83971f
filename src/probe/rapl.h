/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rapl - energy counters of processor packages and memory, as Linux shows them (powercap; Intel's
 * "Running Average Power Limit", which AMD has too); the inside of power.
 *
 * Counted are the zones "package-N" and their "dram".  Their "core" and "uncore" are parts of a package;
 * "psys" holds packages again, and the same packages stand under intel-rapl-mmio once more.
 */
#ifndef HLLM_PROBE_RAPL_H
#define HLLM_PROBE_RAPL_H

#include "base/mem.h"

enum { RAPL_ZONES = 64 };

struct rapl_zone {
	const char *folder; /* below /sys/class/powercap */
	double range;       /* microjoules after which it starts again */
	double last;        /* as read last; NAN */
};

struct rapl {
	const char *root;
	struct rapl_zone zones[RAPL_ZONES];
	int n, packages;
	char why[256]; /* there are none to be read, for this reason; "" */
	struct arena arena;
};

void rapl_open(struct rapl *rapl, const char *root);
/* Joules since the last call, of all zones; 0 at the first one, NAN where a zone cannot be read any
 * more.  A counter must not start again twice in between: at 1,000 W the smallest lasts a minute. */
double rapl_joules(struct rapl *rapl);
void rapl_close(struct rapl *rapl);

/* From one value of a counter to a later one; range: NAN or 0 where it is not told. */
double rapl_difference(double before, double after, double range);

#endif
