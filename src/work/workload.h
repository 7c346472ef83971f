/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workload - what a key's requests serve: a block of hllm.conf that matches, else what
 * the log itself says.
 *
 * Without --by the first dimension that a record has names its workload, in this
 * order: task, project, agent, key, endpoint, tag, environment; else it is "(unnamed)".
 */
#ifndef HLLM_WORK_WORKLOAD_H
#define HLLM_WORK_WORKLOAD_H

#include "conf/conf.h"
#include "fold/key.h"

enum by { BY_DEFAULT, BY_MODEL, BY_BILLER, BY_DIM }; /* BY_DIM + enum dim */

struct workload_rules {
	const struct conf *conf; /* or NULL */
	uint64_t secret;         /* users of hllm.conf are compared by their hash */
	int by;                  /* enum by */
};
/* "task", "model", …; -1 for a word that is none. */
int by_parse(const char *word);
extern const char by_words[]; /* "task|project|…" */

/* The name; borrowed from the key, the conf, or a literal. */
struct slice workload_name(const struct workload_rules *rules, const struct key *key);
/* Which dimension gave the name, as a word: "task", "hllm.conf", "model", …. */
const char *workload_source(const struct workload_rules *rules, const struct key *key);

#define WORKLOAD_UNNAMED    "(unnamed)"
#define WORKLOAD_NOT_LOGGED "(not in your logs)"
#define WORKLOAD_NOT_BILLED "(logged, not billed)"
/* The same where the provider's usage export stands for the logs. */
#define WORKLOAD_BEYOND_USAGE   "(billed beyond usage)"
#define WORKLOAD_UNBILLED_USAGE "(used, not billed)"

/* Is that the name of a difference between files, and no work? */
bool workload_is_difference(struct slice name);

#endif
