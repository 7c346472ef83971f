/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/listener.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "probe/sysfile.h"

enum { ADDRESS_WORD = 1, STATE_WORD = 3, INODE_WORD = 9, WORDS };

/* The inode of the socket that listens at the port, in a table such as /proc/net/tcp; "" none. */
static struct slice
find_inode(struct slice text, int port)
{
	char wanted[8];
	struct slice line;
	snprintf(wanted, sizeof(wanted), ":%04X", (unsigned)port);
	while (slice_cut(&text, '\n', &line)) {
		struct slice words[WORDS], word;
		int n = 0;
		while (n < WORDS && slice_cut(&line, ' ', &word))
			if (word.n)
				words[n++] = word;
		if (n == WORDS && slice_ends(words[ADDRESS_WORD], wanted) &&
			slice_is(words[STATE_WORD], "0A"))
			return words[INODE_WORD];
	}
	return SLICE("");
}

static bool
has_socket(const char *root, const char *pid, struct slice inode)
{
	struct arena arena = { 0 };
	const char *const *names;
	char wanted[64];
	bool found = false;
	snprintf(wanted, sizeof(wanted), "socket:[" SLICE_FMT "]", SLICE_ARG(inode));
	char *folder = xasprintf("proc/%s/fd", pid);
	size_t n = sysfile_names(&arena, root, folder, &names);
	for (size_t i = 0; i < n && !found; i++) {
		char *path = xasprintf("%s/%s/%s", root ? root : "", folder, names[i]), link[64];
		ssize_t length = readlink(path, link, sizeof(link) - 1);
		found = length > 0 && slice_is((struct slice){ link, (size_t)length }, wanted);
		free(path);
	}
	free(folder);
	arena_free(&arena);
	return found;
}

/* "0::/system.slice/ollama.service" */
static void
find_unit(struct listener *out, struct slice groups)
{
	struct slice line, part;
	while (slice_cut(&groups, '\n', &line)) {
		out->user |= slice_find(line, "/user.slice/") >= 0;
		while (slice_cut(&line, '/', &part))
			if (slice_ends(part, ".service") && !slice_starts(part, "user@"))
				snprintf(out->unit, sizeof(out->unit), SLICE_FMT, SLICE_ARG(part));
	}
}

static void
describe(struct listener *out, const char *root, const char *pid)
{
	struct arena arena = { 0 };
	struct str groups = STR_INIT;
	out->pid = (pid_t)strtol(pid, NULL, 10);
	struct slice name = sysfile_line(&arena, root, "proc/%s/comm", pid);
	snprintf(out->name, sizeof(out->name), SLICE_FMT, SLICE_ARG(name));
	if (sysfile_read(root, &groups, "proc/%s/cgroup", pid) == 0)
		find_unit(out, str_as_slice(&groups));
	str_free(&groups);
	arena_free(&arena);
}

bool
listener_find(const char *root, int port, struct listener *out)
{
	static const char *const tables[] = { "tcp", "tcp6" };
	struct arena arena = { 0 };
	struct slice inode = SLICE("");
	*out = (struct listener){ 0 };
	for (size_t i = 0; i < HL_COUNT(tables) && !inode.n; i++) {
		struct str text = STR_INIT;
		if (sysfile_read(root, &text, "proc/net/%s", tables[i]) == 0)
			inode = slice_copy(&arena, find_inode(str_as_slice(&text), port));
		str_free(&text);
	}
	const char *const *names;
	size_t n = inode.n ? sysfile_names(&arena, root, "proc", &names) : 0;
	for (size_t i = 0; i < n && !out->pid; i++)
		if (isdigit((unsigned char)names[i][0]) && has_socket(root, names[i], inode))
			describe(out, root, names[i]);
	bool found = inode.n > 0;
	arena_free(&arena);
	return found;
}
