/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ruling - the policies of this run: found by name, with the settings of hllm.conf and of --set. */
#ifndef HLLM_CMD_RULING_H
#define HLLM_CMD_RULING_H

#include "cmd/cmd.h"
#include "conf/conf.h"
#include "decide/policy.h"

#define RULING_DEFAULT "default"
#define RULING_ALL     "all"

/* The names of all policies there are, from the run's arena: the shipped ones, ours first, then those of the seeds in
 * their order, then the user's own. */
const char **app_policy_names(struct app *app, size_t *n);

/*
 * The policy of that name, or in that file when 'name' has a '/' or ends in ".conf"; the user's own
 * goes before a shipped one of the same name.  NULL as name: the one that hllm.conf says, else the
 * default.  parameter "POLICY.NAME" blocks of hllm.conf count, then 'sets' ("NAME=VALUE" each, may
 * be NULL).  A block for another policy is checked all the same.  NULL: err.  The caller frees it.
 */
struct policy *app_policy(struct app *app, const struct attributes *attributes,
	const struct conf *conf, const char *name, const struct option_list *sets, struct err *err);

/* The same for one, or with RULING_ALL for all that have a name; each of 'sets' is for at least one. */
struct policies {
	struct policy **items; /* owned */
	size_t n, size;
};
bool app_policies(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const char *name, const struct option_list *sets, struct policies *out,
	struct err *err) hl_must_check;
void policies_free(struct policies *policies);

#endif
