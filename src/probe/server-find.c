/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where servers are, and who may talk to them: addresses, ports, keys, and whether one answers. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "probe/reply.h"
#include "probe/server.h"

enum { HEALTH_MS = 30000, HEALTH_TOKENS = 5, REPLY_MOST = 1 << 20, KEY_MOST = 4096 };

/* Ollama, llama-server, vLLM, a second one of these, LM Studio. */
const int server_ports[SERVER_PORTS] = { 11434, 8080, 8000, 8001, 1234 };

/* ---- addresses ---- */

static bool
bad_url(const char *text, const char *why, struct err *err)
{
	return err_set(err, FAULT_USAGE,
		"--url %.200s: %s, expected one such as http://127.0.0.1:8080", text, why);
}

bool
server_url(const char *text, bool remote, char url[SERVER_URL], struct err *err)
{
	char host[HTTP_HOST];
	const char *scheme = strstr(text, "://") ? "" : "http://";
	if (snprintf(url, SERVER_URL, "%s%s", scheme, text) >= SERVER_URL)
		return bad_url("", "too long", err);
	char *rest = strstr(url, "://") + strlen("://");
	size_t authority = strcspn(rest, "/?#");
	if (memchr(rest, '@', authority)) /* not repeated: it may be a password */
		return err_set(err, FAULT_USAGE,
			"--url: a user or a password in it would be seen in every list of "
			"processes, "
			"expected --key-file FILE or HLLM_PROBE_KEY beside a URL without them");
	if (!http_host(url, host))
		return bad_url(text, "not a URL of http or https", err);
	struct slice path = slice_of(rest + authority);
	while (slice_ends(path, "/"))
		path.n--;
	if (path.n && !slice_is(path, "/v1"))
		return bad_url(text, "a path that is not /v1", err);
	rest[authority] = '\0';
	if (remote || http_is_loopback(url))
		return true;
	return err_set(err, FAULT_USAGE,
		"--url %.200s: not on this machine; expected --allow-remote beside it, if requests "
		"may go there",
		text);
}

int
server_port(const char *url)
{
	char host[HTTP_HOST];
	int64_t port;
	if (!http_host(url, host))
		return 0;
	const char *colon = strrchr(host, ':');
	if (colon && !strchr(colon, ']') && num_int(slice_of(colon + 1), &port) == NUM_OK)
		return (int)port;
	return slice_starts(slice_of(url), "https") ? 443 : 80;
}

/* ---- what listens ---- */

/* A hexadecimal number; -1: none. */
static int64_t
hexadecimal(struct slice text)
{
	static const char digits[] = "0123456789ABCDEF";
	int64_t value = 0;
	if (!text.n || text.n > 8)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		const char *digit = memchr(digits, text.p[i], 16);
		if (!digit)
			return -1;
		value = value * 16 + (digit - digits);
	}
	return value;
}

/* The next word of a line of /proc/net/tcp. */
static struct slice
next_word(struct slice *rest)
{
	struct slice word = SLICE("");
	while (!word.n && slice_cut(rest, ' ', &word))
		continue;
	return word;
}

/* A line of /proc/net/tcp or tcp6: "  0: 00000000:1F90 00000000:0000 0A …"; 0A is listening. */
static bool
listens(struct slice line, int port)
{
	struct slice number = next_word(&line), local = next_word(&line), address,
		     remote = next_word(&line), state = next_word(&line);
	if (!slice_ends(number, ":") || !remote.n || !slice_is(state, "0A") ||
		!slice_cut(&local, ':', &address) || hexadecimal(local) != port)
		return false;
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] != '0')
			return false;
	return address.n > 0;
}

bool
server_listens_to_all(const char *root, int port)
{
	static const char *const files[] = { "tcp", "tcp6" };
	bool found = false;
	for (size_t i = 0; i < HL_COUNT(files) && !found; i++) {
		char *path = xasprintf("%s/proc/net/%s", root ? root : "", files[i]);
		FILE *file = fopen(path, "re");
		char line[512];
		while (file && !found && fgets(line, sizeof(line), file))
			found = listens(slice_of(line), port);
		if (file)
			fclose(file);
		free(path);
	}
	return found;
}

/* ---- finding ---- */

static bool
nothing_there(const struct str *troubles, struct err *err)
{
	if (troubles->n)
		return err_set(err, FAULT_SYSTEM, "%s", str_text(troubles));
	return err_set(err, FAULT_SYSTEM,
		"no server of models on this machine (127.0.0.1, ports 11434, 8080, 8000, 8001 and "
		"1234), expected one running there, or --url URL");
}

bool
server_find(const struct server_options *options, struct servers *out, struct err *err)
{
	struct str troubles = STR_INIT;
	for (int i = 0; i < SERVER_PORTS && !(options->stop && *options->stop); i++) {
		char url[SERVER_URL];
		struct server server;
		struct err why = { 0 };
		double connect_ms;
		snprintf(url, sizeof(url), "http://127.0.0.1:%d", server_ports[i]);
		if (!server_answers(options, url, &connect_ms))
			continue;
		bool good = server_identify(options, url, &server, &why);
		if (!good && !server.needs_key) {
			str_printf(&troubles, "%s%s", troubles.n ? "; " : "", why.text);
			continue;
		}
		if (isnan(server.connect_ms))
			server.connect_ms = connect_ms;
		server.open_to_all = good && server_listens_to_all(options->root, server_ports[i]);
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		out->items[out->n++] = server;
	}
	bool good = out->n > 0 || nothing_there(&troubles, err);
	str_free(&troubles);
	return good;
}

void
servers_free(struct servers *servers)
{
	free(servers->items);
	*servers = (struct servers){ 0 };
}

/* ---- does it answer ---- */

static void
put_json(struct str *out, const char *text)
{
	str_putc(out, '"');
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			str_printf(out, "\\%c", *text);
		else if ((unsigned char)*text >= ' ')
			str_putc(out, *text);
	str_putc(out, '"');
}

static bool
read_health(const struct str *body, struct err *err)
{
	struct reply_parser *parser = reply_parser_new();
	struct reply reply;
	struct reply_delta delta;
	reply_init(&reply);
	bool good = reply_whole(parser, &reply, str_as_slice(body), &delta, err);
	if (good && reply.error[0])
		good = err_set(err, FAULT_SYSTEM, "%s", reply.error);
	else if (good && !reply_has_token(&delta) && reply.counts.completion <= 0)
		good = err_set(err, FAULT_SYSTEM, "its answer is empty");
	reply_parser_free(parser);
	return good;
}

bool
server_health(const struct server_options *options, const struct server *server, double *ms,
	struct err *err)
{
	static const char *const headers[] = { "Content-Type: application/json", NULL };
	char *url = xasprintf("%s/v1/chat/completions", server->url);
	struct str request = STR_INIT, body = STR_INIT;
	struct http_result result;
	str_puts(&request, "{\"model\":");
	put_json(&request, server->model);
	str_printf(&request,
		",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}],\"max_tokens\":%d,"
		"\"stream\":false}",
		(int)HEALTH_TOKENS);
	const struct http_request post = { .method = "POST",
		.url = url,
		.headers = headers,
		.body = str_as_slice(&request),
		.timeout_ms = HEALTH_MS,
		.most = REPLY_MOST };
	bool good = http_fetch(options->http, &post, &body, &result);
	if (!good)
		err_set(err, FAULT_SYSTEM, "%s", result.why);
	else if (!read_health(&body, err))
		good = err_wrap(err, "%s", server->url);
	*ms = (double)(result.end_ns - result.sent_ns) / 1e6;
	free(url);
	str_free(&request);
	str_free(&body);
	return good;
}

/* ---- keys ---- */

/* One line of printable text: what can stand in a header. */
static bool
check_key(const char *where, struct str *key, struct err *err)
{
	while (key->n && (key->p[key->n - 1] == '\n' || key->p[key->n - 1] == '\r' ||
				 key->p[key->n - 1] == ' '))
		key->p[--key->n] = '\0';
	for (size_t i = 0; i < key->n; i++)
		if (key->p[i] <= ' ' || key->p[i] == 0x7F)
			return err_set(err, FAULT_INPUT,
				"%s: more than a key, expected one line without blanks", where);
	return key->n || err_set(err, FAULT_INPUT, "%s: empty, expected a key", where);
}

static bool
read_key(const char *file, struct str *key, struct err *err)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, FAULT_INPUT, "%s: %s", file, err_errno(errno));
	bool good = fstat(fd, &st) == 0;
	if (!good) {
		err_set(err, FAULT_SYSTEM, "%s: %s", file, err_errno(errno));
	} else if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		good = err_set(err, FAULT_INPUT,
			"%s: others can read this key (mode %03o), expected 600", file,
			(unsigned)st.st_mode & 0777);
	} else {
		ssize_t n = read(fd, str_reserve(key, KEY_MOST), KEY_MOST);
		good = n >= 0 || err_set(err, FAULT_INPUT, "%s: %s", file, err_errno(errno));
		if (n > 0)
			str_took(key, (size_t)n);
	}
	close(fd);
	return good && check_key(file, key, err);
}

bool
server_key(const char *file, const char *env, struct str *key, struct err *err)
{
	if (file)
		return read_key(file, key, err);
	if (!env || !env[0])
		return true;
	str_puts(key, env);
	return check_key("HLLM_PROBE_KEY", key, err);
}
