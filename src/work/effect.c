/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/effect.h"

#include <stdlib.h>

#include "work/charge.h"

struct comparing {
	struct effect *out;
	const struct audit_options *options;
	const struct catalog *after;
	struct arena *arena;
	size_t last; /* row met */
};

static struct resolution
resolve(const struct comparing *c, const struct key *key, int64_t when)
{
	return price_resolve(c->after, key->text[KEY_BILLER], key->text[KEY_PROVIDER],
		key->text[KEY_RESPONSE_MODEL], key->text[KEY_REGION], when,
		key->how & HOW_MODEL_ASSUMED);
}

static int64_t
until(void *arg, const struct month *month, int64_t start)
{
	const struct comparing *c = arg;
	struct resolution r = resolve(c, month->key, start);
	return r.state == PRICE_FOUND
		       ? price_same_until(&r, month->key->tier, month->key->context, start)
		       : r.valid_to;
}

static size_t
find_row(struct comparing *c, struct slice workload, struct slice model, bool fresh)
{
	struct effect *out = c->out;
	/* the half hours of a key come one after the other: the row is mostly that of the last one */
	for (size_t i = 0, at = c->last; i < out->n; i++, at = at + 1 < out->n ? at + 1 : 0)
		if (out->rows[at].fresh == fresh && slice_eq(out->rows[at].model, model) &&
			slice_eq(out->rows[at].workload, workload))
			return c->last = at;
	out->rows = xgrow(out->rows, &out->size, out->n, sizeof(*out->rows));
	/* names of workloads belong to the audit, which ends before this does */
	out->rows[out->n] = (struct effect_row){
		.workload = slice_copy(c->arena, workload), .model = model, .fresh = fresh
	};
	return c->last = out->n++;
}

static void
add_cause(struct effect *out, size_t row, const struct price_row *before,
	const struct price_row *after, femto_t amount)
{
	for (size_t i = 0; i < out->causes_n; i++)
		if (out->causes[i].row == row && out->causes[i].after == after) {
			out->causes[i].amount += amount;
			return;
		}
	out->causes = xgrow(out->causes, &out->causes_size, out->causes_n, sizeof(*out->causes));
	out->causes[out->causes_n++] = (struct effect_cause){ row, before, after, amount };
}

static void
add_difference(struct comparing *c, const struct month *month, struct slice workload,
	const struct cost *before, const struct cost *after, const struct usage *usage)
{
	bool fresh = !before->priced;
	size_t at = find_row(c, workload, month->key->text[KEY_RESPONSE_MODEL], fresh);
	struct effect_row *row = &c->out->rows[at];
	for (int k = 0; k < TOKEN_KINDS; k++) {
		femto_t was = fresh || !before->kinds ? 0 : before->kinds[k];
		row->tokens += usage->tokens[k];
		if (after->rows[k] && usage->kinds[k] != was)
			add_cause(c->out, at, fresh ? NULL : before->rows[k], after->rows[k],
				usage->kinds[k] - was);
	}
	row->after_low += after->low;
	row->after_high += after->high;
	if (fresh) {
		c->out->fresh_low += after->low;
		c->out->fresh_high += after->high;
		return;
	}
	row->before_low += before->low;
	row->before_high += before->high;
}

static void
take_slot(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *before, const struct resolution *resolution)
{
	struct comparing *c = arg;
	struct usage usage = charge_usage(month, slot);
	femto_t kinds[TOKEN_KINDS] = { 0 };
	if (!(counted & COUNT_WORKLOAD) || month->key->pay != PAY_CASH ||
		charge_is_free(month->key) ||
		charge_is_included(c->options->contract, month->key, usage.start))
		return;
	struct resolution r = resolve(c, month->key, charge_when(month, slot));
	int factor = charge_factor(c->options->contract, month->key,
		month->key->text[KEY_RESPONSE_MODEL], usage.tier, usage.start);
	usage.kinds = kinds;
	(void)resolution;
	if (r.state != PRICE_FOUND)
		return;
	struct cost after = price_charge(c->after, &r, &usage, factor);
	if (!after.priced)
		return;
	if (before->priced) {
		c->out->before_low += before->low;
		c->out->before_high += before->high;
		c->out->after_low += after.low;
		c->out->after_high += after.high;
	}
	if (!before->priced || before->low != after.low || before->high != after.high)
		add_difference(c, month, workload, before, &after, &usage);
}

struct placed {
	struct effect_row row;
	size_t was;
};

static femto_t
size_of(const struct effect_row *row)
{
	femto_t by = row->after_low - row->before_low;
	return by < 0 ? -by : by;
}

/* What changes most first, what has a price only now last. */
static int
compare_rows(const void *pa, const void *pb)
{
	const struct effect_row *a = &((const struct placed *)pa)->row,
				*b = &((const struct placed *)pb)->row;
	femto_t x = size_of(a), y = size_of(b);
	if (a->fresh != b->fresh)
		return a->fresh ? 1 : -1;
	if (x != y)
		return x > y ? -1 : 1;
	int order = slice_compare(a->workload, b->workload);
	return order ? order : slice_compare(a->model, b->model);
}

/* Causes follow their rows. */
static void
sort_rows(struct effect *out)
{
	struct placed *placed = xcalloc(out->n + 1, sizeof(*placed));
	size_t *place = xcalloc(out->n + 1, sizeof(*place));
	for (size_t i = 0; i < out->n; i++)
		placed[i] = (struct placed){ out->rows[i], i };
	if (out->n)
		qsort(placed, out->n, sizeof(*placed), compare_rows);
	for (size_t i = 0; i < out->n; i++) {
		out->rows[i] = placed[i].row;
		place[placed[i].was] = i;
	}
	for (size_t i = 0; i < out->causes_n; i++)
		out->causes[i].row = place[out->causes[i].row];
	free(placed);
	free(place);
}

void
effect_make(struct effect *effect, struct pool *pool, const struct audit_options *options,
	const struct catalog *after)
{
	struct audit_options hooked = *options;
	struct audit audit;
	*effect = (struct effect){ .n = 0 };
	struct comparing c = {
		.out = effect, .options = options, .after = after, .arena = &effect->arena
	};
	hooked.each = take_slot;
	hooked.each_arg = &c;
	hooked.until = until;
	hooked.by_kind = true;
	audit_run(&audit, pool, &hooked);
	sort_rows(effect);
	audit_free(&audit);
}

void
effect_free(struct effect *effect)
{
	free(effect->rows);
	free(effect->causes);
	arena_free(&effect->arena);
}
