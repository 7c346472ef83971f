/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/figure.h"

#include <math.h>
#include <stdio.h>

#include "base/near.h"

/* One line a figure would hide what belongs together. */
/* clang-format off */
#define RANGE(low, likely, high) { low, likely, high }
#define EXACT(value)             { value, value, value }
#define NONE                     { MISSING, MISSING, MISSING }
/* clang-format on */

#define LARGEST 1e12 /* of an amount of money */
#define OURS    "our judgement: "

const struct figure_kind figure_kinds[FIGURES] = {
	[FIGURE_API_MONTHLY] = {
		.name = "api-monthly",
		.unit = "USD/month",
		.help = "what the work that would move costs at the API today, in cash",
		.value = NONE,
		.source = "the audit, or your own figure",
		.most = LARGEST,
		.direction = -1,
	},
	[FIGURE_API_STAYING] = {
		.name = "api-staying",
		.unit = "USD/month",
		.help = "what else is paid to the same seller and stays there; it counts towards a "
			"commitment",
		.value = EXACT(0),
		.source = "none, unless you say so",
		.most = LARGEST,
		.direction = -1,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_COMMITMENT] = {
		.name = "commitment",
		.unit = "USD/month",
		.help = "what is owed to the seller whatever is used; moving work does not avoid it",
		.value = EXACT(0),
		.source = "none, unless hllm.conf or you say so",
		.most = LARGEST,
		.direction = 1,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_COMMITMENT_MONTHS] = {
		.name = "commitment-months",
		.unit = "months",
		.help = "how much longer the commitment runs",
		.value = EXACT(12),
		.source = OURS "commitments are made for a year; without one this changes nothing",
		.most = FIGURE_MONTHS_MOST,
		.direction = 1,
		.shape = FIGURE_WHOLE,
	},
	[FIGURE_GROWTH] = {
		.name = "growth",
		.unit = "share/month",
		.help = "by how much the work grows each month",
		.value = RANGE(-0.02, 0, 0.03),
		.source = OURS "as much work as today; a fifth less or two fifths more a year from "
			"now",
		.least = -0.5,
		.most = 1,
		.direction = -1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_API_DECLINE] = {
		.name = "api-decline",
		.unit = "share/year",
		.help = "by how much the API gets cheaper each year for the same work",
		.value = RANGE(0, 0.2, 0.5),
		.source = OURS "between a price that stays, as five in six models of prices.csv "
			"kept theirs, and the 90 % a year by which the cheapest model of equal "
			"quality fell (a16z, LLMflation, 2024)",
		.least = -0.5,
		.most = 0.99,
		.direction = 1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_RAMP] = {
		.name = "ramp",
		.unit = "months",
		.help = "how long until all of the work has moved, evenly over that time",
		.value = RANGE(0.5, 1, 3),
		.source = OURS "a month; two weeks when it is one workload, a quarter when they "
			"follow one another",
		.most = 120,
		.direction = 1,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_FALLBACK] = {
		.name = "fallback",
		.unit = "share",
		.help = "work that the API does after all, because the local server fails or its "
			"answer does",
		.value = RANGE(0.01, 0.03, 0.08),
		.source = OURS "we know of no published figure; your log will tell once work has "
			"moved",
		.most = 1,
		.direction = 1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_OVERFLOW] = {
		.name = "overflow",
		.unit = "share",
		.help = "work that goes to the API because the machine is full at that minute",
		.value = EXACT(0),
		.source = "the minutes of your log; none where it has no times",
		.most = 1,
		.direction = 1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_BUSY_HOURS] = {
		.name = "busy-hours",
		.unit = "hours/month",
		.help = "hours a month that the work keeps machines busy, all units together",
		.value = NONE,
		.source = "tokens of the work by the speed of the hardware",
		.most = 1e9,
		.direction = 1,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_UTILIZATION] = {
		.name = "utilization",
		.unit = "share",
		.help = "busy hours as a share of 730 hours a unit, instead of busy-hours",
		.value = NONE,
		.source = "busy-hours",
		.most = 1,
		.direction = 1,
		.shape = FIGURE_SHARE,
	},
	[FIGURE_CAPACITY_HOURS] = {
		.name = "capacity-hours",
		.unit = "hours/month",
		.help = "busy hours a month that the units can serve; work beyond them goes to the "
			"API",
		.value = NONE,
		.source = "730 hours a unit",
		.most = 1e9,
		.direction = -1,
	},
	[FIGURE_CAPEX] = {
		.name = "capex",
		.unit = "USD",
		.help = "price of the hardware in use, all units together",
		.value = NONE,
		.source = "the hardware catalogue, or your own figure",
		.most = LARGEST,
		.direction = 1,
	},
	[FIGURE_UNITS] = {
		.name = "units",
		.unit = "units",
		.help = "machines or cards in use",
		.value = EXACT(1),
		.source = "one, unless you say so",
		.least = 1,
		.most = 10000,
		.shape = FIGURE_WHOLE,
	},
	[FIGURE_SPARE] = {
		.name = "spare",
		.unit = "units",
		.help = "more of the same units that only wait for one to fail; paid for and "
			"powered",
		.value = EXACT(0),
		.source = OURS "none, for the API stands in when a unit fails (see fallback)",
		.most = 10000,
		.direction = 1,
		.shape = FIGURE_WHOLE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_SETUP_HOURS] = {
		.name = "setup-hours",
		.unit = "hours",
		.help = "an engineer's work until the first request is served: install, adapt "
			"prompts, compare",
		.value = RANGE(8, 24, 48),
		.source = OURS "one day, three days, or six",
		.most = 100000,
		.direction = 1,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_MONTHLY] = {
		.name = "monthly",
		.unit = "USD/month",
		.help = "all of the running cost; nothing is added to it",
		.value = NONE,
		.source = "not stated: built up from its parts",
		.most = LARGEST,
		.direction = 1,
	},
	[FIGURE_RENT] = {
		.name = "rent",
		.unit = "USD/month",
		.help = "what is paid for hardware, a rack or a room that is not bought",
		.value = EXACT(0),
		.source = "none: the hardware is bought and stands at your place",
		.most = LARGEST,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_BUSY_WATTS] = {
		.name = "busy-watts",
		.unit = "W",
		.help = "power of a unit while it works",
		.value = NONE,
		.source = "the hardware catalogue, or your own figure",
		.most = 100000,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_IDLE_WATTS] = {
		.name = "idle-watts",
		.unit = "W",
		.help = "power of a unit that waits with the model loaded",
		.value = NONE,
		.source = "the hardware catalogue, or your own figure",
		.most = 100000,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_PUE] = {
		.name = "pue",
		.unit = "ratio",
		.help = "power of the building per power of the machine: cooling, losses",
		.value = RANGE(1, 1, 1.2),
		.source = OURS "1 at home and in an office; data centres 1.58 on average (Uptime "
			"Institute, 2023)",
		.least = 1,
		.most = 5,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_ELECTRICITY] = {
		.name = "electricity",
		.unit = "USD/kWh",
		.help = "price of electricity with all taxes and fees",
		.value = RANGE(0.13, 0.17, 0.32),
		.source = "USA: homes 16.5 cents in 2024, businesses 13.1 cents in October 2023 "
			"(EIA); EU: homes 28.7 euro cents in the first half of 2025 (Eurostat); "
			"rounded",
		.most = 10,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_UPKEEP] = {
		.name = "upkeep",
		.unit = "share/year",
		.help = "parts and repairs, as a share of the purchase price",
		.value = RANGE(0.02, 0.05, 0.1),
		.source = OURS "a fan or a power supply now and then; a maintenance contract for a "
			"server is 12 % (Lenovo LP2368, 2026)",
		.most = 1,
		.direction = 1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_ENGINEER_HOURS] = {
		.name = "engineer-hours",
		.unit = "hours/month",
		.help = "an engineer's work to keep it running: updates, alerts, new models",
		.value = RANGE(1, 2, 4),
		.source = OURS "half an hour a week, twice that when much changes",
		.most = 100000,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_ENGINEER_RATE] = {
		.name = "engineer-rate",
		.unit = "USD/hour",
		.help = "what an hour of an engineer costs",
		.value = RANGE(38, 70, 102),
		.source = "software developers in the USA (BLS, May 2024: 10th percentile, mean "
			"and 90th percentile of wages by 2,080 hours); what an employer adds to "
			"wages is left out",
		.most = 10000,
		.direction = 1,
	},
	[FIGURE_REVIEW_HOURS] = {
		.name = "review-hours",
		.unit = "hours/month",
		.help = "reading samples of the answers to see whether they are still good enough",
		.value = RANGE(0.5, 1, 2),
		.source = OURS "some fifty answers a month, a minute or so each",
		.most = 100000,
		.direction = 1,
		.role = FIGURE_RUNNING,
	},
	[FIGURE_RESIDUAL] = {
		.name = "residual",
		.unit = "share",
		.help = "what the hardware still brings at the end of its life, as a share of its "
			"price",
		.value = RANGE(0, 0.2, 0.5),
		.source = OURS "on the careful side; in August 2026 cards of 2020 to 2022 were "
			"offered used for two thirds of their first price and more, which nobody "
			"can promise for those of today",
		.most = 1,
		.direction = -1,
		.shape = FIGURE_SHARE,
		.role = FIGURE_NEUTRAL,
	},
	[FIGURE_LIFE] = {
		.name = "life",
		.unit = "months",
		.help = "how long the hardware is kept; what would pay for itself only later never "
			"does",
		.value = EXACT(24),
		.source = OURS "two years, over which articles about machines at home write them "
			"off; clouds keep their servers for five or six",
		.least = 1,
		.most = FIGURE_MONTHS_MOST,
		.shape = FIGURE_WHOLE,
	},
	[FIGURE_HORIZON] = {
		.name = "horizon",
		.unit = "months",
		.help = "how far ahead is looked for a break-even, whatever the life of the "
			"hardware",
		.value = EXACT(120),
		.source = OURS "ten years; further ahead nothing can be said",
		.least = 1,
		.most = FIGURE_MONTHS_MOST,
		.shape = FIGURE_WHOLE,
	},
	[FIGURE_DISCOUNT] = {
		.name = "discount",
		.unit = "share/year",
		.help = "what money is worth less when it comes a year later",
		.value = EXACT(0.08),
		.source = OURS "between the interest of a loan and what a firm expects of its own "
			"money",
		.most = 1,
		.direction = 1,
		.shape = FIGURE_SHARE,
	},
};

void
figures_default(struct figures *figures)
{
	for (int i = 0; i < FIGURES; i++)
		figures->of[i] = (struct figure_value){
			.value = figure_kinds[i].value,
			.source = figure_kinds[i].source,
		};
}

int
figure_find(struct slice name, const char **nearest)
{
	char word[40];
	const char *names[FIGURES];
	size_t n = name.n < sizeof(word) ? name.n : sizeof(word) - 1;
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(name.p[i] == '_' ? '-' : name.p[i]);
	word[n] = '\0';
	for (int i = 0; i < FIGURES; i++) {
		names[i] = figure_kinds[i].name;
		if (name.n == n && slice_is_nocase((struct slice){ word, n }, names[i]))
			return i;
	}
	if (nearest)
		*nearest = near_name(word, names, FIGURES);
	return -1;
}

/* "0 to 10 USD/kWh" or "1 to 5 (ratio)": what follows a number as its unit, and what does not. */
const char *
figure_allowed(enum figure figure, char buf[FIGURE_TEXT])
{
	const struct figure_kind *kind = &figure_kinds[figure];
	bool unit = *kind->unit == 'U' || *kind->unit == 'W';
	if (kind->shape == FIGURE_SHARE)
		snprintf(buf, FIGURE_TEXT, "%.13g to %.13g (%.13g %% to %.13g %%)", kind->least,
			kind->most, kind->least * 100, kind->most * 100);
	else
		snprintf(buf, FIGURE_TEXT, unit ? "%s%.13g to %.13g %s" : "%s%.13g to %.13g (%s)",
			kind->shape == FIGURE_WHOLE ? "a whole number from " : "", kind->least,
			kind->most, kind->unit);
	return buf;
}

static bool
value_check(enum figure figure, double value, struct err *err)
{
	const struct figure_kind *kind = &figure_kinds[figure];
	char allowed[FIGURE_TEXT];
	if (!isfinite(value))
		return err_set(err, FAULT_USAGE, "%s: not a finite number; expected %s", kind->name,
			figure_allowed(figure, allowed));
	if (value < kind->least || value > kind->most)
		return err_set(err, FAULT_USAGE, "%s: %.10g is %s; expected %s", kind->name, value,
			value < kind->least ? "too small" : "too large",
			figure_allowed(figure, allowed));
	if (kind->shape == FIGURE_WHOLE && value != floor(value))
		return err_set(err, FAULT_USAGE, "%s: %.10g has a fraction; expected %s",
			kind->name, value, figure_allowed(figure, allowed));
	return true;
}

bool
figure_check(enum figure figure, struct estimate value, struct err *err)
{
	if (!value_check(figure, value.low, err) || !value_check(figure, value.likely, err) ||
		!value_check(figure, value.high, err))
		return false;
	if (value.low > value.high)
		return err_set(err, FAULT_USAGE,
			"%s: %.10g to %.10g runs downwards; expected the lowest first",
			figure_kinds[figure].name, value.low, value.high);
	if (!estimate_is_sound(value))
		return err_set(err, FAULT_USAGE,
			"%s: %.10g is not between %.10g and %.10g; expected low-likely-high",
			figure_kinds[figure].name, value.likely, value.low, value.high);
	return true;
}
