/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Percentiles, intervals and lengths.  With the argument "cases" the program prints cases and answers as
 * JSON lines, which tests/data/stats.py holds against Python's own statistics.
 */
#include "config.h"

#include "probe/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/mem.h"
#include "probe/lengths.h"

static uint64_t
random_bits(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static double
random_share(uint64_t *state)
{
	return (double)random_bits(state) / 2147483648.0;
}

static void
test_nothing(void **state)
{
	(void)state;
	struct summary s;
	double one[] = { 7 };
	stats_summarize(one, 0, &s);
	assert_int_equal(s.n, 0);
	assert_true(isnan(s.mean) && isnan(s.p50) && isnan(s.low) && isnan(s.cov));
	assert_true(isnan(stats_half_width(&s)));
	stats_summarize(one, 1, &s);
	assert_true(s.p50 == 7 && s.mean == 7 && s.least == 7 && s.most == 7);
	assert_true(isnan(s.p90) && isnan(s.cov) && isnan(s.high));
}

/* What a few values cannot say is not said. */
static void
test_hidden(void **state)
{
	(void)state;
	double values[100];
	for (size_t n = 1; n <= 100; n++) {
		struct summary s;
		for (size_t i = 0; i < n; i++)
			values[i] = (double)(n - i);
		stats_summarize(values, n, &s);
		assert_int_equal(isnan(s.p90) != 0, n < 10);
		assert_int_equal(isnan(s.p99) != 0, n < 100);
		assert_int_equal(isnan(s.low) != 0, n < 6);
		assert_true(s.p50 == ((double)n + 1) / 2 && s.mean == s.p50);
	}
}

/* Known ranks of the interval, from tables (Conover, Practical Nonparametric Statistics, and by hand). */
static void
test_ranks(void **state)
{
	(void)state;
	static const size_t known[][2] = { { 5, 0 }, { 6, 1 }, { 8, 1 }, { 9, 2 }, { 12, 3 },
		{ 20, 6 }, { 25, 8 }, { 50, 18 }, { 100, 40 } };
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_int_equal(stats_median_rank(known[i][0]), known[i][1]);
	/* where 2^-n is nothing, the normal approximation is good to a rank */
	for (size_t n = 2000; n <= 200000; n *= 10) {
		double rank = (double)n / 2 - 1.959964 * sqrt((double)n) / 2;
		assert_true(fabs((double)stats_median_rank(n) - rank) < 1.5);
	}
}

/* The interval holds the true median in 95 of 100 cases or a little more, whatever the distribution. */
static void
test_coverage(void **state)
{
	(void)state;
	uint64_t seed = 5;
	static const size_t sizes[] = { 6, 11, 30, 101 };
	for (size_t k = 0; k < 4; k++)
		for (int shape = 0; shape < 2; shape++) {
			int held = 0;
			double truth = shape ? log(2) : 0.5;
			for (int trial = 0; trial < 4000; trial++) {
				double values[101];
				struct summary s;
				for (size_t i = 0; i < sizes[k]; i++) {
					double u = random_share(&seed);
					values[i] = shape ? -log(1 - u) : u;
				}
				stats_summarize(values, sizes[k], &s);
				held += s.low <= truth && truth <= s.high;
			}
			assert_in_range(held, 3760, 3990); /* 95 to 98.8 %, and chance */
		}
}

/* A spread that is small beside the values is not lost. */
static void
test_digits(void **state)
{
	(void)state;
	double values[] = { 1e9 + 1, 1e9 + 2, 1e9 + 3 };
	struct summary s;
	stats_summarize(values, 3, &s);
	assert_true(s.mean == 1e9 + 2);
	assert_true(fabs(s.cov * s.mean - 1) < 1e-9);
}

/* Lengths of a kind each: alike, two far apart, long tails, even ones, a few values, most alike. */
enum { KINDS = 6 };
static int64_t
length_of(int kind, double u)
{
	static const int64_t few[] = { 500, 700, 701, 1200 };
	switch (kind) {
	case 0:
		return 800;
	case 1:
		return (int64_t)(u < 0.5 ? 100 + 20 * u : 20000 + 9000 * u);
	case 2:
		return (int64_t)(50 * exp(2.5 * u * u * u * 3));
	case 3:
		return (int64_t)(1 + 4000 * u);
	case 4:
		return few[(int)(u * 4)];
	default:
		return (int64_t)(u < 0.9 ? 300 : 301 + 30000 * u);
	}
}

/* 'alike': long prompts have long answers. */
static void
make_pool(struct length_pool *pool, size_t n, int kind, int other, bool alike, uint64_t *seed)
{
	struct request_sizes sizes = { 0 };
	for (size_t i = 0; i < n; i++) {
		double u = random_share(seed), v = alike ? u : random_share(seed);
		int64_t count = random_bits(seed) % 4 ? 1 : 3;
		sizes.items = xgrow(sizes.items, &sizes.size, sizes.n, sizeof(*sizes.items));
		sizes.items[sizes.n++] =
			(struct request_size){ length_of(kind, u), length_of(other, v), count };
	}
	length_pool_make(pool, &sizes);
	request_sizes_free(&sizes);
}

/* From the 200th on, wherever it starts and whichever part is looked at, what was drawn is distributed as
 * the workload is, prompts as well as answers. */
static void
test_lengths_follow(void **state)
{
	(void)state;
	static const size_t many[] = { 1, 7, 400, 3000, SIZES_MOST };
	uint64_t seed = 11;
	for (int kind = 0; kind < KINDS * KINDS * 2; kind++)
		for (size_t m = 0; m < HL_COUNT(many); m++) {
			struct length_pool pool;
			make_pool(&pool, many[m], kind % KINDS, kind / KINDS % KINDS,
				kind >= KINDS * KINDS, &seed);
			struct lengths lengths = { .pool = &pool, .start = random_share(&seed) };
			uint64_t from = random_bits(&seed) % 100000;
			int64_t sent[500], got[500];
			size_t n = 200 + random_bits(&seed) % 300;
			for (size_t i = 0; i < n; i++) {
				struct length drawn = lengths_draw(&lengths, from + i);
				sent[i] = drawn.prompt;
				got[i] = drawn.output;
				assert_false(drawn.cut);
			}
			assert_true(lengths_distance(&pool, LENGTH_PROMPT, sent, n) < 0.05);
			assert_true(lengths_distance(&pool, LENGTH_OUTPUT, got, n) < 0.05);
			length_pool_free(&pool);
		}
}

/* Prompts keep their own answers. */
static void
test_lengths_together(void **state)
{
	(void)state;
	uint64_t seed = 3;
	for (int alike = 0; alike < 2; alike++) {
		struct length_pool pool;
		make_pool(&pool, 2000, 3, 3, alike, &seed);
		struct lengths lengths = { .pool = &pool };
		int both = 0, first = 0;
		for (uint64_t i = 0; i < 400; i++) {
			struct length drawn = lengths_draw(&lengths, i);
			first += drawn.prompt > 2000;
			both += drawn.prompt > 2000 && drawn.output > 2000;
		}
		assert_in_range(first, 180, 220);
		if (alike)
			assert_int_equal(both, first);
		else
			assert_in_range(both, 80, 120);
		length_pool_free(&pool);
	}
}

static void
test_lengths_fit(void **state)
{
	(void)state;
	struct lengths lengths = { .prompt = 500, .output = 200, .context = 600 };
	struct length drawn = lengths_draw(&lengths, 0);
	assert_true(drawn.prompt == 500 && drawn.output == 100 && drawn.cut);
	lengths.context = 700;
	drawn = lengths_draw(&lengths, 0);
	assert_true(drawn.prompt == 500 && drawn.output == 200 && !drawn.cut);
	lengths.context = 300;
	drawn = lengths_draw(&lengths, 7);
	assert_true(drawn.prompt == 299 && drawn.output == 1 && drawn.cut);
	assert_false(lengths_vary(&lengths));
	assert_int_equal(lengths_median(&lengths), 500);
	assert_true(isnan(lengths_distance(NULL, LENGTH_PROMPT, NULL, 0)));
	/* an answer without tokens still is a request for one */
	struct request_size items[] = { { 800, 0, 5 }, { 10, 90, 3 }, { 20, 30, 1 } };
	struct request_sizes sizes = { items, 3, 3 };
	struct length_pool pool;
	length_pool_make(&pool, &sizes);
	lengths = (struct lengths){ .pool = &pool };
	assert_true(lengths_vary(&lengths));
	assert_int_equal(lengths_median(&lengths), 800);
	assert_true(fabs(pool.prompt - 4050.0 / 9) < 1e-9 && fabs(pool.output - 300.0 / 9) < 1e-9);
	for (uint64_t i = 0; i < 20; i++) {
		drawn = lengths_draw(&lengths, i);
		assert_int_equal(drawn.output, drawn.prompt == 800  ? 1
					       : drawn.prompt == 10 ? 90
								    : 30);
	}
	int64_t sent[] = { 800, 10 };
	assert_true(fabs(lengths_distance(&pool, LENGTH_PROMPT, sent, 2) - 1.0 / 6) < 1e-9);
	length_pool_free(&pool);
}

static void
print_values(const char *name, const double *values, size_t n)
{
	printf("\"%s\":[", name);
	for (size_t i = 0; i < n; i++)
		printf("%s%.17g", i ? "," : "", values[i]);
	printf("]");
}

static void
print_number(const char *name, double value)
{
	if (isnan(value))
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%.17g", name, value);
}

static void
print_summary(uint64_t *seed, size_t n)
{
	double *values = xcalloc(n, sizeof(*values));
	for (size_t i = 0; i < n; i++)
		values[i] = exp(4 * random_share(seed)) * (i % 7 ? 1 : 30);
	printf("{");
	print_values("values", values, n);
	struct summary s;
	stats_summarize(values, n, &s);
	print_number("mean", s.mean);
	print_number("p50", s.p50);
	print_number("p90", s.p90);
	print_number("p99", s.p99);
	print_number("low", s.low);
	print_number("high", s.high);
	print_number("cov", s.cov);
	printf("}\n");
	free(values);
}

static void
print_lengths(uint64_t *seed, int kind)
{
	struct length_pool pool;
	make_pool(&pool, 100 + random_bits(seed) % 1000, kind, (kind + 2) % KINDS, false, seed);
	struct lengths lengths = { .pool = &pool, .start = random_share(seed) };
	double drawn[200];
	int64_t sent[200];
	for (uint64_t i = 0; i < 200; i++) {
		sent[i] = lengths_draw(&lengths, i).prompt;
		drawn[i] = (double)sent[i];
	}
	printf("{");
	print_values("drawn", drawn, 200);
	printf(",\"of\":[");
	for (size_t i = 0; i < pool.n; i++)
		printf("%s[%lld,%lld]", i ? "," : "", (long long)pool.pairs[i].prompt,
			(long long)(pool.pairs[i].end - (i ? pool.pairs[i - 1].end : 0)));
	printf("]");
	print_number("distance", lengths_distance(&pool, LENGTH_PROMPT, sent, 200));
	printf("}\n");
	length_pool_free(&pool);
}

static int
print_cases(void)
{
	uint64_t seed = 17;
	for (size_t n = 1; n < 3000; n += 1 + n / 5)
		print_summary(&seed, n);
	for (int kind = 0; kind < KINDS; kind++)
		for (int i = 0; i < 4; i++)
			print_lengths(&seed, kind);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "cases"))
		return print_cases();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_ranks),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_lengths_follow),
		cmocka_unit_test(test_lengths_together),
		cmocka_unit_test(test_lengths_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
