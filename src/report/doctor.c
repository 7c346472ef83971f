/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/parts.h"

const struct doctor_check doctor_checks[] = {
	{ "program", "where hllm is installed", check_program },
	{ "home", "the folder that configuration and ledger are in", check_home },
	{ "data", "the files installed with hllm", check_shipped },
	{ "config", "hllm.conf", check_config },
	{ "own-files", "prices, policies and catalogues of one's own", check_own },
	{ "prices", "how old the newest list price is", check_prices },
	{ "ledger", "what was imported, and whether it can be read", check_ledger },
	{ "privacy", "who else can read the ledger", check_privacy },
	{ "disk", "whether the ledger can be written, and how much room there is", check_place },
	{ "gnuplot", "which pictures hllm chart can draw", check_gnuplot },
	{ "servers", "servers of models on this machine", check_servers },
	{ "machine", "processors, memory and graphics processors", check_machine },
	{ "clock", "what hllm takes for now", check_clock },
	{ "environment", "variables that change what hllm does", check_environment },
	{ "locale", "whether names and charts can be shown as they are", check_locale },
	{ "temporary", "where SQLite and gnuplot put temporary files", check_temporary },
	{ "manual", "whether man hllm shows the manual", check_manual },
	{ "completion", "whether the shell completes commands and options", check_completion },
};
const size_t doctor_checks_n = HL_COUNT(doctor_checks);

static const char *const state_names[DOCTOR_STATES] = {
	[DOCTOR_BROKEN] = "broken",
	[DOCTOR_MISSING] = "missing",
	[DOCTOR_NOTE] = "note",
	[DOCTOR_FOUND] = "found",
};

void
doctor_say(struct doctor *doctor, enum doctor_state state, const char *subject, struct str *mend,
	const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	doctor->items = xgrow(doctor->items, &doctor->size, doctor->n, sizeof(*doctor->items));
	doctor->items[doctor->n++] = (struct doctor_line){
		.check = doctor->check,
		.state = state,
		.subject = slice_copy(&doctor->arena, slice_of(subject)),
		.text = slice_copy(&doctor->arena, slice_of(n < 0 ? "" : text)),
		.mend = slice_copy(&doctor->arena, mend ? str_as_slice(mend) : SLICE("")),
	};
	free(text);
	if (mend)
		str_free(mend);
}

void
doctor_examine(struct doctor *doctor, const struct doctor_facts *facts)
{
	*doctor = (struct doctor){ 0 };
	for (size_t i = 0; i < doctor_checks_n; i++) {
		doctor->check = doctor_checks[i].id;
		doctor_checks[i].look(doctor, facts);
	}
}

void
doctor_free(struct doctor *doctor)
{
	free(doctor->items);
	arena_free(&doctor->arena);
	*doctor = (struct doctor){ 0 };
}

static size_t
count(const struct doctor *doctor, enum doctor_state state)
{
	size_t n = 0;
	for (size_t i = 0; i < doctor->n; i++)
		n += doctor->items[i].state == state;
	return n;
}

bool
doctor_is_broken(const struct doctor *doctor)
{
	return count(doctor, DOCTOR_BROKEN) > 0;
}

/* ---- the answer ---- */

enum { L_STATE, L_CHECK, L_SUBJECT, L_TEXT, L_MEND, LINE_COLUMNS };
static const struct column line_columns[LINE_COLUMNS] = {
	[L_STATE] = { .key = "state", .head = "STATE", .left = true },
	[L_CHECK] = { .key = "check", .head = "CHECK", .left = true, .drop = 1 },
	[L_SUBJECT] = { .key = "subject" },
	[L_TEXT] = { .key = "text",
		.head = "WHAT WAS FOUND",
		.left = true,
		.weight = 1,
		.least = 30,
		.wrap = true },
	[L_MEND] = { .key = "mend", .head = "MEND", .left = true, .below = true, .whole = true },
};

enum { F_NAME, F_PATH, F_ROLE, F_FOUND, FILE_COLUMNS };
static const struct column file_columns[FILE_COLUMNS] = {
	[F_NAME] = { .key = "name" },
	[F_PATH] = { .key = "path", .head = "FILE", .left = true, .weight = 1, .least = 30 },
	[F_ROLE] = { .key = "role", .head = "WHOSE", .left = true, .drop = 1 },
	[F_FOUND] = { .key = "found", .head = "FOUND", .left = true },
};

/* Names and values are long, sources may be sentences: those stand below, but for a plain default. */
enum { S_NAME, S_VALUE, S_SOURCE, S_FROM, S_OWN, SETTING_COLUMNS };
static const struct column setting_columns[SETTING_COLUMNS] = {
	[S_NAME] = { .key = "name",
		.head = "SETTING",
		.left = true,
		.weight = 2,
		.least = 34,
		.wrap = true },
	[S_VALUE] = { .key = "value",
		.head = "VALUE",
		.left = true,
		.weight = 1,
		.least = 12,
		.wrap = true },
	[S_SOURCE] = { .key = "source" },
	[S_FROM] = { .head = "FROM", .left = true, .below = true },
	[S_OWN] = { .key = "own" },
};

static void
put_lines(const struct doctor *doctor, struct answer *answer, struct table *table,
	enum doctor_state state)
{
	for (size_t i = 0; i < doctor->n; i++) {
		const struct doctor_line *line = &doctor->items[i];
		if (line->state != state)
			continue;
		struct cell *row = table_row(table);
		row[L_STATE] = cell_text(answer, slice_of(state_names[state]));
		row[L_CHECK] = cell_text(answer, slice_of(line->check));
		row[L_SUBJECT] = cell_text(answer, line->subject);
		row[L_TEXT] = cell_text(answer, line->text);
		row[L_MEND] = line->mend.n            ? cell_text(answer, line->mend)
			      : state == DOCTOR_FOUND ? cell_none("nothing is wrong")
						      : cell_none("no command does it");
	}
}

/* The user's own first, hllm.conf at their head: those are why somebody asks. */
static void
put_files(const struct doctor_facts *facts, struct answer *answer, struct table *table, bool own)
{
	static const char *const roles[] = { [DOCTOR_SHIPPED] = "shipped",
		[DOCTOR_EXAMPLE] = "shipped",
		[DOCTOR_OWN] = "your own",
		[DOCTOR_CONFIG] = "your own",
		[DOCTOR_GIVEN] = "an option" };
	for (size_t i = 0; i < facts->files_n; i++) {
		const struct doctor_file *file = &facts->files[own ? facts->files_n - 1 - i : i];
		if (own != (file->role != DOCTOR_SHIPPED && file->role != DOCTOR_EXAMPLE))
			continue;
		struct cell *row = table_row(table);
		row[F_NAME] = cell_text(answer, slice_of(file->name));
		row[F_PATH] = cell_text(answer, slice_of(file->path));
		row[F_ROLE] = cell_text(answer, slice_of(roles[file->role]));
		row[F_FOUND] = cell_flag(file->there);
	}
}

static void
put_settings(const struct doctor_facts *facts, struct answer *answer, struct table *table)
{
	for (size_t i = 0; i < facts->settings_n; i++) {
		const struct doctor_setting *setting = &facts->settings[i];
		struct cell *row = table_row(table);
		row[S_NAME] = cell_text(answer, setting->name);
		row[S_VALUE] = setting->value.n ? cell_text(answer, setting->value)
						: cell_none("it is not set");
		row[S_SOURCE] = cell_text(answer, setting->source);
		row[S_FROM] = slice_is(setting->source, "default")
				      ? cell_none("the default")
				      : cell_text(answer, setting->source);
		row[S_OWN] = cell_flag(setting->own);
	}
}

/* Which checks are not as they should be, each once. */
static void
name_checks(const struct doctor *doctor, enum doctor_state state, struct str *out)
{
	const char *last = "";
	for (size_t i = 0; i < doctor->n; i++) {
		const struct doctor_line *line = &doctor->items[i];
		if (line->state != state || strcmp(line->check, last) == 0)
			continue;
		str_printf(out, "%s%s", *last ? ", " : "", line->check);
		last = line->check;
	}
}

/* "Two things are broken (ledger, disk), one is missing (gnuplot)." */
static void
say_wrong(const struct doctor *doctor, struct answer *answer)
{
	size_t broken = count(doctor, DOCTOR_BROKEN), missing = count(doctor, DOCTOR_MISSING);
	char word[NUM_TEXT], more[NUM_TEXT];
	struct str text = STR_INIT;
	snprintf(word, sizeof(word), "%s", number_word((int64_t)broken, more));
	if (word[0] >= 'a' && word[0] <= 'z')
		word[0] = (char)(word[0] - 'a' + 'A');
	str_printf(&text, "%s thing%s broken (", word, broken == 1 ? " is" : "s are");
	name_checks(doctor, DOCTOR_BROKEN, &text);
	str_putc(&text, ')');
	if (missing) {
		str_printf(&text, ", %s %s missing (", number_word((int64_t)missing, more),
			missing == 1 ? "is" : "are");
		name_checks(doctor, DOCTOR_MISSING, &text);
		str_putc(&text, ')');
	}
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}

static void
say_headline(const struct doctor *doctor, struct answer *answer)
{
	size_t missing = count(doctor, DOCTOR_MISSING), notes = count(doctor, DOCTOR_NOTE);
	char n[NUM_TEXT], more[NUM_TEXT];
	struct str text = STR_INIT;
	if (doctor_is_broken(doctor)) {
		say_wrong(doctor, answer);
		return;
	}
	str_printf(&text, "All is well: %s checks, nothing is broken",
		number_word((int64_t)doctor_checks_n, n));
	if (missing) {
		str_printf(&text, "; %s useful thing%s missing (",
			number_word((int64_t)missing, more), missing == 1 ? " is" : "s are");
		name_checks(doctor, DOCTOR_MISSING, &text);
		str_putc(&text, ')');
	}
	if (notes)
		str_printf(&text, "; %s note%s", number_word((int64_t)notes, more),
			notes == 1 ? "" : "s");
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}

static void
say_settings(const struct doctor_facts *facts, struct answer *answer)
{
	size_t own = 0;
	char n[NUM_TEXT], all[NUM_TEXT];
	for (size_t i = 0; i < facts->settings_n; i++)
		own += facts->settings[i].own;
	answer_headline(answer, "%s of %s settings %s not the default.", num_count(n, (int64_t)own),
		num_count(all, (int64_t)facts->settings_n), own == 1 ? "is" : "are");
}

void
doctor_report(const struct doctor *doctor, const struct doctor_facts *facts, bool settings,
	struct answer *answer)
{
	struct table *lines =
		answer_table(answer, "checks", NULL, line_columns, HL_COUNT(line_columns));
	struct table *files = answer_table(answer, "files", "Files that were looked for",
		file_columns, HL_COUNT(file_columns));
	struct table *table = answer_table(answer, "settings",
		"Where each setting comes from (nothing below it: the default)", setting_columns,
		HL_COUNT(setting_columns));
	for (int i = 0; i < DOCTOR_STATES; i++)
		put_lines(doctor, answer, lines, (enum doctor_state)i);
	put_files(facts, answer, files, true);
	put_files(facts, answer, files, false);
	put_settings(facts, answer, table);
	lines->quiet = settings;
	files->quiet = table->quiet = !settings;
	answer->default_table = settings ? "settings" : "checks";
	if (settings) {
		say_settings(facts, answer);
		answer_next(answer, "hllm doctor%s  # whether all of it works", facts->again);
	} else {
		say_headline(doctor, answer);
		if (doctor_is_broken(doctor))
			answer_next(answer, "hllm doctor%s  # again, when that is mended",
				facts->again);
		else
			answer_next(answer,
				"hllm doctor%s --config  # where each setting comes from",
				facts->again);
	}
}
