/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inquiry - `hllm why` runs a command again and asks about its answer.
 *
 * While app->inquiry is set, a command does all that it always does but for what others would see: app_show()
 * gives the complete answer, with ids and origins, to 'answered' and prints nothing; nothing is saved, written
 * or measured; and app_fail() leaves its sentence here.
 */
#ifndef HLLM_CMD_INQUIRY_H
#define HLLM_CMD_INQUIRY_H

#include "cmd/study.h"

struct inquiry {
	/* False: err.  The answer and the studies live until it returns. */
	bool (*answered)(
		struct inquiry *inquiry, struct app *app, struct answer *answer, struct err *err);
	/*
	 * What records are traced in; the command sets it before app_show().  NULL: there are none.  Of months
	 * (@records … month 2026-10) 'gathered' is what study_month() goes on from.
	 */
	struct study *study, *gathered;
	int64_t now; /* the clock, where no --as-of is given; INT64_MIN: as it is */
	bool anew;   /* the command has to measure it again, as it always is: says so */
	struct err err;
	bool failed, done;
};

/* "hllm why: …" of an answer that cannot be built again without doing something: says so, with what helps. */
bool app_not_again(const struct app *app, const char *why, struct err *err) hl_must_check;
/* The study that the answer is of, where somebody asks. */
void app_studied(const struct app *app, struct study *study, struct study *gathered);

#endif
