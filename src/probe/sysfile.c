/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/sysfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/estimate.h"
#include "base/num.h"

static bool make_path(char path[SYSFILE_PATH], const char *root, const char *fmt, va_list values)
	hl_printf(3, 0);

static bool
make_path(char path[SYSFILE_PATH], const char *root, const char *fmt, va_list values)
{
	int n = snprintf(path, SYSFILE_PATH, "%s/", root ? root : "");
	if (n < 0 || n >= SYSFILE_PATH)
		return false;
	int more = vsnprintf(path + n, SYSFILE_PATH - (size_t)n, fmt, values);
	return more >= 0 && n + more < SYSFILE_PATH;
}

/* Not more than SYSFILE_MOST: a file of a driver may never end. */
static int
read_all(const char *path, struct str *out)
{
	size_t before = out->n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno;
	int number = 0;
	while (out->n - before < SYSFILE_MOST) {
		char *room = str_reserve(out, 4096);
		ssize_t n = read(fd, room, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			number = errno;
		if (n <= 0)
			break;
		str_took(out, (size_t)n);
	}
	close(fd);
	return number;
}

int
sysfile_read(const char *root, struct str *out, const char *fmt, ...)
{
	char path[SYSFILE_PATH];
	va_list values;
	va_start(values, fmt);
	bool good = make_path(path, root, fmt, values);
	va_end(values);
	return good ? read_all(path, out) : ENAMETOOLONG;
}

struct slice
sysfile_line(struct arena *arena, const char *root, const char *fmt, ...)
{
	char path[SYSFILE_PATH];
	va_list values;
	struct str text = STR_INIT;
	va_start(values, fmt);
	bool good = make_path(path, root, fmt, values);
	va_end(values);
	if (good && read_all(path, &text) != 0)
		str_clear(&text);
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i])
			text.p[i] = ' ';
	struct slice rest = str_as_slice(&text), line = SLICE_NONE;
	slice_cut(&rest, '\n', &line);
	line = slice_copy(arena, slice_trim(line));
	str_free(&text);
	return line;
}

double
sysfile_number(const char *root, const char *fmt, ...)
{
	char path[SYSFILE_PATH];
	va_list values;
	struct str text = STR_INIT;
	va_start(values, fmt);
	bool good = make_path(path, root, fmt, values);
	va_end(values);
	double value = MISSING;
	if (good && read_all(path, &text) == 0) {
		struct slice rest = slice_trim(str_as_slice(&text)), first = SLICE_NONE;
		femto_t exact;
		slice_cut(&rest, '\n', &first);
		first = slice_trim(first);
		if (num_decimal(first, &exact) == NUM_OK)
			value = (double)exact / (double)FEMTO_PER_UNIT;
	}
	str_free(&text);
	return value;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strverscmp(*x, *y);
}

size_t
sysfile_names(struct arena *arena, const char *root, const char *folder, const char *const **names)
{
	char path[SYSFILE_PATH];
	const char **list = NULL;
	size_t n = 0, size = 0;
	*names = NULL;
	int length = snprintf(path, sizeof(path), "%s/%s", root ? root : "", folder);
	DIR *open = length > 0 && length < SYSFILE_PATH ? opendir(path) : NULL;
	if (!open)
		return 0;
	const struct dirent *entry;
	while ((entry = readdir(open))) { /* NOLINT(concurrency-mt-unsafe): a stream of our own */
		if (entry->d_name[0] == '.')
			continue;
		list = xgrow(list, &size, n, sizeof(*list));
		list[n++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
	}
	closedir(open);
	if (n) {
		qsort(list, n, sizeof(*list), by_name);
		const char **kept = arena_take(arena, n * sizeof(*kept));
		memcpy(kept, list, n * sizeof(*kept));
		*names = kept;
	}
	free(list);
	return n;
}

int
sysfile_ranges(struct slice text, int most, int *numbers, int room)
{
	struct slice part;
	int n = 0;
	while (slice_cut(&text, ',', &part)) {
		struct slice from;
		int64_t first, last;
		part = slice_trim(part);
		if (!slice_cut(&part, '-', &from) || num_int(from, &first) != NUM_OK)
			continue;
		if (!part.n)
			last = first;
		else if (num_int(part, &last) != NUM_OK)
			continue;
		for (int64_t i = first < 0 ? 0 : first; i <= last && i < most; i++) {
			if (n < room)
				numbers[n] = (int)i;
			n++;
		}
	}
	return n;
}
