/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study - what `audit` and `why` share: from files, an import or the ledger to a counted and priced audit. */
#ifndef HLLM_CMD_STUDY_H
#define HLLM_CMD_STUDY_H

#include "cmd/intake.h"
#include "report/audit.h"
#include "work/profile.h"

struct study_options {
	int64_t days;
	const char *by;
};
#define STUDY_OPTIONS(type, member)                                                         \
 { 0, "by", OPTION_TEXT, .offset = offsetof(struct type, member.by), .arg = "DIM",          \
	 .values = "task|project|key|agent|endpoint|environment|tag|user|model|biller",     \
	 .help = "what makes a workload (default: the first of these that a record has)" }, \
 {                                                                                          \
  0, "days", OPTION_COUNT, .offset = offsetof(struct type, member.days), .arg = "N",        \
			   .help = "how many days the files stand for, for monthly figures" \
 }

struct study {
	bool borrows; /* of study_month(): what was gathered belongs to another one */
	struct taken taken;
	bool of_ledger;
	struct catalog *catalog;
	struct contract *contract;
	struct workload_rules rules;
	int64_t day_most;
	int64_t zone_offset; /* seconds, of --tz */
	struct period period;
	char currency[4]; /* of the settings; "" none */
	struct pool pool;
	struct audit audit;
	struct claims *claims;
	bool without_hours; /* set before study_run(): nobody asks for the hours of the day */
	bool of_totals;     /* and few half hours are looked at at all: see pool_of_totals() */
	bool watch;         /* set before study_run(): keep what findings need */
	struct traffic traffic;
	bool found; /* findings were looked for */
	struct findings findings;
	struct audit_report report;
	struct successors successors; /* from study_ready() on, as the next two */
	struct attributes *attributes;
	struct task_types *types;
	struct subjects subjects; /* of study_describe() */
	struct policy *policy;    /* of study_decide() */
	struct rulings rulings;
	struct reconciliation reconciliation; /* of study_reconcile() */
	bool reconciled;
	struct tolerance tolerance;
};

/* The sources of one import; 0: the ledger as a whole. */
bool study_open(
	struct app *app, int64_t import, struct study *study, struct err *err) hl_must_check;
/* The files of --in, read anew and not saved; without them the sources of an import, or the ledger. */
bool study_begin(struct app *app, struct intake_options *intake, const struct option_list *in,
	int64_t import, struct study *study, struct err *err) hl_must_check;
/* What study_run() needs beside records: called before them, no file is saved for an audit that cannot be. */
bool study_ready(struct app *app, struct study *study, struct err *err) hl_must_check;
bool zone_check(const char *zone, struct err *err) hl_must_check;
/* Seconds that clocks of --tz (NULL: UTC) are ahead of UTC at a time; the process then has that zone. */
bool zone_offset(const char *zone, int64_t ns, int64_t *offset, struct err *err) hl_must_check;
/* The same at a second, in the zone that the process has by then. */
int64_t zone_at(int64_t second);
/* From what was taken to a pool, its claims, and what prices it: the same for all periods. */
bool study_gather(struct app *app, const struct study_options *options, struct study *study,
	struct err *err) hl_must_check;
/*
 * One month (year * 12 + month - 1, where --tz says) of what another study gathered, counted and priced; that one
 * must outlive it.  'watch' and 'without_hours' are as there.  study_describe(), study_find() and the rest go on
 * from it as from study_run(); study_free() frees what is its own.
 */
bool study_month(struct app *app, const struct study *gathered, int month, struct study *out,
	struct err *err) hl_must_check;
/* study_gather(), and all of --period counted and priced. */
bool study_run(struct app *app, const struct study_options *options, struct study *study,
	struct err *err) hl_must_check;
/* Why the bill is not what the log would cost; the audit must have run. */
void study_reconcile(struct study *study, const struct tolerance *tolerance);
/* What is known of each workload; the audit must have run. */
void study_describe(const struct study_options *options, struct study *study);
/* The verdicts of a policy (NULL: the usual one) on what study_describe() found; study_policy() has
 * loaded it before anything was saved. */
bool study_policy(
	struct app *app, const char *name, struct study *study, struct err *err) hl_must_check;
void study_decide(struct study *study);
/* As the audit runs, without a hook. */
struct audit_options study_options_of(const struct study *study);
/* Looks for findings, which the report then shows; after study_describe(), of an audit that watched. */
bool study_find(
	const struct study_options *options, struct study *study, struct err *err) hl_must_check;
/* successors.csv: the shipped one, then the user's own. */
bool load_successors(struct app *app, struct successors *successors, struct err *err) hl_must_check;
/* Sets study->report to what is there by now, without an answer as long as nothing is printed. */
void study_view(const struct study_options *options, struct study *study);
/* Fills the answer; the audit must have run. */
void study_report(struct app *app, const struct study_options *options, struct study *study,
	struct answer *answer);
void study_free(struct study *study);

#endif
