/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intake - what `audit` and `import` share: options, reading files, saving them. */
#ifndef HLLM_CMD_INTAKE_H
#define HLLM_CMD_INTAKE_H

#include "cmd/cmd.h"
#include "conf/conf.h"
#include "ledger/intake.h"

struct intake_options {
	const char *input_format, *map, *model, *rejects;
	int64_t threads;
	bool no_save, strict, threads_given;
};
/* The rows of the option tables of both commands; 'type' is the struct that holds an intake_options 'member'. */
/* clang-format off */
/* All but --model, which means something else to some commands. */
#define INTAKE_FILE_OPTIONS(type, member)                                                         \
 { 0, "input-format", OPTION_TEXT, .offset = offsetof(struct type, member.input_format),          \
	 .arg = "NAME",                                                                           \
	 .names = "formats", .help = "read the files as this format instead of guessing (a wrong one lists all)" },   \
 { 0, "map", OPTION_TEXT, .offset = offsetof(struct type, member.map), .arg = "LIST",             \
	 .help = "which column means what: model=COLUMN,input=COLUMN,output=COLUMN,…; or "        \
		 "the title of a mapping in hllm.conf" },                                         \
 { 0, "rejects", OPTION_TEXT, .offset = offsetof(struct type, member.rejects),                    \
	 .arg = "FILE", .help = "save the lines that could not be read" },                        \
 { 0, "strict", OPTION_FLAG, .offset = offsetof(struct type, member.strict),                      \
	 .help = "fail on a line that cannot be read (1) and on what has no price (5)" },         \
 { 0, "threads", OPTION_COUNT, .offset = offsetof(struct type, member.threads),                   \
	 .given = offsetof(struct type, member.threads_given), .arg = "N",                        \
	 .help = "read with N threads (default: one for each processor)" }
#define INTAKE_OPTIONS(type, member)                                                              \
 { 0, "model", OPTION_TEXT, .offset = offsetof(struct type, member.model), .arg = "MODEL",        \
	 .names = "models", .help = "the model of records that name none" },                                         \
 INTAKE_FILE_OPTIONS(type, member)
/* clang-format on */

/* Reads hllm.conf and lets its settings stand for options that were not given. */
bool load_conf(struct app *app, struct conf **out, struct err *err) hl_must_check;
/* What every command wants of one that was read. */
bool check_conf(struct app *app, const struct conf *conf, struct err *err) hl_must_check;

struct catalog;
struct taken {
	struct ledger *ledger; /* NULL with --no-save */
	struct conf *conf;
	const struct catalog *catalog; /* the caller's, without --prices; or NULL */
	struct sources sources;
	uint64_t secret;    /* users are hashed with it */
	int64_t import;     /* 0: not saved */
	struct str skipped; /* files of directories that were left out */
	size_t skipped_n;
};
/* Reads all paths and, unless --no-save, saves them as one import.  A conf that is there already is used. */
bool take_in(struct app *app, const struct intake_options *options, int paths_n, const char **paths,
	struct taken *out, struct err *err) hl_must_check;
void taken_free(struct taken *taken);
/* Lines that could not be read, over all sources. */
uint64_t taken_rejected(const struct taken *taken);

#endif
