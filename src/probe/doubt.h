/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doubt - what makes a measurement mean something else than it seems to, each with a name and a sentence.
 *
 * A doubt labels a run: it was so, and here is what to think of it.  One that makes its numbers wrong
 * refuses it: then they are shown, but never used as a result.
 */
#ifndef HLLM_PROBE_DOUBT_H
#define HLLM_PROBE_DOUBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum doubt_id {
	DOUBT_CACHED,    /* "cached": prompt tokens above the template came from a cache */
	DOUBT_QUEUED,    /* "queued": requests waited for a slot */
	DOUBT_SPILL,     /* "spill": a part of the model is not in the GPU's memory */
	DOUBT_TRUNCATED, /* "truncated": the server cut prompts */
	DOUBT_CONTEXT, /* "context": the workload's longer requests do not fit the server's context */
	DOUBT_LENGTHS,    /* "lengths": requests were not as long as those of the workload */
	DOUBT_VARIATION,  /* "variation": values differ by more than 10 % from request to request */
	DOUBT_DRIFT,      /* "drift": it got slower, or faster, as it went on */
	DOUBT_LOADED,     /* "loaded": other programs were at work on this machine */
	DOUBT_GPU_SHARED, /* "gpu-shared": other programs were at work on the GPU */
	DOUBT_THROTTLED,  /* "throttled": heat or power held the clocks down */
	DOUBT_BUFFERED,   /* "buffered": tokens did not come as they were written */
	DOUBT_UNCOUNTED,  /* "uncounted": the server does not say how many tokens it wrote */
	DOUBT_SHORT,      /* "short": answers ended before the length that was asked for */
	DOUBT_FEW,        /* "few": too few requests to say how sure it is */
	DOUBT_UNSURE,     /* "unsure": time was up before the median was known to 5 % */
	DOUBT_FAILURES,   /* "failures": some requests had no answer */
	DOUBT_PARTIAL,    /* "partial": it was stopped, or the server went away */
	DOUBTS
};
extern const char *const doubt_names[DOUBTS];

struct doubt {
	bool there, refuses;
	char text[320]; /* a sentence, without a full stop */
};
struct doubts {
	struct doubt items[DOUBTS];
};
bool doubts_refuse(const struct doubts *doubts);
size_t doubts_count(const struct doubts *doubts);

/* What is known from elsewhere.  A number that is not known is -1 or MISSING. */
struct doubt_facts {
	int64_t slots;   /* of the server */
	int64_t context; /* tokens of one request */
	int64_t prefix; /* tokens of the chat template and a prompt's number: a cache may hold them */
	int64_t model_bytes, gpu_bytes; /* of the model, and of that in the GPU's memory (Ollama) */
	double load; /* processors that programs were at work on, in the mean, before the server had work */
	int processors;
	int gpu_others;    /* other programs on the GPU that compute */
	double throttled;  /* share of the time with clocks held down */
	bool remote;       /* the server is on another machine: load and gpu_others say nothing */
	unsigned throttle; /* by what the clocks were held down: enum gpu_throttle of gpu.h */
};
#define DOUBT_FACTS_NONE \
 ((struct doubt_facts){ -1, -1, -1, -1, -1, MISSING, -1, -1, MISSING, false, 0 })

struct run;
/* Looks at a run and its facts, and fills in run->doubts.  'alone' is the run with one request at once, or
 * NULL; it may be the same. */
void doubt_run(struct run *run, const struct run *alone);

#endif
