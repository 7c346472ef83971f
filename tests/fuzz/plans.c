/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plans - any text as a plan file, with --lint and what --plan does.
 *
 * Whatever is read has figures within their limits, low no more than high; every problem has a
 * place, a kind and a sentence; no break-even is before the purchase; and reading it twice gives the same.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/when.h"
#include "econ/lint.h"
#include "econ/planned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char prices[] =
	"provider,model,from,to,service_tier,region,above_tokens,hours_utc,kind,price,unit\n"
	"openai,gpt-4o,2026-01-01,,standard,,,,uncached_input,2.5,1M tokens\n"
	"openai,gpt-4o,2026-01-01,,standard,,,,output,10,1M tokens\n"
	"openai,gpt-4o,2026-01-01,,standard,,200000,,uncached_input,5,1M tokens\n";
static const int64_t day = 1785542400 * NS_PER_SECOND; /* 2026-08-01 */

static void
check_file(const struct plan_file *file)
{
	for (size_t i = 0; i < file->cases_n; i++)
		for (size_t k = 0; k < file->cases[i].rows_n; k++) {
			const struct plan_row *row = file->cases[i].rows[k];
			for (size_t a = 0; a < row->amounts_n; a++) {
				const struct amount *amount = &row->amounts[a].amount;
				const struct sheet_column *kind =
					&sheet_fields[row->amounts[a].field];
				if (!amount->given || amount->low_slack < 0 ||
					amount->high_slack < 0)
					abort();
				if (!amount->never && !(kind->least <= amount->low &&
							      amount->low <= amount->high &&
							      amount->high <= kind->most))
					abort();
			}
		}
}

static void
check_plans(const struct plan_file *file, const struct list *list)
{
	const struct plan_ask ask = { .list = *list };
	struct arena arena = { 0 };
	for (size_t i = 0; i < file->cases_n; i++) {
		struct planned planned;
		struct err err;
		if (!plan_work(file, &file->cases[i], &ask, &arena, &planned, &err) ||
			planned.reason)
			continue;
		for (int k = 0; k < 3; k++)
			if (planned.break_even[k] < 0)
				abort();
	}
	arena_free(&arena);
}

static size_t
check_lint(const struct plan_file *file, const struct list *list)
{
	const struct lint_ask ask = { .list = *list };
	struct sheet_problems problems;
	sheet_lint(file, &ask, &problems);
	size_t n = problems.n;
	for (size_t i = 0; i < n; i++)
		if (problems.items[i].wrong >= WRONGS || problems.items[i].line < 1 ||
			!problems.items[i].why.n || !problems.items[i].what.n)
			abort();
	sheet_problems_free(&problems);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct catalog *catalog;
	struct plan_file file;
	struct err err;
	const struct slice text = { (const char *)data, size };
	if (!catalog)
		catalog = catalog_load_memory(SLICE(prices), SLICE(""), &err);
	if (!catalog)
		abort();
	const struct list list = { catalog, day };
	if (plan_file_read(&file, "plans.csv", text, &err)) {
		check_file(&file);
		check_plans(&file, &list);
		if (check_lint(&file, &list) != check_lint(&file, &list))
			abort();
	}
	plan_file_free(&file);
	return 0;
}
