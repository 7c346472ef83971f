/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernels - the loops that memory and arithmetic are measured by, for the vectors that this
 * processor has.
 *
 * They are plain C with the compiler's vectors.  On x86 each is compiled three times, and the widest
 * that the processor can run is taken; elsewhere once, for what the program was compiled for.
 */
#ifndef HLLM_PROBE_KERNELS_H
#define HLLM_PROBE_KERNELS_H

#include <stddef.h>

/* What an array's length must be a multiple of, in bytes. */
enum { KERNEL_BLOCK = 1024 };

struct kernels {
	const char *vectors;
	/* Arrays are aligned to 64 bytes; bytes: of one array. */
	double (*read)(const double *a, size_t bytes);
	void (*triad)(double *a, const double *b, const double *c, size_t bytes);
	/* 'rounds' times 'operations' of 32-bit arithmetic; what comes out has no meaning. */
	float (*calculate)(size_t rounds);
	double operations;
};
const struct kernels *kernels_choose(void);

#endif
