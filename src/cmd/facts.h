/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts - what `hllm check` has to know of the ledger, of hllm.conf and of servers before it can judge. */
#ifndef HLLM_CMD_FACTS_H
#define HLLM_CMD_FACTS_H

#include "cmd/study.h"
#include "report/alerts.h"

/* All that one check is made of; zeroed at first. */
struct facts {
	struct app *app;
	struct study study;           /* gathered */
	struct audit_options options; /* of all its data */
	struct check_settings settings;
	struct budgets budgets;
	struct limits limits;
	struct history history;
	struct study newest; /* the month of the newest data, watched */
	struct fallbacks fallbacks;
	struct str again, again_study;
	struct alert_facts facts; /* what is to be judged */
};

/* Reads hllm.conf and the ledger, counts and prices.  False: err; facts_free() is due either way. */
bool facts_gather(struct facts *facts, const struct study_options *options, const char *policy,
	struct err *err) hl_must_check;
void facts_free(struct facts *facts);

/* Are the addresses of the check block such that they may be asked? */
bool facts_check_servers(const struct facts *facts, bool remote, struct err *err) hl_must_check;
/* Asks each of them; only here anything is sent.  False: this machine cannot. */
bool facts_ask_servers(struct facts *facts, bool remote, struct err *err) hl_must_check;

#endif
