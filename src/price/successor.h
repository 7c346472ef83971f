/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * successor - which model could do the work of another (successors.csv): the next cheaper
 * one of its family, what took its place, or what makes vectors.  Facts of the price table
 * only: that the answers are as good is never said.
 */
#ifndef HLLM_PRICE_SUCCESSOR_H
#define HLLM_PRICE_SUCCESSOR_H

#include "base/err.h"
#include "base/str.h"

enum successor_kind { SUCCESSOR_CHEAPER, SUCCESSOR_LATER, SUCCESSOR_EMBEDDING, SUCCESSOR_KINDS };
extern const char *const successor_names[SUCCESSOR_KINDS]; /* "cheaper-tier", … */

struct successor {
	struct slice model; /* an id as in prices.csv, or "PROVIDER/" and '*' */
	struct slice successor;
	enum successor_kind kind;
	int64_t from; /* ns UTC: it could be had since then */
	struct slice source, file;
	int64_t line;
};

struct successors {
	struct successor *items;
	size_t n, size;
	struct arena arena;
};

/* Adds a file's rows; those of a later file go before those of an earlier one.  False: err names file
 * and line, and nothing may be used. */
bool successors_add(struct successors *successors, const char *path, struct err *err) hl_must_check;
bool successors_add_text(struct successors *successors, const char *file, struct slice text,
	struct err *err) hl_must_check;
void successors_free(struct successors *successors);
/* For a model's id, else for all of its provider; NULL none.  The model itself never is. */
const struct successor *successors_find(const struct successors *successors, struct slice provider,
	struct slice model, enum successor_kind kind);

#endif
