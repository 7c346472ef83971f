/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times and periods: what is read is printed and read again as the same second. */
#include "config.h"

#include "base/when.h"

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
	char *copy = malloc(size + 1), buf[WHEN_TEXT];
	memcpy(copy, data, size);
	copy[size] = '\0';
	struct slice text = { copy, size };
	struct err err;
	struct period period;
	int64_t ns, again;
	bool zoned, dated;
	if (when_parse(text, &ns, &zoned, &dated)) {
		int64_t second = ns - ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
		check(!dated || (!zoned && ns % NS_PER_DAY == 0));
		if (second >= 0)
			check(when_parse(slice_of(when_print(buf, ns)), &again, &zoned, &dated) &&
				again == second && zoned);
		check(when_month_start(when_month(ns)) <= ns &&
			ns < when_month_start(when_month(ns) + 1));
	}
	if (when_epoch(text, &ns))
		check(when_civil(ns).year >= 1990 && when_civil(ns).year <= 2100);
	if (period_parse(copy, (int64_t)1790000000 * NS_PER_SECOND,
		    (int64_t)1790000000 * NS_PER_SECOND, &period, &err))
		check(period.start < period.end);
	free(copy);
	return 0;
}
