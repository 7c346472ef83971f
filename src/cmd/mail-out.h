/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail-out - an answer leaves the program as a message, for sendmail or a file. */
#ifndef HLLM_CMD_MAIL_OUT_H
#define HLLM_CMD_MAIL_OUT_H

#include "cmd/cmd.h"
#include "conf/conf.h"
#include "view/mail.h"

struct mail_options {
	bool email;
	struct option_list to;
	const char *from, *subject;
};
/* The rows of a command's option table; 'type' is the struct that holds a mail_options 'member'. */
/* clang-format off */
#define MAIL_OPTIONS(type, member)                                                                \
 { 0, "email", OPTION_FLAG, .offset = offsetof(struct type, member.email),                        \
	 .help = "as a message with charts, for sendmail -t; -o FILE.eml does the same" },       \
 { 0, "to", OPTION_LIST, .offset = offsetof(struct type, member.to), .arg = "ADDRESS",            \
	 .help = "to this address (default: that of hllm.conf); may be given again" },            \
 { 0, "from", OPTION_TEXT, .offset = offsetof(struct type, member.from), .arg = "ADDRESS",        \
	 .help = "from this address (default: that of hllm.conf, else sendmail knows)" },         \
 { 0, "subject", OPTION_TEXT, .offset = offsetof(struct type, member.subject), .arg = "TEXT",     \
	 .help = "with this subject (default: how the answer begins)" }
/* clang-format on */

/* Who gets it, and what it is called. */
struct mailing {
	bool wanted;        /* false: the answer is no message */
	struct mailbox *to; /* as all texts in the arena of the app */
	size_t to_n;
	struct mailbox from;
	bool has_from;
	struct slice subject;
};

/*
 * From the options, else from section 'report' of hllm.conf.  Fails where nobody is named, an address is
 * none, and where the message would go to a terminal, which can do nothing with it.
 */
bool mailing_make(struct app *app, const struct mail_options *options, const struct conf *conf,
	struct mailing *out, struct err *err) hl_must_check;

/*
 * As app_show(), with the charts of the answer drawn by gnuplot.  Where that cannot be, the message goes
 * without them and says so, as does a line on stderr.
 */
int app_mail(const struct app *app, const struct mailing *mailing, struct answer *answer);

#endif
