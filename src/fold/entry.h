/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry - one counted request, bucket or bill line, packed into some twenty bytes.
 *
 * The ledger keeps every entry under its identity, so that overlaps between imports,
 * larger copies that come later, and undoing an import are exact: totals can always
 * be worked out again from the entries alone.
 */
#ifndef HLLM_FOLD_ENTRY_H
#define HLLM_FOLD_ENTRY_H

#include "base/pack.h"
#include "record/record.h"

struct entry {
	uint32_t key;
	bool timed, has_tokens, has_billed, lesser;
	bool twin;      /* told apart by content: equal ones in one source all count */
	int64_t second; /* since 1970 */
	int64_t requests;
	int64_t tokens[TOKEN_KINDS];
	femto_t billed;
	int64_t latency_ms, ttft_ms;
	int64_t rows;
	int measures_n;
	struct measure measures[RECORD_MEASURES];
	uint64_t line;
};

enum { ENTRY_MOST = 512 }; /* bytes of the largest packed entry */

void entry_of(struct entry *entry, const struct record *rec, uint32_t key);
size_t entry_pack(unsigned char *out, const struct entry *entry);
/* False when the bytes are no entry. */
bool entry_unpack(struct unpack *in, struct entry *entry);
/* Only what tells the bin and the half hour of an entry that entry_pack() has written; at least
 * ENTRY_HEAD bytes can be read at 'packed'. */
struct entry_head {
	uint32_t key;
	bool timed;
	int64_t second;
};
enum { ENTRY_HEAD = 32 };
struct entry_head entry_peek(const unsigned char *packed);
/* All tokens, unsplit ones too. */
int64_t entry_tokens(const struct entry *entry);

#endif
