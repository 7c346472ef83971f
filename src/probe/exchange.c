/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/exchange.h"

#include <stdlib.h>

#include "base/num.h"
#include "probe/words.h"

static const int64_t ns_per_ms = 1000000, ns_per_us = 1000;

/* ---- what libcurl tells ---- */

/* NOLINTBEGIN(readability-non-const-parameter): the types of libcurl's callbacks */

/* Right before the first byte of the request is written, on an open connection. */
static int
about_to_send(void *arg, char *ip, char *own_ip, int port, int own_port)
{
	(void)ip;
	(void)own_ip;
	(void)port;
	(void)own_port;
	struct exchange *exchange = arg;
	exchange->last_ns = exchange->result.sent_ns = http_now();
	return CURL_PREREQFUNC_OK;
}

/* "HTTP/1.1 200 OK": of several replies (100 Continue, 103 Early Hints) the last one counts. */
static void
take_status(struct exchange *exchange, struct slice line)
{
	struct slice rest = line, version, code;
	int64_t status;
	if (slice_cut(&rest, ' ', &version) && slice_cut(&rest, ' ', &code) &&
		num_int(code, &status) == NUM_OK && status >= 100 && status <= 999) {
		exchange->result.status = (int)status;
		exchange->result.headers_ns = exchange->last_ns;
	}
}

static void
take_header(struct http_result *result, struct slice line)
{
	struct slice value = line, name;
	int64_t seconds;
	if (!slice_cut(&value, ':', &name))
		return;
	name = slice_trim(name);
	value = slice_trim(value);
	if (slice_is_nocase(name, "server")) {
		words_plain(value, result->server, sizeof(result->server));
	} else if (slice_is_nocase(name, "location")) {
		words_plain(value, result->location, sizeof(result->location));
	} else if (slice_is_nocase(name, "retry-after")) {
		if (num_int(value, &seconds) == NUM_OK && seconds >= 0)
			result->retry_after_s = seconds;
	} else if (slice_is_nocase(name, "content-type")) {
		struct slice type;
		if (!slice_cut(&value, ';', &type))
			return;
		words_plain(type, result->type, sizeof(result->type));
		for (char *p = result->type; *p; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + ('a' - 'A'));
	}
}

static size_t
got_header(char *p, size_t size, size_t n, void *arg)
{
	struct exchange *exchange = arg;
	struct slice line = { p, size * n };
	exchange->last_ns = http_now();
	exchange->headers_n += (int64_t)line.n;
	if (exchange->headers_n > HTTP_MOST_HEADERS) {
		exchange->fault = HTTP_TOO_LARGE;
		return 0;
	}
	if (slice_starts(line, "HTTP/"))
		take_status(exchange, line);
	else
		take_header(&exchange->result, line);
	return line.n;
}

/* Of an error its first bytes are kept: that is where it says what it is. */
static bool
keep_error(struct exchange *exchange, struct slice bytes)
{
	size_t room = HTTP_MOST_KEPT - exchange->kept.n;
	str_add(&exchange->kept, bytes.p, bytes.n < room ? bytes.n : room);
	exchange->enough = bytes.n > room;
	return !exchange->enough;
}

static size_t
got_body(char *p, size_t size, size_t n, void *arg)
{
	struct exchange *exchange = arg;
	struct http_result *result = &exchange->result;
	struct slice bytes = { p, size * n };
	int64_t now = http_now();
	exchange->last_ns = now;
	result->body_n += (int64_t)bytes.n;
	if (result->status / 100 != 2)
		return keep_error(exchange, bytes) ? bytes.n : 0;
	if (result->body_n > exchange->most) {
		exchange->fault = HTTP_TOO_LARGE;
		return 0;
	}
	const struct http_events *events = &exchange->events;
	if (bytes.n && events->data && !events->data(events->arg, bytes, now)) {
		exchange->fault = HTTP_STOPPED;
		return 0;
	}
	if (bytes.n && !exchange->begun && (!events->begun || events->begun(events->arg))) {
		exchange->begun = true;
		/* from now on it can be late sooner than the client thinks */
		if (exchange_deadline(exchange) < *exchange->check_ns)
			*exchange->check_ns = exchange_deadline(exchange);
	}
	return bytes.n;
}

/* NOLINTEND(readability-non-const-parameter) */

/* ---- a request ---- */

static bool
names_type(const char *const *headers)
{
	for (; headers && *headers; headers++)
		if (strncasecmp(*headers, "content-type:", 13) == 0)
			return true;
	return false;
}

static void
add_headers(const struct http *http, const struct http_request *request, struct exchange *exchange)
{
	/* A server need not be asked first whether it wants the body. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	for (const char *const *header = request->headers; header && *header; header++)
		list = curl_slist_append(list, *header);
	if (request->body.n && !names_type(request->headers))
		list = curl_slist_append(list, "Content-Type: application/json");
	if (http->key && http_same_origin(http->key_url, request->url)) {
		char *line = xasprintf("Authorization: Bearer %s", http->key);
		list = curl_slist_append(list, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	exchange->headers = list;
}

static void
set_up(const struct http *http, const struct http_request *request, struct exchange *exchange)
{
	CURL *easy = exchange->easy;
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, http->only_https ? "https" : "http,https");
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Giving up does not wait for a name server. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	if (!http->proxies) {
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	}
	if (http->unpack)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, http->agent);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)http->connect_ms);
	if (http->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
	if (request->body.n || strcmp(request->method, "POST") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
		curl_easy_setopt(
			easy, CURLOPT_COPYPOSTFIELDS, request->body.n ? request->body.p : "");
	}
	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "POST") != 0)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, about_to_send);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, got_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, got_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->trouble);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
}

struct exchange *
exchange_new(
	struct http *http, const struct http_request *request, const struct http_events *events)
{
	struct exchange *exchange = xcalloc(1, sizeof(*exchange));
	exchange->result = (struct http_result){
		.started_ns = http_now(), .sent_ns = -1, .headers_ns = -1, .retry_after_s = -1
	};
	exchange->last_ns = exchange->result.started_ns;
	exchange->events = *events;
	exchange->timeout_ms = request->timeout_ms;
	exchange->stall_ms = request->stall_ms;
	exchange->begun = !request->may_queue;
	exchange->check_ns = &http->check_ns;
	exchange->most = request->most ? (int64_t)request->most : HTTP_MOST;
	bool plain = strncasecmp(request->url, "https:", 6) != 0;
	if (!exchange_url_is_good(request->url) || !http_host(request->url, exchange->host) ||
		(http->only_https && plain)) {
		exchange->fault = HTTP_URL;
		return exchange;
	}
	exchange->easy = curl_easy_init();
	if (!exchange->easy)
		BUG("libcurl has no memory");
	add_headers(http, request, exchange);
	set_up(http, request, exchange);
	return exchange;
}

void
exchange_free(struct exchange *exchange)
{
	if (exchange->easy)
		curl_easy_cleanup(exchange->easy);
	/* One of them may hold the key. */
	for (struct curl_slist *header = exchange->headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(exchange->headers);
	str_free(&exchange->kept);
	free(exchange);
}

/* ---- its end ---- */

static int64_t
after(int64_t ns, int64_t ms)
{
	return ms > 0 && ms < (INT64_MAX - ns) / ns_per_ms ? ns + ms * ns_per_ms : INT64_MAX;
}

int64_t
exchange_deadline(const struct exchange *exchange)
{
	int64_t end = after(exchange->result.started_ns, exchange->timeout_ms),
		stall = exchange->begun ? after(exchange->last_ns, exchange->stall_ms) : INT64_MAX;
	return end < stall ? end : stall;
}

void
exchange_is_late(struct exchange *exchange, int64_t now)
{
	if (exchange->fault != HTTP_OK)
		return;
	bool end = now >= after(exchange->result.started_ns, exchange->timeout_ms);
	exchange->fault = end ? HTTP_TIMEOUT : HTTP_STALLED;
}

static enum http_fault
fault_of_code(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum http_fault fault;
	} faults[] = {
		{ CURLE_OK, HTTP_OK },
		{ CURLE_URL_MALFORMAT, HTTP_URL },
		{ CURLE_COULDNT_RESOLVE_HOST, HTTP_DNS },
		{ CURLE_COULDNT_CONNECT, HTTP_REFUSED },
		{ CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT },
		{ CURLE_SSL_CONNECT_ERROR, HTTP_TLS },
		{ CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS },
		{ CURLE_SSL_CERTPROBLEM, HTTP_TLS },
		{ CURLE_SSL_CACERT_BADFILE, HTTP_TLS },
		{ CURLE_SSL_CIPHER, HTTP_TLS },
		{ CURLE_SSL_ISSUER_ERROR, HTTP_TLS },
		{ CURLE_SSL_INVALIDCERTSTATUS, HTTP_TLS },
		{ CURLE_GOT_NOTHING, HTTP_CUT },
		{ CURLE_PARTIAL_FILE, HTTP_CUT },
		{ CURLE_RECV_ERROR, HTTP_CUT },
		{ CURLE_SEND_ERROR, HTTP_CUT },
		/* A header line longer than libcurl takes: before 8.6, and since, when it was
		   given the name CURLE_TOO_LARGE, which older headers lack. */
		{ CURLE_OUT_OF_MEMORY, HTTP_TOO_LARGE },
		{ (CURLcode)100, HTTP_TOO_LARGE },
	};
	for (size_t i = 0; i < HL_COUNT(faults); i++)
		if (faults[i].code == code)
			return faults[i].fault;
	return HTTP_GARBLED;
}

static enum http_fault
fault_of_status(int status)
{
	return status / 100 == 2 ? HTTP_OK : status / 100 == 3 ? HTTP_REDIRECT : HTTP_STATUS;
}

static void
take_connection(struct exchange *exchange)
{
	struct http_result *result = &exchange->result;
	curl_off_t tcp = 0, tls = 0;
	long connects = 0;
	if (!exchange->easy || result->sent_ns < 0)
		return;
	curl_easy_getinfo(exchange->easy, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(exchange->easy, CURLINFO_CONNECT_TIME_T, &tcp);
	curl_easy_getinfo(exchange->easy, CURLINFO_APPCONNECT_TIME_T, &tls);
	result->reused = connects == 0;
	result->connect_ns = result->reused ? 0 : (tls > tcp ? tls : tcp) * ns_per_us;
}

void
exchange_judge(const struct http *http, struct exchange *exchange)
{
	struct http_result *result = &exchange->result;
	result->end_ns = http_now();
	take_connection(exchange);
	if (exchange->fault != HTTP_OK)
		result->fault = exchange->fault;
	else if (exchange->code != CURLE_OK && !exchange->enough)
		result->fault = fault_of_code(exchange->code);
	else
		result->fault = fault_of_status(result->status);
	char *target = NULL;
	if (result->fault == HTTP_REDIRECT)
		curl_easy_getinfo(exchange->easy, CURLINFO_REDIRECT_URL, &target);
	result->target = target ? slice_of(target) : SLICE_NONE;
	exchange_explain(http, exchange);
}
