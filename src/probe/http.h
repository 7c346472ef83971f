/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http - many HTTP requests at once on one thread, each piece of a reply with the time it came.
 *
 * A client is libcurl's multi interface, driven by epoll and a timerfd (curl_multi_socket_action).  The
 * caller starts requests, calls http_step() until it has what it wants, and is told of bytes and
 * of ends by callbacks; a callback may start further requests, so that C of them are always in
 * flight (only http_start() may be called from one).  Times are nanoseconds of CLOCK_MONOTONIC.
 *
 * What it never does: follow a redirect, use a proxy (whatever the environment says, unless the caller
 * wants it), read .netrc, speak anything but HTTP/1.1 over http and https, or send the key to another origin (scheme,
 * host and port) than the one it was given for.  The key is nowhere but in memory and on the wire: if
 * a server repeats it in an error, it is struck out of 'why' and of 'body'.
 */
#ifndef HLLM_PROBE_HTTP_H
#define HLLM_PROBE_HTTP_H

#include <signal.h>

#include "base/err.h"
#include "base/str.h"

struct http;

struct http_options {
	const char *key;     /* sent as "Authorization: Bearer KEY"; NULL: none.  Copied */
	const char *key_url; /* any URL of the origin that gets the key; must be set with a key */
	const char
		*ca_file; /* certificates to trust in place of the system's; NULL: the system's */
	const char *user_agent; /* NULL: "hllm/VERSION" */
	int64_t connect_ms;     /* how long a connection may take; 0: 5,000 */
	long connections;       /* to one host at most; 0: as many as there are requests */
	bool only_https;        /* plain http is no URL */
	bool proxies;           /* through a proxy where the environment names one */
	bool unpack;            /* replies may come gzipped: 'most' counts what they unpack to */
};

struct http_request {
	const char *method; /* "GET", "POST" */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
	struct slice body;
	int64_t timeout_ms; /* for all of it, from http_start() on; 0: no end */
	int64_t stall_ms;   /* without a byte of the reply; 0: as long as it likes */
	bool may_queue; /* silence is no stall before it has begun (http_events): timeout_ms alone
			   ends a wait in the server's queue */
	size_t most;    /* bytes of the reply's body; 0: HTTP_MOST */
};

enum {
	HTTP_MOST = 64 << 20,         /* bytes of a body, if nothing else is said */
	HTTP_MOST_HEADERS = 64 << 10, /* bytes of all header lines of a reply */
	HTTP_MOST_KEPT = 4 << 10,     /* bytes kept of the body of a reply that is not 2xx */
};

enum http_fault {
	HTTP_OK,        /* a 2xx reply, complete */
	HTTP_URL,       /* not an URL of http or https */
	HTTP_DNS,       /* no such host */
	HTTP_REFUSED,   /* nothing listens there, or it cannot be reached */
	HTTP_TLS,       /* no TLS there, or a certificate that is not to be trusted */
	HTTP_TIMEOUT,   /* timeout_ms (or connect_ms) passed */
	HTTP_STALLED,   /* stall_ms passed without a byte */
	HTTP_TOO_LARGE, /* more body than 'most', or more headers than HTTP_MOST_HEADERS */
	HTTP_CUT,       /* the connection ended before the reply did, or before it began */
	HTTP_GARBLED,   /* what answers there does not speak HTTP */
	HTTP_REDIRECT,  /* 3xx: not followed */
	HTTP_STATUS,    /* any other status than 2xx */
	HTTP_STOPPED,   /* the data callback wanted no more */
	HTTP_CANCELLED, /* by http_cancel_all() */
	HTTP_FAULTS,
};

struct http_result {
	enum http_fault fault;
	int status;         /* 0: no reply came so far */
	int64_t started_ns; /* http_start() */
	/* t0: right before the first byte of the request was written, on an open connection; -1: it never was */
	int64_t sent_ns;
	int64_t headers_ns; /* the first line of the reply; -1: none came */
	int64_t end_ns;     /* when its end was seen */
	int64_t connect_ns; /* how long opening the connection took, with DNS and TLS; 0: reused */
	int64_t body_n;     /* bytes of body that came */
	int64_t retry_after_s; /* what a 429 or 503 asks for; -1: nothing */
	bool reused;           /* the connection was open before */
	char server[64];       /* the Server header, printable; "" none */
	char type[64]; /* the media type, lower case, without parameters: "text/event-stream" */
	char location[256];  /* where a redirect points; "" nowhere */
	struct slice target; /* the same as a whole URL, ends in NUL; until done() returns */
	struct slice body;   /* of a reply that is not 2xx, its first bytes; until done() returns */
	char why[512];       /* one sentence with host and cause, for people; "" with HTTP_OK */
};

struct http_events {
	/* Bytes of the body of a 2xx reply, as they come.  False: no more of this, please; done() follows. */
	bool (*data)(void *arg, struct slice bytes, int64_t ns);
	/* Has the server begun to work on it?  Asked after each data(); NULL: with the first byte of the body.
	 * Once it has, it is not asked again. */
	bool (*begun)(void *arg);
	/* Once for each request that was started, whatever became of it.  May be NULL, as data may. */
	void (*done)(void *arg, const struct http_result *result);
	void *arg;
};

/* NULL: this machine has no sockets left, or the key cannot be sent or has no server. */
struct http *http_new(const struct http_options *options, struct err *err) hl_must_check;
/* Requests still in flight end without done(). */
void http_free(struct http *http);

/* Nothing is sent before the next http_step().  The request is copied.  It always ends in done(), even
 * when its URL is bad. */
void http_start(
	struct http *http, const struct http_request *request, const struct http_events *events);

/* Waits until something came, something ended, 'until_ns' has passed or a signal arrived, and calls
 * the callbacks.  Returns how many requests are in flight. */
size_t http_step(struct http *http, int64_t until_ns);
/* Until none is in flight.  *stop (may be NULL; a signal handler sets it) ends it earlier: then the
 * rest is cancelled. */
void http_run_all(struct http *http, const volatile sig_atomic_t *stop);
/* done() with HTTP_CANCELLED for each request in flight; requests started by these done() are not. */
void http_cancel_all(struct http *http);
size_t http_live(const struct http *http);

/* One request from start to end, all of a 2xx body in 'body' (may be NULL).  False: result->why.  Other
 * requests in flight go on meanwhile.  result->body is empty; what an error said is in 'body'. */
bool http_fetch(struct http *http, const struct http_request *request, struct str *body,
	struct http_result *result);

/* "127.0.0.1:8080" of "http://127.0.0.1:8080/v1", "https://[::1]:443" as "[::1]:443"; false: no URL of http or
 * https.  Never holds a user or a password. */
enum { HTTP_HOST = 272 };
bool http_host(const char *url, char host[HTTP_HOST]);
/* Do both have the same scheme, host and port? */
bool http_same_origin(const char *a, const char *b);
/* Does the URL's host mean this machine only: 127.0.0.0/8, ::1, "localhost"?  No name is looked up. */
bool http_is_loopback(const char *url);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t http_now(void);

#endif
