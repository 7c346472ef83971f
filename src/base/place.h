/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place - a folder as somebody who wants to write there sees it: may they, on what kind of file system is
 * it, and how much room is left.  Nothing is made or changed.
 */
#ifndef HLLM_BASE_PLACE_H
#define HLLM_BASE_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PLACE_PATH = 4096 };

struct place {
	/* The folder, or where it does not exist what is there of the way to it: then 'exists' is false. */
	char at[PLACE_PATH];
	bool exists;
	bool folder; /* 'at' is one */
	int refused; /* errno of writing there; 0: it may be written to */
	mode_t mode; /* of 'at' */
	uid_t owner;
	bool read_only; /* the file system is */
	const char *
		network; /* "NFS", "SMB", "SSH or another FUSE file system", …; NULL: on this machine */
	int64_t free_bytes;     /* for this user; -1 not told */
	char mount[PLACE_PATH]; /* where the file system is mounted; "" not told */
};

/* 'folder' may be relative; "" is ".". */
void place_look(const char *folder, struct place *out);
/* The folder of a file: "." for "ledger.db", "/" for "/ledger.db". */
void place_folder(const char *file, char folder[PLACE_PATH]);

/* Where PATH has a program of this name; "" nowhere. */
void place_program(const char *name, char path[PLACE_PATH]);

#endif
