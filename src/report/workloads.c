/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "report/parts.h"

enum {
	W_NAME,
	W_MODELS,
	W_SOURCE,
	W_REQUESTS,
	W_PER_DAY,
	W_PER_CALL,
	W_INPUT,
	W_CACHED,
	W_OUTPUT,
	W_P50,
	W_P95,
	W_OUT95,
	W_LAT50,
	W_LAT95,
	W_PEAK,
	W_COST,
	W_COST_HIGH,
	W_BASIS,
	W_MONTHLY,
	W_MONTHLY_HIGH,
	W_SHARE,
	W_VERDICT,
	W_MODIFIER,
	W_CONFIDENCE,
	W_RULES,
	WORKLOADS,
};

static const struct column columns[WORKLOADS] = {
	[W_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 1, .least = 16 },
	[W_MODELS] = { .key = "models",
		.head = "MODELS",
		.left = true,
		.weight = 3,
		.least = 10,
		.drop = 5 },
	[W_SOURCE] = { .key = "name_source", .left = true },
	[W_REQUESTS] = { .key = "requests", .why = "@records workload {name}" },
	[W_PER_DAY] = { .key = "requests_per_day",
		.head = "CALLS/DAY",
		.decimals = 1,
		.drop = 2,
		.why = "= {requests} / {totals.days}" },
	[W_PER_CALL] = { .key = "tokens_per_request",
		.head = "TOKENS/CALL",
		.decimals = 0,
		.drop = 3,
		.why = "= ({input_tokens} + {output_tokens}) / {requests}\n"
		       "@records workload {name}" },
	[W_INPUT] = { .key = "input_tokens",
		.why = "Uncached input, cache reads and cache writes together.\n"
		       "@records workload {name}" },
	[W_CACHED] = { .key = "cache_read_tokens", .why = "@records workload {name}" },
	[W_OUTPUT] = { .key = "output_tokens", .why = "@records workload {name}" },
	[W_P50] = { .key = "context_p50_at_most",
		.unit = "tokens",
		.why = "The upper end of the class in which the middle request lies; eight classes "
		       "an octave.\n"
		       "@records workload {name}" },
	[W_P95] = { .key = "context_p95_at_most",
		.head = "P95 CTX\xE2\x89\xA4",
		.unit = "tokens",
		.drop = 4,
		.why = "The upper end of the class in which the 95th of 100 requests lies; eight "
		       "classes an octave.\n"
		       "@records workload {name}" },
	[W_OUT95] = { .key = "output_p95_at_most",
		.unit = "tokens",
		.why = "The upper end of the class in which the 95th of 100 requests lies; eight "
		       "classes an octave.\n"
		       "@records workload {name}" },
	[W_LAT50] = { .key = "latency_p50_ms_at_most",
		.unit = "ms",
		.why = "The upper end of the class in which the middle request lies; eight classes "
		       "an octave.\n"
		       "@records workload {name}" },
	[W_LAT95] = { .key = "latency_p95_ms_at_most",
		.unit = "ms",
		.why = "The upper end of the class in which the 95th of 100 requests lies; eight "
		       "classes an octave.\n"
		       "@records workload {name}" },
	[W_PEAK] = { .key = "peak_hour_utc",
		.left = true,
		.why = "The hour of the day (UTC) with most requests.\n"
		       "@records workload {name}" },
	[W_COST] = { .key = "cost",
		.unit = "money",
		.why = "What is billed, where a file states it; else the list price.\n"
		       "@records workload {name}" },
	[W_COST_HIGH] = { .key = "cost_high",
		.unit = "money",
		.why = "What is billed, where a file states it; else the highest list price that "
		       "what is known leaves open.\n"
		       "@records workload {name}" },
	[W_BASIS] = { .key = "cost_basis", .left = true },
	[W_MONTHLY] = { .key = "monthly_cost",
		.head = "$/MONTH",
		.unit = "money",
		.why = "= {cost} * 30 / {totals.days}\n"
		       "A month is 30 days." },
	[W_MONTHLY_HIGH] = { .key = "monthly_cost_high",
		.unit = "money",
		.why = "= {cost_high} * 30 / {totals.days}\n"
		       "A month is 30 days." },
	[W_SHARE] = { .key = "share",
		.head = "SHARE",
		.drop = 1,
		.why = "= {cost_high} / {totals.spend_high}\n"
		       "= {cost} / {totals.spend_high}\n"
		       "= {cost_high} / {totals.spend}\n"
		       "= {cost} / {totals.spend}" },
	[W_VERDICT] = { .key = "verdict", .left = true },
	[W_MODIFIER] = { .key = "modifier", .left = true },
	[W_CONFIDENCE] = { .key = "confidence", .why = "= {verdicts[=name].confidence}" },
	[W_RULES] = { .key = "rules", .left = true },
};

/* Without a number of days there is no month: the cost of the period stands in its place. */
static const struct column *
columns_without_month(struct answer *answer)
{
	struct column *copy = arena_take(&answer->arena, sizeof(columns));
	memcpy(copy, columns, sizeof(columns));
	copy[W_MONTHLY].head = NULL;
	copy[W_PER_DAY].head = NULL;
	copy[W_REQUESTS].head = "CALLS";
	copy[W_REQUESTS].drop = copy[W_PER_DAY].drop;
	copy[W_COST].head = "COST";
	return copy;
}

struct ranked {
	const struct tally *tally;
	femto_t size;
};

static int
by_size(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	int64_t x = tally_input(a->tally), y = tally_input(b->tally);
	if (x != y)
		return x > y ? -1 : 1;
	int order = slice_compare(a->tally->name, b->tally->name);
	return order ? order : slice_compare(a->tally->biller, b->tally->biller);
}

static struct ranked *
rank(const struct tallies *tallies, const char *currency)
{
	struct ranked *ranked = xcalloc(tallies->n + 1, sizeof(*ranked));
	for (size_t i = 0; i < tallies->n; i++) {
		const struct money *money =
			currency ? money_in(&tallies->items[i], currency) : NULL;
		ranked[i] = (struct ranked){ &tallies->items[i], money ? money->spend_high : 0 };
	}
	qsort(ranked, tallies->n, sizeof(*ranked), by_size);
	return ranked;
}

static struct cell
models_cell(struct answer *answer, const struct tally *tally)
{
	struct str text = STR_INIT;
	for (size_t i = 0; i < tally->names_n; i++) {
		str_puts(&text, i ? "\n" : "");
		str_slice(&text, tally->names[i].name);
	}
	if (tally->names_n == 1 && !text.n) {
		str_free(&text);
		return cell_none("no model named");
	}
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static struct cell
percentile_cell(const struct tally *tally, int dist, int percent, const char *missing)
{
	int64_t value = tally->dists ? dist_percentile(&tally->dists[dist], percent) : -1;
	return value < 0 ? cell_none(missing) : cell_count(value);
}

static struct cell
peak_cell(struct answer *answer, const struct tally *tally)
{
	int best = -1;
	for (int i = 0; i < 24; i++)
		if (tally->by_hour[i] > 0 && (best < 0 || tally->by_hour[i] > tally->by_hour[best]))
			best = i;
	if (best < 0)
		return cell_none("no hours are known: buckets of a day, or no times");
	return cell_textf(answer, "%02d:00", best);
}

static void
volume_cells(struct cell *row, const struct tally *tally, int64_t days, const char *no_days)
{
	static const char uncounted[] = "the files count no requests";
	int64_t tokens = tally_input(tally) + tally->tokens[TOKEN_OUTPUT] + tally->unsplit;
	bool known = tally->requests > 0;
	row[W_REQUESTS] =
		known || !tally->records ? cell_count(tally->requests) : cell_none(uncounted);
	row[W_PER_DAY] = !known ? cell_none(uncounted)
			 : days ? cell_decimal((femto_t)tally->requests * FEMTO_PER_UNIT / days)
				: cell_none(no_days);
	row[W_PER_CALL] = known && (tally->with_tokens || tally->unsplit)
				  ? cell_decimal((femto_t)tokens * FEMTO_PER_UNIT / tally->requests)
				  : cell_none(known ? "no tokens are known" : uncounted);
	bool split = tally_split(tally);
	const char *unsplit = tally->unsplit ? "the tokens are not split into input and output"
					     : "no tokens are known";
	row[W_INPUT] = split ? cell_count(tally_input(tally)) : cell_none(unsplit);
	row[W_CACHED] = split ? cell_count(tally->tokens[TOKEN_CACHE_READ]) : cell_none(unsplit);
	row[W_OUTPUT] = split ? cell_count(tally->tokens[TOKEN_OUTPUT]) : cell_none(unsplit);
}

static void
profile_cells(struct answer *answer, struct cell *row, const struct tally *tally)
{
	static const char single[] = "only known where each request is logged";
	row[W_P50] = percentile_cell(tally, DIST_CONTEXT, 50, single);
	row[W_P95] = percentile_cell(tally, DIST_CONTEXT, 95, single);
	row[W_OUT95] = percentile_cell(tally, DIST_OUTPUT, 95, single);
	row[W_LAT50] = percentile_cell(tally, DIST_LATENCY, 50, "no latency is logged");
	row[W_LAT95] = percentile_cell(tally, DIST_LATENCY, 95, "no latency is logged");
	row[W_PEAK] = peak_cell(answer, tally);
}

static void
verdict_cells(struct audit_report *report, struct cell *row, struct slice name)
{
	static const char none[] = "no policy was asked";
	const struct decision *decision = rulings_find(report->rulings, name);
	row[W_VERDICT] = report->rulings ? verdict_cell(report->answer, decision) : cell_none(none);
	row[W_MODIFIER] =
		report->rulings ? modifier_cell(report->answer, decision) : cell_none(none);
	row[W_CONFIDENCE] = report->rulings ? confidence_cell(decision) : cell_none(none);
	row[W_RULES] = report->rulings ? deciding_cell(report->answer, decision) : cell_none(none);
}

static const char *
basis_of(const struct money *money)
{
	bool listed = money->has_list && money->spend_high != money->billed;
	return money->has_billed ? (listed ? "billed and list" : "billed") : "list";
}

static void
cost_cells(struct answer *answer, struct cell *row, const struct money *money, int64_t days,
	const char *no_days, femto_t whole)
{
	static const char none[] = "nothing is billed or priced here";
	if (!money || (!money->has_billed && !money->has_list)) {
		for (int i = W_COST; i <= W_SHARE; i++)
			row[i] = cell_none(
				money && money->has_included ? "covered by a subscription" : none);
		return;
	}
	bool range = money->spend_low != money->spend_high;
	row[W_COST] = cell_money(money->spend_low, money->currency);
	row[W_COST_HIGH] = range ? cell_money(money->spend_high, money->currency)
				 : cell_none("the cost is exact");
	row[W_BASIS] = cell_text(answer, slice_of(basis_of(money)));
	if (days) {
		row[W_MONTHLY] = cell_money(per_month(money->spend_low, days), money->currency);
		row[W_MONTHLY_HIGH] =
			range ? cell_money(per_month(money->spend_high, days), money->currency)
			      : cell_none("the cost is exact");
	} else {
		row[W_MONTHLY] = cell_none(no_days);
		row[W_MONTHLY_HIGH] = cell_none(no_days);
	}
	if (range) {
		struct str text = STR_INIT;
		struct cell *shown = days ? &row[W_MONTHLY] : &row[W_COST];
		money_text(&text, days ? per_month(money->spend_low, days) : money->spend_low,
			days ? per_month(money->spend_high, days) : money->spend_high,
			money->currency);
		shown->text = slice_copy(&answer->arena, str_as_slice(&text));
		str_free(&text);
	}
	row[W_SHARE] = whole > 0 && money->spend_high >= 0 ? cell_share(money->spend_high, whole)
							   : cell_none("of no positive total");
}

/* A difference comes from the other rows, and no records are its own. */
static void
gap_origins(struct answer *answer, struct table *table, bool range)
{
	static const struct {
		size_t column;
		const char *key, *of;
	} sums[] = { { W_REQUESTS, "requests", "requests" },
		{ W_INPUT, "input_tokens", "input_tokens" },
		{ W_OUTPUT, "output_tokens", "output_tokens" }, { W_COST, "cost", "spend" } };
	size_t row = table->rows_n - 1;
	for (size_t i = 0; i < HL_COUNT(sums); i++)
		answer_origin(answer, table, row, sums[i].column,
			"= {totals.%s} - others({workloads.%s})\n@records total", sums[i].of,
			sums[i].key);
	for (size_t i = W_COST; i <= W_COST_HIGH && range; i++)
		answer_origin(answer, table, row, i,
			"What all spending, a range, leaves over the workloads, low ends and high "
			"ends each taken for themselves.\n@records total");
}

/* What bills and usage exports hold beyond the logs, or the other way round: makes the rows add up. */
static void
add_gap(struct audit_report *report, struct table *table, const char *currency, int64_t days,
	const char *no_days, femto_t whole)
{
	const struct audit *audit = report->audit;
	const struct money *total = money_in(&audit->total, currency);
	femto_t low = total->spend_low, high = total->spend_high;
	int64_t requests = audit->total.requests, input = tally_input(&audit->total),
		output = audit->total.tokens[TOKEN_OUTPUT];
	for (size_t i = 0; i < audit->workloads.n; i++) {
		const struct tally *tally = &audit->workloads.items[i];
		const struct money *money = money_in(tally, currency);
		low -= money ? money->spend_low : 0;
		high -= money ? money->spend_high : 0;
		requests -= tally->requests;
		input -= tally_input(tally);
		output -= tally->tokens[TOKEN_OUTPUT];
	}
	if (!low && !high && !input && !output)
		return;
	bool beyond = low > 0 || (low == 0 && input + output > 0);
	const char *name = audit->mixed
				   ? (beyond ? WORKLOAD_NOT_LOGGED : WORKLOAD_NOT_BILLED)
				   : (beyond ? WORKLOAD_BEYOND_USAGE : WORKLOAD_UNBILLED_USAGE);
	struct tally gap = { .name = slice_of(name), .requests = requests > 0 ? requests : 0 };
	struct money money = { .has_billed = true,
		.billed = low,
		.spend_low = low < high ? low : high,
		.spend_high = low < high ? high : low };
	memcpy(money.currency, currency, 3);
	struct cell *row = table_row(table);
	row[W_NAME] = cell_text(report->answer, gap.name);
	row[W_MODELS] = cell_none("the difference between what is billed and what is logged");
	row[W_SOURCE] = cell_text(report->answer, SLICE("difference"));
	volume_cells(row, &gap, days, no_days);
	if (!gap.requests)
		row[W_REQUESTS] = row[W_PER_DAY] = cell_none("not known for a difference");
	row[W_INPUT] = input >= 0 ? cell_count(input)
				  : cell_none("more is logged than the provider's export says");
	row[W_OUTPUT] = output >= 0 ? cell_count(output)
				    : cell_none("more is logged than the provider's export says");
	row[W_CACHED] = cell_none("not known for a difference");
	profile_cells(report->answer, row, &gap);
	verdict_cells(report, row, gap.name);
	cost_cells(report->answer, row, &money, days, no_days, whole);
	row[W_BASIS] = cell_text(report->answer, SLICE("difference"));
	gap_origins(report->answer, table, low != high);
}

static void
add_workload(struct audit_report *report, struct table *table, const struct tally *tally,
	const char *currency, int64_t days, const char *no_days, femto_t whole)
{
	const struct money *money = currency ? money_in(tally, currency) : NULL;
	const struct money *other = main_money(tally);
	struct cell *row = table_row(table);
	row[W_NAME] = cell_text(report->answer, tally->name);
	row[W_MODELS] = models_cell(report->answer, tally);
	row[W_SOURCE] = cell_text(report->answer, slice_of(tally->name_source));
	volume_cells(row, tally, days, no_days);
	if (tally->unsplit)
		answer_origin(report->answer, table, table->rows_n - 1, W_PER_CALL,
			"All tokens, those without a direction too, over the requests.\n"
			"@records workload {name}");
	profile_cells(report->answer, row, tally);
	verdict_cells(report, row, tally->name);
	if (money && (money->has_billed || money->has_list))
		cost_cells(report->answer, row, money, days, no_days, whole);
	else
		cost_cells(report->answer, row, other, days, no_days, 0);
}

void
report_workloads(struct audit_report *report)
{
	const struct audit *audit = report->audit;
	const char *no_days;
	int64_t days = audit_days(report, &no_days);
	const struct money *money = main_money(&audit->total);
	const char *currency = money ? money->currency : NULL;
	const struct column *shown = days ? columns : columns_without_month(report->answer);
	struct table *table = answer_table(report->answer, "workloads", NULL, shown, WORKLOADS);
	table->most = ROWS_FOR_PEOPLE;
	struct ranked *ranked = rank(&audit->workloads, currency);
	femto_t whole = money ? money->spend_high : 0;
	for (size_t i = 0; i < audit->workloads.n; i++)
		add_workload(report, table, ranked[i].tally, currency, days, no_days, whole);
	if (money)
		add_gap(report, table, currency, days, no_days, whole);
	free(ranked);
	if (money && money->spend_low == money->spend_high)
		(void)answer_round_column(
			table, days ? W_MONTHLY : W_COST, 2, days ? per_month(whole, days) : whole);
	if (money && whole > 0)
		(void)answer_round_column(table, W_SHARE, 2, FEMTO_PER_UNIT);
}
