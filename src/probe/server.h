/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server - inference servers: finding those on this machine, telling their kinds apart, and what each says
 * of itself.
 *
 * What tells them apart, in this order:
 *	llama.cpp	"Server: llama.cpp", or "owned_by": "llamacpp" in /v1/models
 *	vLLM		"owned_by": "vllm" in /v1/models
 *	Ollama		/api/version
 *	LM Studio	/api/v1/models with "key" and "loaded_instances", or /api/v0/models with "state" and
 *			a context length
 *	llama.cpp	/props with "total_slots" (behind a proxy)
 *	openai		anything else with a list of models at /v1/models
 *
 * The key, if there is one, goes with every request to the server's own origin and nowhere else (http.h).
 */
#ifndef HLLM_PROBE_SERVER_H
#define HLLM_PROBE_SERVER_H

#include <signal.h>

#include "base/estimate.h"
#include "probe/http.h"

enum server_kind {
	SERVER_LLAMACPP,
	SERVER_OLLAMA,
	SERVER_VLLM,
	SERVER_LMSTUDIO,
	SERVER_OPENAI,
	SERVER_KINDS
};
extern const char *const server_kinds[SERVER_KINDS];  /* "llamacpp": for --api and JSON */
extern const char *const server_titles[SERVER_KINDS]; /* "llama.cpp": for people */

enum { SERVER_URL = 512, SERVER_NAME = 256 };

/* What is not told is "" or -1. */
struct server {
	enum server_kind kind;
	char url[SERVER_URL]; /* without a path or a slash at its end: "http://127.0.0.1:8080" */
	char version[SERVER_NAME];
	char model[SERVER_NAME]; /* that is asked for */
	char quant[64];
	int64_t slots;                   /* requests that it works on at once */
	int64_t context;                 /* tokens of one request */
	int64_t parameters, model_bytes; /* of the model */
	int64_t gpu_bytes; /* of model_bytes, in the GPU's memory (Ollama, when it is loaded) */
	int models;        /* that it offers */
	double connect_ms; /* how long opening a connection took; MISSING: it was open */
	bool loaded;       /* the model is in memory already, as far as that is told */
	bool open_to_all;  /* listens on every interface, and answered without a key */
	bool needs_key;    /* it answered 401 or 403 without one */
};

struct server_options {
	struct http *http;
	const char *model; /* --model; NULL: the first that is loaded, else the first */
	int kind;          /* enum server_kind of --api; -1: to be found out */
	int64_t wait_ms;   /* for a server that is loading its model; 0: not at all */
	int64_t ask_ms;    /* that one question may take; 0: 5,000 */
	const volatile sig_atomic_t *stop; /* may be NULL; a signal handler sets it */
	/* Called about once a second while it waits; may be NULL. */
	void (*waiting)(void *arg, const char *url, int64_t waited_ms, const char *what);
	void *waiting_arg;
	const char *root; /* of /proc; NULL: "" */
};

/* Usual ports of this machine, in the order in which they are tried. */
enum { SERVER_PORTS = 5 };
extern const int server_ports[SERVER_PORTS];

struct servers {
	struct server *items;
	size_t n, size;
};

/*
 * Of what listens at the usual ports of 127.0.0.1, the servers of models.  options->http has no key: who
 * listens there is not known before.  One that asks for a key is among them, with needs_key and without a model.
 * False: none; err says where was looked and what was wrong there.
 */
bool server_find(
	const struct server_options *options, struct servers *out, struct err *err) hl_must_check;
void servers_free(struct servers *servers);

/*
 * "host:port", or a URL with or without /v1 behind it, as server.url; a user or a password in it is an
 * error, for it would be seen in process lists.  An address off this machine is one without 'remote'.
 * FAULT_USAGE.
 */
bool server_url(const char *text, bool remote, char url[SERVER_URL], struct err *err) hl_must_check;

/* What stands at a URL of server_url().  Waits while it loads its model.  False: one sentence with host
 * and cause; FAULT_SYSTEM, or FAULT_USAGE where the key or the model is wrong. */
bool server_identify(const struct server_options *options, const char *url, struct server *server,
	struct err *err) hl_must_check;

/* Does anything listen there?  *connect_ms as above. */
bool server_answers(const struct server_options *options, const char *url, double *connect_ms);

/* One request of at most five tokens, not streamed.  False: err says what came instead.  *ms: how long it
 * took. */
bool server_health(const struct server_options *options, const struct server *server, double *ms,
	struct err *err) hl_must_check;

/* Its port, also where the URL leaves it to the scheme. */
int server_port(const char *url);

/* Does something listen on this port on all interfaces (/proc/net/tcp, tcp6 below 'root')? */
bool server_listens_to_all(const char *root, int port);

/*
 * The key for a server: the only line of 'file', else of the environment's HLLM_PROBE_KEY ('env', NULL:
 * not set).  "" and true: there is none.  A file that others can read is FAULT_INPUT, as is one with
 * more than a line.
 */
bool server_key(const char *file, const char *env, struct str *key, struct err *err) hl_must_check;

#endif
