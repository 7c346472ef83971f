/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nvidia - what nvidia-smi prints, as cards, processes and instances; the inside of gpu. */
#ifndef HLLM_PROBE_NVIDIA_H
#define HLLM_PROBE_NVIDIA_H

#include "base/err.h"
#include "probe/gpu.h"

/* Runs `nvidia-smi --query-…=FIELDS --format=csv,noheader,nounits`, without those fields that this version
 * does not know: they are set to NULL.  False: err. */
bool nvidia_query(const char *query, const char **fields, size_t fields_n, int timeout_ms,
	struct str *out, struct err *err) hl_must_check;
/* Cuts the next value off a line; false: there is none.  Quotes are not written by nvidia-smi. */
bool nvidia_value(struct slice *line, struct slice *value);
/* A number; NAN of "[N/A]", "[Not Supported]", "[Unknown Error]" and whatever else is none. */
double nvidia_number(struct slice value);

/* "0x0000000000000004"; false: none. */
bool nvidia_bits(struct slice value, unsigned *bits);

/* Adds cards, processes and instances; why is set where that fails. */
void nvidia_look(struct gpus *gpus, const struct gpu_options *options);

#endif
