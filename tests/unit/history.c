/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "worlds.h"
#include <cmocka.h>

#include "base/when.h"
#include "ledger/intake.h"

/* Files as people have them: bills, usage exports, logs, and several of them together. */
enum { FILES_MOST = 8 };
static const char *const sets[][FILES_MOST] = {
	{ "data/examples/openai-cost.csv" },
	{ "data/examples/requests.jsonl.gz" },
	{ "data/examples/openai-cost.csv", "data/examples/requests.jsonl.gz" },
	{ "tests/data/samples/anthropic-console-cost.csv",
		"tests/data/samples/anthropic-console-tokens.csv",
		"tests/data/samples/anthropic-messages.jsonl" },
	{ "tests/data/samples/aws-cur2-bedrock.csv",
		"tests/data/samples/bedrock-invocation.jsonl" },
	{ "tests/data/samples/azure-cost-details.csv", "tests/data/samples/focus-1.2.csv" },
	{ "tests/data/samples/gcp-billing-export.jsonl", "tests/data/samples/gcp-cost-table.csv",
		"tests/data/samples/gemini-generatecontent.jsonl" },
	{ "tests/data/samples/openai-costs-api.json",
		"tests/data/samples/openai-usage-completions-api.json",
		"tests/data/samples/openai-chat-completions.jsonl",
		"tests/data/samples/openai-responses.jsonl" },
	{ "tests/data/samples/deepseek-amount.csv", "tests/data/samples/deepseek-cost.csv",
		"tests/data/samples/openrouter-activity.csv",
		"tests/data/samples/openrouter-credits.json",
		"tests/data/samples/cursor-usage-events.csv" },
	{ "tests/data/samples" },
};

struct books {
	struct sources sources;
	struct pool pool;
	struct workload_rules rules;
	struct conf *conf;
	struct contract *contract;
	struct claims *claims;
	struct audit_options options;
};

static struct catalog *catalog;

/* What the files above made of a history; each has to come up. */
static struct seen {
	bool spread, undated, others, beyond, less, range;
} seen;

static int
load(void **state)
{
	struct err err = { 0 };
	const char *folder = getenv("HLLM_DATA_DIR");
	struct arena arena = { 0 };
	(void)state;
	const char *prices = slice_printf(&arena, "%s/prices.csv", folder ? folder : "data").p,
		   *aliases = slice_printf(&arena, "%s/aliases.csv", folder ? folder : "data").p;
	catalog = catalog_load(&prices, 1, &aliases, 1, &err);
	arena_free(&arena);
	if (!catalog)
		fail_msg("%s", err.text);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	catalog_free(catalog);
	return 0;
}

static void
open_books(struct books *books, const char *const *files, const char *conf)
{
	struct err err = { 0 };
	struct intake intake = { .reading = { .threads = 1 }, .options = "", .secret = 7 };
	const char *top = getenv("srcdir");
	*books = (struct books){ .conf = conf_load_text("t.conf", slice_of(conf), &err) };
	books->contract = books->conf ? contract_load(books->conf, &err) : NULL;
	if (!books->contract)
		fail_msg("%s", err.text);
	for (int i = 0; i < FILES_MOST && files[i]; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", top ? top : ".", files[i]);
		if (!intake_path(&intake, path, &books->sources, &err))
			fail_msg("%s", err.text);
	}
	str_free(&intake.skipped);
	if (!pool_of_sources(&books->pool, &books->sources, NULL, &err))
		fail_msg("%s", err.text);
	books->claims = claims_new(&books->pool);
	books->options = (struct audit_options){ .catalog = catalog,
		.contract = books->contract,
		.rules = &books->rules,
		.period = { INT64_MIN, INT64_MAX },
		.day_most = INT64_MAX,
		.claims = books->claims };
}

static void
close_books(struct books *books)
{
	claims_free(books->claims);
	pool_free(&books->pool);
	sources_free(&books->sources);
	contract_free(books->contract);
	conf_free(books->conf);
}

/* ---- the same by the audit ---- */

struct total {
	int64_t requests, tokens[TOKEN_KINDS], unsplit;
	femto_t list, low, high;
};

static void
add_cell(struct total *total, const struct history_cell *cell)
{
	total->requests += cell->requests;
	total->unsplit += cell->unsplit;
	total->low += cell->spend_low;
	total->high += cell->spend_high;
	total->list += cell->list_other;
	for (int k = 0; k < TOKEN_KINDS; k++) {
		total->tokens[k] += cell->tokens[k];
		total->list += cell->list[k];
	}
}

static struct total
of_tally(const struct tally *tally, const char *currency)
{
	struct total total = { .requests = tally->requests, .unsplit = tally->unsplit };
	memcpy(total.tokens, tally->tokens, sizeof(total.tokens));
	for (int i = 0; i < tally->money_n; i++) {
		const struct money *money = &tally->money[i];
		total.list += money->low;
		if (strcmp(money->currency, currency) != 0)
			continue;
		total.low = money->spend_low;
		total.high = money->spend_high;
	}
	return total;
}

static void
assert_same(const char *what, const struct total *got, const struct total *wanted)
{
	bool same = got->requests == wanted->requests && got->unsplit == wanted->unsplit &&
		    got->list == wanted->list && got->low == wanted->low &&
		    got->high == wanted->high &&
		    memcmp(got->tokens, wanted->tokens, sizeof(got->tokens)) == 0;
	char a[NUM_TEXT], b[NUM_TEXT], c[NUM_TEXT], d[NUM_TEXT];
	if (!same)
		fail_msg("%s: %s, list %s, %lld requests instead of %s, list %s, %lld", what,
			num_print(a, got->low, 2, 15, false), num_print(b, got->list, 2, 15, false),
			(long long)got->requests, num_print(c, wanted->low, 2, 15, false),
			num_print(d, wanted->list, 2, 15, false), (long long)wanted->requests);
}

static struct total
of_cells(const struct history *history, size_t from, size_t n, struct slice workload)
{
	struct total total = { 0 };
	for (size_t i = from; i < from + n; i++)
		if (!workload.p || (!history->cells[i].difference &&
					   slice_eq(history->cells[i].workload, workload)))
			add_cell(&total, &history->cells[i]);
	return total;
}

static void
check_workloads(const struct history *history, size_t from, size_t n, const struct audit *audit)
{
	for (size_t i = 0; i < audit->workloads.n; i++) {
		const struct tally *tally = &audit->workloads.items[i];
		struct total got = of_cells(history, from, n, tally->name),
			     wanted = of_tally(tally, history->currency);
		assert_same(tally->name.p, &got, &wanted);
	}
}

static int64_t
offset_at(const struct audit_options *options, int64_t ns)
{
	int64_t guess = options->zone_offset;
	if (options->zone_at) /* of the clock's time, not of UTC */
		guess = options->zone_at(ns / NS_PER_SECOND - options->zone_at(ns / NS_PER_SECOND));
	return guess * NS_PER_SECOND;
}

/* A month of the history is what an audit of that month says, and what has no time comes on top. */
static void
check_month(const struct history *history, struct books *books, int month, const struct total *none)
{
	struct audit audit;
	struct audit_options options = books->options;
	int64_t start = when_month_start(month), end = when_month_start(month + 1);
	options.period = (struct period){ start - offset_at(&options, start),
		end - offset_at(&options, end) };
	audit_run(&audit, &books->pool, &options);
	size_t n, first = history_month(history, month, &n);
	struct total got = of_cells(history, first, n, SLICE_NONE),
		     wanted = of_tally(&audit.total, history->currency);
	got.requests += none->requests;
	got.unsplit += none->unsplit;
	got.list += none->list;
	got.low += none->low;
	got.high += none->high;
	for (int k = 0; k < TOKEN_KINDS; k++)
		got.tokens[k] += none->tokens[k];
	assert_same("a month", &got, &wanted);
	assert_true(history_spend(history, month) + none->low == got.low);
	if (!none->requests && !none->low)
		check_workloads(history, first, n, &audit);
	audit_free(&audit);
}

/* Cells stand in order and no two are of the same; days too, and they add up to what has a time. */
static void
check_order(const struct history *history)
{
	femto_t dated = 0, spent = -history->undated;
	seen.spread |= history->spread != 0;
	seen.undated |= history->undated != 0;
	seen.others |= history->others_n > 0;
	int64_t first = DAY_NONE, last = DAY_NONE;
	for (size_t i = 0; i < history->cells_n; i++) {
		const struct history_cell *a = &history->cells[i], *b = a + 1;
		spent += a->spend_low;
		seen.beyond |= a->difference && slice_is(a->workload, WORKLOAD_NOT_LOGGED);
		seen.less |= a->difference && slice_is(a->workload, WORKLOAD_NOT_BILLED);
		seen.range |= !a->difference && a->spend_low < a->spend_high;
		if (i + 1 == history->cells_n || a->month < b->month)
			continue;
		int order = slice_compare(a->workload, b->workload);
		order = order ? order : a->difference - b->difference;
		order = order ? order : slice_compare(a->model, b->model);
		order = order ? order : a->no_model - b->no_model;
		assert_true(a->month == b->month && order < 0);
	}
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *of = &history->workloads[i];
		assert_true(of->days_n > 0);
		if (i)
			assert_true(slice_compare(of[-1].name, of->name) <= 0);
		for (size_t k = 0; k < of->days_n; k++) {
			int64_t day = of->days[k].day;
			dated += of->days[k].spend_low;
			assert_true(k == 0 || of->days[k - 1].day < day);
			first = first == DAY_NONE || day < first ? day : first;
			last = last == DAY_NONE || day > last ? day : last;
		}
	}
	assert_true(dated == spent);
	assert_true(history->first_day == first && history->last_day == last);
}

/* A day is what an audit of that day says, where no line stands for several. */
static void
check_days(const struct history *history, struct books *books, const struct total *none)
{
	if (history->first_day == DAY_NONE || history->spread || none->requests || none->low ||
		history->last_day - history->first_day > 400)
		return;
	for (int64_t day = history->first_day; day <= history->last_day; day++) {
		struct audit audit;
		struct audit_options options = books->options;
		int64_t start = day * NS_PER_DAY, end = start + NS_PER_DAY;
		options.period = (struct period){ start - offset_at(&options, start),
			end - offset_at(&options, end) };
		audit_run(&audit, &books->pool, &options);
		struct total wanted = of_tally(&audit.total, history->currency);
		struct history_day sum;
		history_sum_day(history, day, &sum);
		assert_true(sum.spend_low == wanted.low && sum.spend_high == wanted.high);
		assert_int_equal(sum.requests, wanted.requests);
		assert_int_equal(sum.unsplit, wanted.unsplit);
		assert_memory_equal(sum.tokens, wanted.tokens, sizeof(sum.tokens));
		audit_free(&audit);
	}
}

static void
check(struct books *books, const char *currency, bool days)
{
	struct history history;
	struct audit audit;
	history_make(&history, &books->pool, &books->options, currency);
	audit_run(&audit, &books->pool, &books->options);
	struct total all = of_cells(&history, 0, history.cells_n, SLICE_NONE),
		     wanted = of_tally(&audit.total, history.currency);
	assert_same("all", &all, &wanted);
	check_workloads(&history, 0, history.cells_n, &audit);
	size_t n, first = history_month(&history, MONTH_NONE, &n);
	struct total none = of_cells(&history, first, n, SLICE_NONE);
	assert_true(history.undated == none.low);
	check_order(&history);
	if (!history.others_n) {
		assert_int_equal(history.first_day, audit.first_day);
		assert_int_equal(history.last_day, audit.last_day);
	}
	for (size_t i = 0; i < history.cells_n; i++)
		if (history.cells[i].month != MONTH_NONE &&
			(i == 0 || history.cells[i - 1].month != history.cells[i].month))
			check_month(&history, books, history.cells[i].month, &none);
	if (days)
		check_days(&history, books, &none);
	audit_free(&audit);
	history_free(&history);
}

static void
test_audits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		struct books books;
		open_books(&books, sets[i], "");
		check(&books, NULL, true);
		check(&books, "EUR", false);
		close_books(&books);
	}
	assert_true(seen.spread && seen.undated && seen.others && seen.range);
	assert_true(seen.beyond && seen.less);
}

/* A line of a month: 31 days of October, and what does not divide is on the last. */
static void
test_spread(void **state)
{
	(void)state;
	struct world world;
	struct history history;
	struct history_day day;
	const int64_t first = when_days(2026, 10, 1);
	const femto_t all = 100 * FEMTO_PER_UNIT + 1;
	world_init(&world, "model,successor,kind,from,source\n");
	struct record rec = world_request(0, 0, 1000, 64);
	rec.origin = ORIGIN_INVOICE;
	rec.start = first * NS_PER_DAY;
	rec.width = 31 * NS_PER_DAY;
	rec.requests = 7;
	rec.has_billed = true;
	rec.billed = all;
	world_add(&world, rec);
	world_look(&world);
	history_make(&history, &world.pool, &world.options, NULL);
	assert_true(history.spread == all && history.undated == 0);
	assert_int_equal(history.first_day, first);
	assert_int_equal(history.last_day, first + 30);
	for (int i = 0; i < 31; i++) {
		history_sum_day(&history, first + i, &day);
		assert_true(day.spend_low == (i < 30 ? all / 31 : all - all / 31 * 30));
		assert_int_equal(day.tokens[TOKEN_UNCACHED_INPUT], i < 30 ? 32 : 40);
		assert_int_equal(day.tokens[TOKEN_OUTPUT], i < 30 ? 2 : 4);
		assert_int_equal(day.requests, i < 30 ? 0 : 7);
	}
	history_sum_day(&history, first + 31, &day);
	assert_true(day.spend_low == 0);
	assert_true(history_spend(&history, 2026 * 12 + 9) == all);
	history_free(&history);
	world_free(&world);
}

/* Clocks go back an hour on 25 October 2026 at 01:00 UTC. */
static int64_t
in_berlin(int64_t second)
{
	return second < when_days(2026, 10, 25) * 86400 + 3600 ? 7200 : 3600;
}

/* Days and months are those of the zone; buckets of a day have theirs already. */
static void
test_zones(void **state)
{
	(void)state;
	static const int64_t offsets[] = { 7200, -5 * 3600, 5 * 3600 + 1800, 14 * 3600 };
	struct books books;
	open_books(&books, sets[1], "");
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		books.options.zone_offset = offsets[i];
		check(&books, NULL, true);
	}
	close_books(&books);
	open_books(&books, sets[1], "");
	books.options.zone_offset = 7200;
	books.options.zone_at = in_berlin;
	check(&books, NULL, true);
	close_books(&books);
	for (size_t i = 0; i <= 2; i += 2) {
		open_books(&books, sets[i], "");
		books.options.zone_offset = -5 * 3600;
		check(&books, NULL, false);
		close_books(&books);
	}
}

/* Where a contract is in force nothing is taken as one sum. */
static void
test_contracts(void **state)
{
	(void)state;
	static const char conf[] = "discount \"d\" { percent = 12.5 }\n"
				   "subscription \"s\" { model = \"gpt-4o-mini*\" }\n";
	for (size_t i = 1; i <= 2; i++) {
		struct books books;
		open_books(&books, sets[i], conf);
		check(&books, NULL, true);
		close_books(&books);
	}
}

static void
assert_same_day(const struct history_day *a, const struct history_day *b)
{
	assert_true(a->requests == b->requests && a->unsplit == b->unsplit);
	assert_true(a->spend_low == b->spend_low && a->spend_high == b->spend_high);
	assert_memory_equal(a->tokens, b->tokens, sizeof(a->tokens));
}

/* The sum of the days from 'first' up to, not with, 'next'. */
static struct history_day
sum_days(const struct history *history, int64_t first, int64_t next)
{
	struct history_day sum = { 0 }, day;
	for (int64_t at = first; at < next; at++) {
		history_sum_day(history, at, &day);
		sum.requests += day.requests;
		sum.unsplit += day.unsplit;
		sum.spend_low += day.spend_low;
		sum.spend_high += day.spend_high;
		for (int k = 0; k < TOKEN_KINDS; k++)
			sum.tokens[k] += day.tokens[k];
	}
	return sum;
}

/* Returns how many days differ. */
static int
check_apart(struct books *books, const struct history *all, int64_t days_from)
{
	struct history history;
	int moved = 0;
	struct audit_options options = books->options;
	options.days_from = days_from;
	history_make(&history, &books->pool, &options, NULL);
	assert_int_equal(history.cells_n, all->cells_n);
	for (size_t i = 0; i < all->cells_n; i++) {
		struct history_cell *a = &history.cells[i], *b = &all->cells[i];
		assert_true(slice_eq(a->workload, b->workload) && slice_eq(a->model, b->model));
		assert_true(a->month == b->month && a->requests == b->requests);
		assert_memory_equal(a->tokens, b->tokens, sizeof(a->tokens));
		assert_memory_equal(a->list, b->list, sizeof(a->list));
		assert_true(a->spend_low == b->spend_low && a->spend_high == b->spend_high);
	}
	assert_true(history.undated == all->undated && history.spread == all->spread);
	assert_int_equal(history.first_day, all->first_day);
	assert_int_equal(history.last_day, all->last_day);
	for (int64_t day = all->first_day; day <= all->last_day; day++) {
		struct history_day a, b;
		history_sum_day(&history, day, &a);
		history_sum_day(all, day, &b);
		moved += a.requests != b.requests;
		if (day >= days_from)
			assert_same_day(&a, &b);
	}
	for (int month = when_month(all->first_day * NS_PER_DAY);
		month <= when_month(all->last_day * NS_PER_DAY); month++) {
		int64_t first = when_month_start(month) / NS_PER_DAY,
			next = when_month_start(month + 1) / NS_PER_DAY;
		struct history_day a = sum_days(&history, first, next),
				   b = sum_days(all, first, next);
		assert_same_day(&a, &b);
	}
	history_free(&history);
	return moved;
}

/* Where days need not be told apart, months are what they were, and so are the first and the last day. */
static void
test_undivided(void **state)
{
	(void)state;
	static const int64_t offsets[] = { 0, -5 * 3600, 14 * 3600 };
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		for (size_t k = 0; k < sizeof(offsets) / sizeof(*offsets); k++) {
			struct books books;
			struct history all;
			open_books(&books, sets[i], "");
			books.options.zone_offset = offsets[k];
			history_make(&all, &books.pool, &books.options, NULL);
			int64_t last = all.last_day;
			int moved = 0;
			if (last != DAY_NONE && last - all.first_day < 1000) {
				(void)check_apart(&books, &all, last);
				(void)check_apart(&books, &all, last - 31);
				moved = check_apart(&books, &all, INT64_MAX);
			}
			if (i == 1 && k == 0)
				assert_true(moved > 0);
			history_free(&all);
			close_books(&books);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audits),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_contracts),
		cmocka_unit_test(test_undivided),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
