/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/chart-out.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/output.h"
#include "price/sheet.h"
#include "view/chart.h"
#include "view/width.h"

enum { TIMEOUT_MS = 30000 };

#define INSTALL "install it (the package gnuplot-nox of Debian and Ubuntu)"

static bool
is_stdout(const char *target)
{
	return strcmp(target, "-") == 0;
}

static bool
ends_in(const char *target, const char *suffix)
{
	size_t n = strlen(target), m = strlen(suffix);
	return n > m + 1 && target[n - m - 1] == '.' &&
	       slice_same_nocase(target + n - m, suffix, m);
}

/* CHART_FORMATS: in characters. */
static bool
find_format(const char *target, enum chart_format *format, struct err *err)
{
	for (size_t i = 0; i < CHART_FORMATS; i++) {
		*format = (enum chart_format)i;
		if (ends_in(target, chart_formats[i]))
			return true;
	}
	*format = CHART_FORMATS;
	return is_stdout(target) || ends_in(target, "txt") ||
	       err_set(err, FAULT_USAGE,
		       "%s: no such kind of picture; expected a name that ends in .svg, .png, "
		       ".pdf or .txt, or - for the terminal",
		       target);
}

/* Is there nothing for programs on it? */
static bool
stdout_is_for_people(const struct app *app)
{
	bool people =
		!app->format || strcmp(app->format, "text") == 0 || strcmp(app->format, "md") == 0;
	return people || (app->output && !is_stdout(app->output));
}

bool
app_chart_check(const struct app *app, const char *option, const char *target, struct err *err)
{
	enum chart_format format;
	if (!find_format(target, &format, err))
		return err_wrap(err, "%s", option);
	if (is_stdout(target) && !stdout_is_for_people(app))
		return err_set(err, FAULT_USAGE,
			"%s -: would mix with the answer in %s; write one of the two to a file",
			option, app->format);
	return is_stdout(target) || output_check(target, err);
}

/* Can the terminal of this user show more than ASCII? */
static bool
locale_is_utf8(void)
{
	locale_t users = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8 = users && strcmp(nl_langinfo_l(CODESET, users), "UTF-8") == 0;
	if (users)
		freelocale(users);
	return utf8;
}

static void
draw_text(const struct app *app, const struct chart *chart, bool terminal, struct str *out)
{
	struct chart_text_options options = { .width = width_of_terminal(terminal ? 1 : -1),
		.ascii = !locale_is_utf8(),
		.color = app_color(app, terminal) };
	chart_draw_text(chart, &options, out);
}

/* The user's own file of this name, else the shipped one. */
static bool
read_look(struct arena *arena, const struct app *app, const char *name, struct slice *text,
	struct err *err)
{
	char *own = xasprintf("%s/hllm/gnuplot/%s", app->config_home, name);
	char *shipped = xasprintf("%s/gnuplot/%s", app->data_dir, name);
	bool users = app->config_home[0] && access(own, F_OK) == 0;
	bool good = sheet_file(arena, users ? own : shipped, text, err);
	free(own);
	free(shipped);
	return good;
}

static bool
read_looks(struct arena *arena, const struct app *app, const struct chart *chart,
	struct chart_look *look, struct err *err)
{
	return read_look(arena, app, "common.gp", &look->common, err) &&
	       read_look(arena, app, chart_look_name(chart->kind), &look->kind, err);
}

static bool
draw_file(const struct app *app, const struct chart *chart, enum chart_format format,
	enum chart_size size, const struct chart_plotter *plotter, struct str *out, struct err *err)
{
	struct arena arena = { 0 };
	struct chart_look look = { .size = size };
	bool good = read_looks(&arena, app, chart, &look, err) &&
		    chart_draw(chart, format, &look, plotter, out, err);
	arena_free(&arena);
	return good;
}

bool
app_chart_png(const struct app *app, const struct chart *chart, struct str *out, struct err *err)
{
	const struct chart_plotter plotter = { "gnuplot", TIMEOUT_MS, INSTALL, NULL };
	struct chart bare = *chart;
	bare.title = bare.subtitle = SLICE_NONE;
	return draw_file(app, &bare, CHART_PNG, CHART_SMALL, &plotter, out, err);
}

int
app_chart_width(const char *target)
{
	enum { MOST = 100 };
	int width = width_of_terminal(is_stdout(target) && isatty(STDOUT_FILENO) ? 1 : -1);
	return width <= 0 || width > MOST ? MOST : width;
}

/* What stands on stdout already is set apart. */
static void
draw_instead(const struct app *app, const struct chart *chart, struct str *out)
{
	if (!app->output || is_stdout(app->output))
		str_putc(out, '\n');
	draw_text(app, chart, isatty(STDOUT_FILENO), out);
}

int
app_chart(const struct app *app, const struct chart *chart, const char *target)
{
	static const char shown[] = INSTALL "; here is the chart in characters";
	static const char alone[] =
		INSTALL ", or write - instead of the file for a chart in characters";
	struct err err = { 0 }, lost = { 0 };
	struct str out = STR_INIT;
	enum chart_format format;
	bool absent = false, people = stdout_is_for_people(app);
	const struct chart_plotter plotter = { "gnuplot", TIMEOUT_MS, people ? shown : alone,
		&absent };
	bool good = find_format(target, &format, &err);
	if (good && format == CHART_FORMATS)
		draw_text(app, chart, is_stdout(target) && isatty(STDOUT_FILENO), &out);
	else if (good)
		good = draw_file(app, chart, format, CHART_LARGE, &plotter, &out, &err) ||
		       err_wrap(&err, "%s", target);
	if (good)
		good = is_stdout(target) ? output_stdout(str_as_slice(&out), &err)
					 : output_file(target, str_as_slice(&out), &err);
	if (absent && people) {
		draw_instead(app, chart, &out);
		if (!output_stdout(str_as_slice(&out), &lost))
			err = lost;
	}
	str_free(&out);
	return good ? EXIT_DONE : app_fail(app, &err);
}

static bool
emit(const struct chart *chart, const struct chart_look *look, const char *folder, struct err *err)
{
	struct str data = STR_INIT, script = STR_INIT;
	char *data_name = xasprintf("%s-data.gp", chart->name);
	char *data_path = xasprintf("%s/%s", folder, data_name);
	char *script_path = xasprintf("%s/%s.gp", folder, chart->name);
	chart_data(chart, look->size, &data);
	chart_script(chart, look, data_name, &script);
	bool good = output_file(data_path, str_as_slice(&data), err) &&
		    output_file(script_path, str_as_slice(&script), err);
	free(data_name);
	free(data_path);
	free(script_path);
	str_free(&data);
	str_free(&script);
	return good;
}

int
app_chart_emit(const struct app *app, const struct chart *chart, const char *folder)
{
	struct err err = { 0 };
	struct arena arena = { 0 };
	struct chart_look look = { 0 };
	bool good = mkdir(folder, 0777) == 0 || errno == EEXIST ||
		    err_set(&err, FAULT_SYSTEM, "%s: %s", folder, err_errno(errno));
	good = good && read_looks(&arena, app, chart, &look, &err) &&
	       emit(chart, &look, folder, &err);
	arena_free(&arena);
	return good ? EXIT_DONE : app_fail(app, &err);
}
