/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * price - dated list prices, which of them a model name means, and what tokens cost.
 *
 * A catalog is data/prices.csv and data/aliases.csv, overlaid by the user's files of
 * the same form; every price keeps the file and row it came from.  Rates are whole
 * pico-units (10^-12) of the currency a token; with a modifier in thousandths, cost
 * is a whole number of femto (10^-15).  Only where a surcharge of a region and a discount
 * of a contract meet can less than a femto be left: it is rounded half to even.
 *
 * A model name that a log states resolves in this order and then stops: exact id,
 * dated alias, provider or region prefix (kept as a modifier), date or version
 * suffix.  Anything else is unpriced, with the nearest ids as a hint.
 */
#ifndef HLLM_PRICE_PRICE_H
#define HLLM_PRICE_PRICE_H

#include "base/err.h"
#include "base/num.h"
#include "record/record.h"

struct catalog;
struct hours;

/* Reads the files in order; later ones overlay: for a (model, tier, region, threshold, hours, kind) a
 * later file's rows replace earlier rows where their dates overlap.  aliases likewise.  NULL: err. */
struct catalog *catalog_load(const char *const *price_files, size_t prices_n,
	const char *const *alias_files, size_t aliases_n, struct err *err);
/* The same as if the prices and names of one moment had always held, and for files that are not written
 * yet: to ask what today's prices would make of past work. */
struct catalog_file {
	const char *path;
	struct slice text; /* in place of what is in the file; p NULL: the file is read */
};
struct catalog *catalog_load_day(const struct catalog_file *price_files, size_t prices_n,
	const char *const *alias_files, size_t aliases_n, int64_t day, struct err *err);
/* The same from memory, for tests; either text may be empty. */
struct catalog *catalog_load_memory(struct slice prices, struct slice aliases, struct err *err);
void catalog_free(struct catalog *catalog);

struct price_row {
	struct slice provider, model, source, file;
	int64_t line;
	int64_t from, to; /* ns UTC, [from, to); open: INT64_MIN / INT64_MAX */
	enum tier tier;
	struct slice region;
	int64_t above;            /* applies when the whole prompt is larger; 0 base */
	struct slice hours;       /* as written; "" all */
	struct slice kind;        /* "uncached_input", … "web_search", "multiplier" */
	int64_t picos;            /* pico-units a token (or a call); multiplier: thousandths */
	struct slice price, unit; /* as written */
};

enum price_state {
	PRICE_FOUND,
	PRICE_FREE, /* declared free: ":free", local servers, an answer from a gateway's own cache */
	PRICE_UNKNOWN,  /* no such model: 'why' and 'hint' */
	PRICE_NOT_THEN, /* the model is known, but not priced at that time */
};
/* For 'when' of a record without a time: dates do not matter, the newest alias counts. */
#define PRICE_ANY_TIME INT64_MIN

/* A row of aliases.csv; model "-": deliberately unpriced. */
struct price_alias {
	struct slice name, model, source, file;
	int64_t line;
	int64_t from, to;
};

struct model;
/*
 * How a name was resolved; all texts are borrowed from the catalog and end in NUL.  The same name
 * gives the same answer at every time in [valid_from, valid_to), so a caller may keep it.
 */
struct resolution {
	enum price_state state;
	const struct model *model;
	int modifier; /* thousandths: the surcharge of the region at this seller; 1000 none */
	struct slice region; /* the region found in the name or given, as in prices.csv */
	enum tier tier;      /* from a variant in the name (":batch"); TIER_UNKNOWN none */
	bool assumed;        /* as given: price_charge() takes the nearest date */
	bool deliberate;     /* UNKNOWN because aliases.csv says so; 'why' is its reason */
	int64_t valid_from, valid_to;
	struct slice
		rule; /* "exact id", "alias Claude Sonnet 4.5", "suffix -2025-08-07 dropped, exact id", … */
	const struct price_alias *alias; /* the row that was followed; NULL none */
	struct slice why;                /* for UNKNOWN and NOT_THEN */
	struct slice hint;               /* "gpt-4o, gpt-4o-mini"; "" none */
};

/*
 * What 'model' meant at time 'when' to 'provider' ("" unknown) on the bill of 'biller'.
 * 'assumed': the user said it (--model): the nearest row by date is taken where none covers 'when'.
 */
struct resolution price_resolve(const struct catalog *catalog, struct slice biller,
	struct slice provider, struct slice model, struct slice region, int64_t when, bool assumed);
struct slice model_id(const struct model *model); /* as in prices.csv */
struct slice model_provider(const struct model *model);

/* Tokens at one time to be priced at one model's list prices. */
struct usage {
	int64_t tokens[TOKEN_KINDS];
	int64_t unsplit;    /* tokens with no direction */
	bool cache_unknown; /* HOW_CACHE_UNKNOWN: some of uncached input may have been cache reads */
	int context;        /* class on the ladder, or CONTEXT_MIXED … (record.h) */
	int64_t requests;   /* -1 unknown; 1 with width 0: the prompt's length is known exactly */
	enum tier tier;     /* unknown is priced as standard */
	int64_t start, width; /* ns; hours differ within a bucket → an interval */
	bool timed;
	int64_t web_searches;
	/* Where to write what of the low cost each kind of token is charged; NULL: nobody asks.  The rest is
	 * of unsplit tokens, searches and rounding. */
	femto_t *kinds;      /* TOKEN_KINDS of them */
	femto_t *kinds_high; /* the same of the high cost; only with 'kinds' */
};

struct cost {
	femto_t low, high; /* equal when exact */
	char currency[4];
	bool priced; /* false: something has no price: low is a lower bound, 'missing' says what */
	int64_t missing_tokens; /* tokens without a price of their own, those priced as input too */
	const char *
		missing; /* "no cache_read price of gpt-4" (arena of the catalog or literal); NULL */
	const char *
		range_why; /* "context above 200,000 tokens unknown", "hour unknown", …; NULL when exact */
	/* the rows used for the base price of each kind, NULL where no tokens; for provenance */
	const struct price_row *rows[TOKEN_KINDS];
	int modifier;         /* thousandths applied: region × contract */
	const femto_t *kinds; /* as the usage asked for; NULL */
};

/*
 * The list cost of 'usage'.  Tiers are cliffs: the whole request takes the higher rate when its
 * prompt is above the threshold.  A mixed bucket of a tiered model is an interval, unless its whole
 * prompt sum is not above the threshold.  Unsplit tokens: an interval over input and output.
 * A missing cache_read or cache_write rate: priced as uncached input, both low and high, 'priced'
 * stays true, and 'missing' says so; a missing cache_write_1h beside a cache_write_5m: a lower bound.
 * Batch, flex or priority without rows of it: unpriced.  Web searches take no surcharge and no tier.
 * 'discount' in thousandths (1000 none) is the user's contract.  Safe between threads.
 */
struct cost price_charge(const struct catalog *catalog, const struct resolution *resolution,
	const struct usage *usage, int discount);

/*
 * Up to when tokens in prompts of this class ('context', as in struct usage) cost the same as at
 * 'when', all the time: the cost of a sum is then the sum of the costs, unless a threshold
 * off the ladder makes it an interval.  'when' itself where that cannot be said.
 */
int64_t price_same_until(
	const struct resolution *resolution, enum tier tier, int context, int64_t when);
/* The same beyond the hours that a price holds: up to then, prices are those of 'when' in all half hours of a UTC
 * week (hours.h) that *hours gets. */
int64_t price_same_hours(const struct resolution *resolution, enum tier tier, int context,
	int64_t when, struct hours *hours);

/* Iterating for `hllm prices`: all models, and all rows of one (sorted by tier, kind, from). */
size_t catalog_models(const struct catalog *catalog, const struct model *const **models);
size_t model_rows(const struct model *model, const struct price_row *const **rows);
/* The newest 'from' date of any row: up to when prices are known. */
int64_t catalog_newest(const struct catalog *catalog);
/* The newest 'from' date of a model's price that is not after 'when': how old the table is then;
 * INT64_MIN: no price has a date before it. */
int64_t catalog_newest_until(const struct catalog *catalog, int64_t when);
/* List prices change every few weeks: a table that knows no change for so long is old. */
enum { PRICE_AGE_DAYS = 60 };
/* The highest 'to' and lowest 'from' that say when a model was priced at all. */
void model_span(const struct model *model, int64_t *from, int64_t *to);
/* An id as prices.csv writes it, or "provider/id", whatever its dates; NULL: none.  'seller' prefers one. */
const struct model *catalog_find(
	const struct catalog *catalog, struct slice id, struct slice seller);
size_t catalog_aliases(const struct catalog *catalog, const struct price_alias *const **aliases);

#endif
