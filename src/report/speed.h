/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speed - the answer of `hllm models MODEL --on HARDWARE`: does it fit, with the arithmetic, and how
 * fast it is, with the source of every speed.
 */
#ifndef HLLM_REPORT_SPEED_H
#define HLLM_REPORT_SPEED_H

#include "local/speed.h"
#include "report/answer.h"

/* 'speed' is of the same question; NULL where it is of no use because the model does not fit. */
void speed_report(struct answer *answer, const struct fit_question *question, const struct fit *fit,
	const struct speed *speed);

#endif
