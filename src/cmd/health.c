/* SPDX-License-Identifier: GPL-3.0-or-later */
/* health - whether the servers of the check block answer; the only part of a check that sends anything. */
#include "config.h"

#include <stdio.h>

#include "cmd/facts.h"
#include "probe/server.h"

enum { LOADING_MS = 30000, CONNECT_MS = 5000 };

/* What server_url() says of --url, said of the block. */
static const char *
without_option(const char *text)
{
	static const char option[] = "--url";
	if (strncmp(text, option, sizeof(option) - 1) == 0)
		text += sizeof(option) - 1;
	return text + strspn(text, ": ");
}

bool
facts_check_servers(const struct facts *f, bool remote, struct err *err)
{
	const struct conf_item *servers = f->settings.servers;
	const struct conf_section *block = conf_next(f->study.taken.conf, "check", NULL);
	for (size_t i = 0; servers && i < servers->values_n; i++) {
		char url[SERVER_URL];
		struct err why = { 0 };
		if (!server_url(servers->values[i].p, remote, url, &why))
			return conf_wrong(
				block, servers, err, "servers: %s", without_option(why.text));
	}
	return true;
}

/* One that asks for a key is alive: a check has none, so that none can leave by it. */
static void
ask(const struct server_options *options, const char *url, struct alert_server *out,
	struct arena *arena)
{
	struct server server = { 0 };
	struct err err = { 0 };
	double ms;
	out->url = slice_copy(arena, slice_of(url));
	bool there = server_identify(options, url, &server, &err);
	out->alive = server.needs_key || (there && server_health(options, &server, &ms, &err));
	if (!out->alive)
		out->why = slice_copy(arena, slice_of(err.text));
}

bool
facts_ask_servers(struct facts *f, bool remote, struct err *err)
{
	const struct conf_item *servers = f->settings.servers;
	if (!servers)
		return true;
	struct arena *arena = &f->app->arena;
	const struct http_options http = { .connect_ms = CONNECT_MS };
	const struct server_options options = {
		.http = http_new(&http, err), .kind = -1, .wait_ms = LOADING_MS
	};
	if (!options.http)
		return false;
	struct alert_server *out = arena_take(arena, servers->values_n * sizeof(*out));
	bool good = true;
	for (size_t i = 0; i < servers->values_n && good; i++) {
		char url[SERVER_URL];
		good = server_url(servers->values[i].p, remote, url, err);
		if (good)
			ask(&options, url, &out[i], arena);
	}
	f->facts.servers = out;
	f->facts.servers_n = servers->values_n;
	http_free(options.http);
	return good;
}
