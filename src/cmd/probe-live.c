/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `hllm probe` with servers that run now. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/probe.h"
#include "probe/server.h"

/* All that talks to servers needs. */
struct session {
	struct app *app;
	struct str key;
	char url[SERVER_URL]; /* "": to be found */
	struct server_options options;
};

static void
session_free(struct session *session)
{
	http_free(session->options.http);
	/* not left in memory that others of this process get */
	if (session->key.p)
		explicit_bzero(session->key.p, session->key.size);
	str_free(&session->key);
}

static void
tell_waiting(void *arg, const char *url, int64_t waited_ms, const char *what)
{
	const struct session *session = arg;
	app_say(session->app, "%s is %s, %.0f s so far (Ctrl-C ends it)", url, what,
		(double)waited_ms / 1000);
}

static int
kind_of(const char *api)
{
	for (int i = 0; i < SERVER_KINDS; i++)
		if (api && strcmp(api, server_kinds[i]) == 0)
			return i;
	return -1;
}

/* A key goes to a host that the user has named, never to whoever listens at a usual port. */
static bool
take_key(const struct probe_options *options, struct session *session, struct err *err)
{
	if (!options->url && options->key_file)
		return err_set(err, FAULT_USAGE,
			"--key-file: expected --url URL beside it, the server that the key is for");
	return !options->url ||
	       server_key(options->key_file, getenv("HLLM_PROBE_KEY"), &session->key, err);
}

static bool
session_open(struct app *app, const struct probe_options *options, struct session *session,
	struct err *err)
{
	*session = (struct session){ .app = app };
	if (options->url && !server_url(options->url, options->remote, session->url, err))
		return false;
	if (!take_key(options, session, err))
		return false;
	const struct http_options http = { .key = session->key.n ? str_text(&session->key) : NULL,
		.key_url = session->url };
	session->options = (struct server_options){ .http = http_new(&http, err),
		.model = options->model,
		.kind = kind_of(options->api),
		.wait_ms = (options->wait_given ? options->wait : PROBE_WAIT_SECONDS) * 1000,
		.waiting = tell_waiting,
		.waiting_arg = session };
	return session->options.http != NULL;
}

/* The server at --url, or all of this machine. */
static bool
look(struct session *session, struct servers *servers, struct err *err)
{
	if (!session->url[0])
		return server_find(&session->options, servers, err);
	servers->items = xgrow(servers->items, &servers->size, servers->n, sizeof(*servers->items));
	struct server *server = &servers->items[0];
	if (!server_identify(&session->options, session->url, server, err))
		return false;
	int port = server_port(session->url);
	server->open_to_all = !session->key.n && http_is_loopback(session->url) &&
			      server_listens_to_all(session->options.root, port);
	servers->n = 1;
	return true;
}

bool
probe_servers(struct app *app, const struct probe_options *options, struct answer *answer,
	struct err *err)
{
	struct session session;
	struct servers servers = { 0 };
	bool good = session_open(app, options, &session, err) && look(&session, &servers, err);
	if (good)
		servers_report(answer, &servers);
	servers_free(&servers);
	session_free(&session);
	return good;
}

/* The first that can be asked. */
static const struct server *
first_usable(const struct servers *servers, struct err *err)
{
	for (size_t i = 0; i < servers->n; i++)
		if (!servers->items[i].needs_key)
			return &servers->items[i];
	err_set(err, FAULT_USAGE, "%s: it asks for a key, expected --url %s --key-file FILE",
		servers->items[0].url, servers->items[0].url);
	return NULL;
}

bool
probe_live(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err)
{
	struct session session;
	struct servers servers = { 0 };
	const struct server *server = NULL;
	bool good = session_open(app, options, &session, err) && look(&session, &servers, err) &&
		    (server = first_usable(&servers, err));
	if (good && !app->quiet)
		app_say(app, "measuring %s at %s (%s)%s", server->model, server->url,
			server_titles[server->kind],
			servers.n > 1 ? "; --url URL for another server" : "");
	good = good &&
	       probe_measure(app, options, server, session.options.http, probe, answer, err);
	servers_free(&servers);
	session_free(&session);
	return good;
}

int
probe_health(struct app *app, const struct probe_options *options, struct err *err)
{
	struct session session;
	struct servers servers = { 0 };
	const struct server *server = NULL;
	double ms = 0;
	bool opened = session_open(app, options, &session, err);
	bool good = opened && look(&session, &servers, err) &&
		    (server = first_usable(&servers, err)) &&
		    server_health(&session.options, server, &ms, err);
	struct answer answer;
	answer_init(&answer, "hllm.probe/1");
	if (good)
		health_report(&answer, server, ms);
	/* who scripts this asks whether it answers: that it does not is 1, whatever the cause */
	if (!good && opened)
		err->fault = FAULT_SYSTEM;
	int status = good ? app_show(app, &answer) : app_fail(app, err);
	answer_free(&answer);
	servers_free(&servers);
	session_free(&session);
	return status;
}
