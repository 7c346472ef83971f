/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * streams URL STREAMS TOKENS - reads so many streamed answers at once, and prints when each token came
 * ("stream index ns", ns of CLOCK_MONOTONIC), then what it cost ("cpu SECONDS wall SECONDS").
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "probe/http.h"
#include "probe/reply.h"
#include "probe/sse.h"

struct stream {
	struct reply_parser *parser;
	struct reply reply;
	struct sse sse;
	int64_t *at;
	size_t n, most;
	bool whole;
};

static bool
take(void *arg, struct slice bytes, int64_t ns)
{
	struct stream *stream = arg;
	struct slice data;
	struct reply_delta delta;
	struct err err;
	sse_feed(&stream->sse, bytes);
	while (sse_next(&stream->sse, &data, &err) > 0) {
		if (!reply_event(stream->parser, &stream->reply, data, &delta, &err))
			return false;
		if (reply_has_token(&delta) && stream->n < stream->most)
			stream->at[stream->n++] = ns;
	}
	return true;
}

static void
end(void *arg, const struct http_result *result)
{
	struct stream *stream = arg;
	stream->whole = result->fault == HTTP_OK && stream->reply.ended;
	if (!stream->whole)
		fprintf(stderr, "%s\n", result->why);
}

static double
cpu_seconds(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
start(struct http *http, const char *base, struct stream *stream, size_t number)
{
	char *url = xasprintf("%s/v1/chat/completions", base);
	char *body =
		xasprintf("{\"model\":\"s%zu\",\"stream\":true,\"max_tokens\":%zu,\"messages\":[{"
			  "\"role\":\"user\",\"content\":\"%zu\"}],\"stream_options\":{"
			  "\"include_usage\":true}}",
			number, stream->most, number);
	struct http_request request = { .method = "POST", .url = url, .body = slice_of(body) };
	http_start(http, &request, &(struct http_events){ take, end, stream });
	free(url);
	free(body);
}

int
main(int argc, char **argv)
{
	struct err err;
	struct http_options options = { .key = NULL };
	struct http *http = http_new(&options, &err);
	size_t n = argc == 4 ? strtoul(argv[2], NULL, 10) : 0, whole = 0;
	if (!http || n == 0)
		return 2;
	struct stream *streams = xcalloc(n, sizeof(*streams));
	struct reply_parser *parser = reply_parser_new();
	double cpu = cpu_seconds();
	int64_t begun = http_now();
	for (size_t i = 0; i < n; i++) {
		streams[i].parser = parser;
		streams[i].most = strtoul(argv[3], NULL, 10);
		streams[i].at = xcalloc(streams[i].most, sizeof(int64_t));
		reply_init(&streams[i].reply);
		sse_init(&streams[i].sse, SSE_EVENTS, 0);
		start(http, argv[1], &streams[i], i);
	}
	http_run_all(http, NULL);
	double wall = (double)(http_now() - begun) / 1e9;
	cpu = cpu_seconds() - cpu;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < streams[i].n; k++)
			printf("%zu %zu %lld\n", i, k, (long long)streams[i].at[k]);
		whole += streams[i].whole;
		sse_free(&streams[i].sse);
		free(streams[i].at);
	}
	printf("cpu %.3f wall %.3f\n", cpu, wall);
	reply_parser_free(parser);
	http_free(http);
	free(streams);
	return whole == n ? 0 : 1;
}
