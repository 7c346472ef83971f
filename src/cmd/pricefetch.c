/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pricefetch - a price list from a file, or from an https address that the user has named. */
#include "config.h"

#include <stdlib.h>

#include "cmd/prices.h"
#include "price/table.h"
#include "probe/download.h"

/* Limits of a download.  The largest list known, LiteLLM's, is of 1.4 MB. */
enum { MOST_BYTES = 16 << 20, CONNECT_MS = 10000, STALL_MS = 20000, TIMEOUT_S = 60, REDIRECTS = 5 };

/* The address as far as it may be shown and stored: what stands behind '?' can be a key. */
static struct slice
plain_address(const char *url)
{
	return (struct slice){ url, strcspn(url, "?#") };
}

/* A page that shows a list is no list; and a CSV that was cut between two lines would pass for a whole one. */
static bool
check_text(const char *name, struct slice text, struct err *err)
{
	struct slice body = slice_trim(text);
	if (!body.n)
		return err_set(
			err, FAULT_INPUT, "%s: what came is empty, expected a price list", name);
	if (body.p[0] == '<')
		return err_set(err, FAULT_INPUT,
			"%s: what came is a web page and no price list; is it the address of the "
			"raw "
			"file?",
			name);
	return body.p[0] == '{' || body.p[0] == '[' || text.p[text.n - 1] == '\n' ||
	       err_set(err, FAULT_INPUT,
		       "%s: its last line has no end: it is cut short, or no price list", name);
}

static struct price_table *
fetch(const struct prices_options *o, const char *url, struct err *err)
{
	const struct download_options options = { .ca_file = o->ca_file,
		.most = MOST_BYTES,
		.connect_ms = CONNECT_MS,
		.stall_ms = STALL_MS,
		.timeout_ms = (o->timeout ? o->timeout : TIMEOUT_S) * 1000,
		.redirects = REDIRECTS };
	struct str body = STR_INIT;
	struct price_table *table = NULL;
	char *name = slice_dup(plain_address(url));
	if (download(url, &options, &body, err) && check_text(name, str_as_slice(&body), err)) {
		struct arena arena = { 0 };
		struct slice text = slice_copy(&arena, str_as_slice(&body));
		table = price_table_read(text, name, err);
		if (table)
			arena_join(&table->arena, &arena);
		arena_free(&arena);
	}
	str_free(&body);
	free(name);
	return table;
}

struct price_table *
prices_load(const struct prices_options *o, const char *word, struct err *err)
{
	return download_is_address(word) ? fetch(o, word, err) : price_table_load(word, err);
}

struct slice
prices_source(struct arena *arena, const struct price_table *table, const char *word)
{
	static const char *const forms[] = {
		[TABLE_CSV] = "prices.csv", [TABLE_LITELLM] = "litellm", [TABLE_SIMONW] = "simonw"
	};
	struct slice path = plain_address(word);
	bool address = download_is_address(word);
	char host[HTTP_HOST] = "";
	if (!address)
		path = slice_of(word);
	size_t last = path.n;
	while (last && path.p[last - 1] != '/')
		last--;
	struct str text = STR_INIT;
	str_printf(&text, "%s %.*s", forms[table->form],
		(int)(path.n - last < 100 ? path.n - last : 100), path.p + last);
	if (address && http_host(word, host)) {
		char *port = strstr(host, ":443");
		if (port && !port[4])
			*port = '\0';
		str_printf(&text, " of %.100s", host);
	}
	/* one line of a file, whatever it is called */
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || (unsigned char)text.p[i] > '~')
			text.p[i] = '?';
	struct slice kept = slice_copy(arena, str_as_slice(&text));
	str_free(&text);
	return kept;
}
