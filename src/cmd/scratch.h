/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scratch - a private folder that is there only while some work is done.
 *
 * The work is done by a child process.  This one waits, and removes the folder however the child
 * ends: by itself, by a bug, by Ctrl-C or another signal that comes to either of the two.  Only what
 * kills this process without a chance (SIGKILL, no power) leaves it behind.
 */
#ifndef HLLM_CMD_SCRATCH_H
#define HLLM_CMD_SCRATCH_H

#include "base/err.h"

/*
 * Makes a folder called hllm-NAME.XXXXXX in $TMPDIR (/tmp), runs work(arg, folder), whose result is
 * the child's exit status, and removes the folder.  The modes of the terminal on stdin are as before
 * afterwards.  True: *status is that of the work.  Where a signal ended it, the same signal
 * ends this process.  False: there could be no folder or no child, or the folder is still there.
 */
bool scratch_run(const char *name, int (*work)(void *arg, const char *folder), void *arg,
	int *status, struct err *err) hl_must_check;

#endif
