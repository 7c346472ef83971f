/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glyphs - which characters the fonts of this machine can draw.
 *
 * gnuplot 5.4 draws a box over the whole picture for one that no font has.  Not so in SVG, which is
 * drawn where it is looked at.
 */
#ifndef HLLM_VIEW_GLYPHS_H
#define HLLM_VIEW_GLYPHS_H

#include "base/str.h"

/*
 * Adds 'text', in UTF-8, with <U+6F22> for characters that no font has.  Asks fc-list (of fontconfig,
 * which such a gnuplot draws with) once, and only about characters beyond those of European
 * languages; where it does not answer in time these are all taken for missing.
 */
void glyphs_show(struct slice text, int timeout_ms, struct str *out);

#endif
