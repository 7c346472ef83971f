/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why-ids - `hllm why ID…`: the answer is built again, and its numbers tell where they come from. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/asked.h"
#include "cmd/inquiry.h"
#include "cmd/line.h"
#include "cmd/why.h"
#include "report/explain.h"
#include "report/ids.h"
#include "view/cell.h"

/* What was traced once: many numbers come from the same records. */
struct kept_trace {
	char *what;
	struct traced traced;
};

/* All ids that one answer is asked about. */
struct asking {
	struct inquiry inquiry; /* first: that is how 'answered' finds the rest */
	struct app *app;        /* of `hllm why` */
	const char **ids;
	char **was; /* of each, as it was printed; NULL items, or NULL: not known */
	bool *done;
	int ids_n;
	int64_t time;        /* when it was printed */
	const char *command; /* behind "--" of what is proposed next; "" the answer is remembered */
	struct explain *explain;
	struct kept_trace *kept;
	size_t kept_n, kept_size;
};

/* ---- which arguments are ids ---- */

static int
leading_ids(int args_n, const char **args)
{
	int n = 0;
	while (n < args_n && id_looks(slice_of(args[n])))
		n++;
	return n;
}

int
why_ids_n(const struct app *app, int args_n, const char **args)
{
	int n = leading_ids(args_n, args);
	struct asked asked;
	if (n < args_n)
		return n && command_find(args[n]) ? n : 0;
	bool known = false;
	for (int i = 0; i < n && !known; i++) {
		known = asked_find(app, slice_of(args[i]), &asked);
		asked_free(&asked);
	}
	return known || n > 2 ? n : 0;
}

/* ---- records ---- */

/* "2026-10"; false: it is no month. */
static bool
month_of(struct slice text, int *out)
{
	int64_t year, month;
	if (text.n != 7 || num_int((struct slice){ text.p, 4 }, &year) != NUM_OK ||
		num_int((struct slice){ text.p + 5, 2 }, &month) != NUM_OK)
		return false;
	*out = (int)(year * 12 + month - 1);
	return true;
}

static struct trace_target
target_of(const struct origin_root *root)
{
	struct trace_target target = { .what = TRACE_TOTAL };
	if (root->workload.p)
		target = (struct trace_target){
			.what = TRACE_WORKLOAD, .name = root->workload, .model = root->model
		};
	else if (root->model.p)
		target = (struct trace_target){
			.what = TRACE_MODEL, .name = root->model, .biller = root->biller
		};
	return target;
}

/* In the study of the answer, or in that of the month. */
static bool
trace_root(struct asking *asking, struct app *app, const struct origin_root *root,
	struct traced *out, struct err *err)
{
	struct inquiry *inquiry = &asking->inquiry;
	struct trace_target target = target_of(root);
	struct study month = { 0 };
	int number;
	if (!root->month.p || !month_of(root->month, &number) || !inquiry->gathered)
		return why_trace(inquiry->study, &target, out, err);
	bool good = study_month(app, inquiry->gathered, number, &month, err) &&
		    why_trace(&month, &target, out, err);
	study_free(&month);
	return good;
}

/* NULL: err. */
static const struct traced *
trace_once(struct asking *asking, struct app *app, const struct origin_root *root, struct err *err)
{
	char *what = slice_dup(root->text);
	for (size_t i = 0; i < asking->kept_n; i++)
		if (strcmp(asking->kept[i].what, what) == 0) {
			free(what);
			return &asking->kept[i].traced;
		}
	struct traced traced = { 0 };
	if (!trace_root(asking, app, root, &traced, err)) {
		traced_free(&traced);
		free(what);
		return NULL;
	}
	asking->kept =
		xgrow(asking->kept, &asking->kept_size, asking->kept_n, sizeof(*asking->kept));
	asking->kept[asking->kept_n++] = (struct kept_trace){ what, traced };
	return &asking->kept[asking->kept_n - 1].traced;
}

/* ---- one number ---- */

/* What has come since: the newest import, or else what nobody knows. */
static void
say_since(struct asking *asking, struct str *out)
{
	const struct study *study = asking->inquiry.study;
	struct imports imports = { 0 };
	struct err ignored;
	char time[WHEN_TEXT];
	int64_t newest = 0;
	if (study && study->of_ledger && study->taken.ledger &&
		ledger_imports(study->taken.ledger, &imports, &ignored))
		for (size_t i = 0; i < imports.n; i++)
			if (imports.items[i].time > asking->time && imports.items[i].id > newest)
				newest = imports.items[i].id;
	imports_free(&imports);
	str_printf(out, "when it was printed, %s; ", when_print(time, asking->time));
	if (asking->inquiry.anew)
		str_puts(out, "it was measured again just now");
	else if (newest)
		str_printf(out, "import %lld came after", (long long)newest);
	else
		str_puts(out, "its data, prices or settings have changed since");
}

static void
say_next(struct asking *asking, struct answer *answer, const struct explanation *origin)
{
	const char *dashes = asking->command[0] ? " -- " : "";
	for (size_t i = 0; i < origin->inputs_n; i++) {
		const struct origin_cell *at = &origin->inputs[i].at;
		const char *id = id_of(at->table, at->row, at->column);
		struct str name = STR_INIT;
		if (!id)
			continue;
		origin_cell_name(&name, at);
		answer_next(answer, "hllm why %s%s%s  # one step down: %s", id, dashes,
			asking->command, str_text(&name));
		str_free(&name);
		return;
	}
}

static bool
explain_one(struct asking *asking, struct app *app, const struct answer *of, int number,
	const struct origin_cell *at, struct err *err)
{
	struct explanation origin;
	struct str printed = STR_INIT, since = STR_INIT;
	struct why_owner owner;
	const char *was = asking->was ? asking->was[number] : NULL;
	cell_human(&printed, &at->table->columns[at->column], origin_value(at));
	if (was && strcmp(was, str_text(&printed)) == 0)
		was = NULL;
	if (was)
		say_since(asking, &since);
	bool good = origin_find(of, at, &origin) ||
		    err_set(err, FAULT_USAGE,
			    "why %s: nothing is written down about where this number comes from",
			    asking->ids[number]);
	if (good) {
		const struct explain_number wanted = { of, *at, str_text(&printed), was,
			was ? str_text(&since) : NULL };
		explain_add(asking->explain, &wanted, &origin, &owner);
		say_next(asking, asking->explain->answer, &origin);
	}
	for (size_t i = 0; i < origin.roots_n && good; i++) {
		if (!slice_is(origin.roots[i].kind, "records") || !asking->inquiry.study)
			continue;
		const struct traced *traced = trace_once(asking, app, &origin.roots[i], err);
		good = traced != NULL;
		if (!good)
			break;
		why_tables_add(asking->explain->answer, &asking->explain->traced, &owner, traced);
		if (!origin.inputs_n)
			why_next_prices(asking->explain->answer, app, &traced->trace);
	}
	origin_free(&origin);
	str_free(&printed);
	str_free(&since);
	return good;
}

static bool
no_such_id(const struct answer *of, const char *id, size_t n, const struct origin_cell both[2],
	struct err *err)
{
	if (n < 2)
		return err_set(err, FAULT_USAGE,
			"why %s: the answer has no number of that id any more, or never had, "
			"expected one that --ids prints",
			id);
	(void)of;
	struct str names[2] = { STR_INIT, STR_INIT };
	for (int i = 0; i < 2; i++)
		origin_cell_name(&names[i], &both[i]);
	err_set(err, FAULT_USAGE, "why %s: that is by now %s (%s) or %s (%s)%s; type all of the id",
		id, id_of(both[0].table, both[0].row, both[0].column), str_text(&names[0]),
		id_of(both[1].table, both[1].row, both[1].column), str_text(&names[1]),
		n > 2 ? " or yet another" : "");
	str_free(&names[0]);
	str_free(&names[1]);
	return false;
}

static bool
answered(struct inquiry *inquiry, struct app *app, struct answer *of, struct err *err)
{
	struct asking *asking = (struct asking *)inquiry;
	struct id_index index;
	bool good = true;
	id_index_make(of, &index);
	for (int i = 0; i < asking->ids_n && good; i++) {
		struct origin_cell at[2];
		if (asking->done[i])
			continue;
		size_t n = id_find(&index, slice_of(asking->ids[i]), &at[0], &at[1]);
		good = n == 1 ? explain_one(asking, app, of, i, &at[0], err)
			      : no_such_id(of, asking->ids[i], n, at, err);
		asking->done[i] = true;
	}
	free(index.items);
	for (size_t i = 0; i < asking->kept_n; i++) {
		free(asking->kept[i].what);
		traced_free(&asking->kept[i].traced);
	}
	free(asking->kept);
	asking->kept = NULL;
	asking->kept_n = asking->kept_size = 0;
	return good;
}

/* ---- the command again ---- */

/* A command of standard input cannot be run again; nor one that is no command at all. */
static bool
check_arguments(int n, char **arguments, struct err *err)
{
	for (int i = 0; i < n; i++)
		if (strcmp(arguments[i], "-") == 0)
			return err_set(err, FAULT_USAGE,
				"why: the answer was of what came from standard input, which is "
				"gone; save that in a file, and audit it with --ids");
	return n > 0 || err_set(err, FAULT_USAGE, "why: expected a command behind --");
}

/* 'arguments' as main() would have them, without the name of the program. */
static bool
run_again(struct asking *asking, int n, char **arguments, struct err *err)
{
	struct app inner;
	char **argv = xcalloc((size_t)n + 2, sizeof(*argv));
	argv[0] = xstrdup(asking->app->program);
	memcpy(argv + 1, arguments, (size_t)n * sizeof(*argv));
	asking->inquiry.answered = answered;
	app_init(&inner, asking->app->program);
	inner.inquiry = &asking->inquiry;
	inner.quiet = true;
	int status = line_all(&inner, n + 1, argv);
	app_free(&inner);
	free(argv[0]);
	free(argv);
	if (asking->inquiry.failed) {
		*err = asking->inquiry.err;
		return false;
	}
	return asking->inquiry.done ||
	       err_set(err, status == EXIT_USAGE ? FAULT_USAGE : FAULT_INPUT,
		       "why: hllm %s prints no answer that could be asked about", arguments[0]);
}

/* Paths are those of the folder in which the answer was printed; --output of this run is of this one. */
static bool
run_in_folder(struct asking *asking, const struct asked *asked, struct err *err)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = chdir(asked->folder) == 0 ||
		    err_set(err, FAULT_INPUT, "%s: %s: the answer was printed there", asked->folder,
			    err_errno(errno));
	good = good && run_again(asking, asked->arguments_n, asked->arguments, err);
	if (here >= 0 && fchdir(here) != 0 && good)
		good = err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
	if (here >= 0)
		close(here);
	return good;
}

static bool
of_command(struct asking *asking, int args_n, const char **args, struct err *err)
{
	struct str command = STR_INIT;
	char **arguments = xcalloc((size_t)args_n + 1, sizeof(*arguments));
	for (int i = 0; i < args_n; i++) {
		arguments[i] = xstrdup(args[i]);
		asked_put_word(&command, args[i]);
	}
	asking->command = str_text(&command);
	asking->inquiry.now = INT64_MIN;
	bool good = check_arguments(args_n, arguments, err) &&
		    run_again(asking, args_n, arguments, err);
	for (int i = 0; i < args_n; i++)
		free(arguments[i]);
	free(arguments);
	str_free(&command);
	return good;
}

/* All ids that the newest answer with the first open one has. */
static bool
of_asked(struct asking *asking, int first, struct err *err)
{
	struct asked asked, other = { 0 };
	bool *done = xcalloc((size_t)asking->ids_n, sizeof(bool));
	if (!asked_find(asking->app, slice_of(asking->ids[first]), &asked)) {
		free(done);
		return err_set(err, FAULT_USAGE,
			"why: no number of the last %d answers with ids is called \"%s\"; print "
			"some with --ids, or name the answer: hllm why %s -- COMMAND",
			ASKED_MOST, asking->ids[first], asking->ids[first]);
	}
	memcpy(done, asking->done, (size_t)asking->ids_n * sizeof(bool));
	asking->was = xcalloc((size_t)asking->ids_n, sizeof(char *));
	for (int i = 0; i < asking->ids_n; i++) {
		bool same = !done[i] && asked_find(asking->app, slice_of(asking->ids[i]), &other);
		same = same && other.now == asked.now && other.arguments_n == asked.arguments_n;
		if (same)
			asking->was[i] = xstrdup(other.printed);
		else
			asking->done[i] = true; /* not of this answer */
		asked_free(&other);
	}
	asking->time = asking->inquiry.now = asked.now;
	bool good = check_arguments(asked.arguments_n, asked.arguments, err) &&
		    run_in_folder(asking, &asked, err);
	for (int i = 0; i < asking->ids_n; i++) {
		asking->done[i] = done[i] || asking->was[i];
		free(asking->was[i]);
	}
	free(asking->was);
	free(done);
	asked_free(&asked);
	return good;
}

bool
why_ids(struct app *app, int args_n, const char **args, struct answer *answer, struct err *err)
{
	int n = leading_ids(args_n, args);
	struct explain explain;
	struct asking asking = { .app = app,
		.ids = args,
		.ids_n = n,
		.done = xcalloc((size_t)n + 1, sizeof(bool)),
		.command = "",
		.explain = &explain };
	bool good = true;
	explain_begin(&explain, answer, n > 1);
	if (n < args_n)
		good = of_command(&asking, args_n - n, args + n, err);
	for (int i = 0; i < n && n == args_n && good; i++) {
		asking.inquiry = (struct inquiry){ 0 };
		good = asking.done[i] || of_asked(&asking, i, err);
	}
	free(asking.done);
	if (good)
		explain_end(&explain);
	return good;
}
