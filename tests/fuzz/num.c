/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers: what is read is printed and read again as the same; the ways of reading agree. */
#include "config.h"

#include "base/num.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool good)
{
	if (!good)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), buf[NUM_TEXT];
	memcpy(copy, data, size);
	struct slice text = { copy, size };
	femto_t value, again;
	int64_t whole;
	bool about, least;
	enum num_result decimal = num_decimal(text, &value), integer = num_int(text, &whole);
	if (decimal == NUM_OK) {
		check(num_decimal(slice_of(num_print(buf, value, 0, 15, false)), &again) ==
				NUM_OK &&
			again == value);
		check(num_human(slice_of(num_print(buf, value, 2, 15, true)), &again, &about,
			      &least) == NUM_OK &&
			again == value);
		for (int i = 0; i <= 15; i++)
			check(num_decimal(slice_of(num_print(buf, value, i, i, false)), &again) ==
					NUM_OK &&
				again == num_round(value, i));
		check(integer == NUM_OK || integer == NUM_FRACTION || integer == NUM_RANGE);
	} else {
		check(decimal == NUM_RANGE || decimal == integer);
	}
	if (integer == NUM_OK && decimal == NUM_OK)
		check(value == (femto_t)whole * FEMTO_PER_UNIT);
	if (num_human(text, &value, &about, &least) == NUM_OK)
		check(num_decimal(slice_of(num_print(buf, value, 0, 15, false)), &again) ==
				NUM_OK &&
			again == value);
	free(copy);
	return 0;
}
