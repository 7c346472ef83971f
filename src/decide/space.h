/* SPDX-License-Identifier: GPL-3.0-or-later */
/* space - the cells of a policy: the inside of region.c. */
#ifndef HLLM_DECIDE_SPACE_H
#define HLLM_DECIDE_SPACE_H

#include "decide/domain.h"
#include "decide/verdict.h"

enum { CLASSES_MOST = 64, CELLS_MOST = 1 << 20, SAMPLES = 1 << 17 };
/* Comparisons of several attributes are evaluated in every cell: so many in all take some seconds. */
enum { EVALUATIONS_MOST = 1 << 22 };

/* One attribute, its values gathered into classes that no condition tells apart. */
struct axis {
	size_t attribute;
	struct domain domain;
	size_t *class_of; /* by point */
	size_t *point_of; /* by class: the first of its points */
	size_t classes;
	bool alone;    /* in no comparison with another attribute */
	size_t stride; /* of the number of a cell; 0 when they are sampled */
};

/* Where the truth of a comparison is found. */
struct leaf_source {
	size_t axis;       /* the one that it is about; SIZE_MAX: evaluate it */
	enum truth *table; /* by class of that axis */
};

struct space {
	const struct policy *policy;
	struct axis *axes;
	size_t axes_n;
	struct leaf_source **leaves; /* by rule, by leaf */
	struct attribute *values;    /* of the cell that is looked at */
	enum truth *truths;          /* by rule, of that cell */
	enum truth *scratch;
	size_t cells;     /* SIZE_MAX: more than CELLS_MOST, or than can be evaluated */
	size_t evaluated; /* comparisons to be evaluated in each cell */
	bool sampled;
	struct arena arena;
};
void space_make(struct space *space, const struct policy *policy);
void space_free(struct space *space);
/* The truths of all rules in a cell, given as the class on each axis; into space->truths. */
struct outcome space_decide(struct space *space, const size_t *classes);
/* The values of one axis as text: "calls_per_day at most 99 calls/day"; 'bits' has a bit for each class. */
void space_print(struct str *out, const struct space *space, size_t axis, uint64_t bits);

#endif
