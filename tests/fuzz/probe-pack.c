/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe-pack - any text as what a ledger holds of a probe: refused, or read; what is read is written as a
 * text that gives the same probe.
 */
#include "config.h"

#include "ledger/probe-pack.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct probe probe, again;
	struct str first = STR_INIT, second = STR_INIT;
	probe_init(&probe);
	probe_init(&again);
	if (probe_unpack(&probe, (struct slice){ (const char *)data, size })) {
		for (size_t i = 0; i < probe.runs_n; i++)
			if (probe.runs[i].concurrency < 1)
				abort();
		probe_pack(&probe, &first);
		if (!probe_unpack(&again, str_as_slice(&first)) || again.runs_n != probe.runs_n ||
			again.warnings_n != probe.warnings_n)
			abort();
		probe_pack(&again, &second);
		if (!slice_eq(str_as_slice(&first), str_as_slice(&second)))
			abort();
	}
	probe_free(&probe);
	probe_free(&again);
	str_free(&first);
	str_free(&second);
	return 0;
}
