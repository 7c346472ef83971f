/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again - the options of a run, for the command that its answer proposes next: what that says holds for the same data. */
#ifndef HLLM_CMD_AGAIN_H
#define HLLM_CMD_AGAIN_H

#include "cmd/study.h"

/* For a shell, whatever the text is. */
void again_quoted(struct str *out, const char *text);
/* " --name 'value'"; nothing when value is NULL. */
void again_option(struct str *out, const char *name, const char *value);
/*
 * The options that decide what the numbers mean: of the ledger, or with 'files' of files that are read
 * anew.  Which files, the caller says.
 */
void again_options(struct str *out, const struct app *app, const struct study_options *study,
	const struct intake_options *intake, bool files);
/* The same and an --in for each file; no files: of the ledger. */
void again_of(struct str *out, const struct app *app, const struct study_options *study,
	const struct intake_options *intake, const struct option_list *in);

#endif
