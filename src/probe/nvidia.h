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

/* What it printed of cards, of processes and of instances ("-L") is added; fields that were not asked for
 * are NULL.  Lines that are none of that are passed over, or told in gpus->why. */
enum { NVIDIA_CARD_FIELDS = 15, NVIDIA_PROCESS_FIELDS = 4 };
void nvidia_read_cards(struct gpus *gpus, struct slice text, const char *const *fields,
	const struct machine *machine);
void nvidia_read_processes(struct gpus *gpus, struct slice text, const char *const *fields);
void nvidia_read_parts(struct gpus *gpus, struct slice text);
/* Samples of cards, of the fields of gpu_nvidia_sample(); returns how many. */
enum { NVIDIA_SAMPLE_FIELDS = 3 };
int nvidia_read_samples(
	struct gpu_sample *samples, int room, struct slice text, const char *const *fields);

/* Adds cards, processes and instances; why is set where that fails. */
void nvidia_look(struct gpus *gpus, const struct gpu_options *options);

#endif
