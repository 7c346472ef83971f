/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When bytes come, against the log of the server that wrote them; and a wait that ends when it should. */
#include "config.h"

#include <math.h>

#include "fakes.h"
#include "streams.h"

static const int64_t ns_per_ms = 1000000;

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

enum { RUNS = 7, TOKENS = 40 };

/* How late a run's events were seen, how far off its TTFT and its TPOT are; by the server's log. */
struct off {
	int64_t late[RUNS * TOKENS], ttft[RUNS];
	double tpot[RUNS];
};

static void
compare_times(const struct seen *seen, const cJSON *lines, int run, struct off *off)
{
	const cJSON *line;
	int64_t request = -1, first = -1, last = -1;
	size_t n = 0;
	cJSON_ArrayForEach(line, lines)
	{
		int64_t t = fake_number(line, "t");
		if (fake_number(line, "req") != run + 1)
			continue;
		if (fake_is(line, "request"))
			request = t;
		if (!fake_is(line, "text"))
			continue;
		assert_true(n < seen->n && n < TOKENS);
		off->late[run * TOKENS + (int)n] = seen->at[n] - t;
		assert_true(seen->at[n] >= t);
		n++;
		first = first < 0 ? t : first;
		last = t;
	}
	assert_int_equal(n, TOKENS);
	assert_int_equal(n, seen->n);
	assert_true(request >= seen->result.sent_ns);
	off->ttft[run] = (seen->at[0] - seen->result.sent_ns) - (first - request);
	off->tpot[run] = (double)(seen->at[n - 1] - seen->at[0]) / (double)(last - first) - 1;
}

enum { LOOKS = 4 }; /* what another program does to one of them is not ours */

/* The middle ones are in time. */
static bool
are_near(struct off *off)
{
	int near = 0;
	qsort(off->late, HL_COUNT(off->late), sizeof(int64_t), compare);
	qsort(off->ttft, RUNS, sizeof(int64_t), compare);
	assert_true(off->ttft[0] >= 0);
	for (int i = 0; i < RUNS; i++)
		near += fabs(off->tpot[i]) < 0.02;
	return off->late[RUNS * TOKENS / 2] < ns_per_ms && off->ttft[RUNS / 2] < 2 * ns_per_ms &&
	       near > RUNS / 2;
}

static bool
times_are_near(void)
{
	struct fake fake;
	fake_start(&fake, (const char *const[]){ "ttft=40", "tpot=4", NULL });
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	struct seen seen[RUNS] = { { .most_pieces = 0 } };
	struct http_request request = chat(&fake, "", TOKENS, url, &body);
	for (int i = 0; i < RUNS; i++) {
		see(http, &request, &seen[i]);
		http_run_all(http, NULL);
		const struct http_result *result = &seen[i].result;
		assert_int_equal(result->fault, HTTP_OK);
		assert_int_equal(seen[i].reply.counts.completion, TOKENS);
		assert_true(result->started_ns <= result->sent_ns);
		assert_true(result->sent_ns <= result->headers_ns);
		assert_true(result->headers_ns <= seen[i].first);
		assert_true(seen[i].at[TOKENS - 1] <= result->end_ns);
		assert_int_equal(result->connect_ns > 0, i == 0);
		assert_string_equal(result->server, "llama.cpp");
		assert_string_equal(result->type, "text/event-stream");
	}
	http_free(http);
	fake_end(&fake);
	cJSON *lines = fake_log(&fake);
	struct off off;
	for (int i = 0; i < RUNS; i++) {
		compare_times(&seen[i], lines, i, &off);
		forget(&seen[i]);
	}
	bool near = are_near(&off);
	cJSON_Delete(lines);
	fake_free(&fake);
	str_free(&body);
	return near;
}

static void
test_times(void **state)
{
	(void)state;
	bool near = false;
	for (int look = 0; look < LOOKS && !near; look++)
		near = times_are_near();
	assert_true(near);
}

/* A step ends when it was told to, to half a millisecond or so. */
static bool
steps_end_in_time(void)
{
	struct http *http = client(&(struct http_options){ .key = NULL });
	int64_t late[21];
	for (size_t i = 0; i < HL_COUNT(late); i++) {
		int64_t until = http_now() + 2 * ns_per_ms + ns_per_ms / 2;
		assert_int_equal(http_step(http, until), 0);
		late[i] = http_now() - until;
		assert_true(late[i] >= 0);
	}
	qsort(late, HL_COUNT(late), sizeof(*late), compare);
	http_free(http);
	return late[HL_COUNT(late) / 2] < ns_per_ms;
}

static void
test_step(void **state)
{
	(void)state;
	bool good = false;
	for (int look = 0; look < LOOKS && !good; look++)
		good = steps_end_in_time();
	assert_true(good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_step),
	};
	return cmocka_run_group_tests_name("timing", tests, NULL, NULL);
}
