/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assume - figures of a plan as hllm.conf says them: its assume section, and its plans. */
#ifndef HLLM_ECON_ASSUME_H
#define HLLM_ECON_ASSUME_H

#include "base/mem.h"
#include "conf/conf.h"
#include "econ/figure.h"

/* Sets those keys of a section that name a figure; each value's source is its place, "hllm.conf:12", from
 * 'arena'.  False: err names file, line and what is allowed. */
bool assume_section(struct figures *figures, const struct conf_section *section,
	struct arena *arena, struct err *err) hl_must_check;
/* All assume sections. */
bool assume_conf(struct figures *figures, const struct conf *conf, struct arena *arena,
	struct err *err) hl_must_check;

/* A plan section: hardware of one's own under a name, made of parts. */
struct named_plan {
	const struct conf_section *section; /* NULL: there is none of that name */
	struct slice hardware;              /* what decides memory and speed: "2xrtx-4090" */
	struct slice model, quant;          /* "" not said */
	double parts;                       /* the sum of its parts; NAN: none are listed */
	size_t parts_n;
};
/* False: err names file and line.  A name that is no plan is no failure. */
bool plan_find(const struct conf *conf, struct slice name, struct named_plan *plan,
	struct err *err) hl_must_check;

#endif
