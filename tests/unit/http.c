/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests against a fake server: faults are named with host and cause and end in time, keys go where
 * they belong, and nothing is left of what was given up.
 */
#include "config.h"

#include "probe/http.h"

#include "fakes.h"
#include "streams.h"

static const int64_t ns_per_ms = 1000000;

static struct fake plain; /* llama.cpp, as it comes */

static int
set_up(void **state)
{
	(void)state;
	fake_start(&plain, (const char *const[]){ "ttft=10", "tpot=2", NULL });
	/* None of these may be used. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fake_free(&plain);
	return 0;
}

/* ---- faults ---- */

static const struct {
	const char *url; /* behind the server's, or a whole one */
	enum http_fault fault;
	int status;
	const char *why; /* behind "HOST: " */
} faults[] = {
	{ "http://127.0.0.1:1/v1/models", HTTP_REFUSED, 0,
		"no server answers there: Connection refused" },
	{ "http://no-such-host.invalid/", HTTP_DNS, 0, "no host of this name is known" },
	{ "ftp://127.0.0.1/", HTTP_URL, 0, NULL },
	{ "127.0.0.1:8080", HTTP_URL, 0, NULL },
	{ "http://user:word@127.0.0.1:8080/", HTTP_URL, 0, NULL },
	{ "/+fault=401/v1/models", HTTP_STATUS, 401,
		"it answers 401 Unauthorized: Invalid API Key" },
	{ "/+fault=404/v1/models", HTTP_STATUS, 404, "it answers 404 Not Found: model not found" },
	{ "/+fault=429/v1/models", HTTP_STATUS, 429,
		"it answers 429 Too Many Requests: rate limit reached (it asks for 7 s of "
		"patience)" },
	{ "/+fault=500/v1/models", HTTP_STATUS, 500,
		"it answers 500 Internal Server Error: CUDA error: out of memory" },
	{ "/+fault=redirect/v1/models", HTTP_REDIRECT, 302,
		"it answers 302 and points to http://127.0.0.1:1/elsewhere, which is not "
		"followed" },
	{ "/+fault=garbage/v1/models", HTTP_GARBLED, 0, "what answers there does not speak HTTP" },
	{ "/+fault=cut/v1/models", HTTP_CUT, 0, "it closed the connection before it answered" },
	{ "/+fault=reset/v1/models", HTTP_CUT, 0, "it closed the connection before it answered" },
	{ "/+fault=hang/v1/models", HTTP_STALLED, 0, "silent for 0.2 s, before it answered" },
	{ "/+fault=drip,tpot=50/v1/models", HTTP_TIMEOUT, 200, "no complete reply within 0.7 s" },
	{ "/+fault=slowheaders/v1/models", HTTP_TIMEOUT, 200, "no complete reply within 0.7 s" },
	{ "/+fault=headers/v1/models", HTTP_TOO_LARGE, 200,
		"its header lines are longer than 65536 bytes; the rest was not read" },
	{ "/+fault=longheader/v1/models", HTTP_TOO_LARGE, 200,
		"its header lines are longer than 65536 bytes; the rest was not read" },
	{ "/+fault=huge/v1/models", HTTP_TOO_LARGE, 200,
		"its reply is longer than 1048576 bytes; the rest was not read" },
};

static void
test_faults(void **state)
{
	(void)state;
	struct http *http = client(&(struct http_options){ .connect_ms = 2000 });
	for (size_t i = 0; i < HL_COUNT(faults); i++) {
		struct http_result result;
		char host[HTTP_HOST];
		char *url = faults[i].url[0] == '/' ? xasprintf("%s%s", plain.url, faults[i].url)
						    : xstrdup(faults[i].url);
		struct http_request request = { .method = "GET",
			.url = url,
			.timeout_ms = 700,
			.stall_ms = 200,
			.most = 1 << 20 };
		int64_t begun = http_now();
		assert_false(http_fetch(http, &request, NULL, &result));
		assert_true(http_now() - begun < 3000 * ns_per_ms);
		assert_int_equal(result.fault, faults[i].fault);
		assert_int_equal(result.status, faults[i].status);
		if (faults[i].why) {
			assert_true(http_host(url, host));
			char *why = xasprintf("%s: %s", host, faults[i].why);
			assert_string_equal(result.why, why);
			free(why);
		}
		free(url);
	}
	http_free(http);
}

/* ---- keys ---- */

/* Who was sent which key: "-" none. */
static void
put_keys(const struct fake *fake, struct str *out)
{
	cJSON *lines = fake_log(fake), *line;
	str_clear(out);
	cJSON_ArrayForEach(line, lines)
	{
		const cJSON *key = cJSON_GetObjectItemCaseSensitive(line, "authorization");
		if (fake_is(line, "request"))
			str_printf(out, "%s;", cJSON_IsString(key) ? key->valuestring : "-");
	}
	cJSON_Delete(lines);
}

static void
fetch(struct http *http, const char *url, struct str *body, struct http_result *result)
{
	http_fetch(http,
		&(struct http_request){
			.method = "GET", .url = url, .timeout_ms = 5000, .stall_ms = 5000 },
		body, result);
}

static void
test_key(void **state)
{
	(void)state;
	struct fake own, other;
	struct str out = STR_INIT, url = STR_INIT;
	struct http_result result;
	fake_start(&other, NULL);
	fake_start(&own, (const char *const[]){ "key=sesame-7", NULL });
	struct http *http = client(&(struct http_options){ .key = "sesame-7", .key_url = own.url });
	str_printf(&url, "%s/v1/models", own.url);
	fetch(http, str_text(&url), NULL, &result);
	assert_int_equal(result.fault, HTTP_OK);
	/* It is not followed to where the key would be seen by others. */
	str_clear(&url);
	str_printf(&url, "%s/+fault=redirect,to=http:%%2F%%2F127.0.0.1:%d%%2Fv1/v1/models", own.url,
		other.port);
	fetch(http, str_text(&url), NULL, &result);
	assert_int_equal(result.fault, HTTP_REDIRECT);
	/* Another port of the same host is another server. */
	str_clear(&url);
	str_printf(&url, "%s/v1/models", other.url);
	fetch(http, str_text(&url), NULL, &result);
	assert_int_equal(result.fault, HTTP_OK);
	/* A server that wants another key, and repeats this one. */
	str_clear(&url);
	str_printf(&url, "%s/+key=other/v1/models", own.url);
	fetch(http, str_text(&url), &out, &result);
	assert_int_equal(result.status, 401);
	assert_non_null(strstr(
		result.why, "it answers 401 Unauthorized: Invalid API Key: Bearer ********"));
	assert_null(strstr(str_text(&out), "sesame-7"));
	http_free(http);
	fake_end(&own);
	fake_end(&other);
	put_keys(&own, &out);
	assert_string_equal(str_text(&out), "Bearer sesame-7;Bearer sesame-7;Bearer sesame-7;");
	put_keys(&other, &out);
	assert_string_equal(str_text(&out), "-;");
	fake_free(&own);
	fake_free(&other);
	str_free(&out);
	str_free(&url);
}

static void
test_bad_key(void **state)
{
	(void)state;
	static const struct http_options bad[] = { { .key = "a" },
		{ .key = "a", .key_url = "nonsense" },
		{ .key = "a\r\nX: b", .key_url = "http://127.0.0.1/" } };
	for (size_t i = 0; i < HL_COUNT(bad); i++) {
		struct err err = { 0 };
		assert_null(http_new(&bad[i], &err));
		assert_int_equal(err.fault, FAULT_USAGE);
	}
}

/* ---- TLS ---- */

static void
test_tls(void **state)
{
	(void)state;
	struct fake fake;
	struct http_result result;
	struct str url = STR_INIT;
	fake_start(&fake, (const char *const[]){ "tls", NULL });
	str_printf(&url, "%s/v1/models", fake.url);
	struct http *http = client(&(struct http_options){ .ca_file = fake.cert });
	fetch(http, str_text(&url), NULL, &result);
	assert_string_equal(result.why, "");
	assert_true(result.connect_ns > 0);
	http_free(http);
	http = client(&(struct http_options){ .key = NULL });
	fetch(http, str_text(&url), NULL, &result);
	assert_int_equal(result.fault, HTTP_TLS);
	/* libcurl goes on with "problem", or in 8.23 with "OpenSSL verify result" */
	assert_non_null(
		strstr(result.why, "no TLS connection that can be trusted: SSL certificate "));
	/* TLS where there is none. */
	str_clear(&url);
	str_printf(&url, "https://127.0.0.1:%d/", plain.port);
	fetch(http, str_text(&url), NULL, &result);
	assert_int_equal(result.fault, HTTP_TLS);
	http_free(http);
	fake_free(&fake);
	str_free(&url);
}

/* ---- ends amid a stream ---- */

static const struct {
	const char *path;
	enum http_fault fault;
	size_t tokens;
	const char *why;
} amid[] = {
	{ "", HTTP_OK, 20, "" },
	{ "/+replay=chat_stream_usage", HTTP_OK, 8, "" },
	{ "/+close=1", HTTP_OK, 20, "" },
	{ "/+fault=cut,after=5", HTTP_CUT, 5, "it closed the connection after " },
	{ "/+fault=reset,after=5", HTTP_CUT, 5, "it closed the connection after " },
	{ "/+fault=hang,after=5", HTTP_STALLED, 5, "silent for 0.3 s, after " },
	{ "/+fault=errorevent,after=5", HTTP_CUT, 5, "it closed the connection after " },
};

static void
test_amid(void **state)
{
	(void)state;
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	for (size_t i = 0; i < HL_COUNT(amid); i++) {
		struct seen seen = { .most_pieces = 0 };
		struct http_request request = chat(&plain, amid[i].path, 20, url, &body);
		request.stall_ms = 300;
		see(http, &request, &seen);
		http_run_all(http, NULL);
		assert_int_equal(seen.done, 1);
		assert_int_equal(seen.result.fault, amid[i].fault);
		assert_int_equal(seen.n, amid[i].tokens);
		assert_non_null(strstr(seen.result.why, amid[i].why));
		forget(&seen);
	}
	http_free(http);
	str_free(&body);
}

/* Whoever waits in the server's queue has not stalled, whether it has sent something or not; an answer that
 * has begun has. */
static const struct {
	const char *path;
	bool may_queue;
	enum http_fault fault;
	size_t tokens;
} queues[] = {
	{ "/+ttft=700", true, HTTP_OK, 20 },
	{ "/+ttft=700", false, HTTP_STALLED, 0 },
	{ "/+ttft=700,early=1", true, HTTP_OK, 20 },
	{ "/+ttft=700,dialect=vllm,role_at=2", true, HTTP_OK, 20 },
	{ "/+ttft=700,dialect=vllm,role_at=2", false, HTTP_STALLED, 0 },
	{ "/+ttft=700,fault=hang,after=5", true, HTTP_STALLED, 5 },
	{ "/+ttft=2000", true, HTTP_TIMEOUT, 0 },
};

static void
test_queue(void **state)
{
	(void)state;
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	for (size_t i = 0; i < HL_COUNT(queues); i++) {
		struct seen seen = { .most_pieces = 0 };
		struct http_request request = chat(&plain, queues[i].path, 20, url, &body);
		request.stall_ms = 300;
		request.timeout_ms = 1500;
		request.may_queue = queues[i].may_queue;
		int64_t start = http_now();
		see(http, &request, &seen);
		http_run_all(http, NULL);
		assert_int_equal(seen.result.fault, queues[i].fault);
		assert_int_equal(seen.n, queues[i].tokens);
		assert_true(http_now() - start < 1800 * ns_per_ms);
		forget(&seen);
	}
	http_free(http);
	str_free(&body);
}

/* The caller wants no more, or gives everything up. */
static void
test_given_up(void **state)
{
	(void)state;
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	struct http_request request = chat(&plain, "", 400, url, &body);
	struct seen seen = { .most_pieces = 3 }, others[3] = { { .most_pieces = 0 } };
	see(http, &request, &seen);
	http_run_all(http, NULL);
	assert_int_equal(seen.result.fault, HTTP_STOPPED);
	assert_int_equal(seen.pieces, 3);
	for (size_t i = 0; i < 3; i++)
		see(http, &request, &others[i]);
	for (int64_t end = http_now() + 100 * ns_per_ms; http_now() < end;)
		http_step(http, end);
	assert_int_equal(http_live(http), 3);
	http_cancel_all(http);
	assert_int_equal(http_live(http), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(others[i].done, 1);
		assert_int_equal(others[i].result.fault, HTTP_CANCELLED);
		assert_true(others[i].n > 1);
		forget(&others[i]);
	}
	/* A stop that was asked for before it began; and a client freed amid a request. */
	const volatile sig_atomic_t stop = 1;
	see(http, &request, &others[0]);
	http_run_all(http, &stop);
	assert_int_equal(others[0].result.fault, HTTP_CANCELLED);
	forget(&others[0]);
	see(http, &request, &others[0]);
	http_step(http, http_now() + 50 * ns_per_ms);
	http_free(http);
	assert_int_equal(others[0].done, 0);
	forget(&others[0]);
	forget(&seen);
	str_free(&body);
}

/* Two are kept in flight until twelve are done; connections are opened once. */
static void
test_in_flight(void **state)
{
	(void)state;
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	struct http_request request = chat(&plain, "", 2, url, &body);
	struct seen seen[2] = { { .most_pieces = 0 } };
	for (size_t i = 0; i < 2; i++) {
		see(http, &request, &seen[i]);
		seen[i].more = 5;
	}
	http_run_all(http, NULL);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(seen[i].done, 6);
		assert_int_equal(seen[i].n, 12);
		assert_int_equal(seen[i].result.fault, HTTP_OK);
		assert_true(seen[i].result.reused);
		assert_int_equal(seen[i].result.connect_ns, 0);
		forget(&seen[i]);
	}
	http_free(http);
	str_free(&body);
}

/* It answers three requests and is gone. */
static void
test_dies(void **state)
{
	(void)state;
	struct fake fake;
	fake_start(&fake, (const char *const[]){ "die=3", "ttft=1", "tpot=1", NULL });
	struct http *http = client(&(struct http_options){ .key = NULL });
	struct str body = STR_INIT;
	char url[256];
	struct http_request request = chat(&fake, "", 3, url, &body);
	for (int i = 0; i < 5; i++) {
		struct seen seen = { .most_pieces = 0 };
		see(http, &request, &seen);
		http_run_all(http, NULL);
		if (i < 3)
			assert_int_equal(seen.result.fault, HTTP_OK);
		else
			assert_true(
				seen.result.fault == HTTP_REFUSED || seen.result.fault == HTTP_CUT);
		forget(&seen);
	}
	http_free(http);
	fake_free(&fake);
	str_free(&body);
}

/* ---- URLs ---- */

static void
test_urls(void **state)
{
	(void)state;
	static const struct {
		const char *url, *host;
		bool loopback;
	} urls[] = {
		{ "http://127.0.0.1:8080/v1", "127.0.0.1:8080", true },
		{ "http://127.9.9.9", "127.9.9.9:80", true },
		{ "https://localhost/x", "localhost:443", true },
		{ "http://[::1]:11434/", "[::1]:11434", true },
		{ "http://0.0.0.0:8000", "0.0.0.0:8000", true },
		{ "http://192.168.1.2:8080", "192.168.1.2:8080", false },
		{ "http://[fe80::1]:80/", "[fe80::1]:80", false },
		{ "https://api.openai.com", "api.openai.com:443", false },
		{ "http://127.0.0.1.example.com/", "127.0.0.1.example.com:80", false },
		{ "http://localhost.example.com/", "localhost.example.com:80", false },
		{ "http://u:p@localhost:1/", "localhost:1", true },
		{ "file:///etc/passwd", NULL, false },
		{ "localhost:8080", NULL, false },
		{ "", NULL, false },
	};
	for (size_t i = 0; i < HL_COUNT(urls); i++) {
		char host[HTTP_HOST];
		assert_int_equal(http_host(urls[i].url, host), urls[i].host != NULL);
		if (urls[i].host)
			assert_string_equal(host, urls[i].host);
		assert_int_equal(http_is_loopback(urls[i].url), urls[i].loopback);
	}
	assert_true(http_same_origin("http://a/x", "HTTP://A:80/y?z"));
	assert_false(http_same_origin("http://a/", "https://a/"));
	assert_false(http_same_origin("http://a/", "http://a:81/"));
	assert_false(http_same_origin("http://a/", "http://b/"));
	assert_false(http_same_origin("", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_bad_key),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_amid),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_in_flight),
		cmocka_unit_test(test_dies),
		cmocka_unit_test(test_urls),
	};
	return cmocka_run_group_tests_name("http", tests, set_up, tear_down);
}
