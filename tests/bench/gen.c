/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen - writes made-up request logs, the same ones each time, to measure with.
 *
 *	gen log|csv|chat LINES [USERS [PROJECTS [DAYS]]]
 *
 * Requests in order of time, one in fifty of them written twice, of the DAYS (90) before 2026-10-03.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEPT = 512, ANSWER_MOST = 300 };

static uint64_t state = 20260705;

/* splitmix64: Steele, Lea, Flood 2014. */
static uint64_t
next(void)
{
	uint64_t x = state += 0x9E3779B97F4A7C15u;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

static uint64_t
below(uint64_t n)
{
	return (uint64_t)(((unsigned __int128)next() * n) >> 64);
}

/* About normal, of mean 0 and variance 1. */
static double
bell(void)
{
	double sum = 0;
	for (int i = 0; i < 12; i++)
		sum += (double)(next() >> 11) / 9007199254740992.0;
	return sum - 6;
}

/* How many there are of what requests are told apart by. */
struct size {
	uint64_t users, projects;
	int64_t lines, days;
};

struct choice {
	const char *name;
	unsigned weight; /* of 100 */
};

static const struct choice models[] = {
	{ "gpt-4o-mini", 22 },
	{ "gpt-4o", 14 },
	{ "claude-sonnet-4-20250514", 13 },
	{ "gpt-4.1-mini", 12 },
	{ "gpt-4.1", 8 },
	{ "claude-3-5-haiku-20241022", 7 },
	{ "gemini-2.5-flash", 7 },
	{ "o4-mini", 5 },
	{ "gemini-2.5-pro", 4 },
	{ "o3", 3 },
	{ "deepseek-chat", 3 },
	{ "claude-opus-4-20250514", 2 },
};

static const struct task {
	struct choice is;
	double prompt, spread, answer; /* logarithms of tokens */
	unsigned cached;               /* of 100 */
} tasks[] = {
	{ { "classification", 28 }, 6.2, 0.6, 2.2, 20 },
	{ { "chat", 18 }, 6.8, 1.0, 5.6, 40 },
	{ { "extraction", 16 }, 7.2, 0.7, 4.8, 30 },
	{ { "summarization", 12 }, 8.0, 0.8, 5.5, 10 },
	{ { "rag_answer", 10 }, 8.4, 0.5, 5.5, 50 },
	{ { "code_generation", 9 }, 8.2, 1.0, 6.4, 50 },
	{ { "translation", 4 }, 6.0, 0.8, 6.0, 0 },
	{ { "agent_step", 3 }, 9.2, 0.7, 5.0, 85 },
};

struct request {
	int64_t microseconds;
	const char *model;
	const struct task *task;
	unsigned prompt, answer, cached, tenths; /* tenths: of a millisecond */
	uint64_t user, project;
	char id[25];
};

static const char *
pick_model(void)
{
	uint64_t x = below(100);
	size_t i = 0;
	for (; x >= models[i].weight; i++)
		x -= models[i].weight;
	return models[i].name;
}

static const struct task *
pick_task(void)
{
	uint64_t x = below(100);
	size_t i = 0;
	for (; x >= tasks[i].is.weight; i++)
		x -= tasks[i].is.weight;
	return &tasks[i];
}

static unsigned
tokens(double mean, double spread, double most)
{
	double n = exp(mean + spread * bell()) + 1;
	return (unsigned)(n < most ? n : most);
}

static struct request
make(int64_t number, const struct size *size)
{
	static const char letters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const int64_t day = INT64_C(86400) * 1000000, span = size->days * day;
	struct request r = { .model = pick_model(), .task = pick_task() };
	r.microseconds = INT64_C(1790985600) * 1000000 - span +
			 (int64_t)((double)number / (double)size->lines * (double)span) +
			 (int64_t)below(900000);
	r.prompt = tokens(r.task->prompt, r.task->spread, 200000);
	r.answer = tokens(r.task->answer, 0.7, 16384);
	if (below(100) < r.task->cached)
		r.cached = r.prompt * (30 + (unsigned)below(65)) / 100 / 128 * 128;
	r.tenths = 1200 + r.answer * (40 + (unsigned)below(120)) + r.prompt / 2;
	r.user = below(size->users);
	r.project = below(size->projects);
	for (int i = 0; i < 24; i++)
		r.id[i] = letters[below(62)];
	return r;
}

static void
put_time(char out[64], int64_t microseconds)
{
	time_t seconds = microseconds / 1000000;
	struct tm tm;
	char day[32];
	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, 64, "%s.%06d+00:00", day, (int)(microseconds % 1000000));
}

static void
put_log(const struct request *r)
{
	char when[64];
	put_time(when, r->microseconds);
	printf("{\"task_type\":\"%s\",\"model\":\"%s\",\"tokens_in\":%u,\"tokens_out\":%u,"
	       "\"duration_ms\":%u.%u,"
	       "\"timestamp\":\"%s\",\"request_id\":\"req_%s\",\"cached_tokens\":%u,\"project\":"
	       "\"project-%" PRIu64 "\","
	       "\"user\":\"person%" PRIu64 "@example.com\"}\n",
		r->task->is.name, r->model, r->prompt, r->answer, r->tenths / 10, r->tenths % 10,
		when, r->id, r->cached, r->project, r->user);
}

static void
put_csv(const struct request *r)
{
	char when[64];
	put_time(when, r->microseconds);
	printf("%s,req_%s,%s,%s,%u,%u,%u,%u.%u,project-%" PRIu64 ",person%" PRIu64 "@example.com\n",
		when, r->id, r->task->is.name, r->model, r->prompt, r->answer, r->cached,
		r->tenths / 10, r->tenths % 10, r->project, r->user);
}

static void
put_chat(const struct request *r)
{
	static const char words[] =
		"The request asks for an answer of some length, with \\\"quotes\\\", line ends\\n "
		"and "
		"caf\\u00e9s in it; so here it is, as long as it must be, and no longer than that. "
		"Nothing in it matters, but every byte of it has to be passed over: prices, names, "
		"numbers like 0.93, brackets { } [ ] and commas. It ends where it ends, "
		"mid-sentence or not";
	static const char more[] =
		"and it goes on, and on, about refunds and shipping, and what the invoice of "
		"Friday said before it was paid, and who asked for it, and why, and when it "
		"will be sent again if it has to be sent again, which nobody hopes, and which "
		"nobody can rule out either, all things told, in the end, or a little earlier.";
	int n = (int)below(ANSWER_MOST); /* of what follows: without escapes, to be cut anywhere */
	printf("{\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion\",\"created\":%" PRId64
	       ",\"model\":\"%s\","
	       "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s "
	       "%.*s\",\"refusal\":null},"
	       "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":%u,"
	       "\"completion_tokens\":%u,"
	       "\"total_tokens\":%u,\"prompt_tokens_details\":{\"cached_tokens\":%u,\"audio_"
	       "tokens\":0},"
	       "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
	       "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}},\"service_"
	       "tier\":\"default\","
	       "\"system_fingerprint\":\"fp_%.10s\",\"metadata\":{\"task_type\":\"%s\",\"project\":"
	       "\"project-%" PRIu64 "\","
	       "\"user\":\"person%" PRIu64 "@example.com\"}}\n",
		r->id, r->microseconds / 1000000, r->model, words, n, more, r->prompt, r->answer,
		r->prompt + r->answer, r->cached, r->id, r->task->is.name, r->project, r->user);
}

int
main(int argc, char **argv)
{
	static struct request kept[KEPT];
	bool log = argc > 1 && strcmp(argv[1], "log") == 0,
	     csv = argc > 1 && strcmp(argv[1], "csv") == 0;
	const struct size size = { .lines = argc > 2 ? strtoll(argv[2], NULL, 10) : 0,
		.users = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000,
		.projects = argc > 4 ? strtoull(argv[4], NULL, 10) : 16,
		.days = argc > 5 ? strtoll(argv[5], NULL, 10) : 90 };
	if (size.lines <= 0 || size.days <= 0 || (!log && !csv && strcmp(argv[1], "chat") != 0)) {
		fputs("usage: gen log|csv|chat LINES [USERS [PROJECTS [DAYS]]]\n", stderr);
		return 2;
	}
	if (csv)
		puts("timestamp,request_id,task_type,model,tokens_in,tokens_out,cached_tokens,"
		     "duration_ms,project,user");
	for (int64_t i = 0, n = 0; i < size.lines; i++) {
		const struct request *r;
		if (n > KEPT && below(50) == 0) {
			r = &kept[below(KEPT)];
		} else {
			kept[n % KEPT] = make(i, &size);
			r = &kept[n++ % KEPT];
		}
		if (log)
			put_log(r);
		else if (csv)
			put_csv(r);
		else
			put_chat(r);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
