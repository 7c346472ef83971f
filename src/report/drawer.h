/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drawer - the gnuplot of this machine: where it is, which it is, and what it can draw. */
#ifndef HLLM_REPORT_DRAWER_H
#define HLLM_REPORT_DRAWER_H

#include "base/err.h"
#include "base/str.h"

enum { DRAWER_TEXT = 256, DRAWER_TERMINALS = 2048 };

struct drawer {
	char path[DRAWER_TEXT];           /* "" it is not in PATH */
	char version[DRAWER_TEXT];        /* "5.4"; "" it did not tell */
	bool old;                         /* too old for hllm's pictures */
	char terminals[DRAWER_TERMINALS]; /* with a blank before and behind each */
	struct err why;                   /* why it did not tell; "" it did */
};

#endif
