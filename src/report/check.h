/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check - the answer of `hllm check`: what has crossed its limit, what was looked at, and both as metrics. */
#ifndef HLLM_REPORT_CHECK_H
#define HLLM_REPORT_CHECK_H

#include "report/alerts.h"
#include "report/answer.h"

struct check_report {
	struct answer *answer;
	const struct alerts *alerts;
	const struct alert_facts *facts; /* that they were made of */
	int64_t now, data_end;           /* seconds since 1970; INT64_MIN: no data has a time */
};
void check_report(const struct check_report *report);

/* The table "metrics", for Prometheus; a row is a sample, those of one name stand together. */
void report_metrics(const struct check_report *report);

#endif
