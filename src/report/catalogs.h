/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalogs - the answers of `hllm hardware` and `hllm models`: the lists, and one entry with every
 * figure, where it is from, and what fits.
 *
 * A figure that is not verified has a ? behind it wherever people read it, and its name in the
 * list "unverified" of JSON.
 */
#ifndef HLLM_REPORT_CATALOGS_H
#define HLLM_REPORT_CATALOGS_H

#include "local/fit.h"
#include "report/answer.h"

/* What the memory of one thing is looked at with, where nobody says otherwise. */
enum { CATALOG_CONTEXT = 8192 };

/* All, or those of one kind ("apple"); NULL: all. */
void hardware_list_report(struct answer *answer, const struct hardwares *list, const char *kind);
/* One, in so many units, and which of the models fit. */
void hardware_report(struct answer *answer, const struct hardware *hardware, int units,
	const struct local_models *models);

/* All, or those that are good for a kind of task; NULL: all. */
void model_list_report(struct answer *answer, const struct local_models *list, const char *type);
/* One, with what it takes in memory and where it can be had as an API. */
void model_report(struct answer *answer, const struct local_model *model);

/* A figure: NAN is none, for the reason given; "20?" where it is not verified. */
struct cell catalog_cell(
	struct answer *answer, double value, int decimals, bool unverified, const char *reason);
/* The same of dollars: "2,499.99", "2,800.00?". */
struct cell catalog_money(struct answer *answer, double value, bool unverified, const char *reason);
struct cell catalog_word(struct answer *answer, struct slice text, const char *none);
/* The parts of "a;b", without empty ones. */
struct cell catalog_list(struct answer *answer, struct slice text, char between, const char *none);
/* Says what ? means, if there is one. */
void catalog_mark_note(struct answer *answer, bool any);

#endif
