/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mail - an answer as one message for `sendmail -t`: the text, a page in tables, and pictures.
 *
 * It is what RFC 5322 and MIME (RFC 2045 to 2049, 2387, 2392) have it be: multipart/alternative of
 * text/plain and text/html, the latter within multipart/related where there are pictures, which it
 * shows by their Content-ID.  All is ASCII, no line is longer than 78 characters but one that an
 * address alone fills, and lines end in a line feed, as sendmail expects of this machine.  No text of
 * others can end a header, begin one, or add an address.
 */
#ifndef HLLM_VIEW_MAIL_H
#define HLLM_VIEW_MAIL_H

#include "base/mailbox.h"
#include "report/answer.h"

/* A chart of the answer, drawn. */
struct mail_picture {
	const struct chart *chart;
	struct slice png;
};

struct mail {
	const struct mailbox *from; /* NULL: left to sendmail, which knows who calls it */
	const struct mailbox *to;
	size_t to_n;                         /* at least one */
	struct slice subject;                /* "": how the headline begins, behind "LLM bill: " */
	int64_t now;                         /* ns: of Date, and of the Message-ID */
	const char *stamp;                   /* when it was made, where that was said; NULL */
	const struct mail_picture *pictures; /* those of the answer that are to be shown */
	size_t pictures_n;
};

/* Adds the message. */
bool mail_put(struct str *out, const struct answer *answer, const struct mail *mail,
	struct err *err) hl_must_check;

/* ---- the inside: the parts of a message ---- */

enum { MAIL_LINE = 78 };

/* Names what belongs to one message and to no other. */
enum { MAIL_ID = 33 };

/* A line "NAME: text", folded; text outside ASCII in encoded words (RFC 2047). */
void mail_text_header(struct str *out, const char *name, struct slice text);
/* The same of addresses. */
void mail_address_header(struct str *out, const char *name, const struct mailbox *boxes, size_t n);
/* "Mon, 02 Nov 2026 00:00:00 +0000" */
void mail_date(struct str *out, int64_t ns);

/* Bytes in lines that any mailer hands on as they are (RFC 2045); a text ends with its line. */
void mail_quoted_printable(struct str *out, struct slice text);
void mail_base64(struct str *out, struct slice bytes);

/* What the page calls a picture by: "2-bridge.ID@hllm". */
void mail_content_id(struct str *out, const struct mail *mail, size_t picture, const char *id);

/* The page.  Mail clients clip a longer one than some 100 kB (Gmail): what has no room is left out and said to be. */
void mail_page(
	struct str *out, const struct answer *answer, const struct mail *mail, const char *id);

#endif
