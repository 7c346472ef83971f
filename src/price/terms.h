/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms - the sections of hllm.conf that make a contract, read and checked. */
#ifndef HLLM_PRICE_TERMS_H
#define HLLM_PRICE_TERMS_H

#include "price/contract.h"

struct conf;

/* Each fills its arrays of the contract, from its arena. */
bool terms_discounts(const struct conf *conf, struct contract *contract, struct err *err);
bool terms_subscriptions(const struct conf *conf, struct contract *contract, struct err *err);
bool terms_commitments(const struct conf *conf, struct contract *contract, struct err *err);
bool terms_rates(const struct conf *conf, struct contract *contract, struct err *err);

#endif
