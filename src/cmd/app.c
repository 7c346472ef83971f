/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/when.h"
#include "cmd/asked.h"
#include "cmd/inquiry.h"
#include "cmd/output.h"
#include "report/ids.h"
#include "view/escape.h"
#include "view/view.h"
#include "view/width.h"

#ifndef PKGDATADIR
# define PKGDATADIR "/usr/local/share/hllm"
#endif

#define AT(field) .offset = offsetof(struct app, field)

const struct option global_options[] = {
	{ 0, "ledger", OPTION_TEXT, AT(ledger), .arg = "FILE",
		.help = "the ledger (~/.local/share/hllm/ledger.db)" },
	{ 0, "config", OPTION_TEXT, AT(config), .arg = "FILE",
		.help = "the configuration (~/.config/hllm/hllm.conf)" },
	{ 0, "prices", OPTION_LIST, AT(prices), .arg = "FILE",
		.help = "prices that come before the shipped ones; may be given again" },
	{ 0, "format", OPTION_TEXT, AT(format), .arg = "FORMAT",
		.values = "text|json|csv|tsv|md|html|prometheus|focus",
		.only = "prometheus=check|focus=export",
		.help = "text, json, csv, tsv, md, html; of hllm check prometheus, of hllm export "
			"focus (text)" },
	{ 0, "table", OPTION_TEXT, AT(table), .arg = "NAME",
		.help = "the table that csv and tsv print" },
	{ 'o', "output", OPTION_TEXT, AT(output), .arg = "FILE",
		.help = "write the answer to FILE, whole or not at all" },
	{ 0, "period", OPTION_TEXT, AT(period), .arg = "PERIOD",
		.help = "2026-10, 2026-08..2026-10, 2026-10-01..2026-10-15, last or last-90d" },
	{ 0, "tz", OPTION_TEXT, AT(tz), .arg = "ZONE", .help = "where days begin (UTC)" },
	{ 0, "as-of", OPTION_TEXT, AT(as_of), .arg = "TIME",
		.help = "take this date or time for now" },
	{ 0, "color", OPTION_TEXT, AT(color), .arg = "WHEN", .values = "auto|always|never",
		.help = "auto, always or never (auto)" },
	{ 'q', "quiet", OPTION_FLAG, AT(quiet), .help = "no messages but errors" },
	{ 'v', "verbose", OPTION_FLAG, AT(verbose), .help = "more detail, and why" },
	{ 0, "ids", OPTION_FLAG, AT(ids),
		.help = "beside every number a short id, to ask about it: hllm why ID" },
	{ 'h', "help", OPTION_FLAG, AT(help), .help = "show the options, of a command too" },
	{ 0, "version", OPTION_FLAG, AT(version), .help = "show the version" },
	{ 0, "completion", OPTION_TEXT, AT(completion), .arg = "SHELL", .values = "bash|zsh|fish",
		.help = "print the script by which bash, zsh or fish completes what is typed" },
	{ 0, "names", OPTION_TEXT, AT(names), .arg = "KIND" },
	OPTION_END,
};

/* $name, or else ~/fallback; relative paths do not count (XDG base directories). */
static const char *
base_folder(struct app *app, const char *name, const char *fallback)
{
	const char *folder = getenv(name);
	if (folder && folder[0] == '/')
		return folder;
	if (!app->home[0])
		return "";
	size_t n = strlen(app->home) + strlen(fallback) + 2;
	char *path = arena_take(&app->arena, n);
	snprintf(path, n, "%s/%s", app->home, fallback);
	return path;
}

/* Where the shipped files are: as installed, or beside a moved or not yet installed program. */
static const char *
find_data(struct app *app)
{
	static const char *const places[] = { "/../share/hllm", "/../data", "/data" };
	char exe[4096];
	ssize_t n = access(PKGDATADIR "/prices.csv", R_OK) == 0
			    ? -1
			    : readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return PKGDATADIR;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < HL_COUNT(places); i++) {
		char *path = xasprintf("%s%s", exe, places[i]),
		     *file = xasprintf("%s/prices.csv", path);
		bool found = access(file, R_OK) == 0;
		const char *kept = found ? arena_copy(&app->arena, path, strlen(path)) : NULL;
		free(path);
		free(file);
		if (kept)
			return kept;
	}
	return PKGDATADIR;
}

/* $HOME; where it is not set, as with some cron, what the password database says.  "" unknown: also where it
 * is set to nothing, which somebody meant. */
static const char *
find_home(struct app *app)
{
	const char *home = getenv("HOME");
	if (!home) {
		const struct passwd *user = getpwuid(getuid());
		home = user && user->pw_dir
			       ? arena_copy(&app->arena, user->pw_dir, strlen(user->pw_dir))
			       : "";
	}
	return home[0] == '/' ? home : "";
}

void
app_init(struct app *app, const char *program)
{
	const char *data = getenv("HLLM_DATA_DIR");
	*app = (struct app){ .program = program ? program : "hllm" };
	app->home = find_home(app);
	app->data_dir = data && data[0] ? data : find_data(app);
	app->config_home = base_folder(app, "XDG_CONFIG_HOME", ".config");
	app->data_home = base_folder(app, "XDG_DATA_HOME", ".local/share");
	app->state_home = base_folder(app, "XDG_STATE_HOME", ".local/state");
}

void
app_free(struct app *app)
{
	option_list_free(&app->prices);
	arena_free(&app->arena);
}

static bool
read_epoch(const char *text, int64_t *now, struct err *err)
{
	const int64_t most = INT64_MAX / NS_PER_SECOND;
	int64_t seconds;
	if (num_int(slice_of(text), &seconds) != NUM_OK || seconds < 0 || seconds > most)
		return err_set(err, FAULT_USAGE,
			"SOURCE_DATE_EPOCH=%s: expected seconds since 1970", text);
	*now = seconds * NS_PER_SECOND;
	return true;
}

static bool
read_clock(struct app *app, struct err *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	bool zoned, dated;
	if (app->stopped)
		return true;
	app->stamped = app->as_of || (epoch && epoch[0]);
	if (app->as_of)
		return when_parse(slice_of(app->as_of), &app->now, &zoned, &dated) ||
		       err_set(err, FAULT_USAGE,
			       "--as-of %s: expected a date or time such as 2026-10-31 or "
			       "2026-10-31T12:00:00Z",
			       app->as_of);
	if (app->inquiry && app->inquiry->now != INT64_MIN) {
		app->now = app->inquiry->now; /* as it was when the answer was printed */
		return true;
	}
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	app->now = (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
	if (!epoch || !epoch[0] || read_epoch(epoch, &app->now, err))
		return true;
	app->clock_fault = arena_copy(&app->arena, err->text, strlen(err->text));
	return false;
}

/* Of a file called so, "html" for "october.html"; NULL: its name says nothing of that. */
static const char *
format_of(const char *path)
{
	const char *dot = path ? strrchr(path, '.') : NULL;
	const struct view *view = dot && !strchr(dot, '/') ? view_find(dot + 1) : NULL;
	if (dot && strcmp(dot, ".prom") == 0) /* as node_exporter wants its files to be called */
		return "prometheus";
	return view ? view->name : NULL;
}

bool
app_settle(struct app *app, struct err *err)
{
	if (!app->format)
		app->format = format_of(app->output);
	bool rows = app->format && app->format[1] == 's'; /* csv, tsv */
	if (app->table && !rows)
		return err_set(err, FAULT_USAGE,
			"--table %s: expected --format csv or tsv beside it; the others print "
			"every table",
			app->table);
	app->progress = !app->quiet && isatty(STDERR_FILENO);
	return read_clock(app, err);
}

/* In one write, so that lines of several processes do not mix. */
static void
print_line(const char *text)
{
	struct str line = STR_INIT;
	str_puts(&line, "hllm: ");
	escape_text(&line, slice_of(text));
	str_putc(&line, '\n');
	fwrite(line.p, 1, line.n, stderr);
	str_free(&line);
}

/* Usage errors that say neither what was expected nor a command that helps send people to the options. */
static bool
is_told(const struct err *err)
{
	static const char *const ways[] = { "expected", "did you mean", "hllm", "HLLM_" };
	for (size_t i = 0; i < HL_COUNT(ways); i++)
		if (strstr(err->text, ways[i]))
			return true;
	return err->fault != FAULT_USAGE;
}

int
app_fail(const struct app *app, const struct err *err)
{
	struct err more = *err;
	if (app->inquiry) { /* who asks says it */
		app->inquiry->failed = true;
		app->inquiry->err = *err;
		return EXIT_FAILED;
	}
	if (app->command && !is_told(err))
		err_add(&more, " (see 'hllm %s --help')", app->command->name);
	print_line(more.text);
	return err->fault == FAULT_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

void
app_say(const struct app *app, const char *fmt, ...)
{
	if (app->quiet)
		return;
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	print_line(text);
	free(text);
}

bool
app_color(const struct app *app, bool terminal)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
	if (app->color && strcmp(app->color, "always") == 0)
		return true;
	if (app->color && strcmp(app->color, "never") == 0)
		return false;
	return terminal && !(none && none[0]) && term && strcmp(term, "dumb") != 0;
}

const char *
app_stamp(const struct app *app, char text[WHEN_TEXT])
{
	if (!app->stamped)
		return NULL;
	return app->now % NS_PER_DAY ? when_print(text, app->now) : when_date(text, app->now);
}

static bool
render(const struct app *app, struct answer *answer, bool terminal, struct str *out,
	struct err *err)
{
	const struct view *view = view_find(app->format ? app->format : "text");
	char stamp[WHEN_TEXT];
	struct view_options options = {
		.verbose = app->verbose, .table = app->table, .stamp = app_stamp(app, stamp)
	};
	if (!view)
		return err_set(err, FAULT_USAGE, "--format %s: only hllm export writes charges",
			app->format);
	options.width = width_of_terminal(terminal ? STDOUT_FILENO : -1);
	options.wrap = terminal;
	options.color = app_color(app, terminal);
	char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	if (!memory)
		return err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
	bool good = view->render(answer, &options, memory, err);
	if (fclose(memory) != 0 && good)
		good = err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
	if (good)
		str_add(out, text, n);
	free(text);
	return good;
}

void
app_answer(const struct app *app, struct answer *answer, const char *schema)
{
	answer_init(answer, schema);
	answer->explained = app->ids || app->inquiry;
}

void
app_studied(const struct app *app, struct study *study, struct study *gathered)
{
	if (app->inquiry) {
		app->inquiry->study = study;
		app->inquiry->gathered = gathered;
	}
}

bool
app_not_again(const struct app *app, const char *why, struct err *err)
{
	return !app->inquiry || err_set(err, FAULT_USAGE, "%s", why);
}

/* Some commands have answers of several kinds, not all of which explain themselves. */
static bool
is_explained(const struct app *app, const struct answer *answer, struct err *err)
{
	static const char *const schemas[] = { "hllm.audit/1", "hllm.breakeven/1", "hllm.decide/1",
		"hllm.machine/1", "hllm.probe/1", "hllm.report/1" };
	for (size_t i = 0; i < HL_COUNT(schemas); i++)
		if (strcmp(answer->schema, schemas[i]) == 0)
			return true;
	return err_set(err, FAULT_USAGE,
		"%s: hllm why knows nothing of the numbers of this answer (%s); it knows those "
		"of " APP_EXPLAINED,
		app->inquiry ? "why" : "--ids", answer->schema);
}

/* How to ask about the number that is seen first. */
static void
propose_why(const struct app *app, struct answer *answer)
{
	struct origin_cell at;
	if (!id_first(answer, &at))
		return;
	struct str command = STR_INIT, name = STR_INIT;
	if (asked_not_kept(app))
		asked_command(app, &command);
	origin_cell_name(&name, &at);
	answer_next(answer, "hllm why %s%s%s  # where this number comes from: %s",
		id_of(at.table, at.row, at.column), command.n ? " -- " : "", str_text(&command),
		str_text(&name));
	str_free(&command);
	str_free(&name);
}

/* Who asked has the answer; nobody else sees it. */
static int
hand_over(const struct app *app, struct answer *answer)
{
	struct err err = { 0 };
	struct inquiry *inquiry = app->inquiry;
	inquiry->done = true;
	if (!is_explained(app, answer, &err))
		return app_fail(app, &err);
	ids_make(answer);
	/* a run of its own, on whose behalf it traces */
	struct app own = *app;
	return inquiry->answered(inquiry, &own, answer, &err) ? EXIT_DONE : app_fail(app, &err);
}

/* The answer is built in memory first: a view that fails has printed nothing. */
int
app_show(const struct app *app, struct answer *answer)
{
	struct err err = { 0 };
	struct str text = STR_INIT;
	if (app->inquiry)
		return hand_over(app, answer);
	if (app->ids && !is_explained(app, answer, &err))
		return app_fail(app, &err);
	if (app->ids) {
		ids_make(answer);
		propose_why(app, answer);
	}
	bool file = app->output && strcmp(app->output, "-") != 0;
	bool good = render(app, answer, !file && isatty(STDOUT_FILENO), &text, &err);
	if (good && file)
		good = output_file(app->output, str_as_slice(&text), &err);
	else if (good)
		good = output_stdout(str_as_slice(&text), &err);
	str_free(&text);
	if (good && app->ids)
		asked_keep(app, answer);
	return good ? EXIT_DONE : app_fail(app, &err);
}

int
app_show_if(const struct app *app, struct answer *answer, bool anything)
{
	bool text = !app->format || strcmp(app->format, "text") == 0;
	struct err err;
	if (anything || !text || app->verbose)
		return app_show(app, answer);
	if (!app->output || strcmp(app->output, "-") == 0)
		return EXIT_DONE;
	return output_file(app->output, SLICE(""), &err) ? EXIT_DONE : app_fail(app, &err);
}

/* folder/hllm/name */
static const char *
default_path(struct arena *arena, const char *folder, const char *name)
{
	size_t n = strlen(folder) + strlen("/hllm/") + strlen(name) + 1;
	char *path = arena_take(arena, n);
	snprintf(path, n, "%s/hllm/%s", folder, name);
	return path;
}

const char *
app_ledger_path(struct app *app, struct err *err)
{
	if (app->ledger)
		return app->ledger;
	if (app->data_home[0])
		return default_path(&app->arena, app->data_home, "ledger.db");
	err_set(err, FAULT_USAGE,
		"no home folder is known, expected HOME to name it, or --ledger FILE");
	return NULL;
}

const char *
app_config_path(struct app *app)
{
	if (app->config)
		return app->config;
	return app->config_home[0] ? default_path(&app->arena, app->config_home, "hllm.conf")
				   : NULL;
}

const char *
app_asked_path(const struct app *app, struct arena *arena)
{
	return app->state_home[0] ? default_path(arena, app->state_home, "asked") : NULL;
}
