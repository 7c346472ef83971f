/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/catalog.h"
#include "cmd/output.h"
#include "report/profiles.h"

struct options {
	struct intake_options intake;
	struct study_options study;
	struct option_list in;
	bool init;
};

static const struct option option_table[] = {
	{ 0, "init", OPTION_FLAG, .offset = offsetof(struct options, init),
		.help = "append to hllm.conf a block for each workload that has none, to be "
			"filled in" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	STUDY_OPTIONS(options, study),
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

static const struct subject *
find_subject(const struct subjects *subjects, const char *name, struct err *err)
{
	const char **names = xcalloc(subjects->n + 1, sizeof(*names));
	const struct subject *found = NULL;
	for (size_t i = 0; i < subjects->n && !found; i++) {
		names[i] = subjects->items[i].name.p;
		if (slice_is_nocase(subjects->items[i].name, name))
			found = &subjects->items[i];
	}
	const char *nearest = found ? NULL : str_nearest(name, names, subjects->n);
	if (!found)
		err_set(err, FAULT_USAGE, "there is no workload \"%s\"%s%s%s", name,
			nearest ? ", did you mean \"" : "; see: hllm workloads",
			nearest ? nearest : "", nearest ? "\"?" : "");
	free(names);
	return found;
}

/* ---- --init ---- */

static void
put_quoted(struct str *out, struct slice text)
{
	str_putc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			str_putc(out, '\\');
		str_putc(out, text.p[i]);
	}
	str_putc(out, '"');
}

/*
 * A comment with the value to begin with: what was inferred, else what it can be.  A guess stays one
 * until the user has taken the # away: only then it counts as configured.
 */
static void
put_attribute(struct str *out, const struct attribute_info *info, const struct attribute *value)
{
	if (value->source == ATTRIBUTE_INFERRED) {
		struct str text = STR_INIT;
		if (info->kind == ATTRIBUTE_NUMBER) {
			char number[NUM_TEXT];
			str_puts(&text, num_print(number, value->number, 0, 6, false));
		} else {
			attribute_print(&text, info, value);
		}
		str_printf(out, "\t# " SLICE_FMT " = %s\t# inferred: " SLICE_FMT "\n",
			SLICE_ARG(info->name), str_text(&text), SLICE_ARG(value->why));
		str_free(&text);
		return;
	}
	str_printf(out, "\t# " SLICE_FMT " =\t# " SLICE_FMT, SLICE_ARG(info->name),
		SLICE_ARG(info->about));
	for (size_t i = 0; info->kind == ATTRIBUTE_WORD && i < info->words_n; i++)
		str_printf(out, "%s" SLICE_FMT, i ? ", " : ": ", SLICE_ARG(info->words[i]));
	str_puts(out, info->kind == ATTRIBUTE_FLAG ? ": yes, no\n" : "\n");
}

/* What a measurement tells needs no word of the user; it stands there to be looked at. */
static void
put_measured(struct str *out, const struct attribute_info *info, const struct attribute *value)
{
	struct str text = STR_INIT;
	attribute_print(&text, info, value);
	str_printf(out, "\t# " SLICE_FMT " is %s (" SLICE_FMT ")\n", SLICE_ARG(info->name),
		str_text(&text), SLICE_ARG(value->why));
	str_free(&text);
}

/* Has hllm.conf a way to write this name? */
static bool
can_be_written(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool high = c == 0xC2 && i + 1 < name.n && (unsigned char)name.p[i + 1] < 0xA0;
		if (c < ' ' || c == 0x7F || high)
			return false;
	}
	return slice_is_utf8(name);
}

/* Does a match on its name take a workload's own requests only?  That on "*" takes all, and that on "Chat" those of
 * "chat" too. */
static bool
matches_itself(const struct subjects *subjects, const struct subject *subject)
{
	if (slice_find(subject->name, "*") >= 0 || slice_find(subject->name, "?") >= 0)
		return false;
	for (size_t i = 0; i < subjects->n; i++)
		if (&subjects->items[i] != subject &&
			slice_glob(subjects->items[i].name, subject->name))
			return false;
	return true;
}

/* Without a dimension a block speaks of the workload whose name is its title. */
static void
put_block(struct str *out, const struct attributes *attributes, const struct subject *subject,
	const char *dimension)
{
	str_puts(out, "\nworkload ");
	put_quoted(out, subject->name);
	str_puts(out, " {\n");
	if (dimension && strcmp(dimension, "none") != 0) {
		str_printf(out, "\t%s = ", dimension);
		put_quoted(out, subject->name);
		str_puts(out, "\n");
	}
	for (size_t i = 0; i < attributes->n; i++)
		if (subject->values[i].source == ATTRIBUTE_LOGGED)
			put_measured(out, &attributes->items[i], &subject->values[i]);
	for (size_t i = 0; i < attributes->n; i++)
		if (subject->values[i].source != ATTRIBUTE_LOGGED)
			put_attribute(out, &attributes->items[i], &subject->values[i]);
	str_puts(out, "}\n");
}

static const char *
dimension_of(const struct audit *audit, struct slice name)
{
	for (size_t i = 0; i < audit->workloads.n; i++)
		if (slice_eq(audit->workloads.items[i].name, name))
			return audit->workloads.items[i].name_source;
	return NULL;
}

/* The file that is made longer. */
struct growing {
	const char *path;
	struct str text;
	struct conf *conf; /* what it says so far */
	size_t added;
	size_t left_out; /* workloads whose names cannot be written */
};

/* Blocks for the workloads that it has none for. */
static void
add_blocks(const struct app *app, const struct study *study, struct growing *growing)
{
	struct str *text = &growing->text;
	bool empty = text->n == 0;
	if (!empty && text->p[text->n - 1] != '\n')
		str_putc(text, '\n');
	for (size_t i = 0; i < study->subjects.n; i++) {
		const struct subject *subject = &study->subjects.items[i];
		if (!can_be_written(subject->name)) {
			growing->left_out++;
			continue;
		}
		if (conf_find(growing->conf, "workload", subject->name))
			continue;
		if (!growing->added++) {
			struct civil day = when_civil(app->now);
			str_printf(text,
				"%s# Written by hllm workloads --init on %04d-%02d-%02d.  Take the "
				"# away "
				"before a line and fill it in;\n# hllm.conf(5) says what each "
				"means.  It "
				"counts from the next run on.\n",
				empty ? "" : "\n", day.year, day.month, day.day);
		}
		put_block(text, study->attributes, subject,
			matches_itself(&study->subjects, subject)
				? dimension_of(&study->audit, subject->name)
				: NULL);
	}
}

/* Only what reads back is written: else no hllm would start any more. */
static bool
grow(const struct app *app, const struct study *study, struct growing *growing, struct err *err)
{
	if (!conf_read(growing->path, false, &growing->text, err))
		return false;
	growing->conf = conf_load_text(growing->path, str_as_slice(&growing->text), err);
	if (!growing->conf)
		return false;
	add_blocks(app, study, growing);
	if (!growing->added)
		return true;
	if (growing->text.n > CONF_LARGEST)
		return err_set(err, FAULT_LIMIT,
			"%s: would grow beyond %d MiB, which no configuration may; write blocks "
			"that match several workloads, by hand",
			growing->path, CONF_LARGEST >> 20);
	struct conf *check = conf_load_text(growing->path, str_as_slice(&growing->text), err);
	conf_free(check);
	return check && output_file(growing->path, str_as_slice(&growing->text), err);
}

static void
report_blocks(const struct growing *growing, struct answer *answer)
{
	if (growing->added)
		answer_headline(answer, "Appended %zu block%s to %s.", growing->added,
			growing->added == 1 ? "" : "s", growing->path);
	else
		answer_headline(answer, "%s has a block for each workload%s; nothing was added.",
			growing->path, growing->left_out ? " that it can name" : "");
	if (growing->left_out)
		answer_note(answer,
			"%zu workload%s left out: %s control characters, which hllm.conf cannot "
			"hold.",
			growing->left_out, growing->left_out == 1 ? " is" : "s are",
			growing->left_out == 1 ? "its name has" : "their names have");
}

static bool
write_blocks(struct app *app, const struct options *options, const struct study *study,
	struct answer *answer, struct err *err)
{
	struct growing growing = { .path = app_config_path(app), .text = STR_INIT };
	if (!growing.path)
		return err_set(err, FAULT_USAGE,
			"there is no home folder for hllm.conf, expected --config FILE");
	if (!app->config && !app_make_folder(app, err))
		return false;
	int lock = output_lock(growing.path);
	bool good = grow(app, study, &growing, err);
	output_unlock(lock);
	if (good)
		report_blocks(&growing, answer);
	struct str how = STR_INIT;
	again_of(&how, app, &options->study, &options->intake, &options->in);
	answer_next(answer, "hllm workloads%s  # when you have filled it in", str_text(&how));
	str_free(&how);
	conf_free(growing.conf);
	str_free(&growing.text);
	return good;
}

static bool
answer_workloads(struct app *app, const struct options *options, struct study *study,
	const char *name, struct answer *answer, struct err *err)
{
	if (!study_run(app, &options->study, study, err))
		return false;
	study_describe(&options->study, study);
	if (options->init)
		return write_blocks(app, options, study, answer, err);
	const struct subject *only = name ? find_subject(&study->subjects, name, err) : NULL;
	if (name && !only)
		return false;
	profiles_report(answer, study->attributes, &study->subjects, only);
	struct str how = STR_INIT;
	again_of(&how, app, &options->study, &options->intake, &options->in);
	if (only) {
		struct str quoted = STR_INIT;
		again_quoted(&quoted, only->name.p);
		answer_next(answer, "hllm decide %s --explain%s  # what follows from it",
			str_text(&quoted), str_text(&how));
		str_free(&quoted);
	} else {
		answer_next(answer,
			"hllm workloads --init%s  # write what is not known into hllm.conf, to be "
			"filled in",
			str_text(&how));
	}
	str_free(&how);
	return true;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct study study = { 0 };
	struct answer answer;
	struct err err = { 0 };
	answer_init(&answer, "hllm.workloads/1");
	bool good = args_n <= 1 || err_set(&err, FAULT_USAGE,
					   "workloads: expected the name of one workload, or none");
	good = good && study_ready(app, &study, &err) &&
	       study_begin(app, &options->intake, &options->in, 0, &study, &err);
	good = good &&
	       answer_workloads(app, options, &study, args_n ? args[0] : NULL, &answer, &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	study_free(&study);
	option_list_free(&options->in);
	return status;
}

const struct command cmd_workloads = {
	.name = "workloads",
	.args = "[WORKLOAD]",
	.names = "workloads",
	.help = "what is known of each workload, and where from",
	.examples = "hllm workloads                      # all of them\n"
		    "hllm workloads 'support agent'      # each attribute of one, with its source\n"
		    "hllm workloads --init               # blocks for hllm.conf, to be filled in\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
