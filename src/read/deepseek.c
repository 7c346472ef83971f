/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deepseek - the two files of DeepSeek's usage export.
 *
 * The amount file has one line for each meter: the lines of an hour, model and key make
 * one record, in whatever order they stand.  A meter can have two lines with different
 * prices, which add up; the same price twice is the same line, exported again.
 */
#include "config.h"

#include "base/hash.h"
#include "read/bill.h"
#include "read/formats.h"

enum {
	/* what makes two lines parts of one record */
	A_USER,
	A_MODEL,
	A_KEY_NAME,
	A_KEY,
	A_KEY_END,
	A_START = A_KEY_END,
	A_END,
	A_TYPE,
	A_PRICE,
	A_AMOUNT,
};

static const char *const amount_slots[] = {
	[A_USER] = "user_id",
	[A_MODEL] = "model",
	[A_KEY_NAME] = "api_key_name",
	[A_KEY] = "api_key",
	[A_START] = "start_time_iso",
	[A_END] = "end_time_iso",
	[A_TYPE] = "type",
	[A_PRICE] = "price",
	[A_AMOUNT] = "amount",
	NULL,
};

enum meter { METER_REQUESTS, METER_HIT, METER_MISS, METER_OUTPUT, METERS };
static const char *const meter_names[METERS] = {
	[METER_REQUESTS] = "request_count",
	[METER_HIT] = "input_cache_hit_tokens",
	[METER_MISS] = "input_cache_miss_tokens",
	[METER_OUTPUT] = "output_tokens",
};

struct meter_line {
	struct meter_line *next;
	enum meter meter;
	struct slice price;
	int64_t amount;
};

struct group {
	struct group *next, *bucket_next;
	struct slice id, user, model, key;
	int64_t start, width;
	unsigned how;
	uint64_t line;
	int rows;
	struct meter_line *lines;
};

struct bucket {
	struct group *first;
};

struct groups {
	struct group *first, *last; /* in the order of the file */
	struct bucket *buckets;
	size_t size, n;
};

static struct slice
keep(struct row *row, struct slice text)
{
	return slice_copy(row_source_arena(row), text);
}

static size_t
bucket_of(const struct groups *groups, struct slice id)
{
	return (size_t)hash_64(id.p, id.n, 0) & (groups->size - 1);
}

/* Doubles the buckets; the old ones stay in the arena until the end. */
static void
grow(struct row *row, struct groups *groups)
{
	groups->size = groups->size ? groups->size * 2 : 256;
	groups->buckets =
		arena_take(row_source_arena(row), groups->size * sizeof(*groups->buckets));
	for (struct group *group = groups->first; group; group = group->next) {
		size_t at = bucket_of(groups, group->id);
		group->bucket_next = groups->buckets[at].first;
		groups->buckets[at].first = group;
	}
}

static struct group *
add_group(struct row *row, struct groups *groups, const struct record *rec)
{
	if (groups->n == groups->size)
		grow(row, groups);
	struct group *group = arena_take(row_source_arena(row), sizeof(*group));
	size_t at = bucket_of(groups, rec->id);
	*group = (struct group){ .bucket_next = groups->buckets[at].first,
		.id = keep(row, rec->id),
		.user = keep(row, row_text(row, A_USER)),
		.model = keep(row, row_text(row, A_MODEL)),
		.key = keep(row, row_text(row, A_KEY_NAME)),
		.start = rec->start,
		.width = rec->width,
		.how = rec->how,
		.line = row_line(row) };
	groups->buckets[at].first = group;
	if (groups->last)
		groups->last->next = group;
	else
		groups->first = group;
	groups->last = group;
	groups->n++;
	return group;
}

static struct group *
find_group(const struct groups *groups, struct slice id)
{
	struct group *group = groups->size ? groups->buckets[bucket_of(groups, id)].first : NULL;
	while (group && !slice_eq(group->id, id))
		group = group->bucket_next;
	return group;
}

static void
add_line(struct row *row, struct group *group, enum meter meter, int64_t amount)
{
	struct slice price = row_text(row, A_PRICE);
	group->rows++;
	for (struct meter_line *line = group->lines; line; line = line->next)
		if (line->meter == meter && slice_eq(line->price, price)) {
			line->amount = line->amount > amount ? line->amount : amount;
			return;
		}
	struct meter_line *line = arena_take(row_source_arena(row), sizeof(*line));
	*line = (struct meter_line){ group->lines, meter, keep(row, price), amount };
	group->lines = line;
}

static enum meter
find_meter(struct row *row)
{
	enum meter meter = 0;
	while (meter < METERS && !row_is(row, A_TYPE, meter_names[meter]))
		meter++;
	return meter;
}

static void
read_amount(struct row *row)
{
	const int64_t most = (int64_t)1 << 40;
	struct groups *groups = row_state(row);
	struct record rec;
	record_init(&rec);
	enum meter meter = find_meter(row);
	int64_t amount = row_count(row, A_AMOUNT, 0);
	char shown[ROW_SHOWN];
	if (meter == METERS)
		row_bad(row, "type is %s, expected one of request_count and the tokens",
			row_shown(row_text(row, A_TYPE), shown));
	else if (amount > most)
		row_bad(row, "amount is larger than any export's");
	else if (!bill_period(row, A_START, A_END, &rec) && !row_is_bad(row))
		row_bad(row, "start_time_iso is missing");
	const char *why;
	if (!row_is_bad(row) && !record_check(&rec, &why))
		row_bad(row, "%s", why);
	if (row_is_bad(row))
		return;
	bill_identity(row, IDENTITY_ID, 0, A_KEY_END, &rec);
	struct group *group = find_group(groups, rec.id);
	if (!group)
		group = add_group(row, groups, &rec);
	add_line(row, group, meter, amount);
}

static void
fill_amounts(const struct group *group, struct record *rec)
{
	static const enum token_kind kinds[METERS] = {
		[METER_HIT] = TOKEN_CACHE_READ,
		[METER_MISS] = TOKEN_UNCACHED_INPUT,
		[METER_OUTPUT] = TOKEN_OUTPUT,
	};
	rec->requests = -1;
	for (const struct meter_line *line = group->lines; line; line = line->next) {
		if (line->meter == METER_REQUESTS) {
			rec->requests = line->amount + (rec->requests > 0 ? rec->requests : 0);
			continue;
		}
		rec->tokens[kinds[line->meter]] += line->amount;
		rec->has_tokens = true;
	}
	rec->how = group->how | HOW_BY_FIELDS;
	if (rec->tokens[TOKEN_CACHE_READ])
		rec->how |= HOW_DISJOINT;
}

static void
emit_groups(struct row *row)
{
	const struct groups *groups = row_state(row);
	for (const struct group *group = groups->first; group; group = group->next) {
		struct record rec;
		record_init(&rec);
		rec.origin = ORIGIN_USAGE;
		rec.biller = SLICE("deepseek");
		rec.provider = SLICE("deepseek");
		bill_set_model(&rec, group->model);
		rec.timed = true;
		rec.start = group->start;
		rec.width = group->width;
		rec.dim[DIM_USER] = group->user;
		rec.dim[DIM_KEY] = group->key;
		rec.identity = IDENTITY_ID;
		rec.id = group->id;
		rec.rows = group->rows;
		rec.line = group->line;
		fill_amounts(group, &rec);
		row_emit(row, &rec);
	}
}

enum {
	C_USER,
	C_MODEL,
	C_WALLET,
	C_CURRENCY,
	C_KEY_END,
	C_START = C_KEY_END,
	C_END,
	C_COST,
};

static const char *const cost_slots[] = {
	[C_USER] = "user_id",
	[C_MODEL] = "model",
	[C_WALLET] = "wallet_type",
	[C_CURRENCY] = "currency",
	[C_START] = "start_time_iso",
	[C_END] = "end_time_iso",
	[C_COST] = "cost",
	NULL,
};

static void
read_cost(struct row *row)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_INVOICE;
	rec.biller = SLICE("deepseek");
	rec.provider = SLICE("deepseek");
	rec.requests = -1;
	bill_set_model(&rec, row_text(row, C_MODEL));
	rec.line_item = row_text(row, C_WALLET);
	bill_period(row, C_START, C_END, &rec);
	bill_money(row, C_COST, &rec);
	bill_currency(row, C_CURRENCY, &rec);
	/* a balance that was given away is no cash */
	if (slice_find_nocase(rec.line_item, "grant") >= 0)
		rec.pay = PAY_INCLUDED;
	rec.dim[DIM_USER] = row_text(row, C_USER);
	bill_identity(row, IDENTITY_NATURAL, 0, C_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_amount(const struct sight *sight)
{
	return sight_column(sight, "start_time_iso") && sight_column(sight, "type") &&
			       sight_column(sight, "amount") && sight_column(sight, "api_key")
		       ? "columns start_time_iso, type, amount and api_key"
		       : NULL;
}

static const char *
match_cost(const struct sight *sight)
{
	return sight_column(sight, "start_time_iso") && sight_column(sight, "wallet_type") &&
			       sight_column(sight, "cost")
		       ? "columns start_time_iso, wallet_type and cost"
		       : NULL;
}

const struct reader reader_deepseek_amount = {
	.name = "deepseek-amount",
	.title = "DeepSeek usage export, amounts",
	.forms = FORM_CSV,
	.origin = ORIGIN_USAGE,
	.slots = amount_slots,
	.state_size = sizeof(struct groups),
	.match = match_amount,
	.row = read_amount,
	.end = emit_groups,
};

const struct reader reader_deepseek_cost = {
	.name = "deepseek-cost",
	.title = "DeepSeek usage export, cost",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = cost_slots,
	.match = match_cost,
	.row = read_cost,
};
