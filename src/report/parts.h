/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - the parts of the audit's answer, one file each. */
#ifndef HLLM_REPORT_PARTS_H
#define HLLM_REPORT_PARTS_H

#include "report/audit.h"

enum { ROWS_FOR_PEOPLE = 20 }; /* of a table in text; json and csv have all */

void report_sources(struct audit_report *report);
void report_totals(struct audit_report *report);
/* "no", "one" … "twelve", then digits. */
const char *number_word(int64_t n, char buf[NUM_TEXT]);
void report_workloads(struct audit_report *report);
void report_models(struct audit_report *report);
void report_findings(struct audit_report *report);
void report_notes(struct audit_report *report);
void report_arithmetic(struct audit_report *report);
void report_headline(struct audit_report *report);

/* What a finding saves a month: at least, and at most where that is more. */
void finding_saving_cells(
	struct answer *answer, const struct finding *finding, struct cell *low, struct cell *high);

/* Where the saving of the newest row comes from; 'month' "2026-10", or NULL: all that the answer is of. */
void finding_origin(struct answer *answer, struct table *table, size_t column,
	const struct finding *finding, const char *month);

/* "; six findings could save $176.65 to $178.55 a month"; false: nothing that is worth a headline. */
bool findings_headline(const struct audit_report *report, struct str *out);
/* What all findings of a report save together, as a line. */
void findings_total(struct answer *answer, const struct audit_report *report);

/* The currency with the most spending, whose amounts the tables show; NULL when there is no money. */
const struct money *main_money(const struct tally *tally);
/* The amounts of a tally in that currency; NULL none. */
const struct money *money_in(const struct tally *tally, const char *currency);
/* "$1,234.50", "€12.00", "CNY 4.71", with a range as "$1.00–$2.00". */
void money_text(struct str *out, femto_t low, femto_t high, const char *currency);
/* Is the cost more than what the amounts say, since a part of it has no price? */
bool is_lower_bound(const struct tally *total, const struct money *money);
/* "1.92 billion", "230 million", "12,345" */
void large_count_text(struct str *out, int64_t n);
/* "$0.038312": of what a single request costs, six decimals where there are so many. */
void money_fine_text(struct str *out, femto_t amount, const char *currency);
/* Did a gateway or a client see so little of a biller's traffic that what they state is no total of its days? */
bool partial_counts(const struct audit_report *report, const struct partial *partial);
/* "for openai a gateway states $2.63, but the tokens counted on the same days cost $339.94 at list prices" */
void partial_text(struct str *out, const struct partial *partial);
/* From the first to the last moment that counts; 0 without times. */
int64_t audit_seconds(const struct pool *pool);
/* "1 row", "3 rows" */
void count_text(struct str *out, int64_t n, const char *one, const char *many);

#endif
