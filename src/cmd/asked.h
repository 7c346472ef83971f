/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * asked - the last answers that were printed with ids, so that `hllm why ID` knows what is meant.
 *
 * $XDG_STATE_HOME/hllm/asked has an answer a line, the newest last, as JSON: "time" (UTC), "now" (the clock of
 * that run, ns), "folder", "arguments", "schema" and "ids", each with its number as it was printed.  It is
 * written whole, by rename, readable by its owner alone; never with --no-save.  It can be deleted at any time.
 */
#ifndef HLLM_CMD_ASKED_H
#define HLLM_CMD_ASKED_H

#include "cmd/cmd.h"

enum { ASKED_MOST = 20 };

struct asked {
	char **arguments; /* of hllm, without its own name; NULL behind the last */
	int arguments_n;
	char *folder;
	char *printed; /* the number */
	int64_t now;
};

/* Remembers the answer; where that cannot be, says so and goes on. */
void asked_keep(const struct app *app, struct answer *answer);
/* Is this run's answer not to be remembered, or can it not be? */
bool asked_not_kept(const struct app *app);
/* The command of this run, for a shell, without the name of the program and without --ids. */
void asked_command(const struct app *app, struct str *out);
/* One more word of a shell's command line, quoted where it has to be. */
void asked_put_word(struct str *out, const char *word);
/* The newest answer that has the id; false: none has, or nothing is remembered.  asked_free() is due. */
bool asked_find(const struct app *app, struct slice id, struct asked *out);
void asked_free(struct asked *asked);

#endif
