/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands at a URL: its kind, and what it says of itself. */
#include "config.h"

#include "probe/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/num.h"
#include "probe/fields.h"
#include "probe/known.h"
#include "probe/words.h"

enum { ASK_MS = 5000, LIST_MOST = 4 << 20, AGAIN_MS = 500 };

const char *const server_kinds[SERVER_KINDS] = {
	[SERVER_LLAMACPP] = "llamacpp",
	[SERVER_OLLAMA] = "ollama",
	[SERVER_VLLM] = "vllm",
	[SERVER_LMSTUDIO] = "lmstudio",
	[SERVER_OPENAI] = "openai",
};

const char *const server_titles[SERVER_KINDS] = {
	[SERVER_LLAMACPP] = "llama.cpp",
	[SERVER_OLLAMA] = "Ollama",
	[SERVER_VLLM] = "vLLM",
	[SERVER_LMSTUDIO] = "LM Studio",
	[SERVER_OPENAI] = "OpenAI-compatible",
};

/* One look at a server: its replies, and what is read from them. */
struct look {
	const struct server_options *options;
	struct server *server;
	struct str body;
	struct http_result result;
	struct arena arena;
};

/* ---- asking ---- */

/* False: nothing that is JSON came; result says what did. */
static bool
ask(struct look *look, const char *path)
{
	char *url = xasprintf("%s%s", look->server->url, path);
	int64_t most_ms = look->options->ask_ms ? look->options->ask_ms : ASK_MS;
	const struct http_request request = {
		.method = "GET", .url = url, .timeout_ms = most_ms, .most = LIST_MOST
	};
	str_clear(&look->body);
	bool good = http_fetch(look->options->http, &request, &look->body, &look->result);
	if (isnan(look->server->connect_ms) && look->result.connect_ns > 0)
		look->server->connect_ms = (double)look->result.connect_ns / 1e6;
	free(url);
	return good;
}

static struct slice
text_of(struct look *look, struct field field)
{
	if (field.type != FIELD_TEXT)
		return SLICE("");
	return field.escaped ? json_decode(&look->arena, field.text) : field.text;
}

/* Names go into messages and into the ledger. */
static void
put_text(char *to, size_t size, struct field field)
{
	if (field.type == FIELD_TEXT && field.text.n)
		words_clean(field.text, to, size);
}

static void
put_count(int64_t *to, struct field field)
{
	int64_t value = 0;
	if (field.type == FIELD_NUMBER && num_int(field.text, &value) == NUM_OK && value > 0)
		*to = value;
}

/* ---- lists of models ---- */

struct offer {
	struct slice id;
	struct slice text; /* all of it */
	bool loaded;
};

/* "loaded", or a list of those that are. */
static bool
is_loaded(struct look *look, struct field state)
{
	struct slice rest;
	struct field item;
	return slice_is(text_of(look, state), "loaded") ||
	       (state.type == FIELD_ARRAY && json_open(state.text, '[', &rest) &&
		       json_item(&rest, &item));
}

/* Of no use here, unless somebody names it. */
static bool
is_embedding(struct slice type)
{
	return slice_is(type, "embedding") || slice_is(type, "embeddings");
}

/* Is it what the user means? "llama3" is "llama3:latest" of Ollama. */
static bool
is_asked_for(const char *wanted, struct slice id)
{
	size_t n = strlen(wanted);
	return slice_is(id, wanted) || (id.n == n + 7 && memcmp(id.p, wanted, n) == 0 &&
					       memcmp(id.p + n, ":latest", 7) == 0);
}

/* The entry that is wanted; without a wish the first that is loaded, else the first. */
static bool
choose(struct look *look, struct field list, const char *const *places, struct offer *out,
	struct err *err)
{
	struct str names = STR_INIT;
	struct slice rest;
	struct field item, of[3];
	const char *wanted = look->options->model;
	bool found = false, matched = false, embedding = false;
	look->server->models = 0;
	if (list.type != FIELD_ARRAY || !json_open(list.text, '[', &rest))
		return err_set(err, FAULT_SYSTEM,
			"%s: what it gives as a list of its models is none", look->server->url);
	while (json_item(&rest, &item)) {
		if (item.type != FIELD_OBJECT || !fields_scan(item.text, places, of))
			continue;
		struct offer entry = { text_of(look, of[0]), item.text, is_loaded(look, of[2]) };
		bool embeds = is_embedding(text_of(look, of[1]));
		if (!entry.id.n)
			continue;
		bool is_it = wanted && is_asked_for(wanted, entry.id);
		look->server->models++;
		if (names.n < 400)
			str_printf(
				&names, "%s" SLICE_FMT, names.n ? ", " : "", SLICE_ARG(entry.id));
		bool nearer = embeds ? !found : embedding || (entry.loaded && !out->loaded);
		if (!found || (is_it && !matched) || (!wanted && nearer)) {
			*out = entry;
			embedding = embeds;
		}
		found = true;
		matched = matched || is_it;
	}
	bool good = found && (!wanted || matched);
	if (!found)
		err_set(err, FAULT_SYSTEM, "%s: it offers no model yet", look->server->url);
	else if (!good)
		err_set(err, FAULT_USAGE, "%s: no model \"%s\", expected one of %s",
			look->server->url, wanted, str_text(&names));
	str_free(&names);
	return good;
}

static bool
refused(const struct look *look, struct err *err)
{
	const struct http_result *result = &look->result;
	if (result->status == 401 || result->status == 403)
		return err_set(err, FAULT_USAGE,
			"%s: it asks for a key (%d), expected one with --key-file FILE or in "
			"HLLM_PROBE_KEY",
			look->server->url, result->status);
	return err_set(err, FAULT_SYSTEM, "%s", result->why);
}

/* ---- kinds ---- */

static bool
identify_llamacpp(struct look *look, struct err *err)
{
	static const char *const props[] = { "total_slots", "default_generation_settings.n_ctx",
		"build_info", "model_ftype", "model_path", NULL };
	static const char *const meta[] = { "meta.n_params", "meta.size", "meta.ftype",
		"status.value", NULL };
	static const char *const list[] = { "data", NULL };
	static const char *const entries[] = { "id", "owned_by", "status.value", NULL };
	struct server *server = look->server;
	struct field root, of[5], about[4];
	struct offer entry = { .loaded = false };
	if (!ask(look, "/v1/models"))
		return refused(look, err);
	fields_scan(str_as_slice(&look->body), list, &root);
	if (!choose(look, root, entries, &entry, err))
		return false;
	snprintf(server->model, sizeof(server->model), SLICE_FMT, SLICE_ARG(entry.id));
	fields_scan(entry.text, meta, about);
	put_count(&server->parameters, about[0]);
	put_count(&server->model_bytes, about[1]);
	put_text(server->quant, sizeof(server->quant), about[2]);
	/* a server of one model has it; one of several loads them when they are asked for, and says which it has */
	server->loaded = entry.loaded || about[3].type != FIELD_TEXT;
	if (!ask(look, "/props") || !fields_scan(str_as_slice(&look->body), props, of))
		return true; /* it can be turned off */
	put_count(&server->slots, of[0]);
	put_count(&server->context, of[1]);
	put_text(server->version, sizeof(server->version), of[2]);
	if (!server->quant[0])
		put_text(server->quant, sizeof(server->quant), of[3]);
	if (!server->quant[0]) {
		struct slice quant = probe_quant(text_of(look, of[4]));
		if (!quant.n)
			quant = probe_quant(slice_of(server->model));
		snprintf(server->quant, sizeof(server->quant), SLICE_FMT, SLICE_ARG(quant));
	}
	return true;
}

/* What of the model is in memory, and where. */
static void
look_at_ollama(struct look *look)
{
	static const char *const list[] = { "models", NULL };
	static const char *const places[] = { "name", "size", "size_vram", "context_length", NULL };
	struct field root, item, of[4];
	struct slice rest;
	if (!ask(look, "/api/ps") || !fields_scan(str_as_slice(&look->body), list, &root) ||
		!json_open(root.text, '[', &rest))
		return;
	while (json_item(&rest, &item)) {
		int64_t gpu = -1;
		if (item.type != FIELD_OBJECT || !fields_scan(item.text, places, of) ||
			!slice_is(text_of(look, of[0]), look->server->model))
			continue;
		look->server->loaded = true;
		put_count(&look->server->model_bytes, of[1]);
		if (of[2].type == FIELD_NUMBER && num_int(of[2].text, &gpu) == NUM_OK && gpu >= 0)
			look->server->gpu_bytes = gpu;
		put_count(&look->server->context, of[3]);
	}
}

static bool
identify_ollama(struct look *look, struct err *err)
{
	static const char *const version[] = { "version", NULL };
	static const char *const list[] = { "models", NULL };
	static const char *const entries[] = { "name|model", "model", "details.family", NULL };
	static const char *const meta[] = { "details.quantization_level", "size", NULL };
	struct server *server = look->server;
	struct field root, about[2];
	struct offer entry = { .loaded = false };
	if (ask(look, "/api/version") && fields_scan(str_as_slice(&look->body), version, &root))
		put_text(server->version, sizeof(server->version), root);
	if (!ask(look, "/api/tags"))
		return refused(look, err);
	fields_scan(str_as_slice(&look->body), list, &root);
	if (!choose(look, root, entries, &entry, err))
		return false;
	snprintf(server->model, sizeof(server->model), SLICE_FMT, SLICE_ARG(entry.id));
	fields_scan(entry.text, meta, about);
	put_text(server->quant, sizeof(server->quant), about[0]);
	put_count(&server->model_bytes, about[1]);
	look_at_ollama(look);
	return true;
}

/* vLLM, and what is like it: how the weights are written is told by the name alone. */
static bool
identify_openai(struct look *look, struct err *err)
{
	static const char *const version[] = { "version", NULL };
	static const char *const list[] = { "data", NULL };
	static const char *const entries[] = { "id", "owned_by", "state", NULL };
	static const char *const meta[] = { "max_model_len", "root", NULL };
	struct server *server = look->server;
	struct field root, about[2];
	struct offer entry = { .loaded = false };
	if (!ask(look, "/v1/models"))
		return refused(look, err);
	fields_scan(str_as_slice(&look->body), list, &root);
	if (!choose(look, root, entries, &entry, err))
		return false;
	snprintf(server->model, sizeof(server->model), SLICE_FMT, SLICE_ARG(entry.id));
	fields_scan(entry.text, meta, about);
	put_count(&server->context, about[0]);
	struct slice quant = probe_quant(entry.id);
	if (!quant.n)
		quant = probe_quant(text_of(look, about[1]));
	snprintf(server->quant, sizeof(server->quant), SLICE_FMT, SLICE_ARG(quant));
	server->loaded = server->kind == SERVER_VLLM;
	if (server->kind == SERVER_VLLM && ask(look, "/version") &&
		fields_scan(str_as_slice(&look->body), version, &root))
		put_text(server->version, sizeof(server->version), root);
	return true;
}

/* The instance of an entry that is loaded: what is asked for, with the context that it has. */
static void
look_at_instance(struct look *look, struct slice entry)
{
	static const char *const list[] = { "loaded_instances", NULL };
	static const char *const places[] = { "id", "config.context_length", NULL };
	struct field root, item, of[2];
	struct slice rest;
	if (!fields_scan(entry, list, &root) || root.type != FIELD_ARRAY ||
		!json_open(root.text, '[', &rest) || !json_item(&rest, &item) ||
		item.type != FIELD_OBJECT || !fields_scan(item.text, places, of))
		return;
	put_text(look->server->model, sizeof(look->server->model), of[0]);
	put_count(&look->server->context, of[1]);
	look->server->loaded = true;
}

/* /api/v1, which is there since version 0.4; no call tells the version itself. */
static bool
identify_lmstudio_v1(struct look *look, struct err *err)
{
	static const char *const list[] = { "models", NULL };
	static const char *const entries[] = { "key", "type", "loaded_instances", NULL };
	static const char *const meta[] = { "quantization.name", "size_bytes", NULL };
	struct server *server = look->server;
	struct field root, about[2];
	struct offer entry = { .loaded = false };
	fields_scan(str_as_slice(&look->body), list, &root);
	if (!choose(look, root, entries, &entry, err))
		return false;
	snprintf(server->version, sizeof(server->version), "0.4 or later");
	snprintf(server->model, sizeof(server->model), SLICE_FMT, SLICE_ARG(entry.id));
	fields_scan(entry.text, meta, about);
	put_text(server->quant, sizeof(server->quant), about[0]);
	put_count(&server->model_bytes, about[1]);
	look_at_instance(look, entry.text);
	return true;
}

/* To a path that it does not have LM Studio answers 200, with an error in it. */
static bool
has_lmstudio_v1(struct look *look)
{
	static const char *const list[] = { "models", NULL };
	static const char *const own[] = { "key", "loaded_instances", NULL };
	struct field root, item, of[2];
	struct slice rest;
	return ask(look, "/api/v1/models") && fields_scan(str_as_slice(&look->body), list, &root) &&
	       root.type == FIELD_ARRAY && json_open(root.text, '[', &rest) &&
	       json_item(&rest, &item) && item.type == FIELD_OBJECT &&
	       fields_scan(item.text, own, of) && of[0].type == FIELD_TEXT &&
	       of[1].type == FIELD_ARRAY;
}

/* An empty list says nothing. */
static bool
has_lmstudio_v0(struct look *look)
{
	static const char *const list[] = { "data", NULL };
	static const char *const own[] = { "state", "max_context_length|compatibility_type", NULL };
	struct field root, item, of[2];
	struct slice rest;
	return ask(look, "/api/v0/models") && fields_scan(str_as_slice(&look->body), list, &root) &&
	       json_open(root.text, '[', &rest) && json_item(&rest, &item) &&
	       item.type == FIELD_OBJECT && fields_scan(item.text, own, of) &&
	       of[0].type == FIELD_TEXT && of[1].type != FIELD_ABSENT;
}

static bool
identify_lmstudio(struct look *look, struct err *err)
{
	static const char *const list[] = { "data", NULL };
	static const char *const entries[] = { "id", "type", "state", NULL };
	static const char *const meta[] = { "quantization",
		"loaded_context_length|max_context_length", NULL };
	struct server *server = look->server;
	struct field root, about[2];
	struct offer entry = { .loaded = false };
	if (has_lmstudio_v1(look))
		return identify_lmstudio_v1(look, err);
	if (!has_lmstudio_v0(look))
		return identify_openai(look, err);
	snprintf(server->version, sizeof(server->version), "0.3.6 or later");
	fields_scan(str_as_slice(&look->body), list, &root);
	if (!choose(look, root, entries, &entry, err))
		return false;
	snprintf(server->model, sizeof(server->model), SLICE_FMT, SLICE_ARG(entry.id));
	fields_scan(entry.text, meta, about);
	put_text(server->quant, sizeof(server->quant), about[0]);
	/* with which context it will be loaded, nobody tells */
	if (entry.loaded)
		put_count(&server->context, about[1]);
	server->loaded = entry.loaded;
	return true;
}

/* ---- telling them apart ---- */

/* What the first reply tells: the header of llama.cpp, the owner of vLLM. */
static int
kind_of_list(struct look *look)
{
	static const char *const list[] = { "data", NULL };
	static const char *const owner[] = { "owned_by", NULL };
	struct field root, item, of;
	struct slice rest;
	if (slice_is_nocase(slice_of(look->result.server), "llama.cpp"))
		return SERVER_LLAMACPP;
	if (!fields_scan(str_as_slice(&look->body), list, &root) ||
		!json_open(root.text, '[', &rest) || !json_item(&rest, &item) ||
		item.type != FIELD_OBJECT || !fields_scan(item.text, owner, &of))
		return -1;
	struct slice name = text_of(look, of);
	return slice_is(name, "vllm")       ? SERVER_VLLM
	       : slice_is(name, "llamacpp") ? SERVER_LLAMACPP
					    : -1;
}

static bool
has(struct look *look, const char *path, const char *place)
{
	const char *const places[] = { place, NULL };
	struct field field;
	return ask(look, path) && fields_scan(str_as_slice(&look->body), places, &field) &&
	       field.type != FIELD_ABSENT;
}

static bool
find_kind(struct look *look, struct err *err)
{
	struct server *server = look->server;
	bool listed = ask(look, "/v1/models");
	struct http_result first = look->result;
	int kind = look->options->kind;
	if (kind < 0)
		kind = kind_of_list(look);
	if (kind < 0 && (listed || first.status == 404)) {
		if (has(look, "/api/version", "version"))
			kind = SERVER_OLLAMA;
		else if (has_lmstudio_v1(look) || has_lmstudio_v0(look))
			kind = SERVER_LMSTUDIO;
		else if (has(look, "/props", "total_slots"))
			kind = SERVER_LLAMACPP;
		else if (listed)
			kind = SERVER_OPENAI;
	}
	look->result = first;
	server->kind = kind < 0 ? SERVER_OPENAI : (enum server_kind)kind;
	server->needs_key = first.status == 401 || first.status == 403;
	/* a kind that is known may have its list elsewhere */
	if (listed || (kind >= 0 && !server->needs_key && first.fault == HTTP_STATUS &&
			      first.status != 503))
		return true;
	return refused(look, err);
}

bool
server_answers(const struct server_options *options, const char *url, double *connect_ms)
{
	struct server server = { .connect_ms = MISSING };
	struct look look = { .options = options, .server = &server };
	snprintf(server.url, sizeof(server.url), "%s", url);
	bool there = ask(&look, "/v1/models") || look.result.status > 0;
	*connect_ms = server.connect_ms;
	str_free(&look.body);
	return there;
}

/* llama-server while it loads; others behind a proxy that waits for them. */
static bool
is_loading(const struct look *look)
{
	return look->result.status == 503;
}

static bool
look_once(struct look *look, struct err *err)
{
	static bool (*const looks[SERVER_KINDS])(struct look *, struct err *) = {
		[SERVER_LLAMACPP] = identify_llamacpp,
		[SERVER_OLLAMA] = identify_ollama,
		[SERVER_VLLM] = identify_openai,
		[SERVER_LMSTUDIO] = identify_lmstudio,
		[SERVER_OPENAI] = identify_openai,
	};
	return find_kind(look, err) && looks[look->server->kind](look, err);
}

static void
nap(int ms)
{
	const struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&time, NULL); /* a signal ends it early, which is what it is for */
}

bool
server_identify(const struct server_options *options, const char *url, struct server *server,
	struct err *err)
{
	struct look look = { .options = options, .server = server };
	int64_t start = http_now(), told = start;
	double connect_ms = MISSING;
	bool good;
	for (;;) {
		*server = (struct server){ .slots = -1,
			.context = -1,
			.parameters = -1,
			.model_bytes = -1,
			.gpu_bytes = -1,
			.connect_ms = connect_ms };
		snprintf(server->url, sizeof(server->url), "%s", url);
		good = look_once(&look, err);
		connect_ms = server->connect_ms;
		int64_t now = http_now(), waited = (now - start) / 1000000;
		if (good || !is_loading(&look) || (options->stop && *options->stop))
			break;
		if (waited >= options->wait_ms) {
			err_set(err, FAULT_SYSTEM,
				"%s: still loading its model after %.0f seconds (503)", url,
				(double)waited / 1000);
			break;
		}
		if (options->waiting && (told == start || now - told >= 1000000000)) {
			options->waiting(options->waiting_arg, url, waited, "loading its model");
			told = now;
		}
		nap(AGAIN_MS);
	}
	str_free(&look.body);
	arena_free(&look.arena);
	return good;
}
