/* SPDX-License-Identifier: GPL-3.0-or-later */
/* amounts - numbers of a forecast (doubles; NAN: missing) as cells and as text. */
#ifndef HLLM_REPORT_AMOUNTS_H
#define HLLM_REPORT_AMOUNTS_H

#include "base/estimate.h"
#include "report/answer.h"

/* Rounded to so many decimals; what is too large for a cell, or NAN, is missing for that reason. */
struct cell number_cell(double value, int decimals, const char *reason);
struct cell amount_cell(double value, const char *currency, const char *reason);
struct cell fraction_cell(double share, const char *reason); /* 0..1 */
/* "1,204.50", "0.37", "12": three digits that count, or all before the point. */
void number_text(struct str *out, double value);
/* "$1,204.50"; of more than 100,000 without cents. */
void amount_text(struct str *out, double value, const char *currency);
/* "14.2 months", "1 month", "3 weeks"; NAN is "never". */
void months_text(struct str *out, double months);
/* "9.1 to 31 months", "9.1 months to never" */
void months_range_text(struct str *out, double low, double high);
/* As number_text() for people alone; "-" for what is missing. */
struct cell number_text_cell(struct answer *answer, double value);
/* A text that was put together, as a cell; frees it. */
struct cell text_cell(struct answer *answer, struct str *text);

#endif
