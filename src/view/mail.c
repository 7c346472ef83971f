/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/mail.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "view/view.h"
#include "view/width.h"

/* A subject of more columns is cut by every list of messages. */
enum { SUBJECT_MOST = 120 };

struct letter {
	const struct mail *mail;
	struct str text, page, subject;
	char id[MAIL_ID];
};

/* ---- what the parts hold ---- */

static bool
make_text(struct letter *letter, const struct answer *answer, struct err *err)
{
	const struct view_options options = { .width = MAIL_LINE, .wrap = true };
	char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	if (!memory)
		return err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
	bool good = view_find("text")->render(answer, &options, memory, err);
	if (fclose(memory) != 0 && good)
		good = err_set(err, FAULT_SYSTEM, "%s", err_errno(errno));
	if (good)
		str_add(&letter->text, text, n);
	free(text);
	return good;
}

/* "LLM bill: October 2026 cost $290.15, $40.52 (16 %) more than September" */
static void
make_subject(struct letter *letter, const struct answer *answer)
{
	struct slice line = str_as_slice(&answer->headline);
	if (letter->mail->subject.n) {
		str_slice(&letter->subject, letter->mail->subject);
		return;
	}
	ptrdiff_t end = slice_find(line, "; ");
	if (end > 0)
		line.n = (size_t)end;
	else if (slice_ends(line, "."))
		line.n--;
	str_puts(&letter->subject, "LLM bill: ");
	str_slice(&letter->subject, line);
	width_shorten(&letter->subject, SUBJECT_MOST);
}

/* Of all that the message says and of the time, so that the same one has the same name. */
static void
make_id(struct letter *letter)
{
	const struct mail *mail = letter->mail;
	struct str all = STR_INIT;
	str_printf(&all, "%lld\n", (long long)mail->now);
	if (mail->from)
		mail_address_header(&all, "From", mail->from, 1);
	mail_address_header(&all, "To", mail->to, mail->to_n);
	mail_text_header(&all, "Subject", str_as_slice(&letter->subject));
	str_slice(&all, str_as_slice(&letter->text));
	struct hash128 hash = hash_bytes(all.p, all.n, 0);
	snprintf(letter->id, sizeof(letter->id), "%016llx%016llx", (unsigned long long)hash.high,
		(unsigned long long)hash.low);
	str_free(&all);
}

/* ---- the message ---- */

/* Neither of the two encodings can make a line of this: '=' is followed by two digits there, or by nothing. */
static void
put_boundary(struct str *out, const char *which, const char *id)
{
	str_printf(out, "=_%s_%.16s", which, id);
}

static void
begin_part(struct str *out, const char *which, const char *id)
{
	str_puts(out, "\n--");
	put_boundary(out, which, id);
	str_putc(out, '\n');
}

static void
end_parts(struct str *out, const char *which, const char *id)
{
	str_puts(out, "\n--");
	put_boundary(out, which, id);
	str_puts(out, "--\n");
}

static void
put_multipart(struct str *out, const char *kind, const char *which, const char *id)
{
	str_printf(out, "Content-Type: multipart/%s;\n boundary=\"", kind);
	put_boundary(out, which, id);
	str_puts(out, "\"\n");
}

static void
put_head(struct str *out, const struct letter *letter)
{
	const struct mail *mail = letter->mail;
	const struct mailbox *home = mail->from ? mail->from : &mail->to[0];
	str_puts(out, "Date: ");
	mail_date(out, mail->now);
	str_putc(out, '\n');
	if (mail->from)
		mail_address_header(out, "From", mail->from, 1);
	mail_address_header(out, "To", mail->to, mail->to_n);
	mail_text_header(out, "Subject", str_as_slice(&letter->subject));
	bool fits = strlen("Message-ID: <@>") + MAIL_ID - 1 + home->domain.n <= MAIL_LINE;
	str_printf(out, "Message-ID:%s <%s@" SLICE_FMT ">\n", fits ? "" : "\n", letter->id,
		SLICE_ARG(home->domain));
	/* RFC 3834, and what Exchange wants instead: no "out of office" comes back */
	str_puts(out, "MIME-Version: 1.0\nAuto-Submitted: auto-generated\n"
		      "X-Auto-Response-Suppress: All\nX-Mailer: " PACKAGE_STRING "\n");
	put_multipart(out, "alternative", "alternative", letter->id);
}

static void
put_readable(struct str *out, const char *type, const struct str *text)
{
	str_printf(out,
		"Content-Type: %s; charset=utf-8\nContent-Transfer-Encoding: "
		"quoted-printable\n\n",
		type);
	mail_quoted_printable(out, str_as_slice(text));
}

static void
put_picture(struct str *out, const struct letter *letter, size_t i)
{
	const struct mail_picture *picture = &letter->mail->pictures[i];
	str_printf(out,
		"Content-Type: image/png; name=\"%zu-%s.png\"\n"
		"Content-Disposition: inline; filename=\"%zu-%s.png\"\n"
		"Content-Transfer-Encoding: base64\nContent-ID: <",
		i + 1, picture->chart->name, i + 1, picture->chart->name);
	mail_content_id(out, letter->mail, i, letter->id);
	str_puts(out, ">\n\n");
	mail_base64(out, picture->png);
}

void
mail_content_id(struct str *out, const struct mail *mail, size_t picture, const char *id)
{
	str_printf(out, "%zu-%s.%s@hllm", picture + 1, mail->pictures[picture].chart->name, id);
}

static void
put_letter(struct str *out, const struct letter *letter)
{
	const struct mail *mail = letter->mail;
	put_head(out, letter);
	begin_part(out, "alternative", letter->id);
	put_readable(out, "text/plain", &letter->text);
	begin_part(out, "alternative", letter->id);
	if (!mail->pictures_n) {
		put_readable(out, "text/html", &letter->page);
		end_parts(out, "alternative", letter->id);
		return;
	}
	put_multipart(out, "related; type=\"text/html\"", "related", letter->id);
	begin_part(out, "related", letter->id);
	put_readable(out, "text/html", &letter->page);
	for (size_t i = 0; i < mail->pictures_n; i++) {
		begin_part(out, "related", letter->id);
		put_picture(out, letter, i);
	}
	end_parts(out, "related", letter->id);
	end_parts(out, "alternative", letter->id);
}

bool
mail_put(struct str *out, const struct answer *answer, const struct mail *mail, struct err *err)
{
	struct letter letter = { .mail = mail };
	if (!mail->to_n)
		BUG("a mail to nobody");
	bool good = make_text(&letter, answer, err);
	if (good) {
		make_subject(&letter, answer);
		make_id(&letter);
		mail_page(&letter.page, answer, mail, letter.id);
		put_letter(out, &letter);
	}
	str_free(&letter.text);
	str_free(&letter.page);
	str_free(&letter.subject);
	return good;
}
