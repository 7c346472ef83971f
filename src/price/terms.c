/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/terms.h"

#include <stdlib.h>

#include "conf/conf.h"

enum { DISCOUNTS_MOST = 1000 };

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
	return period->start < period->end ||
		conf_wrong(section, conf_item(section, "to"), err,
			"ends before it begins; \"to\" is the first day on which it no longer holds");
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
read_monthly(const struct conf_section *section, femto_t *monthly, char currency[4],
	struct err *err)
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

/* A percentage in (0, 100] with one decimal at most: what remains is a whole number of thousandths. */
static bool
read_percent(const struct conf_section *section, int *factor, struct err *err)
{
	femto_t percent = 0, step = FEMTO_PER_UNIT / 10;
	if (!conf_need(section, "percent", err) ||
		!conf_decimal(section, "percent", &percent, err))
		return false;
	const struct conf_item *item = conf_item(section, "percent");
	if (percent <= 0 || percent > 100 * FEMTO_PER_UNIT || percent % step)
		return conf_wrong(section, item, err,
			"percent is \"" SLICE_FMT "\", expected one above 0 and up to 100 "
			"with at most one decimal", SLICE_ARG(item->values[0]));
	*factor = 1000 - (int)(percent / step);
	return true;
}

static bool
read_discount(const struct conf_section *section, struct contract_discount *discount,
	struct err *err)
{
	discount->section = section;
	discount->biller = conf_item(section, "biller");
	discount->model = conf_item(section, "model");
	return read_percent(section, &discount->factor, err) &&
		read_period(section, &discount->period, err) &&
		conf_choices(section, "tier", tier_names, TIERS, &discount->tiers, err);
}

/* Is there a text that both globs match? */
static bool
globs_meet(struct slice a, struct slice b)
{
	bool *meet = xcalloc((a.n + 1) * (b.n + 1), sizeof(*meet));
	for (size_t i = a.n + 1; i-- > 0;) {
		for (size_t k = b.n + 1; k-- > 0;) {
			const bool *at = &meet[i * (b.n + 1) + k], *below = at + b.n + 1;
			bool star_a = i < a.n && a.p[i] == '*', star_b = k < b.n && b.p[k] == '*';
			bool yes = i == a.n && k == b.n;
			if (star_a)
				yes = below[0] || (k < b.n && at[1]);
			if (star_b)
				yes = yes || at[1] || (i < a.n && below[0]);
			if (i < a.n && k < b.n && !star_a && !star_b)
				yes = below[1] && (a.p[i] == '?' || b.p[k] == '?' ||
					slice_glob((struct slice){ a.p + i, 1 },
						(struct slice){ b.p + k, 1 }));
			meet[i * (b.n + 1) + k] = yes;
		}
	}
	bool found = meet[0];
	free(meet);
	return found;
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
		(!a->tiers || !b->tiers || a->tiers & b->tiers) && items_meet(a->biller, b->biller) &&
		items_meet(a->model, b->model);
}

/*
 * Goes through every set of discounts that may hold together, 'set' being one of them with the
 * product 'factor'.  Few steps: each discount takes something away, so sets whose products all stay
 * whole are small, and the first that does not ends the search.
 */
static bool
check_products(const struct contract *contract, const struct contract_discount **set, size_t set_n,
	int factor, struct err *err)
{
	const struct contract_discount *end = contract->discounts + contract->discounts_n;
	for (const struct contract_discount *next = set[set_n - 1] + 1; factor && next < end; next++) {
		size_t i = 0;
		while (i < set_n && discounts_meet(set[i], next))
			i++;
		if (i < set_n)
			continue;
		const struct conf_section *last = set[set_n - 1]->section;
		if (factor * next->factor % 1000 || set_n == DISCOUNTS_TOGETHER)
			return conf_wrong(next->section, NULL, err, "together with \"" SLICE_FMT
				"\" (line %d) it leaves %d.%03d/1000 of the price, expected a whole "
				"number of thousandths; join them into one discount",
				SLICE_ARG(last->title), last->line, factor * next->factor / 1000,
				factor * next->factor % 1000);
		set[set_n] = next;
		if (!check_products(contract, set, set_n + 1, factor * next->factor / 1000, err))
			return false;
	}
	return true;
}
