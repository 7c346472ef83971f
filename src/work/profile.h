/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile - an audit's workloads as policies see them: what was measured, what
 * hllm.conf says, what the words of a task's name tell (task-types.conf).
 *
 * In this order: a block of hllm.conf, the measurement, the words of the name, the
 * defaults block.  What is left is unknown, with the reason.
 */
#ifndef HLLM_WORK_PROFILE_H
#define HLLM_WORK_PROFILE_H

#include "work/attribute.h"
#include "work/tally.h"

/* The words of task-types.conf; a section for each kind of work. */
enum { TASK_TYPE_FILES = 2 };
struct task_types {
	const struct attributes *attributes;
	struct conf *confs[TASK_TYPE_FILES]; /* owned; the first that matches counts */
	size_t confs_n;
	struct conf_kind *kinds;
	struct arena arena;
};
/* Empty; 'attributes' must live as long. */
struct task_types *task_types_new(const struct attributes *attributes);
/* Adds a file behind those that are there; one that is missing is an error only if it must exist. */
bool task_types_load(
	struct task_types *types, const char *path, bool must_exist, struct err *err) hl_must_check;
bool task_types_load_text(struct task_types *types, const char *file, struct slice text,
	struct err *err) hl_must_check;
void task_types_free(struct task_types *types);
/* The first section one of whose patterns is in the name; *word: what of the name matched, a part of
 * 'name'.  NULL: none. */
const struct conf_section *task_types_match(
	const struct task_types *types, struct slice name, struct slice *word);

struct profile_options {
	const struct attributes *attributes;
	const struct task_types *types;
	const struct conf *conf; /* hllm.conf, checked by profile_check(); or NULL */
	int64_t days;            /* that the audit stands for; 0 unknown */
	const char *no_days;     /* then: why */
};

/* Are those values of a section whose keys are attributes as attributes.conf wants them? */
bool attributes_check_section(const struct attributes *attributes,
	const struct conf_section *section, struct err *err) hl_must_check;
/* Are the values of all workload blocks and of the defaults block as attributes.conf wants them? */
bool profile_check(const struct conf *conf, const struct attributes *attributes,
	struct err *err) hl_must_check;

/* One subject for each of the audit's workloads, the dearest first.  'out' is empty before and the
 * caller's to free; its texts are its own or those of the options. */
void profile_subjects(
	const struct profile_options *options, const struct audit *audit, struct subjects *out);

#endif
