/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/contract.h"

#include <stdlib.h>

#include "conf/conf.h"
#include "price/terms.h"

void
contract_free(struct contract *contract)
{
	if (!contract)
		return;
	arena_free(&contract->arena);
	free(contract);
}

struct contract *
contract_load(const struct conf *conf, struct err *err)
{
	struct contract *contract = xcalloc(1, sizeof(*contract));
	if (terms_discounts(conf, contract, err) && terms_subscriptions(conf, contract, err) &&
		terms_commitments(conf, contract, err) && terms_rates(conf, contract, err))
		return contract;
	contract_free(contract);
	return NULL;
}

static bool
holds(struct period period, int64_t when)
{
	return when >= period.start && when < period.end;
}

/* Is the text matched by one of the item's globs?  No item: nothing is asked. */
static bool
matches(const struct conf_item *item, struct slice text)
{
	if (!item)
		return true;
	for (size_t i = 0; i < item->values_n; i++)
		if (slice_glob(text, item->values[i]))
			return true;
	return false;
}

int
contract_discount(const struct contract *contract, struct slice biller, struct slice model,
	enum tier tier, int64_t when)
{
	/* As it is priced: a tier that nobody named is the standard one. */
	unsigned bit = 1U << (tier == TIER_UNKNOWN ? TIER_STANDARD : tier);
	int factor = 1000;
	for (size_t i = 0; i < contract->discounts_n; i++) {
		const struct contract_discount *discount = &contract->discounts[i];
		if (holds(discount->period, when) && (!discount->tiers || discount->tiers & bit) &&
			matches(discount->biller, biller) && matches(discount->model, model))
			factor = factor * discount->factor / 1000;
	}
	return factor;
}

static bool
covers(const struct contract_subscription *subscription, const struct contract_key *key)
{
	if (subscription->origins && !(subscription->origins & 1U << key->origin))
		return false;
	for (int dim = 0; dim < DIMS; dim++)
		if (!matches(subscription->dim[dim], key->dim[dim]))
			return false;
	return matches(subscription->biller, key->biller) &&
	       matches(subscription->provider, key->provider) &&
	       matches(subscription->model, key->model);
}

bool
contract_included(const struct contract *contract, const struct contract_key *key, int64_t when,
	struct slice *name)
{
	for (size_t i = 0; i < contract->subscriptions_n; i++) {
		const struct contract_subscription *subscription = &contract->subscriptions[i];
		if (holds(subscription->period, when) && covers(subscription, key)) {
			*name = subscription->section->title;
			return true;
		}
	}
	return false;
}

/* The newest rate of this pair that is not younger than 'when'. */
static const struct contract_rate *
find_rate(const struct contract *contract, const char *base, const char *quote, int64_t when)
{
	const struct contract_rate *found = NULL;
	for (size_t i = 0; i < contract->rates_n; i++) {
		const struct contract_rate *rate = &contract->rates[i];
		if (strcmp(rate->base, base) == 0 && strcmp(rate->quote, quote) == 0 &&
			rate->date <= when)
			found = rate;
	}
	return found;
}

/* amount * factor / divisor, half to even, where amount and one of the others are femto counts. */
static bool
scale(femto_t amount, femto_t factor, femto_t divisor, femto_t *out)
{
	femto_t size = amount < 0 ? -amount : amount, whole, part;
	if (!num_mul(size / divisor, factor, &whole) || !num_mul(size % divisor, factor, &part))
		return false;
	femto_t rest = part % divisor;
	if (__builtin_add_overflow(whole, part / divisor, &whole))
		return false;
	femto_t beyond = rest - (divisor - rest);
	whole += beyond > 0 || (beyond == 0 && whole % 2);
	*out = amount < 0 ? -whole : whole;
	return true;
}

bool
contract_convert(const struct contract *contract, const char *from, const char *to, int64_t when,
	femto_t *amount, const struct contract_rate **used)
{
	*used = NULL;
	if (strcmp(from, to) == 0)
		return true;
	const struct contract_rate *rate = find_rate(contract, from, to, when);
	bool direct = rate;
	if (!rate)
		rate = find_rate(contract, to, from, when);
	if (!rate || !scale(*amount, direct ? rate->value : FEMTO_PER_UNIT,
			     direct ? FEMTO_PER_UNIT : rate->value, amount))
		return false;
	*used = rate;
	return true;
}
