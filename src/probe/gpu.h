/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu - the graphics processors of this machine, what their drivers tell of them, and who else uses
 * them.
 *
 * NVIDIA's are asked by nvidia-smi, which is run without a shell and stopped when it hangs; fields
 * that its version does not know are left out, and what it calls "[N/A]" is missing.  AMD's are
 * read from /sys/class/drm, with their names from libdrm's list where that is installed.  Apple's share
 * the memory of the machine, as some of the others do.
 */
#ifndef HLLM_PROBE_GPU_H
#define HLLM_PROBE_GPU_H

#include <stdint.h>

#include "base/err.h"
#include "probe/machine.h"

enum gpu_vendor { GPU_NVIDIA, GPU_AMD, GPU_APPLE, GPU_VENDORS };
extern const char *const gpu_vendors[GPU_VENDORS]; /* "NVIDIA", … */

/* What holds the clocks down, of nvmlClocksEventReasons in NVIDIA's nvml.h; bits. */
enum gpu_throttle {
	THROTTLE_IDLE = 0x1,       /* nothing to do: no fault */
	THROTTLE_SETTING = 0x2,    /* somebody has set lower clocks */
	THROTTLE_POWER_CAP = 0x4,  /* the power limit */
	THROTTLE_HARDWARE = 0x8,   /* heat or power: the clocks are halved or worse */
	THROTTLE_SYNC = 0x10,      /* kept as slow as another card of its group */
	THROTTLE_HEAT = 0x20,      /* the driver, because of heat */
	THROTTLE_HEAT_HARD = 0x40, /* the card itself, because of heat */
	THROTTLE_BRAKE = 0x80,     /* the power supply or its cable */
	THROTTLE_DISPLAY = 0x100,
	/* a run under one of these is no measure of the card */
	THROTTLE_SLOWS = 0x8 | 0x10 | 0x20 | 0x40 | 0x80,
};

/* Texts are "", numbers NAN where they are not told. */
struct gpu {
	enum gpu_vendor vendor;
	int index; /* nvidia-smi's, or of /sys/class/drm/card… */
	struct slice name, uuid, driver;
	double memory_bytes, used_bytes;
	bool unified;   /* its memory is the machine's */
	double busy;    /* share of time that it computed in the last moments */
	double degrees; /* Celsius */
	double watts, limit_watts;
	double clock_mhz, clock_most_mhz;
	bool throttle_known;
	unsigned throttle; /* bits of enum gpu_throttle */
	bool split;        /* into instances (MIG): figures of the whole say little about a part */
	struct slice why;  /* some figures are missing for this reason */
};

struct gpu_process {
	int gpu; /* position in the list; -1: not told */
	int64_t pid;
	struct slice name; /* of the program, without its folder */
	double bytes;      /* of the card's memory; NAN */
};

struct gpus {
	struct gpu *items;
	struct gpu_process *processes; /* those that compute */
	struct slice *parts;           /* MIG instances, as nvidia-smi -L names them: "3g.40gb" */
	size_t n, size, processes_n, processes_size, parts_n, parts_size;
	/* Why a card may be missing in the list: "nvidia-smi did not end within 5 seconds …", in the
	 * words of an error; "" */
	struct slice why;
	struct arena arena;
};

struct gpu_options {
	const struct machine *machine; /* whose memory is shared; borrowed for the call */
	const char *root;              /* of /sys and /usr/share; NULL */
	int timeout_ms;                /* of each run of nvidia-smi; 0: GPU_TIMEOUT_MS */
};
enum { GPU_TIMEOUT_MS = 5000 };

void gpus_look(struct gpus *gpus, const struct gpu_options *options);
void gpus_free(struct gpus *gpus);

/* "heat, the power limit" of bits; nothing where there are none. */
void gpu_throttle_words(struct str *out, unsigned throttle);

/* For those who watch: what each of NVIDIA's cards draws, in their order, and what holds its clocks down
 * (0 where that is not told).  Returns the number of cards, or -1: err. */
struct gpu_sample {
	double watts; /* NAN: not told */
	unsigned throttle;
	bool throttle_known;
};
int gpu_nvidia_sample(struct gpu_sample *samples, int room, int timeout_ms, struct err *err);

#endif
