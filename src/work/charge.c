/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/charge.h"

#include "base/when.h"

struct usage
charge_usage(const struct month *month, const struct slot *slot)
{
	const struct key *key = month->key;
	struct usage usage = { .unsplit = slot->unsplit,
		.cache_unknown = key->how & HOW_CACHE_UNKNOWN,
		.context = key->context,
		.requests = slot->uncounted ? -1 : slot->requests,
		.tier = key->tier,
		.start = slot_start(month, slot),
		.width = key->width * NS_PER_SECOND,
		.timed = month->number != MONTH_NONE,
		.web_searches = slot->searches };
	memcpy(usage.tokens, slot->tokens, sizeof(usage.tokens));
	return usage;
}

int64_t
charge_when(const struct month *month, const struct slot *slot)
{
	return month->number == MONTH_NONE ? PRICE_ANY_TIME : slot_start(month, slot);
}

bool
charge_is_free(const struct key *key)
{
	return key->pay == PAY_LOCAL || key->how & (HOW_CACHED_ANSWER | HOW_LOCAL);
}

bool
charge_is_included(const struct contract *contract, const struct key *key, int64_t when)
{
	if (key->pay == PAY_INCLUDED)
		return true;
	if (!contract || !contract->subscriptions_n || key->pay != PAY_CASH)
		return false;
	struct contract_key wanted = { .origin = key->origin,
		.biller = key->text[KEY_BILLER],
		.provider = key->text[KEY_PROVIDER],
		.model = key->text[KEY_RESPONSE_MODEL] };
	for (int i = 0; i < DIMS; i++)
		wanted.dim[i] = key->text[KEY_DIMS + i];
	struct slice name;
	return contract_included(contract, &wanted, when, &name);
}

int
charge_factor(const struct contract *contract, const struct key *key, struct slice model,
	enum tier tier, int64_t when)
{
	if (!contract || !contract->discounts_n)
		return 1000;
	return contract_discount(contract, key->text[KEY_BILLER], model, tier, when);
}
