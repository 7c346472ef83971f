/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profiles - the answer of `hllm workloads`: what is known of each workload, and from where. */
#ifndef HLLM_REPORT_PROFILES_H
#define HLLM_REPORT_PROFILES_H

#include "report/answer.h"
#include "work/attribute.h"

/* All of them, a row each; or, of the one that is named, a row for each attribute. */
void profiles_report(struct answer *answer, const struct attributes *attributes,
	const struct subjects *subjects, const struct subject *only);

#endif
