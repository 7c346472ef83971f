/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void
output_guard(void)
{
	/* the wrong way round, so that using one of them fails as if it were closed */
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[fd]) < 0)
			return;
}

static bool
failed(const char *name, int number, struct err *err)
{
	return err_set(err, FAULT_SYSTEM, "%s: %s", name, err_errno(number));
}

/* A reader that has gone is no failure, now or when more is written. */
static bool
reader_left(void)
{
	if (errno != EPIPE)
		return false;
	clearerr(stdout);
	return true;
}

/* Everything.  0 or an errno. */
static int
write_all(int fd, struct slice text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			text.p += n;
			text.n -= (size_t)n;
		}
	}
	return 0;
}

static bool
flush_stdout(struct err *err)
{
	errno = 0;
	if ((fflush(stdout) == 0 && !ferror(stdout)) || reader_left())
		return true;
	return failed("standard output", errno ? errno : EIO, err);
}

/* Past stdio, which would fail with the rest of its buffer a second time. */
bool
output_stdout(struct slice text, struct err *err)
{
	if (!flush_stdout(err))
		return false;
	int number = write_all(STDOUT_FILENO, text);
	return number == 0 || number == EPIPE || failed("standard output", number, err);
}

bool
output_close(struct err *err)
{
	if (!flush_stdout(err))
		return false;
	/* file systems over a network report a full disk only here */
	if (fclose(stdout) == 0 || errno == EBADF || errno == EPIPE)
		return true;
	return failed("standard output", errno, err);
}

/* Everything, to the disk; closes 'fd'.  0 or an errno. */
static int
write_file(int fd, struct slice text, bool regular)
{
	int number = write_all(fd, text);
	if (!number && regular && fsync(fd) != 0)
		number = errno;
	if (close(fd) != 0 && !number)
		number = errno;
	return number;
}

/* A new file gets the permissions that open() would have given it. */
static mode_t
usual_mode(const struct stat *old, bool exists)
{
	if (exists)
		return old->st_mode & 07777;
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int
replace(const char *path, struct slice text, mode_t mode)
{
	char *temporary = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(temporary);
	if (fd < 0) {
		int number = errno;
		free(temporary);
		return number;
	}
	int number = fchmod(fd, mode) == 0 ? 0 : errno;
	int wrote = write_file(fd, text, true);
	number = number ? number : wrote;
	if (!number && rename(temporary, path) != 0)
		number = errno;
	if (number)
		unlink(temporary);
	free(temporary);
	return number;
}

bool
output_check(const char *path, struct err *err)
{
	struct stat st;
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return failed(path, EISDIR, err);
		if (!S_ISREG(st.st_mode))
			return true;
	}
	char *real = realpath(path, NULL), *folder = real ? real : xstrdup(path);
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	bool good = access(slash ? folder : ".", W_OK) == 0 || failed(path, errno, err);
	free(folder);
	return good;
}

bool
output_file(const char *path, struct slice text, struct err *err)
{
	struct stat old;
	bool exists = stat(path, &old) == 0;
	int number;
	if (exists && !S_ISREG(old.st_mode)) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		number = fd < 0 ? errno : write_file(fd, text, false);
	} else {
		/* behind a symbolic link lies the file to be replaced, not the link */
		char *real = realpath(path, NULL);
		number = replace(real ? real : path, text, usual_mode(&old, exists));
		free(real);
	}
	return number ? failed(path, number, err) : true;
}

/* ---- in pieces ---- */

enum { PIECE = 1 << 16 };

/* A file without a name, so that nobody has to take it away; where that cannot be, one with a name. */
static bool
open_hidden(struct output_sink *sink, mode_t mode)
{
	char *folder = xstrdup(sink->path), *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	sink->fd = open(slash ? folder : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(folder);
	if (sink->fd < 0) {
		sink->name = xasprintf("%s.XXXXXX", sink->path);
		sink->fd = mkstemp(sink->name);
	}
	return sink->fd >= 0 && fchmod(sink->fd, mode) == 0;
}

static void
free_sink(struct output_sink *sink)
{
	free(sink->path);
	free(sink->name);
	str_free(&sink->held);
}

bool
output_begin(struct output_sink *sink, const char *path, struct err *err)
{
	struct stat old;
	*sink = (struct output_sink){
		.fd = STDOUT_FILENO, .given = path ? path : "standard output", .held = STR_INIT
	};
	if (!path)
		return flush_stdout(err);
	bool exists = stat(path, &old) == 0, opened;
	if (exists && !S_ISREG(old.st_mode)) {
		sink->fd = open(path, O_WRONLY | O_CLOEXEC);
		opened = sink->fd >= 0;
	} else {
		char *real = realpath(path, NULL);
		sink->path = real ? real : xstrdup(path);
		opened = open_hidden(sink, usual_mode(&old, exists));
	}
	if (opened)
		return true;
	failed(path, errno, err);
	free_sink(sink);
	return false;
}

static void
write_held(struct output_sink *sink)
{
	if (!sink->number)
		sink->number = write_all(sink->fd, str_as_slice(&sink->held));
	str_clear(&sink->held);
}

void
output_put(void *arg, struct slice text)
{
	struct output_sink *sink = arg;
	str_slice(&sink->held, text);
	if (sink->held.n >= PIECE)
		write_held(sink);
}

/* Gives a hidden file its name, in place of what had it.  0 or an errno. */
static int
reveal_file(struct output_sink *sink)
{
	if (!sink->name) {
		char *open_file = xasprintf("/proc/self/fd/%d", sink->fd);
		sink->name = xasprintf("%s.%ld", sink->path, (long)getpid());
		unlink(sink->name);
		int linked = linkat(AT_FDCWD, open_file, AT_FDCWD, sink->name, AT_SYMLINK_FOLLOW);
		free(open_file);
		if (linked != 0)
			return errno;
	}
	return rename(sink->name, sink->path) == 0 ? 0 : errno;
}

bool
output_end(struct output_sink *sink, bool good, struct err *err)
{
	write_held(sink);
	int number = sink->fd == STDOUT_FILENO && sink->number == EPIPE ? 0 : sink->number;
	if (sink->path) {
		number = number || !good || fsync(sink->fd) == 0 ? number : errno;
		number = number || !good ? number : reveal_file(sink);
		if ((number || !good) && sink->name)
			unlink(sink->name);
	}
	if (sink->fd != STDOUT_FILENO && close(sink->fd) != 0 && !number)
		number = errno;
	if (number && good)
		failed(sink->given, number, err);
	free_sink(sink);
	return good && !number;
}

int
output_lock(const char *path)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	int locked = fd < 0 ? -1 : flock(fd, LOCK_EX);
	while (fd >= 0 && locked != 0 && errno == EINTR)
		locked = flock(fd, LOCK_EX);
	if (locked == 0)
		return fd;
	output_unlock(fd);
	return -1;
}

void
output_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}
