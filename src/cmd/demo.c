/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * demo - the whole story on made-up files, in a ledger that is gone afterwards.
 *
 * Each step is a command line, run as if it had been typed (cmd/line) in the folder of the shipped
 * data.  The clock stands still, so that the answers are the same whenever somebody looks.
 */
#include "config.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/line.h"
#include "cmd/output.h"
#include "cmd/scratch.h"
#include "view/width.h"

struct options {
	bool no_pause;
};

static const struct option option_table[] = {
	{ 0, "no-pause", OPTION_FLAG, .offset = offsetof(struct options, no_pause),
		.help = "go straight through, on a terminal too" },
	OPTION_END,
};

/* The day after the last one of the shipped files. */
#define TODAY "2026-11-01"

enum { PROSE_WIDEST = 80, WORDS_MOST = 16 };

static const struct step {
	const char *title, *text, *line;
} steps[] = {
	{ "What did October cost, and what for?",
		"A bill and a log of requests, as you would download them: hllm tells their "
		"formats "
		"by itself, prices every request at the list price of its time, and groups the "
		"requests into workloads.",
		"audit examples/*" },
	{ "Where does that number come from?",
		"Every number can be opened: how many tokens at which price, and which lines of "
		"which files.",
		"why total" },
	{ "Which of it needs a paid API at all?",
		"The rules of a policy, which you can read and change, look at each workload. "
		"Beside the verdict stands the smallest change that would turn it.",
		"decide" },
	{ "Would a card of your own pay for itself?",
		"What it costs to buy and to run, with the hours of people, is held against what "
		"would leave the API. \"Never\" is an answer, too.",
		"breakeven --gpu rtx4090" },
	{ "And the month before?",
		"What is imported or audited stays in the ledger. It counts once, however often "
		"and "
		"in however many files it comes.",
		"import earlier/*" },
	{ "Why was October dearer than September?",
		"A report is the page to forward. The difference between the months is split into "
		"more work, other models, caching and prices, and adds up to the cent.",
		"report --period 2026-10" },
	{ "And as a picture?",
		"Here in the terminal; with --output NAME.svg, .png or .pdf in a file.",
		"chart workloads --period 2026-10" },
};

/* What to type then. */
static const struct {
	const char *line, *text;
} endings[] = {
	{ "hllm audit FILE...", "a bill, a usage export or a log; it is remembered" },
	{ "hllm audit --no-save FILE...", "the same, and nothing is kept" },
	{ "hllm breakeven --gpu rtx4090", "would a card pay for itself, and when" },
	{ "hllm report", "the last month against the one before" },
	{ "hllm doctor", "what is missing here, and what mends it" },
};

/* What the steps need to know of the run. */
struct story {
	const struct app *app;
	const char *data; /* the absolute path of the shipped files */
	bool pauses;
	int width; /* of prose */
};

/* An option that would say where or how, of commands that are shown as they are. */
static bool
check(const struct app *app, int args_n, const char **args, struct err *err)
{
	const struct {
		const char *name;
		bool given;
	} own[] = { { "--ledger", app->ledger }, { "--config", app->config },
		{ "--prices", app->prices.n > 0 }, { "--format", app->format },
		{ "--table", app->table }, { "--output", app->output }, { "--period", app->period },
		{ "--tz", app->tz }, { "--as-of", app->as_of }, { "--verbose", app->verbose } };
	if (args_n)
		return err_set(err, FAULT_USAGE,
			"demo: unexpected \"%s\": it has files of its own; for yours: hllm audit "
			"%s",
			args[0], args[0]);
	for (size_t i = 0; i < HL_COUNT(own); i++)
		if (own[i].given)
			return err_set(err, FAULT_USAGE,
				"demo: %s does not go with it, expected only --no-pause, --color "
				"or "
				"--quiet: its commands are run as they stand there",
				own[i].name);
	return true;
}

static bool
put(struct str *text, struct err *err)
{
	bool good = output_stdout(str_as_slice(text), err);
	str_clear(text);
	return good;
}

static bool
put_step(const struct story *story, size_t i, struct err *err)
{
	struct str text = STR_INIT;
	const struct step *step = &steps[i];
	str_printf(&text, "\n%zu of %zu: %s\n\n", i + 1, HL_COUNT(steps), step->title);
	width_wrap(&text, slice_of(step->text), story->width);
	str_printf(&text, "\n\n$ hllm %s\n", step->line);
	bool good = put(&text, err);
	str_free(&text);
	return good;
}

/* The files that a word with * stands for, in order, as a shell would put them; freed by globfree(). */
static bool
split_line(const char *line, glob_t *words, struct err *err)
{
	struct slice rest = slice_of(line), word;
	int flags = 0;
	*words = (glob_t){ 0 };
	while (slice_cut(&rest, ' ', &word)) {
		char *pattern = slice_dup(word);
		bool files = strchr(pattern, '*');
		int result = glob(pattern, flags | (files ? 0 : GLOB_NOCHECK), NULL, words);
		flags = GLOB_APPEND;
		free(pattern);
		if (result != 0)
			return err_set(err, FAULT_SYSTEM,
				SLICE_FMT
				": the files of the demo are not there; install hllm, or set "
				"HLLM_DATA_DIR to the folder \"data\" of its sources",
				SLICE_ARG(word));
	}
	return true;
}

/* As if its line had been typed by somebody who has nothing but what the steps before left. */
static int
run_step(const struct story *story, const struct step *step, const char *folder)
{
	struct app app = { .program = story->app->program,
		.data_dir = story->data,
		.home = folder,
		.config_home = folder,
		.data_home = folder,
		.color = story->app->color,
		.quiet = story->app->quiet,
		.stopped = true };
	struct err err;
	glob_t words;
	bool zoned, dated;
	if (!when_parse(slice_of(TODAY), &app.now, &zoned, &dated))
		BUG("no date: %s", TODAY);
	int status = split_line(step->line, &words, &err)
			     ? line_run(&app, (int)words.gl_pathc, words.gl_pathv)
			     : app_fail(&app, &err);
	globfree(&words);
	app_free(&app);
	return status;
}

/* One key, without waiting for the end of a line.  False: somebody wants to leave. */
static bool
wait_for_key(void)
{
	struct termios before, now;
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return true;
	now = before;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
	char key = 'q'; /* at the end of what can be read */
	for (ssize_t n = 1; n > 0 || (n < 0 && errno == EINTR);) {
		n = read(STDIN_FILENO, &key, 1);
		if (n == 0)
			key = 'q';
		if (n >= 0 && strchr("\n\r qQ\004", key))
			break;
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return strchr("\n\r ", key);
}

static bool
pause_here(struct err *err, bool *on)
{
	static const char prompt[] = "-- Enter goes on, q leaves --";
	struct str text = STR_INIT;
	str_printf(&text, "\n%s", prompt);
	bool good = put(&text, err);
	*on = good && wait_for_key();
	/* the prompt is taken away again */
	str_printf(&text, "\r%*s\r", (int)strlen(prompt), "");
	good = good && put(&text, err);
	str_free(&text);
	return good;
}

static bool
put_begin(const struct story *story, struct err *err)
{
	struct str prose = STR_INIT, text = STR_INIT;
	str_printf(&prose,
		"Two months of a made-up company, in %s. What is kept of them is in a temporary "
		"ledger; yours is neither read nor touched.",
		story->data);
	width_wrap(&text, str_as_slice(&prose), story->width);
	str_putc(&text, '\n');
	bool good = put(&text, err);
	str_free(&prose);
	str_free(&text);
	return good;
}

static bool
put_end(const struct story *story, struct err *err)
{
	enum { LINES = 30 }; /* as wide as the longest of them and a gap */
	struct str text = STR_INIT;
	str_putc(&text, '\n');
	width_wrap(&text,
		SLICE("The company was made up. With files of your own, in any of some forty "
		      "formats:"),
		story->width);
	str_puts(&text, "\n\n");
	for (size_t i = 0; i < HL_COUNT(endings); i++)
		if (story->width < PROSE_WIDEST)
			str_printf(&text, "  %s\n      %s\n", endings[i].line, endings[i].text);
		else
			str_printf(&text, "  %-*s%s\n", LINES, endings[i].line, endings[i].text);
	bool good = put(&text, err);
	str_free(&text);
	return good;
}

/* In the child of scratch_run(). */
static int
tell(void *arg, const char *folder)
{
	const struct story *story = arg;
	struct err err;
	bool on = true;
	if (!put_begin(story, &err))
		return app_fail(story->app, &err);
	for (size_t i = 0; i < HL_COUNT(steps); i++) {
		if (!put_step(story, i, &err))
			return app_fail(story->app, &err);
		int status = run_step(story, &steps[i], folder);
		if (status != EXIT_DONE)
			return status;
		if (story->pauses && i + 1 < HL_COUNT(steps) && !pause_here(&err, &on))
			return app_fail(story->app, &err);
		if (!on)
			return EXIT_DONE;
	}
	return put_end(story, &err) ? EXIT_DONE : app_fail(story->app, &err);
}

/* Where the commands are typed. */
static char *
enter_data(const struct app *app, struct err *err)
{
	char *data = realpath(app->data_dir, NULL);
	if (data && chdir(data) == 0)
		return data;
	err_set(err, FAULT_SYSTEM,
		"%s: %s; install hllm, or set HLLM_DATA_DIR to the folder \"data\" of its sources",
		app->data_dir, err_errno(errno));
	free(data);
	return NULL;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct err err = { 0 };
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	int width = width_of_terminal(STDOUT_FILENO), status = EXIT_DONE;
	char *data = check(app, args_n, args, &err) ? enter_data(app, &err) : NULL;
	struct story story = { .app = app,
		.data = data,
		.pauses = terminal && !options->no_pause && !app->quiet,
		.width = width > 0 && width < PROSE_WIDEST ? width : PROSE_WIDEST };
	bool good = data && scratch_run("demo", tell, &story, &status, &err);
	free(data);
	return good ? status : app_fail(app, &err);
}

const struct command cmd_demo = {
	.name = "demo",
	.args = "",
	.help = "the whole story on made-up files, step by step",
	.examples = "hllm demo                           # on a terminal, Enter goes on\n"
		    "hllm demo --no-pause | less         # all at once\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
