/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes: told what they are and read as that, containers included. */
#include "config.h"

#include <stdint.h>

#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memory_check((struct slice){ (const char *)data, size }, NULL);
	return 0;
}
