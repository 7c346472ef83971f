/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/sums.h"

#include <stdlib.h>

void
amounts_add(struct amounts *to, const struct amounts *more)
{
	to->requests += more->requests;
	to->unsplit += more->unsplit;
	to->list_other += more->list_other;
	to->low += more->low;
	to->high += more->high;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		to->tokens[i] += more->tokens[i];
		to->list[i] += more->list[i];
	}
}

void
amounts_take(struct amounts *from, const struct amounts *less)
{
	from->requests -= less->requests;
	from->unsplit -= less->unsplit;
	from->list_other -= less->list_other;
	from->low -= less->low;
	from->high -= less->high;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		from->tokens[i] -= less->tokens[i];
		from->list[i] -= less->list[i];
	}
}

bool
amounts_any(const struct amounts *amounts)
{
	int64_t quantities = amounts->requests | amounts->unsplit;
	femto_t money = amounts->list_other | amounts->low | amounts->high;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		quantities |= amounts->tokens[i];
		money |= amounts->list[i];
	}
	return quantities || money;
}

struct amounts
amounts_part(const struct amounts *whole, int64_t i, int64_t n)
{
	struct amounts part = { .requests = whole->requests / n,
		.unsplit = whole->unsplit / n,
		.list_other = whole->list_other / n,
		.low = whole->low / n,
		.high = whole->high / n };
	for (int k = 0; k < TOKEN_KINDS; k++) {
		part.tokens[k] = whole->tokens[k] / n;
		part.list[k] = whole->list[k] / n;
	}
	if (i + 1 < n)
		return part;
	struct amounts last = *whole, given = { .requests = part.requests * (n - 1),
		.unsplit = part.unsplit * (n - 1),
		.list_other = part.list_other * (n - 1),
		.low = part.low * (n - 1),
		.high = part.high * (n - 1) };
	for (int k = 0; k < TOKEN_KINDS; k++) {
		given.tokens[k] = part.tokens[k] * (n - 1);
		given.list[k] = part.list[k] * (n - 1);
	}
	amounts_take(&last, &given);
	return last;
}

void
sums_init(struct sums *sums, struct arena *arena)
{
	*sums = (struct sums){ .arena = arena, .currencies_n = 1 };
	sums->names = xgrow(NULL, &sums->names_size, 0, sizeof(*sums->names));
	sums->names[sums->names_n++] = SLICE_NONE;
}

void
sums_free(struct sums *sums)
{
	free(sums->names);
	free(sums->cells);
	free(sums->days);
	index_free(&sums->name_index);
	index_free(&sums->cell_index);
	index_free(&sums->day_index);
}

uint32_t
sums_name(struct sums *sums, struct slice name)
{
	uint32_t *at = index_find(&sums->name_index, hash_bytes(name.p, name.n, 0));
	if (!*at) {
		sums->names =
			xgrow(sums->names, &sums->names_size, sums->names_n, sizeof(*sums->names));
		*at = (uint32_t)sums->names_n;
		sums->names[sums->names_n++] = slice_copy(sums->arena, name);
	}
	return *at;
}

int
sums_currency(struct sums *sums, const char *currency)
{
	for (int i = 0; i < sums->currencies_n; i++)
		if (strncmp(sums->currencies[i], currency, 3) == 0)
			return i;
	if (sums->currencies_n > CURRENCIES)
		return -1;
	memcpy(sums->currencies[sums->currencies_n], currency, 3);
	return sums->currencies_n++;
}

struct amounts *
sums_cell(struct sums *sums, const struct sum_cell *key)
{
	struct hash128 bits = { (uint64_t)(uint32_t)key->month << 8 | (uint64_t)key->currency << 1 |
					key->no_model,
		(uint64_t)key->workload << 32 | key->model };
	uint32_t *at = index_find(&sums->cell_index, bits);
	if (!*at) {
		sums->cells =
			xgrow(sums->cells, &sums->cells_size, sums->cells_n, sizeof(*sums->cells));
		sums->cells[sums->cells_n] = *key;
		sums->cells[sums->cells_n].sum = (struct amounts){ 0 };
		*at = (uint32_t)++sums->cells_n;
	}
	return &sums->cells[*at - 1].sum;
}

struct amounts *
sums_day(struct sums *sums, uint32_t workload, int currency, int64_t day)
{
	struct hash128 bits = { (uint64_t)workload << 8 | (uint64_t)currency, (uint64_t)day };
	uint32_t *at = index_find(&sums->day_index, bits);
	if (!*at) {
		sums->days = xgrow(sums->days, &sums->days_size, sums->days_n, sizeof(*sums->days));
		sums->days[sums->days_n] =
			(struct sum_day){ .day = day, .workload = workload, .currency = currency };
		*at = (uint32_t)++sums->days_n;
	}
	return &sums->days[*at - 1].sum;
}
