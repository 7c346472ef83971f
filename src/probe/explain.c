/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence about a request that failed. */
#include "config.h"

#include "probe/exchange.h"
#include "probe/words.h"

static const int64_t ns_per_ms = 1000000;

static const char *
status_name(int status)
{
	static const struct {
		int status;
		const char *name;
	} names[] = {
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 413, "Content Too Large" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (names[i].status == status)
			return names[i].name;
	return NULL;
}

/* A server may repeat the key in what it says; nobody else is to see it. */
static void
strike_out(const struct http *http, char *text, size_t n)
{
	size_t key_n = http->key ? strlen(http->key) : 0;
	if (!key_n || !n)
		return;
	for (char *end = text + n, *p = text; (p = memmem(p, (size_t)(end - p), http->key, key_n));)
		memset(p, '*', key_n);
}

static void
explain_status(struct exchange *exchange, struct str *why)
{
	const struct http_result *result = &exchange->result;
	const char *name = status_name(result->status);
	struct complaint complaint;
	words_complaint(str_as_slice(&exchange->kept), &complaint);
	str_printf(why, "it answers %d", result->status);
	if (name)
		str_printf(why, " %s", name);
	if (complaint.text[0] && !(name && strcasecmp(complaint.text, name) == 0))
		str_printf(why, ": %s", complaint.text);
	if (result->retry_after_s >= 0)
		str_printf(
			why, " (it asks for %lld s of patience)", (long long)result->retry_after_s);
}

/* How far the reply had come. */
static void
put_progress(const struct http_result *result, struct str *why)
{
	if (result->headers_ns < 0)
		str_puts(why, "before it answered");
	else if (result->body_n == 0)
		str_puts(why, "after its headers");
	else
		str_printf(why, "after %lld bytes of its reply", (long long)result->body_n);
}

static void
put_seconds(int64_t ms, struct str *why)
{
	str_printf(why, "%.3g s", (double)ms / 1e3);
}

static void
explain_timeout(const struct http *http, const struct exchange *exchange, struct str *why)
{
	const struct http_result *result = &exchange->result;
	if (exchange->fault == HTTP_TIMEOUT) {
		str_puts(why, "no complete reply within ");
		put_seconds(exchange->timeout_ms, why);
	} else if (result->sent_ns < 0) {
		str_puts(why, "no connection within ");
		put_seconds(http->connect_ms, why);
	} else {
		str_puts(why, "no complete reply within ");
		put_seconds((result->end_ns - result->started_ns) / ns_per_ms, why);
	}
}

static void
explain_size(const struct exchange *exchange, struct str *why)
{
	bool body = exchange->result.body_n > exchange->most;
	str_printf(why, "its %s longer than %lld bytes; the rest was not read",
		body ? "reply is" : "header lines are",
		(long long)(body ? exchange->most : HTTP_MOST_HEADERS));
}

static void
explain_fault(const struct http *http, struct exchange *exchange, struct str *why)
{
	const struct http_result *result = &exchange->result;
	long number = 0;
	switch (result->fault) {
	case HTTP_OK:
	case HTTP_FAULTS:
		BUG("fault %d needs no words", (int)result->fault);
	case HTTP_URL:
		str_puts(why,
			"expected an URL like http://127.0.0.1:8080, without user and password");
		break;
	case HTTP_DNS:
		str_puts(why, "no host of this name is known");
		break;
	case HTTP_REFUSED:
		curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &number);
		str_printf(why, "no server answers there: %s",
			number ? err_errno((int)number) : exchange->trouble);
		break;
	case HTTP_TLS:
		str_printf(why, "no TLS connection that can be trusted: %s", exchange->trouble);
		break;
	case HTTP_TIMEOUT:
		explain_timeout(http, exchange, why);
		break;
	case HTTP_STALLED:
		str_puts(why, "silent for ");
		put_seconds(exchange->stall_ms, why);
		str_puts(why, ", ");
		put_progress(result, why);
		break;
	case HTTP_TOO_LARGE:
		explain_size(exchange, why);
		break;
	case HTTP_CUT:
		str_puts(why, "it closed the connection ");
		put_progress(result, why);
		break;
	case HTTP_GARBLED:
		str_puts(why, exchange->code == CURLE_BAD_CONTENT_ENCODING
				      ? "what it sends as gzip cannot be unpacked"
				      : "what answers there does not speak HTTP");
		break;
	case HTTP_REDIRECT:
		str_printf(why, "it answers %d and points to %s, which is not followed",
			result->status, result->location[0] ? result->location : "nowhere");
		break;
	case HTTP_STATUS:
		explain_status(exchange, why);
		break;
	case HTTP_STOPPED:
		str_puts(why, "the rest of its reply was not wanted");
		break;
	case HTTP_CANCELLED:
		str_puts(why, "given up ");
		put_progress(result, why);
		break;
	}
}

void
exchange_explain(const struct http *http, struct exchange *exchange)
{
	struct http_result *result = &exchange->result;
	struct str why = STR_INIT;
	result->why[0] = '\0';
	strike_out(http, exchange->kept.p, exchange->kept.n);
	strike_out(http, result->location, strlen(result->location));
	strike_out(http, result->server, strlen(result->server));
	if (result->fault == HTTP_OK)
		return;
	if (exchange->host[0])
		str_printf(&why, "%s: ", exchange->host);
	explain_fault(http, exchange, &why);
	strike_out(http, why.p, why.n);
	words_plain(str_as_slice(&why), result->why, sizeof(result->why));
	str_free(&why);
}
