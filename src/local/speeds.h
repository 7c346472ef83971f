/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speeds - what is known of the speed of models on hardware: published measurements
 * (throughput.csv, with what they were taken on and with), and the constants and errors that
 * scripts/fit-speed found on them (speed.csv).
 */
#ifndef HLLM_LOCAL_SPEEDS_H
#define HLLM_LOCAL_SPEEDS_H

#include "base/err.h"
#include "base/str.h"
#include "local/measured.h"
#include "local/model.h"
#include "local/roofline.h"

enum speed_measure {
	SPEED_DECODE,        /* of one stream */
	SPEED_PREFILL,       /* of one prompt */
	SPEED_PREFILL_RATIO, /* prefill over decode, of processors: 'efficiency' is the ratio */
	SPEED_BATCH,         /* n streams make n^efficiency times the tokens of one */
	SPEED_PUBLISHED,     /* how far two measurements of the same thing lie apart */
	SPEED_CARRIED,       /* how far a measurement carried over is from the truth */
	SPEED_MEASURES
};
extern const char *const speed_measures[SPEED_MEASURES]; /* "decode", … */

/* A row of speed.csv.  What is not known is NAN. */
struct speed_class {
	struct slice class; /* "geforce"; "any" for what no class was measured of */
	enum speed_measure measure;
	/* dense, moe; of published ones decode, prefill; of carried ones decode-context, … */
	struct slice kind;
	struct roofline constants;
	double rows, devices;           /* it was fitted on */
	double median_error, p90_error; /* on them */
	struct slice
		left_out_of; /* whose devices the next three are of; "": no class error known */
	double left_out_devices, left_out_median, left_out_p90;
	/* Factors: 80 % lie between prediction * low and prediction * high.  Of SPEED_BATCH the range
	 * of the exponent. */
	double low, high;
	int64_t line;
};

/* A row of throughput-hardware.csv. */
struct measured_machine {
	struct slice id, name, class;
	double bandwidth_gbs, fp16_tflops; /* NAN: not known */
};

/* A row of throughput-models.csv. */
struct measured_model {
	struct slice id, quant_name, name;
	struct slice same_as; /* ids of models.csv that have the same shape, separated by blanks */
	enum quant quant;     /* what it counts as; QUANTS: nothing of models.csv */
	struct load load;
};

/* A row of throughput.csv. */
struct throughput {
	const struct measured_machine *machine;
	const struct measured_model *model;
	int units, concurrency;
	enum speed_measure measure; /* SPEED_DECODE or SPEED_PREFILL */
	double context;           /* tokens before the one measured, in the mean; NAN: not stated */
	double tokens_per_second; /* of all streams together */
	bool left_out;            /* published, but not to be used */
	struct slice engine, test, source;
	int64_t line;
};

struct speeds {
	struct speed_class *classes;
	struct measured_machine *machines;
	struct measured_model *models;
	struct throughput *rows;
	size_t classes_n, classes_size, machines_n, machines_size, models_n, models_size;
	size_t rows_n, rows_size;
	struct measured measured; /* by the user; of no file: the caller adds them */
	struct arena arena;
};

/* The files, in the order in which they have to be added. */
enum speed_file { SPEED_CLASSES, SPEED_MACHINES, SPEED_MODELS, SPEED_ROWS, SPEED_FILES };
extern const char *const speed_files[SPEED_FILES]; /* "speed.csv", … */

/* Adds a file's rows; each file once.  False: err names file and line, and nothing may be used. */
bool speeds_add(struct speeds *speeds, enum speed_file which, const char *path,
	struct err *err) hl_must_check;
bool speeds_add_text(struct speeds *speeds, enum speed_file which, const char *file,
	struct slice text, struct err *err) hl_must_check;
void speeds_free(struct speeds *speeds);

/* The row of a class, or of the family before its first '-' ("apple" of "apple-ultra"), or of "any";
 * NULL: none of them. */
const struct speed_class *speeds_class(const struct speeds *speeds, struct slice class,
	enum speed_measure measure, const char *kind);

#endif
