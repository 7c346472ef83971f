/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/mail-out.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/chart-out.h"
#include "cmd/output.h"
#include "view/svg.h"

/* Characters; some servers cut or refuse longer ones. */
enum { SUBJECT_MOST = 250 };

static bool
is_stdout(const struct app *app)
{
	return !app->output || strcmp(app->output, "-") == 0;
}

static bool
is_wanted(const struct app *app, const struct mail_options *options)
{
	return options->email ||
	       (!app->format && app->output && slice_ends(slice_of(app->output), ".eml"));
}

/* What was said about a message that is none. */
static bool
check_unwanted(const struct mail_options *options, struct err *err)
{
	const char *name = options->to.n      ? "--to"
			   : options->from    ? "--from"
			   : options->subject ? "--subject"
					      : NULL;
	return !name ||
	       err_set(err, FAULT_USAGE,
		       "%s: expected --email beside it, or an --output that ends in .eml", name);
}

static bool
check_output(const struct app *app, struct err *err)
{
	const char *end = app->output ? strrchr(app->output, '.') : NULL;
	if (app->format && end && strcmp(end + 1, app->format) == 0)
		return err_set(err, FAULT_USAGE,
			"--email: --output %s names another format, expected a name that ends in "
			".eml",
			app->output);
	if (app->format)
		return err_set(err, FAULT_USAGE,
			"--email: a message holds text and a page already, expected no --format");
	if (!app->output && isatty(STDOUT_FILENO))
		return err_set(err, FAULT_USAGE,
			"--email: writes a message for a mailer, which a terminal cannot show; "
			"expected it with | sendmail -t, or --output FILE.eml");
	return true;
}

static bool
check_subject(const char *subject, struct err *err)
{
	size_t n = strlen(subject);
	if (n > SUBJECT_MOST)
		return err_set(err, FAULT_USAGE, "--subject: of %zu bytes, expected at most %d", n,
			SUBJECT_MOST);
	return slice_trim(slice_of(subject)).n > 0 ||
	       err_set(err, FAULT_USAGE, "--subject: is empty, expected a text");
}

static bool
take_option(
	struct app *app, const char *name, const char *text, struct mailbox *out, struct err *err)
{
	return mailbox_parse(&app->arena, slice_of(text), out, err) ||
	       err_wrap(err, text[0] ? "%s %s" : "%s", name, text);
}

/* The addresses of a key of hllm.conf. */
static bool
take_item(struct app *app, const struct conf_section *section, const char *key,
	struct mailbox *boxes, struct err *err)
{
	const struct conf_item *item = conf_item(section, key);
	struct err why = { 0 };
	for (size_t i = 0; i < item->values_n; i++)
		if (!mailbox_parse(&app->arena, item->values[i], &boxes[i], &why))
			return conf_wrong(section, item, err, "%s \"" SLICE_FMT "\": %s", key,
				SLICE_ARG(item->values[i]), why.text);
	return true;
}

static bool
take_to(struct app *app, const struct mail_options *options, const struct conf_section *own,
	struct mailing *out, struct err *err)
{
	const struct conf_item *item = own ? conf_item(own, "to") : NULL;
	out->to_n = options->to.n ? options->to.n : item ? item->values_n : 0;
	if (!out->to_n) {
		const char *path = app_config_path(app);
		return err_set(err, FAULT_USAGE,
			"--email: nobody is named to send it to; expected --to ADDRESS, or report "
			"{ to = \"ADDRESS\" } in %s",
			path ? path : "hllm.conf");
	}
	out->to = arena_take(&app->arena, out->to_n * sizeof(*out->to));
	for (size_t i = 0; i < options->to.n; i++)
		if (!take_option(app, "--to", options->to.items[i], &out->to[i], err))
			return false;
	return options->to.n || take_item(app, own, "to", out->to, err);
}

static bool
take_from(struct app *app, const struct mail_options *options, const struct conf_section *own,
	struct mailing *out, struct err *err)
{
	const struct conf_item *item = own ? conf_item(own, "from") : NULL;
	out->has_from = options->from || item;
	if (options->from)
		return take_option(app, "--from", options->from, &out->from, err);
	if (item && item->values_n > 1)
		return conf_wrong(own, item, err, "from: is one address, not %zu", item->values_n);
	return !item || take_item(app, own, "from", &out->from, err);
}

bool
mailing_make(struct app *app, const struct mail_options *options, const struct conf *conf,
	struct mailing *out, struct err *err)
{
	const struct conf_section *own = conf_next(conf, "report", NULL);
	*out = (struct mailing){ .wanted = is_wanted(app, options) };
	if (!out->wanted)
		return check_unwanted(options, err);
	if (options->subject && !check_subject(options->subject, err))
		return false;
	out->subject = slice_of(options->subject);
	return check_output(app, err) && take_to(app, options, own, out, err) &&
	       take_from(app, options, own, out, err);
}

/* ---- the message ---- */

static void
free_pictures(struct mail_picture *pictures, struct str *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_free(&bytes[i]);
	free(bytes);
	free(pictures);
}

/* All charts or none: a message that shows some of them would look whole. */
static bool
draw(const struct app *app, const struct answer *answer, struct mail_picture *pictures,
	struct str *bytes, size_t *n, struct err *err)
{
	*n = 0;
	for (size_t i = 0; i < answer->pictures_n; i++) {
		const struct chart *chart = answer->pictures[i].chart;
		if (!svg_has(chart))
			continue;
		if (!app_chart_png(app, chart, &bytes[*n], err)) {
			*n = 0;
			return false;
		}
		pictures[*n] = (struct mail_picture){ chart, str_as_slice(&bytes[*n]) };
		++*n;
	}
	return true;
}

int
app_mail(const struct app *app, const struct mailing *mailing, struct answer *answer)
{
	struct err err = { 0 };
	struct str out = STR_INIT;
	char stamp[WHEN_TEXT];
	size_t all = answer->pictures_n;
	struct mail_picture *pictures = xcalloc(all + 1, sizeof(*pictures));
	struct str *bytes = xcalloc(all + 1, sizeof(*bytes));
	struct mail mail = { .from = mailing->has_from ? &mailing->from : NULL,
		.to = mailing->to,
		.to_n = mailing->to_n,
		.subject = mailing->subject,
		.now = app->now,
		.stamp = app_stamp(app, stamp),
		.pictures = pictures };
	if (!draw(app, answer, pictures, bytes, &mail.pictures_n, &err)) {
		app_say(app, "the message has no charts: %s", err.text);
		answer_note(answer, "This message has no charts: the machine that made it has no "
				    "gnuplot that could draw them.");
	}
	bool good = mail_put(&out, answer, &mail, &err);
	if (good)
		good = is_stdout(app) ? output_stdout(str_as_slice(&out), &err)
				      : output_file(app->output, str_as_slice(&out), &err);
	str_free(&out);
	free_pictures(pictures, bytes, all);
	return good ? EXIT_DONE : app_fail(app, &err);
}
