/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe - what the parts of `hllm probe` share: its options, and the catalogues. */
#ifndef HLLM_CMD_PROBE_H
#define HLLM_CMD_PROBE_H

#include "cmd/local.h"
#include "ledger/probe.h"
#include "report/probe.h"

struct probe_options {
	/* the server */
	const char *url, *model, *api, *key_file;
	int64_t wait;
	bool remote, wait_given, health;
	/* what was measured */
	const char *on, *as, *quant;
	const char *import;
	bool list, compare, show_given, remove_given, no_save;
	int64_t show, remove;
	const char *chart, *chart_ttft;
	bool machine;
	/* how it is measured */
	const char *concurrency, *budget, *workload, *watts, *samples;
	int64_t prompt_tokens, output_tokens;
	femto_t max_ttft, max_tpot; /* ms */
	bool prompt_given, output_given, ttft_given, tpot_given;
	bool find; /* only say what is there */
};
enum { PROBE_WAIT_SECONDS = 120 }; /* where --wait is not given */

/* Each fills the answer; false: err. */
bool probe_list(struct app *app, struct answer *answer, struct err *err) hl_must_check;
bool probe_show(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err) hl_must_check;
/* For `hllm why`: the kept result of what was measured at the time of this run, which is not measured again. */
bool probe_again(
	struct app *app, struct answer *answer, struct probe *probe, struct err *err) hl_must_check;
bool probe_compare(
	struct app *app, const char **ids, struct answer *answer, struct err *err) hl_must_check;
bool probe_remove(
	struct app *app, int64_t id, struct answer *answer, struct err *err) hl_must_check;
/* 'probe' becomes the file's only one; with several it stays empty, and the answer is a list. */
bool probe_import(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err) hl_must_check;
/* Are the options of a measurement what they should be?  Before anything is asked. */
bool probe_run_check(
	struct app *app, const struct probe_options *options, struct err *err) hl_must_check;
/* Measures a server, saves what was found, and tells it. */
bool probe_measure(struct app *app, const struct probe_options *options,
	const struct server *server, struct http *http, struct probe *probe, struct answer *answer,
	struct err *err) hl_must_check;
/* Finds the server, and measures it. */
bool probe_live(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err) hl_must_check;
/* Servers on this machine, or at --url. */
bool probe_servers(struct app *app, const struct probe_options *options, struct answer *answer,
	struct err *err) hl_must_check;
/* One line; returns the exit status. */
int probe_health(struct app *app, const struct probe_options *options, struct err *err);

/* --on, --as and --quant go before what the server or the file says.  False: one of them is not in its
 * catalogue. */
bool probe_rename(struct app *app, const struct probe_options *options, struct probe *probe,
	struct err *err) hl_must_check;
/* Stores it, unless --no-save, or the same is there already; the answer says which. */
bool probe_save(struct app *app, const struct probe_options *options, struct probe *probe,
	struct answer *answer, struct err *err) hl_must_check;
/* The answer about one probe, with what plans make of it. */
bool probe_tell(struct app *app, const struct probe *probe, struct answer *answer,
	struct err *err) hl_must_check;

#endif
