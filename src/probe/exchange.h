/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exchange - one request and what became of it; the inside of http.
 *
 * An exchange lives from http_start() until its done() has returned, in the list of its client.
 */
#ifndef HLLM_PROBE_EXCHANGE_H
#define HLLM_PROBE_EXCHANGE_H

#include <curl/curl.h>

#include "probe/http.h"

struct exchange {
	struct exchange *prev, *next;
	CURL *easy; /* NULL: the URL is bad */
	struct curl_slist *headers;
	struct http_events events;
	struct http_result result;
	struct str kept; /* of the body of a reply that is not 2xx */
	char host[HTTP_HOST];
	char trouble[CURL_ERROR_SIZE]; /* libcurl's own words */
	enum http_fault fault;         /* found by us: it goes before what libcurl says */
	CURLcode code;                 /* how libcurl ended it */
	bool added;                    /* libcurl has it */
	bool begun;                    /* see http_events; without may_queue from the start */
	bool enough;                   /* of the body of an error no more is wanted */
	int64_t last_ns;               /* the last byte of the reply, or when it was sent */
	int64_t timeout_ms, stall_ms;  /* 0: no limit */
	int64_t most, headers_n;       /* bytes */
	int64_t *check_ns;             /* the client's */
};

struct http {
	CURLM *multi;
	int epoll, timer;
	struct exchange *first;
	size_t live;
	int64_t curl_ns;  /* when libcurl wants to be called, or INT64_MAX */
	int64_t check_ns; /* no exchange is late before this */
	int64_t timer_ns; /* what the timer is set to */
	char *key, *key_url, *ca_file, *agent;
	int64_t connect_ms;
	bool only_https, proxies, unpack; /* as in http_options */
};

struct exchange *exchange_new(
	struct http *http, const struct http_request *request, const struct http_events *events);
void exchange_free(struct exchange *exchange);

/* When it will be late: INT64_MAX for never. */
int64_t exchange_deadline(const struct exchange *exchange);
/* Its deadline has passed: notes which one. */
void exchange_is_late(struct exchange *exchange, int64_t now);
/* It is over: completes the result, and says in 'why' what went wrong. */
void exchange_judge(const struct http *http, struct exchange *exchange);
/* The sentence of a result whose fault is set. */
void exchange_explain(const struct http *http, struct exchange *exchange);

/* http or https, with a host, without a user. */
bool exchange_url_is_good(const char *url);

#endif
