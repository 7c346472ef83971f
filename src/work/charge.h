/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charge - a half hour of a key as price_charge() takes it: its usage, and what the key
 * and the contract say about who pays.
 */
#ifndef HLLM_WORK_CHARGE_H
#define HLLM_WORK_CHARGE_H

#include "price/contract.h"
#include "price/price.h"
#include "work/month.h"

struct usage charge_usage(const struct month *month, const struct slot *slot);
/* The time at which its price is looked up; PRICE_ANY_TIME where it has none. */
int64_t charge_when(const struct month *month, const struct slot *slot);
/* Answered by a local server, or out of a gateway's own cache. */
bool charge_is_free(const struct key *key);
/* Covered by a subscription, as the log or the contract (may be NULL) says. */
bool charge_is_included(
	const struct contract *contract, const struct key *key, int64_t when) hl_must_check;
/* What of a list price remains, in thousandths; 'contract' may be NULL. */
int charge_factor(const struct contract *contract, const struct key *key, struct slice model,
	enum tier tier, int64_t when);

#endif
