/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * machine - what this machine is: processors, caches, memory, what holds it back, what else it does.
 *
 * All of it is read from /proc and /sys below a root that tests can replace.  Nothing fails: what the
 * system does not tell is missing.
 */
#ifndef HLLM_PROBE_MACHINE_H
#define HLLM_PROBE_MACHINE_H

#include "base/mem.h"
#include "base/str.h"

/* Texts are "", numbers NAN or 0 where they are not told.  Bytes are bytes. */
struct machine {
	struct slice host;  /* its name */
	struct slice cpu;   /* "AMD Ryzen 9 9950X 16-Core Processor"; of ARM "Cortex-A76 (ARM)" */
	struct slice board; /* as firmware calls the machine: "Raspberry Pi 5 Model B Rev 1.0" */
	struct slice chip;  /* as a device tree lists it: "apple,j314s apple,t6000 …" */
	struct slice instructions; /* those of interest: "avx2 fma avx512f amx", "neon sve" */
	bool hypervisor;           /* it is a virtual machine: neighbours may be loud */

	int online;   /* logical processors of the system */
	int *cpus;    /* those this process may use: one of each core first, then their twins */
	int cpus_n;   /* at least 1 */
	int cores;    /* physical ones among them; 0: not told */
	double quota; /* processors that a container may use in the mean; NAN: no limit */

	int cache_level;     /* of the last one */
	int caches;          /* how many of that level there are */
	double cache_bytes;  /* of all of them together; NAN */
	double memory_bytes; /* of the system; NAN */
	double free_bytes;   /* that programs can still have without swapping; NAN */
	double limit_bytes;  /* that the container may have; NAN: no limit */
	double load;         /* mean of the last minute: processes that run or want to; NAN */
	struct arena arena;
};

/* root: NULL is this machine's. */
void machine_look(struct machine *machine, const char *root);
void machine_free(struct machine *machine);

/* Processors that can be kept busy all the time: those it may use, or the quota where that is less. */
int machine_workers(const struct machine *machine);
/* Memory that programs here can have at most: that of the system, or of the container. */
double machine_memory(const struct machine *machine);

/* Seconds that all processors together have worked since the start, what a hypervisor took from
 * them included; NAN: not told. */
double machine_busy_seconds(const char *root);

#endif
