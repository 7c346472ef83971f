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
#include <zlib.h>

#include "base/near.h"

enum { PEEK = 4096, EXPANSION = 200, FREE_EXPANSION = 64 << 20, BLOCK = 1 << 18 };

struct input {
	char *path, *name;
	int fd;
	struct stat st;
	bool opened;             /* the one file of a plain input was given out */
	struct archive *archive; /* NULL: plain, or gzip */
	bool zip, gzip;
	z_stream stream;      /* gzip: libarchive does not look at its checksums */
	bool inside;          /* a member of the stream is not at its end */
	uint64_t in, out;     /* bytes in and out of the container */
	size_t peeked, given; /* first bytes, read to tell what it is */
	char peek[PEEK];
	char block[BLOCK];
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

/* What comes next from the file itself, in 'block'. */
static ssize_t
next_block(struct input *input)
{
	size_t n = input->peeked - input->given;
	ssize_t r;
	if (n) {
		memcpy(input->block, input->peek + input->given, n);
		input->given = input->peeked;
		r = (ssize_t)n;
	} else {
		do
			r = read(input->fd, input->block, BLOCK);
		while (r < 0 && errno == EINTR);
	}
	input->in += r > 0 ? (uint64_t)r : 0;
	return r;
}

static ssize_t
archive_bytes(struct archive *archive, void *arg, const void **buf)
{
	struct input *input = arg;
	*buf = input->block;
	ssize_t r = next_block(input);
	if (r < 0)
		archive_set_error(archive, errno, "%s", err_errno(errno));
	return r;
}

enum container { CONTAINER_NONE, CONTAINER_GZIP, CONTAINER_STREAM, CONTAINER_ZIP };

static enum container
container_of(const char *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		enum container kind;
	} magics[] = {
		{ "\x1f\x8b", 2, CONTAINER_GZIP },
		{ "\xfd"
		  "7zXZ",
			5, CONTAINER_STREAM },
		{ "\x28\xb5\x2f\xfd", 4, CONTAINER_STREAM },
		{ "BZh", 3, CONTAINER_STREAM },
		{ "PK\x03\x04", 4, CONTAINER_ZIP },
		{ "PK\x05\x06", 4, CONTAINER_ZIP },
	};
	for (size_t i = 0; i < HL_COUNT(magics); i++)
		if (n >= magics[i].n && memcmp(p, magics[i].magic, magics[i].n) == 0)
			return magics[i].kind;
	return CONTAINER_NONE;
}

/* Not in the words of the library, which change with its version. */
static bool
damaged(const struct input *input, struct err *err)
{
	return err_set(err, FAULT_INPUT,
		"%s: the compressed data is damaged or cut off; fetch the file again", input->name);
}

static bool
open_archive(struct input *input, enum container kind, struct err *err)
{
	if (kind == CONTAINER_GZIP) {
		input->gzip = inflateInit2(&input->stream, 16 + MAX_WBITS) == Z_OK;
		input->inside = true;
		return input->gzip || err_set(err, FAULT_SYSTEM, "out of memory");
	}
	struct archive *archive = input->archive = archive_read_new();
	input->zip = kind == CONTAINER_ZIP;
	/* named one by one: the all-filters call may start programs */
	if (kind == CONTAINER_STREAM) {
		archive_read_support_filter_xz(archive);
		archive_read_support_filter_zstd(archive);
		archive_read_support_filter_bzip2(archive);
		archive_read_support_format_raw(archive);
		archive_read_support_format_empty(archive);
	} else {
		archive_read_support_format_zip(archive);
	}
	if (archive_read_open(archive, input, NULL, archive_bytes, NULL) != ARCHIVE_OK)
		return damaged(input, err);
	return true;
}

static bool
open_file(struct input *input, struct err *err)
{
	bool is_stdin = strcmp(input->path, "-") == 0;
	input->fd = is_stdin ? STDIN_FILENO
			     : open(input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (input->fd < 0 || fstat(input->fd, &input->st) != 0) {
		int number = errno;
		char near[NEAR_TEXT];
		return err_set(err, FAULT_INPUT, "%s: %s%s", input->name, err_errno(number),
			is_stdin ? "" : near_file(near, input->path));
	}
	if (!is_stdin && !S_ISREG(input->st.st_mode))
		return err_set(err, FAULT_INPUT,
			"%s: not a regular file, expected a file or a directory (read a pipe with "
			"'-')",
			input->name);
	ssize_t n = read_full(input->fd, input->peek, PEEK);
	if (n < 0)
		return err_set(err, FAULT_INPUT, "%s: %s", input->name, err_errno(errno));
	input->peeked = (size_t)n;
	enum container kind = container_of(input->peek, input->peeked);
	return kind == CONTAINER_NONE || open_archive(input, kind, err);
}

struct input *
input_open(const char *path, struct err *err)
{
	if (!path[0]) {
		err_set(err, FAULT_USAGE, "an empty name, expected that of a file or a directory");
		return NULL;
	}
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
			damaged(input, err);
			return -1;
		}
		if (!input->zip)
			return 1;
		if (archive_entry_is_encrypted(entry)) {
			err_set(err, FAULT_INPUT,
				"%s: encrypted zip, expected one without a password", input->path);
			return -1;
		}
		const char *inner = archive_entry_pathname(entry);
		if (archive_entry_filetype(entry) != AE_IFREG || !inner)
			continue;
		if (strcmp(inner, "[Content_Types].xml") == 0) {
			err_set(err, FAULT_INPUT,
				"%s: an Office document, expected CSV (in Excel: save as \"CSV "
				"UTF-8\")",
				input->path);
			return -1;
		}
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
	return !input->archive && !input->gzip && strcmp(input->path, "-") != 0;
}

const struct stat *
input_stat(const struct input *input)
{
	return &input->st;
}

/* The bytes behind a member: another member, or the zeros that tapes are filled up with. */
static bool
next_member(struct input *input, struct err *err)
{
	z_stream *z = &input->stream;
	if (*z->next_in == '\0') {
		z->next_in++;
		z->avail_in--;
		return true;
	}
	if (*z->next_in != 0x1f || inflateReset(z) != Z_OK)
		return damaged(input, err);
	input->inside = true;
	return true;
}

static ssize_t
read_gzip(struct input *input, char *buf, size_t n, struct err *err)
{
	z_stream *z = &input->stream;
	z->next_out = (unsigned char *)buf;
	z->avail_out = (unsigned)n;
	while (z->avail_out == n) {
		if (!z->avail_in) {
			ssize_t r = next_block(input);
			if (r < 0) {
				err_set(err, FAULT_SYSTEM, "%s: %s", input->name, err_errno(errno));
				return -1;
			}
			if (r == 0 && !input->inside)
				return 0;
			if (r == 0) {
				damaged(input, err);
				return -1;
			}
			z->next_in = (unsigned char *)input->block;
			z->avail_in = (unsigned)r;
		}
		if (!input->inside) {
			if (!next_member(input, err))
				return -1;
			continue;
		}
		int code = inflate(z, Z_NO_FLUSH);
		if (code == Z_STREAM_END) {
			input->inside = false;
		} else if (code != Z_OK && code != Z_BUF_ERROR) {
			damaged(input, err);
			return -1;
		}
	}
	return (ssize_t)(n - z->avail_out);
}

static ssize_t
read_archive(struct input *input, char *buf, size_t n, struct err *err)
{
	la_ssize_t r = archive_read_data(input->archive, buf, n);
	if (r < 0)
		damaged(input, err);
	return r < 0 ? -1 : r;
}

static ssize_t
read_container(struct input *input, char *buf, size_t n, struct err *err)
{
	ssize_t r = input->gzip ? read_gzip(input, buf, n, err) : read_archive(input, buf, n, err);
	if (r < 0)
		return -1;
	input->out += (uint64_t)r;
	if (input->out > FREE_EXPANSION && input->out / EXPANSION > input->in) {
		err_set(err, FAULT_LIMIT, "%s: expands to more than %d times its size, refused",
			input->name, EXPANSION);
		return -1;
	}
	return r;
}

ssize_t
input_read(struct input *input, char *buf, size_t n, struct err *err)
{
	if (input->archive || input->gzip)
		return read_container(input, buf, n, err);
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

bool
input_skip_to(struct input *input, int64_t offset, struct err *err)
{
	input->given = input->peeked;
	if (lseek(input->fd, offset, SEEK_SET) == offset)
		return true;
	return err_set(err, FAULT_SYSTEM, "%s: %s", input->name, err_errno(errno));
}

void
input_close(struct input *input)
{
	if (!input)
		return;
	if (input->archive)
		archive_read_free(input->archive);
	if (input->gzip)
		inflateEnd(&input->stream);
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
	bool good = true;
	for (FTSENT *entry; good && (entry = fts_read(tree));) {
		if (entry->fts_level > 0 && entry->fts_name[0] == '.')
			fts_set(tree, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F || entry->fts_info == FTS_SLNONE ||
			 entry->fts_info == FTS_NS)
			add_path(paths, entry->fts_path); /* opening it says what is wrong */
		else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			good = err_set(err, FAULT_INPUT, "%s: %s", entry->fts_path,
				err_errno(entry->fts_errno));
	}
	fts_close(tree);
	free(copy);
	if (good && paths->n == before)
		good = err_set(err, FAULT_INPUT,
			"%s: a directory without files, expected bills, usage exports or request "
			"logs",
			path);
	return good;
}

void
paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->items[i]);
	free(paths->items);
	*paths = (struct paths){ 0 };
}
