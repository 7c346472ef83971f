/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * width - columns of a terminal and of text.
 *
 * Texts here have been through escape_text(): valid UTF-8 without controls.
 */
#ifndef HLLM_VIEW_WIDTH_H
#define HLLM_VIEW_WIDTH_H

#include "base/str.h"

/* Makes names in UTF-8 printable under any locale; once, at the start of the program. */
void width_locale(void);

/* COLUMNS, else the size of the terminal 'fd', else 80.  COLUMNS=0: no limit. */
int width_of_terminal(int fd);

/* Wide characters are two columns, combining ones none. */
int width_of(struct slice text);

/* Cuts to at most 'width' columns, the last of them an ellipsis if anything was cut. */
void width_shorten(struct str *text, int width);

/* Adds 'text' to 'out' with line breaks between words; a word wider than 'width' stays whole. */
void width_wrap(struct str *out, struct slice text, int width);

#endif
