/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last byte names the reader, and what stands before it is read as its format, whatever it is. */
#include "config.h"

#include <stdint.h>

#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		memory_check((struct slice){ (const char *)data, size - 1 },
			readers[data[size - 1] % readers_n]);
	return 0;
}
