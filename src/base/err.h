/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * err - one sentence about what went wrong, handed up to the command.
 *
 * A function that can fail returns bool (or a pointer) and takes a struct err
 * last; it writes there only on failure.  Nothing below cmd/ prints.  A text
 * reads "where: what was wrong, what was expected", without capital or full stop.
 */
#ifndef HLLM_BASE_ERR_H
#define HLLM_BASE_ERR_H

#include <stdbool.h>

#include "base/compiler.h"

enum fault {
	FAULT_NONE,
	FAULT_USAGE,  /* the command line is wrong */
	FAULT_INPUT,  /* a file the user gave is wrong */
	FAULT_SYSTEM, /* the machine said no: permissions, space, a lock */
	FAULT_LIMIT,  /* larger than this program takes */
};

struct err {
	enum fault fault;
	char text[768];
};

/* Writes the sentence; always returns false, so that "return err_set(…)" reads well. */
bool err_set(struct err *err, enum fault fault, const char *fmt, ...) hl_printf(3, 4) hl_cold;

/* Puts "prefix: " before the sentence that is there; returns false. */
bool err_wrap(struct err *err, const char *fmt, ...) hl_printf(2, 3) hl_cold;

/* Puts more behind the sentence that is there, as far as there is room; returns false. */
bool err_add(struct err *err, const char *fmt, ...) hl_printf(2, 3) hl_cold;

/* The text of an errno value, thread-safe. */
const char *err_errno(int number);

/* A state that cannot be: prints where and aborts. */
#define BUG(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
void err_bug(const char *file, int line, const char *fmt, ...) hl_printf(3, 4) hl_noreturn hl_cold;

#endif
