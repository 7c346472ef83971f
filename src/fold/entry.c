/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/entry.h"

#include "base/when.h"

enum {
	E_TIMED = 1 << 0,
	E_TOKENS = 1 << 1,
	E_BILLED = 1 << 2,
	E_LESSER = 1 << 3,
	E_MANY = 1 << 4, /* requests is not 1 */
	E_LATENCY = 1 << 5,
	E_MORE = 1 << 6, /* ttft, rows, measures follow */
	E_TWIN = 1 << 7,
	E_BASE = 946684800, /* 2000-01-01: no record is older */
};

void
entry_of(struct entry *entry, const struct record *rec, uint32_t key)
{
	entry->key = key;
	entry->timed = rec->timed;
	entry->has_tokens = rec->has_tokens;
	entry->has_billed = rec->has_billed;
	entry->lesser = rec->lesser;
	entry->twin = false;
	entry->second = rec->timed ? rec->start / NS_PER_SECOND : 0;
	entry->requests = rec->requests;
	entry->billed = rec->has_billed ? rec->billed : 0;
	entry->latency_ms = rec->latency_ms;
	entry->ttft_ms = rec->ttft_ms;
	entry->rows = rec->rows;
	entry->measures_n = rec->measures_n;
	entry->line = rec->line;
	memcpy(entry->tokens, rec->tokens, sizeof(entry->tokens));
	memcpy(entry->measures, rec->measures, (size_t)rec->measures_n * sizeof(rec->measures[0]));
}

size_t
entry_pack(unsigned char *out, const struct entry *entry)
{
	bool more = entry->ttft_ms >= 0 || entry->rows != 1 || entry->measures_n > 0;
	unsigned flags = (entry->timed ? E_TIMED : 0) | (entry->has_tokens ? E_TOKENS : 0) |
			 (entry->has_billed ? E_BILLED : 0) | (entry->lesser ? E_LESSER : 0) |
			 (entry->requests != 1 ? E_MANY : 0) |
			 (entry->latency_ms >= 0 ? E_LATENCY : 0) | (more ? E_MORE : 0) |
			 (entry->twin ? E_TWIN : 0);
	size_t n = pack_u64(out, entry->key);
	out[n++] = (unsigned char)flags;
	n += pack_u64(out + n, entry->line);
	if (flags & E_TIMED)
		n += pack_u64(out + n, (uint64_t)(entry->second - E_BASE));
	if (flags & E_TOKENS) {
		unsigned char *mask = &out[n++];
		*mask = 0;
		for (int i = 0; i < TOKEN_KINDS; i++)
			if (entry->tokens[i]) {
				*mask |= (unsigned char)(1u << i);
				n += pack_u64(out + n, (uint64_t)entry->tokens[i]);
			}
	}
	if (flags & E_BILLED)
		n += pack_femto(out + n, entry->billed);
	if (flags & E_MANY)
		n += pack_i64(out + n, entry->requests);
	if (flags & E_LATENCY)
		n += pack_u64(out + n, (uint64_t)entry->latency_ms);
	if (flags & E_MORE) {
		n += pack_i64(out + n, entry->ttft_ms);
		n += pack_i64(out + n, entry->rows);
		out[n++] = (unsigned char)entry->measures_n;
		for (int i = 0; i < entry->measures_n; i++) {
			out[n++] = (unsigned char)entry->measures[i].kind;
			n += pack_femto(out + n, entry->measures[i].amount);
		}
	}
	return n;
}

static void
unpack_more(struct unpack *in, struct entry *entry)
{
	entry->ttft_ms = unpack_i64(in);
	entry->rows = unpack_i64(in);
	uint64_t n = unpack_u64(in);
	if (n > RECORD_MEASURES)
		in->bad = true;
	for (uint64_t i = 0; i < n && !in->bad; i++) {
		uint64_t kind = unpack_u64(in);
		if (kind >= MEASURES)
			in->bad = true;
		entry->measures[entry->measures_n++] =
			(struct measure){ (enum measure_kind)kind, unpack_femto(in) };
	}
}

bool
entry_unpack(struct unpack *in, struct entry *entry)
{
	entry->key = (uint32_t)unpack_u64(in);
	unsigned flags = in->p < in->end ? *in->p++ : (in->bad = true, 0u);
	entry->line = unpack_u64(in);
	entry->timed = flags & E_TIMED;
	entry->has_tokens = flags & E_TOKENS;
	entry->has_billed = flags & E_BILLED;
	entry->lesser = flags & E_LESSER;
	entry->twin = flags & E_TWIN;
	entry->second = entry->timed ? (int64_t)(unpack_u64(in) + E_BASE) : 0;
	memset(entry->tokens, 0, sizeof(entry->tokens));
	if (entry->has_tokens) {
		unsigned mask = in->p < in->end ? *in->p++ : (in->bad = true, 0u);
		for (int i = 0; i < TOKEN_KINDS; i++)
			if (mask & 1u << i)
				entry->tokens[i] = (int64_t)unpack_u64(in);
	}
	entry->billed = entry->has_billed ? unpack_femto(in) : 0;
	entry->requests = flags & E_MANY ? unpack_i64(in) : 1;
	entry->latency_ms = flags & E_LATENCY ? (int64_t)unpack_u64(in) : -1;
	entry->ttft_ms = -1;
	entry->rows = 1;
	entry->measures_n = 0;
	if (flags & E_MORE)
		unpack_more(in, entry);
	return !in->bad;
}

struct entry_head
entry_peek(const unsigned char *packed)
{
	struct entry_head head = { 0 };
	struct unpack in = unpack_of(packed, ENTRY_HEAD);
	head.key = (uint32_t)unpack_u64(&in);
	head.timed = *in.p++ & E_TIMED;
	while (*in.p++ & 0x80) /* the line */
		;
	if (head.timed)
		head.second = (int64_t)(unpack_u64(&in) + E_BASE);
	return head;
}

int64_t
entry_tokens(const struct entry *entry)
{
	int64_t sum = 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sum += entry->tokens[i];
	for (int i = 0; i < entry->measures_n; i++)
		if (entry->measures[i].kind == MEASURE_UNSPLIT)
			sum += (int64_t)(entry->measures[i].amount / FEMTO_PER_UNIT);
	return sum;
}
