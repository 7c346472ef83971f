/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choice - which open model is tried for a workload on some hardware.
 *
 * What the user says is taken.  Else, of the models that the catalogue calls good for that type of task and
 * that fit at the workload's context, the one with the most parameters that still writes CHOICE_SPEED tokens
 * a second to one reader; where none is so fast, the fastest.  Without a type any model that
 * is made to write texts may be it.  That it is good enough is for a comparison to show, not for its size.
 */
#ifndef HLLM_LOCAL_CHOICE_H
#define HLLM_LOCAL_CHOICE_H

#include "local/fit.h"
#include "local/speed.h"

/* About three times as fast as people read: slower ones are taken only where nothing else fits. */
enum { CHOICE_SPEED = 15 };

struct choice_question {
	const struct local_models *models;
	const struct speeds *speeds;
	const struct hardware *hardware;
	int units;
	enum quant quant;
	int64_t context; /* prompt and answer of a large request */
	int concurrency;
	struct slice type;                /* of task; "" not known */
	const struct local_model *wanted; /* by the user; NULL: to be chosen */
};

struct choice {
	const struct local_model *model; /* NULL: none; the nearest one to fit is in 'nearest' */
	const struct local_model *nearest;
	struct fit fit; /* of the model, or of the nearest */
	struct speed speed;
	bool good_for; /* the catalogue calls it good for the type */
};
/* Does the catalogue call it good for the type; without one, does it write texts? */
bool choice_suits(const struct choice_question *question, const struct local_model *model);
void choice_make(const struct choice_question *question, struct choice *out);

#endif
