/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd - the commands: one file each, ending in one const struct command.
 *
 * A command parses, calls the rooms to its left, hands an answer to app_show() and
 * returns the exit status: 0 done, 1 failed, 2 usage, 3 an alert, 4 not reconciled,
 * 5 not priced.
 */
#ifndef HLLM_CMD_CMD_H
#define HLLM_CMD_CMD_H

#include <stdio.h>

#include "base/opt.h"
#include "base/when.h"
#include "report/answer.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_ALERT = 3,
	EXIT_UNRECONCILED = 4,
	EXIT_UNPRICED = 5
};

/* The options every command takes, and the surroundings, looked at once in main(). */
struct app {
	const char *ledger, *config; /* --ledger, --config; NULL: the default place */
	struct option_list prices;   /* --prices FILE */
	const char *format, *table, *output, *period, *tz, *as_of, *color;
	const char *completion, *names; /* --completion SHELL; --names KIND, hidden */
	bool quiet, verbose, ids, help, version;

	const struct command *command; /* that is run; NULL: none yet */
	const char *program;           /* argv[0] */
	int argc;                      /* all of it, as line_all() was given it */
	char **argv;
	const char *data_dir;    /* HLLM_DATA_DIR or PKGDATADIR */
	const char *home;        /* "" if unknown */
	const char *config_home; /* $XDG_CONFIG_HOME or $HOME/.config; "" if unknown */
	const char *data_home;   /* $XDG_DATA_HOME or $HOME/.local/share; "" if unknown */
	const char *state_home;  /* $XDG_STATE_HOME or $HOME/.local/state; "" if unknown */
	int64_t now;             /* ns UTC: --as-of, else SOURCE_DATE_EPOCH, else the clock */
	/* why SOURCE_DATE_EPOCH was not taken; NULL: it was, or is not set */
	const char *clock_fault;
	bool stopped;       /* 'now' is set before the options are known, and stays */
	bool stamped;       /* the user said what 'now' is */
	bool progress;      /* stderr is a terminal and not --quiet */
	struct arena arena; /* for the run */
	/* NULL: as usual; else `hllm why` asks about the answer (inquiry.h) */
	struct inquiry *inquiry;
};
extern const struct option global_options[];

struct command {
	const char *name;
	const char *args;  /* "[FILE…]" */
	const char *words; /* "list|show": what the first argument can be, for completion; NULL */
	const char
		*names; /* the kind of things its arguments name (names.h), for completion; NULL */
	const char *help; /* one line */
	/* lines shown first by --help, each "hllm …  # what it does" */
	const char *examples;
	const struct option *options; /* its own; NULL none */
	size_t options_size;          /* of the struct the options fill */
	bool explains;                /* `hllm why` can be asked about its numbers: --ids */
	bool anyhow;                  /* it also runs where SOURCE_DATE_EPOCH is no time */
	/* args: positional arguments; values: the filled struct (zeroed at first). */
	int (*run)(struct app *app, void *values, int args_n, const char **args);
};
extern const struct command cmd_audit, cmd_breakeven, cmd_chart, cmd_check, cmd_decide, cmd_demo,
	cmd_doctor, cmd_export, cmd_hardware, cmd_import, cmd_imports, cmd_models, cmd_policies,
	cmd_prices, cmd_probe, cmd_report, cmd_why, cmd_workloads;
extern const struct command *const commands[];
extern const size_t commands_n;
const struct command *command_find(const char *name);

/* The commands that explain their numbers, for sentences. */
#define APP_EXPLAINED "audit, breakeven, decide, probe and report"

/* The surroundings: paths and streams.  Then, when the options are known, the clock. */
void app_init(struct app *app, const char *program);
bool app_settle(struct app *app, struct err *err) hl_must_check;
void app_free(struct app *app);
/* answer_init(), for an answer whose numbers may be asked about. */
void app_answer(const struct app *app, struct answer *answer, const char *schema);

void help_start(FILE *out);          /* hllm alone */
void help_all(FILE *out, int width); /* hllm --help */
void help_command(const struct command *command, FILE *out, int width);
bool completion_print(const char *shell, FILE *out); /* bash, zsh, fish; false: none of them */

/* "hllm: …" on stderr; returns the exit status that belongs to the fault. */
int app_fail(const struct app *app, const struct err *err);
/* The same for what is no error; not with --quiet. */
void app_say(const struct app *app, const char *fmt, ...) hl_printf(2, 3);
/* Are colours wanted in text that goes to a terminal, or to something else? */
bool app_color(const struct app *app, bool terminal);
/* When an answer is made, if the user has said so; NULL: of the clock it would be another one each time. */
const char *app_stamp(const struct app *app, char text[WHEN_TEXT]);
/*
 * Renders to stdout or, whole and by rename, to --output; returns EXIT_DONE or the failure.  With --ids the
 * numbers get theirs first; where `hllm why` asks, nothing is printed, and it has the answer.
 */
int app_show(const struct app *app, struct answer *answer);
/* The same for commands of cron, whose text says nothing when there is nothing to say (but with --verbose): then a
 * file of --output is emptied. */
int app_show_if(const struct app *app, struct answer *answer, bool anything);
/* Paths: the file given by option or the default place; NULL when there is no home folder (for the
 * ledger that is an error).  Nothing is created. */
const char *app_ledger_path(struct app *app, struct err *err);
const char *app_config_path(struct app *app);
/* Where answers with ids are remembered; NULL: no home folder is known. */
const char *app_asked_path(const struct app *app, struct arena *arena);

#endif
