/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policies - the answers of `hllm policies`: the list, one with its rules, and where one has gaps. */
#ifndef HLLM_REPORT_POLICIES_H
#define HLLM_REPORT_POLICIES_H

#include "decide/region.h"
#include "report/answer.h"

void policies_list_report(
	struct answer *answer, const struct policy *const *policies, size_t policies_n);
void policy_show_report(struct answer *answer, const struct policy *policy);
void policy_check_report(
	struct answer *answer, const struct policy *policy, const struct survey *survey);

/* Tables that `hllm decide` has too: the policy, its parameters. */
void policy_head_table(struct answer *answer, const struct policy *policy);
/* One note for each parameter whose value is not the policy's own. */
void policy_setting_notes(struct answer *answer, const struct policy *policy);

#endif
