/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots - a made-up /proc and /sys in a folder of their own, and a made-up nvidia-smi in PATH. */
#ifndef HLLM_TESTS_ROOTS_H
#define HLLM_TESTS_ROOTS_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct root {
	char path[256];
	char *search; /* PATH as it was */
};

/* Whole or not at all: others may be reading it. */
static inline void
root_put(const struct root *root, const char *name, const char *text)
{
	char path[768], fresh[800];
	snprintf(path, sizeof(path), "%s/%s", root->path, name);
	for (char *slash = path + strlen(root->path) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	snprintf(fresh, sizeof(fresh), "%s.fresh", path);
	FILE *file = fopen(fresh, "w");
	if (!file)
		fail_msg("cannot write %s", fresh);
	fputs(text, file);
	fclose(file);
	if (rename(fresh, path) != 0)
		fail_msg("cannot write %s", path);
}

/* Only what stands in it is found as a program, and a shell's own tools. */
static inline int
root_make(void **state)
{
	struct root *root = calloc(1, sizeof(*root));
	char search[512];
	const char *folder = getenv("TMPDIR"), *before = getenv("PATH");
	snprintf(root->path, sizeof(root->path), "%s/hllm-root-XXXXXX", folder ? folder : "/tmp");
	if (!mkdtemp(root->path))
		return -1;
	root->search = strdup(before ? before : "");
	snprintf(search, sizeof(search), "%s/bin:/usr/bin:/bin", root->path);
	setenv("PATH", search, 1);
	*state = root;
	return 0;
}

static inline int
root_remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline int
root_remove(void **state)
{
	struct root *root = *state;
	nftw(root->path, root_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	setenv("PATH", root->search, 1);
	free(root->search);
	free(root);
	return 0;
}

/* 'script' is what a shell runs as nvidia-smi. */
static inline void
root_nvidia(const struct root *root, const char *script)
{
	char path[512], text[8192];
	snprintf(text, sizeof(text), "#!/bin/sh\n%s", script);
	root_put(root, "bin/nvidia-smi", text);
	snprintf(path, sizeof(path), "%s/bin/nvidia-smi", root->path);
	chmod(path, 0700);
}

#endif
