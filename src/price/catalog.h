/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalog - inside of a catalog; only files of this folder include it.
 *
 * A model's rows are sorted for people (model_rows) and laid out for charging: one
 * 'lane' for each region, tier and kind, with the few entries that can apply.
 */
#ifndef HLLM_PRICE_CATALOG_H
#define HLLM_PRICE_CATALOG_H

#include "price/hours.h"
#include "price/price.h"
#include "price/words.h"

/* The kinds of rows: the five of tokens, then these. */
enum { KIND_SEARCH = TOKEN_KINDS, KIND_MULTIPLIER, KINDS };

/* A row of prices.csv, with what was read from its texts.  'row' is first: they share an address. */
struct stored {
	struct price_row row;
	int order; /* position in all files: the larger wins */
	int file;  /* position of the file */
	int kind;
	bool hourly;
	struct hours hours;
};

struct lane_entry {
	int64_t from, to, above, picos;
	const struct stored *stored;
};

struct lane {
	const struct lane_entry *entries; /* by from */
	uint32_t n;
	bool tiered, hourly; /* some entry has a threshold; some has hours */
	bool mixed;          /* one with hours and one without hold at once */
};

/* All lanes for one region; where the region has no rows of its own, the lanes of "". */
struct rates {
	struct slice region;
	struct lane lanes[TIERS][KIND_MULTIPLIER];
};

struct model {
	struct slice provider, id, key; /* key: "provider/id" */
	const struct price_row **rows;
	size_t rows_n;
	struct rates *rates; /* the first is that of region "" */
	size_t rates_n;
	struct period *open; /* when tokens had a price, ascending, apart */
	size_t open_n;
	const char *context_why;
	const char *as_input[TOKEN_KINDS]; /* what is said where a kind is priced as input */
};

struct alias {
	struct price_alias as;
	int order;
};

/* A text that can be looked up: exactly one of the two is set. */
struct name {
	struct slice text;
	const struct model *model;
	const struct alias *alias;
};

struct catalog {
	struct arena arena;
	struct words *words;
	struct stored **stored; /* every row as loaded, then what the overlays left of it */
	size_t stored_n, stored_size;
	struct alias **aliases;
	size_t aliases_n, aliases_size;
	struct model **models; /* every (provider, id), those with nothing but multipliers too */
	size_t models_n, models_size;
	struct model **priced; /* those with prices of tokens or calls */
	size_t priced_n;
	const struct price_alias **shown;
	struct name *names; /* by text without case, then: models, newest alias first */
	size_t names_n;
	int64_t newest;
};

/* parse.c: adds the rows of one text; 'file' is their name and position. */
bool catalog_add_prices(struct catalog *catalog, struct slice text, struct slice name, int file,
	struct err *err) hl_must_check;
bool catalog_add_aliases(struct catalog *catalog, struct slice text, struct slice name,
	struct err *err) hl_must_check;
/* overlay.c: sorts catalog->stored and takes out what later rows replace. */
void catalog_overlay(struct catalog *catalog);
/* Order by provider, model, tier, kind, region, threshold, from, hours. */
int stored_compare(const void *a, const void *b);
bool stored_same_model(const struct stored *a, const struct stored *b);
/* model.c: groups the sorted rows into models. */
void catalog_build(struct catalog *catalog);
int slice_compare_nocase(struct slice a, struct slice b);

/* The first name equal to 'text' without case, and how many follow; NULL none. */
const struct name *catalog_lookup(const struct catalog *catalog, struct slice text, size_t *n);
/* Does a longer name begin with 'text' and a dash? */
bool catalog_has_longer(const struct catalog *catalog, struct slice text);
/* hint.c: up to three ids that look like 'text': "gpt-4o, gpt-4o-mini". */
struct slice catalog_hint(const struct catalog *catalog, struct slice text);

#endif
