/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy-files - the policies of this run: shipped ones, then the user's of the same name, or a file; and their settings. */
#ifndef HLLM_CMD_POLICY_FILES_H
#define HLLM_CMD_POLICY_FILES_H

#include "cmd/cmd.h"
#include "conf/conf.h"
#include "decide/policy.h"

struct policies {
	struct policy **items; /* each owned */
	size_t n, size;
};
void policies_free(struct policies *policies);

/* The names that there are, from the run's arena: the shipped ones in their order, then the user's own. */
const char *const *policy_names(struct app *app, size_t *n);
/* Of a policy with that name, or of a name with a slash or .conf in it, which is a path.  NULL: err. */
const char *policy_path(struct app *app, const char *name, struct err *err);

/*
 * One policy by name or path, or "all" that have a name; NULL is what the settings of hllm.conf name,
 * else "default".  Parameter blocks of 'conf' and 'set' (NAME=VALUE, each for at least one of them)
 * are applied; a block for any other policy is checked all the same.
 */
bool policies_open(struct app *app, const struct attributes *attributes, const struct conf *conf,
	const char *name, const struct option_list *set, struct policies *out,
	struct err *err) hl_must_check;
/* Are the parameter blocks right?  For commands that save before they decide. */
bool policies_check_conf(struct app *app, const struct attributes *attributes,
	const struct conf *conf, struct err *err) hl_must_check;

#endif
