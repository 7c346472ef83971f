/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading - one source from bytes to records: opens, detects, splits, and lets a
 * reader say what each element means, on one or several threads.
 *
 * Records go to a sink as they come; with several threads from all of them at once
 * and in any order, so a sink must not depend on it.
 */
#ifndef HLLM_READ_READING_H
#define HLLM_READ_READING_H

#include <stdio.h>

#include "base/err.h"
#include "read/detect.h"
#include "read/input.h"
#include "read/reader.h"

enum { REJECTS_SHOWN = 5, THREADS_MOST = 64 };

struct mapping; /* read/mapping.h */

struct reading_options {
	const struct reader *forced;   /* --input-format, or NULL */
	const struct mapping *mapping; /* --map, or NULL */
	struct slice model;            /* --model: for records that name none; "" none */
	int threads;                   /* 1.. */
	FILE *rejects;                 /* rejected lines, whole; or NULL */
	int64_t resume_at;    /* offset to go on at (lines and CSV of plain files); 0 the start */
	uint64_t resume_line; /* the number of the line there */
};

struct reject {
	uint64_t line;
	char reason[160];
};

/* What one source was and how its rows went. */
struct source_report {
	char *name; /* path, or path:member */
	const struct reader *reader;
	char reason[REASON_TEXT]; /* why this format */
	bool header_only;
	bool unterminated; /* the last line has no line end */
	uint64_t rows;     /* of the file, before anything is dropped */
	uint64_t emitted;  /* records handed to the sink */
	uint64_t notes[NOTES];
	uint64_t rejected;
	struct reject rejects[REJECTS_SHOWN]; /* the first, by line */
	size_t rejects_n;
	struct str warnings; /* what is odd about the file as a whole, a line each */
	uint64_t bytes;
	uint64_t lines; /* the number of the line behind the last one */
	bool resumable; /* more can be appended to it and read on its own */
};
void source_report_free(struct source_report *report);

struct sink {
	void *arg;
	/* The first bytes, before anything else. */
	void (*begin)(void *arg, struct slice head);
	/* 'thread' is 0..threads-1. */
	void (*record)(void *arg, int thread, const struct record *rec);
	/* Called now and then by one thread with the bytes read so far; may be NULL. */
	void (*progress)(void *arg, uint64_t bytes);
};

/* Reads what input_next() has just made current.  A false return with records already handed on is
 * possible (a container damaged in the middle): the caller drops them. */
bool reading_run(struct input *input, const struct reading_options *options,
	const struct sink *sink, struct source_report *report, struct err *err) hl_must_check;

#endif
