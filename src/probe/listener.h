/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listener - the process that listens at a port of this machine, as /proc tells: who it is, and how it
 * would be started anew.
 */
#ifndef HLLM_PROBE_LISTENER_H
#define HLLM_PROBE_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

struct listener {
	pid_t pid;      /* 0: not told, it belongs to another user */
	char name[64];  /* of the process; "" not told */
	char unit[128]; /* of systemd: "ollama.service"; "" it is of none */
	bool user;      /* a unit of the user's own */
};

/* False: nothing listens there, or this system does not tell. */
bool listener_find(const char *root, int port, struct listener *out);

#endif
