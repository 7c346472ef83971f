/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "base/child.h"
#include "base/num.h"
#include "base/place.h"
#include "view/chart.h"
#include "view/escape.h"
#include "view/glyphs.h"

const char *const chart_formats[CHART_FORMATS] = {
	[CHART_SVG] = "svg", [CHART_PNG] = "png", [CHART_PDF] = "pdf"
};

static const char *const terminals[CHART_FORMATS] = {
	[CHART_SVG] = "svg", [CHART_PNG] = "pngcairo", [CHART_PDF] = "pdfcairo"
};

const char *
chart_look_name(enum chart_kind kind)
{
	static const char *const names[] = {
		[CHART_LINES] = "lines.gp", [CHART_BARS] = "bars.gp", [CHART_COLUMNS] = "columns.gp"
	};
	return names[kind];
}

#define OLD       "hllm-old "
#define TERMINALS "hllm-terminals "
enum { OLDEST_TENTHS = 52 }; /* as in the prelude below */

/*
 * Before anything else: a gnuplot without blocks would take what stands in them for commands, and
 * goes on with the next line after an error.
 */
static void
put_prelude(struct str *out, enum chart_format format)
{
	str_puts(out, "if (GPVAL_VERSION < 5.2) {\n"
		      "\tprint \"" OLD "\".gprintf(\"%.1f\", GPVAL_VERSION)\n"
		      "\texit\n"
		      "}\n");
	str_printf(out,
		"if (strstrt(GPVAL_TERMINALS.\" \", \" %s \") == 0) {\n"
		"\tprint \"" TERMINALS "\".GPVAL_TERMINALS\n"
		"\texit\n"
		"}\n"
		"format = \"%s\"\n"
		"svg_bold = 1\n",
		terminals[format], chart_formats[format]);
}

static void
put_look(struct str *out, struct slice look)
{
	str_slice(out, look);
	if (look.n && look.p[look.n - 1] != '\n')
		str_putc(out, '\n');
}

void
chart_script(const struct chart *chart, const struct chart_look *look, const char *data_file,
	struct str *out)
{
	str_printf(out,
		"# A chart of hllm, to be changed: run gnuplot in this folder, with the name of\n"
		"# this file.  The data are in %s.\n"
		"format = \"svg\" # or png, or pdf\n"
		"load \"%s\"\n\n",
		data_file, data_file);
	put_look(out, look->common);
	str_printf(out, "\nset output \"%s.\".format\n\n", chart->name);
	put_look(out, look->kind);
}

/* What follows 'mark' on a line of its own; false: no such line. */
static bool
find_line(struct slice text, const char *mark, struct slice *rest)
{
	struct slice line;
	while (slice_cut(&text, '\n', &line)) {
		if (!slice_starts(line, mark))
			continue;
		size_t n = strlen(mark);
		*rest = slice_trim((struct slice){ line.p + n, line.n - n });
		return true;
	}
	return false;
}

static bool
has_word(struct slice words, const char *word)
{
	struct slice part;
	while (slice_cut(&words, ' ', &part))
		if (slice_is(part, word))
			return true;
	return false;
}

static bool
no_terminal(enum chart_format format, struct slice list, struct err *err)
{
	struct str those = STR_INIT;
	for (size_t i = 0; i < CHART_FORMATS; i++)
		if (has_word(list, terminals[i]))
			str_printf(&those, "%s%s", those.n ? " and " : "", chart_formats[i]);
	err_set(err, FAULT_SYSTEM, "this one cannot draw %s (it has no terminal %s), %s%s",
		chart_formats[format], terminals[format],
		those.n ? "only " : "nor any other format", str_text(&those));
	str_free(&those);
	return false;
}

/* A picture from its first to its last byte? */
static bool
is_picture(enum chart_format format, struct slice bytes)
{
	static const struct {
		const char *begin;
		struct slice end;
	} marks[CHART_FORMATS] = {
		[CHART_SVG] = { "<?xml", { "</svg>", 6 } },
		[CHART_PNG] = { "\x89PNG\r\n\x1a\n", { "IEND\xAE\x42\x60\x82", 8 } },
		[CHART_PDF] = { "%PDF-", { "%%EOF", 5 } },
	};
	struct slice end = marks[format].end;
	if (format != CHART_PNG)
		bytes = slice_trim(bytes);
	return slice_starts(bytes, marks[format].begin) && bytes.n >= end.n &&
	       memcmp(bytes.p + bytes.n - end.n, end.p, end.n) == 0;
}

static void
put_xml(struct str *out, struct slice text)
{
	struct str safe = STR_INIT;
	escape_text(&safe, text);
	for (size_t i = 0; i < safe.n; i++) {
		if (safe.p[i] == '<')
			str_puts(out, "&lt;");
		else if (safe.p[i] == '>')
			str_puts(out, "&gt;");
		else if (safe.p[i] == '&')
			str_puts(out, "&amp;");
		else
			str_putc(out, safe.p[i]);
	}
	str_free(&safe);
}

/* Text between tags as gnuplot writes it, which leaves out that XML forbids "]]>" there, and takes
 * "&#x202e;" for the character of that number; it writes none so itself. */
static void
put_between(struct str *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '>')
			str_puts(out, "&gt;");
		else if (text.p[i] == '&' && i + 1 < text.n && text.p[i + 1] == '#')
			str_puts(out, "&amp;");
		else
			str_putc(out, text.p[i]);
	}
}

/* Cuts 'rest' behind the first 'mark'; false, and nothing is cut, where there is none. */
static bool
cut_behind(struct slice *rest, const char *mark, struct slice *before)
{
	ptrdiff_t at = slice_find(*rest, mark);
	if (at < 0)
		return false;
	*before = (struct slice){ rest->p, (size_t)at };
	size_t gone = (size_t)at + strlen(mark);
	*rest = (struct slice){ rest->p + gone, rest->n - gone };
	return true;
}

/* What gnuplot's SVG lacks: a title and a description for those who hear it, bold letters, and two
 * characters that it does not escape. */
static void
finish_svg(const struct chart *chart, struct slice bytes, struct str *out)
{
	struct slice before, tag;
	if (cut_behind(&bytes, "<title>Gnuplot</title>", &before)) {
		str_slice(out, before);
		str_puts(out, "<title>");
		put_xml(out, chart->title.n ? chart->title : slice_of(chart->name));
		str_puts(out, "</title>\n<desc>");
		put_xml(out, chart->subtitle);
		str_puts(out, "</desc>");
		/* its own description is its version, which makes no picture better */
		if (cut_behind(&bytes, "<desc>", &before))
			cut_behind(&bytes, "</desc>", &before);
	}
	/* no text of others has a '<' here */
	while (cut_behind(&bytes, "<", &before)) {
		put_between(out, before);
		str_putc(out, '<');
		if (!cut_behind(&bytes, ">", &tag))
			break;
		if (cut_behind(&tag, ":Bold\"", &before)) {
			str_slice(out, before);
			str_puts(out, "\" font-weight=\"bold\"");
		}
		str_slice(out, tag);
		str_putc(out, '>');
	}
	str_slice(out, bytes);
}

static bool
plot(enum chart_format format, struct slice script, const struct child *program,
	struct str *picture, struct err *err)
{
	struct str said = STR_INIT;
	struct slice found;
	if (!child_run(program, script, picture, &said, err)) {
		str_free(&said);
		return false;
	}
	bool good = true;
	if (find_line(str_as_slice(&said), OLD, &found))
		good = err_set(err, FAULT_SYSTEM,
			"version " SLICE_FMT " is too old, expected 5.2 or later",
			SLICE_ARG(found));
	else if (find_line(str_as_slice(&said), TERMINALS, &found))
		good = no_terminal(format, found, err);
	else if (!is_picture(format, str_as_slice(picture)))
		good = err_set(err, FAULT_SYSTEM, "wrote no whole %s", chart_formats[format]);
	str_free(&said);
	return good || err_wrap(err, "%s", program->argv[0]);
}

bool
chart_draw(const struct chart *chart, enum chart_format format, const struct chart_look *look,
	const struct chart_plotter *plotter, struct str *out, struct err *err)
{
	struct str script = STR_INIT, data = STR_INIT, picture = STR_INIT;
	/* -d: without what the user has set for gnuplot at large */
	const char *const argv[] = { plotter->program, "-d", NULL };
	const struct child program = { .argv = argv,
		.timeout_ms = plotter->timeout_ms,
		.remedy = plotter->remedy,
		.absent = plotter->absent,
		.prompt = "gnuplot> " };
	put_prelude(&script, format);
	chart_data(chart, look->size, &data);
	if (format == CHART_SVG)
		str_slice(&script, str_as_slice(&data));
	else
		glyphs_show(str_as_slice(&data), plotter->timeout_ms, &script);
	put_look(&script, look->common);
	put_look(&script, look->kind);
	bool good = plot(format, str_as_slice(&script), &program, &picture, err);
	if (good && format == CHART_SVG)
		finish_svg(chart, str_as_slice(&picture), out);
	else if (good)
		str_slice(out, str_as_slice(&picture));
	str_free(&script);
	str_free(&data);
	str_free(&picture);
	return good;
}

const char *
chart_terminal(enum chart_format format)
{
	return terminals[format];
}

void
chart_look_at_drawer(const struct chart_plotter *plotter, struct drawer *out)
{
	static const char script[] = "print \"" TERMINALS "\".GPVAL_TERMINALS\n"
				     "print \"" OLD "\".gprintf(\"%.1f\", GPVAL_VERSION)\n";
	const char *const argv[] = { plotter->program, "-d", NULL };
	const struct child program = { .argv = argv,
		.timeout_ms = plotter->timeout_ms,
		.remedy = plotter->remedy,
		.absent = plotter->absent,
		.prompt = "gnuplot> " };
	struct str ignored = STR_INIT, said = STR_INIT;
	struct slice found;
	char path[PLACE_PATH];
	*out = (struct drawer){ 0 };
	place_program(plotter->program, path);
	snprintf(out->path, sizeof(out->path), "%.250s", path);
	if (child_run(&program, SLICE(script), &ignored, &said, &out->why)) {
		if (find_line(str_as_slice(&said), TERMINALS, &found))
			snprintf(out->terminals, sizeof(out->terminals), " " SLICE_FMT " ",
				SLICE_ARG(found));
		if (find_line(str_as_slice(&said), OLD, &found))
			snprintf(out->version, sizeof(out->version), SLICE_FMT, SLICE_ARG(found));
		if (!out->version[0] || !out->terminals[0])
			err_set(&out->why, FAULT_SYSTEM,
				"%s: does not answer as gnuplot does, expected its version and its "
				"terminals",
				plotter->program);
	}
	femto_t version;
	out->old = num_decimal(slice_of(out->version), &version) == NUM_OK &&
		   version < OLDEST_TENTHS * FEMTO_PER_UNIT / 10;
	str_free(&ignored);
	str_free(&said);
}
