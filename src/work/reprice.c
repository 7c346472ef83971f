/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/reprice.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/charge.h"

void
change_free(struct change *change)
{
	free(change->parts);
	*change = (struct change){ 0 };
}

struct change_part *
change_part(struct change *change, size_t month)
{
	size_t at = change->parts_n;
	while (at && change->parts[at - 1].month > month)
		at--;
	if (at && change->parts[at - 1].month == month)
		return &change->parts[at - 1];
	change->parts =
		xgrow(change->parts, &change->parts_size, change->parts_n, sizeof(*change->parts));
	memmove(change->parts + at + 1, change->parts + at,
		(change->parts_n - at) * sizeof(*change->parts));
	change->parts[at] = (struct change_part){ .month = month };
	change->parts_n++;
	return &change->parts[at];
}

void
change_flow(struct change_part *part, enum token_kind from, int to, int64_t low, int64_t high)
{
	struct flow *flow = NULL;
	if (low < 0 || low > high)
		BUG("a flow of at least %lld and at most %lld", (long long)low, (long long)high);
	if (high == 0)
		return;
	for (int i = 0; i < part->flows_n && !flow; i++)
		if (part->flows[i].from == from && part->flows[i].to == to)
			flow = &part->flows[i];
	if (!flow) {
		if (part->flows_n == FLOWS)
			BUG("a change with more than %d flows", FLOWS);
		flow = &part->flows[part->flows_n++];
		*flow = (struct flow){ .from = from, .to = to };
	}
	flow->low += low;
	flow->high += high;
}

void
change_all_months(struct change *change, const struct traffic *traffic)
{
	for (size_t i = SIZE_MAX; traffic_next(traffic, change->group, &i);)
		change_part(change, i);
}

/* ---- one change, while the pool goes by ---- */

enum end { LOW, HIGH, ENDS };

/* Tokens that have gone into a change so far in this month: of one end of its range. */
struct flowed {
	int64_t tokens[TOKEN_KINDS], requests;
};

/* What a name meant last, and for whom. */
struct meaning {
	struct resolution resolution;
	struct slice biller, provider, model, region;
	int64_t asked; /* the time, where there was none: PRICE_ANY_TIME */
	bool known, assumed;
};

struct active {
	const struct change *change;
	const struct change_part *part;
	struct flowed flowed[ENDS]; /* when all changes are made one after the other */
};

/* A half hour under some changes. */
struct variant {
	struct usage usage;
	const struct resolution *resolution;
	struct slice model;
};

struct repricing {
	const struct traffic *traffic;
	const struct audit_options *options;
	const struct change *const *changes;
	size_t changes_n, *next; /* of each change: its first part not yet met */
	struct saving *alone, *together;
	struct active
		*active; /* changes of the month at hand, in the order in which they are made */
	size_t *of;      /* which change each of them is */
	size_t active_n;
	struct flowed seen;    /* of the month, before any change */
	size_t month;          /* in traffic.months, and 1 */
	struct meaning plain;  /* of the model as it is */
	struct meaning *meant; /* of the model of each change */
	bool *done;            /* of each month: priced as one sum already */
};

/* Of what goes by next, how much changes. */
static int64_t
share_of(int64_t seen, int64_t tokens, int64_t part, int64_t whole)
{
	if (whole <= 0 || part <= 0)
		return 0;
	int64_t after = (int64_t)((__int128)(seen + tokens) * part / whole),
		before = (int64_t)((__int128)seen * part / whole);
	return after - before < tokens ? after - before : tokens;
}

static void
make_flows(const struct repricing *run, const struct active *active, enum end end,
	const struct flowed *seen, struct usage *usage)
{
	const struct traffic_month *month = &run->traffic->months[active->part->month];
	struct usage before = *usage;
	for (int i = 0; i < active->part->flows_n; i++) {
		const struct flow *flow = &active->part->flows[i];
		int64_t moved = share_of(seen->tokens[flow->from], before.tokens[flow->from],
			end == LOW ? flow->low : flow->high, month->tokens[flow->from]);
		moved = moved < usage->tokens[flow->from] ? moved : usage->tokens[flow->from];
		usage->tokens[flow->from] -= moved;
		if (flow->to != FLOW_AWAY)
			usage->tokens[flow->to] += moved;
	}
	if (active->change->kind == CHANGE_DROP && usage->requests > 0)
		usage->requests -= share_of(seen->requests, before.requests,
			end == LOW ? active->part->requests_low : active->part->requests_high,
			month->requests);
}

static bool
means_still(const struct meaning *meaning, const struct key *key, struct slice model, int64_t when,
	bool assumed)
{
	const struct resolution *last = &meaning->resolution;
	bool then = when == PRICE_ANY_TIME
			    ? meaning->asked == when
			    : meaning->asked != PRICE_ANY_TIME && when >= last->valid_from &&
				      when < last->valid_to;
	return meaning->known && then && meaning->assumed == assumed &&
	       slice_eq(meaning->model, model) &&
	       slice_eq(meaning->biller, key->text[KEY_BILLER]) &&
	       slice_eq(meaning->provider, key->text[KEY_PROVIDER]) &&
	       slice_eq(meaning->region, key->text[KEY_REGION]);
}

/* Resolved again only where it may mean something else. */
static const struct resolution *
resolve(const struct repricing *run, struct meaning *meaning, const struct key *key,
	struct slice model, int64_t when, bool assumed)
{
	if (!means_still(meaning, key, model, when, assumed))
		*meaning = (struct meaning){ .resolution = price_resolve(run->options->catalog,
						     key->text[KEY_BILLER], key->text[KEY_PROVIDER],
						     model, key->text[KEY_REGION], when, assumed),
			.biller = key->text[KEY_BILLER],
			.provider = key->text[KEY_PROVIDER],
			.model = model,
			.region = key->text[KEY_REGION],
			.asked = when,
			.known = true,
			.assumed = assumed };
	return &meaning->resolution;
}

static const struct resolution *
resolve_plain(struct repricing *run, const struct key *key, int64_t when)
{
	return resolve(run, &run->plain, key, key->text[KEY_RESPONSE_MODEL], when,
		key->how & HOW_MODEL_ASSUMED);
}

/* The model that the i-th change of the month is to. */
static const struct resolution *
resolve_target(struct repricing *run, size_t i, const struct key *key, int64_t when)
{
	return resolve(
		run, &run->meant[run->of[i]], key, run->active[i].change->model, when, false);
}

static struct cost
charge(const struct repricing *run, const struct month *month, const struct variant *variant)
{
	int64_t any = variant->usage.unsplit + variant->usage.web_searches;
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= variant->usage.tokens[i];
	if (!any)
		return (struct cost){ .priced = true };
	int factor = charge_factor(run->options->contract, month->key, variant->model,
		variant->usage.tier, variant->usage.start);
	return price_charge(run->options->catalog, variant->resolution, &variant->usage, factor);
}

/* Makes the i-th change; false, and nothing is changed, where what comes of it has no price. */
static bool
make_change(struct repricing *run, size_t i, const struct month *month, enum end end,
	const struct flowed *seen, struct variant *variant)
{
	const struct change *change = run->active[i].change;
	struct variant changed = *variant;
	int64_t when = variant->usage.timed ? variant->usage.start : PRICE_ANY_TIME;
	make_flows(run, &run->active[i], end, seen, &changed.usage);
	if (change->kind == CHANGE_MODEL) {
		changed.resolution = resolve_target(run, i, month->key, when);
		changed.model = change->model;
		if (changed.resolution->state != PRICE_FOUND)
			return false;
	}
	if (change->kind == CHANGE_TIER)
		changed.usage.tier = change->tier;
	if (change->kind >= CHANGE_MODEL && !charge(run, month, &changed).priced)
		return false;
	*variant = changed;
	return true;
}

static bool
same_currency(const struct cost *cost, const char *currency)
{
	return !cost->currency[0] || strncmp(cost->currency, currency, 3) == 0;
}

static void
add_saving(struct saving *saving, const struct cost *before, const struct cost *least,
	const struct cost *most)
{
	saving->low += before->low - least->high;
	saving->high += before->high - most->low;
	saving->priced = true;
}

/* Each change of the month by itself. */
static void
price_alone(struct repricing *run, const struct month *month, const struct variant *plain,
	const struct cost *before, const char *currency)
{
	for (size_t i = 0; i < run->active_n; i++) {
		struct cost after[ENDS];
		bool good = true;
		for (int end = LOW; end < ENDS && good; end++) {
			struct variant variant = *plain;
			good = make_change(run, i, month, (enum end)end, &run->seen, &variant);
			after[end] = charge(run, month, &variant);
			good = good && after[end].priced && same_currency(&after[end], currency);
		}
		if (good)
			add_saving(&run->alone[run->of[i]], before, &after[LOW], &after[HIGH]);
	}
}

/* All of them, one after the other; each sees what those before it have left. */
static void
price_together(struct repricing *run, const struct month *month, const struct variant *plain,
	const struct cost *before, int group)
{
	struct cost after[ENDS];
	bool good = true;
	for (int end = LOW; end < ENDS; end++) {
		struct variant variant = *plain;
		for (size_t i = 0; i < run->active_n; i++) {
			struct flowed *flowed = &run->active[i].flowed[end];
			struct usage met = variant.usage;
			(void)make_change(run, i, month, (enum end)end, flowed, &variant);
			for (int k = 0; k < TOKEN_KINDS; k++)
				flowed->tokens[k] += met.tokens[k];
			flowed->requests += met.requests > 0 ? met.requests : 0;
		}
		after[end] = charge(run, month, &variant);
		good &= after[end].priced &&
			same_currency(&after[end], run->traffic->groups[group].currency);
	}
	if (good && run->active_n)
		add_saving(&run->together[group], before, &after[LOW], &after[HIGH]);
}

/* ---- which changes there are for a month ---- */

/* Of several models the one that saves most alone is the last. */
static bool
goes_before(const struct repricing *run, size_t a, size_t b)
{
	const struct change *x = run->changes[a], *y = run->changes[b];
	if (x->kind != y->kind)
		return x->kind < y->kind;
	if (x->kind == CHANGE_MODEL && run->together && run->alone[a].low != run->alone[b].low)
		return run->alone[a].low < run->alone[b].low;
	return a < b;
}

static void
add_active(struct repricing *run, size_t which, const struct change_part *part)
{
	size_t at = run->active_n++;
	for (; at && goes_before(run, which, run->of[at - 1]); at--) {
		run->of[at] = run->of[at - 1];
		run->active[at] = run->active[at - 1];
	}
	run->of[at] = which;
	run->active[at] = (struct active){ .change = run->changes[which], .part = part };
}

/* Could requests to that model go through that tier? */
static bool
has_tier(const struct repricing *run, struct slice model, enum tier tier)
{
	const struct model *found = catalog_find(run->options->catalog, model, SLICE(""));
	const struct price_row *const *rows;
	size_t n = found ? model_rows(found, &rows) : 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i]->tier == tier)
			return true;
	return false;
}

/* Is there another change of the month, better than this one, that it cannot go together with? */
static bool
gives_way(const struct repricing *run, size_t at)
{
	const struct change *change = run->active[at].change;
	for (size_t i = 0; i < run->active_n; i++) {
		const struct change *other = run->active[i].change;
		if (i == at || other->kind < CHANGE_MODEL)
			continue;
		const struct change *model = change->kind == CHANGE_MODEL ? change : other,
				    *second = model == change ? other : change;
		bool apart = model->kind == CHANGE_MODEL && second->kind == CHANGE_TIER &&
			     !has_tier(run, model->model, second->tier);
		femto_t own = run->alone[run->of[at]].low, its = run->alone[run->of[i]].low;
		/* models are in order of what they save */
		if ((change->kind == other->kind && i > at) ||
			(apart && (its > own || (its == own && i > at))))
			return true;
	}
	return false;
}

static void
keep_compatible(struct repricing *run)
{
	size_t kept = 0;
	bool *out = xcalloc(run->active_n + 1, sizeof(*out));
	for (size_t i = 0; i < run->active_n; i++)
		out[i] = run->active[i].change->kind >= CHANGE_MODEL && gives_way(run, i);
	for (size_t i = 0; i < run->active_n; i++) {
		run->active[kept] = run->active[i];
		run->of[kept] = run->of[i];
		kept += !out[i];
	}
	run->active_n = kept;
	free(out);
}

static void
begin_month(struct repricing *run, size_t number)
{
	run->month = number + 1;
	run->seen = (struct flowed){ 0 };
	run->active_n = 0;
	for (size_t i = 0; i < run->changes_n; i++) {
		const struct change *change = run->changes[i];
		size_t *next = &run->next[i];
		while (*next < change->parts_n && change->parts[*next].month < number)
			(*next)++;
		if (*next < change->parts_n && change->parts[*next].month == number)
			add_active(run, i, &change->parts[*next]);
	}
	if (run->together)
		keep_compatible(run);
}

/* As long as no price changes, neither that of the model and tier as they are nor of those to come. */
static int64_t
until(void *arg, const struct month *month, int64_t start)
{
	struct repricing *run = arg;
	const struct key *key = month->key;
	const struct resolution *plain = resolve_plain(run, key, start);
	enum tier tier = key->tier;
	for (size_t i = 0; i < run->active_n; i++)
		if (run->active[i].change->kind == CHANGE_TIER)
			tier = run->active[i].change->tier;
	int64_t least = price_same_until(plain, tier, key->context, start);
	for (size_t i = 0; i < run->active_n; i++) {
		if (run->active[i].change->kind != CHANGE_MODEL)
			continue;
		const struct resolution *to = resolve_target(run, i, key, start);
		const enum tier tiers[] = { key->tier, tier };
		for (size_t k = 0; k < HL_COUNT(tiers); k++) {
			int64_t same = to->state == PRICE_FOUND
					       ? price_same_until(to, tiers[k], key->context, start)
					       : to->valid_to;
			least = same < least ? same : least;
		}
	}
	return least;
}

static void
take_part(struct repricing *run, const struct month *month, const struct slot *slot,
	const struct cost *cost, const struct resolution *resolution)
{
	const struct traffic_month *row = &run->traffic->months[run->month - 1];
	const struct traffic_group *group = &run->traffic->groups[row->group];
	struct variant plain = { charge_usage(month, slot), resolution,
		month->key->text[KEY_RESPONSE_MODEL] };
	bool cash = month->key->pay == PAY_CASH && !charge_is_free(month->key) &&
		    !charge_is_included(run->options->contract, month->key, plain.usage.start);
	if (cash && cost->priced && resolution->state == PRICE_FOUND &&
		same_currency(cost, group->currency)) {
		if (run->together)
			price_together(run, month, &plain, cost, row->group);
		else
			price_alone(run, month, &plain, cost, group->currency);
	}
	for (int i = 0; i < TOKEN_KINDS; i++)
		run->seen.tokens[i] += slot->tokens[i];
	run->seen.requests += slot->requests;
}

/* ---- months whose prices stay the same: out of their sums ---- */

static bool
price_as_one(struct repricing *run, const struct pool *pool, const struct traffic_month *row)
{
	const struct month month = {
		.key = &pool->keys.items[row->key], .key_id = row->key, .number = row->number
	};
	struct slot slot = { .index = row->first_slot, .requests = row->requests };
	if (row->parts != 1 || !row->plain)
		return false;
	memcpy(slot.tokens, row->tokens, sizeof(slot.tokens));
	int64_t start = slot_start(&month, &slot);
	if (row->number != MONTH_NONE &&
		until(run, &month, start) < when_month_start(row->number + 1))
		return false;
	const struct resolution *resolution =
		resolve_plain(run, month.key, charge_when(&month, &slot));
	const struct variant plain = { charge_usage(&month, &slot), resolution,
		month.key->text[KEY_RESPONSE_MODEL] };
	struct cost cost = charge(run, &month, &plain);
	if (cost.low != cost.high) /* half hour by half hour it may be exact */
		return false;
	if (resolution->state == PRICE_FOUND)
		take_part(run, &month, &slot, &cost, resolution);
	return true;
}

/* False when some months are left. */
static bool
price_sums(struct repricing *run, const struct pool *pool)
{
	const struct traffic *traffic = run->traffic;
	bool all = true;
	for (size_t i = 0; i < traffic->months_n; i++) {
		begin_month(run, i);
		run->done[i] = !run->active_n || price_as_one(run, pool, &traffic->months[i]);
		all &= run->done[i];
	}
	return all;
}

/* ---- the others: half hour by half hour, as far as their prices differ ---- */

static bool
wants(void *arg, uint32_t key, int number)
{
	struct repricing *run = arg;
	const struct traffic_month *row = traffic_find(run->traffic, key, number);
	if (!row || run->done[row - run->traffic->months])
		return false;
	begin_month(run, (size_t)(row - run->traffic->months));
	return true;
}

static void
take_slot(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	(void)workload;
	if (counted & COUNT_WORKLOAD)
		take_part(arg, month, slot, cost, resolution);
}

static void
walk(struct repricing *run, struct pool *pool, const struct audit_options *options)
{
	struct audit_options hooked = *options;
	struct audit audit;
	memset(run->next, 0, run->changes_n * sizeof(*run->next));
	if (price_sums(run, pool))
		return;
	memset(run->next, 0, run->changes_n * sizeof(*run->next));
	hooked.each = take_slot;
	hooked.each_arg = run;
	hooked.until = until;
	hooked.wants = wants;
	audit_run(&audit, pool, &hooked);
	audit_free(&audit);
}

static void
settle(struct saving *saving)
{
	saving->low = saving->low > 0 ? saving->low : 0;
	saving->high = saving->high > 0 ? saving->high : 0;
	if (saving->low > saving->high)
		saving->low = saving->high;
}

static void
run_all(const struct reprice_input *input, struct saving *alone, struct saving *together)
{
	size_t n = input->changes_n;
	struct repricing run = { .traffic = input->traffic,
		.options = input->options,
		.changes = input->changes,
		.changes_n = n,
		.next = xcalloc(n + 1, sizeof(*run.next)),
		.alone = alone,
		.together = together,
		.active = xcalloc(n + 1, sizeof(*run.active)),
		.of = xcalloc(n + 1, sizeof(*run.of)),
		.meant = xcalloc(n + 1, sizeof(*run.meant)),
		.done = xcalloc(input->traffic->months_n + 1, sizeof(*run.done)) };
	walk(&run, input->pool, input->options);
	free(run.next);
	free(run.active);
	free(run.of);
	free(run.done);
	free(run.meant);
}

void
reprice_alone(const struct reprice_input *input, struct saving *alone)
{
	memset(alone, 0, input->changes_n * sizeof(*alone));
	run_all(input, alone, NULL);
	for (size_t i = 0; i < input->changes_n; i++)
		settle(&alone[i]);
}

void
reprice_together(const struct reprice_input *input, struct saving *alone, struct saving *together)
{
	memset(together, 0, input->traffic->groups_n * sizeof(*together));
	run_all(input, alone, together);
	for (size_t i = 0; i < input->traffic->groups_n; i++)
		settle(&together[i]);
}
