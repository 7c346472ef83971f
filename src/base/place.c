/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/str.h"

/* Numbers of linux/magic.h, and of the kernel's sources where that leaves one out. */
static const struct {
	unsigned long magic;
	const char *name;
} networks[] = {
	{ 0x6969, "NFS" },
	{ 0x517B, "SMB" },
	{ 0xFE534D42, "SMB" },
	{ 0xFF534D42, "SMB" },
	{ 0x5346414F, "AFS" },
	{ 0x00C36400, "Ceph" },
	{ 0x01021997, "9P" },
	{ 0x65735546, "FUSE (SSH, a cloud, …)" },
	{ 0x0BD00BD0, "Lustre" },
	{ 0x7461636F, "OCFS2" },
	{ 0x47504653, "GPFS" },
};

void
place_folder(const char *file, char folder[PLACE_PATH])
{
	const char *slash = strrchr(file, '/');
	size_t n = slash ? (size_t)(slash - file) : 0;
	if (slash == file)
		n = 1;
	snprintf(folder, PLACE_PATH, "%.*s", n ? (int)n : 1, n ? file : ".");
}

/* The part of the way that exists. */
static void
find_existing(struct place *out)
{
	struct stat st;
	while (stat(out->at, &st) != 0) {
		char *slash = strrchr(out->at, '/');
		out->exists = false;
		if (!slash && strcmp(out->at, ".") == 0)
			return;
		if (slash && slash != out->at)
			*slash = '\0';
		else
			snprintf(out->at, PLACE_PATH, "%s", slash ? "/" : ".");
		if (slash == out->at && stat(out->at, &st) != 0)
			return;
	}
	out->folder = S_ISDIR(st.st_mode);
	out->mode = st.st_mode & 07777;
	out->owner = st.st_uid;
}

/* Up as long as it is the same device. */
static void
find_mount(struct place *out)
{
	struct stat st, above;
	char *real = realpath(out->at, NULL);
	if (!real || stat(real, &st) != 0) {
		free(real);
		return;
	}
	snprintf(out->mount, PLACE_PATH, "%s", real);
	while (strcmp(real, "/") != 0) {
		char *slash = strrchr(real, '/');
		slash[slash == real] = '\0';
		if (stat(real, &above) != 0 || above.st_dev != st.st_dev)
			break;
		snprintf(out->mount, PLACE_PATH, "%s", real);
	}
	free(real);
}

static void
look_at_system(struct place *out)
{
	struct statvfs room;
	struct statfs kind;
	out->free_bytes = -1;
	if (statvfs(out->at, &room) == 0) {
		out->free_bytes = (int64_t)(room.f_bavail * room.f_frsize);
		out->read_only = room.f_flag & ST_RDONLY;
	}
	if (statfs(out->at, &kind) == 0)
		for (size_t i = 0; i < HL_COUNT(networks); i++)
			if (((unsigned long)kind.f_type & 0xFFFFFFFF) == networks[i].magic)
				out->network = networks[i].name;
}

void
place_look(const char *folder, struct place *out)
{
	*out = (struct place){ .exists = true };
	snprintf(out->at, PLACE_PATH, "%s", folder[0] ? folder : ".");
	find_existing(out);
	out->refused = !out->folder ? ENOTDIR : access(out->at, W_OK | X_OK) == 0 ? 0 : errno;
	look_at_system(out);
	find_mount(out);
}

void
place_program(const char *name, char path[PLACE_PATH])
{
	const char *list = getenv("PATH");
	struct slice rest = slice_of(list ? list : "/bin:/usr/bin"), folder;
	while (slice_cut(&rest, ':', &folder)) {
		struct stat st;
		if (!folder.n)
			folder = SLICE(".");
		int n = snprintf(path, PLACE_PATH, SLICE_FMT "/%s", SLICE_ARG(folder), name);
		if (n < PLACE_PATH && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
			access(path, X_OK) == 0)
			return;
	}
	path[0] = '\0';
}
