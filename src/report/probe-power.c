/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a probed machine draws, and what that costs. */
#include "config.h"

#include <math.h>

#include "probe/power.h"
#include "report/amounts.h"
#include "report/probe.h"

static const char not_measured[] = "not measured";

enum { W_IDLE, W_BUSY, W_SOURCE, W_JOULES, W_COST, POWER };
static const struct column power_columns[POWER] = {
	[W_IDLE] = { .key = "idle_watts",
		.unit = "W",
		.decimals = 2,
		.why = "@measured With the model loaded and nothing to do: {source}" },
	[W_BUSY] = { .key = "busy_watts",
		.unit = "W",
		.decimals = 2,
		.why = "@measured At work: {source}" },
	[W_SOURCE] = { .key = "source" },
	[W_JOULES] = { .key = "joules_per_output_token",
		.unit = "J",
		.decimals = 4,
		.why = "@measured Energy at work over the output tokens of that time: {source}" },
	[W_COST] = { .key = "cost_per_million_output_tokens", .unit = "money", .decimals = 6 },
};

void
probe_power(struct answer *answer, const struct probe *probe, struct estimate price_per_kwh)
{
	double joules = probe->joules_per_token;
	struct estimate cost = power_cost_per_million(joules, price_per_kwh);
	struct table *table = answer_table(answer, "power", NULL, power_columns, POWER);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[W_IDLE] = number_cell(probe->idle_watts, 2, not_measured);
	row[W_BUSY] = number_cell(probe->busy_watts, 2, not_measured);
	row[W_SOURCE] = probe->power_source[0] ? cell_text(answer, slice_of(probe->power_source))
					       : cell_none(not_measured);
	row[W_JOULES] = number_cell(joules, 4, "power was not measured");
	row[W_COST] = amount_cell(cost.likely, "USD", "power was not measured");
	answer_origin(answer, table, 0, W_COST,
		"= {joules_per_output_token} / 3600000 * %.9g * 1000000\nA kilowatt hour is "
		"3,600,000 J, "
		"and costs %.9g USD: electricity of hllm.conf, else its default.",
		price_per_kwh.likely, price_per_kwh.likely);
	if (isnan(probe->busy_watts))
		return;
	struct str text = STR_INIT;
	str_puts(&text, "Power: ");
	number_text(&text, probe->busy_watts);
	str_puts(&text, " W at work");
	if (!isnan(probe->idle_watts)) {
		str_puts(&text, ", ");
		number_text(&text, probe->idle_watts);
		str_puts(&text, " W idle with the model loaded");
	}
	if (!isnan(joules)) {
		str_puts(&text, "; ");
		number_text(&text, joules);
		str_puts(&text, " J an output token, a million of them for ");
		amount_text(&text, cost.likely, "USD");
		str_puts(&text, " of electricity");
	}
	answer_note(answer, "%s (%s).", str_text(&text), probe->power_source);
	str_free(&text);
}
