/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * power - the watts of this machine while a probe runs: idle with the model loaded, and busy.
 *
 * Sources, each for its own part of the machine:
 *   nvidia-smi   NVIDIA's cards, once a second (their figure is itself a mean of about a second)
 *   hwmon        AMD's cards, the same
 *   RAPL         energy counters of the processor packages and, where it has one, the memory
 *                (/sys/class/powercap); they count in microjoules and start again at their largest
 *                value.  Since 2020 mostly only root may read them (CVE-2020-8694).
 *   typed in     "--watts IDLE,BUSY", measured at the plug: the whole machine, in place of all others
 *
 * Cards and processor are added up.  That leaves out what the power supply loses, fans, disks and the
 * mainboard, so the plug shows more; 'whole' tells.  What no source measures is missing, with
 * the reason, and never guessed.
 *
 * A thread of its own samples, so that whoever runs the probe is not held up.
 */
#ifndef HLLM_PROBE_POWER_H
#define HLLM_PROBE_POWER_H

#include <stdint.h>

#include "base/err.h"
#include "base/estimate.h"
#include "base/str.h"

enum power_phase { POWER_IDLE, POWER_BUSY, POWER_PHASES, POWER_PAUSE = POWER_PHASES };

enum power_source { POWER_TYPED, POWER_NVIDIA, POWER_AMD, POWER_RAPL, POWER_SOURCES };
extern const char *const power_sources[POWER_SOURCES]; /* "typed in", "nvidia-smi", … */

struct power_options {
	const char *root; /* of /sys; NULL */
	/* As typed in; both NAN: measure.  Clocks are watched all the same. */
	double typed_idle, typed_busy;
	bool elsewhere; /* they are those of another machine: nothing of this one is looked at */
	int period_ms;  /* between samples; 0: 1,000 */
	int settle_ms;  /* of a phase that does not count yet; 0: 1,500; negative: none of it */
	int timeout_ms; /* of each run of nvidia-smi; 0: GPU_TIMEOUT_MS */
};

/* Of one source. */
struct power_part {
	bool measured;
	/* W; NAN: nothing measured in that phase. */
	double watts[POWER_PHASES];
	int samples[POWER_PHASES];
	int devices;   /* cards, or packages */
	char why[256]; /* nothing was measured, or some is missing, for this reason; "" */
};

/* What has been found out. */
struct power {
	struct power_part parts[POWER_SOURCES];
	double watts[POWER_PHASES];   /* of all that was measured together; NAN: not measured */
	double seconds[POWER_PHASES]; /* that the phases took */
	bool whole;                   /* of the whole machine, at the plug */
	/* Share of a phase's samples in which heat or power held the clocks of one of NVIDIA's cards down, and
	 * by what (enum gpu_throttle); NAN: not told. */
	double throttled[POWER_PHASES];
	unsigned throttle[POWER_PHASES];
	/* Why there is no figure of the phase, or what it leaves out; a sentence without a full stop. */
	char why[512];
};

/* "IDLE,BUSY" as given by --watts: two numbers, 0 to 1,000,000, idle not above busy.  False:
 * FAULT_USAGE. */
bool power_typed(const char *text, double *idle, double *busy, struct err *err) hl_must_check;

/* Starts to sample, in the phase POWER_PAUSE.  Never fails: what cannot be sampled says so in the end. */
struct power_watch;
struct power_watch *power_start(const struct power_options *options);
/* From now on it is this phase; a phase may come several times. */
void power_phase(struct power_watch *watch, enum power_phase phase);
/* The same share since the last call of power_phase(); NAN: not told so far. */
double power_throttled(struct power_watch *watch, unsigned *throttle);
/* Ends and says what was found; NULL is nothing.  It takes as long as a run of nvidia-smi at most. */
void power_stop(struct power_watch *watch, struct power *out);

/* Joules a token, of tokens made in so many seconds at so many watts; NAN where one is. */
double power_joules_per_token(double watts, double seconds, double tokens);
/* Price of the electricity of a million tokens: J * 10^6 / 3.6*10^6 J/kWh * price. */
struct estimate power_cost_per_million(double joules_per_token, struct estimate price_per_kwh);

#endif
