/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings - what the findings of an audit need: its traffic, successors of models, the limits. */
#include "config.h"

#include <unistd.h>

#include "cmd/catalog.h"
#include "cmd/study.h"

bool
load_successors(struct app *app, struct successors *successors, struct err *err)
{
	const char *own = app_own_path(app, "successors.csv");
	return successors_add(successors, app_shipped_path(app, "successors.csv"), err) &&
	       (!own || access(own, F_OK) != 0 || successors_add(successors, own, err));
}

bool
study_find(const struct study_options *options, struct study *study, struct err *err)
{
	const char *reason;
	struct finding_limits limits;
	const struct audit_report when = {
		.audit = &study->audit, .pool = &study->pool, .days = options->days
	};
	const struct audit_options again = study_options_of(study);
	if (!finding_limits_load(&limits, study->taken.conf, err) ||
		!traffic_taps(&study->traffic, &study->taken.sources, study->taken.ledger, err))
		return false;
	const struct finding_input input = { .traffic = &study->traffic,
		.pool = &study->pool,
		.options = &again,
		.successors = &study->successors,
		.attributes = study->attributes,
		.subjects = &study->subjects,
		.limits = &limits,
		.days = audit_days(&when, &reason) };
	findings_look(&input, &study->findings);
	study->found = true;
	return true;
}
