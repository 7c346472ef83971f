/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records made of the bytes, folded twice: in their order on one thread, and backwards
 * on two.  Both give the same, and bins add up to items.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>

#include "../unit/folds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD_BYTES = 12, RECORDS_MOST = 512 };

static const char *const names[] = { "", "a", "b", "c", "ana@example.com",
	"sk-0123456789abcdef0123" };

static struct slice
name(unsigned number)
{
	return slice_of(names[number % HL_COUNT(names)]);
}

static struct record
record_of(const uint8_t *b, uint64_t line)
{
	struct record rec;
	record_init(&rec);
	rec.line = line;
	rec.origin = (enum origin)(b[0] % ORIGINS);
	rec.tier = (enum tier)(b[0] / 8 % TIERS);
	rec.identity = (enum identity)(b[1] % 4);
	rec.id = name(b[1] / 4);
	rec.id2 = name(b[1] / 32);
	rec.timed = b[2] & 1;
	rec.lesser = b[2] & 2;
	rec.has_tokens = b[2] & 4;
	rec.has_billed = b[2] & 8;
	rec.width = b[2] & 16 ? NS_PER_DAY : 0;
	rec.requests = b[2] & 32 ? -1 : b[2] >> 6;
	rec.start = (int64_t)(1700000000 + b[3] * 40000) * NS_PER_SECOND + b[4];
	for (int i = 0; i < TOKEN_KINDS && rec.has_tokens; i++)
		rec.tokens[i] = b[5] >> i & 1 ? (int64_t)b[6] << (b[7] % 40) : 0;
	rec.billed = rec.has_billed ? (femto_t)(b[6] - 100) * FEMTO_PER_NANO : 0;
	rec.latency_ms = b[7] & 64 ? b[7] * 100 : -1;
	rec.ttft_ms = b[7] & 128 ? b[7] : -1;
	rec.rows = b[8] % 5;
	rec.biller = name(b[8] / 5);
	rec.response_model = name(b[9]);
	rec.dim[b[9] / 8 % DIMS] = name(b[10]);
	rec.dim[DIM_USER] = name(b[10] / 8);
	if (b[11] & 1)
		record_measure(&rec, MEASURE_REASONING, b[11]);
	if (b[11] & 2)
		record_measure(&rec, MEASURE_UNSPLIT, b[11]);
	if (b[11] & 4)
		record_measure(&rec, MEASURE_WEB_SEARCH, b[11]);
	return rec;
}

static struct folded *
fold_bytes(const uint8_t *data, size_t n, bool backwards)
{
	struct fold *fold = fold_new(2, 5);
	fold_prefix(fold, SLICE("a\nb\nc\n"));
	for (size_t i = 0; i < n; i++) {
		size_t at = backwards ? n - 1 - i : i;
		struct record rec = record_of(data + at * RECORD_BYTES, at + 1);
		fold_record(fold, backwards ? (int)(at % 2) : 0, &rec);
	}
	return fold_finish(fold);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size / RECORD_BYTES < RECORDS_MOST ? size / RECORD_BYTES : RECORDS_MOST;
	struct folded *one = fold_bytes(data, n, false), *two = fold_bytes(data, n, true);
	const char *wrong = folds_check(one);
	wrong = wrong ? wrong : folds_check(two);
	wrong = wrong ? wrong : folds_differ(one, two);
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	folded_free(one);
	folded_free(two);
	return 0;
}
