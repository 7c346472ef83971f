/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/download.h"

#include <stdlib.h>

#include "probe/exchange.h"

enum { LONGEST_URL = 8192 };
static const int64_t ns_per_ms = 1000000;

struct loading {
	struct str *body;
	struct str target; /* of a redirect */
	struct http_result result;
	bool over;
};

static bool
take_bytes(void *arg, struct slice bytes, int64_t ns)
{
	(void)ns;
	struct loading *loading = arg;
	str_slice(loading->body, bytes);
	return true;
}

static void
take_end(void *arg, const struct http_result *result)
{
	struct loading *loading = arg;
	loading->result = *result;
	str_clear(&loading->target);
	str_slice(&loading->target, result->target);
	loading->result.body = loading->result.target = SLICE_NONE;
	loading->over = true;
}

bool
download_is_address(const char *text)
{
	return strstr(text, "://") != NULL;
}

static bool
check_scheme(const char *url, struct err *err)
{
	const char *rest = strstr(url, "://");
	if (strncasecmp(url, "https://", 8) == 0)
		return exchange_url_is_good(url) ||
		       err_set(err, FAULT_USAGE,
			       "an address like https://example.com/prices.json is expected, "
			       "without user and password");
	return err_set(err, FAULT_USAGE,
		"%.*s: expected an address that begins with https://, so that nobody on the way "
		"can "
		"change what comes; a file is given by its path",
		(int)(rest ? rest - url + 3 : 0), url);
}

/* The environment's proxy stands between: who reads of a refusal should know. */
static const char *
name_proxy(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
		"ALL_PROXY" };
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return names[i];
	}
	return NULL;
}

static bool
fail(const struct http_result *result, struct err *err)
{
	const char *proxy = result->status ? NULL : name_proxy();
	return err_set(err, FAULT_INPUT, "%s%s%s", result->why,
		proxy ? "; it was asked through the proxy of " : "", proxy ? proxy : "");
}

/* Where a redirect leads; false: it is not followed. */
static bool
follow(struct loading *loading, const char *from, int left, struct err *err)
{
	char host[HTTP_HOST];
	const char *target = str_text(&loading->target);
	if (!http_host(from, host))
		BUG("an address without a host was asked");
	if (!loading->target.n || loading->target.n > LONGEST_URL)
		return err_set(err, FAULT_INPUT, "%s: it answers %d and points nowhere", host,
			loading->result.status);
	if (strncasecmp(target, "https://", 8) != 0)
		return err_set(err, FAULT_INPUT,
			"%s: it answers %d and points to an address that is not https; that is "
			"not followed",
			host, loading->result.status);
	return left > 0 ||
	       err_set(err, FAULT_INPUT, "%s: one redirect after the other, and no end", host);
}

static bool
load(struct http *http, const char *url, const struct download_options *o, struct loading *loading,
	struct err *err)
{
	const struct http_events events = { .data = take_bytes, .done = take_end, .arg = loading };
	const int64_t end = http_now() + o->timeout_ms * ns_per_ms;
	struct str at = STR_INIT;
	bool good = true;
	str_puts(&at, url);
	for (int left = o->redirects; good; left--) {
		int64_t rest = (end - http_now()) / ns_per_ms;
		const struct http_request request = { .method = "GET",
			.url = str_text(&at),
			.timeout_ms = rest > 1 ? rest : 1,
			.stall_ms = o->stall_ms,
			.most = o->most };
		loading->over = false;
		http_start(http, &request, &events);
		while (!loading->over)
			http_step(http, INT64_MAX);
		if (loading->result.fault != HTTP_REDIRECT)
			break;
		good = follow(loading, str_text(&at), left, err);
		str_clear(&at);
		str_slice(&at, str_as_slice(&loading->target));
	}
	str_free(&at);
	return good && (loading->result.fault == HTTP_OK || fail(&loading->result, err));
}

bool
download(const char *url, const struct download_options *o, struct str *body, struct err *err)
{
	const struct http_options options = { .ca_file = o->ca_file,
		.connect_ms = o->connect_ms,
		.only_https = true,
		.proxies = true,
		.unpack = true };
	struct loading loading = { .body = body };
	if (!check_scheme(url, err))
		return false;
	struct http *http = http_new(&options, err);
	bool good = http && load(http, url, o, &loading, err);
	if (!good)
		str_clear(body);
	http_free(http);
	str_free(&loading.target);
	return good;
}
