/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox - an empty SQLite in memory that evaluates expressions and can do nothing else.
 *
 * What policies may write is decided by condition.c, which parses it; this is the second
 * wall.  An authorizer allows one SELECT a statement and three functions; double-quoted
 * strings are off; lengths, depths and operations are limited; and a progress handler
 * ends whatever takes longer than a condition can.
 */
#ifndef HLLM_DECIDE_SANDBOX_H
#define HLLM_DECIDE_SANDBOX_H

#include <sqlite3.h>

#include "base/err.h"
#include "base/str.h"

struct sandbox;

/* The functions that an expression may call; none of them can fail. */
extern const char *const sandbox_functions[];
extern const size_t sandbox_functions_n;

struct sandbox *sandbox_open(void); /* dies when there is no memory */
void sandbox_close(struct sandbox *sandbox);

/* Prepares SELECT (expression), with parameters ?1, ?2, ….  NULL: err has what SQLite says.  The statement
 * is to be finalized before the sandbox is closed. */
sqlite3_stmt *sandbox_prepare(
	struct sandbox *sandbox, const char *expression, struct err *err) hl_must_check;

enum truth { TRUTH_FAILS, TRUTH_HOLDS, TRUTH_UNKNOWN };
/* Runs a bound statement: 1, 0 or NULL.  False, with err: another value, or it took too long. */
bool sandbox_truth(struct sandbox *sandbox, sqlite3_stmt *statement, enum truth *out,
	struct err *err) hl_must_check;

#endif
