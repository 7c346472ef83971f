/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/finding.h"

#include <stdlib.h>

#include "base/when.h"
#include "conf/conf.h"
#include "decide/detector.h"

static const struct detector *const detectors[] = { &find_cheaper_tier, &find_batch,
	&find_cache_unused, &find_cache_missed, &find_prompt_bloat, &find_prompt_growth,
	&find_retries, &find_silent_fallback, &find_duplicates, &find_outliers, &find_reasoning,
	&find_retired_model, &find_embeddings };

enum { MONTH_DAYS = 30 };
#define BILLION ((femto_t)1000000000)

/* ---- looking ---- */

static femto_t
monthly(femto_t amount, int64_t days)
{
	femto_t out;
	return num_mul(amount, MONTH_DAYS, &out) ? out / days : amount / days * MONTH_DAYS;
}

static const struct subject *
subject_of(const struct finding_input *input, struct slice workload)
{
	for (size_t i = 0; input->subjects && i < input->subjects->n; i++)
		if (slice_eq(input->subjects->items[i].name, workload))
			return &input->subjects->items[i];
	return NULL;
}

static bool
has_enough(const struct look *look, const struct detector *detector)
{
	const struct traffic_group *group = look->group;
	/* what costs less than the floor saves less, too */
	bool cash = (group->high > 0 &&
			    monthly(group->high, look->input->days) >= look->limit->floor) ||
		    (detector->unpriced_too && group->not_then > 0);
	return cash && !group->mixed && group->requests >= look->limit->requests &&
	       traffic_span(group, look->input->days) >= look->limit->days;
}

static void
look_at_all(const struct finding_input *input, struct findings *out)
{
	const struct traffic *traffic = input->traffic;
	for (size_t i = 0; i < traffic->groups_n; i++) {
		struct look look = { .input = input,
			.traffic = traffic,
			.group = &traffic->groups[i],
			.number = (int)i,
			.subject = subject_of(input, traffic->groups[i].workload),
			.out = out };
		for (size_t k = 0; k < HL_COUNT(detectors); k++) {
			look.limit = &input->limits->of[detectors[k]->id];
			if (!look.limit->silenced && has_enough(&look, detectors[k]))
				detectors[k]->look(&look);
		}
	}
}

/* Of what changes amounts only those tokens are told that change. */
static void
count_tokens(struct finding *finding)
{
	const struct change *change = &finding->change;
	if (finding->no_saving || change->kind >= CHANGE_MODEL)
		return;
	finding->tokens = 0;
	for (size_t i = 0; i < change->parts_n; i++)
		for (int k = 0; k < change->parts[i].flows_n; k++)
			finding->tokens += change->parts[i].flows[k].high;
}

/* ---- from list prices to what is paid ---- */

/* What is billed for a unit of list cost, in billionths: never more than 1, since a bill that is larger
 * may be for requests that no log holds. */
struct scale {
	femto_t low, high;
};

static femto_t
ratio(femto_t billed, femto_t list)
{
	femto_t out;
	if (list <= 0 || billed >= list)
		return BILLION;
	if (billed <= 0)
		return 0;
	return num_mul(billed, BILLION, &out) ? out / list : billed / (list / BILLION + 1);
}

static struct scale
scale_of(const struct traffic *traffic, struct slice biller, const char *currency)
{
	const struct traffic_biller *money = traffic_money(traffic, biller);
	if (!money || money->mixed || strncmp(money->currency, currency, 3) != 0 ||
		!money->billed || money->high <= 0)
		return (struct scale){ BILLION, BILLION };
	return (struct scale){ ratio(money->billed, money->high),
		ratio(money->billed, money->low) };
}

static femto_t
scaled(femto_t amount, femto_t billionths)
{
	femto_t out;
	if (billionths == BILLION)
		return amount;
	return num_mul(amount, billionths, &out) ? out / BILLION : amount / BILLION * billionths;
}

/* ---- what a commitment leaves avoidable ---- */

static bool
is_matched(const struct conf_item *globs, struct slice text)
{
	if (!globs)
		return true;
	for (size_t i = 0; i < globs->values_n; i++)
		if (slice_glob(text, globs->values[i]))
			return true;
	return false;
}

/* The first commitment that the group's requests count towards; -1 none. */
static int
commitment_of(const struct finding_input *input, const struct traffic_group *group)
{
	const struct contract *contract = input->options->contract;
	for (size_t i = 0; contract && i < contract->commitments_n; i++) {
		const struct contract_commitment *at = &contract->commitments[i];
		bool then = group->first == DAY_NONE ||
			    (at->period.start <= group->last * NS_PER_DAY &&
				    at->period.end > group->first * NS_PER_DAY);
		if (then && is_matched(at->biller, group->biller) &&
			is_matched(at->model, group->model) &&
			strncmp(at->currency, group->currency, 3) == 0)
			return (int)i;
	}
	return -1;
}

/* What a month of the commitment's requests costs beyond it. */
static femto_t
avoidable(const struct finding_input *input, int commitment)
{
	femto_t spent = 0;
	for (size_t i = 0; i < input->traffic->groups_n; i++) {
		const struct traffic_group *group = &input->traffic->groups[i];
		if (commitment_of(input, group) == commitment)
			spent += scaled(monthly(group->low, input->days),
				scale_of(input->traffic, group->biller, group->currency).low);
	}
	femto_t left = spent - input->options->contract->commitments[commitment].monthly;
	return left > 0 ? left : 0;
}

static femto_t
least_of(femto_t a, femto_t b)
{
	return a < b ? a : b;
}

/* ---- one by one ---- */

/* The saving of a month; false: too small to be one. */
static bool
set_saving(const struct finding_input *input, struct finding *finding, const struct saving *alone,
	struct findings *out)
{
	const struct traffic_group *group = &input->traffic->groups[finding->group];
	struct scale scale = scale_of(input->traffic, group->biller, group->currency);
	if (!alone->priced || alone->high <= 0 ||
		(finding->percent && alone->low * 100 < group->high * finding->percent))
		return false;
	finding->low = monthly(scaled(alone->low, scale.low), input->days);
	finding->high = monthly(scaled(alone->high, scale.high), input->days);
	finding->scaled = scale.low != BILLION;
	int commitment = commitment_of(input, group);
	if (commitment >= 0) {
		femto_t most = avoidable(input, commitment);
		out->limited |= finding->high > most;
		finding->low = least_of(finding->low, most);
		finding->high = least_of(finding->high, most);
	}
	finding->has_saving = true;
	out->scaled |= finding->scaled;
	return finding->high >= input->limits->of[finding->id].floor;
}

static size_t
list_changes(const struct findings *findings, const struct change **changes)
{
	size_t n = 0;
	for (size_t i = 0; i < findings->n; i++)
		if (!findings->items[i].no_saving)
			changes[n++] = &findings->items[i].change;
	return n;
}

/* Keeps those that save enough; 'alone' then is of what is left. */
static void
keep_large(const struct finding_input *input, struct findings *out, struct saving *alone)
{
	size_t kept = 0, changes = 0, left = 0;
	for (size_t i = 0; i < out->n; i++) {
		struct finding *finding = &out->items[i];
		bool keep = finding->no_saving != NULL;
		if (!keep) {
			keep = set_saving(input, finding, &alone[changes], out);
			if (keep)
				alone[left++] = alone[changes];
			changes++;
		}
		if (keep)
			out->items[kept++] = *finding;
		else
			change_free(&finding->change);
	}
	out->n = kept;
}

/* ---- all at once ---- */

static void
add_total(struct findings *out, const char *currency, femto_t low, femto_t high)
{
	for (int i = 0; i < out->totals_n; i++)
		if (strcmp(out->totals[i].currency, currency) == 0) {
			out->totals[i].low += low;
			out->totals[i].high += high;
			return;
		}
	if (out->totals_n == CURRENCIES)
		return;
	struct money_range *fresh = &out->totals[out->totals_n++];
	*fresh = (struct money_range){ .low = low, .high = high };
	memcpy(fresh->currency, currency, sizeof(fresh->currency));
}

static void
sum_up(const struct finding_input *input, const struct saving *together, struct findings *out)
{
	const struct contract *contract = input->options->contract;
	size_t commitments = contract ? contract->commitments_n : 0;
	struct saving *within = xcalloc(commitments + 1, sizeof(*within));
	for (size_t i = 0; i < input->traffic->groups_n; i++) {
		const struct traffic_group *group = &input->traffic->groups[i];
		struct scale scale = scale_of(input->traffic, group->biller, group->currency);
		femto_t low = scaled(together[i].low, scale.low),
			high = scaled(together[i].high, scale.high);
		int commitment = commitment_of(input, group);
		if (commitment >= 0) {
			within[commitment].low += low;
			within[commitment].high += high;
		} else if (high > 0) {
			add_total(out, group->currency, low, high);
		}
	}
	for (int i = 0; i < out->totals_n; i++) {
		out->totals[i].low = monthly(out->totals[i].low, input->days);
		out->totals[i].high = monthly(out->totals[i].high, input->days);
	}
	for (size_t i = 0; i < commitments; i++) {
		femto_t most = within[i].high > 0 ? avoidable(input, (int)i) : 0;
		if (most > 0)
			add_total(out, contract->commitments[i].currency,
				least_of(monthly(within[i].low, input->days), most),
				least_of(monthly(within[i].high, input->days), most));
	}
	free(within);
}

static int
by_saving(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	if (a->high != b->high)
		return a->high > b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low > b->low ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	int order = slice_compare(a->workload, b->workload);
	order = order ? order : slice_compare(a->model, b->model);
	return order ? order : (a->group > b->group) - (a->group < b->group);
}

void
findings_look(const struct finding_input *input, struct findings *out)
{
	*out = (struct findings){ 0 };
	if (input->days <= 0)
		return;
	look_at_all(input, out);
	if (!out->n)
		return;
	for (size_t i = 0; i < out->n; i++)
		count_tokens(&out->items[i]);
	const struct change **changes = xcalloc(out->n, sizeof(void *));
	struct saving *alone = xcalloc(out->n, sizeof(*alone)),
		      *together = xcalloc(input->traffic->groups_n + 1, sizeof(*together));
	struct reprice_input reprice = { .traffic = input->traffic,
		.pool = input->pool,
		.options = input->options,
		.changes = changes,
		.changes_n = list_changes(out, changes) };
	reprice_alone(&reprice, alone);
	keep_large(input, out, alone);
	reprice.changes_n = list_changes(out, changes);
	if (reprice.changes_n) {
		reprice_together(&reprice, alone, together);
		sum_up(input, together, out);
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_saving);
	free(changes);
	free(alone);
	free(together);
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		change_free(&findings->items[i].change);
	free(findings->items);
	arena_free(&findings->arena);
	*findings = (struct findings){ 0 };
}
