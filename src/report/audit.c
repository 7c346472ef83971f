/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/audit.h"

#include "base/when.h"
#include "report/parts.h"

enum { SHORTEST_DAY = 20 * 3600 };

const struct money *
main_money(const struct tally *tally)
{
	const struct money *best = NULL;
	for (int i = 0; i < tally->money_n; i++) {
		const struct money *money = &tally->money[i];
		femto_t size = money->spend_high < 0 ? -money->spend_high : money->spend_high;
		femto_t most = !best                  ? -1
			       : best->spend_high < 0 ? -best->spend_high
						      : best->spend_high;
		if (size > most)
			best = money;
	}
	return best;
}

const struct money *
money_in(const struct tally *tally, const char *currency)
{
	for (int i = 0; i < tally->money_n; i++)
		if (strncmp(tally->money[i].currency, currency, 3) == 0)
			return &tally->money[i];
	return NULL;
}

static void
one_amount(struct str *out, femto_t amount, int decimals, const char *currency)
{
	char text[NUM_TEXT];
	const char *sign = amount < 0 ? "-" : "";
	num_print(text, amount < 0 ? -amount : amount, 2, decimals, true);
	if (strcmp(currency, "USD") == 0)
		str_printf(out, "%s$%s", sign, text);
	else if (strcmp(currency, "EUR") == 0)
		str_printf(out, "%s\xE2\x82\xAC%s", sign, text);
	else
		str_printf(out, "%s%s %s", sign, currency, text);
}

/* Cents; but as many decimals as it takes to see a small amount, or the ends of a range apart. */
void
money_text(struct str *out, femto_t low, femto_t high, const char *currency)
{
	bool tiny = (low && !num_round(low, 2)) || (high && !num_round(high, 2));
	bool same = num_round(low, 2) == num_round(high, 2);
	int decimals = tiny || (same && low != high) ? 6 : 2;
	one_amount(out, low, decimals, currency);
	if (num_round(low, decimals) != num_round(high, decimals)) {
		str_puts(out, " to ");
		one_amount(out, high, decimals, currency);
	}
}

void
money_fine_text(struct str *out, femto_t amount, const char *currency)
{
	one_amount(out, amount, 6, currency);
}

void
count_text(struct str *out, int64_t n, const char *one, const char *many)
{
	char text[NUM_TEXT];
	str_printf(out, "%s %s", num_count(text, n), n == 1 ? one : many);
}

void
large_count_text(struct str *out, int64_t n)
{
	static const struct {
		int64_t unit;
		const char *name;
	} names[] = { { 1000000000000, " trillion" }, { 1000000000, " billion" },
		{ 1000000, " million" } };
	char text[NUM_TEXT];
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		if (n < names[i].unit)
			continue;
		int decimals = n < 10 * names[i].unit ? 2 : n < 100 * names[i].unit ? 1 : 0;
		femto_t amount = (femto_t)n * FEMTO_PER_UNIT / names[i].unit;
		str_printf(out, "%s%s", num_print(text, amount, 0, decimals, true), names[i].name);
		return;
	}
	str_puts(out, num_count(text, n));
}

bool
is_lower_bound(const struct tally *total, const struct money *money)
{
	return (total->unpriced.tokens > 0 || total->output_unknown) && !money->has_billed;
}

int64_t
audit_seconds(const struct pool *pool)
{
	return pool->first == INT64_MAX ? 0 : pool->last - pool->first;
}

int64_t
audit_days(const struct audit_report *report, const char **reason)
{
	const struct audit *audit = report->audit;
	*reason = NULL;
	if (report->days > 0)
		return report->days;
	if (audit->total.per_day)
		return 30;
	if (audit->first_day == DAY_NONE) {
		*reason = "the files state no dates; give --days N";
		return 0;
	}
	int64_t days = audit->last_day - audit->first_day + 1;
	int64_t seconds = audit_seconds(report->pool);
	bool buckets = false;
	for (size_t i = 0; i < report->pool->n; i++)
		buckets |= report->pool->keys.items[report->pool->items[i].key].width >= 86400;
	if (!buckets && report->pool->first != INT64_MAX && seconds < SHORTEST_DAY) {
		*reason = "less than a day of data; give --days N";
		return 0;
	}
	return days;
}

void
audit_report(struct audit_report *report)
{
	report->answer->default_table = "workloads";
	report_headline(report);
	report_sources(report);
	report_totals(report);
	report_workloads(report);
	report_verdicts(report);
	report_models(report);
	report_findings(report);
	if (report->reconciliation)
		report_reconciliation(report->answer, report->reconciliation, &report->tolerance);
	report_notes(report);
	report_arithmetic(report);
}
