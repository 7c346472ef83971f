/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/terms.h"

#include <stdlib.h>

#include "conf/conf.h"

enum {
	DISCOUNTS_MOST = 500,
	DISCOUNTS_TOGETHER = 32, /* many fewer than that keep their product whole */
	GLOB_MOST = 128,
};

/* Larger and smaller ones could not be multiplied with every amount. */
#define RATE_MOST  (FEMTO_PER_UNIT * 10000000)
#define RATE_LEAST (FEMTO_PER_UNIT / 10000000)
/* A month above this is a typing error. */
#define MONEY_MOST (FEMTO_PER_UNIT * 1000000000)

/* Room for one 'size' a section of this kind. */
static void *
make_room(const struct conf *conf, const char *kind, struct contract *contract, size_t size)
{
	size_t n = 0;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, kind, at));)
		n++;
	return arena_take(&contract->arena, n * size);
}

static bool
read_period(const struct conf_section *section, struct period *period, struct err *err)
{
	*period = (struct period){ INT64_MIN, INT64_MAX };
	if (!conf_time(section, "from", &period->start, err) ||
		!conf_time(section, "to", &period->end, err))
		return false;
	return period->start < period->end || conf_wrong(section, conf_item(section, "to"), err,
						      "ends before it begins; \"to\" is the first "
						      "day on which it no longer holds");
}

static bool
is_currency(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 'A' || text.p[i] > 'Z')
			return false;
	return text.n == 3;
}

static bool
read_monthly(
	const struct conf_section *section, femto_t *monthly, char currency[4], struct err *err)
{
	struct slice text = SLICE("USD");
	if (!conf_decimal(section, "monthly", monthly, err) ||
		!conf_text(section, "currency", &text, err))
		return false;
	if (*monthly < 0 || *monthly > MONEY_MOST)
		return conf_wrong(section, conf_item(section, "monthly"), err,
			"monthly is out of range, expected an amount from 0 to 1,000,000,000");
	if (!is_currency(text))
		return conf_wrong(section, conf_item(section, "currency"), err,
			"currency is \"" SLICE_FMT "\", expected a code like USD", SLICE_ARG(text));
	memcpy(currency, text.p, 3);
	currency[3] = '\0';
	return true;
}

/* A percentage in (0, 100] with one decimal at most: what remains is whole thousandths. */
static bool
read_percent(const struct conf_section *section, int *factor, struct err *err)
{
	femto_t percent = 0, step = FEMTO_PER_UNIT / 10;
	if (!conf_need(section, "percent", err) || !conf_decimal(section, "percent", &percent, err))
		return false;
	const struct conf_item *item = conf_item(section, "percent");
	if (percent <= 0 || percent > 100 * FEMTO_PER_UNIT || percent % step)
		return conf_wrong(section, item, err,
			"percent is \"" SLICE_FMT "\", expected one above 0 and up to 100 "
			"with at most one decimal",
			SLICE_ARG(item->values[0]));
	*factor = 1000 - (int)(percent / step);
	return true;
}

static bool
read_discount(
	const struct conf_section *section, struct contract_discount *discount, struct err *err)
{
	discount->section = section;
	discount->biller = conf_item(section, "biller");
	discount->model = conf_item(section, "model");
	return read_percent(section, &discount->factor, err) &&
	       read_period(section, &discount->period, err) &&
	       conf_choices(section, "tier", tier_names, TIERS, &discount->tiers, err);
}

static bool
same_character(char a, char b)
{
	return a == '?' || b == '?' || slice_glob((struct slice){ &a, 1 }, (struct slice){ &b, 1 });
}

/* Is there a text that both globs match?  For all their ends, from the last to the first. */
static bool
globs_meet(struct slice a, struct slice b)
{
	bool meet[GLOB_MOST + 2][GLOB_MOST + 2] = { { false } };
	for (size_t i = a.n + 1; i-- > 0;) {
		for (size_t k = b.n + 1; k-- > 0;) {
			bool in_a = i < a.n, in_b = k < b.n;
			if (!in_a && !in_b)
				meet[i][k] = true;
			else if ((in_a && a.p[i] == '*') || (in_b && b.p[k] == '*'))
				meet[i][k] = (in_a && (a.p[i] == '*' || in_b) && meet[i + 1][k]) ||
					     (in_b && (b.p[k] == '*' || in_a) && meet[i][k + 1]);
			else
				meet[i][k] = in_a && in_b && meet[i + 1][k + 1] &&
					     same_character(a.p[i], b.p[k]);
		}
	}
	return meet[0][0];
}

static bool
items_meet(const struct conf_item *a, const struct conf_item *b)
{
	if (!a || !b)
		return true;
	for (size_t i = 0; i < a->values_n; i++)
		for (size_t k = 0; k < b->values_n; k++)
			if (globs_meet(a->values[i], b->values[k]))
				return true;
	return false;
}

static bool
discounts_meet(const struct contract_discount *a, const struct contract_discount *b)
{
	return a->period.start < b->period.end && b->period.start < a->period.end &&
	       (!a->tiers || !b->tiers || a->tiers & b->tiers) &&
	       items_meet(a->biller, b->biller) && items_meet(a->model, b->model);
}

/*
 * Goes through every set of discounts that may hold together, 'set' being one of them with the
 * product 'factor'.  Few steps: at most six that hold together can have whole products in all
 * combinations (three that need a 2 and three that need a 5), and the first other set ends it.
 */
static bool
check_products(const struct contract *contract, const struct contract_discount **set, size_t set_n,
	int factor, struct err *err)
{
	const struct contract_discount *end = contract->discounts + contract->discounts_n;
	for (const struct contract_discount *next = set[set_n - 1] + 1; factor && next < end;
		next++) {
		size_t i = 0;
		while (i < set_n && discounts_meet(set[i], next))
			i++;
		if (i < set_n)
			continue;
		const struct conf_section *last = set[set_n - 1]->section;
		if (factor * next->factor % 1000)
			return conf_wrong(next->section, NULL, err,
				"together with \"" SLICE_FMT "\" (line %d) it leaves %d.%03d "
				"thousandths of the price, expected a whole number; "
				"write what holds together as one discount",
				SLICE_ARG(last->title), last->line, factor * next->factor / 1000,
				factor * next->factor % 1000);
		if (set_n == DISCOUNTS_TOGETHER)
			return conf_wrong(next->section, NULL, err,
				"more than %d discounts hold together", DISCOUNTS_TOGETHER);
		set[set_n] = next;
		if (!check_products(contract, set, set_n + 1, factor * next->factor / 1000, err))
			return false;
	}
	return true;
}

/* An empty glob matches no name, and a long one is none that anybody wrote. */
static bool
check_globs(const struct conf_section *section, const struct conf_item *item, struct err *err)
{
	for (size_t i = 0; item && i < item->values_n; i++)
		if (!item->values[i].n || item->values[i].n > GLOB_MOST)
			return conf_wrong(section, item, err,
				"%s is %s, expected a name, * and ? allowed", item->key,
				item->values[i].n ? "too long" : "\"\"");
	return true;
}

bool
terms_discounts(const struct conf *conf, struct contract *contract, struct err *err)
{
	contract->discounts = make_room(conf, "discount", contract, sizeof(*contract->discounts));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "discount", at));) {
		struct contract_discount *discount = &contract->discounts[contract->discounts_n++];
		if (contract->discounts_n > DISCOUNTS_MOST)
			return conf_wrong(at, NULL, err, "more than %d discounts", DISCOUNTS_MOST);
		if (!read_discount(at, discount, err) || !check_globs(at, discount->biller, err) ||
			!check_globs(at, discount->model, err))
			return false;
	}
	const struct contract_discount *set[DISCOUNTS_TOGETHER];
	for (size_t i = 0; i < contract->discounts_n; i++) {
		set[0] = &contract->discounts[i];
		if (!check_products(contract, set, 1, set[0]->factor, err))
			return false;
	}
	return true;
}

static bool
read_subscription(
	const struct conf_section *section, struct contract_subscription *out, struct err *err)
{
	out->section = section;
	out->biller = conf_item(section, "biller");
	out->provider = conf_item(section, "provider");
	out->model = conf_item(section, "model");
	bool narrow = out->biller || out->provider || out->model || conf_item(section, "origin");
	for (int dim = 0; dim < DIMS; dim++) {
		out->dim[dim] = conf_item(section, dim_names[dim]);
		narrow = narrow || out->dim[dim];
		if (!check_globs(section, out->dim[dim], err))
			return false;
	}
	if (!narrow)
		return conf_wrong(section, NULL, err,
			"would cover everything, expected biller, provider, "
			"model, origin, project, key or another name that it is for");
	return check_globs(section, out->biller, err) && check_globs(section, out->provider, err) &&
	       check_globs(section, out->model, err) &&
	       conf_choices(section, "origin", origin_names, ORIGINS, &out->origins, err) &&
	       read_period(section, &out->period, err) &&
	       read_monthly(section, &out->monthly, out->currency, err);
}

bool
terms_subscriptions(const struct conf *conf, struct contract *contract, struct err *err)
{
	contract->subscriptions =
		make_room(conf, "subscription", contract, sizeof(*contract->subscriptions));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "subscription", at));)
		if (!read_subscription(
			    at, &contract->subscriptions[contract->subscriptions_n++], err))
			return false;
	return true;
}

bool
terms_commitments(const struct conf *conf, struct contract *contract, struct err *err)
{
	contract->commitments =
		make_room(conf, "commitment", contract, sizeof(*contract->commitments));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "commitment", at));) {
		struct contract_commitment *out = &contract->commitments[contract->commitments_n++];
		out->section = at;
		out->biller = conf_item(at, "biller");
		out->model = conf_item(at, "model");
		if (!conf_need(at, "biller", err) || !conf_need(at, "monthly", err) ||
			!check_globs(at, out->biller, err) || !check_globs(at, out->model, err) ||
			!read_period(at, &out->period, err) ||
			!read_monthly(at, &out->monthly, out->currency, err))
			return false;
	}
	return true;
}

/* "EUR/USD" */
static bool
read_pair(const struct conf_section *section, struct contract_rate *rate, struct err *err)
{
	struct slice quote = section->title, base;
	if (!slice_cut(&quote, '/', &base) || !is_currency(base) || !is_currency(quote) ||
		slice_eq(base, quote))
		return conf_wrong(
			section, NULL, err, "expected a pair of currencies like \"EUR/USD\"");
	memcpy(rate->base, base.p, 3);
	memcpy(rate->quote, quote.p, 3);
	return true;
}

static bool
read_rate(const struct conf_section *section, struct contract_rate *rate, struct err *err)
{
	rate->section = section;
	rate->source = SLICE("");
	if (!read_pair(section, rate, err) || !conf_need(section, "date", err) ||
		!conf_need(section, "value", err) ||
		!conf_time(section, "date", &rate->date, err) ||
		!conf_decimal(section, "value", &rate->value, err) ||
		!conf_text(section, "source", &rate->source, err))
		return false;
	return (rate->value >= RATE_LEAST && rate->value <= RATE_MOST) ||
	       conf_wrong(section, conf_item(section, "value"), err,
		       "value is out of range, expected units of %s for one %s", rate->quote,
		       rate->base);
}

static int
compare_rates(const void *a, const void *b)
{
	const struct contract_rate *one = a, *two = b;
	int order = strcmp(one->base, two->base);
	order = order ? order : strcmp(one->quote, two->quote);
	order = order ? order : (one->date > two->date) - (one->date < two->date);
	return order ? order : one->section->line - two->section->line;
}

bool
terms_rates(const struct conf *conf, struct contract *contract, struct err *err)
{
	contract->rates = make_room(conf, "rate", contract, sizeof(*contract->rates));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "rate", at));)
		if (!read_rate(at, &contract->rates[contract->rates_n++], err))
			return false;
	if (contract->rates_n)
		qsort(contract->rates, contract->rates_n, sizeof(*contract->rates), compare_rates);
	for (size_t i = 1; i < contract->rates_n; i++) {
		const struct contract_rate *one = &contract->rates[i - 1], *two = one + 1;
		if (strcmp(one->base, two->base) == 0 && strcmp(one->quote, two->quote) == 0 &&
			one->date == two->date)
			return conf_wrong(two->section, conf_item(two->section, "date"), err,
				"there is a rate of that date in line %d already",
				one->section->line);
	}
	return true;
}
