/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hardware - what models run on (hardware.csv): cards, machines, and what can be rented by the
 * month or hour.  Every figure knows whether it is verified; every price knows its date.
 */
#ifndef HLLM_LOCAL_HARDWARE_H
#define HLLM_LOCAL_HARDWARE_H

#include "base/err.h"
#include "base/str.h"

enum hardware_kind {
	HARDWARE_GPU, /* a card, which needs a machine around it: price and watts are the card's */
	HARDWARE_APPLE, /* a whole machine, as the next two */
	HARDWARE_MINI_PC,
	HARDWARE_CPU,
	HARDWARE_VPS,       /* rented by the month */
	HARDWARE_CLOUD_GPU, /* rented by the hour */
	HARDWARE_KINDS
};
extern const char *const hardware_kinds[HARDWARE_KINDS]; /* "gpu", "apple", "mini-pc", … */

/* What the prediction of speed counts a machine to; "other" has no measured error. */
enum { HARDWARE_CLASSES = 11 };
extern const char *const hardware_classes[HARDWARE_CLASSES];

/* The figures of a row that can be unverified, in the order of their columns. */
enum hardware_figure {
	HARDWARE_MEMORY,
	HARDWARE_USABLE,
	HARDWARE_BANDWIDTH,
	HARDWARE_TFLOPS,
	HARDWARE_BUSY,
	HARDWARE_IDLE,
	HARDWARE_CONTEXT,
	HARDWARE_PRICE,
	HARDWARE_HOURLY,
	HARDWARE_MONTHLY,
	HARDWARE_LAUNCH,
	HARDWARE_FIGURES
};
extern const char *const hardware_figures[HARDWARE_FIGURES]; /* names of columns: "memory_gb", … */

/* A figure that is not known is NAN.  All texts live as long as the list. */
struct hardware {
	struct slice id, name, aliases;
	enum hardware_kind kind;
	struct slice class;      /* one of hardware_classes */
	double memory_gb;        /* as its vendor counts it */
	double usable_share;     /* of it, for a model with its cache; see fit.h */
	double bandwidth_gbs;    /* of that memory, 10^9 bytes a second */
	double fp16_tflops;      /* dense; tensor cores where there are any */
	double busy_watts;       /* the most that the card, or the whole machine, draws */
	double idle_watts;       /* of the same, with no model loaded */
	double context_watts;    /* what a loaded model adds to idle_watts */
	double price;            /* USD, once */
	double hourly, monthly;  /* USD, rented */
	double launch_price;     /* USD, when it was new */
	struct slice price_date; /* when and what kind of price: "2026-08-11 used ask" */
	unsigned unverified;     /* bits of enum hardware_figure */
	struct slice source, note;
	struct slice file;
	int64_t line;
	int layer; /* of the file: 0 the first that was added, 1 the next */
};

struct hardwares {
	struct hardware
		*items; /* in the order of the files; a row that replaces one takes its place */
	size_t n, size;
	int layers; /* files that were added */
	struct arena arena;
};

/* Adds a file's rows; one of an id that is there takes its place.  False: err names file and line,
 * and nothing may be used. */
bool hardwares_add(struct hardwares *list, const char *path, struct err *err) hl_must_check;
bool hardwares_add_text(
	struct hardwares *list, const char *file, struct slice text, struct err *err) hl_must_check;
void hardwares_free(struct hardwares *list);

/* What a loose name means (naming.h), without a number of units; NULL: err has the nearest, or the
 * candidates.  FAULT_USAGE. */
const struct hardware *hardware_find(
	const struct hardwares *list, const char *name, struct err *err) hl_must_check;

/* "2xrtx4090", "2 x RTX 4090", "2×4090": the number of units and the rest; 1 and all of it where no
 * number stands there.  False: not 1 to 999.  FAULT_USAGE. */
enum { UNITS_MOST = 999 };
bool units_cut(const char *text, int *units, const char **rest, struct err *err) hl_must_check;

/* A machine that no catalogue has, in words: its id is "your-hardware" and it has no file.  What is
 * not known is NAN.  False: class is none of hardware_classes, err has the nearest.  FAULT_USAGE. */
bool hardware_describe(struct hardware *hardware, const char *class, double memory_gb,
	double bandwidth_gbs, double fp16_tflops, struct err *err) hl_must_check;

/* Is it paid for by the month or hour, with its electricity? */
bool hardware_is_rented(const struct hardware *hardware);
/* Its figure; NAN: not known. */
double hardware_figure(const struct hardware *hardware, enum hardware_figure figure);
bool hardware_is_unverified(const struct hardware *hardware, enum hardware_figure figure);
/* GB (10^9 bytes) that a model with its cache may take in so many units. */
double hardware_usable_gb(const struct hardware *hardware, int units);

#endif
