/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <unistd.h>

enum { PEEK = 4096, EXPANSION = 200, FREE_EXPANSION = 64 << 20, BLOCK = 1 << 18 };

struct input {
	char *path, *name;
	int fd;
	struct stat st;
	bool opened;             /* the one file of a plain input was given out */
	struct archive *archive; /* NULL: plain */
	bool zip;
	uint64_t in, out;        /* bytes in and out of the container */
	size_t peeked, given;    /* first bytes, read to tell what it is */
	char peek[PEEK];
	char block[BLOCK];
	char error[256];
};

static ssize_t
read_full(int fd, char *buf, size_t n)
{
	size_t got = 0;
	while (got < n) {
		ssize_t r = read(fd, buf + got, n - got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

static ssize_t
archive_bytes(struct archive *archive, void *arg, const void **buf)
{
	(void)archive;
	struct input *input = arg;
	*buf = input->block;
	size_t n = input->peeked - input->given;
	if (n) {
		memcpy(input->block, input->peek + input->given, n);
		input->given = input->peeked;
	} else {
		ssize_t r = read(input->fd, input->block, BLOCK);
		if (r < 0) {
			archive_set_error(archive, errno, "%s", err_errno(errno));
			return -1;
		}
		n = (size_t)r;
	}
	input->in += n;
	return (ssize_t)n;
}

/* What the first bytes say: 0 plain, 1 a compressed stream, 2 a zip. */
static int
container_of(const char *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		int kind;
	} magics[] = { { "\x1f\x8b", 2, 1 }, { "\xfd" "7zXZ", 5, 1 }, { "\x28\xb5\x2f\xfd", 4, 1 }, { "BZh", 3, 1 },
		{ "PK\x03\x04", 4, 2 }, { "PK\x05\x06", 4, 2 } };
	for (size_t i = 0; i < HL_COUNT(magics); i++)
		if (n >= magics[i].n && memcmp(p, magics[i].magic, magics[i].n) == 0)
			return magics[i].kind;
	return 0;
}

static bool
open_archive(struct input *input, int kind, struct err *err)
{
	struct archive *archive = input->archive = archive_read_new();
	input->zip = kind == 2;
	/* named one by one: the all-filters call may start programs */
	if (kind == 1) {
		archive_read_support_filter_gzip(archive);
		archive_read_support_filter_xz(archive);
		archive_read_support_filter_zstd(archive);
		archive_read_support_filter_bzip2(archive);
		archive_read_support_format_raw(archive);
	} else {
		archive_read_support_format_zip(archive);
	}
	if (archive_read_open(archive, input, NULL, archive_bytes, NULL) != ARCHIVE_OK)
		return err_set(err, FAULT_INPUT, "%s: damaged container: %s", input->path, archive_error_string(archive));
	return true;
}

static bool
open_file(struct input *input, struct err *err)
{
	bool is_stdin = strcmp(input->path, "-") == 0;
	input->fd = is_stdin ? STDIN_FILENO : open(input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (input->fd < 0 || fstat(input->fd, &input->st) != 0)
		return err_set(err, FAULT_INPUT, "%s: %s", input->path, err_errno(errno));
	if (!is_stdin && !S_ISREG(input->st.st_mode))
		return err_set(err, FAULT_INPUT, "%s: not a regular file, expected a file or a directory (read a pipe with '-')",
			input->path);
	ssize_t n = read_full(input->fd, input->peek, PEEK);
	if (n < 0)
		return err_set(err, FAULT_INPUT, "%s: %s", input->path, err_errno(errno));
	input->peeked = (size_t)n;
	int kind = container_of(input->peek, input->peeked);
	return kind == 0 || open_archive(input, kind, err);
}

struct input *
input_open(const char *path, struct err *err)
{
	struct input *input = xcalloc(1, sizeof(*input));
	input->path = xstrdup(path);
	input->name = xstrdup(strcmp(path, "-") == 0 ? "(standard input)" : path);
	input->fd = -1;
	if (open_file(input, err))
		return input;
	input_close(input);
	return NULL;
}

int
input_next(struct input *input, struct err *err)
{
	if (!input->archive) {
		bool first = !input->opened;
		input->opened = true;
		return first;
	}
	struct archive_entry *entry;
	for (;;) {
		int r = archive_read_next_header(input->archive, &entry);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
			err_set(err, FAULT_INPUT, "%s: damaged container: %s", input->path,
				archive_error_string(input->archive));
			return -1;
		}
		if (!input->zip)
			return 1;
		if (archive_entry_is_encrypted(entry)) {
			err_set(err, FAULT_INPUT, "%s: encrypted zip, expected one without a password", input->path);
			return -1;
		}
		const char *inner = archive_entry_pathname_utf8(entry);
		if (archive_entry_filetype(entry) != AE_IFREG || !inner)
			continue;
		free(input->name);
		input->name = xasprintf("%s:%s", input->path, inner);
		return 1;
	}
}

const char *
input_name(const struct input *input)
{
	return input->name;
}

bool
input_plain(const struct input *input)
{
	return !input->archive && strcmp(input->path, "-") != 0;
}

const struct stat *
input_stat(const struct input *input)
{
	return &input->st;
}

static ssize_t
read_archive(struct input *input, char *buf, size_t n, struct err *err)
{
	la_ssize_t r = archive_read_data(input->archive, buf, n);
	if (r < 0) {
		const char *why = archive_error_string(input->archive);
		err_set(err, FAULT_INPUT, "%s: the compressed data is damaged or cut off: %s", input->name, why ? why : "no reason given");
		return -1;
	}
	input->out += (uint64_t)r;
	if (input->out > FREE_EXPANSION && input->out / EXPANSION > input->in) {
		err_set(err, FAULT_LIMIT, "%s: expands to more than %d times its size, refused", input->name, EXPANSION);
		return -1;
	}
	return r;
}

ssize_t
input_read(struct input *input, char *buf, size_t n, struct err *err)
{
	if (input->archive)
		return read_archive(input, buf, n, err);
	size_t left = input->peeked - input->given;
	if (left) {
		left = left < n ? left : n;
		memcpy(buf, input->peek + input->given, left);
		input->given += left;
		return (ssize_t)left;
	}
	ssize_t r;
	do
		r = read(input->fd, buf, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		err_set(err, FAULT_SYSTEM, "%s: %s", input->name, err_errno(errno));
	return r;
}

void
input_close(struct input *input)
{
	if (!input)
		return;
	if (input->archive)
		archive_read_free(input->archive);
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	free(input->path);
	free(input->name);
	free(input);
}

static void
add_path(struct paths *paths, const char *path)
{
	paths->items = xgrow(paths->items, &paths->size, paths->n, sizeof(*paths->items));
	paths->items[paths->n++] = xstrdup(path);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool
paths_expand(struct paths *paths, const char *path, bool *is_directory, struct err *err)
{
	struct stat st;
	*is_directory = strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if (!*is_directory) {
		add_path(paths, path);
		return true;
	}
	char *copy = xstrdup(path), *roots[] = { copy, NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	if (!tree) {
		free(copy);
		return err_set(err, FAULT_SYSTEM, "%s: %s", path, err_errno(errno));
	}
	size_t before = paths->n;
	for (FTSENT *entry; (entry = fts_read(tree));) {
		if (entry->fts_level > 0 && entry->fts_name[0] == '.')
			fts_set(tree, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F)
			add_path(paths, entry->fts_path);
	}
	fts_close(tree);
	free(copy);
	return paths->n > before || err_set(err, FAULT_INPUT, "%s: a directory without files", path);
}

void
paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->items[i]);
	free(paths->items);
	*paths = (struct paths){ 0 };
}
