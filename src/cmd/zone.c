/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/zone.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/near.h"
#include "base/when.h"

#define FOLDER "/usr/share/zoneinfo"

/* The zones of this machine: "Europe/Berlin", and what people call it, "Berlin". */
struct zones {
	const char **names, **places;
	size_t n, names_size, places_size;
	struct arena arena;
};

static bool
zone_exists(const char *zone)
{
	char path[512];
	if (strcmp(zone, "UTC") == 0)
		return true;
	snprintf(path, sizeof(path), FOLDER "/%s", zone);
	return zone[0] && !strstr(zone, "..") && access(path, R_OK) == 0;
}

static void
add(struct zones *zones, const char *name)
{
	const char *slash = strrchr(name, '/');
	zones->names = xgrow(zones->names, &zones->names_size, zones->n, sizeof(*zones->names));
	zones->places = xgrow(zones->places, &zones->places_size, zones->n, sizeof(*zones->places));
	zones->names[zones->n] = arena_copy(&zones->arena, name, strlen(name));
	zones->places[zones->n] = zones->names[zones->n] + (slash ? slash + 1 - name : 0);
	zones->n++;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* "posix" and "right" are the same zones again; what is no zone has a small letter or a dot. */
static void
find_zones(struct zones *zones)
{
	char folder[] = FOLDER;
	char *const roots[] = { folder, NULL };
	FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *entry; walk && (entry = fts_read(walk));) {
		const char *name = entry->fts_name;
		bool zone = name[0] >= 'A' && name[0] <= 'Z';
		if (entry->fts_info == FTS_D && entry->fts_level > 0 && !zone)
			fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F && zone && !strchr(name, '.'))
			add(zones, entry->fts_path + sizeof(FOLDER));
	}
	if (walk)
		fts_close(walk);
}

bool
zone_check(const char *zone, struct err *err)
{
	if (zone_exists(zone))
		return true;
	struct zones zones = { 0 };
	char hint[NEAR_TEXT];
	find_zones(&zones);
	const char *near = near_name(zone, zones.names, zones.n),
		   *place = near ? NULL : near_name(zone, zones.places, zones.n);
	for (size_t i = 0; place && !near && i < zones.n; i++)
		if (zones.places[i] == place)
			near = zones.names[i];
	err_set(err, FAULT_USAGE, "--tz %s: no such time zone%s", zone,
		near_said(hint, near, ", expected a name such as Europe/Berlin or UTC"));
	free(zones.names);
	free(zones.places);
	arena_free(&zones.arena);
	return false;
}

int64_t
zone_at(int64_t second)
{
	time_t when = (time_t)second;
	struct tm tm;
	return localtime_r(&when, &tm) ? tm.tm_gmtoff : 0;
}

bool
zone_offset(const char *zone, int64_t ns, int64_t *offset, struct err *err)
{
	*offset = 0;
	if (!zone)
		return true;
	if (!zone_check(zone, err))
		return false;
	setenv("TZ", zone, 1);
	tzset();
	*offset = zone_at(ns / NS_PER_SECOND);
	return true;
}
