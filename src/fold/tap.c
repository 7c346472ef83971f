/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/tap.h"

#include <stdlib.h>

void
taps_add(struct taps *taps, const struct tap *tap)
{
	taps->items = xgrow(taps->items, &taps->size, taps->n, sizeof(*taps->items));
	taps->items[taps->n++] = *tap;
}

void
taps_free(struct taps *taps)
{
	free(taps->items);
	*taps = (struct taps){ 0 };
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int64_t
weight_of(const int64_t tokens[TOKEN_KINDS])
{
	int64_t sum = tokens[TOKEN_OUTPUT] * 4;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += tokens[i];
	return sum;
}

int
tap_compare_sizes(const struct tap *a, const struct tap *b)
{
	int c = compare(weight_of(b->tokens), weight_of(a->tokens));
	c = c ? c : compare(a->second, b->second);
	c = c ? c : (a->line > b->line) - (a->line < b->line);
	c = c ? c : compare(a->key, b->key);
	for (int i = 0; i < TOKEN_KINDS && !c; i++)
		c = compare(a->tokens[i], b->tokens[i]);
	return c;
}

static int
by_kind(const void *left, const void *right)
{
	const struct tap *a = left, *b = right;
	int c = compare((int64_t)a->kind, (int64_t)b->kind);
	if (a->kind == TAP_TOP && !c)
		return tap_compare_sizes(a, b);
	c = c ? c : compare(a->key, b->key);
	return c ? c : compare(a->month, b->month);
}

/* Rows that are one: of the same key and month; floors of the same key. */
static bool
is_same(const struct tap *a, const struct tap *b)
{
	return a->kind == b->kind && a->key == b->key && a->kind != TAP_TOP &&
	       (a->month == b->month || a->kind == TAP_FLOOR);
}

static void
join(struct tap *to, const struct tap *from)
{
	int64_t floor = to->tokens[TOKEN_UNCACHED_INPUT];
	to->count += from->count;
	to->second = from->second < to->second ? from->second : to->second;
	for (int i = 0; i < TOKEN_KINDS; i++)
		to->tokens[i] += from->tokens[i];
	if (to->kind == TAP_FLOOR)
		to->tokens[TOKEN_UNCACHED_INPUT] = floor < from->tokens[TOKEN_UNCACHED_INPUT]
							   ? floor
							   : from->tokens[TOKEN_UNCACHED_INPUT];
}

void
taps_settle(struct taps *taps)
{
	size_t n = 0, tops = 0;
	if (taps->n)
		qsort(taps->items, taps->n, sizeof(*taps->items), by_kind);
	for (size_t i = 0; i < taps->n; i++) {
		const struct tap *tap = &taps->items[i];
		if (tap->kind == TAP_TOP && ++tops > TAP_TOPS)
			continue;
		if (n && is_same(&taps->items[n - 1], tap))
			join(&taps->items[n - 1], tap);
		else
			taps->items[n++] = *tap;
	}
	taps->n = n;
}

void
tap_pack(struct str *out, const struct tap *tap)
{
	str_pack_i64(out, tap->count);
	for (int i = 0; i < TOKEN_KINDS; i++)
		str_pack_i64(out, tap->tokens[i]);
	str_pack_i64(out, tap->second);
	str_pack_u64(out, tap->line);
}

bool
tap_unpack(struct slice packed, struct tap *tap)
{
	struct unpack in = unpack_of(packed.p, packed.n);
	tap->count = unpack_i64(&in);
	for (int i = 0; i < TOKEN_KINDS; i++)
		tap->tokens[i] = unpack_i64(&in);
	tap->second = unpack_i64(&in);
	tap->line = unpack_u64(&in);
	return !in.bad;
}
