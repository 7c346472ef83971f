/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/lengths.h"

#include <stdlib.h>

#include "base/estimate.h"

/* 1/g, where g = 1.618… is the golden section. */
static const double step = 0.6180339887498949;

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_prompt(const void *left, const void *right)
{
	const struct length_pair *a = left, *b = right;
	int order = compare(a->prompt, b->prompt);
	return order ? order : compare(a->output, b->output);
}

static int
by_output(const void *left, const void *right)
{
	const struct length_pair *a = left, *b = right;
	int order = compare(a->output, b->output);
	return order ? order : compare(a->prompt, b->prompt);
}

/* ---- the requests to draw from ---- */

static void
halve(struct length_pair *pairs, size_t n, bool output)
{
	if (n < 2)
		return;
	qsort(pairs, n, sizeof(*pairs), output ? by_output : by_prompt);
	halve(pairs, n / 2, !output);
	halve(pairs + n / 2, n - n / 2, !output);
}

/* Until the order is made, 'end' is the count of each. */
static int64_t
median_of(const struct length_pair *sorted, size_t n, int64_t total)
{
	int64_t seen = 0;
	for (size_t i = 0; i < n; i++) {
		seen += sorted[i].end;
		if (seen * 2 >= total)
			return sorted[i].prompt;
	}
	BUG("no middle of %zu requests", n);
}

void
length_pool_make(struct length_pool *pool, const struct request_sizes *sizes)
{
	int64_t total = 0;
	double prompts = 0, outputs = 0;
	*pool = (struct length_pool){ .pairs = xcalloc(sizes->n, sizeof(*pool->pairs)),
		.n = sizes->n };
	for (size_t i = 0; i < sizes->n; i++) {
		const struct request_size *size = &sizes->items[i];
		pool->pairs[i] = (struct length_pair){ size->prompt, size->output, size->count };
		total += size->count;
		prompts += (double)size->prompt * (double)size->count;
		outputs += (double)size->output * (double)size->count;
	}
	pool->prompt = prompts / (double)total;
	pool->output = outputs / (double)total;
	qsort(pool->pairs, pool->n, sizeof(*pool->pairs), by_prompt);
	pool->prompt_median = median_of(pool->pairs, pool->n, total);
	halve(pool->pairs, pool->n, false);
	for (size_t i = 1; i < pool->n; i++)
		pool->pairs[i].end += pool->pairs[i - 1].end;
}

void
length_pool_free(struct length_pool *pool)
{
	free(pool->pairs);
	*pool = (struct length_pool){ 0 };
}

/* The one that a share of u of the requests comes before. */
static const struct length_pair *
pair_at(const struct length_pool *pool, double u)
{
	double place = u * (double)pool->pairs[pool->n - 1].end;
	size_t low = 0, high = pool->n - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if ((double)pool->pairs[middle].end > place)
			high = middle;
		else
			low = middle + 1;
	}
	return &pool->pairs[low];
}

/* ---- drawing ---- */

struct length
lengths_draw(const struct lengths *lengths, uint64_t i)
{
	struct length out = { .prompt = lengths->prompt, .output = lengths->output };
	if (lengths->pool) {
		double place = lengths->start + (double)(i + 1) * step;
		const struct length_pair *pair = pair_at(lengths->pool, place - floor(place));
		out.prompt = pair->prompt;
		out.output = pair->output;
	}
	out.prompt = out.prompt > 0 ? out.prompt : 1;
	out.output = out.output > 0 ? out.output : 1;
	if (lengths->context <= 1)
		return out;
	/* the prompt gives way last: its length is what reading it costs */
	if (out.prompt > lengths->context - 1) {
		out.prompt = lengths->context - 1;
		out.cut = true;
	}
	if (out.output > lengths->context - out.prompt) {
		out.output = lengths->context - out.prompt;
		out.cut = true;
	}
	return out;
}

bool
lengths_vary(const struct lengths *lengths)
{
	const struct length_pool *pool = lengths->pool;
	for (size_t i = 1; pool && i < pool->n; i++)
		if (pool->pairs[i].prompt != pool->pairs[0].prompt ||
			pool->pairs[i].output != pool->pairs[0].output)
			return true;
	return false;
}

int64_t
lengths_median(const struct lengths *lengths)
{
	return lengths->pool ? lengths->pool->prompt_median : lengths->prompt;
}

/* ---- how near what was sent comes to it ---- */

struct counted {
	int64_t value, count;
};

static int
by_value(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;
	return compare(a->value, b->value);
}

static int
by_number(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return compare(*a, *b);
}

double
lengths_distance(const struct length_pool *pool, enum length_side side, int64_t *sent, size_t n)
{
	if (!pool || !pool->n || !n)
		return MISSING;
	struct counted *own = xcalloc(pool->n, sizeof(*own));
	int64_t total = pool->pairs[pool->n - 1].end, seen = 0;
	for (size_t i = 0; i < pool->n; i++) {
		const struct length_pair *pair = &pool->pairs[i];
		own[i] = (struct counted){ side == LENGTH_PROMPT ? pair->prompt : pair->output,
			pair->end - (i ? pair[-1].end : 0) };
	}
	qsort(own, pool->n, sizeof(*own), by_value);
	qsort(sent, n, sizeof(*sent), by_number);
	double most = 0;
	for (size_t i = 0, k = 0; i < pool->n || k < n;) {
		int64_t value =
			i < pool->n && (k == n || own[i].value < sent[k]) ? own[i].value : sent[k];
		while (i < pool->n && own[i].value == value)
			seen += own[i++].count;
		while (k < n && sent[k] == value)
			k++;
		most = fmax(most, fabs((double)seen / (double)total - (double)k / (double)n));
	}
	free(own);
	return most;
}
