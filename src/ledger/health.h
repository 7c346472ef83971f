/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * health - what state a ledger is in, and what of it could be had again if it were damaged.
 *
 * Nothing is changed by looking: the file is opened to be read only, what a killed import left is not
 * rolled back, no table is brought up to date.  Nothing fails either: what is wrong is the answer.
 */
#ifndef HLLM_LEDGER_HEALTH_H
#define HLLM_LEDGER_HEALTH_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

enum ledger_state {
	LEDGER_WELL,
	LEDGER_NONE,       /* there is no such file */
	LEDGER_NO_FILE,    /* a folder, a device */
	LEDGER_CLOSED,     /* the system does not let us read it */
	LEDGER_FOREIGN,    /* a database of another program */
	LEDGER_NOTHING,    /* no database at all */
	LEDGER_NEWER,      /* of an hllm that is newer than this one */
	LEDGER_DAMAGED,    /* and 'why' where */
	LEDGER_BUSY,       /* another process keeps it from being read */
	LEDGER_UNFINISHED, /* an import was killed: the next command that may write rolls it back */
};

/* A file that was imported, once for each way in which it was read. */
struct ledger_file {
	char *name, *options; /* as the source has them */
	bool there;           /* it still has at least what was read of it then */
};

struct ledger_health {
	enum ledger_state state;
	struct err why; /* where the state is not LEDGER_WELL or LEDGER_NONE */
	bool exists;    /* something of that name: the next three are of it */
	int64_t bytes;
	mode_t mode;
	uid_t owner;
	int64_t version;         /* of its tables; -1 not told */
	int64_t imports, probes; /* -1 not told */
	int64_t first, last; /* seconds since 1970 of what counts; INT64_MAX, INT64_MIN: no times */
	bool whole;          /* all of it was looked at; false: time was up */
	pid_t holder; /* the process that is writing to it; 0 none, -1 one that cannot be told */
	char holder_name[64]; /* as /proc calls it; "" not told */
	struct ledger_file *files;
	size_t files_n, files_size;
	bool files_known; /* these are all files that were imported */
};

/* Looks for at most about so long; 0: to the end. */
void ledger_examine(const char *path, int64_t budget_ms, struct ledger_health *out);
void ledger_health_free(struct ledger_health *health);
/* The version of the tables that this program writes. */
int ledger_newest_version(void);

#endif
