/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/scratch.h"

#include <errno.h>
#include <fts.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"

/* What ends the work before its time. */
static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static const char *
place(void)
{
	const char *folder = getenv("TMPDIR");
	return folder && folder[0] == '/' ? folder : "/tmp";
}

static char *
make_folder(const char *name, struct err *err)
{
	char *folder = xasprintf("%s/hllm-%s.XXXXXX", place(), name);
	if (mkdtemp(folder))
		return folder;
	err_set(err, FAULT_SYSTEM,
		"%s: %s, expected a folder for temporary files (another one: TMPDIR=FOLDER hllm "
		"%s)",
		place(), err_errno(errno), name);
	free(folder);
	return NULL;
}

static bool
remove_folder(const char *folder, struct err *err)
{
	char *copy = xstrdup(folder), *const roots[] = { copy, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int number = walk ? 0 : errno;
	for (const FTSENT *entry; walk && (entry = fts_read(walk));)
		if (entry->fts_info != FTS_D && remove(entry->fts_accpath) != 0 && !number)
			number = errno;
	if (walk)
		fts_close(walk);
	free(copy);
	return !number || err_set(err, FAULT_SYSTEM, "%s: %s, expected to remove it; rm -r %s",
				  folder, err_errno(number), folder);
}

/* Blocks what is waited for; what is ignored (nohup) stays so.  Blocked, SIGTTOU lets the modes of
 * the terminal be set from the background, too. */
static void
hold_signals(sigset_t *held, sigset_t *before)
{
	sigset_t blocked;
	sigemptyset(held);
	sigaddset(held, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < HL_COUNT(endings); i++) {
		struct sigaction action;
		if (sigaction(endings[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(held, endings[i]);
	}
	blocked = *held;
	sigaddset(&blocked, SIGTTOU);
	sigprocmask(SIG_BLOCK, &blocked, before);
}

/* As the signal would have ended this process, had it not been held. */
static int
end_by(int number)
{
	if (number != SIGKILL)
		signal(number, SIG_DFL);
	kill(getpid(), number);
	return 128 + number; /* where it is blocked from outside */
}

/* Until the child has ended.  *number: the signal that this process got meanwhile, 0 none. */
static int
await(pid_t child, const sigset_t *held, int *number)
{
	int ended = 0;
	*number = 0;
	while (waitpid(child, &ended, WNOHANG) != child) {
		int got = sigwaitinfo(held, NULL);
		if (got <= 0 || got == SIGCHLD)
			continue;
		*number = got;
		kill(child, SIGKILL); /* it holds nothing that could not be thrown away */
	}
	return ended;
}

bool
scratch_run(const char *name, int (*work)(void *arg, const char *folder), void *arg, int *status,
	struct err *err)
{
	sigset_t held, before;
	struct termios modes;
	/* first of all: what comes between would leave the folder behind */
	hold_signals(&held, &before);
	char *folder = make_folder(name, err);
	if (!folder) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return false;
	}
	bool terminal = tcgetattr(STDIN_FILENO, &modes) == 0;
	pid_t child = fork();
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		int result = work(arg, folder);
		free(folder);
		exit(result);
	}
	int number = 0, cause = errno, ended = child > 0 ? await(child, &held, &number) : 0;
	if (terminal && child > 0)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	bool good = remove_folder(folder, err);
	free(folder);
	if (!number && child > 0 && WIFSIGNALED(ended))
		number = WTERMSIG(ended);
	*status = number ? end_by(number) : WEXITSTATUS(ended);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (child < 0)
		return err_set(err, FAULT_SYSTEM, "no second process: %s", err_errno(cause));
	return good;
}
