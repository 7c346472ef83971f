/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mailbox - one address of mail, as people write it: finance@example.com, or with a name,
 * "Doe, Jane" <jane@example.com>.
 *
 * It is what RFC 5322 calls a mailbox, without comments and folding; the address is one that
 * RFC 5321 can carry, in ASCII.
 */
#ifndef HLLM_BASE_MAILBOX_H
#define HLLM_BASE_MAILBOX_H

#include "base/err.h"
#include "base/str.h"

struct mailbox {
	struct slice name;    /* without quotes; "" there is none */
	struct slice address; /* local@domain, to be written as it is */
	struct slice domain;  /* the end of it */
};

/* Texts are copied into the arena.  The error says what is wrong with 'text', which it does not repeat. */
bool mailbox_parse(
	struct arena *arena, struct slice text, struct mailbox *out, struct err *err) hl_must_check;

#endif
