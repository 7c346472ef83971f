/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * key - everything about a record that is not a quantity or a time.  Records with the
 * same key are summed; a workload is a view over keys.
 *
 * User ids, and anything that looks like an e-mail address or a secret, are kept only
 * as a hash keyed with the ledger's secret.
 */
#ifndef HLLM_FOLD_KEY_H
#define HLLM_FOLD_KEY_H

#include "base/hash.h"
#include "record/record.h"

enum key_text {
	KEY_BILLER,
	KEY_PROVIDER,
	KEY_REQUEST_MODEL,
	KEY_RESPONSE_MODEL,
	KEY_REGION,
	KEY_CURRENCY, /* of billed amounts; "" when there are none */
	KEY_ITEM,     /* of a bill line: its text, or where it names a model key_item() */
	KEY_DIMS,
	KEY_TEXTS = KEY_DIMS + DIMS,
};
extern const char *const key_text_names[KEY_TEXTS];

struct key {
	struct slice text[KEY_TEXTS];
	enum origin origin;
	enum tier tier;
	enum pay pay;
	unsigned how;
	int context;         /* class, or CONTEXT_MIXED … */
	int64_t width;       /* seconds: 0 requests, else the length of the buckets */
	struct hash128 hash; /* of all the above; orders keys everywhere */
};

#define KEY_MANY "(many)"

/* Fills the fields but the hash; texts are borrowed from the record or copied to 'scratch'.
 * Dimensions whose bit is set in 'collapsed' become "(many)". */
/* How a user is known here: "user-" and a hash keyed with the secret. */
enum { KEY_USER_TEXT = 32 };
void key_user(char out[KEY_USER_TEXT], struct slice user, uint64_t secret);
struct key key_of(
	const struct record *rec, uint64_t secret, unsigned collapsed, struct arena *scratch);
/* What a bill line with a model is for: the kind of its tokens, and what each cost where that is a price
 * ("cache_read 0.0000003").  TOKEN_KINDS and 0 where the key says neither. */
struct key_item {
	enum token_kind kind;
	femto_t rate;
};
struct key_item key_item(const struct key *key);
/* Hashes all fields. */
struct hash128 key_hash(const struct key *key);
/* The same key with more dimensions collapsed. */
struct key key_collapse(const struct key *key, unsigned collapsed);
/* One more dimension given up, users first; the same when there is none left. */
unsigned key_collapse_more(unsigned collapsed);
bool key_equal(const struct key *a, const struct key *b);
/* An order of keys that does not depend on the ledger's secret, but for the hashes of names in them. */
int key_compare(const struct key *a, const struct key *b);

/* A set of keys; ids are 0.. in order of arrival.  Texts are copied. */
struct keys {
	struct key *items;
	size_t n, size;
	uint32_t *index; /* open addressing by hash.low; id + 1, 0 empty */
	size_t index_size;
	struct arena arena;
};
uint32_t keys_intern(struct keys *keys, const struct key *key);
void keys_free(struct keys *keys);

#endif
