/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mapping - which column of a file means what, said by the user: in --map, or saved
 * in hllm.conf as a section mapping "name".
 *
 * A place is a column name or a path of JSON keys, as reader.h describes it.  Several
 * places of one meaning are tried in their order, before the common names.
 */
#ifndef HLLM_READ_MAPPING_H
#define HLLM_READ_MAPPING_H

#include "base/err.h"
#include "base/str.h"

struct conf;
struct shape;

struct mapping_pair {
	int slot; /* of the generic request log */
	struct slice meaning, place;
};

struct mapping {
	struct slice title; /* "" when it came from the command line */
	const struct mapping_pair *pairs;
	size_t n;
};

/*
 * What follows --map: the title of a saved mapping, or MEANING=PLACE[|PLACE…][,…].
 * A place that holds a comma or a bar stands in double quotes, a double quote in it is doubled.
 * Everything borrows from 'arena'.  'conf' may be NULL.
 */
bool mapping_parse(const struct conf *conf, const char *text, struct arena *arena,
	struct mapping *out, struct err *err) hl_must_check;

/* All saved mappings, in file order; also the check that they are sound. */
bool mapping_saved(const struct conf *conf, struct arena *arena, const struct mapping **mappings,
	size_t *n, struct err *err) hl_must_check;

/* Makes a shape of the generic request log look at these places first. */
void mapping_apply(const struct mapping *mapping, struct shape *shape);

/* Is there a column for every meaning?  'name' is the file's, for the error. */
bool mapping_fits_columns(const struct mapping *mapping, const struct slice *columns, size_t n,
	const char *name, struct err *err) hl_must_check;
/* The same for JSON: seen[slot] tells whether one of the first objects has it. */
bool mapping_fits_objects(const struct mapping *mapping, const bool *seen, const char *name,
	struct err *err) hl_must_check;

#endif
