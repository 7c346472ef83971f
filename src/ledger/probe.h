/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe - what was measured on machines of the user's own, kept in the ledger: one row a probe, with
 * what it was taken on and with, and one run for each number of requests at once.
 *
 * A number that was not measured is NAN, a count that is not known -1, a text that is not known "".
 * Keys, prompts and answers are no part of it; nor is a path, a user or a password of a URL.
 */
#ifndef HLLM_LEDGER_PROBE_H
#define HLLM_LEDGER_PROBE_H

#include "ledger/ledger.h"

enum probe_label {
	PROBE_MEASURED,
	PROBE_PARTIAL,  /* it was ended before it was done: what is there was measured */
	PROBE_NOISY,    /* the runs vary by more than they should */
	PROBE_IMPORTED, /* another program measured it */
	PROBE_LABELS
};
extern const char *const probe_labels[PROBE_LABELS]; /* "measured", … */

/* What one quantity was over the requests of a run. */
struct probe_figure {
	int64_t n; /* samples; 0: not measured, and the rest is NAN */
	double p50, p90, p99, mean;
	double cov; /* standard deviation over mean; NAN with one sample */
};

enum probe_quantity {
	PROBE_TTFB,    /* ms */
	PROBE_TTFT,    /* ms */
	PROBE_TTFO,    /* ms */
	PROBE_TPOT,    /* ms */
	PROBE_ICL,     /* ms, between chunks */
	PROBE_DECODE,  /* tokens/s of one request */
	PROBE_PREFILL, /* prompt tokens/s, without cached ones */
	PROBE_QUANTITIES
};
/* As they are called in the ledger and in JSON: "ttft_ms", "decode_tokens_per_second", … */
extern const char *const probe_quantities[PROBE_QUANTITIES];

struct probe_warning {
	const char *id;   /* "cached", "queued": stable, for programs */
	const char *text; /* a sentence without a full stop */
};

struct probe_run {
	int concurrency;
	int64_t requests, failures;
	double prompt_tokens, cached_tokens, output_tokens; /* of a request, in the mean */
	double depth; /* tokens in the cache before the prompt, in the mean */
	struct probe_figure of[PROBE_QUANTITIES];
	double output_rate, total_rate; /* tokens/s of all requests together */
	double request_rate, goodput;   /* requests/s */
	double seconds;                 /* of the measured window */
	bool refused;                   /* contaminated: shown, but used for no plan */
	struct probe_warning *warnings;
	size_t warnings_n;
};

/* The texts and lists are in the arena. */
struct probe {
	int64_t id;   /* 0: not stored */
	int64_t time; /* ns UTC, of its end */
	enum probe_label label;
	const char *host;     /* of the machine that it was run from */
	const char *hardware; /* as hardware.csv or the system calls it */
	int units;
	const char *server, *version; /* "llama.cpp"; "" for what needs no server */
	const char *url;              /* scheme, host and port */
	const char *model, *quant;    /* as the server calls them */
	int64_t slots, context;
	const char *origin;   /* the file that it was imported from; "" measured here */
	const char *workload; /* whose lengths were sent; "" none */
	double connect_ms, cold_start_ms;
	double idle_watts, busy_watts;
	double joules_per_token;         /* of output, over all runs */
	const char *power_source;        /* "nvidia-smi", or why it was not measured */
	double max_ttft_ms, max_tpot_ms; /* the limits of goodput */
	struct probe_run *runs;          /* in the order in which they were made */
	size_t runs_n;
	struct probe_warning *warnings; /* of all runs */
	size_t warnings_n;
	struct arena arena;
};
/* Nothing known. */
void probe_init(struct probe *probe);
void probe_run_init(struct probe_run *run, int concurrency);
/* Room for one more, with nothing known; valid until the next call. */
struct probe_run *probe_add_run(struct probe *probe, int concurrency);
void probe_warn(struct probe *probe, struct probe_run *run, const char *id, const char *fmt, ...)
	hl_printf(4, 5); /* run NULL: of all runs */
const char *probe_text(struct probe *probe, struct slice text);
void probe_free(struct probe *probe);

struct probes {
	struct probe *items; /* the newest first */
	size_t n, size;
};
void probes_free(struct probes *probes);

/* Stores it, in a transaction of its own; sets its id.  -1: err. */
int64_t ledger_add_probe(struct ledger *ledger, struct probe *probe, struct err *err) hl_must_check;
/* All of them; none in a ledger of a version that had no probes. */
bool ledger_probes(struct ledger *ledger, struct probes *out, struct err *err) hl_must_check;
/* FAULT_USAGE when there is none of that number. */
bool ledger_load_probe(
	struct ledger *ledger, int64_t id, struct probe *out, struct err *err) hl_must_check;
bool ledger_remove_probe(struct ledger *ledger, int64_t id, struct err *err) hl_must_check;

#endif
