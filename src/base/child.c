/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MOST_OUTPUT = 64 << 20,
	MOST_SAID = 64 << 10,
	MOST_TOLD = 400, /* of it in an error */
	PAUSE_MS = 5,
	MOURN_MS = 1000, /* for the end of one that was killed */
};

struct run {
	pid_t pid;
	int input, output, said; /* our ends; -1: closed */
	int64_t deadline;        /* ms of the monotonic clock */
	double seconds;          /* until then */
};

static int64_t
clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The program's ends are ends[0..2]; the signals that hllm ignores have their usual effect on it. */
static int
spawn(const char *const *argv, const int ends[3], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual, none;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setsigmask(&attributes, &none); /* whatever the thread keeps off itself */
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_adddup2(&actions, ends[fd], fd);
	/* it takes char *const *, and changes nothing (POSIX) */
	char *const *words;
	memcpy(&words, &argv, sizeof(words));
	int number = posix_spawnp(pid, argv[0], &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

/* A socket for the input: unlike a pipe it can be written to without a signal when nobody reads. */
static int
start(struct run *run, const char *const *argv)
{
	int pairs[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	int number = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[0]) != 0 ||
		pipe2(pairs[1], O_CLOEXEC) != 0 || pipe2(pairs[2], O_CLOEXEC) != 0)
		number = errno;
	const int ends[3] = { pairs[0][0], pairs[1][1], pairs[2][1] };
	if (!number)
		number = spawn(argv, ends, &run->pid);
	for (int i = 0; i < 3; i++)
		close_end(&pairs[i][i > 0]);
	run->input = pairs[0][1];
	run->output = pairs[1][0];
	run->said = pairs[2][0];
	return number;
}

/* False when the program does not read any more. */
static bool
send_some(struct run *run, struct slice *input)
{
	ssize_t n = send(run->input, input->p, input->n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return false;
	input->p += n > 0 ? n : 0;
	input->n -= n > 0 ? (size_t)n : 0;
	if (!input->n)
		close_end(&run->input);
	return true;
}

/* What is over 'most' is read and forgotten; false: so much came. */
static bool
receive_some(int *fd, struct str *text, size_t most)
{
	char bytes[16384];
	ssize_t n = read(*fd, bytes, sizeof(bytes));
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		close_end(fd);
	if (n <= 0)
		return true;
	bool room = text->n + (size_t)n <= most;
	if (room)
		str_add(text, bytes, (size_t)n);
	return room;
}

static bool
too_late(const struct run *run, struct err *err)
{
	return err_set(
		err, FAULT_SYSTEM, "did not end within %g seconds and was stopped", run->seconds);
}

static bool
talk(struct run *run, struct slice input, struct str *out, struct str *said, struct err *err)
{
	bool all = true;
	if (!input.n)
		close_end(&run->input);
	while (run->output >= 0 || run->said >= 0) {
		struct pollfd ends[] = { { run->input, POLLOUT, 0 }, { run->output, POLLIN, 0 },
			{ run->said, POLLIN, 0 } };
		int64_t left = run->deadline - clock_ms();
		if (left <= 0)
			return too_late(run, err);
		if (poll(ends, HL_COUNT(ends), (int)left) <= 0)
			continue;
		if (ends[0].revents && !send_some(run, &input))
			close_end(&run->input);
		if (ends[1].revents)
			all = receive_some(&run->output, out, MOST_OUTPUT) && all;
		if (ends[2].revents)
			receive_some(&run->said, said, MOST_SAID);
		if (!all)
			return err_set(err, FAULT_LIMIT, "wrote more than 64 MiB and was stopped");
	}
	return input.n == 0 || err_set(err, FAULT_SYSTEM, "did not read its input");
}

/* *status: of waitpid(). */
static bool
await(struct run *run, int *status, struct err *err)
{
	for (;;) {
		pid_t ended = waitpid(run->pid, status, WNOHANG);
		if (ended == run->pid)
			return true;
		if (ended < 0 && errno != EINTR)
			return err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
		if (clock_ms() >= run->deadline)
			return too_late(run, err);
		poll(NULL, 0, PAUSE_MS);
	}
}

static void
stop(const struct run *run)
{
	int status;
	int64_t until = clock_ms() + MOURN_MS;
	kill(-run->pid, SIGKILL);
	for (;;) {
		pid_t ended = waitpid(run->pid, &status, WNOHANG);
		if (ended == run->pid || (ended < 0 && errno != EINTR) || clock_ms() >= until)
			return;
		poll(NULL, 0, PAUSE_MS);
	}
}

/* On one line, without warnings, the carets and the echo of its input. */
static void
tell(struct str *line, struct slice said, const char *prompt)
{
	struct slice part;
	while (slice_cut(&said, '\n', &part) && line->n < MOST_TOLD) {
		part = slice_trim(part);
		if (prompt && slice_starts(part, prompt))
			part = slice_trim(
				(struct slice){ part.p + strlen(prompt), part.n - strlen(prompt) });
		if (!part.n || slice_is(part, "^") || slice_find(part, "warning: ") >= 0)
			continue;
		str_puts(line, line->n ? "; " : "");
		str_add(line, part.p, part.n < MOST_TOLD ? part.n : MOST_TOLD);
	}
}

static bool
judge(const struct child *child, int status, const struct str *said, struct err *err)
{
	struct str line = STR_INIT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	tell(&line, str_as_slice(said), child->prompt);
	const char *colon = line.n ? ": " : "";
	if (WIFSIGNALED(status))
		err_set(err, FAULT_SYSTEM, "was killed by signal %d%s%s", WTERMSIG(status), colon,
			str_text(&line));
	else
		err_set(err, FAULT_SYSTEM, "failed with status %d%s%s", WEXITSTATUS(status), colon,
			str_text(&line));
	str_free(&line);
	return false;
}

bool
child_run(const struct child *child, struct slice input, struct str *out, struct str *said,
	struct err *err)
{
	struct run run = { .deadline = clock_ms() + child->timeout_ms,
		.seconds = child->timeout_ms / 1000.0 };
	int status = 0, number = start(&run, child->argv);
	bool good = number == 0;
	if (number == ENOENT && child->absent)
		*child->absent = true;
	if (number == ENOENT)
		err_set(err, FAULT_SYSTEM, "not found in PATH; %s", child->remedy);
	else if (number)
		err_set(err, FAULT_SYSTEM, "%s", err_errno(number));
	if (good) {
		bool whole = talk(&run, input, out, said, err);
		/* one that ended too soon says more by how it ended */
		bool ended = (whole || run.output < 0) && await(&run, &status, err);
		if (!ended)
			stop(&run);
		good = ended && judge(child, status, said, err) && whole;
	}
	close_end(&run.input);
	close_end(&run.output);
	close_end(&run.said);
	return good || err_wrap(err, "%s", child->argv[0]);
}
