/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nvidia - anything as what nvidia-smi prints, with zero bytes between cards, processes, instances and samples;
 * the first two bytes say which fields this version knows.  Numbers are told or missing, processes
 * are on cards of the list, and words for what holds clocks down are found for any bits.
 */
#include "config.h"

#include "probe/nvidia.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARDS = 8 };

/* Any name will do: which are NULL is what counts. */
static void
choose_fields(const char **fields, size_t n, unsigned known)
{
	for (size_t i = 0; i < n; i++)
		fields[i] = known >> i & 1 ? "field" : NULL;
}

static void
check_words(unsigned throttle)
{
	struct str words = STR_INIT;
	gpu_throttle_words(&words, throttle);
	if (words.n && (words.p[0] == ',' || words.p[words.n - 1] == ' '))
		abort();
	str_free(&words);
}

static void
check(const struct gpus *gpus)
{
	for (size_t i = 0; i < gpus->n; i++) {
		const struct gpu *gpu = &gpus->items[i];
		if (isinf(gpu->memory_bytes) || isinf(gpu->watts) || isinf(gpu->clock_mhz) ||
			gpu->index < 0 || (!gpu->throttle_known && gpu->throttle))
			abort();
		check_words(gpu->throttle);
	}
	for (size_t i = 0; i < gpus->processes_n; i++)
		if (gpus->processes[i].gpu < -1 || gpus->processes[i].gpu >= (int)gpus->n)
			abort();
	for (size_t i = 0; i < gpus->parts_n; i++)
		if (!gpus->parts[i].n)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	unsigned known = (unsigned)data[0] << 8 | data[1];
	struct slice rest = { (const char *)data + 2, size - 2 }, part[4] = { 0 };
	const char *cards[NVIDIA_CARD_FIELDS], *processes[NVIDIA_PROCESS_FIELDS],
		*sampled[NVIDIA_SAMPLE_FIELDS];
	const struct machine machine = { .memory_bytes = 64e9, .free_bytes = 32e9 };
	struct gpu_sample samples[CARDS];
	struct gpus gpus = { 0 };
	for (int i = 0; i < 4; i++)
		slice_cut(&rest, '\0', &part[i]);
	choose_fields(cards, NVIDIA_CARD_FIELDS, known);
	choose_fields(processes, NVIDIA_PROCESS_FIELDS, known);
	choose_fields(sampled, NVIDIA_SAMPLE_FIELDS, known);
	nvidia_read_cards(&gpus, part[0], cards, &machine);
	nvidia_read_processes(&gpus, part[1], processes);
	nvidia_read_parts(&gpus, part[2]);
	int n = nvidia_read_samples(samples, CARDS, part[3], sampled);
	if (n < 0 || n > CARDS)
		abort();
	for (int i = 0; i < n; i++) {
		if (isinf(samples[i].watts))
			abort();
		check_words(samples[i].throttle);
	}
	check(&gpus);
	gpus_free(&gpus);
	return 0;
}
