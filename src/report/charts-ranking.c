/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which workloads and models cost most, and whose answers take longest. */
#include "config.h"

#include <stdlib.h>

#include "base/estimate.h"
#include "report/charts.h"
#include "report/parts.h"

/* ---- what costs most ---- */

struct rank {
	struct slice name;
	femto_t low, high; /* of the whole time */
	/* a month, or of the whole time, in cents that add up; and its share, in hundredths that do */
	femto_t shown, share;
};

struct ranking {
	struct rank *items; /* the largest first */
	size_t n;
	size_t joined; /* how many the last one stands for; 0: it is one like all others */
	femto_t low, high;
	int64_t days; /* 0: not known */
	const char *currency;
};

static int
by_name(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;
	return slice_compare(a->name, b->name);
}

static int
by_size(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;
	if (a->high != b->high)
		return a->high > b->high ? -1 : 1;
	return slice_compare(a->name, b->name);
}

/* One item for each name. */
static void
join(struct ranking *ranking)
{
	size_t n = 0;
	qsort(ranking->items, ranking->n, sizeof(*ranking->items), by_name);
	for (size_t i = 0; i < ranking->n; i++) {
		struct rank *last = n ? &ranking->items[n - 1] : NULL;
		if (last && slice_eq(last->name, ranking->items[i].name)) {
			last->low += ranking->items[i].low;
			last->high += ranking->items[i].high;
		} else {
			ranking->items[n++] = ranking->items[i];
		}
	}
	ranking->n = n;
}

static femto_t
monthly(const struct ranking *ranking, femto_t amount)
{
	return ranking->days ? per_month(amount, ranking->days) : amount;
}

/* To cents and percents that add up to the total, as tables of an answer have them. */
static void
round_up(struct ranking *ranking)
{
	static const struct column columns[] = { { .key = "cost" }, { .key = "share" } };
	struct answer scratch;
	answer_init(&scratch, "scratch");
	struct table *table = answer_table(&scratch, "rows", NULL, columns, HL_COUNT(columns));
	bool shares = ranking->high > 0;
	for (size_t i = 0; i < ranking->n; i++) {
		femto_t high = ranking->items[i].high;
		struct cell *row = table_row(table);
		row[0] = cell_money(monthly(ranking, high), ranking->currency);
		row[1] = shares && high >= 0 ? cell_share(high, ranking->high)
					     : cell_none("of no positive total");
	}
	(void)answer_round_column(table, 0, 2, monthly(ranking, ranking->high));
	(void)answer_round_column(table, 1, 2, FEMTO_PER_UNIT);
	for (size_t i = 0; i < ranking->n; i++) {
		const struct cell *row = &table->cells[2 * i];
		ranking->items[i].shown = row[0].rounded ? row[0].shown : row[0].amount;
		ranking->items[i].share = row[1].rounded ? row[1].shown : row[1].amount;
	}
	answer_free(&scratch);
}

/* The smallest of many become one, before anything is rounded. */
static void
join_others(struct ranking *ranking)
{
	struct rank *others = &ranking->items[CHARTS_ROWS];
	if (ranking->n <= CHARTS_ROWS + 1)
		return;
	for (size_t i = CHARTS_ROWS + 1; i < ranking->n; i++) {
		others->low += ranking->items[i].low;
		others->high += ranking->items[i].high;
	}
	ranking->joined = ranking->n - CHARTS_ROWS;
	ranking->n = CHARTS_ROWS + 1;
}

/* By workload, or by model. */
static void
ranking_make(struct ranking *ranking, const struct charts *charts, bool models)
{
	const struct history *history = charts->history;
	*ranking = (struct ranking){ .days = charts->days, .currency = history->currency };
	ranking->items = xcalloc(history->cells_n + 1, sizeof(*ranking->items));
	for (size_t i = 0; i < history->cells_n; i++) {
		const struct history_cell *cell = &history->cells[i];
		/* of a difference the low end may be the higher one */
		bool turned = cell->spend_low > cell->spend_high;
		struct rank rank = { .name = models ? cell->model : cell->workload,
			.low = turned ? cell->spend_high : cell->spend_low,
			.high = turned ? cell->spend_low : cell->spend_high };
		ranking->low += cell->spend_low;
		ranking->high += cell->spend_high;
		if (models && !cell->model.n)
			rank.name = SLICE("(no model named)");
		if (rank.low || rank.high)
			ranking->items[ranking->n++] = rank;
	}
	join(ranking);
	qsort(ranking->items, ranking->n, sizeof(*ranking->items), by_size);
	join_others(ranking);
	round_up(ranking);
}

static struct slice
kept(struct chart *chart, struct str *text)
{
	struct slice slice = chart_printf(chart, "%s", str_text(text));
	str_free(text);
	return slice;
}

static int64_t
percents(femto_t share)
{
	return (int64_t)(num_round(share, 2) / (FEMTO_PER_UNIT / 100));
}

/* "$86.43 (31 %)" */
static void
add_bar(struct chart *chart, const struct ranking *ranking, const struct rank *rank)
{
	struct str text = STR_INIT;
	/* what is less than a cent is not nothing */
	femto_t amount = rank->shown ? rank->shown : monthly(ranking, rank->high);
	money_text(&text, amount, amount, ranking->currency);
	int64_t percent = percents(rank->share);
	if (ranking->high > 0 && rank->high > 0)
		str_printf(&text, percent ? " (%lld %%)" : " (<1 %%)", (long long)percent);
	chart_add_amount_bar(chart, rank->name, monthly(ranking, rank->high))->high_label =
		kept(chart, &text);
}

static void
add_bars(struct chart *chart, struct ranking *ranking)
{
	if (ranking->joined)
		ranking->items[ranking->n - 1].name =
			chart_printf(chart, "others (%zu)", ranking->joined);
	for (size_t i = 0; i < ranking->n; i++)
		add_bar(chart, ranking, &ranking->items[i]);
}

/* "internal summarization is 33 % of ", or where even the largest is small "the 10 dearest of 200 are 5 % of " */
static void
name_leader(const struct ranking *ranking, struct str *out)
{
	enum { SMALL = 5 };
	const struct rank *first = &ranking->items[0];
	femto_t sum = 0;
	for (int i = 0; i < CHARTS_ROWS && ranking->joined; i++)
		sum += ranking->items[i].share;
	if (ranking->joined && percents(first->share) < SMALL)
		str_printf(out, "The %d dearest of %zu are %lld %% of ", (int)CHARTS_ROWS,
			ranking->joined + CHARTS_ROWS, (long long)percents(sum));
	else
		str_printf(out, SLICE_FMT " is %lld %% of ", SLICE_ARG(first->name),
			(long long)percents(first->share));
}

/* What time the amounts stand for. */
static void
put_time_of(const struct charts *charts, const struct ranking *ranking, struct str *out)
{
	char days[NUM_TEXT];
	if (ranking->days)
		str_printf(out, "a month of 30 days, from %s day%s of data",
			num_count(days, ranking->days), ranking->days == 1 ? "" : "s");
	else if (charts->history->first_day != DAY_NONE)
		str_puts(out, "of all the data, which is too short for a month");
	else
		str_puts(out, "of all the data, whose time is not known");
}

static void
name_ranking(struct chart *chart, const struct charts *charts, const struct ranking *ranking)
{
	const struct rank *first = &ranking->items[0];
	const char *what = ranking->days ? " a month" : "";
	const struct tally *all = &charts->audit->total;
	const struct money *money = money_in(all, ranking->currency);
	struct str total = STR_INIT, subtitle = STR_INIT, leader = STR_INIT;
	bool bound = money && is_lower_bound(all, money), several = ranking->n > 1;
	bool leads = several && ranking->high > 0 && first->high > 0;
	if (bound)
		str_puts(&total, leads ? "at least " : "At least ");
	money_text(&total, monthly(ranking, ranking->low), monthly(ranking, ranking->high),
		ranking->currency);
	if (leads)
		name_leader(ranking, &leader);
	chart->title = chart_printf(chart, "%s%s%s", str_text(&leader), str_text(&total), what);
	str_free(&leader);
	put_time_of(charts, ranking, &subtitle);
	if (ranking->low != ranking->high)
		str_puts(&subtitle, "; where a cost is not exact, what it is at most");
	for (int i = 0; i < charts->history->others_n; i++)
		str_printf(&subtitle, "%s%s", i ? ", " : "; without what is in ",
			charts->history->others[i]);
	chart->subtitle = kept(chart, &subtitle);
	chart->x = (struct chart_axis){ .quantity = CHART_MONEY,
		.label = ranking->days ? SLICE("spend a month") : SLICE("spend"),
		.from_zero = true };
	memcpy(chart->x.currency, ranking->currency, 3);
	str_free(&total);
}

static bool
draw_ranking(const struct charts *charts, bool models, struct chart *chart, const char **why)
{
	struct ranking ranking;
	ranking_make(&ranking, charts, models);
	chart_init(chart, CHART_BARS, models ? "models" : "workloads");
	bool any = ranking.n > 0;
	if (any) {
		name_ranking(chart, charts, &ranking);
		chart->y.label = models ? SLICE("model") : SLICE("workload");
		add_bars(chart, &ranking);
	}
	*why = "nothing of it is billed, and nothing has a price";
	free(ranking.items);
	return any;
}

bool
charts_workloads(const struct charts *charts, struct chart *chart, const char **why)
{
	return draw_ranking(charts, false, chart, why);
}

bool
charts_models(const struct charts *charts, struct chart *chart, const char **why)
{
	return draw_ranking(charts, true, chart, why);
}

/* ---- whose answers take longest ---- */

enum { OF_HALF = 50, OF_MOST = 95, SECONDS_FROM = 2000 };

struct wait {
	struct slice name;
	struct dist dist;
	int64_t half, most, slowest; /* ms, upper ends of classes */
};

static void
wait_settle(struct wait *wait)
{
	wait->half = dist_percentile(&wait->dist, OF_HALF);
	wait->most = dist_percentile(&wait->dist, OF_MOST);
	wait->slowest = dist_percentile(&wait->dist, 100);
}

static int
by_wait(const void *left, const void *right)
{
	const struct wait *a = left, *b = right;
	if (a->most != b->most)
		return a->most > b->most ? -1 : 1;
	if (a->half != b->half)
		return a->half > b->half ? -1 : 1;
	return slice_compare(a->name, b->name);
}

/* Those that are logged with a latency, the slowest first; the last of many stand for all others. */
static size_t
waits_make(struct wait *waits, const struct audit *audit, int64_t *requests, size_t *joined)
{
	size_t n = 0;
	*requests = 0;
	for (size_t i = 0; i < audit->workloads.n; i++) {
		const struct tally *tally = &audit->workloads.items[i];
		if (!tally->dists || dist_total(&tally->dists[DIST_LATENCY]) <= 0)
			continue;
		struct wait *wait = &waits[n++];
		*wait = (struct wait){ .name = tally->name, .dist = tally->dists[DIST_LATENCY] };
		*requests += dist_total(&wait->dist);
		wait_settle(wait);
	}
	qsort(waits, n, sizeof(*waits), by_wait);
	*joined = n > CHARTS_ROWS + 1 ? n - CHARTS_ROWS : 0;
	for (size_t i = CHARTS_ROWS + 1; i < n && *joined; i++)
		for (int k = 0; k < DIST_ENDS; k++)
			waits[CHARTS_ROWS].dist.counts[k] += waits[i].dist.counts[k];
	if (*joined)
		wait_settle(&waits[CHARTS_ROWS]);
	return *joined ? CHARTS_ROWS + 1 : n;
}

/* "640", "4.2": in ms or s. */
static void
put_time(struct str *out, int64_t ms, bool seconds)
{
	char text[NUM_TEXT];
	int64_t size = seconds ? ms : ms * 1000;
	int decimals = size < 10000 ? 2 : size < 100000 ? 1 : 0;
	femto_t amount = (femto_t)ms * (seconds ? FEMTO_PER_UNIT / 1000 : FEMTO_PER_UNIT);
	str_puts(out, num_print(text, amount, 0, decimals, true));
}

static double
time_value(int64_t ms, bool seconds)
{
	return ms == INT64_MAX ? UNBOUNDED : (double)ms / (seconds ? 1000 : 1);
}

/* "10.2", and at the end of the bar "20.5, 41"; what is beyond all classes is called chart.beyond. */
static void
add_wait(struct chart *chart, const struct wait *wait, struct slice name, bool seconds)
{
	struct str half = STR_INIT, most = STR_INIT;
	if (wait->half != INT64_MAX)
		put_time(&half, wait->half, seconds);
	if (wait->most != INT64_MAX) {
		put_time(&most, wait->most, seconds);
		str_puts(&most, wait->slowest == INT64_MAX ? "" : ", ");
	}
	if (wait->slowest != INT64_MAX)
		put_time(&most, wait->slowest, seconds);
	struct chart_bar *bar = chart_add_bar(
		chart, name, time_value(wait->half, seconds), time_value(wait->most, seconds));
	bar->low_label = kept(chart, &half);
	bar->high_label = kept(chart, &most);
}

static void
name_waits(struct chart *chart, const struct wait *first, int64_t requests, bool seconds)
{
	char count[NUM_TEXT];
	struct str most = STR_INIT;
	if (first->most == INT64_MAX) {
		str_puts(&most, "a year");
	} else {
		str_puts(&most, "about ");
		put_time(&most, first->most, seconds);
		str_puts(&most, seconds ? " s" : " ms");
	}
	chart->title = chart_printf(chart, "5 of 100 answers of " SLICE_FMT " take longer than %s",
		SLICE_ARG(first->name), str_text(&most));
	chart->subtitle = chart_printf(chart,
		"half, 95 of 100 and the slowest of %s logged requests; a time is in truth at most "
		"1/8 "
		"less",
		num_count(count, requests));
	chart->x = (struct chart_axis){ .quantity = CHART_NUMBER,
		.label = seconds ? SLICE("seconds") : SLICE("milliseconds"),
		.from_zero = true };
	chart->y.label = SLICE("workload");
	chart->beyond = SLICE("over a year");
	chart->low_side = SLICE("half of the requests");
	chart->high_side = SLICE("95 of 100");
	str_free(&most);
}

bool
charts_latency(const struct charts *charts, struct chart *chart, const char **why)
{
	const struct audit *audit = charts->audit;
	struct wait *waits = xcalloc(audit->workloads.n + 1, sizeof(*waits));
	int64_t requests;
	size_t joined, n = waits_make(waits, audit, &requests, &joined);
	bool seconds = n && waits[0].most >= SECONDS_FROM;
	chart_init(chart, CHART_BARS, "latency");
	*why = "no log of it says how long an answer took";
	if (n)
		name_waits(chart, &waits[0], requests, seconds);
	for (size_t i = 0; i < n; i++)
		add_wait(chart, &waits[i],
			joined && i == CHARTS_ROWS ? chart_printf(chart, "others (%zu)", joined)
						   : waits[i].name,
			seconds);
	free(waits);
	return n > 0;
}
