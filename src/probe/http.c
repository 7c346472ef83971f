/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "probe/exchange.h"

enum { EVENTS_AT_ONCE = 64 };

static const int64_t never = INT64_MAX, ns_per_ms = 1000000, ns_per_s = 1000000000;

int64_t
http_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * ns_per_s + now.tv_nsec;
}

/* ---- libcurl asks to watch sockets and to be called after a while ---- */

static int
watch_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *known)
{
	(void)easy;
	struct http *http = arg;
	struct epoll_event event = { .data.fd = socket };
	if (what == CURL_POLL_REMOVE) {
		/* It may be closed by now, which has ended the watch. */
		epoll_ctl(http->epoll, EPOLL_CTL_DEL, socket, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		event.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		event.events |= EPOLLOUT;
	if (known && epoll_ctl(http->epoll, EPOLL_CTL_MOD, socket, &event) == 0)
		return 0;
	if (epoll_ctl(http->epoll, EPOLL_CTL_ADD, socket, &event) < 0)
		return -1;
	curl_multi_assign(http->multi, socket, http);
	return 0;
}

static int
watch_time(CURLM *multi, long ms, void *arg)
{
	(void)multi;
	struct http *http = arg;
	http->curl_ns = ms < 0 ? never : http_now() + ms * ns_per_ms;
	return 0;
}

/* ---- a client ---- */

struct http *
http_new(const struct http_options *options, struct err *err)
{
	if (options->key && (!options->key_url || !exchange_url_is_good(options->key_url))) {
		err_set(err, FAULT_USAGE, "a key needs the URL of the server that it is for");
		return NULL;
	}
	for (const char *p = options->key ? options->key : ""; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F) {
			err_set(err, FAULT_USAGE,
				"the key holds a blank, a line break or a character beyond ASCII");
			return NULL;
		}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(err, FAULT_SYSTEM, "libcurl cannot be set up");
		return NULL;
	}
	struct http *http = xcalloc(1, sizeof(*http));
	http->epoll = epoll_create1(EPOLL_CLOEXEC);
	http->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	http->multi = curl_multi_init();
	http->curl_ns = http->check_ns = http->timer_ns = never;
	http->key = options->key ? xstrdup(options->key) : NULL;
	http->key_url = options->key ? xstrdup(options->key_url) : NULL;
	http->ca_file = options->ca_file ? xstrdup(options->ca_file) : NULL;
	http->agent = xstrdup(options->user_agent ? options->user_agent : PACKAGE "/" VERSION);
	http->connect_ms = options->connect_ms > 0 ? options->connect_ms : 5000;
	http->only_https = options->only_https;
	http->proxies = options->proxies;
	http->unpack = options->unpack;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = http->timer };
	if (http->epoll < 0 || http->timer < 0 || !http->multi ||
		epoll_ctl(http->epoll, EPOLL_CTL_ADD, http->timer, &event) < 0) {
		err_set(err, FAULT_SYSTEM, "no more sockets: %s", err_errno(errno));
		http_free(http);
		return NULL;
	}
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, watch_time);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, options->connections);
	/* An idle connection stays open, or the next sweep would measure connecting. */
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, 4096L);
	return http;
}

/* Takes the exchange out of the list and frees it. */
static void
drop(struct http *http, struct exchange *exchange)
{
	if (exchange->prev)
		exchange->prev->next = exchange->next;
	else
		http->first = exchange->next;
	if (exchange->next)
		exchange->next->prev = exchange->prev;
	http->live--;
	exchange_free(exchange);
}

void
http_free(struct http *http)
{
	if (!http)
		return;
	while (http->first)
		drop(http, http->first);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	if (http->epoll >= 0)
		close(http->epoll);
	if (http->timer >= 0)
		close(http->timer);
	if (http->key)
		explicit_bzero(http->key, strlen(http->key));
	free(http->key);
	free(http->key_url);
	free(http->ca_file);
	free(http->agent);
	free(http);
	curl_global_cleanup();
}

size_t
http_live(const struct http *http)
{
	return http->live;
}

void
http_start(struct http *http, const struct http_request *request, const struct http_events *events)
{
	struct exchange *exchange = exchange_new(http, request, events);
	exchange->next = http->first;
	if (http->first)
		http->first->prev = exchange;
	http->first = exchange;
	http->live++;
	http->check_ns = http->check_ns < exchange_deadline(exchange) ? http->check_ns
								      : exchange_deadline(exchange);
	if (!exchange->easy || curl_multi_add_handle(http->multi, exchange->easy) != CURLM_OK)
		http->check_ns = 0;
	else
		exchange->added = true;
}

/* ---- ends ---- */

/* The exchange is over: tells the caller, and forgets it. */
static void
finish(struct http *http, struct exchange *exchange)
{
	struct http_result *result = &exchange->result;
	if (exchange->added)
		curl_multi_remove_handle(http->multi, exchange->easy);
	exchange->added = false;
	exchange_judge(http, exchange);
	result->body = str_as_slice(&exchange->kept);
	if (exchange->events.done)
		exchange->events.done(exchange->events.arg, result);
	drop(http, exchange);
}

static void
finish_those_curl_ended(struct http *http)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(http->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		struct exchange *exchange;
		CURLcode code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
		exchange->code = code;
		finish(http, exchange);
	}
}

/* Those whose time is over, and those that could not begin. */
static void
finish_late_ones(struct http *http, int64_t now)
{
	if (now < http->check_ns)
		return;
	http->check_ns = never;
	/* done() may start others, which come before the first one; it ends none. */
	for (struct exchange *exchange = http->first, *next; exchange; exchange = next) {
		next = exchange->next;
		int64_t deadline = exchange_deadline(exchange);
		if (!exchange->added || now >= deadline) {
			exchange_is_late(exchange, now);
			finish(http, exchange);
		} else if (deadline < http->check_ns) {
			http->check_ns = deadline;
		}
	}
}

void
http_cancel_all(struct http *http)
{
	struct exchange *next;
	for (struct exchange *exchange = http->first; exchange; exchange = next) {
		next = exchange->next;
		exchange->fault = HTTP_CANCELLED;
		finish(http, exchange);
	}
}

/* ---- the loop ---- */

/* The timer is what wakes epoll_wait() to the nanosecond; it is set only when the time is another one. */
static void
set_timer(struct http *http, int64_t ns)
{
	if (ns == http->timer_ns)
		return;
	http->timer_ns = ns;
	/* All zero would stop it. */
	int64_t at = ns == never ? 0 : ns < 1 ? 1 : ns;
	struct itimerspec when = { .it_value = { at / ns_per_s, at % ns_per_s } };
	if (timerfd_settime(http->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0)
		BUG("timerfd_settime: %s", err_errno(errno));
}

static int64_t
earliest(int64_t a, int64_t b, int64_t c)
{
	int64_t least = a < b ? a : b;
	return least < c ? least : c;
}

static void
serve(struct http *http, const struct epoll_event *event)
{
	int running, what = 0;
	if (event->data.fd == http->timer) {
		uint64_t times;
		if (read(http->timer, &times, sizeof(times)) < 0 && errno != EAGAIN)
			BUG("read of a timerfd: %s", err_errno(errno));
		http->timer_ns = never;
		return;
	}
	if (event->events & (EPOLLIN | EPOLLHUP))
		what |= CURL_CSELECT_IN;
	if (event->events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (event->events & EPOLLERR)
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(http->multi, event->data.fd, what, &running);
}

size_t
http_step(struct http *http, int64_t until_ns)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int64_t wake = earliest(until_ns, http->curl_ns, http->check_ns), now = http_now();
	int running, wait = 0;
	if (wake > now) {
		set_timer(http, wake);
		wait = -1;
	}
	int n = epoll_wait(http->epoll, events, EVENTS_AT_ONCE, wait);
	if (n < 0 && errno != EINTR)
		BUG("epoll_wait: %s", err_errno(errno));
	for (int i = 0; i < n; i++)
		serve(http, &events[i]);
	now = http_now();
	if (now >= http->curl_ns) {
		http->curl_ns = never;
		curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	finish_those_curl_ended(http);
	finish_late_ones(http, now);
	return http->live;
}

void
http_run_all(struct http *http, const volatile sig_atomic_t *stop)
{
	/* A signal that comes right before the wait would not wake it. */
	const int64_t glance = 200 * ns_per_ms;
	while (http->live && !(stop && *stop))
		http_step(http, stop ? http_now() + glance : never);
	http_cancel_all(http);
}

/* ---- one at a time ---- */

struct fetching {
	struct str *body;
	struct http_result *result;
	bool over;
};

static bool
fetch_data(void *arg, struct slice bytes, int64_t ns)
{
	(void)ns;
	struct fetching *fetching = arg;
	if (fetching->body)
		str_slice(fetching->body, bytes);
	return true;
}

static void
fetch_done(void *arg, const struct http_result *result)
{
	struct fetching *fetching = arg;
	*fetching->result = *result;
	if (fetching->body && result->fault != HTTP_OK && result->body.n) {
		str_clear(fetching->body);
		str_slice(fetching->body, result->body);
	}
	fetching->result->body = fetching->result->target = SLICE_NONE;
	fetching->over = true;
}

bool
http_fetch(struct http *http, const struct http_request *request, struct str *body,
	struct http_result *result)
{
	struct fetching fetching = { .body = body, .result = result };
	struct http_events events = { .data = fetch_data, .done = fetch_done, .arg = &fetching };
	http_start(http, request, &events);
	while (!fetching.over)
		http_step(http, never);
	return result->fault == HTTP_OK;
}
