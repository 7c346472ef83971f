/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record - what one line of any bill or log means: one request, one usage bucket
 * or one bill line.
 *
 * Readers fill it and hand it on at once; its texts are borrowed from the element
 * being read and die with it.  Token kinds are disjoint.  A zeroed record with
 * record_init() is "nothing known".
 */
#ifndef HLLM_RECORD_RECORD_H
#define HLLM_RECORD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/num.h"
#include "base/str.h"

/* The disjoint kinds of tokens.  Reasoning is a part of output; input is the sum of the first four. */
enum token_kind {
	TOKEN_UNCACHED_INPUT,
	TOKEN_CACHE_READ,
	TOKEN_CACHE_WRITE_5M,
	TOKEN_CACHE_WRITE_1H,
	TOKEN_OUTPUT,
	TOKEN_KINDS,
};
extern const char *const token_names[TOKEN_KINDS]; /* "uncached_input", … */

/* Who wrote the line.  Decides whose money and whose tokens count where several speak of the same (DESIGN 5, rule 7). */
enum origin {
	ORIGIN_CLIENT,  /* an own or a tool's request log, a raw response */
	ORIGIN_GATEWAY, /* a proxy or observability tool: money is its own estimate */
	ORIGIN_USAGE,   /* the provider's usage export: tokens without money, mostly buckets */
	ORIGIN_INVOICE, /* the provider's cost export or bill */
	ORIGIN_TABLE,   /* a hand-made table of workloads (daily volume, monthly cost) */
	ORIGIN_BENCH,   /* a measurement, never usage */
	ORIGINS,
};
extern const char *const origin_names[ORIGINS];

/* TIER_UNKNOWN is priced as standard, and said so. */
enum tier { TIER_UNKNOWN, TIER_STANDARD, TIER_BATCH, TIER_FLEX, TIER_PRIORITY, TIERS };
extern const char *const tier_names[TIERS]; /* "", "standard", … */
/* "default", "auto", "on_demand", "standard" → standard; "batch", "flex", "priority", "fast"; else unknown. */
enum tier tier_parse(struct slice text);

/* How it was paid.  Only cash can be avoided. */
enum pay { PAY_CASH, PAY_INCLUDED, PAY_PREPAID, PAY_BYOK, PAY_LOCAL, PAYS };
extern const char *const pay_names[PAYS];

/* How a value was decided, as flags. */
enum how {
	HOW_DISJOINT = 1 << 0,         /* cached tokens stood beside input, not inside it */
	HOW_BY_FIELDS = 1 << 1,        /* …decided by the field names, */
	HOW_BY_IMPOSSIBLE = 1 << 2,    /* …because cached > input, */
	HOW_BY_TOTAL = 1 << 3,         /* …by the record's own total, */
	HOW_BY_DEFAULT = 1 << 4,       /* …or by the format's default */
	HOW_LIFETIME_ASSUMED = 1 << 5, /* cache writes without a lifetime: counted as 5 minutes */
	HOW_CACHE_UNKNOWN = 1 << 6,    /* input is known, its cached part is not */
	HOW_CACHED_ANSWER = 1 << 7,    /* a gateway answered from its own cache: priced 0 */
	HOW_MODEL_ASSUMED = 1 << 8,    /* the model was given by --model */
	HOW_LOCAL = 1 << 9,            /* the log says a local server answered */
	HOW_NO_ZONE = 1 << 10,         /* times without a zone, taken as UTC */
	HOW_ESTIMATE = 1 << 11,        /* the counts are the writer's own estimate */
	HOW_TAX = 1 << 12,             /* a tax line */
	HOW_CREDIT = 1 << 13,          /* a credit, refund or discount line */
	/* only some records of this format state money: it is no total */
	HOW_PARTIAL_COST = 1 << 14,
	HOW_PER_DAY = 1 << 15, /* the line describes one typical day (a table of workloads) */
	HOW_OUTPUT_UNKNOWN = 1 << 16, /* input is stated, output is not: counted as 0 */
	HOW_TOTAL_ODD = 1 << 17, /* its own total is no sum of its parts; the parts are counted */
	/* a request that ended without usage: nothing of it counts; a bill may hold it all the same */
	HOW_WITHOUT_USAGE = 1 << 18,
	HOW_FAILED = 1 << 19, /* the log calls it failed, and yet it states tokens or money */
	/* a local server was asked, and a model that only its maker serves answered */
	HOW_ASKED_LOCAL = 1 << 20,
	HOW_CACHE_STATED = 1 << 21, /* the line says how much was read from a cache, be it 0 */
};
enum { HOWS = 22 };
extern const char *const how_names[HOWS]; /* "cache-unknown", … by bit */
/* The log calls it local, whoever answered. */
#define HOW_CALLED_LOCAL (HOW_LOCAL | HOW_ASKED_LOCAL)

/* The class of the whole prompt on the ladder of price thresholds; see context_class(). */
enum {
	CONTEXT_STEPS = 10, /* classes 0..9: up to the ladder's k-th end; 9 is beyond all */
	CONTEXT_MIXED = CONTEXT_STEPS, /* a bucket: many requests in one sum */
	CONTEXT_BELOW_200K,            /* an export says: all requests at most 200,000 */
	CONTEXT_ABOVE_200K,            /* an export says: all requests above 200,000 */
	CONTEXT_NONE,                  /* no tokens at all */
	CONTEXT_CLASSES,
};
extern const int64_t context_ends[CONTEXT_STEPS - 1]; /* 99,999 · 100,000 · … · 512,000 */
int context_class(int64_t prompt_tokens);
/* What a class is called where records leave the program and come back: "<=99999", ">512000", "mixed". */
extern const char *const context_names[CONTEXT_CLASSES];
/* "none" for a number that is no class. */
const char *context_name(int class);

/* Dimensions a workload can be made of. */
enum dim {
	DIM_TASK,
	DIM_PROJECT,
	DIM_KEY,
	DIM_AGENT,
	DIM_ENDPOINT,
	DIM_ENVIRONMENT,
	DIM_TAG,
	DIM_USER, /* raw from the reader; kept only as a keyed hash */
	DIMS,
};
extern const char *const dim_names[DIMS];

/* Quantities beside the five token kinds.  Never priced as text tokens. */
enum measure_kind {
	MEASURE_REASONING,    /* tokens, a part of output */
	MEASURE_UNSPLIT,      /* tokens with no stated direction, in no kind above */
	MEASURE_TOOL_INPUT,   /* tokens, a part of uncached input (Gemini tool use) */
	MEASURE_AUDIO_INPUT,  /* tokens, a part of input */
	MEASURE_AUDIO_OUTPUT, /* tokens, a part of output */
	MEASURE_IMAGE_INPUT,  /* tokens, a part of input */
	MEASURE_WEB_SEARCH,   /* calls */
	MEASURE_IMAGES,
	MEASURE_CHARACTERS,
	MEASURE_SECONDS,
	MEASURE_SESSIONS,
	MEASURE_BYTES,
	MEASURE_HOURS,
	MEASURE_PROMPT_AS_WRITTEN, /* tokens: the source's own prompt column, before the decision */
	MEASURE_PROMPT_EVALUATED,  /* tokens a local server really computed */
	MEASURE_CACHE_HIT,         /* 1 for an answer out of a gateway's own cache */
	MEASURE_TAX_LINE,          /* 1 for a tax line */
	MEASURE_BYOK_COST,         /* money on the user's own provider key */
	MEASURE_INCLUDED_COST,     /* money a quota covered */
	MEASURE_EFFECTIVE_COST,    /* FOCUS */
	MEASURE_USAGE_EFFECTIVE_COST, /* FOCUS, usage lines only */
	MEASURE_GROSS_COST,           /* before credits */
	MEASURE_CREDITS,              /* negative */
	MEASURE_USAGE_COST,           /* without tax */
	MEASURE_CLAIMED_COST,         /* money in formats where only some records state it */
	MEASURE_OUTPUT_SPEED,         /* tokens a second, as the server measured */
	MEASURE_PROMPT_SPEED,         /* tokens a second */
	MEASURE_AGGREGATE_SPEED,      /* output tokens a second over all streams (vllm bench) */
	MEASURES,
};
struct measure_info {
	const char *name; /* JSON key */
	const char *unit; /* "tokens", "calls", "money", "tokens/s", … */
};
extern const struct measure_info measure_info[MEASURES];

struct measure {
	enum measure_kind kind;
	femto_t amount; /* in 10^-15 of the unit, whatever the unit */
};
enum { RECORD_MEASURES = 8 };

/* What makes two lines the same request (DESIGN 5, rule 1). */
enum identity {
	IDENTITY_ID, /* record.id names the request: of several copies the largest counts */
	IDENTITY_CONTENT, /* no id but a time: equal lines in one source are twins, across sources the same */
	IDENTITY_NATURAL, /* record.id is a natural key that several lines of one source may share (bills) */
	IDENTITY_ORDINAL, /* neither: the line's place in this file */
};

struct record {
	enum origin origin;
	/* of a bill line: the one kind of tokens it charges for; TOKEN_KINDS: none, or several */
	enum token_kind line_kind;
	struct slice biller; /* who sends the bill: "openai", "anthropic", "openrouter", "aws", … */
	struct slice provider;      /* whose model it is, "" unknown */
	struct slice request_model; /* as asked */
	struct slice
		response_model; /* as answered; readers fill both from one if there is only one */
	struct slice
		region; /* as written by the source or taken from a model prefix: "us", "eu", "global", "us-east-1" */
	enum tier tier;
	enum pay pay;
	unsigned how; /* enum how */

	bool timed;
	int64_t start; /* ns UTC */
	int64_t width; /* 0: a request at that moment; else the length of the bucket in ns */

	int64_t requests; /* how many requests this is; -1 unknown */
	bool has_tokens;  /* false: a line that says nothing about tokens (null, not 0) */
	int64_t tokens[TOKEN_KINDS];
	int context; /* -1: derive it (requests: by size; buckets: mixed); or CONTEXT_BELOW_200K … */

	bool has_billed;
	femto_t billed;
	char currency[4]; /* ISO 4217, upper case; "" = USD */

	int64_t latency_ms; /* -1 unknown */
	int64_t ttft_ms;    /* -1 unknown */

	struct slice dim[DIMS];
	bool user_hashed;       /* the user is a hash of one already, and kept as it is */
	struct slice session;   /* for taps only */
	struct slice line_item; /* bill lines: the text of the line, for `why` */

	int measures_n;
	struct measure measures[RECORD_MEASURES];

	enum identity identity;
	struct slice id;  /* IDENTITY_ID, IDENTITY_NATURAL */
	struct slice id2; /* a second half, "" none */
	bool lesser;      /* on equal sizes the other copy counts (Claude Code side chains) */
	int rows; /* rows of the file this stands for: 1; 4 for a DeepSeek record; 0 for a further part */

	/* where it stood; filled by the reading, not by readers */
	uint64_t line;
};

/* Everything unknown: requests 1, rows 1, context -1, latency -1, identity content.  Measures
 * beyond measures_n are left as they are: they are a third of the record. */
void record_init(struct record *rec);
/* What a token costs on a bill line of one kind of tokens, in femto; 0 where the line does not say how
 * many there are, or where billed / tokens is no price a list could have (more than RATE_DIGITS). */
enum { RATE_DIGITS = 6 };
femto_t record_rate(const struct record *rec);
void record_measure(struct record *rec, enum measure_kind kind, int64_t amount);
void record_measure_femto(struct record *rec, enum measure_kind kind, femto_t amount);
/* The amount of a measure, 0 if it is not there. */
femto_t record_measured(const struct record *rec, enum measure_kind kind);

/*
 * The tokens as a source states them, before cached and reasoning tokens are told apart.
 * -1 = not stated.  inclusive: the format's default when nothing else decides.
 */
struct stated_tokens {
	int64_t input, cache_read, cache_write, cache_write_5m, cache_write_1h;
	int64_t output, reasoning, tool_input, total;
	enum cache_place {
		CACHE_INSIDE,
		CACHE_BESIDE,
		CACHE_PROBABLY_INSIDE,
		CACHE_PROBABLY_BESIDE
	} cache;
	enum reasoning_place {
		REASONING_INSIDE,
		REASONING_BESIDE,
		REASONING_PROBABLY_INSIDE
	} reasoning_is;
};
#define STATED_TOKENS_INIT             \
 ((struct stated_tokens){ .input = -1, \
	 .cache_read = -1,             \
	 .cache_write = -1,            \
	 .cache_write_5m = -1,         \
	 .cache_write_1h = -1,         \
	 .output = -1,                 \
	 .reasoning = -1,              \
	 .tool_input = -1,             \
	 .total = -1 })

/*
 * Fills rec->tokens, rec->how, has_tokens and the reasoning and tool measures from what is stated
 * (FORMATS.md 0.1): CACHE_INSIDE / CACHE_BESIDE are settled by the field names; the PROBABLY ones
 * are tested per record: cached > input, then the record's own total, then the default, flagged.
 * A cache write without a lifetime is counted as 5m and flagged; a split that is less than the stated
 * sum puts the rest into 5m.  A total that is no sum of the parts under any reading is flagged: it does
 * not say which part is wrong, and a request that is left out would cost nothing.  False, with the reason in 'why', when a bucket would be negative.
 */
bool record_fill_tokens(
	struct record *rec, const struct stated_tokens *stated, const char **why) hl_must_check;

/* Checks what every record must keep: no negative tokens, at most 2^40 in one request and 2^50 in any
 * other line, a plausible time (2000..2099), money below a trillion.  False with the reason. */
bool record_check(const struct record *rec, const char **why) hl_must_check;

/*
 * What a record that passed record_check() adds to sums in 64 bits, at most 2^54.  While the loads
 * of a source stay within LOAD_MOST, none of its sums can overflow: 2^53 tokens in one file are more
 * than anybody is billed for.  LOADS_MOST is for all sources that are added up; a table of workloads
 * takes a day of it thirty times, which stays below 2^61.
 */
#define LOAD_MOST  ((uint64_t)1 << 53)
#define LOADS_MOST ((uint64_t)1 << 56)
uint64_t record_load(const struct record *rec);

#endif
