/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures as people type them, and the cash flow of whatever they type. */
#include "config.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "econ/outlook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool good)
{
	if (!good)
		abort();
}

/* "capex=1600" … a line; what is refused leaves the figure as it is. */
static void
set_line(struct figures *figures, struct slice line)
{
	struct slice name;
	struct err err;
	slice_cut(&line, '=', &name);
	int figure = figure_find(slice_trim(name), NULL);
	struct figure_value before = { .given = false };
	if (figure >= 0)
		before = figures->of[figure];
	if (figures_set(figures, name, line, "typed", &err)) {
		const struct estimate value = figures->of[figure].value;
		check(estimate_is_sound(value));
		check(value.low >= figure_kinds[figure].least);
		check(value.high <= figure_kinds[figure].most);
	} else if (figure >= 0) {
		check(memcmp(&before, &figures->of[figure], sizeof(before)) == 0);
	}
}

static void
check_answer(const struct figures *figures)
{
	static struct outlook outlook;
	outlook_of(figures, 1, 10, &outlook);
	const struct cash_answer *likely = &outlook.likely;
	check(isfinite(likely->npv) && isfinite(likely->total));
	check(isnan(likely->break_even) || likely->break_even >= 0);
	check(outlook.npv.low <= outlook.npv.high);
	double shares = outlook.pays_share + outlook.beyond_life_share + outlook.never_share;
	check(fabs(shares - 1) < 1e-9);
	if (cash_pays(likely->outcome))
		check(likely->break_even <= likely->life);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct figures figures;
	struct err err;
	char *copy = malloc(size + 1);
	memcpy(copy, data, size);
	struct slice rest = { copy, size }, line;
	figures_default(&figures);
	while (slice_cut(&rest, '\n', &line))
		set_line(&figures, line);
	if (figures_settle(&figures, &err))
		check_answer(&figures);
	free(copy);
	return 0;
}
