/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/claims.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/month.h"

enum {
	HAS_MONEY = 0,  /* bit offsets: one bit for each origin that states money … */
	HAS_TOKENS = 8, /* … and for each that states tokens */
	DAYS_MOST = 3660,
};

struct claim {
	int biller;
	int64_t day;
	unsigned bits;
	bool used;
};

/* Of most billers all that is known is of one kind: then that kind is all there can be on any day. */
struct biller {
	struct slice name;
	unsigned bits; /* of its first month */
	bool several;  /* other months differ: days have to be told apart */
};

struct claims {
	struct claim *slots;
	size_t size, n;
	struct biller *billers;
	size_t billers_n, billers_size;
	bool mixed, two_logs;
};

int64_t
bin_day(const struct bin *bin, int slot_index)
{
	if (bin->month == MONTH_NONE)
		return DAY_NONE;
	return when_days(bin->month / 12, bin->month % 12 + 1, 1) +
	       slot_index / (86400 / SLOT_SECONDS);
}

static size_t
claim_hash(int biller, int64_t day)
{
	return (size_t)(((uint64_t)day * 64 + (uint64_t)biller) * 0x9E3779B97F4A7C15ull >> 17);
}

static struct claim *
find(const struct claims *claims, int biller, int64_t day)
{
	size_t at = claim_hash(biller, day) & (claims->size - 1);
	while (claims->slots[at].used &&
		(claims->slots[at].biller != biller || claims->slots[at].day != day))
		at = (at + 1) & (claims->size - 1);
	return &claims->slots[at];
}

static void
mark(struct claims *claims, int biller, int64_t day, unsigned bits)
{
	if ((claims->n + 1) * 2 > claims->size) {
		struct claims old = *claims;
		claims->size = old.size ? old.size * 2 : 1024;
		claims->slots = xcalloc(claims->size, sizeof(*claims->slots));
		for (size_t i = 0; i < old.size; i++)
			if (old.slots[i].used)
				*find(claims, old.slots[i].biller, old.slots[i].day) = old.slots[i];
		free(old.slots);
	}
	struct claim *claim = find(claims, biller, day);
	claims->n += !claim->used;
	*claim = (struct claim){ biller, day, claim->bits | bits, true };
}

int
claims_biller(const struct claims *claims, const struct key *key)
{
	for (size_t i = 0; i < claims->billers_n; i++)
		if (slice_eq(claims->billers[i].name, key->text[KEY_BILLER]))
			return (int)i;
	return -1;
}

static unsigned
bits_of(const struct month *month)
{
	enum origin origin = month->key->origin;
	return (month->total.with_billed > 0 ? 1u << (HAS_MONEY + origin) : 0) |
	       (month->total.with_tokens > 0 ? 1u << (HAS_TOKENS + origin) : 0);
}

static void
add_biller(struct claims *claims, const struct month *month)
{
	int known = claims_biller(claims, month->key);
	if (known >= 0) {
		claims->billers[known].several |= claims->billers[known].bits != bits_of(month);
		return;
	}
	claims->billers = xgrow(claims->billers, &claims->billers_size, claims->billers_n,
		sizeof(*claims->billers));
	claims->billers[claims->billers_n++] =
		(struct biller){ month->key->text[KEY_BILLER], bits_of(month), false };
}

/* Benchmarks and tables of workloads stand for themselves; what ended without usage claims nothing. */
static bool
takes_part(const struct key *key)
{
	return key->origin != ORIGIN_BENCH && key->origin != ORIGIN_TABLE &&
	       !(key->how & HOW_WITHOUT_USAGE);
}

static void
mark_month(struct claims *claims, int biller, const struct month *month)
{
	const struct key *key = month->key;
	unsigned bits = bits_of(month);
	int64_t days = key->width > 86400 ? (key->width + 86399) / 86400 : 1;
	int last = -1;
	for (size_t i = 0; i < month->slots_n; i++) {
		int of_month = month->slots[i].index / (86400 / SLOT_SECONDS);
		if (of_month == last) /* marked already */
			continue;
		last = of_month;
		int64_t day = bin_day(&month->total, month->slots[i].index);
		for (int64_t d = 0; d < days && d < DAYS_MOST; d++)
			mark(claims, biller, day == DAY_NONE ? day : day + d, bits);
		if (day == DAY_NONE)
			break;
	}
}

/* Marks the days of those billers that have several kinds. */
static void
mark_days(struct claims *claims, struct pool *pool)
{
	struct months months = months_of(pool);
	for (const struct month *month; (month = months_next(&months));) {
		int biller = takes_part(month->key) ? claims_biller(claims, month->key) : -1;
		if (biller >= 0 && claims->billers[biller].several)
			mark_month(claims, biller, month);
	}
	months_end(&months);
}

struct claims *
claims_new(struct pool *pool)
{
	struct claims *claims = xcalloc(1, sizeof(*claims));
	bool several = false;
	mark(claims, -1, DAY_NONE, 0);
	struct months months = months_of(pool);
	for (const struct month *month; (month = months_next_total(&months));)
		if (takes_part(month->key))
			add_biller(claims, month);
	months_end(&months);
	for (size_t i = 0; i < claims->billers_n; i++)
		several |= claims->billers[i].several;
	if (several)
		mark_days(claims, pool);
	const unsigned logs =
		1u << (HAS_TOKENS + ORIGIN_CLIENT) | 1u << (HAS_TOKENS + ORIGIN_GATEWAY);
	for (size_t i = 0; i < claims->size; i++) {
		unsigned bits = claims->slots[i].bits;
		bool official = bits >> HAS_TOKENS & 1u << ORIGIN_USAGE ||
				bits >> HAS_MONEY & 1u << ORIGIN_INVOICE;
		claims->mixed |= official && bits & logs;
		claims->two_logs |= (bits & logs) == logs;
	}
	return claims;
}

void
claims_free(struct claims *claims)
{
	if (!claims)
		return;
	free(claims->slots);
	free(claims->billers);
	free(claims);
}

/* Of the origins 'bits', those that count: the first that is any of in 'order'. */
static unsigned
winners(unsigned bits, const unsigned *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bits & order[i])
			return bits & order[i];
	return 0;
}

static bool
first_of(unsigned bits, enum origin origin, const unsigned *order, size_t n)
{
	return winners(bits, order, n) >> origin & 1;
}

bool
claims_alike(const struct claims *claims, int biller)
{
	return biller >= 0 && !claims->billers[biller].several;
}

unsigned
claims_count(const struct claims *claims, int biller, const struct key *key, int64_t day)
{
	static const unsigned money[] = { 1u << ORIGIN_INVOICE, 1u << ORIGIN_GATEWAY,
		1u << ORIGIN_CLIENT, 1u << ORIGIN_USAGE };
	static const unsigned logs = 1u << ORIGIN_CLIENT | 1u << ORIGIN_GATEWAY;
	static const unsigned tokens[] = { 1u << ORIGIN_USAGE, 1u << ORIGIN_INVOICE,
		1u << ORIGIN_CLIENT | 1u << ORIGIN_GATEWAY };
	static const unsigned requests[] = { 1u << ORIGIN_USAGE,
		1u << ORIGIN_CLIENT | 1u << ORIGIN_GATEWAY, 1u << ORIGIN_INVOICE };
	static const unsigned work[] = { 1u << ORIGIN_CLIENT | 1u << ORIGIN_GATEWAY,
		1u << ORIGIN_USAGE, 1u << ORIGIN_INVOICE };
	if (key->origin == ORIGIN_TABLE)
		return COUNT_MONEY | COUNT_TOKENS | COUNT_REQUESTS | COUNT_WORKLOAD;
	if (key->origin == ORIGIN_BENCH)
		return 0;
	unsigned bits = claims_alike(claims, biller) ? claims->billers[biller].bits
						     : find(claims, biller, day)->bits;
	unsigned out = first_of(bits >> HAS_MONEY & 0xFF, key->origin, money, HL_COUNT(money))
			       ? COUNT_MONEY
			       : 0;
	unsigned said = bits >> HAS_TOKENS & 0xFF;
	out |= bits >> HAS_MONEY & 0xFF ? 0 : COUNT_UNBILLED;
	out |= first_of(said, key->origin, tokens, HL_COUNT(tokens)) ? COUNT_TOKENS : 0;
	unsigned payers = winners(bits >> HAS_MONEY & 0xFF, money, HL_COUNT(money));
	out |= payers & logs && winners(said, tokens, HL_COUNT(tokens)) & ~payers ? COUNT_PARTIAL
										  : 0;
	out |= first_of(said, key->origin, requests, HL_COUNT(requests)) ? COUNT_REQUESTS : 0;
	/* without tokens anywhere, lines of money are the only workloads there are, whoever states it */
	if (!(said & (logs | 1u << ORIGIN_USAGE)) &&
		(key->origin == ORIGIN_INVOICE || out & COUNT_MONEY))
		out |= COUNT_WORKLOAD;
	else
		out |= first_of(said, key->origin, work, HL_COUNT(work)) ? COUNT_WORKLOAD : 0;
	return out;
}

bool
claims_mixed(const struct claims *claims)
{
	return claims->mixed;
}

bool
claims_two_logs(const struct claims *claims)
{
	return claims->two_logs;
}
