/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/rapl.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/err.h"
#include "base/estimate.h"
#include "probe/sysfile.h"

static const char folder[] = "sys/class/powercap";

/* A class folder names the subzones beside their zones: intel-rapl:0, intel-rapl:0:1. */
static bool
is_zone(const char *name)
{
	return strncmp(name, "intel-rapl:", 11) == 0;
}

/* 0, or the errno that speaks against it. */
static int
add_zone(struct rapl *rapl, const char *name)
{
	struct str text = STR_INIT;
	int number = sysfile_read(rapl->root, &text, "%s/%s/energy_uj", folder, name);
	str_free(&text);
	double now = sysfile_number(rapl->root, "%s/%s/energy_uj", folder, name);
	if (number)
		return number;
	if (isnan(now) || rapl->n == RAPL_ZONES)
		return EINVAL;
	rapl->zones[rapl->n++] = (struct rapl_zone){ .folder = name,
		.range = sysfile_number(rapl->root, "%s/%s/max_energy_range_uj", folder, name),
		.last = MISSING };
	return 0;
}

void
rapl_open(struct rapl *rapl, const char *root)
{
	const char *const *names;
	int refused = 0;
	*rapl = (struct rapl){ .root = root };
	size_t n = sysfile_names(&rapl->arena, root, folder, &names), seen = 0;
	for (size_t i = 0; i < n; i++) {
		struct slice what =
			sysfile_line(&rapl->arena, root, "%s/%s/name", folder, names[i]);
		bool package = slice_starts(what, "package");
		if (!is_zone(names[i]) || (!package && !slice_is(what, "dram")))
			continue;
		seen++;
		int number = add_zone(rapl, names[i]);
		if (number)
			refused = number;
		else
			rapl->packages += package;
	}
	if (!seen)
		snprintf(rapl->why, sizeof(rapl->why),
			"this system shows no energy counters of its processors (no package in "
			"/%s)",
			folder);
	else if (refused == EACCES || refused == EPERM)
		snprintf(rapl->why, sizeof(rapl->why),
			"only root may read the energy counters of the processors (energy_uj in "
			"/%s)",
			folder);
	else if (refused)
		snprintf(rapl->why, sizeof(rapl->why),
			"the energy counters of the processors (/%s) cannot be read: %s", folder,
			err_errno(refused));
	/* a part of them would be taken for all */
	if (refused)
		rapl->n = rapl->packages = 0;
}

double
rapl_difference(double before, double after, double range)
{
	if (after >= before)
		return after - before;
	return range > before ? range - before + after : MISSING;
}

double
rapl_joules(struct rapl *rapl)
{
	double sum = 0;
	for (int i = 0; i < rapl->n; i++) {
		struct rapl_zone *zone = &rapl->zones[i];
		double now = sysfile_number(rapl->root, "%s/%s/energy_uj", folder, zone->folder);
		if (!isnan(zone->last))
			sum += rapl_difference(zone->last, now, zone->range);
		else if (isnan(now))
			sum = MISSING;
		zone->last = now;
	}
	return sum / 1e6;
}

void
rapl_close(struct rapl *rapl)
{
	arena_free(&rapl->arena);
}
