/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger - sources kept in SQLite: their entries, their bins, and which import
 * brought them.
 *
 * The only place that knows the tables.  One import is one transaction, so a kill
 * leaves the old or the new state.  A source is stored once however many imports name
 * it; the corrections for what sources share (fold/overlap.h) are worked out again
 * whenever the set of sources changes, so the ledger's totals depend on that set only.
 */
#ifndef HLLM_LEDGER_LEDGER_H
#define HLLM_LEDGER_LEDGER_H

#include <sys/stat.h>

#include "base/err.h"
#include "fold/fold.h"
#include "fold/overlap.h"
#include "fold/tap.h"
#include "read/reading.h"

/* What is said behind "a damaged ledger" and the like. */
#define LEDGER_MEND "; hllm doctor says how to save what can be read of it"

struct ledger;

enum ledger_mode {
	LEDGER_READ,  /* must exist */
	LEDGER_WRITE, /* made when missing, with its folder, readable by the owner only */
};
struct ledger *ledger_open(const char *path, enum ledger_mode mode, struct err *err);
void ledger_close(struct ledger *ledger);
/* As it was given; lives as long as the ledger. */
const char *ledger_path(const struct ledger *ledger);
/* Keys the hashes of user ids; random, made with the ledger. */
uint64_t ledger_secret(const struct ledger *ledger);

/* What a source was, as the answer shows it. */
struct source {
	int64_t id; /* 0: not saved */
	char *name;
	char *reader, *title, *reason; /* the reader's name and title */
	enum origin origin;
	uint64_t rows, records, duplicate_rows, reemits, replayed, errors, without_usage, skipped,
		rejected;
	struct reject rejects[REJECTS_SHOWN];
	size_t rejects_n;
	char *warnings; /* what is odd about the file as a whole, a line each; NULL nothing */
	bool resumable; /* what is appended to the file can be read on its own */
	bool header_only, unterminated, unchanged; /* unchanged: known already, not read again */
	unsigned collapsed;
	int64_t first, last; /* seconds; INT64_MAX / INT64_MIN without times */
	/* to know the file again */
	bool plain;
	int64_t dev, inode, size, mtime_ns, lines, chain;
	uint64_t head_hash, tail_hash;
	char *options;         /* what decided the reading: --map, --model, --input-format */
	struct folded *folded; /* its bins (and entries when just read); NULL: not loaded */
};
void source_clear(struct source *source);

struct sources {
	struct source *items;
	size_t n, size;
};
void sources_free(struct sources *sources);
struct source *sources_add(struct sources *sources);

/* Stored sources read from the same file (device, inode) with the same options, the longest first. */
bool ledger_find_file(
	struct ledger *ledger, const struct source *wanted, struct sources *out, struct err *err);

bool ledger_begin(struct ledger *ledger, struct err *err);
bool ledger_commit(struct ledger *ledger, struct err *err);
void ledger_rollback(struct ledger *ledger);
/* Inside a transaction: a new import; its sources (stored if their id is 0); then the corrections. */
int64_t ledger_add_import(struct ledger *ledger, int64_t now, const char *command, struct err *err);
bool ledger_add_source(
	struct ledger *ledger, int64_t import, struct source *source, struct err *err);
/* The import of exactly these sources, all stored: 0 there is none. */
int64_t ledger_same_import(struct ledger *ledger, const struct sources *sources);
bool ledger_settle(struct ledger *ledger, struct err *err);

struct import {
	int64_t id, time;
	char *command;
	int64_t sources, rows;
	char *names; /* of its sources, '\n' between */
};
struct imports {
	struct import *items;
	size_t n, size;
};
bool ledger_imports(struct ledger *ledger, struct imports *out, struct err *err);
void imports_free(struct imports *imports);
/* Takes an import back, inside a transaction.  FAULT_USAGE when there is none of that number. */
bool ledger_take_back(struct ledger *ledger, int64_t import, struct err *err);
/* The same in a transaction of its own. */
bool ledger_undo(struct ledger *ledger, int64_t import, struct err *err);

/* Sources of an import, without bins; 0: all that any import names. */
bool ledger_sources(struct ledger *ledger, int64_t import, struct sources *out, struct err *err);
/* All keys, each at the index that is its number in the ledger; a free number holds an empty key. */
bool ledger_load_keys(struct ledger *ledger, struct keys *keys, struct err *err);
/* The bins of a stored source, or with source 0 the corrections over all of them; their keys are
 * numbers of ledger_load_keys(). */
bool ledger_load_bins(struct ledger *ledger, int64_t source, struct bins *bins, struct err *err);
/* The same but for their half hours, three quarters of all bytes, which stay where bin->slots_at says. */
bool ledger_load_totals(struct ledger *ledger, int64_t source, struct bins *bins, struct err *err);
/* Months behind its own that a bucket of so many seconds can reach into. */
int key_reach(int64_t width);
/*
 * What all sources and corrections hold of months from 'first' to 'last', with half hours but without the rest, and
 * of 'before' months before them what 'reaches' (by number of key) says.
 */
struct months_wanted {
	int first, last, before;
	const bool *reaches;
	size_t reaches_n;
};
bool ledger_load_months(struct ledger *ledger, const struct months_wanted *wanted,
	struct bins *bins, struct err *err);
/* Half hours that stayed, of a ledger that is held since; *out is written anew. */
bool ledger_slots(struct ledger *ledger, int64_t at, struct str *out, struct err *err);
/* All that is read until it is released is of one state: imports of other processes wait for so long. */
bool ledger_hold(struct ledger *ledger, struct err *err);
/* Ends a hold, or a transaction; else does nothing. */
void ledger_release(struct ledger *ledger);
/* The span of all that counts, in seconds. */
bool ledger_span(struct ledger *ledger, int64_t *first, int64_t *last, struct err *err);
/* What was watched of a stored source; keys are numbers of ledger_load_keys(). */
bool ledger_load_taps(struct ledger *ledger, int64_t source, enum tap_kind kind, struct taps *out,
	struct err *err);
/* Walks a stored source's entries, for overlap_build(); their keys are numbers of ledger_load_keys(). */
struct entry_walk;
struct entry_walk *entry_walk_new(struct ledger *ledger, int64_t source, struct err *err);
int entry_walk_next(void *walk, struct item *item, struct err *err);
void entry_walk_free(struct entry_walk *walk);

#endif
